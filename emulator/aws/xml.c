#include "aws/xml.h"

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
        return (unsigned char)byte < ' ' ? "\xEF\xBF\xBD" : NULL;
    }
}

void xml_text(struct buf *buf, struct str text)
{
    size_t plain = 0; /* where the text begins that stands for itself */
    for (size_t i = 0; i < text.length; i++) {
        const char *escaped = escape(text.at[i]);
        if (!escaped)
            continue;
        buf_add(buf, text.at + plain, i - plain);
        buf_add_text(buf, escaped);
        plain = i + 1;
    }
    buf_add_str(buf, str_from(text, plain));
}

void xml_element(struct buf *buf, const char *name, struct str text)
{
    xml_open(buf, name);
    xml_text(buf, text);
    xml_close(buf, name);
}
