#include <stdlib.h>

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/policy_statement.h"
#include "base/pattern.h"

/* The order of judgement: IAM user guide, "Policy evaluation logic". */

static bool names_action(const struct statement *statement, struct str action)
{
    bool named = false;
    for (size_t i = 0; i < statement->actions.count && !named; i++)
        named = wildcard_matches(statement->actions.at[i], action, 0, true);
    return named != statement->not_action;
}

static bool names_resource(const struct policy *policy, const struct statement *statement,
                           const struct permission_question *question)
{
    if (statement->resources.count == 0) /* a trust policy: the role itself */
        return true;
    bool named = false;
    for (size_t i = 0; i < statement->resources.count && !named; i++)
        named = policy_pattern_matches(policy, statement->resources.at[i], question->resource, false, question);
    return named != statement->not_resource;
}

/* How a statement's Principal names somebody: the closer, the more it is worth. */
enum naming {
    NAMED_NOT,
    NAMED_BY_ACCOUNT, /* the account as a whole: in that account it gives nothing by itself */
    NAMED_AMONG,      /* everybody, or the role of the session */
    NAMED_ITSELF,
    NAMED_OR_NOT = NAMED_NOT, /* a policy without Principal */
};

/* "arn:aws:iam::A:root" and "A" name everybody of the account; a role's ARN names its sessions too. */
static enum naming naming_of(const struct named_principal *named, const struct principal *who)
{
    if (named->type == PRINCIPALS_SERVICE)
        return who->kind == PRINCIPAL_SERVICE && str_is(named->name, who->arn) ? NAMED_ITSELF : NAMED_NOT;
    if (named->type != PRINCIPALS_AWS || who->kind == PRINCIPAL_SERVICE)
        return NAMED_NOT;
    if (str_is(named->name, "*"))
        return NAMED_AMONG;
    if (who->kind == PRINCIPAL_ANONYMOUS)
        return NAMED_NOT;
    if (str_is(named->name, who->account))
        return NAMED_BY_ACCOUNT;
    struct arn parts;
    if (!arn_parse(named->name, &parts) || !str_is(parts.account, who->account))
        return NAMED_NOT;
    if (str_is(parts.resource, "root"))
        return NAMED_BY_ACCOUNT;
    if (str_is(named->name, who->arn))
        return NAMED_ITSELF;
    if (who->kind != PRINCIPAL_ROLE_SESSION || !str_starts(parts.resource, STR("role/")))
        return NAMED_NOT;
    size_t role = strlen(who->role);
    return parts.resource.length > role && str_ends(parts.resource, str_of(who->role)) &&
                   parts.resource.at[parts.resource.length - role - 1] == '/'
               ? NAMED_AMONG
               : NAMED_NOT;
}

static enum naming naming_in(const struct statement *statement, const struct principal *who)
{
    enum naming closest = NAMED_NOT;
    for (size_t i = 0; i < statement->principal_count; i++) {
        enum naming one = naming_of(&statement->principals[i], who);
        closest = one > closest ? one : closest;
    }
    if (statement->not_principal)
        return closest == NAMED_NOT ? NAMED_AMONG : NAMED_NOT;
    return closest;
}

/* What denies holds for whoever is named; what allows must name him at least so closely. */
static enum decision judge(const struct policy *policy, const struct permission_question *question, enum naming least)
{
    enum decision decision = DECISION_IMPLICIT_DENY;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct statement *statement = &policy->statements[i];
        if (!statement->deny && decision == DECISION_ALLOW)
            continue;
        if (!names_action(statement, question->action) || !names_resource(policy, statement, question))
            continue;
        enum naming enough = statement->deny && least > NAMED_BY_ACCOUNT ? NAMED_BY_ACCOUNT : least;
        if (enough > NAMED_OR_NOT && naming_in(statement, question->principal) < enough)
            continue;
        if (!conditions_hold(policy, statement, question))
            continue;
        if (statement->deny)
            return DECISION_EXPLICIT_DENY;
        decision = DECISION_ALLOW;
    }
    return decision;
}

