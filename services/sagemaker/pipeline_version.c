#include <inttypes.h>

#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/sagemaker_model.h"

const struct table_def pipeline_version_table = { .name = "sagemaker.pipeline-version" };

static struct str version_key(struct arena *arena, struct str pipeline_name, int64_t version)
{
    struct str key = pipeline_key(arena, pipeline_name);
    return str_of(arena_printf(arena, "%.*s/%08" PRId64, STR_ARG(key), version));
}

struct json *pipeline_version_get(struct world *world, struct scope scope, struct str pipeline_name, int64_t version)
{
    struct arena *arena = arena_new_sized(512);
    struct str key = version_key(arena, pipeline_name, version);
    struct json *row = store_get(world->store, scope, &pipeline_version_table, key);
    arena_free(arena);
    return row;
}

struct str pipeline_version_definition(struct world *world, struct scope scope, struct str pipeline_name,
                                       int64_t version)
{
    struct json *row = pipeline_version_get(world, scope, pipeline_name, version);
    return row ? json_str(json_root(row), "definition") : STR_NONE;
}

void pipeline_version_put(struct world *world, struct scope scope, struct str pipeline_name, int64_t version,
                          cJSON *row_taken)
{
    struct arena *arena = arena_new_sized(512);
    store_put(world->store, scope, &pipeline_version_table, version_key(arena, pipeline_name, version),
              json_seal(row_taken));
    arena_free(arena);
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    struct json *pipeline = pipeline_of_call(call, input_str(call, "PipelineName"));
    pipeline_set_text(item, "PipelineArn", json_root(pipeline), "arn");
    json_set_int64(item, "PipelineVersionId", json_int64(row, "version", 1));
    pipeline_set_time(item, "CreationTime", row, "created");
    pipeline_set_text(item, "PipelineVersionDescription", row, "description");
    pipeline_set_text(item, "PipelineVersionDisplayName", row, "displayName");
    pipeline_set_text(item, "LastExecutionPipelineExecutionArn", row, "lastRun");
    return item;
}

enum outcome list_pipeline_versions(struct call *call)
{
    if (!pipeline_of_call(call, input_str(call, "PipelineName")))
        return CALL_FAILED;
    struct str key = pipeline_key(call->arena, input_str(call, "PipelineName"));
    struct pipeline_list list = { .table = &pipeline_version_table,
                                  .prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key))),
                                  .member = "PipelineVersionSummaries",
                                  .item = summary,
                                  .wanted = pipeline_created_within };
    return pipeline_list_answer(call, &list);
}

enum outcome update_pipeline_version(struct call *call)
{
    struct json *pipeline = pipeline_of_call(call, input_str(call, "PipelineArn"));
    if (!pipeline)
        return CALL_FAILED;
    struct str name = json_str(json_root(pipeline), "name");
    const char *arn = json_string(json_root(pipeline), "arn");
    int64_t version = input_int64(call, "PipelineVersionId", 1);
    struct json *old = pipeline_version_get(call->world, call_scope(call), name, version);
    if (!old)
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Pipeline '%s' has no version %" PRId64 ".", arn,
                         version);
    cJSON *row = json_thaw(json_root(old));
    if (input_has(call, "PipelineVersionDisplayName"))
        json_set_str(row, "displayName", input_str(call, "PipelineVersionDisplayName"));
    if (input_has(call, "PipelineVersionDescription"))
        json_set_str(row, "description", input_str(call, "PipelineVersionDescription"));
    json_set_int64(row, "modified", clock_now(call->world->clock));
    json_set(row, "modifiedBy", pipeline_who(call));
    pipeline_version_put(call->world, call_scope(call), name, version, row);
    output_string(call, "PipelineArn", arn);
    output_int64(call, "PipelineVersionId", version);
    return CALL_DONE;
}
