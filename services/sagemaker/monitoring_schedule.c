#include "services/sagemaker/monitoring_schedule.h"

#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/schedule_expression.h"
#include "services/sagemaker/tag.h"

const struct table_def monitoring_schedule_table = { .name = "sagemaker.monitoring_schedule",
                                                     .indexes = listing_indexes };
const struct table_def monitoring_execution_table = { .name = "sagemaker.monitoring_execution",
                                                      .indexes = listing_indexes };
const struct table_def monitoring_alert_table = { .name = "sagemaker.monitoring_alert", .indexes = listing_indexes };

/* ---- what it says ---- */

static struct str type_of(const cJSON *config)
{
    struct str type = json_str(config, "MonitoringType");
    return type.length ? type : STR("DataQuality");
}

bool monitoring_schedule_plan(struct world *world, struct scope scope, const cJSON *config,
                              struct monitoring_plan *ret_plan)
{
    const cJSON *own = json_get(config, "MonitoringJobDefinition");
    struct json *kept = own ? NULL
                            : monitoring_definition_get(world, scope, type_of(config),
                                                        json_str(config, "MonitoringJobDefinitionName"));
    if (!own && !kept)
        return false;
    return monitoring_plan_of(type_of(config), own ? own : json_get(json_root(kept), "input"), ret_plan);
}

/* Sentences are ours, in AWS's shape. */
static bool check_times(struct call *call, const cJSON *schedule)
{
    struct schedule read;
    int64_t start, end;
    struct str text = json_str(schedule, "ScheduleExpression");
    struct str from = json_str(schedule, "DataAnalysisStartTime"), until = json_str(schedule, "DataAnalysisEndTime");
    bool given = from.length && until.length && schedule_offset(from, &start) && schedule_offset(until, &end) &&
                 start < end && end <= 0;
    if (!text.length || !schedule_read(text, &read))
        call_fail(call, &ERROR_VALIDATION, "The schedule expression '%.*s' is not valid.", STR_ARG(text));
    else if (read.kind == SCHEDULE_NOW && !given)
        call_fail(call, &ERROR_VALIDATION,
                  "DataAnalysisStartTime and DataAnalysisEndTime are required for the schedule expression NOW: offsets "
                  "such as -PT1H and -PT0H.");
    else if (read.kind != SCHEDULE_NOW && (from.length || until.length))
        call_fail(call, &ERROR_VALIDATION,
                  "DataAnalysisStartTime and DataAnalysisEndTime are for the schedule expression NOW alone.");
    else
        return true;
    return false;
}

static bool check(struct call *call, struct monitoring_plan *ret_plan)
{
    const cJSON *config = json_get(call->input, "MonitoringScheduleConfig");
    const cJSON *own = json_get(config, "MonitoringJobDefinition");
    struct str name = json_str(config, "MonitoringJobDefinitionName");
    if (!own == !name.length)
        call_fail(call, &ERROR_VALIDATION,
                  "Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName must be specified.");
    else if (!monitoring_schedule_plan(call->world, call_scope(call), config, ret_plan))
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Job definition '%.*s' of type %.*s does not exist.",
                  STR_ARG(name), STR_ARG(type_of(config)));
    else if (!json_get(config, "ScheduleConfig"))
        call_fail(call, &ERROR_VALIDATION, "ScheduleConfig is required.");
    else
        return check_times(call, json_get(config, "ScheduleConfig")) && monitoring_plan_check(call, ret_plan);
    return false;
}

/* ---- which ---- */

static struct json *schedule_of_call(struct call *call)
{
    struct str name = input_str(call, "MonitoringScheduleName");
    struct json *row = store_get(call->world->store, call_scope(call), &monitoring_schedule_table,
                                 sagemaker_key(call->arena, name));
    if (!row) /* as aws/sagemaker-python-sdk's issues show it */
        call_fail(
            call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Monitoring Schedule %s not found",
            sagemaker_arn(call->arena, call_scope(call), "monitoring-schedule", sagemaker_key(call->arena, name)));
    return row;
}

