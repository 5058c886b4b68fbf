#include "aws/query.h"

#include <assert.h>
#include <stdlib.h>

#include "aws/scalar.h"
#include "aws/xml.h"

/* TRUST: every input has a ceiling. No AWS call has nearly so many. */
#define MOST_PAIRS 10000

/* Errors that no service of ours answers for have AWS's common namespace. */
#define FAULT_NAMESPACE "http://webservices.amazon.com/AWSFault/2005-15-09"

/* ---- the form ---- */

/* "Tags.member.1.Key=Name": the walk takes one segment after the other off the name. */
struct pair {
    struct str name, value;
    size_t order; /* in the form: where a name comes twice, the last one counts */
};

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* %41 and '+', once. False: a broken escape, NUL or bad UTF-8. */
static bool unescape(struct arena *arena, struct str text, struct str *ret_text)
{
    if (str_find_byte(text, '%') == SIZE_MAX && str_find_byte(text, '+') == SIZE_MAX) {
        *ret_text = text;
        return str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX;
    }
    char *out = arena_alloc(arena, text.length + 1), *to = out;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (byte == '%') {
            int high = i + 2 < text.length ? hex_digit(text.at[i + 1]) : -1;
            int low = i + 2 < text.length ? hex_digit(text.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        } else if (byte == '+') {
            byte = ' ';
        }
        if (!byte)
            return false;
        *to++ = byte;
    }
    *ret_text = (struct str){ out, (size_t)(to - out) };
    return str_is_utf8(*ret_text);
}

static bool read_pair(struct arena *arena, struct str piece, struct pair *ret_pair)
{
    struct str value, name = str_cut(piece, '=', &value);
    return unescape(arena, name, &ret_pair->name) && unescape(arena, value, &ret_pair->value);
}

struct str query_action(struct arena *arena, struct str form)
{
    struct pair pair;
    while (form.length) {
        struct str piece = str_cut(form, '&', &form);
        if (str_starts(piece, STR("Action=")) && read_pair(arena, piece, &pair))
            return pair.value;
    }
    return STR_NONE;
}

static bool is_number(struct str segment, int64_t *ret_number)
{
    return str_to_int64(segment, ret_number) && *ret_number >= 0;
}

/* Numbers by value and before all else. */
static int compare_segments(struct str a, struct str b)
{
    int64_t m, n;
    bool a_is_number = is_number(a, &m), b_is_number = is_number(b, &n);
    if (a_is_number != b_is_number)
        return a_is_number ? -1 : 1;
    return a_is_number && m != n ? (m > n) - (m < n) : str_compare(a, b);
}

