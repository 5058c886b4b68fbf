#include "aws/form_policy.h"

#include "aws/payload.h"
#include "aws/sigv4.h"
#include "base/percent.h"
#include "base/time.h"

#define SENDER(name, text, http) static const struct error_kind name = { text, text, http, FAULT_SENDER }

SENDER(access_denied, "AccessDenied", 403);
SENDER(invalid_policy, "InvalidPolicyDocument", 400);

struct str form_field(const struct form_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_equal_ignoring_case(fields->at[i].name, str_of(name)))
            return fields->at[i].value;
    return STR_NONE;
}

/* ---- who signed ---- */

static void add_parameter(struct buf *query, const char *name, struct str value)
{
    if (!value.length)
        return;
    buf_printf(query, "%s%s=", query->length ? "&" : "", name);
    percent_encode(query, value, "");
}

/* The fields are those of a presigned query, but for what a policy says itself: they are read as one. */
void form_sign(struct call *call, const struct form_fields *fields)
{
    struct arena *arena = call->arena;
    static const char *const names[] = { "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature",
                                         "X-Amz-Security-Token" };
    struct buf query = BUF_EMPTY;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_parameter(&query, names[i], form_field(fields, names[i]));
    struct wire_request request = { .query = arena_str(arena, buf_str(&query)), .arena = arena };
    buf_release(&query);
    struct signature *signature = call->signature;
    sigv4_read(&request, signature);
    struct str key = form_field(fields, "AWSAccessKeyId");
    if (!signature->present && key.length)
        *signature = (struct signature){ .present = true,
                                         .presigned = true,
                                         .legacy = true,
                                         .access_key_id = key,
                                         .hex = form_field(fields, "signature"),
                                         .security_token = form_field(fields, "x-amz-security-token") };
    signature->policy = form_field(fields, "policy");
    if (signature->present && !signature->policy.at)
        signature->policy = STR("");
    if (sigv4_region_is_sane(signature->region))
        call->region = arena_copy(arena, signature->region);
}

/* ---- what it says ---- */

struct checking {
    struct call *call;
    const struct form_fields *fields;
    struct str bucket;
    struct form_range *range;
    bool covered[FORM_MOST_FIELDS];
};

static bool malformed(struct checking *check, const char *why)
{
    call_fail(check->call, &invalid_policy, "Invalid Policy: %s", why);
    return false;
}

static bool failed(struct checking *check, const cJSON *condition)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, condition);
    call_fail(check->call, &access_denied, "Invalid according to Policy: Policy Condition failed: %.*s",
              STR_ARG(buf_str(&text)));
    buf_release(&text);
    return false;
}

static struct str value_of(struct checking *check, struct str name)
{
    for (size_t i = 0; i < check->fields->count; i++)
        check->covered[i] |= str_equal_ignoring_case(check->fields->at[i].name, name);
    if (str_equal_ignoring_case(name, STR("bucket")))
        return check->bucket;
    return form_field(check->fields, arena_copy(check->call->arena, name));
}

static bool check_match(struct checking *check, const cJSON *condition, struct str name, struct str wanted, bool begins)
{
    struct str value = value_of(check, name);
    bool good = value.at && (begins ? str_starts(value, wanted) : str_equal(value, wanted));
    return good || failed(check, condition);
}

static bool check_range(struct checking *check, const cJSON *least, const cJSON *most)
{
    int64_t low, high;
    struct arena *arena = check->call->arena;
    if (!least || !most || !str_to_int64(json_print_in(arena, least), &low) ||
        !str_to_int64(json_print_in(arena, most), &high) || low < 0 || high < low)
        return malformed(check, "Invalid content-length-range");
    *check->range = (struct form_range){ (uint64_t)low, (uint64_t)high };
    return true;
}

/* ["eq", "$key", "x"], ["starts-with", "$key", "x"], ["content-length-range", 1, 9]. */
static bool check_list(struct checking *check, const cJSON *condition)
{
    const cJSON *first = condition->child, *second = first ? first->next : NULL, *third = second ? second->next : NULL;
    struct str what = json_value(first), name = json_value(second);
    if (str_equal_ignoring_case(what, STR("content-length-range")))
        return check_range(check, second, third);
    bool begins = str_equal_ignoring_case(what, STR("starts-with"));
    if ((!begins && !str_equal_ignoring_case(what, STR("eq"))) || !str_starts(name, STR("$")) || !cJSON_IsString(third))
        return malformed(check, "Invalid condition");
    return check_match(check, condition, str_from(name, 1), json_value(third), begins);
}

static bool check_condition(struct checking *check, const cJSON *condition)
{
    if (cJSON_IsArray(condition))
        return check_list(check, condition);
    const cJSON *member = cJSON_IsObject(condition) ? condition->child : NULL;
    if (!cJSON_IsString(member) || member->next)
        return malformed(check, "Invalid condition");
    return check_match(check, condition, str_of(member->string), json_value(member), false);
}

static bool is_free(struct str name)
{
    static const char *const names[] = { "policy", "signature", "x-amz-signature", "AWSAccessKeyId", "file" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal_ignoring_case(name, str_of(names[i])))
            return true;
    return str_equal_ignoring_case(str_first(name, 9), STR("x-ignore-"));
}

static bool check_all_covered(struct checking *check)
{
    for (size_t i = 0; i < check->fields->count; i++) {
        if (check->covered[i] || is_free(check->fields->at[i].name))
            continue;
        call_fail(check->call, &access_denied, "Invalid according to Policy: Extra input fields: %.*s",
                  STR_ARG(check->fields->at[i].name));
        return false;
    }
    return true;
}

static bool check_expiration(struct checking *check, const cJSON *policy)
{
    int64_t until_ms;
    if (!time_parse_iso(json_str(policy, "expiration"), &until_ms))
        return malformed(check, "Invalid 'expiration' value");
    if (time_wall_ms() <= until_ms)
        return true;
    call_fail(check->call, &access_denied, "Invalid according to Policy: Policy expired.");
    return false;
}

static bool check_policy(struct checking *check, const cJSON *policy)
{
    const cJSON *conditions = json_get(policy, "conditions");
    if (!cJSON_IsObject(policy) || !cJSON_IsArray(conditions))
        return malformed(check, "Invalid JSON.");
    if (!check_expiration(check, policy))
        return false;
    for (const cJSON *condition = conditions->child; condition; condition = condition->next)
        if (!check_condition(check, condition))
            return false;
    return check_all_covered(check);
}

enum outcome form_check_policy(struct call *call, const struct form_fields *fields, struct str bucket,
                               struct form_range *ret_range)
{
    struct str text = form_field(fields, "policy");
    if (!text.at)
        return CALL_DONE;
    struct checking check = { .call = call, .fields = fields, .bucket = bucket, .range = ret_range };
    const cJSON node = { .type = cJSON_String, .valuestring = arena_copy(call->arena, text) };
    struct str decoded = call_blob(call, &node);
    const cJSON *policy = decoded.at ? json_parse_in(call->arena, decoded, NULL) : NULL;
    if (!policy)
        return malformed(&check, "Invalid JSON.") ? CALL_DONE : CALL_FAILED;
    return check_policy(&check, policy) ? CALL_DONE : CALL_FAILED;
}
