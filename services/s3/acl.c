#include "services/s3/acl.h"

#include "services/s3/configuration.h"
#include "services/s3/fault.h"
#include "services/s3/object.h"

#define ALL_USERS           "http://acs.amazonaws.com/groups/global/AllUsers"
#define AUTHENTICATED_USERS "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
#define LOG_DELIVERY        "http://acs.amazonaws.com/groups/s3/LogDelivery"
#define GRANTS_MOST         100

/* ---- making ---- */

static cJSON *new_acl(void)
{
    cJSON *acl = cJSON_CreateObject();
    json_set(acl, "Grants", cJSON_CreateArray());
    return acl;
}

static void add_grant(cJSON *acl, const char *type, const char *member, struct str who, const char *permission)
{
    cJSON *grant = cJSON_CreateObject(), *grantee = cJSON_CreateObject();
    json_set_str(grantee, member, who);
    json_set_string(grantee, "Type", type);
    json_set(grant, "Grantee", grantee);
    json_set_string(grant, "Permission", permission);
    json_add(cJSON_GetObjectItemCaseSensitive(acl, "Grants"), grant);
}

static void add_owner(struct call *call, const struct bucket *bucket, cJSON *acl)
{
    add_grant(acl, "CanonicalUser", "ID", str_of(canonical_id(call->arena, bucket->scope.account)), "FULL_CONTROL");
}

static cJSON *canned_acl(struct call *call, const struct bucket *bucket, struct str name)
{
    static const struct {
        const char *name, *group, *permissions[2];
    } canned[] = { { "public-read", ALL_USERS, { "READ" } },
                   { "public-read-write", ALL_USERS, { "READ", "WRITE" } },
                   { "authenticated-read", AUTHENTICATED_USERS, { "READ" } },
                   { "log-delivery-write", LOG_DELIVERY, { "WRITE", "READ_ACP" } } };
    for (size_t i = 0; i < sizeof canned / sizeof *canned; i++) {
        if (!str_is(name, canned[i].name))
            continue;
        cJSON *acl = new_acl();
        add_owner(call, bucket, acl);
        for (size_t k = 0; k < 2 && canned[i].permissions[k]; k++)
            add_grant(acl, "Group", "URI", str_of(canned[i].group), canned[i].permissions[k]);
        return acl;
    }
    return NULL; /* private, bucket-owner-read, bucket-owner-full-control: the owner's own */
}

/* `id="…", uri="…"` of one x-amz-grant-… header. */
static bool add_granted(struct call *call, cJSON *acl, const char *member, const char *permission)
{
    struct str rest = input_str(call, member);
    while (rest.length) {
        struct str value, kind = str_trim(str_cut(str_trim(str_cut(rest, ',', &rest)), '=', &value));
        value = str_trim(value);
        if (value.length >= 2 && value.at[0] == '"' && value.at[value.length - 1] == '"')
            value = (struct str){ value.at + 1, value.length - 2 };
        if (str_equal_ignoring_case(kind, STR("id")) && value.length)
            add_grant(acl, "CanonicalUser", "ID", value, permission);
        else if (str_equal_ignoring_case(kind, STR("uri")) && value.length)
            add_grant(acl, "Group", "URI", value, permission);
        else if (str_equal_ignoring_case(kind, STR("emailAddress")) && value.length)
            add_grant(acl, "AmazonCustomerByEmail", "EmailAddress", value, permission);
        else {
            s3_fail_argument(call, "Argument format not recognized", member, input_str(call, member));
            return false;
        }
    }
    return true;
}

static const struct {
    const char *member, *permission;
} grant_members[] = { { "GrantFullControl", "FULL_CONTROL" },
                      { "GrantRead", "READ" },
                      { "GrantReadACP", "READ_ACP" },
                      { "GrantWrite", "WRITE" },
                      { "GrantWriteACP", "WRITE_ACP" } };
#define GRANT_MEMBERS (sizeof grant_members / sizeof *grant_members)

static bool says_grants(const struct call *call)
{
    for (size_t i = 0; i < GRANT_MEMBERS; i++)
        if (input_has(call, grant_members[i].member))
            return true;
    return false;
}

