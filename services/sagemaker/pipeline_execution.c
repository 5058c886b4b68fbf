#include "services/sagemaker/pipeline_execution.h"

#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/pipeline_run.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const char PIPELINE_EXECUTION_CHANGED[] = "sagemaker.pipeline-execution";
const char PIPELINE_STEP_CHANGED[] = "sagemaker.pipeline-step";

/* ---- rows ---- */

static bool key_by_time(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    struct str rest;
    buf_add_str(ret_key, str_cut(row_key, '/', &rest));
    buf_add_byte(ret_key, '/');
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "created", 0), 10, 15);
    return true;
}

static bool key_by_token(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    struct str token = json_str(row, "token");
    buf_add_str(ret_key, token);
    return token.length > 0;
}

/* Those that run, by pipeline. */
static bool key_while_running(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    struct str status = json_str(row, "status");
    buf_add_str(ret_key, row_key);
    return str_is(status, "Executing") || str_is(status, "Stopping");
}

const struct index_def pipeline_execution_by_time = { .name = "time", .key = key_by_time };
const struct index_def pipeline_execution_by_token = { .name = "token", .key = key_by_token };
const struct index_def pipeline_execution_running = { .name = "running", .key = key_while_running };
const struct index_def pipeline_step_by_token = { .name = "token", .key = key_by_token };
static const struct index_def *const execution_indexes[] = { &pipeline_execution_by_time, &pipeline_execution_by_token,
                                                             &pipeline_execution_running, NULL };
static const struct index_def *const step_indexes[] = { &pipeline_step_by_token, NULL };
const struct table_def pipeline_execution_table = { .name = "sagemaker.pipeline-execution",
                                                    .indexes = execution_indexes };
const struct table_def pipeline_step_table = { .name = "sagemaker.pipeline-step", .indexes = step_indexes };
const struct table_def pipeline_cache_table = { .name = "sagemaker.pipeline-cache" };

void pipeline_new_id(struct world *world, size_t length, bool capitals, char *ret_id)
{
    random_text(&world->random,
                capitals ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                         : "abcdefghijklmnopqrstuvwxyz0123456789",
                length, ret_id);
}

struct str pipeline_execution_key(struct arena *arena, struct str arn)
{
    struct str key = pipeline_key(arena, arn);
    return str_find(key, STR("/execution/")) == SIZE_MAX ? STR_NONE : key;
}

struct json *pipeline_execution_get(struct world *world, struct scope scope, struct str arn)
{
    struct arena *arena = arena_new_sized(512);
    struct str key = pipeline_execution_key(arena, arn);
    struct json *row = key.at ? store_get(world->store, scope, &pipeline_execution_table, key) : NULL;
    arena_free(arena);
    return row;
}

bool pipeline_any_running(struct world *world, struct scope scope, struct str pipeline_key)
{
    struct buf prefix = BUF_EMPTY;
    buf_printf(&prefix, "%.*s/", STR_ARG(pipeline_key));
    struct cursor at = store_seek_from(world->store, scope, &pipeline_execution_table, &pipeline_execution_running,
                                       buf_str(&prefix));
    bool any = store_next_within(&at, buf_str(&prefix));
    if (any)
        store_close(&at);
    buf_release(&prefix);
    return any;
}

static void drop(struct world *world, struct scope scope, const struct table_def *table, struct str prefix)
{
    struct buf key = BUF_EMPTY;
    struct cursor at = store_seek_from(world->store, scope, table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        buf_clear(&key);
        buf_add_str(&key, at.key);
        if (table == &pipeline_execution_table)
            sagemaker_tag_drop(world, scope, json_str(json_root(at.row), "arn"));
        store_delete(world->store, scope, table, buf_str(&key));
    }
    buf_release(&key);
}

void pipeline_executions_drop(struct world *world, struct scope scope, struct str pipeline_key)
{
    struct buf prefix = BUF_EMPTY;
    buf_printf(&prefix, "%.*s/", STR_ARG(pipeline_key));
    drop(world, scope, &pipeline_execution_table, buf_str(&prefix));
    drop(world, scope, &pipeline_step_table, buf_str(&prefix));
    drop(world, scope, &pipeline_cache_table, buf_str(&prefix));
    buf_release(&prefix);
}

