#include "services/iam/managed_policy.h"

#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "world/clock.h"

const struct table_def iam_policies = { .name = "iam.policy" };

#define DOCUMENT_MOST 6144
#define VERSIONS_MOST 5
#define POLICIES_MOST 1500

#define AWS_CREATED_MS 1423194000000 /* the first of AWS's own: 2015-02-06 */

static struct json *policy_row(struct world *world, const char *account, struct str arn)
{
    return store_get(world->store, (struct scope){ account, "" }, &iam_policies, arn);
}

static const cJSON *version_of(const cJSON *policy, struct str id)
{
    const cJSON *version;
    cJSON_ArrayForEach(version, json_get(policy, "versions"))
    {
        if (str_equal(json_str(version, "VersionId"), id))
            return version;
    }
    return NULL;
}

bool managed_policy_document(struct world *world, const char *account, struct str arn, struct str *ret_document)
{
    struct str document;
    const struct aws_managed *aws = aws_managed_find(arn);
    if (aws) {
        document = str_of(aws->document);
    } else {
        struct json *row = policy_row(world, account, arn);
        if (!row)
            return false;
        document = json_str(version_of(json_root(row), json_str(json_root(row), "DefaultVersionId")), "Document");
    }
    if (ret_document)
        *ret_document = document;
    return true;
}

void managed_policy_count(struct call *call, struct str arn, const char *member, int change)
{
    struct json *row = policy_row(call->world, call->caller.account, arn);
    if (!row)
        return;
    cJSON *changed = json_thaw(json_root(row));
    json_set_int64(changed, member, json_int64(changed, member, 0) + change);
    store_put(call->world->store, call_scope(call), &iam_policies, arn, json_seal(changed));
}

static enum outcome not_found(struct call *call)
{
    return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Policy %s was not found.", input_string(call, "PolicyArn"));
}

static struct json *row_of_call(struct call *call)
{
    return policy_row(call->world, call->caller.account, input_str(call, "PolicyArn"));
}

static void put_row(struct call *call, cJSON *row_taken)
{
    struct str arn = arena_str(call->arena, json_str(row_taken, "Arn"));
    store_put(call->world->store, call_scope(call), &iam_policies, arn, json_seal(row_taken));
}

static bool size_is_good(struct call *call, struct str document, enum outcome *ret_failed)
{
    if (document_size(document) <= DOCUMENT_MOST)
        return true;
    *ret_failed = call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for PolicySize: %d",
                            DOCUMENT_MOST);
    return false;
}

static cJSON *new_version(struct call *call, int64_t number, struct str document)
{
    cJSON *version = cJSON_CreateObject();
    json_set_string(version, "VersionId", arena_printf(call->arena, "v%lld", (long long)number));
    json_set_str(version, "Document", document);
    json_set_int64(version, "CreateDate", clock_now(call->world->clock) / 1000 * 1000);
    return version;
}

static cJSON *policy_output(const cJSON *row, bool whole)
{
    cJSON *policy = cJSON_CreateObject();
    entity_copy(policy, "PolicyName", row);
    entity_copy(policy, "PolicyId", row);
    entity_copy(policy, "Arn", row);
    entity_copy(policy, "Path", row);
    entity_copy(policy, "DefaultVersionId", row);
    json_set_int64(policy, "AttachmentCount", json_int64(row, "AttachmentCount", 0));
    json_set_int64(policy, "PermissionsBoundaryUsageCount", json_int64(row, "PermissionsBoundaryUsageCount", 0));
    json_set_bool(policy, "IsAttachable", true);
    entity_copy_time(policy, "CreateDate", row);
    entity_copy_time(policy, "UpdateDate", row);
    if (!whole)
        return policy;
    entity_copy(policy, "Description", row);
    entity_copy(policy, "Tags", row);
    return policy;
}

static cJSON *aws_output(const struct aws_managed *aws)
{
    cJSON *policy = cJSON_CreateObject();
    json_set_string(policy, "PolicyName", aws->name);
    json_set_string(policy, "PolicyId", aws->id);
    json_set_string(policy, "Arn", aws->arn);
    json_set_string(policy, "Path", aws->path);
    json_set_string(policy, "DefaultVersionId", aws->version);
    json_set_int64(policy, "AttachmentCount", 0);
    json_set_int64(policy, "PermissionsBoundaryUsageCount", 0);
    json_set_bool(policy, "IsAttachable", true);
    json_set(policy, "CreateDate", json_new_time(AWS_CREATED_MS));
    json_set(policy, "UpdateDate", json_new_time(AWS_CREATED_MS));
    return policy;
}

