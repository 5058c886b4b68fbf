/* A table as tools/embed makes it, of the files in cases/embed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "embedded/embed_cases.h"

static void test_found_by_path_alone(void **state)
{
    static const struct {
        const char *path, *type, *why;
        size_t size;
    } rows[] = {
        { "files/short.js", "text/javascript; charset=utf-8", "by its path", 1 },
        { "files/sub/init.lua", "text/plain; charset=utf-8", "in a folder", 16 },
        { "files/empty.txt", "text/plain; charset=utf-8", "empty", 0 },
        { "short.js", NULL, "no prefix", 0 },
        { "files/", NULL, "a folder is nothing", 0 },
        { "files/sub/../short.js", NULL, "no path is walked", 0 },
        { "files/short.js ", NULL, "not quite it", 0 },
        { "", NULL, "nothing", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct embedded_file *file = embedded_find(&embedded_embed_cases, str_of(rows[i].path));
        if (!rows[i].type) {
            if (file)
                fail_msg("%s: found", rows[i].why);
            continue;
        }
        if (!file || strcmp(file->type, rows[i].type) != 0 || file->bytes.length != rows[i].size)
            fail_msg("%s: not found as it is", rows[i].why);
    }
    assert_int_equal(embedded_embed_cases.count, 4);
}

static void test_packed_where_it_pays(void **state)
{
    const struct embedded_file *file = embedded_find(&embedded_embed_cases, STR("files/long.css"));
    assert_non_null(file);
    assert_true(file->gzip.length > 0 && file->gzip.length < file->bytes.length);
    assert_null(embedded_find(&embedded_embed_cases, STR("files/short.js"))->gzip.at);

    char unpacked[1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)file->gzip.at,
                        .avail_in = (unsigned)file->gzip.length,
                        .next_out = (unsigned char *)unpacked,
                        .avail_out = sizeof unpacked };
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_true(str_equal((struct str){ unpacked, stream.total_out }, file->bytes));
    inflateEnd(&stream);
}

static void test_a_tag_for_each_content(void **state)
{
    for (size_t i = 0; i < embedded_embed_cases.count; i++) {
        struct str tag = str_of(embedded_embed_cases.files[i].etag);
        assert_int_equal(tag.length, 20);
        assert_true(str_starts(tag, STR("W/\"")) && str_ends(tag, STR("\"")));
        for (size_t k = 0; k < i; k++)
            assert_false(str_equal(tag, str_of(embedded_embed_cases.files[k].etag)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_by_path_alone),
        cmocka_unit_test(test_packed_where_it_pays),
        cmocka_unit_test(test_a_tag_for_each_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
