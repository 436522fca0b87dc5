/* Settings of a world and of the runs in it. Zero means the default. */
#ifndef REHEARSE_WORLD_H
#define REHEARSE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearse/time.h"
#include "rehearse/workflow.h"

typedef enum rh_server_version {
    RH_SERVER_NEWEST, /* 1.31.0 and later */
    RH_SERVER_1_30    /* before 1.31.0: other retry states for schedule timeouts (PR #9132) */
} rh_server_version;

typedef struct rh_world_options {
    rh_time start;           /* default RH_WORLD_START */
    uint64_t seed;           /* of all random draws */
    const uint32_t *choices; /* recorded answers to replay; borrowed */
    size_t choice_count;
    bool random_choices; /* ties and host picks are drawn by the seed, not taken in order */
    rh_server_version server;
    rh_duration dispatch_latency; /* an attempt's schedule to its start */
    rh_duration task_latency;     /* a workflow task's schedule to its start */
    rh_duration task_duration;    /* a workflow task's start to its answer; what happens between
                                   * is buffered, as on a server */
    int32_t task_attempts;        /* of a workflow task that fails the same way each time: then the
                                   * run is stuck. Default 2; -1: tried again for ever, as a server
                                   * does */
    int32_t pending_activities;   /* limits per run; default 2000, -1: none */
    int32_t pending_children;
    int32_t pending_signals; /* to other runs, not yet delivered */
    int32_t pending_cancels;
    int32_t buffered_events; /* what may come while a workflow task runs; default 100, -1: any
                              * number. More fails the task */
    /* Of a run, and -1 for none. Sizes are bytes; those of payloads are of their JSON text. */
    int32_t history_suggestion;      /* events from which on continue-as-new is suggested: 4096 */
    int32_t history_warning;         /* more events make a warning: 10,240 */
    int32_t history_limit;           /* more events terminate it: 51,200 */
    int64_t history_size_suggestion; /* 4 MiB */
    int64_t history_size_warning;    /* 10 MiB */
    int64_t history_size_limit;      /* 50 MiB */
    int64_t payload_warning;         /* of one argument list, result, failure ...: 512 KiB */
    int64_t payload_limit;           /* 2 MiB: more ends the run, or fails the activity */
    int64_t memo_limit;              /* 2 MiB: the same */
    int64_t max_entries;  /* runaway guard: journal entries; default 1,000,000, -1 none */
    int64_t max_skips;    /* runaway guard: jumps of the clock; default 100,000, -1 none */
    rh_duration max_time; /* runaway guard: default 100 years */
    bool no_cache;        /* every workflow task replays from the history */
    int stack_fill;       /* 1-255: fill each coroutine's stack with this byte first */
    size_t stack_size;    /* bytes of a coroutine's stack; default 64 KiB */
} rh_world_options;

/* What starting a run does if an *open* one has its workflow id. */
typedef enum rh_conflict_policy {
    RH_CONFLICT_FAIL, /* does not start */
    RH_USE_EXISTING,  /* goes on with the open one */
    RH_TERMINATE_EXISTING
} rh_conflict_policy;

typedef struct rh_run_options {
    const char *workflow_id;       /* default: the definition's name, "-2", "-3" for later runs */
    const char *task_queue;        /* default "default" */
    rh_duration run_timeout;       /* one run; default none */
    rh_duration execution_timeout; /* the whole chain of retried runs; default none */
    rh_retry_policy retry;         /* of the workflow; all zero: not retried */
    bool retry_with_defaults;      /* retry by the server's default policy */
    rh_duration at;                /* when it starts */
    rh_duration start_delay;       /* from the start to its first task */
    rh_duration task_timeout;      /* default 10 s; how soon the loss of a worker is noticed that
                                    * runs local activities, and the longest back-off of those
                                    * that is no timer */
    const char *cron;              /* a schedule: it runs at its slots, also the first time. Five
                                    * fields or @hourly, @daily ..., @every 90m; in UTC, or by
                                    * the clocks of a zone: "CRON_TZ=Europe/Berlin 0 3 * * *" */
    rh_reuse_policy reuse;
    rh_conflict_policy conflict;
    const rh_value *memo;              /* an object */
    const rh_value *search_attributes; /* an object */
    const char *summary, *details;     /* a line and a text for people, in its history */
} rh_run_options;

#endif
