#include "services/s3/cors.h"

#include "aws/payload.h"
#include "aws/road.h"
#include "services/s3/configuration.h"
#include "services/s3/fault.h"

/* ---- matching ---- */

/* One star stands for anything. */
static bool matches(struct str pattern, struct str text, bool ignore_case)
{
    struct str after, before = str_cut(pattern, '*', &after);
    bool (*equal)(struct str, struct str) = ignore_case ? str_equal_ignoring_case : str_equal;
    if (before.length == pattern.length)
        return equal(pattern, text);
    return text.length >= before.length + after.length && equal(str_first(text, before.length), before) &&
           equal(str_from(text, text.length - after.length), after);
}

static const cJSON *find(const cJSON *patterns, struct str text, bool ignore_case)
{
    const cJSON *pattern;
    cJSON_ArrayForEach(pattern, patterns)
    {
        if (matches(json_value(pattern), text, ignore_case))
            return pattern;
    }
    return NULL;
}

static bool allows_headers(const cJSON *rule, struct str asked)
{
    while (asked.length) {
        struct str one = str_trim(str_cut(asked, ',', &asked));
        if (one.length && !find(json_get(rule, "AllowedHeaders"), one, true))
            return false;
    }
    return true;
}

static const cJSON *rule_for(const cJSON *configuration, struct str origin, struct str method, struct str headers)
{
    const cJSON *rule;
    cJSON_ArrayForEach(rule, json_get(configuration, "CORSRules"))
    {
        if (find(json_get(rule, "AllowedOrigins"), origin, false) &&
            find(json_get(rule, "AllowedMethods"), method, false) && allows_headers(rule, headers))
            return rule;
    }
    return NULL;
}

/* ---- telling ---- */

static void tell_list(struct call *call, const char *name, const cJSON *texts)
{
    struct buf all = BUF_EMPTY;
    const cJSON *text;
    cJSON_ArrayForEach(text, texts)
    {
        if (all.length)
            buf_add_text(&all, ", ");
        buf_add_str(&all, json_value(text));
    }
    if (all.length)
        call_header(call, name, buf_str(&all));
    buf_release(&all);
}

static void tell_rule(struct call *call, const cJSON *rule, struct str origin)
{
    const cJSON *named = find(json_get(rule, "AllowedOrigins"), origin, false), *age = json_get(rule, "MaxAgeSeconds");
    bool anybody = str_is(json_value(named), "*");
    call_header(call, "Access-Control-Allow-Origin", anybody ? STR("*") : origin);
    if (!anybody)
        call_header(call, "Access-Control-Allow-Credentials", STR("true"));
    tell_list(call, "Access-Control-Allow-Methods", json_get(rule, "AllowedMethods"));
    tell_list(call, "Access-Control-Expose-Headers", json_get(rule, "ExposeHeaders"));
    if (age)
        call_header(call, "Access-Control-Max-Age", json_print_in(call->arena, age));
    call_header(call, "Vary", STR("Origin, Access-Control-Request-Headers, Access-Control-Request-Method"));
}

static const cJSON *configuration_of(struct call *call)
{
    struct bucket bucket;
    return bucket_find(call->world, call->arena, input_str(call, "Bucket"), &bucket)
               ? configuration_get(call->world, &bucket, "cors")
               : NULL;
}

void cors_answer(struct call *call)
{
    struct str origin = call->request ? request_header(call->request, STR("Origin")) : STR_NONE;
    if (!origin.length || !input_str(call, "Bucket").at || str_is(call->request->method, "OPTIONS"))
        return;
    const cJSON *configuration = configuration_of(call);
    const cJSON *rule = configuration ? rule_for(configuration, origin, call->request->method, STR("")) : NULL;
    if (rule)
        tell_rule(call, rule, origin);
}

/* ---- asked before ---- */

static enum outcome forbid(struct call *call, const char *sentence, struct str method)
{
    call_fail_with(call, FAULT_ACCESS_FORBIDDEN.kind, str_of(sentence));
    call_fail_more(call, "Method", method);
    return call_fail_more(call, "ResourceType", input_has(call, "Key") ? STR("OBJECT") : STR("BUCKET"));
}

enum outcome options_object(struct call *call)
{
    if (!call->request) /* internal calls come from no page */
        return s3_fail(call, &FAULT_METHOD_NOT_ALLOWED, NULL);
    struct str origin = request_header(call->request, STR("Origin")),
               method = request_header(call->request, STR("Access-Control-Request-Method")),
               headers = request_header(call->request, STR("Access-Control-Request-Headers"));
    if (!origin.length)
        return s3_fail_saying(call, &FAULT_BAD_REQUEST, "Insufficient information. Origin request header needed.");
    if (!method.length)
        return s3_fail_saying(call, &FAULT_BAD_REQUEST, "Invalid Access-Control-Request-Method: null");
    const cJSON *configuration = configuration_of(call);
    if (!configuration)
        return forbid(call, FAULT_ACCESS_FORBIDDEN.sentence, method);
    const cJSON *rule = rule_for(configuration, origin, method, headers.at ? headers : STR(""));
    if (!rule)
        return forbid(
            call,
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, "
            "request method / Access-Control-Request-Method or Access-Control-Request-Headers are not "
            "whitelisted by the resource's CORS spec.",
            method);
    tell_rule(call, rule, origin);
    if (headers.length)
        call_header(call, "Access-Control-Allow-Headers", headers);
    return CALL_DONE;
}

enum outcome options_bucket(struct call *call)
{
    return options_object(call);
}
