#include <stdlib.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"

#define INLINE_CONCURRENCY 40 /* AWS's own most for Mode INLINE */

/* ---- items ---- */

/* A distributed Map goes through an object's members too ("an array, a JSON object", says "ItemReader (Map)"). */
static bool is_iterable(const struct branch *branch, const cJSON *found)
{
    return cJSON_IsArray(found) || (branch->state->distributed && cJSON_IsObject(found));
}

/* Without Items the input is what there is to iterate over. NULL: *ret_failure. */
static const cJSON *evaluate_items(struct branch *branch, struct value input, struct failure *ret_failure)
{
    const cJSON *found = value_root(input);
    struct arena *arena = engine_scratch(branch->execution);
    if (branch->state->items) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        found = query_evaluate(branch->state->items, &scope, ret_failure);
        if (!found || is_iterable(branch, found))
            return found;
        return query_evaluate_typed(branch->state->items, &scope, QUERY_ARRAY, ret_failure);
    }
    if (is_iterable(branch, found))
        return found;
    failure_set(ret_failure, arena, QUERY_EVALUATION_ERROR, "Map state input must be an array but was: %.*s",
                STR_ARG(json_text(branch->input)));
    return NULL;
}

static bool find_items_jsonata(struct branch *branch, struct value input, const cJSON **ret_found)
{
    struct failure failure;
    *ret_found = evaluate_items(branch, input, &failure);
    if (!*ret_found)
        branch_fail_inside(branch, &failure);
    return *ret_found != NULL;
}

static bool find_items_by_path(struct branch *branch, struct value input, const cJSON **ret_found)
{
    const struct path *path = branch->state->items_path;
    struct environment environment = environment_of(branch, input);
    const cJSON *found = value_root(input);
    char *why;
    if (path && !(found = path_read(path, &environment, &why))) {
        branch_fail_saying(branch, "States.Runtime", "Invalid path '%.*s' : %s", STR_ARG(path_text(path)), why);
        return false;
    }
    if (!is_iterable(branch, found)) {
        branch_fail_saying(branch, "States.Runtime", "Reference path \"%.*s\" must point to array.",
                           STR_ARG(path ? path_text(path) : STR("$")));
        return false;
    }
    *ret_found = found;
    return true;
}

bool map_state_find_items(struct branch *branch, struct value input, const cJSON **ret_array,
                          struct json **ret_document)
{
    const cJSON *found;
    if (branch->state->jsonata ? !find_items_jsonata(branch, input, &found)
                               : !find_items_by_path(branch, input, &found))
        return false;
    bool whole = input.whole && found == json_root(input.whole);
    *ret_document = whole ? json_ref(input.whole) : value_seal_node(found);
    *ret_array = json_root(*ret_document);
    return true;
}

static bool find_number_jsonata(struct branch *branch, const struct query *query, double most, double *ret_number)
{
    struct failure failure;
    struct query_scope scope = query_scope_of(branch, NULL, NULL);
    const cJSON *found = query_evaluate_typed(query, &scope, QUERY_NUMBER, &failure);
    *ret_number = found ? json_to_double(found) : 0;
    if (found && *ret_number >= 0 && *ret_number <= most)
        return true;
    if (found) /* the sentence is ours */
        query_refuse_value(query, found, engine_scratch(branch->execution), "did not return a number in its range",
                           &failure);
    branch_fail_inside(branch, &failure);
    return false;
}

bool map_state_number(struct branch *branch, struct value input, const struct number_option *option, const char *field,
                      double most, double *ret_number)
{
    *ret_number = option->real;
    if (option->query)
        return find_number_jsonata(branch, option->query, most, ret_number);
    if (!option->path)
        return true;
    struct environment environment = environment_of(branch, input);
    const cJSON *found = path_read(option->path, &environment, NULL);
    if (found && json_is_integer(found) && json_to_int64(found) >= 0) {
        *ret_number = json_to_double(found);
        return true;
    }
    branch_fail_saying(branch, "States.Runtime", "The %s field must reference a non-negative integer: %.*s", field,
                       STR_ARG(path_text(option->path)));
    return false;
}

/* An inline Map tolerates nothing, but what cannot be found fails it as well. */
static bool find_concurrency(struct branch *branch, struct value input, size_t *ret_most)
{
    const struct state *state = branch->state;
    double number, ignored;
    if (!map_state_number(branch, input, &state->max_concurrency, "MaxConcurrencyPath", INT32_MAX, &number) ||
        !map_state_number(branch, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX, &ignored) ||
        !map_state_number(branch, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100, &ignored))
        return false;
    *ret_most = (size_t)(number >= 1 && number < INLINE_CONCURRENCY ? number : INLINE_CONCURRENCY);
    return true;
}

/* ---- starting ---- */

void map_state_take_items(struct join *join, const cJSON *array, struct json *document_taken)
{
    join->items_document = document_taken;
    join->items = memory_alloc(join->count * sizeof *join->items);
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) join->items[i++] = item;
}

/* The join of this Map with its items, from its input; false: the branch was failed. */
static bool make_join(struct branch *branch, struct value input)
{
    const cJSON *array;
    struct json *document;
    if (branch->state->item_reader) {
        join_new(branch, 0, 0);
        return true;
    }
    if (!map_state_find_items(branch, input, &array, &document))
        return false;
    size_t most = 0;
    if (!branch->state->distributed && !find_concurrency(branch, input, &most)) {
        json_unref(document);
        return false;
    }
    map_state_take_items(join_new(branch, (size_t)cJSON_GetArraySize(array), most), array, document);
    return true;
}

