/* base/list.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/list.h"

struct thing {
    char name;
    struct list node;
};

static void assert_order(const struct list *list, const char *names)
{
    const struct list *node = list->next;
    for (; *names; names++, node = node->next)
        assert_int_equal(LIST_ITEM(node, struct thing, node)->name, *names);
    assert_ptr_equal(node, list);
}

static void test_order(void **state)
{
    struct list list;
    struct thing things[] = { { .name = 'a' }, { .name = 'b' }, { .name = 'c' } };
    list_init(&list);
    assert_true(list_is_empty(&list));
    assert_null(list_take_first(&list));
    for (size_t i = 0; i < 3; i++)
        list_append(&list, &things[i].node);
    assert_order(&list, "abc");
    list_remove(&things[1].node);
    assert_order(&list, "ac");
    list_remove(&things[1].node); /* a node in no list: nothing happens */
    assert_order(&list, "ac");
    assert_ptr_equal(list_take_first(&list), &things[0].node);
    list_append(&list, &things[0].node);
    assert_order(&list, "ca");
    list_take_first(&list);
    list_take_first(&list);
    assert_true(list_is_empty(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_order) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
