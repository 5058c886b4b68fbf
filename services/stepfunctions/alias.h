/* Aliases: names for one or two versions of a machine, between which StartExecution draws by weight. Table
 * "stepfunctions.alias", key: the alias's ARN (the machine's + ":" + name); row: arn, name, stateMachineArn,
 * description (absent: none), routingConfiguration ([{"stateMachineVersionArn", "weight"}]), creationDate, updateDate
 * (ms). */
#ifndef STEPFUNCTIONS_ALIAS_H
#define STEPFUNCTIONS_ALIAS_H

#include "aws/call.h"

extern const struct table_def alias_table;

struct json *alias_get(struct world *world, struct scope scope, struct str arn); /* NULL: there is none; borrowed */
struct str alias_draw_version(struct world *world, const cJSON *alias); /* a version's ARN; borrowed from the row */
/* "name, name": the aliases that lead to a version, in the call's arena; NULL: none. */
char *alias_names_of_version(struct call *call, struct str version_arn);
void alias_drop_all(struct world *world, struct scope scope, struct str machine_arn);

#endif
