#include "services/s3/access.h"

#include <ctype.h>

#include "aws/arn.h"
#include "aws/authorise.h"
#include "aws/payload.h"
#include "services/s3/acl.h"
#include "services/s3/configuration.h"
#include "services/s3/fault.h"

#define POLICY_MOST_BYTES 20480

/* ---- evaluation ---- */

/* A policy that locks everybody out can still be read and taken away by the account's root: S3 user guide, "Bucket policies". */
static bool is_rescue(const struct permission_question *question, const struct bucket *bucket)
{
    return question->principal->kind == PRINCIPAL_ROOT &&
           strcmp(question->principal->account, bucket->scope.account) == 0 &&
           (str_is(question->action, "s3:GetBucketPolicy") || str_is(question->action, "s3:PutBucketPolicy") ||
            str_is(question->action, "s3:DeleteBucketPolicy"));
}

bool bucket_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                  struct resource_guard *ret_guard)
{
    struct arn parts;
    struct bucket bucket;
    if (!arn_parse(question->resource, &parts) || !str_is(parts.service, "s3"))
        return false;
    if (str_is(question->action, "s3:CreateBucket")) /* no bucket has a say in it, not even the one that stands there */
        return false;
    struct str rest;
    if (!bucket_find(world, arena, str_cut(parts.resource, '/', &rest), &bucket))
        return false;
    *ret_guard = (struct resource_guard){ .account = bucket.scope.account };
    if (!is_rescue(question, &bucket))
        ret_guard->document = json_value(configuration_get(world, &bucket, "policy"));
    return true;
}

static bool policy_is_public(const cJSON *policy);

/* RestrictPublicBuckets leaves a public policy nothing to say to strangers. */
static bool is_restricted(struct call *call, const struct bucket *bucket, struct str policy)
{
    return configuration_blocks(call->world, bucket, "RestrictPublicBuckets") &&
           policy_is_public(json_parse_in(call->arena, policy, NULL));
}

static bool policy_admits(struct call *call, const struct bucket *bucket, const struct permission_question *question)
{
    struct str text = json_value(configuration_get(call->world, bucket, "policy"));
    const struct policy *policy = text.at ? policy_parse(call->arena, text, POLICY_RESOURCE, NULL) : NULL;
    if (!policy)
        return false;
    enum decision decision = policy_evaluate_resource(policy, question);
    policy_release(policy);
    return decision == DECISION_ALLOW && !is_restricted(call, bucket, text);
}

static bool is_own(const struct call *call, const struct bucket *bucket)
{
    return call->caller.kind != PRINCIPAL_ANONYMOUS && strcmp(call->caller.account, bucket->scope.account) == 0;
}

static bool refuse(struct call *call)
{
    s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
    return false;
}

bool access_is_open(struct call *call, const struct bucket *bucket)
{
    if (is_own(call, bucket))
        return true;
    struct permission_question question = authorise_question(call);
    return (question.action.at && policy_admits(call, bucket, &question)) || acl_admits(call, bucket) || refuse(call);
}

bool access_to_is_open(struct call *call, const struct bucket *bucket, const char *action, struct str resource)
{
    struct permission_question question = authorise_question(call);
    question.action = str_of(action);
    question.resource = resource;
    return is_own(call, bucket) || policy_admits(call, bucket, &question) || refuse(call);
}

/* ---- what a policy must be ---- */

struct checking {
    struct call *call;
    const struct bucket *bucket;
};

static bool malformed(struct checking *check, const char *sentence, const char *detail_or_null)
{
    call_fail_with(check->call, FAULT_MALFORMED_POLICY.kind, str_of(sentence));
    if (detail_or_null)
        call_fail_more(check->call, "Detail", str_of(detail_or_null));
    return false;
}

