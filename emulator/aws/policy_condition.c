#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <arpa/inet.h>

#include "aws/policy_statement.h"
#include "base/pattern.h"
#include "base/time.h"

/* Operators and what a missing key means: IAM user guide, "IAM JSON policy elements: Condition operators". */
static const struct {
    const char *name;
    enum comparison comparison;
    enum relation relation;
    bool negated;
} operators[] = {
    { "StringEquals", COMPARE_STRING, RELATION_EQUAL, false },
    { "StringNotEquals", COMPARE_STRING, RELATION_EQUAL, true },
    { "StringEqualsIgnoreCase", COMPARE_STRING_IGNORING_CASE, RELATION_EQUAL, false },
    { "StringNotEqualsIgnoreCase", COMPARE_STRING_IGNORING_CASE, RELATION_EQUAL, true },
    { "StringLike", COMPARE_LIKE, RELATION_EQUAL, false },
    { "StringNotLike", COMPARE_LIKE, RELATION_EQUAL, true },
    { "ArnEquals", COMPARE_ARN, RELATION_EQUAL, false },
    { "ArnLike", COMPARE_ARN, RELATION_EQUAL, false },
    { "ArnNotEquals", COMPARE_ARN, RELATION_EQUAL, true },
    { "ArnNotLike", COMPARE_ARN, RELATION_EQUAL, true },
    { "NumericEquals", COMPARE_NUMBER, RELATION_EQUAL, false },
    { "NumericNotEquals", COMPARE_NUMBER, RELATION_EQUAL, true },
    { "NumericLessThan", COMPARE_NUMBER, RELATION_LESS, false },
    { "NumericLessThanEquals", COMPARE_NUMBER, RELATION_LESS_EQUAL, false },
    { "NumericGreaterThan", COMPARE_NUMBER, RELATION_GREATER, false },
    { "NumericGreaterThanEquals", COMPARE_NUMBER, RELATION_GREATER_EQUAL, false },
    { "DateEquals", COMPARE_DATE, RELATION_EQUAL, false },
    { "DateNotEquals", COMPARE_DATE, RELATION_EQUAL, true },
    { "DateLessThan", COMPARE_DATE, RELATION_LESS, false },
    { "DateLessThanEquals", COMPARE_DATE, RELATION_LESS_EQUAL, false },
    { "DateGreaterThan", COMPARE_DATE, RELATION_GREATER, false },
    { "DateGreaterThanEquals", COMPARE_DATE, RELATION_GREATER_EQUAL, false },
    { "Bool", COMPARE_BOOL, RELATION_EQUAL, false },
    { "BinaryEquals", COMPARE_STRING, RELATION_EQUAL, false },
    { "IpAddress", COMPARE_ADDRESS, RELATION_EQUAL, false },
    { "NotIpAddress", COMPARE_ADDRESS, RELATION_EQUAL, true },
    { "Null", COMPARE_NULL, RELATION_EQUAL, false },
};

bool condition_operator(struct str name, struct condition *ret_condition)
{
    static const struct str all = STR("ForAllValues:"), any = STR("ForAnyValue:"), exists = STR("IfExists");
    ret_condition->quantifier = QUANTIFIER_NONE;
    if (str_starts(name, all)) {
        ret_condition->quantifier = QUANTIFIER_ALL;
        name = str_from(name, all.length);
    } else if (str_starts(name, any)) {
        ret_condition->quantifier = QUANTIFIER_ANY;
        name = str_from(name, any.length);
    }
    ret_condition->if_exists = str_ends(name, exists);
    if (ret_condition->if_exists)
        name = str_first(name, name.length - exists.length);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (!str_equal_ignoring_case(name, str_of(operators[i].name)))
            continue;
        ret_condition->comparison = operators[i].comparison;
        ret_condition->relation = operators[i].relation;
        ret_condition->negated = operators[i].negated;
        return !(ret_condition->if_exists && ret_condition->comparison == COMPARE_NULL);
    }
    return false;
}

/* ---- what the question says of a key ---- */

