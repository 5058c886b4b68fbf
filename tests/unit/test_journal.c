#include "world_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "world/account.h"
#include "world/strand.h"

static char *folder;
static struct world *world;

static int make(void **state)
{
    folder = make_folder();
    world = make_world(folder);
    return 0;
}

static int end(void **state)
{
    end_world(world);
    remove_folder(folder);
    return 0;
}

static void restart(void)
{
    end_world(world);
    world = make_world(folder);
}

static char *file_in(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Against the database while no world has it. */
static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(file_in("world.db"), &db), SQLITE_OK);
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
}

static void everything_is_there_again(void **state)
{
    static const struct scope other = { "999988887777", "" };
    char *big = malloc(1 << 20);
    memset(big, 'x', 1 << 20);
    big[0] = big[(1 << 20) - 1] = '"';
    put(world, "verbatim", " { \"n\" : 1.0, \"big\":12345678901234567890 } ");
    put(world, "gone", "1");
    put(world, "", "\"no key\"");
    put(world, "\xC3\xA4\x01/", "\"\xE2\x82\xAC\\n\"");
    store_put(world->store, here, &things, STR("big"), json_parse((struct str){ big, 1 << 20 }, NULL));
    store_put(world->store, here, &things, STR("sealed"), json_seal(cJSON_CreateString("tree")));
    world_commit(world);
    store_delete(world->store, here, &things, STR("gone"));
    put(world, "changed", "1");
    world_commit(world);
    put(world, "changed", "2");
    store_put(world->store, other, &things, STR("k"), row_of("3"));
    store_put(world->store, here, &fleeting_things, STR("k"), row_of("4"));
    restart();
    assert_string_equal(text_at(world, "verbatim"), " { \"n\" : 1.0, \"big\":12345678901234567890 } ");
    assert_string_equal(text_at(world, "gone"), "");
    assert_string_equal(text_at(world, ""), "\"no key\"");
    assert_string_equal(text_at(world, "\xC3\xA4\x01/"), "\"\xE2\x82\xAC\\n\"");
    assert_string_equal(text_at(world, "sealed"), "\"tree\"");
    assert_string_equal(text_at(world, "changed"), "2");
    assert_non_null(store_get(world->store, other, &things, STR("k")));
    assert_null(store_get(world->store, here, &fleeting_things, STR("k")));
    struct str text = json_text(store_get(world->store, here, &things, STR("big")));
    assert_true(text.length == 1 << 20 && memcmp(text.at, big, text.length) == 0);
    assert_int_equal(store_count(world->store, here, &things), 6);
    free(big);

    put(world, "changed", "3"); /* rows that were loaded change and go like others */
    store_delete(world->store, here, &things, STR("sealed"));
    restart();
    assert_string_equal(text_at(world, "changed"), "3");
    assert_string_equal(text_at(world, "sealed"), "");
}

static void numbers_go_on(void **state)
{
    put(world, "a", "1");
    put(world, "a", "2");
    uint64_t last = store_last_change(world->store);
    restart();
    assert_int_equal(store_last_change(world->store), last);
    assert_int_equal(journal_synced(world->journal), last);
    put(world, "b", "1");
    assert_int_equal(store_last_change(world->store), last + 1);
}

/* Each row: what happens to one key in one turn after it held "before", and what it holds after a restart. */
static const struct {
    const char *before, *steps[4], *after, *why;
} turns[] = {
    { NULL, { "1", "2", "3" }, "3", "the last one counts" },
    { "0", { "1", "2", NULL }, "2", "an old row likewise" },
    { NULL, { "1", "-" }, "", "it came and went" },
    { "0", { "1", "-" }, "", "an old row goes" },
    { "0", { "-", "1" }, "1", "gone and back: another row of the same name" },
    { "0", { "-", "1", "-" }, "", "gone, back and gone" },
    { NULL, { "1", "-", "2" }, "2", "came, went and came" },
};

