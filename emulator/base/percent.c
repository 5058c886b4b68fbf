#include "base/percent.h"

int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

bool percent_decode(struct arena *arena, struct str text, bool plus_is_space, struct str *ret_text)
{
    *ret_text = text;
    if (str_find_byte(text, '%') == SIZE_MAX && (!plus_is_space || str_find_byte(text, '+') == SIZE_MAX))
        return true;
    char *out = arena_room(arena, text.length + 1), *to = out;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (byte == '%') {
            int high = i + 2 < text.length ? hex_digit(text.at[i + 1]) : -1;
            int low = i + 2 < text.length ? hex_digit(text.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        } else if (plus_is_space && byte == '+') {
            byte = ' ';
        }
        *to++ = byte;
    }
    *to = '\0';
    *ret_text = (struct str){ out, (size_t)(to - out) };
    return true;
}

static bool is_unreserved(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void percent_encode_byte(struct buf *out, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    if (is_unreserved(byte)) {
        buf_add_byte(out, (char)byte);
        return;
    }
    char triple[3] = { '%', digits[byte >> 4], digits[byte & 15] };
    buf_add(out, triple, sizeof triple);
}

void percent_encode(struct buf *out, struct str text, const char *also)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] && strchr(also, text.at[i]))
            buf_add_byte(out, text.at[i]);
        else
            percent_encode_byte(out, (unsigned char)text.at[i]);
    }
}
