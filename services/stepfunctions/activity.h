/* Activities: names that workers poll for tasks. Table "stepfunctions.activity", key: the ARN; row: name, arn,
 * creationDate (ms), encryptionConfiguration (as AWS answers it). The tasks that wait for a worker are
 * activity_task.c's. */
#ifndef STEPFUNCTIONS_ACTIVITY_H
#define STEPFUNCTIONS_ACTIVITY_H

#include "aws/call.h"

extern const struct table_def activity_table;

struct json *activity_get(struct world *world, struct scope scope, struct str arn); /* NULL: there is none; borrowed */

#endif
