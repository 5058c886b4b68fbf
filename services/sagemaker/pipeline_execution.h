/* Executions of pipelines. An execution is one row, each of its steps that has begun another, and all that the strand which
 * runs it knows stands in them:
 *
 *     "sagemaker.pipeline-execution"  key: PIPELINE/execution/ID, the pipeline's name in lower case
 *         id, arn, pipelineArn, pipelineName, displayName, description, status, failureReason, created, modified (ms), createdBy,
 *         modifiedBy ({"arn","id"}), roleArn, version (of the pipeline), parameters ([{Name, Value}]), parallelism, selective
 *         (SelectiveExecutionConfig), token (ClientRequestToken)
 *     "sagemaker.pipeline-step"       key: the execution's + "/" + in which order it began, four digits
 *         name, status, start, end (ms), attempt, failureReason, cacheHit, selected (ARNs of executions), metadata, outputs
 *         (what references to it find), job (the name of what it makes), arn, retryAt (ms), tries (per retry policy), first
 *         (when it was first tried, ms), token and message (Callback), answer (of who was called back)
 *     "sagemaker.pipeline-cache"      key: PIPELINE/STEP/digest of what is looked at; row: step (key of the step's row), execution
 *         (ARN), at (ms)
 *
 *     Start ─▶ Executing ─┬─▶ Succeeded                       a step:  (Starting) ─▶ Executing ─┬─▶ Succeeded
 *                ▲        ├─▶ Failed ──┐                                  ▲  ▲         │          ├─▶ Failed
 *                │        └─▶ Stopping ─▶ Stopped ──┐                     │  └─ retry ─┘          └─▶ Stopping ─▶ Stopped
 *                └──────────── Retry ◀──────────────┘                     └──── Retry ◀──────────────────────────┘
 */
#ifndef SAGEMAKER_PIPELINE_EXECUTION_H
#define SAGEMAKER_PIPELINE_EXECUTION_H

#include "aws/call.h"

extern const struct table_def pipeline_execution_table, pipeline_step_table, pipeline_cache_table;
/* PIPELINE/created: in order of time; the token of StartPipelineExecution; the token of a callback step. */
extern const struct index_def pipeline_execution_by_time, pipeline_execution_by_token, pipeline_execution_running,
    pipeline_step_by_token;

/* Told when the status of an execution or of a step changes; the key is the execution's ARN, the detail {"status"} and, of a
 * step, {"step","status"}. */
extern const char PIPELINE_EXECUTION_CHANGED[], PIPELINE_STEP_CHANGED[];

/* The row of an execution's ARN; NULL: there is none. */
struct json *pipeline_execution_get(struct world *world, struct scope scope, struct str arn);
/* The key of its row, in the arena; STR_NONE: it is no such ARN. */
struct str pipeline_execution_key(struct arena *arena, struct str arn);
bool pipeline_any_running(struct world *world, struct scope scope, struct str pipeline_key);
/* With the pipeline: its executions, their steps, what its cache knows. */
void pipeline_executions_drop(struct world *world, struct scope scope, struct str pipeline_key);
/* A short id as AWS makes them: so many letters and digits. */
void pipeline_new_id(struct world *world, size_t length, bool capitals, char *ret_id);

enum outcome describe_pipeline_definition_for_execution(struct call *call);
enum outcome describe_pipeline_execution(struct call *call);
enum outcome list_pipeline_execution_steps(struct call *call);
enum outcome list_pipeline_executions(struct call *call);
enum outcome list_pipeline_parameters_for_execution(struct call *call);
enum outcome retry_pipeline_execution(struct call *call);
enum outcome send_pipeline_execution_step_failure(struct call *call);
enum outcome send_pipeline_execution_step_success(struct call *call);
enum outcome start_pipeline_execution(struct call *call);
enum outcome stop_pipeline_execution(struct call *call);
enum outcome update_pipeline_execution(struct call *call);

#endif
