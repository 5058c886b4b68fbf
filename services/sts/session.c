#include "services/sts/session.h"

#include "aws/arn.h"
#include "aws/authorise.h"
#include "aws/cloud.h"
#include "services/iam/identity.h"
#include "services/iam/role.h"
#include "services/sts/narrowing.h"
#include "services/sts/sts_model.h"
#include "world/account.h"
#include "world/clock.h"

#define ALPHABET_ID     "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define ALPHABET_BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
/* Role chaining (a session that assumes a role) lasts an hour at most: IAM user guide, "Roles terms and concepts". */
#define CHAINED_MOST_SECONDS 3600
#define ROOT_MOST_SECONDS    3600 /* what is asked beyond it is cut: GetSessionToken of the API reference */

enum outcome get_caller_identity(struct call *call)
{
    output_string(call, "UserId", call->caller.user_id);
    output_string(call, "Account", call->caller.account);
    output_string(call, "Arn", call->caller.arn);
    return CALL_DONE;
}

/* What of the trust policy is asked about, and of the caller's own policies. Here and not at the road's authorise station
 * (overlay.json), since the trust policy alone may be enough. */
static bool may(struct call *call, const char *action, struct str role_arn)
{
    struct permission_question question = authorise_question_of(call, str_of(action), role_arn);
    return identity_may_assume(call->cloud, call->arena, &question);
}

