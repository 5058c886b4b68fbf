/* REST JSON (Lambda, Lex): members in URI, query and headers; the rest is a JSON object, or one member is the body. */
#ifndef AWS_REST_JSON_H
#define AWS_REST_JSON_H

#include "aws/road.h"

const cJSON *rest_json_decode(struct call *call, struct str body, char **reterr_message);
void rest_json_encode(struct call *call, enum outcome outcome, struct wire_reply *reply);

#endif
