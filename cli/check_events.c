#include "cli/check_events.h"

#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"

enum { MOST_EVENTS = 8 };

typedef struct picker {
    rh_arena *arena;
    const rh_actions_file *file;
    cli_check_event *events;
    size_t count;
} picker;

/* ---- how an event is written ----------------------------------------------------------------- */

static const char *words_of(rh_arena *arena, const cli_event_settings *settings)
{
    static const char tags[] = "refs/tags/", heads[] = "refs/heads/";
    const char *ref = settings->ref;
    if (ref && !strncmp(ref, tags, strlen(tags)))
        return rh_format(arena, "%s of tag %s", settings->event, ref + strlen(tags));
    if (ref && !strncmp(ref, heads, strlen(heads)))
        return rh_format(arena, "%s on branch %s", settings->event, ref + strlen(heads));
    if (settings->action)
        return rh_format(arena, "%s (%s)", settings->event, settings->action);
    return settings->event;
}

cli_check_event cli_check_event_of(rh_arena *arena, const cli_event_settings *settings)
{
    return (cli_check_event){*settings, words_of(arena, settings),
                             cli_event_words(arena, settings)};
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static const char *made_up(const rh_actions_input *input)
{
    if (input->options && input->options[0])
        return input->options[0];
    if (input->type && !strcmp(input->type, "boolean"))
        return "true";
    if (input->type && !strcmp(input->type, "number"))
        return "1";
    return "1.2.0";
}

static void add_inputs(picker *p, const rh_actions_trigger *trigger, cli_event_settings *settings)
{
    for (size_t i = 0; i < trigger->input_count; i++) {
        const rh_actions_input *input = &trigger->inputs[i];
        if (input->required && !input->fallback)
            cli_texts_add(p->arena, &settings->inputs,
                          rh_format(p->arena, "%s=%s", input->name, made_up(input)));
    }
}

/* ---- choosing -------------------------------------------------------------------------------- */

static bool starts(const picker *p, const cli_event_settings *settings)
{
    rh_error error;
    const rh_actions_event_options options = {.name = settings->event,
                                              .ref = settings->ref,
                                              .base_ref = settings->base_ref,
                                              .action = settings->action};
    const rh_actions_event *event = rh_actions_event_build(p->arena, &options, &error);
    return event && rh_actions_triggered(p->arena, p->file, event).runs;
}

static void add(picker *p, const rh_actions_trigger *trigger, cli_event_settings settings)
{
    bool is_call = !strcmp(settings.event, "workflow_call"); /* another workflow starts it */
    if (p->count == MOST_EVENTS || (!is_call && !starts(p, &settings)))
        return;
    add_inputs(p, trigger, &settings);
    p->events[p->count++] = cli_check_event_of(p->arena, &settings);
}

/* The first name, usual ones before those made from the patterns, that lets the event start it. */
static void add_ref(picker *p, const rh_actions_trigger *trigger, bool is_tag)
{
    static const char *const usual_tags[] = {"v1.2.0", "1.2.0", NULL};
    static const char *const usual_branches[] = {"main", "master", NULL};
    const char *const *usual = is_tag ? usual_tags : usual_branches;
    const rh_reach_names names = rh_reach_names_of(p->arena, p->file, trigger, is_tag);
    size_t before = p->count;
    for (size_t i = 0; usual[i] && p->count == before; i++)
        add(p, trigger,
            (cli_event_settings){.event = trigger->event,
                                 .ref = rh_format(p->arena, "refs/%s/%s", is_tag ? "tags" : "heads",
                                                  usual[i])});
    for (size_t i = 0; i < names.count && p->count == before; i++)
        add(p, trigger,
            (cli_event_settings){.event = trigger->event,
                                 .ref = rh_format(p->arena, "refs/%s/%s", is_tag ? "tags" : "heads",
                                                  names.items[i])});
}

/* The base of a pull request, if the usual one does not do. */
static void add_pull_request(picker *p, const rh_actions_trigger *trigger, const char *action)
{
    size_t before = p->count;
    add(p, trigger, (cli_event_settings){.event = trigger->event, .action = action});
    const rh_reach_names names = rh_reach_names_of(p->arena, p->file, trigger, false);
    for (size_t i = 0; i < names.count && p->count == before; i++)
        add(p, trigger,
            (cli_event_settings){
                .event = trigger->event, .action = action, .base_ref = names.items[i]});
}

static const rh_actions_trigger *trigger_of(const picker *p, const char *event)
{
    return rh_actions_trigger_of(p->file, event);
}

static bool has_filter(const rh_actions_patterns *some, const rh_actions_patterns *others)
{
    return some->count || others->count;
}

static void add_push(picker *p, bool is_tag)
{
    const rh_actions_trigger *push = trigger_of(p, "push");
    if (push && (!is_tag || has_filter(&push->tags, &push->tags_ignore)))
        add_ref(p, push, is_tag);
}

static void add_other(picker *p, const rh_actions_trigger *trigger)
{
    static const char *const done[] = {"push", "release", "workflow_dispatch", NULL};
    for (size_t i = 0; done[i]; i++)
        if (!strcmp(done[i], trigger->event))
            return;
    const char *action = trigger->types.count ? trigger->types.items[0] : NULL;
    if (rh_actions_event_is_pull_request(trigger->event))
        add_pull_request(p, trigger, action);
    else
        add(p, trigger, (cli_event_settings){.event = trigger->event, .action = action});
}

const cli_check_event *cli_check_events(rh_arena *arena, const rh_actions_file *file, size_t *count)
{
    picker p = {arena, file, RH_NEW_ARRAY(arena, cli_check_event, MOST_EVENTS), 0};
    add_push(&p, true);
    const rh_actions_trigger *release = trigger_of(&p, "release");
    if (release)
        add(&p, release,
            (cli_event_settings){.event = "release",
                                 .action =
                                     release->types.count ? release->types.items[0] : "published"});
    add_push(&p, false);
    const rh_actions_trigger *dispatch = trigger_of(&p, "workflow_dispatch");
    if (dispatch)
        add(&p, dispatch, (cli_event_settings){.event = "workflow_dispatch"});
    for (size_t i = 0; i < file->trigger_count; i++)
        add_other(&p, &file->triggers[i]);
    *count = p.count;
    return p.events;
}
