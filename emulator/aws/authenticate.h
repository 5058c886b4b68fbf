/* Who calls, by the signature of a request. */
#ifndef AWS_AUTHENTICATE_H
#define AWS_AUTHENTICATE_H

#include "aws/road.h"

/* Sets the call's caller and region, or fails it. Open mode believes what the request says; strict mode verifies it. */
enum outcome authenticate_call(struct call *call);
/* A call whose body says who makes it (a form with a signed policy): `signature` signs this text. */
enum outcome authenticate_text(struct call *call, struct signature *signature, struct str text);

#endif
