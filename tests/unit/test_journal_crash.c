#include "world_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#define ROWS   5 /* of each turn, all with the turn's number: all of them or none */
#define ROUNDS 20

static char *folder;

static int make(void **state)
{
    folder = make_folder();
    return 0;
}

static int end(void **state)
{
    remove_folder(folder);
    return 0;
}

static void write_turn(struct world *world, int64_t turn)
{
    for (int i = 0; i < ROWS; i++) {
        cJSON *row = cJSON_CreateObject();
        json_set_int64(row, "turn", turn);
        json_set_string(row, "filling",
                        "some text that makes the row as long as rows are, more or less, in the life of it");
        char key[32];
        snprintf(key, sizeof key, "same-%d", i);
        store_put(world->store, here, &things, str_of(key), json_seal(row));
    }
    char key[32];
    snprintf(key, sizeof key, "own-%lld", (long long)turn);
    put(world, key, "1");
    snprintf(key, sizeof key, "own-%lld", (long long)turn - 100);
    store_delete(world->store, here, &things, str_of(key));
}

static int64_t turn_of(struct world *world)
{
    struct json *row = store_get(world->store, here, &things, STR("same-0"));
    return row ? json_int64(json_root(row), "turn", -1) : 0;
}

/* Writes turn after turn and says which are synced, until it is killed. */
_Noreturn static void write_until_killed(int pipe_end)
{
    struct world_options options = { .start_ms = START_MS, .data_folder = folder, .tables = test_tables };
    char *why = NULL;
    struct world *world = world_new(&options, &why);
    if (!world)
        _exit(1);
    enum { WINDOW = 4096 };
    static uint64_t changes[WINDOW]; /* the last change of each turn */
    int64_t turn = turn_of(world), acknowledged = turn;
    for (;;) {
        write_turn(world, ++turn);
        changes[turn % WINDOW] = store_last_change(world->store);
        world_commit(world);
        if (turn - acknowledged > 40)
            journal_flush(world->journal);
        while (acknowledged < turn && changes[(acknowledged + 1) % WINDOW] <= journal_synced(world->journal))
            acknowledged++;
        if (write(pipe_end, &acknowledged, sizeof acknowledged) != sizeof acknowledged)
            _exit(1);
    }
}

/* The last turn that the child acknowledged before it was killed. */
static int64_t run_and_kill(int64_t life_us)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        write_until_killed(pipes[1]);
    close(pipes[1]);
    int64_t acknowledged = 0, last = 0;
    /* Its life begins with the first word from it. */
    assert_int_equal(read(pipes[0], &last, sizeof last), sizeof last);
    usleep((useconds_t)life_us);
    kill(child, SIGKILL);
    while (read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged)
        last = acknowledged;
    close(pipes[0]);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    return last;
}

static void check_turn_is_whole(struct world *world, int64_t turn)
{
    for (int i = 0; i < ROWS; i++) {
        char key[32];
        snprintf(key, sizeof key, "same-%d", i);
        struct json *row = store_get(world->store, here, &things, str_of(key));
        assert_int_equal(row ? json_int64(json_root(row), "turn", -1) : 0, turn);
    }
    for (int64_t i = turn - 99 > 1 ? turn - 99 : 1; i <= turn; i++) {
        char key[32];
        snprintf(key, sizeof key, "own-%lld", (long long)i);
        if (strcmp(text_at(world, key), "1") != 0)
            fail_msg("row %s of turn %lld is lost", key, (long long)turn);
    }
    assert_int_equal(store_count(world->store, here, &things), turn ? ROWS + (turn < 100 ? turn : 100) : 0);
}

static void what_was_acknowledged_survives_kill_9(void **state)
{
    struct random random;
    random_seed(&random, (uint64_t)getpid());
    int64_t turns = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t acknowledged = run_and_kill(random_between(&random, 0, 60000));
        struct world *world = make_world(folder);
        int64_t turn = turn_of(world);
        if (turn < acknowledged)
            fail_msg("turn %lld was acknowledged, %lld is there", (long long)acknowledged, (long long)turn);
        assert_true(turn >= turns);
        check_turn_is_whole(world, turn);
        turns = turn;
        end_world(world);
    }
    assert_true(turns > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_acknowledged_survives_kill_9, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
