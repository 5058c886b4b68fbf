/* Definitions of monitoring jobs, of four kinds. Rows "sagemaker.monitoring_definition", key: the kind's ARN type + "/" + the name in lower
 * case: {"name", "arn", "created", "type": "DataQuality", "endpoint", "input"}. */
#ifndef SAGEMAKER_MONITORING_DEFINITION_H
#define SAGEMAKER_MONITORING_DEFINITION_H

#include "aws/call.h"

extern const struct table_def monitoring_definition_table;

enum outcome create_data_quality_job_definition(struct call *call);
enum outcome create_model_bias_job_definition(struct call *call);
enum outcome create_model_explainability_job_definition(struct call *call);
enum outcome create_model_quality_job_definition(struct call *call);
enum outcome delete_data_quality_job_definition(struct call *call);
enum outcome delete_model_bias_job_definition(struct call *call);
enum outcome delete_model_explainability_job_definition(struct call *call);
enum outcome delete_model_quality_job_definition(struct call *call);
enum outcome describe_data_quality_job_definition(struct call *call);
enum outcome describe_model_bias_job_definition(struct call *call);
enum outcome describe_model_explainability_job_definition(struct call *call);
enum outcome describe_model_quality_job_definition(struct call *call);
enum outcome list_data_quality_job_definitions(struct call *call);
enum outcome list_model_bias_job_definitions(struct call *call);
enum outcome list_model_explainability_job_definitions(struct call *call);
enum outcome list_model_quality_job_definitions(struct call *call);

/* ---- for schedules ---- */

/* A definition's row, by the type of monitoring; NULL: none. */
struct json *monitoring_definition_get(struct world *world, struct scope scope, struct str type, struct str name);

/* What a job of a schedule does, whether its definition stands in the schedule or by itself; borrowed. */
struct monitoring_plan {
    const char *type; /* "DataQuality" */
    const cJSON *endpoint, *truth, *application, *baseline, *output, *resources, *environment, *stopping;
    struct str role, problem;
};
bool monitoring_plan_of(struct str type, const cJSON *input, struct monitoring_plan *ret_plan);
bool monitoring_plan_check(struct call *call, const struct monitoring_plan *plan); /* false: the call was failed */

#endif
