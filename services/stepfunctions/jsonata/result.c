/* Values as nodes: what was computed is built in the results' arena, what came in is shared. Functions inside a value
 * print as "", as the reference prints them; what no JSON can say (an infinity) is null as there, and in state machines a
 * text, as AWS answers. */
#include <math.h>

#include "services/stepfunctions/asl/value.h"
#include "services/stepfunctions/jsonata/function.h"

#define MOST_DEPTH 1000 /* results are walked by others, too */

struct build {
    struct run *run;
    struct arena *results;
    size_t depth;
};

static cJSON *build_value(struct build *build, struct value value);

/* cJSON's strings end at a NUL and are UTF-8: what cannot stand in them is U+FFFD. */
static cJSON *build_string(struct build *build, struct str text)
{
    if (str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX)
        return value_string(build->results, text);
    struct text clean = { .run = build->run };
    for (size_t at = 0, length; at < text.length; at += length) {
        length = utf8_length(text.at + at, text.length - at);
        if (length && text.at[at])
            text_add(&clean, str_first(str_from(text, at), length));
        else
            text_add_code_point(&clean, 0xFFFD);
        if (!length)
            length = character_length(text.at + at, text.length - at);
    }
    return value_string(build->results, value_text(text_value(&clean)));
}

static cJSON *build_list(struct build *build, const struct array *array)
{
    cJSON *list = value_array(build->results);
    for (uint32_t i = 0; i < array->count; i++)
        value_append(list, build_value(build, array->items[i]));
    return list;
}

static cJSON *build_map(struct build *build, const struct object *object)
{
    cJSON *map = value_object(build->results);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct member *member = &object->members[i];
        if (!value_is_defined(member->value))
            continue;
        cJSON *name = build_string(build, member->name);
        value_add(map, name->valuestring, build_value(build, member->value));
    }
    return map;
}

static cJSON *build_container(struct build *build, struct value value)
{
    run_enter(build->run);
    if (++build->depth > MOST_DEPTH)
        run_fail_depth(build->run);
    cJSON *node = value.kind == KIND_ARRAY ? build_list(build, value.array) : build_map(build, value.object);
    build->depth--;
    run_leave(build->run);
    return node;
}

static cJSON *build_number(const struct build *build, double number)
{
    if (isfinite(number))
        return value_number(build->results, number);
    if (!build->run->scope->in_state_machine)
        return value_null(build->results);
    return value_string(build->results, isnan(number) ? STR("NaN") : number < 0 ? STR("-Infinity") : STR("Infinity"));
}

static cJSON *build_value(struct build *build, struct value value)
{
    run_tick(build->run, 1);
    /* The same array may stand in a result many times over: what is built counts as memory, too. */
    run_charge(build->run, sizeof(cJSON) + (value.kind == KIND_STRING ? value.length : 0));
    switch (value.kind) {
    case KIND_BOOL:
        return value_bool(build->results, value.truth);
    case KIND_NUMBER:
        return build_number(build, value.number);
    case KIND_STRING:
        return build_string(build, value_text(value));
    case KIND_FUNCTION:
        return value_string(build->results, STR(""));
    case KIND_ARRAY:
    case KIND_OBJECT:
        return build_container(build, value);
    case KIND_NODES:
    case KIND_NODE:
        return value_share(build->results, value.node);
    default:
        return value_null(build->results);
    }
}

const cJSON *result_of_value(struct run *run, struct arena *results, struct value value)
{
    struct build build = { run, results, 0 };
    if (value.kind == KIND_NODE || value.kind == KIND_NODES)
        return value.node;
    return value_is_defined(value) ? build_value(&build, value) : NULL;
}