/* How many items an ItemReader will find is not known yet; recorded as 0. */
void map_state_write_started(struct branch *branch)
{
    struct history *history = &branch->execution->history;
    branch->last_id = history_open(history, "MapStateStarted", branch->last_id, engine_now(branch->execution));
    history_details(history, "mapStateStartedEventDetails");
    history_integer(history, "length", (int64_t)branch->join->count);
    history_close(history);
    branch->join->started_id = branch->last_id;
}

/* ---- the state ---- */

void map_state_begin(struct branch *branch)
{
    struct failure failure;
    struct value input;
    if (branch->execution->trial) {
        map_state_try(branch);
        return;
    }
    if (!flow_input(branch, &input, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!make_join(branch, input))
        return;
    if (branch->state->distributed) {
        map_run_begin(branch, input);
        return;
    }
    branch->phase = PHASE_JOIN;
    map_state_write_started(branch);
    branch_touch(branch);
    branch_wake(branch); /* its turn starts the first iterations */
}

/* ---- iterations ---- */

/* An object's member as an item: how AWS hands it on is not public; the names are those of the context object. */
static struct json *pair_of(const struct map_item *item)
{
    struct buf text = BUF_EMPTY;
    buf_add_str(&text, STR("{\"Key\":"));
    json_print_string(&text, item->key);
    buf_add_str(&text, STR(",\"Value\":"));
    json_print(&text, item->value);
    buf_add_byte(&text, '}');
    return json_seal_text(&text);
}

bool map_state_has_selector(const struct state *state)
{
    return state->parameters.template || state->parameters.query;
}

struct json *map_state_select(struct branch *parent, const struct map_item *item, struct failure *ret_failure)
{
    struct value input, selected;
    if (map_state_has_selector(parent->state))
        return flow_input(parent, &input, ret_failure) && flow_parameters(parent, input, &selected, ret_failure)
                   ? value_seal(selected)
                   : NULL;
    return item->key.at ? pair_of(item) : json_seal_copy(item->value);
}

struct map_item map_state_item_at(const struct join *join, size_t index)
{
    const cJSON *item = join->items[index];
    return (struct map_item){
        .index = (int64_t)index, .key = str_of(item->string), .value = item, .source = STR("STATE_DATA")
    };
}

/* NULL: the Map was failed. */
static struct json *iteration_input(struct branch *parent, size_t index)
{
    struct failure failure;
    struct map_item item = map_state_item_at(parent->join, index);
    parent->join->selecting = index;
    struct json *input = map_state_select(parent, &item, &failure);
    parent->join->selecting = SIZE_MAX;
    if (input)
        return input;
    join_abort_running(parent);
    join_end(parent);
    branch_fail_inside(parent, &failure);
    return NULL;
}

static void start_child(struct branch *parent, size_t index, struct json *input_taken, int64_t previous_id)
{
    struct history *history = &parent->execution->history;
    const struct flow *flow = parent->state->branches[0];
    struct branch *child = branch_new(parent->execution, parent, flow, (unsigned)index);
    child->last_id = history_open(history, "MapIterationStarted", previous_id, engine_now(parent->execution));
    history_details(history, "mapIterationStartedEventDetails");
    history_string(history, "name", str_of(parent->state->name));
    history_integer(history, "index", (int64_t)index);
    history_close(history);
    branch_enter(child, flow->start, input_taken);
}

void map_state_start_children(struct branch *parent, int64_t previous_id)
{
    struct join *join = parent->join;
    while (join->started < join->count && join->started - join->ended < join->most) {
        struct json *input = iteration_input(parent, join->started);
        if (!input)
            return;
        start_child(parent, join->started++, input, previous_id);
    }
}

/* Inside an iteration the nearest Map's item is seen; while items are selected, the one in question. */
bool map_state_item(const struct branch *branch, struct map_item *ret_item)
{
    const struct join *join = branch->join;
    if (join && join->run && join->run->selecting.value) {
        *ret_item = join->run->selecting;
        return true;
    }
    if (join && join->selecting != SIZE_MAX) {
        *ret_item = map_state_item_at(join, join->selecting);
        return true;
    }
    for (; branch->parent; branch = branch->parent) {
        if (branch->parent->state->type != STATE_MAP)
            continue;
        *ret_item = map_state_item_at(branch->parent->join, branch->index);
        return true;
    }
    return map_run_item(branch->execution, ret_item);
}

/* What a JSONata state found stands in its row. */
static void load_join(struct branch *parent, const cJSON *row, struct json *items_taken)
{
    const cJSON *array = json_root(items_taken);
    struct join *join = join_new(parent, (size_t)cJSON_GetArraySize(array), (size_t)json_int64(row, "most", 1));
    map_state_take_items(join, array, items_taken);
}

/* Items that a path found are found again: nothing that they come from has changed. */
static bool load_items(struct branch *parent, const cJSON *row)
{
    struct failure failure;
    struct value input;
    struct str items_text = json_str(row, "items");
    struct json *items = items_text.at ? json_parse(items_text, NULL) : NULL;
    if (items)
        load_join(parent, row, items);
    else if (!flow_input(parent, &input, &failure) || !make_join(parent, input))
        return false;
    parent->join->started_id = json_int64(row, "started", 0);
    return true;
}

/* What cannot be found any more is begun anew. */
void map_state_load(struct branch *parent, const cJSON *row)
{
    struct str map_run_arn = json_str(row, "mapRunArn");
    bool loaded = load_items(parent, row) && (!map_run_arn.at || map_run_load(parent, map_run_arn));
    if (loaded)
        return;
    if (parent->join)
        join_free(parent->join);
    parent->join = NULL;
    parent->phase = PHASE_BEGIN;
    branch_wake(parent);
}
