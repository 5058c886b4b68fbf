#include "aws/xml.h"

#include "aws/scalar.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void xml_open(struct buf *buf, const char *name)
{
    buf_add_byte(buf, '<');
    buf_add_text(buf, name);
    buf_add_byte(buf, '>');
}

void xml_open_root(struct buf *buf, const char *name, const char *namespace_or_null)
{
    if (namespace_or_null)
        buf_printf(buf, "<%s xmlns=\"%s\">", name, namespace_or_null);
    else
        xml_open(buf, name);
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

/* ---- trees by their shapes ---- */

static void write_list(struct buf *buf, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    if (!flat)
        xml_open(buf, name);
    for (const cJSON *element = node->child; element; element = element->next)
        xml_value(buf, flat ? name : shape->element_wire, shape->element, shape->element->flattened, element);
    if (!flat)
        xml_close(buf, name);
}

static void write_map(struct buf *buf, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    if (!flat)
        xml_open(buf, name);
    for (const cJSON *entry = node->child; entry; entry = entry->next) {
        xml_open(buf, flat ? name : "entry");
        xml_element(buf, shape->key_wire, str_of(entry->string));
        xml_value(buf, shape->value_wire, shape->element, shape->element->flattened, entry);
        xml_close(buf, flat ? name : "entry");
    }
    if (!flat)
        xml_close(buf, name);
}

static void write_scalar(struct buf *buf, const char *name, const struct shape *shape, const cJSON *node)
{
    struct buf text = BUF_EMPTY;
    scalar_write(&text, shape, node);
    xml_element(buf, name, buf_str(&text));
    buf_release(&text);
}

/* <Grantee xmlns:xsi="…" xsi:type="CanonicalUser">: the only attribute that any model has. */
static void write_attribute(struct buf *buf, const struct member *member, const cJSON *value)
{
    struct str prefix = str_of(member->wire);
    if (str_starts(prefix, STR("xsi:")))
        buf_add_text(buf, " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
    buf_printf(buf, " %s=\"", member->wire);
    xml_text(buf, json_value(value));
    buf_add_byte(buf, '"');
}

static void write_structure(struct buf *buf, const char *name, const struct shape *shape, const cJSON *node)
{
    buf_printf(buf, "<%s", name);
    for (size_t i = 0; i < shape->member_count; i++) {
        const cJSON *value = shape->members[i].xml_attribute ? json_get(node, shape->members[i].name) : NULL;
        if (cJSON_IsString(value))
            write_attribute(buf, &shape->members[i], value);
    }
    buf_add_byte(buf, '>');
    xml_members(buf, shape, node);
    xml_close(buf, name);
}

void xml_value(struct buf *buf, const char *name, const struct shape *shape, bool flat, const cJSON *node)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        write_structure(buf, name, shape, node);
        break;
    case SHAPE_LIST:
        write_list(buf, name, shape, flat, node);
        break;
    case SHAPE_MAP:
        write_map(buf, name, shape, flat, node);
        break;
    default:
        write_scalar(buf, name, shape, node);
    }
}

void xml_members(struct buf *buf, const struct shape *structure, const cJSON *node)
{
    for (size_t i = 0; i < structure->member_count; i++) {
        const struct member *member = &structure->members[i];
        const cJSON *value = member->location == LOCATION_BODY && !member->xml_attribute ? json_get(node, member->name)
                                                                                         : NULL;
        if (value && !cJSON_IsNull(value))
            xml_value(buf, member->wire, member->shape, member_is_flat(member), value);
    }
}
