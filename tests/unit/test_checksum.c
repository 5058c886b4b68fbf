#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/checksum.h"

static void published_values_come_out(void **state)
{
    static char zeros[32], ones[32], up[32], down[32];
    for (int i = 0; i < 32; i++) {
        ones[i] = (char)0xFF;
        up[i] = (char)i;
        down[i] = (char)(31 - i);
    }
    /* RFC 3720, B.4; the catalogue's check value. */
    static const struct {
        struct str bytes;
        uint32_t sum;
    } cases[] = {
        { { zeros, 32 }, 0x8A9136AA },
        { { ones, 32 }, 0x62A8AB43 },
        { { up, 32 }, 0x46DD794E },
        { { down, 32 }, 0x113FDB5C },
        { { "", 0 }, 0 },
        { { "123456789", 9 }, 0xE3069283 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(checksum_add(0, cases[i].bytes), cases[i].sum);
}

static void parts_add_up(void **state)
{
    struct str whole = STR("a text of some length, cut at each of its places in turn");
    for (size_t cut = 0; cut <= whole.length; cut++)
        assert_int_equal(checksum_add(checksum_add(0, str_first(whole, cut)), str_from(whole, cut)),
                         checksum_add(0, whole));
    struct str number = { "\x08\x07\x06\x05\x04\x03\x02\x01", 8 };
    assert_int_equal(checksum_add_number(7, 0x0102030405060708), checksum_add(7, number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values_come_out),
        cmocka_unit_test(parts_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