/* Every text of a string or a list of strings. */
static bool each_text(struct checking *check, const cJSON *node,
                      bool (*is_good)(struct checking *check, struct str text))
{
    if (cJSON_IsString(node))
        return is_good(check, json_value(node));
    if (!cJSON_IsArray(node) || !node->child)
        return malformed(check, "Missing required field cannot be empty!", NULL);
    const cJSON *element;
    cJSON_ArrayForEach(element, node)
    {
        if (!cJSON_IsString(element))
            return malformed(check, "Invalid policy syntax.", NULL);
        if (!is_good(check, json_value(element)))
            return false;
    }
    return true;
}

static bool action_is_good(struct checking *check, struct str action)
{
    struct str name, vendor = str_cut(action, ':', &name);
    if (str_is(action, "*") || (str_equal_ignoring_case(vendor, STR("s3")) && name.length) ||
        (str_equal_ignoring_case(vendor, STR("s3-object-lambda")) && name.length))
        return true;
    return malformed(check, "Policy has invalid action", NULL);
}

/* The bucket itself, or what is in it. */
static bool resource_is_good(struct checking *check, struct str resource)
{
    struct str rest, wanted = STR("arn:aws:s3:::");
    if (str_is(resource, "*"))
        return true;
    if (str_starts(resource, wanted)) {
        struct str name = str_cut(str_from(resource, wanted.length), '/', &rest);
        if (str_is(name, check->bucket->name) || str_find_byte(name, '*') != SIZE_MAX ||
            str_find_byte(name, '?') != SIZE_MAX || str_find(name, STR("${")) != SIZE_MAX)
            return true;
    }
    return malformed(check, "Policy has invalid resource", arena_copy(check->call->arena, resource));
}

static bool is_account(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isdigit((unsigned char)text.at[i]))
            return false;
    return text.length == 12;
}

static bool aws_principal_is_good(struct checking *check, struct str who)
{
    if (str_is(who, "*") || is_account(who) || str_starts(who, STR("arn:aws:iam::")) ||
        str_starts(who, STR("arn:aws:sts::")) || str_starts(who, STR("AROA")) || str_starts(who, STR("AIDA")))
        return true;
    return malformed(check, "Invalid principal in policy",
                     arena_printf(check->call->arena, "\"AWS\" : \"%.*s\"", STR_ARG(who)));
}

static bool service_principal_is_good(struct checking *check, struct str who)
{
    if (str_find_byte(who, '.') != SIZE_MAX)
        return true;
    return malformed(check, "Invalid principal in policy",
                     arena_printf(check->call->arena, "\"Service\" : \"%.*s\"", STR_ARG(who)));
}

static bool any_text(struct checking *check, struct str text)
{
    return true;
}

static bool principal_is_good(struct checking *check, const cJSON *principal)
{
    if (cJSON_IsString(principal))
        return str_is(json_value(principal), "*") || malformed(check, "Invalid principal in policy", NULL);
    if (!cJSON_IsObject(principal) || !principal->child)
        return malformed(check, "Invalid principal in policy", NULL);
    const cJSON *kind;
    cJSON_ArrayForEach(kind, principal)
    {
        bool (*is_good)(struct checking *, struct str) = strcmp(kind->string, "AWS") == 0 ? aws_principal_is_good
                                                         : strcmp(kind->string, "Service") == 0
                                                             ? service_principal_is_good
                                                             : any_text;
        if (strcmp(kind->string, "AWS") != 0 && strcmp(kind->string, "Service") != 0 &&
            strcmp(kind->string, "Federated") != 0 && strcmp(kind->string, "CanonicalUser") != 0)
            return malformed(check, "Invalid principal in policy", NULL);
        if (!each_text(check, kind, is_good))
            return false;
    }
    return true;
}

static const cJSON *one_of(const cJSON *statement, const char *name, const char *not_name)
{
    const cJSON *found = json_get(statement, name);
    return found ? found : json_get(statement, not_name);
}

