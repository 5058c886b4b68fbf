#include "services/sagemaker/pipeline_value.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/time.h"

#define MADE_MOST ((size_t)4 * 1024 * 1024) /* bytes of text that one step's expressions may make */

__attribute__((format(printf, 2, 3))) static enum resolved fail(struct pipeline_scope *scope, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    scope->why = arena_copy(scope->arena, buf_str(&text));
    buf_release(&text);
    return RESOLVE_FAILED;
}

static const cJSON *new_value(struct pipeline_scope *scope, struct str json)
{
    return json_parse_in(scope->arena, json, NULL);
}

static const cJSON *new_text(struct pipeline_scope *scope, struct str text)
{
    struct buf json = BUF_EMPTY;
    json_print_string(&json, text);
    const cJSON *value = new_value(scope, buf_str(&json));
    buf_release(&json);
    return value;
}

/* ---- paths ---- */

/* ['train'] of a list is the element that a member ending in "Name" calls so: Outputs['train'] is the one whose OutputName it is. */
static const cJSON *named_element(const cJSON *array, struct str name)
{
    const cJSON *element, *member;
    cJSON_ArrayForEach(element, array)
    {
        cJSON_ArrayForEach(member, element)
        {
            if (member->string && str_ends(str_of(member->string), STR("Name")) && str_equal(json_value(member), name))
                return element;
        }
    }
    return NULL;
}

static const cJSON *walk_bracket(const cJSON *node, struct str inside)
{
    int64_t index;
    if (str_to_int64(inside, &index))
        return index >= 0 && index <= INT32_MAX && cJSON_IsArray(node) ? cJSON_GetArrayItem(node, (int)index) : NULL;
    if (inside.length < 2 || (inside.at[0] != '\'' && inside.at[0] != '"'))
        return NULL;
    struct str name = { inside.at + 1, inside.length - 2 };
    return cJSON_IsArray(node) ? named_element(node, name) : json_get_str(node, name);
}

/* ".ModelArtifacts.S3ModelArtifacts", "['a'].b[0]"; NULL: it leads nowhere. */
static const cJSON *walk(const cJSON *node, struct str path)
{
    while (node && path.length) {
        if (path.at[0] == '[') {
            size_t end = str_find_byte(path, ']');
            if (end == SIZE_MAX)
                return NULL;
            node = walk_bracket(node, (struct str){ path.at + 1, end - 1 });
            path = str_from(path, end + 1);
            continue;
        }
        if (path.at[0] == '.')
            path = str_from(path, 1);
        size_t end = 0;
        while (end < path.length && path.at[end] != '.' && path.at[end] != '[')
            end++;
        if (!end)
            return NULL;
        node = json_get_str(node, str_first(path, end));
        path = str_from(path, end);
    }
    return node;
}

/* ---- Get ---- */

/* Values come as text (Parameter.Value), whatever the type. */
static enum resolved get_parameter(struct pipeline_scope *scope, struct str name, const cJSON **ret_value)
{
    const cJSON *parameter = pipeline_definition_parameter(scope->definition, name), *given;
    cJSON_ArrayForEach(given, scope->given)
    {
        if (!str_equal(json_str(given, "Name"), name))
            continue;
        *ret_value = json_get(given, "Value");
        struct str type = json_str(parameter, "Type");
        if (!str_is(type, "String"))
            *ret_value = new_value(scope, json_value(*ret_value));
        return *ret_value ? RESOLVED : fail(scope, "The value of the parameter '%.*s' cannot be read.", STR_ARG(name));
    }
    *ret_value = json_get(parameter, "DefaultValue");
    return *ret_value ? RESOLVED : fail(scope, "The parameter '%.*s' has no value.", STR_ARG(name));
}

static enum resolved get_variable(struct pipeline_scope *scope, struct str name, const cJSON **ret_value)
{
    char instant[32];
    struct str text;
    if (str_is(name, "PipelineName")) {
        text = scope->pipeline_name;
    } else if (str_is(name, "PipelineArn")) {
        text = scope->pipeline_arn;
    } else if (str_is(name, "PipelineExecutionId")) {
        text = scope->execution_id;
    } else if (str_is(name, "PipelineExecutionArn")) {
        text = scope->execution_arn;
    } else {
        time_print_iso(str_is(name, "StartDateTime") ? scope->start_ms : scope->now_ms, true, instant);
        text = str_of(instant);
    }
    *ret_value = new_text(scope, text);
    return RESOLVED;
}

