#include "services/stepfunctions/execution_log.h"

#include <inttypes.h>
#include <stdlib.h>

#include "aws/arn.h"
#include "services/stepfunctions/log_delivery.h"

/* "If escaped input or escaped output sent to CloudWatch Logs exceeds 248KB, it will be truncated" ("Logging using CloudWatch
 * Logs" of the developer guide). */
#define DATA_MOST ((size_t)248 * 1024)
/* Of one execution, beside what tells its end: an endless Express one must not fill the cloud. A history has such an end too. */
#define LOGGED_EVENTS HISTORY_MAX_EVENTS
#define LOGGED_BYTES  ((size_t)64 * 1024 * 1024)

enum level { LEVEL_FATAL, LEVEL_ERROR, LEVEL_ALL };

struct execution_log {
    enum level level;
    bool with_data;
    size_t events, bytes; /* that were logged of it */
    char *key;            /* the delivery's: the machine's ARN, a space, the group's name */
};

/* ---- configuration ---- */

struct execution_log *execution_log_new(struct execution *execution, const cJSON *configuration)
{
    if (log_delivery_is_off(configuration))
        return NULL;
    struct arn arn;
    struct str group = log_delivery_group(configuration, &arn), level = json_str(configuration, "level");
    struct execution_log *log = memory_alloc(sizeof *log);
    struct buf key = BUF_EMPTY;
    buf_printf(&key, "%s %.*s", execution->machine_arn, STR_ARG(group));
    log->key = buf_take(&key);
    log->level = str_is(level, "ALL") ? LEVEL_ALL : str_is(level, "ERROR") ? LEVEL_ERROR : LEVEL_FATAL;
    log->with_data = json_bool(configuration, "includeExecutionData", false);
    return log;
}

void execution_log_free(struct execution_log *log_or_null)
{
    if (!log_or_null)
        return;
    free(log_or_null->key);
    free(log_or_null);
}

/* ---- events ---- */

/* "Log levels for Step Functions execution events" of the developer guide: what fails, times out or is aborted is an error,
 * and so is entering a Fail state; it is fatal where it ends the execution. */
static bool is_logged(enum level level, struct str type)
{
    bool ends_badly = str_ends(type, STR("Failed")) || str_ends(type, STR("Aborted")) ||
                      str_ends(type, STR("TimedOut"));
    if (level == LEVEL_ALL)
        return true;
    if (level == LEVEL_FATAL)
        return ends_badly && str_starts(type, STR("Execution"));
    return ends_badly || str_is(type, "FailStateEntered");
}

/* An event's type, in the format that history.c writes: {"timestamp":…,"type":"…" */
static struct str type_of(struct str event)
{
    struct str rest = event;
    for (int quotes = 0; quotes < 5; quotes++)
        str_cut(rest, '"', &rest);
    return str_cut(rest, '"', &rest);
}

/* How much of a text fits escaped; whole characters. */
static size_t fitting(struct str text)
{
    size_t escaped = 0, length = 0;
    for (; length < text.length; length++) {
        unsigned char byte = (unsigned char)text.at[length];
        escaped += byte < ' ' ? 6 : byte == '"' || byte == '\\' ? 2 : 1;
        if (escaped > DATA_MOST)
            break;
    }
    while (length < text.length && length && ((unsigned char)text.at[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static void cut_data(cJSON *details, const char *name, const char *details_name)
{
    struct str text = json_str(details, name);
    size_t length = fitting(text);
    if (length == text.length)
        return;
    json_set_str(details, name, str_first(text, length));
    cJSON *truncated = cJSON_CreateObject();
    json_set_bool(truncated, "truncated", true);
    json_set(details, details_name, truncated);
}

/* What includeExecutionData = false leaves out; that nothing tells of its truncation either is ours. */
static void drop_data(cJSON *details)
{
    history_drop_data(details);
    cJSON_DeleteItemFromObjectCaseSensitive(details, "inputDetails");
    cJSON_DeleteItemFromObjectCaseSensitive(details, "outputDetails");
}

static cJSON *details_of(const cJSON *event, bool with_data)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, event)
    {
        if (!str_ends(str_of(member->string), STR("EventDetails")))
            continue;
        cJSON *details = json_thaw(member);
        if (!with_data)
            drop_data(details);
        cut_data(details, "input", "inputDetails");
        cut_data(details, "output", "outputDetails");
        return details;
    }
    return cJSON_CreateObject();
}

static void print_text_member(struct buf *message, const char *name, int64_t value)
{
    json_print_name(message, name);
    buf_printf(message, "\"%" PRId64 "\"", value);
}

/* {"id":"1","type":"…","details":{…},"previous_event_id":"0","event_timestamp":"…","execution_arn":"…","redrive_count":"0"} */
static void print_message(struct buf *message, const struct execution *execution, const cJSON *event, int64_t time_ms)
{
    cJSON *details = details_of(event, execution->log->with_data);
    buf_printf(message, "{\"id\":\"%" PRId64 "\"", json_int64(event, "id", 0));
    json_print_name(message, "type");
    json_print_string(message, json_str(event, "type"));
    json_print_name(message, "details");
    json_print(message, details);
    print_text_member(message, "previous_event_id", json_int64(event, "previousEventId", 0));
    print_text_member(message, "event_timestamp", time_ms);
    json_print_name(message, "execution_arn");
    json_print_string(message, str_of(execution->arn));
    print_text_member(message, "redrive_count", json_int64(json_root(execution->row), "redriveCount", 0));
    buf_add_byte(message, '}');
    cJSON_Delete(details);
}

static bool is_too_much(const struct execution_log *log, struct str type)
{
    return (log->events >= LOGGED_EVENTS || log->bytes >= LOGGED_BYTES) && !str_starts(type, STR("Execution"));
}

static void take_event(struct log_delivery *delivery, const struct execution *execution, struct str line)
{
    struct json *event = json_parse(line, NULL);
    struct buf message = BUF_EMPTY;
    int64_t time_ms = json_to_time(json_get(json_root(event), "timestamp"));
    print_message(&message, execution, json_root(event), time_ms);
    log_delivery_add(delivery, time_ms, buf_str(&message));
    execution->log->events++;
    execution->log->bytes += message.length;
    buf_release(&message);
    json_unref(event);
}

void execution_log_take(struct execution *execution)
{
    struct log_delivery *delivery = NULL;
    struct str events = buf_str(&execution->history.text);
    while (events.length) {
        struct str line = history_cut_event(&events);
        struct str type = type_of(line);
        if (!is_logged(execution->log->level, type) || is_too_much(execution->log, type))
            continue;
        delivery = delivery ? delivery : log_delivery_of(execution, str_of(execution->log->key));
        take_event(delivery, execution, line);
    }
    if (delivery)
        log_delivery_send(delivery);
}
