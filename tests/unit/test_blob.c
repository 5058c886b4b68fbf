#include "world_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "world/blob.h"

/* Rows {"blob": id} or {"blobs": [id, …]}. */
static void tell_names(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    const cJSON *id;
    if (json_string(row, "blob"))
        tell(data, json_str(row, "blob"));
    cJSON_ArrayForEach(id, json_get(row, "blobs")) tell(data, json_value(id));
}

static const struct table_def objects = { .name = "test.object", .blobs = tell_names };
static const struct table_def *const tables[] = { &objects, &things, NULL };

static char *folder; /* NULL: in memory */
static struct world *world;

static struct world *start(uint64_t ceiling)
{
    struct world_options options = { .seed = 7,
                                     .start_ms = START_MS,
                                     .stepped = true,
                                     .data_folder = folder,
                                     .blob_ceiling = ceiling,
                                     .tables = tables };
    char *why = NULL;
    struct world *made = world_new(&options, &why);
    if (!made)
        fail_msg("%s", why);
    return made;
}

static int make_on_disk(void **state)
{
    folder = make_folder();
    world = start(0);
    return 0;
}

static int make_in_memory(void **state)
{
    folder = NULL;
    world = start(0);
    return 0;
}

static int end(void **state)
{
    end_world(world);
    if (folder)
        remove_folder(folder);
    return 0;
}

static void restart(void)
{
    end_world(world);
    world = start(0);
}

/* Ends turns until what is to go has gone: the bytes are on the disk and so are the rows. */
static void settle(void)
{
    for (int i = 0; i < 2; i++) {
        world_commit(world);
        if (world->journal)
            journal_flush(world->journal);
    }
    world_commit(world);
}

/* ---- what stands in blobs ---- */

static char pattern_at(uint64_t offset, unsigned seed)
{
    return (char)((offset * 2654435761u >> 13) + seed);
}

static void append_pattern(struct blob_writer *writer, uint64_t length, unsigned seed)
{
    char piece[5000];
    for (uint64_t at = 0; at < length;) {
        size_t part = length - at < sizeof piece ? (size_t)(length - at) : sizeof piece;
        for (size_t i = 0; i < part; i++)
            piece[i] = pattern_at(at + i, seed);
        assert_int_equal(blob_append(writer, (struct str){ piece, part }), 0);
        at += part;
    }
    assert_true(blob_written(writer) == length);
}

static const char *write_blob(uint64_t length, unsigned seed)
{
    static char id[BLOB_ID_BYTES + 1];
    struct blob_writer *writer;
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, length, seed);
    blob_finish(writer, id);
    return id;
}

static void check_reader(const struct blob_reader *reader, uint64_t length, unsigned seed)
{
    static char piece[70000];
    assert_true(reader->length == length);
    uint64_t at = 0;
    for (int64_t part; (part = blob_read(reader, at, piece, sizeof piece)) != 0; at += (uint64_t)part) {
        assert_true(part > 0);
        for (int64_t i = 0; i < part; i++)
            if (piece[i] != pattern_at(at + (uint64_t)i, seed))
                fail_msg("byte %llu is another", (unsigned long long)(at + (uint64_t)i));
    }
    assert_true(at == length);
}

static void check_blob(struct str id, uint64_t length, unsigned seed)
{
    struct blob_reader *reader;
    assert_int_equal(blob_open(world, id, &reader), 0);
    check_reader(reader, length, seed);
    blob_close(reader);
}

static void put_object(const char *key, const char *id)
{
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "blob", id);
    store_put(world->store, here, &objects, str_of(key), json_seal(row));
}

static void delete_object(const char *key)
{
    assert_true(store_delete(world->store, here, &objects, str_of(key)));
}

static struct str id_at(const char *key)
{
    struct json *row = store_get(world->store, here, &objects, str_of(key));
    assert_non_null(row);
    return json_str(json_root(row), "blob");
}

static int open_error(const char *id)
{
    struct blob_reader *reader;
    int error = blob_open(world, str_of(id), &reader);
    if (error == 0)
        blob_close(reader);
    return error;
}

static size_t count_files(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/blobs", folder);
    DIR *at = opendir(path);
    if (!at)
        return 0;
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(at)))
        count += entry->d_name[0] != '.';
    closedir(at);
    return count;
}

