#include "base/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"

#define FIRST_CAPACITY 64

void heap_release(struct heap *heap)
{
    free(heap->nodes);
    *heap = (struct heap){ 0 };
}

static bool comes_before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

/* Places count from 1, so that a place's parent is its half: nodes[place - 1]. */
static void put_at(struct heap *heap, size_t place, struct heap_node *node)
{
    heap->nodes[place - 1] = node;
    node->place = place;
}

static void sift_up(struct heap *heap, size_t place, struct heap_node *node)
{
    while (place > 1 && comes_before(node, heap->nodes[place / 2 - 1])) {
        put_at(heap, place, heap->nodes[place / 2 - 1]);
        place /= 2;
    }
    put_at(heap, place, node);
}

static void sift_down(struct heap *heap, size_t place, struct heap_node *node)
{
    for (;;) {
        size_t child = 2 * place;
        if (child > heap->count)
            break;
        if (child < heap->count && comes_before(heap->nodes[child], heap->nodes[child - 1]))
            child++;
        if (!comes_before(heap->nodes[child - 1], node))
            break;
        put_at(heap, place, heap->nodes[child - 1]);
        place = child;
    }
    put_at(heap, place, node);
}

void heap_push(struct heap *heap, struct heap_node *node, int64_t key)
{
    assert(node->place == 0);
    if (heap->count == heap->capacity) {
        heap->capacity = heap->capacity ? heap->capacity * 2 : FIRST_CAPACITY;
        heap->nodes = memory_resize(heap->nodes, heap->capacity * sizeof *heap->nodes);
    }
    node->key = key;
    node->order = heap->next_order++;
    sift_up(heap, ++heap->count, node);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
    if (node->place == 0)
        return;
    size_t place = node->place;
    node->place = 0;
    struct heap_node *last = heap->nodes[--heap->count];
    if (last == node)
        return;
    if (place > 1 && comes_before(last, heap->nodes[place / 2 - 1]))
        sift_up(heap, place, last);
    else
        sift_down(heap, place, last);
}

struct heap_node *heap_first(const struct heap *heap)
{
    return heap->count ? heap->nodes[0] : NULL;
}
