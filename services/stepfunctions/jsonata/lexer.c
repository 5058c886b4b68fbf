/* Text to tokens. A token's position is its end, as the reference reports it. */
#include <math.h>
#include <stdlib.h>

#include "services/stepfunctions/jsonata/function.h"

struct lexer {
    struct parser *parser;
    struct str source;
    size_t at;
};

static char peek(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->source.length ? lexer->source.at[lexer->at + ahead] : '\0';
}

static _Noreturn void lex_fail(struct lexer *lexer, const char *code, struct str token)
{
    parse_fail(lexer->parser, code, lexer->at, token, STR_NONE);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v';
}

static bool is_operator(char c)
{
    return c && strchr(".[]{}(),@#;:?+-*/%|=<>^&!~", c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct lexer *lexer)
{
    for (;;) {
        while (lexer->at < lexer->source.length && is_space(peek(lexer, 0)))
            lexer->at++;
        if (peek(lexer, 0) != '/' || peek(lexer, 1) != '*')
            return;
        size_t end = str_find(str_from(lexer->source, lexer->at + 2), STR("*/"));
        if (end == SIZE_MAX)
            lex_fail(lexer, "S0106", STR_NONE);
        lexer->at += 2 + end + 2;
    }
}

static struct token token_of(struct lexer *lexer, enum token_type type, struct str text)
{
    return (struct token){ .type = type, .text = text, .position = lexer->at };
}

/* ---- strings ---- */

static bool read_unit(const struct lexer *lexer, size_t at, uint32_t *ret_unit)
{
    uint32_t unit = 0;
    if (at > lexer->source.length || lexer->source.length - at < 4)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = lexer->source.at[i];
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return false;
        unit = unit << 4 | (uint32_t)digit;
    }
    *ret_unit = unit;
    return true;
}

