#include "services/stepfunctions/names.h"

#include "services/stepfunctions/stepfunctions_model.h"

#define NAME_MOST 80

/* "CreateStateMachine" in the API reference lists what a name must not contain. */
static bool is_forbidden(unsigned char byte)
{
    return byte <= ' ' || byte == 0x7f || strchr("<>{}[]?*\"#%\\^|~`$&,;:/", byte);
}

/* The control characters U+0080 to U+009F, and the noncharacters U+FFFE and U+FFFF. */
static bool starts_forbidden_code_point(struct str rest)
{
    const unsigned char *at = (const unsigned char *)rest.at;
    if (rest.length >= 2 && at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f)
        return true;
    return rest.length >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
}

bool name_is_valid(struct str name)
{
    if (name.length == 0 || !str_is_utf8(name) || str_count_code_points(name) > NAME_MOST)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        if (is_forbidden((unsigned char)name.at[i]) || starts_forbidden_code_point(str_from(name, i)))
            return false;
    }
    return true;
}

bool name_check(struct call *call, struct str name)
{
    if (name_is_valid(name))
        return true;
    call_fail(call, &STEPFUNCTIONS_INVALID_NAME, "Invalid Name: '%.*s'", STR_ARG(name));
    return false;
}

bool states_arn_parse(struct str text, struct states_arn *ret_arn)
{
    struct states_arn arn = { 0 };
    if (!arn_parse(text, &arn.arn) || !str_is(arn.arn.service, "states"))
        return false;
    struct str rest = arn.arn.resource;
    arn.type = str_cut(rest, ':', &rest);
    arn.name = str_cut(rest, ':', &rest);
    arn.qualifier = rest;
    if (arn.type.length == 0 || arn.name.length == 0)
        return false;
    *ret_arn = arn;
    return true;
}

static bool is_one_of(struct str word, struct str words)
{
    while (words.length) {
        if (str_equal(str_cut(words, ' ', &words), word))
            return true;
    }
    return false;
}

bool states_arn_check(struct call *call, struct str text, const char *types, struct states_arn *ret_arn)
{
    if (!states_arn_parse(text, ret_arn)) {
        call_fail(call, &STEPFUNCTIONS_INVALID_ARN, "Invalid Arn: 'Invalid ARN prefix: %.*s'", STR_ARG(text));
        return false;
    }
    if (is_one_of(ret_arn->type, str_of(types)))
        return true;
    call_fail(call, &STEPFUNCTIONS_INVALID_ARN, "Invalid Arn: 'Resource type not valid in this context: %.*s'",
              STR_ARG(ret_arn->type));
    return false;
}
