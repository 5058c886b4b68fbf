/* Whole numbers by a picture: figures with separators, letters, Roman numerals, words (XPath's format-integer). Dates use
 * them too. */
#include <math.h>
#include <stdio.h>

#include "services/stepfunctions/jsonata/function.h"
#include "services/stepfunctions/jsonata/integer.h"

/* ---- reading a picture ---- */

static const uint32_t zeros[] = { 0x30,   0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                                  0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0,
                                  0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
                                  0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10 };

/* The zero of the decimal digits that this one is of; 0: it is no digit. */
static uint32_t zero_of(uint32_t digit)
{
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (digit >= zeros[i] && digit <= zeros[i] + 9)
            return zeros[i];
    return 0;
}

uint32_t greatest_common_divisor(uint32_t a, uint32_t b)
{
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool has_separator_at(const struct integer_format *format, uint32_t position)
{
    for (uint32_t i = 0; i < format->separator_count; i++)
        if (format->separators[i].position == position)
            return true;
    return false;
}

/* Separators that stand at every n-th digit and are all alike go on for ever: n, else 0. */
static uint32_t regular_distance(const struct integer_format *format)
{
    uint32_t distance = 0;
    for (uint32_t i = 0; i < format->separator_count; i++) {
        if (format->separators[i].character != format->separators[0].character)
            return 0;
        distance = greatest_common_divisor(distance, format->separators[i].position);
    }
    for (uint32_t i = 1; i <= format->separator_count; i++)
        if (!has_separator_at(format, i * distance))
            return 0;
    return distance;
}

/* From its last character to the first: positions count digits from the right. */
static void parse_figures(struct run *run, struct integer_format *format, struct str picture)
{
    uint32_t position = 0;
    for (size_t at = picture.length; at > 0;) {
        size_t start = at - 1;
        while (start > 0 && ((unsigned char)picture.at[start] & 0xC0) == 0x80)
            start--;
        uint32_t character = character_at(picture.at + start, at - start), zero = zero_of(character);
        at = start;
        if (zero) {
            if (format->zero && zero != format->zero)
                run_fail(run, (struct fault){ .code = "D3131" });
            format->zero = zero;
            format->mandatory++;
            position++;
        } else if (character == '#') {
            format->optional++;
            position++;
        } else if (format->separator_count < MOST_SEPARATORS) {
            format->separators[format->separator_count++] = (struct separator){ position, character };
        }
    }
    format->kind = format->mandatory ? INTEGER_FIGURES : INTEGER_UNKNOWN;
    format->distance = format->mandatory ? regular_distance(format) : 0;
}

struct integer_format integer_format_parse(struct run *run, struct str picture)
{
    static const struct {
        char text[4];
        enum integer_kind kind;
        enum letter_case letters;
    } names[] = {
        { "A", INTEGER_LETTERS, CASE_UPPER }, { "a", INTEGER_LETTERS, CASE_LOWER }, { "I", INTEGER_ROMAN, CASE_UPPER },
        { "i", INTEGER_ROMAN, CASE_LOWER },   { "W", INTEGER_WORDS, CASE_UPPER },   { "Ww", INTEGER_WORDS, CASE_TITLE },
        { "w", INTEGER_WORDS, CASE_LOWER },
    };
    struct integer_format format = { .picture = picture };
    for (size_t i = picture.length; i-- > 0;)
        if (picture.at[i] == ';') {
            format.ordinal = i + 1 < picture.length && picture.at[i + 1] == 'o';
            format.picture = str_first(picture, i);
            break;
        }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(format.picture, names[i].text)) {
            format.kind = names[i].kind;
            format.letters = names[i].letters;
            return format;
        }
    parse_figures(run, &format, format.picture);
    return format;
}

/* ---- words ---- */

static const char *const few[] = { "Zero",     "One",     "Two",     "Three",     "Four",     "Five",    "Six",
                                   "Seven",    "Eight",   "Nine",    "Ten",       "Eleven",   "Twelve",  "Thirteen",
                                   "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen" };
static const char *const ordinals[] = { "Zeroth",    "First",     "Second",      "Third",      "Fourth",
                                        "Fifth",     "Sixth",     "Seventh",     "Eighth",     "Ninth",
                                        "Tenth",     "Eleventh",  "Twelfth",     "Thirteenth", "Fourteenth",
                                        "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth" };
static const char *const tens[] = { "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety" };
static const char *const magnitudes[] = { "Thousand", "Million", "Billion", "Trillion" };

#define MAGNITUDES (sizeof magnitudes / sizeof *magnitudes)

static void add_words(struct text *out, double number, bool after, bool ordinal);

static void add_tens(struct text *out, double number, bool after, bool ordinal)
{
    const char *name = tens[(int)number / 10 - 2];
    int rest = (int)number % 10;
    text_add(out, after ? STR(" and ") : STR(""));
    if (rest == 0 && ordinal) {
        text_add(out, str_first(str_of(name), strlen(name) - 1));
        text_add(out, STR("ieth"));
        return;
    }
    text_add(out, str_of(name));
    if (rest == 0)
        return;
    text_add(out, STR("-"));
    add_words(out, rest, false, ordinal);
}