/* ---- a call's execution ---- */

static struct json *execution_of(struct call *call)
{
    struct str arn = input_str(call, "PipelineExecutionArn");
    struct json *row = pipeline_execution_get(call->world, call_scope(call), arn);
    if (!row) /* the sentence is ours */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Pipeline execution '%.*s' does not exist.", STR_ARG(arn));
    return row;
}

static void put(struct call *call, cJSON *row_taken)
{
    struct str key = pipeline_execution_key(call->arena, json_str(row_taken, "arn"));
    json_set_int64(row_taken, "modified", clock_now(call->world->clock));
    json_set(row_taken, "modifiedBy", pipeline_who(call));
    store_put(call->world->store, call_scope(call), &pipeline_execution_table, key, json_seal(row_taken));
}

static bool is_status(const cJSON *row, const char *status)
{
    return str_is(json_str(row, "status"), status);
}

/* ---- Describe, List ---- */

static void add_parallelism(cJSON *output, const cJSON *row)
{
    if (!json_get(row, "parallelism"))
        return;
    cJSON *parallelism = cJSON_CreateObject();
    json_set_int64(parallelism, "MaxParallelExecutionSteps", json_int64(row, "parallelism", 1));
    json_set(output, "ParallelismConfiguration", parallelism);
}

enum outcome describe_pipeline_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    cJSON *output = cJSON_CreateObject();
    pipeline_set_text(output, "PipelineArn", row, "pipelineArn");
    pipeline_set_text(output, "PipelineExecutionArn", row, "arn");
    pipeline_set_text(output, "PipelineExecutionDisplayName", row, "displayName");
    pipeline_set_text(output, "PipelineExecutionStatus", row, "status");
    pipeline_set_text(output, "PipelineExecutionDescription", row, "description");
    pipeline_set_text(output, "FailureReason", row, "failureReason");
    if (json_get(row, "experiment"))
        json_set(output, "PipelineExperimentConfig", json_thaw(json_get(row, "experiment")));
    pipeline_set_time(output, "CreationTime", row, "created");
    pipeline_set_time(output, "LastModifiedTime", row, "modified");
    json_set(output, "CreatedBy", pipeline_user(json_get(row, "createdBy")));
    json_set(output, "LastModifiedBy", pipeline_user(json_get(row, "modifiedBy")));
    add_parallelism(output, row);
    if (json_get(row, "selective"))
        json_set(output, "SelectiveExecutionConfig", json_thaw(json_get(row, "selective")));
    json_set_int64(output, "PipelineVersionId", json_int64(row, "version", 1));
    pipeline_output(call, output);
    return CALL_DONE;
}

enum outcome describe_pipeline_definition_for_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    output_str(call, "PipelineDefinition",
               pipeline_version_definition(call->world, call_scope(call), json_str(row, "pipelineName"),
                                           json_int64(row, "version", 1)));
    output_time(call, "CreationTime", json_int64(row, "created", 0));
    return CALL_DONE;
}

static cJSON *execution_summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    pipeline_set_text(item, "PipelineExecutionArn", row, "arn");
    pipeline_set_time(item, "StartTime", row, "created");
    pipeline_set_text(item, "PipelineExecutionStatus", row, "status");
    pipeline_set_text(item, "PipelineExecutionDescription", row, "description");
    pipeline_set_text(item, "PipelineExecutionDisplayName", row, "displayName");
    pipeline_set_text(item, "PipelineExecutionFailureReason", row, "failureReason");
    return item;
}

enum outcome list_pipeline_executions(struct call *call)
{
    if (!pipeline_of_call(call, input_str(call, "PipelineName")))
        return CALL_FAILED;
    struct str key = pipeline_key(call->arena, input_str(call, "PipelineName"));
    bool by_arn = str_is(input_str(call, "SortBy"), "PipelineExecutionArn");
    struct pipeline_list list = { .table = &pipeline_execution_table,
                                  .index = by_arn ? NULL : &pipeline_execution_by_time,
                                  .prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key))),
                                  .member = "PipelineExecutionSummaries",
                                  .item = execution_summary,
                                  .wanted = pipeline_created_within };
    return pipeline_list_answer(call, &list);
}

