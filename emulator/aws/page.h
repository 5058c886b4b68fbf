/* Page tokens: opaque to clients, no secret inside, bound to operation, account, region and filter, so that a token of another
 * call is refused. A token is the place after which the next page starts; nothing is remembered for it here, so it is good
 * after a restart too. */
#ifndef AWS_PAGE_H
#define AWS_PAGE_H

#include "aws/call.h"

/* A token for `place`, in the call's arena: four characters for three bytes of place, and 16 more. `filter` is whatever
 * must be the same in the next call ("" for none). */
char *page_token(struct call *call, struct str place, struct str filter);
/* The place of a token; false: not ours, or of another operation, filter or account. */
bool page_place(struct call *call, struct str token, struct str filter, struct str *ret_place);

#endif
