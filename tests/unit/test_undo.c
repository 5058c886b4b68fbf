/* Marks over a restart: one goes back to what stood at the mark, however often the world was closed since. */
#include "world/blob.h"
#include "world_fixture.h"

#define MOST_STEPS 16

/* Each step: "+key=text" puts, "-key" deletes, "mN" makes mark N (1 to 4), "uN" takes it away, "<N" goes back to it, "!N" finds that
 * it is gone, "r" starts anew, "0" resets. */
static const struct {
    const char *steps[MOST_STEPS];
    const char *left, *why;
} rows[] = {
    { { "+a=1", "m1", "+a=2", "r", "<1" }, "a=1 ", "a row that changed" },
    { { "+a=1", "m1", "-a", "r", "<1" }, "a=1 ", "one that went" },
    { { "m1", "+a=1", "r", "<1" }, "", "one that came" },
    { { "+a=1", "m1", "r", "+a=2", "<1" }, "a=1 ", "changed after the restart only" },
    { { "+a=1", "m1", "+a=2", "r", "+a=3", "r", "+a=4", "<1" }, "a=1 ", "the first change counts" },
    { { "+a=1", "m1", "+a=2", "m2", "+a=3", "r", "<2" }, "a=2 ", "to the later of two" },
    { { "+a=1", "m1", "+a=2", "m2", "+a=3", "r", "<1" }, "a=1 ", "to the earlier of two" },
    { { "+a=1", "m1", "+b=1", "m2", "+c=1", "r", "<1" }, "a=1 ", "over what changed between them" },
    { { "+a=1", "m1", "+a=2", "r", "<1", "r", "+a=3", "r", "<1" }, "a=1 ", "twice" },
    { { "+a=1", "m1", "+a=2", "m2", "+a=3", "<1", "r", "<2" }, "a=2 ", "and forward again" },
    { { "+a=1", "m1", "+a=2", "m2", "+a=3", "u1", "r", "!1", "<2" }, "a=2 ", "the oldest taken away" },
    { { "+a=1", "m1", "+a=2", "m2", "+b=3", "u2", "r", "!2", "<1" },
      "a=1 ",
      "one in the middle: its changes are the other's" },
    { { "+a=1", "m1", "+a=2", "u1", "r", "!1" }, "a=2 ", "the only one taken away" },
    { { "+a=1", "m1", "+a=2", "r", "u1", "r", "!1" }, "a=2 ", "taken away after a restart" },
    { { "+a=1", "m1", "0", "r", "<1" }, "a=1 ", "behind a reset" },
    { { "+a=1", "+b=1", "m1", "+a=2", "m2", "+b=2", "r", "m3", "+a=3", "r", "<3" },
      "a=2 b=2 ",
      "made after a restart" },
};

struct play {
    struct world *world;
    const char *folder;
    uint64_t marks[5];
};

static void restart(struct play *play)
{
    world_commit(play->world);
    world_free(play->world);
    play->world = make_world(play->folder);
}

static void take_step(struct play *play, const char *step, const char *why)
{
    struct store *store = play->world->store;
    uint64_t *mark = &play->marks[step[1] >= '0' && step[1] <= '4' ? step[1] - '0' : 0];
    struct str text, key = str_cut(str_of(step + 1), '=', &text);
    switch (*step) {
    case '+':
        store_put(store, here, &things, key, json_parse(text, NULL));
        break;
    case '-':
        store_delete(store, here, &things, key);
        break;
    case 'm':
        *mark = store_mark(store);
        break;
    case 'u':
        store_unmark(store, *mark);
        break;
    case '<':
        if (!world_rewind(play->world, *mark))
            fail_msg("%s: %s", why, step);
        break;
    case '!':
        if (world_rewind(play->world, *mark))
            fail_msg("%s: %s", why, step);
        break;
    case 'r':
        restart(play);
        return;
    case '0':
        world_reset(play->world);
        break;
    default:
        fail_msg("%s: no step %s", why, step);
    }
    world_commit(play->world);
}

static const char *state_of(struct store *store)
{
    static char text[256];
    text[0] = '\0';
    struct cursor at = store_seek(store, here, &things, NULL, STR_NONE, false);
    while (store_next(&at))
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s=%.*s ", STR_ARG(at.key),
                 STR_ARG(json_text(at.row)));
    return text;
}

static void goes_back_over_restarts(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *folder = make_folder();
        struct play play = { .world = make_world(folder), .folder = folder };
        for (size_t k = 0; k < MOST_STEPS && rows[i].steps[k]; k++)
            take_step(&play, rows[i].steps[k], rows[i].why);
        if (strcmp(state_of(play.world->store), rows[i].left) != 0)
            fail_msg("%s: %s", rows[i].why, state_of(play.world->store));
        end_world(play.world);
        remove_folder(folder);
    }
}

/* The clock and the randomness are a mark's too; and a mark that nothing followed is one all the same. */
static void takes_clock_and_seed_along(void **state)
{
    char *folder = make_folder();
    struct world *world = make_world(folder);
    put(world, "x", "1");
    clock_step(world->clock, 5000);
    random_next(&world->random);
    struct random random = world->random;
    uint64_t mark = store_mark(world->store);
    world_commit(world);
    random_next(&world->random);
    clock_step(world->clock, 7000);
    put(world, "x", "2");
    world_commit(world);
    world_free(world);

    world = make_world(folder);
    assert_int_equal(clock_now(world->clock), START_MS + 12000);
    assert_true(world_rewind(world, mark));
    assert_int_equal(clock_now(world->clock), START_MS + 5000);
    assert_memory_equal(&world->random, &random, sizeof random);
    assert_string_equal(text_at(world, "x"), "1");
    assert_true(store_mark(world->store) > mark);
    end_world(world);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_back_over_restarts),
        cmocka_unit_test(takes_clock_and_seed_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
