/* Seeded randomness (xoshiro256**): the same seed, the same game. Its whole state is four words, so it can stand in a
 * row. Secrets do not come from here but from random_secret(). */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
double random_unit(struct random *random);                                /* 0 ≤ x < 1 */
int64_t random_between(struct random *random, int64_t low, int64_t high); /* both included, unbiased */
void random_uuid(struct random *random, char ret_uuid[37]);               /* version 4, lower case */
/* `length` characters out of `alphabet`, then a NUL. */
void random_text(struct random *random, const char *alphabet, size_t length, char *ret_text_and_nul);
void random_secret(void *ret_bytes, size_t length); /* from the kernel; ends the process when it refuses */
void random_secret_text(const char *alphabet, size_t length, char *ret_text_and_nul);

#endif