/* What is gone gives its bytes back; on the disk its file too. */
static void nothing_is_left(void)
{
    settle();
    for (int tries = 0; tries < 10000 && blobs_bytes(world) > 0; tries++) {
        usleep(1000); /* what no commit waits for is published in its own time */
        world_commit(world);
    }
    assert_int_equal(blobs_bytes(world), 0);
    if (!folder)
        return;
    end_world(world); /* when the thread has done what it was given */
    assert_int_equal(count_files(), 0);
    world = start(0);
}

/* ---- cases for both places ---- */

static void bytes_come_back(void **state)
{
    static const uint64_t lengths[] = { 0, 1, 4096, 70000, 20 << 20 };
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", i);
        put_object(key, write_blob(lengths[i], i));
        check_blob(id_at(key), lengths[i], i); /* at once */
    }
    settle();
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", i);
        check_blob(id_at(key), lengths[i], i);
    }
    struct blob_reader *reader;
    char byte;
    assert_int_equal(blob_open(world, id_at("k3"), &reader), 0);
    assert_int_equal(blob_read(reader, 69999, &byte, 1), 1);
    assert_int_equal(byte, pattern_at(69999, 3));
    assert_int_equal(blob_read(reader, 70000, &byte, 1), 0);
    assert_int_equal(blob_read(reader, UINT64_MAX, &byte, 1), 0);
    blob_close(reader);
    assert_int_equal(open_error("0000000000000000"), -ENOENT);
    assert_int_equal(open_error("../world.db"), -ENOENT);
}

static void what_nobody_names_goes(void **state)
{
    struct blob_writer *writer;
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, 100000, 1);
    assert_int_equal(blobs_bytes(world), 100000);
    blob_abandon(writer);
    blob_abandon(NULL);
    write_blob(1000, 2);
    nothing_is_left();
}

static void the_last_name_counts(void **state)
{
    put_object("a", write_blob(70000, 1));
    char id[BLOB_ID_BYTES + 1];
    snprintf(id, sizeof id, "%.*s", STR_ARG(id_at("a")));
    put_object("b", id);
    cJSON *row = cJSON_CreateObject();
    json_set(row, "blobs", cJSON_CreateArray());
    json_add((cJSON *)(uintptr_t)json_get(row, "blobs"), cJSON_CreateString(id));
    json_add((cJSON *)(uintptr_t)json_get(row, "blobs"), cJSON_CreateString(id));
    store_put(world->store, here, &objects, STR("c"), json_seal(row));
    settle();
    delete_object("a");
    settle();
    put_object("b", id); /* the same again */
    settle();
    delete_object("b");
    settle();
    check_blob(str_of(id), 70000, 1);
    assert_int_equal(blobs_bytes(world), 70000);
    store_put(world->store, here, &objects, STR("c"), row_of("{}"));
    nothing_is_left();
    assert_int_equal(open_error(id), -ENOENT);
}

static void a_reader_keeps_what_it_reads(void **state)
{
    put_object("a", write_blob(200000, 5));
    settle();
    struct blob_reader *reader;
    assert_int_equal(blob_open(world, id_at("a"), &reader), 0);
    delete_object("a");
    settle();
    put_object("b", write_blob(200000, 6));
    settle();
    check_reader(reader, 200000, 5);
    blob_close(reader);
    delete_object("b");
    nothing_is_left();
}

static void a_mark_keeps_what_it_can_bring_back(void **state)
{
    put_object("a", write_blob(70000, 1));
    settle();
    uint64_t mark = store_mark(world->store);
    delete_object("a");
    put_object("new", write_blob(1000, 2));
    settle();
    assert_int_equal(blobs_bytes(world), 71000);
    assert_true(world_rewind(world, mark));
    settle();
    check_blob(id_at("a"), 70000, 1);
    delete_object("a");
    settle();
    assert_int_equal(blobs_bytes(world), 71000); /* the mark still stands, and the way back to "new" too */
    store_unmark(world->store, mark);
    nothing_is_left();
}

static void a_reset_lets_all_go(void **state)
{
    put_object("a", write_blob(70000, 1));
    settle();
    world_reset(world);
    nothing_is_left();
}

