#include "services/logs/filter_pattern.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/pattern.h"

#define DEPTH_MOST  32 /* parentheses */
#define FIELDS_MOST 64 /* of a message parted by spaces */

/* ---- what is compared ---- */

enum comparison {
    EQUAL,
    UNEQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    IS_NULL,
    IS_TRUE,
    IS_FALSE,
    EXISTS,
    NOT_EXISTS
};

struct operand {
    struct str text; /* may hold '*' where it stands without quotes, or in quotes of a JSON pattern */
    bool is_number, is_literal;
    double number;
    struct pattern *expression; /* %…% */
};

/* A tree of conditions: over a place in a JSON document, or over a field by its position. */
struct condition {
    enum { ALL, ANY, COMPARED } kind;
    struct condition *left, *right;
    struct str path; /* "$.a.b[0]", cut into steps when it is followed */
    struct str name; /* of a field */
    enum comparison comparison;
    struct operand with;
};

struct term {
    struct str text;
    struct pattern *expression;
    enum { MUST, MUST_NOT, MAY } mode;
    struct term *next;
};

struct field {
    struct str name;
    bool ellipsis;
    struct condition *condition; /* NULL: any */
};

struct filter_pattern {
    enum { TERMS, JSON_CONDITION, FIELDS } kind;
    struct term *terms;
    bool has_must, has_may;
    struct condition *condition;
    struct field fields[FIELDS_MOST];
    size_t field_count;
};

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    struct str rest;
    const char *why;
    int depth;
};

static void skip_space(struct reader *reader)
{
    while (reader->rest.length && strchr(" \t\r\n", *reader->rest.at))
        reader->rest = str_from(reader->rest, 1);
}

static bool at_text(struct reader *reader, const char *text)
{
    skip_space(reader);
    return str_starts(reader->rest, str_of(text));
}

static bool take(struct reader *reader, const char *text)
{
    if (!at_text(reader, text))
        return false;
    reader->rest = str_from(reader->rest, strlen(text));
    return true;
}

static void *refuse(struct reader *reader, const char *why)
{
    if (!reader->why)
        reader->why = why;
    return NULL;
}

/* Up to the closing mark; a backslash makes the next character literal. */
static bool take_quoted(struct reader *reader, char mark, struct str *ret_text)
{
    struct buf text = BUF_EMPTY;
    size_t i = 1;
    for (; i < reader->rest.length && reader->rest.at[i] != mark; i++) {
        if (reader->rest.at[i] == '\\' && mark == '"' && i + 1 < reader->rest.length)
            i++;
        buf_add_byte(&text, reader->rest.at[i]);
    }
    bool closed = i < reader->rest.length;
    *ret_text = arena_str(reader->arena, buf_str(&text));
    buf_release(&text);
    if (closed)
        reader->rest = str_from(reader->rest, i + 1);
    else
        refuse(reader, mark == '"' ? "a quotation mark is not closed" : "a regular expression is not closed");
    return closed;
}

static struct str take_word(struct reader *reader, const char *stops)
{
    size_t length = 0;
    while (length < reader->rest.length && !strchr(stops, reader->rest.at[length]))
        length++;
    struct str word = str_first(reader->rest, length);
    reader->rest = str_from(reader->rest, length);
    return word;
}

static void free_expression(void *expression)
{
    pattern_free(expression);
}

/* The guide: "Filter patterns with regex can only include" letters, digits, these symbols and operators; no parentheses. */
static struct pattern *take_expression(struct reader *reader)
{
    struct str text;
    if (!take_quoted(reader, '%', &text))
        return NULL;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!word && !strchr(":_#=@/;,-^$?[]{}|\\*+. ", c))
            return refuse(reader, "a regular expression has a character that is not supported");
    }
    /* It is looked for anywhere in the text; ours matches the whole. */
    bool from_start = text.length && text.at[0] == '^';
    bool to_end = text.length && text.at[text.length - 1] == '$';
    text = str_from(str_first(text, text.length - (to_end ? 1 : 0)), from_start ? 1 : 0);
    char *whole = arena_printf(reader->arena, "%s(?:%.*s)%s", from_start ? "" : "(?s:.*?)", STR_ARG(text),
                               to_end ? "" : "(?s:.*)");
    struct pattern *expression = pattern_compile(str_of(whole));
    if (!expression)
        return refuse(reader, "a regular expression cannot be read");
    arena_own(reader->arena, free_expression, expression);
    return expression;
}

