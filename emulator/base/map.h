/* An ordered map from text to a pointer: byte order, seekable, so that a listing continues after any key at the same cost
 * wherever it stands: about log n steps that look at one bit each, and one comparison. Keys are copied. The map does not own
 * the values; no value is NULL. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map;
struct map_entry; /* stays valid until its own key is removed, whatever else changes */

struct map *map_new(void);
void map_free(struct map *map_or_null, void (*release)(void *value)); /* release may be NULL */
size_t map_count(const struct map *map);
void *map_get(const struct map *map, struct str key);        /* NULL: not there */
void *map_put(struct map *map, struct str key, void *value); /* returns the value it replaces, else NULL */
void *map_remove(struct map *map, struct str key);           /* returns the value it had, else NULL */
/* The same for who keeps the entry. */
struct map_entry *map_put_entry(struct map *map, struct str key, void *value, void **ret_old);
void map_remove_entry(struct map *map, struct map_entry *entry);

struct map_entry *map_first(const struct map *map);
struct map_entry *map_last(const struct map *map);
struct map_entry *map_at_or_after(const struct map *map, struct str key); /* the least key ≥ `key` */
struct map_entry *map_after(const struct map *map, struct str key);       /* the least key > `key` */
struct map_entry *map_before(const struct map *map, struct str key);      /* the greatest key < `key` */
struct map_entry *map_next(const struct map_entry *entry);
struct map_entry *map_previous(const struct map_entry *entry);
struct str map_key(const struct map_entry *entry);
void *map_value(const struct map_entry *entry);

#endif
