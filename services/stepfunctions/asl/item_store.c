#include "services/stepfunctions/asl/item_store.h"

#include <stdlib.h>

const struct table_def map_item_table = { .name = "stepfunctions.map_item" };

#define ROW_BYTES  ((size_t)32 * 1024) /* of a row, about; an item that is larger has one of its own */
#define KEY_DIGITS 10

void item_store_init(struct item_store *items, struct store *store, struct scope scope, const char *map_run_arn)
{
    *items = (struct item_store){ .store = store, .scope = scope, .map_run_arn = map_run_arn };
}

void item_store_release(struct item_store *items)
{
    buf_release(&items->row);
    buf_release(&items->keys);
    free(items->source);
    json_unref(items->chunk);
    *items = (struct item_store){ 0 };
}

static struct buf key_of(const struct item_store *items, int64_t first)
{
    struct buf key = BUF_EMPTY;
    buf_add_text(&key, items->map_run_arn);
    buf_add_byte(&key, '/');
    buf_add_digits(&key, (uint64_t)first, 10, KEY_DIGITS);
    return key;
}

/* ---- adding ---- */

void item_store_flush(struct item_store *items)
{
    if (items->row.length == 0)
        return;
    buf_add_byte(&items->row, ']');
    if (items->has_keys) {
        buf_add_str(&items->row, STR(",\"keys\":["));
        buf_add_str(&items->row, buf_str(&items->keys));
        buf_add_byte(&items->row, ']');
    }
    buf_add_byte(&items->row, '}');
    struct buf key = key_of(items, items->row_first);
    store_put(items->store, items->scope, &map_item_table, buf_str(&key), json_seal_text(&items->row));
    buf_release(&key);
    buf_clear(&items->keys);
    items->has_keys = false;
}

void item_store_source(struct item_store *items, struct str source)
{
    item_store_flush(items);
    free(items->source);
    items->source = memory_copy(source);
}

static void open_row(struct item_store *items)
{
    items->row_first = items->count;
    buf_add_str(&items->row, STR("{\"source\":"));
    json_print_string(&items->row, str_of(items->source));
    buf_add_str(&items->row, STR(",\"items\":["));
}

void item_store_add(struct item_store *items, struct str key_or_none, struct str text)
{
    bool first = items->row.length == 0;
    if (first)
        open_row(items);
    else
        buf_add_byte(&items->row, ',');
    buf_add_str(&items->row, text);
    if (key_or_none.at) {
        items->has_keys = true;
        if (!first)
            buf_add_byte(&items->keys, ',');
        json_print_string(&items->keys, key_or_none);
    }
    items->count++;
    items->bytes += text.length;
    if (items->row.length >= ROW_BYTES)
        item_store_flush(items);
}

/* ---- reading ---- */

/* The row that the item stands in: the last one that begins at or before it. Its text is parsed apart from the row, which is
 * to stay small. */
static bool find_chunk(struct item_store *items, int64_t index)
{
    struct buf key = key_of(items, index + 1);
    struct str prefix = str_first(buf_str(&key), key.length - KEY_DIGITS);
    struct cursor at = store_seek(items->store, items->scope, &map_item_table, NULL, buf_str(&key), true);
    json_unref(items->chunk);
    items->chunk = NULL;
    if (store_next(&at)) {
        if (str_starts(at.key, prefix) && str_to_int64(str_from(at.key, prefix.length), &items->at_index))
            items->chunk = json_parse(json_text(at.row), NULL);
        store_close(&at);
    }
    buf_release(&key);
    const cJSON *root = items->chunk ? json_root(items->chunk) : NULL;
    const cJSON *values = json_get(root, "items"), *keys = json_get(root, "keys");
    items->at = values ? values->child : NULL;
    items->at_key = keys ? keys->child : NULL;
    return items->at != NULL;
}

static void step(struct item_store *items)
{
    items->at_index++;
    items->at = items->at->next;
    items->at_key = items->at_key ? items->at_key->next : NULL;
}

bool item_store_get(struct item_store *items, int64_t index, struct map_item *ret_item)
{
    if (index < 0 || index >= items->count)
        return false;
    if ((!items->at || index < items->at_index) && !find_chunk(items, index))
        return false;
    while (items->at && items->at_index < index)
        step(items);
    if (!items->at && (!find_chunk(items, index) || items->at_index != index))
        return false;
    *ret_item = (struct map_item){
        .index = index,
        .key = items->at_key ? json_value(items->at_key) : STR_NONE,
        .value = items->at,
        .source = json_str(json_root(items->chunk), "source"),
    };
    return true;
}

void item_store_clear(struct item_store *items)
{
    struct buf key = key_of(items, 0);
    struct str prefix = str_first(buf_str(&key), key.length - KEY_DIGITS);
    struct cursor at = store_seek_from(items->store, items->scope, &map_item_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(items->store, items->scope, &map_item_table, at.key);
    buf_release(&key);
    buf_clear(&items->row);
    buf_clear(&items->keys);
    json_unref(items->chunk);
    items->chunk = NULL;
    items->at = items->at_key = NULL;
    items->count = 0;
    items->bytes = 0;
}
