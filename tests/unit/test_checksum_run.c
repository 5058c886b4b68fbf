#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/checksum_run.h"
#include "base/checksum_stream.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* "123456789" is the check of every catalogue of CRCs; the digests of it and of nothing are well known. */
static const struct {
    enum checksum_algorithm algorithm;
    const char *text, *base64;
} sums[] = {
    { CHECKSUM_CRC32, "123456789", "y/Q5Jg==" },         /* CBF43926 */
    { CHECKSUM_CRC32C, "123456789", "4waSgw==" },        /* E3069283 */
    { CHECKSUM_CRC64NVME, "123456789", "rosUhgp5mIg=" }, /* AE8B14860A799888 */
    { CHECKSUM_CRC32, "", "AAAAAA==" },
    { CHECKSUM_CRC32C, "", "AAAAAA==" },
    { CHECKSUM_CRC64NVME, "", "AAAAAAAAAAA=" },
    { CHECKSUM_CRC32, "Hello world", "i9aeUg==" }, /* as the S3 guide's trailing checksums have it */
    { CHECKSUM_SHA1, "", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    { CHECKSUM_SHA256, "", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
    { CHECKSUM_MD5, "", "1B2M2Y8AsgTpgAmY7PhCfg==" },
};

static void sums_are_right(void **state)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(sums); i++) {
        struct checksum sum, read;
        checksum_of(sums[i].algorithm, str_of(sums[i].text), &sum);
        assert_string_equal(checksum_base64(arena, &sum), sums[i].base64);
        assert_true(checksum_parse(sums[i].algorithm, str_of(sums[i].base64), &read));
        assert_true(checksum_equal(&sum, &read));
    }
    arena_free(arena);
}

/* However a text is cut, the pieces added one by one and the pieces' own sums joined make the sum of the whole. */
static void pieces_make_the_whole(void **state)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog, and over the next one too.";
    static const enum checksum_algorithm crcs[] = { CHECKSUM_CRC32, CHECKSUM_CRC32C, CHECKSUM_CRC64NVME };
    for (size_t i = 0; i < COUNT(crcs); i++) {
        struct checksum whole;
        checksum_of(crcs[i], str_of(text), &whole);
        for (size_t cut = 0; cut < sizeof text; cut++) {
            struct str first = str_first(str_of(text), cut), rest = str_from(str_of(text), cut);
            struct checksum a, b, run_sum;
            checksum_of(crcs[i], first, &a);
            checksum_of(crcs[i], rest, &b);
            checksum_join(&a, &b, rest.length);
            assert_true(checksum_equal(&a, &whole));
            struct checksum_run *run = checksum_begin(crcs[i]);
            checksum_feed(run, first);
            checksum_feed(run, rest);
            checksum_end(run, &run_sum);
            assert_true(checksum_equal(&run_sum, &whole));
        }
    }
}

/* Long runs go another way than bytes that come one by one, to the same sum. */
static void long_runs_are_right(void **state)
{
    static char bytes[1000];
    static const enum checksum_algorithm crcs[] = { CHECKSUM_CRC32, CHECKSUM_CRC32C, CHECKSUM_CRC64NVME };
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i * 31 + i / 7);
    for (size_t i = 0; i < COUNT(crcs); i++)
        for (size_t length = 0; length < sizeof bytes; length += 1 + length / 9) {
            struct checksum whole, single;
            struct checksum_run *one = checksum_begin(crcs[i]), *at_once = checksum_begin(crcs[i]);
            checksum_feed(one, (struct str){ bytes, 3 });
            checksum_feed(at_once, (struct str){ bytes, 3 });
            for (size_t at = 0; at < length; at++)
                checksum_feed(one, (struct str){ bytes + at, 1 });
            checksum_feed(at_once, (struct str){ bytes, length });
            checksum_end(one, &single);
            checksum_end(at_once, &whole);
            assert_true(checksum_equal(&single, &whole));
        }
}

