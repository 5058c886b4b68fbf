/* Instance profiles: table "iam.instanceProfile", key = the name in lower case, one row each:
 *     {"InstanceProfileName","Path","InstanceProfileId","Arn","CreateDate"(ms),"Tags","role":"key of the role's row"} */
#ifndef IAM_INSTANCE_PROFILE_H
#define IAM_INSTANCE_PROFILE_H

#include "aws/call.h"

extern const struct table_def iam_instance_profiles;

/* Those that this role is in; while there is one it cannot be deleted. */
cJSON *instance_profiles_of(struct call *call, struct str role_name);

enum outcome create_instance_profile(struct call *call);
enum outcome get_instance_profile(struct call *call);
enum outcome list_instance_profiles(struct call *call);
enum outcome list_instance_profiles_for_role(struct call *call);
enum outcome delete_instance_profile(struct call *call);
enum outcome add_role_to_instance_profile(struct call *call);
enum outcome remove_role_from_instance_profile(struct call *call);
enum outcome tag_instance_profile(struct call *call);
enum outcome untag_instance_profile(struct call *call);
enum outcome list_instance_profile_tags(struct call *call);

#endif
