#include "services/iam/identity.h"

#include "aws/arn.h"
#include "aws/call.h"
#include "aws/cloud.h"
#include "services/iam/group.h"
#include "services/iam/holder.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"
#include "world/clock.h"

static void release_policy(void *policy)
{
    policy_release(policy);
}

/* What is gathered of a principal's policies. */
struct gathering {
    struct world *world;
    const char *account;
    struct arena *arena;
    const struct policy **policies;
    size_t count, room;
};

/* A document that stands in a row was checked when it came in; it is in the cache as a rule. */
static void add_policy(struct gathering *gathering, struct str document)
{
    const struct policy *policy = policy_parse(gathering->arena, document, POLICY_IDENTITY, NULL);
    if (!policy)
        return;
    arena_own(gathering->arena, release_policy, (void *)(uintptr_t)policy);
    if (gathering->count == gathering->room) {
        gathering->room = 2 * gathering->room + 8;
        const struct policy **grown = ARENA_ARRAY(gathering->arena, const struct policy *, gathering->room);
        if (gathering->count)
            memcpy(grown, gathering->policies, gathering->count * sizeof *grown);
        gathering->policies = grown;
    }
    gathering->policies[gathering->count++] = policy;
}

static void add_policies_of(struct gathering *gathering, const cJSON *holder)
{
    const cJSON *one;
    struct str document;
    cJSON_ArrayForEach(one, json_get(holder, "inline")) add_policy(gathering, json_value(one));
    cJSON_ArrayForEach(one, json_get(holder, "attached"))
    {
        if (managed_policy_document(gathering->world, gathering->account, json_value(one), &document))
            add_policy(gathering, document);
    }
}

/* Of a federated user: the user whose session it is. */
static struct json *row_of(struct world *world, const struct principal *principal)
{
    if (principal->kind == PRINCIPAL_FEDERATED_USER)
        return holder_get(world, principal->account, &holder_user, str_of(principal->federated_by));
    if (principal->kind == PRINCIPAL_ROLE_SESSION)
        return role_get(world, principal->account, str_of(principal->role));
    if (principal->kind == PRINCIPAL_USER)
        return holder_get(world, principal->account, &holder_user, str_of(principal->arn));
    return NULL;
}

/* False: it names a policy that is gone. */
static bool find_boundary(struct gathering *gathering, const cJSON *holder, const struct policy **ret_boundary)
{
    struct str arn = json_str(holder, "PermissionsBoundary"), document;
    *ret_boundary = NULL;
    if (!arn.at)
        return true;
    if (!managed_policy_document(gathering->world, gathering->account, arn, &document))
        return false;
    *ret_boundary = policy_parse(gathering->arena, document, POLICY_IDENTITY, NULL);
    if (*ret_boundary)
        arena_own(gathering->arena, release_policy, (void *)(uintptr_t)*ret_boundary);
    return *ret_boundary;
}

bool identity_grants(struct world *world, const char *account, const cJSON *holder, struct arena *arena,
                     struct grants *ret_grants)
{
    struct gathering gathering = { .world = world, .account = account, .arena = arena };
    *ret_grants = (struct grants){ 0 };
    if (!find_boundary(&gathering, holder, &ret_grants->boundary))
        return false;
    const cJSON *one;
    add_policies_of(&gathering, holder);
    cJSON_ArrayForEach(one, json_get(holder, "groups"))
        add_policies_of(&gathering, json_root(group_of_user(world, account, one)));
    ret_grants->identity = gathering.policies;
    ret_grants->count = gathering.count;
    ret_grants->arn = arena_str(arena, json_str(holder, "Arn"));
    ret_grants->tags.own = json_get(holder, "Tags");
    return true;
}

static const cJSON *session_tags_of(const struct principal *principal, struct arena *arena)
{
    const char *tags = principal->session_tags;
    return tags && tags[0] ? json_parse_in(arena, str_of(tags), NULL) : NULL;
}

/* Root's federated users may do what their session's policy says. */
static void grant_everything(struct gathering *gathering, struct grants *ret_grants)
{
    add_policy(gathering, STR("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
                              "\"Resource\":\"*\"}]}"));
    *ret_grants = (struct grants){ .identity = gathering->policies, .count = gathering->count };
}

static bool is_federated_by_root(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_FEDERATED_USER && str_ends(str_of(principal->federated_by), STR(":root"));
}

static bool policies_of(struct world *world, const struct principal *principal, struct arena *arena,
                        struct grants *ret_grants)
{
    struct json *row = row_of(world, principal);
    struct gathering gathering = { .world = world, .account = principal->account, .arena = arena };
    if (row && !identity_grants(world, principal->account, json_root(row), arena, ret_grants))
        return false;
    if (!row && !is_federated_by_root(principal))
        return false;
    if (!row)
        grant_everything(&gathering, ret_grants);
    ret_grants->tags.session = session_tags_of(principal, arena);
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
    struct json *who = row_of(cloud->world, question->principal);
    struct permission_question asked = *question;
    asked.tags.session = session_tags_of(question->principal, arena);
    asked.tags.own = who ? json_get(json_root(who), "Tags") : NULL;
    bool names_account;
    if (!row || identity_trust(cloud->world, json_root(row), &asked, &names_account) != DECISION_ALLOW)
        return false;
    return (own && !names_account) || policy_decide(cloud, arena, question) == DECISION_ALLOW;
}

const struct identity_source iam_identities = { policies_of, trusts_service, identity_may_assume };
