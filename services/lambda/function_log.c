#include "services/lambda/function_log.h"

#include <inttypes.h>

#include "aws/cloud.h"
#include "aws/road.h"

#define EVENTS_MOST 10000 /* of one PutLogEvents */

/* One event a line, all of this moment; texts as JSON, since a run may have written much. */
static void print_events(const struct run *run, struct buf *json)
{
    struct buf text = BUF_EMPTY;
    run_print_log(run, &text);
    struct str rest = buf_str(&text);
    const char *between = ",\"logEvents\":[";
    for (int events = 0; rest.length && events < EVENTS_MOST; events++) {
        struct str line = str_cut(rest, '\n', &rest);
        if (!line.length)
            continue;
        buf_add_text(json, between);
        buf_printf(json, "{\"timestamp\":%" PRId64 ",\"message\":", clock_now(run->world->clock));
        json_print_string(json, (struct str){ line.at, line.length + 1 });
        buf_add_byte(json, '}');
        between = ",";
    }
    buf_add_byte(json, ']');
    buf_release(&text);
}

static void finished(struct call *call)
{
    call_free(call);
}

/* Sends one call of the logs API; nobody waits for its answer. */
static bool send(const struct run *run, const char *operation, bool with_stream, bool with_events)
{
    const struct invocation *invocation = &run->invocation;
    const char *why;
    struct call *call = call_new(cloud_of(run->world), STR("logs"), str_of(operation), &why);
    if (!call)
        return false;
    call->origin = ORIGIN_FUNCTION;
    call->region = arena_copy(call->arena, str_of(run->region));
    call->caller = principal_of_role(call->arena, str_of(invocation->role_arn), str_of(invocation->function_name));
    call->finished = finished;
    struct buf json = BUF_EMPTY;
    buf_add_text(&json, "{\"logGroupName\":");
    json_print_string(&json, str_of(invocation->log_group));
    if (with_stream) {
        buf_add_text(&json, ",\"logStreamName\":");
        json_print_string(&json, str_of(invocation->log_stream));
    }
    if (with_events)
        print_events(run, &json);
    buf_add_byte(&json, '}');
    call->input = json_parse_in(call->arena, buf_str(&json), NULL);
    buf_release(&json);
    enum outcome outcome = call->input ? road_run(call) : CALL_FAILED;
    if (outcome != CALL_PARKED)
        call_free(call);
    return outcome == CALL_DONE;
}

/* The group and the stream are made by the first run that writes there. */
void function_log_write(const struct run *run)
{
    if (send(run, "PutLogEvents", true, true))
        return;
    send(run, "CreateLogGroup", false, false);
    send(run, "CreateLogStream", true, false);
    send(run, "PutLogEvents", true, true);
}
