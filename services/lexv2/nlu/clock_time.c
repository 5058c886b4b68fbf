#include <stdio.h>

#include "services/lexv2/nlu/when.h"

/* ---- times of the day ---- */

enum half { HALF_UNKNOWN, HALF_MORNING, HALF_EVENING };

/* What says which half of the day is meant before the hour (Korean, Japanese) or behind it (English). */
static enum half half_before(struct scan *scan)
{
    struct scan next = *scan;
    static const char *const morning = "오전|아침|새벽|午前|朝", *const evening = "오후|저녁|밤|낮|午後|夜|夕方|昼";
    enum half half = scan_any(&next, morning) ? HALF_MORNING : scan_any(&next, evening) ? HALF_EVENING : HALF_UNKNOWN;
    if (half != HALF_UNKNOWN) {
        scan_any(&next, "에");
        scan_space(&next);
        *scan = next;
    }
    return half;
}

static enum half half_behind(struct scan *scan)
{
    struct scan next = *scan;
    scan_space(&next);
    enum half half = scan_any(&next, "am|a.m.|a.m|in the morning") ? HALF_MORNING
                     : scan_any(&next, "pm|p.m.|p.m|in the afternoon|in the evening|at night|tonight|this evening")
                         ? HALF_EVENING
                         : HALF_UNKNOWN;
    if (half == HALF_UNKNOWN || !scan_ends(&next))
        return HALF_UNKNOWN;
    *scan = next;
    return half;
}

static int print_times(int64_t hour, int64_t minute, enum half half, char ret_times[2][NLU_WHEN_BYTES])
{
    int64_t morning = half == HALF_UNKNOWN ? hour : hour % 12;
    bool two = half == HALF_UNKNOWN && hour >= 1 && hour <= 12;
    if (half == HALF_EVENING || (two && hour == 12))
        morning = hour % 12 + (half == HALF_EVENING ? 12 : 0);
    if (half != HALF_UNKNOWN && hour > 12) /* 오후 15시 */
        morning = hour;
    snprintf(ret_times[0], NLU_WHEN_BYTES, "%02d:%02d", (int)morning, (int)minute);
    snprintf(ret_times[1], NLU_WHEN_BYTES, "%02d:%02d", (int)(hour % 12 + 12), (int)minute);
    return two ? 2 : 1;
}

/* 5 pm, 5:30, 17:00, five o'clock, half past five, quarter to six. */
static int english_time(struct scan *scan, bool alone, char ret_times[2][NLU_WHEN_BYTES])
{
    struct scan next = *scan;
    int64_t hour, minute = 0;
    bool told = alone, padded = false;
    if (scan_any(&next, "half past ")) {
        told = nlu_scan_count(&next, &hour);
        minute = 30;
    } else if (scan_any(&next, "quarter past |a quarter past ")) {
        told = nlu_scan_count(&next, &hour);
        minute = 15;
    } else if (scan_any(&next, "quarter to |a quarter to ")) {
        told = nlu_scan_count(&next, &hour);
        hour = told ? (hour + 11) % 12 : 0;
        hour = hour ? hour : 12;
        minute = 45;
    } else {
        padded = next.text.at[next.at] == '0';
        if (!nlu_scan_count(&next, &hour))
            return 0;
        struct scan behind = next;
        if (scan_text(&behind, ":") && scan_digits(&behind, 2, 2, &minute)) {
            next = behind;
            told = true;
        } else {
            minute = 0;
        }
    }
    struct scan behind = next;
    scan_space(&behind);
    if (scan_any(&behind, "o'clock|oclock")) {
        next = behind;
        told = true;
    }
    enum half half = half_behind(&next);
    if (!(told || half != HALF_UNKNOWN) || hour > 23 || hour < 0 || minute > 59 || !scan_ends(&next))
        return 0;
    *scan = next;
    if (padded && half == HALF_UNKNOWN) { /* 05:30 is nobody's evening */
        snprintf(ret_times[0], NLU_WHEN_BYTES, "%02d:%02d", (int)hour, (int)minute);
        return 1;
    }
    return print_times(hour, minute, half, ret_times);
}

/* 오후 5시 30분, 다섯 시 반, 午後5時半, 오후 5:30. */
static int eastern_time(struct scan *scan, char ret_times[2][NLU_WHEN_BYTES])
{
    struct scan next = *scan;
    int64_t hour, minute = 0;
    enum half half = half_before(&next);
    if (!nlu_scan_count(&next, &hour))
        return 0;
    struct scan behind = next;
    scan_space(&behind);
    if (scan_any(&behind, "시|時") && !scan_any(&(struct scan){ behind.text, behind.at }, "간|間")) {
        next = behind;
        scan_space(&behind);
        struct scan minutes = behind;
        if (scan_any(&behind, "반|半")) {
            minute = 30;
            next = behind;
        } else if (nlu_scan_count(&minutes, &minute) && (scan_space(&minutes), scan_any(&minutes, "분|分"))) {
            next = minutes;
        } else {
            minute = 0;
        }
    } else if (half == HALF_UNKNOWN || !scan_text(&next, ":") || !scan_digits(&next, 2, 2, &minute)) {
        return 0;
    }
    if (hour > 24 || minute > 59 || !scan_ends(&next))
        return 0;
    *scan = next;
    return print_times(hour == 24 ? 0 : hour, minute, half, ret_times);
}

