#include <stdio.h>

#include "services/lexv2/nlu/when.h"

#define COUNT_MOST 999999999

/* ---- English ---- */

static const char *const small_words[] = { "zero|oh",  "one",      "two",      "three",   "four",    "five",
                                           "six",      "seven",    "eight",    "nine",    "ten",     "eleven",
                                           "twelve",   "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
                                           "eighteen", "nineteen", NULL };
static const char *const ten_words[] = { "twenty",  "thirty", "forty|fourty", "fifty", "sixty",
                                         "seventy", "eighty", "ninety",       NULL };

static bool word_of(struct scan *scan, const char *const *table, int *ret_index)
{
    struct scan next = *scan;
    *ret_index = scan_one_of(&next, table);
    if (*ret_index < 0 || !scan_ends(&next))
        return false;
    *scan = next;
    return true;
}

static void step_over(struct scan *scan)
{
    if (scan->at < scan->text.length && strchr(" -", scan->text.at[scan->at]))
        scan->at++;
}

static bool below_hundred(struct scan *scan, int64_t *ret_value)
{
    int index, unit;
    if (word_of(scan, ten_words, &index)) {
        *ret_value = 20 + 10 * index;
        struct scan next = *scan;
        step_over(&next);
        if (next.at > scan->at && word_of(&next, small_words, &unit) && unit > 0 && unit < 10) {
            *ret_value += unit;
            *scan = next;
        }
        return true;
    }
    if (!word_of(scan, small_words, &index))
        return false;
    *ret_value = index;
    return true;
}

static void skip_and(struct scan *scan)
{
    step_over(scan);
    if (scan_word(scan, "and"))
        step_over(scan);
}

static bool below_thousand(struct scan *scan, int64_t *ret_value)
{
    struct scan next = *scan;
    int64_t value = 1, rest;
    if (!below_hundred(&next, &value) && !scan_word(&next, "a"))
        return false;
    struct scan behind = next;
    step_over(&behind);
    if (!scan_word(&behind, "hundred")) {
        if (next.at == scan->at + 1) /* a bare "a" */
            return false;
        *scan = next;
        *ret_value = value;
        return true;
    }
    *ret_value = value * 100;
    *scan = behind;
    skip_and(&behind);
    if (below_hundred(&behind, &rest)) {
        *ret_value += rest;
        *scan = behind;
    }
    return true;
}

static bool english(struct scan *scan, int64_t *ret_value)
{
    static const struct {
        const char *word;
        int64_t factor;
    } powers[] = { { "million", 1000000 }, { "thousand", 1000 } };
    struct scan next = *scan;
    int64_t value, total = 0;
    if (!below_thousand(&next, &value))
        return false;
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        struct scan behind = next;
        step_over(&behind);
        if (!scan_word(&behind, powers[i].word))
            continue;
        total += value * powers[i].factor;
        next = behind;
        skip_and(&behind);
        value = 0;
        if (!below_thousand(&behind, &value))
            break;
        next = behind;
    }
    *ret_value = total + value;
    *scan = next;
    return *ret_value <= COUNT_MOST;
}

/* ---- Korean and Japanese: units behind digits, 이천이십육, 二百三 ---- */

static const char *const sino_digits[] = { "영|공|零|〇", "일|一", "이|二", "삼|三", "사|四", "오|五",
                                           "육|륙|六",    "칠|七", "팔|八", "구|九", NULL };
static const char *const sino_units[] = { "십|十", "백|百", "천|千", NULL };
static const char *const myriads[] = { "만|万|萬", "억|億", NULL };
static const int64_t myriad_values[] = { 10000, 100000000 };

static bool sino_section(struct scan *scan, int64_t *ret_value)
{
    static const int64_t units[] = { 10, 100, 1000 };
    int64_t total = 0;
    bool any = false;
    for (;;) {
        struct scan next = *scan;
        int digit = scan_one_of(&next, sino_digits), unit = scan_one_of(&next, sino_units);
        if (digit < 0 && unit < 0)
            break;
        total += (digit < 0 ? 1 : digit) * (unit < 0 ? 1 : units[unit]);
        *scan = next;
        any = true;
        if (unit < 0)
            break;
    }
    *ret_value = total;
    return any;
}

static bool sino(struct scan *scan, int64_t *ret_value)
{
    struct scan next = *scan;
    int64_t total = 0, section = 0;
    bool any = sino_section(&next, &section);
    int myriad = scan_one_of(&next, myriads);
    if (myriad >= 0) {
        total = (any ? section : 1) * myriad_values[myriad];
        any = true;
        if (!sino_section(&next, &section))
            section = 0;
    }
    if (!any || total + section > COUNT_MOST)
        return false;
    *ret_value = total + section;
    *scan = next;
    return true;
}

