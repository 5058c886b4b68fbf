/* The rows of a dataset's files: what is taken, what is refused and in which words, and what statistics and records become of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/forecast/import_file.h"

static struct import_format demand(void)
{
    return (struct import_format){ .attributes = { { "item_id", IMPORT_STRING, true },
                                                   { "timestamp", IMPORT_TIMESTAMP, false },
                                                   { "demand", IMPORT_FLOAT, false } },
                                   .count = 3,
                                   .days = true,
                                   .seconds = true };
}

/* Feeds a file in pieces of so many bytes. */
static bool feed(struct import *import, const char *text, size_t piece)
{
    struct str rest = str_of(text);
    import->file = "s3://b/f.csv";
    import->row = 0;
    do {
        struct str part = str_first(rest, piece);
        rest = str_from(rest, part.length);
        if (!forecast_import_feed(import, part, rest.length == 0))
            return false;
    } while (rest.length);
    return true;
}

/* ---- files ---- */

static const struct file_case {
    const char *text;
    const char *why; /* how it begins; NULL: it is taken */
    uint64_t rows;
} files[] = {
    { "a,2026-01-01,1\nb,2026-01-02,2.5\n", NULL, 2 },
    { "a,2026-01-01,1\r\nb,2026-01-02,2\r\n", NULL, 2 }, /* Windows' ends of lines */
    { "a,2026-01-01,1", NULL, 1 },                       /* the last line needs no end */
    { "\xef\xbb\xbf"
      "a,2026-01-01,1\n",
      NULL, 1 },                         /* a byte order mark */
    { "a,2026-01-01,1\n\n\n", NULL, 1 }, /* empty lines are none */
    { "\"a, or b\",2026-01-01,1\n\"say \"\"x\"\"\",2026-01-01,1\n", NULL, 2 },
    { "a,2026-01-01,\na,2026-01-02,NaN\n", NULL, 2 }, /* no value, and none that is a number */
    { "a,2026-01-01 23:59:59,-1.5e3\n", NULL, 1 },
    { "item_id,timestamp,demand\na,2026-01-01,1\n", "The file has a header row", 0 },
    { "a;2026-01-01;1\n", "The delimiter is not a comma", 0 },
    { "a\t2026-01-01\t1\n", "The delimiter is not a comma", 0 },
    { "a,2026-01-01\n", "The number of columns is 2 in row 1 of s3://b/f.csv, but the schema has 3 attributes.", 0 },
    { "a,2026-01-01,1,\n", "The number of columns is 4 in row 1", 0 },
    { "a,2026-01-01,1\na,01/02/2026,1\n",
      "The value '01/02/2026' of the attribute timestamp is not a valid timestamp: row 2 of s3://b/f.csv. The format "
      "must be "
      "yyyy-MM-dd or yyyy-MM-dd HH:mm:ss.",
      1 },
    { "a,2026-02-29,1\n", "The value '2026-02-29'", 0 }, /* no leap year */
    { "a,2026-01-01T00:00:00,1\n", "The value '2026-01-01T00:00:00'", 0 },
    { "a,,1\n", "The attribute timestamp is empty in row 1", 0 },
    { ",2026-01-01,1\n", "The attribute item_id is empty in row 1", 0 },
    { "a,2026-01-01,1.2.3\n", "The value '1.2.3' of the attribute demand is not a valid float", 0 },
    { "a,2026-01-01,inf\n", "The value 'inf'", 0 },
    { "a,2026-01-01,0x10\n", "The value '0x10'", 0 },
    { "a,2026-01-01,1e999\n", "The value '1e999'", 0 },
    { "\"a,2026-01-01,1\n", "The quotes of the row do not match", 0 },
    { "\"a\"b,2026-01-01,1\n", "The quotes of the row do not match", 0 },
    { "\xff,2026-01-01,1\n", "The value '\xff' of the attribute item_id", 0 },
};

/* However a file is cut into pieces, the same becomes of it. */
static void files_are_taken_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t piece = 1; piece < 40; piece += piece < 4 ? 1 : 13) {
            struct import import = { .format = demand() };
            bool taken = feed(&import, files[i].text, piece);
            if (taken != !files[i].why || (files[i].why && !str_starts(buf_str(&import.why), str_of(files[i].why))))
                fail_msg("file %zu in pieces of %zu: %s", i, piece, taken ? "taken" : import.why.at);
            if (taken)
                assert_int_equal(import.rows, files[i].rows);
            forecast_import_release(&import);
        }
}

static void a_row_has_an_end(void **state)
{
    (void)state;
    struct import import = { .format = demand() };
    char *text = malloc(70000);
    memset(text, 'a', 69999);
    text[69999] = '\0';
    assert_false(feed(&import, text, 1000));
    assert_string_equal(import.why.at, "The row is too long (row 1 of s3://b/f.csv)");
    forecast_import_release(&import);
    free(text);
}

static void a_related_row_comes_once(void **state)
{
    (void)state;
    struct import import = { .format = demand() };
    import.format.unique = true;
    assert_false(feed(&import, "a,2026-01-01,1\nb,2026-01-01,1\na,2026-01-01,2\n", 100));
    assert_string_equal(
        import.why.at,
        "The item comes twice, with the same timestamp where the dataset has one (row 3 of s3://b/f.csv)");
    forecast_import_release(&import);
}

static const struct place_case {
    const char *place;
    bool postal, good;
} places[] = {
    { "61.2181_-149.9003", false, true },
    { "91_0", false, false },
    { "0_181", false, false },
    { "Seoul", false, false },
    { "US_98121", true, true },
    { "98121", true, false },
};

