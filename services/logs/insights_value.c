#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/logs/insights_inner.h"

/* ---- values ---- */

struct value insights_of_number(double number)
{
    return (struct value){ .kind = NUMBER, .number = number };
}

struct value insights_of_text(struct str text)
{
    return text.at ? (struct value){ .kind = TEXT, .text = text } : (struct value){ .kind = NOTHING };
}

double insights_number(struct value value, bool *ret_is_number)
{
    char digits[64], *end = digits;
    *ret_is_number = value.kind == NUMBER;
    if (value.kind == NUMBER)
        return value.number;
    if (value.kind == NOTHING || !value.text.length || value.text.length >= sizeof digits ||
        !strchr("+-.0123456789", *value.text.at))
        return 0;
    memcpy(digits, value.text.at, value.text.length);
    digits[value.text.length] = '\0';
    double number = strtod(digits, &end);
    *ret_is_number = *end == '\0' && isfinite(number);
    return number;
}

/* Numbers as Insights shows them: whole ones without a point, others with at most four decimals. */
struct str insights_text(struct arena *arena, struct value value)
{
    if (value.kind != NUMBER)
        return value.kind == TEXT ? value.text : STR("");
    if (value.number == floor(value.number) && fabs(value.number) < 1e15)
        return str_of(arena_printf(arena, "%lld", (long long)value.number));
    char *text = arena_printf(arena, "%.4f", value.number);
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    return (struct str){ text, text[length - 1] == '.' ? length - 1 : length };
}

int insights_compare(struct value a, struct value b)
{
    bool a_is_number, b_is_number;
    double x = insights_number(a, &a_is_number), y = insights_number(b, &b_is_number);
    if (a_is_number && b_is_number)
        return x < y ? -1 : x > y;
    if (a.kind == NOTHING || b.kind == NOTHING)
        return (a.kind != NOTHING) - (b.kind != NOTHING);
    if (a_is_number != b_is_number)
        return a_is_number ? -1 : 1;
    return str_compare(a.text, b.text);
}

bool insights_is_true(struct value value)
{
    return value.kind == NUMBER ? value.number != 0
                                : value.kind == TEXT && !str_is(value.text, "false") && value.text.length;
}

/* ---- fields of a row ---- */

void insights_make(struct row *row, struct str name, struct value value)
{
    for (struct made *made = row->made; made; made = made->next) {
        if (!str_equal(made->name, name))
            continue;
        made->value = value;
        return;
    }
    struct made *made = ARENA_NEW(row->arena, struct made);
    *made = (struct made){ name, value, row->made };
    row->made = made;
}

static struct str print_time(struct row *row, int64_t instant_ms)
{
    char text[32];
    time_print_iso(instant_ms, true, text); /* "2026-11-22T09:15:08.123Z", shown with a space and without the Z */
    text[10] = ' ';
    text[23] = '\0';
    return arena_str(row->arena, str_of(text));
}

/* "REPORT RequestId: 1-2-3\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB…" */
static struct value lambda_field(struct str message, struct str name)
{
    static const struct {
        const char *field, *label;
    } figures[] = { { "@duration", "\tDuration: " },
                    { "@billedDuration", "\tBilled Duration: " },
                    { "@initDuration", "\tInit Duration: " },
                    { "@memorySize", "\tMemory Size: " },
                    { "@maxMemoryUsed", "\tMax Memory Used: " } };
    struct str word, rest_of_line = str_from(message, 0);
    word = str_cut(rest_of_line, ' ', &rest_of_line);
    bool is_report = str_is(word, "REPORT");
    if (!is_report && !str_is(word, "START") && !str_is(word, "END"))
        return (struct value){ 0 };
    if (!str_starts(rest_of_line, STR("RequestId: ")))
        return (struct value){ 0 };
    if (str_is(name, "@type"))
        return insights_of_text(word);
    if (str_is(name, "@requestId")) {
        struct str id = str_from(rest_of_line, strlen("RequestId: "));
        size_t length = strcspn(id.at, " \t\r\n");
        return insights_of_text(str_first(id, length));
    }
    for (size_t i = 0; is_report && i < sizeof figures / sizeof *figures; i++) {
        size_t at = str_is(name, figures[i].field) ? str_find(message, str_of(figures[i].label)) : SIZE_MAX;
        if (at == SIZE_MAX)
            continue;
        bool is_number;
        struct str none, figure = str_cut(str_from(message, at + strlen(figures[i].label)), ' ', &none);
        double number = insights_number(insights_of_text(figure), &is_number);
        /* Insights has these two in bytes. */
        return is_number ? insights_of_number(strstr(figures[i].field, "emory") ? number * 1e6 : number)
                         : (struct value){ 0 };
    }
    return (struct value){ 0 };
}

