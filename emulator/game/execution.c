#include "game/execution.h"

#include <stdlib.h>

#include "aws/arn.h"
#include "aws/call.h"
#include "game/ask.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/pipeline.h"

#define MACHINES_LOOKED_AT 50

static cJSON *ask(struct team *team, const char *operation, cJSON *input_taken)
{
    return team_ask(team, "stepfunctions", operation, input_taken);
}

/* ---- what failed ---- */

struct history {
    const cJSON *events; /* newest first */
};

static const cJSON *event_of(const struct history *history, int64_t id)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, history->events)
    {
        if (json_int64(at, "id", 0) == id)
            return at;
    }
    return NULL;
}

static bool is_failure(struct str type)
{
    return (str_ends(type, STR("Failed")) || str_ends(type, STR("TimedOut")) || str_ends(type, STR("Aborted"))) &&
           !str_starts(type, STR("Execution"));
}

static const cJSON *details_of(const cJSON *event)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, event)
    {
        if (cJSON_IsObject(at))
            return at;
    }
    return NULL;
}

/* The state that was entered last before this event. */
static const char *state_of(const struct history *history, const cJSON *event)
{
    for (int steps = 0; event && steps < EVENTS_SHOWN; steps++) {
        const char *name = json_string(json_get(event, "stateEnteredEventDetails"), "name");
        if (name)
            return name;
        event = event_of(history, json_int64(event, "previousEventId", 0));
    }
    return NULL;
}

/* The last thing that failed before the execution did; its own end where that alone says it. */
static const cJSON *find_failing(const struct history *history)
{
    const cJSON *at, *end = NULL;
    cJSON_ArrayForEach(at, history->events)
    {
        struct str type = json_str(at, "type");
        if (is_failure(type))
            return at;
        if (!end && (str_is(type, "ExecutionFailed") || str_is(type, "ExecutionTimedOut")))
            end = at;
        if (str_ends(type, STR("StateExited")))
            break;
    }
    return end;
}

static cJSON *failing_view(const struct history *history)
{
    const cJSON *event = find_failing(history), *details = details_of(event);
    if (!event)
        return cJSON_CreateNull();
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "id", json_int64(event, "id", 0));
    json_set_string(view, "type", json_string(event, "type"));
    json_set(view, "state", text_or_null(state_of(history, event)));
    json_set(view, "error", text_or_null(json_string(details, "error")));
    json_set(view, "cause", text_or_null(json_string(details, "cause")));
    return view;
}

/* ---- an execution ---- */

static cJSON *history_input(struct str arn)
{
    cJSON *input = ask_with("executionArn", arn);
    json_set_bool(input, "reverseOrder", true);
    json_set_int64(input, "maxResults", EVENTS_SHOWN);
    return input;
}

static struct str machine_of(struct str arn_text)
{
    struct arn arn = { 0 };
    struct str rest, kind;
    if (!arn_parse(arn_text, &arn))
        return STR_NONE;
    kind = str_cut(arn.resource, ':', &rest);
    (void)kind;
    return str_cut(rest, ':', &kind);
}

/* `described` is DescribeExecution's answer. */
static cJSON *view_of(const cJSON *described, const struct history *history)
{
    struct str arn = json_str(described, "executionArn");
    const cJSON *stop = json_get(described, "stopDate");
    struct buf look = BUF_EMPTY;
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "arn", arn);
    json_set_string(view, "name", json_string(described, "name"));
    json_set_str(view, "machine", machine_of(arn));
    json_set_string(view, "machine_arn", json_string(described, "stateMachineArn"));
    json_set_string(view, "status", json_string(described, "status"));
    json_set_int64(view, "started_at", json_to_time(json_get(described, "startDate")));
    json_set(view, "stopped_at", stop ? json_new_int64(json_to_time(stop)) : cJSON_CreateNull());
    json_set(view, "error", text_or_null(json_string(described, "error")));
    json_set(view, "cause", text_or_null(json_string(described, "cause")));
    json_set(view, "failing", history ? failing_view(history) : cJSON_CreateNull());
    buf_printf(&look, "aws stepfunctions get-execution-history --execution-arn %.*s", STR_ARG(arn));
    json_set_string(view, "look", look.at);
    buf_release(&look);
    return view;
}

static bool has_failed(const cJSON *described)
{
    struct str status = json_str(described, "status");
    return !str_is(status, "RUNNING") && !str_is(status, "SUCCEEDED");
}