/* Segment by segment, so that what belongs together stands together and lists are in order. */
static int compare_names(struct str a, struct str b)
{
    while (a.length && b.length) {
        struct str x = str_cut(a, '.', &a), y = str_cut(b, '.', &b);
        int order = compare_segments(x, y);
        if (order)
            return order;
    }
    return (a.length > 0) - (b.length > 0);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = compare_names(x->name, y->name);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static size_t count_pieces(struct str form)
{
    size_t count = 0;
    while (form.length) {
        str_cut(form, '&', &form);
        count++;
    }
    return count;
}

/* NULL: no form. */
static struct pair *read_pairs(struct arena *arena, struct str form, size_t *ret_count, char **reterr_why)
{
    size_t most = count_pieces(form);
    if (most > MOST_PAIRS) {
        *reterr_why = arena_printf(arena, "More than %d parameters", MOST_PAIRS);
        return NULL;
    }
    struct pair *pairs = ARENA_ARRAY(arena, struct pair, most + 1);
    size_t count = 0;
    while (form.length) {
        struct str piece = str_cut(form, '&', &form);
        if (!piece.length)
            continue;
        if (!read_pair(arena, piece, &pairs[count])) {
            *reterr_why = arena_copy(arena, STR("A parameter is not encoded as a form's must be"));
            return NULL;
        }
        pairs[count].order = count;
        count++;
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    *ret_count = count;
    return pairs;
}

/* ---- decoding ---- */

/* Neighbours among the sorted pairs that agree in all that the walk has taken off so far. */
struct group {
    struct pair *pairs;
    size_t count;
};

struct decoding {
    struct arena *arena;
    char *why; /* NULL: nothing is wrong */
};

static cJSON *decode(struct decoding *decoding, const struct shape *shape, struct group group, unsigned depth);

/* Takes the pairs that begin with the same segment off the group, and the segment off their names. */
static struct group next_group(struct group *group, struct str *ret_segment)
{
    struct group taken = { group->pairs, 0 };
    while (taken.count < group->count) {
        struct pair *pair = &group->pairs[taken.count];
        struct str rest, segment = str_cut(pair->name, '.', &rest);
        if (taken.count && !str_equal(segment, *ret_segment))
            break;
        *ret_segment = segment;
        pair->name = rest;
        taken.count++;
    }
    group->pairs += taken.count;
    group->count -= taken.count;
    return taken;
}

/* The group of this segment, count 0 where there is none; other segments are dropped. */
static struct group pick_group(struct group group, const char *segment_wanted)
{
    struct group picked = { 0 };
    while (group.count) {
        struct str segment;
        struct group next = next_group(&group, &segment);
        if (str_is(segment, segment_wanted))
            picked = next;
    }
    return picked;
}

/* The pair whose name ends here, the last where it comes twice; NULL: all go deeper, which means nothing to a scalar. */
static const struct pair *leaf(struct group group)
{
    const struct pair *found = NULL;
    for (size_t i = 0; i < group.count && !group.pairs[i].name.length; i++)
        found = &group.pairs[i];
    return found;
}

static bool is_said(const struct shape *shape, struct group group)
{
    bool scalar = shape->kind != SHAPE_STRUCTURE && shape->kind != SHAPE_LIST && shape->kind != SHAPE_MAP;
    return group.count && (!scalar || leaf(group));
}

static void add_child(struct arena *arena, cJSON *parent, struct str name, cJSON *child)
{
    if (name.at)
        child->string = arena_copy(arena, name);
    if (!parent->child) {
        parent->child = child->prev = child;
        return;
    }
    cJSON *last = parent->child->prev;
    last->next = child;
    child->prev = last;
    parent->child->prev = child;
}

/* "Name.N" rather than "Name.member.N": the shape says so, or the member. */
static bool is_flat(const struct shape *shape, const struct member *member)
{
    return shape->flattened || (member && member->flattened);
}

static cJSON *decode_list(struct decoding *decoding, const struct shape *shape, bool flat, struct group group,
                          unsigned depth)
{
    cJSON *list = scalar_node(decoding->arena, cJSON_Array);
    if (!flat)
        group = pick_group(group, shape->element_wire);
    while (group.count) {
        struct str segment;
        int64_t number;
        struct group one = next_group(&group, &segment);
        if (!is_number(segment, &number) || !is_said(shape->element, one))
            continue;
        cJSON *element = decode(decoding, shape->element, one, depth);
        if (!element)
            return NULL;
        add_child(decoding->arena, list, STR_NONE, element);
    }
    return list;
}

/* entry.1.key=…&entry.1.value=… */
static cJSON *decode_map(struct decoding *decoding, const struct shape *shape, bool flat, struct group group,
                         unsigned depth)
{
    cJSON *map = scalar_node(decoding->arena, cJSON_Object);
    if (!flat)
        group = pick_group(group, "entry");
    while (group.count) {
        struct str segment, part;
        struct group entry = next_group(&group, &segment), key = { 0 }, value = { 0 };
        while (entry.count) {
            struct group next = next_group(&entry, &part);
            if (str_is(part, shape->key_wire))
                key = next;
            else if (str_is(part, shape->value_wire))
                value = next;
        }
        if (!is_said(shape->key, key) || !is_said(shape->element, value))
            continue;
        cJSON *child = decode(decoding, shape->element, value, depth);
        if (!child)
            return NULL;
        add_child(decoding->arena, map, leaf(key)->value, child);
    }
    return map;
}

static const struct member *member_on_wire(const struct shape *structure, struct str wire)
{
    for (size_t i = 0; i < structure->member_count; i++) {
        if (str_is(wire, structure->members[i].wire))
            return &structure->members[i];
    }
    return NULL;
}

static cJSON *decode_structure(struct decoding *decoding, const struct shape *shape, struct group group, unsigned depth)
{
    cJSON *object = scalar_node(decoding->arena, cJSON_Object);
    while (group.count) {
        struct str segment;
        struct group one = next_group(&group, &segment);
        const struct member *member = member_on_wire(shape, segment);
        if (!member || !is_said(member->shape, one))
            continue;
        cJSON *value;
        if (member->shape->kind == SHAPE_LIST)
            value = decode_list(decoding, member->shape, is_flat(member->shape, member), one, depth);
        else if (member->shape->kind == SHAPE_MAP)
            value = decode_map(decoding, member->shape, is_flat(member->shape, member), one, depth);
        else
            value = decode(decoding, member->shape, one, depth);
        if (!value)
            return NULL;
        add_child(decoding->arena, object, str_of(member->name), value);
    }
    return object;
}

static cJSON *decode(struct decoding *decoding, const struct shape *shape, struct group group, unsigned depth)
{
    if (depth > JSON_MAX_DEPTH) {
        decoding->why = arena_copy(decoding->arena, STR("Nested too deeply"));
        return NULL;
    }
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return decode_structure(decoding, shape, group, depth + 1);
    case SHAPE_LIST:
        return decode_list(decoding, shape, is_flat(shape, NULL), group, depth + 1);
    case SHAPE_MAP:
        return decode_map(decoding, shape, is_flat(shape, NULL), group, depth + 1);
    default:
        return scalar_read(decoding->arena, shape, leaf(group)->value, &decoding->why);
    }
}

const cJSON *query_decode(struct call *call, struct str form, char **reterr_message)
{
    struct decoding decoding = { .arena = call->arena };
    struct group group;
    group.pairs = read_pairs(call->arena, form, &group.count, reterr_message);
    if (!group.pairs)
        return NULL;
    if (!call->operation->input)
        return scalar_node(call->arena, cJSON_Object);
    const cJSON *input = decode(&decoding, call->operation->input, group, 0);
    if (!input)
        *reterr_message = decoding.why;
    return input;
}

/* ---- encoding ---- */

static void write_value(struct buf *out, const char *name, const struct shape *shape, bool flat, const cJSON *node);

static void write_members(struct buf *out, const struct shape *shape, const cJSON *node)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const cJSON *value = json_get(node, member->name);
        if (value && !cJSON_IsNull(value))
            write_value(out, member->wire, member->shape, is_flat(member->shape, member), value);
    }
}