static struct str principal_type_name(const struct principal *principal)
{
    switch (principal->kind) {
    case PRINCIPAL_ROOT:
        return STR("Account");
    case PRINCIPAL_USER:
        return STR("User");
    case PRINCIPAL_ROLE_SESSION:
        return STR("AssumedRole");
    case PRINCIPAL_FEDERATED_USER:
        return STR("FederatedUser");
    case PRINCIPAL_ANONYMOUS:
        return STR("Anonymous");
    case PRINCIPAL_SERVICE:
        break;
    }
    return STR_NONE;
}

/* aws:PrincipalArn is the role's ARN for a session, not the session's (global condition keys). */
static struct str principal_arn(const struct principal *principal, char scratch[64], bool *ret_too_long)
{
    if (principal->kind != PRINCIPAL_ROLE_SESSION)
        return str_of(principal->arn);
    int length = snprintf(scratch, 64, "arn:aws:iam::%s:role/", principal->account);
    size_t role = strlen(principal->role);
    *ret_too_long = (size_t)length + role >= 64;
    if (*ret_too_long)
        return STR_NONE;
    memcpy(scratch + length, principal->role, role + 1);
    return (struct str){ scratch, (size_t)length + role };
}

static struct str user_name(const struct principal *principal)
{
    if (principal->kind != PRINCIPAL_USER)
        return STR_NONE;
    const char *slash = strrchr(principal->arn, '/');
    return str_of(slash ? slash + 1 : principal->arn);
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

static struct str tag_value(const struct principal_tags *tags, struct str key)
{
    const cJSON *tag = find_tag(tags->session, key);
    return json_str(tag ? tag : find_tag(tags->own, key), "Value");
}

struct str context_value(const struct permission_question *question, struct str key, size_t index, char scratch[64])
{
    size_t seen = 0;
    for (size_t i = 0; i < question->context_count; i++) {
        if (str_equal_ignoring_case(key, str_of(question->context[i].name)) && seen++ == index)
            return question->context[i].value;
    }
    if (seen > 0 || index > 0)
        return STR_NONE;

    static const struct str principal_tag = STR("aws:PrincipalTag/");
    const struct principal *who = question->principal;
    if (str_equal_ignoring_case(str_first(key, principal_tag.length), principal_tag))
        return tag_value(&question->tags, str_from(key, principal_tag.length));
    if (str_equal_ignoring_case(key, STR("aws:PrincipalAccount")))
        return str_of(who->account);
    if (str_equal_ignoring_case(key, STR("aws:PrincipalType")))
        return principal_type_name(who);
    if (str_equal_ignoring_case(key, STR("aws:userid")))
        return str_of(who->user_id);
    if (str_equal_ignoring_case(key, STR("aws:username")))
        return user_name(who);
    if (str_equal_ignoring_case(key, STR("aws:RequestedRegion")))
        return str_of(question->region);
    if (str_equal_ignoring_case(key, STR("aws:SourceIp")))
        return question->source_ip;
    if (str_equal_ignoring_case(key, STR("aws:SecureTransport")))
        return STR("false");
    if (str_equal_ignoring_case(key, STR("aws:PrincipalArn")) && question->role_arn.at)
        return question->role_arn;
    if (str_equal_ignoring_case(key, STR("aws:PrincipalArn"))) {
        bool too_long = false;
        struct str arn = principal_arn(who, scratch, &too_long);
        return too_long ? str_of(who->arn) : arn;
    }
    if (str_equal_ignoring_case(key, STR("aws:EpochTime"))) {
        int length = snprintf(scratch, 64, "%lld", (long long)(question->now_ms / 1000));
        return (struct str){ scratch, (size_t)length };
    }
    if (str_equal_ignoring_case(key, STR("aws:CurrentTime"))) {
        char iso[32];
        time_print_iso(question->now_ms, false, iso);
        int length = snprintf(scratch, 64, "%s", iso);
        return (struct str){ scratch, (size_t)length };
    }
    return STR_NONE;
}

/* ---- patterns with policy variables ---- */

#define PATTERN_CEILING 4096
#define LITERAL         '\001' /* makes the next character of an expanded pattern literal */

static bool add_literal(char *expanded, size_t *length, struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (*length + 2 > PATTERN_CEILING)
            return false;
        if (text.at[i] == '*' || text.at[i] == '?')
            expanded[(*length)++] = LITERAL;
        expanded[(*length)++] = text.at[i];
    }
    return true;
}

