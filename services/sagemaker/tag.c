#include "services/sagemaker/tag.h"

#include <ctype.h>

#include "aws/arn.h"
#include "aws/authorise.h"
#include "services/sagemaker/automl_job.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/endpoint_config.h"
#include "services/sagemaker/feature_group.h"
#include "services/sagemaker/kept.h"
#include "services/sagemaker/lineage.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/model_package.h"
#include "services/sagemaker/monitoring_schedule.h"
#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/processing_job.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/training_job.h"
#include "services/sagemaker/transform_job.h"
#include "services/sagemaker/tuning_job.h"

const struct table_def sagemaker_tag_table = { .name = "sagemaker.tag" };

#define TAGS_MOST 50 /* "Amazon SageMaker AI endpoints and quotas" */

/* What can be tagged: "arn:…:TYPE/KEY"; rows are keyed by what stands behind the type in lower case, or by the type too. */
static const struct kind {
    const char *type;
    const struct table_def *table;
    bool with_type;
} kinds[] = {
    { "action", &lineage_table, true },
    { "artifact", &lineage_table, true },
    { "automl-job", &automl_job_table, false },
    { "context", &lineage_table, true },
    { "endpoint", &endpoint_table, false },
    { "endpoint-config", &endpoint_config_table, false },
    { "experiment", &lineage_table, true },
    { "experiment-trial", &lineage_table, true },
    { "experiment-trial-component", &lineage_table, true },
    { "feature-group", &feature_group_table, false },
    { "hyper-parameter-tuning-job", &tuning_job_table, false },
    { "data-quality-job-definition", &monitoring_definition_table, true },
    { "model", &model_table, false },
    { "model-bias-job-definition", &monitoring_definition_table, true },
    { "model-explainability-job-definition", &monitoring_definition_table, true },
    { "model-quality-job-definition", &monitoring_definition_table, true },
    { "monitoring-schedule", &monitoring_schedule_table, false },
    { "model-package-group", &model_package_group_table, false },
    { "pipeline", &pipeline_execution_table, false },
    { "pipeline", &pipeline_table, false },
    { "processing-job", &processing_job_table, false },
    { "training-job", &training_job_table, false },
    { "transform-job", &transform_job_table, false },
};

/* ---- which resource ---- */

static struct str lower(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        buf_add_byte(buf, (char)tolower((unsigned char)text.at[i]));
    return buf_str(buf);
}

static bool is_there(struct call *call, struct str resource)
{
    struct str key, type = str_cut(resource, '/', &key);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(type, kinds[i].type) &&
            store_get(call->world->store, call_scope(call), kinds[i].table, kinds[i].with_type ? resource : key))
            return true;
    struct str arn = input_str(call, "ResourceArn");
    return kept_of_arn(call->world, call_scope(call), call->arena, arn, &key);
}

/* The sentence is ours, in the shape of "Could not find endpoint …". */
static bool check_resource(struct call *call, struct str text)
{
    struct arn arn;
    struct scope scope = call_scope(call);
    struct buf resource = BUF_EMPTY;
    bool good = arn_parse(text, &arn) && str_is(arn.account, scope.account) && str_is(arn.region, scope.region) &&
                is_there(call, lower(&resource, arn.resource));
    buf_release(&resource);
    if (!good)
        call_fail(call, &ERROR_VALIDATION, "Could not find resource \"%.*s\".", STR_ARG(text));
    return good;
}

/* ---- rows ---- */

cJSON *sagemaker_tag_list(struct world *world, struct scope scope, struct str arn)
{
    struct buf key = BUF_EMPTY;
    struct json *row = store_get(world->store, scope, &sagemaker_tag_table, lower(&key, arn));
    buf_release(&key);
    return row ? json_thaw(json_get(json_root(row), "Tags")) : cJSON_CreateArray();
}

static cJSON *find_tag(cJSON *tags, struct str key)
{
    cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (str_equal(json_str(tag, "Key"), key))
            return tag;
    }
    return NULL;
}

