/* Filters: [?(@.price < $.limit && (@.isbn || !@.old))]. Comparing follows Jayway: a text and a number may be equal, order is
 * only between two numbers or two texts, what is not there equals nothing. */
#include "base/pattern.h"
#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/asl/path_inner.h"

#include <stdlib.h>

enum relation {
    RELATION_EXISTS,
    RELATION_EQ,
    RELATION_NE,
    RELATION_SAME, /* ===: of one type, too */
    RELATION_NOT_SAME,
    RELATION_LT,
    RELATION_LE,
    RELATION_GT,
    RELATION_GE,
    RELATION_MATCHES, /* =~ */
    RELATION_IN,
    RELATION_NIN,
    RELATION_SUBSETOF,
    RELATION_ANYOF,
    RELATION_NONEOF,
    RELATION_ALL,
    RELATION_CONTAINS,
    RELATION_SIZE,
    RELATION_EMPTY,
};

struct operand {
    enum { OPERAND_HERE, OPERAND_ROOT, OPERAND_VALUE, OPERAND_PATTERN } kind; /* @…, $…, a literal, /…/ */
    struct steps steps;
    const cJSON *value;
    const struct pattern *pattern;
};

struct filter {
    enum { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_RELATION } kind;
    struct filter *first;      /* what AND, OR and NOT are about */
    const struct filter *next; /* its brother there */
    enum relation relation;
    struct operand left, right;
};

/* ---- reading literals ---- */

static cJSON *read_json(struct reader *reader, const char *from)
{
    struct json_error error;
    const cJSON *value = json_parse_in(reader->arena, (struct str){ from, (size_t)(reader->at - from) }, &error);
    if (!value)
        reader_fail(reader, "A literal in a path is no JSON: %s", error.why);
    return value ? value_share(reader->arena, value) : NULL;
}

static cJSON *read_number(struct reader *reader)
{
    const char *from = reader->at;
    while (reader->at < reader->end && strchr("+-.0123456789eE", *reader->at))
        reader->at++;
    return read_json(reader, from);
}

static cJSON *read_word_literal(struct reader *reader)
{
    const char *from = reader->at;
    while (reader_peek(reader) >= 'a' && reader_peek(reader) <= 'z')
        reader->at++;
    return read_json(reader, from);
}

/* Up to the brace that closes the first one. */
static cJSON *read_object(struct reader *reader)
{
    const char *from = reader->at;
    size_t open = 0;
    bool quoted = false;
    for (; reader->at < reader->end; reader->at++) {
        char c = *reader->at;
        if (quoted && c == '\\' && reader->at + 1 < reader->end)
            reader->at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '{')
            open++;
        else if (!quoted && c == '}' && --open == 0) {
            reader->at++;
            return read_json(reader, from);
        }
    }
    reader_fail(reader, "An object in a path is not closed");
    return NULL;
}

static cJSON *read_list(struct reader *reader)
{
    cJSON *list = value_array(reader->arena);
    reader->at++;
    if (reader_take(reader, ']'))
        return list;
    do {
        cJSON *value = literal_read(reader);
        if (!value)
            return NULL;
        value_append(list, value);
    } while (reader_take(reader, ','));
    if (reader_take(reader, ']'))
        return list;
    reader_fail(reader, "A list in a path is not closed");
    return NULL;
}

static cJSON *read_text(struct reader *reader)
{
    struct str text;
    return reader_quoted(reader, &text) ? value_string(reader->arena, text) : NULL;
}

static bool nest(struct reader *reader)
{
    return reader->nest++ < PATH_MAX_NEST || reader_fail(reader, "A path nests deeper than %d levels", PATH_MAX_NEST);
}

cJSON *literal_read(struct reader *reader)
{
    reader_skip_blank(reader);
    if (!nest(reader))
        return NULL;
    char c = reader_peek(reader);
    cJSON *value = c == '\'' || c == '"'              ? read_text(reader)
                   : c == '['                         ? read_list(reader)
                   : c == '{'                         ? read_object(reader)
                   : c == 't' || c == 'f' || c == 'n' ? read_word_literal(reader)
                                                      : read_number(reader);
    reader->nest--;
    return value;
}

/* ---- reading filters ---- */

static void release_pattern(void *pattern)
{
    pattern_free(pattern);
}

/* A match may take this many steps of backtracking and is charged as so many comparisons: a definition that a player wrote
 * must not stand still for more than a moment. PCRE2 reads the limit at a pattern's very beginning. */
#define MATCH_LIMIT "(*LIMIT_MATCH=20000)"
#define MATCH_COST  500

