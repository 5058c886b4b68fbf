/* Paths: each step maps over what the one before has found, and the results run together into one sequence. */
#include <math.h>

#include "services/stepfunctions/jsonata/function.h"

/* ---- predicates ---- */

static double whole_index(double index, size_t count)
{
    index = floor(index);
    return index < 0 ? index + (double)count : index;
}

static struct value pick(struct run *run, struct value list, double index, struct array *found)
{
    struct value item = list_at(list, whole_index(index, index < 0 ? list_count(list) : 0));
    if (value_is_list(item))
        return item;
    if (value_is_defined(item))
        array_push(run, found, item);
    return value_of_array(found);
}

static bool is_list_of_numbers(struct run *run, struct value value)
{
    struct value item;
    if (!value_is_list(value))
        return false;
    for (struct cursor cursor = list_open(value); list_next(&cursor, &item);) {
        run_tick(run, 1);
        if (!value_is_number(run, item))
            return false;
    }
    return true;
}

/* How often an element at `index` is chosen by what its predicate says. */
static size_t chosen(struct run *run, struct value answer, struct value list, size_t index)
{
    size_t times = 0;
    struct value number;
    if (answer.kind == KIND_BOOL)
        return answer.truth;
    if (value_is_number(run, answer))
        return whole_index(answer.number, answer.number < 0 ? list_count(list) : 0) == (double)index;
    if (!is_list_of_numbers(run, answer))
        return value_truth(run, answer);
    for (struct cursor cursor = list_open(answer); list_next(&cursor, &number);)
        times += whole_index(number.number, number.number < 0 ? list_count(list) : 0) == (double)index;
    return times;
}

static struct value ask(struct run *run, const struct node *predicate, struct value item, struct frame *outer)
{
    if (item.kind != KIND_TUPLE)
        return evaluate(run, predicate, item, outer);
    struct frame *frame = frame_of_tuple(run, outer, item.tuple);
    struct value answer = evaluate(run, predicate, item.tuple->context, frame);
    frame_close(run, frame);
    return answer;
}

struct value evaluate_filter(struct run *run, const struct node *predicate, struct value input, struct frame *frame)
{
    struct array *found = sequence_new(run);
    struct value item;
    found->tuples = input.kind == KIND_ARRAY && input.array->tuples;
    if (!value_is_list(input))
        input = value_of_array(sequence_of(run, input));
    if (predicate->type == NODE_NUMBER && !predicate->predicates.count && !predicate->group)
        return pick(run, input, predicate->literal.number, found);
    size_t index = 0;
    for (struct cursor cursor = list_open(input); list_next(&cursor, &item); index++)
        for (size_t times = chosen(run, ask(run, predicate, item, frame), input, index); times > 0; times--)
            array_push(run, found, item);
    return value_of_array(found);
}

/* ---- steps ---- */

static struct value evaluate_step(struct run *run, const struct node *step, struct value input, struct frame *frame,
                                  bool last)
{
    struct array *found = sequence_new(run);
    struct value item, only = UNDEFINED;
    size_t count = 0;
    for (struct cursor cursor = list_open(input); list_next(&cursor, &item);) {
        struct value value = evaluate(run, step, item, frame);
        for (uint32_t i = 0; i < step->stages.count; i++)
            value = evaluate_filter(run, step->stages.at[i].predicate, value, frame);
        if (!value_is_defined(value))
            continue;
        if (count++ == 0)
            only = value;
        if (value.kind == KIND_NODES || (value.kind == KIND_ARRAY && !value.array->constructed))
            array_push_all(run, found, value);
        else
            array_push(run, found, value);
    }
    return last && count == 1 && value_is_list(only) && !value_is_sequence(only) ? only : value_of_array(found);
}

/* ---- tuple streams ---- */

static void apply_stages(struct run *run, const struct node *step, struct value *stream, struct frame *frame)
{
    for (uint32_t i = 0; i < step->stages.count; i++) {
        const struct stage *stage = &step->stages.at[i];
        if (stage->predicate) {
            *stream = evaluate_filter(run, stage->predicate, *stream, frame);
            continue;
        }
        for (uint32_t j = 0; stream->kind == KIND_ARRAY && j < stream->array->count; j++) {
            struct tuple *tuple = stream->array->items[j].tuple;
            struct binding *binding = run_room(run, sizeof *binding);
            *binding = (struct binding){ tuple->bindings, stage->index, value_of_number(j) };
            tuple->bindings = binding;
        }
    }
}