static void set_tag(cJSON *tags, const cJSON *given)
{
    cJSON *tag = find_tag(tags, json_str(given, "Key"));
    if (!tag) {
        tag = cJSON_CreateObject();
        json_set_str(tag, "Key", json_str(given, "Key"));
        json_add(tags, tag);
    }
    json_set_str(tag, "Value", json_str(given, "Value"));
}

/* What the resource's tags will be; malloc'ed. */
static cJSON *tags_with_input(struct call *call, struct str arn)
{
    cJSON *tags = sagemaker_tag_list(call->world, call_scope(call), arn);
    const cJSON *tag;
    cJSON_ArrayForEach(tag, json_get(call->input, "Tags"))
    {
        set_tag(tags, tag);
    }
    return tags;
}

static void keep_tags(struct world *world, struct scope scope, struct str arn, cJSON *tags_taken)
{
    if (!tags_taken->child) {
        cJSON_Delete(tags_taken);
        sagemaker_tag_drop(world, scope, arn);
        return;
    }
    struct buf key = BUF_EMPTY;
    cJSON *row = cJSON_CreateObject();
    json_set(row, "Tags", tags_taken);
    store_put(world->store, scope, &sagemaker_tag_table, lower(&key, arn), json_seal(row));
    buf_release(&key);
}

/* Who makes something with tags needs sagemaker:AddTags on it too ("Access control with tags" of the developer guide). Both
 * sentences are ours, in AWS's shape. */
bool sagemaker_tag_check(struct call *call, struct str arn)
{
    const cJSON *tag, *given = json_get(call->input, "Tags");
    if (given && given->child && call->operation->index != SAGEMAKER_ADD_TAGS &&
        authorise_also(call, "sagemaker:AddTags", arn) != CALL_DONE)
        return false;
    cJSON_ArrayForEach(tag, json_get(call->input, "Tags"))
    {
        if (str_starts(json_str(tag, "Key"), STR("aws:"))) {
            call_fail(call, &ERROR_VALIDATION, "aws: prefixed tag key names are not allowed for external use.");
            return false;
        }
    }
    cJSON *tags = tags_with_input(call, arn);
    int count = cJSON_GetArraySize(tags);
    cJSON_Delete(tags);
    if (count <= TAGS_MOST)
        return true;
    call_fail(call, &ERROR_VALIDATION, "Resource \"%.*s\" cannot have more than %d tags.", STR_ARG(arn), TAGS_MOST);
    return false;
}

void sagemaker_tag_put(struct call *call, struct str arn)
{
    const cJSON *given = json_get(call->input, "Tags");
    if (given && given->child)
        keep_tags(call->world, call_scope(call), arn, tags_with_input(call, arn));
}

void sagemaker_tag_drop(struct world *world, struct scope scope, struct str arn)
{
    struct buf key = BUF_EMPTY;
    store_delete(world->store, scope, &sagemaker_tag_table, lower(&key, arn));
    buf_release(&key);
}

/* ---- the operations ---- */

enum outcome add_tags(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    if (!check_resource(call, arn) || !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    sagemaker_tag_put(call, arn);
    output_json(call, "Tags", sagemaker_tag_list(call->world, call_scope(call), arn));
    return CALL_DONE;
}

enum outcome delete_tags(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    if (!check_resource(call, arn))
        return CALL_FAILED;
    cJSON *tags = sagemaker_tag_list(call->world, call_scope(call), arn);
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(call->input, "TagKeys"))
    {
        cJSON *tag = find_tag(tags, json_value(key));
        if (tag)
            cJSON_Delete(cJSON_DetachItemViaPointer(tags, tag));
    }
    keep_tags(call->world, call_scope(call), arn, tags);
    return CALL_DONE;
}

/* A page holds fifty at least, which is all there can be: there is never a next one. */
enum outcome sagemaker_list_tags(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    if (input_has(call, "NextToken"))
        return call_fail(call, &ERROR_VALIDATION, "Invalid NextToken.");
    if (!check_resource(call, arn))
        return CALL_FAILED;
    output_json(call, "Tags", sagemaker_tag_list(call->world, call_scope(call), arn));
    return CALL_DONE;
}
