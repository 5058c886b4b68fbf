#include <stdio.h>
#include <stdlib.h>

#include "services/logs/insights_inner.h"

#define DEPTH_MOST 64

struct reader {
    struct arena *arena;
    struct str query;
    size_t at;
    int depth;
    struct insights_error *why;
    bool failed;
};

/* ---- the text ---- */

static struct str rest(const struct reader *reader)
{
    return str_from(reader->query, reader->at);
}

static void *refuse(struct reader *reader, const char *message)
{
    if (reader->failed)
        return NULL;
    reader->failed = true;
    size_t end = reader->at < reader->query.length ? reader->at + 1 : reader->at;
    snprintf(reader->why->message, sizeof reader->why->message, "%s", message);
    reader->why->start = str_count_code_points(str_first(reader->query, reader->at));
    reader->why->end = str_count_code_points(str_first(reader->query, end));
    return NULL;
}

static void skip(struct reader *reader)
{
    for (;;) {
        while (rest(reader).length && strchr(" \t\r\n", *rest(reader).at))
            reader->at++;
        if (!rest(reader).length || *rest(reader).at != '#')
            return;
        while (rest(reader).length && *rest(reader).at != '\n')
            reader->at++;
    }
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static bool at_sign(struct reader *reader, const char *sign)
{
    skip(reader);
    return str_starts(rest(reader), str_of(sign));
}

static bool take(struct reader *reader, const char *sign)
{
    if (!at_sign(reader, sign))
        return false;
    reader->at += strlen(sign);
    return true;
}

static bool at_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);
    skip(reader);
    return rest(reader).length >= length && strncasecmp(rest(reader).at, word, length) == 0 &&
           (rest(reader).length == length || !is_word_byte(rest(reader).at[length]));
}

static bool take_word(struct reader *reader, const char *word)
{
    if (!at_word(reader, word))
        return false;
    reader->at += strlen(word);
    return true;
}

/* A field's or function's name: @duration, a.b.0, `any thing`. */
static struct str take_name(struct reader *reader)
{
    skip(reader);
    struct str text = rest(reader);
    if (text.length && *text.at == '`') {
        size_t end = str_find_byte(str_from(text, 1), '`');
        if (end == SIZE_MAX)
            return refuse(reader, "a back quote is not closed"), STR_NONE;
        reader->at += end + 2;
        return (struct str){ text.at + 1, end };
    }
    size_t length = 0;
    while (length < text.length && (is_word_byte(text.at[length]) || strchr("@.", text.at[length])))
        length++;
    reader->at += length;
    if (!length)
        refuse(reader, "a name is expected");
    return str_first(text, length);
}

/* In quotation marks of either kind; a backslash makes the next character literal. */
static bool take_quoted(struct reader *reader, struct str *ret_text)
{
    skip(reader);
    char mark = rest(reader).length ? *rest(reader).at : '\0';
    if (mark != '"' && mark != '\'')
        return false;
    struct buf text = BUF_EMPTY;
    size_t i = reader->at + 1;
    for (; i < reader->query.length && reader->query.at[i] != mark; i++) {
        if (reader->query.at[i] == '\\' && i + 1 < reader->query.length &&
            (reader->query.at[i + 1] == mark || reader->query.at[i + 1] == '\\'))
            i++;
        buf_add_byte(&text, reader->query.at[i]);
    }
    *ret_text = arena_str(reader->arena, buf_str(&text));
    buf_release(&text);
    if (i == reader->query.length)
        return refuse(reader, "a quotation mark is not closed"), false;
    reader->at = i + 1;
    return true;
}

static void free_pattern(void *pattern)
{
    pattern_free(pattern);
}

/* A regular expression that is looked for anywhere in a text. */
static struct pattern *pattern_in(struct reader *reader, struct str expression)
{
    char *whole = arena_printf(reader->arena, "(?s:.*?)(?:%.*s)(?s:.*)", STR_ARG(expression));
    struct pattern *pattern = pattern_compile(str_of(whole));
    if (!pattern)
        return refuse(reader, "a regular expression cannot be read");
    arena_own(reader->arena, free_pattern, pattern);
    return pattern;
}

static bool take_regex(struct reader *reader, struct str *ret_expression)
{
    if (!at_sign(reader, "/"))
        return false;
    size_t i = reader->at + 1;
    while (i < reader->query.length && reader->query.at[i] != '/')
        i += reader->query.at[i] == '\\' ? 2 : 1;
    if (i >= reader->query.length)
        return refuse(reader, "a regular expression is not closed"), false;
    *ret_expression = (struct str){ reader->query.at + reader->at + 1, i - reader->at - 1 };
    reader->at = i + 1;
    return true;
}

