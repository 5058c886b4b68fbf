#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "services/lambda/zip_directory.h"

/* What the directory of a ZIP archive tells, and which archives are none. */

static void add16(struct buf *zip, unsigned value)
{
    buf_add_byte(zip, (char)value);
    buf_add_byte(zip, (char)(value >> 8));
}

static void add32(struct buf *zip, uint32_t value)
{
    add16(zip, value & 0xffff);
    add16(zip, value >> 16);
}

static void add_zeros(struct buf *zip, size_t count)
{
    for (; count; count--)
        buf_add_byte(zip, 0);
}

/* So many files "f" of four stored bytes, which say that they are 100 unpacked. */
static struct buf make_zip(size_t files, const char *comment)
{
    struct buf zip = BUF_EMPTY;
    for (size_t i = 0; i < files; i++) {
        add32(&zip, 0x04034b50);
        add_zeros(&zip, 22);
        add16(&zip, 1);
        add16(&zip, 0);
        buf_add_text(&zip, "fdata");
    }
    size_t directory = zip.length;
    for (size_t i = 0; i < files; i++) {
        add32(&zip, 0x02014b50);
        add_zeros(&zip, 16);
        add32(&zip, 4);
        add32(&zip, 100);
        add16(&zip, 1);
        add_zeros(&zip, 12);
        add32(&zip, (uint32_t)(i * 35));
        buf_add_byte(&zip, 'f');
    }
    size_t size = zip.length - directory;
    add32(&zip, 0x06054b50);
    add32(&zip, 0);
    add16(&zip, (unsigned)files);
    add16(&zip, (unsigned)files);
    add32(&zip, (uint32_t)size);
    add32(&zip, (uint32_t)directory);
    add16(&zip, (unsigned)strlen(comment));
    buf_add_text(&zip, comment);
    return zip;
}

static void test_whole_archives(void **state)
{
    static const struct {
        size_t files;
        const char *comment;
    } cases[] = { { 0, "" }, { 1, "" }, { 3, "a comment, PK\005\006 in it" }, { 65534, "" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf zip = make_zip(cases[i].files, cases[i].comment);
        struct zip_directory directory;
        assert_true(zip_directory_read(buf_str(&zip), &directory));
        assert_int_equal(directory.entries, cases[i].files);
        assert_int_equal(directory.unzipped_bytes, cases[i].files * 100);
        buf_release(&zip);
    }
}

/* Two files: local headers at 0 and 35, entries at 70 and 117, the end at 164. */
static const struct broken_case {
    size_t at;
    unsigned char value;
    const char *reason;
} broken_cases[] = {
    { 0, 'X', "no local header where the entry says" },
    { 26, 200, "a local header whose name reaches into the directory" },
    { 70, 'X', "no entry" },
    { 70 + 20, 200, "content that reaches into the directory" },
    { 70 + 28, 5, "an entry's name that is longer than it is" },
    { 70 + 42, 69, "a local header in the directory" },
    { 117 + 45, 0xff, "a local header beyond the archive" },
    { 164, 'X', "no end" },
    { 164 + 4, 1, "one volume of several" },
    { 164 + 8, 1, "another count on this volume" },
    { 164 + 12, 90, "a directory of another size" },
    { 164 + 16, 71, "a directory elsewhere" },
    { 164 + 19, 0x7f, "a directory beyond the archive" },
    { 164 + 20, 1, "a comment that is not there" },
};

static void test_broken_archives(void **state)
{
    for (size_t i = 0; i < sizeof broken_cases / sizeof *broken_cases; i++) {
        struct buf zip = make_zip(2, "");
        struct zip_directory directory;
        zip.at[broken_cases[i].at] = (char)broken_cases[i].value;
        if (zip_directory_read(buf_str(&zip), &directory))
            fail_msg("%s: taken", broken_cases[i].reason);
        buf_release(&zip);
    }
}

static void test_cut_archives(void **state)
{
    struct buf zip = make_zip(2, "");
    struct zip_directory directory;
    for (size_t length = 0; length < zip.length; length++)
        assert_false(zip_directory_read(str_first(buf_str(&zip), length), &directory));
    buf_release(&zip);
    zip = make_zip(65535, ""); /* which would be ZIP64's */
    assert_false(zip_directory_read(buf_str(&zip), &directory));
    buf_release(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_archives),
        cmocka_unit_test(test_broken_archives),
        cmocka_unit_test(test_cut_archives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