static void change(const char *key, const char *step)
{
    if (strcmp(step, "-") == 0)
        store_delete(world->store, here, &things, str_of(key));
    else
        put(world, key, step);
}

static void changes_of_one_key_collapse(void **state)
{
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        if (turns[i].before)
            put(world, "k", turns[i].before);
        journal_flush(world->journal);
        for (size_t step = 0; turns[i].steps[step]; step++)
            change("k", turns[i].steps[step]);
        restart();
        if (strcmp(text_at(world, "k"), turns[i].after) != 0)
            fail_msg("%s: %s", turns[i].why, text_at(world, "k"));
        store_delete(world->store, here, &things, STR("k"));
        restart();
        assert_int_equal(store_count(world->store, here, &things), 0);
    }

    char text[1024];
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 100; i++)
        put(world, "k", text);
    journal_submit(world->journal);
    /* What one row takes in memory, not a hundred. */
    assert_in_range(journal_waiting_bytes(world->journal), 1024, 16 * 1024);
}

static int told_well, told_failed;

static void note_told(void *data, bool failed)
{
    ++*(failed ? &told_failed : &told_well);
}

static struct journal_listener notes = { .told = note_told }, more_notes = { .told = note_told };

static void synced_follows_the_changes(void **state)
{
    told_well = told_failed = 0;
    journal_on_synced(world->journal, &notes);
    journal_on_synced(world->journal, &more_notes);
    world_commit(world);
    assert_int_equal(told_well, 0); /* nothing changed */
    put(world, "a", "1");
    assert_int_equal(journal_synced(world->journal), 0);
    journal_flush(world->journal);
    assert_int_equal(journal_synced(world->journal), 1);
    assert_int_equal(told_well, 2); /* each of the two */
    /* Nothing of this turn is for the disk, but an answer may wait for its number. */
    store_put(world->store, here, &fleeting_things, STR("k"), row_of("4"));
    world_commit(world);
    assert_int_equal(journal_synced(world->journal), 2);
    put(world, "a", "2");
    journal_submit(world->journal);
    store_put(world->store, here, &fleeting_things, STR("k"), row_of("5"));
    journal_submit(world->journal); /* but it never overtakes */
    journal_flush(world->journal);
    assert_int_equal(journal_synced(world->journal), 4);
    assert_int_equal(journal_waiting_bytes(world->journal), 0);
}

static void ready(void *data)
{
    if (write(*(int *)data, "x", 1) != 1)
        abort();
}

static void ready_is_called_when_there_is_something_to_poll(void **state)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    journal_on_ready(world->journal, ready, &pipes[1]);
    put(world, "a", "1");
    journal_submit(world->journal);
    char byte;
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    journal_poll(world->journal);
    assert_int_equal(journal_synced(world->journal), 1);
    journal_on_ready(world->journal, NULL, NULL);
    close(pipes[0]);
    close(pipes[1]);
}

static void refused(const char *why_expected, const char *reason)
{
    struct world_options options = { .data_folder = folder, .tables = test_tables };
    char *why = NULL;
    struct world *other = world_new(&options, &why);
    if (other)
        fail_msg("%s: opened", reason);
    if (!strstr(why, why_expected) || !strstr(why, folder) || strchr(why, '\n'))
        fail_msg("%s: %s", reason, why);
    free(why);
}

static void a_second_instance_is_refused(void **state)
{
    char expected[64];
    snprintf(expected, sizeof expected, "is in use by another rehearse (process %ld)", (long)getpid());
    refused(expected, "two at once");
    put(world, "a", "1");
    restart();
    assert_string_equal(text_at(world, "a"), "1");
}