static const char *const native_tens[] = {
    "열", "스물|스무", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔", NULL
};
static const char *const native_units[] = { "하나|한", "둘|두", "셋|세|석", "넷|네|넉", "다섯",
                                            "여섯",    "일곱",  "여덟",     "아홉",     NULL };
static const char *const japanese_native[] = { "ひとつ|一つ|ひとり|一人",
                                               "ふたつ|二つ|ふたり|二人",
                                               "みっつ|三つ",
                                               "よっつ|四つ",
                                               "いつつ|五つ",
                                               "むっつ|六つ",
                                               "ななつ|七つ",
                                               "やっつ|八つ",
                                               "ここのつ|九つ",
                                               NULL };

static bool native(struct scan *scan, int64_t *ret_value)
{
    struct scan next = *scan;
    int ten = scan_one_of(&next, native_tens), unit = scan_one_of(&next, native_units);
    if (ten < 0 && unit < 0) {
        unit = scan_one_of(&next, japanese_native);
        if (unit < 0)
            return false;
    }
    *ret_value = (ten + 1) * 10 + unit + 1;
    *scan = next;
    return true;
}

/* What Koreans and Japanese count by: it tells that the syllables before it are a number. */
static bool counter_follows(struct scan scan)
{
    static const char *const counters[] = {
        "명",   "개",   "박",   "송이", "대", "시",   "분", "초", "일", "달", "개월", "주", "번",
        "잔",   "병",   "사람", "다발", "권", "마리", "장", "년", "살", "세", "층",   "인", "판",
        "그릇", "자리", "원",   "호",   "월", "름",   "泊", "人", "個", "名", "本",   "枚", "台",
        "円",   "日",   "時",   "分",   "年", "月",   "回", "つ", "杯", "匹", NULL,
    };
    scan_space(&scan);
    return scan_one_of(&scan, counters) >= 0;
}

/* ---- digits ---- */

static bool is_digit(struct str text, size_t at)
{
    return at < text.length && text.at[at] >= '0' && text.at[at] <= '9';
}

static bool digits(struct scan *scan, char ret_digits[NLU_WHEN_BYTES])
{
    size_t at = scan->at, length = 0;
    if (at < scan->text.length && scan->text.at[at] == '-' && is_digit(scan->text, at + 1))
        ret_digits[length++] = scan->text.at[at++];
    bool point = false;
    if (!is_digit(scan->text, at))
        return false;
    for (; at < scan->text.length && length < 24; at++) {
        char c = scan->text.at[at];
        bool inside = is_digit(scan->text, at + 1);
        if (c == ',' && !point && inside && is_digit(scan->text, at + 2) && is_digit(scan->text, at + 3))
            continue;
        if (c == '.' && !point && inside)
            point = true;
        else if (!is_digit(scan->text, at))
            break;
        ret_digits[length++] = c;
    }
    ret_digits[length] = '\0';
    struct scan next = { scan->text, at };
    if (!scan_ends(&next))
        return false;
    *scan = next;
    return true;
}

/* ---- any of them ---- */

bool nlu_scan_count(struct scan *scan, int64_t *ret_count)
{
    struct scan next = *scan;
    if (scan_digits(&next, 1, 9, ret_count) || english(&next, ret_count) || native(&next, ret_count) ||
        sino(&next, ret_count)) {
        *scan = next;
        return true;
    }
    return false;
}

/* 3만, 2천 */
static bool myriad_behind(struct scan *scan, const char *digits_text, int64_t *ret_value)
{
    static const char *const units[] = { "십|十", "백|百", "천|千", "만|万", "억|億", NULL };
    static const int64_t values[] = { 10, 100, 1000, 10000, 100000000 };
    struct scan next = *scan;
    int64_t value;
    int unit = scan_one_of(&next, units);
    if (unit < 0 || strlen(digits_text) > 6 || !str_to_int64(str_of(digits_text), &value))
        return false;
    *ret_value = value * values[unit];
    *scan = next;
    return true;
}

bool nlu_scan_number(struct scan *scan, bool alone, char ret_digits[NLU_WHEN_BYTES])
{
    struct scan next = *scan;
    int64_t value;
    if (digits(&next, ret_digits)) {
        if (myriad_behind(&next, ret_digits, &value))
            snprintf(ret_digits, NLU_WHEN_BYTES, "%lld", (long long)value);
        *scan = next;
        return true;
    }
    bool told = english(&next, &value);
    if (!told) {
        bool found = native(&next, &value) || sino(&next, &value);
        told = found && (counter_follows(next) || ((alone || next.at - scan->at > 3) && scan_ends(&next)));
    }
    if (!told)
        return false;
    snprintf(ret_digits, NLU_WHEN_BYTES, "%lld", (long long)value);
    *scan = next;
    return true;
}
