#include "services/sts/session.h"

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/road.h"
#include "services/iam/identity.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"
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

static enum outcome refuse(struct call *call, struct str role_arn)
{
    return call_fail(call, &ERROR_ACCESS_DENIED_QUERY,
                     "User: %s is not authorized to perform: sts:AssumeRole on resource: %.*s", call->caller.arn,
                     STR_ARG(role_arn));
}

/* Asked here and not at the road's authorise station (overlay.json), since the trust policy alone may be enough. */
static bool may_assume(struct call *call, struct str role_arn)
{
    static const char *const members[][2] = { { "sts:ExternalId", "ExternalId" },
                                              { "sts:RoleSessionName", "RoleSessionName" },
                                              { "sts:SourceIdentity", "SourceIdentity" } };
    struct context_key keys[sizeof members / sizeof *members];
    size_t count = 0;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (input_has(call, members[i][1]))
            keys[count++] = (struct context_key){ members[i][0], input_str(call, members[i][1]) };
    }
    struct permission_question question = { .principal = &call->caller,
                                            .action = STR("sts:AssumeRole"),
                                            .resource = role_arn,
                                            .context = keys,
                                            .context_count = count,
                                            .now_ms = clock_now(call->world->clock),
                                            .region = call->region,
                                            .source_ip = call->request ? call->request->peer : STR_NONE };
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

/* ---- what narrows a session ---- */

static bool add_statements(struct call *call, cJSON *statements, struct str document, enum outcome *ret_failed)
{
    char *why = NULL;
    const struct policy *policy = policy_parse(call->arena, document, POLICY_IDENTITY, &why);
    if (!policy) {
        *ret_failed = call_fail_with(call, &STS_MALFORMED_POLICY_DOCUMENT_EXCEPTION, str_of(why));
        return false;
    }
    policy_release(policy);
    const cJSON *given = json_get(json_parse_in(call->arena, document, NULL), "Statement"), *one;
    if (cJSON_IsObject(given))
        json_add(statements, json_thaw(given));
    else
        cJSON_ArrayForEach(one, given) json_add(statements, json_thaw(one));
    return true;
}

static bool add_managed(struct call *call, const char *account, cJSON *statements, enum outcome *ret_failed)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(call->input, "PolicyArns"))
    {
        struct str document, arn = json_str(one, "arn");
        if (!managed_policy_document(call->world, account, arn, &document)) {
            /* Ours: no public record shows AWS's sentence. */
            *ret_failed = call_fail(call, &ERROR_VALIDATION, "Policy %.*s does not exist or is not attachable.",
                                    STR_ARG(arn));
            return false;
        }
        if (!add_statements(call, statements, document, ret_failed))
            return false;
    }
    return true;
}

/* One policy of all the statements that Policy and PolicyArns have: together they are what a session may do at most, as the
 * managed ones read now. "": nothing narrows it. Statement ids may repeat among them and tell nothing here, so they go.
 * NULL: the call has failed. */
static const char *session_policy(struct call *call, const char *account, enum outcome *ret_failed)
{
    if (!input_has(call, "Policy") && !input_has(call, "PolicyArns"))
        return "";
    cJSON *policy = cJSON_CreateObject(), *statements = cJSON_CreateArray();
    json_set_string(policy, "Version", "2012-10-17");
    json_set(policy, "Statement", statements);
    const char *text = NULL;
    if ((!input_has(call, "Policy") || add_statements(call, statements, input_str(call, "Policy"), ret_failed)) &&
        add_managed(call, account, statements, ret_failed)) {
        cJSON *one;
        cJSON_ArrayForEach(one, statements) cJSON_DeleteItemFromObjectCaseSensitive(one, "Sid");
        text = arena_copy(call->arena, json_print_in(call->arena, policy));
    }
    cJSON_Delete(policy);
    return text;
}

/* ---- sessions ---- */

static bool is_long_lived(const struct call *call)
{
    return !str_starts(str_of(call->caller.access_key_id), STR("ASIA"));
}

enum outcome get_session_token(struct call *call)
{
    bool is_root = call->caller.kind == PRINCIPAL_ROOT;
    if (!is_long_lived(call) || (!is_root && call->caller.kind != PRINCIPAL_USER))
        return call_fail(call, &ERROR_ACCESS_DENIED_QUERY, "Cannot call GetSessionToken with session credentials");
    int64_t seconds = input_int64(call, "DurationSeconds", 43200);
    if (is_root && seconds > ROOT_MOST_SECONDS)
        seconds = ROOT_MOST_SECONDS;
    make_key(call,
             &(struct access_key){
                 .account = call->caller.account, .principal_arn = call->caller.arn, .user_id = call->caller.user_id },
             seconds);
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
    enum outcome failed;
    const char *narrowed = session_policy(call, account, &failed);
    if (!narrowed)
        return failed;

    const char *arn = arena_printf(call->arena, "arn:aws:sts::%s:assumed-role/%s/%.*s", account,
                                   json_string(role, "RoleName"), STR_ARG(session));
    const char *user_id = arena_printf(call->arena, "%s:%.*s", json_string(role, "RoleId"), STR_ARG(session));
    make_key(call,
             &(struct access_key){
                 .account = account, .principal_arn = arn, .user_id = user_id, .session_policy = narrowed },
             seconds);
    cJSON *assumed = cJSON_CreateObject();
    json_set_string(assumed, "AssumedRoleId", user_id);
    json_set_string(assumed, "Arn", arn);
    output_json(call, "AssumedRoleUser", assumed);
    output_string(call, "SourceIdentity", input_string(call, "SourceIdentity"));
    if (policy_text.at) /* how full the packed session policy is, in per cent of 2,048 characters */
        output_int64(call, "PackedPolicySize", (int64_t)(policy_text.length * 100 / 2048));
    return CALL_DONE;
}
