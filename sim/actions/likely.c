#include "sim/actions/likely.h"

#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/value.h"

/* ---- candidates ------------------------------------------------------------------------------ */

typedef struct search {
    rh_arena *arena;
    const rh_actions_file *file;
    rh_actions_event_options options;
    const rh_actions_event *found;
} search;

/* Something for an input that has to be given. */
static const rh_value *stand_in(rh_arena *arena, const rh_actions_input *input)
{
    const char *text = input->name;
    if (input->type && !strcmp(input->type, "boolean"))
        text = "false";
    else if (input->type && !strcmp(input->type, "number"))
        text = "1";
    else if (input->options && input->options[0])
        text = input->options[0];
    return rh_value_string(arena, text, strlen(text));
}

/* What was given, and something for each required input that was not. */
static const rh_value *fill_inputs(search *s, const char *event)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(s->file, event);
    const rh_value *given = s->options.inputs;
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

/* Whether the event with this ref starts it. */
static bool try_event(search *s, const char *name, const char *ref)
{
    rh_error error;
    rh_actions_event_options options = s->options;
    options.name = name;
    options.ref = ref ? ref : options.ref;
    options.inputs = fill_inputs(s, name);
    const rh_actions_event *event = rh_actions_event_build(s->arena, &options, &error);
    if (!event || !rh_actions_triggered(s->arena, s->file, event).runs)
        return false;
    s->found = event;
    return true;
}

/* Names that its patterns and conditions speak of. */
static bool try_names(search *s, const rh_actions_trigger *trigger, bool is_tag)
{
    const rh_reach_names names = rh_reach_names_of(s->arena, s->file, trigger, is_tag);
    for (size_t i = 0; i < names.count; i++)
        if (try_event(s, trigger->event,
                      rh_format(s->arena, "refs/%s/%s", is_tag ? "tags" : "heads", names.items[i])))
            return true;
    return false;
}

static bool has_tag_filter(const rh_actions_trigger *push)
{
    return push && (push->tags.items || push->tags_ignore.items);
}

/* A push without a filter for tags is not meant for them. */
static bool try_tags(search *s)
{
    const rh_actions_trigger *push = rh_actions_trigger_of(s->file, "push");
    return has_tag_filter(push) &&
           (try_event(s, "push", "refs/tags/v1.2.0") || try_event(s, "push", "refs/tags/1.2.0") ||
            try_names(s, push, true));
}

/* Where a pull request goes to. */
static bool try_bases(search *s, const rh_actions_trigger *trigger)
{
    const rh_reach_names names = rh_reach_names_of(s->arena, s->file, trigger, false);
    for (size_t i = 0; i < names.count; i++) {
        s->options.base_ref = names.items[i];
        if (try_event(s, trigger->event, NULL))
            return true;
    }
    s->options.base_ref = NULL;
    return false;
}

static bool try_branches(search *s, const char *name)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(s->file, name);
    if (!trigger)
        return false;
    if (try_event(s, name, NULL))
        return true;
    return strncmp(name, "pull_request", 12) ? try_names(s, trigger, false) : try_bases(s, trigger);
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
