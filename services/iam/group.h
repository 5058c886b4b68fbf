/* Groups: table "iam.group", rows as holder.h says. Who is in one stands in the users' rows. */
#ifndef IAM_GROUP_H
#define IAM_GROUP_H

#include "aws/call.h"

extern const struct table_def iam_groups;

/* The row of a group by an element of a user's "groups"; borrowed. */
struct json *group_of_user(struct world *world, const char *account, const cJSON *element);

enum outcome create_group(struct call *call);
enum outcome get_group(struct call *call);
enum outcome list_groups(struct call *call);
enum outcome update_group(struct call *call);
enum outcome delete_group(struct call *call);
enum outcome add_user_to_group(struct call *call);
enum outcome remove_user_from_group(struct call *call);
enum outcome list_groups_for_user(struct call *call);

#endif
