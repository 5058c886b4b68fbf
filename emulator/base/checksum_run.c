#include "base/checksum_run.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crc.h"
#include "base/digest.h"
#include "base/md5_lanes.h"

/* ---- CRCs ---- */

static const struct crc *crc_of(enum checksum_algorithm algorithm)
{
    switch (algorithm) {
    case CHECKSUM_CRC32:
        return &crc_zlib;
    case CHECKSUM_CRC32C:
        return &crc_castagnoli;
    case CHECKSUM_CRC64NVME:
        return &crc_64_nvme;
    default:
        return NULL;
    }
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
    enum digest digest; /* of those that are no CRC */
} kinds[] = {
    [CHECKSUM_NONE] = { "", 0, 0 },
    [CHECKSUM_CRC32] = { "CRC32", 4, 0 },
    [CHECKSUM_CRC32C] = { "CRC32C", 4, 0 },
    [CHECKSUM_CRC64NVME] = { "CRC64NVME", 8, 0 },
    [CHECKSUM_SHA1] = { "SHA1", 20, DIGEST_SHA1 },
    [CHECKSUM_SHA256] = { "SHA256", 32, DIGEST_SHA256 },
    [CHECKSUM_MD5] = { "MD5", 16, DIGEST_MD5 },
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
    union {
        uint64_t crc;
        struct digest_run digest;
    };
};

static void begin(struct checksum_run *ret_run, enum checksum_algorithm algorithm)
{
    ret_run->algorithm = algorithm;
    if (crc_of(algorithm))
        ret_run->crc = 0;
    else
        digest_begin(&ret_run->digest, kinds[algorithm].digest);
}

static void end(struct checksum_run *run, struct checksum *ret_sum)
{
    const struct crc *crc = crc_of(run->algorithm);
    *ret_sum = (struct checksum){ .algorithm = run->algorithm };
    if (crc)
        put_crc(crc, run->crc, ret_sum);
    else
        digest_end(&run->digest, ret_sum->value);
}

struct checksum_run *checksum_begin(enum checksum_algorithm algorithm)
{
    struct checksum_run *run = memory_alloc(sizeof *run);
    begin(run, algorithm);
    return run;
}

void checksum_feed(struct checksum_run *run, struct str bytes)
{
    const struct crc *crc = crc_of(run->algorithm);
    if (crc)
        run->crc = crc_add(crc, run->crc, bytes);
    else
        digest_add(&run->digest, bytes);
}

void checksum_feed_all(struct checksum_run *const runs[], const struct str bytes[], size_t count)
{
    _Static_assert(CHECKSUM_MOST_AT_ONCE == MD5_LANES, "each has a lane");
    struct md5_text texts[MD5_LANES];
    size_t md5s = 0;
    assert(count <= MD5_LANES);
    for (size_t i = 0; i < count; i++) {
        if (runs[i]->algorithm == CHECKSUM_MD5)
            texts[md5s++] = (struct md5_text){ &runs[i]->digest.state.md5, bytes[i] };
        else
            checksum_feed(runs[i], bytes[i]);
    }
    md5_add_all(texts, md5s);
}

void checksum_end(struct checksum_run *run_taken, struct checksum *ret_sum)
{
    end(run_taken, ret_sum);
    free(run_taken);
}

void checksum_drop(struct checksum_run *run_taken_or_null)
{
    free(run_taken_or_null);
}

void checksum_of(enum checksum_algorithm algorithm, struct str bytes, struct checksum *ret_sum)
{
    struct checksum_run run;
    begin(&run, algorithm);
    checksum_feed(&run, bytes);
    end(&run, ret_sum);
}

char *checksum_base64(struct arena *arena, const struct checksum *sum)
{
    size_t length = checksum_length(sum->algorithm);
    char *text = arena_room(arena, base64_length(length) + 1);
    *base64_put(text, (struct str){ (const char *)sum->value, length }) = '\0';
    return text;
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
