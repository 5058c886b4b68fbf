#include "aws/jackson.h"

#include <inttypes.h>

/* Jackson's ParserMinimalBase: what may stand where a value must. */
#define VALUES "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

static char *describe_character(struct arena *arena, uint32_t character)
{
    if (character < 0x20 || character == 0x7f)
        return arena_printf(arena, "(CTRL-CHAR, code %" PRIu32 ")", character);
    char utf8[5] = { 0 };
    if (character < 0x80) {
        utf8[0] = (char)character;
    } else if (character < 0x800) {
        utf8[0] = (char)(0xc0 | character >> 6);
        utf8[1] = (char)(0x80 | (character & 0x3f));
    } else if (character < 0x10000) {
        utf8[0] = (char)(0xe0 | character >> 12);
        utf8[1] = (char)(0x80 | (character >> 6 & 0x3f));
        utf8[2] = (char)(0x80 | (character & 0x3f));
    } else {
        utf8[0] = (char)(0xf0 | character >> 18);
        utf8[1] = (char)(0x80 | (character >> 12 & 0x3f));
        utf8[2] = (char)(0x80 | (character >> 6 & 0x3f));
        utf8[3] = (char)(0x80 | (character & 0x3f));
    }
    if (character > 255)
        return arena_printf(arena, "'%s' (code %" PRIu32 " / 0x%" PRIx32 ")", utf8, character, character);
    return arena_printf(arena, "'%s' (code %" PRIu32 ")", utf8, character);
}

static char *unexpected(struct arena *arena, const struct json_error *error, const char *wanted)
{
    return arena_printf(arena, "Unexpected character (%s): %s", describe_character(arena, error->character), wanted);
}

static char *end_sentence(struct arena *arena, const struct json_error *error)
{
    switch (error->wanted) {
    case JSON_WANTED_QUOTE:
        return arena_printf(arena, "Unexpected end-of-input: was expecting closing quote for a string value");
    case JSON_WANTED_NAME_QUOTE:
        return arena_printf(arena, "Unexpected end-of-input in field name");
    case JSON_WANTED_DIGIT:
        return arena_printf(arena, "Unexpected end-of-input in a Number value");
    default:
        break;
    }
    if (!error->container)
        return arena_printf(arena, "No content to map due to end-of-input");
    return arena_printf(
        arena, "Unexpected end-of-input: expected close marker for %s (start marker at line: %zu, column: %zu)",
        error->container == '{' ? "Object" : "Array", error->opened_line, error->opened_column);
}

static char *character_sentence(struct arena *arena, const struct json_error *error)
{
    switch (error->wanted) {
    case JSON_WANTED_NAME:
    case JSON_WANTED_NAME_OR_CLOSE:
        return unexpected(arena, error, "was expecting double-quote to start field name");
    case JSON_WANTED_COLON:
        return unexpected(arena, error, "was expecting a colon to separate field name and value");
    case JSON_WANTED_COMMA_OR_CLOSE:
        return unexpected(arena, error,
                          error->container == '[' ? "was expecting comma to separate Array entries"
                                                  : "was expecting comma to separate Object entries");
    default:
        return unexpected(arena, error, "expected a valid value " VALUES);
    }
}

/* Typographic quotes and their like are no letters: Jackson speaks of the character then, not of a word. */
static bool is_punctuation(uint32_t character)
{
    return (character >= 0x80 && character <= 0xbf) || (character >= 0x2000 && character <= 0x206f) ||
           (character >= 0x3000 && character <= 0x303f);
}

static char *token_sentence(struct arena *arena, const struct json_error *error)
{
    if (is_punctuation(error->character))
        return unexpected(arena, error, "expected a valid value " VALUES);
    return arena_printf(arena, "Unrecognized token '%.*s': was expecting " VALUES, STR_ARG(error->token));
}

static char *number_sentence(struct arena *arena, const struct json_error *error)
{
    if (error->wanted == JSON_WANTED_DIGIT && error->character >= '0' && error->character <= '9')
        return arena_printf(arena, "Invalid numeric value: Leading zeroes not allowed");
    return arena_printf(arena,
                        "Unexpected character (%s) in numeric value: expected digit (0-9) for valid numeric value",
                        describe_character(arena, error->character));
}

static char *string_sentence(struct arena *arena, const struct json_error *error)
{
    if (error->character ==
        0) /* bytes that are no UTF-8: Jackson's sentence for those names a byte that we do not keep */
        return arena_copy(arena, str_of(error->why));
    if (error->character < 0x20)
        return arena_printf(arena,
                            "Illegal unquoted character (%s): has to be escaped using backslash to be included in "
                            "string value",
                            describe_character(arena, error->character));
    return arena_printf(arena, "Unrecognized character escape %s", describe_character(arena, error->character));
}

char *jackson_sentence(struct arena *arena, const struct json_error *error)
{
    switch (error->fault) {
    case JSON_FAULT_END:
        return end_sentence(arena, error);
    case JSON_FAULT_CHARACTER:
        return character_sentence(arena, error);
    case JSON_FAULT_TOKEN:
        return token_sentence(arena, error);
    case JSON_FAULT_NUMBER:
        return number_sentence(arena, error);
    case JSON_FAULT_STRING:
        return string_sentence(arena, error);
    case JSON_FAULT_TRAILING:
        return arena_printf(arena, "Unexpected character (%s): expected nothing after the end of the value",
                            describe_character(arena, error->character));
    case JSON_FAULT_DEPTH:
        return arena_printf(arena, "Document nesting depth (%d) exceeds the maximum allowed (%d)", JSON_MAX_DEPTH + 1,
                            JSON_MAX_DEPTH);
    case JSON_FAULT_NONE:
        break;
    }
    return arena_copy(arena, str_of(error->why));
}
