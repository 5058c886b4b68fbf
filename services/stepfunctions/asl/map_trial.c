#include <math.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/trial.h"

/* TestState of a Map: everything but its iterations. */

static bool try_numbers(struct branch *branch, struct value input)
{
    const struct state *state = branch->state;
    struct trial *trial = branch->execution->trial;
    trial->has_tolerated_count = number_is_there(&state->tolerated_count);
    trial->has_tolerated_percentage = number_is_there(&state->tolerated_percentage);
    return map_state_number(branch, input, &state->max_concurrency, "MaxConcurrencyPath", INT32_MAX,
                            &trial->max_concurrency) &&
           map_state_number(branch, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX,
                            &trial->tolerated_count) &&
           map_state_number(branch, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100,
                            &trial->tolerated_percentage);
}

static bool try_items(struct branch *branch, struct value input)
{
    const struct trial *trial = branch->execution->trial;
    struct json *document;
    const cJSON *array;
    if (branch->state->item_reader)
        document = trial->item_data ? json_seal_copy(trial->item_data) : json_parse(STR("[]"), NULL);
    else if (!map_state_find_items(branch, input, &array, &document))
        return false;
    array = json_root(document);
    if (!branch->state->item_reader)
        trial_note(branch, TRIAL_AFTER_ITEMS_PATH, value_of(document));
    else if (branch->state->item_reader->pointer)
        trial_note(branch, TRIAL_AFTER_ITEMS_POINTER, value_of(document));
    size_t count = (size_t)cJSON_GetArraySize(array);
    map_state_take_items(join_new(branch, count, count), array, document);
    return true;
}

/* "[…]" of what `make` makes until there are no items any more; false: the branch was failed. */
static bool try_inputs(struct branch *branch, enum trial_step step, const struct batch_limits *limits,
                       struct json *(*make)(struct branch *branch, const struct batch_limits *limits, int64_t from,
                                            int64_t *ret_items, struct failure *ret_failure))
{
    struct buf text = BUF_EMPTY;
    struct failure failure;
    int64_t items, from = 0, count = (int64_t)branch->join->count;
    bool good = true;
    buf_add_byte(&text, '[');
    for (; good && from < count && text.length < ENGINE_MAX_DATA; from += items) {
        struct json *input = make(branch, limits, from, &items, &failure);
        good = input != NULL;
        buf_add_text(&text, from ? "," : "");
        buf_add_str(&text, input ? json_text(input) : STR(""));
        json_unref(input);
    }
    buf_add_byte(&text, ']');
    if (good) {
        struct json *inputs = json_seal_text(&text);
        trial_note(branch, step, value_of(inputs));
        json_unref(inputs);
    } else {
        join_free(branch->join);
        branch->join = NULL;
        branch_fail_inside(branch, &failure);
    }
    buf_release(&text);
    return good;
}

static struct json *select_item(struct branch *branch, int64_t index, struct failure *ret_failure)
{
    struct map_item item = map_state_item_at(branch->join, (size_t)index);
    branch->join->selecting = (size_t)index;
    struct json *input = map_state_select(branch, &item, ret_failure);
    branch->join->selecting = SIZE_MAX;
    return input;
}

static struct json *make_input(struct branch *branch, const struct batch_limits *limits, int64_t from,
                               int64_t *ret_items, struct failure *ret_failure)
{
    *ret_items = 1;
    return select_item(branch, from, ret_failure);
}

static struct json *make_batch(struct branch *branch, const struct batch_limits *limits, int64_t from,
                               int64_t *ret_items, struct failure *ret_failure)
{
    return batch_make(branch, limits, from, (int64_t)branch->join->count, select_item, ret_items, ret_failure);
}

static bool try_selector(struct branch *branch)
{
    return !map_state_has_selector(branch->state) || try_inputs(branch, TRIAL_AFTER_ITEM_SELECTOR, NULL, make_input);
}

static bool try_batcher(struct branch *branch, const struct batch_limits *limits)
{
    return !branch->state->item_batcher || try_inputs(branch, TRIAL_AFTER_ITEM_BATCHER, limits, make_batch);
}

/* More failed than may: by count, by share, or any. */
static bool try_exceeds(const struct branch *branch)
{
    const struct trial *trial = branch->execution->trial;
    double failed = (double)trial->failed_iterations, count = (double)branch->join->count;
    if (trial->mock != MOCK_RESULT)
        return false;
    if (trial->has_tolerated_count && failed > trial->tolerated_count)
        return true;
    if (trial->has_tolerated_percentage && failed > floor(count * trial->tolerated_percentage / 100))
        return true;
    return !trial->has_tolerated_count && !trial->has_tolerated_percentage && failed > 0;
}

void map_state_try(struct branch *branch)
{
    struct failure failure;
    struct value input;
    struct batch_limits limits;
    if (!flow_input(branch, &input, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!try_numbers(branch, input) || !batch_limits_find(branch, input, &limits))
        return;
    bool good = try_items(branch, input) && try_selector(branch) && try_batcher(branch, &limits);
    batch_limits_release(&limits);
    if (!good)
        return;
    bool exceeds = try_exceeds(branch);
    join_free(branch->join);
    branch->join = NULL;
    if (exceeds)
        branch_fail(branch, MAP_THRESHOLD_ERROR, str_of(MAP_THRESHOLD_CAUSE));
    else
        trial_answers(branch);
}
