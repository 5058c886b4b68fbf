#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* xoshiro256** and splitmix64 are Blackman's and Vigna's (https://prng.di.unimi.it), in the public domain. */

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void random_seed(struct random *random, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++)
        random->state[i] = splitmix(&seed);
}

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* A number below `bound` (0: any): draws from the incomplete last round are thrown away, so all are equally likely. */
static uint64_t below(struct random *random, uint64_t bound)
{
    if (bound == 0)
        return random_next(random);
    uint64_t unfair = (0 - bound) % bound; /* 2^64 mod bound */
    uint64_t draw;
    do {
        draw = random_next(random);
    } while (draw < unfair);
    return draw % bound;
}

int64_t random_between(struct random *random, int64_t low, int64_t high)
{
    assert(low <= high);
    uint64_t count = (uint64_t)high - (uint64_t)low + 1;
    return (int64_t)((uint64_t)low + below(random, count));
}

void random_uuid(struct random *random, char ret_uuid[37])
{
    static const char hex[] = "0123456789abcdef";
    uint64_t words[2] = { random_next(random), random_next(random) };
    words[0] = (words[0] & ~(uint64_t)0xF000) | 0x4000;               /* version 4 */
    words[1] = (words[1] & ~((uint64_t)3 << 62)) | (uint64_t)1 << 63; /* variant of RFC 9562 */
    char digits[32];
    for (size_t i = 0; i < 16; i++) {
        digits[i] = hex[words[0] >> (60 - 4 * i) & 15];
        digits[16 + i] = hex[words[1] >> (60 - 4 * i) & 15];
    }
    memcpy(ret_uuid, (const char[37]){ "........-....-....-....-............" }, 37);
    memcpy(ret_uuid, digits, 8);
    memcpy(ret_uuid + 9, digits + 8, 4);
    memcpy(ret_uuid + 14, digits + 12, 4);
    memcpy(ret_uuid + 19, digits + 16, 4);
    memcpy(ret_uuid + 24, digits + 20, 12);
}

void random_text(struct random *random, const char *alphabet, size_t length, char *ret_text_and_nul)
{
    size_t letters = strlen(alphabet);
    assert(letters > 0);
    for (size_t i = 0; i < length; i++)
        ret_text_and_nul[i] = alphabet[below(random, letters)];
    ret_text_and_nul[length] = '\0';
}

void random_secret(void *ret_bytes, size_t length)
{
    char *at = ret_bytes;
    while (length) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fprintf(stderr, "rehearse: the kernel gives no random bytes: %s\n", strerror(errno));
            exit(1);
        }
        at += got;
        length -= (size_t)got;
    }
}

void random_secret_text(const char *alphabet, size_t length, char *ret_text_and_nul)
{
    size_t letters = strlen(alphabet);
    assert(letters > 0 && letters <= 256);
    size_t fair = 256 - 256 % letters; /* bytes from here on would favour the first letters */
    unsigned char bytes[64];
    size_t next = sizeof bytes;
    for (size_t i = 0; i < length;) {
        if (next == sizeof bytes) {
            random_secret(bytes, sizeof bytes);
            next = 0;
        }
        unsigned char byte = bytes[next++];
        if (byte < fair)
            ret_text_and_nul[i++] = alphabet[byte % letters];
    }
    ret_text_and_nul[length] = '\0';
    explicit_bzero(bytes, sizeof bytes);
}
