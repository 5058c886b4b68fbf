#include "services/stepfunctions/execution_row.h"

#include "services/stepfunctions/asl/value.h"

#define NUMBER_ROOM 32 /* of a number's digits */
#define ALIGNMENT   16

static bool is_gone(const struct row_change *change)
{
    return change->kind == CHANGE_GONE || (change->kind == CHANGE_TEXT && !change->text.at);
}

static bool is_changed(const char *name, const struct row_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*changes[i].name == *name && strcmp(changes[i].name, name) == 0)
            return true;
    return false;
}

/* ---- how much it takes ---- */

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t room_for(size_t value_bytes)
{
    return aligned(sizeof(cJSON)) + aligned(value_bytes + 1);
}

/* What is nested finds its room by itself. */
static size_t room_of(const cJSON *member)
{
    size_t bytes = member->valuestring && !value_is_container(member) ? strlen(member->valuestring) : 0;
    return aligned(strlen(member->string) + 1) + room_for(bytes);
}

static size_t room_of_changes(const struct row_change *changes, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_gone(&changes[i]))
            bytes += room_for(changes[i].kind == CHANGE_TEXT ? changes[i].text.length : NUMBER_ROOM);
    return bytes;
}

static size_t room_of_row(const cJSON *row, const struct row_change *changes, size_t count)
{
    const cJSON *member;
    size_t bytes = aligned(sizeof(cJSON)) + ALIGNMENT + room_of_changes(changes, count);
    cJSON_ArrayForEach(member, row) if (!is_changed(member->string, changes, count)) bytes += room_of(member);
    return bytes;
}

/* ---- copying ---- */

static cJSON *copy_node(struct arena *arena, const cJSON *node)
{
    if (value_is_container(node)) {
        struct buf text = BUF_EMPTY;
        json_print(&text, node);
        const cJSON *copy = json_parse_in(arena, buf_str(&text), NULL);
        buf_release(&text);
        return copy ? value_share(arena, copy) : value_null(arena);
    }
    cJSON *copy = value_share(arena, node);
    if (node->valuestring)
        copy->valuestring = arena_copy(arena, str_of(node->valuestring));
    return copy;
}

static cJSON *node_of(struct arena *arena, const struct row_change *change)
{
    switch (change->kind) {
    case CHANGE_TEXT:
        return value_string(arena, change->text);
    case CHANGE_NUMBER:
        return value_int64(arena, change->number);
    case CHANGE_NODE:
        return copy_node(arena, change->node);
    case CHANGE_TRUE:
    case CHANGE_GONE:
        break;
    }
    return value_bool(arena, true);
}

static void add_changes(struct arena *arena, cJSON *row, const struct row_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_gone(&changes[i]))
            value_add(row, changes[i].name, node_of(arena, &changes[i]));
}

struct json *execution_row_with(const cJSON *row, const struct row_change *changes, size_t count)
{
    const cJSON *member;
    struct arena *arena = arena_new_sized(room_of_row(row, changes, count));
    cJSON *copy = value_object(arena);
    cJSON_ArrayForEach(member, row) if (!is_changed(member->string, changes, count))
        value_add(copy, arena_copy(arena, str_of(member->string)), copy_node(arena, member));
    add_changes(arena, copy, changes, count);
    return json_seal_arena(arena, copy);
}

static bool changes_any(const cJSON *row, const struct row_change *changes, size_t count)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, row) if (is_changed(member->string, changes, count)) return true;
    return false;
}

struct json *execution_row_more(struct json *row_taken, const struct row_change *changes, size_t count)
{
    cJSON *row = NULL;
    struct arena *arena = changes_any(json_root(row_taken), changes, count) ? NULL : json_reopen(row_taken, &row);
    if (!arena) {
        struct json *copy = execution_row_with(json_root(row_taken), changes, count);
        json_unref(row_taken);
        return copy;
    }
    arena_widen(arena, room_of_changes(changes, count));
    add_changes(arena, row, changes, count);
    return row_taken;
}
