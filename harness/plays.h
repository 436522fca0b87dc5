/* What was played of workflow files, counted by place, without the files: what coverage of their
 * lines (reports/lines.h) is made of. It passes from the process of a test to its parent.
 */
#ifndef RH_HARNESS_PLAYS_H
#define RH_HARNESS_PLAYS_H

#include "sim/base/value.h"
#include "sim/journal.h"

typedef enum rh_play_kind {
    RH_PLAY_FIRST,      /* the first attempt of a job or step */
    RH_PLAY_AGAIN,      /* a later one */
    RH_PLAY_REFUSED,    /* an attempt was made only to fail: its `if` or env cannot be evaluated */
    RH_PLAY_SKIPPED,    /* a step whose `if` is false */
    RH_PLAY_EXCEEDED,   /* a time limit */
    RH_PLAY_SWALLOWED,  /* a failure that continue-on-error made a success */
    RH_PLAY_CONSIDERED, /* a job, by its id; detail = 2 * rh_job_verdict + (its needs succeeded) */
    RH_PLAY_CALLED,     /* a leg of a job, by its id, that calls a workflow */
    RH_PLAY_KINDS
} rh_play_kind;

typedef struct rh_play_row {
    uint8_t kind; /* rh_play_kind */
    uint8_t detail;
    bool is_job;           /* otherwise a step */
    const char *file;      /* as the model names it */
    uint32_t line, column; /* 0: by `job` */
    const char *job;       /* "" if by its place */
    const char *key;       /* of the call: what tells legs apart; "" if nothing does */
    uint32_t number;       /* the number-th call with that key */
    uint64_t times;
} rh_play_row;

enum { RH_PLAYS_KEPT = 20000 }; /* in a set; more are left out */

typedef struct rh_plays {
    rh_arena *arena;
    rh_play_row *items; /* in order of their first time */
    size_t count, capacity;
    uint32_t *slots; /* by hash: position + 1 */
    size_t slot_count;
} rh_plays;

rh_plays *rh_plays_create(rh_arena *arena);
void rh_plays_add_journal(rh_plays *plays, const rh_journal *journal);
void rh_plays_add(rh_plays *plays, const rh_plays *other);

/* As a JSON list, in which a forked process tells its parent. */
void rh_plays_write(rh_text *text, const rh_plays *plays);
/* NULL if the value is nothing that rh_plays_write writes. */
rh_plays *rh_plays_read(rh_arena *arena, const rh_value *value);

#endif
