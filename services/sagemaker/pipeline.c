#include "services/sagemaker/pipeline.h"

#include "aws/authorise.h"
#include <ctype.h>

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/pipeline_definition.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define DEFINITION_MOST ((size_t)1024 * 1024)

static bool key_by_creation(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "created", 0), 10, 15);
    return true;
}

static const struct index_def by_creation = { .name = "creation", .key = key_by_creation };
static const struct index_def *const indexes[] = { &by_creation, NULL };
const struct table_def pipeline_table = { .name = "sagemaker.pipeline", .indexes = indexes };

/* ---- which pipeline ---- */

struct str pipeline_key(struct arena *arena, struct str name_or_arn)
{
    struct str mark = STR(":pipeline/");
    size_t at = str_find(name_or_arn, mark);
    char *key = arena_copy(arena, at == SIZE_MAX ? name_or_arn : str_from(name_or_arn, at + mark.length));
    for (char *c = key; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return str_of(key);
}

static const char *arn_of(struct call *call, struct str name)
{
    return arn_make(call->arena, "sagemaker", call->region, call->caller.account, "pipeline/%.*s", STR_ARG(name));
}

struct str pipeline_resource(struct call *call)
{
    struct str name = input_str(call, "PipelineName");
    return str_starts(name, STR("arn:")) ? name : STR_NONE;
}

struct json *pipeline_of_call(struct call *call, struct str name_or_arn)
{
    struct str key = pipeline_key(call->arena, name_or_arn);
    struct json *row = store_get(call->world->store, call_scope(call), &pipeline_table, key);
    if (row)
        return row;
    struct str arn = str_starts(name_or_arn, STR("arn:")) ? name_or_arn : str_of(arn_of(call, name_or_arn));
    /* the sentence is ours */
    call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Pipeline '%.*s' does not exist.", STR_ARG(arn));
    return NULL;
}

/* ---- definitions that stand in S3 ---- */

struct fetch {
    struct call *call, *object;
};

static enum outcome go_on(struct call *call, struct str definition);

static enum outcome take_object(struct call *call, struct call *object)
{
    const cJSON *place = json_get(call->input, "PipelineDefinitionS3Location");
    if (object->error.kind) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "Unable to read the pipeline definition s3://%s/%s: %s",
                         json_string(place, "Bucket"), json_string(place, "ObjectKey"),
                         object->error.message ? object->error.message : object->error.kind->code);
    struct buf text = BUF_EMPTY;
    bool good = call_content_read(object, DEFINITION_MOST, &text);
    struct str definition = good ? arena_str(call->arena, buf_str(&text)) : STR_NONE;
    buf_release(&text);
    return good ? go_on(call, definition)
                : call_fail(call, &ERROR_VALIDATION, "The pipeline definition must not have more than %zu bytes.",
                            DEFINITION_MOST);
}

static void object_is_there(struct call *object)
{
    struct fetch *fetch = object->owner;
    fetch->call->parked = NULL;
    enum outcome outcome = take_object(fetch->call, object);
    struct call *call = fetch->call;
    call_free(object);
    call_resume(call, outcome);
}

static void forget_object(struct call *call)
{
    struct fetch *fetch = call->parked;
    call->parked = NULL;
    call_free(fetch->object);
}

static const cJSON *object_input(struct call *object, const cJSON *place)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", json_str(place, "Bucket"));
    json_set_str(input, "Key", json_str(place, "ObjectKey"));
    json_set_string(input, "VersionId", json_string(place, "VersionId"));
    struct str text = json_print_in(object->arena, input);
    cJSON_Delete(input);
    return json_parse_in(object->arena, text, NULL);
}

static enum outcome fetch_definition(struct call *call, const cJSON *place)
{
    const char *why;
    struct call *object = call_new(call->cloud, STR("s3"), STR("GetObject"), &why);
    if (!object)
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "The definition cannot be taken from S3: %s", why);
    struct fetch *fetch = ARENA_NEW(call->arena, struct fetch);
    *fetch = (struct fetch){ call, object };
    object->input = object_input(object, place);
    object->caller = call->caller;
    object->region = call->region;
    object->origin = call->origin;
    object->made_by = call->made_by;
    object->finished = object_is_there;
    object->owner = fetch;
    if (road_run(object) == CALL_PARKED) {
        call->parked = fetch;
        call->abandoned = forget_object;
        return CALL_PARKED;
    }
    enum outcome outcome = take_object(call, object);
    call_free(object);
    return outcome;
}

