/* What took time in a world, as slices on tracks: attempts, and before them waiting for a host and
 * back-offs. Slices of one track follow each other or lie in each other, never across; what runs
 * beside something else of its call gets a track of its own.
 */
#ifndef RH_REPORTS_SLICES_H
#define RH_REPORTS_SLICES_H

#include "sim/journal.h"

typedef enum rh_slice_kind { RH_SLICE_QUEUED, RH_SLICE_ATTEMPT, RH_SLICE_BACK_OFF } rh_slice_kind;

enum { RH_NO_SLICE = UINT32_MAX };

typedef struct rh_slice {
    uint8_t kind;       /* rh_slice_kind */
    uint8_t how;        /* rh_entry_kind that ended it; WORLD_STARTED: it was open at the end */
    uint8_t outcome;    /* rh_conclusion of a job or step; NONE: it has none */
    uint8_t conclusion; /* the one that counts */
    uint32_t call;      /* from 1 */
    int32_t attempt;    /* of a back-off: the one before it */
    int32_t exit_status;
    uint32_t parent; /* the slice it lies in, or RH_NO_SLICE */
    uint32_t track;  /* index */
    rh_time start, end;
    const char *host;
    const rh_failure *failure;
} rh_slice;

/* A row of slices of a call and of what it made from inside. */
typedef struct rh_track {
    uint32_t call;   /* at the top, from 1 */
    uint32_t number; /* from 1: of the tracks of that call */
} rh_track;

typedef struct rh_slices {
    rh_slice *items; /* in order of their starts */
    size_t count, capacity;
    rh_track *tracks;
    size_t track_count, track_capacity;
    uint32_t *last; /* of each call, by its index from 1: its last attempt, or RH_NO_SLICE */
} rh_slices;

/* Of all runs. */
rh_slices rh_slices_read(rh_arena *arena, const rh_journal *journal);
/* The track on which things about a call are shown; UINT32_MAX: it has none. */
uint32_t rh_slices_track(const rh_slices *slices, const rh_journal *journal, uint32_t call);

#endif
