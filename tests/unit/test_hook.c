#include "world_fixture.h"

#include "world/hook.h"

static struct world *world;
static char asked[512]; /* the hooks' names, each with a space */
static char resumed[64];

struct named_hook {
    struct hook hook;
    const char *name;
    enum verdict verdict;
    void (*then)(struct named_hook *);
};

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct named_hook *named = hook->data;
    strcat(asked, named->name);
    strcat(asked, " ");
    if (named->then)
        named->then(named);
    if (named->verdict == VERDICT_FAIL) {
        strcpy(question->code, "Broken");
        question->status = 503;
    }
    return named->verdict;
}

static void add(struct named_hook *named, const char *name, int order, enum verdict verdict)
{
    named->name = name;
    named->verdict = verdict;
    named->hook.point = HOOK_BEFORE_CALL;
    named->hook.order = order;
    named->hook.ask = ask;
    named->hook.data = named;
    if (named->hook.chance == 0)
        named->hook.chance = 1;
    hook_add(world->hooks, &named->hook);
}

static void note_resumed(struct question *question, enum verdict verdict)
{
    static const char *const names[] = { "PASS", "CHANGED", "FAIL", "DELAY", "PARKED" };
    strcat(resumed, names[verdict]);
}

static struct question question_of(const char *operation)
{
    return (struct question){ .point = HOOK_BEFORE_CALL,
                              .account = here.account,
                              .region = here.region,
                              .service = "states",
                              .operation = operation,
                              .role = "",
                              .resource = "",
                              .made_by = "",
                              .resumed = note_resumed };
}

static int make(void **state)
{
    world = make_world(NULL);
    asked[0] = resumed[0] = '\0';
    return 0;
}

static int end(void **state)
{
    end_world(world);
    return 0;
}

static void asks_in_order(void **state)
{
    struct named_hook a = { 0 }, b = { 0 }, c = { 0 };
    assert_false(hook_any(world->hooks, HOOK_BEFORE_CALL));
    add(&a, "a", 5, VERDICT_PASS);
    add(&b, "b", 1, VERDICT_PASS);
    add(&c, "c", 5, VERDICT_PASS);
    assert_true(hook_any(world->hooks, HOOK_BEFORE_CALL));
    assert_false(hook_any(world->hooks, HOOK_AFTER_CALL));
    struct question question = question_of("X");
    assert_int_equal(hook_ask(world, &question), VERDICT_PASS);
    assert_string_equal(asked, "b a c ");
    b.verdict = VERDICT_CHANGED;
    assert_int_equal(hook_ask(world, &question), VERDICT_CHANGED);
    a.verdict = VERDICT_FAIL;
    asked[0] = '\0';
    assert_int_equal(hook_ask(world, &question), VERDICT_FAIL);
    assert_string_equal(asked, "b a "); /* c is not asked any more */
    assert_string_equal(question.code, "Broken");
    assert_int_equal(question.status, 503);
}

/* One filter of a hook against the question { account, states, CreateThing, VipRole, arn:x:y, made by pack "p" }. */
static const struct {
    struct hook filter;
    bool matches;
    const char *why;
} filters[] = {
    { { .pack = "q" }, true, "no filter" },
    { { .account = "111122223333" }, true, "the account" },
    { { .account = "222222222222" }, false, "another account" },
    { { .service = "states" }, true, "the service" },
    { { .service = "s3" }, false, "another service" },
    { { .region = "eu-west-1" }, true, "the region" },
    { { .region = "us-*" }, false, "another region" },
    { { .operation = "Create*" }, true, "a wildcard" },
    { { .operation = "create*" }, false, "case counts" },
    { { .operation = "Create?" }, false, "one character is not five" },
    { { .role = "VipRole" }, true, "the role" },
    { { .role = "" }, false, "no role" },
    { { .resource = "arn:*:y" }, true, "a wildcard inside" },
    { { .resource = "arn:*:z" }, false, "another resource" },
    { { .service = "states", .operation = "Delete*" }, false, "all filters must match" },
    { { .pack = "p" }, false, "its own pack made the call" },
};

static void matches_filters(void **state)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct named_hook hook = { .hook = filters[i].filter };
        add(&hook, "hook", 0, VERDICT_CHANGED);
        struct question question = question_of("CreateThing");
        question.role = "VipRole";
        question.resource = "arn:x:y";
        question.made_by = "p";
        /* Who and what it is about does not settle it at once. */
        bool settled = filters[i].filter.role || filters[i].filter.resource;
        if (hook_may_concern(world->hooks, &question) != (filters[i].matches || settled))
            fail_msg("at once: %s", filters[i].why);
        if ((hook_ask(world, &question) == VERDICT_CHANGED) != filters[i].matches)
            fail_msg("%s", filters[i].why);
        hook_remove(world->hooks, &hook.hook);
    }
}

