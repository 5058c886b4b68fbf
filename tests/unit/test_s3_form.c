/* Forms that browsers post: what is read of them, and what is no form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "services/s3/form.h"

#define PART(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define FILE_PART                                                                                                      \
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.txt\"\r\nContent-Type: t/x\r\n\r\n"
#define END "\r\n--b--\r\n"

static void boundaries(void **state)
{
    static const struct {
        const char *type, *boundary;
    } rows[] = {
        { "multipart/form-data; boundary=abc", "abc" },
        { "Multipart/Form-Data;charset=x; Boundary=\"a b\"", "a b" },
        { "multipart/form-data", NULL },
        { "multipart/form-data; boundary=", NULL },
        { "multipart/mixed; boundary=abc", NULL },
        { "", NULL },
        { "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
          NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str got = form_boundary(str_of(rows[i].type));
        if (!str_equal(got, str_of(rows[i].boundary)) || !got.at != !rows[i].boundary)
            fail_msg("%s: %.*s", rows[i].type, STR_ARG(got));
    }
}

/* "name=value;… file at N" or why not. */
static void forms(void **state)
{
    static const struct {
        const char *text, *read, *why;
    } rows[] = {
        { "--b\r\n" PART("key") "\r\nup/x\r\n" FILE_PART "data" END, "key=up/x;file a b.txt t/x data", "a form" },
        { "--b\r\n" PART("Key") "\r\na\r\nb\r\n--b\r\n" PART("acl") "X-Other: 1\r\n\r\n\r\n" FILE_PART END,
          "Key=a\r\nb;acl=;file a b.txt t/x ", "lines in a value, an empty value, an empty file" },
        { FILE_PART "x\r\n--c\r\ny" END, "file a b.txt t/x x\r\n--c\r\ny",
          "what is nearly the boundary is the file's" },
        { FILE_PART "x\r\n--b\r\n" PART("later") "\r\n1" END, "file a b.txt t/x x",
          "fields behind the file are ignored" },
        { "--b\r\ncontent-disposition: form-data; NAME=file\r\n\r\nx" END, "file   x", "no name, no type, no quotes" },
        { "--b\r\n" PART("key") "\r\nx" END, "no file", "only fields" },
        { "--b--\r\n", "no file", "nothing at all" },
        { "", "malformed", "no text" },
        { "--c\r\n", "malformed", "another boundary" },
        { "--b\n" PART("key"), "malformed", "lines end with CR LF" },
        { "--b\r\n\r\nx" END, "malformed", "a part without a name" },
        { "--b\r\n" PART("key") "\r\nx", "malformed", "it does not end" },
        { "--b\r\n" PART("key") "x: y", "malformed", "nor do its headers" },
        { FILE_PART "x", "no end", "nor its file" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct form form;
        struct buf read = BUF_EMPTY;
        struct str text = str_of(rows[i].text);
        enum form_flaw flaw = form_read(text, STR("b"), &form);
        static const char *const flaws[] = {
            [FORM_MALFORMED] = "malformed", [FORM_TOO_LONG] = "too long", [FORM_NO_FILE] = "no file"
        };
        if (flaw != FORM_GOOD) {
            buf_add_text(&read, flaws[flaw]);
        } else {
            struct str file = str_from(text, form.file_at);
            size_t end = form_file_end(file, STR("b"));
            for (size_t k = 0; k < form.field_count; k++)
                buf_printf(&read, "%.*s=%.*s;", STR_ARG(form.fields[k].name), STR_ARG(form.fields[k].value));
            buf_printf(&read, "file %.*s %.*s ", (int)form.file_name.length, form.file_name.at ? form.file_name.at : "",
                       (int)form.file_type.length, form.file_type.at ? form.file_type.at : "");
            if (end == SIZE_MAX) {
                buf_clear(&read);
                buf_add_text(&read, "no end");
            } else {
                buf_add_str(&read, str_first(file, end));
            }
        }
        if (!str_is(buf_str(&read), rows[i].read))
            fail_msg("%s: read \"%s\", wanted \"%s\"", rows[i].why, read.at, rows[i].read);
        buf_release(&read);
    }
}

static void fields_have_an_end(void **state)
{
    struct buf text = BUF_EMPTY;
    struct form form;
    for (int i = 0; i < FORM_MOST_FIELDS + 1; i++)
        buf_add_text(&text, "--b\r\n" PART("x-amz-meta-a") "\r\n1\r\n");
    buf_add_text(&text, FILE_PART "x" END);
    assert_int_equal(form_read(buf_str(&text), STR("b"), &form), FORM_TOO_LONG);
    buf_clear(&text);
    buf_add_text(&text, "--b\r\n" PART("key") "\r\n");
    for (size_t i = 0; i < FORM_MOST_BEFORE; i++)
        buf_add_byte(&text, 'x');
    buf_add_text(&text, "\r\n" FILE_PART "x" END);
    assert_int_equal(form_read(buf_str(&text), STR("b"), &form), FORM_TOO_LONG);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(boundaries), cmocka_unit_test(forms),
                                        cmocka_unit_test(fields_have_an_end) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
