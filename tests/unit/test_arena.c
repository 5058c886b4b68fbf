/* base/arena.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/arena.h"

static void test_pieces_are_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = { 0, 1, 7, 16, 17, 100, 4000, 5000, 3, 70000, 200000, 1, 64 };
    struct arena *arena = arena_new();
    unsigned char *pieces[13 * 20];
    for (size_t i = 0; i < 13 * 20; i++) {
        size_t size = sizes[i % 13];
        pieces[i] = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 250 + 1), size);
    }
    for (size_t i = 0; i < 13 * 20; i++)
        for (size_t j = 0; j < sizes[i % 13]; j++)
            assert_int_equal(pieces[i][j], i % 250 + 1);
    arena_free(arena);
}

static void test_reset_keeps_one_block(void **state)
{
    struct arena *arena = arena_new();
    size_t empty = arena_bytes(arena);
    void *first = arena_alloc(arena, 32);
    arena_alloc(arena, 1000000);
    assert_true(arena_bytes(arena) > 1000000);
    arena_reset(arena);
    assert_int_equal(arena_bytes(arena), empty);
    unsigned char *again = arena_alloc(arena, 32);
    assert_ptr_equal(again, first);
    assert_int_equal(again[0], 0);
    arena_free(arena);
    arena_free(NULL);
}

static void test_sized_arena_needs_one_block(void **state)
{
    struct arena *arena = arena_new_sized(1000);
    size_t before = arena_bytes(arena);
    arena_room(arena, 500);
    arena_room(arena, 400);
    assert_int_equal(arena_bytes(arena), before);
    arena_room(arena, 400);
    assert_true(arena_bytes(arena) > before);
    arena_free(arena);
}

static void test_text(void **state)
{
    struct arena *arena = arena_new();
    assert_string_equal(arena_copy(arena, (struct str){ "abcdef", 3 }), "abc");
    assert_string_equal(arena_copy(arena, STR_NONE), "");
    struct str copy = arena_str(arena, STR("a\0b"));
    assert_int_equal(copy.length, 3);
    assert_memory_equal(copy.at, "a\0b\0", 4);
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    for (int width = 250; width < 260; width++) /* about where it formats in place */
        assert_int_equal(strlen(arena_printf(arena, "%*d", width, 1)), width);
    arena_free(arena);
}

static char released[8];
static size_t released_count;

static void note_release(void *thing)
{
    released[released_count++] = *(char *)thing;
}

static void test_owned_things_go_last_first(void **state)
{
    struct arena *arena = arena_new();
    released_count = 0;
    arena_own(arena, note_release, arena_copy(arena, STR("a")));
    arena_own(arena, note_release, arena_copy(arena, STR("b")));
    arena_reset(arena);
    assert_int_equal(released_count, 2);
    assert_memory_equal(released, "ba", 2);
    arena_own(arena, note_release, arena_copy(arena, STR("c")));
    arena_free(arena);
    assert_memory_equal(released, "bac", 3); /* each once */
    assert_int_equal(released_count, 3);
}

static void test_memory(void **state)
{
    char *zeroed = memory_alloc(100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(zeroed[i], 0);
    zeroed = memory_resize(zeroed, 1000);
    free(zeroed);
    free(memory_resize(NULL, 10));
    free(memory_alloc(0));
    char *copy = memory_copy((struct str){ "xyz", 2 });
    assert_string_equal(copy, "xy");
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_zeroed_aligned_and_apart), cmocka_unit_test(test_reset_keeps_one_block),
        cmocka_unit_test(test_sized_arena_needs_one_block),         cmocka_unit_test(test_text),
        cmocka_unit_test(test_owned_things_go_last_first),          cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
