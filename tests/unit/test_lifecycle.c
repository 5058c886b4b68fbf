#include "world_fixture.h"

#include "world/bus.h"
#include "world/hook.h"
#include "world/lifecycle.h"

static const struct lifecycle_step thing_life[] = {
    { "Creating", "InService", 1000 }, { "Updating", "InService", 500 }, { "Deleting", NULL, 200 }, { 0 }
};

static const char *elsewhere; /* what arrive() says */

static const char *arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    json_set_string(row, "arrived", to ? to : "gone");
    return elsewhere;
}

static const char *fail_thing(cJSON *row, const char *reason)
{
    json_set_string(row, "reason", reason);
    return "Failed";
}

static const struct lifecycle_def thing_lifecycle = { .table = &things,
                                                      .status = "status",
                                                      .topic = "test.thing.changed",
                                                      .steps = thing_life,
                                                      .arrive = arrive,
                                                      .service = "toy",
                                                      .thing = "Thing",
                                                      .fail = fail_thing };

static struct world *world;
static char events[512]; /* "key:detail@ms " */

static void note_event(struct listener *listener, const struct event *event)
{
    snprintf(events + strlen(events), sizeof events - strlen(events), "%.*s:%.*s@%d ", STR_ARG(event->key),
             STR_ARG(json_text(event->detail)), (int)(event->at_ms - START_MS));
}

static struct listener listener = { .topic = "test.thing.changed", .told = note_event };

static void recover(struct world *recovered)
{
    lifecycle_recover(recovered, &thing_lifecycle);
}

static struct world *make_living_world(const char *folder, double factor)
{
    struct world_options options = { .start_ms = START_MS,
                                     .stepped = true,
                                     .duration_factor = factor,
                                     .data_folder = folder,
                                     .tables = test_tables,
                                     .recover = recover };
    char *why = NULL;
    struct world *made = world_new(&options, &why);
    assert_non_null(made);
    bus_listen(made->bus, &listener);
    world_recover(made);
    return made;
}

static int make(void **state)
{
    events[0] = '\0';
    elsewhere = NULL;
    world = make_living_world(NULL, 1);
    return 0;
}

static int end(void **state)
{
    bus_unlisten(world->bus, &listener);
    end_world(world);
    return 0;
}

static const char *status_of(const char *key)
{
    struct json *row = store_get(world->store, here, &things, str_of(key));
    return row ? json_string(json_root(row), "status") : "none";
}

static void begin(const char *key, const char *status)
{
    char text[64];
    snprintf(text, sizeof text, "{\"status\":\"%s\",\"n\":1.0}", status);
    put(world, key, text);
    lifecycle_begin(world, &thing_lifecycle, here, str_of(key));
}

static void goes_by_its_table(void **state)
{
    begin("a", "Creating");
    assert_string_equal(status_of("a"), "Creating");
    clock_step(world->clock, 999);
    assert_string_equal(status_of("a"), "Creating");
    clock_step(world->clock, 1);
    assert_string_equal(status_of("a"), "InService");
    assert_string_equal(text_at(world, "a"), "{\"status\":\"InService\",\"n\":1.0,\"arrived\":\"InService\"}");
    clock_step(world->clock, 10000);
    lifecycle_move(world, &thing_lifecycle, here, STR("a"), "Deleting");
    assert_string_equal(status_of("a"), "Deleting");
    clock_step(world->clock, 199);
    assert_string_equal(status_of("a"), "Deleting");
    clock_step(world->clock, 1);
    assert_string_equal(status_of("a"), "none");
    assert_string_equal(events, "a:{\"from\":\"Creating\",\"to\":\"InService\"}@1000 "
                                "a:{\"from\":\"InService\",\"to\":\"Deleting\"}@11000 "
                                "a:{\"from\":\"Deleting\",\"to\":null}@11200 ");
}

static void may_arrive_elsewhere(void **state)
{
    elsewhere = "Failed";
    begin("a", "Creating");
    begin("b", "Deleting");
    clock_step(world->clock, 1000);
    assert_string_equal(status_of("a"), "Failed");
    assert_string_equal(status_of("b"), "Failed");
}

