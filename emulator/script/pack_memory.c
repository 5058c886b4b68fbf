#include <stdlib.h>

#include "script/pack.h"

#define STEP        16 /* sizes are rounded up to it: what malloc() aligns to, too */
#define CHUNK       ((size_t)64 << 10)
#define CHUNKS_MOST (2 * PACK_MEMORY) /* what is of one size never becomes another's */

/* A piece that is free, or the head of a chunk. */
struct link {
    _Alignas(STEP) struct link *next;
};

static size_t class_of(size_t size)
{
    return (size - 1) / STEP;
}

static bool add_chunk(struct pack_memory *memory)
{
    struct link *chunk = memory->chunk_bytes < CHUNKS_MOST ? malloc(CHUNK) : NULL;
    if (!chunk)
        return false;
    chunk->next = memory->chunks;
    memory->chunks = chunk;
    memory->chunk_bytes += CHUNK;
    memory->at = (char *)(chunk + 1);
    memory->end = (char *)chunk + CHUNK;
    return true;
}

static void *take(struct pack_memory *memory, size_t size)
{
    if (size > PACK_SMALL)
        return malloc(size);
    struct link **free_ones = &memory->free[class_of(size)], *piece = *free_ones;
    if (piece) {
        *free_ones = piece->next;
        return piece;
    }
    size = (class_of(size) + 1) * STEP;
    if ((size_t)(memory->end - memory->at) < size && !add_chunk(memory))
        return NULL;
    memory->at += size;
    return memory->at - size;
}

static void give_back(struct pack_memory *memory, void *block, size_t size)
{
    struct link *piece = block;
    if (size > PACK_SMALL) {
        free(block);
        return;
    }
    piece->next = memory->free[class_of(size)];
    memory->free[class_of(size)] = piece;
}

static void *move(struct pack_memory *memory, void *block, size_t old_size, size_t new_size)
{
    if (old_size > PACK_SMALL && new_size > PACK_SMALL)
        return realloc(block, new_size);
    if (old_size <= PACK_SMALL && new_size <= PACK_SMALL && class_of(old_size) == class_of(new_size))
        return block;
    void *moved = take(memory, new_size);
    if (!moved)
        return NULL;
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    give_back(memory, block, old_size);
    return moved;
}

void *pack_memory_allocate(void *data, void *block, size_t old_size, size_t new_size)
{
    struct pack_memory *memory = data;
    if (!block)
        old_size = 0; /* Lua tells a kind of object there */
    if (new_size == 0) {
        memory->bytes -= old_size;
        if (block)
            give_back(memory, block, old_size);
        return NULL;
    }
    if (new_size > old_size && memory->bytes + (new_size - old_size) > PACK_MEMORY)
        return NULL;
    void *got = block ? move(memory, block, old_size, new_size) : take(memory, new_size);
    if (got)
        memory->bytes = memory->bytes - old_size + new_size;
    return got;
}

void pack_memory_release(struct pack_memory *memory)
{
    while (memory->chunks) {
        struct link *chunk = memory->chunks;
        memory->chunks = chunk->next;
        free(chunk);
    }
    *memory = (struct pack_memory){ 0 };
}
