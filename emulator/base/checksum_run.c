#include "base/checksum_run.h"

#include <assert.h>
#include <endian.h>
#include <openssl/evp.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/buf.h"
#include "base/digest.h"

/* ---- CRCs: reflected, all ones at the beginning and at the end ---- */

struct crc {
    uint64_t polynomial; /* reflected */
    unsigned bits;
    bool made;
    uint64_t tables[8][256]; /* eight bytes in one step: tables[n] is a byte with n zero bytes behind it */
    uint64_t folds[2][2];    /* see fold(): by 128 bits, by 512 bits */
};

static struct crc crc32_of_zlib = { .polynomial = 0xEDB88320, .bits = 32 };
static struct crc crc32c = { .polynomial = 0x82F63B78, .bits = 32 };
static struct crc crc64nvme = { .polynomial = UINT64_C(0x9A6C9329AC4BC9B5), .bits = 64 };

static struct crc *crc_of(enum checksum_algorithm algorithm)
{
    switch (algorithm) {
    case CHECKSUM_CRC32:
        return &crc32_of_zlib;
    case CHECKSUM_CRC32C:
        return &crc32c;
    case CHECKSUM_CRC64NVME:
        return &crc64nvme;
    default:
        return NULL;
    }
}

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
    crc->made = true;
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
    for (size_t round = 1; round < rounds; round++)
        for (int i = 0; i < 4; i++)
            lanes[i] = fold(lanes[i], far, _mm_loadu_si128(at + 4 * round + i));
    for (int i = 1; i < 4; i++)
        lanes[i] = fold(lanes[i - 1], near, lanes[i]);
    _mm_storeu_si128((__m128i *)(void *)ret_rest, lanes[3]);
    return str_from(bytes, rounds * FOLDED);
}

static bool can_fold(struct str bytes)
{
    return bytes.length >= 2 * FOLDED && __builtin_cpu_supports("pclmul");
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

static uint64_t crc_add(const struct crc *crc, uint64_t state, struct str bytes)
{
    unsigned char rest[16];
    if (can_fold(bytes)) {
        bytes = fold_all(crc, state, bytes, rest);
        state = add_by_tables(crc, 0, (struct str){ (const char *)rest, sizeof rest });
    }
    return add_by_tables(crc, state, bytes);
}

static void put_crc(const struct crc *crc, uint64_t value, struct checksum *ret_sum)
{
    for (unsigned i = 0; i < crc->bits / 8; i++)
        ret_sum->value[i] = (unsigned char)(value >> (crc->bits - 8 - 8 * i));
}

static uint64_t get_crc(const struct crc *crc, const struct checksum *sum)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < crc->bits / 8; i++)
        value = value << 8 | sum->value[i];
    return value;
}

/* A linear map of states: what each of the state's bits becomes. */
struct map_of_bits {
    uint64_t columns[64];
};

static uint64_t apply(const struct map_of_bits *map, uint64_t state)
{
    uint64_t result = 0;
    for (int bit = 0; state; bit++, state >>= 1)
        if (state & 1)
            result ^= map->columns[bit];
    return result;
}

static void square(struct map_of_bits *map, unsigned bits)
{
    struct map_of_bits before = *map;
    for (unsigned bit = 0; bit < bits; bit++)
        map->columns[bit] = apply(&before, before.columns[bit]);
}

/* The first sum goes through as many zero bytes as the second part is long, by squaring the map of one zero byte; what is
 * all ones at the beginning and at the end cancels out. */
void checksum_join(struct checksum *sum, const struct checksum *more, uint64_t more_length)
{
    const struct crc *crc = crc_of(sum->algorithm);
    assert(crc && sum->algorithm == more->algorithm);
    struct map_of_bits map = { .columns = { crc->polynomial } };
    for (unsigned bit = 1; bit < crc->bits; bit++)
        map.columns[bit] = UINT64_C(1) << (bit - 1);
    for (int i = 0; i < 3; i++)
        square(&map, crc->bits); /* of one bit: of eight */
    uint64_t state = get_crc(crc, sum);
    for (; more_length; more_length >>= 1) {
        if (more_length & 1)
            state = apply(&map, state);
        square(&map, crc->bits);
    }
    put_crc(crc, state ^ get_crc(crc, more), sum);
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    size_t length;
} kinds[] = {
    [CHECKSUM_NONE] = { "", 0 },         [CHECKSUM_CRC32] = { "CRC32", 4 },
    [CHECKSUM_CRC32C] = { "CRC32C", 4 }, [CHECKSUM_CRC64NVME] = { "CRC64NVME", 8 },
    [CHECKSUM_SHA1] = { "SHA1", 20 },    [CHECKSUM_SHA256] = { "SHA256", 32 },
    [CHECKSUM_MD5] = { "MD5", 16 },
};