/* /…/i */
static bool read_pattern(struct reader *reader, struct operand *operand)
{
    const char *from = ++reader->at;
    while (reader->at < reader->end && *reader->at != '/')
        reader->at += *reader->at == '\\' && reader->at + 1 < reader->end ? 2 : 1;
    if (reader->at >= reader->end)
        return reader_fail(reader, "Pattern not closed. Expected /");
    struct str body = { from, (size_t)(reader->at - from) };
    const char *flags = ++reader->at;
    while (reader->at < reader->end && strchr("imx", *reader->at))
        reader->at++;
    int flag_count = (int)(reader->at - flags);
    const char *expression = flag_count ? arena_printf(reader->arena, MATCH_LIMIT "(?%.*s)%.*s", flag_count, flags,
                                                       STR_ARG(body))
                                        : arena_printf(reader->arena, MATCH_LIMIT "%.*s", STR_ARG(body));
    struct pattern *pattern = pattern_compile(str_of(expression));
    if (!pattern)
        return reader_fail(reader, "A pattern in a path cannot be compiled");
    arena_own(reader->arena, release_pattern, pattern);
    operand->kind = OPERAND_PATTERN;
    operand->pattern = pattern;
    return true;
}

static bool read_operand(struct reader *reader, struct operand *operand)
{
    reader_skip_blank(reader);
    char c = reader_peek(reader);
    if (c == '/')
        return read_pattern(reader, operand);
    if (c == '@' || c == '$') {
        reader->at++;
        operand->kind = c == '@' ? OPERAND_HERE : OPERAND_ROOT;
        return steps_read(reader, &operand->steps);
    }
    operand->kind = OPERAND_VALUE;
    operand->value = literal_read(reader);
    return operand->value != NULL;
}

static const struct {
    const char *sign;
    enum relation relation;
} relations[] = {
    /* the longer first */
    { "===", RELATION_SAME },    { "!==", RELATION_NOT_SAME },
    { "==", RELATION_EQ },       { "!=", RELATION_NE },
    { "<=", RELATION_LE },       { ">=", RELATION_GE },
    { "=~", RELATION_MATCHES },  { "<", RELATION_LT },
    { ">", RELATION_GT },        { "in", RELATION_IN },
    { "nin", RELATION_NIN },     { "subsetof", RELATION_SUBSETOF },
    { "anyof", RELATION_ANYOF }, { "noneof", RELATION_NONEOF },
    { "all", RELATION_ALL },     { "contains", RELATION_CONTAINS },
    { "size", RELATION_SIZE },   { "empty", RELATION_EMPTY },
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_sign(char c)
{
    return c != '\0' && strchr("=!<>~", c);
}

static bool read_relation(struct reader *reader, enum relation *ret_relation)
{
    bool (*belongs)(char) = is_letter(reader_peek(reader)) ? is_letter : is_sign;
    const char *from = reader->at;
    while (reader->at < reader->end && belongs(*reader->at))
        reader->at++;
    struct str sign = { from, (size_t)(reader->at - from) };
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        if (str_equal_ignoring_case(sign, str_of(relations[i].sign))) {
            *ret_relation = relations[i].relation;
            return true;
        }
    }
    return reader_fail(reader, "Filter operator %.*s is not supported!", STR_ARG(sign));
}

static bool read_or(struct reader *reader, struct filter *filter);

static bool read_comparison(struct reader *reader, struct filter *filter)
{
    filter->kind = FILTER_RELATION;
    if (!read_operand(reader, &filter->left))
        return false;
    reader_skip_blank(reader);
    char c = reader_peek(reader);
    if (c != ')' && c != '&' && c != '|')
        return read_relation(reader, &filter->relation) && read_operand(reader, &filter->right);
    filter->relation = RELATION_EXISTS;
    filter->right.kind = OPERAND_VALUE;
    return filter->left.kind == OPERAND_HERE || filter->left.kind == OPERAND_ROOT ||
           reader_fail(reader, "Expected an operator behind a literal in a filter");
}

static bool read_unary(struct reader *reader, struct filter *filter)
{
    if (!nest(reader))
        return false;
    bool read;
    if (reader_take(reader, '!')) {
        filter->kind = FILTER_NOT;
        filter->first = ARENA_NEW(reader->arena, struct filter);
        read = read_unary(reader, filter->first);
    } else if (reader_take(reader, '(')) {
        read = read_or(reader, filter) &&
               (reader_take(reader, ')') || reader_fail(reader, "Failed to parse filter. Brackets are not balanced."));
    } else {
        read = read_comparison(reader, filter);
    }
    reader->nest--;
    return read;
}

