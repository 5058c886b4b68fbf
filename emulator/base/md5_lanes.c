#define OPENSSL_SUPPRESS_DEPRECATED /* digest.c says why */

#include "base/md5_lanes.h"

#include <endian.h>

#define BLOCK_BYTES MD5_CBLOCK
#define WORDS       (BLOCK_BYTES / 4)

typedef uint32_t lanes __attribute__((vector_size(4 * MD5_LANES)));

/* RFC 1321, section 3.4: the functions of its four rounds, how far each step rotates, and which word it takes. */
#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))

#define STEP(f, a, b, c, d, word, sine, by)                                                                            \
    do {                                                                                                               \
        (a) += f(b, c, d) + words[(word) % WORDS] + (sine);                                                            \
        (a) = (b) + ((a) << (by) | (a) >> (32 - (by)));                                                                \
    } while (0)

/* Sixteen steps: from word `first` on, each `apart` from the last. */
#define ROUND(f, sines, first, apart, by_a, by_d, by_c, by_b)                                                          \
    do {                                                                                                               \
        _Pragma("GCC unroll 4") for (unsigned i = 0; i < WORDS; i += 4)                                                \
        {                                                                                                              \
            STEP(f, a, b, c, d, (first) + (apart)*i, (sines)[i], by_a);                                                \
            STEP(f, d, a, b, c, (first) + (apart) * (i + 1), (sines)[i + 1], by_d);                                    \
            STEP(f, c, d, a, b, (first) + (apart) * (i + 2), (sines)[i + 2], by_c);                                    \
            STEP(f, b, c, d, a, (first) + (apart) * (i + 3), (sines)[i + 3], by_b);                                    \
        }                                                                                                              \
    } while (0)

/* The table T: 2^32 times the sine of 1 to 64, its size alone. */
static const uint32_t sines[4][WORDS] = {
    { 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
      0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821 },
    { 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6,
      0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a },
    { 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6,
      0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665 },
    { 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f,
      0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391 },
};

static inline uint32_t word_at(const unsigned char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return le32toh(word);
}

/* Four vectors of state, which this reads and writes as they stand in memory: no vector is ever handed to a function. */
static inline __attribute__((always_inline)) void add_blocks(uint32_t state[4][MD5_LANES],
                                                             const unsigned char *const texts[MD5_LANES], size_t blocks)
{
    lanes a, b, c, d, words[WORDS];
    memcpy(&a, state[0], sizeof a);
    memcpy(&b, state[1], sizeof b);
    memcpy(&c, state[2], sizeof c);
    memcpy(&d, state[3], sizeof d);
    for (size_t offset = 0; offset < blocks * BLOCK_BYTES; offset += BLOCK_BYTES) {
        for (unsigned i = 0; i < WORDS; i++) {
            size_t at = offset + 4 * i;
            words[i] = (lanes){ word_at(texts[0] + at), word_at(texts[1] + at), word_at(texts[2] + at),
                                word_at(texts[3] + at), word_at(texts[4] + at), word_at(texts[5] + at),
                                word_at(texts[6] + at), word_at(texts[7] + at) };
        }
        const lanes a_before = a, b_before = b, c_before = c, d_before = d;
        ROUND(F, sines[0], 0, 1, 7, 12, 17, 22);
        ROUND(G, sines[1], 1, 5, 5, 9, 14, 20);
        ROUND(H, sines[2], 5, 3, 4, 11, 16, 23);
        ROUND(I, sines[3], 0, 7, 6, 10, 15, 21);
        a += a_before;
        b += b_before;
        c += c_before;
        d += d_before;
    }
    memcpy(state[0], &a, sizeof a);
    memcpy(state[1], &b, sizeof b);
    memcpy(state[2], &c, sizeof c);
    memcpy(state[3], &d, sizeof d);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void add_wide(uint32_t state[4][MD5_LANES],
                                                     const unsigned char *const texts[MD5_LANES], size_t blocks)
{
    add_blocks(state, texts, blocks);
}
#endif

static void add_plain(uint32_t state[4][MD5_LANES], const unsigned char *const texts[MD5_LANES], size_t blocks)
{
    add_blocks(state, texts, blocks);
}

static void add_all(uint32_t state[4][MD5_LANES], const unsigned char *const texts[MD5_LANES], size_t blocks)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        add_wide(state, texts, blocks);
        return;
    }
#endif
    add_plain(state, texts, blocks);
}

/* As OpenSSL counts: in bits, the upper half for itself. */
static void count_bytes(MD5_CTX *context, uint64_t bytes)
{
    uint64_t bits = ((uint64_t)context->Nh << 32 | context->Nl) + 8 * bytes;
    context->Nl = (MD5_LONG)bits;
    context->Nh = (MD5_LONG)(bits >> 32);
}

static void add_to_lanes(struct md5_text texts[], size_t count, size_t blocks)
{
    uint32_t state[4][MD5_LANES] = { 0 };
    const unsigned char *all[MD5_LANES];
    for (size_t lane = 0; lane < MD5_LANES; lane++) /* what nobody asked for is digested and forgotten */
        all[lane] = (const unsigned char *)texts[lane < count ? lane : 0].rest.at;
    for (size_t lane = 0; lane < count; lane++) {
        const MD5_CTX *context = texts[lane].context;
        state[0][lane] = context->A;
        state[1][lane] = context->B;
        state[2][lane] = context->C;
        state[3][lane] = context->D;
    }
    add_all(state, all, blocks);
    for (size_t lane = 0; lane < count; lane++) {
        MD5_CTX *context = texts[lane].context;
        context->A = state[0][lane];
        context->B = state[1][lane];
        context->C = state[2][lane];
        context->D = state[3][lane];
        count_bytes(context, blocks * BLOCK_BYTES);
        texts[lane].rest = str_from(texts[lane].rest, blocks * BLOCK_BYTES);
    }
}

static void add_alone(struct md5_text *text, size_t length)
{
    struct str piece = str_first(text->rest, length);
    if (piece.length)
        MD5_Update(text->context, piece.at, piece.length);
    text->rest = str_from(text->rest, piece.length);
}

static size_t fewest_blocks(const struct md5_text texts[], size_t count)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (texts[i].rest.length / BLOCK_BYTES < fewest)
            fewest = texts[i].rest.length / BLOCK_BYTES;
    return fewest;
}

/* Those of which no whole block is left; how many others there are, which move up. */
static size_t end_short_ones(struct md5_text texts[], size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].rest.length < BLOCK_BYTES)
            add_alone(&texts[i], BLOCK_BYTES);
        else
            texts[left++] = texts[i];
    }
    return left;
}

void md5_add_all(struct md5_text texts[], size_t count)
{
    for (size_t i = 0; i < count; i++) /* a block that is begun is OpenSSL's */
        add_alone(&texts[i], texts[i].context->num ? BLOCK_BYTES - texts[i].context->num : 0);
    for (size_t left = end_short_ones(texts, count); left; left = end_short_ones(texts, left)) {
        if (left == 1)
            add_alone(texts, SIZE_MAX);
        else
            add_to_lanes(texts, left, fewest_blocks(texts, left));
    }
}
