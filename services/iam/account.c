#include "services/iam/account.h"

#include "aws/page.h"
#include "services/iam/entity.h"
#include "services/iam/group.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/instance_profile.h"
#include "services/iam/managed_policy.h"

const struct table_def iam_account = { .name = "iam.account" };

/* ---- the summary ---- */

static int64_t count_of(struct call *call, const struct table_def *table)
{
    return (int64_t)store_count(call->world->store, call_scope(call), table);
}

/* With the quotas that are enforced here. */
enum outcome get_account_summary(struct call *call)
{
    const struct {
        const char *name;
        int64_t value;
    } entries[] = {
        { "Users", count_of(call, holder_user.table) },
        { "UsersQuota", (int64_t)holder_user.most },
        { "Groups", count_of(call, holder_group.table) },
        { "GroupsQuota", (int64_t)holder_group.most },
        { "Roles", count_of(call, holder_role.table) },
        { "RolesQuota", (int64_t)holder_role.most },
        { "InstanceProfiles", count_of(call, &iam_instance_profiles) },
        { "InstanceProfilesQuota", 1000 },
        { "Policies", count_of(call, &iam_policies) },
        { "PoliciesQuota", 1500 },
        { "PolicySizeQuota", 6144 },
        { "VersionsPerPolicyQuota", 5 },
        { "GroupsPerUserQuota", 10 },
        { "AccessKeysPerUserQuota", 2 },
        { "AttachedPoliciesPerUserQuota", holder_user.attached_most },
        { "AttachedPoliciesPerGroupQuota", holder_group.attached_most },
        { "AttachedPoliciesPerRoleQuota", holder_role.attached_most },
        { "UserPolicySizeQuota", holder_user.inline_most },
        { "GroupPolicySizeQuota", holder_group.inline_most },
        { "RolePolicySizeQuota", holder_role.inline_most },
        { "AssumeRolePolicySizeQuota", 2048 },
        { "MFADevices", 0 },
        { "MFADevicesInUse", 0 },
        { "AccountMFAEnabled", 0 },
        { "AccountAccessKeysPresent", 1 },
    };
    cJSON *summary = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        json_set_int64(summary, entries[i].name, entries[i].value);
    output_json(call, "SummaryMap", summary);
    return CALL_DONE;
}

/* ---- everything at once ---- */

struct detail_kind {
    const char *filter, *member; /* "User", "UserDetailList" */
    const struct table_def *table;
    cJSON *(*detail)(struct call *call, const cJSON *row);
};

static cJSON *documents_of(struct call *call, const cJSON *row)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(row, "inline"))
    {
        cJSON *policy = cJSON_CreateObject();
        json_set_string(policy, "PolicyName", one->string);
        entity_set_document(call, policy, "PolicyDocument", json_value(one));
        json_add(list, policy);
    }
    return list;
}

static cJSON *holder_detail(struct call *call, const struct holder_kind *kind, const cJSON *row,
                            const char *documents_member)
{
    cJSON *detail = holder_output(kind, row, kind != &holder_group), *attached = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(row, "attached")) json_add(attached, holder_attached_policy(call, one));
    json_set(detail, documents_member, documents_of(call, row));
    json_set(detail, "AttachedManagedPolicies", attached);
    return detail;
}

static cJSON *user_detail(struct call *call, const cJSON *row)
{
    cJSON *detail = holder_detail(call, &holder_user, row, "UserPolicyList"), *groups = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(row, "groups"))
    {
        struct json *group = group_of_user(call->world, call->caller.account, one);
        json_add(groups, json_new_string(json_str(json_root(group), "GroupName")));
    }
    json_set(detail, "GroupList", groups);
    return detail;
}

static cJSON *group_detail(struct call *call, const cJSON *row)
{
    return holder_detail(call, &holder_group, row, "GroupPolicyList");
}

