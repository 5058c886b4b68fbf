/* Whether the caller may do what the call asks for. */
#ifndef AWS_AUTHORISE_H
#define AWS_AUTHORISE_H

#include "aws/road.h"

/* DONE: policies allow the operation on its resource, and the passing of the role that it names; or nobody asks, because the
 * operation needs no permission, or the house does not enforce policies. The account's root may do what no resource's policy
 * forbids. */
enum outcome authorise_call(struct call *call);
/* Fails the call as if no policy allowed it. */
enum outcome authorise_refuse(struct call *call);
/* A further permission that a handler asks for: the source of a copy, each key of a list. FAILED: the call's error is set. */
enum outcome authorise_also(struct call *call, const char *action, struct str resource);
/* The same where the answer is not the call's: may it be told that there is no such key? */
bool authorise_allows(struct call *call, const char *action, struct str resource);
/* Who hands a role to a service must be allowed to pass it, to that service; for roles that no permission.passes leads to. */
enum outcome authorise_passing(struct call *call, struct str role, const char *passed_to);
/* A service acts as the role that it is given: another account's would open that account, so no policy can allow it. Only where any
 * credentials are good there is nothing to open, and roles are made up with whatever account. No role (.at NULL) is good. */
bool authorise_role_is_own(const struct call *call, struct str role_arn);
/* The same; false: the call was failed, in IAM's words. */
bool authorise_own_role(struct call *call, struct str role_arn);
/* What the road asks of policies for this call: its own action on its own resource. */
struct permission_question authorise_question(struct call *call);
/* The same for another action on another resource: what the input says of condition keys stands in it. */
struct permission_question authorise_question_of(struct call *call, struct str action, struct str resource);

#endif
