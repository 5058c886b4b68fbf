#include "services/s3/form.h"

struct str form_boundary(struct str content_type)
{
    const struct str wanted = STR("boundary=");
    struct str rest, type = str_trim(str_cut(content_type, ';', &rest));
    if (!str_equal_ignoring_case(type, STR("multipart/form-data")))
        return STR_NONE;
    while (rest.length) {
        struct str one = str_trim(str_cut(rest, ';', &rest));
        if (!str_equal_ignoring_case(str_first(one, wanted.length), wanted))
            continue;
        struct str boundary = str_from(one, wanted.length);
        if (boundary.length >= 2 && boundary.at[0] == '"' && boundary.at[boundary.length - 1] == '"')
            boundary = (struct str){ boundary.at + 1, boundary.length - 2 };
        return boundary.length && boundary.length <= 70 ? boundary : STR_NONE;
    }
    return STR_NONE;
}

/* `name="…"` of a Content-Disposition. */
static struct str parameter(struct str header, const char *name)
{
    struct str rest = header;
    while (rest.length) {
        struct str value, key = str_trim(str_cut(str_cut(rest, ';', &rest), '=', &value));
        value = str_trim(value);
        if (!str_equal_ignoring_case(key, str_of(name)))
            continue;
        if (value.length >= 2 && value.at[0] == '"' && value.at[value.length - 1] == '"')
            return (struct str){ value.at + 1, value.length - 2 };
        return value;
    }
    return STR_NONE;
}

struct part {
    struct str name, file_name, type;
};

/* The headers of a part, up to the empty line; *text goes on behind it. */
static bool read_headers(struct str *text, struct part *ret_part)
{
    *ret_part = (struct part){ STR_NONE, STR_NONE, STR_NONE };
    for (;;) {
        size_t end = str_find(*text, STR("\r\n"));
        if (end == SIZE_MAX)
            return false;
        struct str value, line = str_first(*text, end), name = str_trim(str_cut(line, ':', &value));
        *text = str_from(*text, end + 2);
        if (!line.length)
            return ret_part->name.at != NULL;
        if (str_equal_ignoring_case(name, STR("Content-Disposition"))) {
            ret_part->name = parameter(value, "name");
            ret_part->file_name = parameter(value, "filename");
        } else if (str_equal_ignoring_case(name, STR("Content-Type"))) {
            ret_part->type = str_trim(value);
        }
    }
}

/* The offset of "\r\n--BOUNDARY"; SIZE_MAX: it is not there. */
static size_t find_end(struct str text, struct str boundary)
{
    size_t from = 0;
    for (;;) {
        size_t at = str_find(str_from(text, from), STR("\r\n--"));
        if (at == SIZE_MAX)
            return SIZE_MAX;
        at += from;
        if (str_starts(str_from(text, at + 4), boundary))
            return at;
        from = at + 2;
    }
}

static bool add_field(struct form *form, struct str name, struct str value)
{
    if (form->field_count == FORM_MOST_FIELDS)
        return false;
    form->fields[form->field_count].name = name;
    form->fields[form->field_count++].value = value;
    return true;
}

enum form_flaw form_read(struct str text, struct str boundary, struct form *ret_form)
{
    struct str rest = text;
    *ret_form = (struct form){ 0 };
    if (!str_starts(rest, STR("--")) || !str_starts(str_from(rest, 2), boundary))
        return FORM_MALFORMED;
    rest = str_from(rest, 2 + boundary.length);
    for (;;) {
        struct part part;
        if (str_starts(rest, STR("--")))
            return FORM_NO_FILE;
        if (!str_starts(rest, STR("\r\n")))
            return FORM_MALFORMED;
        rest = str_from(rest, 2);
        bool whole = read_headers(&rest, &part);
        size_t at = (size_t)(rest.at - text.at);
        if (at > FORM_MOST_BEFORE)
            return FORM_TOO_LONG;
        if (!whole)
            return FORM_MALFORMED;
        if (str_equal_ignoring_case(part.name, STR("file"))) {
            ret_form->file_name = part.file_name;
            ret_form->file_type = part.type;
            ret_form->file_at = at;
            return FORM_GOOD;
        }
        size_t end = find_end(rest, boundary);
        if (end == SIZE_MAX)
            return text.length > FORM_MOST_BEFORE ? FORM_TOO_LONG : FORM_MALFORMED;
        if (!add_field(ret_form, part.name, str_first(rest, end)))
            return FORM_TOO_LONG;
        rest = str_from(rest, end + 4 + boundary.length);
    }
}

size_t form_file_end(struct str tail, struct str boundary)
{
    return find_end(tail, boundary);
}

struct str form_field(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (str_equal_ignoring_case(form->fields[i].name, str_of(name)))
            return form->fields[i].value;
    return STR_NONE;
}
