/* The events by which `rehearse check` plays a workflow file. */
#ifndef CLI_CHECK_EVENTS_H
#define CLI_CHECK_EVENTS_H

#include "cli/event_options.h"

typedef struct cli_check_event {
    cli_event_settings settings;
    const char *words;   /* "push of tag v1.2.0" */
    const char *options; /* as for a shell: "--event push --ref refs/tags/v1.2.0" */
} cli_check_event;

/* One event for each way in which the file is started: what usually publishes most comes first.
 * Inputs that must be given are made up. Lives in the arena. */
const cli_check_event *cli_check_events(rh_arena *arena, const rh_actions_file *file,
                                        size_t *count);
/* The same of one event that the user has described. */
cli_check_event cli_check_event_of(rh_arena *arena, const cli_event_settings *settings);

#endif
