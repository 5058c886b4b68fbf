#include "services/logs/resource_policy.h"

#include "services/logs/logs_model.h"

const struct table_def logs_resource_policy_table = { .name = "logs.resource_policy" };

#define POLICIES_MOST 10 /* "up to 10 resource policies per Region per account" */

/* Kept and given back: what services of this cloud deliver into log groups they deliver with a role's permission. */

static cJSON *describe(const cJSON *row)
{
    cJSON *policy = cJSON_CreateObject();
    json_set_str(policy, "policyName", json_str(row, "name"));
    json_set_str(policy, "policyDocument", json_str(row, "document"));
    json_set_int64(policy, "lastUpdatedTime", json_int64(row, "updated", 0));
    json_set_string(policy, "policyScope", "ACCOUNT");
    return policy;
}

enum outcome put_resource_policy(struct call *call)
{
    struct str name = input_str(call, "policyName"), document = input_str(call, "policyDocument");
    struct json *parsed = json_parse(document, NULL);
    bool good = parsed && cJSON_IsObject(json_root(parsed)) && json_get(json_root(parsed), "Statement");
    json_unref(parsed);
    if (input_has(call, "resourceArn"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED,
                         "This practice cloud keeps resource policies of accounts, not of log groups.");
    if (!name.length)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Policy name must be specified.");
    if (!document.at || !good)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Policy document is not valid JSON policy document.");
    struct store *store = call->world->store;
    if (!store_get(store, call_scope(call), &logs_resource_policy_table, name) &&
        store_count(store, call_scope(call), &logs_resource_policy_table) >= POLICIES_MOST)
        return call_fail(call, &LOGS_LIMIT_EXCEEDED_EXCEPTION, "Resource limit exceeded.");
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "document", document);
    json_set_int64(row, "updated", clock_now(call->world->clock));
    output_json(call, "resourcePolicy", describe(row));
    store_put(store, call_scope(call), &logs_resource_policy_table, name, json_seal(row));
    return CALL_DONE;
}

enum outcome delete_resource_policy(struct call *call)
{
    if (!store_delete(call->world->store, call_scope(call), &logs_resource_policy_table, input_str(call, "policyName")))
        return call_fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION, "Policy with name [%s] does not exist.",
                         input_has(call, "policyName") ? input_string(call, "policyName") : "");
    return CALL_DONE;
}

enum outcome describe_resource_policies(struct call *call)
{
    cJSON *policies = cJSON_CreateArray();
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &logs_resource_policy_table, NULL,
                                       STR(""));
    while (store_next(&at))
        json_add(policies, describe(json_root(at.row)));
    output_json(call, "resourcePolicies", policies);
    return CALL_DONE;
}
