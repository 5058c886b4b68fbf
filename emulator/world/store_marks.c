#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "world/store_inner.h"

#define MOST_BYTES ((size_t)256 << 20)

/* ---- what is remembered ---- */

static struct remembered *remembered_at(const struct marks *marks, size_t index)
{
    return marks->changes[(marks->first + index) % marks->change_capacity];
}

static struct remembered *remember(const struct change *change)
{
    struct remembered *copy = memory_alloc(sizeof *copy + change->key.length);
    copy->change = *change;
    if (change->key.length > 0)
        memcpy(copy->key, change->key.at, change->key.length);
    copy->change.key.at = copy->key;
    json_ref(change->before);
    json_ref(change->after);
    /* The row as it is now, or as a later change remembers it, is not counted here. */
    copy->bytes = sizeof *copy + change->key.length + (change->before ? json_bytes(change->before) : 0);
    return copy;
}

static void forget(struct remembered *remembered)
{
    json_unref(remembered->change.before);
    json_unref(remembered->change.after);
    free(remembered);
}

static void grow(struct marks *marks)
{
    size_t capacity = marks->change_capacity ? 2 * marks->change_capacity : 64;
    struct remembered **changes = memory_alloc(capacity * sizeof(struct remembered *));
    for (size_t i = 0; i < marks->change_count; i++)
        changes[i] = remembered_at(marks, i);
    free(marks->changes);
    marks->changes = changes;
    marks->first = 0;
    marks->change_capacity = capacity;
}

static void forget_first(struct marks *marks)
{
    struct remembered *first = remembered_at(marks, 0);
    marks->bytes -= first->bytes;
    marks->first = (marks->first + 1) % marks->change_capacity;
    marks->change_count--;
    forget(first);
}

/* Forgets what is older than the oldest mark. */
static void trim(struct marks *marks)
{
    while (marks->change_count > 0 &&
           (marks->count == 0 || remembered_at(marks, 0)->change.number < marks->at[0].number))
        forget_first(marks);
}

static void drop_mark(struct marks *marks, size_t index)
{
    marks->count--;
    memmove(&marks->at[index], &marks->at[index + 1], (marks->count - index) * sizeof *marks->at);
    trim(marks);
}

void marks_remember(struct marks *marks, const struct change *change)
{
    if (marks->count == 0 || change->table->timeless)
        return;
    if (marks->change_count == marks->change_capacity)
        grow(marks);
    struct remembered *copy = remember(change);
    marks->changes[(marks->first + marks->change_count++) % marks->change_capacity] = copy;
    marks->bytes += copy->bytes;
    while (marks->bytes > MOST_BYTES && marks->count > 0) {
        log_warn("the oldest point to go back to is dropped: more than %zu MiB have changed since", MOST_BYTES >> 20);
        drop_mark(marks, 0);
    }
}

void marks_release(struct marks *marks)
{
    marks->count = 0;
    trim(marks);
    free(marks->at);
    free(marks->changes);
    marks->at = NULL;
    marks->changes = NULL;
    marks->capacity = marks->first = marks->change_capacity = 0;
}

/* ---- marks ---- */

static size_t find_mark(const struct marks *marks, uint64_t number)
{
    size_t index = 0;
    while (index < marks->count && marks->at[index].number != number)
        index++;
    return index;
}

void marks_add(struct marks *marks, const struct mark *mark)
{
    if (marks->count == marks->capacity) {
        marks->capacity = marks->capacity ? 2 * marks->capacity : 8;
        marks->at = memory_resize(marks->at, marks->capacity * sizeof *marks->at);
    }
    marks->at[marks->count++] = *mark;
}

uint64_t store_mark(struct store *store)
{
    struct marks *marks = store_marks(store);
    struct mark mark = { .number = store_next_number(store) };
    if (marks->note)
        marks->note(&mark.moment, marks->note_data);
    marks_add(marks, &mark);
    return mark.number;
}

void store_unmark(struct store *store, uint64_t mark)
{
    struct marks *marks = store_marks(store);
    size_t index = find_mark(marks, mark);
    if (index < marks->count)
        drop_mark(marks, index);
}

void store_on_mark(struct store *store, void (*note)(struct moment *ret_moment, void *data), void *data)
{
    struct marks *marks = store_marks(store);
    marks->note = note;
    marks->note_data = data;
}

const struct moment *store_moment(const struct store *store, uint64_t mark)
{
    const struct marks *marks = store_marks((struct store *)store);
    size_t index = find_mark(marks, mark);
    return index < marks->count ? &marks->at[index].moment : NULL;
}

uint64_t store_oldest_mark(const struct store *store)
{
    const struct marks *marks = store_marks((struct store *)store);
    return marks->count > 0 ? marks->at[0].number : UINT64_MAX;
}

/* The index of the first remembered change after `number`. */
static size_t first_after(const struct marks *marks, uint64_t number)
{
    size_t low = 0, high = marks->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (remembered_at(marks, middle)->change.number > number)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void store_changes_since(struct store *store, uint64_t number, void (*visit)(const struct change *, void *), void *data)
{
    const struct marks *marks = store_marks(store);
    for (size_t i = first_after(marks, number); i < marks->change_count; i++)
        visit(&remembered_at(marks, i)->change, data);
}

/* ---- rewind ---- */

static struct str row_name(struct buf *buf, const struct change *change)
{
    buf_clear(buf);
    buf_add(buf, &change->table, sizeof change->table);
    buf_add(buf, &change->scope.account, sizeof change->scope.account); /* interned: the address is the scope */
    buf_add_str(buf, change->key);
    return buf_str(buf);
}

/* The first change of each row after the mark knows how the row stood at the mark. */
static size_t first_changes(const struct marks *marks, uint64_t mark, struct remembered **ret_firsts)
{
    struct map *seen = map_new();
    struct buf name = BUF_EMPTY;
    size_t count = 0;
    for (size_t i = first_after(marks, mark); i < marks->change_count; i++) {
        struct change *change = &remembered_at(marks, i)->change;
        if (!map_put(seen, row_name(&name, change), change))
            ret_firsts[count++] = remember(change);
    }
    buf_release(&name);
    map_free(seen, NULL);
    return count;
}

static void restore(struct store *store, const struct change *change)
{
    struct json *now = store_get(store, change->scope, change->table, change->key);
    if (now == change->before)
        return;
    if (now &&
        (!change->before || change->table->indexes)) /* another row of that key has another place in fixed indexes */
        store_delete(store, change->scope, change->table, change->key);
    if (change->before)
        store_put(store, change->scope, change->table, change->key, json_ref(change->before));
}

bool store_rewind(struct store *store, uint64_t mark)
{
    struct marks *marks = store_marks(store);
    if (find_mark(marks, mark) == marks->count)
        return false;
    /* Copies: restoring remembers changes of its own, which may push old ones out. */
    struct remembered **firsts = memory_alloc((marks->change_count + 1) * sizeof(struct remembered *));
    size_t count = first_changes(marks, mark, firsts);
    for (size_t i = 0; i < count; i++) {
        restore(store, &firsts[i]->change);
        forget(firsts[i]);
    }
    free(firsts);
    return true;
}
