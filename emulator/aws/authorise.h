/* Whether the caller may do what the call asks for. */
#ifndef AWS_AUTHORISE_H
#define AWS_AUTHORISE_H

#include "aws/road.h"

/* DONE: policies allow the operation on its resource, and the passing of the role that it names; or nobody asks, because the
 * operation needs no permission, the caller is the account's root, or the house does not enforce policies. */
enum outcome authorise_call(struct call *call);
/* Fails the call as if no policy allowed it. */
enum outcome authorise_refuse(struct call *call);

#endif
