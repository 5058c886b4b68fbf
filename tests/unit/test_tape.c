/* A record is folded as pages fold what they are told; and one that was cut short or tampered with does no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "game/tape.h"

#define BEGIN                                                                                                          \
    "{\"at\":1000,\"record\":1,\"pack\":\"p\"}\n"                                                                      \
    "{\"at\":1000,\"view\":\"game\",\"data\":{\"teams\":[{\"id\":\"7\"}]}}\n"                                          \
    "{\"at\":1000,\"view\":\"team\",\"team\":\"7\",\"data\":{\"clock\":{\"started_at\":1000},\"score\":0,\"feed\":[]," \
    "\"series\":[[0,0]],\"challenges\":[{\"id\":\"a\",\"state\":\"open\"}]}}\n"
#define TOLD(at, event, data) "{\"at\":" at ",\"to\":\"team/7\",\"event\":\"" event "\",\"data\":" data "}\n"

static struct tape *tape_of(const char *text, char ret_path[32])
{
    char *why = NULL;
    strcpy(ret_path, "/tmp/tape-XXXXXX");
    int file = mkstemp(ret_path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    struct tape *tape = tape_open(ret_path, &why);
    free(why);
    return tape;
}

static void close_tape(struct tape *tape, const char *path)
{
    tape_close(tape);
    unlink(path);
    assert_int_equal(json_live_documents(), 0);
}

static void what_pages_were_told_is_folded(void **state)
{
    char path[32];
    struct tape *tape = tape_of(
        BEGIN TOLD("5000", "score", "{\"score\":10,\"rank\":1,\"entry\":{\"seq\":1,\"at\":5000,\"total\":10}}")
            TOLD("12000", "score", "{\"score\":5,\"rank\":2,\"entry\":{\"seq\":2,\"at\":12000,\"total\":5}}")
                TOLD("20000", "challenge", "{\"id\":\"a\",\"state\":\"solved\"}"),
        path);
    static const struct {
        int64_t at_ms, score;
        const char *state;
        int points, feed;
    } rows[] = { { 1000, 0, "open", 1, 0 },
                 { 5000, 10, "open", 1, 1 },
                 { 12000, 5, "open", 2, 2 },
                 { 99000, 5, "solved", 2, 2 },
                 { 4999, 0, "open", 1, 0 } /* and back */ };
    assert_non_null(tape);
    assert_int_equal(tape->from_ms, 1000);
    assert_int_equal(tape->to_ms, 20000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tape_seek(tape, rows[i].at_ms);
        const cJSON *team = tape_team(tape, STR("7"));
        assert_int_equal(json_int64(team, "score", -1), rows[i].score);
        assert_string_equal(json_string(json_get(team, "challenges")->child, "state"), rows[i].state);
        assert_int_equal(cJSON_GetArraySize(json_get(team, "series")), rows[i].points);
        assert_int_equal(cJSON_GetArraySize(json_get(team, "feed")), rows[i].feed);
    }
    close_tape(tape, path);
}

/* The first views are written one after the other: whoever looks at the beginning sees all of them. */
static void its_beginning_is_whole(void **state)
{
    char path[32];
    struct tape *tape = tape_of("{\"at\":1000,\"record\":1}\n{\"at\":1001,\"view\":\"game\",\"data\":{}}\n"
                                "{\"at\":1002,\"view\":\"team\",\"team\":\"7\",\"data\":{\"score\":0}}\n" TOLD(
                                    "1003", "trend", "{\"score\":1}"),
                                path);
    assert_int_equal(tape->from_ms, 1002);
    tape_seek(tape, 1003);
    tape_seek(tape, tape->from_ms);
    assert_int_equal(json_int64(tape_team(tape, STR("7")), "score", -1), 0);
    close_tape(tape, path);
}

/* A rewind's time goes on; the tape's never goes back. */
static void time_never_goes_back(void **state)
{
    char path[32];
    struct tape *tape = tape_of(BEGIN TOLD("9000", "trend", "{\"score\":1}") TOLD("2000", "trend", "{\"score\":2}")
                                    TOLD("3000", "trend", "{\"score\":3}"),
                                path);
    assert_int_equal(tape->to_ms, 10000);
    tape_seek(tape, 9999);
    assert_int_equal(json_int64(tape_team(tape, STR("7")), "score", 0), 2);
    close_tape(tape, path);
}

