#include "base/checksum.h"

#include <pthread.h>

#define POLYNOMIAL 0x82F63B78u
#define SLICES     8 /* bytes taken at once */

static uint32_t tables[SLICES][256]; /* [n]: what a byte with n bytes of zeros behind it does */

static void make_tables(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t sum = byte;
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? POLYNOMIAL : 0);
        tables[0][byte] = sum;
    }
    for (int slice = 1; slice < SLICES; slice++)
        for (int byte = 0; byte < 256; byte++)
            tables[slice][byte] = tables[slice - 1][byte] >> 8 ^ tables[0][tables[slice - 1][byte] & 255];
}

static uint32_t add_eight(uint32_t sum, const unsigned char *at)
{
    return tables[7][(sum ^ at[0]) & 255] ^ tables[6][(sum >> 8 ^ at[1]) & 255] ^ tables[5][(sum >> 16 ^ at[2]) & 255] ^
           tables[4][sum >> 24 ^ at[3]] ^ tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
}

uint32_t checksum_add(uint32_t so_far, struct str bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_tables);
    const unsigned char *at = (const unsigned char *)bytes.at;
    size_t left = bytes.length;
    uint32_t sum = ~so_far;
    for (; left >= SLICES; at += SLICES, left -= SLICES)
        sum = add_eight(sum, at);
    for (; left > 0; at++, left--)
        sum = sum >> 8 ^ tables[0][(sum ^ *at) & 255];
    return ~sum;
}

uint32_t checksum_add_number(uint32_t so_far, uint64_t number)
{
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(number >> 8 * i);
    return checksum_add(so_far, (struct str){ bytes, sizeof bytes });
}
