#include "sim/actions/hash_files.h"

#include <string.h>

#include "sim/base/sha256.h"

/* ---- patterns -------------------------------------------------------------------------------- */

/* Takes a [set] at *pattern; false: c is not in it. Without its end it is a character. */
static bool in_set(const char **pattern, char c)
{
    const char *at = *pattern + 1;
    bool negates = *at == '!' || *at == '^', found = false;
    at += negates;
    for (const char *first = at; *at && *at != '/' && (*at != ']' || at == first); at++) {
        bool is_range = at[1] == '-' && at[2] && at[2] != ']';
        found = found || (is_range ? c >= at[0] && c <= at[2] : c == at[0]);
        at += is_range ? 2 : 0;
    }
    if (*at != ']') {
        *pattern += 1;
        return c == '[';
    }
    *pattern = at + 1;
    return found != negates;
}

/* One part of a path, without slashes. Where a star could have taken more is tried again. */
static bool part_matches(const char *pattern, const char *end, const char *text, size_t length)
{
    const char *star = NULL;
    size_t at = 0, behind = 0;
    for (;;) {
        if (pattern < end && *pattern == '*') {
            star = ++pattern;
            behind = at;
            continue;
        }
        if (at == length && pattern == end)
            return true;
        const char *next = pattern + 1;
        bool fits = at < length && pattern < end;
        if (fits && *pattern == '[') {
            next = pattern;
            fits = in_set(&next, text[at]);
        } else if (fits && *pattern != '?') {
            fits = *pattern == text[at];
        }
        if (fits) {
            pattern = next;
            at++;
        } else if (star && behind < length) {
            pattern = star;
            at = ++behind;
        } else {
            return false;
        }
    }
}

static const char *skip_slashes(const char *at)
{
    while (*at == '/')
        at++;
    return at;
}

bool rh_hash_files_finds(const char *pattern, const char *path)
{
    const char *again = NULL, *from = NULL; /* behind a double star, and where it got to */
    while (pattern[0] == '.' && pattern[1] == '/')
        pattern = skip_slashes(pattern + 1);
    for (;;) {
        if (!*pattern)
            return true; /* the path, or a folder that it is in */
        size_t size = strcspn(pattern, "/"), length = strcspn(path, "/");
        if (size == 2 && pattern[0] == '*' && pattern[1] == '*') {
            again = pattern = skip_slashes(pattern + 2);
            from = path;
            continue;
        }
        if (*path && part_matches(pattern, pattern + size, path, length)) {
            pattern = skip_slashes(pattern + size);
            path += length + (path[length] == '/');
            continue;
        }
        if (!again || !*from)
            return false;
        from += strcspn(from, "/");
        from += *from == '/';
        pattern = again;
        path = from;
    }
}

/* ---- hashing --------------------------------------------------------------------------------- */

static bool is_found(const rh_value *const *patterns, size_t count, const char *path)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const char *pattern = rh_text_of(patterns[i]);
        bool takes_out = *pattern == '!';
        if (rh_hash_files_finds(pattern + takes_out, path))
            found = !takes_out;
    }
    return found;
}

static const char *hex(rh_arena *arena, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = rh_arena_alloc(arena, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * count] = '\0';
    return text;
}

const char *rh_hash_files(rh_arena *arena, const rh_actions_files *files,
                          const rh_value *const *patterns, size_t count)
{
    uint8_t digest[RH_SHA256_BYTES];
    rh_sha256 all, one;
    bool any = false;
    const char *const *path = files && files->list ? files->list(files->data) : NULL;
    if (!path)
        return NULL;
    rh_sha256_begin(&all);
    for (; *path; path++) {
        size_t length;
        const char *text =
            is_found(patterns, count, *path) ? files->read(files->data, *path, &length) : NULL;
        if (!text)
            continue;
        rh_sha256_begin(&one);
        rh_sha256_add(&one, text, length);
        rh_sha256_end(&one, digest);
        rh_sha256_add(&all, digest, sizeof digest);
        any = true;
    }
    rh_sha256_end(&all, digest);
    return any ? hex(arena, digest, sizeof digest) : "";
}
