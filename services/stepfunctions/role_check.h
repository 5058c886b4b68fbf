/* What Step Functions asks of a state machine's role when the machine is created or changed: that it is of the machine's own
 * account, where keys open only theirs; the rest only while policies are enforced. */
#ifndef STEPFUNCTIONS_ROLE_CHECK_H
#define STEPFUNCTIONS_ROLE_CHECK_H

#include "aws/call.h"
#include "services/stepfunctions/asl/machine.h"

/* False: the call was failed with InvalidArn, or with AccessDeniedException in AWS's words: the role is another account's;
 * the service may not assume the role; the role may not make the rules that .sync waits by; the role may not write the log. */
bool role_check(struct call *call, struct str role_arn, const struct machine *machine, const cJSON *logging);

#endif