static void foreign_folders_are_refused(void **state)
{
    put(world, "a", "1");
    world_free(world);

    run_sql("PRAGMA user_version = 3");
    refused("was written by a newer rehearse", "a newer format");
    run_sql("PRAGMA user_version = 2; PRAGMA application_id = 1");
    refused("holds a world.db that is not ours", "another program's database");
    struct world_options fresh = { .data_folder = folder, .fresh = true, .tables = test_tables };
    char *why = NULL;
    assert_null(world_new(&fresh, &why)); /* and is not thrown away */
    free(why);
    run_sql("PRAGMA application_id = 0x52485253");
    world = make_world(folder);
    assert_string_equal(text_at(world, "a"), "1");
    world_free(world);

    assert_int_equal(truncate(file_in("world.db"), 0), 0);
    world = make_world(folder); /* an empty file is as good as none */
    world_free(world);

    int file = open(file_in("world.db"), O_RDWR | O_TRUNC);
    assert_int_equal(write(file,
                           "this is no database, but text long enough for one header of it, or so it would seem to be "
                           "if one did not look at the first bytes of it at all",
                           130),
                     130);
    close(file);
    refused("is damaged: file is not a database; start with --fresh", "no database");
    unlink(file_in("world.db"));
    world = make_world(folder);
}

/* ---- damage ---- */

static char *read_file(const char *path, size_t *ret_length)
{
    struct stat status;
    int file = open(path, O_RDONLY);
    assert_int_equal(fstat(file, &status), 0);
    char *bytes = malloc((size_t)status.st_size);
    assert_int_equal(read(file, bytes, (size_t)status.st_size), status.st_size);
    close(file);
    *ret_length = (size_t)status.st_size;
    return bytes;
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    int file = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(file, bytes, length), length);
    close(file);
}

static void damage_is_named(void **state)
{
    static const struct {
        const char *sql, *why, *reason;
    } cases[] = {
        { "UPDATE row SET body = '2'", "row 1 of test.thing does not fit its checksum", "another body" },
        { "UPDATE row SET key = 'b'", "row 1 of test.thing does not fit its checksum", "another key" },
        { "UPDATE row SET id = 7", "row 7 of test.thing does not fit its checksum", "another number" },
        { "UPDATE row SET shelf = 9", "row 1 of no known table does not fit its checksum", "no such shelf" },
        { "UPDATE row SET body = x'31ff', checksum = -1", "row 1 of test.thing does not fit its checksum", "no text" },
        { "UPDATE shelf SET account = '222233334444'", "shelf 1 does not fit its checksum", "another account's" },
        { "UPDATE meta SET clock_ms = 5", "what it says of the last commit does not fit its checksum", "another time" },
        { "DELETE FROM row", "it holds 1 records where 2 were written", "a row that is gone" },
        { "INSERT INTO row SELECT 2, shelf, key, body, checksum FROM row", "row 2 of test.thing",
          "one that nobody wrote" },
        { "DELETE FROM meta", "it holds 2 records where -1 were written", "nothing is said of the last commit" },
        { "DROP TABLE shelf", "no such table: shelf", "a table that is gone" },
    };
    put(world, "a", "1");
    world_free(world);
    size_t length;
    char *whole = read_file(file_in("world.db"), &length);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_sql(cases[i].sql);
        refused(cases[i].why, cases[i].reason);
        refused("; start with --fresh, with another folder or with a copy of it", cases[i].reason);
        write_file(file_in("world.db"), whole, length);
    }
    free(whole);

    run_sql("UPDATE row SET body = '2'");
    struct world_options options = { .data_folder = folder, .fresh = true, .tables = test_tables };
    char *why = NULL;
    world = world_new(&options, &why); /* which is what the line told to do */
    assert_non_null(world);
    assert_string_equal(text_at(world, "a"), "");
    put(world, "a", "3");
    restart();
    assert_string_equal(text_at(world, "a"), "3");
}

