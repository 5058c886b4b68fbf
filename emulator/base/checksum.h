/* CRC-32C (Castagnoli, reflected): finds every damage of up to 32 bits in a row, and others but for one in 2^32. For what is
 * read back from a disk; it is no digest, anybody can make bytes that fit. Any thread. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include "base/str.h"

/* Of what `so_far` is the checksum of, with `bytes` behind it; 0: of `bytes` alone. */
uint32_t checksum_add(uint32_t so_far, struct str bytes);
uint32_t checksum_add_number(uint32_t so_far, uint64_t number); /* of eight bytes, the lowest first */

#endif
