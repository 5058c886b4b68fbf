#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/trial.h"

static bool is(const char *error, const char *name)
{
    return error && strcmp(error, name) == 0;
}

/* One name of ErrorEquals against an error. States.ALL covers what can be helped, States.TaskFailed whatever but a timeout;
 * a missed heartbeat is a timeout too (docs: concepts-error-handling). */
static bool name_covers(const char *name, const char *error)
{
    bool timeout = is(error, "States.Timeout") || is(error, "States.HeartbeatTimeout");
    if (is(error, "States.Runtime"))
        return false;
    if (strcmp(name, "States.ALL") == 0)
        return !is(error, "States.DataLimitExceeded");
    if (strcmp(name, "States.TaskFailed") == 0)
        return !timeout;
    if (strcmp(name, "States.Timeout") == 0)
        return timeout;
    return is(error, name);
}

static bool covers(const char *const *names, const char *error)
{
    for (; *names; names++)
        if (name_covers(*names, error))
            return true;
    return false;
}

/* ---- Retry ---- */

static double backoff_seconds(const struct retrier *retrier, unsigned attempt)
{
    double seconds = (double)retrier->interval_seconds * pow(retrier->backoff_rate, attempt - 1);
    if (retrier->max_delay_seconds && seconds > (double)retrier->max_delay_seconds)
        seconds = (double)retrier->max_delay_seconds;
    const double longest = 99999999;
    return seconds < longest ? seconds : longest;
}

static int64_t delay_ms(struct branch *branch, const struct retrier *retrier, unsigned attempt)
{
    int64_t delay = (int64_t)(backoff_seconds(retrier, attempt) * 1000);
    return retrier->full_jitter ? random_between(&branch->execution->strand.world->random, 0, delay) : delay;
}

/* TestState tells how many attempts there were, and asks what would follow. */
static bool try_retry(struct branch *branch, size_t i, const char *error, struct str cause)
{
    const struct retrier *retrier = &branch->state->retriers[i];
    unsigned before = branch->execution->trial->retry_count;
    bool again = before < retrier->max_attempts;
    trial_retry(branch, i, again ? (int64_t)backoff_seconds(retrier, before + 1) : -1);
    if (again)
        trial_fail(branch, error, cause);
    return again;
}

/* Branches and iterations that failed stay until it is known that nobody helps: then the execution may be redriven. */
static void drop_join(struct branch *branch)
{
    if (branch->join)
        join_end(branch);
}

/* The first retrier that covers the error decides; its own attempts count. */
static bool retry(struct branch *branch, const char *error, struct str cause)
{
    const struct state *state = branch->state;
    size_t i = 0;
    while (i < state->retrier_count && !covers(state->retriers[i].errors, error))
        i++;
    if (i == state->retrier_count)
        return false;
    if (branch->execution->trial)
        return try_retry(branch, i, error, cause);
    if (!branch->attempts)
        branch->attempts = memory_alloc(state->retrier_count * sizeof *branch->attempts);
    if (branch->attempts[i] >= state->retriers[i].max_attempts)
        return false;
    branch->attempts[i]++;
    branch->retry_count++;
    drop_join(branch);
    branch_sleep(branch, PHASE_BACKOFF,
                 engine_now(branch->execution) + delay_ms(branch, &state->retriers[i], branch->attempts[i]));
    return true;
}

/* ---- Catch ---- */

/* TestState says the detail alone. */
struct str branch_cause_inside(const struct branch *branch, struct str detail)
{
    if (branch->execution->trial)
        return detail;
    return str_of(arena_printf(engine_scratch(branch->execution),
                               "An error occurred while executing the state '%s' (entered at the event id #%" PRId64
                               "). %.*s",
                               branch->state->name, branch->entered_id, STR_ARG(detail)));
}

