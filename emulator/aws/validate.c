#include "aws/validate.h"

#include "aws/call.h"
#include "base/time.h"

/* AWS stops counting here. */
#define MOST_VIOLATIONS 10

#define REDACTED "***Sensitive Data Redacted***"

/* Where the walk stands: a member, the nth element of a list or a key of a map, up to the input itself (no parent). */
struct place {
    const struct place *above;
    const char *name; /* of a member or a key; NULL: an element */
    size_t number;    /* of an element, from 1 */
    bool is_key, sensitive;
};

struct validation {
    struct buf sentence; /* all violations, parted by "; " */
    size_t count;
};

/* ---- what a value looks like: as Java prints it ---- */

static void print_value(struct buf *out, const struct shape *shape, bool sensitive, const cJSON *node);

static void print_initial_lower(struct buf *out, const char *name)
{
    buf_add_byte(out, *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name);
    buf_add_text(out, *name ? name + 1 : "");
}

/* RoutingConfigurationListItem(stateMachineVersionArn=…, weight=50) */
static void print_structure(struct buf *out, const struct shape *shape, const cJSON *node)
{
    buf_add_text(out, shape->name);
    buf_add_byte(out, '(');
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        buf_add_text(out, i ? ", " : "");
        print_initial_lower(out, member->name);
        buf_add_byte(out, '=');
        print_value(out, member->shape, member->sensitive, json_get(node, member->name));
    }
    buf_add_byte(out, ')');
}

/* [a, b] or {k=v, l=w} */
static void print_elements(struct buf *out, const struct shape *shape, const cJSON *node)
{
    bool map = shape->kind == SHAPE_MAP;
    buf_add_byte(out, map ? '{' : '[');
    for (const cJSON *child = node->child; child; child = child->next) {
        if (map) {
            buf_add_text(out, child->string);
            buf_add_byte(out, '=');
        }
        print_value(out, shape->element, false, child);
        buf_add_text(out, child->next ? ", " : "");
    }
    buf_add_byte(out, map ? '}' : ']');
}

static size_t blob_bytes(const cJSON *node)
{
    struct str text = json_value(node);
    size_t padding = str_ends(text, STR("==")) ? 2 : str_ends(text, STR("=")) ? 1 : 0;
    return text.length / 4 * 3 - padding;
}

static void print_time(struct buf *out, const cJSON *node)
{
    char text[32];
    time_print_iso(json_to_time(node), false, text);
    buf_add_text(out, text);
}

static void print_value(struct buf *out, const struct shape *shape, bool sensitive, const cJSON *node)
{
    if (!node || cJSON_IsNull(node))
        buf_add_text(out, "null");
    else if (sensitive || shape->sensitive)
        buf_add_text(out, REDACTED);
    else if (shape->kind == SHAPE_STRUCTURE)
        print_structure(out, shape, node);
    else if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP)
        print_elements(out, shape, node);
    else if (shape->kind == SHAPE_BLOB)
        buf_printf(out, "java.nio.HeapByteBuffer[pos=0 lim=%zu cap=%zu]", blob_bytes(node), blob_bytes(node));
    else if (shape->kind == SHAPE_TIMESTAMP)
        print_time(out, node);
    else if (cJSON_IsString(node))
        buf_add_str(out, json_value(node));
    else
        json_print(out, node);
    if ((shape->kind == SHAPE_FLOAT || shape->kind == SHAPE_DOUBLE) && json_is_integer(node) && !sensitive &&
        !shape->sensitive)
        buf_add_text(out, ".0");
}

/* ---- saying what is wrong ---- */

/* routingConfiguration.1.member.weight */
static void print_place(struct buf *out, const struct place *place)
{
    if (place->above && place->above->above) {
        print_place(out, place->above);
        buf_add_byte(out, '.');
    }
    if (!place->name)
        buf_printf(out, "%zu.member", place->number);
    else if (place->is_key)
        buf_printf(out, "%s.member", place->name);
    else
        print_initial_lower(out, place->name);
}

/* What does not hold, a piece of a sentence: "Member must not be null". False: enough has been said. */
static bool begin_violation(struct validation *validation, const struct shape *shape, const struct place *place,
                            const cJSON *node)
{
    if (validation->count == MOST_VIOLATIONS)
        return false;
    struct buf *out = &validation->sentence;
    buf_add_text(out, validation->count++ ? "; Value" : "Value");
    if (!place->sensitive && !shape->sensitive) {
        buf_add_text(out, node ? " '" : " ");
        print_value(out, shape, false, node);
        buf_add_text(out, node ? "'" : "");
    }
    buf_add_text(out, " at '");
    print_place(out, place);
    buf_add_text(out, "' failed to satisfy constraint: ");
    return true;
}

