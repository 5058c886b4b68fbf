#include "services/sagemaker/job_log.h"

#include <inttypes.h>

#include "aws/cloud.h"
#include "aws/road.h"

#define EVENTS_MOST 10000         /* of one PutLogEvents */
#define BYTES_MOST  (1000 * 1000) /* likewise, with 26 bytes for each */

static void finished(struct call *call)
{
    call_free(call);
}

struct target {
    struct world *world;
    struct scope scope;
    const char *role_arn, *session, *group, *stream;
};

static bool send(const struct target *target, const char *operation, const char *stream_or_null, struct str events)
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
        if (bytes + line.length + 26 > BYTES_MOST)
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

void sagemaker_log(struct world *world, struct scope scope, const char *role_arn, const char *session,
                   const char *group, const char *stream, struct str lines)
{
    const struct target target = { world, scope, role_arn, session, group, stream };
    bool begun = false;
    while (lines.length) {
        struct buf events = BUF_EMPTY;
        struct str rest;
        print_events(lines, clock_now(world->clock), &events, &rest);
        if (events.length && !begun && !send(&target, "PutLogEvents", stream, buf_str(&events))) {
            send(&target, "CreateLogGroup", NULL, STR_NONE);
            send(&target, "CreateLogStream", stream, STR_NONE);
            send(&target, "PutLogEvents", stream, buf_str(&events));
        } else if (events.length && begun) {
            send(&target, "PutLogEvents", stream, buf_str(&events));
        }
        begun |= events.length > 0;
        buf_release(&events);
        if (rest.length == lines.length)
            return; /* one line of more than a call takes */
        lines = rest;
    }
}
