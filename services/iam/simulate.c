#include "services/iam/simulate.h"

#include "aws/policy.h"
#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/identity.h"

#define TEXT_MOST 131072 /* of all the policies in an input: no evaluation may take long. Ours */

struct simulation {
    struct grants grants;
    struct principal who;
    struct permission_question question; /* all but action and resource */
    const struct str *actions, *resources;
    size_t action_count, resource_count;
};

static void release_policy(void *policy)
{
    policy_release(policy);
}

/* ---- reading the input ---- */

static const struct policy *read_policy(struct call *call, struct str document, enum policy_kind kind,
                                        enum outcome *ret_failed)
{
    char *why = NULL;
    const struct policy *policy = policy_parse(call->arena, document, kind, &why);
    if (policy)
        arena_own(call->arena, release_policy, (void *)(uintptr_t)policy);
    else
        *ret_failed = call_fail_with(call, &IAM_INVALID_INPUT_EXCEPTION, str_of(why));
    return policy;
}

static bool size_is_good(struct call *call, const cJSON *documents, enum outcome *ret_failed)
{
    size_t size = 0;
    const cJSON *one;
    cJSON_ArrayForEach(one, documents) size += json_value(one).length;
    if (size <= TEXT_MOST)
        return true;
    *ret_failed = call_fail(call, &IAM_INVALID_INPUT_EXCEPTION, "The policies exceed %d characters.", TEXT_MOST);
    return false;
}

/* PolicyInputList, behind the policies that are there already. */
static bool add_policies(struct call *call, struct grants *grants, enum outcome *ret_failed)
{
    const cJSON *one, *documents = json_get(call->input, "PolicyInputList");
    if (!size_is_good(call, documents, ret_failed))
        return false;
    size_t most = grants->count + (size_t)cJSON_GetArraySize(documents);
    const struct policy **policies = ARENA_ARRAY(call->arena, const struct policy *, most + 1);
    if (grants->count)
        memcpy(policies, grants->identity, grants->count * sizeof *policies);
    cJSON_ArrayForEach(one, documents)
    {
        const struct policy *policy = read_policy(call, json_value(one), POLICY_IDENTITY, ret_failed);
        if (!policy)
            return false;
        policies[grants->count++] = policy;
    }
    grants->identity = policies;
    return true;
}

static bool read_others(struct call *call, struct grants *grants, enum outcome *ret_failed)
{
    const cJSON *boundaries = json_get(call->input, "PermissionsBoundaryPolicyInputList");
    if (boundaries && boundaries->child) {
        grants->boundary = read_policy(call, json_value(boundaries->child), POLICY_IDENTITY, ret_failed);
        if (!grants->boundary)
            return false;
    }
    if (!input_has(call, "ResourcePolicy"))
        return true;
    grants->resource = read_policy(call, input_str(call, "ResourcePolicy"), POLICY_RESOURCE, ret_failed);
    return grants->resource;
}

static const struct str *read_texts(struct call *call, const char *member, size_t *ret_count)
{
    const cJSON *one, *list = json_get(call->input, member);
    struct str *texts = ARENA_ARRAY(call->arena, struct str, (size_t)cJSON_GetArraySize(list) + 1);
    *ret_count = 0;
    cJSON_ArrayForEach(one, list) texts[(*ret_count)++] = json_value(one);
    if (*ret_count == 0)
        texts[(*ret_count)++] = STR("*");
    return texts;
}

static void read_context(struct call *call, struct permission_question *question)
{
    size_t count = 0;
    const cJSON *entry, *value, *entries = json_get(call->input, "ContextEntries");
    cJSON_ArrayForEach(entry, entries) count += (size_t)cJSON_GetArraySize(json_get(entry, "ContextKeyValues"));
    struct context_key *keys = ARENA_ARRAY(call->arena, struct context_key, count + 1);
    question->context = keys;
    cJSON_ArrayForEach(entry, entries)
    {
        cJSON_ArrayForEach(value, json_get(entry, "ContextKeyValues"))
            keys[question->context_count++] = (struct context_key){ json_string(entry, "ContextKeyName"),
                                                                    json_value(value) };
    }
}

/* ---- deciding ---- */

static const char *name_of(enum decision decision)
{
    switch (decision) {
    case DECISION_ALLOW:
        return "allowed";
    case DECISION_EXPLICIT_DENY:
    case DECISION_SESSION_EXPLICIT_DENY:
    case DECISION_BOUNDARY_EXPLICIT_DENY:
    case DECISION_RESOURCE_EXPLICIT_DENY:
        return "explicitDeny";
    case DECISION_IMPLICIT_DENY:
    case DECISION_SESSION_IMPLICIT_DENY:
    case DECISION_BOUNDARY_IMPLICIT_DENY:
        break;
    }
    return "implicitDeny";
}

