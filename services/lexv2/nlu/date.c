#include <stdio.h>

#include "services/lexv2/nlu/when.h"

/* ---- the calendar ---- */

int64_t nlu_days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_of(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *ret_day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *ret_month = (int)(m < 10 ? m + 3 : m - 9);
    *ret_year = y + era * 400 + (*ret_month <= 2);
}

static int days_in(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static int weekday_of(int64_t days) /* Monday is 0 */
{
    return (int)(((days + 3) % 7 + 7) % 7);
}

void nlu_print_day(int64_t days, char ret_date[NLU_WHEN_BYTES])
{
    int64_t year;
    int month, day;
    civil_of(days, &year, &month, &day);
    snprintf(ret_date, NLU_WHEN_BYTES, "%04lld-%02d-%02d", (long long)year, month, day);
}

/* The next such day of the year, today included; false: no such day. */
static bool day_to_come(int64_t today, int month, int day, int64_t *ret_days)
{
    int64_t year;
    int this_month, this_day;
    civil_of(today, &year, &this_month, &this_day);
    if (month < 1 || month > 12 || day < 1)
        return false;
    for (int64_t end = year + 8; year <= end; year++) {
        *ret_days = nlu_days_of(year, month, day);
        if (day <= days_in(year, month) && *ret_days >= today)
            return true;
    }
    return false;
}

static bool day_of_year(int64_t year, int month, int day, int64_t *ret_days)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    *ret_days = nlu_days_of(year, month, day);
    return true;
}

/* The last day of the month or year that is `ahead` of this one; of this and of those before the first. */
static int64_t month_of(int64_t today, int64_t ahead)
{
    int64_t year;
    int month, day;
    civil_of(today, &year, &month, &day);
    int64_t months = year * 12 + month - 1 + ahead;
    month = (int)(months % 12 + 1);
    return nlu_days_of(months / 12, month, ahead > 0 ? days_in(months / 12, month) : 1);
}

static int64_t year_of(int64_t today, int64_t ahead)
{
    int64_t year;
    int month, day;
    civil_of(today, &year, &month, &day);
    return ahead > 0 ? nlu_days_of(year + ahead, 12, 31) : nlu_days_of(year + ahead, 1, 1);
}

static int64_t week_of(int64_t today, int64_t ahead)
{
    int64_t monday = today - weekday_of(today);
    return ahead > 0 ? monday + 7 * ahead - 1 : monday + 7 * ahead;
}

/* ---- words ---- */

static const char *const weekdays[] = {
    "monday|mon|월요일|月曜日|月曜",    "tuesday|tues|tue|화요일|火曜日|火曜",
    "wednesday|wed|수요일|水曜日|水曜", "thursday|thurs|thu|목요일|木曜日|木曜",
    "friday|fri|금요일|金曜日|金曜",    "saturday|sat|토요일|土曜日|土曜",
    "sunday|sun|일요일|日曜日|日曜",    NULL,
};
static const char *const months[] = {
    "january|jan", "february|feb",       "march|mar",   "april|apr",    "may",          "june|jun", "july|jul",
    "august|aug",  "september|sept|sep", "october|oct", "november|nov", "december|dec", NULL,
};
static const char *const ordinals[] = {
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first|twenty first",
    "twenty-second|twenty second",
    "twenty-third|twenty third",
    "twenty-fourth|twenty fourth",
    "twenty-fifth|twenty fifth",
    "twenty-sixth|twenty sixth",
    "twenty-seventh|twenty seventh",
    "twenty-eighth|twenty eighth",
    "twenty-ninth|twenty ninth",
    "thirtieth",
    "thirty-first|thirty first",
    NULL,
};
static const struct {
    const char *words;
    int ahead;
} near_days[] = {
    { "day after tomorrow|the day after tomorrow", 2 },
    { "day before yesterday|the day before yesterday", -2 },
    { "today|tonight|now|right now|오늘|지금|今日|きょう|本日|今夜", 0 },
    { "tomorrow|내일|明日|あした", 1 },
    { "yesterday|어제|昨日|きのう", -1 },
    { "모레|내일모레|明後日|あさって", 2 },
    { "글피", 3 },
    { "그저께|그제|엊그제|一昨日|おととい", -2 },
};
/* Which week, month or year. Korean and Japanese say both in one. */
static const struct {
    const char *words;
    int ahead;
} which[] = {
    { "next|the next|the following|다음|다음번|来", 1 },
    { "this coming|coming|this|이번|금|今", 0 },
    { "last|previous|지난|저번|先", -1 },
    { "다다음|再来", 2 },
};

static bool near_day(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan best = *scan;
    *ret_days = today;
    for (size_t i = 0; i < sizeof near_days / sizeof *near_days; i++) {
        struct scan next = *scan;
        if (!scan_any(&next, near_days[i].words) || !scan_ends(&next) || next.at <= best.at)
            continue;
        best = next;
        *ret_days = today + near_days[i].ahead;
    }
    bool found = best.at > scan->at;
    *scan = best;
    return found;
}

