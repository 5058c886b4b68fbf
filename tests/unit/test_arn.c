#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/arn.h"

static const struct {
    const char *text;
    const char *pieces[5]; /* partition, service, region, account, resource; none: not an ARN */
    const char *why;
} rows[] = {
    { "arn:aws:states:us-east-1:000000000000:stateMachine:m",
      { "aws", "states", "us-east-1", "000000000000", "stateMachine:m" },
      "a resource may hold colons" },
    { "arn:aws:iam::000000000000:role/a/b", { "aws", "iam", "", "000000000000", "role/a/b" }, "IAM has no region" },
    { "arn:aws:iam::aws:policy/AdministratorAccess",
      { "aws", "iam", "", "aws", "policy/AdministratorAccess" },
      "AWS's own policies have no account's number" },
    { "arn:aws-cn:s3:::bucket/key:x", { "aws-cn", "s3", "", "", "bucket/key:x" }, "a bucket has no account" },
    { "arn:aws:states:us-east-1:000000000000:", { NULL }, "a resource is wanted" },
    { "arn:aws:states:us-east-1:000000000000", { NULL }, "all six parts are" },
    { "arn::states:us-east-1:000000000000:x", { NULL }, "so is the partition" },
    { "arn:aws::us-east-1:000000000000:x", { NULL }, "and the service" },
    { "ARN:aws:states:us-east-1:000000000000:x", { NULL }, "case counts" },
    { "", { NULL }, "nothing is no ARN" },
};

static void parses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arn arn;
        bool good = arn_parse(str_of(rows[i].text), &arn);
        if (good != (rows[i].pieces[0] != NULL))
            fail_msg("%s: %s", rows[i].text, rows[i].why);
        if (!good)
            continue;
        const struct str pieces[] = { arn.partition, arn.service, arn.region, arn.account, arn.resource };
        for (size_t piece = 0; piece < 5; piece++)
            if (!str_is(pieces[piece], rows[i].pieces[piece]))
                fail_msg("%s: piece %zu is %.*s: %s", rows[i].text, piece, STR_ARG(pieces[piece]), rows[i].why);
    }
}

static void makes(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(arn_make(arena, "states", "eu-west-1", "000000000000", "activity:%s", "a"),
                        "arn:aws:states:eu-west-1:000000000000:activity:a");
    assert_string_equal(arn_make(arena, "iam", "", "000000000000", "role/%s", "r"), "arn:aws:iam::000000000000:role/r");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(parses), cmocka_unit_test(makes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