/* Surrogates by themselves are kept: the reference has them too, and some functions refuse them by name. */
static size_t put_code_point(char *at, uint32_t code)
{
    if (code < 0xD800 || code > 0xDFFF)
        return utf8_encode(code, at);
    at[0] = (char)0xED;
    at[1] = (char)(0x80 | (code >> 6 & 0x3F));
    at[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

static size_t read_unicode_escape(struct lexer *lexer, char *to)
{
    uint32_t unit, low;
    if (!read_unit(lexer, lexer->at + 1, &unit))
        lex_fail(lexer, "S0104", STR_NONE);
    lexer->at += 5;
    if (unit >= 0xD800 && unit < 0xDC00 && peek(lexer, 0) == '\\' && peek(lexer, 1) == 'u' &&
        read_unit(lexer, lexer->at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
        lexer->at += 6;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    return put_code_point(to, unit);
}

static size_t read_escape(struct lexer *lexer, char *to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char name = peek(lexer, 0);
    if (name == 'u')
        return read_unicode_escape(lexer, to);
    const char *found = name ? strchr(names, name) : NULL;
    if (!found) {
        struct str rest = str_from(lexer->source, lexer->at);
        lex_fail(lexer, "S0103", str_first(rest, utf8_length(rest.at, rest.length)));
    }
    *to = values[found - names];
    lexer->at++;
    return 1;
}

/* How many bytes stand before the quote that ends the string: its value is no longer. */
static size_t string_room(const struct lexer *lexer, char quote)
{
    size_t at = lexer->at + 1;
    while (at < lexer->source.length && lexer->source.at[at] != quote)
        at += lexer->source.at[at] == '\\' ? 2 : 1;
    return at - lexer->at;
}

static struct token read_string(struct lexer *lexer, char quote)
{
    char *text = arena_room(parser_arena(lexer->parser), string_room(lexer, quote) + 4);
    size_t length = 0;
    lexer->at++;
    while (lexer->at < lexer->source.length) {
        char c = lexer->source.at[lexer->at];
        if (c == quote) {
            lexer->at++;
            return token_of(lexer, TOKEN_STRING, (struct str){ text, length });
        }
        lexer->at++;
        if (c == '\\')
            length += read_escape(lexer, text + length);
        else
            text[length++] = c;
    }
    lex_fail(lexer, "S0101", STR_NONE);
}

/* ---- the rest ---- */

static struct token read_number(struct lexer *lexer)
{
    size_t start = lexer->at;
    if (peek(lexer, 0) == '0')
        lexer->at++;
    else
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
        lexer->at++;
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
    if ((peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') && is_digit(peek(lexer, 1 + sign))) {
        lexer->at += 1 + sign;
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    struct str digits = str_first(str_from(lexer->source, start), lexer->at - start);
    double number = strtod(arena_copy(parser_arena(lexer->parser), digits), NULL);
    if (isinf(number)) {
        lexer->at = start;
        lex_fail(lexer, "S0102", digits);
    }
    struct token token = token_of(lexer, TOKEN_NUMBER, digits);
    token.literal = value_of_number(number);
    return token;
}

static bool is_escaped(const struct lexer *lexer, size_t at)
{
    size_t backslashes = 0;
    while (at > backslashes && lexer->source.at[at - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

static struct token read_regex(struct lexer *lexer)
{
    size_t start = ++lexer->at, depth = 0;
    for (; lexer->at < lexer->source.length; lexer->at++) {
        char c = lexer->source.at[lexer->at];
        if (is_escaped(lexer, lexer->at))
            continue;
        if (c == '/' && depth == 0)
            break;
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == ')' || c == ']' || c == '}') && depth)
            depth--;
    }
    if (lexer->at >= lexer->source.length)
        lex_fail(lexer, "S0302", STR_NONE);
    struct str pattern = str_first(str_from(lexer->source, start), lexer->at - start), why;
    if (pattern.length == 0)
        lex_fail(lexer, "S0301", STR_NONE);
    size_t flags = ++lexer->at;
    while (peek(lexer, 0) == 'i' || peek(lexer, 0) == 'm')
        lexer->at++;
    struct token token = token_of(lexer, TOKEN_REGEX, pattern);
    token.regex = regex_compile(parser_arena(lexer->parser), pattern,
                                str_first(str_from(lexer->source, flags), lexer->at - flags), &why);
    if (!token.regex)
        lex_fail(lexer, "S0201", why);
    return token;
}

static struct token read_quoted_name(struct lexer *lexer)
{
    size_t start = ++lexer->at;
    size_t length = str_find_byte(str_from(lexer->source, start), '`');
    if (length == SIZE_MAX) {
        lexer->at = lexer->source.length;
        lex_fail(lexer, "S0105", STR_NONE);
    }
    lexer->at += length + 1;
    return token_of(lexer, TOKEN_NAME, str_first(str_from(lexer->source, start), length));
}

static struct token read_word(struct lexer *lexer)
{
    size_t start = lexer->at;
    while (lexer->at < lexer->source.length && !is_space(peek(lexer, 0)) && !is_operator(peek(lexer, 0)))
        lexer->at++;
    struct str word = str_first(str_from(lexer->source, start), lexer->at - start);
    if (word.at[0] == '$')
        return token_of(lexer, TOKEN_VARIABLE, str_from(word, 1));
    if (str_is(word, "or") || str_is(word, "in") || str_is(word, "and"))
        return token_of(lexer, TOKEN_OPERATOR, word);
    struct token token = token_of(lexer, TOKEN_NAME, word);
    if (str_is(word, "true") || str_is(word, "false")) {
        token.type = TOKEN_LITERAL;
        token.literal = value_of_bool(word.at[0] == 't');
    } else if (str_is(word, "null")) {
        token.type = TOKEN_LITERAL;
        token.literal = (struct value){ .kind = KIND_NULL };
    }
    return token;
}

static size_t operator_length(const struct lexer *lexer)
{
    static const char doubles[][3] = { "..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??" };
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        if (peek(lexer, 0) == doubles[i][0] && peek(lexer, 1) == doubles[i][1])
            return 2;
    return 1;
}

struct token lexer_next(struct parser *parser, struct str source, size_t *position, bool infix)
{
    struct lexer lexer = { parser, source, *position };
    struct token token;
    skip_space(&lexer);
    char c = peek(&lexer, 0);
    if (lexer.at >= source.length) {
        token = token_of(&lexer, TOKEN_END, STR("(end)"));
    } else if (c == '/' && !infix) {
        token = read_regex(&lexer);
    } else if (is_operator(c)) {
        struct str text = str_first(str_from(source, lexer.at), operator_length(&lexer));
        lexer.at += text.length;
        token = token_of(&lexer, TOKEN_OPERATOR, text);
    } else if (c == '"' || c == '\'') {
        token = read_string(&lexer, c);
    } else if (is_digit(c)) {
        token = read_number(&lexer);
    } else if (c == '`') {
        token = read_quoted_name(&lexer);
    } else {
        token = read_word(&lexer);
    }
    *position = lexer.at;
    return token;
}