static void add_rest(struct text *out, double rest, bool ordinal)
{
    if (rest > 0)
        add_words(out, rest, true, ordinal);
    else if (ordinal)
        text_add(out, STR("th"));
}

static void add_words(struct text *out, double number, bool after, bool ordinal)
{
    run_tick(out->run, 1);
    run_enter(out->run);
    if (number <= 19) {
        text_add(out, after ? STR(" and ") : STR(""));
        text_add(out, str_of(ordinal ? ordinals[(int)number] : few[(int)number]));
    } else if (number < 100) {
        add_tens(out, number, after, ordinal);
    } else if (number < 1000) {
        text_add(out, after ? STR(", ") : STR(""));
        text_add(out, str_of(few[(int)number / 100]));
        text_add(out, STR(" Hundred"));
        add_rest(out, fmod(number, 100), ordinal);
    } else {
        size_t magnitude = (size_t)floor(log10(number) / 3);
        if (magnitude > MAGNITUDES)
            magnitude = MAGNITUDES;
        double factor = pow(10, (double)magnitude * 3), mantissa = floor(number / factor);
        text_add(out, after ? STR(", ") : STR(""));
        add_words(out, mantissa, false, false);
        text_add(out, STR(" "));
        text_add(out, str_of(magnitudes[magnitude - 1]));
        add_rest(out, number - mantissa * factor, ordinal);
    }
    run_leave(out->run);
}

/* ---- the other kinds ---- */

static void add_letters(struct text *out, double number, char first)
{
    char letters[256];
    size_t at = sizeof letters;
    while (number > 0 && at > 0) {
        letters[--at] = (char)(first + (int)fmod(number - 1, 26));
        number = floor((number - 1) / 26);
    }
    text_add(out, (struct str){ letters + at, sizeof letters - at });
}

static const struct {
    int value;
    char numeral[3];
} numerals[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
                 { 40, "xl" },  { 10, "x" },   { 9, "ix" },  { 5, "v" },    { 4, "iv" },  { 1, "i" } };

static void add_roman(struct text *out, double number)
{
    double thousands = floor(number / 1000);
    text_add_times(out, STR("m"), thousands > 1e15 ? SIZE_MAX / 2 : (size_t)thousands);
    int rest = (int)(number - thousands * 1000);
    for (size_t i = 1; i < sizeof numerals / sizeof *numerals; i++)
        for (; rest >= numerals[i].value; rest -= numerals[i].value)
            text_add(out, str_of(numerals[i].numeral));
}

static uint32_t separator_at(const struct integer_format *format, uint32_t position)
{
    if (format->distance)
        return position % format->distance ? 0 : format->separators[0].character;
    for (uint32_t i = 0; i < format->separator_count; i++)
        if (format->separators[i].position == position)
            return format->separators[i].character;
    return 0;
}

static void add_figures(struct text *out, const struct integer_format *format, struct str digits)
{
    size_t count = digits.length > format->mandatory ? digits.length : format->mandatory;
    for (size_t i = 0; i < count; i++) {
        bool padding = i + digits.length < count;
        uint32_t digit = padding ? 0 : (uint32_t)(digits.at[i + digits.length - count] - '0');
        uint32_t separator = i ? separator_at(format, (uint32_t)(count - i)) : 0;
        if (separator)
            text_add_code_point(out, separator);
        text_add_code_point(out, format->zero + digit);
    }
    if (!format->ordinal || digits.length == 0)
        return;
    char last = digits.at[digits.length - 1], before = digits.length > 1 ? digits.at[digits.length - 2] : '0';
    if (before == '1')
        last = '0';
    text_add(out, last == '1' ? STR("st") : last == '2' ? STR("nd") : last == '3' ? STR("rd") : STR("th"));
}

static void change_case(struct text *out, size_t from, enum letter_case letters)
{
    for (size_t i = from; i < out->length; i++) {
        char c = out->at[i];
        if (letters == CASE_LOWER && c >= 'A' && c <= 'Z')
            out->at[i] = (char)(c + 32);
        else if (letters == CASE_UPPER && c >= 'a' && c <= 'z')
            out->at[i] = (char)(c - 32);
    }
}

void integer_format_print(struct text *out, const struct integer_format *format, double number)
{
    char digits[400];
    size_t start = out->length;
    bool negative = number < 0;
    number = fabs(floor(number));
    if (negative)
        text_add_byte(out, '-');
    switch (format->kind) {
    case INTEGER_LETTERS:
        add_letters(out, number, format->letters == CASE_UPPER ? 'A' : 'a');
        return;
    case INTEGER_ROMAN:
        add_roman(out, number);
        break;
    case INTEGER_WORDS:
        add_words(out, number, false, format->ordinal);
        break;
    case INTEGER_FIGURES:
        snprintf(digits, sizeof digits, "%.0f", number);
        add_figures(out, format, str_of(digits));
        return;
    case INTEGER_UNKNOWN:
        run_fail(out->run, (struct fault){ .code = "D3130", .value = value_of_text(format->picture) });
    }
    change_case(out, start, format->letters);
}

