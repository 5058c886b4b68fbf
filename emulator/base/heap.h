/* A binary heap of intrusive nodes, least first by (key, order): equal keys come out in the order of going in. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t key;
    uint64_t order;
    size_t place; /* 1-based index while in the heap, 0 outside */
};

struct heap {
    struct heap_node **nodes;
    size_t count, capacity;
    uint64_t next_order;
};

void heap_release(struct heap *heap);
void heap_push(struct heap *heap, struct heap_node *node, int64_t key); /* the node must be outside */
void heap_remove(struct heap *heap, struct heap_node *node);            /* nothing happens to a node outside */
struct heap_node *heap_first(const struct heap *heap);                  /* NULL when empty */

#endif
