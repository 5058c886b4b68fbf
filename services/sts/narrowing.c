#include "services/sts/narrowing.h"

#include "aws/policy.h"
#include "services/iam/managed_policy.h"
#include "services/sts/sts_model.h"
#include "world/account.h"

#define PACKED_MOST 2048 /* characters of policies and tags; AWS packs them first, in a way of its own */

/* ---- policies ---- */

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

/* Statement ids may repeat among them and tell nothing here, so they go. */
const char *narrowing_policy(struct call *call, const char *account, enum outcome *ret_failed)
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

/* ---- tags ---- */

static bool fail_tags(struct call *call, enum outcome *ret_failed, const char *sentence)
{
    *ret_failed = call_fail(call, &ERROR_VALIDATION, "%s", sentence);
    return false;
}

static const cJSON *find_tag(const cJSON *tags, struct str key)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (str_equal_ignoring_case(json_str(tag, "Key"), key))
            return tag;
    }
    return NULL;
}

static bool lists(const cJSON *keys, struct str key)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, keys)
    {
        if (str_equal_ignoring_case(json_value(one), key))
            return true;
    }
    return false;
}

/* The tags that the calling session hands on to every session that it takes ("Chaining roles with session tags"). */
static const cJSON *inherited_tags(struct call *call, const cJSON **ret_keys)
{
    const struct access_key *key = account_find_key(call->world, str_of(call->caller.access_key_id));
    *ret_keys = NULL;
    if (!key || !key->transitive_tags[0])
        return NULL;
    *ret_keys = json_parse_in(call->arena, str_of(key->transitive_tags), NULL);
    return json_parse_in(call->arena, str_of(key->session_tags), NULL);
}

static bool is_repeated(const cJSON *tag)
{
    for (const cJSON *other = tag->next; other; other = other->next) {
        if (str_equal_ignoring_case(json_str(tag, "Key"), json_str(other, "Key")))
            return true;
    }
    return false;
}

static bool check_tags(struct call *call, const cJSON *given, const cJSON *transitive, const cJSON *handed_on,
                       enum outcome *ret_failed)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, given)
    {
        if (is_repeated(one))
            return fail_tags(call, ret_failed,
                             "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        if (lists(handed_on, json_str(one, "Key")))
            return fail_tags(call, ret_failed,
                             "One of the specified transitive tag keys can't be set because it conflicts with a "
                             "transitive tag key from the calling session.");
    }
    cJSON_ArrayForEach(one, transitive)
    {
        if (!find_tag(given, json_value(one)))
            return fail_tags(call, ret_failed,
                             "The specified transitive tag key must be included in the requested tags.");
    }
    return true;
}

static const char *text_of(struct call *call, cJSON *list_taken)
{
    const char *text = list_taken->child ? arena_copy(call->arena, json_print_in(call->arena, list_taken)) : "";
    cJSON_Delete(list_taken);
    return text;
}

bool narrowing_tags(struct call *call, struct session_tags *ret_tags, enum outcome *ret_failed)
{
    const cJSON *handed_on, *one, *given = json_get(call->input, "Tags");
    const cJSON *transitive = json_get(call->input, "TransitiveTagKeys");
    const cJSON *inherited = inherited_tags(call, &handed_on);
    if (!check_tags(call, given, transitive, handed_on, ret_failed))
        return false;
    cJSON *tags = cJSON_CreateArray(), *keys = cJSON_CreateArray();
    cJSON_ArrayForEach(one, inherited)
    {
        if (lists(handed_on, json_str(one, "Key")))
            json_add(tags, json_thaw(one));
    }
    cJSON_ArrayForEach(one, given) json_add(tags, json_thaw(one));
    cJSON_ArrayForEach(one, handed_on) json_add(keys, json_thaw(one));
    cJSON_ArrayForEach(one, transitive) json_add(keys, json_thaw(one));
    *ret_tags = (struct session_tags){ text_of(call, tags), text_of(call, keys) };
    return true;
}

/* ---- how much it is ---- */

enum outcome narrowing_measure(struct call *call)
{
    const cJSON *one;
    size_t size = input_str(call, "Policy").length;
    cJSON_ArrayForEach(one, json_get(call->input, "PolicyArns")) size += json_str(one, "arn").length;
    cJSON_ArrayForEach(one, json_get(call->input, "Tags"))
        size += json_str(one, "Key").length + json_str(one, "Value").length;
    if (size == 0)
        return CALL_DONE;
    int64_t percent = (int64_t)((size * 100 + PACKED_MOST - 1) / PACKED_MOST);
    if (percent > 100)
        return call_fail(call, &STS_PACKED_POLICY_TOO_LARGE_EXCEPTION,
                         "Packed policy consumes %d%% of allotted space, please use smaller policy.", (int)percent);
    output_int64(call, "PackedPolicySize", percent);
    return CALL_DONE;
}
