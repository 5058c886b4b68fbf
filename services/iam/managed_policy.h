/* Managed policies: the customer's own in table "iam.policy", key = ARN, one row a policy with all its versions:
 *     {"PolicyName","PolicyId","Arn","Path","Description","CreateDate"(ms),"UpdateDate"(ms),"DefaultVersionId","AttachmentCount",
 *      "Tags","next":3,"versions":[{"VersionId","Document"(text),"CreateDate"(ms)}]}
 * and AWS's own (aws_managed.c), which stand in every account. */
#ifndef IAM_MANAGED_POLICY_H
#define IAM_MANAGED_POLICY_H

#include "aws/call.h"

extern const struct table_def iam_policies;

/* The default version's text, borrowed from the row or static; false: no such policy. ret may be NULL. */
bool managed_policy_document(struct world *world, const char *account, struct str arn, struct str *ret_document);
/* One use more or less, in the member "AttachmentCount" or "PermissionsBoundaryUsageCount"; AWS's own are not counted. */
void managed_policy_count(struct call *call, struct str arn, const char *member, int change);

/* As GetAccountAuthorizationDetails tells it: with all its versions. */
cJSON *managed_policy_detail(struct call *call, const cJSON *row);

enum outcome create_policy(struct call *call);
enum outcome get_policy(struct call *call);
enum outcome list_policies(struct call *call);
enum outcome delete_policy(struct call *call);
enum outcome create_policy_version(struct call *call);
enum outcome get_policy_version(struct call *call);
enum outcome list_policy_versions(struct call *call);
enum outcome delete_policy_version(struct call *call);
enum outcome set_default_policy_version(struct call *call);
enum outcome list_entities_for_policy(struct call *call);
enum outcome tag_policy(struct call *call);
enum outcome untag_policy(struct call *call);
enum outcome list_policy_tags(struct call *call);

/* ---- aws_managed.c ---- */
struct aws_managed {
    const char *arn, *name, *path, *id, *version, *document;
};
const struct aws_managed *aws_managed_policies(size_t *ret_count);
const struct aws_managed *aws_managed_find(struct str arn);

#endif
