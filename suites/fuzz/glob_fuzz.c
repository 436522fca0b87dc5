/* A pattern and a name, split at the first NUL: whatever they are, a pattern of letters matches
 * only itself, errors have a place, and no match takes long. */
#include <stdlib.h>

#include "sim/actions/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < 'a' || text[i] > 'z')
            return false;
    return true;
}

static void check(rh_arena *arena, const char *pattern, size_t length, const char *name,
                  size_t name_length)
{
    rh_glob_error error = {.message = ""};
    const rh_glob *glob = rh_glob_compile(arena, pattern, length, &error);
    const rh_glob *policy = rh_glob_compile_policy(arena, pattern, length, NULL);
    if (!glob && (!error.message[0] || error.offset > length))
        abort();
    bool matches = glob && rh_glob_match(glob, name, name_length);
    if (policy)
        rh_glob_match(policy, name, name_length);
    if (length && is_plain(pattern, length)) {
        bool same = length == name_length && memcmp(pattern, name, length) == 0;
        if (!glob || matches != same)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *split = size ? memchr(text, 0, size) : NULL;
    size_t length = split ? (size_t)(split - text) : size;
    size_t name = split ? length + 1 : size;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    check(&arena, text, length, text + name, size - name);
    const char *const anything[] = {"**"};
    rh_glob_list list;
    if (rh_glob_list_compile(&arena, anything, 1, false, &list, NULL) < 0 ||
        !rh_glob_match(list.items[0], text, size))
        abort();
    rh_arena_free(&arena);
    return 0;
}
