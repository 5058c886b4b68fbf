/* All kinds of kept resources, by the file that tells them. */
#ifndef SAGEMAKER_KEPT_KINDS_H
#define SAGEMAKER_KEPT_KINDS_H

#include "services/sagemaker/kept.h"

/* studio.c */
extern const struct kept_kind kept_domain, kept_user_profile, kept_space, kept_app, kept_app_image_config,
    kept_studio_lifecycle_config;
/* notebook.c */
extern const struct kept_kind kept_notebook_instance, kept_notebook_config, kept_code_repository;
/* image.c */
extern const struct kept_kind kept_image, kept_image_version;
/* edge.c */
extern const struct kept_kind kept_device_fleet, kept_device, kept_edge_packaging_job;
/* cluster.c */
extern const struct kept_kind kept_cluster, kept_scheduler_config, kept_compute_quota;
/* model_card.c */
extern const struct kept_kind kept_model_card, kept_model_card_export;
/* model_work.c */
extern const struct kept_kind kept_compilation_job, kept_optimization_job, kept_algorithm, kept_inference_component;
/* workspace.c */
extern const struct kept_kind kept_project, kept_tracking_server, kept_hub;
/* workforce.c */
extern const struct kept_kind kept_workforce, kept_workteam;

/* Their tables, and two beside them. */
extern const struct table_def kept_algorithm_table, kept_app_table, kept_app_image_config_table, kept_cluster_table,
    kept_cluster_scheduler_config_table, kept_code_repository_table, kept_compilation_job_table,
    kept_compute_quota_table, kept_device_table, kept_device_fleet_table, kept_domain_table,
    kept_edge_packaging_job_table, kept_hub_table, kept_image_table, kept_image_version_table,
    kept_inference_component_table, kept_mlflow_tracking_server_table, kept_model_card_table,
    kept_model_card_export_job_table, kept_notebook_instance_table, kept_notebook_instance_lifecycle_config_table,
    kept_optimization_job_table, kept_project_table, kept_space_table, kept_studio_lifecycle_config_table,
    kept_user_profile_table, kept_workforce_table, kept_workteam_table, model_card_version_table, portfolio_table;

/* The component of this name; NULL: there is none. */
struct json *inference_component_get(struct world *world, struct scope scope, struct str name);

enum outcome create_presigned_domain_url(struct call *call);
enum outcome create_presigned_notebook_instance_url(struct call *call);
enum outcome create_presigned_mlflow_tracking_server_url(struct call *call);
enum outcome update_image_version(struct call *call);
enum outcome delete_image_version(struct call *call);
enum outcome describe_image_version(struct call *call);
enum outcome sagemaker_list_aliases(struct call *call);
enum outcome register_devices(struct call *call);
enum outcome update_devices(struct call *call);
enum outcome deregister_devices(struct call *call);
enum outcome list_cluster_nodes(struct call *call);
enum outcome describe_cluster_node(struct call *call);
enum outcome batch_delete_cluster_nodes(struct call *call);
enum outcome batch_reboot_cluster_nodes(struct call *call);
enum outcome batch_replace_cluster_nodes(struct call *call);
enum outcome update_cluster_software(struct call *call);
enum outcome describe_model_card(struct call *call);
enum outcome list_model_card_versions(struct call *call);
enum outcome update_inference_component_runtime_config(struct call *call);
enum outcome get_sagemaker_servicecatalog_portfolio_status(struct call *call);
enum outcome enable_sagemaker_servicecatalog_portfolio(struct call *call);
enum outcome disable_sagemaker_servicecatalog_portfolio(struct call *call);

#endif