/* Recorded: a Map that cannot begin says so after the event before its StateEntered. */
static void write_evaluation_failed(struct branch *branch, const struct failure *failure, struct str cause)
{
    if (failure->error != QUERY_EVALUATION_ERROR)
        return;
    struct history *history = &branch->execution->history;
    bool at_once = branch->state->type == STATE_MAP && branch->phase == PHASE_BEGIN;
    branch->last_id = history_open(history, "EvaluationFailed", at_once ? branch->before_id : branch->last_id,
                                   engine_now(branch->execution));
    history_details(history, "evaluationFailedEventDetails");
    history_error(history, failure->error, cause);
    if (failure->location)
        history_string(history, "location", str_of(failure->location));
    history_string(history, "state", str_of(branch->state->name));
    history_close(history);
}

/* {"Error": …, "Cause": …}; a timeout has no cause, and an empty one is caught. */
static const cJSON *error_output(struct arena *arena, const char *error, struct str cause)
{
    cJSON *output = value_object(arena);
    value_set(arena, output, STR("Error"), value_string(arena, str_of(error ? error : "")));
    value_set(arena, output, STR("Cause"), value_string(arena, cause.at ? cause : STR("")));
    return output;
}

/* The state's output and variables after it was caught; false: *ret_failure. */
static bool catch_output(struct branch *branch, const struct catcher *catcher, struct value caught,
                         struct value *ret_output, const cJSON **ret_assigned, struct failure *ret_failure)
{
    if (!branch->state->jsonata)
        return flow_place(branch, &catcher->result_path, caught, ret_output, ret_failure) &&
               flow_assign(branch, &catcher->assign, caught, NULL, ret_assigned, ret_failure);
    struct query_scope scope = query_scope_of(branch, NULL, caught.node);
    return flow_output(catcher->output, &scope, caught, ret_output, ret_failure) &&
           flow_assign(branch, &catcher->assign, caught, &scope, ret_assigned, ret_failure);
}

static void catch_with(struct branch *branch, const struct catcher *catcher, const char *error, struct str cause)
{
    struct value caught = { .node = error_output(engine_scratch(branch->execution), error, cause) }, output;
    struct failure failure;
    const cJSON *assigned;
    if (!catch_output(branch, catcher, caught, &output, &assigned, &failure)) {
        struct str whole = branch_cause_inside(branch, failure.cause);
        write_evaluation_failed(branch, &failure, whole);
        flow_fail(branch, failure.error, whole);
        return;
    }
    struct json *document = value_seal(output);
    if (json_text(document).length <= ENGINE_MAX_DATA) {
        state_exit(branch, document, assigned, catcher->next);
        return;
    }
    json_unref(document);
    flow_fail(branch, "States.DataLimitExceeded",
              flow_limit_cause(engine_scratch(branch->execution), branch->state->name));
}

/* ---- errors ---- */

static void write_state_failed(struct branch *branch)
{
    enum state_type type = branch->state->type;
    if (type != STATE_PARALLEL && type != STATE_MAP)
        return;
    branch->last_id = history_bare(&branch->execution->history,
                                   type == STATE_MAP ? "MapStateFailed" : "ParallelStateFailed", branch->last_id,
                                   engine_now(branch->execution));
}

void branch_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none)
{
    const struct state *state = branch->state;
    if (retry(branch, error_or_null, cause_or_none))
        return;
    write_state_failed(branch);
    for (size_t i = 0; i < state->catcher_count; i++) {
        if (!covers(state->catchers[i].errors, error_or_null))
            continue;
        if (branch->execution->trial)
            trial_catch(branch, i, error_or_null, cause_or_none);
        drop_join(branch);
        catch_with(branch, &state->catchers[i], error_or_null, cause_or_none);
        return;
    }
    flow_fail(branch, error_or_null, cause_or_none);
}

void branch_fail_inside(struct branch *branch, const struct failure *failure)
{
    struct str cause = branch_cause_inside(branch, failure->cause);
    write_evaluation_failed(branch, failure, cause);
    branch_fail(branch, failure->error, cause);
}

void branch_fail_saying(struct branch *branch, const char *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf text = BUF_EMPTY;
    buf_vprintf(&text, format, args);
    va_end(args);
    struct failure failure = { .error = error, .cause = arena_str(engine_scratch(branch->execution), buf_str(&text)) };
    buf_release(&text);
    branch_fail_inside(branch, &failure);
}
