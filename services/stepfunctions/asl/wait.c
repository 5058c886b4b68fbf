#include "services/stepfunctions/asl/wait.h"

#include <inttypes.h>

#include "base/time.h"
#include "services/stepfunctions/asl/dataflow.h"

#define MAX_SECONDS 99999999 /* AWS's limit of every duration */

/* "$.input.waitSeconds == 1.5": how AWS quotes what a path found. */
static const char *quote(struct branch *branch, const struct path *path, const cJSON *found)
{
    struct arena *arena = engine_scratch(branch->execution);
    struct str text = json_print_in(arena, found);
    return arena_printf(arena, "%.*s == %.*s", STR_ARG(path_text(path)), STR_ARG(text));
}

/* NULL: the branch was failed. */
static const cJSON *find(struct branch *branch, struct value input, const struct path *path, const char *field)
{
    struct environment environment = environment_of(branch, input);
    const cJSON *found = path_read(path, &environment, NULL);
    if (!found)
        branch_fail_saying(branch, "States.Runtime", "The %s parameter does not reference an input value: %.*s", field,
                           STR_ARG(path_text(path)));
    return found;
}

static bool seconds_by_path(struct branch *branch, struct value input, int64_t *ret_until_ms)
{
    const struct path *path = branch->state->seconds.path;
    const cJSON *found = find(branch, input, path, "SecondsPath");
    if (!found)
        return false;
    const char *wrong = !json_is_integer(found)              ? "cannot be parsed as a long value"
                        : json_to_int64(found) < 0           ? "references a negative value"
                        : json_to_int64(found) > MAX_SECONDS ? "references a value that is too large"
                                                             : NULL;
    if (wrong) {
        branch_fail_saying(branch, "States.Runtime", "The SecondsPath parameter %s: %s", wrong,
                           quote(branch, path, found));
        return false;
    }
    *ret_until_ms = engine_now(branch->execution) + json_to_int64(found) * 1000;
    return true;
}

static bool timestamp_by_path(struct branch *branch, struct value input, int64_t *ret_until_ms)
{
    const struct path *path = branch->state->timestamp_path;
    const cJSON *found = find(branch, input, path, "TimestampPath");
    if (!found)
        return false;
    if (time_parse_iso(json_value(found), ret_until_ms))
        return true;
    branch_fail_saying(
        branch, "States.Runtime",
        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
        "string: %s",
        quote(branch, path, found));
    return false;
}

/* The type that AWS expects was not recorded for Wait; what else is wrong is told in words of ours. */
static const cJSON *evaluate(struct branch *branch, const struct query *query, enum query_type type)
{
    struct failure failure;
    struct query_scope scope = query_scope_of(branch, NULL, NULL);
    const cJSON *found = query_evaluate_typed(query, &scope, type, &failure);
    if (!found)
        branch_fail_inside(branch, &failure);
    return found;
}

static bool refuse_value(struct branch *branch, const struct query *query, const cJSON *found, const char *what)
{
    struct failure failure;
    query_refuse_value(query, found, engine_scratch(branch->execution), what, &failure);
    branch_fail_inside(branch, &failure);
    return false;
}

static bool seconds_by_query(struct branch *branch, int64_t *ret_until_ms)
{
    const struct query *query = branch->state->seconds.query;
    const cJSON *found = evaluate(branch, query, QUERY_NUMBER);
    int64_t seconds;
    if (!found)
        return false;
    if (!query_integer(found, 0, MAX_SECONDS, &seconds))
        return refuse_value(branch, query, found, "did not return an integer between 0 and 99999999");
    *ret_until_ms = engine_now(branch->execution) + seconds * 1000;
    return true;
}

static bool timestamp_by_query(struct branch *branch, int64_t *ret_until_ms)
{
    const struct query *query = branch->state->timestamp_query;
    const cJSON *found = evaluate(branch, query, QUERY_STRING);
    if (!found)
        return false;
    if (time_parse_iso(json_value(found), ret_until_ms))
        return true;
    return refuse_value(branch, query, found,
                        "did not return a valid ISO-8601 extended offset date-time format string");
}

static bool find_moment(struct branch *branch, struct value input, int64_t *ret_until_ms)
{
    const struct state *state = branch->state;
    if (state->timestamp) {
        *ret_until_ms = state->timestamp_ms;
        return true;
    }
    if (state->timestamp_query)
        return timestamp_by_query(branch, ret_until_ms);
    if (state->seconds.query)
        return seconds_by_query(branch, ret_until_ms);
    if (state->timestamp_path)
        return timestamp_by_path(branch, input, ret_until_ms);
    if (state->seconds.path)
        return seconds_by_path(branch, input, ret_until_ms);
    *ret_until_ms = engine_now(branch->execution) + state->seconds.number * 1000;
    return true;
}

void wait_state_begin(struct branch *branch)
{
    struct failure failure;
    struct value input;
    int64_t until_ms;
    if (!flow_input(branch, &input, &failure))
        branch_fail_inside(branch, &failure);
    else if (!find_moment(branch, input, &until_ms))
        return;
    else if (until_ms <= engine_now(branch->execution))
        wait_state_end(branch);
    else
        branch_sleep(branch, PHASE_SLEEP, until_ms);
}

void wait_state_end(struct branch *branch)
{
    const struct state *state = branch->state;
    struct failure failure;
    struct value input;
    if (flow_input(branch, &input, &failure))
        flow_pass_on(branch, input, &(struct way_out){ state->output, &state->assign, state->next });
    else
        branch_fail_inside(branch, &failure);
}
