#include "board/base/arena.h"

#include "tests/unit/cmocka.h"

#include <stdint.h>
#include <string.h>

static void gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    for (enum arena_kind kind = ARENA_PLAIN; kind <= ARENA_PRIVATE; kind++) {
        struct arena *arena = arena_create(kind, 0);
        for (size_t size = 0; size < 5000; size += 7) {
            unsigned char *memory = arena_alloc(arena, size);
            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xAA, size);
        }
        arena_destroy(&arena);
        assert_null(arena);
    }
}

static void refuses_what_exceeds_its_limit(void **state)
{
    (void)state;
    struct arena *arena = arena_create(ARENA_PLAIN, 1000);
    assert_non_null(arena_alloc(arena, 900));
    assert_null(arena_alloc(arena, 200));
    assert_non_null(arena_alloc(arena, 50));
    assert_null(arena_array(arena, SIZE_MAX / 2, 3));
    arena_destroy(&arena);
}

static void copies_texts_larger_than_a_block(void **state)
{
    (void)state;
    struct arena *arena = arena_create(ARENA_PRIVATE, 0);
    static char text[200000];
    memset(text, 'x', sizeof text - 1);
    assert_string_equal(arena_strdup(arena, text), text);
    assert_string_equal(arena_strndup(arena, "王秀兰很好", 9), "王秀兰");
    arena_destroy(&arena);
}

static void only_the_newest_thing_grows_where_it_stands(void **state)
{
    (void)state;
    struct arena *arena = arena_create(ARENA_PLAIN, 4096);
    char *first = arena_alloc(arena, 20);
    assert_true(arena_extend(arena, first, 20, 200));
    for (int i = 0; i < 200; i++)
        assert_int_equal(first[i], 0);
    char *second = arena_alloc(arena, 8);
    assert_true(second >= first + 200);
    assert_false(arena_extend(arena, first, 200, 201 + 16));
    assert_false(arena_extend(arena, second, 8, 8192)); /* the limit */
    assert_true(arena_extend(arena, second, 8, 16));
    arena_destroy(&arena);
}

static void a_large_block_is_zero_throughout(void **state)
{
    (void)state;
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 40; i++) {
            unsigned char *part = arena_alloc(arena, 30000);
            for (size_t at = 0; at < 30000; at += 997)
                assert_int_equal(part[at], 0);
            memset(part, 0xff, 30000);
        }
        unsigned char *huge = arena_alloc(arena, 3 << 20);
        assert_int_equal(huge[(3 << 20) - 1], 0);
        memset(huge, 0xff, 3 << 20);
        arena_reset(arena);
    }
    arena_destroy(&arena);
}

static void starts_over_wiped_and_within_its_limit(void **state)
{
    (void)state;
    struct arena *arena = arena_create(ARENA_PRIVATE, 100000);
    for (int round = 0; round < 50; round++) {
        char *first = arena_strdup(arena, "王秀兰");
        assert_non_null(first);
        assert_non_null(arena_alloc(arena, 60000)); /* a second block */
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
    const unsigned char *memory = arena_alloc(arena, 60000);
    assert_non_null(memory);
    for (size_t i = 0; i < 60000; i++)
        assert_int_equal(memory[i], 0);
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory),
        cmocka_unit_test(refuses_what_exceeds_its_limit),
        cmocka_unit_test(copies_texts_larger_than_a_block),
        cmocka_unit_test(only_the_newest_thing_grows_where_it_stands),
        cmocka_unit_test(a_large_block_is_zero_throughout),
        cmocka_unit_test(starts_over_wiped_and_within_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
