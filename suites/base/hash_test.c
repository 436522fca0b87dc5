#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/hash.h"
#include "sim/base/random.h"

/* Hashes end up in journals: these numbers must never change, on any machine. */
static void hashes_are_the_same_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t hash;
    } cases[] = {
        {"", UINT64_C(0x2fece2ec973f14e5)},
        {"a", UINT64_C(0xc9e102a13919665f)},
        {"abc", UINT64_C(0x97a98045d1d4fb64)},
        {"abcd", UINT64_C(0x4db7ac0ab6091863)},
        {"abcdefg", UINT64_C(0xef28f3f27c5e0ab4)},
        {"abcdefgh", UINT64_C(0xa89f0bcd610ab312)},
        {"abcdefghi", UINT64_C(0xace98aed45f1ee75)},
        {"a text of more than two words\xff", UINT64_C(0x8a8198ed7e80d910)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t hash = rh_hash_string(cases[i].text);
        if (hash != cases[i].hash)
            fail_msg("\"%s\" hashes to 0x%llx", cases[i].text, (unsigned long long)hash);
    }
    assert_true(rh_hash_mix(1, 2) == UINT64_C(0xcdd31140c6450a3c));
    assert_true(rh_random_draw(1, 2, 3, 4) == UINT64_C(0xc1daa79f5eb8eb3b));
}

static void every_byte_and_the_length_count(void **state)
{
    (void)state;
    unsigned char bytes[40] = {0};
    uint64_t seen[41];
    for (size_t length = 0; length <= sizeof bytes; length++) {
        seen[length] = rh_hash_bytes(RH_HASH_SEED, bytes, length);
        for (size_t shorter = 0; shorter < length; shorter++)
            assert_true(seen[shorter] != seen[length]);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = 0x80;
            assert_true(rh_hash_bytes(RH_HASH_SEED, bytes, length) != seen[length]);
            bytes[i] = 0;
        }
    }
}

static void alignment_does_not_matter(void **state)
{
    (void)state;
    char room[64];
    const char *text = "neither here nor there";
    for (size_t offset = 0; offset < 16; offset++) {
        memcpy(room + offset, text, strlen(text));
        assert_true(rh_hash_bytes(1, room + offset, strlen(text)) ==
                    rh_hash_bytes(1, text, strlen(text)));
    }
}

static void the_hash_before_counts(void **state)
{
    (void)state;
    assert_true(rh_hash_bytes(1, "x", 1) != rh_hash_bytes(2, "x", 1));
    assert_true(rh_hash_bytes(1, "", 0) != rh_hash_bytes(2, "", 0));
    assert_true(rh_hash_mix(rh_hash_mix(0, 1), 2) != rh_hash_mix(rh_hash_mix(0, 2), 1));
}

/* Short keys that differ in little: no collisions in 32 bits beyond what chance gives. */
static void similar_keys_spread(void **state)
{
    (void)state;
    enum { KEYS = 4096, SLOTS = 8192 };
    static unsigned char slots[SLOTS];
    size_t used = 0;
    for (uint32_t i = 0; i < KEYS; i++) {
        size_t slot = (size_t)rh_hash_bytes(RH_HASH_SEED, &i, sizeof i) % SLOTS;
        used += !slots[slot];
        slots[slot] = 1;
    }
    assert_in_range(used, 3150, 3300); /* 8192 * (1 - exp(-1/2)) is 3223 */
}

static void draws_depend_on_all_that_they_are_for(void **state)
{
    (void)state;
    uint64_t draw = rh_random_draw(1, 2, 3, 4);
    assert_true(draw == rh_random_draw(1, 2, 3, 4));
    assert_true(draw != rh_random_draw(2, 2, 3, 4));
    assert_true(draw != rh_random_draw(1, 3, 3, 4));
    assert_true(draw != rh_random_draw(1, 2, 4, 4));
    assert_true(draw != rh_random_draw(1, 2, 3, 5));
    assert_true(draw != rh_random_draw(2, 1, 3, 4));
}

static void below_stays_below(void **state)
{
    (void)state;
    assert_true(rh_random_below(0, 10) == 0);
    assert_true(rh_random_below(UINT64_MAX, 10) == 9);
    assert_true(rh_random_below(UINT64_MAX, 1) == 0);
    assert_true(rh_random_below(UINT64_MAX, UINT64_MAX) == UINT64_MAX - 1);
    assert_true(rh_random_below(UINT64_C(1) << 63, 10) == 5);
}

static void draws_are_uniform(void **state)
{
    (void)state;
    enum { DRAWS = 100000, BOUND = 10 };
    unsigned counts[BOUND] = {0};
    for (uint64_t count = 0; count < DRAWS; count++)
        counts[rh_random_below(rh_random_draw(42, 7, 7, count), BOUND)]++;
    double squares = 0;
    for (size_t i = 0; i < BOUND; i++) {
        double off = counts[i] - (double)DRAWS / BOUND;
        squares += off * off / (DRAWS / BOUND);
    }
    assert_true(squares < 27.9); /* chi-square, 9 degrees of freedom, p = 0.001 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_the_same_everywhere),
        cmocka_unit_test(every_byte_and_the_length_count),
        cmocka_unit_test(alignment_does_not_matter),
        cmocka_unit_test(the_hash_before_counts),
        cmocka_unit_test(similar_keys_spread),
        cmocka_unit_test(draws_depend_on_all_that_they_are_for),
        cmocka_unit_test(below_stays_below),
        cmocka_unit_test(draws_are_uniform),
    };
    int failed = cmocka_run_group_tests_name("base/hash", tests, NULL, NULL);
    return failed != 0;
}