static void print_bound(struct buf *out, double bound)
{
    buf_printf(out, "%.15g", bound);
}

static void say_bound(struct buf *out, const struct shape *shape, bool least)
{
    bool number = shape->kind >= SHAPE_INTEGER && shape->kind <= SHAPE_DOUBLE;
    buf_printf(out, "Member must have %s %s than or equal to ", number ? "value" : "length",
               least ? "greater" : "less");
    print_bound(out, least ? shape->min : shape->max);
}

static void say_pattern(struct buf *out, const struct shape *shape)
{
    buf_add_text(out, "Member must satisfy regular expression pattern: ");
    buf_add_text(out, shape->pattern);
}

static void say_values(struct buf *out, const struct shape *shape)
{
    buf_add_text(out, "Member must satisfy enum value set: [");
    for (const char *const *value = shape->values; *value; value++) {
        buf_add_text(out, value == shape->values ? "" : ", ");
        buf_add_text(out, *value);
    }
    buf_add_byte(out, ']');
}

/* ---- checking ---- */

/* What a scalar, or a list or map as a whole, offends against. */
struct offences {
    bool least, most, pattern, values, null;
};

static bool offends(struct offences offences)
{
    return offences.least || offences.most || offences.pattern || offences.values || offences.null;
}

static bool is_among(const struct shape *shape, struct str text)
{
    for (const char *const *value = shape->values; *value; value++) {
        if (str_is(text, *value))
            return true;
    }
    return false;
}

static double size_of(const struct shape *shape, const cJSON *node)
{
    switch (shape->kind) {
    case SHAPE_STRING:
        return (double)str_count_code_points(json_value(node));
    case SHAPE_BLOB:
        return (double)blob_bytes(node);
    case SHAPE_LIST:
    case SHAPE_MAP:
        return (double)cJSON_GetArraySize(node);
    default:
        return json_to_double(node);
    }
}

static struct offences offences_of_text(const struct shape *shape, struct str text)
{
    struct offences offences = { 0 };
    if (shape->pattern)
        offences.pattern = !shape_matches(shape, text);
    if (shape->values)
        offences.values = !is_among(shape, text);
    return offences;
}

/* A character has one to four bytes, so most texts need not be counted. */
static bool fits_anyhow(const struct shape *shape, const cJSON *node)
{
    if (shape->kind != SHAPE_STRING)
        return false;
    double bytes = (double)json_value(node).length;
    return (!shape->has_min || bytes >= 4 * shape->min) && (!shape->has_max || bytes <= shape->max);
}

static struct offences offences_of(const struct shape *shape, const cJSON *node)
{
    if (cJSON_IsNull(node))
        return (struct offences){ .null = true };
    struct offences offences = { 0 };
    if (shape->kind == SHAPE_STRING)
        offences = offences_of_text(shape, json_value(node));
    if ((!shape->has_min && !shape->has_max) || fits_anyhow(shape, node))
        return offences;
    double size = size_of(shape, node);
    offences.least = shape->has_min && size < shape->min;
    offences.most = shape->has_max && size > shape->max;
    return offences;
}

/* The order, pattern before length, is seen in CloudFormation's answers. */
static void tell_offences(struct validation *validation, const struct shape *shape, const struct place *place,
                          const cJSON *node, struct offences offences)
{
    if (offences.pattern && begin_violation(validation, shape, place, node))
        say_pattern(&validation->sentence, shape);
    if (offences.values && begin_violation(validation, shape, place, node))
        say_values(&validation->sentence, shape);
    if (offences.least && begin_violation(validation, shape, place, node))
        say_bound(&validation->sentence, shape, true);
    if (offences.most && begin_violation(validation, shape, place, node))
        say_bound(&validation->sentence, shape, false);
}

static void tell_null(struct validation *validation, const struct shape *shape, const struct place *place)
{
    if (begin_violation(validation, shape, place, NULL))
        buf_add_text(&validation->sentence, "Member must not be null");
}

static bool is_scalar(const struct shape *shape)
{
    return shape->kind != SHAPE_STRUCTURE && shape->kind != SHAPE_LIST && shape->kind != SHAPE_MAP;
}

