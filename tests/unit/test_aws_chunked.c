#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "aws/aws_chunked.h"
#include "aws/sigv4.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* What came out: the content, and trailers as "name=value;". */
struct taken {
    struct buf data, trailers;
};

static bool take_data(void *owner, struct str bytes)
{
    buf_add_str(&((struct taken *)owner)->data, bytes);
    return true;
}

static bool take_trailer(void *owner, struct str name, struct str value)
{
    buf_printf(&((struct taken *)owner)->trailers, "%.*s=%.*s;", STR_ARG(name), STR_ARG(value));
    return true;
}

/* The body in pieces of so many bytes; the flaw, or -1 where it ended too early. */
static int feed(struct aws_chunked_signing *signing, struct str body, size_t piece, struct taken *taken)
{
    buf_clear(&taken->data);
    buf_clear(&taken->trailers);
    struct aws_chunked *chunked = aws_chunked_new(signing, taken, take_data, take_trailer);
    for (size_t at = 0; at < body.length; at += piece)
        if (!aws_chunked_feed(chunked, str_first(str_from(body, at), piece)))
            break;
    int flaw = (int)aws_chunked_flaw(chunked);
    if (flaw == AWS_CHUNKED_GOOD && !aws_chunked_is_whole(chunked))
        flaw = -1;
    aws_chunked_free(chunked);
    return flaw;
}

static const struct {
    const char *body;
    int flaw;
    const char *data, *trailers, *why;
} bodies[] = {
    { "3\r\nabc\r\n0\r\n\r\n", AWS_CHUNKED_GOOD, "abc", "", "one chunk" },
    { "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", AWS_CHUNKED_GOOD, "abcde", "", "two" },
    { "0\r\n\r\n", AWS_CHUNKED_GOOD, "", "", "none" },
    { "0\r\n", AWS_CHUNKED_GOOD, "", "", "the last empty line left out" },
    { "A;chunk-signature=anything\r\n0123456789\r\n0;chunk-signature=x\r\n\r\n", AWS_CHUNKED_GOOD, "0123456789", "",
      "signatures that nobody looks at" },
    { "000a\r\n0123456789\r\n0\r\nx-amz-checksum-crc32: AA== \r\nx-b:c\r\n\r\n", AWS_CHUNKED_GOOD, "0123456789",
      "x-amz-checksum-crc32=AA==;x-b=c;", "trailers" },
    { "0\r\nx-a:b\n\r\n", AWS_CHUNKED_GOOD, "", "x-a=b;", "a trailer that ends with a line feed" },
    { "3\r\nabc", -1, "abc", "", "no line end" },
    { "3\r\nab", -1, "ab", "", "too few bytes" },
    { "3", -1, "", "", "half a line" },
    { "", -1, "", "", "nothing" },
    { "3\r\nabc\r\n", -1, "abc", "", "no last chunk" },
    { "0\r\nx-a:b\r\n", -1, "", "x-a=b;", "trailers without their end" },
    { "3\r\nabcX\r\n0\r\n\r\n", AWS_CHUNKED_MALFORMED, "abc", "", "a byte too many" },
    { "\r\nabc", AWS_CHUNKED_MALFORMED, "", "", "no size" },
    { "x\r\nabc", AWS_CHUNKED_MALFORMED, "", "", "no hexadecimal" },
    { "-3\r\nabc", AWS_CHUNKED_MALFORMED, "", "", "a sign" },
    { " 3\r\nabc", AWS_CHUNKED_MALFORMED, "", "", "a blank" },
    { "1000000000000000\r\nabc", AWS_CHUNKED_MALFORMED, "", "", "a size that nothing has" },
    { "0\r\nno colon\r\n\r\n", AWS_CHUNKED_TRAILER_MALFORMED, "", "", "no trailer" },
    { "0\r\n:value\r\n\r\n", AWS_CHUNKED_TRAILER_MALFORMED, "", "", "a trailer without a name" },
    { "0\r\n\r\nmore", AWS_CHUNKED_TRAILER_MALFORMED, "", "", "something behind the end" },
};

static void frames_are_taken_off(void **state)
{
    struct taken taken = { BUF_EMPTY, BUF_EMPTY };
    for (size_t i = 0; i < COUNT(bodies); i++)
        for (size_t piece = 1; piece <= 64; piece = piece * 2 + 1) {
            int flaw = feed(NULL, str_of(bodies[i].body), piece, &taken);
            if (flaw != bodies[i].flaw || !str_is(buf_str(&taken.data), bodies[i].data) ||
                !str_is(buf_str(&taken.trailers), bodies[i].trailers))
                fail_msg("%s, %zu bytes at a time: %d \"%s\" \"%s\"", bodies[i].why, piece, flaw,
                         buf_str(&taken.data).at, buf_str(&taken.trailers).at);
        }
    buf_release(&taken.data);
    buf_release(&taken.trailers);
}

