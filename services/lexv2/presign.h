/* URLs that let anybody who has them put or get one archive for a while, as AWS's presigned ones do: they lead to operations of
 * our own (overlay.json), signed by a key that signs for nothing else. */
#ifndef LEXV2_PRESIGN_H
#define LEXV2_PRESIGN_H

#include "aws/call.h"

/* "http://HOST/lex-archives/ID?X-Amz-…", good for so many seconds; HOST is the one that the caller speaks to. */
struct str lexv2_presign(struct call *call, const char *method, struct str id, int seconds);

/* None of the archive's URLs opens any more. */
void lexv2_presign_end(struct world *world, struct str id);

#endif
