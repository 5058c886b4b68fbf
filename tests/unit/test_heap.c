/* base/heap.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/random.h"

static void test_equal_keys_keep_their_order(void **state)
{
    struct heap heap = { 0 };
    struct heap_node nodes[100] = { 0 };
    for (size_t i = 0; i < 100; i++)
        heap_push(&heap, &nodes[i], (int64_t)(i % 3));
    for (size_t key = 0; key < 3; key++) {
        for (size_t i = key; i < 100; i += 3) {
            struct heap_node *first = heap_first(&heap);
            assert_ptr_equal(first, &nodes[i]);
            heap_remove(&heap, first);
        }
    }
    assert_null(heap_first(&heap));
    heap_release(&heap);
}

static void test_a_node_outside(void **state)
{
    struct heap heap = { 0 };
    struct heap_node node = { 0 }, other = { 0 };
    assert_null(heap_first(&heap));
    heap_remove(&heap, &node);
    heap_push(&heap, &node, INT64_MAX);
    heap_push(&heap, &other, INT64_MIN);
    assert_ptr_equal(heap_first(&heap), &other);
    heap_remove(&heap, &node);
    heap_remove(&heap, &node);
    assert_int_equal(node.place, 0);
    assert_int_equal(heap.count, 1);
    heap_push(&heap, &node, INT64_MIN); /* goes in again, behind its equal */
    assert_ptr_equal(heap_first(&heap), &other);
    heap_release(&heap);
}

/* The least by (key, order of going in), found the slow way. */
static struct heap_node *least(struct heap_node *nodes, size_t count)
{
    struct heap_node *found = NULL;
    for (size_t i = 0; i < count; i++) {
        struct heap_node *node = &nodes[i];
        if (node->place &&
            (!found || node->key < found->key || (node->key == found->key && node->order < found->order)))
            found = node;
    }
    return found;
}

static void test_random_operations(void **state)
{
    enum { NODES = 200 };
    struct heap heap = { 0 };
    struct heap_node nodes[NODES] = { 0 };
    struct random random;
    random_seed(&random, 7);
    for (int i = 0; i < 20000; i++) {
        struct heap_node *node = &nodes[random_between(&random, 0, NODES - 1)];
        if (node->place)
            heap_remove(&heap, node);
        else
            heap_push(&heap, node, random_between(&random, -20, 20));
        assert_ptr_equal(heap_first(&heap), least(nodes, NODES));
    }
    heap_release(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_keys_keep_their_order),
        cmocka_unit_test(test_a_node_outside),
        cmocka_unit_test(test_random_operations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
