/* $formatNumber: XPath's decimal pictures, "#,##0.00;(#,##0.00)". */
#include <math.h>
#include <stdio.h>

#include "services/stepfunctions/jsonata/function.h"
#include "services/stepfunctions/jsonata/integer.h"

enum { MOST_PICTURE = 256, MOST_GROUPS = 32 };

/* The characters that mean something, each of which may be another one. */
struct signs {
    uint32_t decimal, grouping, exponent, minus, percent, per_mille, zero, optional, next;
    struct str infinity, nan;
};

struct picture {
    const uint32_t *at;
    size_t length;
};

struct layout {
    struct picture whole, prefix, suffix;
    size_t least_integer, least_fraction, most_fraction, least_exponent, scaling;
    uint32_t groups[MOST_GROUPS], fraction_groups[MOST_GROUPS];
    size_t group_count, fraction_group_count, distance;
    bool has_decimal;
};

static void use_sign(const struct str *name, struct value text, struct signs *signs)
{
    uint32_t character = text.length ? character_at(text.text, character_length(text.text, text.length)) : 0;
    const struct {
        const char *name;
        uint32_t *sign;
    } all[] = { { "decimal-separator", &signs->decimal },
                { "grouping-separator", &signs->grouping },
                { "exponent-separator", &signs->exponent },
                { "minus-sign", &signs->minus },
                { "percent", &signs->percent },
                { "per-mille", &signs->per_mille },
                { "zero-digit", &signs->zero },
                { "digit", &signs->optional },
                { "pattern-separator", &signs->next } };
    if (str_is(*name, "infinity"))
        signs->infinity = value_text(text);
    if (str_is(*name, "NaN"))
        signs->nan = value_text(text);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(*name, all[i].name))
            *all[i].sign = character;
}

static struct signs signs_of(struct value options)
{
    struct signs signs = { '.', ',', 'e', '-', '%', 0x2030, '0', '#', ';', STR("Infinity"), STR("NaN") };
    struct str name;
    struct value value;
    for (struct member_cursor cursor = map_open(options);
         value_is_map(options) && map_next_member(&cursor, &name, &value);)
        if (value.kind == KIND_STRING)
            use_sign(&name, value, &signs);
    return signs;
}

static bool is_digit(const struct signs *signs, uint32_t c)
{
    return c >= signs->zero && c <= signs->zero + 9;
}

static bool is_active(const struct signs *signs, uint32_t c)
{
    return is_digit(signs, c) || c == signs->decimal || c == signs->grouping || c == signs->exponent ||
           c == signs->optional;
}

static size_t find(struct picture picture, uint32_t c)
{
    size_t at = 0;
    while (at < picture.length && picture.at[at] != c)
        at++;
    return at;
}

static size_t count(struct picture picture, uint32_t c)
{
    size_t n = 0;
    for (size_t i = 0; i < picture.length; i++)
        n += picture.at[i] == c;
    return n;
}

static struct picture part(struct picture picture, size_t from, size_t to)
{
    return (struct picture){ picture.at + from, to > from ? to - from : 0 };
}

static size_t count_digits(const struct signs *signs, struct picture picture)
{
    size_t n = 0;
    for (size_t i = 0; i < picture.length; i++)
        n += is_digit(signs, picture.at[i]);
    return n;
}

/* ---- a picture's parts ---- */

struct parts {
    struct picture active, mantissa, integer, fraction, exponent;
    bool has_exponent, has_decimal;
};