static bool take_twice(struct reader *reader, char c)
{
    reader_skip_blank(reader);
    if (reader->end - reader->at < 2 || reader->at[0] != c || reader->at[1] != c)
        return false;
    reader->at += 2;
    return true;
}

/* One thing, or several with `sign` between them. */
static bool read_chain(struct reader *reader, struct filter *filter, char sign, int kind,
                       bool (*read_one)(struct reader *, struct filter *))
{
    struct filter *last = ARENA_NEW(reader->arena, struct filter);
    struct filter *first = last;
    if (!read_one(reader, first))
        return false;
    while (take_twice(reader, sign)) {
        struct filter *brother = ARENA_NEW(reader->arena, struct filter);
        last->next = brother;
        last = brother;
        if (!read_one(reader, brother))
            return false;
    }
    if (first == last)
        *filter = *first;
    else
        *filter = (struct filter){ .kind = kind, .first = first };
    return true;
}

static bool read_and(struct reader *reader, struct filter *filter)
{
    return read_chain(reader, filter, '&', FILTER_AND, read_unary);
}

static bool read_or(struct reader *reader, struct filter *filter)
{
    return read_chain(reader, filter, '|', FILTER_OR, read_and);
}

const struct filter *filter_read(struct reader *reader)
{
    struct filter *filter = ARENA_NEW(reader->arena, struct filter);
    bool was_inside = reader->inside;
    if (!nest(reader))
        return NULL;
    reader->inside = true;
    bool read = reader_take(reader, '(') && read_or(reader, filter) && reader_take(reader, ')') &&
                reader_take(reader, ']');
    reader->inside = was_inside;
    reader->nest--;
    if (read)
        return filter;
    reader_fail(reader, "Could not compile inline filter at position %zu", (size_t)(reader->at - reader->start));
    return NULL;
}

/* ---- comparing; NULL is what is not there ---- */

static struct str digits_of(const cJSON *number, char room[JAVA_DOUBLE_ROOM])
{
    if (number->valuestring)
        return str_of(number->valuestring);
    java_print_double(number->valuedouble, room);
    return str_of(room);
}

static bool number_equals_text(const cJSON *number, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' && value == number->valuedouble;
}

static bool equals(const cJSON *a, const cJSON *b)
{
    char room[JAVA_DOUBLE_ROOM];
    if (!a || !b)
        return false;
    int kind_a = value_kind(a), kind_b = value_kind(b);
    if (kind_a == cJSON_Number && kind_b == cJSON_Number)
        return a->valuedouble == b->valuedouble;
    if (kind_a == cJSON_String && kind_b == cJSON_Number)
        return str_equal(json_value(a), digits_of(b, room));
    if (kind_a == cJSON_Number && kind_b == cJSON_String)
        return number_equals_text(a, b->valuestring);
    return java_equal(a, b);
}

static bool is_same(const cJSON *a, const cJSON *b)
{
    bool both_bool = value_is_bool(a) && value_is_bool(b);
    return a && b && (both_bool || value_kind(a) == value_kind(b)) && equals(a, b);
}

/* false: the two have no order. */
static bool order(const cJSON *a, const cJSON *b, int *ret_order)
{
    if (value_is(a, cJSON_Number) && value_is(b, cJSON_Number)) {
        *ret_order = a->valuedouble < b->valuedouble ? -1 : a->valuedouble > b->valuedouble;
        return true;
    }
    if (!value_is(a, cJSON_String) || !value_is(b, cJSON_String))
        return false;
    *ret_order = java_compare(json_value(a), json_value(b));
    return true;
}

static bool list_has(struct search *search, const cJSON *list, const cJSON *wanted)
{
    for (const cJSON *element = list->child; element; element = element->next) {
        if (!search_charge(search, 1))
            return false;
        if (equals(wanted, element))
            return true;
    }
    return false;
}

/* How many elements of `list` are in `other`. */
static size_t count_common(struct search *search, const cJSON *list, const cJSON *other)
{
    size_t count = 0;
    for (const cJSON *element = list->child; element && !search->why; element = element->next)
        count += list_has(search, other, element);
    return count;
}

static bool contains(struct search *search, const cJSON *a, const cJSON *b)
{
    if (value_is(a, cJSON_String) && value_is(b, cJSON_String))
        return strstr(a->valuestring, b->valuestring) != NULL;
    return value_is(a, cJSON_Array) && list_has(search, a, b);
}

static bool has_size(const cJSON *a, const cJSON *b)
{
    if (!value_is(b, cJSON_Number))
        return false;
    if (value_is(a, cJSON_String))
        return (double)str_count_code_points(json_value(a)) == b->valuedouble;
    return value_is(a, cJSON_Array) && (double)value_count(a) == b->valuedouble;
}

