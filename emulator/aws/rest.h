/* What the two REST protocols share: members that stand in the URI, the query string and the headers of a request, in the
 * status and the headers of an answer. */
#ifndef AWS_REST_H
#define AWS_REST_H

#include "aws/aside.h"
#include "aws/rest_route.h"

/* The member that is the body, whatever its kind; NULL: the body's members are (or there are none). */
const struct member *rest_payload(const struct shape *shape_or_null);
bool rest_has_body_members(const struct shape *shape_or_null);

/* Puts the members that do not stand in the body into `input`. False: one cannot be read as what it is, *reterr_member, from
 * the text *reterr_text, and *reterr_message says why in JSON's words. */
struct rest_flaw {
    const struct member *member;
    struct str text;
    char *message;
};
bool rest_decode(struct call *call, cJSON *input, struct rest_flaw *reterr_flaw);
/* Status and headers: the operation's, the output's members, what call_status() and call_header() said. A failed call's:
 * its error's status and what call_header() said. */
void rest_encode(struct call *call, enum outcome outcome, struct wire_reply *reply);
/* Its content becomes the reply's, or its bytes the reply's body. */
void rest_encode_content(struct call *call, struct wire_reply *reply);

#endif
