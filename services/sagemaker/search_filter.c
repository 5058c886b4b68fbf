#include "services/sagemaker/search_filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

/* ---- properties ---- */

/* Visits what the way leads to; true of `visit` ends it and comes back. */
typedef bool (*visit_fn)(const cJSON *value, struct str way, void *data);

static bool walk(const cJSON *node, struct str way, visit_fn visit, void *data);

/* Of a list of {key: name, value: …}: the elements whose key begins the way; then what stands behind it in them, or their value. */
static bool walk_keyed(const cJSON *list, const char *key, const char *value, struct str way, visit_fn visit,
                       void *data)
{
    const cJSON *element;
    cJSON_ArrayForEach(element, list)
    {
        struct str name = json_str(element, key), rest = str_from(way, name.length);
        if (!name.at || !str_starts(way, name) || (rest.length && rest.at[0] != '.'))
            continue;
        struct str further = rest.length ? str_from(rest, 1) : str_of(value);
        if (walk(element, further, visit, data))
            return true;
    }
    return false;
}

/* Tags and the parameters of features are lists that are asked like maps. */
static bool walk_list(const cJSON *list, struct str way, visit_fn visit, void *data)
{
    const cJSON *element;
    if (way.length && walk_keyed(list, "Key", "Value", way, visit, data))
        return true;
    cJSON_ArrayForEach(element, list)
    {
        if (walk(element, way, visit, data))
            return true;
    }
    return false;
}

/* A member's name may hold dots where it is a map's key. */
static bool walk_members(const cJSON *object, struct str way, visit_fn visit, void *data)
{
    for (size_t end = 0; end <= way.length; end++) {
        if (end < way.length && way.at[end] != '.')
            continue;
        const cJSON *member = json_get_str(object, str_first(way, end));
        if (member && walk(member, str_from(way, end + 1), visit, data))
            return true;
    }
    return false;
}

static bool walk(const cJSON *node, struct str way, visit_fn visit, void *data)
{
    if (cJSON_IsArray(node))
        return walk_list(node, way, visit, data);
    return way.length ? cJSON_IsObject(node) && walk_members(node, way, visit, data) : visit(node, way, data);
}

/* So are metrics, under a name of their own. */
static bool visit_property(const cJSON *record, struct str property, visit_fn visit, void *data)
{
    struct str rest, first = str_cut(property, '.', &rest);
    if (!str_is(first, "Metrics") || !rest.length)
        return walk(record, property, visit, data);
    return walk_keyed(json_get(record, "FinalMetricDataList"), "MetricName", "Value", rest, visit, data) ||
           walk_keyed(json_get(record, "Metrics"), "MetricName", "Last", rest, visit, data);
}

static bool take_first(const cJSON *value, struct str way, void *data)
{
    *(const cJSON **)data = value;
    return true;
}

const cJSON *search_value(const cJSON *record, struct str property)
{
    const cJSON *found = NULL;
    visit_property(record, property, take_first, &found);
    return found;
}

static bool is_keyed(const struct shape *element)
{
    return element->kind == SHAPE_STRUCTURE && shape_member(element, STR("Key")) && shape_member(element, STR("Value"));
}

bool search_has_property(const struct shape *shape, struct str property)
{
    struct str rest, first = str_cut(property, '.', &rest);
    if (!property.length || shape->kind == SHAPE_MAP)
        return true;
    if (shape->kind == SHAPE_LIST)
        return is_keyed(shape->element) || search_has_property(shape->element, property);
    if (shape->kind != SHAPE_STRUCTURE)
        return false;
    const struct member *member = shape_member(shape, first);
    bool metrics = str_is(first, "Metrics") &&
                   (shape_member(shape, STR("FinalMetricDataList")) || shape_member(shape, STR("Metrics")));
    return metrics || (member && search_has_property(member->shape, rest));
}

/* ---- one filter ---- */

struct asked {
    struct str operator, value;
    bool is_hyper_parameter;
};

static bool to_number(struct str text, double *ret_number)
{
    char digits[64], *end;
    if (!text.length || text.length >= sizeof digits || text.at[0] <= ' ')
        return false;
    memcpy(digits, text.at, text.length);
    digits[text.length] = '\0';
    *ret_number = strtod(digits, &end);
    return *end == '\0' && isfinite(*ret_number);
}

/* Instants stand in records as seconds and in filters as "2026-11-22T09:15:08Z", the zone may be missing. */
static bool to_instant(struct str text, double *ret_seconds)
{
    char zoned[40];
    int64_t instant_ms;
    bool bare = text.length && text.length < sizeof zoned - 1 && str_find_byte(text, 'T') != SIZE_MAX &&
                !str_ends(text, STR("Z")) && str_find_byte(text, '+') == SIZE_MAX;
    if (bare) {
        memcpy(zoned, text.at, text.length);
        zoned[text.length] = 'Z';
        text = (struct str){ zoned, text.length + 1 };
    }
    if (!time_parse_iso(text, &instant_ms))
        return false;
    *ret_seconds = (double)instant_ms / 1000;
    return true;
}

/* Both as numbers, where both are. "Decimal hyperparameter values are treated as integers" if what they are held against is one. */
static bool numbers_of(const cJSON *has, const struct asked *asked, double *ret_has, double *ret_asked)
{
    bool known = cJSON_IsNumber(has);
    if (known)
        *ret_has = json_to_double(has);
    else if (!to_number(json_value(has), ret_has))
        return false;
    if (known && to_instant(asked->value, ret_asked))
        return true;
    if (!to_number(asked->value, ret_asked))
        return false;
    if (asked->is_hyper_parameter && str_find_byte(asked->value, '.') == SIZE_MAX)
        *ret_has = trunc(*ret_has);
    return true;
}