/* As many at once as may be, of all lengths, some within a block that was begun before: to the sums that each has alone. */
static void many_at_once_are_right(void **state)
{
    static char bytes[CHECKSUM_MOST_AT_ONCE][2000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i / sizeof *bytes][i % sizeof *bytes] = (char)(i * i * 7 + i / 5);
    for (size_t count = 0; count <= CHECKSUM_MOST_AT_ONCE; count++)
        for (size_t step = 0; step < 260; step += 1 + step / 7) {
            struct checksum_run *runs[CHECKSUM_MOST_AT_ONCE];
            struct str whole[CHECKSUM_MOST_AT_ONCE], rests[CHECKSUM_MOST_AT_ONCE];
            for (size_t i = 0; i < count; i++) {
                size_t before = i * step % 150;
                whole[i] = (struct str){ bytes[i], before + (7 - i) * step };
                rests[i] = str_from(whole[i], before);
                runs[i] = checksum_begin(i == 3 ? CHECKSUM_CRC32 : CHECKSUM_MD5);
                checksum_feed(runs[i], str_first(whole[i], before));
            }
            checksum_feed_all(runs, rests, count);
            for (size_t i = 0; i < count; i++) {
                struct checksum made, wanted;
                checksum_end(runs[i], &made);
                checksum_of(made.algorithm, whole[i], &wanted);
                assert_true(checksum_equal(&made, &wanted));
            }
        }
}

static void names_and_texts_are_checked(void **state)
{
    struct checksum sum;
    assert_int_equal(checksum_by_name(STR("crc64nvme")), CHECKSUM_CRC64NVME);
    assert_int_equal(checksum_by_name(STR("SHA256")), CHECKSUM_SHA256);
    assert_int_equal(checksum_by_name(STR("XXHASH3")), CHECKSUM_NONE);
    assert_int_equal(checksum_by_name(STR("")), CHECKSUM_NONE);
    assert_false(checksum_parse(CHECKSUM_CRC32, STR("AAAA"), &sum));         /* three bytes */
    assert_false(checksum_parse(CHECKSUM_CRC32, STR("AAAAAA="), &sum));      /* no base64 */
    assert_false(checksum_parse(CHECKSUM_CRC32, STR("AAAAAAAAAAA="), &sum)); /* eight */
    assert_false(checksum_parse(CHECKSUM_MD5, STR(""), &sum));
}

/* Two streams at once, more bytes than the queue holds, pieces of all sizes: as in one go. */
static void streams_agree_with_one_go(void **state)
{
    enum { BYTES = 3 * 1024 * 1024 + 7 };
    const enum checksum_algorithm algorithms[] = { CHECKSUM_MD5, CHECKSUM_NONE, CHECKSUM_CRC64NVME };
    char *bytes = malloc(BYTES);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (char)(i * 2654435761u >> 11);
    struct checksum_stream *streams[] = { checksum_stream_begin(algorithms, 3), checksum_stream_begin(algorithms, 3),
                                          checksum_stream_begin(algorithms, 3) };
    struct str rest = { bytes, BYTES };
    for (size_t piece = 0; rest.length; piece = piece * 2 % 300000 + 1) {
        for (size_t i = 0; i < 3; i++)
            checksum_stream_feed(streams[i], str_first(rest, piece));
        rest = str_from(rest, piece);
    }
    for (size_t i = 0; i < 2; i++) {
        struct checksum made[3], wanted;
        checksum_stream_end(streams[i], made);
        assert_int_equal(made[1].algorithm, CHECKSUM_NONE);
        for (size_t j = 0; j < 3; j += 2) {
            checksum_of(algorithms[j], (struct str){ bytes, BYTES }, &wanted);
            assert_true(checksum_equal(&made[j], &wanted));
        }
    }
    checksum_stream_drop(streams[2]);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_agree_with_one_go),   cmocka_unit_test(sums_are_right),
        cmocka_unit_test(pieces_make_the_whole),       cmocka_unit_test(long_runs_are_right),
        cmocka_unit_test(names_and_texts_are_checked), cmocka_unit_test(many_at_once_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
