#include "services/lexv2/resource_policy.h"

#include "aws/arn.h"
#include "aws/policy.h"
#include "services/lexv2/bot.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/record.h"
#include "services/lexv2/tag.h"

const struct table_def lexv2_policy_table = { .name = "lexv2.policy" };

#define POLICY_MOST 20480 /* ours: as with a function's */
#define ARN_MOST    1011

bool lexv2_policy_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                        struct resource_guard *ret_guard)
{
    struct arn arn;
    if (!arn_parse(question->resource, &arn) || !str_is(arn.service, "lex") || question->resource.length > ARN_MOST)
        return false;
    *ret_guard = (struct resource_guard){ .account = arena_copy(arena, arn.account) };
    struct scope scope = { ret_guard->account, arena_copy(arena, arn.region) };
    struct json *row = store_get(world->store, scope, &lexv2_policy_table, question->resource);
    if (row)
        ret_guard->document = json_str(json_root(row), "policy");
    return true;
}

/* ---- rows ---- */

static struct json *row_of(struct call *call)
{
    return store_get(call->world->store, call_scope(call), &lexv2_policy_table, input_str(call, "resourceArn"));
}

static enum outcome fail_missing(struct call *call)
{
    return call_fail(call, &LEXV2_RESOURCE_NOT_FOUND_EXCEPTION, "Failed to retrieve resource since it does not exist");
}

/* The policy that is there, and the one that is expected; NULL: the call was failed. */
static struct json *need(struct call *call)
{
    struct json *row = lexv2_arn_is_known(call, input_str(call, "resourceArn")) ? row_of(call) : NULL;
    struct str expected = input_str(call, "expectedRevisionId");
    if (!row) {
        fail_missing(call);
        return NULL;
    }
    if (!expected.length || str_equal(expected, json_str(json_root(row), "revisionId")))
        return row;
    call_fail(call, &LEXV2_PRECONDITION_FAILED_EXCEPTION, /* ours */
              "The revision ID %.*s does not match the one of the policy, %s. Read the policy and try again.",
              STR_ARG(expected), json_string(json_root(row), "revisionId"));
    return NULL;
}

/* Is it one that can be evaluated? The sentence is the policy's own. */
static bool check(struct call *call, struct str text)
{
    char *why = NULL;
    if (text.length > POLICY_MOST) {
        call_fail(call, &LEXV2_SERVICE_QUOTA_EXCEEDED_EXCEPTION, "A policy can have at most %d characters.",
                  POLICY_MOST);
        return false;
    }
    const struct policy *policy = policy_parse(call->arena, text, POLICY_RESOURCE, &why);
    if (!policy) {
        call_fail(call, &ERROR_VALIDATION, "%s", why);
        return false;
    }
    policy_release(policy);
    return true;
}

static enum outcome keep(struct call *call, struct json *before_or_null, struct str text)
{
    int64_t revision = 0;
    if (!check(call, text))
        return CALL_FAILED;
    if (before_or_null)
        str_to_int64(json_str(json_root(before_or_null), "revisionId"), &revision);
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "policy", text);
    json_set_string(row, "revisionId", arena_printf(call->arena, "%lld", (long long)(revision % 99999 + 1)));
    output_str(call, "resourceArn", input_str(call, "resourceArn"));
    output_string(call, "revisionId", json_string(row, "revisionId"));
    store_put(call->world->store, call_scope(call), &lexv2_policy_table, input_str(call, "resourceArn"),
              json_seal(row));
    return CALL_DONE;
}

/* ---- whole policies ---- */

enum outcome lexv2_create_resource_policy(struct call *call)
{
    if (!lexv2_arn_is_known(call, input_str(call, "resourceArn")))
        return fail_missing(call);
    if (row_of(call))
        return call_fail(call, &LEXV2_PRECONDITION_FAILED_EXCEPTION, /* ours */
                         "The resource has a policy already. Update it instead.");
    return keep(call, NULL, input_str(call, "policy"));
}

enum outcome lexv2_update_resource_policy(struct call *call)
{
    struct json *row = need(call);
    return row ? keep(call, row, input_str(call, "policy")) : CALL_FAILED;
}

enum outcome lexv2_describe_resource_policy(struct call *call)
{
    struct json *row = need(call);
    if (!row)
        return CALL_FAILED;
    lexv2_answer(call, json_root(row));
    return CALL_DONE;
}

