/* base/time.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <time.h>

#include "base/time.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t ms;
        int32_t nanos;
        const char *reason;
    } cases[] = {
        { "1970-01-01T00:00:00Z", true, 0, 0, "the beginning" },
        { "2026-11-22T09:15:08Z", true, 1795338908000, 0, "seconds" },
        { "2026-11-22T09:15:08.123Z", true, 1795338908123, 0, "millis" },
        { "2026-11-22T09:15:08.1Z", true, 1795338908100, 0, "one digit" },
        { "2026-11-22T09:15:08.123456789Z", true, 1795338908123, 456789, "nine digits" },
        { "2026-11-22T09:15:08.000000001Z", true, 1795338908000, 1, "one nanosecond" },
        { "2026-11-22T18:15:08+09:00", true, 1795338908000, 0, "an offset east" },
        { "2026-11-22T05:45:08.5-03:30", true, 1795338908500, 0, "an offset west with minutes" },
        { "1969-12-31T23:59:59.999Z", true, -1, 0, "before the beginning" },
        { "1969-12-31T23:59:59.9991Z", true, -1, 100000, "before the beginning: nanos still count upwards" },
        { "0000-01-01T00:00:00Z", true, -62167219200000, 0, "the first year" },
        { "9999-12-31T23:59:59.999Z", true, 253402300799999, 0, "the last year" },
        { "2024-02-29T00:00:00Z", true, 1709164800000, 0, "a leap day" },
        { "2000-02-29T00:00:00Z", true, 951782400000, 0, "a leap day in a century's year" },
        { "2023-02-29T00:00:00Z", false, 0, 0, "no leap year" },
        { "1900-02-29T00:00:00Z", false, 0, 0, "no leap year: a century" },
        { "2026-04-31T00:00:00Z", false, 0, 0, "no 31st of April" },
        { "2026-00-01T00:00:00Z", false, 0, 0, "month 0" },
        { "2026-13-01T00:00:00Z", false, 0, 0, "month 13" },
        { "2026-01-00T00:00:00Z", false, 0, 0, "day 0" },
        { "2026-01-01T24:00:00Z", false, 0, 0, "no 24:00" },
        { "2026-01-01T00:60:00Z", false, 0, 0, "minute 60" },
        { "2016-12-31T23:59:60Z", false, 0, 0, "no leap second" },
        { "2026-11-22t09:15:08Z", false, 0, 0, "a small t" },
        { "2026-11-22T09:15:08z", false, 0, 0, "a small z" },
        { "2026-11-22 09:15:08Z", false, 0, 0, "a blank for T" },
        { "2026-11-22T09:15:08", false, 0, 0, "no offset" },
        { "2026-11-22T09:15Z", false, 0, 0, "no seconds" },
        { "2026-11-22", false, 0, 0, "a date" },
        { "2026-11-22T09:15:08.Z", false, 0, 0, "a point without digits" },
        { "2026-11-22T09:15:08.1234567890Z", false, 0, 0, "ten digits" },
        { "2026-11-22T09:15:08,5Z", false, 0, 0, "a comma" },
        { "2026-11-22T09:15:08+0900", false, 0, 0, "an offset without its colon" },
        { "2026-11-22T09:15:08+24:00", false, 0, 0, "an offset of a day" },
        { "2026-11-22T09:15:08+09:60", false, 0, 0, "an offset's minute 60" },
        { "2026-11-22T09:15:08Z ", false, 0, 0, "a blank behind" },
        { " 2026-11-22T09:15:08Z", false, 0, 0, "a blank before" },
        { "+2026-11-22T09:15:08Z", false, 0, 0, "a sign" },
        { "26-11-22T09:15:08Z", false, 0, 0, "a short year" },
        { "20261-11-22T09:15:08Z", false, 0, 0, "a long year" },
        { "", false, 0, 0, "nothing" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = 5, plain_ms = 5;
        int32_t nanos = 5;
        bool ok = time_parse_iso_nanos(str_of(cases[i].text), &ms, &nanos);
        assert_int_equal(time_parse_iso(str_of(cases[i].text), &plain_ms), ok);
        assert_true(plain_ms == ms);
        if (ok != cases[i].ok || ms != (ok ? cases[i].ms : 5) || nanos != (ok ? cases[i].nanos : 5))
            fail_msg("%s: %s became %lld and %d", cases[i].reason, cases[i].text, (long long)ms, nanos);
    }
}

static void test_parse_amz(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t ms;
    } cases[] = {
        { "20261122T091508Z", true, 1795338908000 },
        { "20150830T123600Z", true, 1440938160000 },
        { "20150229T123600Z", false, 0 },
        { "20150830T123600", false, 0 },
        { "20150830T123600z", false, 0 },
        { "20150830123600Z", false, 0 },
        { "2015-08-30T12:36:00Z", false, 0 },
        { "20150830T123600ZZ", false, 0 },
        { "20150830T243600Z", false, 0 },
        { "2015083\xc3\xa9T12360Z", false, 0 },
        { "", false, 0 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = 0;
        if (time_parse_amz(str_of(cases[i].text), &ms) != cases[i].ok || ms != cases[i].ms)
            fail_msg("%s became %lld", cases[i].text, (long long)ms);
    }
}

static void test_print(void **state)
{
    static const struct {
        int64_t ms;
        const char *with_millis, *without, *amz, *http;
    } cases[] = {
        { 0, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z", "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT" },
        { 1795338908123, "2026-11-22T09:15:08.123Z", "2026-11-22T09:15:08Z", "20261122T091508Z",
          "Sun, 22 Nov 2026 09:15:08 GMT" },
        { -1, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59Z", "19691231T235959Z", "Wed, 31 Dec 1969 23:59:59 GMT" },
        { 951782400000, "2000-02-29T00:00:00.000Z", "2000-02-29T00:00:00Z", "20000229T000000Z",
          "Tue, 29 Feb 2000 00:00:00 GMT" },
        { INT64_MAX, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z", "99991231T235959Z",
          "Fri, 31 Dec 9999 23:59:59 GMT" },
        { INT64_MIN, "0000-01-01T00:00:00.000Z", "0000-01-01T00:00:00Z", "00000101T000000Z",
          "Sat, 01 Jan 0000 00:00:00 GMT" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char iso[32], amz[17], http[30];
        time_print_iso(cases[i].ms, true, iso);
        assert_string_equal(iso, cases[i].with_millis);
        time_print_iso(cases[i].ms, false, iso);
        assert_string_equal(iso, cases[i].without);
        time_print_amz(cases[i].ms, amz);
        assert_string_equal(amz, cases[i].amz);
        time_print_http(cases[i].ms, http);
        assert_string_equal(http, cases[i].http);
    }
}

static void test_seconds(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        { 0, "0.000" },
        { 7, "0.007" },
        { 1763802908123, "1763802908.123" },
        { -1, "-0.001" },
        { -86400500, "-86400.500" },
        { INT64_MIN, "-9223372036854775.808" },
        { INT64_MAX, "9223372036854775.807" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[24];
        assert_int_equal(time_print_seconds(cases[i].ms, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

/* Every day of four centuries and more, as the C library has it, there and back. */
static void test_calendar(void **state)
{
    for (int64_t day = -80000; day < 100000; day++) {
        int64_t ms = day * 86400000 + 45296789;
        time_t seconds = (time_t)(day * 86400 + 45296);
        struct tm tm;
        char expected[40], printed[32], http[30];
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.789Z", gmtime_r(&seconds, &tm));
        time_print_iso(ms, true, printed);
        assert_string_equal(printed, expected);
        strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        time_print_http(ms, http);
        assert_string_equal(http, expected);
        int64_t back;
        assert_true(time_parse_iso(str_of(printed), &back));
        assert_true(back == ms);
    }
}

static void test_clocks(void **state)
{
    int64_t wall = time_wall_ms(), monotonic = time_monotonic_ms();
    uint64_t nanos = time_monotonic_ns();
    assert_true(wall > 1577836800000); /* 2020 */
    assert_true(time_monotonic_ms() >= monotonic);
    assert_true(time_monotonic_ns() >= nanos);
    assert_true((int64_t)(nanos / 1000000) >= monotonic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),   cmocka_unit_test(test_parse_amz), cmocka_unit_test(test_print),
        cmocka_unit_test(test_seconds), cmocka_unit_test(test_calendar),  cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
