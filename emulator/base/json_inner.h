/* What json.c, json_parse.c, json_print.c and json_node.c share. Nobody else includes this. */
#ifndef BASE_JSON_INNER_H
#define BASE_JSON_INNER_H

#include <endian.h>

#include "base/json.h"

#define JSON_ANY_DEPTH SIZE_MAX /* for text of our own making */

/* The tree of a text, every node and string in the arena; NULL: *reterr_why, which may be NULL. */
cJSON *json_build(struct arena *arena, struct str text, size_t max_depth, struct json_error *reterr_why);
size_t json_tree_room(struct str text); /* what json_build() asks of the arena first */
/* Prints and says whether the tree held a raw node. */
bool json_print_tree(struct buf *buf, const cJSON *node);
bool json_has_raw(const cJSON *node);

/* Trees of our own making may be deeper than those we parse, so no walk over one recurses: a trail holds the nodes
 * between the root and the place where the walk stands. */
struct json_trail {
    const cJSON **at;
    size_t depth, capacity;
    const cJSON *first[64];
};

void json_trail_init(struct json_trail *trail);
void json_trail_release(struct json_trail *trail);
void json_trail_grow(struct json_trail *trail);
/* The node after `node` in a walk that began at the root with an empty trail, children before siblings; NULL: the end.
 * The trail then holds the node's parents. */
const cJSON *json_walk_next(struct json_trail *trail, const cJSON *node);

static inline void json_trail_push(struct json_trail *trail, const cJSON *node)
{
    if (trail->depth == trail->capacity)
        json_trail_grow(trail);
    trail->at[trail->depth++] = node;
}

/* A node by malloc that holds its name and value in the same block; .at NULL: none. cJSON_Delete() frees it. */
cJSON *json_new_node(int kind, struct str name, struct str value);

static inline int json_kind(const cJSON *node)
{
    return node->type & 0xFF;
}

/* ---- eight bytes at a time; a marked byte has its highest bit set, and the lowest mark is exact ---- */

#define JSON_EACH(byte) (0x0101010101010101u * (byte))

static inline uint64_t json_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

static inline void json_store_word(char *to, uint64_t word)
{
    word = htole64(word);
    memcpy(to, &word, sizeof word);
}

static inline uint64_t json_mark_zero(uint64_t word)
{
    return (word - JSON_EACH(1)) & ~word & JSON_EACH(0x80);
}

/* Marks what a string cannot show as it is: control characters, '"' and '\'. */
static inline uint64_t json_mark_escaped(uint64_t word)
{
    uint64_t controls = (word - JSON_EACH(0x20)) & ~word & JSON_EACH(0x80);
    return controls | json_mark_zero(word ^ JSON_EACH('"')) | json_mark_zero(word ^ JSON_EACH('\\'));
}

/* The same, but each mark is exact: there is no carry from one byte to the next. */
static inline uint64_t json_mark_every_escaped(uint64_t word)
{
    uint64_t low = JSON_EACH(0x7F), quotes = word ^ JSON_EACH('"'), slashes = word ^ JSON_EACH('\\');
    uint64_t controls = ((word & low) + JSON_EACH(0x60)) | word;
    quotes |= (quotes & low) + low;
    slashes |= (slashes & low) + low;
    return ~(controls & quotes & slashes) & JSON_EACH(0x80);
}

/* Long runs of nothing special: blocks of sixteen bytes that a string shows as they are, told by vector instructions. */
#define JSON_BLOCK 16

static inline bool json_blocks_are_plain(const char *at, int count)
{
    typedef unsigned char bytes __attribute__((vector_size(JSON_BLOCK)));
    bytes block, special = { 0 };
    uint64_t words[JSON_BLOCK / 8];
    for (int i = 0; i < count; i++) {
        memcpy(&block, at + i * JSON_BLOCK, sizeof block);
        special |= (bytes)(block < 0x20) | (bytes)(block == '"') | (bytes)(block == '\\');
    }
    memcpy(words, &special, sizeof words);
    return (words[0] | words[1]) == 0;
}

static inline size_t json_first_mark(uint64_t marks)
{
    return (size_t)__builtin_ctzll(marks) / 8;
}

#endif
