#include "aws/xml.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void xml_open(struct buf *buf, const char *name)
{
    buf_add_byte(buf, '<');
    buf_add_text(buf, name);
    buf_add_byte(buf, '>');
}

void xml_close(struct buf *buf, const char *name)
{
    buf_add_text(buf, "</");
    buf_add_text(buf, name);
    buf_add_byte(buf, '>');
}

/* NULL: the byte stands for itself. */
static const char *escape(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#xD;";
    case '\t':
    case '\n':
        return NULL;
    default:
        return (unsigned char)byte < ' ' ? REPLACEMENT : NULL;
    }
}

/* U+FFFE and U+FFFF, which XML 1.0 has no place for. */
static bool is_noncharacter(struct str rest)
{
    return rest.length >= 3 && rest.at[0] == '\xEF' && rest.at[1] == '\xBF' && (unsigned char)rest.at[2] >= 0xBE;
}

void xml_text(struct buf *buf, struct str text)
{
    size_t plain = 0; /* where the text begins that stands for itself */
    for (size_t i = 0; i < text.length; i++) {
        bool noncharacter = is_noncharacter(str_from(text, i));
        const char *escaped = noncharacter ? REPLACEMENT : escape(text.at[i]);
        if (!escaped)
            continue;
        buf_add(buf, text.at + plain, i - plain);
        buf_add_text(buf, escaped);
        plain = i + (noncharacter ? 3 : 1);
        i = plain - 1;
    }
    buf_add_str(buf, str_from(text, plain));
}

void xml_element(struct buf *buf, const char *name, struct str text)
{
    xml_open(buf, name);
    xml_text(buf, text);
    xml_close(buf, name);
}
