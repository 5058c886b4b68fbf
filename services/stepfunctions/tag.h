/* Tags of state machines and activities. Table "stepfunctions.tag", key: the resource's ARN; row: {"tags": [{"key",
 * "value"}]} in the order in which they came. A resource without tags has no row. */
#ifndef STEPFUNCTIONS_TAG_H
#define STEPFUNCTIONS_TAG_H

#include "aws/call.h"

extern const struct table_def tag_table;

/* Sets the tags of the call's input member "tags" (none: nothing happens) on a resource that is there. False: the call
 * was failed. */
bool tag_put(struct call *call, struct str arn);
/* May they be put? The same check, before anything is changed. */
bool tag_check(struct call *call, struct str arn);
void tag_drop(struct world *world, struct scope scope, struct str arn); /* with the resource */

#endif
