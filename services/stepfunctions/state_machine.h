/* State machines. Table "stepfunctions.state_machine", key: the ARN. Row:
 *     name, arn, type ("STANDARD", "EXPRESS"), status ("ACTIVE", "DELETING"), roleArn, definition (text as sent),
 *     revision (the key of its current revision, revision.h), revisionId (absent until it was first revised, as AWS
 *     answers), creationDate, updateDate (ms), loggingConfiguration, tracingConfiguration, encryptionConfiguration (as
 *     AWS answers them), variableReferences (absent: none), lastVersion (the highest number ever given; absent: none)
 *
 * A machine is deleted once its executions have ended; until then it is DELETING: described, but starting nothing. */
#ifndef STEPFUNCTIONS_STATE_MACHINE_H
#define STEPFUNCTIONS_STATE_MACHINE_H

#include "aws/call.h"

extern const struct table_def state_machine_table;

/* By its own ARN, not a version's or an alias's. NULL: there is none; borrowed. */
struct json *state_machine_get(struct world *world, struct scope scope, struct str arn);
/* The same for a call, which fails with InvalidArn, StateMachineDoesNotExist or, while it is being deleted,
 * StateMachineDeleting. */
struct json *state_machine_of_call(struct call *call, struct str arn);

/* What an ARN given to StartExecution stands for: a machine, a version of it, or an alias (then one of its versions is
 * drawn by weight from the world's randomness). Text is borrowed from rows or from the ARN. */
struct machine_target {
    struct json *machine;  /* the machine's row */
    struct json *revision; /* the revision to run */
    struct str revision_key;
    struct str machine_arn;
    struct str version_arn, alias_arn; /* empty: it is none */
};
/* False: the call was failed with InvalidArn, StateMachineDoesNotExist or, for a machine that is being deleted,
 * StateMachineDeleting. */
bool state_machine_target(struct call *call, struct str arn, struct machine_target *ret_target);

/* An execution of this machine has ended: a machine that is DELETING goes away when it was the last one that ran.
 * execution.h offers `bool execution_any_running(struct world *world, struct scope scope, struct str machine_arn)`. */
void state_machine_execution_ended(struct world *world, struct scope scope, struct str machine_arn);
/* After a restart: finishes deletions whose last execution has ended. */
void state_machine_recover(struct world *world);

#endif
