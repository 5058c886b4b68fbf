/* How many different values there are: exact up to DISTINCT_EXACT of them, in memory that grows with them; behind that an
 * estimate (HyperLogLog, 65,536 registers: within 1 % nearly always), in memory that does not. */
#ifndef FORECAST_DISTINCT_H
#define FORECAST_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISTINCT_EXACT ((size_t)1 << 20)

struct distinct {     /* zeroed at first */
    uint64_t *hashes; /* 0: free */
    size_t count, room;
    uint8_t *registers; /* once there are too many */
};

/* False: it was there before. Where only an estimate is kept any value counts as new. */
bool distinct_add(struct distinct *distinct, uint64_t value);
uint64_t distinct_count(const struct distinct *distinct);
void distinct_release(struct distinct *distinct);

#endif
