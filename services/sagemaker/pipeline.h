/* Pipelines and their versions:
 *
 *     "sagemaker.pipeline"          key: the name in lower case
 *         name, arn, displayName, description, roleArn, version (the latest), parallelism, created, modified, lastRun (ms), createdBy,
 *         modifiedBy ({"arn","id"}), token (ClientRequestToken of CreatePipeline)
 *     "sagemaker.pipeline-version"  key: the pipeline's + "/" + its number, eight digits
 *         version, definition (text as sent), displayName, description, created, modified, createdBy, modifiedBy, lastRun (ARN)
 *
 * A version is made with the pipeline and whenever its definition changes; executions keep its number. */
#ifndef SAGEMAKER_PIPELINE_H
#define SAGEMAKER_PIPELINE_H

#include "aws/call.h"

extern const struct table_def pipeline_table, pipeline_version_table;

/* The pipeline that a call names by its name or ARN (member PipelineName); NULL: the call was failed. */
struct json *pipeline_of_call(struct call *call, struct str name_or_arn);
/* service.resource: operations that take a pipeline's name take its ARN too. */
struct str pipeline_resource(struct call *call);
struct str pipeline_key(struct arena *arena, struct str name_or_arn);
struct json *pipeline_version_get(struct world *world, struct scope scope, struct str pipeline_name, int64_t version);
/* Borrowed from the row; STR_NONE: there is no such version. */
struct str pipeline_version_definition(struct world *world, struct scope scope, struct str pipeline_name,
                                       int64_t version);
void pipeline_version_put(struct world *world, struct scope scope, struct str pipeline_name, int64_t version,
                          cJSON *row_taken);

enum outcome create_pipeline(struct call *call);
enum outcome delete_pipeline(struct call *call);
enum outcome describe_pipeline(struct call *call);
enum outcome list_pipelines(struct call *call);
enum outcome list_pipeline_versions(struct call *call);
enum outcome update_pipeline(struct call *call);
enum outcome update_pipeline_version(struct call *call);

#endif
