/* Those who hold policies: roles, users and groups. What they have in common is written once, for a call that names one by
 * RoleName, UserName or GroupName. One row each, in the kind's table, key = the name in lower case:
 *     {"<Kind>Name","Path","<Kind>Id","Arn","CreateDate"(ms),"PermissionsBoundary"(ARN),"Tags":[{"Key","Value"}],
 *      "inline":{"name":"document"},"attached":["policy ARN"]}, and what role.h, user.h and group.h say. */
#ifndef IAM_HOLDER_H
#define IAM_HOLDER_H

#include "aws/call.h"

struct holder_kind {
    const char *noun, *title; /* "role", "Role" */
    const char *name, *id;    /* members: "RoleName", "RoleId" */
    const char *id_prefix;    /* "AROA" */
    const char *listed_for;   /* of ListEntitiesForPolicy: "PolicyRoles" */
    const struct table_def *table;
    /* Quotas: "IAM and AWS STS quotas" of the user guide. */
    size_t most;       /* in an account */
    int inline_most;   /* characters of inline policies, without white space */
    int attached_most; /* managed policies */
};

extern const struct holder_kind holder_role, holder_user, holder_group;
extern const struct holder_kind *const holder_kinds[]; /* ends with NULL */

/* A borrowed row; NULL: there is none. `arn_or_name` may be "arn:aws:iam::A:role/path/name": then the account must be A. */
struct json *holder_get(struct world *world, const char *account, const struct holder_kind *kind,
                        struct str arn_or_name);
/* The one whom the call names in the member kind->name, or a failed call (NoSuchEntity). */
struct json *holder_of_call(struct call *call, const struct holder_kind *kind, enum outcome *ret_failed);
/* The kind that the call's operation is about, by its input; NULL: none. */
const struct holder_kind *holder_kind_of(const struct call *call);
void holder_put(struct call *call, const struct holder_kind *kind, cJSON *row_taken);
void holder_delete(struct call *call, const struct holder_kind *kind, const cJSON *row);

/* A new row for the call's name, Path and Tags, to be filled and put; NULL: the name is taken, or a quota is full. */
cJSON *holder_new(struct call *call, const struct holder_kind *kind, enum outcome *ret_failed);
/* Gives a row another name or path, where the input has NewPath or the member `new_name`; false: the name is taken. The
 * row that stands under the old name goes away. */
bool holder_rename(struct call *call, const struct holder_kind *kind, cJSON *row, const char *new_name,
                   enum outcome *ret_failed);
/* What each answer about it begins with; with `whole` also its boundary and tags, which listings leave out. */
cJSON *holder_output(const struct holder_kind *kind, const cJSON *row, bool whole);
enum outcome holder_list(struct call *call, const struct holder_kind *kind, const char *member,
                         cJSON *(*item)(struct call *call, const cJSON *row));
/* False: policies hold on to it, so it cannot be deleted; the call has failed. */
bool holder_is_bare(struct call *call, const cJSON *row, enum outcome *ret_failed);

/* service.resource: the ARN of the one whom the call is about, with its path, which the input does not tell. */
struct str holder_resource(struct call *call);

/* TagRole, TagUser, … */
enum outcome tag_holder(struct call *call);
enum outcome untag_holder(struct call *call);
enum outcome list_holder_tags(struct call *call);
/* holder_policy.c: PutRolePolicy, PutUserPolicy, PutGroupPolicy, … */
enum outcome put_holder_policy(struct call *call);
enum outcome get_holder_policy(struct call *call);
enum outcome delete_holder_policy(struct call *call);
enum outcome list_holder_policies(struct call *call);
enum outcome attach_holder_policy(struct call *call);
enum outcome detach_holder_policy(struct call *call);
enum outcome list_attached_holder_policies(struct call *call);
/* {"PolicyName","PolicyArn"} of an element of "attached". */
cJSON *holder_attached_policy(struct call *call, const cJSON *element);
/* PutRolePermissionsBoundary, PutUserPermissionsBoundary, … */
enum outcome put_holder_boundary(struct call *call);
enum outcome delete_holder_boundary(struct call *call);
/* The input's PermissionsBoundary, where it has one, is a policy. */
bool holder_boundary_is_good(struct call *call, enum outcome *ret_failed);
/* Sets a row's boundary, or takes it away, and counts its use. */
void holder_bound(struct call *call, cJSON *row, struct str arn_or_none);

#endif