static enum outcome refuse(struct call *call, const char *action, struct str role_arn)
{
    return call_fail(call, &ERROR_ACCESS_DENIED_QUERY, "User: %s is not authorized to perform: %s on resource: %.*s",
                     call->caller.arn, action, STR_ARG(role_arn));
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

/* ---- sessions ---- */

/* A user or root with keys of its own. */
static bool is_of_a_person(const struct call *call)
{
    bool long_lived = !str_starts(str_of(call->caller.access_key_id), STR("ASIA"));
    return long_lived && (call->caller.kind == PRINCIPAL_ROOT || call->caller.kind == PRINCIPAL_USER);
}

/* How long its sessions last: half a day unless said; root's an hour at most. */
static int64_t seconds_of_a_person(const struct call *call)
{
    int64_t seconds = input_int64(call, "DurationSeconds", 43200);
    bool is_root = call->caller.kind == PRINCIPAL_ROOT;
    return is_root && seconds > ROOT_MOST_SECONDS ? ROOT_MOST_SECONDS : seconds;
}

enum outcome get_session_token(struct call *call)
{
    if (!is_of_a_person(call))
        return call_fail(call, &ERROR_ACCESS_DENIED_QUERY, "Cannot call GetSessionToken with session credentials");
    make_key(call,
             &(struct access_key){
                 .account = call->caller.account, .principal_arn = call->caller.arn, .user_id = call->caller.user_id },
             seconds_of_a_person(call));
    return CALL_DONE;
}

enum outcome get_access_key_info(struct call *call)
{
    const struct access_key *key = account_find_key(call->world, input_str(call, "AccessKeyId"));
    if (!key) /* ours: AWS reads the account out of the id itself */
        return call_fail(call, &ERROR_VALIDATION, "The access key %s does not exist.",
                         input_string(call, "AccessKeyId"));
    output_string(call, "Account", key->account);
    return CALL_DONE;
}

/* No service of this cloud encodes its refusals (EC2's do), so whatever is shown here did not come from it. */
enum outcome decode_authorization_message(struct call *call)
{
    return call_fail(call, &STS_INVALID_AUTHORIZATION_MESSAGE_EXCEPTION, "Message is not valid");
}

/* ---- AssumeRole ---- */

/* NULL: the call has failed. */
static struct json *role_of_call(struct call *call, const char **ret_account, enum outcome *ret_failed)
{
    struct str role_arn = input_str(call, "RoleArn");
    struct arn parts;
    if (!arn_parse(role_arn, &parts) || parts.account.length != 12 || !str_starts(parts.resource, STR("role/"))) {
        *ret_failed = call_fail(call, &ERROR_VALIDATION, "%.*s is invalid", STR_ARG(role_arn));
        return NULL;
    }
    *ret_account = arena_copy(call->arena, parts.account);
    struct json *row = role_get(call->world, *ret_account, role_arn);
    bool federated = call->caller.kind == PRINCIPAL_FEDERATED_USER; /* it calls nothing of STS but GetCallerIdentity */
    if (row && !federated && may(call, "sts:AssumeRole", role_arn)) {
        if (!input_has(call, "Tags") || may(call, "sts:TagSession", role_arn))
            return row;
        *ret_failed = refuse(call, "sts:TagSession", role_arn);
        return NULL;
    }
    *ret_failed = refuse(call, "sts:AssumeRole", role_arn);
    return NULL;
}

static bool check_duration(struct call *call, const cJSON *role, int64_t seconds, enum outcome *ret_failed)
{
    if (seconds > json_int64(role, "MaxSessionDuration", 3600))
        *ret_failed = call_fail(call, &ERROR_VALIDATION,
                                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    else if (call->caller.kind == PRINCIPAL_ROLE_SESSION && seconds > CHAINED_MOST_SECONDS)
        *ret_failed = call_fail(
            call, &ERROR_VALIDATION,
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
    else
        return true;
    return false;
}

enum outcome assume_role(struct call *call)
{
    enum outcome failed;
    const char *account, *policy;
    struct session_tags tags;
    int64_t seconds = input_int64(call, "DurationSeconds", 3600);
    struct json *row = role_of_call(call, &account, &failed);
    if (!row || !check_duration(call, json_root(row), seconds, &failed) ||
        !(policy = narrowing_policy(call, account, &failed)) || !narrowing_tags(call, &tags, &failed))
        return failed;
    if (narrowing_measure(call) != CALL_DONE)
        return CALL_FAILED;
    const cJSON *role = json_root(row);
    struct str session = input_str(call, "RoleSessionName");
    const char *arn = arena_printf(call->arena, "arn:aws:sts::%s:assumed-role/%s/%.*s", account,
                                   json_string(role, "RoleName"), STR_ARG(session));
    const char *user_id = arena_printf(call->arena, "%s:%.*s", json_string(role, "RoleId"), STR_ARG(session));
    make_key(call,
             &(struct access_key){ .account = account,
                                   .principal_arn = arn,
                                   .user_id = user_id,
                                   .session_policy = policy,
                                   .session_tags = tags.tags,
                                   .transitive_tags = tags.transitive },
             seconds);
    cJSON *assumed = cJSON_CreateObject();
    json_set_string(assumed, "AssumedRoleId", user_id);
    json_set_string(assumed, "Arn", arn);
    output_json(call, "AssumedRoleUser", assumed);
    output_string(call, "SourceIdentity", input_string(call, "SourceIdentity"));
    return CALL_DONE;
}

/* ---- GetFederationToken ---- */

enum outcome get_federation_token(struct call *call)
{
    enum outcome failed;
    const char *policy, *account = call->caller.account;
    struct session_tags tags;
    if (!is_of_a_person(call))
        return call_fail(call, &ERROR_ACCESS_DENIED_QUERY, "Cannot call GetFederationToken with session credentials");
    struct str name = input_str(call, "Name");
    const char *arn = arena_printf(call->arena, "arn:aws:sts::%s:federated-user/%.*s", account, STR_ARG(name));
    if (authorise_also(call, "sts:GetFederationToken", str_of(arn)) != CALL_DONE ||
        (input_has(call, "Tags") && authorise_also(call, "sts:TagSession", str_of(arn)) != CALL_DONE))
        return CALL_FAILED;
    if (!(policy = narrowing_policy(call, account, &failed)) || !narrowing_tags(call, &tags, &failed))
        return failed;
    if (narrowing_measure(call) != CALL_DONE)
        return CALL_FAILED;
    const char *user_id = arena_printf(call->arena, "%s:%.*s", account, STR_ARG(name));
    make_key(call,
             &(struct access_key){ .account = account,
                                   .principal_arn = arn,
                                   .user_id = user_id,
                                   .session_policy = policy,
                                   .session_tags = tags.tags,
                                   .federated_by = call->caller.arn },
             seconds_of_a_person(call));
    cJSON *user = cJSON_CreateObject();
    json_set_string(user, "FederatedUserId", user_id);
    json_set_string(user, "Arn", arn);
    output_json(call, "FederatedUser", user);
    return CALL_DONE;
}
