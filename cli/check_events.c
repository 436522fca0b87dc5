#include "cli/check_events.h"

#include <string.h>

#include "sim/actions/likely.h"

/* "push of tag v1.2.0" */
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

/* `NAME=VALUE`, or the name alone of an input whose value is not known. */
static cli_texts texts_of(rh_arena *arena, const rh_value *inputs)
{
    cli_texts texts = {0};
    for (size_t i = 0; i < rh_count_of(inputs); i++) {
        const rh_field *input = &inputs->as.fields[i];
        bool is_known = rh_kind_of(input->value) != RH_UNKNOWN;
        const char *value = is_known ? rh_text_of(rh_value_as_string(arena, input->value)) : "";
        cli_texts_add(arena, &texts,
                      rh_format(arena, "%s%s%s", input->key, is_known ? "=" : "", value));
    }
    return texts;
}

cli_check_event cli_check_event_of(rh_arena *arena, const rh_actions_event *event,
                                   const cli_event_settings *given)
{
    const rh_actions_event_options *options = &event->options;
    cli_event_settings settings = *given;
    bool is_push = !strcmp(event->name, "push");
    settings.event = event->name;
    if (!given->ref)
        settings.ref = is_push ? event->ref : options->ref;
    settings.base_ref = options->base_ref;
    settings.action = options->action;
    settings.inputs = texts_of(arena, options->inputs);
    return (cli_check_event){event, words_of(arena, &settings), cli_event_words(arena, &settings)};
}

const cli_check_event *cli_check_events(cli_context *cli, const rh_actions_file *file,
                                        const cli_event_settings *given, size_t *count)
{
    rh_arena *arena = &cli->arena;
    rh_error error;
    rh_actions_event_options options;
    if (cli_read_event(cli, given, &options) != CLI_OK)
        return NULL;
    if (options.ref && !options.name)
        options.name = "push";
    rh_likely_events likely;
    if (options.name) {
        likely.items[0] = rh_actions_likely_event(arena, file, &options, &error);
        if (!likely.items[0]) {
            cli_bad_error(cli, &error);
            return NULL;
        }
        likely.count = 1;
        if (likely.items[0]->note)
            cli_bad(cli, "note: %s", likely.items[0]->note);
    } else {
        likely = rh_actions_likely_events(arena, file, &options);
    }
    cli_check_event *events = RH_NEW_ARRAY(arena, cli_check_event, likely.count + 1);
    for (size_t i = 0; i < likely.count; i++)
        events[i] = cli_check_event_of(arena, likely.items[i], given);
    *count = likely.count;
    return events;
}