static enum decision judge_identity(const struct grants *grants, const struct permission_question *question)
{
    enum decision decision = DECISION_IMPLICIT_DENY;
    for (size_t i = 0; i < grants->count; i++) {
        enum decision one = judge(grants->identity[i], question, NAMED_OR_NOT);
        if (one == DECISION_EXPLICIT_DENY)
            return one;
        if (one == DECISION_ALLOW)
            decision = one;
    }
    return decision;
}

/* What a policy that only narrows says; nothing where there is none. */
static enum decision judge_narrowing(const struct policy *policy, const struct permission_question *question)
{
    return policy ? judge(policy, question, NAMED_OR_NOT) : DECISION_ALLOW;
}

static bool resource_allows(const struct grants *grants, const struct permission_question *question, enum naming least)
{
    return grants->resource && !grants->foreign && judge(grants->resource, question, least) == DECISION_ALLOW;
}

/* Who is named himself by the resource's policy is not held back by what merely does not allow it in a boundary or a
 * session policy: user guide, "Evaluating identity-based policies with permissions boundaries" and "Session policies". */
enum decision policy_evaluate(const struct grants *grants, const struct permission_question *question)
{
    enum decision identity = judge_identity(grants, question), boundary = judge_narrowing(grants->boundary, question),
                  session = grants->powerless ? DECISION_IMPLICIT_DENY : judge_narrowing(grants->session, question);
    if (identity == DECISION_EXPLICIT_DENY)
        return identity;
    if (grants->resource && judge(grants->resource, question, NAMED_BY_ACCOUNT) == DECISION_EXPLICIT_DENY)
        return DECISION_RESOURCE_EXPLICIT_DENY;
    if (boundary == DECISION_EXPLICIT_DENY)
        return DECISION_BOUNDARY_EXPLICIT_DENY;
    if (session == DECISION_EXPLICIT_DENY)
        return DECISION_SESSION_EXPLICIT_DENY;
    if (resource_allows(grants, question, NAMED_ITSELF))
        return DECISION_ALLOW;
    if (identity != DECISION_ALLOW && !resource_allows(grants, question, NAMED_AMONG))
        return DECISION_IMPLICIT_DENY;
    if (boundary != DECISION_ALLOW)
        return DECISION_BOUNDARY_IMPLICIT_DENY;
    return session == DECISION_ALLOW ? DECISION_ALLOW : DECISION_SESSION_IMPLICIT_DENY;
}

enum decision policy_evaluate_resource(const struct policy *policy, const struct permission_question *question)
{
    return judge(policy, question, NAMED_BY_ACCOUNT);
}

void policy_each_key(const struct policy *policy, void (*tell)(void *data, struct str key), void *data)
{
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct statement *statement = &policy->statements[i];
        for (size_t k = 0; k < statement->condition_count; k++)
            tell(data, statement->conditions[k].key);
    }
}

/* ---- fetching what is written ---- */

static void release_policy(void *policy)
{
    policy_release(policy);
}

/* A document that was checked when it came in; NULL: it is none. */
static const struct policy *policy_in(struct arena *arena, struct str document, enum policy_kind kind)
{
    const struct policy *policy = policy_parse(arena, document, kind, NULL);
    if (policy)
        arena_own(arena, release_policy, (void *)(uintptr_t)policy);
    return policy;
}

/* False: nothing guards such a resource. */
static bool find_guard(struct cloud *cloud, struct arena *arena, const struct permission_question *question,
                       struct resource_guard *ret_guard)
{
    struct arn parts;
    if (!arn_parse(question->resource, &parts))
        return false;
    const struct service *service = cloud_service(cloud, parts.service);
    return service && service->guard && service->guard(cloud->world, arena, question, ret_guard);
}

/* Root and services hold no policies: they may do what no resource forbids; a service that calls for one of its resources (a
 * bot's alias) what the other's policy allows. Nobody at all comes only to resources whose service asks by itself whom it lets in. */