static int named_time(struct scan *scan, char ret_times[2][NLU_WHEN_BYTES])
{
    static const char *const names[] = {
        "noon|midday|정오|正午",
        "midnight|자정|真夜中",
        "morning|아침|오전|朝|午前",
        "afternoon|오후|午後",
        "evening|저녁|夕方",
        "night|밤|夜",
        NULL,
    };
    static const char *const values[] = { "12:00", "00:00", "MO", "AF", "EV", "NI" };
    struct scan next = *scan;
    scan_any(&next, "in the |this ");
    int index = scan_one_of(&next, names);
    if (index < 0 || !scan_ends(&next))
        return 0;
    *scan = next;
    snprintf(ret_times[0], NLU_WHEN_BYTES, "%s", values[index]);
    return 1;
}

int nlu_scan_time(struct scan *scan, bool alone, char ret_times[2][NLU_WHEN_BYTES])
{
    struct scan english = *scan, eastern = *scan;
    char other[2][NLU_WHEN_BYTES];
    int count = english_time(&english, alone, ret_times), eastern_count = eastern_time(&eastern, other);
    if (eastern_count && eastern.at > english.at) {
        memcpy(ret_times, other, sizeof other);
        count = eastern_count;
        english = eastern;
    }
    if (!count)
        return named_time(scan, ret_times);
    *scan = english;
    return count;
}

/* ---- durations ---- */

static const struct {
    const char *words, *letter;
    bool of_day;
} units[] = {
    { "years|year|년|年間|年", "Y", false },
    { "months|month|개월|달|ヶ月|か月", "M", false },
    { "weeks|week|주일|주|週間", "W", false },
    { "days|day|nights|night|일간|일|박|日間|日|泊", "D", false },
    { "hours|hour|hrs|hr|시간|時間", "H", true },
    { "minutes|minute|mins|min|분|分間|分", "M", true },
    { "seconds|second|secs|sec|초|秒間|秒", "S", true },
};
#define UNITS (sizeof units / sizeof *units)

static bool named_days(struct scan *scan, int64_t *ret_days)
{
    static const char *const names[] = { "하루|하룻밤", "이틀", "사흘", "나흘", "닷새", "엿새", "일주일", NULL };
    struct scan next = *scan;
    int index = scan_one_of(&next, names);
    if (index < 0 || !scan_ends(&next))
        return false;
    *ret_days = index + 1;
    *scan = next;
    return true;
}

static bool amount(struct scan *scan, int64_t counts[UNITS])
{
    struct scan next = *scan;
    int64_t count = 1;
    if (named_days(&next, &count)) {
        counts[3] += count;
        *scan = next;
        return true;
    }
    if (scan_any(&next, "half an hour")) {
        counts[5] += 30;
        *scan = next;
        return scan_ends(scan);
    }
    if (!nlu_scan_count(&next, &count) && !scan_word(&next, "a") && !scan_word(&next, "an"))
        return false;
    scan_space(&next);
    scan_text(&next, "-");
    for (size_t i = 0; i < UNITS; i++) {
        struct scan behind = next;
        if (!scan_any(&behind, units[i].words) || !scan_ends(&behind))
            continue;
        counts[i] += count;
        *scan = behind;
        scan_space(&behind);
        if (i == 4 && scan_any(&behind, "and a half|반|半")) {
            counts[5] += 30;
            *scan = behind;
        }
        return true;
    }
    return false;
}

bool nlu_scan_duration(struct scan *scan, char ret_duration[NLU_WHEN_BYTES])
{
    int64_t counts[UNITS] = { 0 };
    struct scan next = *scan;
    int parts = 0;
    while (parts < 7 && amount(&next, counts)) {
        *scan = next;
        parts++;
        scan_space(&next);
        if (scan_word(&next, "and"))
            scan_space(&next);
    }
    size_t length = (size_t)snprintf(ret_duration, NLU_WHEN_BYTES, "P");
    bool of_day = false;
    for (size_t i = 0; i < UNITS && length < NLU_WHEN_BYTES - 16; i++) {
        if (!counts[i])
            continue;
        bool first = units[i].of_day && !of_day;
        of_day |= units[i].of_day;
        length += (size_t)snprintf(ret_duration + length, NLU_WHEN_BYTES - length, "%s%lld%s", first ? "T" : "",
                                   (long long)counts[i], units[i].letter);
    }
    return parts > 0 && length > 1;
}
