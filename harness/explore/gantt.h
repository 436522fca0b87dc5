/* A world as bars on a scale of time: its jobs and activities, each try one bar; steps only where
 * something failed. Read from the journal; runs that repeat a job continue its row. */
#ifndef RH_EXPLORE_GANTT_H
#define RH_EXPLORE_GANTT_H

#include "harness/explore/subject.h"

typedef enum rh_bar_kind {
    RH_BAR_GOOD,
    RH_BAR_BAD,
    RH_BAR_LOST,      /* nothing is heard of it any more */
    RH_BAR_CANCELLED, /* told to stop */
    RH_BAR_BACK_OFF,
    RH_BAR_QUEUED, /* waits for a host */
    RH_BAR_OPEN
} rh_bar_kind;

typedef struct rh_bar {
    rh_time from, to;
    uint8_t kind; /* rh_bar_kind */
    int32_t attempt;
    bool is_struck;   /* a fault struck it */
    const char *text; /* why it failed; NULL: nothing to say */
} rh_bar;

typedef struct rh_row {
    const char *name;
    uint8_t depth;    /* 0: a job or activity; 1: a step */
    const char *skip; /* why it never ran; NULL: it did */
    rh_time at;       /* when it was skipped */
    bool is_tainted;  /* it has done something with what came of a failed command */
    rh_bar *bars;
    size_t count, capacity;
    struct rh_row *next;
} rh_row;

typedef struct rh_gantt {
    rh_row *rows; /* parents before their steps */
    size_t row_count;
    rh_time start, end;
    rh_time looked, went_on; /* between them a human was awaited; RH_FOREVER: nobody was */
} rh_gantt;

/* Texts are copied into `arena`; `scratch` is for what is needed meanwhile. */
rh_gantt rh_gantt_read(rh_arena *arena, rh_arena *scratch, const rh_journal *journal,
                       const rh_human *human);

#endif
