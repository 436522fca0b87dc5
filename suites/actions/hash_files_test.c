/* hashFiles(): which files patterns find, and the hash over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/actions/hash_files.h"

static void patterns_find(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool finds;
    } cases[] = {
        {"go.sum", "go.sum", true},
        {"go.sum", "a/go.sum", false},
        {"**/go.sum", "go.sum", true},
        {"**/go.sum", "a/b/go.sum", true},
        {"**/go.sum", "a/go.sums", false},
        {"*.lock", "yarn.lock", true},
        {"*.lock", "a/yarn.lock", false},
        {"a/*/c.txt", "a/b/c.txt", true},
        {"a/*/c.txt", "a/b/b/c.txt", false},
        {"a/**/c.txt", "a/c.txt", true},
        {"a/**/c.txt", "a/b/b/c.txt", true},
        {"**/a/**/*.go", "x/a/y/z/b.go", true},
        {"**", "a/.hidden", true},
        {"src", "src/a/b.c", true},
        {"src/", "src/a/b.c", true},
        {"src", "srcs/a", false},
        {"./go.mod", "go.mod", true},
        {"file-?.txt", "file-1.txt", true},
        {"file-?.txt", "file-12.txt", false},
        {"file-[0-4].txt", "file-3.txt", true},
        {"file-[!0-4].txt", "file-3.txt", false},
        {"file-[!0-4].txt", "file-7.txt", true},
        {"a*b*c", "axbxbxc", true},
        {"a*b*c", "axbxbx", false},
        {"Go.sum", "go.sum", false},
        {"**/b/c", "a/b/b/c", true},
        {"[", "[", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rh_hash_files_finds(cases[i].pattern, cases[i].path) != cases[i].finds)
            fail_msg("%s %s %s", cases[i].pattern, cases[i].finds ? "should find" : "finds",
                     cases[i].path);
}

static const char *const names[] = {"a.txt", "b/c.txt", "b/d.md", "empty.txt", NULL};

static const char *const *list(void *data)
{
    return data;
}

static const char *read_text(void *data, const char *path, size_t *length)
{
    (void)data;
    const char *text = strcmp(path, "a.txt") == 0     ? "hello\n"
                       : strcmp(path, "b/c.txt") == 0 ? "world\n"
                                                      : "";
    *length = strlen(text);
    return text;
}

static void hashes_are_the_runners(void **state)
{
    static const struct {
        const char *patterns[2], *expected;
    } cases[] = {
        /* printf 'hello\n' | sha256sum | cut -c1-64 | xxd -r -p | sha256sum */
        {{"a.txt"}, "ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc"},
        {{"**/*.txt", "!empty.txt"},
         "96cb8058ed58b58f8fc0ad459bacf81108599b403e91674460ccb089f8ebb9db"},
        {{"**/*.txt", "!**/*.txt"}, ""},
        {{"nothing"}, ""},
    };
    rh_actions_files files = {.data = (void *)(uintptr_t)names, .read = read_text, .list = list};
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rh_value *patterns[] = {rh_string(cases[i].patterns[0]),
                                      rh_string(cases[i].patterns[1])};
        size_t count = cases[i].patterns[1] ? 2 : 1;
        const char *hash = rh_hash_files(&arena, &files, patterns, count);
        assert_string_equal(hash, cases[i].expected);
    }
    const rh_value *pattern = rh_string("a.txt");
    assert_null(rh_hash_files(&arena, NULL, &pattern, 1));
    files.list = NULL;
    assert_null(rh_hash_files(&arena, &files, &pattern, 1));
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_find),
        cmocka_unit_test(hashes_are_the_runners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
