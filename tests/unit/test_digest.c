/* base/digest.h, by the vectors of FIPS 180, RFC 1321, RFC 4231 and RFC 4648. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_by_name(void **state)
{
    static const struct {
        const char *name, *text, *hex;
    } cases[] = {
        { "MD5", "", "d41d8cd98f00b204e9800998ecf8427e" },
        { "MD5", "abc", "900150983cd24fb0d6963f7d28e17f72" },
        { "SHA-1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
        { "SHA-256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "SHA-256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "SHA-256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "SHA-384", "abc",
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
        { "SHA-512", "abc",
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
          "454d4423643ce80e2a9ac94fa54ca49f" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf hex = BUF_EMPTY;
        assert_true(digest_hex_by_name(str_of(cases[i].name), str_of(cases[i].text), &hex));
        assert_string_equal(hex.at, cases[i].hex);
        buf_release(&hex);
    }
    struct buf hex = BUF_EMPTY;
    assert_false(digest_hex_by_name(STR("SHA-224"), STR("abc"), &hex));
    assert_false(digest_hex_by_name(STR("sha-256"), STR("abc"), &hex));
    assert_int_equal(hex.length, 0);
    char text[65];
    digest_sha256_hex(STR("abc"), text);
    assert_string_equal(text, cases[4].hex);
}

static void test_hmac(void **state)
{
    char aa[131];
    memset(aa, 0xaa, sizeof aa);
    const struct {
        struct str key, text;
        const char *hex;
    } cases[] = {
        { STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"), STR("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { STR("Jefe"), STR("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { { aa, sizeof aa },
          STR("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
        { STR(""), STR(""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned char digest[SHA256_BYTES];
        char hex[2 * SHA256_BYTES + 1];
        digest_hmac_sha256(cases[i].key, cases[i].text, digest);
        hex_encode(digest, sizeof digest, hex);
        assert_string_equal(hex, cases[i].hex);
        struct hmac_key *key = hmac_key_new(cases[i].key);
        for (int twice = 0; twice < 2; twice++) { /* a key serves many times */
            memset(digest, 0, sizeof digest);
            hmac_key_sign(key, cases[i].text, digest);
            hex_encode(digest, sizeof digest, hex);
            assert_string_equal(hex, cases[i].hex);
        }
        hmac_key_free(key);
    }
    hmac_key_free(NULL);
}

static void test_equal(void **state)
{
    assert_true(digest_equal("abc", "abc", 3));
    assert_false(digest_equal("abc", "abd", 3));
    assert_false(digest_equal("abc", "xbc", 3));
    assert_true(digest_equal("abc", "xyz", 0));
}

static void test_base64(void **state)
{
    static const struct {
        struct str bytes;
        const char *text;
    } cases[] = {
        { STR(""), "" },
        { STR("f"), "Zg==" },
        { STR("fo"), "Zm8=" },
        { STR("foo"), "Zm9v" },
        { STR("foob"), "Zm9vYg==" },
        { STR("fooba"), "Zm9vYmE=" },
        { STR("foobar"), "Zm9vYmFy" },
        { STR("\0\xff\xfe\xfb\xef"), "AP/+++8=" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf buf = BUF_EMPTY;
        base64_encode(&buf, cases[i].bytes);
        assert_true(str_is(buf_str(&buf), cases[i].text));
        buf_clear(&buf);
        assert_true(base64_decode(&buf, str_of(cases[i].text)));
        assert_true(str_equal(buf_str(&buf), cases[i].bytes));
        buf_release(&buf);
    }
    static const char *const refused[] = {
        "Z",      "Zg",   "Zg=",  "Zg===", "=",    "====", "Zm=v",     "Z===",
        "Zm9v\n", "Zm 9", "Zm9-", "Zm9_",  "Zh==", "Zm9=", "Zg==Zg==", "\xc3\xa9zz"
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct buf buf = BUF_EMPTY;
        if (base64_decode(&buf, str_of(refused[i])))
            fail_msg("%s", refused[i]);
        buf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
