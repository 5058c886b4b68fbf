/* Sorting: a stable merge sort, for ^( ) by its terms and for $sort by a function. */
#include "services/stepfunctions/jsonata/function.h"

#define FEW 8

typedef bool (*after_fn)(struct run *run, const void *data, struct value a, struct value b);

static void sort_few(struct run *run, struct value *items, size_t count, after_fn after, const void *data)
{
    for (size_t i = 1; i < count; i++) {
        struct value item = items[i];
        size_t at = i;
        while (at > 0 && after(run, data, items[at - 1], item)) {
            items[at] = items[at - 1];
            at--;
        }
        items[at] = item;
    }
}

static void merge(struct run *run, struct value *items, size_t half, size_t count, struct value *room, after_fn after,
                  const void *data)
{
    size_t left = 0, right = half, to = 0;
    /* The left half moves out of the way, then both run back in. */
    memcpy(room, items, half * sizeof *room);
    while (left < half && right < count)
        items[to++] = after(run, data, room[left], items[right]) ? items[right++] : room[left++];
    memcpy(items + to, room + left, (half - left) * sizeof *items);
}

void sort_values(struct run *run, struct value *items, size_t count, after_fn after, const void *data)
{
    if (count < 2)
        return;
    struct value *room = run_room(run, (count / 2 + FEW) * sizeof *room);
    run_tick(run, count);
    for (size_t at = 0; at < count; at += FEW)
        sort_few(run, items + at, count - at < FEW ? count - at : FEW, after, data);
    for (size_t width = FEW; width < count; width *= 2) {
        /* The left part of a merge may be the wider one: its half, up to the whole, must fit. */
        if (width > count / 2 + FEW)
            room = run_room(run, width * sizeof *room);
        run_tick(run, count);
        for (size_t at = 0; at + width < count; at += 2 * width)
            merge(run, items + at, width, count - at < 2 * width ? count - at : 2 * width, room, after, data);
    }
}

/* ---- ^( ) ---- */

/* One element with the value of each term, evaluated once. */
struct ranked {
    struct value item;
    struct value keys[];
};

static bool is_sortable(struct value value)
{
    return value.kind == KIND_NUMBER || value.kind == KIND_STRING;
}

static int compare_keys(struct run *run, const struct node *sort, struct value a, struct value b)
{
    if (!value_is_defined(a) || !value_is_defined(b))
        return value_is_defined(b) - value_is_defined(a);
    if (!is_sortable(a) || !is_sortable(b))
        run_fail(run, (struct fault){ .code = "T2008", .position = sort->position, .value = is_sortable(a) ? b : a });
    if (a.kind != b.kind)
        run_fail(run, (struct fault){ .code = "T2007", .position = sort->position, .value = a, .value2 = b });
    if (a.kind == KIND_STRING)
        return text_compare(value_text(a), value_text(b));
    return a.number < b.number ? -1 : a.number > b.number;
}

static bool ranked_after(struct run *run, const void *data, struct value a, struct value b)
{
    const struct node *sort = data;
    const struct ranked *left = (const void *)a.text, *right = (const void *)b.text;
    for (uint32_t i = 0; i < sort->count; i++) {
        int order = compare_keys(run, sort, left->keys[i], right->keys[i]);
        bool defined = value_is_defined(left->keys[i]) && value_is_defined(right->keys[i]);
        if (order)
            return (sort->terms[i].descending && defined ? -order : order) > 0;
    }
    return false;
}

static struct ranked *rank(struct run *run, const struct node *sort, struct value item, struct frame *outer)
{
    struct ranked *ranked = run_room(run, sizeof *ranked + sort->count * sizeof *ranked->keys);
    ranked->item = item;
    for (uint32_t i = 0; i < sort->count; i++) {
        if (item.kind != KIND_TUPLE) {
            ranked->keys[i] = evaluate(run, sort->terms[i].expression, item, outer);
            continue;
        }
        struct frame *frame = frame_of_tuple(run, outer, item.tuple);
        ranked->keys[i] = evaluate(run, sort->terms[i].expression, item.tuple->context, frame);
        frame_close(run, frame);
    }
    return ranked;
}

struct value evaluate_sort(struct run *run, const struct node *sort, struct value input, struct frame *frame)
{
    struct value item;
    if (!value_is_list(input) || list_count(input) < 2)
        return input;
    struct array *sorted = array_new(run, list_count(input));
    sorted->tuples = input.kind == KIND_ARRAY && input.array->tuples;
    for (struct cursor cursor = list_open(input); list_next(&cursor, &item);)
        array_push(run, sorted, (struct value){ .text = (const char *)rank(run, sort, item, frame) });
    sort_values(run, sorted->items, sorted->count, ranked_after, sort);
    for (uint32_t i = 0; i < sorted->count; i++)
        sorted->items[i] = ((const struct ranked *)(const void *)sorted->items[i].text)->item;
    return value_of_array(sorted);
}
