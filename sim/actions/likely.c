#include "sim/actions/likely.h"

#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/value.h"

typedef struct search {
    rh_arena *arena;
    const rh_actions_file *file;
    rh_actions_event_options given;
    rh_likely_events found;
    size_t most;
    const char *event, *why; /* of the first that does not start it */
} search;

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Something for an input that has to be given. */
static const rh_value *stand_in(rh_arena *arena, const rh_actions_input *input)
{
    if (input->options && input->options[0])
        return rh_value_string(arena, input->options[0], strlen(input->options[0]));
    if (input->type && !strcmp(input->type, "boolean"))
        return rh_value_boolean(arena, false);
    return rh_value_unknown(arena, rh_format(arena, "inputs.%s", input->name), 0);
}

/* What was given, and something for each required input that was not. */
static const rh_value *fill_inputs(search *s, const char *event)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(s->file, event);
    const rh_value *given = s->given.inputs;
    size_t count = rh_count_of(given), most = count + (trigger ? trigger->input_count : 0);
    rh_field *fields = RH_NEW_ARRAY(s->arena, rh_field, most + 1);
    for (size_t i = 0; i < count; i++)
        fields[i] = given->as.fields[i];
    for (size_t i = 0; trigger && i < trigger->input_count; i++) {
        const rh_actions_input *input = &trigger->inputs[i];
        if (input->required && !input->fallback && !rh_get(given, input->name))
            fields[count++] = (rh_field){input->name, stand_in(s->arena, input)};
    }
    return count ? rh_value_object(s->arena, fields, count) : given;
}

/* ---- refs, bases and types that pass --------------------------------------------------------- */

static const rh_actions_event *build(search *s, const rh_actions_event_options *over,
                                     rh_error *error)
{
    rh_actions_event_options options = s->given;
    options.name = over->name;
    options.ref = options.ref ? options.ref : over->ref;
    options.base_ref = options.base_ref ? options.base_ref : over->base_ref;
    options.action = options.action ? options.action : over->action;
    options.inputs = fill_inputs(s, options.name);
    return rh_actions_event_build(s->arena, &options, error);
}

/* Whether the event starts it: then it is kept. What is given stands over what is tried. */
static bool try_event(search *s, rh_actions_event_options over)
{
    rh_error error;
    const rh_actions_event *event = build(s, &over, &error);
    if (!event)
        return false;
    const rh_trigger_answer answer = rh_actions_triggered(s->arena, s->file, event);
    if (!answer.runs && !s->event) {
        s->event = event->name;
        s->why = answer.why;
    }
    if (!answer.runs)
        return false;
    if (s->found.count < s->most)
        s->found.items[s->found.count++] = event;
    return true;
}

static bool try_ref(search *s, const char *kind, const char *name)
{
    return try_event(s, (rh_actions_event_options){
                            .name = "push", .ref = rh_format(s->arena, "refs/%s/%s", kind, name)});
}

/* Usual names first, then such that its patterns and conditions speak of. */
static bool try_names(search *s, const rh_actions_trigger *push, bool is_tag)
{
    static const char *const tags[] = {"v1.2.0", "1.2.0", NULL};
    static const char *const branches[] = {"main", "master", NULL};
    const char *kind = is_tag ? "tags" : "heads";
    if (!is_tag && try_event(s, (rh_actions_event_options){.name = "push"}))
        return true; /* the default branch */
    for (const char *const *name = is_tag ? tags : branches; *name; name++)
        if (try_ref(s, kind, *name))
            return true;
    const rh_reach_names names = rh_reach_names_of(s->arena, s->file, push, is_tag);
    for (size_t i = 0; i < names.count; i++)
        if (try_ref(s, kind, names.items[i]))
            return true;
    return false;
}

/* A push without a filter for tags is not meant for them. */
static bool try_tags(search *s)
{
    const rh_actions_trigger *push = rh_actions_trigger_of(s->file, "push");
    bool names_tags = push && (push->tags.items || push->tags_ignore.items);
    return names_tags && !s->given.ref && try_names(s, push, true);
}