static bool take_number(struct reader *reader, double *ret_number)
{
    skip(reader);
    struct str text = rest(reader);
    char digits[64], *end;
    if (!text.length || !((*text.at >= '0' && *text.at <= '9') || *text.at == '.'))
        return false;
    struct str first = str_first(text, sizeof digits - 1);
    memcpy(digits, first.at, first.length);
    digits[first.length] = '\0';
    size_t length = strspn(digits, "0123456789.");
    digits[length] = '\0';
    *ret_number = strtod(digits, &end);
    reader->at += (size_t)(end - digits);
    return end != digits;
}

/* ---- expressions ---- */

static struct expression *read_expression(struct reader *reader);

static struct expression *new_expression(struct reader *reader, enum expression_kind kind, struct expression *left,
                                         struct expression *right)
{
    struct expression *expression = ARENA_NEW(reader->arena, struct expression);
    expression->kind = kind;
    expression->arguments[0] = left;
    expression->arguments[1] = right;
    expression->count = (left != NULL) + (right != NULL);
    return expression;
}

static struct expression *constant(struct reader *reader, struct value value)
{
    struct expression *expression = new_expression(reader, CONSTANT, NULL, NULL);
    expression->constant = value;
    return expression;
}

/* "5m" in bin(5m): milliseconds. */
static bool take_period(struct reader *reader, double *ret_ms)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = { { "ms", 1 },         { "milliseconds", 1 }, { "s", 1e3 },        { "seconds", 1e3 },
                  { "second", 1e3 },   { "m", 60e3 },         { "minutes", 60e3 }, { "minute", 60e3 },
                  { "h", 3600e3 },     { "hours", 3600e3 },   { "hour", 3600e3 },  { "d", 86400e3 },
                  { "days", 86400e3 }, { "day", 86400e3 },    { "w", 604800e3 },   { "weeks", 604800e3 },
                  { "week", 604800e3 } };
    size_t before = reader->at;
    double number;
    if (!take_number(reader, &number)) {
        reader->at = before;
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!take_word(reader, units[i].unit))
            continue;
        *ret_ms = number * units[i].ms;
        return number > 0;
    }
    reader->at = before;
    return false;
}

static bool add_argument(struct reader *reader, struct expression *to, struct expression *argument)
{
    if (to->count == ARGUMENTS_MOST)
        return refuse(reader, "there are too many arguments"), false;
    to->arguments[to->count++] = argument;
    return true;
}

static struct expression *read_call(struct reader *reader, struct str name)
{
    struct expression *call = new_expression(reader, FUNCTION, NULL, NULL);
    double period_ms;
    call->function = insights_function(name);
    if (!call->function)
        return refuse(reader, "there is no such function");
    if (take_period(reader, &period_ms))
        add_argument(reader, call, constant(reader, insights_of_number(period_ms)));
    while (!reader->failed && !at_sign(reader, ")")) {
        if (call->count && !take(reader, ","))
            return refuse(reader, "',' or ')' is expected");
        add_argument(reader, call, read_expression(reader));
    }
    if (!take(reader, ")") || call->count < call->function->least || call->count > call->function->most)
        return refuse(reader, "the function wants another number of arguments");
    return call;
}

static struct expression *read_primary(struct reader *reader)
{
    struct str text;
    double number;
    if (take(reader, "(")) {
        struct expression *inner = read_expression(reader);
        return take(reader, ")") ? inner : refuse(reader, "')' is expected");
    }
    if (take(reader, "-")) {
        if (++reader->depth > DEPTH_MOST)
            return refuse(reader, "the expression nests too deep");
        struct expression *negated = read_primary(reader);
        reader->depth--;
        return new_expression(reader, MINUS, constant(reader, insights_of_number(0)), negated);
    }
    if (take_quoted(reader, &text))
        return constant(reader, insights_of_text(text));
    if (take_number(reader, &number))
        return constant(reader, insights_of_number(number));
    text = take_name(reader);
    if (reader->failed)
        return NULL;
    if (take(reader, "("))
        return read_call(reader, text);
    struct expression *field = new_expression(reader, FIELD, NULL, NULL);
    field->name = text;
    return field;
}

static struct expression *read_product(struct reader *reader)
{
    struct expression *left = read_primary(reader);
    while (!reader->failed) {
        enum expression_kind kind = take(reader, "*")   ? TIMES
                                    : take(reader, "/") ? DIVIDE
                                    : take(reader, "%") ? MODULO
                                                        : FIELD;
        if (kind == FIELD)
            break;
        left = new_expression(reader, kind, left, read_primary(reader));
    }
    return left;
}

static struct expression *read_sum(struct reader *reader)
{
    struct expression *left = read_product(reader);
    while (!reader->failed) {
        enum expression_kind kind = take(reader, "+") ? PLUS : take(reader, "-") ? MINUS : FIELD;
        if (kind == FIELD)
            break;
        left = new_expression(reader, kind, left, read_product(reader));
    }
    return left;
}

