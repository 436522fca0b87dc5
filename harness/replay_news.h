/* What a recorded event tells workflow code; for harness/replay.c. */
#ifndef RH_HARNESS_REPLAY_NEWS_H
#define RH_HARNESS_REPLAY_NEWS_H

#include "harness/replay_match.h"

typedef struct rh_replay_teller {
    const rh_replay_match *match;
    rh_names *names;
    const rh_value *input; /* of the run */
    const char *encoding;  /* of the last payload that could not be decoded; NULL: none */
} rh_replay_teller;

/* An event of role NEWS or STARTED, as the dialect is told of it. NULL, or what is wrong. */
const char *rh_replay_tell(rh_replay_teller *teller, const rh_recorded_event *event,
                           rh_event *news);

#endif