static bool statement_is_good(struct checking *check, const cJSON *statement)
{
    static const char *const known[] = { "Sid",         "Effect",    "Action",       "NotAction", "Resource",
                                         "NotResource", "Principal", "NotPrincipal", "Condition" };
    const cJSON *member;
    if (!cJSON_IsObject(statement))
        return malformed(check, "Invalid policy syntax.", NULL);
    cJSON_ArrayForEach(member, statement)
    {
        size_t i = 0, count = sizeof known / sizeof *known;
        while (i < count && strcmp(known[i], member->string) != 0)
            i++;
        if (i == count)
            return malformed(check, arena_printf(check->call->arena, "Unknown field %s", member->string), NULL);
    }
    const cJSON *action = one_of(statement, "Action", "NotAction"),
                *resource = one_of(statement, "Resource", "NotResource"),
                *principal = one_of(statement, "Principal", "NotPrincipal"), *effect = json_get(statement, "Effect");
    const char *missing = !effect      ? "Effect"
                          : !principal ? "Principal"
                          : !action    ? "Action"
                          : !resource  ? "Resource"
                                       : NULL;
    if (missing)
        return malformed(check, arena_printf(check->call->arena, "Missing required field %s", missing), NULL);
    if (!str_is(json_value(effect), "Allow") && !str_is(json_value(effect), "Deny"))
        return malformed(check,
                         arena_printf(check->call->arena, "Invalid effect: %.*s",
                                      STR_ARG(json_print_in(check->call->arena, effect))),
                         NULL);
    return principal_is_good(check, principal) && each_text(check, action, action_is_good) &&
           each_text(check, resource, resource_is_good);
}

/* S3's own sentences first; what they do not tell is IAM's to see. */
static bool policy_is_good(struct checking *check, struct str text, const cJSON **ret_policy)
{
    const cJSON *policy = json_parse_in(check->call->arena, text, NULL);
    if (!cJSON_IsObject(policy))
        return malformed(check, FAULT_MALFORMED_POLICY.sentence, NULL);
    const cJSON *member, *statement = json_get(policy, "Statement");
    cJSON_ArrayForEach(member, policy)
    {
        if (strcmp(member->string, "Version") != 0 && strcmp(member->string, "Id") != 0 && member != statement)
            return malformed(check, arena_printf(check->call->arena, "Unknown field %s", member->string), NULL);
    }
    const cJSON *version = json_get(policy, "Version");
    if (version && !str_is(json_value(version), "2012-10-17") && !str_is(json_value(version), "2008-10-17"))
        return malformed(check, "The policy must contain a valid version string", NULL);
    if (!statement)
        return malformed(check, "Missing required field Statement", NULL);
    if (cJSON_IsObject(statement)) {
        if (!statement_is_good(check, statement))
            return false;
    } else if (!cJSON_IsArray(statement) || !statement->child) {
        return malformed(check, "Could not parse the policy: Statement is empty!", NULL);
    } else {
        for (const cJSON *one = statement->child; one; one = one->next)
            if (!statement_is_good(check, one))
                return false;
    }
    char *why = NULL;
    const struct policy *parsed = policy_parse(check->call->arena, text, POLICY_RESOURCE, &why);
    if (!parsed)
        return malformed(check, why ? why : "Invalid policy syntax.", NULL);
    policy_release(parsed);
    *ret_policy = policy;
    return true;
}

/* ---- what is public ---- */

static bool holds_star(const cJSON *texts)
{
    const cJSON *element;
    if (str_is(json_value(texts), "*"))
        return true;
    if (cJSON_IsArray(texts))
        cJSON_ArrayForEach(element, texts) if (str_is(json_value(element), "*")) return true;
    return false;
}