static bool contains(struct str text, struct str part)
{
    for (size_t at = 0; at + part.length <= text.length; at++)
        if (str_equal_ignoring_case(str_first(str_from(text, at), part.length), part))
            return true;
    return false;
}

static struct str text_of(const cJSON *value)
{
    return cJSON_IsBool(value) ? (cJSON_IsTrue(value) ? STR("true") : STR("false")) : json_value(value);
}

static bool is_same(const cJSON *has, const struct asked *asked)
{
    double a, b;
    return numbers_of(has, asked, &a, &b) ? a == b : str_equal(text_of(has), asked->value);
}

static bool is_in(const cJSON *has, const struct asked *asked)
{
    struct asked one = *asked;
    struct str list = asked->value;
    while (list.length) {
        one.value = str_trim(str_cut(list, ',', &list));
        if (is_same(has, &one))
            return true;
    }
    return false;
}

/* Order is for numbers and instants: "not supported for text properties". */
static bool is_in_order(const cJSON *has, const struct asked *asked)
{
    double a, b;
    if (!numbers_of(has, asked, &a, &b))
        return false;
    return str_is(asked->operator, "GreaterThan")            ? a > b
           : str_is(asked->operator, "GreaterThanOrEqualTo") ? a >= b
           : str_is(asked->operator, "LessThan")             ? a < b
                                                             : a <= b;
}

static bool satisfies(const cJSON *has, struct str way, void *data)
{
    const struct asked *asked = data;
    if (str_is(asked->operator, "Exists"))
        return true;
    if (str_is(asked->operator, "Equals"))
        return is_same(has, asked);
    if (str_is(asked->operator, "Contains"))
        return contains(text_of(has), asked->value);
    return str_is(asked->operator, "In") ? is_in(has, asked) : is_in_order(has, asked);
}

/* What is denied is denied of all values: one that is not there is not equal to anything. */
static bool admits_filter(const cJSON *filter, struct str name, const cJSON *record)
{
    struct str operator= json_str(filter, "Operator");
    bool denied = str_is(operator, "NotEquals") || str_is(operator, "NotExists");
    struct asked asked = { operator.at ? operator: STR("Equals"), json_str(filter, "Value"),
                           str_starts(json_str(filter, "Name"), STR("HyperParameters.")) };
    if (!operator.at && !json_get(filter, "Value"))
        asked.operator= STR("Exists");
    if (denied)
        asked.operator= str_is(operator, "NotEquals") ? STR("Equals") : STR("Exists");
    return visit_property(record, name, satisfies, &asked) != denied;
}

/* ---- expressions ---- */

struct nested {
    const cJSON *filters;
    struct str prefix; /* of their names, with the dot */
};

/* All filters of one element of the list. */
static bool satisfies_nested(const cJSON *element, struct str way, void *data)
{
    const struct nested *nested = data;
    const cJSON *filter;
    cJSON_ArrayForEach(filter, nested->filters)
    {
        struct str name = json_str(filter, "Name");
        bool named = str_starts(name, nested->prefix);
        if (!admits_filter(filter, named ? str_from(name, nested->prefix.length) : name, element))
            return false;
    }
    return true;
}

static bool admits_nested(const cJSON *nested_filters, const cJSON *record)
{
    char prefix[260];
    const char *name = json_string(nested_filters, "NestedPropertyName");
    snprintf(prefix, sizeof prefix, "%s.", name);
    struct nested nested = { json_get(nested_filters, "Filters"), str_of(prefix) };
    return visit_property(record, str_of(name), satisfies_nested, &nested);
}

bool search_admits(const cJSON *expression, const cJSON *record)
{
    bool any = str_is(json_str(expression, "Operator"), "Or");
    const cJSON *part;
    size_t parts = 0;
    cJSON_ArrayForEach(part, json_get(expression, "Filters"))
    {
        if (parts++, admits_filter(part, json_str(part, "Name"), record) == any)
            return any;
    }
    cJSON_ArrayForEach(part, json_get(expression, "NestedFilters"))
    {
        if (parts++, admits_nested(part, record) == any)
            return any;
    }
    cJSON_ArrayForEach(part, json_get(expression, "SubExpressions"))
    {
        if (parts++, search_admits(part, record) == any)
            return any;
    }
    return !any || parts == 0;
}

/* ---- checks ---- */

static const char *check_filters(const cJSON *filters, const struct shape *record, struct str *ret_name)
{
    const cJSON *filter;
    cJSON_ArrayForEach(filter, filters)
    {
        struct str operator= json_str(filter, "Operator");
        bool needs_none = str_is(operator, "Exists") || str_is(operator, "NotExists");
        *ret_name = json_str(filter, "Name");
        if (!search_has_property(record, *ret_name))
            return "Unknown property";
        if (operator.at && !needs_none && !json_get(filter, "Value"))
            return "A value is needed for property";
        if (needs_none && json_get(filter, "Value"))
            return "No value is allowed with this operator for property";
    }
    return NULL;
}

const char *search_check(const cJSON *expression, const struct shape *record, struct str *ret_name)
{
    const char *why = check_filters(json_get(expression, "Filters"), record, ret_name);
    const cJSON *part;
    cJSON_ArrayForEach(part, json_get(expression, "NestedFilters"))
    {
        struct str name = json_str(part, "NestedPropertyName");
        if (why)
            return why;
        if (!search_has_property(record, name)) {
            *ret_name = name;
            return "Unknown property";
        }
        why = check_filters(json_get(part, "Filters"), record, ret_name);
    }
    cJSON_ArrayForEach(part, json_get(expression, "SubExpressions"))
    {
        if (why)
            return why;
        why = search_check(part, record, ret_name);
    }
    return why;
}
