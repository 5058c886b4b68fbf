#include "game/limit.h"

#include "base/time.h"
#include "game/game_inner.h"

#define REQUESTS_AT_ONCE (2.0 * REQUESTS_A_SECOND)
#define COUNTED_EVERY_MS 1000
#define COUNTED_EVERY_NS (UINT64_C(1000000) * COUNTED_EVERY_MS)
#define EXECUTIONS       "stepfunctions.execution"

static bool starts_execution(const struct call *call)
{
    return call->operation && strcmp(call->operation->name, "StartExecution") == 0 &&
           strcmp(call->service->model->iam_prefix, "states") == 0;
}

/* ---- executions ---- */

static void count_running(struct scope scope, struct str key, struct json *row, void *data)
{
    struct team *team = data;
    if (strcmp(scope.account, team->account) == 0 && str_is(json_str(json_root(row), "status"), "RUNNING"))
        team->limits.executions++;
}

/* What was started since the last count may have ended long ago: before somebody is refused, all are counted anew. */
static bool has_room(struct team *team)
{
    struct limits *limits = &team->limits;
    struct store *store = team->game->world->store;
    const struct table_def *table = store_table(store, EXECUTIONS);
    uint64_t now_ns = time_monotonic_ns();
    int64_t now_ms = game_now(team->game);
    if (limits->executions < EXECUTIONS_RUNNING || !table)
        return true;
    /* Counting is work: once a second is enough, of the game where its clock is the faster one. */
    if (limits->counted_ns && now_ns - limits->counted_ns < COUNTED_EVERY_NS &&
        now_ms - limits->counted_ms < COUNTED_EVERY_MS)
        return false;
    limits->executions = 0;
    limits->counted_ns = now_ns;
    limits->counted_ms = now_ms;
    store_scan(store, table, count_running, team);
    return limits->executions < EXECUTIONS_RUNNING;
}

static const struct error_kind *execution_limit(const struct call *call)
{
    for (const struct error_kind *const *kind = call->operation->errors; kind && *kind; kind++)
        if (strcmp((*kind)->code, "ExecutionLimitExceeded") == 0)
            return *kind;
    return &ERROR_LIMIT_EXCEEDED;
}

void limit_hear(struct team *team, const struct call *call, enum outcome outcome)
{
    if (outcome == CALL_DONE && starts_execution(call))
        team->limits.executions++;
}

/* ---- requests ---- */

/* By the machine's clock: this is about the machine. */
static bool has_request_left(struct limits *limits)
{
    uint64_t now_ns = time_monotonic_ns();
    double more = limits->requests_ns ? (double)(now_ns - limits->requests_ns) / 1e9 * REQUESTS_A_SECOND
                                      : REQUESTS_AT_ONCE;
    limits->requests = limits->requests + more > REQUESTS_AT_ONCE ? REQUESTS_AT_ONCE : limits->requests + more;
    limits->requests_ns = now_ns;
    if (limits->requests < 1)
        return false;
    limits->requests -= 1;
    return true;
}

enum outcome limit_admit(struct team *team, struct call *call)
{
    if (call->request && !has_request_left(&team->limits))
        return call_fail(call, &ERROR_THROTTLING, "Rate exceeded");
    if (starts_execution(call) && !has_room(team)) /* the sentence is ours */
        return call_fail(call, execution_limit(call),
                         "The maximum number of running executions (%d) has been reached: let some end, or stop them.",
                         EXECUTIONS_RUNNING);
    return CALL_DONE;
}
