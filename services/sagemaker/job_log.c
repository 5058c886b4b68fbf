#include "services/sagemaker/job_log.h"

#include <inttypes.h>

#include "aws/cloud.h"
#include "aws/road.h"

#define EVENTS_MOST 250          /* of one call: more would hold up the loop */
#define BYTES_MOST  (200 * 1000) /* likewise, with 26 bytes for each; a line alone may have more */

static void finished(struct call *call)
{
    call_free(call);
}

static bool send(const struct log_target *target, const char *operation, const char *stream_or_null, struct str events)
{
    const char *why;
    struct call *call = call_new(cloud_of(target->world), STR("logs"), str_of(operation), &why);
    struct buf json = BUF_EMPTY;
    call->origin = ORIGIN_HOUSE;
    call->region = arena_copy(call->arena, str_of(target->scope.region));
    call->caller = principal_of_role(call->arena, str_of(target->role_arn), str_of(target->session));
    call->finished = finished;
    buf_add_text(&json, "{\"logGroupName\":");
    json_print_string(&json, str_of(target->group));
    if (stream_or_null) {
        buf_add_text(&json, ",\"logStreamName\":");
        json_print_string(&json, str_of(stream_or_null));
    }
    if (events.length) {
        buf_add_text(&json, ",\"logEvents\":");
        buf_add_str(&json, events);
    }
    buf_add_byte(&json, '}');
    call->input = json_parse_in(call->arena, buf_str(&json), NULL);
    buf_release(&json);
    enum outcome outcome = call->input ? road_run(call) : CALL_FAILED;
    if (outcome != CALL_PARKED)
        call_free(call);
    return outcome == CALL_DONE;
}

/* As many lines as one call takes; *rest is what follows. */
static void print_events(struct str lines, int64_t now_ms, struct buf *json, struct str *rest)
{
    const char *between = "[";
    size_t bytes = 0;
    *rest = lines;
    for (int events = 0; rest->length && events < EVENTS_MOST; events++) {
        struct str after, line = str_cut(*rest, '\n', &after);
        if (bytes && bytes + line.length + 26 > BYTES_MOST)
            break;
        *rest = after;
        bytes += line.length + 26;
        if (!line.length || !str_is_utf8(line))
            continue;
        buf_printf(json, "%s{\"timestamp\":%" PRId64 ",\"message\":", between, now_ms);
        json_print_string(json, line);
        buf_add_byte(json, '}');
        between = ",";
    }
    if (json->length)
        buf_add_byte(json, ']');
}

struct str sagemaker_log_some(const struct log_target *target, struct str lines, bool first)
{
    struct buf events = BUF_EMPTY;
    struct str rest;
    print_events(lines, clock_now(target->world->clock), &events, &rest);
    if (events.length && !send(target, "PutLogEvents", target->stream, buf_str(&events)) && first) {
        send(target, "CreateLogGroup", NULL, STR_NONE);
        send(target, "CreateLogStream", target->stream, STR_NONE);
        send(target, "PutLogEvents", target->stream, buf_str(&events));
    }
    buf_release(&events);
    return rest.length < lines.length ? rest : STR("");
}

void sagemaker_log(const struct log_target *target, struct str lines)
{
    for (bool first = true; lines.length; first = false)
        lines = sagemaker_log_some(target, lines, first);
}
