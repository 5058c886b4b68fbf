#include "base/checksum.h"

#include "base/crc.h"

uint32_t checksum_add(uint32_t so_far, struct str bytes)
{
    return (uint32_t)crc_add(&crc_castagnoli, so_far, bytes);
}

uint32_t checksum_add_number(uint32_t so_far, uint64_t number)
{
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(number >> 8 * i);
    return checksum_add(so_far, (struct str){ bytes, sizeof bytes });
}