static struct value value_of_node(struct row *row, const cJSON *node)
{
    if (!node || cJSON_IsNull(node))
        return (struct value){ 0 };
    if (cJSON_IsString(node))
        return insights_of_text(json_value(node));
    if (cJSON_IsNumber(node))
        return insights_of_number(json_to_double(node));
    if (cJSON_IsBool(node))
        return insights_of_number(cJSON_IsTrue(node));
    return insights_of_text(json_print_in(row->arena, node));
}

/* Members of nested objects and elements of arrays are named by dots: a.b.0. */
static struct value json_field(struct row *row, struct str name)
{
    if (!row->looked) {
        row->looked = true;
        if (row->event->message.length && *row->event->message.at == '{')
            row->document = json_parse_in(row->arena, row->event->message, NULL);
    }
    const cJSON *node = row->document, *whole = json_get_str(node, name);
    if (whole)
        return value_of_node(row, whole);
    while (node && name.length) {
        int64_t index;
        struct str step = str_cut(name, '.', &name);
        if (cJSON_IsArray(node) && str_to_int64(step, &index) && index >= 0 && index < INT32_MAX)
            node = cJSON_GetArrayItem(node, (int)index);
        else
            node = cJSON_IsObject(node) ? json_get_str(node, step) : NULL;
    }
    return value_of_node(row, node);
}

struct value insights_field(struct row *row, struct str name)
{
    const struct insights_event *event = row->event;
    for (const struct made *made = row->made; made; made = made->next) {
        if (str_equal(made->name, name))
            return made->value;
    }
    if (!event)
        return (struct value){ 0 };
    if (str_is(name, "@message"))
        return insights_of_text(event->message);
    if (str_is(name, "@timestamp"))
        return insights_of_text(print_time(row, event->timestamp_ms));
    if (str_is(name, "@ingestionTime"))
        return insights_of_text(print_time(row, event->ingestion_ms));
    if (str_is(name, "@logStream"))
        return insights_of_text(event->stream);
    if (str_is(name, "@log"))
        return insights_of_text(event->log);
    if (str_is(name, "@ptr"))
        return insights_of_text(event->pointer);
    return name.length && *name.at == '@' ? lambda_field(event->message, name) : json_field(row, name);
}

/* ---- functions ---- */

static struct str text_of(struct arena *arena, const struct value *arguments, size_t i, size_t count)
{
    return i < count ? insights_text(arena, arguments[i]) : STR("");
}

static struct value is_present(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_number(arguments[0].kind != NOTHING);
}

static struct value is_empty(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_number(arguments[0].kind == NOTHING || (arguments[0].kind == TEXT && !arguments[0].text.length));
}

static struct value is_blank(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_number(arguments[0].kind == NOTHING ||
                              (arguments[0].kind == TEXT && !str_trim(arguments[0].text).length));
}

static struct value coalesce(struct arena *arena, const struct value *arguments, size_t count)
{
    size_t i = 0;
    while (i + 1 < count && arguments[i].kind == NOTHING)
        i++;
    return arguments[i];
}

