/* JSON 1.0 and 1.1: X-Amz-Target names the operation, the body is one JSON object. */
#ifndef AWS_JSON_RPC_H
#define AWS_JSON_RPC_H

#include "aws/road.h"

/* The body as an input of this shape: unknown members dropped, types checked and normalised (timestamps to numbers of seconds,
 * see json_new_time(); blobs left as base64 text; null members dropped). NULL: SerializationException, sentence in *reterr_message. */
const cJSON *json_rpc_decode(struct call *call, struct str body, char **reterr_message);
/* The same check for an input that is already a tree (internal calls). */
const cJSON *json_rpc_coerce(struct call *call, const cJSON *tree, char **reterr_message);
/* A REST body as this shape: of a structure only the members that stand in the body. */
cJSON *json_rpc_decode_body(struct arena *arena, const struct shape *shape, struct str body, char **reterr_message);
/* An error's further members, each behind a comma where one is due. */
void json_rpc_print_extra(struct buf *body, const struct api_error *error);
void json_rpc_encode(struct call *call, enum outcome outcome, struct wire_reply *reply);

#endif