/* Keys whose fixed value makes a grant to everybody one to somebody: "The meaning of public". */
static bool narrows(const cJSON *conditions)
{
    static const char *const keys[] = { "aws:SourceIp",
                                        "aws:SourceArn",
                                        "aws:SourceVpc",
                                        "aws:SourceVpce",
                                        "aws:SourceOwner",
                                        "aws:SourceAccount",
                                        "aws:PrincipalArn",
                                        "aws:userid",
                                        "aws:PrincipalOrgID",
                                        "aws:PrincipalAccount",
                                        "s3:DataAccessPointArn",
                                        "s3:DataAccessPointAccount",
                                        "s3:x-amz-server-side-encryption-aws-kms-key-id" };
    const cJSON *form, *key;
    cJSON_ArrayForEach(form, conditions)
    {
        cJSON_ArrayForEach(key, form)
        {
            for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
                if (str_equal_ignoring_case(str_of(key->string), str_of(keys[i])) && !holds_star(key))
                    return true;
        }
    }
    return false;
}

static bool statement_is_public(const cJSON *statement)
{
    if (!str_is(json_str(statement, "Effect"), "Allow") || narrows(json_get(statement, "Condition")))
        return false;
    const cJSON *principal = json_get(statement, "Principal");
    if (!principal) /* NotPrincipal with Allow */
        return true;
    return holds_star(principal) || holds_star(json_get(principal, "AWS"));
}

static bool policy_is_public(const cJSON *policy)
{
    const cJSON *statement = json_get(policy, "Statement");
    if (cJSON_IsObject(statement))
        return statement_is_public(statement);
    const cJSON *one;
    cJSON_ArrayForEach(one, statement) if (statement_is_public(one)) return true;
    return false;
}

/* ---- the operations ---- */

enum outcome put_bucket_policy(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    struct str text = input_str(call, "Policy");
    struct checking check = { call, &bucket };
    const cJSON *policy;
    if (!text.length)
        return s3_fail(call, &FAULT_MISSING_BODY, NULL);
    if (text.length > POLICY_MOST_BYTES)
        return s3_fail_saying(call, &FAULT_MALFORMED_POLICY, "Policy exceeds the maximum allowed document size.");
    if (!policy_is_good(&check, text, &policy))
        return CALL_FAILED;
    if (policy_is_public(policy) && configuration_blocks(call->world, &bucket, "BlockPublicPolicy"))
        return s3_fail_saying(call, &FAULT_ACCESS_DENIED,
                              "User: %s is not authorized to perform: s3:PutBucketPolicy on resource: "
                              "\"arn:aws:s3:::%s\" because public policies are blocked by the BlockPublicPolicy block "
                              "public access setting.",
                              call->caller.arn, bucket.name);
    configuration_put(call, &bucket, "policy", json_new_string(text));
    return CALL_DONE;
}

static const cJSON *policy_of(struct call *call, struct bucket *ret_bucket)
{
    if (!bucket_of_call(call, ret_bucket))
        return NULL;
    const cJSON *policy = configuration_get(call->world, ret_bucket, "policy");
    if (!policy)
        s3_fail(call, &FAULT_NO_SUCH_BUCKET_POLICY, "BucketName", ret_bucket->name, NULL);
    return policy;
}

enum outcome get_bucket_policy(struct call *call)
{
    struct bucket bucket;
    const cJSON *policy = policy_of(call, &bucket);
    if (!policy)
        return CALL_FAILED;
    output_str(call, "Policy", json_value(policy));
    return CALL_DONE;
}

enum outcome get_bucket_policy_status(struct call *call)
{
    struct bucket bucket;
    const cJSON *policy = policy_of(call, &bucket);
    if (!policy)
        return CALL_FAILED;
    cJSON *status = cJSON_CreateObject();
    json_set_bool(status, "IsPublic", policy_is_public(json_parse_in(call->arena, json_value(policy), NULL)));
    output_json(call, "PolicyStatus", status);
    return CALL_DONE;
}

enum outcome delete_bucket_policy(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    configuration_delete(call, &bucket, "policy");
    return CALL_DONE;
}
