/* The checksums that S3's clients send and ask for, a piece at a time, and how those of two pieces make that of the whole:
 * CRC32 (zlib's), CRC32C (Castagnoli), CRC64NVME, SHA-1, SHA-256; MD5 for ETags and Content-MD5.
 *
 *     struct checksum_run *run = checksum_begin(CHECKSUM_CRC32);   checksum_feed(run, bytes)…   checksum_end(run, &sum);
 */
#ifndef BASE_CHECKSUM_RUN_H
#define BASE_CHECKSUM_RUN_H

#include "base/arena.h"
#include "base/str.h"

enum checksum_algorithm {
    CHECKSUM_NONE,
    CHECKSUM_CRC32,
    CHECKSUM_CRC32C,
    CHECKSUM_CRC64NVME,
    CHECKSUM_SHA1,
    CHECKSUM_SHA256,
    CHECKSUM_MD5,
};

#define CHECKSUM_MOST_BYTES 32

/* The bytes in the order in which base64 has them on the wire: a CRC's first byte is its most significant. */
struct checksum {
    enum checksum_algorithm algorithm;
    unsigned char value[CHECKSUM_MOST_BYTES];
};

/* "CRC32" … "SHA256", as ChecksumAlgorithm has them ("MD5" too); CHECKSUM_NONE: no such name. Case counts not. */
enum checksum_algorithm checksum_by_name(struct str name);
const char *checksum_name(enum checksum_algorithm algorithm);
size_t checksum_length(enum checksum_algorithm algorithm); /* of its value in bytes */

struct checksum_run;
struct checksum_run *checksum_begin(enum checksum_algorithm algorithm);
void checksum_feed(struct checksum_run *run, struct str bytes);
/* To each run its own bytes, at most CHECKSUM_MOST_AT_ONCE: MD5s are made together (md5_lanes.h). */
#define CHECKSUM_MOST_AT_ONCE 8
void checksum_feed_all(struct checksum_run *const runs[], const struct str bytes[], size_t count);
void checksum_end(struct checksum_run *run_taken, struct checksum *ret_sum);
void checksum_drop(struct checksum_run *run_taken_or_null);
void checksum_of(enum checksum_algorithm algorithm, struct str bytes, struct checksum *ret_sum);

char *checksum_base64(struct arena *arena, const struct checksum *sum);
/* False: no base64 of so many bytes. */
bool checksum_parse(enum checksum_algorithm algorithm, struct str base64, struct checksum *ret_sum);
bool checksum_equal(const struct checksum *a, const struct checksum *b);
/* CRCs only (a FULL_OBJECT checksum of a multipart upload): *sum, of some bytes, becomes the one of those bytes with `more`
 * behind them, which are `more_length` long. */
void checksum_join(struct checksum *sum, const struct checksum *more, uint64_t more_length);

#endif
