#include "aws/query.h"

#include <assert.h>
#include <stdlib.h>

#include "aws/scalar.h"
#include "aws/xml.h"
#include "base/percent.h"

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

/* False: a broken escape, NUL or bad UTF-8. */
static bool form_text(struct arena *arena, struct str text, struct str *ret_text)
{
    return percent_decode(arena, text, true, ret_text) && str_is_utf8(*ret_text) &&
           str_find_byte(*ret_text, '\0') == SIZE_MAX;
}

static bool read_pair(struct arena *arena, struct str piece, struct pair *ret_pair)
{
    struct str value, name = str_cut(piece, '=', &value);
    return form_text(arena, name, &ret_pair->name) && form_text(arena, value, &ret_pair->value);
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
        scalar_add(decoding->arena, list, STR_NONE, element);
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
        scalar_add(decoding->arena, map, leaf(key)->value, child);
    }
    return map;
}

static cJSON *decode_structure(struct decoding *decoding, const struct shape *shape, struct group group, unsigned depth)
{
    cJSON *object = scalar_node(decoding->arena, cJSON_Object);
    while (group.count) {
        struct str segment;
        struct group one = next_group(&group, &segment);
        const struct member *member = shape_member_on_wire(shape, segment);
        if (!member || !is_said(member->shape, one))
            continue;
        cJSON *value;
        if (member->shape->kind == SHAPE_LIST)
            value = decode_list(decoding, member->shape, member_is_flat(member), one, depth);
        else if (member->shape->kind == SHAPE_MAP)
            value = decode_map(decoding, member->shape, member_is_flat(member), one, depth);
        else
            value = decode(decoding, member->shape, one, depth);
        if (!value)
            return NULL;
        scalar_add(decoding->arena, object, str_of(member->name), value);
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
        return decode_list(decoding, shape, shape->flattened, group, depth + 1);
    case SHAPE_MAP:
        return decode_map(decoding, shape, shape->flattened, group, depth + 1);
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

static void write_answer(struct buf *out, const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *name = arena_printf(call->arena, "%sResponse", operation->name);
    xml_open_root(out, name, call->service->model->xml_namespace);
    if (operation->output) {
        xml_open(out, operation->result_wrapper);
        xml_members(out, operation->output, call->output);
        xml_close(out, operation->result_wrapper);
    }
    xml_open(out, "ResponseMetadata");
    xml_element(out, "RequestId", str_of(call->request_id));
    xml_close(out, "ResponseMetadata");
    xml_close(out, name);
}

static void write_error(struct buf *out, const struct call *call)
{
    const struct api_error *error = &call->error;
    xml_open_root(out, "ErrorResponse", call->service ? call->service->model->xml_namespace : FAULT_NAMESPACE);
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
