/* Refs as people write them, and as GitHub has them. */
#include <string.h>

#include "sim/actions/event_parts.h"
#include "sim/base/text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* v1, 2.0, v1.2.3-rc.1: people name tags like that. */
static bool looks_like_version(const char *name)
{
    name += *name == 'v' || *name == 'V';
    if (!is_digit(*name) || strchr(name, '/'))
        return false;
    while (is_digit(*name))
        name++;
    return !*name || strchr(".-+_", *name);
}

static bool starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static bool is_bad_name(const char *name)
{
    return !*name || strpbrk(name, " ~^:?*[\\\t\n") || strstr(name, "..");
}

static int read_pull(const char *text, uint64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 15 ||
        (strcmp(text + digits, "/merge") && strcmp(text + digits, "/head")))
        return -1;
    *number = 0;
    for (size_t i = 0; i < digits; i++)
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    return 0;
}

static const char *understood(rh_arena *arena, const char *text, bool is_tag)
{
    return is_tag ? rh_format(arena,
                              "'%s' is taken as the tag refs/tags/%s; write refs/heads/%s for a "
                              "branch",
                              text, text, text)
                  : rh_format(arena,
                              "'%s' is taken as the branch refs/heads/%s; write refs/tags/%s for a "
                              "tag",
                              text, text, text);
}

int rh_actions_event_ref_read(rh_arena *arena, const char *text, rh_actions_ref_kind wanted,
                              const char *default_branch, rh_actions_event_ref *ref,
                              rh_error *error)
{
    *ref = (rh_actions_event_ref){.kind = RH_REF_BRANCH};
    if (starts_with(text, "refs/heads/")) {
        ref->name = text + 11;
    } else if (starts_with(text, "refs/tags/")) {
        *ref = (rh_actions_event_ref){.kind = RH_REF_TAG, .name = text + 10};
    } else if (starts_with(text, "refs/pull/") && read_pull(text + 10, &ref->number) == 0) {
        ref->kind = RH_REF_PULL;
        ref->name = text + 10;
    } else if (starts_with(text, "refs/")) {
        return rh_error_set(error, NULL, 0, 0,
                            "the ref '%s': expected refs/heads/BRANCH, refs/tags/TAG or "
                            "refs/pull/N/merge",
                            text);
    } else {
        ref->name = text;
        if (wanted != RH_REF_NONE) {
            ref->kind = wanted;
        } else if (strcmp(text, default_branch) != 0) {
            if (looks_like_version(text))
                ref->kind = RH_REF_TAG;
            ref->note = understood(arena, text, ref->kind == RH_REF_TAG);
        }
    }
    if (is_bad_name(ref->name))
        return rh_error_set(error, NULL, 0, 0,
                            "the ref '%s' is no name of a branch or tag: expected refs/heads/main, "
                            "refs/tags/v1, or a short name",
                            text);
    ref->name = rh_arena_string(arena, ref->name);
    ref->full = rh_format(arena, "refs/%s/%s",
                          ref->kind == RH_REF_TAG    ? "tags"
                          : ref->kind == RH_REF_PULL ? "pull"
                                                     : "heads",
                          ref->name);
    return 0;
}
