/* The events by which `rehearse check` plays a workflow file. */
#ifndef CLI_CHECK_EVENTS_H
#define CLI_CHECK_EVENTS_H

#include "cli/event_options.h"

typedef struct cli_check_event {
    const rh_actions_event *event;
    const char *words;   /* "push of tag v1.2.0" */
    const char *options; /* as for a shell: "--event push --ref refs/tags/v1.2.0" */
} cli_check_event;

/* The event that was named; else one for each way in which the file is started
 * (rh_actions_likely_events). All has what was given of it. Lives in the command's arena. NULL
 * after saying what is wrong. */
const cli_check_event *cli_check_events(cli_context *cli, const rh_actions_file *file,
                                        const cli_event_settings *given, size_t *count);
/* The same of one event that was built, of what was given. */
cli_check_event cli_check_event_of(rh_arena *arena, const rh_actions_event *event,
                                   const cli_event_settings *given);

#endif
