/* Values as text: $string, and the values that messages show. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/function.h"

/* Most numbers are small integers. */
static size_t print_integer(double number, char ret_digits[24])
{
    return (size_t)snprintf(ret_digits, 24, "%lld", (long long)number);
}

struct str number_print(struct run *run, double number)
{
    char digits[24];
    if (number == floor(number) && fabs(number) < 1e15)
        return run_copy(run, (struct str){ digits, print_integer(number == 0 ? 0 : number, digits) });
    if (!isfinite(number))
        return isnan(number) ? STR("NaN") : number > 0 ? STR("Infinity") : STR("-Infinity");
    struct buf buf = BUF_EMPTY;
    cJSON node = { .type = cJSON_Number, .valuedouble = number };
    json_print(&buf, &node);
    struct str text = str_first(buf_str(&buf), sizeof digits * 2);
    char copy[sizeof digits * 2];
    memcpy(copy, text.at, text.length);
    buf_release(&buf); /* before run_copy(), which may leave for good */
    return run_copy(run, (struct str){ copy, text.length });
}

struct layout {
    struct text *text;
    bool pretty, strict; /* strict: what is no JSON is an error */
    size_t depth;
};

/* Fifteen digits, so that 0.1 + 0.2 is 0.3. */
static void add_number(const struct layout *layout, double number)
{
    char digits[32];
    struct text *text = layout->text;
    if (!isfinite(number)) {
        if (layout->strict)
            run_fail(text->run, (struct fault){ .code = "D1001", .value = value_of_number(number) });
        text_add(text, STR("null"));
        return;
    }
    if (number != floor(number)) {
        snprintf(digits, sizeof digits, "%.15g", number);
        number = strtod(digits, NULL);
    }
    text_add(text, number_print(text->run, number));
}

static void add_character(struct text *text, unsigned char c)
{
    static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = c ? strchr(names, c) : NULL;
    char escape[8];
    if (found)
        snprintf(escape, sizeof escape, "\\%c", letters[found - names]);
    else
        snprintf(escape, sizeof escape, "\\u%04x", c);
    text_add(text, str_of(escape));
}

/* As JSON.stringify: lone surrogates become escapes. */
static void add_quoted(struct text *text, struct str string)
{
    size_t start = 0;
    text_add_byte(text, '"');
    for (size_t i = 0; i < string.length; i++) {
        unsigned char c = (unsigned char)string.at[i];
        bool surrogate = c == 0xED && i + 2 < string.length && (unsigned char)string.at[i + 1] >= 0xA0;
        if (c >= 0x20 && c != '"' && c != '\\' && !surrogate)
            continue;
        text_add(text, str_first(str_from(string, start), i - start));
        if (surrogate) {
            text_add(text, run_print(text->run, "\\u%04x", character_at(string.at + i, 3)));
            i += 2;
        } else {
            add_character(text, c);
        }
        start = i + 1;
    }
    text_add(text, str_from(string, start));
    text_add_byte(text, '"');
}

static void add_value(struct layout *layout, struct value value);

static void new_line(const struct layout *layout)
{
    if (!layout->pretty)
        return;
    text_add_byte(layout->text, '\n');
    text_add_times(layout->text, STR("  "), layout->depth);
}

static void add_list(struct layout *layout, struct value list)
{
    struct value item;
    bool first = true;
    text_add_byte(layout->text, '[');
    layout->depth++;
    for (struct cursor cursor = list_open(list); list_next(&cursor, &item); first = false) {
        if (!first)
            text_add_byte(layout->text, ',');
        new_line(layout);
        add_value(layout, item);
    }
    layout->depth--;
    if (!first)
        new_line(layout);
    text_add_byte(layout->text, ']');
}

static void add_map(struct layout *layout, struct value map)
{
    struct value item;
    struct str name;
    bool first = true;
    text_add_byte(layout->text, '{');
    layout->depth++;
    for (struct member_cursor cursor = map_open(map); map_next_member(&cursor, &name, &item);) {
        if (!value_is_defined(item))
            continue;
        if (!first)
            text_add_byte(layout->text, ',');
        first = false;
        new_line(layout);
        add_quoted(layout->text, name);
        text_add(layout->text, layout->pretty ? STR(": ") : STR(":"));
        add_value(layout, item);
    }
    layout->depth--;
    if (!first)
        new_line(layout);
    text_add_byte(layout->text, '}');
}

static void add_value(struct layout *layout, struct value value)
{
    struct run *run = layout->text->run;
    run_tick(run, 1);
    switch (value.kind) {
    case KIND_BOOL:
        text_add(layout->text, value.truth ? STR("true") : STR("false"));
        return;
    case KIND_NUMBER:
        add_number(layout, value.number);
        return;
    case KIND_STRING:
        add_quoted(layout->text, value_text(value));
        return;
    case KIND_FUNCTION:
        text_add(layout->text, STR("\"\""));
        return;
    case KIND_ARRAY:
    case KIND_NODES:
        run_enter(run);
        add_list(layout, value);
        run_leave(run);
        return;
    case KIND_OBJECT:
    case KIND_NODE:
        run_enter(run);
        add_map(layout, value);
        run_leave(run);
        return;
    default:
        text_add(layout->text, STR("null"));
        return;
    }
}

void print_value(struct text *text, struct value value)
{
    struct layout layout = { .text = text };
    if (value_is_defined(value))
        add_value(&layout, value);
}

struct value value_to_string(struct run *run, struct value value, bool pretty)
{
    struct text text = { .run = run };
    struct layout layout = { .text = &text, .pretty = pretty, .strict = true };
    if (value.kind == KIND_STRING || !value_is_defined(value))
        return value;
    if (value.kind == KIND_FUNCTION)
        return value_of_text(STR(""));
    if (value.kind == KIND_NUMBER && !isfinite(value.number))
        run_fail(run, (struct fault){ .code = "D3001", .value = value });
    add_value(&layout, value);
    return text_value(&text);
}
