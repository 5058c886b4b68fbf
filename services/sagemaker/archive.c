#include "services/sagemaker/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define BLOCK        512
#define GZIP_WINDOW  (15 + 16)
#define INFLATE_STEP ((size_t)64 * 1024)

/* A header of ustar (POSIX.1-1988, pax(1)); numbers are octal digits. */
struct tar_header {
    char name[100], mode[8], user[8], group[8], size[12], changed[12], sum[8], type, linked[100], magic[6], version[2],
        user_name[32], group_name[32], device[16], prefix[155], padding[12];
};

/* ---- packing ---- */

struct packing {
    z_stream stream;
    struct buf *gzip;
    bool failed;
};

static void write_bytes(struct packing *packing, const void *bytes, size_t length, int flush)
{
    z_stream *stream = &packing->stream;
    stream->next_in = (Bytef *)(uintptr_t)bytes;
    stream->avail_in = (uInt)length;
    do {
        buf_reserve(packing->gzip, INFLATE_STEP);
        stream->next_out = (Bytef *)packing->gzip->at + packing->gzip->length;
        stream->avail_out = INFLATE_STEP;
        packing->failed |= deflate(stream, flush) == Z_STREAM_ERROR;
        packing->gzip->length += INFLATE_STEP - stream->avail_out;
    } while (!packing->failed && stream->avail_out == 0);
}

static void write_header(struct packing *packing, struct str name, size_t size)
{
    struct tar_header header = { .type = '0' };
    unsigned sum = 0;
    size_t head = name.length > sizeof header.name ? name.length - sizeof header.name : 0;
    while (head > 0 && head < name.length && name.at[head] != '/') /* the name is cut at a '/' */
        head++;
    memcpy(header.prefix, name.at, head < sizeof header.prefix ? head : 0);
    struct str rest = str_from(name, head ? head + 1 : 0);
    memcpy(header.name, rest.at, rest.length < sizeof header.name ? rest.length : sizeof header.name);
    memcpy(header.mode, "0000644", 8);
    memcpy(header.user, "0000000", 8);
    memcpy(header.group, "0000000", 8);
    snprintf(header.size, sizeof header.size, "%011llo", (unsigned long long)size);
    memcpy(header.changed, "00000000000", 12);
    memcpy(header.magic, "ustar", 6);
    memcpy(header.version, "00", 2);
    memset(header.sum, ' ', sizeof header.sum);
    for (size_t i = 0; i < sizeof header; i++)
        sum += ((const unsigned char *)&header)[i];
    snprintf(header.sum, sizeof header.sum, "%06o", sum & 0777777);
    write_bytes(packing, &header, sizeof header, Z_NO_FLUSH);
}

static void write_file(struct packing *packing, struct str name, struct str bytes)
{
    static const char zeroes[BLOCK];
    write_header(packing, name, bytes.length);
    for (size_t at = 0; at < bytes.length; at += 1 << 20)
        write_bytes(packing, bytes.at + at, str_first(str_from(bytes, at), 1 << 20).length, Z_NO_FLUSH);
    write_bytes(packing, zeroes, (BLOCK - bytes.length % BLOCK) % BLOCK, Z_NO_FLUSH);
}

static int by_path(const void *a, const void *b)
{
    const struct container_file *const *one = a, *const *other = b;
    return strcmp((*one)->path, (*other)->path);
}

static const struct container_file **sorted(const struct list *files, size_t *ret_count)
{
    size_t count = 0;
    for (const struct list *link = files->next; link != files; link = link->next)
        count++;
    const struct container_file **all = memory_alloc((count + 1) * sizeof *all);
    *ret_count = 0;
    for (struct list *link = files->next; link != files; link = link->next)
        all[(*ret_count)++] = LIST_ITEM(link, struct container_file, link);
    qsort(all, count, sizeof *all, by_path);
    return all;
}