static struct str cut_step(struct str *path)
{
    size_t end = 0;
    while (end < path->length && path->at[end] != '.' && path->at[end] != '[')
        end++;
    struct str name = str_first(*path, end);
    *path = str_from(*path, end);
    return name;
}

static enum resolved get_property(struct pipeline_scope *scope, struct str reference, const cJSON **ret_value)
{
    struct str path = str_from(reference, strlen("Steps."));
    int step = pipeline_definition_step(scope->definition, cut_step(&path));
    const cJSON *outputs = step >= 0 ? scope->outputs(scope->data, (unsigned)step) : NULL;
    *ret_value = outputs ? walk(outputs, path) : NULL;
    return *ret_value ? RESOLVED : fail(scope, "%.*s is undefined.", STR_ARG(reference));
}

static enum resolved get(struct pipeline_scope *scope, struct str reference, const cJSON **ret_value)
{
    if (str_starts(reference, STR("Parameters.")))
        return get_parameter(scope, str_from(reference, strlen("Parameters.")), ret_value);
    if (str_starts(reference, STR("Execution.")))
        return get_variable(scope, str_from(reference, strlen("Execution.")), ret_value);
    return get_property(scope, reference, ret_value);
}

/* ---- Std:Join ---- */

static bool is_too_much(struct pipeline_scope *scope, size_t more)
{
    scope->made += more;
    return scope->made > MADE_MOST;
}

static enum resolved join(struct pipeline_scope *scope, const cJSON *arguments, const cJSON **ret_value)
{
    struct buf text = BUF_EMPTY;
    struct str on = json_str(arguments, "On");
    const cJSON *item, *values = json_get(arguments, "Values"), *value;
    enum resolved state = RESOLVED;
    cJSON_ArrayForEach(item, values)
    {
        state = pipeline_value(scope, item, &value);
        if (state != RESOLVED)
            break;
        if (item != values->child)
            buf_add_str(&text, on);
        struct str piece = json_print_in(scope->arena, value);
        if (is_too_much(scope, on.length + piece.length)) {
            state = fail(scope, "The step's expressions make more text than fits.");
            break;
        }
        buf_add_str(&text, piece);
    }
    if (state == RESOLVED)
        *ret_value = new_text(scope, buf_str(&text));
    buf_release(&text);
    return state;
}

/* ---- Std:JsonGet ---- */

static const cJSON *find_named(const cJSON *list, const char *member, struct str name)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (str_equal(json_str(item, member), name))
            return item;
    }
    return NULL;
}

/* Where a property file stands: the S3Uri of its output, and the path in it. */
static struct str property_file_uri(struct pipeline_scope *scope, struct str reference)
{
    struct str path = str_from(reference, strlen("Steps."));
    int index = pipeline_definition_step(scope->definition, cut_step(&path));
    if (index < 0 || !str_starts(path, STR(".PropertyFiles.")))
        return STR_NONE;
    const cJSON *file = find_named(json_get(scope->definition->steps[index].node, "PropertyFiles"), "PropertyFileName",
                                   str_from(path, strlen(".PropertyFiles.")));
    const cJSON *outputs = scope->outputs(scope->data, (unsigned)index);
    const cJSON *output = find_named(json_get(json_get(outputs, "ProcessingOutputConfig"), "Outputs"), "OutputName",
                                     json_str(file, "OutputName"));
    struct str uri = json_str(json_get(output, "S3Output"), "S3Uri");
    if (!uri.length)
        return STR_NONE;
    return str_of(arena_printf(scope->arena, "%.*s%s%.*s", STR_ARG(uri), uri.at[uri.length - 1] == '/' ? "" : "/",
                               STR_ARG(json_str(file, "FilePath"))));
}

static enum resolved json_get_uri(struct pipeline_scope *scope, const cJSON *arguments, struct str *ret_uri)
{
    const cJSON *given = json_get(arguments, "S3Uri"), *value;
    struct str reference = json_str(json_get(arguments, "PropertyFile"), "Get");
    if (given) {
        enum resolved state = pipeline_value(scope, given, &value);
        *ret_uri = state == RESOLVED ? json_value(value) : STR_NONE;
        if (state != RESOLVED)
            return state;
    } else {
        *ret_uri = property_file_uri(scope, reference);
    }
    return ret_uri->length ? RESOLVED : fail(scope, "%.*s is undefined.", STR_ARG(reference));
}