static struct parts split(const struct signs *signs, struct picture whole, struct layout *layout)
{
    struct parts parts = { 0 };
    size_t first = 0, last = whole.length;
    while (first < whole.length && (!is_active(signs, whole.at[first]) || whole.at[first] == signs->exponent))
        first++;
    while (last > first && (!is_active(signs, whole.at[last - 1]) || whole.at[last - 1] == signs->exponent))
        last--;
    if (first == whole.length) { /* nothing in it means anything: all of it is looked at */
        first = 0;
        last = whole.length;
    }
    layout->prefix = part(whole, 0, first);
    layout->suffix = part(whole, last, whole.length);
    parts.active = parts.mantissa = part(whole, first, last);
    size_t exponent = find(parts.active, signs->exponent);
    if (exponent < parts.active.length) {
        parts.has_exponent = true;
        parts.mantissa = part(parts.active, 0, exponent);
        parts.exponent = part(parts.active, exponent + 1, parts.active.length);
    }
    size_t decimal = find(parts.mantissa, signs->decimal);
    parts.has_decimal = decimal < parts.mantissa.length;
    parts.integer = part(parts.mantissa, 0, decimal);
    parts.fraction = parts.has_decimal ? part(parts.mantissa, decimal + 1, parts.mantissa.length)
                                       : (struct picture){ 0 };
    return parts;
}

static bool has_passive(const struct signs *signs, struct picture active)
{
    for (size_t i = 0; i < active.length; i++)
        if (!is_active(signs, active.at[i]))
            return true;
    return false;
}

static bool has_adjacent(struct picture picture, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i + 1 < picture.length; i++)
        if ((picture.at[i] == a && picture.at[i + 1] == b) || (picture.at[i] == b && picture.at[i + 1] == a))
            return true;
    return false;
}

/* The code of the last rule that the picture breaks, as the reference reports it; NULL: none. */
static const char *broken_rule(const struct signs *signs, struct picture whole, const struct parts *parts)
{
    size_t percent = count(whole, signs->percent), per_mille = count(whole, signs->per_mille);
    size_t optional = find(parts->integer, signs->optional), seen = 0;
    bool late_digit = false, optional_first = count_digits(signs, part(parts->integer, 0, optional)) > 0;
    for (size_t i = 0; i < parts->fraction.length; i++) {
        seen += parts->fraction.at[i] == signs->optional;
        late_digit |= seen && is_digit(signs, parts->fraction.at[i]);
    }
    const struct {
        const char *code;
        bool broken;
    } rules[] = {
        { "D3081", count(whole, signs->decimal) > 1 },
        { "D3082", percent > 1 },
        { "D3083", per_mille > 1 },
        { "D3084", percent && per_mille },
        { "D3085", count_digits(signs, parts->mantissa) + count(parts->mantissa, signs->optional) == 0 },
        { "D3086", has_passive(signs, parts->active) },
        { "D3087", parts->has_decimal && has_adjacent(whole, signs->grouping, signs->decimal) },
        { "D3088", !parts->has_decimal && parts->integer.length &&
                       parts->integer.at[parts->integer.length - 1] == signs->grouping },
        { "D3089", has_adjacent(whole, signs->grouping, signs->grouping) },
        { "D3090", optional < parts->integer.length && optional_first },
        { "D3091", late_digit },
        { "D3092", parts->exponent.length && (percent || per_mille) },
        { "D3093", parts->has_exponent &&
                       (!parts->exponent.length || count_digits(signs, parts->exponent) != parts->exponent.length) },
    };
    const char *broken = NULL;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].broken)
            broken = rules[i].code;
    return broken;
}

/* ---- where separators stand ---- */

static bool is_figure(const struct signs *signs, uint32_t c)
{
    return is_digit(signs, c) || c == signs->optional;
}

static void find_groups(const struct signs *signs, const struct parts *parts, struct layout *layout)
{
    uint32_t figures = 0, divisor = 0;
    for (size_t i = parts->integer.length; i-- > 0;) {
        if (parts->integer.at[i] == signs->grouping && layout->group_count < MOST_GROUPS)
            layout->groups[layout->group_count++] = figures;
        figures += is_figure(signs, parts->integer.at[i]);
    }
    figures = 0;
    for (size_t i = 0; i < parts->fraction.length; i++) {
        if (parts->fraction.at[i] == signs->grouping && layout->fraction_group_count < MOST_GROUPS)
            layout->fraction_groups[layout->fraction_group_count++] = figures;
        figures += is_figure(signs, parts->fraction.at[i]);
    }
    for (size_t i = 0; i < layout->group_count; i++)
        divisor = greatest_common_divisor(divisor, layout->groups[i]);
    layout->distance = divisor;
    for (size_t i = 0; i < layout->group_count && divisor; i++) /* regular: at every multiple */
        if (layout->groups[i] != divisor * (i + 1))
            layout->distance = 0;
}