static void a_move_starts_its_time_anew(void **state)
{
    begin("a", "Creating");
    clock_step(world->clock, 400);
    lifecycle_move(world, &thing_lifecycle, here, STR("a"), "Updating");
    clock_step(world->clock, 499);
    assert_string_equal(status_of("a"), "Updating");
    lifecycle_move(world, &thing_lifecycle, here, STR("a"), "Updating"); /* the same again: no event */
    clock_step(world->clock, 499);
    assert_string_equal(status_of("a"), "Updating");
    clock_step(world->clock, 1);
    assert_string_equal(status_of("a"), "InService");
    assert_string_equal(events, "a:{\"from\":\"Creating\",\"to\":\"Updating\"}@400 "
                                "a:{\"from\":\"Updating\",\"to\":\"InService\"}@1399 ");
    lifecycle_move(world, &thing_lifecycle, here, STR("nobody"), "Updating");
    begin("b", "Creating");
    lifecycle_move(world, &thing_lifecycle, here, STR("b"), "Failed"); /* goes nowhere */
    assert_int_equal(clock_next_deadline(world->clock), INT64_MAX);
}

/* What others do to the row while it is under way. */
static const struct {
    const char *rewritten; /* NULL: deleted */
    const char *status_after, *why;
} meddlings[] = {
    { NULL, "none", "deleted" },
    { "{\"status\":\"Stopped\"}", "Stopped", "rewritten with a status that goes nowhere" },
    { "{\"status\":\"Creating\"}", "Creating", "rewritten without a time" },
    { "{\"status\":\"Creating\",\"_lifecycle_due\":99999999999999}", "Creating", "rewritten with a later time" },
    { "[]", "none", "rewritten with something else" },
};

static void rows_belong_to_others_too(void **state)
{
    for (size_t i = 0; i < sizeof meddlings / sizeof *meddlings; i++) {
        begin("a", "Creating");
        if (meddlings[i].rewritten)
            put(world, "a", meddlings[i].rewritten);
        else
            store_delete(world->store, here, &things, STR("a"));
        clock_step(world->clock, 5000);
        const char *status = status_of("a");
        if (strcmp(status ? status : "none", meddlings[i].status_after) != 0)
            fail_msg("%s: %s", meddlings[i].why, status);
    }
    assert_string_equal(events, "");
    begin("a", "InService"); /* goes nowhere */
    assert_int_equal(clock_next_deadline(world->clock), INT64_MAX);
    lifecycle_begin(world, &thing_lifecycle, here, STR("nobody"));
}

static void takes_a_share_of_the_time(void **state)
{
    end(NULL);
    world = make_living_world(NULL, 0.01);
    begin("a", "Creating");
    clock_step(world->clock, 9);
    assert_string_equal(status_of("a"), "Creating");
    clock_step(world->clock, 1);
    assert_string_equal(status_of("a"), "InService");
}

static void goes_on_after_a_restart(void **state)
{
    end(NULL);
    char *folder = make_folder();
    world = make_living_world(folder, 1);
    begin("a", "Creating");
    clock_step(world->clock, 600);
    end(NULL);
    world = make_living_world(folder, 1);
    assert_int_equal(clock_now(world->clock), START_MS + 600);
    clock_step(world->clock, 399);
    assert_string_equal(status_of("a"), "Creating");
    clock_step(world->clock, 1);
    assert_string_equal(status_of("a"), "InService");
    assert_string_equal(events, "a:{\"from\":\"Creating\",\"to\":\"InService\"}@1000 ");
    remove_folder(folder);
}

