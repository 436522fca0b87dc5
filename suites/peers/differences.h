/* How two histories of the same run differ, but for times and made-up ids. */
#ifndef RH_SUITES_PEERS_DIFFERENCES_H
#define RH_SUITES_PEERS_DIFFERENCES_H

#include "harness/recording.h"

/* A difference that is known: one line of differences.txt. */
typedef struct difference {
    const char *event; /* "TIMER_FIRED"; "*": any */
    const char *path;  /* of a field, "taskQueue.kind"; of all below it, too */
    const char *side;  /* "server", "ours": the only one that writes it; "value": both do */
    int line;
    bool is_found;
} difference;

typedef struct differences {
    difference items[100];
    size_t count;
} differences;

/* Reads differences.txt: event, path and side in each line, then why; '#' begins a comment. */
void differences_read(rh_arena *arena, differences *known);

/* Appends a line for each difference that is not known; none if the events do not come in the same
 * order: then it says where. */
void histories_compare(rh_text *text, differences *known, const rh_recording *server,
                       const rh_recording *ours);

#endif