static enum decision decide_without_identity(const struct permission_question *question, const struct policy *resource,
                                             bool guarded)
{
    enum decision said = resource ? judge(resource, question, NAMED_BY_ACCOUNT) : DECISION_IMPLICIT_DENY;
    if (said == DECISION_EXPLICIT_DENY)
        return DECISION_RESOURCE_EXPLICIT_DENY;
    if (question->principal->source_arn)
        return said;
    return question->principal->kind == PRINCIPAL_ANONYMOUS && !guarded ? DECISION_IMPLICIT_DENY : DECISION_ALLOW;
}

/* "You cannot call any IAM operations" with a federated session (GetFederationToken); to pass a role is none. */
static bool is_barred(const struct permission_question *question)
{
    return question->principal->kind == PRINCIPAL_FEDERATED_USER && str_starts(question->action, STR("iam:")) &&
           !str_is(question->action, "iam:PassRole");
}

enum decision policy_decide(struct cloud *cloud, struct arena *arena, const struct permission_question *question)
{
    const struct principal *who = question->principal;
    struct resource_guard guard = { 0 };
    bool guarded = find_guard(cloud, arena, question, &guard);
    const struct policy *resource = guard.document.at ? policy_in(arena, guard.document, POLICY_RESOURCE) : NULL;
    if (who->kind == PRINCIPAL_ROOT || who->kind == PRINCIPAL_SERVICE || who->kind == PRINCIPAL_ANONYMOUS)
        return decide_without_identity(question, resource, guarded);

    struct grants grants = { 0 };
    if (is_barred(question))
        return DECISION_SESSION_IMPLICIT_DENY;
    if (!cloud->identities->policies(cloud->world, who, arena, &grants))
        return DECISION_IMPLICIT_DENY;
    grants.resource = resource;
    grants.foreign = guarded && strcmp(guard.account, who->account) != 0;
    grants.powerless = who->kind == PRINCIPAL_FEDERATED_USER && !who->session_policy[0];
    if (who->session_policy && who->session_policy[0]) {
        grants.session = policy_in(arena, str_of(who->session_policy), POLICY_IDENTITY);
        if (!grants.session)
            return DECISION_SESSION_IMPLICIT_DENY;
    }
    struct permission_question asked = *question;
    asked.tags = grants.tags;
    if (who->kind == PRINCIPAL_ROLE_SESSION)
        asked.role_arn = grants.arn;
    return policy_evaluate(&grants, &asked);
}

/* "Troubleshoot access denied error messages" of the IAM user guide. */
char *policy_sentence(struct arena *arena, const struct permission_question *question, enum decision decision)
{
    static const struct {
        bool denied;
        const char *by;
    } reasons[] = {
        [DECISION_ALLOW] = { false, "identity-based policy" },
        [DECISION_IMPLICIT_DENY] = { false, "identity-based policy" },
        [DECISION_EXPLICIT_DENY] = { true, "an identity-based policy" },
        [DECISION_SESSION_IMPLICIT_DENY] = { false, "session policy" },
        [DECISION_SESSION_EXPLICIT_DENY] = { true, "a session policy" },
        [DECISION_BOUNDARY_IMPLICIT_DENY] = { false, "permissions boundary" },
        [DECISION_BOUNDARY_EXPLICIT_DENY] = { true, "a permissions boundary" },
        [DECISION_RESOURCE_EXPLICIT_DENY] = { true, "a resource-based policy" },
    };
    const char *by = reasons[decision].by;
    const char *reason = reasons[decision].denied ? arena_printf(arena, "with an explicit deny in %s", by)
                                                  : arena_printf(arena, "because no %s allows the %.*s action", by,
                                                                 STR_ARG(question->action));
    return arena_printf(arena, "User: %s is not authorized to perform: %.*s on resource: %.*s %s",
                        question->principal->kind == PRINCIPAL_ANONYMOUS ? "anonymous" : question->principal->arn,
                        STR_ARG(question->action), STR_ARG(question->resource), reason);
}