/* A start over damaged bytes: all is as it was, or it is refused with a line that names the folder. */
static bool starts_whole(size_t offset)
{
    struct world_options options = { .data_folder = folder, .tables = test_tables };
    char *why = NULL;
    struct world *other = world_new(&options, &why);
    if (!other) {
        if (!strstr(why, folder) || strchr(why, '\n'))
            fail_msg("byte %zu: %s", offset, why);
        free(why);
        return false;
    }
    world = other;
    bool whole = store_count(world->store, here, &things) == 41 &&
                 strcmp(text_at(world, "key-17"), "{\"n\":17}") == 0 &&
                 json_text(store_get(world->store, here, &things, STR("long"))).length == 9002;
    if (!whole)
        fail_msg("byte %zu: started, with other rows than were written", offset);
    put(world, "another", "1");
    world_free(world);
    return true;
}

static void any_damage_is_refused(void **state)
{
    enum { FLIPS = 1000 };
    for (int i = 0; i < 40; i++) {
        char key[32], body[32];
        snprintf(key, sizeof key, "key-%d", i);
        snprintf(body, sizeof body, "{\"n\":%d}", i);
        put(world, key, body);
    }
    struct buf text = BUF_EMPTY;
    buf_add_byte(&text, '"');
    for (int i = 0; i < 9000; i++)
        buf_add_byte(&text, 'x');
    buf_add_byte(&text, '"');
    store_put(world->store, here, &things, STR("long"), json_seal_text(&text));
    world_free(world);

    size_t length, refusals = 0;
    char *whole = read_file(file_in("world.db"), &length);
    size_t step = length / FLIPS + 1;
    for (size_t at = 0; at < length; at += at < 100 ? 1 : step) {
        size_t offset = at < 100 ? at : at + at / step * 7 % step;
        if (offset >= length)
            break;
        char bit = (char)(1 << offset % 8);
        whole[offset] ^= bit;
        write_file(file_in("world.db"), whole, length);
        refusals += !starts_whole(offset);
        whole[offset] ^= bit;
    }
    if (refusals < FLIPS / 4)
        fail_msg("only %zu of the damages were seen", refusals);
    write_file(file_in("world.db"), whole, length);
    free(whole);
    world = make_world(folder);
}

static void the_format_without_checksums_is_read(void **state)
{
    put(world, "a", "1");
    put(world, "b", "\"\xC3\xA4\"");
    world_free(world);
    run_sql("ALTER TABLE row DROP COLUMN checksum; ALTER TABLE shelf DROP COLUMN checksum;"
            "ALTER TABLE meta DROP COLUMN checksum; ALTER TABLE meta DROP COLUMN records;"
            "ALTER TABLE meta ADD COLUMN clean INTEGER NOT NULL DEFAULT 1; PRAGMA user_version = 1");
    world = make_world(folder);
    put(world, "c", "3");
    restart();
    assert_string_equal(text_at(world, "a"), "1");
    assert_string_equal(text_at(world, "b"), "\"\xC3\xA4\"");
    assert_string_equal(text_at(world, "c"), "3");
    assert_int_equal(store_last_change(world->store), 3);
}

static void only_the_owner_sees_the_files(void **state)
{
    world_free(world);
    char *parent = folder;
    char inner[128];
    snprintf(inner, sizeof inner, "%s/new/deep", parent);
    folder = inner;
    mode_t before = umask(0);
    world = make_world(folder);
    umask(before);
    put(world, "a", "1");
    journal_flush(world->journal);
    static const char *const files[] = { "", "world.db", "world.db-wal", "lock" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat status;
        assert_int_equal(stat(file_in(files[i]), &status), 0);
        assert_int_equal(status.st_mode & 0077, 0);
    }
    folder = parent;
}

static void a_folder_that_cannot_be_is_refused(void **state)
{
    char *parent = folder;
    char inner[128];
    snprintf(inner, sizeof inner, "%s/lock/data", parent);
    folder = inner;
    refused("cannot be", "below a file");
    folder = parent;
}

