#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/sha256.h"

static void assert_digest(rh_sha256 *hash, const char *expected)
{
    uint8_t digest[RH_SHA256_BYTES];
    char text[2 * RH_SHA256_BYTES + 1];
    rh_sha256_end(hash, digest);
    for (int i = 0; i < RH_SHA256_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, expected);
}

/* The examples of FIPS 180-4 and NIST's, and lengths around the end of a block. */
static void known_digests(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_sha256 hash;
        rh_sha256_begin(&hash);
        rh_sha256_add(&hash, cases[i].text, strlen(cases[i].text));
        assert_digest(&hash, cases[i].expected);
    }
}

static void a_million_letters_in_pieces(void **state)
{
    char piece[1000];
    rh_sha256 hash;
    (void)state;
    memset(piece, 'a', sizeof piece);
    rh_sha256_begin(&hash);
    for (int left = 1000000; left > 0;) {
        int part = left % 997 + 1 < left ? left % 997 + 1 : left;
        rh_sha256_add(&hash, piece, (size_t)part);
        left -= part;
    }
    assert_digest(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
        cmocka_unit_test(a_million_letters_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