/* The sentences are those of the SDK's local mode (FAULTS SM26). */
static enum resolved json_get_function(struct pipeline_scope *scope, const cJSON *arguments, const cJSON **ret_value)
{
    struct str uri, path = json_str(arguments, "Path");
    const char *why = NULL;
    enum resolved state = json_get_uri(scope, arguments, &uri);
    if (state != RESOLVED)
        return state;
    const cJSON *document = scope->file(scope->data, uri, &why);
    if (!document)
        return why ? fail(scope, "%s", why) : RESOLVE_WAITS;
    if (str_starts(path, STR("$")))
        path = str_from(path, 1);
    *ret_value = walk(document, path);
    return *ret_value ? RESOLVED : fail(scope, "Invalid json path '%.*s'", STR_ARG(json_str(arguments, "Path")));
}

enum resolved pipeline_value(struct pipeline_scope *scope, const cJSON *node, const cJSON **ret_value)
{
    *ret_value = node;
    if (!pipeline_is_expression(node))
        return RESOLVED;
    if (strcmp(node->child->string, "Get") == 0)
        return get(scope, json_value(node->child), ret_value);
    if (strcmp(node->child->string, "Std:Join") == 0)
        return join(scope, node->child, ret_value);
    return json_get_function(scope, node->child, ret_value);
}

/* ---- trees ---- */

static bool is_number(struct str text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (isdigit((unsigned char)text.at[i]))
            digits++;
        else if (!strchr("+-.eE", text.at[i]))
            return false;
    }
    return digits > 0;
}

static void print_scalar(struct pipeline_scope *scope, const struct shape *shape, const cJSON *value, struct buf *text)
{
    enum shape_kind kind = shape ? shape->kind : SHAPE_DOCUMENT;
    bool wants_number = kind == SHAPE_INTEGER || kind == SHAPE_LONG || kind == SHAPE_FLOAT || kind == SHAPE_DOUBLE;
    struct str as_text = cJSON_IsString(value) ? json_value(value) : STR_NONE;
    if (kind == SHAPE_STRING && (cJSON_IsNumber(value) || cJSON_IsBool(value)))
        json_print_string(text, json_print_in(scope->arena, value));
    else if (as_text.at && ((wants_number && is_number(as_text) && new_value(scope, as_text)) ||
                            (kind == SHAPE_BOOLEAN && (str_is(as_text, "true") || str_is(as_text, "false")))))
        buf_add_str(text, as_text);
    else
        json_print(text, value);
}

static const struct shape *shape_within(const struct shape *shape, const cJSON *child)
{
    if (!shape)
        return NULL;
    if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP)
        return shape->element;
    const struct member *member = child->string ? shape_member(shape, str_of(child->string)) : NULL;
    return member ? member->shape : NULL;
}

enum resolved pipeline_resolve(struct pipeline_scope *scope, const struct shape *shape_or_null, const cJSON *node,
                               struct buf *text)
{
    const cJSON *value, *child;
    enum resolved state = pipeline_value(scope, node, &value);
    if (state != RESOLVED)
        return state;
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value)) {
        size_t before = text->length;
        print_scalar(scope, shape_or_null, value, text);
        return is_too_much(scope, text->length - before)
                   ? fail(scope, "The step's expressions make more text than fits.")
                   : RESOLVED;
    }
    bool object = cJSON_IsObject(value);
    buf_add_byte(text, object ? '{' : '[');
    bool first = true;
    cJSON_ArrayForEach(child, value)
    {
        if (object && cJSON_IsNull(child))
            continue;
        if (!first)
            buf_add_byte(text, ',');
        first = false;
        if (object) {
            json_print_string(text, str_of(child->string));
            buf_add_byte(text, ':');
        }
        state = pipeline_resolve(scope, shape_within(shape_or_null, child), child, text);
        if (state != RESOLVED)
            return state;
    }
    buf_add_byte(text, object ? '}' : ']');
    return RESOLVED;
}

/* ---- conditions ---- */

