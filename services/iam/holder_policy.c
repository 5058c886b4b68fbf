#include "services/iam/holder.h"

#include "services/iam/entity.h"
#include "services/iam/iam_model.h"
#include "services/iam/managed_policy.h"

/* White space does not count against the size of inline policies. */

static size_t inline_size(const cJSON *documents, const char *but)
{
    size_t size = 0;
    const cJSON *document;
    cJSON_ArrayForEach(document, documents)
    {
        if (strcmp(document->string, but) != 0)
            size += document_size(json_value(document));
    }
    return size;
}

enum outcome put_holder_policy(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct str document = input_str(call, "PolicyDocument");
    const char *name = input_string(call, "PolicyName");
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row || !document_is_good(call, document, POLICY_IDENTITY, &failed))
        return failed;
    if (inline_size(json_get(json_root(row), "inline"), name) + document_size(document) > (size_t)kind->inline_most)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Maximum policy size of %d bytes exceeded for %s %s",
                         kind->inline_most, kind->noun, input_string(call, kind->name));
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(cJSON_GetObjectItemCaseSensitive(changed, "inline"), name, document);
    holder_put(call, kind, changed);
    return CALL_DONE;
}

/* The inline policy named by PolicyName, or a failed call. */
static const cJSON *policy_of_call(struct call *call, const struct holder_kind *kind, const cJSON *row,
                                   enum outcome *ret_failed)
{
    const cJSON *document = json_get(json_get(row, "inline"), input_string(call, "PolicyName"));
    if (!document)
        *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The %s policy with name %s cannot be found.",
                                kind->noun, input_string(call, "PolicyName"));
    return document;
}

enum outcome get_holder_policy(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    const cJSON *document = row ? policy_of_call(call, kind, json_root(row), &failed) : NULL;
    if (!document)
        return failed;
    output_str(call, kind->name, json_str(json_root(row), kind->name));
    output_string(call, "PolicyName", input_string(call, "PolicyName"));
    entity_set_document(call, call_output(call), "PolicyDocument", json_value(document));
    return CALL_DONE;
}

enum outcome delete_holder_policy(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row || !policy_of_call(call, kind, json_root(row), &failed))
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    json_set_string(cJSON_GetObjectItemCaseSensitive(changed, "inline"), input_string(call, "PolicyName"), NULL);
    holder_put(call, kind, changed);
    return CALL_DONE;
}

static cJSON *name_of(struct call *call, const cJSON *element)
{
    return cJSON_CreateString(element->string);
}

enum outcome list_holder_policies(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    return row ? entity_list_array(call, "PolicyNames", json_get(json_root(row), "inline"), name_of) : failed;
}

static int attached_place(const cJSON *row, struct str arn)
{
    int place = 0;
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(row, "attached"))
    {
        if (str_equal(json_value(one), arn))
            return place;
        place++;
    }
    return -1;
}

enum outcome attach_holder_policy(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct str arn = input_str(call, "PolicyArn");
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row)
        return failed;
    if (!managed_policy_document(call->world, call->caller.account, arn, NULL))
        return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Policy %.*s does not exist or is not attachable.",
                         STR_ARG(arn));
    if (attached_place(json_root(row), arn) >= 0) /* attaching twice does no harm */
        return CALL_DONE;
    cJSON *changed = json_thaw(json_root(row)), *attached = cJSON_GetObjectItemCaseSensitive(changed, "attached");
    if (cJSON_GetArraySize(attached) >= kind->attached_most) {
        cJSON_Delete(changed);
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for PoliciesPer%s: %d", kind->title,
                         kind->attached_most);
    }
    json_add(attached, json_new_string(arn));
    holder_put(call, kind, changed);
    managed_policy_count(call, arn, "AttachmentCount", +1);
    return CALL_DONE;
}

enum outcome detach_holder_policy(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct str arn = input_str(call, "PolicyArn");
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row)
        return failed;
    int place = attached_place(json_root(row), arn);
    if (place < 0)
        return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Policy %.*s was not found.", STR_ARG(arn));
    cJSON *changed = json_thaw(json_root(row));
    cJSON_DeleteItemFromArray(cJSON_GetObjectItemCaseSensitive(changed, "attached"), place);
    holder_put(call, kind, changed);
    managed_policy_count(call, arn, "AttachmentCount", -1);
    return CALL_DONE;
}

cJSON *holder_attached_policy(struct call *call, const cJSON *element)
{
    cJSON *policy = cJSON_CreateObject();
    struct str name = json_value(element), rest;
    while (str_find_byte(name, '/') != SIZE_MAX) {
        str_cut(name, '/', &rest);
        name = rest;
    }
    json_set_str(policy, "PolicyName", name);
    json_set_str(policy, "PolicyArn", json_value(element));
    return policy;
}

enum outcome list_attached_holder_policies(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    return row ? entity_list_array(call, "AttachedPolicies", json_get(json_root(row), "attached"),
                                   holder_attached_policy)
               : failed;
}

/* ---- permissions boundaries ---- */

#define USED_AS_BOUNDARY "PermissionsBoundaryUsageCount"

bool holder_boundary_is_good(struct call *call, enum outcome *ret_failed)
{
    struct str arn = input_str(call, "PermissionsBoundary");
    if (!arn.at || managed_policy_document(call->world, call->caller.account, arn, NULL))
        return true;
    *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Scope ARN: %.*s does not exist or is not attachable.",
                            STR_ARG(arn));
    return false;
}

void holder_bound(struct call *call, cJSON *row, struct str arn_or_none)
{
    struct str old = json_str(row, "PermissionsBoundary");
    if (old.at)
        managed_policy_count(call, old, USED_AS_BOUNDARY, -1);
    if (arn_or_none.at)
        managed_policy_count(call, arn_or_none, USED_AS_BOUNDARY, +1);
    json_set_string(row, "PermissionsBoundary", arn_or_none.at ? arena_copy(call->arena, arn_or_none) : NULL);
}

enum outcome put_holder_boundary(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row || !holder_boundary_is_good(call, &failed))
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    holder_bound(call, changed, input_str(call, "PermissionsBoundary"));
    holder_put(call, kind, changed);
    return CALL_DONE;
}

enum outcome delete_holder_boundary(struct call *call)
{
    enum outcome failed;
    const struct holder_kind *kind = holder_kind_of(call);
    struct json *row = holder_of_call(call, kind, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    holder_bound(call, changed, STR_NONE);
    holder_put(call, kind, changed);
    return CALL_DONE;
}
