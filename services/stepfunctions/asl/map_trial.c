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
    size_t count = (size_t)cJSON_GetArraySize(array);
    map_state_take_items(join_new(branch, count, count), array, document);
    return true;
}

static bool try_selector(struct branch *branch)
{
    if (!map_state_has_selector(branch->state))
        return true;
    struct buf text = BUF_EMPTY;
    bool good = true;
    for (size_t i = 0, count = branch->join->count; good && i < count && text.length < ENGINE_MAX_DATA; i++) {
        struct json *input = map_state_iteration_input(branch, i);
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
    if (!flow_input(branch, &input, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!try_numbers(branch, input) || !try_items(branch, input) || !try_selector(branch))
        return;
    bool exceeds = try_exceeds(branch);
    join_free(branch->join);
    branch->join = NULL;
    if (exceeds)
        branch_fail(branch, MAP_THRESHOLD_ERROR, str_of(MAP_THRESHOLD_CAUSE));
    else
        trial_answers(branch);
}
