#include "services/sagemaker/service.h"

#include "services/sagemaker/automl_job.h"
#include "services/sagemaker/deployment.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/endpoint_config.h"
#include "services/sagemaker/feature_group.h"
#include "services/sagemaker/feature_offline.h"
#include "services/sagemaker/lineage.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/model_package.h"
#include "services/sagemaker/monitoring_schedule.h"
#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_run.h"
#include "services/sagemaker/processing_job.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"
#include "services/sagemaker/training_job.h"
#include "services/sagemaker/transform_job.h"
#include "services/sagemaker/trial.h"
#include "services/sagemaker/trial_metric.h"
#include "services/sagemaker/tuning_job.h"

static const operation_fn handlers[SAGEMAKER_OPERATIONS] = {
    [SAGEMAKER_ADD_ASSOCIATION] = add_association,
    [SAGEMAKER_ADD_TAGS] = add_tags,
    [SAGEMAKER_ASSOCIATE_TRIAL_COMPONENT] = associate_trial_component,
    [SAGEMAKER_CREATE_ACTION] = create_action,
    [SAGEMAKER_CREATE_ARTIFACT] = create_artifact,
    [SAGEMAKER_CREATE_AUTO_ML_JOB] = create_auto_ml_job,
    [SAGEMAKER_CREATE_AUTO_ML_JOB_V2] = create_auto_ml_job_v2,
    [SAGEMAKER_CREATE_CONTEXT] = create_context,
    [SAGEMAKER_CREATE_DATA_QUALITY_JOB_DEFINITION] = create_data_quality_job_definition,
    [SAGEMAKER_CREATE_ENDPOINT] = create_endpoint,
    [SAGEMAKER_CREATE_ENDPOINT_CONFIG] = create_endpoint_config,
    [SAGEMAKER_CREATE_EXPERIMENT] = create_experiment,
    [SAGEMAKER_CREATE_FEATURE_GROUP] = create_feature_group,
    [SAGEMAKER_CREATE_HYPER_PARAMETER_TUNING_JOB] = create_hyper_parameter_tuning_job,
    [SAGEMAKER_CREATE_MODEL] = create_model,
    [SAGEMAKER_CREATE_MODEL_BIAS_JOB_DEFINITION] = create_model_bias_job_definition,
    [SAGEMAKER_CREATE_MODEL_EXPLAINABILITY_JOB_DEFINITION] = create_model_explainability_job_definition,
    [SAGEMAKER_CREATE_MODEL_PACKAGE] = create_model_package,
    [SAGEMAKER_CREATE_MODEL_PACKAGE_GROUP] = create_model_package_group,
    [SAGEMAKER_CREATE_MODEL_QUALITY_JOB_DEFINITION] = create_model_quality_job_definition,
    [SAGEMAKER_CREATE_MONITORING_SCHEDULE] = create_monitoring_schedule,
    [SAGEMAKER_CREATE_PIPELINE] = create_pipeline,
    [SAGEMAKER_CREATE_PROCESSING_JOB] = create_processing_job,
    [SAGEMAKER_CREATE_TRAINING_JOB] = create_training_job,
    [SAGEMAKER_CREATE_TRANSFORM_JOB] = create_transform_job,
    [SAGEMAKER_CREATE_TRIAL] = create_trial,
    [SAGEMAKER_CREATE_TRIAL_COMPONENT] = create_trial_component,
    [SAGEMAKER_DELETE_ACTION] = delete_action,
    [SAGEMAKER_DELETE_ARTIFACT] = delete_artifact,
    [SAGEMAKER_DELETE_ASSOCIATION] = delete_association,
    [SAGEMAKER_DELETE_CONTEXT] = delete_context,
    [SAGEMAKER_DELETE_DATA_QUALITY_JOB_DEFINITION] = delete_data_quality_job_definition,
    [SAGEMAKER_DELETE_ENDPOINT] = delete_endpoint,
    [SAGEMAKER_DELETE_ENDPOINT_CONFIG] = delete_endpoint_config,
    [SAGEMAKER_DELETE_EXPERIMENT] = delete_experiment,
    [SAGEMAKER_DELETE_FEATURE_GROUP] = delete_feature_group,
    [SAGEMAKER_DELETE_HYPER_PARAMETER_TUNING_JOB] = delete_hyper_parameter_tuning_job,
    [SAGEMAKER_DELETE_MODEL] = delete_model,
    [SAGEMAKER_DELETE_MODEL_BIAS_JOB_DEFINITION] = delete_model_bias_job_definition,
    [SAGEMAKER_DELETE_MODEL_EXPLAINABILITY_JOB_DEFINITION] = delete_model_explainability_job_definition,
    [SAGEMAKER_DELETE_MODEL_PACKAGE] = delete_model_package,
    [SAGEMAKER_DELETE_MODEL_PACKAGE_GROUP] = delete_model_package_group,
    [SAGEMAKER_DELETE_MODEL_PACKAGE_GROUP_POLICY] = delete_model_package_group_policy,
    [SAGEMAKER_DELETE_MODEL_QUALITY_JOB_DEFINITION] = delete_model_quality_job_definition,
    [SAGEMAKER_DELETE_MONITORING_SCHEDULE] = delete_monitoring_schedule,
    [SAGEMAKER_DELETE_PIPELINE] = delete_pipeline,
    [SAGEMAKER_DELETE_PROCESSING_JOB] = delete_processing_job,
    [SAGEMAKER_DELETE_TAGS] = delete_tags,
    [SAGEMAKER_DELETE_TRAINING_JOB] = delete_training_job,
    [SAGEMAKER_DELETE_TRIAL] = delete_trial,
    [SAGEMAKER_DELETE_TRIAL_COMPONENT] = delete_trial_component,
    [SAGEMAKER_DESCRIBE_ACTION] = describe_action,
    [SAGEMAKER_DESCRIBE_ARTIFACT] = describe_artifact,
    [SAGEMAKER_DESCRIBE_AUTO_ML_JOB] = describe_auto_ml_job,
    [SAGEMAKER_DESCRIBE_AUTO_ML_JOB_V2] = describe_auto_ml_job_v2,
    [SAGEMAKER_DESCRIBE_CONTEXT] = describe_context,
    [SAGEMAKER_DESCRIBE_DATA_QUALITY_JOB_DEFINITION] = describe_data_quality_job_definition,
    [SAGEMAKER_DESCRIBE_ENDPOINT] = describe_endpoint,
    [SAGEMAKER_DESCRIBE_ENDPOINT_CONFIG] = describe_endpoint_config,
    [SAGEMAKER_DESCRIBE_EXPERIMENT] = describe_experiment,
    [SAGEMAKER_DESCRIBE_FEATURE_GROUP] = describe_feature_group,
    [SAGEMAKER_DESCRIBE_FEATURE_METADATA] = describe_feature_metadata,
    [SAGEMAKER_DESCRIBE_HYPER_PARAMETER_TUNING_JOB] = describe_hyper_parameter_tuning_job,
    [SAGEMAKER_DESCRIBE_LINEAGE_GROUP] = describe_lineage_group,
    [SAGEMAKER_DESCRIBE_MODEL] = describe_model,
    [SAGEMAKER_DESCRIBE_MODEL_BIAS_JOB_DEFINITION] = describe_model_bias_job_definition,
    [SAGEMAKER_DESCRIBE_MODEL_EXPLAINABILITY_JOB_DEFINITION] = describe_model_explainability_job_definition,
    [SAGEMAKER_DESCRIBE_MODEL_PACKAGE] = describe_model_package,
    [SAGEMAKER_DESCRIBE_MODEL_PACKAGE_GROUP] = describe_model_package_group,
    [SAGEMAKER_DESCRIBE_MODEL_QUALITY_JOB_DEFINITION] = describe_model_quality_job_definition,
    [SAGEMAKER_DESCRIBE_MONITORING_SCHEDULE] = describe_monitoring_schedule,
    [SAGEMAKER_DESCRIBE_PIPELINE] = describe_pipeline,
    [SAGEMAKER_DESCRIBE_PIPELINE_DEFINITION_FOR_EXECUTION] = describe_pipeline_definition_for_execution,
    [SAGEMAKER_DESCRIBE_PIPELINE_EXECUTION] = describe_pipeline_execution,
    [SAGEMAKER_DESCRIBE_PROCESSING_JOB] = describe_processing_job,
    [SAGEMAKER_DESCRIBE_TRAINING_JOB] = describe_training_job,
    [SAGEMAKER_DESCRIBE_TRANSFORM_JOB] = describe_transform_job,
    [SAGEMAKER_DESCRIBE_TRIAL] = describe_trial,
    [SAGEMAKER_DESCRIBE_TRIAL_COMPONENT] = describe_trial_component,
    [SAGEMAKER_DISASSOCIATE_TRIAL_COMPONENT] = disassociate_trial_component,
    [SAGEMAKER_GET_LINEAGE_GROUP_POLICY] = get_lineage_group_policy,
    [SAGEMAKER_GET_MODEL_PACKAGE_GROUP_POLICY] = get_model_package_group_policy,
    [SAGEMAKER_LIST_ACTIONS] = list_actions,
    [SAGEMAKER_LIST_ARTIFACTS] = list_artifacts,
    [SAGEMAKER_LIST_ASSOCIATIONS] = list_associations,
    [SAGEMAKER_LIST_AUTO_ML_JOBS] = list_auto_ml_jobs,
    [SAGEMAKER_LIST_CANDIDATES_FOR_AUTO_ML_JOB] = list_candidates_for_auto_ml_job,
    [SAGEMAKER_LIST_CONTEXTS] = list_contexts,
    [SAGEMAKER_LIST_DATA_QUALITY_JOB_DEFINITIONS] = list_data_quality_job_definitions,
    [SAGEMAKER_LIST_ENDPOINTS] = list_endpoints,
    [SAGEMAKER_LIST_ENDPOINT_CONFIGS] = list_endpoint_configs,
    [SAGEMAKER_LIST_EXPERIMENTS] = list_experiments,
    [SAGEMAKER_LIST_FEATURE_GROUPS] = list_feature_groups,
    [SAGEMAKER_LIST_HYPER_PARAMETER_TUNING_JOBS] = list_hyper_parameter_tuning_jobs,
    [SAGEMAKER_LIST_LINEAGE_GROUPS] = list_lineage_groups,
    [SAGEMAKER_LIST_MODELS] = list_models,
    [SAGEMAKER_LIST_MODEL_BIAS_JOB_DEFINITIONS] = list_model_bias_job_definitions,
    [SAGEMAKER_LIST_MODEL_EXPLAINABILITY_JOB_DEFINITIONS] = list_model_explainability_job_definitions,
    [SAGEMAKER_LIST_MODEL_PACKAGES] = list_model_packages,
    [SAGEMAKER_LIST_MODEL_PACKAGE_GROUPS] = list_model_package_groups,
    [SAGEMAKER_LIST_MODEL_QUALITY_JOB_DEFINITIONS] = list_model_quality_job_definitions,
    [SAGEMAKER_LIST_MONITORING_ALERTS] = list_monitoring_alerts,
    [SAGEMAKER_LIST_MONITORING_ALERT_HISTORY] = list_monitoring_alert_history,
    [SAGEMAKER_LIST_MONITORING_EXECUTIONS] = list_monitoring_executions,
    [SAGEMAKER_LIST_MONITORING_SCHEDULES] = list_monitoring_schedules,
    [SAGEMAKER_LIST_PIPELINES] = list_pipelines,
    [SAGEMAKER_LIST_PIPELINE_EXECUTIONS] = list_pipeline_executions,
    [SAGEMAKER_LIST_PIPELINE_EXECUTION_STEPS] = list_pipeline_execution_steps,
    [SAGEMAKER_LIST_PIPELINE_PARAMETERS_FOR_EXECUTION] = list_pipeline_parameters_for_execution,
    [SAGEMAKER_LIST_PIPELINE_VERSIONS] = list_pipeline_versions,
    [SAGEMAKER_LIST_PROCESSING_JOBS] = list_processing_jobs,
    [SAGEMAKER_LIST_TAGS] = sagemaker_list_tags,
    [SAGEMAKER_LIST_TRAINING_JOBS] = list_training_jobs,
    [SAGEMAKER_LIST_TRAINING_JOBS_FOR_HYPER_PARAMETER_TUNING_JOB] = list_training_jobs_for_hyper_parameter_tuning_job,
    [SAGEMAKER_LIST_TRANSFORM_JOBS] = list_transform_jobs,
    [SAGEMAKER_LIST_TRIALS] = list_trials,
    [SAGEMAKER_LIST_TRIAL_COMPONENTS] = list_trial_components,
    [SAGEMAKER_PUT_MODEL_PACKAGE_GROUP_POLICY] = put_model_package_group_policy,
    [SAGEMAKER_QUERY_LINEAGE] = query_lineage,
    [SAGEMAKER_RETRY_PIPELINE_EXECUTION] = retry_pipeline_execution,
    [SAGEMAKER_SEND_PIPELINE_EXECUTION_STEP_FAILURE] = send_pipeline_execution_step_failure,
    [SAGEMAKER_SEND_PIPELINE_EXECUTION_STEP_SUCCESS] = send_pipeline_execution_step_success,
    [SAGEMAKER_START_MONITORING_SCHEDULE] = start_monitoring_schedule,
    [SAGEMAKER_START_PIPELINE_EXECUTION] = start_pipeline_execution,
    [SAGEMAKER_STOP_AUTO_ML_JOB] = stop_auto_ml_job,
    [SAGEMAKER_STOP_HYPER_PARAMETER_TUNING_JOB] = stop_hyper_parameter_tuning_job,
    [SAGEMAKER_STOP_MONITORING_SCHEDULE] = stop_monitoring_schedule,
    [SAGEMAKER_STOP_PIPELINE_EXECUTION] = stop_pipeline_execution,
    [SAGEMAKER_STOP_PROCESSING_JOB] = stop_processing_job,
    [SAGEMAKER_STOP_TRAINING_JOB] = stop_training_job,
    [SAGEMAKER_STOP_TRANSFORM_JOB] = stop_transform_job,
    [SAGEMAKER_UPDATE_ACTION] = update_action,
    [SAGEMAKER_UPDATE_ARTIFACT] = update_artifact,
    [SAGEMAKER_UPDATE_CONTEXT] = update_context,
    [SAGEMAKER_UPDATE_ENDPOINT] = update_endpoint,
    [SAGEMAKER_UPDATE_ENDPOINT_WEIGHTS_AND_CAPACITIES] = update_endpoint_weights_and_capacities,
    [SAGEMAKER_UPDATE_EXPERIMENT] = update_experiment,
    [SAGEMAKER_UPDATE_FEATURE_GROUP] = update_feature_group,
    [SAGEMAKER_UPDATE_FEATURE_METADATA] = update_feature_metadata,
    [SAGEMAKER_UPDATE_MODEL_PACKAGE] = update_model_package,
    [SAGEMAKER_UPDATE_MONITORING_ALERT] = update_monitoring_alert,
    [SAGEMAKER_UPDATE_MONITORING_SCHEDULE] = update_monitoring_schedule,
    [SAGEMAKER_UPDATE_PIPELINE] = update_pipeline,
    [SAGEMAKER_UPDATE_PIPELINE_EXECUTION] = update_pipeline_execution,
    [SAGEMAKER_UPDATE_PIPELINE_VERSION] = update_pipeline_version,
    [SAGEMAKER_UPDATE_TRAINING_JOB] = update_training_job,
    [SAGEMAKER_UPDATE_TRIAL] = update_trial,
    [SAGEMAKER_UPDATE_TRIAL_COMPONENT] = update_trial_component,
};