/* A later version may have tables that this one does not know. */
static void unknown_tables_are_left_alone(void **state)
{
    static const struct table_def later = { .name = "later.table" }, latest = { .name = "latest.table" };
    static const struct table_def *const more[] = { &later, &latest, NULL };
    put(world, "a", "1");
    world_free(world);
    struct world_options options = { .data_folder = folder, .tables = more };
    char *why = NULL;
    world = world_new(&options, &why);
    assert_non_null(world);
    store_put(world->store, here, &later, STR("k"), row_of("\"kept\""));
    store_put(world->store, here, &latest, STR("k"), row_of("\"kept\""));
    world_free(world);
    world = make_world(folder);
    put(world, "b", "1");
    store_put(world->store, (struct scope){ "3", "4" }, &things, STR("c"), row_of("1")); /* a new shelf beside it */
    restart();
    assert_string_equal(text_at(world, "b"), "1");
    world_free(world);
    world = world_new(&options, &why);
    struct json *kept = store_get(world->store, here, &later, STR("k"));
    assert_non_null(kept);
    assert_true(str_is(json_text(kept), "\"kept\""));
    assert_int_equal(store_count(world->store, here, &latest), 1);
}

/* ---- failed commits: the file system's limit on a file's size makes real ones ---- */

static struct rlimit unlimited;

static void limit_files(rlim_t bytes)
{
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &unlimited);
    struct rlimit limited = { bytes, unlimited.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limited), 0);
}

static void lift_limit(void)
{
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
}

static void put_big(const char *key)
{
    char *text = malloc(200000);
    memset(text, '1', 200000);
    store_put(world->store, here, &things, str_of(key), json_parse((struct str){ text, 200000 }, NULL));
    free(text);
}

static void meddle_while_told(void *data, bool failed)
{
    note_told(data, failed);
    if (!failed)
        return;
    assert_string_equal(text_at(world, "a"), "2"); /* before memory is dropped */
    put(world, "void", "1");
    world_commit(world);
}

static void write_when_recovered(struct world *of)
{
    char text[16];
    snprintf(text, sizeof text, "%d", (int)of->generation);
    put(of, "recovered", text);
}

static struct journal_listener meddler = { .told = meddle_while_told };

static void a_failed_commit_takes_the_world_back(void **state)
{
    world_free(world);
    struct world_options options = { .start_ms = START_MS,
                                     .stepped = true,
                                     .data_folder = folder,
                                     .tables = test_tables,
                                     .recover = write_when_recovered };
    char *why = NULL;
    world = world_new(&options, &why);
    put(world, "a", "1");
    journal_flush(world->journal);
    uint64_t good = journal_synced(world->journal);
    told_well = told_failed = 0;
    journal_on_synced(world->journal, &meddler);
    clock_step(world->clock, 1000);

    limit_files(100000);
    put(world, "a", "2");
    put_big("big");
    journal_submit(world->journal);
    put(world, "b", "1"); /* a turn that waits behind the one that fails */
    /* The first row of a scope: its shelf is lost with it. */
    store_put(world->store, (struct scope){ "5", "6" }, &things, STR("c"), row_of("1"));
    uint64_t lost = store_last_change(world->store);
    journal_flush(world->journal);
    lift_limit();

    assert_int_equal(told_failed, 1);
    assert_int_equal(told_well, 0); /* nothing of what was lost was ever called synced */
    assert_int_equal(world->generation, 1);
    assert_string_equal(text_at(world, "a"), "1");
    assert_string_equal(text_at(world, "b"), "");
    assert_string_equal(text_at(world, "big"), "");
    assert_string_equal(text_at(world, "void"), "");
    assert_string_equal(text_at(world, "recovered"), "1");
    assert_null(store_get(world->store, (struct scope){ "5", "6" }, &things, STR("c")));
    assert_true(journal_synced(world->journal) >= good);
    assert_true(store_last_change(world->store) > lost); /* no number comes twice */
    assert_int_equal(clock_now(world->clock), START_MS + 1000);

    /* The journal goes on. */
    put(world, "b", "2");
    store_put(world->store, (struct scope){ "5", "6" }, &things, STR("c"), row_of("2"));
    journal_flush(world->journal);
    assert_int_equal(told_failed, 1);
    assert_int_equal(journal_synced(world->journal), store_last_change(world->store));
    restart();
    assert_string_equal(text_at(world, "a"), "1");
    assert_string_equal(text_at(world, "b"), "2");
    assert_string_equal(text_at(world, "void"), "");
    assert_string_equal(text_at(world, "recovered"), "1");
    assert_non_null(store_get(world->store, (struct scope){ "5", "6" }, &things, STR("c")));
}