/* The draw comes from the world's randomness, and only after the filters matched. */
static void chance_is_drawn(void **state)
{
    struct named_hook hook = { .hook = { .chance = 0.25, .operation = "X" } };
    add(&hook, "x", 0, VERDICT_CHANGED);
    struct question other = question_of("Y"), question = question_of("X");
    struct random before = world->random;
    assert_int_equal(hook_ask(world, &other), VERDICT_PASS);
    assert_memory_equal(&before, &world->random, sizeof before);
    int hits = 0;
    for (int i = 0; i < 1000; i++) {
        asked[0] = '\0';
        bool expected = random_unit(&before) < 0.25;
        bool hit = hook_ask(world, &question) == VERDICT_CHANGED;
        assert_int_equal(hit, expected);
        hits += hit;
    }
    assert_in_range(hits, 200, 300);
    hook.hook.chance = 1; /* nothing to draw */
    before = world->random;
    assert_int_equal(hook_ask(world, &question), VERDICT_CHANGED);
    assert_memory_equal(&before, &world->random, sizeof before);
}

static void parks_and_goes_on(void **state)
{
    struct named_hook a = { 0 }, b = { 0 }, c = { 0 };
    add(&a, "a", 1, VERDICT_CHANGED);
    add(&b, "b", 2, VERDICT_PARKED);
    add(&c, "c", 3, VERDICT_PARKED);
    struct question question = question_of("X");
    assert_int_equal(hook_ask(world, &question), VERDICT_PARKED);
    assert_string_equal(asked, "a b ");
    hook_answer(world, &question, VERDICT_PASS);
    assert_string_equal(asked, "a b c "); /* and parks again */
    assert_string_equal(resumed, "");
    hook_answer(world, &question, VERDICT_PASS);
    assert_string_equal(resumed, "CHANGED"); /* a's word from before the park counts */
    assert_int_equal(hook_ask(world, &question), VERDICT_PARKED);
    resumed[0] = asked[0] = '\0';
    question.delay_ms = 5;
    hook_answer(world, &question, VERDICT_DELAY);
    assert_string_equal(resumed, ""); /* others may add to it */
    assert_string_equal(asked, "c ");
    question.delay_ms += 7;
    hook_answer(world, &question, VERDICT_DELAY);
    assert_string_equal(resumed, "DELAY");
    assert_true(question.changed);
    assert_int_equal(question.delay_ms, 12);

    a.verdict = c.verdict = VERDICT_PASS;
    resumed[0] = '\0';
    assert_int_equal(hook_ask(world, &question), VERDICT_PARKED);
    hook_answer(world, &question, VERDICT_CHANGED);
    assert_string_equal(resumed, "CHANGED");
}

static void removing_a_hook_lets_its_questions_go_on(void **state)
{
    struct named_hook a = { 0 }, b = { 0 };
    add(&a, "a", 1, VERDICT_PARKED);
    add(&b, "b", 2, VERDICT_PASS);
    struct question one = question_of("X"), two = question_of("X");
    hook_ask(world, &one);
    hook_ask(world, &two);
    hook_remove(world->hooks, &a.hook);
    assert_string_equal(resumed, "PASSPASS");
    assert_string_equal(asked, "a a b b ");
}

static int forgotten;

static void note_forgotten(struct hook *hook, struct question *question)
{
    forgotten++;
}

static void an_asker_may_go_away(void **state)
{
    struct named_hook a = { .hook = { .forgotten = note_forgotten } };
    add(&a, "a", 1, VERDICT_PARKED);
    struct question one = question_of("X"), never_parked = question_of("X");
    forgotten = 0;
    hook_ask(world, &one);
    hook_forget(world, &one);
    hook_forget(world, &one);
    hook_forget(world, &never_parked);
    assert_int_equal(forgotten, 1);
    hook_remove(world->hooks, &a.hook);
    assert_string_equal(resumed, "");
}

static struct named_hook other;

static void remove_other_and_itself(struct named_hook *named)
{
    hook_remove(world->hooks, &other.hook);
    hook_remove(world->hooks, &named->hook);
}

static void add_other(struct named_hook *named)
{
    if (!other.name)
        add(&other, "other", 9, VERDICT_PASS);
}

static void hooks_may_come_and_go_meanwhile(void **state)
{
    struct named_hook a = { .then = remove_other_and_itself }, z = { 0 };
    other = (struct named_hook){ 0 };
    add(&a, "a", 1, VERDICT_PASS);
    add(&other, "other", 2, VERDICT_PASS);
    add(&z, "z", 3, VERDICT_PASS);
    struct question question = question_of("X");
    hook_ask(world, &question);
    assert_string_equal(asked, "a z ");
    asked[0] = '\0';
    other = (struct named_hook){ 0 };
    z.then = add_other;
    hook_ask(world, &question);
    hook_ask(world, &question);
    assert_string_equal(asked, "z other z other ");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(asks_in_order),
        CASE(matches_filters),
        CASE(chance_is_drawn),
        CASE(parks_and_goes_on),
        CASE(an_asker_may_go_away),
        CASE(removing_a_hook_lets_its_questions_go_on),
        CASE(hooks_may_come_and_go_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
