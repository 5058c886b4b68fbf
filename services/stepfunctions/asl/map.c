#include <stdlib.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/trial.h"

#define INLINE_CONCURRENCY      40 /* AWS's own most for Mode INLINE */
#define DISTRIBUTED_CONCURRENCY 10000

/* ---- items ---- */

/* Without Items the input is what there is to iterate over. NULL: *ret_failure. */
static const cJSON *evaluate_items(struct branch *branch, struct value input, struct failure *ret_failure)
{
    const cJSON *found = value_root(input);
    struct arena *arena = engine_scratch(branch->execution);
    if (branch->state->items) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        return query_evaluate_typed(branch->state->items, &scope, QUERY_ARRAY, ret_failure);
    }
    if (cJSON_IsArray(found))
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
    if (!cJSON_IsArray(found)) {
        branch_fail_saying(branch, "States.Runtime", "Reference path \"%.*s\" must point to array.",
                           STR_ARG(path ? path_text(path) : STR("$")));
        return false;
    }
    *ret_found = found;
    return true;
}

/* False: the branch was failed. `ret_document` is another reference to, or a copy of, what the array stands in. */
static bool find_items(struct branch *branch, struct value input, const cJSON **ret_array, struct json **ret_document)
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

/* A number given as such, by a path or an expression; false: the branch was failed. */
static bool find_number(struct branch *branch, struct value input, const struct number_option *option,
                        const char *field, double most, double *ret_number)
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

static bool find_concurrency(struct branch *branch, struct value input, size_t *ret_most)
{
    double number;
    if (!find_number(branch, input, &branch->state->max_concurrency, "MaxConcurrencyPath", INT32_MAX, &number))
        return false;
    double most = branch->state->distributed ? DISTRIBUTED_CONCURRENCY : INLINE_CONCURRENCY;
    *ret_most = (size_t)(number >= 1 && number < most ? number : most);
    return true;
}

static bool is_there(const struct number_option *option)
{
    return option->given || option->path || option->query;
}

/* How many may fail: by count, by share, or none. */
static bool find_tolerance(struct branch *branch, struct value input, size_t count, size_t *ret_tolerated)
{
    const struct state *state = branch->state;
    double number, percentage;
    if (!find_number(branch, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX, &number) ||
        !find_number(branch, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100, &percentage))
        return false;
    size_t by_count = is_there(&state->tolerated_count) ? (size_t)number : SIZE_MAX;
    size_t by_share = is_there(&state->tolerated_percentage) ? (size_t)((double)count * percentage / 100) : SIZE_MAX;
    size_t least = by_count < by_share ? by_count : by_share;
    *ret_tolerated = least == SIZE_MAX ? 0 : least;
    return true;
}

/* ---- starting ---- */

static void take_items(struct join *join, const cJSON *array, struct json *document_taken)
{
    join->items_document = document_taken;
    join->items = memory_alloc(join->count * sizeof *join->items);
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) join->items[i++] = item;
}

/* The join of this Map, from its input; false: the branch was failed. */
static bool make_join(struct branch *branch)
{
    struct failure failure;
    struct value input;
    if (!flow_input(branch, &input, &failure)) {
        branch_fail_inside(branch, &failure);
        return false;
    }
    const cJSON *array;
    struct json *document;
    size_t most, tolerated;
    if (!find_items(branch, input, &array, &document))
        return false;
    size_t count = (size_t)cJSON_GetArraySize(array);
    if (!find_concurrency(branch, input, &most) || !find_tolerance(branch, input, count, &tolerated)) {
        json_unref(document);
        return false;
    }
    struct join *join = join_new(branch, count, most);
    join->tolerated = tolerated;
    take_items(join, array, document);
    return true;
}

static void write_started(struct branch *branch)
{
    struct history *history = &branch->execution->history;
    branch->last_id = history_open(history, "MapStateStarted", branch->last_id, engine_now(branch->execution));
    history_details(history, "mapStateStartedEventDetails");
    history_integer(history, "length", (int64_t)branch->join->count);
    history_close(history);
    branch->join->started_id = branch->last_id;
}

/* ---- TestState: everything but the iterations ---- */

static bool try_numbers(struct branch *branch, struct value input)
{
    const struct state *state = branch->state;
    struct trial *trial = branch->execution->trial;
    trial->has_tolerated_count = is_there(&state->tolerated_count);
    trial->has_tolerated_percentage = is_there(&state->tolerated_percentage);
    return find_number(branch, input, &state->max_concurrency, "MaxConcurrencyPath", INT32_MAX,
                       &trial->max_concurrency) &&
           find_number(branch, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX,
                       &trial->tolerated_count) &&
           find_number(branch, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100,
                       &trial->tolerated_percentage);
}