static bool which_of(struct scan *scan, int *ret_ahead)
{
    struct scan best = *scan;
    *ret_ahead = 0;
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        struct scan next = *scan;
        if (scan_any(&next, which[i].words) && next.at > best.at) {
            best = next;
            *ret_ahead = which[i].ahead;
        }
    }
    bool found = best.at > scan->at;
    *scan = best;
    scan_space(scan);
    return found;
}

static bool weekday(struct scan *scan, int *ret_day)
{
    struct scan next = *scan;
    *ret_day = scan_one_of(&next, weekdays);
    if (*ret_day < 0 || !scan_ends(&next))
        return false;
    *scan = next;
    return true;
}

/* "next friday", "다음 주 금요일", "来週の金曜日", "this weekend", "다음 달", "next year". */
static bool near_week(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int ahead, day;
    int64_t monday = today - weekday_of(today);
    if (!which_of(&next, &ahead))
        return false;
    struct scan behind = next;
    if (scan_any(&behind, "week|주|週")) {
        struct scan after = behind;
        scan_space(&after);
        if (scan_text(&after, "on "))
            scan_space(&after);
        scan_text(&after, "の");
        if (weekday(&after, &day)) {
            *ret_days = monday + 7 * ahead + day;
            *scan = after;
            return true;
        }
        if (scan_any(&after, "end|말|末")) {
            *ret_days = monday + 7 * ahead + 5;
            *scan = after;
            return scan_ends(scan);
        }
        *ret_days = week_of(today, ahead);
        *scan = behind;
        return scan_ends(scan);
    }
    if (weekday(&next, &day)) {
        *ret_days = monday + 7 * ahead + day;
        if (ahead == 0 && *ret_days < today)
            *ret_days += 7;
    } else if (scan_any(&next, "weekend|주말|週末")) {
        *ret_days = monday + 7 * ahead + 5;
    } else if (scan_any(&next, "month|달|月")) {
        *ret_days = month_of(today, ahead);
    } else if (scan_any(&next, "year|년|해|年")) {
        *ret_days = year_of(today, ahead);
    } else {
        return false;
    }
    *scan = next;
    return scan_ends(scan);
}

static bool lone_week(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int day;
    if (weekday(&next, &day)) {
        *ret_days = today + (day - weekday_of(today) + 7) % 7;
    } else if (scan_any(&next, "the weekend|주말|週末") && scan_ends(&next)) {
        *ret_days = today + (5 - weekday_of(today) + 7) % 7;
    } else if (scan_any(&next, "올해|今年") && scan_ends(&next)) {
        *ret_days = year_of(today, 0);
    } else if (scan_any(&next, "내년") && scan_ends(&next)) {
        *ret_days = year_of(today, 1);
    } else {
        return false;
    }
    *scan = next;
    return true;
}

/* ---- so many days on ---- */

static bool unit_of(struct scan *scan, int64_t count, int64_t today, int64_t *ret_days)
{
    static const char *const units[] = { "days|day|일|日", "weeks|week|주일|주|週間", "months|month|개월|달|ヶ月|か月",
                                         "years|year|년|年", NULL };
    int unit = scan_one_of(scan, units);
    if (unit < 0 || count > 100000)
        return false;
    if (unit >= 2) {
        int64_t year;
        int month, day;
        civil_of(today, &year, &month, &day);
        int64_t at = year * 12 + month - 1 + count * (unit == 2 ? 1 : 12);
        int most = days_in(at / 12, (int)(at % 12 + 1));
        *ret_days = nlu_days_of(at / 12, (int)(at % 12 + 1), day < most ? day : most);
    } else {
        *ret_days = today + count * (unit == 1 ? 7 : 1);
    }
    return true;
}

static bool count_or_a(struct scan *scan, int64_t *ret_count)
{
    if (nlu_scan_count(scan, ret_count))
        return true;
    *ret_count = 1;
    return scan_word(scan, "a") || scan_word(scan, "an");
}

/* "in three days", "3 days from now", "two weeks ago", "3일 뒤", "3日後". */
static bool days_on(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int64_t count;
    bool in = scan_word(&next, "in");
    scan_space(&next);
    if (!count_or_a(&next, &count))
        return false;
    scan_space(&next);
    if (!unit_of(&next, count, today, ret_days))
        return false;
    struct scan behind = next;
    scan_space(&behind);
    if (scan_any(&behind, "from now|from today|뒤|후|後") && scan_ends(&behind)) {
        *scan = behind;
        return true;
    }
    if (scan_any(&behind, "ago|전|前") && scan_ends(&behind)) {
        *ret_days = 2 * today - *ret_days;
        *scan = behind;
        return true;
    }
    *scan = next;
    return in && scan_ends(scan);
}

/* ---- days of the calendar ---- */

static bool day_number(struct scan *scan, int64_t *ret_day)
{
    struct scan next = *scan;
    if (scan_digits(&next, 1, 2, ret_day)) {
        scan_any(&next, "st|nd|rd|th");
    } else {
        int index = scan_one_of(&next, ordinals);
        if (index < 0)
            return false;
        *ret_day = index + 1;
    }
    if (!scan_ends(&next))
        return false;
    *scan = next;
    return true;
}

