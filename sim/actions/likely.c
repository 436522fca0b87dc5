#include "sim/actions/likely.h"

#include <string.h>

#include "sim/actions/glob.h"
#include "sim/actions/trigger.h"

/* ---- samples of patterns --------------------------------------------------------------------- */

/* A character that stands for a class: the version 1.2.0 goes on with each digit. */
static char pick(const char *class, size_t length, unsigned digits)
{
    static const char version[] = "120";
    for (size_t i = 0; i + 2 < length; i++)
        if (class[i] == '0' && class[i + 1] == '-' && class[i + 2] == '9')
            return version[digits % 3];
    return length ? class[0] : 'x';
}

static bool has_one_star(const char *pattern)
{
    const char *star = strchr(pattern, '*');
    return star && !strchr(star[1] == '*' ? star + 2 : star + 1, '*');
}

const char *rh_actions_sample_of(rh_arena *arena, const char *pattern)
{
    rh_text text = rh_text_in(arena);
    bool whole_version = has_one_star(pattern);
    unsigned digits = 0;
    for (const char *at = pattern; *at; at++) {
        const char *end = *at == '[' ? strchr(at + 1, ']') : NULL;
        if (end) {
            rh_text_putc(&text, pick(at + 1, (size_t)(end - at - 1), digits++));
            at = end;
        } else if (*at == '*') {
            static const char *const parts[] = {"1", "2", "0"};
            rh_text_puts(&text, whole_version ? "1.2.0" : parts[digits++ % 3]);
            at += at[1] == '*';
        } else if (*at == '\\' && at[1]) {
            rh_text_putc(&text, *++at);
        } else if (*at != '+' && *at != '?') {
            rh_text_putc(&text, *at);
        }
    }
    return rh_text_string(&text);
}

/* ---- candidates ------------------------------------------------------------------------------ */

typedef struct search {
    rh_arena *arena;
    const rh_actions_file *file;
    rh_actions_event_options options;
    const rh_actions_event *found;
} search;

/* Whether the event with this ref starts it. */
static bool try_event(search *s, const char *name, const char *ref)
{
    rh_error error;
    rh_actions_event_options options = s->options;
    options.name = name;
    options.ref = ref ? ref : options.ref;
    const rh_actions_event *event = rh_actions_event_build(s->arena, &options, &error);
    if (!event || !rh_actions_triggered(s->arena, s->file, event).runs)
        return false;
    s->found = event;
    return true;
}

static bool try_refs(search *s, const char *name, const char *kind,
                     const rh_actions_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        const char *sample = rh_actions_sample_of(s->arena, patterns->items[i]);
        if (patterns->items[i][0] != '!' &&
            try_event(s, name, rh_format(s->arena, "%s%s", kind, sample)))
            return true;
    }
    return false;
}

static bool try_tags(search *s)
{
    const rh_actions_trigger *push = rh_actions_trigger_of(s->file, "push");
    if (!push || (!push->tags.items && !push->tags_ignore.items &&
                  (push->branches.items || push->branches_ignore.items)))
        return false;
    if (!push->tags.items && !push->tags_ignore.items)
        return false; /* any push: a branch is meant */
    return try_event(s, "push", "refs/tags/v1.2.0") || try_event(s, "push", "refs/tags/1.2.0") ||
           try_refs(s, "push", "refs/tags/", &push->tags);
}

static bool try_branches(search *s, const char *name)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(s->file, name);
    bool is_pull_request = !strncmp(name, "pull_request", 12);
    if (!trigger)
        return false;
    if (try_event(s, name, NULL))
        return true;
    if (!is_pull_request)
        return try_event(s, name, "refs/heads/main") || try_event(s, name, "refs/heads/master") ||
               try_refs(s, name, "refs/heads/", &trigger->branches);
    for (size_t i = 0; i < trigger->branches.count; i++) {
        s->options.base_ref = rh_actions_sample_of(s->arena, trigger->branches.items[i]);
        if (try_event(s, name, NULL))
            return true;
    }
    return false;
}

static bool try_named(search *s, const char *name)
{
    if (s->options.ref)
        return try_event(s, name, NULL);
    if (!strcmp(name, "push") && try_tags(s))
        return true;
    return try_branches(s, name);
}

static bool try_types(search *s, const rh_actions_trigger *trigger)
{
    for (size_t i = 0; i < trigger->types.count; i++) {
        s->options.action = trigger->types.items[i];
        if (try_event(s, trigger->event, NULL))
            return true;
    }
    return false;
}

static bool try_all(search *s)
{
    static const char *const order[] = {"release",  "push",         "workflow_dispatch",
                                        "schedule", "pull_request", "pull_request_target"};
    if (!s->options.ref && try_tags(s))
        return true;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (rh_actions_trigger_of(s->file, order[i]) && try_named(s, order[i]))
            return true;
    for (size_t i = 0; i < s->file->trigger_count; i++)
        if (try_named(s, s->file->triggers[i].event) || try_types(s, &s->file->triggers[i]))
            return true;
    return false;
}

const rh_actions_event *rh_actions_likely_event(rh_arena *arena, const rh_actions_file *file,
                                                const rh_actions_event_options *given,
                                                rh_error *error)
{
    search s = {.arena = arena, .file = file};
    if (given)
        s.options = *given;
    if (s.options.name) {
        if (!try_named(&s, s.options.name)) /* it is rehearsed all the same */
            return rh_actions_event_build(arena, &s.options, error);
        return s.found;
    }
    if (!try_all(&s))
        rh_error_set(error, file->path, 0, 0,
                     "no event was found that starts this workflow; name one, like --event push "
                     "--ref refs/tags/v1.2.0");
    return s.found;
}
