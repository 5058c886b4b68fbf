/* Log groups: "logs.group" by name: {name, creationTime (ms), retentionInDays?, kmsKeyId?, class, deletionProtected, tags}.
 * What they hold is counted by their streams. */
#ifndef LOGS_LOG_GROUP_H
#define LOGS_LOG_GROUP_H

#include "aws/call.h"

extern const struct table_def log_group_table;

/* The group that a call names by logGroupName or, where it has one, logGroupIdentifier (a name or an ARN): its name. STR_NONE:
 * the call has failed. Of a call that names neither or both, likewise. */
struct str log_group_named(struct call *call);
/* The same for one name or ARN; `exists`: it must. */
struct str log_group_of_identifier(struct call *call, struct str name_or_arn);
bool log_group_exists(struct call *call, struct str name); /* fails the call with ResourceNotFoundException */
/* Events from before this instant have expired; INT64_MIN: none do. */
int64_t log_group_kept_since(struct world *world, struct scope scope, struct str name);
/* "arn:aws:logs:R:A:log-group:NAME" */
char *log_group_arn(struct call *call, struct str name);

enum outcome create_log_group(struct call *call);
enum outcome delete_log_group(struct call *call);
enum outcome describe_log_groups(struct call *call);
enum outcome put_retention_policy(struct call *call);
enum outcome delete_retention_policy(struct call *call);
/* Tags, in the two ways that the service has. */
enum outcome tag_log_group(struct call *call);
enum outcome untag_log_group(struct call *call);
enum outcome list_tags_log_group(struct call *call);
enum outcome logs_tag_resource(struct call *call);
enum outcome logs_untag_resource(struct call *call);
enum outcome logs_list_tags_for_resource(struct call *call);

#endif