static void commits_may_fail_again_and_again(void **state)
{
    put(world, "a", "1");
    journal_flush(world->journal);
    told_failed = 0;
    journal_on_synced(world->journal, &notes);
    for (int i = 0; i < 5; i++) {
        limit_files(100000);
        put_big("big");
        put(world, "a", "2");
        journal_flush(world->journal);
        lift_limit();
        assert_string_equal(text_at(world, "a"), "1");
        char key[16];
        snprintf(key, sizeof key, "good%d", i);
        put(world, key, "1");
        if (i % 2)
            journal_flush(world->journal);
    }
    assert_int_equal(told_failed, 5);
    restart();
    assert_int_equal(store_count(world->store, here, &things), 6 - 2); /* two were lost with the next failure */
    assert_string_equal(text_at(world, "good4"), "1");
}

static void a_world_that_ends_with_a_failure_keeps_what_it_had(void **state)
{
    put(world, "a", "1");
    journal_flush(world->journal);
    limit_files(100000);
    put_big("big");
    end_world(world);
    lift_limit();
    world = make_world(folder);
    assert_int_equal(store_count(world->store, here, &things), 1);
}

/* ---- the writer and the strands ---- */

static int steps, wakes;

static void note_ready(void *data)
{
    wakes++;
}

static enum next count_step(struct strand *strand, const struct wake *wake)
{
    steps++;
    return STRAND_PARKED;
}

static void release(struct strand *strand)
{
    free(strand);
}

static void strands_wait_while_the_writer_is_behind(void **state)
{
    struct strand *strand = calloc(1, sizeof *strand);
    strand->step = count_step;
    strand->release = release;
    steps = 0;
    strand_start(world, strand);
    for (int i = 0; i < 30; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        put_big(key);
    }
    journal_submit(world->journal); /* 6 MB; nobody polls */
    assert_true(journal_is_behind(world->journal));
    assert_false(world_run(world, 0));
    assert_int_equal(steps, 0);
    assert_int_equal(world_next_due_ms(world), -1);
    world->on_wake = note_ready;
    clock_step(world->clock, 10); /* time waits for the writer too */
    assert_false(world_run(world, 0));
    assert_int_equal(clock_now(world->clock), START_MS);
    assert_int_equal(world_next_due_ms(world), -1);
    world->on_wake = NULL;
    clock_step(world->clock, 0);
    assert_false(journal_is_behind(world->journal));
    assert_int_equal(steps, 1);
    assert_int_equal(clock_now(world->clock), START_MS + 10);
}

static void the_loop_is_woken_when_the_writer_has_caught_up(void **state)
{
    struct strand *strand = calloc(1, sizeof *strand);
    strand->step = count_step;
    strand->release = release;
    for (int i = 0; i < 30; i++) {
        put_big("a");
        journal_submit(world->journal);
    }
    strand_start(world, strand);
    assert_false(world_run(world, 0));
    world->on_wake = note_ready;
    steps = wakes = 0;
    journal_flush(world->journal);
    assert_int_equal(wakes, 1);
    world_run(world, 0);
    assert_int_equal(steps, 1);
}

