#include "services/stepfunctions/jsonata/function.h"

static void add_keys(struct run *run, struct object *keys, struct value value)
{
    struct value item;
    struct str name;
    run_tick(run, 1);
    run_enter(run);
    for (struct member_cursor cursor = map_open(value); value_is_map(value) && map_next_member(&cursor, &name, &item);)
        object_set(run, keys, name, value_of_bool(true));
    for (struct cursor cursor = list_open(value); value_is_list(value) && list_next(&cursor, &item);)
        add_keys(run, keys, item);
    run_leave(run);
}

static struct value function_keys(struct application *application)
{
    struct run *run = application->run;
    struct object *keys = object_new(run);
    struct array *names = sequence_new(run);
    add_keys(run, keys, application->args[0]);
    for (uint32_t i = 0; i < keys->count; i++)
        array_push(run, names, value_of_text(keys->members[i].name));
    return value_settle(value_of_array(names));
}

static struct value function_lookup(struct application *application)
{
    struct value *args = application->args;
    return value_is_defined(args[1]) ? value_lookup(application->run, args[0], value_text(args[1])) : UNDEFINED;
}

static void spread(struct run *run, struct array *parts, struct value value)
{
    struct value item;
    struct str name;
    run_tick(run, 1);
    if (!value_is_list(value) && !value_is_map(value)) {
        array_push(run, parts, value);
        return;
    }
    run_enter(run);
    for (struct cursor cursor = list_open(value); value_is_list(value) && list_next(&cursor, &item);)
        spread(run, parts, item);
    for (struct member_cursor cursor = map_open(value);
         value_is_map(value) && map_next_member(&cursor, &name, &item);) {
        struct object *part = object_new(run);
        object_set(run, part, name, item);
        array_push(run, parts, value_of_object(part));
    }
    run_leave(run);
}

static struct value function_spread(struct application *application)
{
    struct value value = application->args[0];
    if (!value_is_list(value) && !value_is_map(value))
        return value;
    struct array *parts = sequence_new(application->run);
    spread(application->run, parts, value);
    return value_of_array(parts);
}

static void merge_into(struct run *run, struct object *merged, struct value map)
{
    struct value value;
    struct str name;
    for (struct member_cursor cursor = map_open(map); map_next_member(&cursor, &name, &value);) {
        run_tick(run, 1);
        object_set(run, merged, name, value);
    }
}

static struct value function_merge(struct application *application)
{
    struct value item;
    if (!value_is_defined(application->args[0]))
        return UNDEFINED;
    struct object *merged = object_new(application->run);
    for (struct cursor cursor = list_open(application->args[0]); list_next(&cursor, &item);)
        merge_into(application->run, merged, item);
    return value_of_object(merged);
}

static struct value function_each(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, value;
    struct str name;
    struct array *results = sequence_new(run);
    for (struct member_cursor cursor = map_open(args[0]);
         value_is_map(args[0]) && map_next_member(&cursor, &name, &value);) {
        struct value given[3] = { value, value_of_text(name), args[0] };
        struct value result = apply_some(application, args[1], given, 3);
        if (value_is_defined(result))
            array_push(run, results, result);
    }
    return value_of_array(results);
}

static struct value function_sift(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, value;
    struct str name;
    struct object *kept = object_new(run);
    for (struct member_cursor cursor = map_open(args[0]);
         value_is_map(args[0]) && map_next_member(&cursor, &name, &value);) {
        struct value given[3] = { value, value_of_text(name), args[0] };
        if (value_truth(run, apply_some(application, args[1], given, 3)))
            object_set(run, kept, name, value);
    }
    return kept->count ? value_of_object(kept) : UNDEFINED;
}

static struct value function_clone(struct application *application)
{
    return value_clone(application->run, application->args[0]);
}

struct builtin builtins_of_object[] = {
    { "keys", "<x-:a<s>>", 1, false, function_keys, NULL },
    { "lookup", "<x-s:x>", 2, false, function_lookup, NULL },
    { "spread", "<x-:a<o>>", 1, false, function_spread, NULL },
    { "merge", "<a<o>:o>", 1, false, function_merge, NULL },
    { "each", "<o-f:a>", 2, false, function_each, NULL },
    { "sift", "<o-f?:o>", 2, false, function_sift, NULL },
    { "clone", "<(oa)-:o>", 1, false, function_clone, NULL },
    { 0 },
};