static bool is_empty(const cJSON *a, const cJSON *b)
{
    if (!value_is_bool(b))
        return false;
    bool wanted = value_is(b, cJSON_True);
    if (value_is(a, cJSON_String))
        return (a->valuestring[0] == '\0') == wanted;
    return value_is_container(a) && (a->child == NULL) == wanted;
}

static bool matches_one(const struct pattern *pattern, const cJSON *value)
{
    char room[JAVA_DOUBLE_ROOM];
    switch (value ? value_kind(value) : cJSON_NULL) {
    case cJSON_String:
        return pattern_matches_whole(pattern, json_value(value));
    case cJSON_Number:
        return pattern_matches_whole(pattern, digits_of(value, room));
    case cJSON_True:
        return pattern_matches_whole(pattern, STR("true"));
    case cJSON_False:
        return pattern_matches_whole(pattern, STR("false"));
    default:
        return pattern_matches_whole(pattern, STR(""));
    }
}

static bool matches(struct search *search, const struct operand *pattern, const cJSON *value)
{
    if (pattern->kind != OPERAND_PATTERN)
        return false;
    if (!value_is(value, cJSON_Array))
        return search_charge(search, MATCH_COST) && matches_one(pattern->pattern, value);
    for (const cJSON *element = value->child; element; element = element->next)
        if (search_charge(search, MATCH_COST) && matches_one(pattern->pattern, element))
            return true;
    return false;
}

/* ---- evaluating ---- */

static const cJSON *operand_value(struct search *search, const struct operand *operand, const cJSON *item)
{
    switch (operand->kind) {
    case OPERAND_HERE:
        return steps_find(search, &operand->steps, item);
    case OPERAND_ROOT:
        return steps_find(search, &operand->steps, search->root);
    default:
        return operand->value;
    }
}

static bool relate_lists(struct search *search, enum relation relation, const cJSON *a, const cJSON *b)
{
    if (!value_is(a, cJSON_Array) || !value_is(b, cJSON_Array))
        return false;
    switch (relation) {
    case RELATION_SUBSETOF:
        return count_common(search, a, b) == value_count(a);
    case RELATION_ALL:
        return count_common(search, b, a) == value_count(b);
    case RELATION_ANYOF:
        return count_common(search, a, b) > 0;
    default:
        return count_common(search, a, b) == 0;
    }
}

static bool relate(struct search *search, const struct filter *filter, const cJSON *a, const cJSON *b)
{
    int sign;
    switch (filter->relation) {
    case RELATION_EXISTS:
        return a != NULL;
    case RELATION_EQ:
        return equals(a, b);
    case RELATION_NE:
        return !equals(a, b);
    case RELATION_SAME:
        return is_same(a, b);
    case RELATION_NOT_SAME:
        return !is_same(a, b);
    case RELATION_LT:
        return order(a, b, &sign) && sign < 0;
    case RELATION_LE:
        return order(a, b, &sign) && sign <= 0;
    case RELATION_GT:
        return order(a, b, &sign) && sign > 0;
    case RELATION_GE:
        return order(a, b, &sign) && sign >= 0;
    case RELATION_MATCHES:
        return filter->left.kind == OPERAND_PATTERN ? matches(search, &filter->left, b)
                                                    : matches(search, &filter->right, a);
    case RELATION_IN:
        return value_is(b, cJSON_Array) && list_has(search, b, a);
    case RELATION_NIN:
        return !(value_is(b, cJSON_Array) && list_has(search, b, a));
    case RELATION_CONTAINS:
        return contains(search, a, b);
    case RELATION_SIZE:
        return has_size(a, b);
    case RELATION_EMPTY:
        return is_empty(a, b);
    default:
        return relate_lists(search, filter->relation, a, b);
    }
}

bool filter_accepts(struct search *search, const struct filter *filter, const cJSON *item)
{
    if (!search_charge(search, 1))
        return false;
    switch (filter->kind) {
    case FILTER_NOT:
        return !filter_accepts(search, filter->first, item);
    case FILTER_AND:
        for (const struct filter *one = filter->first; one; one = one->next)
            if (!filter_accepts(search, one, item))
                return false;
        return true;
    case FILTER_OR:
        for (const struct filter *one = filter->first; one; one = one->next)
            if (filter_accepts(search, one, item))
                return true;
        return false;
    default:
        return relate(search, filter, operand_value(search, &filter->left, item),
                      operand_value(search, &filter->right, item));
    }
}