static struct filter_pattern *read_terms(struct reader *reader)
{
    struct filter_pattern *pattern = ARENA_NEW(reader->arena, struct filter_pattern);
    struct term **end = &pattern->terms;
    pattern->kind = TERMS;
    for (skip_space(reader); reader->rest.length && !reader->why; skip_space(reader)) {
        struct term *term = ARENA_NEW(reader->arena, struct term);
        term->mode = take(reader, "-") ? MUST_NOT : take(reader, "?") ? MAY : MUST;
        if (at_text(reader, "\""))
            take_quoted(reader, '"', &term->text);
        else if (at_text(reader, "%"))
            term->expression = take_expression(reader);
        else
            term->text = take_word(reader, " \t\r\n");
        pattern->has_must |= term->mode != MAY;
        pattern->has_may |= term->mode == MAY;
        *end = term;
        end = &term->next;
    }
    return pattern;
}

static bool to_number(struct str text, double *ret_number)
{
    char digits[64], *end;
    if (!text.length || text.length >= sizeof digits || !strchr("+-.0123456789", text.at[0]))
        return false;
    memcpy(digits, text.at, text.length);
    digits[text.length] = '\0';
    *ret_number = strtod(digits, &end);
    return *end == '\0' && isfinite(*ret_number);
}

static void take_operand(struct reader *reader, const char *stops, struct operand *ret_operand)
{
    skip_space(reader);
    if (at_text(reader, "\"")) {
        take_quoted(reader, '"', &ret_operand->text);
        return;
    }
    if (at_text(reader, "%")) {
        ret_operand->expression = take_expression(reader);
        return;
    }
    ret_operand->text = take_word(reader, stops);
    ret_operand->is_number = to_number(ret_operand->text, &ret_operand->number);
    if (!ret_operand->text.length)
        refuse(reader, "a comparison has no value");
}

static bool take_comparison(struct reader *reader, enum comparison *ret_comparison)
{
    static const struct {
        const char *sign;
        enum comparison comparison;
    } signs[] = { { "!=", UNEQUAL }, { "<=", LESS_OR_EQUAL }, { ">=", GREATER_OR_EQUAL },
                  { "=", EQUAL },    { "<", LESS },           { ">", GREATER } };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!take(reader, signs[i].sign))
            continue;
        *ret_comparison = signs[i].comparison;
        return true;
    }
    return false;
}

static bool take_words(struct reader *reader, const char *first, const char *second)
{
    struct reader before = *reader;
    if (take(reader, first) && (!second || take(reader, second)))
        return true;
    reader->rest = before.rest;
    return false;
}

static bool take_question(struct reader *reader, enum comparison *ret_comparison)
{
    static const struct {
        const char *first, *second;
        enum comparison comparison;
    } words[] = { { "NOT", "EXISTS", NOT_EXISTS },
                  { "EXISTS", NULL, EXISTS },
                  { "IS", "NULL", IS_NULL },
                  { "IS", "TRUE", IS_TRUE },
                  { "IS", "FALSE", IS_FALSE } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!take_words(reader, words[i].first, words[i].second))
            continue;
        *ret_comparison = words[i].comparison;
        return true;
    }
    return false;
}

static struct condition *new_condition(struct reader *reader, int kind, struct condition *left, struct condition *right)
{
    struct condition *condition = ARENA_NEW(reader->arena, struct condition);
    *condition = (struct condition){ .kind = kind, .left = left, .right = right };
    return condition;
}

static struct condition *read_json_comparison(struct reader *reader)
{
    struct condition *condition = new_condition(reader, COMPARED, NULL, NULL);
    if (!at_text(reader, "$"))
        return refuse(reader, "a property selector begins with '$'");
    condition->path = take_word(reader, " \t\r\n=!<>&|)}");
    if (take_question(reader, &condition->comparison))
        return condition;
    if (!take_comparison(reader, &condition->comparison))
        return refuse(reader, "an operator is missing");
    take_operand(reader, " \t\r\n&|)}", &condition->with);
    return condition;
}

static struct condition *read_field_comparison(struct reader *reader)
{
    struct condition *condition = new_condition(reader, COMPARED, NULL, NULL);
    skip_space(reader);
    condition->name = str_trim(take_word(reader, " \t\r\n=!<>&|),]"));
    if (!take_comparison(reader, &condition->comparison))
        return refuse(reader, "an operator is missing");
    take_operand(reader, " \t\r\n&|),]", &condition->with);
    return condition;
}

static struct condition *read_any(struct reader *reader, struct condition *(*leaf)(struct reader *));

static struct condition *read_one(struct reader *reader, struct condition *(*leaf)(struct reader *))
{
    if (!take(reader, "("))
        return leaf(reader);
    if (++reader->depth > DEPTH_MOST)
        return refuse(reader, "parentheses nest too deep");
    struct condition *inner = read_any(reader, leaf);
    reader->depth--;
    return take(reader, ")") ? inner : refuse(reader, "a parenthesis is not closed");
}

static struct condition *read_all(struct reader *reader, struct condition *(*leaf)(struct reader *))
{
    struct condition *condition = read_one(reader, leaf);
    while (!reader->why && take(reader, "&&"))
        condition = new_condition(reader, ALL, condition, read_one(reader, leaf));
    return condition;
}

