#include "services/sts/session.h"

#include "aws/arn.h"
#include "aws/cloud.h"
#include "services/iam/identity.h"
#include "services/iam/role.h"
#include "services/sts/sts_model.h"
#include "world/account.h"
#include "world/clock.h"

#define ALPHABET_ID     "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define ALPHABET_BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
/* Role chaining (a session that assumes a role) lasts an hour at most: IAM user guide, "Roles terms and concepts". */
#define CHAINED_MOST_SECONDS 3600

enum outcome get_caller_identity(struct call *call)
{
    output_string(call, "UserId", call->caller.user_id);
    output_string(call, "Account", call->caller.account);
    output_string(call, "Arn", call->caller.arn);
    return CALL_DONE;
}

static enum outcome refuse(struct call *call, struct str role_arn)
{
    return call_fail(call, &ERROR_ACCESS_DENIED_QUERY,
                     "User: %s is not authorized to perform: sts:AssumeRole on resource: %.*s", call->caller.arn,
                     STR_ARG(role_arn));
}

/* Asked here and not at the road's authorise station (overlay.json), since the trust policy alone may be enough. */
static bool may_assume(struct call *call, struct str role_arn)
{
    struct context_key external = { "sts:ExternalId", input_str(call, "ExternalId") };
    struct context_key keys[] = { external, { "sts:RoleSessionName", input_str(call, "RoleSessionName") } };
    bool has_external = input_has(call, "ExternalId");
    struct permission_question question = { .principal = &call->caller,
                                            .action = STR("sts:AssumeRole"),
                                            .resource = role_arn,
                                            .context = has_external ? keys : keys + 1,
                                            .context_count = has_external ? 2 : 1,
                                            .now_ms = clock_now(call->world->clock),
                                            .region = call->region };
    return identity_may_assume(call->cloud, call->arena, &question);
}

static void make_key(struct call *call, const struct access_key *form, int64_t seconds)
{
    char id[21] = "ASIA", secret[41], token[341] = "FwoGZXIvYXdzE";
    random_secret_text(ALPHABET_ID, 16, id + 4);
    random_secret_text(ALPHABET_BASE64, 40, secret);
    random_secret_text(ALPHABET_BASE64, 340 - strlen(token), token + strlen(token));
    struct access_key key = *form;
    key.id = id;
    key.secret = secret;
    key.session_token = token;
    key.expires_ms = (clock_now(call->world->clock) / 1000 + seconds) * 1000;
    account_put_key(call->world, &key);

    cJSON *credentials = cJSON_CreateObject();
    json_set_string(credentials, "AccessKeyId", id);
    json_set_string(credentials, "SecretAccessKey", secret);
    json_set_string(credentials, "SessionToken", token);
    json_set(credentials, "Expiration", json_new_time(key.expires_ms));
    output_json(call, "Credentials", credentials);
}

enum outcome assume_role(struct call *call)
{
    struct str role_arn = input_str(call, "RoleArn"), session = input_str(call, "RoleSessionName");
    struct str policy_text = input_str(call, "Policy");
    struct arn parts;
    if (!arn_parse(role_arn, &parts) || parts.account.length != 12 || !str_starts(parts.resource, STR("role/")))
        return call_fail(call, &ERROR_VALIDATION, "%.*s is invalid", STR_ARG(role_arn));
    const char *account = arena_copy(call->arena, parts.account);
    struct json *row = role_get(call->world, account, role_arn);
    if (!row || !may_assume(call, role_arn))
        return refuse(call, role_arn);
    const cJSON *role = json_root(row);

    int64_t seconds = input_int64(call, "DurationSeconds", 3600);
    if (seconds > json_int64(role, "MaxSessionDuration", 3600))
        return call_fail(call, &ERROR_VALIDATION,
                         "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    if (call->caller.kind == PRINCIPAL_ROLE_SESSION && seconds > CHAINED_MOST_SECONDS)
        return call_fail(
            call, &ERROR_VALIDATION,
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
    if (policy_text.at) {
        char *why = NULL;
        const struct policy *policy = policy_parse(call->arena, policy_text, POLICY_IDENTITY, &why);
        if (!policy)
            return call_fail_with(call, &STS_MALFORMED_POLICY_DOCUMENT_EXCEPTION, str_of(why));
        policy_release(policy);
    }

    const char *arn = arena_printf(call->arena, "arn:aws:sts::%s:assumed-role/%s/%.*s", account,
                                   json_string(role, "RoleName"), STR_ARG(session));
    const char *user_id = arena_printf(call->arena, "%s:%.*s", json_string(role, "RoleId"), STR_ARG(session));
    make_key(call,
             &(struct access_key){ .account = account,
                                   .principal_arn = arn,
                                   .user_id = user_id,
                                   .session_policy = policy_text.at ? arena_copy(call->arena, policy_text) : "" },
             seconds);
    cJSON *assumed = cJSON_CreateObject();
    json_set_string(assumed, "AssumedRoleId", user_id);
    json_set_string(assumed, "Arn", arn);
    output_json(call, "AssumedRoleUser", assumed);
    if (policy_text.at) /* how full the packed session policy is, in per cent of 2,048 characters */
        output_int64(call, "PackedPolicySize", (int64_t)(policy_text.length * 100 / 2048));
    return CALL_DONE;
}
