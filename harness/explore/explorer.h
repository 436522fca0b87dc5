/* What one thread of an exploration has: an env for each subject, and who decides on faults. For
 * the files of harness/explore. */
#ifndef RH_EXPLORE_EXPLORER_H
#define RH_EXPLORE_EXPLORER_H

#include "harness/explore/point.h"

enum { RH_MOST_JOBS = 64 };

typedef struct rh_explorer {
    const rh_subject *const *subjects;
    size_t subject_count;
    uint32_t most_again;
    rh_arena arena;   /* as long as the exploration */
    rh_arena scratch; /* of one look */
    rh_prompter prompter;
    rh_env **envs;
    const rh_journal **journals; /* of the worlds played last */
    rh_human *humans;            /* what humans did in each */
    const char *problem;         /* of the first that could not be played; NULL: none */
} rh_explorer;

/* 0, or -1 with an error; rh_explorer_free is needed also then. */
int rh_explorer_init(rh_explorer *explorer, const rh_subject *const *subjects, size_t count,
                     uint32_t most_again, rh_error *error);
void rh_explorer_free(rh_explorer *explorer);

/* Plays a world of each subject, one after the other; `seed` is that of all of them. */
void rh_explorer_play(rh_explorer *explorer, uint64_t seed);

/* Runs `work` for each explorer, each in a thread of its own; returns when all are done. */
void rh_explorers_run(size_t count, void *(*work)(void *data), void *const *data);

#endif