static struct expression *read_like(struct reader *reader, struct expression *left)
{
    struct expression *like = new_expression(reader, LIKE, left, NULL);
    struct str text;
    if (take_regex(reader, &text))
        like->pattern = pattern_in(reader, text);
    else if (take_quoted(reader, &text))
        like->constant = insights_of_text(text);
    else
        return refuse(reader, "'like' wants a text or a regular expression");
    return like;
}

static struct expression *read_in(struct reader *reader, struct expression *left)
{
    struct expression *in = new_expression(reader, IN, left, NULL);
    if (!take(reader, "["))
        return refuse(reader, "'in' wants a list in brackets");
    while (!reader->failed && !take(reader, "]")) {
        if (in->count > 1 && !take(reader, ","))
            return refuse(reader, "',' or ']' is expected");
        add_argument(reader, in, read_sum(reader));
    }
    return in;
}

static struct expression *read_comparison(struct reader *reader)
{
    static const struct {
        const char *sign;
        enum compare compare;
    } signs[] = { { "!=", DIFFERENT }, { "<=", BELOW_OR_SAME }, { ">=", ABOVE_OR_SAME }, { "==", SAME },
                  { "=", SAME },       { "<", BELOW },          { ">", ABOVE } };
    struct expression *left = read_sum(reader);
    if (reader->failed)
        return NULL;
    size_t before = reader->at;
    bool negated = take_word(reader, "not");
    if (take_word(reader, "like") || (!negated && take(reader, "=~"))) {
        struct expression *like = read_like(reader, left);
        return negated ? new_expression(reader, NOT, like, NULL) : like;
    }
    if (take_word(reader, "in")) {
        struct expression *in = read_in(reader, left);
        return negated ? new_expression(reader, NOT, in, NULL) : in;
    }
    reader->at = before;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!take(reader, signs[i].sign))
            continue;
        struct expression *compared = new_expression(reader, COMPARE, left, read_sum(reader));
        compared->compare = signs[i].compare;
        return compared;
    }
    return left;
}

static struct expression *read_not(struct reader *reader)
{
    bool negated = false;
    while (take_word(reader, "not"))
        negated = !negated;
    struct expression *expression = read_comparison(reader);
    return negated ? new_expression(reader, NOT, expression, NULL) : expression;
}

static struct expression *read_and(struct reader *reader)
{
    struct expression *left = read_not(reader);
    while (!reader->failed && take_word(reader, "and"))
        left = new_expression(reader, AND, left, read_not(reader));
    return left;
}

static struct expression *read_expression(struct reader *reader)
{
    if (++reader->depth > DEPTH_MOST)
        return refuse(reader, "the expression nests too deep");
    struct expression *left = read_and(reader);
    while (!reader->failed && take_word(reader, "or"))
        left = new_expression(reader, OR, left, read_and(reader));
    reader->depth--;
    return reader->failed ? NULL : left;
}

/* ---- commands ---- */

static void read_alias(struct reader *reader, struct column *column, size_t start)
{
    struct str said = str_trim((struct str){ reader->query.at + start, reader->at - start });
    column->name = column->expression && column->expression->kind == FIELD ? column->expression->name : said;
    if (take_word(reader, "as"))
        column->name = take_name(reader);
}

static void read_columns(struct reader *reader, struct column *columns, size_t *count)
{
    do {
        if (*count == COLUMNS_MOST) {
            refuse(reader, "there are too many fields");
            return;
        }
        struct column *column = &columns[(*count)++];
        skip(reader);
        size_t start = reader->at;
        column->expression = read_expression(reader);
        read_alias(reader, column, start);
    } while (!reader->failed && take(reader, ","));
}

static void read_aggregate(struct reader *reader, struct column *column)
{
    static const struct {
        const char *name;
        enum aggregate aggregate;
    } names[] = { { "count_distinct", COUNT_DISTINCT },
                  { "count", COUNT },
                  { "sum", SUM },
                  { "avg", AVERAGE },
                  { "min", LEAST },
                  { "max", GREATEST },
                  { "pct", PERCENTILE },
                  { "median", PERCENTILE },
                  { "earliest", EARLIEST },
                  { "latest", LATEST },
                  { "stddev", DEVIATION } };
    skip(reader);
    size_t start = reader->at, i = 0, count = sizeof names / sizeof *names;
    while (i < count && !take_word(reader, names[i].name))
        i++;
    if (i == count || !take(reader, "(")) {
        refuse(reader, "a function of many events is expected: count, sum, avg, min, max, pct …");
        return;
    }
    column->aggregate = names[i].aggregate;
    column->percentile = 50;
    if (!take(reader, "*") && !at_sign(reader, ")"))
        column->expression = read_expression(reader);
    if (!strcmp(names[i].name, "pct") &&
        (!take(reader, ",") || !take_number(reader, &column->percentile) || column->percentile > 100))
        refuse(reader, "pct wants a field and a number from 0 to 100");
    if (!column->expression && column->aggregate != COUNT)
        refuse(reader, "a field is expected");
    if (!take(reader, ")"))
        refuse(reader, "')' is expected");
    struct str said = str_trim((struct str){ reader->query.at + start, reader->at - start });
    column->name = take_word(reader, "as") ? take_name(reader) : said;
}