/* Looked at `at`: what was told of the services until then. */
static void what_services_showed_is_folded(void **state)
{
#define VIEW(at, what, key, data)                                                                                      \
    "{\"at\":" at ",\"view\":\"" what "\",\"team\":\"7\",\"key\":\"" key "\",\"data\":" data "}\n"
#define RUN(at, arn, status)                                                                                           \
    VIEW(at, "execution", arn, "{\"execution\":{\"arn\":\"" arn "\",\"status\":\"" status "\"}}")
    static const struct {
        const char *lines;
        int64_t at;
        const char *what, *key, *found, *runs, *turns, *why;
    } rows[] = {
        { RUN("2000", "a", "RUNNING"), 1500, "execution", "a", NULL, NULL, NULL, "not yet" },
        { RUN("2000", "a", "RUNNING"), 2000, "execution", "a", "{\"execution\":{\"arn\":\"a\",\"status\":\"RUNNING\"}}",
          "[{\"arn\":\"a\",\"status\":\"RUNNING\"}]", NULL, "an execution, and the list of them" },
        { RUN("2000", "a", "RUNNING") RUN("2500", "b", "RUNNING") RUN("3000", "a", "FAILED"), 3000, "execution", "a",
          "{\"execution\":{\"arn\":\"a\",\"status\":\"FAILED\"}}",
          "[{\"arn\":\"b\",\"status\":\"RUNNING\"},{\"arn\":\"a\",\"status\":\"FAILED\"}]", NULL,
          "as it stood last; the newest first" },
        { VIEW("2000", "forecast", "f ", "{\"n\":1}") VIEW("2000", "forecast", "f x", "{\"n\":2}"), 2000, "forecast",
          "f x", "{\"n\":2}", NULL, NULL, "each item of a forecast" },
        { "{\"at\":2000,\"view\":\"guide\",\"key\":\" en\",\"data\":{\"n\":3}}\n", 2000, "guide", " en", NULL, NULL,
          NULL, "a guide is no team's" },
        { TOLD("2000", "chat", "{\"id\":\"1\"}") TOLD("2500", "chat", "{\"id\":\"2\"}"), 2500, "job", "j", NULL, NULL,
          "[{\"id\":\"1\"},{\"id\":\"2\"}]", "turns with a bot, the oldest first" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[32], text[4096];
        snprintf(text, sizeof text, "%s%s%s", BEGIN, rows[i].lines, TOLD("9000", "trend", "{}"));
        struct tape *tape = tape_of(text, path);
        tape_seek(tape, INT64_MAX); /* and back again */
        tape_seek(tape, rows[i].at);
        const cJSON *seen[] = { tape_picture(tape, STR("7"), rows[i].what, str_of(rows[i].key)),
                                map_get(tape->executions, STR("7")), map_get(tape->chats, STR("7")) };
        const char *const wanted[] = { rows[i].found, rows[i].runs, rows[i].turns };
        for (size_t k = 0; k < 3; k++) {
            struct buf found = BUF_EMPTY;
            if (seen[k])
                json_print(&found, seen[k]);
            if (!str_equal(buf_str(&found), str_of(wanted[k])))
                fail_msg("%s: %s", rows[i].why, found.at ? found.at : "nothing");
            buf_release(&found);
        }
        close_tape(tape, path);
    }
}

/* So that pages fetch it: what was written half a second after they were told that something moved. */
static void pages_are_told_of_what_services_showed(void **state)
{
    static const struct {
        const char *what, *data, *event, *why;
    } rows[] = {
        { "execution", "{\"execution\":{\"arn\":\"a\"},\"events\":[]}", "execution",
          "an execution: its row is enough" },
        { "forecasts", "{\"forecasts\":[]}", "forecast", "forecasts" },
        { "monitors", "{\"monitors\":[]}", "monitor", "monitoring schedules" },
        { "forecast", "{\"n\":1}", NULL, "an item: its list was told" },
        { "job", "{\"n\":1}", NULL, "a job is fetched when it is looked at" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[32], text[2048];
        struct told told;
        snprintf(text, sizeof text, "%s{\"at\":2000,\"view\":\"%s\",\"team\":\"7\",\"key\":\"k\",\"data\":%s}\n", BEGIN,
                 rows[i].what, rows[i].data);
        struct tape *tape = tape_of(text, path);
        tape_seek(tape, 1999);
        assert_true(tape_step(tape, &told));
        if (!told.event != !rows[i].event || (told.event && strcmp(told.event, rows[i].event) != 0))
            fail_msg("%s: %s", rows[i].why, told.event ? told.event : "nothing");
        if (told.event)
            assert_true(told.of_team && strcmp(told.channel, "7") == 0 && told.data && !json_get(told.data, "events"));
        close_tape(tape, path);
    }
}

/* As many as a page shows; what is shown no more takes no memory. */
static void old_executions_are_forgotten(void **state)
{
    char path[32];
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, BEGIN);
    for (int i = 0; i < 30; i++)
        buf_printf(&text,
                   "{\"at\":%d,\"view\":\"execution\",\"team\":\"7\",\"key\":\"e%d\",\"data\":{\"execution\":{\"arn\":"
                   "\"e%d\"}}}\n",
                   2000 + i, i, i);
    struct tape *tape = tape_of(text.at, path);
    tape_seek(tape, INT64_MAX);
    assert_int_equal(cJSON_GetArraySize(map_get(tape->executions, STR("7"))), 20);
    assert_null(tape_picture(tape, STR("7"), "execution", STR("e9")));
    assert_non_null(tape_picture(tape, STR("7"), "execution", STR("e10")));
    close_tape(tape, path);
    buf_release(&text);
}

static void what_is_no_record_is_refused(void **state)
{
    static const char *const rows[] = { "", "name,account\nAlpha,1\n", "{\"at\":1}\n", "{\"at\":1,\"record\":1}\n",
                                        "[]\n" };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[32];
        assert_null(tape_of(rows[i], path));
        unlink(path);
    }
    char *why = NULL;
    assert_null(tape_open("/nonexistent/record", &why));
    assert_non_null(strstr(why, "No such file"));
    free(why);
}

