/* The model registry: groups, and in them packages by version; packages without a group have a name of their own. Rows:
 *
 *   "sagemaker.model_package_group"  key: the name in lower case    {"name", "arn", "created", "by", "input", "last": version, "policy"}
 *   "sagemaker.model_package"        key: "GROUP/000000007" or the name    {"name", "arn", "group", "version", "created", "modified",
 *                                    "status", "due", "approval", "by", "input", "updates": members that UpdateModelPackage set} */
#ifndef SAGEMAKER_MODEL_PACKAGE_H
#define SAGEMAKER_MODEL_PACKAGE_H

#include "aws/call.h"

extern const struct table_def model_package_group_table, model_package_table;

enum outcome create_model_package_group(struct call *call);
enum outcome describe_model_package_group(struct call *call);
enum outcome list_model_package_groups(struct call *call);
enum outcome delete_model_package_group(struct call *call);
enum outcome put_model_package_group_policy(struct call *call);
enum outcome get_model_package_group_policy(struct call *call);
enum outcome delete_model_package_group_policy(struct call *call);

enum outcome batch_describe_model_package(struct call *call);
enum outcome create_model_package(struct call *call);
enum outcome describe_model_package(struct call *call);
enum outcome list_model_packages(struct call *call);
enum outcome update_model_package(struct call *call);
enum outcome delete_model_package(struct call *call);

/* By its ARN or, without a group, its name. NULL: none. */
struct json *model_package_get(struct world *world, struct scope scope, struct str name_or_arn);
struct json *model_package_group_get(struct world *world, struct scope scope, struct str name_or_arn);
void model_package_group_fail_absent(struct call *call, struct str name_or_arn);
/* The next version of a group, counted in its row. */
int64_t model_package_group_count(struct world *world, struct scope scope, struct str key);
/* Who made it, as CreatedBy has it; malloc'ed. */
cJSON *model_package_maker(struct call *call);
bool model_package_group_has_packages(struct world *world, struct scope scope, struct str key);

#endif
