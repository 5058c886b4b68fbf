/* Tags of what has an ARN: bots, aliases, test sets. Table "lexv2.tag", key = the ARN: {"tags": {KEY: VALUE}} */
#ifndef LEXV2_TAG_H
#define LEXV2_TAG_H

#include "aws/call.h"

extern const struct table_def lexv2_tag_table;

/* ARNs, in the call's arena. */
struct str lexv2_bot_arn(struct call *call, struct str bot_id);
struct str lexv2_alias_arn(struct call *call, struct str bot_id, struct str alias_id);
struct str lexv2_test_set_arn(struct call *call, struct str id);
/* Does it name a bot, an alias or a test set that is there? */
bool lexv2_arn_is_known(struct call *call, struct str arn);

/* Adds these tags; false: the call was failed and nothing is changed. */
bool lexv2_tag_put(struct call *call, struct str arn, const cJSON *tags_or_null);
bool lexv2_tag_check(struct call *call, const cJSON *tags_or_null); /* false: the call was failed */
/* The tags of a resource that is new, unchecked. */
void lexv2_tag_begin(struct world *world, struct scope scope, struct str arn, const cJSON *tags_or_null);
/* Tags and policy go, with the resource. */
void lexv2_forget_arn(struct call *call, struct str arn);

#endif