static bool try_branches(search *s)
{
    const rh_actions_trigger *push = rh_actions_trigger_of(s->file, "push");
    return push && (s->given.ref ? try_event(s, (rh_actions_event_options){.name = "push"})
                                 : try_names(s, push, false));
}

/* With the branch that filters look at: where a pull request goes to, where a run before ran. */
static bool try_filters(search *s, const rh_actions_trigger *trigger, const char *action)
{
    rh_actions_event_options over = {.name = trigger->event, .action = action};
    if (try_event(s, over))
        return true;
    if (!trigger->branches.count && !trigger->branches_ignore.count)
        return false;
    bool is_after_run = !strcmp(trigger->event, "workflow_run");
    const rh_reach_names names = rh_reach_names_of(s->arena, s->file, trigger, false);
    for (size_t i = 0; i < names.count; i++) {
        if (is_after_run)
            over.ref = rh_format(s->arena, "refs/heads/%s", names.items[i]);
        else
            over.base_ref = names.items[i];
        if (try_event(s, over))
            return true;
    }
    return false;
}

/* With the usual activity type, or the first of those it names that starts it. */
static bool try_types(search *s, const rh_actions_trigger *trigger)
{
    if (try_filters(s, trigger, NULL))
        return true;
    for (size_t i = 0; !s->given.action && i < trigger->types.count; i++)
        if (try_filters(s, trigger, trigger->types.items[i]))
            return true;
    return false;
}

static void try_other(search *s, const char *name)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(s->file, name);
    if (trigger)
        try_types(s, trigger);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void try_named(search *s, const char *name)
{
    if (strcmp(name, "push") != 0) {
        try_other(s, name);
        return;
    }
    try_tags(s);
    try_branches(s);
}

static void try_all(search *s)
{
    static const char *const order[] = {
        "release",           "push", "schedule", "pull_request", "pull_request_target",
        "workflow_dispatch", NULL};
    try_tags(s);
    for (size_t i = 0; order[i]; i++)
        if (!strcmp(order[i], "push"))
            try_branches(s);
        else
            try_other(s, order[i]);
    for (size_t i = 0; i < s->file->trigger_count; i++) {
        const char *name = s->file->triggers[i].event;
        size_t at = 0;
        while (order[at] && strcmp(order[at], name) != 0)
            at++;
        if (!order[at] && strcmp(name, "workflow_call") != 0)
            try_other(s, name);
    }
    try_other(s, "workflow_call");
}

static search begin(rh_arena *arena, const rh_actions_file *file,
                    const rh_actions_event_options *given, size_t most)
{
    search s = {.arena = arena, .file = file, .most = most};
    if (given)
        s.given = *given;
    return s;
}

static void look(search *s)
{
    if (s->given.name)
        try_named(s, s->given.name);
    else
        try_all(s);
}

rh_likely_events rh_actions_likely_events(rh_arena *arena, const rh_actions_file *file,
                                          const rh_actions_event_options *given)
{
    search s = begin(arena, file, given, RH_LIKELY_MOST);
    look(&s);
    return s.found;
}

const rh_actions_event *rh_actions_likely_event(rh_arena *arena, const rh_actions_file *file,
                                                const rh_actions_event_options *given,
                                                rh_error *error)
{
    search s = begin(arena, file, given, 1);
    look(&s);
    if (s.found.count)
        return s.found.items[0];
    if (s.given.name) /* it is rehearsed all the same */
        return build(&s, &s.given, error);
    const char *why = s.event ? rh_format(arena, " (%s: %s)", s.event, s.why) : "";
    rh_error_set(error, file->path, 0, 0,
                 "no event was found that starts this workflow%s; name one, like --event push "
                 "--ref refs/tags/v1.2.0",
                 why);
    return NULL;
}