enum checksum_algorithm checksum_by_name(struct str name)
{
    for (size_t i = CHECKSUM_NONE + 1; i < sizeof kinds / sizeof *kinds; i++)
        if (str_equal_ignoring_case(name, str_of(kinds[i].name)))
            return (enum checksum_algorithm)i;
    return CHECKSUM_NONE;
}

const char *checksum_name(enum checksum_algorithm algorithm)
{
    return kinds[algorithm].name;
}

size_t checksum_length(enum checksum_algorithm algorithm)
{
    return kinds[algorithm].length;
}

struct checksum_run {
    enum checksum_algorithm algorithm;
    uint64_t state;
    EVP_MD_CTX *digest; /* NULL: a CRC */
};

/* Fetched once: OpenSSL looks for an implementation at each beginning else, which costs as much as a kilobyte's digest. */
static const EVP_MD *digest_of(enum checksum_algorithm algorithm)
{
    static EVP_MD *digests[CHECKSUM_MD5 + 1];
    if (!digests[algorithm])
        digests[algorithm] = EVP_MD_fetch(NULL, kinds[algorithm].name, NULL);
    return digests[algorithm];
}

struct checksum_run *checksum_begin(enum checksum_algorithm algorithm)
{
    struct checksum_run *run = memory_alloc(sizeof *run);
    struct crc *crc = crc_of(algorithm);
    run->algorithm = algorithm;
    if (crc && !crc->made)
        make_tables(crc);
    if (crc) {
        run->state = all_ones(crc);
        return run;
    }
    run->digest = EVP_MD_CTX_new();
    if (!run->digest || !EVP_DigestInit_ex(run->digest, digest_of(algorithm), NULL))
        memory_exhausted();
    return run;
}

void checksum_feed(struct checksum_run *run, struct str bytes)
{
    if (!run->digest)
        run->state = crc_add(crc_of(run->algorithm), run->state, bytes);
    else if (!EVP_DigestUpdate(run->digest, bytes.at, bytes.length))
        memory_exhausted();
}

void checksum_end(struct checksum_run *run_taken, struct checksum *ret_sum)
{
    *ret_sum = (struct checksum){ .algorithm = run_taken->algorithm };
    const struct crc *crc = crc_of(run_taken->algorithm);
    if (crc)
        put_crc(crc, run_taken->state ^ all_ones(crc), ret_sum);
    else if (!EVP_DigestFinal_ex(run_taken->digest, ret_sum->value, NULL))
        memory_exhausted();
    checksum_drop(run_taken);
}

void checksum_drop(struct checksum_run *run_taken_or_null)
{
    if (!run_taken_or_null)
        return;
    EVP_MD_CTX_free(run_taken_or_null->digest);
    free(run_taken_or_null);
}

void checksum_of(enum checksum_algorithm algorithm, struct str bytes, struct checksum *ret_sum)
{
    struct checksum_run *run = checksum_begin(algorithm);
    checksum_feed(run, bytes);
    checksum_end(run, ret_sum);
}

char *checksum_base64(struct arena *arena, const struct checksum *sum)
{
    struct buf text = BUF_EMPTY;
    base64_encode(&text, (struct str){ (const char *)sum->value, checksum_length(sum->algorithm) });
    char *kept = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

bool checksum_parse(enum checksum_algorithm algorithm, struct str base64, struct checksum *ret_sum)
{
    struct buf bytes;
    buf_init(&bytes, 2 * CHECKSUM_MOST_BYTES);
    *ret_sum = (struct checksum){ .algorithm = algorithm };
    bool good = base64_decode(&bytes, base64) && !bytes.overflow && bytes.length == checksum_length(algorithm);
    if (good && bytes.length)
        memcpy(ret_sum->value, bytes.at, bytes.length);
    buf_release(&bytes);
    return good;
}

bool checksum_equal(const struct checksum *a, const struct checksum *b)
{
    return a->algorithm == b->algorithm && !memcmp(a->value, b->value, checksum_length(a->algorithm));
}
