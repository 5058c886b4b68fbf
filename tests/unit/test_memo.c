/* What the memo keeps, for whom, and who waits for whom. */
#include "world_fixture.h"

#include <string.h>

#include "base/arena.h"
#include "world/memo.h"

static struct memo *memo;
static int living; /* results that are not released */
static char told[256];

struct result {
    struct memo_kept kept;
    char name;
};

static void release(struct memo_kept *kept)
{
    living--;
    free(LIST_ITEM(kept, struct result, kept));
}

static struct memo_kept *result(char name, size_t bytes)
{
    struct result *result = memory_alloc(sizeof *result);
    result->kept.release = release;
    result->kept.bytes = bytes;
    result->name = name;
    living++;
    return &result->kept;
}

static char name_of(const struct memo_ask *ask)
{
    return ask->kept ? LIST_ITEM(ask->kept, struct result, kept)->name : '-';
}

static enum memo_answer look(struct memo_ask *ask, char key)
{
    unsigned char digest[SHA256_BYTES];
    digest_sha256((struct str){ &key, 1 }, digest);
    return memo_ask(memo, ask, digest);
}

/* Asks again for 'k', as whoever waits does, and tells what came. */
static void ask_again(struct memo_ask *ask, void *name)
{
    static const char *const answers[] = { "found", "yours", "waits" };
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s %s ", (const char *)name, answers[look(ask, 'k')]);
}

static int make(void **state)
{
    memo = memo_new(100);
    told[0] = '\0';
    return 0;
}

static int end(void **state)
{
    memo_free(memo);
    assert_int_equal(living, 0);
    return 0;
}

static void what_was_computed_is_found(void **state)
{
    struct memo_ask first = { 0 }, again = { 0 }, other = { 0 };
    assert_int_equal(look(&first, 'a'), MEMO_YOURS);
    memo_give(memo, &first, result('1', 10));
    assert_int_equal(name_of(&first), '1');
    assert_int_equal(look(&again, 'a'), MEMO_FOUND);
    assert_int_equal(name_of(&again), '1');
    assert_int_equal(look(&other, 'b'), MEMO_YOURS);
    memo_drop(memo, &first);
    memo_drop(memo, &again);
    memo_drop(memo, &other);
    assert_int_equal(memo_bytes(memo), 10);
}

static void who_comes_meanwhile_waits(void **state)
{
    struct memo_ask owner = { 0 }, one = { .ready = ask_again, .data = (char *)"one" },
                    two = { .ready = ask_again, .data = (char *)"two" };
    assert_int_equal(look(&owner, 'k'), MEMO_YOURS);
    assert_int_equal(look(&one, 'k'), MEMO_WAITS);
    assert_int_equal(look(&two, 'k'), MEMO_WAITS);
    memo_give(memo, &owner, result('1', 10));
    assert_string_equal(told, "one found two found ");
    memo_drop(memo, &owner);
    memo_drop(memo, &one);
    memo_drop(memo, &two);
}

static void who_gives_up_leaves_it_to_the_next(void **state)
{
    struct memo_ask owner = { 0 }, one = { .ready = ask_again, .data = (char *)"one" },
                    two = { .ready = ask_again, .data = (char *)"two" };
    look(&owner, 'k');
    look(&one, 'k');
    look(&two, 'k');
    memo_drop(memo, &owner);
    assert_string_equal(told, "one yours two waits ");
    memo_drop(memo, &one);
    assert_string_equal(told, "one yours two waits two yours ");
    memo_drop(memo, &two);
}

static void who_goes_away_is_not_told(void **state)
{
    struct memo_ask owner = { 0 }, one = { .ready = ask_again, .data = (char *)"one" };
    look(&owner, 'k');
    look(&one, 'k');
    memo_drop(memo, &one);
    memo_give(memo, &owner, result('1', 10));
    assert_string_equal(told, "");
    memo_drop(memo, &owner);
}

static void keep(char key, char name, size_t bytes)
{
    struct memo_ask ask = { 0 };
    assert_int_equal(look(&ask, key), MEMO_YOURS);
    memo_give(memo, &ask, result(name, bytes));
    memo_drop(memo, &ask);
}

static bool is_kept(char key)
{
    struct memo_ask ask = { 0 };
    bool found = look(&ask, key) == MEMO_FOUND;
    memo_drop(memo, &ask);
    return found;
}

static void what_nobody_asked_for_the_longest_goes(void **state)
{
    keep('a', '1', 40);
    keep('b', '2', 40);
    assert_true(is_kept('a'));
    keep('c', '3', 40);
    assert_true(is_kept('a'));
    assert_false(is_kept('b'));
    assert_true(is_kept('c'));
    assert_int_equal(memo_bytes(memo), 80);
}

static void what_is_held_outlives_its_place(void **state)
{
    struct memo_ask holder = { 0 };
    look(&holder, 'a');
    memo_give(memo, &holder, result('1', 101)); /* more than all that is kept */
    assert_int_equal(memo_bytes(memo), 0);
    assert_int_equal(name_of(&holder), '1');
    assert_false(is_kept('a'));
    memo_drop(memo, &holder);
    assert_int_equal(living, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_computed_is_found, make, end),
        cmocka_unit_test_setup_teardown(who_comes_meanwhile_waits, make, end),
        cmocka_unit_test_setup_teardown(who_gives_up_leaves_it_to_the_next, make, end),
        cmocka_unit_test_setup_teardown(who_goes_away_is_not_told, make, end),
        cmocka_unit_test_setup_teardown(what_nobody_asked_for_the_longest_goes, make, end),
        cmocka_unit_test_setup_teardown(what_is_held_outlives_its_place, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