static void goes_back_with_a_rewind(void **state)
{
    begin("a", "Creating");
    clock_step(world->clock, 400);
    uint64_t mark = store_mark(world->store);
    clock_step(world->clock, 5000);
    lifecycle_move(world, &thing_lifecycle, here, STR("a"), "Deleting");
    begin("b", "Creating");
    assert_true(world_rewind(world, mark));
    assert_string_equal(status_of("a"), "Creating");
    assert_int_equal(clock_next_deadline(world->clock), START_MS + 1000);
    clock_step(world->clock, 600);
    assert_string_equal(status_of("a"), "InService");
    assert_int_equal(clock_next_deadline(world->clock), INT64_MAX);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

/* ---- what hooks say of a thing's fate ---- */

static char questions[256]; /* "from>to " */
static struct question *left_open;

static enum verdict say(struct hook *hook, struct question *question)
{
    const char *what = hook->data;
    snprintf(questions + strlen(questions), sizeof questions - strlen(questions), "%s>%s ", question->from,
             question->to);
    question->delay_ms += strstr(what, "late") ? 300 : 0;
    question->stuck = strstr(what, "stuck");
    left_open = question;
    if (strstr(what, "ask"))
        return VERDICT_PARKED;
    if (!strstr(what, "fail"))
        return VERDICT_PASS;
    strcpy(question->message, "no machine left");
    return VERDICT_FAIL;
}

static void forgotten(struct hook *hook, struct question *question)
{
    left_open = NULL;
}

static struct hook fate_hook(const char *what)
{
    questions[0] = '\0';
    return (struct hook){ .point = HOOK_LIFECYCLE,
                          .pack = "",
                          .service = "toy",
                          .operation = "Thing",
                          .chance = 1,
                          .ask = say,
                          .forgotten = forgotten,
                          .data = (void *)(uintptr_t)what };
}

/* What a hook says; how it stands just before, at and 300 ms behind its time; what is left of the row. */
static const struct {
    const char *says, *service, *then, *later, *text;
} fates[] = {
    { "nothing", "toy", "InService", "InService", "{\"status\":\"InService\",\"n\":1.0,\"arrived\":\"InService\"}" },
    { "late", "toy", "Creating", "InService", "{\"status\":\"InService\",\"n\":1.0,\"arrived\":\"InService\"}" },
    { "fail", "toy", "Failed", "Failed", "{\"status\":\"Failed\",\"n\":1.0,\"reason\":\"no machine left\"}" },
    { "late fail", "toy", "Creating", "Failed", "{\"status\":\"Failed\",\"n\":1.0,\"reason\":\"no machine left\"}" },
    { "fail", "other", "InService", "InService", "{\"status\":\"InService\",\"n\":1.0,\"arrived\":\"InService\"}" },
};

static void hooks_decide(void **state)
{
    for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
        struct hook hook = fate_hook(fates[i].says);
        hook.service = fates[i].service;
        hook_add(world->hooks, &hook);
        begin("a", "Creating");
        clock_step(world->clock, 999);
        assert_string_equal(status_of("a"), "Creating");
        clock_step(world->clock, 1);
        assert_string_equal(status_of("a"), fates[i].then);
        clock_step(world->clock, 300);
        assert_string_equal(status_of("a"), fates[i].later);
        assert_string_equal(text_at(world, "a"), fates[i].text);
        assert_string_equal(questions, strcmp(hook.service, "toy") == 0 ? "Creating>InService " : "");
        hook_remove(world->hooks, &hook);
    }
}

static void what_is_stuck_goes_on_without_the_hook(void **state)
{
    struct hook hook = fate_hook("stuck");
    hook_add(world->hooks, &hook);
    begin("a", "Creating");
    clock_step(world->clock, 60000);
    assert_string_equal(status_of("a"), "Creating");
    hook_remove(world->hooks, &hook);
    clock_step(world->clock, 5000);
    assert_string_equal(status_of("a"), "InService");
}

static void a_fate_may_be_told_later(void **state)
{
    struct hook hook = fate_hook("ask");
    hook_add(world->hooks, &hook);
    begin("a", "Creating");
    clock_step(world->clock, 60000);
    assert_string_equal(status_of("a"), "Creating");
    strcpy(left_open->message, "bad luck");
    hook_answer(world, left_open, VERDICT_FAIL);
    assert_string_equal(status_of("a"), "Failed");
    assert_string_equal(questions, "Creating>InService ");

    begin("b", "Creating"); /* deleted while it is asked: nobody answers for it any more */
    begin("c", "Creating"); /* moved by others meanwhile */
    clock_step(world->clock, 1000);
    left_open = NULL;
    lifecycle_move(world, &thing_lifecycle, here, STR("c"), "Deleting");
    store_delete(world->store, here, &things, STR("b"));
    hook_remove(world->hooks, &hook);
    clock_step(world->clock, 1000);
    assert_string_equal(status_of("c"), "none");
    assert_string_equal(status_of("b"), "none");

    hook_add(world->hooks, &hook);
    begin("d", "Creating");
    clock_step(world->clock, 1000);
    assert_non_null(left_open);
    world_reset(world);
    assert_null(left_open);
    hook_remove(world->hooks, &hook);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(goes_by_its_table),
        CASE(may_arrive_elsewhere),
        CASE(a_move_starts_its_time_anew),
        CASE(rows_belong_to_others_too),
        CASE(takes_a_share_of_the_time),
        CASE(goes_on_after_a_restart),
        CASE(goes_back_with_a_rewind),
        cmocka_unit_test_setup_teardown(hooks_decide, make, end),
        cmocka_unit_test_setup_teardown(what_is_stuck_goes_on_without_the_hook, make, end),
        cmocka_unit_test_setup_teardown(a_fate_may_be_told_later, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
