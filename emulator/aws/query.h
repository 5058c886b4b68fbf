/* The Query protocol: a form (or a query string) with Action, Version and dotted member names; answers in XML. */
#ifndef AWS_QUERY_H
#define AWS_QUERY_H

#include "aws/road.h"

/* The Action parameter of a form, STR_NONE where there is none. */
struct str query_action(struct arena *arena, struct str form);
const cJSON *query_decode(struct call *call, struct str form, char **reterr_message);
void query_encode(struct call *call, enum outcome outcome, struct wire_reply *reply);

#endif
