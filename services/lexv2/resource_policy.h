/* Policies on bots and aliases. Table "lexv2.policy", key = the ARN: {"policy": the document's text, "revisionId": "1"} */
#ifndef LEXV2_RESOURCE_POLICY_H
#define LEXV2_RESOURCE_POLICY_H

#include "aws/service.h"

extern const struct table_def lexv2_policy_table;

/* service.guard, of both services of Lex: what stands before a bot or an alias. */
bool lexv2_policy_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                        struct resource_guard *ret_guard);

#endif