static cJSON *evaluate(struct call *call, size_t index, void *data)
{
    const struct simulation *simulation = data;
    struct permission_question question = simulation->question;
    question.action = simulation->actions[index / simulation->resource_count];
    question.resource = simulation->resources[index % simulation->resource_count];
    enum decision decision = policy_evaluate(&simulation->grants, &question);
    cJSON *result = cJSON_CreateObject();
    json_set_str(result, "EvalActionName", question.action);
    json_set_str(result, "EvalResourceName", question.resource);
    json_set_string(result, "EvalDecision", name_of(decision));
    json_set(result, "MatchedStatements", cJSON_CreateArray());
    json_set(result, "MissingContextValues", cJSON_CreateArray());
    if (!simulation->grants.boundary)
        return result;
    cJSON *detail = cJSON_CreateObject();
    json_set_bool(detail, "AllowedByPermissionsBoundary",
                  decision != DECISION_BOUNDARY_IMPLICIT_DENY && decision != DECISION_BOUNDARY_EXPLICIT_DENY);
    json_set(result, "PermissionsBoundaryDecisionDetail", detail);
    return result;
}

static enum outcome simulate(struct call *call, struct simulation *simulation)
{
    enum outcome failed;
    if (!add_policies(call, &simulation->grants, &failed) || !read_others(call, &simulation->grants, &failed))
        return failed;
    simulation->actions = read_texts(call, "ActionNames", &simulation->action_count);
    simulation->resources = read_texts(call, "ResourceArns", &simulation->resource_count);
    simulation->question = (struct permission_question){ .principal = &simulation->who,
                                                         .now_ms = clock_now(call->world->clock),
                                                         .region = call->region,
                                                         .role_arn = simulation->grants.arn,
                                                         .tags = simulation->grants.tags };
    read_context(call, &simulation->question);
    return entity_list_counted(call, "EvaluationResults", simulation->action_count * simulation->resource_count,
                               evaluate, simulation);
}

/* ---- whose policies ---- */

static struct principal user_named(struct call *call, struct str arn)
{
    return (struct principal){ .kind = PRINCIPAL_USER,
                               .account = call->caller.account,
                               .arn = arn.at ? arena_copy(call->arena, arn) : "",
                               .user_id = "",
                               .role = "",
                               .session_policy = "",
                               .access_key_id = "" };
}

/* The policies of the role, user or group that PolicySourceArn names. */
static bool read_source(struct call *call, struct grants *ret_grants, struct principal *ret_who,
                        enum outcome *ret_failed)
{
    struct str arn = input_str(call, "PolicySourceArn");
    for (const struct holder_kind *const *kind = holder_kinds; *kind; kind++) {
        struct json *row = holder_get(call->world, call->caller.account, *kind, arn);
        if (!row)
            continue;
        *ret_who = *kind == &holder_role ? principal_of_role(call->arena, arn, STR("simulation"))
                                         : user_named(call, arn);
        ret_who->user_id = arena_copy(call->arena, json_str(json_root(row), (*kind)->id));
        if (identity_grants(call->world, call->caller.account, json_root(row), call->arena, ret_grants)) {
            ret_grants->arn = *kind == &holder_role ? arn : STR_NONE;
            return true;
        }
    }
    *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The entity %.*s cannot be found.", STR_ARG(arn));
    return false;
}

enum outcome simulate_principal_policy(struct call *call)
{
    enum outcome failed;
    struct simulation simulation = { 0 };
    if (!read_source(call, &simulation.grants, &simulation.who, &failed))
        return failed;
    return simulate(call, &simulation);
}

enum outcome simulate_custom_policy(struct call *call)
{
    struct simulation simulation = { .who = user_named(call, input_str(call, "CallerArn")) };
    return simulate(call, &simulation);
}

/* ---- condition keys ---- */

static void add_key(void *data, struct str key)
{
    cJSON *keys = data, *one;
    cJSON_ArrayForEach(one, keys)
    {
        if (str_equal_ignoring_case(json_value(one), key))
            return;
    }
    json_add(keys, json_new_string(key));
}

static enum outcome tell_keys(struct call *call, struct grants *grants)
{
    enum outcome failed;
    if (!add_policies(call, grants, &failed))
        return failed;
    cJSON *keys = cJSON_CreateArray();
    for (size_t i = 0; i < grants->count; i++)
        policy_each_key(grants->identity[i], add_key, keys);
    output_json(call, "ContextKeyNames", keys);
    return CALL_DONE;
}

enum outcome get_context_keys_for_principal_policy(struct call *call)
{
    enum outcome failed;
    struct grants grants;
    struct principal who;
    return read_source(call, &grants, &who, &failed) ? tell_keys(call, &grants) : failed;
}

enum outcome get_context_keys_for_custom_policy(struct call *call)
{
    struct grants grants = { 0 };
    return tell_keys(call, &grants);
}
