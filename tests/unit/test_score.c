/* Folds of the score log and the small readers beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/web.h"
#include "game/command.h"
#include "game/game_inner.h"

#define START 1000000

/* An entry: seconds after the start, points, its challenge; or, with keep, a rewind to that entry. */
struct line {
    int64_t after_s, points;
    size_t challenge;
    bool rewinds;
    uint64_t keep;
};

#define ENTRY(after, points, challenge)                                                                                \
    {                                                                                                                  \
        after, points, challenge, false, 0                                                                             \
    }
#define REWIND(after, points, keep)                                                                                    \
    {                                                                                                                  \
        after, points, 0, true, keep                                                                                   \
    }

static void fold(struct ledger *ledger, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cJSON *row = cJSON_CreateObject();
        json_set_int64(row, "seq", (int64_t)i + 1);
        json_set_int64(row, "at", START + lines[i].after_s * 1000);
        json_set_int64(row, "points", lines[i].points);
        json_set_string(row, "kind", lines[i].rewinds ? "rewound" : "earned");
        json_set_int64(row, "keep", (int64_t)lines[i].keep);
        ledger_fold(ledger, row, lines[i].challenge, START);
        cJSON_Delete(row);
    }
}

static const struct line played[] = {
    ENTRY(5, 10, 0), ENTRY(25, 10, 0), ENTRY(45, -5, 0), ENTRY(65, -5, 1), ENTRY(400, 0, 1),
};

static void a_board_is_a_fold_up_to_a_time(void **state)
{
    static const struct {
        int64_t after_s, total, minute, five, reached_s;
        const char *why;
    } rows[] = {
        { 4, 0, 0, 0, 0, "before anything was scored" },
        { 5, 10, 10, 10, 5, "at the very moment" },
        { 44, 20, 20, 20, 25, "between two entries" },
        { 65, 10, 0, 10, 65, "the trend of a minute forgets what came before it" },
        { 130, 10, 0, 10, 65, "nothing in the last minute" },
        { 366, 10, 0, 0, 65, "nothing in the last five" },
        { 1000, 10, 0, 0, 65, "an entry without points does not reach a score anew" },
    };
    struct ledger ledger = { 0 };
    fold(&ledger, played, sizeof played / sizeof *played);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = START + rows[i].after_s * 1000, reached = ledger_reached_at(&ledger, at);
        if (ledger_total_at(&ledger, at) != rows[i].total || ledger_trend(&ledger, at, 60000) != rows[i].minute ||
            ledger_trend(&ledger, at, 300000) != rows[i].five ||
            reached != (rows[i].reached_s ? START + rows[i].reached_s * 1000 : 0))
            fail_msg("%s", rows[i].why);
    }
    assert_int_equal(ledger_total(&ledger), 10);
    assert_int_equal(ledger_earned(&ledger, 0), 15);
    assert_int_equal(ledger_earned(&ledger, 1), -5);
    assert_int_equal(ledger_earned(&ledger, 7), 0);
    ledger_release(&ledger);
}

static void the_curve_has_a_point_a_step(void **state)
{
    static const struct line lines[] = { ENTRY(1, 10, 0), ENTRY(9, 10, 0), ENTRY(10, 10, 0), ENTRY(35, 10, 0) };
    static const struct point points[] = { { 0, 20 }, { 10000, 30 }, { 30000, 40 } };
    struct ledger ledger = { 0 };
    fold(&ledger, lines, 4);
    assert_int_equal(ledger.point_count, 3);
    assert_memory_equal(ledger.series, points, sizeof points);
    ledger_release(&ledger);
}

/* What was rewound is in no fold any more, at no time; what is played then counts. */
static void a_rewind_takes_back(void **state)
{
    static const struct line lines[] = {
        ENTRY(5, 10, 0), ENTRY(25, 10, 0), ENTRY(45, 50, 1),  REWIND(10, -60, 1),
        ENTRY(12, 1, 0), ENTRY(70, 2, 0),  REWIND(11, -3, 4), ENTRY(30, 5, 1),
    };
    struct ledger ledger = { 0 };
    fold(&ledger, lines, 4);
    assert_int_equal(ledger_total(&ledger), 10);
    assert_int_equal(ledger_total_at(&ledger, START + 60000), 10);
    assert_int_equal(ledger_earned(&ledger, 1), 0);
    assert_int_equal(ledger.point_count, 1);
    ledger_release(&ledger);
    fold(&ledger, lines, 8);
    assert_int_equal(ledger_total(&ledger), 15);
    assert_int_equal(ledger_total_at(&ledger, START + 29000), 10);
    assert_int_equal(ledger.point_count, 2);
    ledger_release(&ledger);
    static const struct line all[] = { ENTRY(5, 10, 0), REWIND(0, -10, 0) };
    fold(&ledger, all, 2);
    assert_int_equal(ledger_total(&ledger), 0);
    assert_int_equal(ledger.point_count, 0);
    ledger_release(&ledger);
}

