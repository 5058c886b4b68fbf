/* What is told of an account as a whole, and its alias: table "iam.account", key "alias", {"AccountAlias"}. */
#ifndef IAM_ACCOUNT_H
#define IAM_ACCOUNT_H

#include "aws/call.h"

extern const struct table_def iam_account;

enum outcome get_account_summary(struct call *call);
enum outcome get_account_authorization_details(struct call *call);
enum outcome create_account_alias(struct call *call);
enum outcome delete_account_alias(struct call *call);
enum outcome list_account_aliases(struct call *call);

#endif