static struct value concat(struct arena *arena, const struct value *arguments, size_t count)
{
    struct str text = STR("");
    for (size_t i = 0; i < count; i++)
        text = str_of(arena_printf(arena, "%.*s%.*s", STR_ARG(text), STR_ARG(text_of(arena, arguments, i, count))));
    return insights_of_text(text);
}

static struct value length(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_number((double)str_count_code_points(text_of(arena, arguments, 0, count)));
}

static struct value changed_case(struct arena *arena, struct str text, bool up)
{
    char *copy = arena_copy(arena, text);
    for (char *at = copy; *at; at++) {
        if (up ? *at >= 'a' && *at <= 'z' : *at >= 'A' && *at <= 'Z')
            *at ^= 0x20;
    }
    return insights_of_text((struct str){ copy, text.length });
}

static struct value to_lower(struct arena *arena, const struct value *arguments, size_t count)
{
    return changed_case(arena, text_of(arena, arguments, 0, count), false);
}

static struct value to_upper(struct arena *arena, const struct value *arguments, size_t count)
{
    return changed_case(arena, text_of(arena, arguments, 0, count), true);
}

static struct value trim(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_text(str_trim(text_of(arena, arguments, 0, count)));
}

static struct value str_contains(struct arena *arena, const struct value *arguments, size_t count)
{
    return insights_of_number(str_find(text_of(arena, arguments, 0, count), text_of(arena, arguments, 1, count)) !=
                              SIZE_MAX);
}

static struct value rounded(const struct value *argument, double (*how)(double))
{
    bool is_number;
    double number = insights_number(*argument, &is_number);
    return is_number ? insights_of_number(how(number)) : (struct value){ 0 };
}

static struct value absolute(struct arena *arena, const struct value *arguments, size_t count)
{
    return rounded(arguments, fabs);
}

static struct value round_up(struct arena *arena, const struct value *arguments, size_t count)
{
    return rounded(arguments, ceil);
}

static struct value round_down(struct arena *arena, const struct value *arguments, size_t count)
{
    return rounded(arguments, floor);
}

static struct value square_root(struct arena *arena, const struct value *arguments, size_t count)
{
    return rounded(arguments, sqrt);
}

static struct value greatest(struct arena *arena, const struct value *arguments, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        best = insights_compare(arguments[i], arguments[best]) > 0 ? i : best;
    return arguments[best];
}

static struct value least(struct arena *arena, const struct value *arguments, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        best = insights_compare(arguments[i], arguments[best]) < 0 ? i : best;
    return arguments[best];
}

/* bin(5m) of @timestamp; the event's time comes first, see evaluate_call(). */
static struct value bin(struct arena *arena, const struct value *arguments, size_t count)
{
    char text[32];
    double period_ms = arguments[count - 1].number;
    if (count != 2 || arguments[1].kind != NUMBER || period_ms < 1)
        return (struct value){ 0 };
    time_print_iso((int64_t)(floor(arguments[0].number / period_ms) * period_ms), true, text);
    text[10] = ' ';
    text[23] = '\0';
    return insights_of_text(arena_str(arena, str_of(text)));
}

static const struct function functions[] = {
    { "ispresent", 1, 1, is_present },
    { "isempty", 1, 1, is_empty },
    { "isblank", 1, 1, is_blank },
    { "coalesce", 1, ARGUMENTS_MOST, coalesce },
    { "concat", 1, ARGUMENTS_MOST, concat },
    { "strlen", 1, 1, length },
    { "tolower", 1, 1, to_lower },
    { "toupper", 1, 1, to_upper },
    { "trim", 1, 1, trim },
    { "strcontains", 2, 2, str_contains },
    { "abs", 1, 1, absolute },
    { "ceil", 1, 1, round_up },
    { "floor", 1, 1, round_down },
    { "sqrt", 1, 1, square_root },
    { "greatest", 1, ARGUMENTS_MOST, greatest },
    { "least", 1, ARGUMENTS_MOST, least },
    { "bin", 1, 1, bin },
};

