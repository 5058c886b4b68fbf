#include "services/forecast/predictions.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

struct entry {
    uint64_t hash;
    uint32_t series, unused;
};

/* FNV-1a: str_hash() is another in each process, and this stands on the disk. */
static uint64_t hash_of(struct str key)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ (unsigned char)key.at[i]) * 0x100000001b3u;
    return hash;
}

static int by_hash(const void *a, const void *b)
{
    uint64_t mine = ((const struct entry *)a)->hash, theirs = ((const struct entry *)b)->hash;
    return mine < theirs ? -1 : mine > theirs;
}

static void write_index(struct buf *out, const struct dictionary *keys)
{
    struct entry *index = memory_alloc((keys->count + 1) * sizeof *index);
    for (uint32_t i = 0; i < keys->count; i++)
        index[i] = (struct entry){ hash_of(dictionary_text(keys, i)), i, 0 };
    qsort(index, keys->count, sizeof *index, by_hash);
    buf_add(out, index, keys->count * sizeof *index);
    free(index);
}

void predictions_write(struct buf *out, const struct dictionary *keys, uint32_t types, uint32_t steps,
                       const double *values)
{
    struct predictions_header header = { keys->count, types, steps, (uint32_t)keys->bytes.length };
    buf_add(out, &header, sizeof header);
    write_index(out, keys);
    buf_add(out, keys->starts, (keys->count + 1) * sizeof *keys->starts);
    buf_add_str(out, buf_str(&keys->bytes));
    buf_add(out, values, (size_t)keys->count * types * steps * sizeof *values);
}

static bool read_at(const struct predictions *predictions, uint64_t offset, void *bytes, size_t length)
{
    const struct blob_reader *reader = predictions->reader;
    for (char *at = bytes; length;) {
        ssize_t got = offset < reader->length ? pread(reader->file, at, length, (off_t)(reader->start + offset)) : 0;
        if (got <= 0)
            return false;
        at += got;
        offset += (uint64_t)got;
        length -= (size_t)got;
    }
    return true;
}

static uint64_t starts_at(const struct predictions *predictions)
{
    return sizeof predictions->header + (uint64_t)predictions->header.series * sizeof(struct entry);
}

static uint64_t keys_at(const struct predictions *predictions)
{
    return starts_at(predictions) + ((uint64_t)predictions->header.series + 1) * sizeof(uint32_t);
}

bool predictions_open(struct world *world, struct str blob_id, struct predictions *ret)
{
    *ret = (struct predictions){ 0 };
    if (blob_open(world, blob_id, &ret->reader) != 0)
        return false;
    if (read_at(ret, 0, &ret->header, sizeof ret->header))
        return true;
    predictions_close(ret);
    return false;
}

void predictions_close(struct predictions *predictions)
{
    blob_close(predictions->reader);
    predictions->reader = NULL;
}

static bool is_key(const struct predictions *predictions, uint32_t series, struct str key)
{
    uint32_t bounds[2];
    char text[4096];
    if (!read_at(predictions, starts_at(predictions) + series * sizeof *bounds, bounds, sizeof bounds) ||
        bounds[1] - bounds[0] != key.length || key.length > sizeof text ||
        !read_at(predictions, keys_at(predictions) + bounds[0], text, key.length))
        return false;
    return memcmp(text, key.at, key.length) == 0;
}

uint32_t predictions_find(const struct predictions *predictions, struct str key)
{
    uint64_t hash = hash_of(key);
    uint32_t low = 0, high = predictions->header.series;
    struct entry entry;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (!read_at(predictions, sizeof predictions->header + (uint64_t)middle * sizeof entry, &entry, sizeof entry))
            return UINT32_MAX;
        if (entry.hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < predictions->header.series; low++) {
        if (!read_at(predictions, sizeof predictions->header + (uint64_t)low * sizeof entry, &entry, sizeof entry) ||
            entry.hash != hash)
            return UINT32_MAX;
        if (is_key(predictions, entry.series, key))
            return entry.series;
    }
    return UINT32_MAX;
}

bool predictions_values(const struct predictions *predictions, uint32_t series, double *ret_values)
{
    size_t bytes = (size_t)predictions->header.types * predictions->header.steps * sizeof(double);
    return read_at(predictions, keys_at(predictions) + predictions->header.key_bytes + (uint64_t)series * bytes,
                   ret_values, bytes);
}

bool predictions_keys(const struct predictions *predictions, struct dictionary *keys)
{
    uint32_t count = predictions->header.series;
    uint32_t *starts = memory_alloc((count + 1) * sizeof *starts);
    char *bytes = memory_alloc(predictions->header.key_bytes + 1);
    bool good = read_at(predictions, starts_at(predictions), starts, (count + 1) * sizeof *starts) &&
                read_at(predictions, keys_at(predictions), bytes, predictions->header.key_bytes);
    for (uint32_t i = 0; good && i < count; i++)
        good = dictionary_add(keys, (struct str){ bytes + starts[i], starts[i + 1] - starts[i] }) == i;
    free(starts);
    free(bytes);
    return good;
}