/* What waits counts with its text only once its turn has ended. */
static void a_turn_ends_early_for_a_writer_at_rest(void **state)
{
    enum { ROWS = 16 };
    journal_flush(world->journal);
    for (int i = 0; i < ROWS; i++) {
        size_t open_bytes = journal_waiting_bytes(world->journal);
        world_commit_early(world);
        assert_int_equal(journal_waiting_bytes(world->journal), open_bytes); /* not worth a commit yet */
        char key[16];
        snprintf(key, sizeof key, "%02d", i);
        put_big(key);
    }
    world_commit_early(world);
    assert_true(journal_waiting_bytes(world->journal) > ROWS * 100000);
    restart();
    assert_int_equal(store_count(world->store, here, &things), ROWS);
}

static void a_reset_is_durable(void **state)
{
    put(world, "a", "1");
    char *why = NULL;
    assert_true(account_load_teams(world, "2", &why));
    journal_flush(world->journal);
    world_reset(world);
    restart();
    assert_int_equal(store_count(world->store, here, &things), 0);
    assert_int_equal(account_count(world), 2);
}

static off_t log_length(void)
{
    char path[4096];
    struct stat status = { 0 };
    snprintf(path, sizeof path, "%s/world.db-wal", folder);
    return stat(path, &status) == 0 ? status.st_size : 0;
}

/* There is room in it ahead of what is written, so that a sync need not write the file's length each time. */
static void the_log_grows_in_strides(void **state)
{
    enum { COMMITS = 100 };
    int times = 0;
    off_t before = log_length();
    for (int i = 0; i < COMMITS; i++) {
        char key[16];
        snprintf(key, sizeof key, "%03d", i);
        put(world, key, "1");
        journal_flush(world->journal);
        times += log_length() != before;
        before = log_length();
    }
    assert_in_range(times, 1, COMMITS / 4);
    restart();
    assert_int_equal(store_count(world->store, here, &things), COMMITS);
}

static void commits_are_counted(void **state)
{
    journal_flush(world->journal);
    struct journal_tally before = journal_tally(world->journal);
    put(world, "a", "1");
    put(world, "b", "22");
    journal_flush(world->journal);
    put(world, "a", "3");
    journal_flush(world->journal);
    struct journal_tally after = journal_tally(world->journal);
    assert_int_equal(after.commits - before.commits, 2);
    assert_int_equal(after.rows - before.rows, 3);
    assert_in_range(after.bytes - before.bytes, 3 + 4, 200);
}

/* Long enough for the log to be brought home more than once. */
static void the_log_does_not_grow_for_ever(void **state)
{
    for (int i = 0; i < 300; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i % 7);
        put_big(key);
        journal_flush(world->journal);
    }
    struct stat status;
    assert_int_equal(stat(file_in("world.db-wal"), &status), 0);
    assert_in_range(status.st_size, 1, 40 << 20);
    restart();
    assert_int_equal(store_count(world->store, here, &things), 7);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(everything_is_there_again),
        CASE(numbers_go_on),
        CASE(changes_of_one_key_collapse),
        CASE(synced_follows_the_changes),
        CASE(ready_is_called_when_there_is_something_to_poll),
        CASE(a_second_instance_is_refused),
        CASE(foreign_folders_are_refused),
        CASE(damage_is_named),
        CASE(any_damage_is_refused),
        CASE(the_format_without_checksums_is_read),
        CASE(only_the_owner_sees_the_files),
        CASE(a_folder_that_cannot_be_is_refused),
        CASE(unknown_tables_are_left_alone),
        CASE(a_failed_commit_takes_the_world_back),
        CASE(commits_may_fail_again_and_again),
        CASE(a_world_that_ends_with_a_failure_keeps_what_it_had),
        CASE(strands_wait_while_the_writer_is_behind),
        CASE(the_loop_is_woken_when_the_writer_has_caught_up),
        CASE(a_turn_ends_early_for_a_writer_at_rest),
        CASE(a_reset_is_durable),
        CASE(the_log_grows_in_strides),
        CASE(commits_are_counted),
        CASE(the_log_does_not_grow_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