static void places_have_a_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct import import = { .format = { .attributes = { { "item_id", IMPORT_STRING, true },
                                                             { "location", IMPORT_GEOLOCATION, false } },
                                             .count = 2,
                                             .postal_codes = places[i].postal } };
        char row[64];
        snprintf(row, sizeof row, "a,%s\n", places[i].place);
        if (feed(&import, row, 100) != places[i].good)
            fail_msg("%s", row);
        forecast_import_release(&import);
    }
}

/* ---- values ---- */

static const struct {
    const char *text;
    double number;
} numbers[] = {
    { "0", 0 },       { "-0.5", -0.5 }, { "12.50", 12.5 },
    { "1e3", 1000 },  { "+7", 7 },      { "0.1", 0.1 },
    { ".5", 0.5 },    { "5.", 5 },      { "123456789012345678", 123456789012345678.0 },
    { "1E-2", 0.01 }, { "-3", -3 },     { "0.30000000000000004", 0.30000000000000004 },
};

static void numbers_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double number;
        if (!forecast_import_parse_number(str_of(numbers[i].text), &number) || number != numbers[i].number)
            fail_msg("%s", numbers[i].text);
    }
    double number;
    static const char *const none[] = { "", "-", ".", "1 2", "1,2", "nan", "e5", "--1" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (forecast_import_parse_number(str_of(none[i]), &number))
            fail_msg("%s", none[i]);
}

static void timestamps_by_format(void **state)
{
    (void)state;
    int64_t seconds;
    assert_true(forecast_import_parse_timestamp(STR("1970-01-02"), true, false, &seconds));
    assert_int_equal(seconds, 86400);
    assert_true(forecast_import_parse_timestamp(STR("2026-11-10 09:08:07"), false, true, &seconds));
    assert_int_equal(seconds, 1794301687);
    assert_false(forecast_import_parse_timestamp(STR("2026-11-10"), false, true, &seconds));
    assert_false(forecast_import_parse_timestamp(STR("2026-11-10 09:08:07"), true, false, &seconds));
    assert_false(forecast_import_parse_timestamp(STR("2026-11-10 24:00:00"), true, true, &seconds));
    assert_false(forecast_import_parse_timestamp(STR("2026-13-10"), true, true, &seconds));
}

/* ---- what becomes of them ---- */

static void statistics_count_what_is_there(void **state)
{
    (void)state;
    struct import import = { .format = demand() };
    assert_true(feed(
        &import,
        "Seoul,2026-01-01,2\nseoul,2026-01-02,4\nBusan,2026-01-01,\nBusan,2026-01-02,nan\nBusan,2026-01-03,4\n", 7));
    const struct import_statistics *of = &import.statistics[2], *when = &import.statistics[1];
    assert_int_equal(of->values, 4);
    assert_int_equal(of->nulls, 1);
    assert_int_equal(of->nans, 1);
    assert_int_equal(distinct_count(&of->distinct), 2);
    assert_true(of->least == 2 && of->most == 4 && fabs(of->mean - 10.0 / 3) < 1e-12);
    assert_true(fabs(of->squares - 8.0 / 3) < 1e-12);
    assert_int_equal(distinct_count(&when->distinct), 3);
    assert_int_equal(when->last - when->first, 2 * 86400);
    assert_int_equal(import.texts[0].count, 2); /* keys are kept in lower case */
    assert_true(str_is(dictionary_text(&import.texts[0], 0), "seoul"));
    assert_int_equal(import.records.length, 5 * forecast_import_record_bytes(&import.format));
    forecast_import_release(&import);
}

static void distinct_values_are_exact_and_then_close(void **state)
{
    (void)state;
    struct distinct distinct = { 0 };
    for (uint64_t i = 0; i < DISTINCT_EXACT; i++) {
        assert_true(distinct_add(&distinct, i * 3));
        assert_false(distinct_add(&distinct, i * 3));
    }
    assert_int_equal(distinct_count(&distinct), DISTINCT_EXACT);
    for (uint64_t i = 0; i < 2 * DISTINCT_EXACT; i++)
        distinct_add(&distinct, i * 7 + 1);
    double about = (double)distinct_count(&distinct),
           really = 3.0 * DISTINCT_EXACT - (double)(DISTINCT_EXACT * 3 / 7 / 3 + 1) * 1.0;
    assert_true(fabs(about / really - 1) < 0.06);
    distinct_release(&distinct);
}

static void dictionaries_come_back(void **state)
{
    (void)state;
    struct dictionary written = { 0 }, read = { 0 };
    struct buf bytes = BUF_EMPTY;
    char text[16];
    for (uint32_t i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "item %u", i % 250);
        assert_int_equal(dictionary_add(&written, str_of(text)), i % 250);
    }
    dictionary_write(&written, &bytes);
    struct str rest = buf_str(&bytes);
    assert_true(dictionary_read(&read, &rest));
    assert_int_equal(rest.length, 0);
    assert_int_equal(dictionary_find(&read, STR("item 249")), 249);
    assert_int_equal(dictionary_find(&read, STR("item 250")), DICTIONARY_FULL);
    for (size_t length = 0; length < 40; length++) { /* cut short, it is none */
        struct dictionary half = { 0 };
        rest = str_first(buf_str(&bytes), length);
        assert_false(dictionary_read(&half, &rest));
        dictionary_release(&half);
    }
    dictionary_release(&written);
    dictionary_release(&read);
    buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_taken_or_refused),
        cmocka_unit_test(a_row_has_an_end),
        cmocka_unit_test(a_related_row_comes_once),
        cmocka_unit_test(places_have_a_format),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(timestamps_by_format),
        cmocka_unit_test(statistics_count_what_is_there),
        cmocka_unit_test(distinct_values_are_exact_and_then_close),
        cmocka_unit_test(dictionaries_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
