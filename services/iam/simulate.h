/* What would be decided: the policy simulator, and which condition keys policies ask for. Nothing changes. Statements that
 * decided and values that were missing are not told. */
#ifndef IAM_SIMULATE_H
#define IAM_SIMULATE_H

#include "aws/call.h"

enum outcome simulate_principal_policy(struct call *call);
enum outcome simulate_custom_policy(struct call *call);
enum outcome get_context_keys_for_principal_policy(struct call *call);
enum outcome get_context_keys_for_custom_policy(struct call *call);

#endif