static void set_source(cJSON *item, const char *name, const cJSON *row, const char *member)
{
    const char *arn = json_string(row, member);
    if (!arn)
        return;
    cJSON *source = cJSON_CreateObject();
    json_set_string(source, "SourcePipelineExecutionArn", arn);
    json_set(item, name, source);
}

/* What SQS would have been given has no place in AWS's shape: only the house is told, for its page. */
static cJSON *step_item(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    if (call->origin == ORIGIN_HOUSE)
        pipeline_set_text(item, "CallbackMessage", row, "message");
    pipeline_set_text(item, "StepName", row, "name");
    pipeline_set_text(item, "StepDisplayName", row, "displayName");
    pipeline_set_text(item, "StepDescription", row, "description");
    pipeline_set_time(item, "StartTime", row, "start");
    pipeline_set_time(item, "EndTime", row, "end");
    pipeline_set_text(item, "StepStatus", row, "status");
    set_source(item, "CacheHitResult", row, "cacheHit");
    pipeline_set_text(item, "FailureReason", row, "failureReason");
    json_set(item, "Metadata", json_thaw(json_get(row, "metadata")));
    json_set_int64(item, "AttemptCount", json_int64(row, "attempt", 1));
    set_source(item, "SelectiveExecutionResult", row, "selected");
    return item;
}

enum outcome list_pipeline_execution_steps(struct call *call)
{
    if (!input_has(call, "PipelineExecutionArn")) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "PipelineExecutionArn is required.");
    if (!execution_of(call))
        return CALL_FAILED;
    struct str key = pipeline_execution_key(call->arena, input_str(call, "PipelineExecutionArn"));
    struct pipeline_list list = { .table = &pipeline_step_table,
                                  .prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key))),
                                  .member = "PipelineExecutionSteps",
                                  .item = step_item };
    return pipeline_list_answer(call, &list);
}

/* Those that were given when it was started. */
enum outcome list_pipeline_parameters_for_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *all = json_get(json_root(found), "parameters"), *one;
    int64_t from = 0, room = input_int64(call, "MaxResults", 10), at = 0;
    if (input_has(call, "NextToken") && (!str_to_int64(input_str(call, "NextToken"), &from) || from < 0))
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this list.");
    cJSON *items = cJSON_CreateArray();
    cJSON_ArrayForEach(one, all)
    {
        if (at++ < from)
            continue;
        if (at > from + room) {
            output_string(call, "NextToken", arena_printf(call->arena, "%lld", (long long)(from + room)));
            break;
        }
        json_add(items, json_thaw(one));
    }
    output_json(call, "PipelineParameters", items);
    return CALL_DONE;
}

/* ---- Update, Stop, Retry ---- */

static enum outcome answer_arn(struct call *call, struct str arn)
{
    output_str(call, "PipelineExecutionArn", arn);
    return CALL_DONE;
}

enum outcome update_pipeline_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(found));
    if (input_has(call, "PipelineExecutionDescription"))
        json_set_str(row, "description", input_str(call, "PipelineExecutionDescription"));
    if (input_has(call, "PipelineExecutionDisplayName"))
        json_set_str(row, "displayName", input_str(call, "PipelineExecutionDisplayName"));
    const cJSON *parallelism = json_get(call->input, "ParallelismConfiguration");
    if (parallelism)
        json_set_int64(row, "parallelism", json_int64(parallelism, "MaxParallelExecutionSteps", 1));
    struct str key = pipeline_execution_key(call->arena, json_str(row, "arn"));
    output_str(call, "PipelineExecutionArn", json_str(row, "arn"));
    put(call, row);
    pipeline_run_poke(call->world, call_scope(call), key);
    return CALL_DONE;
}

static void set_status(struct call *call, const struct json *found, const char *status)
{
    cJSON *row = json_thaw(json_root(found)), *detail = cJSON_CreateObject();
    struct str arn = arena_str(call->arena, json_str(row, "arn"));
    json_set_string(row, "status", status);
    json_set_string(row, "failureReason", NULL);
    put(call, row);
    json_set_string(detail, "status", status);
    bus_post(call->world->bus, PIPELINE_EXECUTION_CHANGED, call_scope(call), arn, json_seal(detail));
}