static void tuple_bind(struct run *run, struct tuple *tuple, struct str name, struct value value)
{
    struct binding *binding = run_room(run, sizeof *binding);
    *binding = (struct binding){ tuple->bindings, name, value };
    tuple->bindings = binding;
}

static struct tuple *tuple_of(struct run *run, struct value context, struct binding *bindings)
{
    struct tuple *tuple = run_room(run, sizeof *tuple);
    *tuple = (struct tuple){ context, bindings };
    return tuple;
}

static void stream_push(struct run *run, struct array *stream, struct tuple *tuple)
{
    array_push(run, stream, (struct value){ .kind = KIND_TUPLE, .tuple = tuple });
}

static struct array *stream_new(struct run *run)
{
    struct array *stream = sequence_new(run);
    stream->tuples = true;
    return stream;
}

/* The inner tuple's variables over the outer one's. */
static struct tuple *tuple_merge(struct run *run, const struct tuple *outer, const struct tuple *inner)
{
    struct tuple *tuple = tuple_of(run, inner->context, outer->bindings);
    struct array *reversed = array_new(run, 0);
    for (struct binding *binding = inner->bindings; binding; binding = binding->next)
        array_push(run, reversed, (struct value){ .text = (const char *)binding });
    for (uint32_t i = reversed->count; i-- > 0;) {
        const struct binding *binding = (const void *)reversed->items[i].text;
        tuple_bind(run, tuple, binding->name, binding->value);
    }
    return tuple;
}

static struct tuple *tuple_step(struct run *run, const struct node *step, const struct tuple *outer, struct value value,
                                size_t index)
{
    if (value.kind == KIND_TUPLE)
        return tuple_merge(run, outer, value.tuple);
    struct tuple *tuple = tuple_of(run, step->focus.at ? outer->context : value, outer->bindings);
    if (step->focus.at)
        tuple_bind(run, tuple, step->focus, value);
    if (step->index.at)
        tuple_bind(run, tuple, step->index, value_of_number((double)index));
    if (step->ancestor)
        tuple_bind(run, tuple, step->ancestor->label, outer->context);
    return tuple;
}

static void stream_step(struct run *run, const struct node *step, const struct tuple *outer, struct array *stream,
                        struct frame *frame)
{
    struct value item;
    struct frame *inner = frame_of_tuple(run, frame, outer);
    struct value value = evaluate(run, step, outer->context, inner);
    frame_close(run, inner);
    if (!value_is_defined(value))
        return;
    if (!value_is_list(value)) {
        stream_push(run, stream, tuple_step(run, step, outer, value, 0));
        return;
    }
    size_t index = 0;
    for (struct cursor cursor = list_open(value); list_next(&cursor, &item);)
        stream_push(run, stream, tuple_step(run, step, outer, item, index++));
}

static struct value stream_sort(struct run *run, const struct node *sort, struct value input, struct value tuples,
                                struct frame *frame)
{
    struct value item;
    if (value_is_defined(tuples)) {
        struct value sorted = evaluate_sort(run, sort, tuples, frame);
        struct array *again = stream_new(run);
        array_push_flat(run, again, sorted);
        for (uint32_t i = 0; sort->index.at && i < again->count; i++)
            tuple_bind(run, again->items[i].tuple, sort->index, value_of_number(i));
        return value_of_array(again);
    }
    struct value sorted = evaluate_sort(run, sort, input, frame);
    struct array *stream = stream_new(run);
    size_t index = 0;
    for (struct cursor cursor = list_open(sorted); value_is_list(sorted) && list_next(&cursor, &item); index++) {
        struct tuple *tuple = tuple_of(run, item, NULL);
        if (sort->index.at)
            tuple_bind(run, tuple, sort->index, value_of_number((double)index));
        stream_push(run, stream, tuple);
    }
    return value_of_array(stream);
}