static struct layout analyse(struct run *run, const struct signs *signs, struct picture whole)
{
    struct layout layout = { .whole = whole };
    struct parts parts = split(signs, whole, &layout);
    const char *broken = broken_rule(signs, whole, &parts);
    if (broken)
        run_fail(run, (struct fault){ .code = broken });
    find_groups(signs, &parts, &layout);
    layout.has_decimal = parts.has_decimal;
    layout.least_integer = layout.scaling = count_digits(signs, parts.integer);
    layout.least_fraction = count_digits(signs, parts.fraction);
    layout.most_fraction = layout.least_fraction + count(parts.fraction, signs->optional);
    if (layout.least_integer == 0 && layout.most_fraction == 0) {
        if (parts.has_exponent)
            layout.least_fraction = layout.most_fraction = 1;
        else
            layout.least_integer = 1;
    }
    if (parts.has_exponent && layout.least_integer == 0 && count(parts.integer, signs->optional))
        layout.least_integer = 1;
    if (layout.least_integer == 0 && layout.least_fraction == 0)
        layout.least_fraction = 1;
    layout.least_exponent = count_digits(signs, parts.exponent);
    return layout;
}

/* ---- writing ---- */

static void add_picture(struct text *out, struct picture picture)
{
    for (size_t i = 0; i < picture.length; i++)
        text_add_code_point(out, picture.at[i]);
}

static bool in_groups(const uint32_t *groups, size_t n, size_t position)
{
    for (size_t i = 0; i < n; i++)
        if (groups[i] == position)
            return true;
    return false;
}

static void add_integer(struct text *out, const struct signs *signs, const struct layout *layout, struct str digits)
{
    size_t n = digits.length > layout->least_integer ? digits.length : layout->least_integer;
    for (size_t i = 0; i < n; i++) {
        size_t right = n - i;
        bool group = layout->distance ? right % layout->distance == 0
                                      : in_groups(layout->groups, layout->group_count, right);
        if (i && group)
            text_add_code_point(out, signs->grouping);
        uint32_t digit = i + digits.length < n ? 0 : (uint32_t)(digits.at[i + digits.length - n] - '0');
        text_add_code_point(out, signs->zero + digit);
    }
}

static void add_fraction(struct text *out, const struct signs *signs, const struct layout *layout, struct str digits)
{
    size_t n = digits.length > layout->least_fraction ? digits.length : layout->least_fraction;
    if (n == 0 || !layout->has_decimal)
        return;
    text_add_code_point(out, signs->decimal);
    for (size_t i = 0; i < n; i++) {
        if (i && in_groups(layout->fraction_groups, layout->fraction_group_count, i))
            text_add_code_point(out, signs->grouping);
        text_add_code_point(out, signs->zero + (i < digits.length ? (uint32_t)(digits.at[i] - '0') : 0));
    }
}

static struct str trim_zeros(struct str digits, bool leading)
{
    while (leading && digits.length && digits.at[0] == '0')
        digits = str_from(digits, 1);
    while (!leading && digits.length && digits.at[digits.length - 1] == '0')
        digits.length--;
    return digits;
}

/* To as many digits before the point as the picture has; returns the exponent. */
static int scale(double *number, size_t digits)
{
    int exponent = 0;
    double most = pow(10, (double)digits), least = pow(10, (double)digits - 1);
    if (*number == 0)
        return 0;
    for (; *number < least; exponent--)
        *number *= 10;
    for (; *number > most; exponent++)
        *number /= 10;
    return exponent;
}

