/* The arena's own source is a part of this suite, so that its malloc can be made to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static size_t mallocs;
static size_t mallocs_allowed = SIZE_MAX;

static void *limited_malloc(size_t size)
{
    if (mallocs >= mallocs_allowed)
        return NULL;
    mallocs++;
    return malloc(size);
}

#define malloc limited_malloc
#include "sim/base/arena.c"
#undef malloc

static void allow_mallocs(size_t count)
{
    mallocs = 0;
    mallocs_allowed = count;
}

static jmp_buf boundary;
static void *exhausted_context;

static void jump_out(void *context)
{
    exhausted_context = context;
    longjmp(boundary, 1);
}

static bool aligned(const void *block)
{
    return (uintptr_t)block % 16 == 0;
}

static void blocks_are_aligned_and_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 15, 16, 17, 0, 0, 100, 65536, 3, 200000, 8};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    unsigned char *blocks[COUNT];
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = rh_arena_alloc(&arena, sizes[i]);
        assert_non_null(blocks[i]);
        assert_true(aligned(blocks[i]));
        memset(blocks[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(blocks[i][j], i);
    rh_arena_free(&arena);
}

static void nothing_is_a_block_too(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    void *first = rh_arena_alloc(&arena, 0);
    void *second = rh_arena_alloc(&arena, 0);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    rh_arena_free(&arena);
}

static void zeroed_memory_is_zero(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    memset(rh_arena_alloc(&arena, 4096), 0xff, 4096);
    rh_arena_reset(&arena);
    const unsigned char *block = rh_arena_zeroed(&arena, 100);
    const uint64_t *array = RH_NEW_ARRAY(&arena, uint64_t, 100);
    const struct rh_chunk *one = RH_NEW(&arena, struct rh_chunk);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(block[i], 0);
        assert_true(array[i] == 0);
    }
    assert_null(one->older);
    assert_non_null(RH_NEW_ARRAY(&arena, uint64_t, 0));
    rh_arena_free(&arena);
}

static void chunks_double_up_to_16_mib(void **state)
{
    (void)state;
    size_t expected = 64 << 10;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int chunk = 0; chunk < 11; chunk++) {
        rh_arena_alloc(&arena, (size_t)(arena.end - arena.next) + 1);
        assert_int_equal(arena.chunks->size, expected);
        rh_arena_alloc(&arena, (size_t)(arena.end - arena.next));
        assert_ptr_equal(arena.next, arena.end);
        if (expected < 16 << 20)
            expected *= 2;
    }
    rh_arena_alloc(&arena, 40 << 20);
    assert_true(arena.chunks->size >= 40 << 20);
    rh_arena_free(&arena);
}

static void reset_makes_one_chunk_and_then_allocates_nothing(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int run = 0; run < 3; run++) {
        allow_mallocs(run ? 0 : SIZE_MAX);
        for (int i = 0; i < 1000; i++)
            memset(rh_arena_alloc(&arena, 1000), 1, 1000);
        allow_mallocs(SIZE_MAX);
        if (!run)
            assert_non_null(arena.chunks->older);
        rh_arena_reset(&arena);
        assert_null(arena.chunks->older);
        assert_int_equal(arena.used_before, 0);
    }
    rh_arena_free(&arena);
}

/* What is allocated later lies lower, whatever the chunk; nothing overlaps. */
static void a_descending_arena_grows_downwards(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    memset(rh_arena_alloc(&arena, 100), 1, 100);
    rh_arena_set_descending(&arena, true);
    for (int run = 0; run < 3; run++) {
        allow_mallocs(run == 2 ? 0 : SIZE_MAX);
        rh_arena_reset(&arena);
        unsigned char *blocks[300];
        for (int i = 0; i < 300; i++) {
            blocks[i] = rh_arena_alloc(&arena, (size_t)(i % 37) * 20);
            assert_int_equal((uintptr_t)blocks[i] % 16, 0);
            memset(blocks[i], i & 255, (size_t)(i % 37) * 20);
        }
        allow_mallocs(SIZE_MAX);
        for (int i = 0; i < 300; i++)
            for (int k = 0; k < (i % 37) * 20; k++)
                assert_int_equal(blocks[i][k], i & 255);
        if (run) /* one chunk */
            for (int i = 1; i < 300; i++)
                assert_true(blocks[i] < blocks[i - 1]);
    }
    rh_arena_reset(&arena);
    size_t capacity = 0;
    int *numbers = NULL;
    for (int i = 0; i < 1000; i++) {
        numbers = rh_arena_reserve(&arena, numbers, sizeof *numbers, (size_t)i + 1, &capacity);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    rh_arena_set_descending(&arena, false);
    rh_arena_reset(&arena);
    assert_true((char *)rh_arena_alloc(&arena, 16) < (char *)rh_arena_alloc(&arena, 16));
    rh_arena_free(&arena);
}

static void used_bytes_are_known(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_arena_alloc(&arena, 1000);
    rh_arena_alloc(&arena, 65536);
    assert_int_equal(arena.used_before, 1008);
    rh_arena_alloc(&arena, 1 << 20);
    assert_int_equal(arena.used_before, 1008 + 65536);
    rh_arena_free(&arena);
}

static void reset_without_memory_keeps_the_largest_chunk(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_arena_alloc(&arena, 1 << 20);
    size_t largest = arena.chunks->size;
    for (int i = 0; i < 2; i++)
        rh_arena_alloc(&arena, (size_t)(arena.end - arena.next) + 1);
    assert_non_null(arena.chunks->older);
    allow_mallocs(0);
    rh_arena_reset(&arena);
    allow_mallocs(SIZE_MAX);
    assert_null(arena.chunks->older);
    assert_true(arena.chunks->size >= largest);
    memset(rh_arena_alloc(&arena, 1 << 20), 1, 1 << 20);
    rh_arena_free(&arena);
}

static void reset_and_free_of_an_empty_arena(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_arena_reset(&arena);
    rh_arena_free(&arena);
    assert_non_null(rh_arena_alloc(&arena, 10)); /* it can be used again */
    rh_arena_free(&arena);
    rh_arena_free(&arena);
}

static void running_out_calls_exhausted(void **state)
{
    (void)state;
    rh_arena arena;
    volatile int caught = 0;
    size_t capacity = 0;
    rh_arena_init(&arena, jump_out, &arena);
    rh_arena_free(&arena); /* which keeps the function */
    if (setjmp(boundary)) {
        assert_ptr_equal(exhausted_context, &arena);
        exhausted_context = NULL;
        caught = caught + 1;
    }
    switch (caught) {
    case 0:
        allow_mallocs(0);
        rh_arena_alloc(&arena, 1);
        break;
    case 1:
        allow_mallocs(SIZE_MAX);
        rh_arena_alloc(&arena, SIZE_MAX);
        break;
    case 2:
        rh_arena_alloc(&arena, SIZE_MAX - 15);
        break;
    case 3:
        rh_arena_array(&arena, 16, SIZE_MAX / 16 + 2); /* the product is 16 */
        break;
    case 4:
        rh_arena_reserve(&arena, NULL, 16, SIZE_MAX / 16 + 2, &capacity);
        break;
    default:
        assert_int_equal(caught, 5);
        assert_int_equal(capacity, 0);
        rh_arena_free(&arena);
        return;
    }
    fail_msg("case %d came back", caught);
}

static void running_out_without_a_function_ends_with_2(void **state)
{
    (void)state;
    int out[2], status = 0;
    char message[100];
    assert_int_equal(pipe(out), 0);
    pid_t child = fork();
    if (child == 0) {
        rh_arena arena;
        dup2(out[1], STDERR_FILENO);
        rh_arena_init(&arena, NULL, NULL);
        rh_arena_alloc(&arena, SIZE_MAX / 2);
        _exit(0);
    }
    close(out[1]);
    ssize_t length = read(out[0], message, sizeof message);
    close(out[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(length > 0);
}

static void texts_are_copied(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    char source[] = "ab\0cd";
    char *text = rh_arena_text(&arena, source, 5);
    char *string = rh_arena_string(&arena, source);
    source[0] = 'x';
    assert_memory_equal(text, "ab\0cd", 6);
    assert_string_equal(string, "ab");
    assert_string_equal(rh_arena_text(&arena, NULL, 0), "");
    assert_null(rh_arena_string(&arena, NULL));
    rh_arena_free(&arena);
}

static void reserve_doubles_from_8_and_keeps_the_content(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    uint32_t *array = NULL;
    size_t capacity = 0, expected = 8;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t *before = array;
        size_t capacity_before = capacity;
        array = rh_arena_reserve(&arena, array, sizeof *array, i + 1, &capacity);
        if (i < capacity_before)
            assert_ptr_equal(array, before);
        while (expected < i + 1)
            expected *= 2;
        assert_int_equal(capacity, expected);
        array[i] = i;
        if (i % 3 == 0) /* now and then something else stands behind it */
            memset(rh_arena_alloc(&arena, 8), 0xff, 8);
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(array[i], i);
    array = rh_arena_reserve(&arena, array, sizeof *array, 100000, &capacity);
    assert_int_equal(capacity, 131072);
    assert_int_equal(array[9999], 9999);
    rh_arena_free(&arena);
}

static void reserve_extends_the_newest_block_in_place(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    size_t capacity = 0;
    char *array = rh_arena_reserve(&arena, NULL, 3, 1, &capacity);
    memset(array, 1, 3 * capacity);
    assert_ptr_equal(rh_arena_reserve(&arena, array, 3, 9, &capacity), array);
    memset(array, 2, 3 * capacity);
    unsigned char *next = rh_arena_alloc(&arena, 1);
    *next = 9;
    assert_true((char *)next >= array + 3 * capacity);
    rh_arena_free(&arena);
}

#if defined(__SANITIZE_ADDRESS__)
static void memory_that_is_not_handed_out_is_closed(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    char *block = rh_arena_alloc(&arena, 21);
    assert_false(__asan_address_is_poisoned(block + 20));
    assert_true(__asan_address_is_poisoned(block + 21));
    assert_true(__asan_address_is_poisoned(block + 32));
    rh_arena_reset(&arena);
    assert_true(__asan_address_is_poisoned(block));
    assert_ptr_equal(rh_arena_alloc(&arena, 5), block);
    assert_false(__asan_address_is_poisoned(block + 4));
    assert_true(__asan_address_is_poisoned(block + 5));
    rh_arena_free(&arena);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_apart),
        cmocka_unit_test(nothing_is_a_block_too),
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(chunks_double_up_to_16_mib),
        cmocka_unit_test(reset_makes_one_chunk_and_then_allocates_nothing),
        cmocka_unit_test(a_descending_arena_grows_downwards),
        cmocka_unit_test(used_bytes_are_known),
        cmocka_unit_test(reset_without_memory_keeps_the_largest_chunk),
        cmocka_unit_test(reset_and_free_of_an_empty_arena),
        cmocka_unit_test(running_out_calls_exhausted),
        cmocka_unit_test(running_out_without_a_function_ends_with_2),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(reserve_doubles_from_8_and_keeps_the_content),
        cmocka_unit_test(reserve_extends_the_newest_block_in_place),
#if defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(memory_that_is_not_handed_out_is_closed),
#endif
    };
    int failed = cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
    return failed != 0;
}
