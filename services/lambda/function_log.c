#include "services/lambda/function_log.h"

#include "aws/cloud.h"
#include "aws/road.h"

/* One event a line, all of this moment. */
static cJSON *events_of(const struct run *run)
{
    struct buf text = BUF_EMPTY;
    run_print_log(run, &text);
    cJSON *events = cJSON_CreateArray();
    struct str rest = buf_str(&text);
    while (rest.length) {
        struct str line = str_cut(rest, '\n', &rest);
        if (!line.length)
            continue;
        cJSON *event = cJSON_CreateObject();
        json_set_int64(event, "timestamp", clock_now(run->world->clock));
        json_set(event, "message", json_new_string((struct str){ line.at, line.length + 1 }));
        json_add(events, event);
    }
    buf_release(&text);
    return events;
}

static void finished(struct call *call)
{
    call_free(call);
}

/* Sends one call of the logs API; nobody waits for its answer. */
static bool send(const struct run *run, const char *operation, cJSON *events_taken_or_null)
{
    const struct invocation *invocation = &run->invocation;
    const char *why;
    struct call *call = call_new(cloud_of(run->world), STR("logs"), str_of(operation), &why);
    if (!call) {
        cJSON_Delete(events_taken_or_null);
        return false;
    }
    call->origin = ORIGIN_FUNCTION;
    call->region = arena_copy(call->arena, str_of(run->region));
    call->caller = principal_of_role(call->arena, str_of(invocation->role_arn), str_of(invocation->function_name));
    cJSON *input = cJSON_CreateObject();
    json_set_string(input, "logGroupName", invocation->log_group);
    if (strcmp(operation, "CreateLogGroup") != 0)
        json_set_string(input, "logStreamName", invocation->log_stream);
    if (events_taken_or_null)
        json_set(input, "logEvents", events_taken_or_null);
    struct buf text = BUF_EMPTY;
    json_print(&text, input);
    cJSON_Delete(input);
    call->input = json_parse_in(call->arena, buf_str(&text), NULL);
    buf_release(&text);
    call->finished = finished;
    enum outcome outcome = road_run(call);
    if (outcome != CALL_PARKED)
        call_free(call);
    return outcome == CALL_DONE;
}

/* The group and the stream are made by the first run that writes there. */
void function_log_write(const struct run *run)
{
    if (!cloud_service(cloud_of(run->world), STR("logs")))
        return;
    if (send(run, "PutLogEvents", events_of(run)))
        return;
    send(run, "CreateLogGroup", NULL);
    send(run, "CreateLogStream", NULL);
    send(run, "PutLogEvents", events_of(run));
}
