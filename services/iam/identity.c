#include "services/iam/identity.h"

#include "aws/arn.h"
#include "aws/call.h"
#include "aws/cloud.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"
#include "world/clock.h"

static void release_policy(void *policy)
{
    policy_release(policy);
}

/* A document that stands in a row was checked when it came in; it is in the cache as a rule. */
static void add_policy(struct arena *arena, struct str document, const struct policy **policies, size_t *count)
{
    const struct policy *policy = policy_parse(arena, document, POLICY_IDENTITY, NULL);
    if (!policy)
        return;
    arena_own(arena, release_policy, (void *)(uintptr_t)policy);
    policies[(*count)++] = policy;
}

/* Users come with their own operations; today a principal with policies is a role's session. */
static bool policies_of(struct world *world, const struct principal *principal, struct arena *arena,
                        const struct policy *const **ret_policies, size_t *ret_count)
{
    *ret_policies = NULL;
    *ret_count = 0;
    if (principal->kind != PRINCIPAL_ROLE_SESSION)
        return false;
    struct json *row = role_get(world, principal->account, str_of(principal->role));
    if (!row)
        return false;
    const cJSON *documents = json_get(json_root(row), "inline"), *attached = json_get(json_root(row), "attached");
    size_t most = (size_t)cJSON_GetArraySize(documents) + (size_t)cJSON_GetArraySize(attached);
    const struct policy **policies = ARENA_ARRAY(arena, const struct policy *, most + 1);
    const cJSON *one;
    cJSON_ArrayForEach(one, documents) add_policy(arena, json_value(one), policies, ret_count);
    cJSON_ArrayForEach(one, attached)
    {
        struct str document;
        if (managed_policy_document(world, principal->account, json_value(one), &document))
            add_policy(arena, document, policies, ret_count);
    }
    *ret_policies = policies;
    return true;
}

enum decision identity_trust(struct world *world, const cJSON *role, const struct permission_question *question,
                             bool *ret_names_account)
{
    struct arena *arena = arena_new();
    enum decision decision = DECISION_IMPLICIT_DENY;
    *ret_names_account = false;
    const struct policy *trust = policy_parse(arena, json_str(role, "AssumeRolePolicyDocument"), POLICY_TRUST, NULL);
    if (trust) {
        decision = policy_evaluate_resource(trust, question);
        if (decision == DECISION_ALLOW && question->principal->kind != PRINCIPAL_SERVICE) {
            /* Asked again for a stranger of the same account: let in too means that the account is named, not this principal. */
            struct principal stranger = { .kind = PRINCIPAL_USER,
                                          .account = question->principal->account,
                                          .arn = "",
                                          .user_id = "",
                                          .role = "",
                                          .session_policy = "" };
            struct permission_question again = *question;
            again.principal = &stranger;
            *ret_names_account = policy_evaluate_resource(trust, &again) == DECISION_ALLOW;
        }
    }
    policy_release(trust);
    arena_free(arena);
    return decision;
}

static bool trusts_service(struct world *world, struct str role_arn, const char *service_principal)
{
    struct arn parts;
    char account[13];
    if (!arn_parse(role_arn, &parts) || parts.account.length != 12)
        return false;
    memcpy(account, parts.account.at, 12);
    account[12] = '\0';
    struct json *row = role_get(world, account, role_arn);
    if (!row)
        return false;
    struct principal service = { .kind = PRINCIPAL_SERVICE,
                                 .account = account,
                                 .arn = service_principal,
                                 .user_id = "",
                                 .role = "",
                                 .session_policy = "" };
    struct permission_question question = { .principal = &service,
                                            .action = STR("sts:AssumeRole"),
                                            .resource = role_arn,
                                            .now_ms = clock_now(world->clock),
                                            .region = "" };
    bool names_account;
    return identity_trust(world, json_root(row), &question, &names_account) == DECISION_ALLOW;
}

/* The trust policy must let the principal in; where it names only the principal's account (or the principal is of another
 * one), its own policies must allow it too. Another account's role is behind its trust policy even where policies are not
 * enforced: a key opens its own account only. */
bool identity_may_assume(struct cloud *cloud, struct arena *arena, const struct permission_question *question)
{
    struct arn parts;
    if (!arn_parse(question->resource, &parts))
        return false;
    bool own = str_is(parts.account, question->principal->account);
    if (own && !cloud->enforce)
        return true;
    struct json *row = role_get(cloud->world, arena_copy(arena, parts.account), question->resource);
    bool names_account;
    if (!row || identity_trust(cloud->world, json_root(row), question, &names_account) != DECISION_ALLOW)
        return false;
    return (own && !names_account) || policy_decide(cloud, arena, question) == DECISION_ALLOW;
}

const struct identity_source iam_identities = { policies_of, trusts_service, identity_may_assume };
