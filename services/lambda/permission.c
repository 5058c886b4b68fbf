#include "services/lambda/permission.h"

#include "aws/arn.h"
#include "aws/policy.h"
#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"

const struct table_def permission_table = { .name = "lambda.policy" };

#define POLICY_MOST 20480 /* "Function resource-based policy: 20 KB": Lambda quotas */

/* ---- rows ---- */

static struct json *get_row(struct world *world, struct scope scope, struct str function, struct str qualifier_or_none)
{
    char key[FUNCTION_KEY_BYTES];
    return store_get(world->store, scope, &permission_table, function_key(key, function, qualifier_or_none));
}

struct str permission_policy(struct world *world, struct scope scope, struct str function, struct str qualifier_or_none)
{
    struct json *row = get_row(world, scope, function, qualifier_or_none);
    return row ? json_str(json_root(row), "Policy") : STR_NONE;
}

bool permission_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                      struct resource_guard *ret_guard)
{
    struct arn parts;
    if (!arn_parse(question->resource, &parts) || !str_starts(parts.resource, STR("function:")))
        return false;
    struct str qualifier, name = str_cut(str_from(parts.resource, strlen("function:")), ':', &qualifier);
    *ret_guard = (struct resource_guard){ .account = arena_copy(arena, parts.account) };
    struct scope scope = { ret_guard->account, arena_copy(arena, parts.region) };
    if (name.length && name.length + qualifier.length + 1 < FUNCTION_KEY_BYTES)
        ret_guard->document = permission_policy(world, scope, name, qualifier);
    return true;
}

static void put_row(struct call *call, const struct function_name *name, const cJSON *policy)
{
    char key[FUNCTION_KEY_BYTES];
    struct buf text = BUF_EMPTY;
    cJSON *row = cJSON_CreateObject();
    json_print(&text, policy);
    json_set_str(row, "Policy", buf_str(&text));
    json_set_string(row, "RevisionId", lambda_revision(call));
    buf_release(&text);
    store_put(call->world->store, call_scope(call), &permission_table, function_key(key, name->name, name->qualifier),
              json_seal(row));
}

/* The policy to be changed; the caller deletes it. */
static cJSON *thaw_policy(struct json *row_or_null)
{
    struct json *document = row_or_null ? json_parse(json_str(json_root(row_or_null), "Policy"), NULL) : NULL;
    cJSON *policy = document ? json_thaw(json_root(document)) : cJSON_CreateObject();
    json_unref(document);
    if (!row_or_null) {
        json_set_string(policy, "Version", "2012-10-17");
        json_set_string(policy, "Id", "default");
        json_set(policy, "Statement", cJSON_CreateArray());
    }
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

/* ---- a statement of AddPermission's members, as GetPolicy shows it ---- */

static cJSON *principal_of(struct call *call)
{
    struct str principal = input_str(call, "Principal");
    if (str_is(principal, "*"))
        return cJSON_CreateString("*");
    cJSON *object = cJSON_CreateObject();
    bool is_service = str_ends(principal, STR(".amazonaws.com"));
    bool is_account = principal.length == 12 && qualifier_is_version(principal);
    if (is_account)
        json_set_string(object, "AWS", arena_printf(call->arena, "arn:aws:iam::%.*s:root", STR_ARG(principal)));
    else
        json_set_str(object, is_service ? "Service" : "AWS", principal);
    return object;
}

static void add_condition(cJSON *condition, const char *operator, const char * key, struct str value)
{
    cJSON *keys = (cJSON *)json_get(condition, operator);
    if (!keys) {
        keys = cJSON_CreateObject();
        json_set(condition, operator, keys);
    }
    json_set_str(keys, key, value);
}

static cJSON *new_statement(struct call *call, const struct function_name *name)
{
    static const struct {
        const char *member, *operator, * key;
    } conditions[] = { { "SourceAccount", "StringEquals", "AWS:SourceAccount" },
                       { "EventSourceToken", "StringEquals", "lambda:EventSourceToken" },
                       { "FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType" },
                       { "PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID" },
                       { "SourceArn", "ArnLike", "AWS:SourceArn" } };
    cJSON *statement = cJSON_CreateObject(), *condition = cJSON_CreateObject();
    json_set_str(statement, "Sid", input_str(call, "StatementId"));
    json_set_string(statement, "Effect", "Allow");
    json_set(statement, "Principal", principal_of(call));
    json_set_str(statement, "Action", input_str(call, "Action"));
    json_set_string(statement, "Resource", function_arn(call->arena, call_scope(call), name->name, name->qualifier));
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        if (input_has(call, conditions[i].member))
            add_condition(condition, conditions[i].operator, conditions[i].key, input_str(call, conditions[i].member));
    }
    if (condition->child)
        json_set(statement, "Condition", condition);
    else
        cJSON_Delete(condition);
    return statement;
}

