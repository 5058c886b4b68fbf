/* Users: table "iam.user", rows as holder.h says and
 *     "groups":["key of the group's row"], "keys":[{"AccessKeyId","Status","CreateDate"(ms),"secret"}]
 * An active key stands in world/account.h's rows too, where it opens the account as this user. */
#ifndef IAM_USER_H
#define IAM_USER_H

#include "aws/call.h"

extern const struct table_def iam_users;

/* For operations whose UserName may be left out: the user who calls. NULL: no such user, or nobody's user calls; the call
 * has failed. */
struct json *user_of_call(struct call *call, enum outcome *ret_failed);

enum outcome create_user(struct call *call);
enum outcome get_user(struct call *call);
enum outcome list_users(struct call *call);
enum outcome update_user(struct call *call);
enum outcome delete_user(struct call *call);
/* access_key.c */
enum outcome create_access_key(struct call *call);
enum outcome delete_access_key(struct call *call);
enum outcome update_access_key(struct call *call);
enum outcome list_access_keys(struct call *call);
enum outcome get_access_key_last_used(struct call *call);
/* The keys of this row that are active open the account as the user that the row names: after it was renamed. */
void access_keys_follow(struct call *call, const cJSON *user);

#endif