static enum outcome drop(struct call *call)
{
    store_delete(call->world->store, call_scope(call), &lexv2_policy_table, input_str(call, "resourceArn"));
    output_str(call, "resourceArn", input_str(call, "resourceArn"));
    return CALL_DONE;
}

enum outcome lexv2_delete_resource_policy(struct call *call)
{
    return need(call) ? drop(call) : CALL_FAILED;
}

/* ---- single statements ---- */

static cJSON *thaw_policy(struct json *row_or_null)
{
    struct json *document = row_or_null ? json_parse(json_str(json_root(row_or_null), "policy"), NULL) : NULL;
    cJSON *policy = document ? json_thaw(json_root(document)) : cJSON_CreateObject();
    json_unref(document);
    if (!row_or_null)
        json_set_string(policy, "Version", "2012-10-17");
    const cJSON *statements = json_get(policy, "Statement");
    if (cJSON_IsArray(statements))
        return policy;
    cJSON *list = cJSON_CreateArray();
    if (statements)
        json_add(list, json_thaw(statements));
    json_set(policy, "Statement", list);
    return policy;
}

static cJSON *find_statement(const cJSON *policy, struct str id)
{
    cJSON *statement;
    cJSON_ArrayForEach(statement, json_get(policy, "Statement"))
    {
        if (str_equal(json_str(statement, "Sid"), id))
            return statement;
    }
    return NULL;
}

/* {"service": "…"} and {"arn": "…"} as a policy writes them. */
static cJSON *principals(const cJSON *given)
{
    cJSON *principal = cJSON_CreateObject(), *services = cJSON_CreateArray(), *arns = cJSON_CreateArray();
    const cJSON *each;
    cJSON_ArrayForEach(each, given)
    {
        bool service = json_get(each, "service");
        json_add(service ? services : arns, json_new_string(json_str(each, service ? "service" : "arn")));
    }
    json_set(principal, "Service", services);
    json_set(principal, "AWS", arns);
    if (!services->child)
        cJSON_DeleteItemFromObjectCaseSensitive(principal, "Service");
    if (!arns->child)
        cJSON_DeleteItemFromObjectCaseSensitive(principal, "AWS");
    return principal;
}

static cJSON *new_statement(struct call *call)
{
    cJSON *statement = cJSON_CreateObject();
    json_set_str(statement, "Sid", input_str(call, "statementId"));
    json_set_str(statement, "Effect", input_str(call, "effect"));
    json_set(statement, "Principal", principals(json_get(call->input, "principal")));
    json_set(statement, "Action", json_thaw(json_get(call->input, "action")));
    json_set_str(statement, "Resource", input_str(call, "resourceArn"));
    if (input_has(call, "condition"))
        json_set(statement, "Condition", json_thaw(json_get(call->input, "condition")));
    return statement;
}

static enum outcome keep_tree(struct call *call, struct json *before_or_null, cJSON *policy_taken)
{
    struct str text = json_print_in(call->arena, policy_taken);
    cJSON_Delete(policy_taken);
    return keep(call, before_or_null, text);
}

enum outcome create_resource_policy_statement(struct call *call)
{
    if (!lexv2_arn_is_known(call, input_str(call, "resourceArn")))
        return fail_missing(call);
    struct json *row = row_of(call);
    if (row && !need(call))
        return CALL_FAILED;
    cJSON *policy = thaw_policy(row);
    if (find_statement(policy, input_str(call, "statementId"))) {
        cJSON_Delete(policy);
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
                         "The policy has a statement %s already.", input_string(call, "statementId"));
    }
    json_add((cJSON *)json_get(policy, "Statement"), new_statement(call));
    return keep_tree(call, row, policy);
}

enum outcome delete_resource_policy_statement(struct call *call)
{
    struct json *row = need(call);
    if (!row)
        return CALL_FAILED;
    cJSON *policy = thaw_policy(row), *statement = find_statement(policy, input_str(call, "statementId"));
    if (!statement) {
        cJSON_Delete(policy);
        return fail_missing(call);
    }
    cJSON *statements = (cJSON *)json_get(policy, "Statement");
    cJSON_Delete(cJSON_DetachItemViaPointer(statements, statement));
    if (statements->child)
        return keep_tree(call, row, policy);
    cJSON_Delete(policy);
    return drop(call);
}
