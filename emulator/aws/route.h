/* Which service and operation a request means. One port serves all: the operation's header (X-Amz-Target) or the scope of the
 * signature says whose it is; else a form's Action and Version, else the Host's first labels. Sets service, protocol and
 * operation of a call, or its error. */
#ifndef AWS_ROUTE_H
#define AWS_ROUTE_H

#include "aws/road.h"

/* From the headers alone. A Query call's operation stands in its body as a rule: then none is set, and no error. */
enum outcome route_by_headers(struct call *call, const struct wire_request *request);
/* What the headers left open, from the form. */
enum outcome route_by_form(struct call *call, const struct wire_request *request);
/* A Query call's parameters: the body, or the query string where there is none (GET, presigned). */
struct str route_form(const struct wire_request *request);
size_t route_body_limit(const struct call *call);

#endif
