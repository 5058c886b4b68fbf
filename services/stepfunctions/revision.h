/* Revisions: every state of a machine's definition, role and configuration that an execution or a version may refer to.
 * An execution goes on with the revision that it was started with, whatever happens to the machine meanwhile.
 *
 * Table "stepfunctions.revision", key: the machine's ARN + "/" + an id of our own (a UUID). Row:
 *     stateMachineArn, name, type, roleArn, definition (verbatim text), loggingConfiguration, tracingConfiguration,
 *     encryptionConfiguration (objects as the Describe operations answer them), variableReferences (absent: none),
 *     revisionId (absent for the revision that the machine was created with, as AWS answers), updateDate (ms)
 *
 * execution.h declares `extern const struct index_def execution_by_revision;` over execution_table, whose places begin
 * with the revision's key + "/": while there is one, the revision stays. */
#ifndef STEPFUNCTIONS_REVISION_H
#define STEPFUNCTIONS_REVISION_H

#include "aws/call.h"

extern const struct table_def revision_table;

struct json *revision_get(struct world *world, struct scope scope, struct str key); /* NULL: there is none; borrowed */
/* A revision made from a state machine's row; its key is the row's "revision". */
void revision_put(struct world *world, struct scope scope, const cJSON *machine);
/* Deletes it unless it is its machine's current one, or a version or an execution refers to it. Who deletes executions
 * says so. */
void revision_prune(struct world *world, struct scope scope, struct str key);
/* Sets the members that every Describe operation answers about a revision, from its row or from its machine's: name,
 * definition, roleArn, the configurations, revisionId, variableReferences. */
void revision_answer(struct call *call, const cJSON *row);

#endif