static void put(struct call *call, struct str key, cJSON *row_taken)
{
    json_set_int64(row_taken, "modified", clock_now(call->world->clock));
    store_put(call->world->store, call_scope(call), &monitoring_schedule_table, key, json_seal(row_taken));
}

/* ---- Create, Update ---- */

static int64_t next_of(struct call *call)
{
    struct schedule schedule;
    const cJSON *config = json_get(json_get(call->input, "MonitoringScheduleConfig"), "ScheduleConfig");
    int64_t now_ms = clock_now(call->world->clock);
    schedule_read(json_str(config, "ScheduleExpression"), &schedule);
    return schedule.kind == SCHEDULE_NOW ? now_ms : schedule_next(&schedule, now_ms);
}

static void set_config(struct call *call, cJSON *row, const struct monitoring_plan *plan)
{
    const cJSON *config = json_get(call->input, "MonitoringScheduleConfig");
    json_set(row, "input", sagemaker_kept_input(call));
    json_set_string(row, "type", plan->type);
    json_set_str(row, "endpoint", json_str(plan->endpoint, "EndpointName"));
    json_set_string(row, "definition", json_string(config, "MonitoringJobDefinitionName"));
    json_set_int64(row, "next", next_of(call));
}

enum outcome create_monitoring_schedule(struct call *call)
{
    struct str name = input_str(call, "MonitoringScheduleName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "monitoring-schedule", key));
    struct monitoring_plan plan;
    if (store_get(call->world->store, call_scope(call), &monitoring_schedule_table, key))
        return call_fail(call, &SAGEMAKER_RESOURCE_IN_USE, "Monitoring Schedule with name %.*s already exists",
                         STR_ARG(name));
    if (!check(call, &plan) || !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    int64_t now_ms = clock_now(call->world->clock);
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", now_ms);
    json_set_string(row, "status", "Pending");
    json_set_int64(row, "points", 1);
    json_set_int64(row, "period", 1);
    json_set_string(row, "alert", "OK");
    json_set_int64(row, "alertModified", now_ms);
    set_config(call, row, &plan);
    put(call, key, row);
    sagemaker_tag_put(call, arn);
    monitoring_start(call->world, call_scope(call), key);
    output_str(call, "MonitoringScheduleArn", arn);
    return CALL_DONE;
}

enum outcome update_monitoring_schedule(struct call *call)
{
    struct monitoring_plan plan;
    struct json *kept = schedule_of_call(call);
    if (!kept || !check(call, &plan))
        return CALL_FAILED;
    struct str key = sagemaker_key(call->arena, input_str(call, "MonitoringScheduleName"));
    cJSON *row = json_thaw(json_root(kept));
    output_str(call, "MonitoringScheduleArn", json_str(row, "arn"));
    set_config(call, row, &plan);
    put(call, key, row);
    monitoring_wake(call->world, call_scope(call), key);
    return CALL_DONE;
}

/* ---- Start, Stop, Delete ---- */

static enum outcome set_status(struct call *call, const char *status)
{
    struct schedule schedule;
    struct json *kept = schedule_of_call(call);
    if (!kept)
        return CALL_FAILED;
    struct str key = sagemaker_key(call->arena, input_str(call, "MonitoringScheduleName"));
    cJSON *row = json_thaw(json_root(kept));
    const cJSON *config = json_get(json_get(json_get(row, "input"), "MonitoringScheduleConfig"), "ScheduleConfig");
    schedule_read(json_str(config, "ScheduleExpression"), &schedule);
    if (schedule.kind != SCHEDULE_NOW)
        json_set_int64(row, "next", schedule_next(&schedule, clock_now(call->world->clock)));
    json_set_string(row, "status", status);
    put(call, key, row);
    monitoring_wake(call->world, call_scope(call), key);
    return CALL_DONE;
}

enum outcome start_monitoring_schedule(struct call *call)
{
    return set_status(call, "Scheduled");
}

enum outcome stop_monitoring_schedule(struct call *call)
{
    return set_status(call, "Stopped");
}

static void drop_rows(struct call *call, const struct table_def *table, struct str prefix)
{
    struct cursor at = store_seek_from(call->world->store, call_scope(call), table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(call->world->store, call_scope(call), table, at.key);
}

enum outcome delete_monitoring_schedule(struct call *call)
{
    struct json *kept = schedule_of_call(call);
    if (!kept)
        return CALL_FAILED;
    struct str key = sagemaker_key(call->arena, input_str(call, "MonitoringScheduleName"));
    struct str prefix = str_of(arena_printf(call->arena, "%s/", key.at));
    monitoring_stop(call->world, call_scope(call), key);
    sagemaker_tag_drop(call->world, call_scope(call), arena_str(call->arena, json_str(json_root(kept), "arn")));
    drop_rows(call, &monitoring_execution_table, prefix);
    drop_rows(call, &monitoring_alert_table, prefix);
    store_delete(call->world->store, call_scope(call), &monitoring_schedule_table, key);
    return CALL_DONE;
}

/* ---- executions ---- */

static cJSON *execution_told(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "MonitoringScheduleName", json_str(row, "name"));
    sagemaker_set_time(item, "ScheduledTime", row, "scheduled");
    sagemaker_set_time(item, "CreationTime", row, "created");
    sagemaker_set_time(item, "LastModifiedTime", row, "modified");
    json_set_str(item, "MonitoringExecutionStatus", json_str(row, "status"));
    json_set_string(item, "ProcessingJobArn", json_string(row, "jobArn"));
    json_set_str(item, "EndpointName", json_str(row, "endpoint"));
    json_set_string(item, "FailureReason", json_string(row, "failure"));
    json_set_string(item, "MonitoringJobDefinitionName", json_string(row, "definition"));
    json_set_str(item, "MonitoringType", json_str(row, "type"));
    return item;
}

static bool is_named(struct call *call, const char *given, const cJSON *row, const char *name)
{
    return !input_has(call, given) || str_equal_ignoring_case(json_str(row, name), input_str(call, given));
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    int64_t scheduled = json_int64(row, "scheduled", 0);
    return is_named(call, "MonitoringScheduleName", row, "name") && is_named(call, "EndpointName", row, "endpoint") &&
           is_named(call, "MonitoringJobDefinitionName", row, "definition") &&
           is_named(call, "MonitoringTypeEquals", row, "type") &&
           (!input_has(call, "ScheduledTimeAfter") ||
            scheduled > json_to_time(json_get(call->input, "ScheduledTimeAfter"))) &&
           (!input_has(call, "ScheduledTimeBefore") ||
            scheduled < json_to_time(json_get(call->input, "ScheduledTimeBefore")));
}

enum outcome list_monitoring_executions(struct call *call)
{
    const struct listing listing = { .table = &monitoring_execution_table,
                                     .member = "MonitoringExecutionSummaries",
                                     .descending = true,
                                     .item = execution_told,
                                     .wanted = is_wanted };
    return sagemaker_list(call, &listing);
}

static cJSON *last_execution(struct call *call, const cJSON *row)
{
    struct str prefix = str_of(arena_printf(call->arena, "%s/", sagemaker_key(call->arena, json_str(row, "name")).at));
    struct str end = str_of(arena_printf(call->arena, "%s\xff", prefix.at));
    struct cursor at = store_seek(call->world->store, call_scope(call), &monitoring_execution_table, NULL, end, true);
    if (!store_next_within(&at, prefix))
        return NULL;
    cJSON *told = execution_told(call, json_root(at.row));
    store_close(&at);
    return told;
}

/* ---- Describe, List ---- */

static void set_common(cJSON *to, const cJSON *row)
{
    json_set_str(to, "MonitoringScheduleName", json_str(row, "name"));
    json_set_str(to, "MonitoringScheduleArn", json_str(row, "arn"));
    json_set_str(to, "MonitoringScheduleStatus", json_str(row, "status"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    sagemaker_set_time(to, "LastModifiedTime", row, "modified");
    json_set_str(to, "EndpointName", json_str(row, "endpoint"));
    json_set_str(to, "MonitoringType", json_str(row, "type"));
}

enum outcome describe_monitoring_schedule(struct call *call)
{
    struct json *kept = schedule_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    cJSON *last = last_execution(call, row);
    sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    output_string(call, "FailureReason", json_string(row, "failure"));
    if (last)
        output_json(call, "LastMonitoringExecutionSummary", last);
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    json_set_string(item, "MonitoringJobDefinitionName", json_string(row, "definition"));
    return item;
}

enum outcome list_monitoring_schedules(struct call *call)
{
    const struct listing listing = { .table = &monitoring_schedule_table,
                                     .member = "MonitoringScheduleSummaries",
                                     .descending = true,
                                     .item = summary,
                                     .wanted = is_wanted };
    return sagemaker_list(call, &listing);
}

/* ---- alerts: one a schedule, told by the model dashboard; its name is ours ---- */

static char *alert_name(struct call *call, const cJSON *row)
{
    return arena_printf(call->arena, "%s-alert", json_string(row, "type"));
}

enum outcome list_monitoring_alerts(struct call *call)
{
    struct json *kept = schedule_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    cJSON *list = cJSON_CreateArray(), *item = cJSON_CreateObject(), *actions = cJSON_CreateObject(),
          *indicator = cJSON_CreateObject();
    json_set_string(item, "MonitoringAlertName", alert_name(call, row));
    sagemaker_set_time(item, "CreationTime", row, "created");
    sagemaker_set_time(item, "LastModifiedTime", row, "alertModified");
    json_set_str(item, "AlertStatus", json_str(row, "alert"));
    json_set_int64(item, "DatapointsToAlert", json_int64(row, "points", 1));
    json_set_int64(item, "EvaluationPeriod", json_int64(row, "period", 1));
    json_set_bool(indicator, "Enabled", true);
    json_set(actions, "ModelDashboardIndicator", indicator);
    json_set(item, "Actions", actions);
    json_add(list, item);
    return sagemaker_list_array(call, "MonitoringAlertSummaries", list);
}

enum outcome update_monitoring_alert(struct call *call)
{
    struct json *kept = schedule_of_call(call);
    if (!kept)
        return CALL_FAILED;
    int64_t points = input_int64(call, "DatapointsToAlert", 1), period = input_int64(call, "EvaluationPeriod", 1);
    if (!str_is(input_str(call, "MonitoringAlertName"), alert_name(call, json_root(kept))))
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Monitoring alert %s not found",
                         input_string(call, "MonitoringAlertName"));
    if (points > period)
        return call_fail(call, &ERROR_VALIDATION, "DatapointsToAlert must not be larger than EvaluationPeriod.");
    struct str key = sagemaker_key(call->arena, input_str(call, "MonitoringScheduleName"));
    cJSON *row = json_thaw(json_root(kept));
    output_str(call, "MonitoringScheduleArn", json_str(row, "arn"));
    output_string(call, "MonitoringAlertName", alert_name(call, row));
    json_set_int64(row, "points", points);
    json_set_int64(row, "period", period);
    json_set_int64(row, "alertModified", clock_now(call->world->clock));
    put(call, key, row);
    return CALL_DONE;
}

static cJSON *alert_change(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "MonitoringScheduleName", json_str(row, "name"));
    json_set_string(item, "MonitoringAlertName", alert_name(call, row));
    sagemaker_set_time(item, "CreationTime", row, "created");
    json_set_str(item, "AlertStatus", json_str(row, "status"));
    return item;
}

static bool is_wanted_change(struct call *call, const cJSON *row)
{
    return is_named(call, "MonitoringScheduleName", row, "name") &&
           (!input_has(call, "MonitoringAlertName") ||
            str_is(input_str(call, "MonitoringAlertName"), alert_name(call, row)));
}

enum outcome list_monitoring_alert_history(struct call *call)
{
    const struct listing listing = { .table = &monitoring_alert_table,
                                     .member = "MonitoringAlertHistory",
                                     .descending = true,
                                     .item = alert_change,
                                     .wanted = is_wanted_change };
    return sagemaker_list(call, &listing);
}

/* ---- */

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    monitoring_start(world, scope, key);
}

void monitoring_recover(struct world *world)
{
    store_scan(world->store, &monitoring_schedule_table, restart, world);
}
