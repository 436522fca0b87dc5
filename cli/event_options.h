/* The event that the options of several verbs describe. */
#ifndef CLI_EVENT_OPTIONS_H
#define CLI_EVENT_OPTIONS_H

#include "cli/cli.h"
#include "sim/actions/event.h"

/* What was given; cli/event_option_rows.h has the rows of a table of options. */
typedef struct cli_event_settings {
    const char *event, *ref, *base_ref, *action, *actor, *repository, *default_branch, *sha;
    const char *schedule, *after, *payload;
    cli_texts changed, inputs;
    cli_number commits;
    bool fork, new_ref, deleted, merged, by_token;
} cli_event_settings;

/* The options that were given, as words of a shell; "" for none. */
const char *cli_event_words(rh_arena *arena, const cli_event_settings *settings);
/* The name of the first option that was given, or NULL. */
const char *cli_event_given(const cli_event_settings *settings);

/* What they say, for rh_actions_event_build. CLI_OK, or CLI_BAD after saying what is wrong. */
int cli_read_event(cli_context *cli, const cli_event_settings *settings,
                   rh_actions_event_options *to);
/* NULL after saying what is wrong. How a short ref was understood is said on stderr. */
const rh_actions_event *cli_build_event(cli_context *cli, const cli_event_settings *settings);

/* NAME=VALUE texts of an option as an object of strings with these flags (RH_SECRET); NULL after
 * saying what is wrong. */
const rh_value *cli_read_pairs(cli_context *cli, const char *option, const cli_texts *given,
                               uint8_t flags);

#endif