static struct condition *read_any(struct reader *reader, struct condition *(*leaf)(struct reader *))
{
    struct condition *condition = read_all(reader, leaf);
    while (!reader->why && take(reader, "||"))
        condition = new_condition(reader, ANY, condition, read_all(reader, leaf));
    return condition;
}

static struct filter_pattern *read_json(struct reader *reader)
{
    struct filter_pattern *pattern = ARENA_NEW(reader->arena, struct filter_pattern);
    pattern->kind = JSON_CONDITION;
    pattern->condition = read_any(reader, read_json_comparison);
    if (!reader->why && !take(reader, "}"))
        refuse(reader, "the closing brace is missing");
    return pattern;
}

static void read_field(struct reader *reader, struct field *field)
{
    skip_space(reader);
    if (take(reader, "...")) {
        field->ellipsis = true;
        return;
    }
    struct str before = reader->rest;
    struct str word = take_word(reader, " \t\r\n=!<>,]");
    field->name = word;
    skip_space(reader);
    if (at_text(reader, ",") || at_text(reader, "]"))
        return;
    reader->rest = before;
    field->condition = read_any(reader, read_field_comparison);
}

static struct filter_pattern *read_fields(struct reader *reader)
{
    struct filter_pattern *pattern = ARENA_NEW(reader->arena, struct filter_pattern);
    pattern->kind = FIELDS;
    do {
        if (pattern->field_count == FIELDS_MOST)
            return refuse(reader, "there are too many fields");
        read_field(reader, &pattern->fields[pattern->field_count++]);
    } while (!reader->why && take(reader, ","));
    if (!reader->why && !take(reader, "]"))
        refuse(reader, "the closing bracket is missing");
    return pattern;
}

struct filter_pattern *filter_pattern_read(struct arena *arena, struct str text, const char **reterr_why)
{
    struct reader reader = { .arena = arena, .rest = str_trim(text) };
    struct filter_pattern *pattern = take(&reader, "{")   ? read_json(&reader)
                                     : take(&reader, "[") ? read_fields(&reader)
                                                          : read_terms(&reader);
    skip_space(&reader);
    if (!reader.why && reader.rest.length)
        refuse(&reader, "something stands behind the pattern");
    *reterr_why = reader.why;
    return reader.why ? NULL : pattern;
}

/* ---- matching ---- */

static bool text_matches(const struct operand *operand, struct str text)
{
    if (operand->expression)
        return pattern_matches_whole(operand->expression, text);
    return wildcard_matches(operand->text, text, '\\', false);
}

static bool number_compares(enum comparison comparison, double a, double b)
{
    switch (comparison) {
    case EQUAL:
        return a == b;
    case UNEQUAL:
        return a != b;
    case LESS:
        return a < b;
    case LESS_OR_EQUAL:
        return a <= b;
    case GREATER:
        return a > b;
    case GREATER_OR_EQUAL:
        return a >= b;
    default:
        return false;
    }
}

static bool text_compares(const struct condition *condition, struct str text)
{
    const struct operand *with = &condition->with;
    double number;
    if (with->is_number && to_number(text, &number))
        return number_compares(condition->comparison, number, with->number);
    if (condition->comparison == EQUAL)
        return text_matches(with, text);
    return condition->comparison == UNEQUAL && !text_matches(with, text);
}

static bool value_compares(const struct condition *condition, const cJSON *value)
{
    switch (condition->comparison) {
    case EXISTS:
        return value != NULL;
    case NOT_EXISTS:
        return value == NULL;
    case IS_NULL:
        return cJSON_IsNull(value);
    case IS_TRUE:
        return cJSON_IsTrue(value);
    case IS_FALSE:
        return cJSON_IsFalse(value);
    default:
        break;
    }
    if (cJSON_IsNumber(value))
        return condition->with.is_number
                   ? number_compares(condition->comparison, json_to_double(value), condition->with.number)
                   : condition->comparison == UNEQUAL;
    if (cJSON_IsString(value))
        return text_compares(condition, json_value(value));
    return false;
}

/* One step of "$.a['b'][0][*]": the name or index behind; false: the path is at its end or wrong. */
static bool next_step(struct str *path, struct str *ret_name, bool *ret_is_index)
{
    *ret_is_index = false;
    if (!path->length)
        return false;
    if (*path->at == '.') {
        *path = str_from(*path, 1);
        size_t length = 0;
        while (length < path->length && path->at[length] != '.' && path->at[length] != '[')
            length++;
        *ret_name = str_first(*path, length);
        *path = str_from(*path, length);
        return length > 0;
    }
    if (*path->at != '[')
        return false;
    struct str inside = str_cut(str_from(*path, 1), ']', path);
    if (inside.length >= 2 && (inside.at[0] == '"' || inside.at[0] == '\'')) {
        *ret_name = (struct str){ inside.at + 1, inside.length - 2 };
        return true;
    }
    *ret_name = inside;
    *ret_is_index = true;
    return inside.length > 0;
}