/* The sentences are ours. */
static enum outcome with_definition(struct call *call, bool must)
{
    const cJSON *place = json_get(call->input, "PipelineDefinitionS3Location");
    bool text = input_has(call, "PipelineDefinition");
    if (text && place)
        return call_fail(call, &ERROR_VALIDATION,
                         "Only one of PipelineDefinition and PipelineDefinitionS3Location can be given.");
    if (must && !text && !place)
        return call_fail(call, &ERROR_VALIDATION,
                         "One of PipelineDefinition and PipelineDefinitionS3Location must be given.");
    return place ? fetch_definition(call, place) : go_on(call, input_str(call, "PipelineDefinition"));
}

static bool check_definition(struct call *call, struct str definition)
{
    char *why;
    if (!definition.at || pipeline_definition_read(call->arena, definition, &why))
        return true;
    call_fail_with(call, &ERROR_VALIDATION, str_of(why));
    return false;
}

/* ---- CreatePipeline, UpdatePipeline ---- */

static void set_given(struct call *call, cJSON *row)
{
    static const struct {
        const char *member, *kept;
    } texts[] = { { "PipelineDisplayName", "displayName" },
                  { "PipelineDescription", "description" },
                  { "RoleArn", "roleArn" } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (input_has(call, texts[i].member))
            json_set_str(row, texts[i].kept, input_str(call, texts[i].member));
    const cJSON *parallelism = json_get(call->input, "ParallelismConfiguration");
    if (parallelism)
        json_set_int64(row, "parallelism", json_int64(parallelism, "MaxParallelExecutionSteps", 1));
    json_set_int64(row, "modified", clock_now(call->world->clock));
    json_set(row, "modifiedBy", pipeline_who(call));
}

static void add_version(struct call *call, cJSON *pipeline, struct str definition)
{
    cJSON *row = cJSON_CreateObject();
    int64_t version = json_int64(pipeline, "version", 0) + 1, now_ms = clock_now(call->world->clock);
    json_set_int64(pipeline, "version", version);
    json_set_int64(row, "version", version);
    json_set_str(row, "definition", definition);
    json_set_int64(row, "created", now_ms);
    json_set_int64(row, "modified", now_ms);
    json_set(row, "createdBy", pipeline_who(call));
    json_set(row, "modifiedBy", pipeline_who(call));
    pipeline_version_put(call->world, call_scope(call), json_str(pipeline, "name"), version, row);
}

static enum outcome answer_created(struct call *call, const char *arn)
{
    output_string(call, "PipelineArn", arn);
    return CALL_DONE;
}

static enum outcome go_on_creating(struct call *call, struct str definition)
{
    struct scope scope = call_scope(call);
    struct str name = input_str(call, "PipelineName"), token = input_str(call, "ClientRequestToken");
    const char *arn = arn_of(call, name);
    struct str key = pipeline_key(call->arena, name);
    struct json *old = store_get(call->world->store, scope, &pipeline_table, key);
    if (old && token.length && str_equal(json_str(json_root(old), "token"), token))
        return answer_created(call, json_string(json_root(old), "arn"));
    if (old) /* AWS's first sentence, which Pipeline.upsert() of its Python SDK looks for; the second is ours */
        return call_fail(call, &ERROR_VALIDATION,
                         "Pipeline names must be unique within an AWS account and region. Pipeline with name (%.*s) "
                         "already exists.",
                         STR_ARG(name));
    if (!check_definition(call, definition) || !sagemaker_tag_check(call, str_of(arn)))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_string(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "createdBy", pipeline_who(call));
    json_set_str(row, "token", token);
    json_set_str(row, "displayName", name);
    set_given(call, row);
    add_version(call, row, definition);
    store_put(call->world->store, scope, &pipeline_table, key, json_seal(row));
    sagemaker_tag_put(call, str_of(arn));
    return answer_created(call, arn);
}

static enum outcome go_on_updating(struct call *call, struct str definition)
{
    struct json *old = pipeline_of_call(call, input_str(call, "PipelineName"));
    if (!old || !check_definition(call, definition))
        return CALL_FAILED;
    struct str name = json_str(json_root(old), "name");
    int64_t version = json_int64(json_root(old), "version", 1);
    struct str before = pipeline_version_definition(call->world, call_scope(call), name, version);
    cJSON *row = json_thaw(json_root(old));
    set_given(call, row);
    if (definition.at && !str_equal(definition, before))
        add_version(call, row, definition);
    output_string(call, "PipelineArn", json_string(row, "arn"));
    output_int64(call, "PipelineVersionId", json_int64(row, "version", 1));
    store_put(call->world->store, call_scope(call), &pipeline_table, pipeline_key(call->arena, json_str(row, "name")),
              json_seal(row));
    return CALL_DONE;
}

static enum outcome go_on(struct call *call, struct str definition)
{
    if (!authorise_own_role(call, input_str(call, "RoleArn"))) /* it is asked for its trust later */
        return CALL_FAILED;
    return call->operation->index == SAGEMAKER_CREATE_PIPELINE ? go_on_creating(call, definition)
                                                               : go_on_updating(call, definition);
}

enum outcome create_pipeline(struct call *call)
{
    return with_definition(call, true);
}

enum outcome update_pipeline(struct call *call)
{
    return with_definition(call, false);
}

/* ---- DeletePipeline ---- */

static void drop_versions(struct call *call, struct str key)
{
    struct store *store = call->world->store;
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    struct cursor at = store_seek_from(store, call_scope(call), &pipeline_version_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(store, call_scope(call), &pipeline_version_table, arena_str(call->arena, at.key));
}

enum outcome delete_pipeline(struct call *call)
{
    struct json *row = pipeline_of_call(call, input_str(call, "PipelineName"));
    if (!row)
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct str key = pipeline_key(call->arena, input_str(call, "PipelineName"));
    struct str arn = arena_str(call->arena, json_str(json_root(row), "arn"));
    if (pipeline_any_running(call->world, scope, key)) /* the sentence is ours */
        return call_fail(call, &SAGEMAKER_CONFLICT_EXCEPTION,
                         "Pipeline '%.*s' has executions that are running. Stop them before you delete it.",
                         STR_ARG(arn));
    pipeline_executions_drop(call->world, scope, key);
    drop_versions(call, key);
    store_delete(call->world->store, scope, &pipeline_table, key);
    sagemaker_tag_drop(call->world, scope, arn);
    output_str(call, "PipelineArn", arn);
    return CALL_DONE;
}

/* ---- DescribePipeline, ListPipelines ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    pipeline_set_text(item, "PipelineArn", row, "arn");
    pipeline_set_text(item, "PipelineName", row, "name");
    pipeline_set_text(item, "PipelineDisplayName", row, "displayName");
    pipeline_set_text(item, "PipelineDescription", row, "description");
    pipeline_set_text(item, "RoleArn", row, "roleArn");
    pipeline_set_time(item, "CreationTime", row, "created");
    pipeline_set_time(item, "LastModifiedTime", row, "modified");
    pipeline_set_time(item, "LastExecutionTime", row, "lastRun");
    return item;
}

enum outcome describe_pipeline(struct call *call)
{
    struct json *found = pipeline_of_call(call, input_str(call, "PipelineName"));
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    int64_t number = input_int64(call, "PipelineVersionId", json_int64(row, "version", 1));
    struct json *version = pipeline_version_get(call->world, call_scope(call), json_str(row, "name"), number);
    if (!version)
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Pipeline '%s' has no version %lld.",
                         json_string(row, "arn"), (long long)number);
    cJSON *output = summary(call, row);
    cJSON_DeleteItemFromObjectCaseSensitive(output, "LastExecutionTime");
    json_set_str(output, "PipelineDefinition", json_str(json_root(version), "definition"));
    json_set_string(output, "PipelineStatus", "Active");
    pipeline_set_time(output, "LastRunTime", row, "lastRun");
    json_set(output, "CreatedBy", pipeline_user(json_get(row, "createdBy")));
    json_set(output, "LastModifiedBy", pipeline_user(json_get(row, "modifiedBy")));
    if (json_get(row, "parallelism")) {
        cJSON *parallelism = cJSON_CreateObject();
        json_set_int64(parallelism, "MaxParallelExecutionSteps", json_int64(row, "parallelism", 1));
        json_set(output, "ParallelismConfiguration", parallelism);
    }
    pipeline_set_text(output, "PipelineVersionDisplayName", json_root(version), "displayName");
    pipeline_set_text(output, "PipelineVersionDescription", json_root(version), "description");
    pipeline_output(call, output);
    return CALL_DONE;
}

static bool has_prefix(struct call *call, const cJSON *row)
{
    struct str prefix = input_str(call, "PipelineNamePrefix");
    return (!prefix.length || str_starts(json_str(row, "name"), prefix)) && pipeline_created_within(call, row);
}

enum outcome list_pipelines(struct call *call)
{
    struct pipeline_list list = { .table = &pipeline_table,
                                  .index = str_is(input_str(call, "SortBy"), "Name") ? NULL : &by_creation,
                                  .prefix = STR(""),
                                  .member = "PipelineSummaries",
                                  .item = summary,
                                  .wanted = has_prefix };
    return pipeline_list_answer(call, &list);
}