/* ---- reading numbers ---- */

static bool same_letters(struct str text, const char *word)
{
    size_t length = strlen(word);
    return text.length >= length && str_equal_ignoring_case(str_first(text, length), str_of(word));
}

static size_t read_letters(struct str text, double *ret_number)
{
    double number = 0;
    size_t at = 0;
    for (; at < text.length && (text.at[at] | 32) >= 'a' && (text.at[at] | 32) <= 'z'; at++)
        number = number * 26 + (text.at[at] | 32) - 'a' + 1;
    *ret_number = number;
    return at;
}

static size_t read_roman(struct str text, double *ret_number)
{
    double number = 0;
    size_t at = 0;
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals && at < text.length;) {
        if (same_letters(str_from(text, at), numerals[i].numeral)) {
            number += numerals[i].value;
            at += strlen(numerals[i].numeral);
        } else {
            i++;
        }
    }
    *ret_number = number;
    return at;
}

/* The longest word that stands here: "Sixteenth" before "Six". */
static size_t read_word(struct str text, double *ret_number)
{
    size_t longest = 0;
#define TRY(word, of)                                                                                                  \
    if (strlen(word) > longest && same_letters(text, word)) {                                                          \
        longest = strlen(word);                                                                                        \
        *ret_number = (of);                                                                                            \
    }
    for (int i = 0; i < 20; i++) {
        TRY(few[i], i)
        TRY(ordinals[i], i)
    }
    for (int i = 0; i < 8; i++) {
        char ordinal[16];
        snprintf(ordinal, sizeof ordinal, "%.*sieth", (int)strlen(tens[i]) - 1, tens[i]);
        TRY(tens[i], 20 + 10 * i)
        TRY(ordinal, 20 + 10 * i)
    }
    TRY("Hundredth", 100)
    TRY("Hundred", 100)
    for (size_t i = 0; i < MAGNITUDES; i++) {
        char ordinal[16];
        snprintf(ordinal, sizeof ordinal, "%sth", magnitudes[i]);
        TRY(magnitudes[i], pow(10, 3 * (double)(i + 1)))
        TRY(ordinal, pow(10, 3 * (double)(i + 1)))
    }
#undef TRY
    return longest;
}

static size_t skip_joint(struct str text)
{
    static const char *const joints[] = { " and ", ", ", "-", " " };
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
        if (same_letters(text, joints[i]))
            return strlen(joints[i]);
    return 0;
}

/* "three hundred and four thousand": what a magnitude multiplies is what has come since the last greater one. */
static size_t read_words(struct str text, double *ret_number)
{
    double parts[64], word = 0;
    size_t count = 0, at = 0, end = 0;
    while (at < text.length && count < sizeof parts / sizeof *parts) {
        size_t length = read_word(str_from(text, at), &word);
        if (length == 0)
            break;
        at = end = at + length;
        at += skip_joint(str_from(text, at));
        if (word >= 100 && count)
            parts[count - 1] *= word;
        else if (word < 100 && count && parts[count - 1] < 1000)
            parts[count - 1] += word;
        else
            parts[count++] = word;
    }
    *ret_number = 0;
    for (size_t i = 0; i < count; i++)
        *ret_number += parts[i];
    return end;
}

static bool is_separator(const struct integer_format *format, uint32_t character)
{
    for (uint32_t i = 0; i < format->separator_count; i++)
        if (format->separators[i].character == character)
            return true;
    return false;
}

static size_t read_figures(const struct integer_format *format, struct str text, size_t width, double *ret_number)
{
    size_t at = 0, digits = 0, end = 0;
    double number = 0;
    while (at < text.length && (width == 0 || digits < width)) {
        size_t length = character_length(text.at + at, text.length - at);
        uint32_t character = character_at(text.at + at, length);
        if (character >= format->zero && character <= format->zero + 9) {
            number = number * 10 + (character - format->zero);
            digits++;
            end = at + length;
        } else if (!digits || !is_separator(format, character)) {
            break;
        }
        at += length;
    }
    *ret_number = number;
    if (end && format->ordinal)
        end += end + 2 <= text.length ? 2 : 0;
    return width && digits < width ? 0 : end;
}

size_t integer_format_read(const struct integer_format *format, struct str text, size_t width, double *ret_number)
{
    switch (format->kind) {
    case INTEGER_LETTERS:
        return read_letters(text, ret_number);
    case INTEGER_ROMAN:
        return read_roman(text, ret_number);
    case INTEGER_WORDS:
        return read_words(text, ret_number);
    case INTEGER_FIGURES:
        return read_figures(format, text, width, ret_number);
    case INTEGER_UNKNOWN:
        break;
    }
    return 0;
}