/* ${aws:username}, ${aws:username, 'nobody'}, and ${*}, ${?}, ${$} for the characters themselves. */
static bool add_variable(char *expanded, size_t *length, struct str name, const struct permission_question *question)
{
    char scratch[64];
    if (str_is(name, "*") || str_is(name, "?") || str_is(name, "$"))
        return add_literal(expanded, length, name);
    struct str otherwise, key = str_trim(str_cut(name, ',', &otherwise));
    struct str value = context_value(question, key, 0, scratch);
    if (value.at)
        return add_literal(expanded, length, value);
    otherwise = str_trim(otherwise);
    if (otherwise.length < 2 || otherwise.at[0] != '\'')
        return false;
    return add_literal(expanded, length, str_first(str_from(otherwise, 1), otherwise.length - 2));
}

bool policy_pattern_matches(const struct policy *policy, struct str pattern, struct str text, bool ignore_case,
                            const struct permission_question *question)
{
    if (!policy->has_variables || str_find(pattern, STR("${")) == SIZE_MAX)
        return wildcard_matches(pattern, text, 0, ignore_case);

    char expanded[PATTERN_CEILING];
    size_t length = 0;
    while (pattern.length > 0) {
        size_t end = str_starts(pattern, STR("${")) ? str_find_byte(pattern, '}') : SIZE_MAX;
        if (end != SIZE_MAX) {
            if (!add_variable(expanded, &length, (struct str){ pattern.at + 2, end - 2 }, question))
                return false;
            pattern = str_from(pattern, end + 1);
            continue;
        }
        if (length + 1 > PATTERN_CEILING)
            return false;
        expanded[length++] = pattern.at[0];
        pattern = str_from(pattern, 1);
    }
    return wildcard_matches((struct str){ expanded, length }, text, LITERAL, ignore_case);
}

/* ---- one value against one value ---- */

static bool in_relation(enum relation relation, double left, double right)
{
    switch (relation) {
    case RELATION_LESS:
        return left < right;
    case RELATION_LESS_EQUAL:
        return left <= right;
    case RELATION_GREATER:
        return left > right;
    case RELATION_GREATER_EQUAL:
        return left >= right;
    case RELATION_EQUAL:
        break;
    }
    return left == right;
}

static bool to_number(struct str text, double *ret_number)
{
    char digits[64], *end;
    if (text.length == 0 || text.length >= sizeof digits)
        return false;
    memcpy(digits, text.at, text.length);
    digits[text.length] = '\0';
    *ret_number = strtod(digits, &end);
    return *end == '\0' && isfinite(*ret_number);
}

/* A date is ISO 8601, a day alone, or seconds since 1970. */
static bool to_date(struct str text, double *ret_ms)
{
    char midnight[32];
    int64_t instant;
    if (time_parse_iso(text, &instant)) {
        *ret_ms = (double)instant;
        return true;
    }
    if (text.length == 10) {
        int length = snprintf(midnight, sizeof midnight, "%.*sT00:00:00Z", STR_ARG(text));
        if (time_parse_iso((struct str){ midnight, (size_t)length }, &instant)) {
            *ret_ms = (double)instant;
            return true;
        }
    }
    double seconds;
    if (!to_number(text, &seconds))
        return false;
    *ret_ms = seconds * 1000;
    return true;
}

static bool address_in_range(struct str address, struct str range)
{
    unsigned char left[16], right[16];
    char text[64];
    struct str bits_text, net = str_cut(range, '/', &bits_text);
    int family = str_find_byte(net, ':') == SIZE_MAX ? AF_INET : AF_INET6;
    int64_t most = family == AF_INET ? 32 : 128, bits = most;
    if (net.length >= sizeof text || address.length >= sizeof text)
        return false;
    if (bits_text.length > 0 && (!str_to_int64(bits_text, &bits) || bits < 0 || bits > most))
        return false;
    snprintf(text, sizeof text, "%.*s", STR_ARG(net));
    if (inet_pton(family, text, right) != 1)
        return false;
    snprintf(text, sizeof text, "%.*s", STR_ARG(address));
    if (inet_pton(family, text, left) != 1)
        return false;
    size_t whole = (size_t)bits / 8;
    if (memcmp(left, right, whole) != 0)
        return false;
    unsigned rest = (unsigned)bits % 8;
    return rest == 0 || (left[whole] >> (8 - rest)) == (right[whole] >> (8 - rest));
}

