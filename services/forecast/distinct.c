#include "services/forecast/distinct.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

#define REGISTER_BITS 16
#define REGISTERS     ((size_t)1 << REGISTER_BITS)

/* splitmix64's finisher: a bijection, so different values have different hashes. */
static uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static void add_to_registers(struct distinct *distinct, uint64_t hash)
{
    size_t at = hash >> (64 - REGISTER_BITS);
    uint64_t rest = hash << REGISTER_BITS;
    uint8_t rank = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : 64 - REGISTER_BITS + 1;
    if (distinct->registers[at] < rank)
        distinct->registers[at] = rank;
}

static uint64_t *slot_of(const struct distinct *distinct, uint64_t hash)
{
    size_t at = hash & (distinct->room - 1);
    while (distinct->hashes[at] && distinct->hashes[at] != hash)
        at = (at + 1) & (distinct->room - 1);
    return &distinct->hashes[at];
}

static void grow(struct distinct *distinct)
{
    struct distinct old = *distinct;
    distinct->room = old.room ? old.room * 2 : 256;
    distinct->hashes = memory_alloc(distinct->room * sizeof *distinct->hashes);
    for (size_t i = 0; i < old.room; i++)
        if (old.hashes[i])
            *slot_of(distinct, old.hashes[i]) = old.hashes[i];
    free(old.hashes);
}

static void begin_estimate(struct distinct *distinct)
{
    distinct->registers = memory_alloc(REGISTERS);
    for (size_t i = 0; i < distinct->room; i++)
        if (distinct->hashes[i])
            add_to_registers(distinct, distinct->hashes[i]);
    free(distinct->hashes);
    distinct->hashes = NULL;
    distinct->room = 0;
}

bool distinct_add(struct distinct *distinct, uint64_t value)
{
    uint64_t hash = mix(value);
    hash += !hash;
    if (distinct->registers) {
        add_to_registers(distinct, hash);
        return true;
    }
    if (distinct->count * 2 >= distinct->room)
        grow(distinct);
    uint64_t *slot = slot_of(distinct, hash);
    if (*slot)
        return false;
    *slot = hash;
    if (++distinct->count > DISTINCT_EXACT)
        begin_estimate(distinct);
    return true;
}

uint64_t distinct_count(const struct distinct *distinct)
{
    if (!distinct->registers)
        return distinct->count;
    double sum = 0, m = (double)REGISTERS;
    for (size_t i = 0; i < REGISTERS; i++)
        sum += ldexp(1, -distinct->registers[i]);
    return (uint64_t)llround(0.7213 / (1 + 1.079 / m) * m * m / sum);
}

void distinct_release(struct distinct *distinct)
{
    free(distinct->hashes);
    free(distinct->registers);
    *distinct = (struct distinct){ 0 };
}