bool archive_pack(const struct list *files, const char *folder, struct buf *ret_gzip)
{
    static const char end[2 * BLOCK];
    struct packing packing = { .gzip = ret_gzip };
    size_t count, skip = strlen(folder) + 1;
    if (deflateInit2(&packing.stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    const struct container_file **all = sorted(files, &count);
    for (size_t i = 0; i < count; i++) {
        struct str path = str_of(all[i]->path);
        if (path.length > skip && str_starts(path, str_of(folder)) && path.at[skip - 1] == '/')
            write_file(&packing, str_from(path, skip), buf_str(&all[i]->bytes));
    }
    free(all);
    write_bytes(&packing, end, sizeof end, Z_FINISH);
    deflateEnd(&packing.stream);
    return !packing.failed;
}

/* ---- unpacking ---- */

static bool inflate_all(struct str gzip, struct buf *tar)
{
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)gzip.at, .avail_in = (uInt)gzip.length };
    int result = Z_OK;
    if (gzip.length > UINT32_MAX || inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return false;
    while (result == Z_OK && buf_reserve(tar, INFLATE_STEP)) {
        stream.next_out = (Bytef *)tar->at + tar->length;
        stream.avail_out = INFLATE_STEP;
        result = inflate(&stream, Z_NO_FLUSH);
        tar->length += INFLATE_STEP - stream.avail_out;
    }
    inflateEnd(&stream);
    return result == Z_STREAM_END;
}

static bool read_octal(const char *digits, size_t length, uint64_t *ret_value)
{
    *ret_value = 0;
    size_t i = 0;
    while (i < length && digits[i] == ' ')
        i++;
    for (; i < length && digits[i] != '\0' && digits[i] != ' '; i++) {
        if (digits[i] < '0' || digits[i] > '7' || *ret_value > UINT64_MAX >> 3)
            return false;
        *ret_value = *ret_value * 8 + (uint64_t)(digits[i] - '0');
    }
    return true;
}

static struct str field(const char *at, size_t length)
{
    return (struct str){ at, strnlen(at, length) };
}

static char *path_of(struct arena *arena, const struct tar_header *header, const char *folder)
{
    struct str name = field(header->name, sizeof header->name), prefix = field(header->prefix, sizeof header->prefix);
    bool ustar = memcmp(header->magic, "ustar", 5) == 0;
    while (str_starts(name, STR("./")))
        name = str_from(name, 2);
    if (!ustar || header->magic[5] != '\0') /* GNU's has times there */
        prefix.length = 0;
    while (str_starts(prefix, STR("./")))
        prefix = str_from(prefix, 2);
    return arena_printf(arena, "%s/%.*s%s%.*s", folder, STR_ARG(prefix), prefix.length ? "/" : "", STR_ARG(name));
}

static bool take_entries(struct str tar, const char *folder, struct container *container, struct arena *arena,
                         const char **reterr_why)
{
    size_t files = 0;
    while (tar.length >= BLOCK && tar.at[0] != '\0') {
        const struct tar_header *header = (const void *)tar.at;
        uint64_t size;
        *reterr_why = "it is no tar archive";
        if (!read_octal(header->size, sizeof header->size, &size) || size > tar.length - BLOCK)
            return false;
        bool regular = header->type == '0' || header->type == '\0';
        char *path = path_of(arena, header, folder);
        *reterr_why = "it names files that cannot be there";
        if (regular && (!container_path_is_fit(str_of(path)) || ++files > CONTAINER_MOST_FILES))
            return false;
        if (regular) {
            struct buf bytes = BUF_EMPTY;
            buf_add(&bytes, tar.at + BLOCK, (size_t)size);
            container_give(container, str_of(path), &bytes);
        }
        tar = str_from(tar, BLOCK + (size_t)((size + BLOCK - 1) / BLOCK * BLOCK));
    }
    return true;
}

bool archive_unpack(struct str gzip, const char *folder, struct container *container, const char **reterr_why)
{
    struct buf tar;
    buf_init(&tar, CONTAINER_MOST_BYTES);
    *reterr_why = "it is no gzip file, or too large";
    bool good = inflate_all(gzip, &tar);
    if (good) {
        struct arena *arena = arena_new();
        good = take_entries(buf_str(&tar), folder, container, arena, reterr_why);
        arena_free(arena);
    }
    buf_release(&tar);
    return good;
}
