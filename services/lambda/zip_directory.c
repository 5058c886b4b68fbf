#include "services/lambda/zip_directory.h"

/* APPNOTE.TXT - .ZIP File Format Specification, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end). */
#define END_SIGNATURE   0x06054b50u
#define ENTRY_SIGNATURE 0x02014b50u
#define LOCAL_SIGNATURE 0x04034b50u
#define END_BYTES       22
#define ENTRY_BYTES     46
#define LOCAL_BYTES     30
#define COMMENT_MOST    0xffff

static unsigned read16(struct str archive, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)archive.at + at;
    return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint32_t read32(struct str archive, size_t at)
{
    return read16(archive, at) | (uint32_t)read16(archive, at + 2) << 16;
}

/* The last record whose comment reaches to the very end; SIZE_MAX: there is none. */
static size_t find_end(struct str archive)
{
    for (size_t comment = 0; comment <= COMMENT_MOST && END_BYTES + comment <= archive.length; comment++) {
        size_t at = archive.length - END_BYTES - comment;
        if (read32(archive, at) == END_SIGNATURE && read16(archive, at + 20) == comment)
            return at;
    }
    return SIZE_MAX;
}

/* The entry's own header and bytes stand before the directory. */
static bool has_content(struct str archive, size_t entry, size_t directory)
{
    size_t at = read32(archive, entry + 42), packed = read32(archive, entry + 20);
    if (at + LOCAL_BYTES > directory || read32(archive, at) != LOCAL_SIGNATURE)
        return false;
    return at + LOCAL_BYTES + read16(archive, at + 26) + read16(archive, at + 28) + packed <= directory;
}

bool zip_directory_read(struct str archive, struct zip_directory *ret_directory)
{
    size_t end = find_end(archive);
    *ret_directory = (struct zip_directory){ 0 };
    if (end == SIZE_MAX || read32(archive, end + 4) != 0) /* this volume is the first and the directory's */
        return false;
    size_t count = read16(archive, end + 10), size = read32(archive, end + 12), at = read32(archive, end + 16);
    size_t directory = at;
    if (count != read16(archive, end + 8) || count == 0xffff || at + size > end)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (end - at < ENTRY_BYTES || read32(archive, at) != ENTRY_SIGNATURE || !has_content(archive, at, directory))
            return false;
        size_t more = (size_t)read16(archive, at + 28) + read16(archive, at + 30) + read16(archive, at + 32);
        if (end - at - ENTRY_BYTES < more)
            return false;
        ret_directory->unzipped_bytes += read32(archive, at + 24);
        at += ENTRY_BYTES + more;
    }
    ret_directory->entries = count;
    return at == directory + size;
}
