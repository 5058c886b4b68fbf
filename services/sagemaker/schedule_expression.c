#include "services/sagemaker/schedule_expression.h"

#include <string.h>

#define MINUTE_MS  ((int64_t)60 * 1000)
#define HOUR_MS    (60 * MINUTE_MS)
#define DAY_MS     (24 * HOUR_MS)
#define DAYS_MOST  (8 * 366) /* that are looked through for the next one: leap days are so far apart */
#define YEAR_LEAST 1970
#define YEAR_MOST  2199

/* ---- one field: "1,5-10/2,MON" ---- */

struct field {
    int least, most;
    const char *names; /* three letters each, for `least` on; NULL: none */
};

static bool read_number(struct str text, const struct field *field, int *ret_value)
{
    int64_t value;
    if (str_to_int64(text, &value) && value >= field->least && value <= field->most) {
        *ret_value = (int)value;
        return true;
    }
    for (int i = 0; field->names && text.length == 3 && field->least + i <= field->most; i++) {
        if (!str_equal_ignoring_case(text, (struct str){ field->names + 3 * i, 3 }))
            continue;
        *ret_value = field->least + i;
        return true;
    }
    return false;
}

static bool read_part(struct str text, const struct field *field, int *ret_first, int *ret_last, int *ret_step)
{
    int64_t step = 1;
    struct str behind = { 0 }, range = str_cut(text, '/', &behind), last;
    bool stepped = str_find_byte(text, '/') != SIZE_MAX;
    if (stepped && (!str_to_int64(behind, &step) || step < 1 || step > 10000))
        return false;
    *ret_step = (int)step;
    *ret_first = field->least;
    *ret_last = field->most;
    if (str_is(range, "*"))
        return true;
    struct str first = str_cut(range, '-', &last);
    bool ranged = str_find_byte(range, '-') != SIZE_MAX;
    if (!read_number(first, field, ret_first))
        return false;
    if (ranged)
        return read_number(last, field, ret_last) && *ret_first <= *ret_last;
    if (!stepped)
        *ret_last = *ret_first;
    return true;
}

static bool read_field(struct str text, const struct field *field, uint64_t *ret_bits)
{
    *ret_bits = 0;
    do {
        int first, last, step;
        if (!read_part(str_cut(text, ',', &text), field, &first, &last, &step))
            return false;
        for (int value = first; value <= last; value += step)
            *ret_bits |= (uint64_t)1 << value;
    } while (text.length);
    return true;
}

/* ---- the whole ---- */

static struct str next_word(struct str *rest)
{
    *rest = str_trim(*rest);
    return str_cut(*rest, ' ', rest);
}

static bool read_years(struct str text, struct schedule *schedule)
{
    static const struct field years = { YEAR_LEAST, YEAR_MOST, NULL };
    int step;
    return read_part(text, &years, &schedule->first_year, &schedule->last_year, &step) && step == 1;
}

