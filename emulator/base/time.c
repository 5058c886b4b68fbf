#include "base/time.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#define MS_A_DAY 86400000

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t time_wall_ms(void)
{
    return clock_ns(CLOCK_REALTIME) / 1000000;
}

int64_t time_monotonic_ms(void)
{
    return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

uint64_t time_monotonic_ns(void)
{
    return (uint64_t)clock_ns(CLOCK_MONOTONIC);
}

/* ---- the calendar: Gregorian, also before it was in use, as RFC 3339 has it ---- */

struct moment {
    int year, month, day, hour, minute, second, ms;
    int weekday; /* Sunday is 0 */
};

/* Howard Hinnant's days_from_civil and civil_from_days (https://howardhinnant.github.io/date_algorithms.html): years
 * begin in March, so that the leap day is their last; an era is the 400 years after which the calendar repeats. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, struct moment *moment)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    moment->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    moment->month = (int)(month < 10 ? month + 3 : month - 9);
    moment->year = (int)(year_of_era + era * 400 + (moment->month <= 2));
}

/* Instants outside the years 0 to 9999 have no text: they are printed as the nearest one that has. */
static struct moment moment_of(int64_t instant_ms)
{
    const int64_t first = days_from_date(0, 1, 1) * MS_A_DAY, end = days_from_date(10000, 1, 1) * MS_A_DAY;
    if (instant_ms < first)
        instant_ms = first;
    if (instant_ms >= end)
        instant_ms = end - 1;

    int64_t days = instant_ms / MS_A_DAY, ms = instant_ms % MS_A_DAY;
    if (ms < 0) {
        ms += MS_A_DAY;
        days--;
    }
    struct moment moment = { .hour = (int)(ms / 3600000),
                             .minute = (int)(ms / 60000 % 60),
                             .second = (int)(ms / 1000 % 60),
                             .ms = (int)(ms % 1000),
                             .weekday = (int)(((days + 4) % 7 + 7) % 7) };
    date_from_days(days, &moment);
    return moment;
}

/* ---- printing; by hand, since this is done for every request and event ---- */

static char *put_digits(char *at, int value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

static char *put_text(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *put_clock(char *at, const struct moment *moment, const char *between)
{
    at = put_digits(at, moment->hour, 2);
    at = put_text(at, between);
    at = put_digits(at, moment->minute, 2);
    at = put_text(at, between);
    return put_digits(at, moment->second, 2);
}

size_t time_print_seconds(int64_t instant_ms, char ret_text[24])
{
    char digits[24], *end = digits + sizeof digits;
    uint64_t ms = instant_ms < 0 ? 0 - (uint64_t)instant_ms : (uint64_t)instant_ms;
    char *at = str_put_digits(end, ms % 1000, 10, 3);
    *--at = '.';
    at = str_put_digits(at, ms / 1000, 10, 1);
    if (instant_ms < 0)
        *--at = '-';
    size_t length = (size_t)(end - at);
    memcpy(ret_text, at, length);
    ret_text[length] = '\0';
    return length;
}

void time_print_iso(int64_t instant_ms, bool with_millis, char ret_text[32])
{
    struct moment moment = moment_of(instant_ms);
    char *at = put_digits(ret_text, moment.year, 4);
    *at++ = '-';
    at = put_digits(at, moment.month, 2);
    *at++ = '-';
    at = put_digits(at, moment.day, 2);
    *at++ = 'T';
    at = put_clock(at, &moment, ":");
    if (with_millis) {
        *at++ = '.';
        at = put_digits(at, moment.ms, 3);
    }
    put_text(at, "Z")[0] = '\0';
}

void time_print_amz(int64_t instant_ms, char ret_text[17])
{
    struct moment moment = moment_of(instant_ms);
    char *at = put_digits(ret_text, moment.year, 4);
    at = put_digits(at, moment.month, 2);
    at = put_digits(at, moment.day, 2);
    *at++ = 'T';
    at = put_clock(at, &moment, "");
    put_text(at, "Z")[0] = '\0';
}

void time_print_http(int64_t instant_ms, char ret_text[30])
{
    static const char weekdays[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct moment moment = moment_of(instant_ms);
    char *at = put_text(ret_text, weekdays[moment.weekday]);
    at = put_text(at, ", ");
    at = put_digits(at, moment.day, 2);
    *at++ = ' ';
    at = put_text(at, months[moment.month - 1]);
    *at++ = ' ';
    at = put_digits(at, moment.year, 4);
    *at++ = ' ';
    at = put_clock(at, &moment, ":");
    put_text(at, " GMT")[0] = '\0';
}

/* ---- reading ---- */

struct reader {
    struct str rest;
    bool failed; /* once set, nothing that is read means anything */
};

static bool take_byte(struct reader *reader, char byte)
{
    if (reader->rest.length == 0 || reader->rest.at[0] != byte)
        return false;
    reader->rest = str_from(reader->rest, 1);
    return true;
}

static void want_byte(struct reader *reader, char byte)
{
    if (!take_byte(reader, byte))
        reader->failed = true;
}

static bool next_is_digit(const struct reader *reader)
{
    return reader->rest.length && reader->rest.at[0] >= '0' && reader->rest.at[0] <= '9';
}

static int want_digits(struct reader *reader, int width)
{
    int value = 0;
    for (int i = 0; i < width; i++) {
        if (!next_is_digit(reader)) {
            reader->failed = true;
            return 0;
        }
        value = value * 10 + (reader->rest.at[0] - '0');
        reader->rest = str_from(reader->rest, 1);
    }
    return value;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* No 24:00 and no leap second: the services' Java takes neither where an offset is wanted. */
static bool exists(const struct moment *moment)
{
    return moment->month >= 1 && moment->month <= 12 && moment->day >= 1 &&
           moment->day <= days_in_month(moment->year, moment->month) && moment->hour <= 23 && moment->minute <= 59 &&
           moment->second <= 59;
}

static int64_t instant_of(const struct moment *moment)
{
    int64_t days = days_from_date(moment->year, moment->month, moment->day);
    return days * MS_A_DAY + moment->hour * 3600000 + moment->minute * 60000 + moment->second * 1000;
}

/* ".123" as nanoseconds, 0 where there is no point. */
static int32_t read_fraction(struct reader *reader)
{
    if (!take_byte(reader, '.'))
        return 0;
    int32_t nanos = 0;
    int digits = 0;
    for (; next_is_digit(reader) && digits < 9; digits++)
        nanos = nanos * 10 + want_digits(reader, 1);
    if (digits == 0 || next_is_digit(reader))
        reader->failed = true;
    for (; digits < 9; digits++)
        nanos *= 10;
    return nanos;
}

/* "Z", "+09:00", "-03:30": minutes east. */
static int read_offset(struct reader *reader)
{
    if (take_byte(reader, 'Z'))
        return 0;
    bool west = take_byte(reader, '-');
    if (!west)
        want_byte(reader, '+');
    int hours = want_digits(reader, 2);
    want_byte(reader, ':');
    int minutes = want_digits(reader, 2);
    if (hours > 23 || minutes > 59)
        reader->failed = true;
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

bool time_parse_iso_nanos(struct str text, int64_t *ret_ms, int32_t *ret_nanos)
{
    struct reader reader = { text, false };
    struct moment moment = { 0 };
    moment.year = want_digits(&reader, 4);
    want_byte(&reader, '-');
    moment.month = want_digits(&reader, 2);
    want_byte(&reader, '-');
    moment.day = want_digits(&reader, 2);
    want_byte(&reader, 'T');
    moment.hour = want_digits(&reader, 2);
    want_byte(&reader, ':');
    moment.minute = want_digits(&reader, 2);
    want_byte(&reader, ':');
    moment.second = want_digits(&reader, 2);
    int32_t nanos = read_fraction(&reader);
    int offset_minutes = read_offset(&reader);
    if (reader.failed || reader.rest.length || !exists(&moment))
        return false;
    *ret_ms = instant_of(&moment) - (int64_t)offset_minutes * 60000 + nanos / 1000000;
    *ret_nanos = nanos % 1000000;
    return true;
}

bool time_parse_iso(struct str text, int64_t *ret_ms)
{
    int32_t nanos;
    return time_parse_iso_nanos(text, ret_ms, &nanos);
}

bool time_parse_amz(struct str text, int64_t *ret_ms)
{
    struct reader reader = { text, false };
    struct moment moment = { 0 };
    moment.year = want_digits(&reader, 4);
    moment.month = want_digits(&reader, 2);
    moment.day = want_digits(&reader, 2);
    want_byte(&reader, 'T');
    moment.hour = want_digits(&reader, 2);
    moment.minute = want_digits(&reader, 2);
    moment.second = want_digits(&reader, 2);
    want_byte(&reader, 'Z');
    if (reader.failed || reader.rest.length || !exists(&moment))
        return false;
    *ret_ms = instant_of(&moment);
    return true;
}

bool time_parse_http(struct str text, int64_t *ret_ms)
{
    char copy[32];
    struct tm parts = { 0 };
    if (text.length >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    const char *rest = strptime(copy, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!rest || *rest || strlen(copy) != text.length)
        return false;
    *ret_ms = (int64_t)timegm(&parts) * 1000;
    return true;
}