enum outcome create_policy(struct call *call)
{
    enum outcome failed;
    const char *name = input_string(call, "PolicyName"),
               *path = input_has(call, "Path") ? input_string(call, "Path") : "/";
    struct str document = input_str(call, "PolicyDocument");
    const char *arn = entity_arn(call, "policy", path, name);
    struct store *store = call->world->store;
    if (policy_row(call->world, call->caller.account, str_of(arn)))
        return call_fail(call, &IAM_ENTITY_ALREADY_EXISTS_EXCEPTION,
                         "A policy called %s already exists. Duplicate names are not allowed.", name);
    if (!document_is_good(call, document, POLICY_IDENTITY, &failed) || !size_is_good(call, document, &failed))
        return failed;
    if (store_count(store, call_scope(call), &iam_policies) >= POLICIES_MOST)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for PoliciesPerAccount: %d",
                         POLICIES_MOST);
    cJSON *tags = entity_tags_merged(call, NULL, json_get(call->input, "Tags"), &failed);
    if (!tags)
        return failed;

    int64_t now = clock_now(call->world->clock) / 1000 * 1000;
    cJSON *row = cJSON_CreateObject(), *versions = cJSON_CreateArray();
    json_add(versions, new_version(call, 1, document));
    json_set_string(row, "PolicyName", name);
    json_set_string(row, "PolicyId", entity_id(call, "ANPA"));
    json_set_string(row, "Arn", arn);
    json_set_string(row, "Path", path);
    json_set_string(row, "Description", input_string(call, "Description"));
    json_set_int64(row, "CreateDate", now);
    json_set_int64(row, "UpdateDate", now);
    json_set_string(row, "DefaultVersionId", "v1");
    json_set_int64(row, "AttachmentCount", 0);
    json_set(row, "Tags", tags);
    json_set_int64(row, "next", 2);
    json_set(row, "versions", versions);
    output_json(call, "Policy", policy_output(row, false));
    put_row(call, row);
    return CALL_DONE;
}

enum outcome get_policy(struct call *call)
{
    const struct aws_managed *aws = aws_managed_find(input_str(call, "PolicyArn"));
    struct json *row = row_of_call(call);
    if (!aws && !row)
        return not_found(call);
    output_json(call, "Policy", aws ? aws_output(aws) : policy_output(json_root(row), true));
    return CALL_DONE;
}

struct policy_filter {
    struct str prefix;
    bool only_attached;
};

static bool add_policy(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct policy_filter *filter = data;
    if (!str_starts(json_str(row, "Path"), filter->prefix) ||
        (filter->only_attached && json_int64(row, "AttachmentCount", 0) == 0))
        return false;
    json_add(list, policy_output(row, false));
    return true;
}

/* The last one first, each before all others: some of cJSON's releases refuse to insert anywhere but there or at the end. */
static void put_aws_first(cJSON *list, struct str path_prefix)
{
    size_t count;
    const struct aws_managed *policies = aws_managed_policies(&count);
    while (count--) {
        if (str_starts(str_of(policies[count].path), path_prefix))
            cJSON_InsertItemInArray(list, 0, aws_output(&policies[count]));
    }
}

/* AWS's own come first, all on the first page: they are few. */
enum outcome list_policies(struct call *call)
{
    const char *scope = input_has(call, "Scope") ? input_string(call, "Scope") : "All";
    struct policy_filter filter = { input_has(call, "PathPrefix") ? input_str(call, "PathPrefix") : STR("/"),
                                    input_bool(call, "OnlyAttached", false) };
    bool with_aws = strcmp(scope, "Local") != 0 && !filter.only_attached && !input_has(call, "Marker");
    if (strcmp(scope, "AWS") == 0) {
        output_json(call, "Policies", cJSON_CreateArray());
        output_bool(call, "IsTruncated", false);
    } else {
        enum outcome outcome = entity_list(
            call, &(struct entity_listing){ &iam_policies, "Policies", filter.prefix, add_policy, &filter });
        if (outcome != CALL_DONE)
            return outcome;
    }
    if (with_aws)
        put_aws_first(cJSON_GetObjectItemCaseSensitive(call_output(call), "Policies"), filter.prefix);
    return CALL_DONE;
}