static bool is_to_public(const cJSON *acl)
{
    const cJSON *grant;
    cJSON_ArrayForEach(grant, json_get(acl, "Grants"))
    {
        struct str group = json_str(json_get(grant, "Grantee"), "URI");
        if (str_is(group, ALL_USERS) || str_is(group, AUTHENTICATED_USERS))
            return true;
    }
    return false;
}

/* What was asked for is allowed by the bucket's settings; else a failed call and no ACL. */
static bool settle(struct call *call, const struct bucket *bucket, cJSON **acl)
{
    bool good = cJSON_GetArraySize(json_get(*acl, "Grants")) <= GRANTS_MOST;
    if (!good)
        s3_fail_saying(call, &FAULT_INVALID_REQUEST, "An ACL can have up to %d grants.", GRANTS_MOST);
    if (good && is_to_public(*acl) && configuration_blocks(call->world, bucket, "BlockPublicAcls")) {
        s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
        good = false;
    }
    if (!good) {
        cJSON_Delete(*acl);
        *acl = NULL;
    }
    return good;
}

bool acl_of_headers(struct call *call, const struct bucket *bucket, bool enforced, cJSON **ret_acl)
{
    struct str canned = input_str(call, "ACL");
    *ret_acl = NULL;
    if (canned.at && says_grants(call)) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST, "Specifying both Canned ACLs and Header Grants is not allowed");
        return false;
    }
    if (!says_grants(call)) {
        *ret_acl = canned_acl(call, bucket, canned);
    } else {
        *ret_acl = new_acl();
        for (size_t i = 0; i < GRANT_MEMBERS; i++) {
            if (add_granted(call, *ret_acl, grant_members[i].member, grant_members[i].permission))
                continue;
            cJSON_Delete(*ret_acl);
            return false;
        }
    }
    if (!*ret_acl)
        return true;
    /* A new bucket blocks public access from the first. */
    bool makes_bucket = strcmp(call->operation->name, "CreateBucket") == 0;
    const struct s3_fault *fault = enforced && makes_bucket                 ? &FAULT_INVALID_BUCKET_ACL
                                   : enforced                               ? &FAULT_ACL_NOT_SUPPORTED
                                   : makes_bucket && is_to_public(*ret_acl) ? &FAULT_BLOCKED_BUCKET_ACL
                                                                            : NULL;
    if (fault) {
        s3_fail(call, fault, NULL);
        cJSON_Delete(*ret_acl);
        *ret_acl = NULL;
        return false;
    }
    return settle(call, bucket, ret_acl);
}

bool acl_of_new_object(struct call *call, const struct bucket *bucket, cJSON **ret_acl)
{
    *ret_acl = NULL;
    return (!input_has(call, "ACL") && !says_grants(call)) ||
           acl_of_headers(call, bucket, acl_is_enforced(call->world, bucket), ret_acl);
}

bool acl_is_enforced(struct world *world, const struct bucket *bucket)
{
    const cJSON *rules = json_get(configuration_get(world, bucket, "ownershipControls"), "Rules");
    return rules && str_is(json_str(rules->child, "ObjectOwnership"), "BucketOwnerEnforced");
}

/* ---- asking ---- */

static bool grants(const cJSON *acl, bool anonymous, const char *permission)
{
    const cJSON *grant;
    cJSON_ArrayForEach(grant, json_get(acl, "Grants"))
    {
        struct str group = json_str(json_get(grant, "Grantee"), "URI"), may = json_str(grant, "Permission");
        bool named = str_is(group, ALL_USERS) || (!anonymous && str_is(group, AUTHENTICATED_USERS));
        if (named && (str_is(may, permission) || str_is(may, "FULL_CONTROL")))
            return true;
    }
    return false;
}