static void lines_that_are_none_do_no_harm(void **state)
{
    static const char *const rows[] = {
        "{\"at\":2000,\"to\":\"team/7\",\"event\":\"sco", /* a crash cut it short */
        "not json\n",
        "[1,2]\n",
        "{\"at\":\"soon\"}\n",
        "{\"at\":2000,\"to\":7,\"event\":\"score\",\"data\":{}}\n",
        "{\"at\":2000,\"to\":\"team/8\",\"event\":\"score\",\"data\":{\"entry\":{}}}\n",
        TOLD("2000", "score", "5"),
        TOLD("2000", "score", "{\"entry\":7}"),
        TOLD("2000", "challenge", "[]"),
        TOLD("2000", "message", "null"),
        "{\"at\":2000,\"team\":\"7\",\"call\":5}\n",
        "{\"at\":2000,\"call\":{}}\n",
        "{\"at\":2000,\"view\":\"team\",\"team\":\"7\",\"data\":3}\n",
        "{\"at\":2000,\"view\":\"team\",\"team\":\"7\",\"data\":{\"feed\":\"x\",\"series\":3}}\n" TOLD(
            "2000", "score", "{\"entry\":{\"total\":1}}"),
        "{\"at\":2000,\"review\":1}\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[32], text[4096];
        snprintf(text, sizeof text, "%s%s", BEGIN, rows[i]);
        struct tape *tape = tape_of(text, path);
        assert_non_null(tape);
        tape_seek(tape, INT64_MAX);
        assert_non_null(tape_team(tape, STR("7")));
        close_tape(tape, path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_pages_were_told_is_folded), cmocka_unit_test(its_beginning_is_whole),
        cmocka_unit_test(time_never_goes_back),           cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(lines_that_are_none_do_no_harm), cmocka_unit_test(what_services_showed_is_folded),
        cmocka_unit_test(old_executions_are_forgotten),   cmocka_unit_test(pages_are_told_of_what_services_showed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