static void year_behind(struct scan *scan, int64_t *ret_year)
{
    struct scan next = *scan;
    scan_text(&next, ",");
    scan_space(&next);
    if (scan_digits(&next, 4, 4, ret_year) && scan_ends(&next))
        *scan = next;
    else
        *ret_year = 0;
}

static bool finish(struct scan *scan, struct scan next, int64_t today, int64_t year, int64_t month, int64_t day,
                   int64_t *ret_days)
{
    bool found = year ? day_of_year(year, (int)month, (int)day, ret_days)
                      : day_to_come(today, (int)month, (int)day, ret_days);
    if (found)
        *scan = next;
    return found;
}

/* "march 9", "march 9th, 2027", "the 9th of march", "9 march". */
static bool english_day(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int64_t day, year;
    int month = scan_one_of(&next, months);
    if (month >= 0 && scan_ends(&next)) {
        scan_text(&next, ".");
        scan_space(&next);
        if (scan_text(&next, "the "))
            scan_space(&next);
        if (!day_number(&next, &day))
            return false;
        year_behind(&next, &year);
        return finish(scan, next, today, year, month + 1, day, ret_days);
    }
    next = *scan;
    bool the = scan_text(&next, "the ");
    struct scan number = next;
    if (!day_number(&next, &day))
        return false;
    bool ordinal = the || (next.at > number.at && strchr("tdhns", next.text.at[next.at - 1]));
    struct scan behind = next;
    scan_space(&behind);
    if (scan_text(&behind, "of "))
        scan_space(&behind);
    month = scan_one_of(&behind, months);
    if (month >= 0 && scan_ends(&behind)) {
        year_behind(&behind, &year);
        return finish(scan, behind, today, year, month + 1, day, ret_days);
    }
    if (!ordinal)
        return false;
    int64_t here_year;
    int here_month, here_day;
    civil_of(today, &here_year, &here_month, &here_day);
    if (day < here_day)
        here_month = here_month % 12 + 1;
    return finish(scan, next, today, 0, here_month, day, ret_days);
}

/* 2027년 3월 9일, 3월 9일, 9일; 3月9日. */
static bool eastern_day(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int64_t number, year = 0, month = 0, day = 0;
    struct scan behind = next;
    if (scan_digits(&behind, 4, 4, &year) && scan_any(&behind, "년|年"))
        next = behind;
    else
        year = 0;
    scan_space(&next);
    behind = next;
    if (nlu_scan_count(&behind, &number) && scan_any(&behind, "월|月")) {
        month = number;
        next = behind;
    }
    scan_space(&next);
    behind = next;
    if (nlu_scan_count(&behind, &number) && scan_any(&behind, "일|日")) {
        day = number;
        next = behind;
    }
    int64_t here_year;
    int here_month, here_day;
    civil_of(today, &here_year, &here_month, &here_day);
    if (!day || day > 31 || month > 12 || (year && !month) || !scan_ends(&next))
        return false;
    if (!month)
        month = day < here_day ? here_month % 12 + 1 : here_month;
    return finish(scan, next, today, year, month, day, ret_days);
}

/* 2026-12-01, 12/1/2026, 12/1; with a day that cannot be a month in the first place, the other way round. */
static bool written_day(struct scan *scan, int64_t today, int64_t *ret_days)
{
    struct scan next = *scan;
    int64_t first, second, year = 0;
    if (scan_digits(&next, 4, 4, &year)) {
        if (!(scan_text(&next, "-") || scan_text(&next, "/") || scan_text(&next, ".")) ||
            !scan_digits(&next, 1, 2, &first) ||
            !(scan_text(&next, "-") || scan_text(&next, "/") || scan_text(&next, ".")) ||
            !scan_digits(&next, 1, 2, &second))
            return false;
    } else {
        if (!scan_digits(&next, 1, 2, &first) || !scan_text(&next, "/") || !scan_digits(&next, 1, 2, &second))
            return false;
        struct scan behind = next;
        if (scan_text(&behind, "/") && scan_digits(&behind, 4, 4, &year))
            next = behind;
        else
            year = 0;
        if (first > 12) {
            int64_t other = first;
            first = second;
            second = other;
        }
    }
    return scan_ends(&next) && finish(scan, next, today, year, first, second, ret_days);
}

bool nlu_scan_date(struct scan *scan, int64_t today, char ret_date[NLU_WHEN_BYTES])
{
    static bool (*const ways[])(struct scan *, int64_t, int64_t *) = { near_day,    near_week, written_day, eastern_day,
                                                                       english_day, days_on,   lone_week };
    struct scan best = *scan;
    int64_t days = 0, found;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct scan next = *scan;
        if (ways[i](&next, today, &found) && next.at > best.at) {
            best = next;
            days = found;
        }
    }
    if (best.at == scan->at)
        return false;
    *scan = best;
    nlu_print_day(days, ret_date);
    return true;
}