static void an_entry_is_a_line_in_each_language(void **state)
{
    static const struct {
        const char *row, *words;
    } rows[] = {
        { "{\"kind\":\"detected\",\"points\":30,\"reason\":{\"en\":\"You looked\",\"ko\":\"찾아보았습니다\"}}",
          "{\"en\":\"+30 detected: You looked\",\"ko\":\"+30 발견: 찾아보았습니다\"}" },
        { "{\"kind\":\"rewound\",\"points\":-5,\"reason\":{\"en\":\"back\"}}", "{\"en\":\"-5 rewound: back\"}" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_error why;
        struct json *row = json_parse(str_of(rows[i].row), &why);
        struct buf text = BUF_EMPTY;
        cJSON *words = score_words(json_root(row));
        json_print(&text, words);
        assert_string_equal(text.at, rows[i].words);
        buf_release(&text);
        cJSON_Delete(words);
        json_unref(row);
    }
}

static void operations_are_spelt_as_the_cli_does(void **state)
{
    static const struct {
        const char *name, *command;
    } rows[] = {
        { "DescribeExecution", "describe-execution" },
        { "DescribeStateMachineForExecution", "describe-state-machine-for-execution" },
        { "ListMFADevices", "list-mfa-devices" },
        { "GetSAMLProvider", "get-saml-provider" },
        { "ListObjectsV2", "list-objects-v2" },
        { "stateMachineArn", "state-machine-arn" },
        { "RoleName", "role-name" },
        { "x", "x" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf line = BUF_EMPTY;
        command_add_name(&line, str_of(rows[i].name));
        assert_string_equal(line.at, rows[i].command);
        buf_release(&line);
    }
}

static void services_are_named_as_the_cli_names_them(void **state)
{
    static const struct {
        const char *folder, *command;
    } rows[] = {
        { "s3", "s3api" },
        { "logs", "logs" },
        { "lexv2", "lexv2-models" },
        { "lexv2runtime", "lexv2-runtime" },
        { "sagemakerruntime", "sagemaker-runtime" },
        { "forecastquery", "forecastquery" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct model model = { .name = rows[i].folder };
        assert_string_equal(command_service(&model), rows[i].command);
    }
}

static struct str no_header(const struct web_request *request, const char *name)
{
    return strcmp(name, "Cookie") == 0 ? *(const struct str *)request->edge : STR_NONE;
}

static void queries_and_cookies_are_read(void **state)
{
    static const struct {
        const char *query, *name, *value; /* NULL: there is none */
    } rows[] = {
        { "a=1&b=2", "b", "2" },       { "a=1&b=2", "c", NULL },     { "ab=1", "a", NULL },  { "a", "a", "" },
        { "a=x%20y+z", "a", "x y z" }, { "a=%EA%B0%80", "a", "가" }, { "a=%", "a", NULL },   { "a=%4", "a", NULL },
        { "a=%zz", "a", NULL },        { "a=%00", "a", NULL },       { "a=%FF", "a", NULL }, { "", "a", NULL },
        { "a=1&a=2", "a", "1" },
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct web_request request = { .query = str_of(rows[i].query), .arena = arena };
        struct str value = web_parameter(&request, rows[i].name);
        if (rows[i].value ? !str_is(value, rows[i].value) : value.length != 0)
            fail_msg("%s of %s is '%.*s'", rows[i].name, rows[i].query, STR_ARG(value));
    }
    static const struct {
        const char *cookies, *value;
    } jars[] = {
        { "rehearse=abc", "abc" }, { "other=1; rehearse=abc; more=2", "abc" }, { "rehearse-old=1", "" }, { "", "" },
        { "rehearse", "" },
    };
    for (size_t i = 0; i < sizeof jars / sizeof *jars; i++) {
        struct str jar = str_of(jars[i].cookies);
        struct web_request request = { .header = no_header, .edge = &jar };
        assert_true(str_is(web_cookie(&request, "rehearse"), jars[i].value));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_board_is_a_fold_up_to_a_time),
        cmocka_unit_test(the_curve_has_a_point_a_step),
        cmocka_unit_test(a_rewind_takes_back),
        cmocka_unit_test(an_entry_is_a_line_in_each_language),
        cmocka_unit_test(operations_are_spelt_as_the_cli_does),
        cmocka_unit_test(services_are_named_as_the_cli_names_them),
        cmocka_unit_test(queries_and_cookies_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
