/* URLs that stand for a call: whoever has one may GET what it names, as the one who asked for it, while it lasts. */
#ifndef AWS_PRESIGN_H
#define AWS_PRESIGN_H

#include "aws/call.h"

/* A URL of this service at the host that the call came to, signed with its caller's key (Signature Version 4 in the query); the path
 * is encoded already, and so is the query, which may be empty. In the arena; NULL: nobody's request made this call. */
char *presign_get(struct call *call, struct str path, struct str query, int64_t seconds);

#endif
