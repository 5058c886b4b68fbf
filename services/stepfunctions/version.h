/* Versions: revisions with a number, published for good. Table "stepfunctions.version", key: the version's ARN (the
 * machine's + ":" + number); row: arn, stateMachineArn, number, revision (its key), description (absent: none),
 * creationDate (ms). */
#ifndef STEPFUNCTIONS_VERSION_H
#define STEPFUNCTIONS_VERSION_H

#include "aws/call.h"

extern const struct table_def version_table;
/* Places begin with the revision's key + "/". */
extern const struct index_def version_by_revision;

struct json *version_get(struct world *world, struct scope scope, struct str arn); /* NULL: there is none; borrowed */
/* False: the machine has as many as it may have; the call was failed with ServiceQuotaExceededException. */
bool version_check_room(struct call *call, struct str machine_arn);
/* The version that the machine's current revision is published as, made if it is none yet; its row, borrowed. */
struct json *version_publish(struct call *call, struct str machine_arn, struct str description);
void version_drop_all(struct world *world, struct scope scope, struct str machine_arn);

#endif
