/* Cyclic redundancy checks, reflected, all ones at the beginning and at the end. They find damage; they are no digests, anybody can make
 * bytes that fit. Any thread. */
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include "base/str.h"

struct crc {
    uint64_t polynomial; /* reflected */
    unsigned bits;
    uint64_t tables[8][256]; /* eight bytes in one step: tables[n] is a byte with n zero bytes behind it */
    uint64_t folds[2][2];    /* see fold() in crc.c: by 128 bits, by 512 bits */
};

extern struct crc crc_zlib, crc_castagnoli,
    crc_64_nvme; /* CRC32, CRC32C, CRC64NVME; their tables are made at the first crc_add() */

/* Of what `so_far` is the CRC of, with `bytes` behind it; 0: of `bytes` alone. Sixteen bytes at a time where the machine can. */
uint64_t crc_add(const struct crc *crc, uint64_t so_far, struct str bytes);

#endif