/* Whatever comes without an end has one. */
static void lines_have_an_end(void **state)
{
    struct taken taken = { BUF_EMPTY, BUF_EMPTY };
    struct buf body = BUF_EMPTY;
    buf_add_text(&body, "1;x=");
    for (int i = 0; i < AWS_CHUNKED_LINE; i++)
        buf_add_byte(&body, 'x');
    assert_int_equal(feed(NULL, buf_str(&body), 100, &taken), AWS_CHUNKED_MALFORMED);
    buf_clear(&body);
    buf_add_text(&body, "0\r\n");
    for (int i = 0; i < AWS_CHUNKED_TRAILER / 5 + 1; i++)
        buf_add_text(&body, "x:y\r\n");
    assert_int_equal(feed(NULL, buf_str(&body), 100, &taken), AWS_CHUNKED_TRAILER_MALFORMED);
    buf_release(&body);
    buf_release(&taken.data);
    buf_release(&taken.trailers);
}

/* The S3 API reference's own examples: 66,560 times 'a' in chunks of 64 KiB and 1 KiB. */
#define SECRET STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")

static const struct {
    const char *seed, *chunks[3], *trailer;
} examples[] = {
    { "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
      { "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9" },
      NULL },
    { "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
      { "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992" },
      "x-amz-checksum-crc32c:sOO8/Q==\r\n"
      "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n" },
};

static void add_chunk(struct buf *body, size_t size, const char *signature)
{
    buf_printf(body, "%zx;chunk-signature=%s\r\n", size, signature);
    for (size_t i = 0; i < size; i++)
        buf_add_byte(body, 'a');
    if (size)
        buf_add_text(body, "\r\n");
}

static struct aws_chunked_signing signing_of(const char *seed)
{
    const struct signature signature = { .date = STR("20130524"), .region = STR("us-east-1"), .service = STR("s3") };
    struct aws_chunked_signing signing = { .amz_date = STR("20130524T000000Z"),
                                           .scope = STR("20130524/us-east-1/s3/aws4_request") };
    signing.key = sigv4_key(&signature, SECRET);
    memcpy(signing.previous, seed, sizeof signing.previous);
    return signing;
}

static int feed_example(size_t i, size_t piece, size_t spoilt, struct taken *taken)
{
    struct buf body = BUF_EMPTY;
    struct aws_chunked_signing signing = signing_of(examples[i].seed);
    add_chunk(&body, 65536, examples[i].chunks[0]);
    add_chunk(&body, 1024, examples[i].chunks[1]);
    add_chunk(&body, 0, examples[i].chunks[2]);
    if (examples[i].trailer)
        buf_add_text(&body, examples[i].trailer);
    buf_add_text(&body, "\r\n");
    if (spoilt)
        body.at[spoilt] ^= 1;
    int flaw = feed(&signing, buf_str(&body), piece, taken);
    hmac_key_free(signing.key);
    buf_release(&body);
    return flaw;
}

static void signatures_are_verified(void **state)
{
    struct taken taken = { BUF_EMPTY, BUF_EMPTY };
    for (size_t i = 0; i < COUNT(examples); i++) {
        assert_int_equal(feed_example(i, 1000, 0, &taken), AWS_CHUNKED_GOOD);
        assert_int_equal(taken.data.length, 66560);
        assert_string_equal(buf_str(&taken.trailers).at, i ? "x-amz-checksum-crc32c=sOO8/Q==;" : "");
        assert_int_equal(feed_example(i, 1000, 30, &taken), AWS_CHUNKED_SIGNATURE);    /* the first signature */
        assert_int_equal(feed_example(i, 1000, 500, &taken), AWS_CHUNKED_SIGNATURE);   /* the first chunk's bytes */
        assert_int_equal(feed_example(i, 1000, 66000, &taken), AWS_CHUNKED_SIGNATURE); /* the second's */
    }
    assert_int_equal(feed_example(1, 100, 66560 + 3 * 84 + 22, &taken), AWS_CHUNKED_SIGNATURE); /* the trailer */
    /* A chunk without a signature, and trailers that end without theirs. */
    struct aws_chunked_signing signing = signing_of(examples[0].seed);
    assert_int_equal(feed(&signing, STR("1\r\na\r\n0\r\n\r\n"), 10, &taken), AWS_CHUNKED_SIGNATURE);
    hmac_key_free(signing.key);
    buf_release(&taken.data);
    buf_release(&taken.trailers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_taken_off),
        cmocka_unit_test(lines_have_an_end),
        cmocka_unit_test(signatures_are_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
