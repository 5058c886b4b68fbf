#include "base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Under AddressSanitizer what nobody has asked for, or was reset, may not be touched, and pieces stand apart. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
#include <sanitizer/asan_interface.h>
#define HIDE(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define SHOW(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
#define GAP            16
#else
#define HIDE(at, size) ((void)0)
#define SHOW(at, size) ((void)0)
#define GAP            0
#endif

#define ALIGNMENT    16
#define FIRST_BLOCK  4096
#define LARGEST_STEP (64 * 1024) /* blocks double up to here; a bigger piece gets a block of its own size */

struct block {
    struct block *older;
    size_t size; /* with this head */
};

struct owned {
    struct owned *older;
    void (*release)(void *thing);
    void *thing;
};

/* An arena stands at the head of its own first block: one malloc for a small one.
 *
 *     first block: | struct arena | pieces …        ^at        ^end |
 *     later ones:  | struct block | pieces … */
struct arena {
    _Alignas(ALIGNMENT) struct block first;
    struct block *newest;
    char *at, *end;
    struct owned *owned;
    size_t bytes;
};

_Static_assert(sizeof(struct arena) % ALIGNMENT == 0, "the first piece must be aligned");
_Static_assert(sizeof(struct block) % ALIGNMENT == 0, "the first piece must be aligned");

_Noreturn void memory_exhausted(void)
{
    static const char line[] = "rehearse: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    _exit(1);
}

/* glibc keeps small blocks that were freed for the next malloc() of a thread, but not for its calloc(): a tree's nodes would go
 * the long way each time, there and back. */
#define SMALL 1024

void *memory_alloc(size_t size)
{
    void *block = size <= SMALL ? malloc(size ? size : 1) : calloc(1, size);
    if (!block)
        memory_exhausted();
    return size <= SMALL ? memset(block, 0, size) : block;
}

void *memory_resize(void *block_or_null, size_t size)
{
    void *block = realloc(block_or_null, size ? size : 1);
    if (!block)
        memory_exhausted();
    return block;
}

char *memory_copy(struct str text)
{
    char *copy = malloc(text.length + 1);
    if (!copy)
        memory_exhausted();
    if (text.length)
        memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    return copy;
}

void memory_meet_growth(void)
{
    static uintptr_t met;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), end = (uintptr_t)sbrk(0) & ~(page - 1);
    if (met && end > met)
        madvise((void *)met, end - met,
                MADV_POPULATE_WRITE); /* Linux 5.14; elsewhere each page comes when it is touched */
    met = end;
}

/* With the first block, all of it free. */
static void start_over(struct arena *arena)
{
    arena->bytes = arena->first.size;
    arena->at = (char *)arena + sizeof *arena;
    arena->end = (char *)arena + arena->first.size;
    HIDE(arena->at, (size_t)(arena->end - arena->at));
}

struct arena *arena_new(void)
{
    return arena_new_sized(FIRST_BLOCK - sizeof(struct arena));
}

struct arena *arena_new_sized(size_t first_bytes)
{
    size_t size = sizeof(struct arena) + first_bytes;
    struct arena *arena = malloc(size);
    if (size < first_bytes || !arena)
        memory_exhausted();
    *arena = (struct arena){ .first = { .size = size }, .newest = &arena->first };
    start_over(arena);
    return arena;
}

static void release_owned(struct arena *arena)
{
    while (arena->owned) {
        struct owned *owned = arena->owned;
        arena->owned = owned->older;
        owned->release(owned->thing);
    }
}

/* Everything but the first block, which the arena stands in. */
static void free_later_blocks(struct arena *arena)
{
    while (arena->newest != &arena->first) {
        struct block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
}

void arena_free(struct arena *arena_or_null)
{
    if (!arena_or_null)
        return;
    release_owned(arena_or_null);
    free_later_blocks(arena_or_null);
    free(arena_or_null);
}

void arena_reset(struct arena *arena)
{
    release_owned(arena);
    free_later_blocks(arena);
    start_over(arena);
}

/* Its room, of at least `size` bytes up to *ret_end. */
static char *add_block(struct arena *arena, size_t size, size_t step, char **ret_end)
{
    if (size > SIZE_MAX - sizeof(struct block) - step)
        memory_exhausted();
    size_t block_size = sizeof(struct block) + size > step ? sizeof(struct block) + size : step;
    struct block *block = malloc(block_size);
    if (!block)
        memory_exhausted();
    *block = (struct block){ arena->newest, block_size };
    arena->newest = block;
    arena->bytes += block_size;
    char *room = (char *)block + sizeof *block;
    *ret_end = (char *)block + block_size;
    HIDE(room, (size_t)(*ret_end - room));
    return room;
}

void arena_widen(struct arena *arena, size_t bytes)
{
    arena->at = add_block(arena, bytes, 0, &arena->end);
}

/* The rest of the block in use is given up, unless the piece is big and that rest is better kept. */
static void *take_from_new_block(struct arena *arena, size_t size)
{
    size_t step = arena->newest->size * 2 < LARGEST_STEP ? arena->newest->size * 2 : LARGEST_STEP;
    char *end, *piece = add_block(arena, size, step, &end);
    if (end - (piece + size) >= arena->end - arena->at) {
        arena->at = piece + size;
        arena->end = end;
    }
    return piece;
}

void *arena_room(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT - GAP)
        memory_exhausted();
    size_t rounded = (size + GAP + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    char *piece = arena->at;
    if (rounded > (size_t)(arena->end - arena->at))
        piece = take_from_new_block(arena, rounded);
    else
        arena->at += rounded;
    SHOW(piece, size);
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_room(arena, size), 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t size, size_t count)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes))
        memory_exhausted();
    return arena_alloc(arena, bytes);
}

char *arena_copy(struct arena *arena, struct str text)
{
    char *copy = arena_room(arena, text.length + 1);
    if (text.length)
        memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    return copy;
}

struct str arena_str(struct arena *arena, struct str text)
{
    return (struct str){ arena_copy(arena, text), text.length };
}

char *arena_join(struct arena *arena, const char *const *pieces)
{
    size_t length = 0;
    for (size_t i = 0; pieces[i]; i++)
        length += strlen(pieces[i]);
    char *text = arena_room(arena, length + 1), *at = text;
    for (size_t i = 0; pieces[i]; i++)
        at = stpcpy(at, pieces[i]);
    *at = '\0';
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    assert(length >= 0);

    char *text = arena_room(arena, (size_t)length + 1);
    if ((size_t)length < sizeof small)
        memcpy(text, small, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_own(struct arena *arena, void (*release)(void *thing), void *thing)
{
    struct owned *owned = arena_room(arena, sizeof *owned);
    *owned = (struct owned){ arena->owned, release, thing };
    arena->owned = owned;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->bytes;
}
