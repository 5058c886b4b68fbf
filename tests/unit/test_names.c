#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/stepfunctions/names.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEN          "abcdefghij"
#define SEVENTY      TEN TEN TEN TEN TEN TEN TEN

static const struct name_case {
    const char *name;
    bool valid;
    const char *reason;
} name_cases[] = {
    { "a", true, "one character" },
    { "", false, "none" },
    { SEVENTY TEN, true, "80" },
    { SEVENTY TEN "k", false, "81" },
    { SEVENTY "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", true,
      "characters, not bytes" },
    { "Name_1-2.3@x=y+z!(')", true, "what is not forbidden" },
    { "\xec\x9d\xb4\xeb\xa6\x84", true, "any script" },
    { "a b", false, "white space" },
    { "a\tb", false, "white space" },
    { "a\x1f", false, "control" },
    { "a\x7f", false, "control" },
    { "a\xc2\x85", false, "control above ASCII" },
    { "a\xc2\x9f", false, "the last control" },
    { "a\xc2\xa0", true, "no control any more" },
    { "a\xef\xbf\xbe", false, "U+FFFE" },
    { "a\xef\xbf\xbd", true, "U+FFFD is a character" },
    { "a\xff", false, "no UTF-8" },
};

static void names(void **state)
{
    for (size_t i = 0; i < COUNT(name_cases); i++) {
        if (name_is_valid(str_of(name_cases[i].name)) != name_cases[i].valid)
            fail_msg("'%s' (%s)", name_cases[i].name, name_cases[i].reason);
    }
    for (const char *forbidden = "<>{}[]?*\"#%\\^|~`$&,;:/"; *forbidden; forbidden++) {
        char name[] = { 'a', *forbidden, 'b', 0 };
        if (name_is_valid(str_of(name)))
            fail_msg("'%s'", name);
    }
    assert_false(name_is_valid((struct str){ "a\0b", 3 }));
}

#define STATES "arn:aws:states:us-east-1:000000000000:"

static const struct arn_case {
    const char *arn, *pieces; /* "type|name|qualifier"; NULL: no ARN of this service */
} arn_cases[] = {
    { STATES "stateMachine:M", "stateMachine|M|" },
    { STATES "stateMachine:M:1", "stateMachine|M|1" },
    { STATES "execution:M:a:b", "execution|M|a:b" },
    { STATES "activity:A", "activity|A|" },
    { STATES "stateMachine:", NULL },
    { STATES "stateMachine", NULL },
    { "arn:aws:s3:::bucket", NULL },
    { "invalid_arn", NULL },
    { "", NULL },
};

static void arns(void **state)
{
    for (size_t i = 0; i < COUNT(arn_cases); i++) {
        struct states_arn arn;
        struct buf pieces = BUF_EMPTY;
        bool good = states_arn_parse(str_of(arn_cases[i].arn), &arn);
        if (good)
            buf_printf(&pieces, "%.*s|%.*s|%.*s", STR_ARG(arn.type), STR_ARG(arn.name), STR_ARG(arn.qualifier));
        if (good != (arn_cases[i].pieces != NULL) || (good && !str_is(buf_str(&pieces), arn_cases[i].pieces)))
            fail_msg("%s: %.*s", arn_cases[i].arn, STR_ARG(buf_str(&pieces)));
        buf_release(&pieces);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names), cmocka_unit_test(arns) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
