/* Names of branches and tags that make conditions true, if any name does. */
#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/base/text.h"

enum { MOST_TEXTS = 64, LONGEST_TEXT = 200, MOST_PAIRED = 8 };

/* ---- patterns -------------------------------------------------------------------------------- */

static bool is_wild(char c)
{
    return c == '*';
}

/* The first or the last run of stars; the length of the pattern if there is none. */
static size_t find_wildcard(const char *pattern, bool last)
{
    size_t found = strlen(pattern);
    bool is_found = false;
    for (size_t i = 0; pattern[i]; i++) {
        if (pattern[i] == '\\' && pattern[i + 1]) {
            i++;
        } else if (is_wild(pattern[i]) && (last || !is_found)) {
            found = i;
            is_found = true;
            while (is_wild(pattern[i + 1]))
                i++;
        }
    }
    return found;
}

static const char *skip_set(const char *pattern, char *one)
{
    *one = *pattern ? *pattern : 'x';
    const char *end = strchr(pattern, ']');
    return end ? end : pattern + strlen(pattern) - (*pattern != '\0');
}

const char *rh_reach_example(rh_arena *arena, const char *pattern, const char *text, bool last)
{
    rh_text made = rh_text_in(arena);
    pattern += *pattern == '!';
    size_t wildcard = find_wildcard(pattern, last);
    for (const char *p = pattern; *p; p++) {
        char one;
        if (is_wild(*p)) {
            bool is_it = (size_t)(p - pattern) == wildcard;
            while (is_wild(p[1]))
                p++;
            rh_text_puts(&made, is_it && text ? text : "x");
        } else if (*p == '[') {
            p = skip_set(p + 1, &one);
            rh_text_putc(&made, one);
        } else if (*p == '\\' && p[1]) {
            rh_text_putc(&made, *++p);
        } else if (*p != '?' && *p != '+') { /* both are content with what stands before them */
            rh_text_putc(&made, *p);
        }
    }
    return rh_text_string(&made);
}

/* ---- texts in conditions --------------------------------------------------------------------- */

typedef struct texts {
    rh_arena *arena;
    const char *items[MOST_TEXTS]; /* as names: without refs/heads/ */
    size_t count;
    bool is_cut;
} texts;

static void add_text(texts *list, const char *text, size_t length, bool is_tag)
{
    static const char heads[] = "refs/heads/", tags[] = "refs/tags/";
    if (length > LONGEST_TEXT)
        return;
    const char *name = rh_arena_text(list->arena, text, length);
    const char *other = is_tag ? heads : tags, *own = is_tag ? tags : heads;
    if (!strncmp(name, other, strlen(other)))
        return;
    if (!strncmp(name, own, strlen(own)))
        name += strlen(own);
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], name))
            return;
    if (!*name)
        return;
    if (list->count == MOST_TEXTS)
        list->is_cut = true;
    else
        list->items[list->count++] = name;
}

/* A string of an expression: itself, and what stands in quotes in it (a list in JSON). */
static void add_string(texts *list, const char *string, size_t length, bool is_tag)
{
    add_text(list, string, length, is_tag);
    const char *end = string + length, *from = memchr(string, '"', length);
    while (from && from < end) {
        const char *to = memchr(from + 1, '"', (size_t)(end - from - 1));
        if (!to)
            break;
        add_text(list, from + 1, (size_t)(to - from - 1), is_tag);
        from = memchr(to + 1, '"', (size_t)(end - to - 1));
    }
}

/* The strings of a condition, from its canonical text. */
static void add_condition(texts *list, const rh_expression *expression, bool is_tag)
{
    rh_text written = rh_text_in(list->arena);
    rh_expression_write(&written, expression);
    const char *p = rh_text_string(&written);
    while ((p = strchr(p, '\''))) {
        rh_text string = rh_text_in(list->arena);
        for (p++; *p && (*p != '\'' || p[1] == '\''); p++) {
            rh_text_putc(&string, *p);
            p += *p == '\'';
        }
        const char *whole = rh_text_string(&string);
        add_string(list, whole, strlen(whole), is_tag);
        p += *p == '\'';
    }
}

/* ---- names ----------------------------------------------------------------------------------- */

static void add_name(rh_arena *arena, rh_reach_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->items[i], name))
            return;
    if (names->count == RH_REACH_MOST_NAMES) {
        names->is_cut = true;
        return;
    }
    names->items = rh_arena_reserve(arena, names->items, sizeof *names->items, names->count + 1,
                                    &names->capacity);
    names->items[names->count++] = name;
}

static void add_pattern(rh_arena *arena, rh_reach_names *names, const char *pattern,
                        const texts *list)
{
    const char *plain = rh_reach_example(arena, pattern, NULL, false);
    for (size_t i = 0; i < list->count; i++) {
        const char *text = list->items[i];
        add_name(arena, names, rh_reach_example(arena, pattern, text, false));
        add_name(arena, names, rh_reach_example(arena, pattern, text, true));
        add_name(arena, names, rh_format(arena, "%s%s", plain, text));
        add_name(arena, names, rh_format(arena, "%s%s", text, plain));
    }
}

/* Two things that one condition asks for: startsWith one and endsWith the other. */
static void add_pairs(rh_arena *arena, rh_reach_names *names, const rh_expression *expression,
                      bool is_tag)
{
    texts list = {.arena = arena};
    add_condition(&list, expression, is_tag);
    size_t count = list.count < MOST_PAIRED ? list.count : MOST_PAIRED;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (i != k)
                add_name(arena, names, rh_format(arena, "%s%s", list.items[i], list.items[k]));
}

rh_reach_names rh_reach_names_of(rh_arena *arena, const rh_actions_file *file,
                                 const rh_actions_trigger *trigger, bool is_tag)
{
    rh_reach_names names = {.count = 0};
    texts list = {.arena = arena};
    const rh_actions_patterns *patterns = is_tag ? &trigger->tags : &trigger->branches;
    for (size_t i = 0; i < file->job_count; i++)
        add_condition(&list, file->jobs[i].condition.expression, is_tag);
    names.is_cut = list.is_cut;
    add_name(arena, &names, is_tag ? "v1.0.0" : "main");
    add_name(arena, &names, is_tag ? "some-tag" : "some-branch");
    for (size_t i = 0; i < patterns->count; i++) {
        add_name(arena, &names, rh_reach_example(arena, patterns->items[i], NULL, false));
        add_name(arena, &names, rh_reach_example(arena, patterns->items[i], "some-name", false));
    }
    for (size_t i = 0; i < list.count; i++)
        add_name(arena, &names, list.items[i]);
    for (size_t i = 0; i < patterns->count; i++)
        add_pattern(arena, &names, patterns->items[i], &list);
    for (size_t i = 0; i < file->job_count; i++)
        add_pairs(arena, &names, file->jobs[i].condition.expression, is_tag);
    return names;
}