static cJSON *view_by_arn(struct team *team, struct str arn)
{
    if (pipeline_is(arn))
        return pipeline_view(team, arn);
    cJSON *described = ask(team, "DescribeExecution", ask_with("executionArn", arn));
    if (!described)
        return NULL;
    cJSON *answer = has_failed(described) ? ask(team, "GetExecutionHistory", history_input(arn)) : NULL;
    struct history history = { json_get(answer, "events") };
    cJSON *view = view_of(described, answer ? &history : NULL);
    cJSON_Delete(answer);
    cJSON_Delete(described);
    return view;
}

/* ---- the list ---- */

struct candidate { /* of a state machine or a pipeline */
    char *arn;
    int64_t started_ms;
};

static int newest_first(const void *a, const void *b)
{
    int64_t mine = ((const struct candidate *)a)->started_ms, theirs = ((const struct candidate *)b)->started_ms;
    return mine > theirs ? -1 : mine < theirs;
}

static void gather(struct team *team, struct str machine, struct candidate *candidates, size_t *count)
{
    const cJSON *at;
    cJSON *input = ask_with("stateMachineArn", machine);
    json_set_int64(input, "maxResults", EXECUTIONS_SHOWN);
    cJSON *answer = ask(team, "ListExecutions", input);
    cJSON_ArrayForEach(at, json_get(answer, "executions"))
    {
        candidates[(*count)++] = (struct candidate){ memory_copy(json_str(at, "executionArn")),
                                                     json_to_time(json_get(at, "startDate")) };
    }
    cJSON_Delete(answer);
}

static size_t gather_all(struct team *team, struct candidate *candidates)
{
    const cJSON *at;
    size_t count = 0;
    cJSON *input = cJSON_CreateObject();
    json_set_int64(input, "maxResults", MACHINES_LOOKED_AT);
    cJSON *answer = ask(team, "ListStateMachines", input);
    cJSON_ArrayForEach(at, json_get(answer, "stateMachines"))
    {
        if (str_is(json_str(at, "type"), "STANDARD"))
            gather(team, json_str(at, "stateMachineArn"), candidates, &count);
    }
    cJSON_Delete(answer);
    return count;
}

struct candidates {
    struct candidate *list;
    size_t count, room;
};

static void add_pipeline(void *data, struct str arn, int64_t started_ms)
{
    struct candidates *candidates = data;
    if (candidates->count < candidates->room)
        candidates->list[candidates->count++] = (struct candidate){ memory_copy(arn), started_ms };
}

cJSON *executions_view(struct team *team)
{
    struct candidates all = { .room = 2 * MACHINES_LOOKED_AT * EXECUTIONS_SHOWN };
    struct candidate *candidates = all.list = memory_alloc(all.room * sizeof *candidates);
    all.count = gather_all(team, candidates);
    pipelines_gather(team, add_pipeline, &all);
    size_t count = all.count;
    cJSON *views = cJSON_CreateArray();
    qsort(candidates, count, sizeof *candidates, newest_first);
    for (size_t i = 0; i < count; i++) {
        cJSON *view = i < EXECUTIONS_SHOWN ? view_by_arn(team, str_of(candidates[i].arn)) : NULL;
        if (view)
            json_add(views, view);
        free(candidates[i].arn);
    }
    free(candidates);
    return views;
}

cJSON *execution_view_one(struct team *team, struct str arn)
{
    if (pipeline_is(arn))
        return pipeline_view_one(team, arn);
    cJSON *execution = view_by_arn(team, arn);
    if (!execution)
        return NULL;
    cJSON *view = cJSON_CreateObject();
    cJSON *machine = ask(team, "DescribeStateMachineForExecution", ask_with("executionArn", arn));
    cJSON *history = ask(team, "GetExecutionHistory", history_input(arn));
    const cJSON *events = json_get(history, "events");
    json_set(view, "execution", execution);
    json_set(view, "definition", text_or_null(json_string(machine, "definition")));
    json_set(view, "events", events ? json_thaw(events) : cJSON_CreateArray());
    cJSON_Delete(history);
    cJSON_Delete(machine);
    return view;
}

/* ---- news ---- */

void execution_told(struct team *team, struct str arn_text, const char *status)
{
    struct str machine = machine_of(arn_text), at = arn_text;
    for (size_t colon; (colon = str_find_byte(at, ':')) != SIZE_MAX;)
        at = str_from(at, colon + 1);
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "arn", arn_text);
    json_set_str(view, "name", at);
    json_set_str(view, "machine", machine);
    json_set_string(view, "status", status);
    news_to_team(team, "execution", view);
}

void execution_ended(struct listener *listener, const struct event *event)
{
    struct game *game = listener->data;
    struct team *team = team_of(game, str_of(event->scope.account));
    if (team && game->feed.publish)
        execution_told(team, event->key, json_string(event->detail ? json_root(event->detail) : NULL, "status"));
}