/* [Member must have length less than or equal to 128, …]: all that a scalar element must satisfy, whatever it offends. */
static void say_all(struct buf *out, const struct shape *shape, bool null)
{
    const char *between = "";
    buf_add_byte(out, '[');
    if (shape->has_max) {
        say_bound(out, shape, false);
        between = ", ";
    }
    if (shape->has_min) {
        buf_add_text(out, between);
        say_bound(out, shape, true);
        between = ", ";
    }
    if (shape->pattern) {
        buf_add_text(out, between);
        say_pattern(out, shape);
        between = ", ";
    }
    if (shape->values) {
        buf_add_text(out, between);
        say_values(out, shape);
        between = ", ";
    }
    if (null) {
        buf_add_text(out, between);
        buf_add_text(out, "Member must not be null");
    }
    buf_add_byte(out, ']');
}

/* Scalar elements (or keys) are told of once, for the whole list or map. */
static void check_scalars(struct validation *validation, const struct shape *shape, const struct place *place,
                          const cJSON *node, bool keys)
{
    const struct shape *element = keys ? shape->key : shape->element;
    bool bad = false, null = false;
    for (const cJSON *child = node->child; child; child = child->next) {
        struct cJSON key = { .type = cJSON_String, .valuestring = child->string };
        struct offences offences = offences_of(element, keys ? &key : child);
        bad |= offends(offences);
        null |= offences.null;
    }
    if (!bad || !begin_violation(validation, shape, place, node))
        return;
    buf_add_text(&validation->sentence, shape->kind == SHAPE_LIST ? "Member must satisfy constraint: "
                                        : keys                    ? "Map keys must satisfy constraint: "
                                                                  : "Map value must satisfy constraint: ");
    say_all(&validation->sentence, element, null);
}

static void check(struct validation *validation, const struct shape *shape, const struct place *place,
                  const cJSON *node);

static void check_member(struct validation *validation, const struct member *member, const struct place *place,
                         const cJSON *value)
{
    struct place here = { .above = place, .name = member->name, .sensitive = member->sensitive };
    bool in_tree = member->location != LOCATION_PAYLOAD || member->shape->kind != SHAPE_BLOB;
    if (value)
        check(validation, member->shape, &here, value);
    else if (member->required && in_tree)
        tell_null(validation, member->shape, &here);
}

static void check_structure(struct validation *validation, const struct shape *shape, const struct place *place,
                            const cJSON *node)
{
    uint64_t lacks = json_lacks(node);
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        check_member(validation, member, place, lacks & member->mark ? NULL : json_get(node, member->name));
    }
}

static void check_elements(struct validation *validation, const struct shape *shape, const struct place *place,
                           const cJSON *node)
{
    if (shape->key)
        check_scalars(validation, shape, place, node, true);
    if (is_scalar(shape->element)) {
        check_scalars(validation, shape, place, node, false);
        return;
    }
    size_t number = 0;
    for (const cJSON *child = node->child; child; child = child->next) {
        struct place here = { .above = place, .name = child->string, .is_key = shape->key, .number = ++number };
        if (cJSON_IsNull(child))
            tell_null(validation, shape->element, &here);
        else
            check(validation, shape->element, &here, child);
    }
}

static void check(struct validation *validation, const struct shape *shape, const struct place *place,
                  const cJSON *node)
{
    if (shape->kind == SHAPE_STRUCTURE) {
        check_structure(validation, shape, place, node);
        return;
    }
    tell_offences(validation, shape, place, node, offences_of(shape, node));
    if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP)
        check_elements(validation, shape, place, node);
}

static char *sentence_of(struct arena *arena, struct validation *validation)
{
    if (!validation->count)
        return NULL;
    char *sentence = arena_printf(arena, "%zu validation error%s detected: %s", validation->count,
                                  validation->count > 1 ? "s" : "", validation->sentence.at);
    buf_release(&validation->sentence);
    return sentence;
}

char *validate_input(struct arena *arena, const struct shape *shape, const cJSON *input)
{
    if (!shape)
        return NULL;
    struct validation validation = { 0 };
    struct place root = { 0 };
    check(&validation, shape, &root, input);
    return sentence_of(arena, &validation);
}

char *validate_member(struct arena *arena, const struct member *member, const cJSON *value_or_null)
{
    struct validation validation = { 0 };
    struct place root = { 0 };
    check_member(&validation, member, &root, value_or_null);
    return sentence_of(arena, &validation);
}
