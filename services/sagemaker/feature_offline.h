/* The offline store: records that were put are buffered for a few minutes and then written to S3 as the group's role, a Parquet file for
 * each hour of event time among them:
 *
 *     RESOLVED/year=2026/month=11/day=22/hour=09/20261122T091508Z_AbCd0123EfGh4567.parquet
 *
 * with the group's features and write_time, api_invocation_time, is_deleted. One strand a group that has something to write; what is to
 * be written stands in rows. Where S3 refuses, the group's offline store is Blocked, and tried again. */
#ifndef SAGEMAKER_FEATURE_OFFLINE_H
#define SAGEMAKER_FEATURE_OFFLINE_H

#include "aws/call.h"

/* Adds a record; `record_taken` is the call's Record. */
void feature_offline_add(struct world *world, struct scope scope, const cJSON *group_row, int64_t event_ms,
                         bool deleted, cJSON *record_taken);
void feature_offline_stop(struct world *world, struct scope scope, struct str group_key);
void feature_offline_recover(struct world *world);

#endif
