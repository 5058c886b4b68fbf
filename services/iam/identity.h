/* Who may do what: the policies of a principal, for the road; the trust of a role, for services and STS. */
#ifndef IAM_IDENTITY_H
#define IAM_IDENTITY_H

#include "aws/policy.h"

extern const struct identity_source iam_identities;

/* What a role, user (with its groups) or group may do by its policies, owned by the arena; false: its boundary is gone. */
bool identity_grants(struct world *world, const char *account, const cJSON *holder, struct arena *arena,
                     struct grants *ret_grants);

/* Does the role's trust policy let this principal assume it? NULL policy of the decision: it names the principal itself
 * (ALLOW), or not at all (IMPLICIT_DENY), or forbids it. *ret_names_account: it was let in as one of its account only, so
 * its own policies must allow sts:AssumeRole too. */
enum decision identity_trust(struct world *world, const cJSON *role, const struct permission_question *question,
                             bool *ret_names_account);

/* identity_source.may_assume. */
bool identity_may_assume(struct cloud *cloud, struct arena *arena, const struct permission_question *question);

#endif