bool acl_admits(struct call *call, const struct bucket *bucket)
{
    static const struct {
        const char *operation, *permission;
        bool of_object;
    } asked[] = { { "GetObject", "READ", true },        { "HeadObject", "READ", true },
                  { "ListObjects", "READ", false },     { "ListObjectsV2", "READ", false },
                  { "HeadBucket", "READ", false },      { "ListObjectVersions", "READ", false },
                  { "PutObject", "WRITE", false },      { "DeleteObject", "WRITE", false },
                  { "GetObjectAcl", "READ_ACP", true }, { "GetBucketAcl", "READ_ACP", false } };
    if (acl_is_enforced(call->world, bucket) || configuration_blocks(call->world, bucket, "IgnorePublicAcls"))
        return false;
    bool anonymous = call->caller.kind == PRINCIPAL_ANONYMOUS;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct object object;
        if (strcmp(call->operation->name, asked[i].operation) != 0)
            continue;
        if (!asked[i].of_object)
            return grants(json_get(bucket->row, "acl"), anonymous, asked[i].permission);
        struct str key = input_str(call, "Key"), version = input_str(call, "VersionId");
        bool found = version.at ? object_of_version(call, bucket, key, version, &object)
                                : object_newest(call, bucket, key, &object);
        return found && grants(json_get(object.head, "acl"), anonymous, asked[i].permission);
    }
    return false;
}

/* ---- the operations ---- */

static void tell_acl(struct call *call, const struct bucket *bucket, const cJSON *acl)
{
    cJSON *own = NULL;
    if (!acl) {
        own = new_acl();
        add_owner(call, bucket, own);
        acl = own;
    }
    output_json(call, "Owner", owner_of_account(call, bucket->scope.account));
    output_json(call, "Grants", json_thaw(json_get(acl, "Grants")));
    cJSON_Delete(own);
}

/* AccessControlPolicy as it came, which must be the owner's. */
static bool acl_of_body(struct call *call, const struct bucket *bucket, const cJSON *policy, cJSON **ret_acl)
{
    struct str owner = json_str(json_get(policy, "Owner"), "ID");
    if (!owner.at || !json_get(policy, "Grants")) {
        s3_fail(call, &FAULT_MALFORMED_ACL, NULL);
        return false;
    }
    if (!str_is(owner, canonical_id(call->arena, bucket->scope.account))) {
        s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
        return false;
    }
    *ret_acl = cJSON_CreateObject();
    json_set(*ret_acl, "Grants", json_thaw(json_get(policy, "Grants")));
    return settle(call, bucket, ret_acl);
}

/* Where ACLs are switched off even "private" is refused: "The bucket does not allow ACLs". */
static bool acl_of_input(struct call *call, const struct bucket *bucket, cJSON **ret_acl)
{
    const cJSON *policy = json_get(call->input, "AccessControlPolicy");
    *ret_acl = NULL;
    if (acl_is_enforced(call->world, bucket) && !str_is(input_str(call, "ACL"), "bucket-owner-full-control")) {
        s3_fail(call, &FAULT_ACL_NOT_SUPPORTED, NULL);
        return false;
    }
    if (policy)
        return acl_of_body(call, bucket, policy, ret_acl);
    if (input_has(call, "ACL") || says_grants(call))
        return acl_of_headers(call, bucket, false, ret_acl);
    s3_fail_saying(call, &FAULT_INVALID_REQUEST, "Your request was missing a required header or body");
    return false;
}

static cJSON *with_acl(const cJSON *row, cJSON *acl_taken_or_null)
{
    cJSON *changed = json_thaw(row);
    if (acl_taken_or_null)
        json_set(changed, "acl", acl_taken_or_null);
    else
        cJSON_DeleteItemFromObjectCaseSensitive(changed, "acl");
    return changed;
}

enum outcome get_bucket_acl(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    tell_acl(call, &bucket, json_get(bucket.row, "acl"));
    return CALL_DONE;
}

enum outcome put_bucket_acl(struct call *call)
{
    struct bucket bucket;
    cJSON *acl;
    if (!bucket_of_call(call, &bucket) || !acl_of_input(call, &bucket, &acl))
        return CALL_FAILED;
    bucket_change(call, &bucket, with_acl(bucket.row, acl));
    return CALL_DONE;
}

enum outcome get_object_acl(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!bucket_of_call(call, &bucket) || !object_of_call(call, &bucket, &object))
        return CALL_FAILED;
    tell_acl(call, &bucket, json_get(object.head, "acl"));
    return CALL_DONE;
}

enum outcome put_object_acl(struct call *call)
{
    struct bucket bucket;
    struct object object;
    cJSON *acl;
    if (!bucket_of_call(call, &bucket) || !object_of_call(call, &bucket, &object) || !acl_of_input(call, &bucket, &acl))
        return CALL_FAILED;
    object_change(call, &bucket, &object, with_acl(object.head, acl));
    return CALL_DONE;
}
