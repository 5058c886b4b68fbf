#include "base/checksum.h"

#include <endian.h>

#include "base/crc.h"

uint32_t checksum_add(uint32_t so_far, struct str bytes)
{
    return (uint32_t)crc_add(&crc_castagnoli, so_far, bytes);
}

uint32_t checksum_add_number(uint32_t so_far, uint64_t number)
{
    number = htole64(number);
    return checksum_add(so_far, (struct str){ (const char *)&number, sizeof number });
}