static cJSON *role_detail(struct call *call, const cJSON *row)
{
    cJSON *detail = holder_detail(call, &holder_role, row, "RolePolicyList");
    entity_set_document(call, detail, "AssumeRolePolicyDocument", json_str(row, "AssumeRolePolicyDocument"));
    json_set(detail, "InstanceProfileList", instance_profiles_of(call, json_str(row, "RoleName")));
    json_set(detail, "RoleLastUsed", cJSON_CreateObject());
    return detail;
}

static bool is_wanted(struct call *call, const char *filter)
{
    const cJSON *one, *wanted = json_get(call->input, "Filter");
    bool any = !wanted || !wanted->child;
    cJSON_ArrayForEach(one, wanted) any = any || str_is(json_value(one), filter);
    return any;
}

#define DETAILS_ITEMS 100
#define DETAILS_PAGES "details"

/* Where a page begins: "2:key" is behind that key in the third kind. */
static bool read_place(struct call *call, size_t *ret_kind, struct str *ret_after)
{
    struct str place;
    *ret_kind = 0;
    *ret_after = STR_NONE;
    if (!input_has(call, "Marker"))
        return true;
    if (!page_place(call, input_str(call, "Marker"), STR(DETAILS_PAGES), &place) || place.length < 2)
        return false;
    *ret_kind = (size_t)(place.at[0] - '0');
    *ret_after = str_from(place, 2);
    return true;
}

/* AWS lists its own policies too where they are attached; the customer's are all that is told here. */
enum outcome get_account_authorization_details(struct call *call)
{
    const struct detail_kind kinds[] = {
        { "User", "UserDetailList", holder_user.table, user_detail },
        { "Group", "GroupDetailList", holder_group.table, group_detail },
        { "Role", "RoleDetailList", holder_role.table, role_detail },
        { "LocalManagedPolicy", "Policies", &iam_policies, managed_policy_detail },
    };
    size_t first;
    struct str after;
    if (!read_place(call, &first, &after))
        return call_fail(call, &ERROR_VALIDATION, "Invalid Marker.");
    int64_t left = input_int64(call, "MaxItems", DETAILS_ITEMS);
    const char *last = "";
    bool more = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        cJSON *list = cJSON_CreateArray();
        output_json(call, kinds[i].member, list);
        if (i < first || more || !is_wanted(call, kinds[i].filter))
            continue;
        struct cursor at = store_seek(call->world->store, call_scope(call), kinds[i].table, NULL,
                                      i == first ? after : STR_NONE, false);
        while (!more && store_next(&at)) {
            more = left-- == 0;
            if (more) {
                store_close(&at);
                break;
            }
            json_add(list, kinds[i].detail(call, json_root(at.row)));
            last = arena_printf(call->arena, "%zu:%.*s", i, STR_ARG(at.key));
        }
    }
    output_bool(call, "IsTruncated", more);
    if (more)
        output_string(call, "Marker", page_token(call, str_of(last), STR(DETAILS_PAGES)));
    return CALL_DONE;
}

/* ---- the alias ---- */

static struct json *alias_row(struct call *call)
{
    return store_get(call->world->store, call_scope(call), &iam_account, STR("alias"));
}

/* A new one takes the place of the old: an account has one at most. Other accounts' are not compared. */
enum outcome create_account_alias(struct call *call)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "AccountAlias", input_str(call, "AccountAlias"));
    store_put(call->world->store, call_scope(call), &iam_account, STR("alias"), json_seal(row));
    return CALL_DONE;
}

enum outcome delete_account_alias(struct call *call)
{
    struct json *row = alias_row(call);
    if (!row || !str_equal(json_str(json_root(row), "AccountAlias"), input_str(call, "AccountAlias")))
        return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The account alias %s cannot be found.",
                         input_string(call, "AccountAlias"));
    store_delete(call->world->store, call_scope(call), &iam_account, STR("alias"));
    return CALL_DONE;
}

enum outcome list_account_aliases(struct call *call)
{
    struct json *row = alias_row(call);
    cJSON *list = cJSON_CreateArray();
    if (row)
        json_add(list, json_new_string(json_str(json_root(row), "AccountAlias")));
    output_json(call, "AccountAliases", list);
    output_bool(call, "IsTruncated", false);
    return CALL_DONE;
}
