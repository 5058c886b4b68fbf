/* Memory that lives as long as one thing (a call, a request, a definition) and is released in one go. Nobody frees a
 * piece of it. What needs releasing but is not memory is handed over with arena_own(). Out of memory ends the process. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
struct arena *arena_new_sized(size_t first_bytes); /* room for so much without asking the system again */
/* What comes next stands in a new block of just so many bytes: for who knows how much that is. */
void arena_widen(struct arena *arena, size_t bytes);
void arena_free(struct arena *arena_or_null);
/* Releases what it owns and forgets its contents but keeps the first block, so that a connection reuses one arena. */
void arena_reset(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size);                     /* zeroed, aligned for any type */
void *arena_alloc_array(struct arena *arena, size_t size, size_t count); /* likewise; the product is checked */
void *arena_room(struct arena *arena, size_t size);                      /* as arena_alloc, but not zeroed */
char *arena_copy(struct arena *arena, struct str text);                  /* NUL-terminated copy */
struct str arena_str(struct arena *arena, struct str text);              /* the same, as text */
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format, ...);
__attribute__((format(printf, 2, 0))) char *arena_vprintf(struct arena *arena, const char *format, va_list args);
char *arena_join(struct arena *arena, const char *const *pieces); /* one behind the other; ends with NULL */
/* `release(thing)` runs when the arena is reset or freed, last handed over first. */
void arena_own(struct arena *arena, void (*release)(void *thing), void *thing);
size_t arena_bytes(const struct arena *arena); /* what it holds from the system */

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))

/* malloc and friends that end the process with one line when there is no memory. */
void *memory_alloc(size_t size); /* zeroed */
void *memory_resize(void *block_or_null, size_t size);
char *memory_copy(struct str text); /* NUL-terminated; free() it */
_Noreturn void memory_exhausted(void);
/* Once a turn: where the heap has grown, its new pages are asked of the system together. One after the other, each at its first
 * touch, they cost several times as much. */
void memory_meet_growth(void);

#endif
