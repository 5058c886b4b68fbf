/* Roles: table "iam.role", rows as holder.h says and "AssumeRolePolicyDocument"(text), "Description", "MaxSessionDuration". */
#ifndef IAM_ROLE_H
#define IAM_ROLE_H

#include "aws/call.h"

extern const struct table_def iam_roles;

/* holder_get() of a role. */
struct json *role_get(struct world *world, const char *account, struct str arn_or_name);
/* As it stands in lists. */
cJSON *role_listed(struct call *call, const cJSON *row);

enum outcome create_role(struct call *call);
enum outcome get_role(struct call *call);
enum outcome list_roles(struct call *call);
enum outcome update_role(struct call *call);
enum outcome update_role_description(struct call *call);
enum outcome update_assume_role_policy(struct call *call);
enum outcome delete_role(struct call *call);

#endif