enum outcome delete_policy(struct call *call)
{
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    if (json_int64(json_root(row), "AttachmentCount", 0) > 0 ||
        json_int64(json_root(row), "PermissionsBoundaryUsageCount", 0) > 0)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION, "Cannot delete a policy attached to entities.");
    if (cJSON_GetArraySize(json_get(json_root(row), "versions")) > 1)
        return call_fail(
            call, &IAM_DELETE_CONFLICT_EXCEPTION,
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy.");
    store_delete(call->world->store, call_scope(call), &iam_policies, input_str(call, "PolicyArn"));
    return CALL_DONE;
}

/* ---- versions ---- */

static cJSON *version_output(struct call *call, const cJSON *policy, const cJSON *version, bool with_document)
{
    cJSON *output = cJSON_CreateObject();
    if (with_document)
        entity_set_document(call, output, "Document", json_str(version, "Document"));
    entity_copy(output, "VersionId", version);
    json_set_bool(output, "IsDefaultVersion",
                  str_equal(json_str(version, "VersionId"), json_str(policy, "DefaultVersionId")));
    entity_copy_time(output, "CreateDate", version);
    return output;
}

cJSON *managed_policy_detail(struct call *call, const cJSON *row)
{
    cJSON *detail = policy_output(row, false), *versions = cJSON_CreateArray();
    const cJSON *version;
    cJSON_ArrayForEach(version, json_get(row, "versions"))
        cJSON_InsertItemInArray(versions, 0, version_output(call, row, version, true)); /* newest first */
    entity_copy(detail, "Description", row);
    json_set(detail, "PolicyVersionList", versions);
    return detail;
}

enum outcome create_policy_version(struct call *call)
{
    enum outcome failed;
    struct str document = input_str(call, "PolicyDocument");
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    if (!document_is_good(call, document, POLICY_IDENTITY, &failed) || !size_is_good(call, document, &failed))
        return failed;
    if (cJSON_GetArraySize(json_get(json_root(row), "versions")) >= VERSIONS_MOST)
        return call_fail(
            call, &IAM_LIMIT_EXCEEDED_EXCEPTION,
            "A managed policy can have up to %d versions. Before you create a new version, you must delete an "
            "existing version.",
            VERSIONS_MOST);
    cJSON *changed = json_thaw(json_root(row));
    int64_t number = json_int64(changed, "next", 2);
    cJSON *version = new_version(call, number, document);
    json_set_int64(changed, "next", number + 1);
    json_set_int64(changed, "UpdateDate", json_int64(version, "CreateDate", 0));
    if (input_bool(call, "SetAsDefault", false))
        json_set_str(changed, "DefaultVersionId", json_str(version, "VersionId"));
    json_add(cJSON_GetObjectItemCaseSensitive(changed, "versions"), version);
    output_json(call, "PolicyVersion", version_output(call, changed, version, false));
    put_row(call, changed);
    return CALL_DONE;
}

static enum outcome no_version(struct call *call)
{
    return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Policy %s version %s does not exist or is not attachable.",
                     input_string(call, "PolicyArn"), input_string(call, "VersionId"));
}

/* Only the default version of AWS's own is kept here. */
static cJSON *aws_version_output(const struct aws_managed *aws)
{
    cJSON *version = cJSON_CreateObject();
    json_set_string(version, "VersionId", aws->version);
    json_set_bool(version, "IsDefaultVersion", true);
    json_set(version, "CreateDate", json_new_time(AWS_CREATED_MS));
    return version;
}

enum outcome get_policy_version(struct call *call)
{
    const struct aws_managed *aws = aws_managed_find(input_str(call, "PolicyArn"));
    struct json *row = row_of_call(call);
    if (aws) {
        if (!str_is(input_str(call, "VersionId"), aws->version))
            return no_version(call);
        cJSON *version = aws_version_output(aws);
        entity_set_document(call, version, "Document", str_of(aws->document));
        output_json(call, "PolicyVersion", version);
        return CALL_DONE;
    }
    if (!row)
        return not_found(call);
    const cJSON *version = version_of(json_root(row), input_str(call, "VersionId"));
    if (!version)
        return no_version(call);
    output_json(call, "PolicyVersion", version_output(call, json_root(row), version, true));
    return CALL_DONE;
}