const struct function *insights_function(struct str name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (str_equal_ignoring_case(name, str_of(functions[i].name)))
            return &functions[i];
    }
    return NULL;
}

/* ---- evaluation ---- */

static struct value evaluate_call(const struct expression *expression, struct row *row)
{
    struct value arguments[ARGUMENTS_MOST + 1];
    size_t count = 0;
    if (expression->function->call == bin)
        arguments[count++] = insights_of_number(row->event ? (double)row->event->timestamp_ms : 0);
    for (size_t i = 0; i < expression->count; i++)
        arguments[count++] = insights_evaluate(expression->arguments[i], row);
    return expression->function->call(row->arena, arguments, count);
}

static struct value calculate(enum expression_kind kind, struct value left, struct value right)
{
    bool has_left, has_right;
    double a = insights_number(left, &has_left), b = insights_number(right, &has_right);
    if (!has_left || !has_right || ((kind == DIVIDE || kind == MODULO) && b == 0))
        return (struct value){ 0 };
    double number = kind == PLUS     ? a + b
                    : kind == MINUS  ? a - b
                    : kind == TIMES  ? a * b
                    : kind == DIVIDE ? a / b
                                     : fmod(a, b);
    return isfinite(number) ? insights_of_number(number) : (struct value){ 0 };
}

static bool compares(const struct expression *expression, struct value left, struct value right)
{
    if (left.kind == NOTHING || right.kind == NOTHING)
        return expression->compare == DIFFERENT && left.kind != right.kind;
    int order = insights_compare(left, right);
    switch (expression->compare) {
    case SAME:
        return order == 0;
    case DIFFERENT:
        return order != 0;
    case BELOW:
        return order < 0;
    case BELOW_OR_SAME:
        return order <= 0;
    case ABOVE:
        return order > 0;
    case ABOVE_OR_SAME:
        return order >= 0;
    }
    return false;
}

static bool is_like(const struct expression *expression, struct row *row)
{
    struct value value = insights_evaluate(expression->arguments[0], row);
    struct str text = insights_text(row->arena, value);
    if (value.kind == NOTHING)
        return false;
    return expression->pattern ? pattern_matches_whole(expression->pattern, text)
                               : str_find(text, expression->constant.text) != SIZE_MAX;
}

static bool is_in(const struct expression *expression, struct row *row)
{
    struct value value = insights_evaluate(expression->arguments[0], row);
    for (size_t i = 1; i < expression->count; i++) {
        if (value.kind != NOTHING && insights_compare(value, insights_evaluate(expression->arguments[i], row)) == 0)
            return true;
    }
    return false;
}

struct value insights_evaluate(const struct expression *expression, struct row *row)
{
    const struct expression *left = expression->arguments[0], *right = expression->arguments[1];
    switch (expression->kind) {
    case FIELD:
        return insights_field(row, expression->name);
    case CONSTANT:
        return expression->constant;
    case FUNCTION:
        return evaluate_call(expression, row);
    case OR:
        return insights_of_number(insights_is_true(insights_evaluate(left, row)) ||
                                  insights_is_true(insights_evaluate(right, row)));
    case AND:
        return insights_of_number(insights_is_true(insights_evaluate(left, row)) &&
                                  insights_is_true(insights_evaluate(right, row)));
    case NOT:
        return insights_of_number(!insights_is_true(insights_evaluate(left, row)));
    case COMPARE:
        return insights_of_number(compares(expression, insights_evaluate(left, row), insights_evaluate(right, row)));
    case LIKE:
        return insights_of_number(is_like(expression, row));
    case IN:
        return insights_of_number(is_in(expression, row));
    case PLUS:
    case MINUS:
    case TIMES:
    case DIVIDE:
    case MODULO:
        return calculate(expression->kind, insights_evaluate(left, row), insights_evaluate(right, row));
    }
    return (struct value){ 0 };
}
