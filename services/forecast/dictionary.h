/* Texts and the numbers they get in the order in which they first come: 0, 1, 2 …. For any thread, one at a time. */
#ifndef FORECAST_DICTIONARY_H
#define FORECAST_DICTIONARY_H

#include "base/buf.h"

#define DICTIONARY_MOST  1000000u           /* texts */
#define DICTIONARY_BYTES ((size_t)64 << 20) /* of all of them */
#define DICTIONARY_FULL  UINT32_MAX

struct dictionary { /* zeroed at first */
    struct buf bytes;
    uint32_t *starts; /* where each text begins; one more for the end */
    uint32_t *slots;  /* number + 1 by hash, 0: free */
    uint32_t count, slot_count, room;
};

uint32_t dictionary_add(struct dictionary *dictionary, struct str text); /* its number; DICTIONARY_FULL: no room */
uint32_t dictionary_find(const struct dictionary *dictionary, struct str text); /* DICTIONARY_FULL: not in it */
struct str dictionary_text(const struct dictionary *dictionary, uint32_t number);
void dictionary_release(struct dictionary *dictionary);
/* As bytes: count, then length and text each. */
void dictionary_write(const struct dictionary *dictionary, struct buf *out);
/* Cuts one off the front of `bytes` into an empty one; false: that is none. */
bool dictionary_read(struct dictionary *dictionary, struct str *bytes);

#endif