static bool followed_compares(const struct condition *condition, const cJSON *value, struct str path)
{
    struct str step;
    bool is_index;
    if (!path.length)
        return value_compares(condition, value);
    if (!next_step(&path, &step, &is_index))
        return false;
    if (!is_index)
        return followed_compares(condition, cJSON_IsObject(value) ? json_get_str(value, step) : NULL, path);
    int64_t index;
    if (str_is(step, "*")) {
        const cJSON *element = cJSON_IsArray(value) ? value->child : NULL;
        while (element && !followed_compares(condition, element, path))
            element = element->next;
        return element != NULL;
    }
    if (!str_to_int64(step, &index) || index < 0 || index > INT32_MAX)
        return false;
    return followed_compares(condition, cJSON_IsArray(value) ? cJSON_GetArrayItem(value, (int)index) : NULL, path);
}

/* Over a document where `field` is NULL. */
static bool condition_holds(const struct condition *condition, const cJSON *document, const struct str *field)
{
    switch (condition->kind) {
    case ALL:
        return condition_holds(condition->left, document, field) && condition_holds(condition->right, document, field);
    case ANY:
        return condition_holds(condition->left, document, field) || condition_holds(condition->right, document, field);
    case COMPARED:
        break;
    }
    return field ? text_compares(condition, *field)
                 : followed_compares(condition, document, str_from(condition->path, 1));
}

static bool term_is_in(const struct term *term, struct str message)
{
    return term->expression ? pattern_matches_whole(term->expression, message)
                            : str_find(message, term->text) != SIZE_MAX;
}

/* The guide: where terms with '?' stand beside others, those with '?' are not looked at. */
static bool terms_match(const struct filter_pattern *pattern, struct str message)
{
    for (const struct term *term = pattern->terms; term; term = term->next) {
        if (term->mode == MAY && pattern->has_must)
            continue;
        bool found = term_is_in(term, message);
        if (term->mode == MAY && found)
            return true;
        if (term->mode != MAY && found != (term->mode == MUST))
            return false;
    }
    return pattern->has_must || !pattern->has_may;
}

/* Fields are parted by spaces; what stands in quotes or brackets is one. */
static size_t split(struct str message, struct str *fields)
{
    size_t count = 0;
    for (;;) {
        message = str_trim(message);
        if (!message.length || count == FIELDS_MOST)
            return count;
        char close = *message.at == '"' ? '"' : *message.at == '[' ? ']' : '\0';
        size_t end = close ? str_find_byte(str_from(message, 1), close) : SIZE_MAX;
        if (end != SIZE_MAX) {
            fields[count++] = (struct str){ message.at + 1, end };
            message = str_from(message, end + 2);
            continue;
        }
        fields[count++] = str_cut(message, ' ', &message);
    }
}

static bool field_matches(const struct field *field, struct str text)
{
    return !field->condition || condition_holds(field->condition, NULL, &text);
}

/* A pattern without an ellipsis wants just as many fields; "..." stands for any number, at one place. */
static bool fields_match(const struct filter_pattern *pattern, struct str message)
{
    struct str fields[FIELDS_MOST];
    size_t count = split(message, fields), ellipsis = 0;
    while (ellipsis < pattern->field_count && !pattern->fields[ellipsis].ellipsis)
        ellipsis++;
    bool has_ellipsis = ellipsis < pattern->field_count;
    size_t named = pattern->field_count - (has_ellipsis ? 1 : 0);
    if (has_ellipsis ? count < named : count != named)
        return false;
    for (size_t i = 0; i < ellipsis; i++) {
        if (!field_matches(&pattern->fields[i], fields[i]))
            return false;
    }
    for (size_t i = pattern->field_count, from_end = 1; i-- > ellipsis + 1; from_end++) {
        if (!field_matches(&pattern->fields[i], fields[count - from_end]))
            return false;
    }
    return true;
}

static bool json_matches(const struct filter_pattern *pattern, struct str message)
{
    struct arena *arena = arena_new();
    const cJSON *document = json_parse_in(arena, message, NULL);
    bool matches = cJSON_IsObject(document) && condition_holds(pattern->condition, document, NULL);
    arena_free(arena);
    return matches;
}

bool filter_pattern_matches(const struct filter_pattern *pattern, struct str message)
{
    switch (pattern->kind) {
    case TERMS:
        return terms_match(pattern, message);
    case JSON_CONDITION:
        return json_matches(pattern, message);
    case FIELDS:
        return fields_match(pattern, message);
    }
    return false;
}