/* The sentences of what cannot be stopped or retried are ours. */
enum outcome stop_pipeline_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    struct str arn = arena_str(call->arena, json_str(json_root(found), "arn"));
    if (is_status(json_root(found), "Stopping"))
        return answer_arn(call, arn);
    if (!is_status(json_root(found), "Executing"))
        return call_fail(
            call, &ERROR_VALIDATION,
            "Only pipelines with Executing status can be stopped. Pipeline execution '%.*s' has the status %s.",
            STR_ARG(arn), json_string(json_root(found), "status"));
    set_status(call, found, "Stopping");
    pipeline_run_poke(call->world, call_scope(call), pipeline_execution_key(call->arena, arn));
    return answer_arn(call, arn);
}

/* What failed or was stopped is forgotten and begins anew; what has succeeded stays. */
static void forget_failed(struct call *call, struct str key)
{
    struct store *store = call->world->store;
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    struct cursor at = store_seek_from(store, call_scope(call), &pipeline_step_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        if (!is_status(json_root(at.row), "Succeeded"))
            store_delete(store, call_scope(call), &pipeline_step_table, arena_str(call->arena, at.key));
}

enum outcome retry_pipeline_execution(struct call *call)
{
    struct json *found = execution_of(call);
    if (!found)
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct str arn = arena_str(call->arena, json_str(json_root(found), "arn"));
    struct str key = pipeline_execution_key(call->arena, arn);
    if (!is_status(json_root(found), "Failed") && !is_status(json_root(found), "Stopped"))
        return call_fail(
            call, &ERROR_VALIDATION,
            "Only pipelines with Failed or Stopped status can be retried. Pipeline execution '%.*s' has the "
            "status %s.",
            STR_ARG(arn), json_string(json_root(found), "status"));
    forget_failed(call, key);
    set_status(call, found, "Executing");
    const cJSON *parallelism = json_get(call->input, "ParallelismConfiguration");
    struct json *row = store_get(call->world->store, scope, &pipeline_execution_table, key);
    if (parallelism) {
        cJSON *edited = json_thaw(json_root(row));
        json_set_int64(edited, "parallelism", json_int64(parallelism, "MaxParallelExecutionSteps", 1));
        put(call, edited);
        row = store_get(call->world->store, scope, &pipeline_execution_table, key);
    }
    pipeline_run_start(call->world, scope, key, row);
    return answer_arn(call, arn);
}

/* ---- callbacks ---- */

static enum outcome answer_callback(struct call *call, bool failed)
{
    struct scope scope = call_scope(call);
    struct str token = input_str(call, "CallbackToken");
    struct cursor at = store_seek_from(call->world->store, scope, &pipeline_step_table, &pipeline_step_by_token, token);
    struct json *row = store_next_within(&at, token) ? json_ref(at.row) : NULL;
    struct str key = row ? arena_str(call->arena, at.key) : STR_NONE;
    if (row)
        store_close(&at);
    if (!row || !is_status(json_root(row), "Executing") || json_get(json_root(row), "answer")) {
        json_unref(row);
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "No step waits for the callback token '%.*s'.",
                         STR_ARG(token));
    }
    cJSON *edited = json_thaw(json_root(row)), *answer = cJSON_CreateObject();
    if (failed)
        json_set_bool(answer, "failed", true);
    if (input_has(call, "FailureReason"))
        json_set_str(answer, "FailureReason", input_str(call, "FailureReason"));
    if (input_has(call, "OutputParameters"))
        json_set(answer, "OutputParameters", json_thaw(json_get(call->input, "OutputParameters")));
    json_set(edited, "answer", answer);
    json_unref(row);
    store_put(call->world->store, scope, &pipeline_step_table, key, json_seal(edited));
    struct str execution = str_first(key, key.length - strlen("/0001"));
    struct json *found = store_get(call->world->store, scope, &pipeline_execution_table, execution);
    pipeline_run_poke(call->world, scope, execution);
    return answer_arn(call, found ? json_str(json_root(found), "arn") : STR_NONE);
}

enum outcome send_pipeline_execution_step_success(struct call *call)
{
    return answer_callback(call, false);
}

enum outcome send_pipeline_execution_step_failure(struct call *call)
{
    return answer_callback(call, true);
}