static void add_exponent(struct text *out, const struct signs *signs, const struct layout *layout, int exponent)
{
    char digits[16];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%d", exponent < 0 ? -exponent : exponent);
    text_add_code_point(out, signs->exponent);
    if (exponent < 0)
        text_add_code_point(out, signs->minus);
    for (size_t i = length; i < layout->least_exponent; i++)
        text_add_code_point(out, signs->zero);
    for (size_t i = 0; i < length; i++)
        text_add_code_point(out, signs->zero + (uint32_t)(digits[i] - '0'));
}

static void add_number(struct text *out, const struct signs *signs, const struct layout *layout, double number)
{
    char digits[800];
    int exponent = 0, most = layout->most_fraction > 340 ? 340 : (int)layout->most_fraction;
    number = fabs(number);
    if (count(layout->whole, signs->percent))
        number *= 100;
    else if (count(layout->whole, signs->per_mille))
        number *= 1000;
    if (layout->least_exponent)
        exponent = scale(&number, layout->scaling);
    add_picture(out, layout->prefix);
    if (!isfinite(number)) {
        text_add(out, isnan(number) ? signs->nan : signs->infinity);
    } else {
        snprintf(digits, sizeof digits, "%.*f", most, number_round(number, most));
        struct str fraction, integer = str_cut(str_of(digits), '.', &fraction);
        add_integer(out, signs, layout, trim_zeros(integer, true));
        add_fraction(out, signs, layout, trim_zeros(fraction, false));
        if (layout->least_exponent)
            add_exponent(out, signs, layout, exponent);
    }
    add_picture(out, layout->suffix);
}

static struct picture read_picture(struct run *run, struct str text, uint32_t room[MOST_PICTURE])
{
    struct picture picture = { room, 0 };
    for (size_t at = 0, length; at < text.length; at += length) {
        length = character_length(text.at + at, text.length - at);
        if (picture.length == MOST_PICTURE)
            run_fail(run, (struct fault){ .code = "D3080" });
        room[picture.length++] = character_at(text.at + at, length);
    }
    return picture;
}

static struct value function_format_number(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    uint32_t room[MOST_PICTURE];
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct text out = { .run = run };
    struct signs signs = signs_of(args[2]);
    struct picture picture = read_picture(run, value_is_defined(args[1]) ? value_text(args[1]) : STR("undefined"),
                                          room);
    size_t next = find(picture, signs.next);
    if (count(picture, signs.next) > 1)
        run_fail(run, (struct fault){ .code = "D3080" });
    struct layout layout = analyse(run, &signs, part(picture, 0, next));
    bool negative = args[0].number < 0;
    if (next < picture.length) {
        struct layout other = analyse(run, &signs, part(picture, next + 1, picture.length));
        layout = negative ? other : layout;
    } else if (negative) {
        text_add_code_point(&out, signs.minus);
    }
    add_number(&out, &signs, &layout, args[0].number);
    return text_value(&out);
}

static struct value function_format_integer(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    struct text out = { .run = run };
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct integer_format format = integer_format_parse(run, value_is_defined(args[1]) ? value_text(args[1]) : STR(""));
    integer_format_print(&out, &format, args[0].number);
    return text_value(&out);
}

static struct value function_parse_integer(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    double number = 0;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct integer_format format = integer_format_parse(run, value_is_defined(args[1]) ? value_text(args[1]) : STR(""));
    if (format.kind == INTEGER_UNKNOWN)
        run_fail(run, (struct fault){ .code = "D3130", .value = value_of_text(format.picture) });
    struct str text = value_text(args[0]);
    bool negative = format.kind == INTEGER_FIGURES && str_starts(text, STR("-"));
    size_t length = integer_format_read(&format, str_from(text, negative), 0, &number);
    if (format.kind == INTEGER_FIGURES ? length == 0 : length != text.length)
        number = NAN;
    return value_of_number(negative ? -number : number);
}

struct builtin builtins_of_picture[] = {
    { "formatNumber", "<n-so?:s>", 3, false, function_format_number, NULL },
    { "formatInteger", "<n-s:s>", 2, false, function_format_integer, NULL },
    { "parseInteger", "<s-s:n>", 2, false, function_parse_integer, NULL },
    { 0 },
};