static bool try_items(struct branch *branch, struct value input)
{
    const struct trial *trial = branch->execution->trial;
    struct json *document;
    const cJSON *array;
    size_t tolerated;
    if (branch->state->item_reader)
        document = trial->item_data ? json_seal_copy(trial->item_data) : json_parse(STR("[]"), NULL);
    else if (!find_items(branch, input, &array, &document))
        return false;
    array = json_root(document);
    size_t count = (size_t)cJSON_GetArraySize(array);
    if (!find_tolerance(branch, input, count, &tolerated)) {
        json_unref(document);
        return false;
    }
    if (!branch->state->item_reader)
        trial_note(branch, TRIAL_AFTER_ITEMS_PATH, value_of(document));
    struct join *join = join_new(branch, count, count);
    join->tolerated = tolerated;
    take_items(join, array, document);
    return true;
}

static bool try_selector(struct branch *branch)
{
    const struct payload_option *selector = &branch->state->parameters;
    if (!selector->template && !selector->query)
        return true;
    struct buf text = BUF_EMPTY;
    bool good = true;
    for (size_t i = 0, count = branch->join->count; good && i < count && text.length < ENGINE_MAX_DATA; i++) {
        struct json *input = map_state_input(branch, i);
        good = input != NULL;
        buf_add_byte(&text, i ? ',' : '[');
        buf_add_str(&text, input ? json_text(input) : STR(""));
        json_unref(input);
    }
    buf_add_text(&text, text.length ? "]" : "[]");
    struct json *selected = good ? json_parse(buf_str(&text), NULL) : NULL;
    if (selected)
        trial_note(branch, TRIAL_AFTER_ITEM_SELECTOR, value_of(selected));
    json_unref(selected);
    buf_release(&text);
    return good;
}

static void try_map(struct branch *branch)
{
    struct failure failure;
    struct value input;
    if (!flow_input(branch, &input, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!try_numbers(branch, input) || !try_items(branch, input) || !try_selector(branch))
        return;
    const struct trial *trial = branch->execution->trial;
    bool exceeds = trial->mock == MOCK_RESULT && trial->failed_iterations > branch->join->tolerated;
    join_free(branch->join);
    branch->join = NULL;
    if (exceeds)
        branch_fail(branch, MAP_THRESHOLD_ERROR, str_of(MAP_THRESHOLD_CAUSE));
    else
        trial_answers(branch);
}

void map_state_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    if (branch->execution->trial) {
        try_map(branch);
        return;
    }
    if (state->item_reader || state->item_batcher || state->result_writer) {
        branch_fail_saying(branch, "States.Runtime",
                           "This practice cloud does not serve ItemReader, ItemBatcher and ResultWriter yet.");
        return;
    }
    if (!make_join(branch))
        return;
    branch->phase = PHASE_JOIN;
    write_started(branch);
    if (state->distributed)
        map_run_begin(branch);
    branch_touch(branch);
    branch_wake(branch); /* its turn starts the first iterations */
}

/* ---- iterations ---- */

/* NULL: the Map was failed. */
struct json *map_state_input(struct branch *parent, size_t index)
{
    const struct payload_option *selector = &parent->state->parameters;
    struct join *join = parent->join;
    if (!selector->template && !selector->query)
        return json_seal_copy(join->items[index]);
    struct failure failure;
    struct value input, selected;
    join->selecting = index;
    bool good = flow_input(parent, &input, &failure) && flow_parameters(parent, input, &selected, &failure);
    join->selecting = SIZE_MAX;
    if (good)
        return value_seal(selected);
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
        struct json *input = map_state_input(parent, join->started);
        if (!input)
            return;
        start_child(parent, join->started++, input, previous_id);
    }
}

/* Inside an iteration the nearest Map's item is seen; while items are selected, the one in question. */
bool map_state_item(const struct branch *branch, int64_t *ret_index, const cJSON **ret_item)
{
    if (branch->join && branch->join->selecting != SIZE_MAX) {
        *ret_index = (int64_t)branch->join->selecting;
        *ret_item = branch->join->items[branch->join->selecting];
        return true;
    }
    for (; branch->parent; branch = branch->parent) {
        if (branch->parent->state->type != STATE_MAP)
            continue;
        *ret_index = branch->index;
        *ret_item = branch->parent->join->items[branch->index];
        return true;
    }
    return map_run_item(branch->execution, ret_index, ret_item);
}

/* What a JSONata state found stands in its row. */
static void load_join(struct branch *parent, const cJSON *row, struct json *items_taken)
{
    const cJSON *array = json_root(items_taken);
    struct join *join = join_new(parent, (size_t)cJSON_GetArraySize(array), (size_t)json_int64(row, "most", 1));
    join->tolerated = (size_t)json_int64(row, "tolerated", 0);
    take_items(join, array, items_taken);
}

/* Items that a path found are found again: nothing that they come from has changed. */
void map_state_load(struct branch *parent, const cJSON *row)
{
    struct str items_text = json_str(row, "items");
    struct json *items = items_text.at ? json_parse(items_text, NULL) : NULL;
    if (items)
        load_join(parent, row, items);
    else if (!make_join(parent))
        return;
    parent->join->started_id = json_int64(row, "started", 0);
    struct str map_run_arn = json_str(row, "mapRunArn");
    if (map_run_arn.at)
        map_run_load(parent, map_run_arn);
}
