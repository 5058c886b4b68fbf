/* Uploads by a form (multipart/form-data), S3's POST Object: fields, of which one may be a signed policy that says what the
 * others may be, then the file. Fields become the headers of a PutObject, the file its body; what comes behind it is ignored.
 * See "POST Object" and "POST policy" in the Amazon S3 API reference.
 *
 *     route ─ form_new ─▶ intake: form_feed… ─ fields are whole: form_become_put ─▶ authenticate ─▶ the file ─▶ PutObject */
#ifndef AWS_FORM_H
#define AWS_FORM_H

#include "aws/road.h"

struct form;

/* Of a request whose path is a bucket's; NULL: it is no form. */
struct form *form_new(struct call *call, const struct wire_request *request, struct str path);
/* Bytes of the request's body; `file` gets those of the file. CALL_FAILED: the call has failed. */
enum outcome form_feed(struct form *form, struct str bytes, void *owner, bool (*file)(void *owner, struct str bytes));
/* All has come: the file is whole and as large as the policy says. */
enum outcome form_end(struct form *form);
void form_drop(struct form *form_or_null);
/* A form's own answer: ETag, Location and the status, or the redirection, that a field asks for. */
void form_encode(struct call *call, struct wire_reply *reply);

#endif