static void read_stats(struct reader *reader, struct command *command)
{
    do {
        if (command->count == COLUMNS_MOST) {
            refuse(reader, "there are too many fields");
            return;
        }
        read_aggregate(reader, &command->columns[command->count++]);
    } while (!reader->failed && take(reader, ","));
    if (!reader->failed && take_word(reader, "by"))
        read_columns(reader, command->by, &command->by_count);
}

static void read_sort(struct reader *reader, struct command *command)
{
    do {
        if (command->count == COLUMNS_MOST) {
            refuse(reader, "there are too many fields");
            return;
        }
        struct column *column = &command->columns[command->count++];
        column->expression = read_expression(reader);
        column->descending = take_word(reader, "desc");
        if (!column->descending)
            take_word(reader, "asc");
    } while (!reader->failed && take(reader, ","));
}

/* "parse FIELD "glob * of *" as a, b" or with a regular expression that has named groups, which is refused plainly. */
static void read_parse(struct reader *reader, struct command *command)
{
    skip(reader);
    if (!at_sign(reader, "\"") && !at_sign(reader, "'") && !at_sign(reader, "/"))
        command->condition = read_primary(reader);
    if (at_sign(reader, "/")) {
        refuse(reader, "this practice cloud parses with globs, not with regular expressions");
        return;
    }
    if (!take_quoted(reader, &command->glob) || !take_word(reader, "as")) {
        refuse(reader, "parse wants a glob and the names of its fields");
        return;
    }
    size_t stars = 0;
    for (size_t i = 0; i < command->glob.length; i++)
        stars += command->glob.at[i] == '*';
    do {
        if (command->count == COLUMNS_MOST)
            refuse(reader, "there are too many fields");
        else
            command->columns[command->count++].name = take_name(reader);
    } while (!reader->failed && take(reader, ","));
    if (command->count != stars)
        refuse(reader, "the glob has another number of '*' than there are names");
}

static void read_limit(struct reader *reader, struct command *command)
{
    double number = 0;
    if (!take_number(reader, &number) || number < 1 || number > 10000)
        refuse(reader, "limit wants a number from 1 to 10000");
    else
        command->limit = (size_t)number;
}

static void read_fields(struct reader *reader, struct command *command)
{
    read_columns(reader, command->columns, &command->count);
}

static void read_filter(struct reader *reader, struct command *command)
{
    command->condition = read_expression(reader);
}

static struct command *read_command(struct reader *reader)
{
    static const struct {
        const char *word;
        enum command_kind kind;
        void (*read)(struct reader *reader, struct command *command);
    } commands[] = { { "fields", FIELDS_COMMAND, read_fields }, { "display", DISPLAY_COMMAND, read_fields },
                     { "filter", FILTER_COMMAND, read_filter }, { "where", FILTER_COMMAND, read_filter },
                     { "parse", PARSE_COMMAND, read_parse },    { "stats", STATS_COMMAND, read_stats },
                     { "sort", SORT_COMMAND, read_sort },       { "limit", LIMIT_COMMAND, read_limit },
                     { "head", LIMIT_COMMAND, read_limit },     { "dedup", DEDUP_COMMAND, read_fields } };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!take_word(reader, commands[i].word))
            continue;
        struct command *command = ARENA_NEW(reader->arena, struct command);
        command->kind = commands[i].kind;
        commands[i].read(reader, command);
        return command;
    }
    return refuse(reader, "a command is expected: fields, display, filter, parse, stats, sort, limit or dedup");
}

struct command *insights_read_commands(struct arena *arena, struct str query, struct insights_error *reterr_why)
{
    struct reader reader = { .arena = arena, .query = query, .why = reterr_why };
    struct command *first = NULL, **end = &first;
    take(&reader, "|");
    do {
        *end = read_command(&reader);
        end = *end ? &(*end)->next : end;
    } while (!reader.failed && take(&reader, "|"));
    skip(&reader);
    if (!reader.failed && rest(&reader).length)
        refuse(&reader, "'|' is expected");
    return reader.failed ? NULL : first;
}