enum outcome list_policy_versions(struct call *call)
{
    const struct aws_managed *aws = aws_managed_find(input_str(call, "PolicyArn"));
    struct json *row = row_of_call(call);
    if (!row && !aws)
        return not_found(call);
    cJSON *list = cJSON_CreateArray();
    const cJSON *version, *versions = row ? json_get(json_root(row), "versions") : NULL;
    if (aws)
        json_add(list, aws_version_output(aws));
    cJSON_ArrayForEach(version, versions)
        cJSON_InsertItemInArray(list, 0, version_output(call, json_root(row), version, false)); /* newest first */
    output_json(call, "Versions", list);
    output_bool(call, "IsTruncated", false);
    return CALL_DONE;
}

enum outcome delete_policy_version(struct call *call)
{
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    struct str id = input_str(call, "VersionId");
    if (!version_of(json_root(row), id))
        return no_version(call);
    if (str_equal(id, json_str(json_root(row), "DefaultVersionId")))
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION, "Cannot delete the default version of a policy.");
    cJSON *changed = json_thaw(json_root(row)), *versions = cJSON_GetObjectItemCaseSensitive(changed, "versions");
    int place = 0;
    for (const cJSON *one = versions->child; one && !str_equal(json_str(one, "VersionId"), id); one = one->next)
        place++;
    cJSON_DeleteItemFromArray(versions, place);
    put_row(call, changed);
    return CALL_DONE;
}

enum outcome set_default_policy_version(struct call *call)
{
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    if (!version_of(json_root(row), input_str(call, "VersionId")))
        return no_version(call);
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(changed, "DefaultVersionId", input_str(call, "VersionId"));
    json_set_int64(changed, "UpdateDate", clock_now(call->world->clock) / 1000 * 1000);
    put_row(call, changed);
    return CALL_DONE;
}

/* ---- who uses it, and tags ---- */

static bool is_attached(const cJSON *row, struct str policy_arn)
{
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(row, "attached"))
    {
        if (str_equal(json_value(arn), policy_arn))
            return true;
    }
    return false;
}

static bool is_listed(struct call *call, const cJSON *row)
{
    struct str prefix = input_str(call, "PathPrefix"), usage = input_str(call, "PolicyUsageFilter"),
               arn = input_str(call, "PolicyArn");
    if (prefix.length && !str_starts(json_str(row, "Path"), prefix))
        return false;
    return (!str_is(usage, "PermissionsBoundary") && is_attached(row, arn)) ||
           (!str_is(usage, "PermissionsPolicy") && str_equal(json_str(row, "PermissionsBoundary"), arn));
}

static cJSON *entities_of(struct call *call, const struct holder_kind *kind)
{
    static const char *const filters[] = { "User", "Role", "Group" };
    cJSON *list = cJSON_CreateArray();
    struct str filter = input_str(call, "EntityFilter");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (str_is(filter, filters[i]) && strcmp(kind->title, filters[i]) != 0)
            return list;
    }
    struct cursor at = store_seek(call->world->store, call_scope(call), kind->table, NULL, STR_NONE, false);
    while (store_next(&at)) {
        if (!is_listed(call, json_root(at.row)))
            continue;
        cJSON *entity = cJSON_CreateObject();
        entity_copy(entity, kind->name, json_root(at.row));
        entity_copy(entity, kind->id, json_root(at.row));
        json_add(list, entity);
    }
    return list;
}

/* All of them on one page. */
enum outcome list_entities_for_policy(struct call *call)
{
    if (!managed_policy_document(call->world, call->caller.account, input_str(call, "PolicyArn"), NULL))
        return not_found(call);
    for (const struct holder_kind *const *kind = holder_kinds; *kind; kind++)
        output_json(call, (*kind)->listed_for, entities_of(call, *kind));
    output_bool(call, "IsTruncated", false);
    return CALL_DONE;
}

enum outcome tag_policy(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    cJSON *changed = entity_tagged(call, json_root(row), &failed);
    if (!changed)
        return failed;
    put_row(call, changed);
    return CALL_DONE;
}

enum outcome untag_policy(struct call *call)
{
    struct json *row = row_of_call(call);
    if (!row)
        return not_found(call);
    put_row(call, entity_untagged(call, json_root(row)));
    return CALL_DONE;
}

enum outcome list_policy_tags(struct call *call)
{
    struct json *row = row_of_call(call);
    return row ? entity_list_tags(call, json_root(row)) : not_found(call);
}
