#include "base/crc.h"

#include <endian.h>
#include <pthread.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

struct crc crc_zlib = { .polynomial = 0xEDB88320, .bits = 32 };
struct crc crc_castagnoli = { .polynomial = 0x82F63B78, .bits = 32 };
struct crc crc_64_nvme = { .polynomial = UINT64_C(0x9A6C9329AC4BC9B5), .bits = 64 };

static uint64_t all_ones(const struct crc *crc)
{
    return UINT64_MAX >> (64 - crc->bits);
}

static uint64_t times_x(const struct crc *crc, uint64_t state)
{
    return state & 1 ? (state >> 1) ^ crc->polynomial : state >> 1;
}

/* x to the power `exponent`, modulo the polynomial: reflected, as the upper bits of 64. */
static uint64_t power_of_x(const struct crc *crc, unsigned exponent)
{
    uint64_t power = UINT64_C(1) << (crc->bits - 1);
    while (exponent--)
        power = times_x(crc, power);
    return power << (64 - crc->bits);
}

static void make_tables(struct crc *crc)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = times_x(crc, value);
        crc->tables[0][byte] = value;
    }
    for (unsigned byte = 0; byte < 256; byte++)
        for (int n = 1; n < 8; n++) {
            uint64_t before = crc->tables[n - 1][byte];
            crc->tables[n][byte] = (before >> 8) ^ crc->tables[0][before & 0xFF];
        }
    for (unsigned i = 0; i < 2; i++) {
        unsigned distance = i ? 512 : 128;
        crc->folds[i][0] = power_of_x(crc, distance + 64 - 1);
        crc->folds[i][1] = power_of_x(crc, distance - 1);
    }
}

#if defined(__x86_64__)
/* Sixteen bytes at a time by carry-less multiplication (Intel's "Fast CRC computation for generic polynomials using PCLMULQDQ"):
 * what stands in a register is replaced by what is congruent to it so many bits further on, until sixteen bytes are left that
 * have the same remainder as all. The product of two reflected factors is one place off, hence the -1 in the powers above. */
#define FOLDED 64 /* bytes in one round */

__attribute__((target("pclmul,sse2"))) static __m128i fold(__m128i ahead, __m128i powers, __m128i next)
{
    __m128i low = _mm_clmulepi64_si128(ahead, powers, 0x00), high = _mm_clmulepi64_si128(ahead, powers, 0x11);
    return _mm_xor_si128(next, _mm_xor_si128(low, high));
}

__attribute__((target("pclmul,sse2"))) static struct str fold_all(const struct crc *crc, uint64_t state,
                                                                  struct str bytes, unsigned char ret_rest[16])
{
    const __m128i *at = (const __m128i *)(const void *)bytes.at;
    const __m128i near = _mm_loadu_si128((const __m128i *)(const void *)crc->folds[0]);
    const __m128i far = _mm_loadu_si128((const __m128i *)(const void *)crc->folds[1]);
    __m128i lanes[4];
    for (int i = 0; i < 4; i++)
        lanes[i] = _mm_loadu_si128(at + i);
    lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi64_si128((long long)state));
    size_t rounds = bytes.length / FOLDED;
    for (size_t round = 1; round < rounds; round++) {
#pragma GCC unroll 4 /* the lanes stay in registers */
        for (int i = 0; i < 4; i++)
            lanes[i] = fold(lanes[i], far, _mm_loadu_si128(at + 4 * round + i));
    }
    for (int i = 1; i < 4; i++)
        lanes[i] = fold(lanes[i - 1], near, lanes[i]);
    _mm_storeu_si128((__m128i *)(void *)ret_rest, lanes[3]);
    return str_from(bytes, rounds * FOLDED);
}

static bool can_fold(struct str bytes)
{
    return bytes.length >= 2 * FOLDED && __builtin_cpu_supports("pclmul");
}

/* Castagnoli's polynomial has an instruction of its own. */
__attribute__((target("sse4.2"))) static uint64_t add_by_instruction(uint64_t state, struct str bytes)
{
    const char *at = bytes.at, *end = at + bytes.length;
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        state = _mm_crc32_u64(state, word);
    }
    for (; at < end; at++)
        state = _mm_crc32_u8((uint32_t)state, (unsigned char)*at);
    return state;
}

static bool has_instruction(const struct crc *crc)
{
    return crc == &crc_castagnoli && __builtin_cpu_supports("sse4.2");
}
#else
static bool can_fold(struct str bytes)
{
    return false;
}

static struct str fold_all(const struct crc *crc, uint64_t state, struct str bytes, unsigned char ret_rest[16])
{
    return bytes;
}

static bool has_instruction(const struct crc *crc)
{
    return false;
}

static uint64_t add_by_instruction(uint64_t state, struct str bytes)
{
    return state;
}
#endif

static uint64_t add_by_tables(const struct crc *crc, uint64_t state, struct str bytes)
{
    const char *at = bytes.at, *end = at + bytes.length;
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        word = le64toh(word) ^ state;
        state = 0;
        for (int i = 0; i < 8; i++)
            state ^= crc->tables[7 - i][word >> (8 * i) & 0xFF];
    }
    for (; at < end; at++)
        state = (state >> 8) ^ crc->tables[0][(state ^ (unsigned char)*at) & 0xFF];
    return state;
}

static uint64_t add_few(const struct crc *crc, uint64_t state, struct str bytes)
{
    return has_instruction(crc) ? add_by_instruction(state, bytes) : add_by_tables(crc, state, bytes);
}

static void make_all(void)
{
    make_tables(&crc_zlib);
    make_tables(&crc_castagnoli);
    make_tables(&crc_64_nvme);
}

uint64_t crc_add(const struct crc *crc, uint64_t so_far, struct str bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_all);
    uint64_t state = so_far ^ all_ones(crc);
    unsigned char rest[16];
    if (can_fold(bytes)) {
        bytes = fold_all(crc, state, bytes, rest);
        state = add_few(crc, 0, (struct str){ (const char *)rest, sizeof rest });
    }
    return add_few(crc, state, bytes) ^ all_ones(crc);
}
