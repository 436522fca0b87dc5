/* Lifecycle cases: a run (scripted dialect), what its attempts do, what must come out.
 *
 *     test a retry waits for the interval
 *     workflow                       the scripted dialect (sim/scripted/scripted.h)
 *       on start
 *         activity A start-to-close=5s
 *     child NAME                     the same, for a workflow type that runs start as a child or
 *       on start                       continue as
 *         complete 5
 *     world                          settings and what happens from outside
 *       server 1.30
 *       run run-timeout=1h execution-timeout=2h task-timeout=5s start-delay=1m
 *           retry=1s,x2 cron="0 3 * * *"
 *       start TYPE ID              another run, of a child's type, at the beginning
 *       limits activities=2 children=2 signals=2 cancels=2 buffered=2 history-warning=9 history=9
 *              history-size-warning=99 history-size=99 payload-warning=9 payload=9 memo=9
 *       dispatch-latency 1s | task-latency 1s | task-duration 1s | task-attempts 3
 *       host h1 slots=1 queues=q1,q2
 *       at 3s cancel [ID] | terminate [ID] | signal NAME | lose HOST | stop HOST
 *            | drain HOST | restart HOST
 *     stage                          what attempts do: NAME, NAME@2; the first line that fits
 *       A@1 takes=1s fails=Boom message="no" nonretryable next-delay=0s
 *       workflow-task 2 takes=3s | lost | fails="no"    the second attempt of one; *: all
 *       A   takes=1s result=5 heartbeat-every=1s heartbeats=1s,2s details=3 hangs vanishes
 *           loses-host delay=1s on-cancel=obeys|ignores|3s effects-despite-failure
 *     expect
 *       A starts 0s 2s             exact virtual start times of its attempts
 *       A closes 3s failed state=MAXIMUM_ATTEMPTS_REACHED type=Boom message=no attempt=2
 *                 timeout=StartToClose cause=TEXT cause-type=T details=JSON started=no
 *       A open                     the run closed before it
 *       A backs-off 1s 2s
 *       A heartbeats 3
 *       A late 2                   answers that came too late
 *       A effects 2
 *       run closes 3s succeeded|failed|canceled|terminated|timed-out|stuck state=S message=M
 *       run#2 starts 5s first-task=1s    further runs of a retried workflow
 *       run#2 closes ...
 *       run#2 is TYPE ID           further runs also of children, in the order of their start
 *       C initiated 0s             exact times, of a child by its type
 *       C started 0s
 *       C refused 0s WORKFLOW_ALREADY_EXISTS
 *       C closes 3s completed|failed|timed-out|canceled|terminated state=S message=M details=JSON
 *       signals 1 of 2             how many requests to other runs reached one
 *       cancels 0 of 1
 *       tasks 3                    completed workflow tasks of the first run
 *       attempts 0s 10s ...        when attempts of its tasks started
 *       failures CAUSE ...         why they failed
 *       warnings 1                 of the world
 *       events WORKFLOW_EXECUTION_STARTED ...   the history of the first run, in order; a prefix
 *                                  such as WORKFLOW_EXECUTION_ may be left out, "@5s" adds when
 *       events#2 ...               of another run
 */
#ifndef SUITES_LIFECYCLE_CASE_H
#define SUITES_LIFECYCLE_CASE_H

#include "sim/scripted/scripted.h"
#include "sim/world.h"

typedef struct case_line {
    rh_word words[RH_WORDS_MAX];
    int count;
    uint32_t number;
} case_line;

typedef struct section {
    case_line *lines;
    size_t count, capacity;
} section;

enum { CASE_MOST_TYPES = 8 };

/* A workflow type of a case. */
typedef struct case_type {
    const char *name; /* "Case" is the type of the first run */
    const rh_scripted *script;
    const char *text;
    size_t length;
    uint32_t line;
} case_type;

typedef struct lifecycle_case {
    const char *name;
    const char *file;
    uint32_t number;                  /* line of its `test` */
    case_type types[CASE_MOST_TYPES]; /* the first one is `workflow` */
    size_t type_count;
    section world, stage, expect;
} lifecycle_case;

typedef struct lifecycle_file {
    lifecycle_case *cases;
    size_t count, capacity;
} lifecycle_file;

/* Reads all cases of a text: 0, or -1 with the place and what was expected. */
int lifecycle_read(rh_arena *arena, const char *text, size_t length, const char *file,
                   lifecycle_file *cases, rh_error *error);
/* Plays a case. NULL if all is as expected, otherwise what is not (owned by `arena`). */
const char *lifecycle_play(rh_arena *arena, const lifecycle_case *test, bool no_cache);

#endif