static bool read_cron(struct str text, struct schedule *schedule)
{
    static const struct field fields[5] = { { 0, 59, NULL },
                                            { 0, 23, NULL },
                                            { 1, 31, NULL },
                                            { 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC" },
                                            { 1, 7, "SUNMONTUEWEDTHUFRISAT" } };
    uint64_t bits[5];
    bool any[5] = { false };
    for (int i = 0; i < 5; i++) {
        struct str word = next_word(&text);
        any[i] = (i == 2 || i == 4) && str_is(word, "?");
        if (!read_field(any[i] ? STR("*") : word, &fields[i], &bits[i]))
            return false;
    }
    if (!read_years(next_word(&text), schedule) || str_trim(text).length)
        return false;
    schedule->minutes = bits[0];
    schedule->hours = (uint32_t)bits[1];
    schedule->days = (uint32_t)bits[2];
    schedule->months = (uint32_t)bits[3];
    schedule->weekdays = (uint32_t)bits[4];
    schedule->any_day = any[2];
    schedule->any_weekday = any[4];
    return true;
}

static bool read_rate(struct str text, struct schedule *schedule)
{
    static const struct {
        const char *one, *many;
        int64_t ms;
    } units[] = { { "minute", "minutes", MINUTE_MS }, { "hour", "hours", HOUR_MS }, { "day", "days", DAY_MS } };
    int64_t count;
    if (!str_to_int64(next_word(&text), &count) || count < 1 || count > 100000)
        return false;
    struct str unit = next_word(&text);
    for (size_t i = 0; i < 3; i++) {
        if (!str_is(unit, count == 1 ? units[i].one : units[i].many))
            continue;
        schedule->period_ms = count * units[i].ms;
        return !str_trim(text).length;
    }
    return false;
}

bool schedule_read(struct str text, struct schedule *ret_schedule)
{
    *ret_schedule = (struct schedule){ .kind = SCHEDULE_NOW };
    if (str_is(text, "NOW"))
        return true;
    bool cron = str_starts(text, STR("cron(")), rate = str_starts(text, STR("rate("));
    if ((!cron && !rate) || !str_ends(text, STR(")")))
        return false;
    struct str inner = { text.at + 5, text.length - 6 };
    ret_schedule->kind = cron ? SCHEDULE_CRON : SCHEDULE_RATE;
    return cron ? read_cron(inner, ret_schedule) : read_rate(inner, ret_schedule);
}

/* ---- when ---- */

/* The civil date of a day since 1970 (Howard Hinnant's algorithm); Sunday is 1. */
static void date_of(int64_t day, int *ret_year, int *ret_month, int *ret_day, int *ret_weekday)
{
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    *ret_day = (int)(of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(year + era * 400 + (*ret_month <= 2));
    *ret_weekday = (int)((day % 7 + 11) % 7 + 1);
}

static bool is_day(const struct schedule *schedule, int64_t day)
{
    int year, month, date, weekday;
    date_of(day, &year, &month, &date, &weekday);
    return year >= schedule->first_year && year <= schedule->last_year && schedule->months >> month & 1 &&
           (schedule->any_day || schedule->days >> date & 1) &&
           (schedule->any_weekday || schedule->weekdays >> weekday & 1);
}

/* The first minute of the day that it fires at, from this one on; -1: none. */
static int first_minute(const struct schedule *schedule, int from)
{
    for (int minute = from; minute < 24 * 60; minute++) {
        if (schedule->hours >> (minute / 60) & 1 && schedule->minutes >> (minute % 60) & 1)
            return minute;
    }
    return -1;
}

int64_t schedule_next(const struct schedule *schedule, int64_t after_ms)
{
    if (schedule->kind == SCHEDULE_NOW)
        return INT64_MAX;
    if (schedule->kind == SCHEDULE_RATE)
        return after_ms + schedule->period_ms;
    int64_t start = (after_ms / MINUTE_MS + 1) * MINUTE_MS, day = start / DAY_MS;
    int from = (int)(start % DAY_MS / MINUTE_MS);
    for (int i = 0; i < DAYS_MOST; i++, day++, from = 0) {
        int minute = is_day(schedule, day) ? first_minute(schedule, from) : -1;
        if (minute >= 0)
            return day * DAY_MS + minute * MINUTE_MS;
    }
    return INT64_MAX;
}

int64_t schedule_previous(const struct schedule *schedule, int64_t before_ms)
{
    if (schedule->kind == SCHEDULE_RATE)
        return before_ms - schedule->period_ms;
    if (schedule->kind == SCHEDULE_NOW)
        return -1;
    int64_t found = -1;
    for (int64_t day = before_ms / DAY_MS; day >= before_ms / DAY_MS - 7 && found < 0; day--) {
        for (int minute = is_day(schedule, day) ? first_minute(schedule, 0) : -1; minute >= 0;
             minute = first_minute(schedule, minute + 1)) {
            int64_t at = day * DAY_MS + minute * MINUTE_MS;
            found = at < before_ms ? at : found;
        }
    }
    return found;
}

bool schedule_offset(struct str text, int64_t *ret_ms)
{
    bool negative = str_starts(text, STR("-")), timed = false;
    int64_t total = 0;
    text = negative ? str_from(text, 1) : text;
    if (!str_starts(text, STR("P")) || text.length < 3)
        return false;
    for (text = str_from(text, 1); text.length;) {
        int64_t count = 0;
        size_t digits = 0;
        if (text.at[0] == 'T' && !timed) {
            timed = true;
            text = str_from(text, 1);
        }
        while (digits < text.length && digits < 6 && text.at[digits] >= '0' && text.at[digits] <= '9')
            count = count * 10 + (text.at[digits++] - '0');
        if (!digits || digits == text.length)
            return false;
        char unit = text.at[digits];
        int64_t of = timed ? (unit == 'H'   ? HOUR_MS
                              : unit == 'M' ? MINUTE_MS
                              : unit == 'S' ? 1000
                                            : 0)
                           : (unit == 'D' ? DAY_MS : 0);
        if (!of)
            return false;
        total += count * of;
        text = str_from(text, digits + 1);
    }
    *ret_ms = negative ? -total : total;
    return true;
}
