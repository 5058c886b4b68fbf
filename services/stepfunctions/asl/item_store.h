/* The items that an ItemReader found, in rows, until their Map Run is done with them: what a run began with it goes on with,
 * after a restart and when it is redriven. They are read one after another; only the row that the last one stood in is parsed.
 *
 *     "stepfunctions.map_item"   key: the Map Run's ARN + "/" + number of its first item in ten digits
 *         source ("S3://bucket/key"), items (array), keys (array; where they are members of an object) */
#ifndef ASL_ITEM_STORE_H
#define ASL_ITEM_STORE_H

#include "world/store.h"

extern const struct table_def map_item_table;

/* One item of a Map, as $$.Map.Item tells of it. */
struct map_item {
    int64_t index;
    struct str key; /* of an object's member; at NULL: none */
    const cJSON *value;
    struct str source; /* "STATE_DATA", "S3://bucket/key" */
};

struct item_store {
    struct store *store;
    struct scope scope;
    const char *map_run_arn; /* borrowed */
    int64_t count;           /* all that were added */
    uint64_t bytes;          /* their texts */
    /* adding */
    struct buf row, keys;
    int64_t row_first;
    bool has_keys;
    char *source;
    /* reading */
    struct json *chunk;
    int64_t at_index; /* of `at` and `at_key`; good while `chunk` is there */
    const cJSON *at, *at_key;
};

void item_store_init(struct item_store *items, struct store *store, struct scope scope, const char *map_run_arn);
void item_store_release(struct item_store *items);
/* Where the items that are added from now on come from. */
void item_store_source(struct item_store *items, struct str source);
/* `text` is JSON. */
void item_store_add(struct item_store *items, struct str key_or_none, struct str text);
void item_store_flush(struct item_store *items); /* all that was added stands in rows */
/* Borrowed until the next item is asked for; false: there is no such item. */
bool item_store_get(struct item_store *items, int64_t index, struct map_item *ret_item);
void item_store_clear(struct item_store *items); /* the rows go */

#endif