/* Less than, equal, greater than 0. Text that is a number compares as one with a number: parameters come as text. */
static bool compare(const cJSON *left, const cJSON *right, double *ret_order)
{
    struct str a = json_value(left), b = json_value(right);
    bool text_a = cJSON_IsString(left), text_b = cJSON_IsString(right);
    if (text_a && text_b) {
        *ret_order = str_compare(a, b);
        return true;
    }
    if (cJSON_IsBool(left) && cJSON_IsBool(right)) {
        *ret_order = (double)cJSON_IsTrue(left) - (double)cJSON_IsTrue(right);
        return true;
    }
    if ((!cJSON_IsNumber(left) && !(text_a && is_number(a))) || (!cJSON_IsNumber(right) && !(text_b && is_number(b))))
        return false;
    double x = text_a ? strtod(left->valuestring, NULL) : json_to_double(left);
    double y = text_b ? strtod(right->valuestring, NULL) : json_to_double(right);
    *ret_order = x < y ? -1 : x > y;
    return true;
}

static enum resolved two_hold(struct pipeline_scope *scope, const cJSON *condition, bool *ret_hold)
{
    const cJSON *left, *right;
    double order = 0;
    enum resolved state = pipeline_value(scope, json_get(condition, "LeftValue"), &left);
    if (state == RESOLVED)
        state = pipeline_value(scope, json_get(condition, "RightValue"), &right);
    if (state != RESOLVED)
        return state;
    bool comparable = compare(left, right, &order);
    struct str type = json_str(condition, "Type");
    if (str_is(type, "Equals"))
        *ret_hold = comparable && order == 0;
    else if (str_is(type, "NotEquals"))
        *ret_hold = !comparable || order != 0;
    else if (!comparable)
        return fail(scope, "Cannot compare %.*s with %.*s.", STR_ARG(json_print_in(scope->arena, left)),
                    STR_ARG(json_print_in(scope->arena, right)));
    else if (str_starts(type, STR("GreaterThan")))
        *ret_hold = order > 0 || (order == 0 && str_ends(type, STR("OrEqualTo")));
    else
        *ret_hold = order < 0 || (order == 0 && str_ends(type, STR("OrEqualTo")));
    return RESOLVED;
}

static enum resolved in_holds(struct pipeline_scope *scope, const cJSON *condition, bool *ret_hold)
{
    const cJSON *wanted, *item, *value;
    double order;
    bool found = false;
    enum resolved state = pipeline_value(scope, json_get(condition, "QueryValue"), &wanted);
    cJSON_ArrayForEach(item, json_get(condition, "Values"))
    {
        if (state == RESOLVED)
            state = pipeline_value(scope, item, &value);
        if (state != RESOLVED)
            return state;
        found = found || (compare(wanted, value, &order) && order == 0);
    }
    *ret_hold = found == str_is(json_str(condition, "Type"), "In");
    return state;
}

static enum resolved holds(struct pipeline_scope *scope, const cJSON *condition, bool *ret_hold)
{
    struct str type = json_str(condition, "Type");
    const cJSON *inner;
    enum resolved state = RESOLVED;
    if (str_is(type, "Not")) {
        state = holds(scope, json_get(condition, "Expression"), ret_hold);
        *ret_hold = state == RESOLVED && !*ret_hold;
    } else if (str_is(type, "And")) {
        state = pipeline_conditions_hold(scope, json_get(condition, "Conditions"), ret_hold);
    } else if (str_is(type, "Or")) {
        bool any = false;
        cJSON_ArrayForEach(inner, json_get(condition, "Conditions"))
        {
            state = holds(scope, inner, ret_hold);
            if (state != RESOLVED)
                return state;
            any = any || *ret_hold;
        }
        *ret_hold = any;
    } else {
        return json_get(condition, "QueryValue") ? in_holds(scope, condition, ret_hold)
                                                 : two_hold(scope, condition, ret_hold);
    }
    return state;
}

enum resolved pipeline_conditions_hold(struct pipeline_scope *scope, const cJSON *conditions, bool *ret_hold)
{
    const cJSON *condition;
    bool all = true;
    cJSON_ArrayForEach(condition, conditions)
    {
        enum resolved state = holds(scope, condition, ret_hold);
        if (state != RESOLVED)
            return state;
        all = all && *ret_hold;
    }
    *ret_hold = all;
    return RESOLVED;
}
