/* Roles: table "iam.role", key = the name in lower case, one row a role:
 *     {"RoleName","Path","RoleId","Arn","CreateDate"(ms),"AssumeRolePolicyDocument"(text),"Description","MaxSessionDuration",
 *      "PermissionsBoundary","Tags":[{"Key","Value"}],"inline":{"name":"document"},"attached":["policy ARN"]} */
#ifndef IAM_ROLE_H
#define IAM_ROLE_H

#include "aws/call.h"

extern const struct table_def iam_roles;

/* A borrowed row; NULL: there is none. `arn_or_name` may be "arn:aws:iam::A:role/path/name": then the account must be A. */
struct json *role_get(struct world *world, const char *account, struct str arn_or_name);
/* For handlers: the role named by RoleName, or a failed call (NoSuchEntity). */
struct json *role_of_call(struct call *call, enum outcome *ret_failed);
void role_put(struct call *call, cJSON *row_taken);

enum outcome create_role(struct call *call);
enum outcome get_role(struct call *call);
enum outcome list_roles(struct call *call);
enum outcome update_role(struct call *call);
enum outcome update_role_description(struct call *call);
enum outcome update_assume_role_policy(struct call *call);
enum outcome delete_role(struct call *call);
enum outcome tag_role(struct call *call);
enum outcome untag_role(struct call *call);
enum outcome list_role_tags(struct call *call);
enum outcome list_instance_profiles_for_role(struct call *call);
/* role_policy.c */
enum outcome put_role_policy(struct call *call);
enum outcome get_role_policy(struct call *call);
enum outcome delete_role_policy(struct call *call);
enum outcome list_role_policies(struct call *call);
enum outcome attach_role_policy(struct call *call);
enum outcome detach_role_policy(struct call *call);
enum outcome list_attached_role_policies(struct call *call);

#endif
