/* Text by code point and, where expressions see offsets, by UTF-16 unit. Bytes that are no UTF-8 count as one each. */
#include "services/stepfunctions/jsonata/function.h"

size_t character_length(const char *at, size_t available)
{
    unsigned char first = (unsigned char)*at;
    size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return length <= available ? length : 1;
}

uint32_t character_at(const char *at, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)at;
    switch (length) {
    case 2:
        return (bytes[0] & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
    case 3:
        return (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
    case 4:
        return (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3Fu) << 12 | (bytes[2] & 0x3Fu) << 6 | (bytes[3] & 0x3Fu);
    default:
        return bytes[0];
    }
}

size_t character_count(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

size_t character_offset(struct str text, size_t characters)
{
    size_t at = 0;
    while (at < text.length && characters--)
        at += character_length(text.at + at, text.length - at);
    return at;
}

size_t utf16_count(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        count += ((byte & 0xC0) != 0x80) + (byte >= 0xF0);
    }
    return count;
}

size_t utf16_offset(struct str text, double units)
{
    size_t at = 0;
    while (at < text.length && units > 0) {
        size_t length = character_length(text.at + at, text.length - at);
        units -= length == 4 ? 2 : 1;
        at += length;
    }
    return at;
}
