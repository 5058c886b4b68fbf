#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/page.h"
#include "aws/service.h"

static const struct operation list = { .name = "ListThings" }, other_list = { .name = "ListOthers" };
static const struct model toy = { .name = "toy" }, worldwide = { .name = "toy", .global = true };
static const struct service toy_service = { .model = &toy }, worldwide_service = { .model = &worldwide };

static struct call call_of(struct arena *arena, const struct service *service, const struct operation *operation,
                           const char *account, const char *region)
{
    return (struct call){
        .arena = arena, .service = service, .operation = operation, .caller = { .account = account }, .region = region
    };
}

/* A token made for `things` of account 1 in "here" with the filter "RUNNING" is shown to another call. */
static const struct {
    const struct service *service;
    const struct operation *operation;
    const char *account, *region, *filter;
    bool good;
    const char *why;
} rows[] = {
    { &toy_service, &list, "000000000001", "here", "RUNNING", true, "the same call again" },
    { &toy_service, &other_list, "000000000001", "here", "RUNNING", false, "another operation" },
    { &toy_service, &list, "000000000002", "here", "RUNNING", false, "another account" },
    { &toy_service, &list, "000000000001", "there", "RUNNING", false, "another region" },
    { &toy_service, &list, "000000000001", "here", "", false, "another filter" },
    { &worldwide_service, &list, "000000000001", "here", "RUNNING", false, "a service without regions" },
};

static void binds(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct call maker = call_of(arena, &toy_service, &list, "000000000001", "here");
    struct str place = { "place\0\xff", 7 };
    struct str token = str_of(page_token(&maker, place, STR("RUNNING")));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call call = call_of(arena, rows[i].service, rows[i].operation, rows[i].account, rows[i].region);
        struct str found = STR_NONE;
        if (page_place(&call, token, str_of(rows[i].filter), &found) != rows[i].good)
            fail_msg("%s", rows[i].why);
        if (rows[i].good)
            assert_true(str_equal(found, place));
    }
    arena_free(arena);
}

/* The parts of what is signed cannot change places. */
static void parts_stay_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &toy_service, &list, "000000000001", "here");
    char *token = page_token(&call, STR("bc"), STR("a"));
    struct str found;
    assert_false(page_place(&call, str_of(token), STR("ab"), &found));
    arena_free(arena);
}

/* Written down from an earlier run: tokens in players' hands outlive restarts and new versions. */
static void outlives_the_process(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &toy_service, &list, "000000000001", "here");
    const char *token = "F1DB0hKAyHGRTRl6YWZ0ZXIgdGhpcw==";
    assert_string_equal(page_token(&call, STR("after this"), STR("f")), token);
    arena_free(arena);
}

static void refuses_everything_else(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &toy_service, &list, "000000000001", "here");
    char *token = page_token(&call, STR("place"), STR(""));
    struct str found;
    static const char *const others[] = { "", "x", "not base64 at all", "AAAA", "AAAAAAAAAAAAAAAAAAAA", "////" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (page_place(&call, str_of(others[i]), STR(""), &found))
            fail_msg("'%s' is taken for a token", others[i]);
    for (char *at = token; *at; at++) { /* any one character changed */
        char was = *at;
        *at = was == 'A' ? 'B' : 'A';
        if (page_place(&call, str_of(token), STR(""), &found))
            fail_msg("character %zu does not count", (size_t)(at - token));
        *at = was;
    }
    assert_true(page_place(&call, str_of(token), STR(""), &found));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds),
        cmocka_unit_test(parts_stay_apart),
        cmocka_unit_test(outlives_the_process),
        cmocka_unit_test(refuses_everything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
