/* Feature groups, and what stands in them. Rows:
 *
 *   "sagemaker.feature_group"   key: the name in lower case   {"name", "arn", "created", "modified", "status", "offline": the offline
 *                               store's status, "blocked": why, "input": CreateFeatureGroup's, "features": definitions as they are now,
 *                               "resolved": ResolvedOutputS3Uri, "metadata": {FEATURE: {"Description", "Parameters", "modified"}}}
 *   "sagemaker.feature_record"  key: GROUP/digest of the record's identifier   {"at": event time (ms), "record": [{"FeatureName",
 *                               "ValueAsString"}], "expires": ms, "deleted"}: the online store
 *   "sagemaker.feature_write"   key: GROUP/number   {"at", "invoked": ms, "deleted", "record"}: what the offline store is still to be
 *                               told (feature_offline.h)
 *
 *     CreateFeatureGroup ─▶ Creating ─▶ Created          DeleteFeatureGroup ─▶ Deleting ─▶ gone, with its rows; S3 keeps what it has */
#ifndef SAGEMAKER_FEATURE_GROUP_H
#define SAGEMAKER_FEATURE_GROUP_H

#include "aws/call.h"
#include "world/lifecycle.h"

#define FEATURE_GROUP_TOPIC "sagemaker.feature-group"

extern const struct table_def feature_group_table, feature_record_table, feature_write_table;
extern const struct lifecycle_def feature_group_lifecycle;

enum outcome create_feature_group(struct call *call);
enum outcome describe_feature_group(struct call *call);
enum outcome update_feature_group(struct call *call);
enum outcome delete_feature_group(struct call *call);
enum outcome list_feature_groups(struct call *call);
enum outcome describe_feature_metadata(struct call *call);
enum outcome update_feature_metadata(struct call *call);

/* ---- for the runtime ---- */

struct json *feature_group_get(struct world *world, struct scope scope, struct str name_or_arn); /* NULL: none */
/* "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name …" */
char *feature_group_absent(struct call *call, struct str name_or_arn);
const cJSON *feature_definition(const cJSON *group_row, struct str feature); /* NULL: it has none of that name */
bool feature_group_is_online(const cJSON *group_row);
bool feature_group_is_offline(const cJSON *group_row);
/* The key of a record, in the arena. */
struct str feature_record_key(struct arena *arena, const cJSON *group_row, struct str identifier);

#endif
