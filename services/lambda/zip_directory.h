/* The directory at the end of a ZIP archive: how many entries there are and how large they are unpacked. Nothing is unpacked, and an
 * archive of 60,000 entries takes a millisecond or two, so a handler may ask; who unpacks (the sandbox, off the loop) reads all. */
#ifndef LAMBDA_ZIP_DIRECTORY_H
#define LAMBDA_ZIP_DIRECTORY_H

#include <stdint.h>

#include "base/str.h"

struct zip_directory {
    size_t entries;
    uint64_t unzipped_bytes;
};

/* False: it is no whole archive: no directory, or one that does not fit the bytes before it; or one of several volumes, or
 * with more than 65,534 entries or 4 GiB (ZIP64). */
bool zip_directory_read(struct str archive, struct zip_directory *ret_directory);

#endif
