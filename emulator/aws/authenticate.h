/* Who calls, by the signature of a request. */
#ifndef AWS_AUTHENTICATE_H
#define AWS_AUTHENTICATE_H

#include "aws/road.h"

/* Sets the call's caller and region, or fails it. Open mode believes what the request says; strict mode verifies it. */
enum outcome authenticate_call(struct call *call);
/* A call whose body says who makes it (a form with a signed policy): `signature`, of version 4 or
 * 2, signs this text. */
enum outcome authenticate_text(struct call *call, struct signature *signature, struct str text);
/* The time by which the call's signature is judged: the machine's, unless a hook says that this clock goes wrong. */
int64_t authenticate_clock(const struct call *call);

#endif
