/* A request's body on its way in, as S3 has it: aws-chunked frames off, digests and checksums made as it comes, the bytes in
 * memory while they are few and in a blob behind that. What the client said of them (length, digest, signatures, Content-MD5,
 * checksums) is compared at the end; whatever does not fit is S3's own error, and nothing is kept.
 *
 *     intake_begin ─ headers are read, or refused ─▶ intake_add… ─▶ intake_end ─▶ call->body
 *
 * Only the edge's bodies for S3 come this way, XML and objects alike. */
#ifndef AWS_INTAKE_H
#define AWS_INTAKE_H

#include "aws/road.h"

struct intake;

/* Does this call's body come this way? */
bool intake_wants(const struct call *call);
/* The call, authenticated and with its request at hand, gets call->intake. */
enum outcome intake_begin(struct call *call);
enum outcome intake_add(struct intake *intake, struct str bytes);
/* All has come. A blob is in call->body; any other payload's bytes are *ret_text, in the call's arena. */
enum outcome intake_end(struct intake *intake, struct str *ret_text);
void intake_drop(struct intake *intake_or_null);

#endif