static void write_list(struct buf *out, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    if (!flat)
        xml_open(out, name);
    for (const cJSON *element = node->child; element; element = element->next)
        write_value(out, flat ? name : shape->element_wire, shape->element, is_flat(shape->element, NULL), element);
    if (!flat)
        xml_close(out, name);
}

static void write_map(struct buf *out, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    if (!flat)
        xml_open(out, name);
    for (const cJSON *entry = node->child; entry; entry = entry->next) {
        xml_open(out, flat ? name : "entry");
        xml_element(out, shape->key_wire, str_of(entry->string));
        write_value(out, shape->value_wire, shape->element, is_flat(shape->element, NULL), entry);
        xml_close(out, flat ? name : "entry");
    }
    if (!flat)
        xml_close(out, name);
}

static void write_scalar(struct buf *out, const char *name, const struct shape *shape, const cJSON *node)
{
    struct buf text = BUF_EMPTY;
    scalar_write(&text, shape, node);
    xml_element(out, name, buf_str(&text));
    buf_release(&text);
}

static void write_value(struct buf *out, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        xml_open(out, name);
        write_members(out, shape, node);
        xml_close(out, name);
        break;
    case SHAPE_LIST:
        write_list(out, name, shape, flat, node);
        break;
    case SHAPE_MAP:
        write_map(out, name, shape, flat, node);
        break;
    default:
        write_scalar(out, name, shape, node);
    }
}

static void open_with_namespace(struct buf *out, const char *name, const char *suffix, const char *namespace)
{
    buf_printf(out, "<%s%s xmlns=\"%s\">", name, suffix, namespace);
}

static void write_answer(struct buf *out, const struct call *call)
{
    const struct operation *operation = call->operation;
    open_with_namespace(out, operation->name, "Response", call->service->model->xml_namespace);
    if (operation->output) {
        xml_open(out, operation->result_wrapper);
        write_members(out, operation->output, call->output);
        xml_close(out, operation->result_wrapper);
    }
    xml_open(out, "ResponseMetadata");
    xml_element(out, "RequestId", str_of(call->request_id));
    xml_close(out, "ResponseMetadata");
    buf_printf(out, "</%sResponse>", operation->name);
}

static void write_error(struct buf *out, const struct call *call)
{
    const struct api_error *error = &call->error;
    open_with_namespace(out, "ErrorResponse", "",
                        call->service ? call->service->model->xml_namespace : FAULT_NAMESPACE);
    xml_open(out, "Error");
    xml_element(out, "Type", error->kind->fault == FAULT_SENDER ? STR("Sender") : STR("Receiver"));
    xml_element(out, "Code", str_of(error->kind->code));
    if (error->message)
        xml_element(out, "Message", str_of(error->message));
    for (const cJSON *member = error->extra ? error->extra->child : NULL; member; member = member->next)
        xml_element(out, member->string, json_print_in(call->arena, member));
    xml_close(out, "Error");
    xml_element(out, "RequestId", str_of(call->request_id));
    xml_close(out, "ErrorResponse");
}

void query_encode(struct call *call, enum outcome outcome, struct wire_reply *reply)
{
    assert(outcome != CALL_PARKED);
    reply->content_type = "text/xml";
    reply->status = outcome == CALL_FAILED ? call->error.kind->status : call->operation->success_status;
    if (outcome == CALL_FAILED)
        write_error(&reply->body, call);
    else
        write_answer(&reply->body, call);
}