struct value evaluate_tuple_step(struct run *run, const struct node *step, struct value input, struct value tuples,
                                 struct frame *frame)
{
    struct value item, result;
    if (step->type == NODE_SORT) {
        result = stream_sort(run, step, input, tuples, frame);
    } else {
        struct array *stream = stream_new(run);
        if (value_is_defined(tuples)) {
            for (struct cursor cursor = list_open(tuples); list_next(&cursor, &item);)
                stream_step(run, step, item.tuple, stream, frame);
        } else {
            for (struct cursor cursor = list_open(input); list_next(&cursor, &item);)
                stream_step(run, step, tuple_of(run, item, NULL), stream, frame);
        }
        result = value_of_array(stream);
    }
    apply_stages(run, step, &result, frame);
    return result;
}

/* ---- whole paths ---- */

static bool is_empty(struct value value)
{
    return !value_is_defined(value) || (value_is_list(value) && list_count(value) == 0);
}

static struct value contexts_of(struct run *run, struct value tuples)
{
    struct value item;
    struct array *contexts = sequence_new(run);
    for (struct cursor cursor = list_open(tuples); list_next(&cursor, &item);)
        array_push(run, contexts, item.tuple->context);
    return value_of_array(contexts);
}

static struct value take_step(struct run *run, const struct node *path, uint32_t i, struct value input,
                              struct frame *frame)
{
    const struct node *step = path->items[i];
    if (i == 0 && step->constructed)
        return evaluate(run, step, input, frame);
    if (step->type != NODE_SORT)
        return evaluate_step(run, step, input, frame, i + 1 == path->count);
    struct value sorted = evaluate(run, step, input, frame);
    for (uint32_t j = 0; j < step->stages.count; j++)
        sorted = evaluate_filter(run, step->stages.at[j].predicate, sorted, frame);
    return sorted;
}

static bool is_plain(const struct node *step)
{
    return step->type == NODE_NAME && !step->stages.count && !step->tuple && !step->predicates.count && !step->group;
}

/* Names, one object in the other: nothing to map over. Returns the first step that is left to take. */
static uint32_t follow_names(struct run *run, const struct node *path, struct value *value)
{
    uint32_t i = 0;
    while (i < path->count && value_is_map(*value) && is_plain(path->items[i])) {
        run_tick(run, 1);
        *value = map_at(*value, path->items[i++]->text);
    }
    return i;
}

static struct value walk(struct run *run, const struct node *path, uint32_t from, struct value input,
                         struct frame *frame)
{
    struct value found = input, tuples = UNDEFINED;
    bool streaming = false;
    for (uint32_t i = from; i < path->count; i++) {
        const struct node *step = path->items[i];
        streaming |= step->tuple;
        if (streaming && !(i == 0 && step->constructed))
            tuples = evaluate_tuple_step(run, step, input, tuples, frame);
        else
            found = take_step(run, path, i, input, frame);
        if (!streaming && is_empty(found))
            break;
        if (!step->focus.at && !streaming)
            input = value_is_list(found) ? found : value_of_array(sequence_of(run, found));
    }
    if (streaming)
        found = path->tuple ? tuples : contexts_of(run, value_is_defined(tuples) ? tuples : found);
    if (path->group)
        found = evaluate_group(run, path->group, streaming ? tuples : found, frame);
    return found;
}

/* [] on a step: one item stays an array. */
static struct value keep_singleton(struct run *run, struct value found)
{
    if (found.kind != KIND_ARRAY)
        return found;
    if (found.array->constructed && !found.array->sequence)
        found = value_of_array(sequence_of(run, found));
    found.array->keep_singleton = true;
    return found;
}

/* The list that the steps still to take map over. */
static struct value first_input(struct run *run, const struct node *path, uint32_t taken, struct value input)
{
    if (value_is_list(input) && (taken || path->items[0]->type != NODE_VARIABLE))
        return input;
    return value_of_array(sequence_of(run, input));
}

struct value evaluate_path(struct run *run, const struct node *path, struct value input, struct frame *frame)
{
    uint32_t taken = follow_names(run, path, &input);
    bool nothing = taken && is_empty(input);
    if ((taken == path->count || nothing) && !path->group && !path->keep_singleton)
        return taken == path->count ? input : UNDEFINED;
    if (nothing)
        taken = path->count;
    if (!nothing)
        input = first_input(run, path, taken, input);
    struct value found = walk(run, path, taken, input, frame);
    return path->keep_singleton ? keep_singleton(run, found) : found;
}