static const struct table_def *const tables[] = {
    &association_table,
    &automl_job_table,
    &endpoint_config_table,
    &endpoint_table,
    &feature_group_table,
    &feature_record_table,
    &feature_write_table,
    &lineage_table,
    &model_package_group_table,
    &model_package_table,
    &model_table,
    &monitoring_alert_table,
    &monitoring_definition_table,
    &monitoring_execution_table,
    &monitoring_schedule_table,
    &pipeline_cache_table,
    &pipeline_execution_table,
    &pipeline_step_table,
    &pipeline_table,
    &pipeline_version_table,
    &processing_job_table,
    &sagemaker_tag_table,
    &training_job_table,
    &transform_job_table,
    &trial_link_table,
    &trial_metric_table,
    &trial_point_table,
    &tuning_job_table,
    NULL,
};

static const struct lifecycle_def *const lifecycles[] = { &feature_group_lifecycle, NULL };

static void recover(struct world *world)
{
    processing_job_recover(world);
    training_job_recover(world);
    pipeline_run_recover(world);
    deployment_recover(world);
    transform_job_recover(world);
    tuning_job_recover(world);
    automl_job_recover(world);
    feature_offline_recover(world);
    monitoring_recover(world);
}

const struct service sagemaker_service = {
    .model = &sagemaker_model,
    .handlers = handlers,
    .tables = tables,
    .lifecycles = lifecycles,
    .recover = recover,
    .resource = pipeline_resource,
};