static void the_ceiling_holds(void **state)
{
    end_world(world);
    world = start(100000);
    put_object("a", write_blob(60000, 1));
    struct blob_writer *writer;
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, 40000, 1);
    assert_int_equal(blob_append(writer, STR("x")), -ENOSPC);
    assert_int_equal(blob_append(writer, STR("")), -ENOSPC); /* it stays refused */
    blob_abandon(writer);
    settle();
    delete_object("a");
    settle();
    put_object("b", write_blob(100000, 2)); /* what went makes room */
    settle();
    check_blob(id_at("b"), 100000, 2);
}

/* ---- the disk ---- */

static void a_mark_keeps_it_over_a_restart(void **state)
{
    put_object("a", write_blob(70000, 1));
    settle();
    uint64_t mark = store_mark(world->store);
    delete_object("a");
    settle();
    restart();
    settle();
    assert_true(world_rewind(world, mark));
    settle();
    check_blob(id_at("a"), 70000, 1);
    delete_object("a");
    store_unmark(world->store, mark);
    nothing_is_left();
}

static void a_restart_keeps_what_is_named(void **state)
{
    put_object("a", write_blob(70000, 1));
    put_object("b", write_blob(80000, 2));
    put_object("gone", write_blob(80000, 2));
    settle();
    delete_object("gone");
    struct blob_writer *writer;
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, 100000, 1);
    blob_abandon(writer);
    restart();
    assert_int_equal(count_files(), 2);
    assert_int_equal(blobs_bytes(world), 150000);
    check_blob(id_at("a"), 70000, 1);
    check_blob(id_at("b"), 80000, 2);
    const char *id = write_blob(1000, 3); /* an id that no row and no file has */
    assert_false(str_is(id_at("a"), id));
    assert_false(str_is(id_at("b"), id));
}

static void touch(const char *name, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/blobs/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < length; i++)
        fputc('x', file);
    fclose(file);
}

static void orphans_are_swept(void **state)
{
    put_object("a", write_blob(70000, 1));
    settle();
    end_world(world);
    touch("00000000deadbeef", 100);
    touch("17.part", 100);
    touch("a file of somebody else's", 1);
    assert_int_equal(count_files(), 4);
    world = start(0);
    assert_int_equal(count_files(), 2);
    assert_int_equal(blobs_bytes(world), 70000);
    check_blob(id_at("a"), 70000, 1);
}

static void damage_is_an_error_not_a_crash(void **state)
{
    char path[128];
    put_object("short", write_blob(70000, 1));
    put_object("gone", write_blob(70000, 2));
    settle();
    snprintf(path, sizeof path, "%s/blobs/%.*s", folder, STR_ARG(id_at("short")));
    assert_int_equal(truncate(path, 69999), 0);
    struct blob_reader *reader;
    assert_int_equal(blob_open(world, id_at("short"), &reader), -EIO);
    snprintf(path, sizeof path, "%s/blobs/%.*s", folder, STR_ARG(id_at("gone")));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(blob_open(world, id_at("gone"), &reader), -ENOENT);
    restart();
    assert_int_equal(blob_open(world, id_at("gone"), &reader), -ENOENT);
}

/* The row is told to be there only if its bytes are. */
static void bytes_that_cannot_be_kept_fail_the_commit(void **state)
{
    put_object("before", write_blob(70000, 1));
    settle();
    struct blob_writer *writer;
    char id[BLOB_ID_BYTES + 1], path[128];
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, 1000, 2);
    snprintf(path, sizeof path, "%s/blobs/2.part", folder);
    assert_int_equal(unlink(path), 0); /* so it cannot be renamed */
    uint64_t synced = journal_synced(world->journal);
    blob_finish(writer, id);
    put_object("lost", id);
    journal_flush(world->journal);
    assert_null(store_get(world->store, here, &objects, STR("lost")));
    assert_int_equal(open_error(id), -ENOENT);
    assert_true(journal_synced(world->journal) >= synced);
    check_blob(id_at("before"), 70000, 1);
    put_object("after", write_blob(5000, 3));
    restart();
    check_blob(id_at("before"), 70000, 1);
    check_blob(id_at("after"), 5000, 3);
    assert_int_equal(count_files(), 2);
}

