#include <math.h>

#include "services/stepfunctions/jsonata/function.h"

static struct value function_count(struct application *application)
{
    struct value list = application->args[0];
    return value_of_number(value_is_list(list) ? (double)list_count(list) : 0);
}

static struct value function_sum(struct application *application)
{
    struct value item;
    double sum = 0;
    if (!value_is_defined(application->args[0]))
        return UNDEFINED;
    for (struct cursor cursor = list_open(application->args[0]); list_next(&cursor, &item);)
        sum += item.number;
    return value_of_number(sum);
}

static struct value extreme(struct application *application, double sign)
{
    struct value item, best = UNDEFINED;
    if (value_is_defined(application->args[0]))
        for (struct cursor cursor = list_open(application->args[0]); list_next(&cursor, &item);)
            if (!value_is_defined(best) || sign * item.number > sign * best.number)
                best = item;
    return best;
}

static struct value function_max(struct application *application)
{
    return extreme(application, 1);
}

static struct value function_min(struct application *application)
{
    return extreme(application, -1);
}

static struct value function_average(struct application *application)
{
    struct value item;
    double sum = 0, count = 0;
    if (!value_is_defined(application->args[0]))
        return UNDEFINED;
    for (struct cursor cursor = list_open(application->args[0]); list_next(&cursor, &item); count++)
        sum += item.number;
    return count > 0 ? value_of_number(sum / count) : UNDEFINED;
}

static struct value function_append(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    if (!value_is_defined(args[0]))
        return args[1];
    if (!value_is_defined(args[1]))
        return args[0];
    struct array *all = array_new(run, 0);
    array_push_flat(run, all, args[0]);
    array_push_flat(run, all, args[1]);
    return value_of_array(all);
}

static struct value function_reverse(struct application *application)
{
    struct run *run = application->run;
    struct value list = application->args[0];
    if (!value_is_defined(list) || list_count(list) < 2)
        return list;
    struct array *reversed = array_new(run, list_count(list));
    array_push_all(run, reversed, list);
    for (uint32_t i = 0, j = reversed->count - 1; i < j; i++, j--) {
        struct value item = reversed->items[i];
        reversed->items[i] = reversed->items[j];
        reversed->items[j] = item;
    }
    return value_of_array(reversed);
}

static struct value function_shuffle(struct application *application)
{
    struct run *run = application->run;
    struct value list = application->args[0];
    if (!value_is_defined(list) || list_count(list) < 2)
        return list;
    if (!run->scope->random)
        run_fail(run, (struct fault){ .code = "T1006" });
    struct array *shuffled = array_new(run, list_count(list));
    array_push_all(run, shuffled, list);
    for (uint32_t i = shuffled->count - 1; i > 0; i--) {
        uint32_t j = (uint32_t)random_between(run->scope->random, 0, i);
        struct value item = shuffled->items[i];
        shuffled->items[i] = shuffled->items[j];
        shuffled->items[j] = item;
    }
    return value_of_array(shuffled);
}

/* Values seen so far, by their hash. */
struct seen {
    uint32_t *slots; /* index + 1 */
    uint32_t count;
    uint64_t *hashes;
};

static bool seen_add(struct run *run, struct seen *seen, const struct array *kept, struct value item)
{
    uint64_t hash = value_hash(run, item);
    uint32_t mask = seen->count - 1, at = (uint32_t)(hash >> 20) & mask;
    for (; seen->slots[at]; at = (at + 1) & mask) {
        uint32_t index = seen->slots[at] - 1;
        if (seen->hashes[index] == hash && value_equal(run, kept->items[index], item))
            return false;
    }
    seen->slots[at] = kept->count + 1;
    seen->hashes[kept->count] = hash;
    return true;
}

static struct value function_distinct(struct application *application)
{
    struct run *run = application->run;
    struct value list = application->args[0], item;
    if (!value_is_list(list) || list_count(list) < 2)
        return list;
    size_t count = list_count(list);
    struct seen seen = { .count = 4 };
    while (seen.count < 2 * count)
        seen.count *= 2;
    seen.slots = run_room(run, seen.count * sizeof *seen.slots);
    seen.hashes = run_room(run, count * sizeof *seen.hashes);
    memset(seen.slots, 0, seen.count * sizeof *seen.slots);
    struct array *kept = array_new(run, 0);
    kept->sequence = value_is_sequence(list);
    for (struct cursor cursor = list_open(list); list_next(&cursor, &item);)
        if (seen_add(run, &seen, kept, item))
            array_push(run, kept, item);
    return value_of_array(kept);
}

static struct value function_zip(struct application *application)
{
    struct run *run = application->run;
    struct array *rows = array_new(run, 0);
    struct cursor *cursors = run_room(run, (application->count + 1) * sizeof *cursors);
    for (size_t i = 0; i < application->count; i++) {
        if (!value_is_list(application->args[i]))
            return value_of_array(rows);
        cursors[i] = list_open(application->args[i]);
    }
    for (;;) {
        struct array *row = array_new(run, application->count);
        struct value item;
        run_tick(run, application->count + 1);
        for (size_t i = 0; i < application->count; i++) {
            if (!list_next(&cursors[i], &item))
                return value_of_array(rows);
            array_push(run, row, item);
        }
        array_push(run, rows, value_of_array(row));
    }
}

/* ---- $sort ---- */

struct comparator {
    struct application *application;
    struct value function; /* undefined: by value */
};

static bool sorts_after(struct run *run, const void *data, struct value a, struct value b)
{
    const struct comparator *comparator = data;
    if (!value_is_defined(comparator->function)) {
        run_tick(run, 1);
        return a.kind == KIND_NUMBER ? a.number > b.number : text_compare(value_text(a), value_text(b)) > 0;
    }
    struct value args[2] = { a, b };
    return value_truth(run, apply(run, comparator->function, args, 2, UNDEFINED, comparator->application->frame, NULL));
}

static bool all_of(struct value list, enum kind kind)
{
    struct value item;
    for (struct cursor cursor = list_open(list); list_next(&cursor, &item);)
        if (item.kind != kind)
            return false;
    return true;
}

static struct value function_sort(struct application *application)
{
    struct run *run = application->run;
    struct value list = application->args[0];
    struct comparator comparator = { application, application->args[1] };
    if (!value_is_defined(list) || list_count(list) < 2)
        return list;
    if (!value_is_defined(comparator.function) && !all_of(list, KIND_NUMBER) && !all_of(list, KIND_STRING))
        run_fail(run, (struct fault){ .code = "D3070", .index = 1 });
    struct array *sorted = array_new(run, list_count(list));
    array_push_all(run, sorted, list);
    sort_values(run, sorted->items, sorted->count, sorts_after, &comparator);
    return value_of_array(sorted);
}

struct builtin builtins_of_array[] = {
    { "count", "<a:n>", 1, false, function_count, NULL },
    { "sum", "<a<n>:n>", 1, false, function_sum, NULL },
    { "max", "<a<n>:n>", 1, false, function_max, NULL },
    { "min", "<a<n>:n>", 1, false, function_min, NULL },
    { "average", "<a<n>:n>", 1, false, function_average, NULL },
    { "append", "<xx:a>", 2, false, function_append, NULL },
    { "reverse", "<a:a>", 1, false, function_reverse, NULL },
    { "shuffle", "<a:a>", 1, false, function_shuffle, NULL },
    { "distinct", "<x:x>", 1, false, function_distinct, NULL },
    { "zip", "<a+>", 0, false, function_zip, NULL },
    { "sort", "<af?:a>", 2, false, function_sort, NULL },
    { 0 },
};
