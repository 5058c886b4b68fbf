#include "services/stepfunctions/asl/mocked.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/asl/task_event.h"
#include "services/stepfunctions/asl/value.h"

struct mocked {
    struct json *states; /* {STATE: {"response": its name, "answers": {"0": …, "1-2": …}}} */
    size_t count;
    int64_t *calls; /* by place in `states` */
};

struct mocked *mocked_new(const cJSON *execution_row)
{
    struct str text = json_str(execution_row, "mocks");
    if (!text.at)
        return NULL;
    struct mocked *mocked = memory_alloc(sizeof *mocked);
    mocked->states = json_parse(text, NULL);
    mocked->count = value_count(json_root(mocked->states));
    mocked->calls = memory_alloc((mocked->count + 1) * sizeof *mocked->calls);
    return mocked;
}

void mocked_free(struct mocked *mocked)
{
    if (!mocked)
        return;
    json_unref(mocked->states);
    free(mocked->calls);
    free(mocked);
}

/* ---- rows ---- */

void mocked_save(const struct mocked *mocked, struct buf *row)
{
    json_print_name(row, "mocked");
    buf_add_byte(row, '[');
    for (size_t i = 0; i < mocked->count; i++)
        buf_printf(row, "%s%lld", i ? "," : "", (long long)mocked->calls[i]);
    buf_add_byte(row, ']');
}

void mocked_load(struct mocked *mocked, const cJSON *row)
{
    const cJSON *calls;
    size_t i = 0;
    cJSON_ArrayForEach(calls, json_get(row, "mocked")) if (i < mocked->count) mocked->calls[i++] = json_to_int64(calls);
}

/* ---- answers ---- */

static const cJSON *find_state(const struct branch *branch, size_t *ret_place)
{
    const cJSON *state;
    size_t place = 0;
    cJSON_ArrayForEach(state, json_root(branch->execution->mocked->states))
    {
        if (strcmp(state->string, branch->state->name) == 0) {
            *ret_place = place;
            return state;
        }
        place++;
    }
    return NULL;
}

/* "3", "1-2". */
static bool is_within(struct str range, int64_t call)
{
    int64_t first, last;
    struct str rest, start = str_cut(range, '-', &rest);
    if (!str_to_int64(start, &first))
        return false;
    last = first;
    if (start.length != range.length && !str_to_int64(rest, &last))
        return false;
    return call >= first && call <= last;
}

static const cJSON *find_answer(const cJSON *answers, int64_t call)
{
    const cJSON *answer;
    cJSON_ArrayForEach(answer, answers) if (is_within(str_of(answer->string), call)) return answer;
    return NULL;
}

static void write_begun(struct branch *branch)
{
    switch (branch->state->resource.kind) {
    case RESOURCE_ACTIVITY:
        task_event_activity_scheduled(branch);
        task_event_activity_started(branch, STR_NONE);
        return;
    case RESOURCE_FUNCTION:
        task_event_function_scheduled(branch);
        task_event_started(branch);
        return;
    case RESOURCE_OPTIMISED:
    case RESOURCE_SDK:
        task_event_scheduled(branch);
        task_event_started(branch);
        return;
    }
}

/* The state goes on with its next turn, as one whose token was answered. What the call itself would have said to a task that
 * waits for a token or a child is not configured anywhere, so it is empty. */
static void answer(struct branch *branch, const cJSON *result, const cJSON *thrown)
{
    const struct resource *resource = &branch->state->resource;
    if ((resource->kind == RESOURCE_OPTIMISED || resource->kind == RESOURCE_SDK) &&
        resource->pattern != PATTERN_REQUEST)
        task_event_submitted(branch, STR("{}"));
    branch->phase = PHASE_TASK;
    if (result)
        task_answer_success(branch, json_seal_copy(result));
    else
        task_answer_failure(branch, json_str(thrown, "Error"), json_str(thrown, "Cause"));
}

/* Mocks are looked at only where they are needed, and what they lack fails the execution, as in Step Functions Local; the
 * sentences are ours. */
static void refuse(struct branch *branch, const char *response, int64_t call, const char *why)
{
    task_free(branch);
    branch_fail_saying(branch, "States.Runtime", "The mocked response '%s' %s %lld.", response, why, (long long)call);
}

bool mocked_answers(struct branch *branch)
{
    struct mocked *mocked = branch->execution->mocked;
    size_t place;
    const cJSON *state = mocked ? find_state(branch, &place) : NULL;
    if (!state)
        return false;
    int64_t call = mocked->calls[place]++;
    const char *response = json_string(state, "response");
    const cJSON *found = find_answer(json_get(state, "answers"), call);
    const cJSON *result = json_get(found, "Return"), *thrown = json_get(found, "Throw");
    branch_touch(branch->execution->top);
    write_begun(branch);
    if (!found)
        refuse(branch, response, call, "has nothing for call");
    else if (!result && !json_string(thrown, "Error"))
        refuse(branch, response, call, "has neither a Return nor a Throw with an Error for call");
    else
        answer(branch, result, thrown);
    return true;
}
