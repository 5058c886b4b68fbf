/* What a session is given along: policies that narrow what it may do, and tags that tell what it is. */
#ifndef STS_NARROWING_H
#define STS_NARROWING_H

#include "aws/call.h"

/* One policy of all the statements that Policy and PolicyArns have: together they are what a session may do at most, as the
 * managed ones read now. "": nothing narrows it. NULL: the call has failed, as *ret_failed says. */
const char *narrowing_policy(struct call *call, const char *account, enum outcome *ret_failed);

/* Tags of a session, as keys keep them (world/account.h): "" or JSON. */
struct session_tags {
    const char *tags, *transitive;
};
/* The input's Tags and TransitiveTagKeys, and the transitive tags of a calling session with them. */
bool narrowing_tags(struct call *call, struct session_tags *ret_tags, enum outcome *ret_failed);
/* How full policies and tags make a session: PackedPolicySize is set where there are any; FAILED: they are too much. */
enum outcome narrowing_measure(struct call *call);

#endif