/* An ARN matches part by part, so that a '*' in one part does not reach into the next; the last part may hold colons. */
static bool arn_matches(const struct policy *policy, struct str pattern, struct str text,
                        const struct permission_question *question)
{
    for (int part = 0; part < 5; part++) {
        struct str left = str_cut(pattern, ':', &pattern), right = str_cut(text, ':', &text);
        if (!policy_pattern_matches(policy, left, right, false, question))
            return false;
    }
    return policy_pattern_matches(policy, pattern, text, false, question);
}

static bool value_matches(const struct policy *policy, const struct condition *condition, struct str wanted,
                          struct str actual, const struct permission_question *question)
{
    double left, right;
    switch (condition->comparison) {
    case COMPARE_STRING:
    case COMPARE_STRING_IGNORING_CASE:
        if (policy->has_variables && str_find(wanted, STR("${")) != SIZE_MAX)
            return policy_pattern_matches(policy, wanted, actual, condition->comparison != COMPARE_STRING, question);
        return condition->comparison == COMPARE_STRING ? str_equal(wanted, actual)
                                                       : str_equal_ignoring_case(wanted, actual);
    case COMPARE_LIKE:
        return policy_pattern_matches(policy, wanted, actual, false, question);
    case COMPARE_ARN:
        return arn_matches(policy, wanted, actual, question);
    case COMPARE_NUMBER:
        return to_number(actual, &left) && to_number(wanted, &right) && in_relation(condition->relation, left, right);
    case COMPARE_DATE:
        return to_date(actual, &left) && to_date(wanted, &right) && in_relation(condition->relation, left, right);
    case COMPARE_BOOL:
        return str_equal_ignoring_case(wanted, actual);
    case COMPARE_ADDRESS:
        return address_in_range(actual, wanted);
    case COMPARE_NULL:
        break;
    }
    return false;
}

/* Positive operators: one of the wanted values; negated ones: none of them. */
static bool any_wanted_matches(const struct policy *policy, const struct condition *condition, struct str actual,
                               const struct permission_question *question)
{
    for (size_t i = 0; i < condition->values.count; i++) {
        if (value_matches(policy, condition, condition->values.at[i], actual, question))
            return true;
    }
    return false;
}

static bool condition_holds(const struct policy *policy, const struct condition *condition,
                            const struct permission_question *question)
{
    char scratch[64];
    struct str actual = context_value(question, condition->key, 0, scratch);
    if (condition->comparison == COMPARE_NULL) {
        for (size_t i = 0; i < condition->values.count; i++) {
            if (str_equal_ignoring_case(condition->values.at[i], actual.at ? STR("false") : STR("true")))
                return true;
        }
        return false;
    }
    if (!actual.at) /* a key that is not there */
        return condition->if_exists || condition->quantifier == QUANTIFIER_ALL ||
               (condition->negated && condition->quantifier != QUANTIFIER_ANY);

    if (condition->quantifier == QUANTIFIER_NONE)
        return any_wanted_matches(policy, condition, actual, question) != condition->negated;
    for (size_t i = 0; actual.at; actual = context_value(question, condition->key, ++i, scratch)) {
        bool holds = any_wanted_matches(policy, condition, actual, question) != condition->negated;
        if (holds != (condition->quantifier == QUANTIFIER_ALL))
            return holds;
    }
    return condition->quantifier == QUANTIFIER_ALL;
}

bool conditions_hold(const struct policy *policy, const struct statement *statement,
                     const struct permission_question *question)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        if (!condition_holds(policy, &statement->conditions[i], question))
            return false;
    }
    return true;
}