/* ---- kill -9 ---- */

#define SLOTS 12

static void write_round(int64_t round)
{
    char key[16];
    snprintf(key, sizeof key, "slot-%d", (int)(round % SLOTS));
    struct blob_writer *writer;
    char id[BLOB_ID_BYTES + 1];
    assert_int_equal(blob_begin(world, &writer), 0);
    append_pattern(writer, (uint64_t)(60000 + round % 7 * 10000), (unsigned)round);
    blob_finish(writer, id);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "blob", id);
    json_set_int64(row, "round", round);
    store_put(world->store, here, &objects, str_of(key), json_seal(row));
    world_commit(world);
}

_Noreturn static void write_until_killed(int pipe_end, int64_t round)
{
    world = start(0);
    uint64_t changes[64];
    int64_t acknowledged = round;
    for (;;) {
        write_round(++round);
        changes[round % 64] = store_last_change(world->store);
        if (round - acknowledged > 8)
            journal_flush(world->journal);
        while (acknowledged < round && changes[(acknowledged + 1) % 64] <= journal_synced(world->journal))
            acknowledged++;
        if (write(pipe_end, &acknowledged, sizeof acknowledged) != sizeof acknowledged)
            _exit(1);
    }
}

static int64_t run_and_kill(int64_t life_us, int64_t round)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        write_until_killed(pipes[1], round);
    close(pipes[1]);
    int64_t word, last = 0;
    assert_int_equal(read(pipes[0], &last, sizeof last), sizeof last);
    usleep((useconds_t)life_us);
    kill(child, SIGKILL);
    while (read(pipes[0], &word, sizeof word) == sizeof word)
        last = word;
    close(pipes[0]);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    return last;
}

/* The last round that is there, all of those before it that still stand, and nothing else. */
static int64_t check_slots(int64_t acknowledged)
{
    int64_t last = 0;
    size_t count = 0;
    struct cursor at = store_seek(world->store, here, &objects, NULL, STR_NONE, false);
    while (store_next(&at)) {
        int64_t round = json_int64(json_root(at.row), "round", 0);
        check_blob(json_str(json_root(at.row), "blob"), (uint64_t)(60000 + round % 7 * 10000), (unsigned)round);
        last = round > last ? round : last;
        count++;
    }
    if (last < acknowledged)
        fail_msg("round %lld was acknowledged, %lld is there", (long long)acknowledged, (long long)last);
    assert_int_equal(count, last < SLOTS ? last : SLOTS);
    assert_int_equal(count_files(), count);
    return last;
}

static void kill_9_leaves_whole_blobs_and_no_orphans(void **state)
{
    struct random random;
    random_seed(&random, (uint64_t)getpid());
    int64_t round = 0;
    end_world(world);
    for (int i = 0; i < 12; i++) {
        int64_t acknowledged = run_and_kill(random_between(&random, 0, 60000), round);
        world = start(0);
        round = check_slots(acknowledged);
        end_world(world);
    }
    assert_true(round > 0);
    world = start(0);
}

#define IN_BOTH(test)                                                                                                  \
    { "memory: " #test, test, make_in_memory, end, NULL },                                                             \
    {                                                                                                                  \
        "disk: " #test, test, make_on_disk, end, NULL                                                                  \
    }
#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, make_on_disk, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_BOTH(bytes_come_back),
        IN_BOTH(what_nobody_names_goes),
        IN_BOTH(the_last_name_counts),
        IN_BOTH(a_reader_keeps_what_it_reads),
        IN_BOTH(a_mark_keeps_what_it_can_bring_back),
        IN_BOTH(a_reset_lets_all_go),
        IN_BOTH(the_ceiling_holds),
        ON_DISK(a_restart_keeps_what_is_named),
        ON_DISK(a_mark_keeps_it_over_a_restart),
        ON_DISK(orphans_are_swept),
        ON_DISK(damage_is_an_error_not_a_crash),
        ON_DISK(bytes_that_cannot_be_kept_fail_the_commit),
        ON_DISK(kill_9_leaves_whole_blobs_and_no_orphans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
