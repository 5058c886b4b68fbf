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

/* "arn:aws:iam::A:root" and "A" name everybody of the account; a role's ARN names its sessions too. */
static bool is_principal(const struct named_principal *named, const struct principal *who)
{
    if (named->type == PRINCIPALS_SERVICE)
        return who->kind == PRINCIPAL_SERVICE && str_is(named->name, who->arn);
    if (named->type != PRINCIPALS_AWS || who->kind == PRINCIPAL_SERVICE)
        return false;
    if (str_is(named->name, "*"))
        return true;
    if (who->kind == PRINCIPAL_ANONYMOUS)
        return false;
    if (str_is(named->name, who->account) || str_is(named->name, who->arn))
        return true;
    struct arn parts;
    if (!arn_parse(named->name, &parts) || !str_is(parts.account, who->account))
        return false;
    if (str_is(parts.resource, "root"))
        return true;
    if (who->kind != PRINCIPAL_ROLE_SESSION || !str_starts(parts.resource, STR("role/")))
        return false;
    size_t role = strlen(who->role);
    return parts.resource.length > role && str_ends(parts.resource, str_of(who->role)) &&
           parts.resource.at[parts.resource.length - role - 1] == '/';
}

static bool names_principal(const struct statement *statement, const struct principal *who)
{
    bool named = false;
    for (size_t i = 0; i < statement->principal_count && !named; i++)
        named = is_principal(&statement->principals[i], who);
    return named != statement->not_principal;
}

static enum decision judge(const struct policy *policy, const struct permission_question *question, bool of_principal)
{
    enum decision decision = DECISION_IMPLICIT_DENY;
    for (size_t i = 0; i < policy->statement_count; i++) {
        const struct statement *statement = &policy->statements[i];
        if (!statement->deny && decision == DECISION_ALLOW)
            continue;
        if (!names_action(statement, question->action) || !names_resource(policy, statement, question))
            continue;
        if (of_principal && !names_principal(statement, question->principal))
            continue;
        if (!conditions_hold(policy, statement, question))
            continue;
        if (statement->deny)
            return DECISION_EXPLICIT_DENY;
        decision = DECISION_ALLOW;
    }
    return decision;
}

enum decision policy_evaluate(const struct policy *const *identity, size_t count, const struct policy *session,
                              const struct permission_question *question)
{
    enum decision decision = DECISION_IMPLICIT_DENY;
    for (size_t i = 0; i < count; i++) {
        enum decision one = judge(identity[i], question, false);
        if (one == DECISION_EXPLICIT_DENY)
            return one;
        if (one == DECISION_ALLOW)
            decision = one;
    }
    if (!session)
        return decision;
    enum decision narrowed = judge(session, question, false);
    if (narrowed == DECISION_EXPLICIT_DENY)
        return DECISION_SESSION_EXPLICIT_DENY;
    if (decision == DECISION_ALLOW && narrowed != DECISION_ALLOW)
        return DECISION_SESSION_IMPLICIT_DENY;
    return decision;
}

enum decision policy_evaluate_resource(const struct policy *policy, const struct permission_question *question)
{
    return judge(policy, question, true);
}

static void release_policy(void *policy)
{
    policy_release(policy);
}

enum decision policy_decide(struct cloud *cloud, struct arena *arena, const struct permission_question *question)
{
    const struct principal *who = question->principal;
    if (who->kind == PRINCIPAL_ROOT || who->kind == PRINCIPAL_SERVICE)
        return DECISION_ALLOW;
    const struct policy *const *policies = NULL;
    size_t count = 0;
    if (!cloud->identities->policies(cloud->world, who, arena, &policies, &count))
        return DECISION_IMPLICIT_DENY;
    const struct policy *session = NULL;
    if (who->session_policy && who->session_policy[0]) {
        session = policy_parse(arena, str_of(who->session_policy), POLICY_IDENTITY, NULL);
        if (!session) /* it was checked when the session was made */
            return DECISION_SESSION_IMPLICIT_DENY;
        arena_own(arena, release_policy, (void *)(uintptr_t)session);
    }
    return policy_evaluate(policies, count, session, question);
}

char *policy_sentence(struct arena *arena, const struct permission_question *question, enum decision decision)
{
    const char *reason = "";
    bool denied = decision == DECISION_EXPLICIT_DENY || decision == DECISION_SESSION_EXPLICIT_DENY;
    bool session = decision == DECISION_SESSION_IMPLICIT_DENY || decision == DECISION_SESSION_EXPLICIT_DENY;
    if (denied)
        reason = session ? "with an explicit deny in a session policy"
                         : "with an explicit deny in an identity-based policy";
    else
        reason = arena_printf(arena, "because no %s policy allows the %.*s action",
                              session ? "session" : "identity-based", STR_ARG(question->action));
    return arena_printf(arena, "User: %s is not authorized to perform: %.*s on resource: %.*s %s",
                        question->principal->arn, STR_ARG(question->action), STR_ARG(question->resource), reason);
}