/* ---- the operations ---- */

/* The function or the qualifier that the policy stands on; false: the call was failed. */
static bool target_of_call(struct call *call, struct function_name *ret_name)
{
    if (!function_version_of_call(call, ret_name))
        return false;
    if (!str_is(ret_name->qualifier, LATEST))
        return true;
    call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
              "We currently do not support adding policies for $LATEST.");
    return false;
}

static bool check_principal(struct call *call)
{
    struct str principal = input_str(call, "Principal");
    bool known = str_is(principal, "*") || str_ends(principal, STR(".amazonaws.com")) ||
                 str_starts(principal, STR("arn:")) || (principal.length == 12 && qualifier_is_version(principal));
    if (!known)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "The provided principal was invalid. Please check the principal and try again.");
    return known;
}

static bool check_policy_revision(struct call *call, struct json *row_or_null)
{
    return !row_or_null || lambda_check_revision(call, json_string(json_root(row_or_null), "RevisionId"));
}

enum outcome add_permission(struct call *call)
{
    struct function_name name;
    if (!target_of_call(call, &name) || !check_principal(call))
        return CALL_FAILED;
    struct json *row = get_row(call->world, call_scope(call), name.name, name.qualifier);
    if (!check_policy_revision(call, row))
        return CALL_FAILED;
    cJSON *policy = thaw_policy(row);
    struct str id = input_str(call, "StatementId");
    if (find_statement(policy, id)) {
        cJSON_Delete(policy);
        return call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION,
                         "The statement id (%.*s) provided already exists. Please provide a new statement id, or "
                         "remove the existing statement.",
                         STR_ARG(id));
    }
    cJSON *statement = new_statement(call, &name);
    output_str(call, "Statement", json_print_in(call->arena, statement));
    json_add((cJSON *)json_get(policy, "Statement"), statement);
    if (json_weight(policy, POLICY_MOST) > POLICY_MOST) {
        cJSON_Delete(policy);
        return call_fail(call, &LAMBDA_POLICY_LENGTH_EXCEEDED_EXCEPTION,
                         "The final policy size (%d) is bigger than the limit (%d).", POLICY_MOST + 1, POLICY_MOST);
    }
    put_row(call, &name, policy);
    cJSON_Delete(policy);
    return CALL_DONE;
}

static enum outcome fail_no_policy(struct call *call)
{
    return call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "The resource you requested does not exist.");
}

enum outcome lambda_get_policy(struct call *call)
{
    struct function_name name;
    if (!function_version_of_call(call, &name))
        return CALL_FAILED;
    struct json *row = get_row(call->world, call_scope(call), name.name, name.qualifier);
    if (!row)
        return fail_no_policy(call);
    output_str(call, "Policy", json_str(json_root(row), "Policy"));
    output_str(call, "RevisionId", json_str(json_root(row), "RevisionId"));
    return CALL_DONE;
}

enum outcome remove_permission(struct call *call)
{
    struct function_name name;
    if (!function_version_of_call(call, &name))
        return CALL_FAILED;
    struct json *row = get_row(call->world, call_scope(call), name.name, name.qualifier);
    if (!row)
        return call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION,
                         "No policy is associated with the given resource.");
    if (!check_policy_revision(call, row))
        return CALL_FAILED;
    struct str id = input_str(call, "StatementId");
    cJSON *policy = thaw_policy(row), *statement = find_statement(policy, id);
    if (!statement) {
        cJSON_Delete(policy);
        return call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "Statement %.*s is not found in resource policy.",
                         STR_ARG(id));
    }
    cJSON *statements = (cJSON *)json_get(policy, "Statement");
    cJSON_Delete(cJSON_DetachItemViaPointer(statements, statement));
    char key[FUNCTION_KEY_BYTES];
    if (statements->child)
        put_row(call, &name, policy);
    else
        store_delete(call->world->store, call_scope(call), &permission_table,
                     function_key(key, name.name, name.qualifier));
    cJSON_Delete(policy);
    return CALL_DONE;
}
