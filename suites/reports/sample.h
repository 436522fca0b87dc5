/* Journals made by hand, in the shapes that the engine writes. */
#ifndef RH_SUITES_REPORTS_SAMPLE_H
#define RH_SUITES_REPORTS_SAMPLE_H

#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/journal.h"

typedef struct sample {
    rh_arena arena;
    rh_names names;
    rh_journal journal;
    rh_time now;
    uint32_t run;              /* the run that entries belong to */
    uint32_t next_event_id[8]; /* of the first runs */
    rh_retry_policy_filled retry;
} sample;

static inline const rh_name *sample_name(sample *s, const char *text)
{
    return text ? rh_names_intern(&s->names, text) : NULL;
}

static inline const rh_value *sample_text(sample *s, const char *text)
{
    return rh_value_string(&s->arena, text, strlen(text));
}

static inline void sample_add(sample *s, rh_entry entry)
{
    entry.time = s->now;
    rh_journal_add(&s->journal, &entry);
    s->journal.end = s->now;
}

/* An entry of the current run. */
static inline void sample_own(sample *s, rh_entry entry)
{
    entry.run = s->run;
    if (rh_entry_kind_event((rh_entry_kind)entry.kind))
        entry.event_id = s->next_event_id[s->run % 8]++;
    sample_add(s, entry);
}

static inline void sample_begin(sample *s)
{
    static const char *const never[] = {"BadInput", NULL};
    memset(s, 0, sizeof *s);
    rh_arena_init(&s->arena, NULL, NULL);
    rh_names_init(&s->names, &s->arena);
    rh_journal_init(&s->journal, &s->arena, RH_WORLD_START, 7);
    s->now = RH_WORLD_START;
    s->retry = (rh_retry_policy_filled){.initial_interval = RH_SECONDS(1),
                                        .backoff_coefficient = 2,
                                        .maximum_interval = RH_MINUTES(1),
                                        .maximum_attempts = 3,
                                        .non_retryable_types = never};
    sample_add(s, (rh_entry){.kind = RH_ENTRY_WORLD_STARTED, .run = RH_NO_RUN, .number = 7});
}

static inline void sample_end(sample *s)
{
    rh_arena_free(&s->arena);
}

static inline void sample_at(sample *s, rh_duration since_start)
{
    s->now = RH_WORLD_START + since_start;
    s->journal.end = s->now;
}

/* A workflow task: scheduled, started, completed. */
static inline void sample_task(sample *s)
{
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_SCHEDULED, .number = 1, .attempt = 1});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_STARTED, .number = 1, .attempt = 1});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_COMPLETED, .number = 1, .attempt = 1});
}

/* Starts a run and makes it the current one. */
static inline rh_run_record *sample_run(sample *s, const char *type, const char *id,
                                        const rh_value *input)
{
    rh_journal *journal = &s->journal;
    rh_run_record *run = RH_NEW(&s->arena, rh_run_record);
    s->run = (uint32_t)journal->run_count;
    s->next_event_id[s->run % 8] = 1;
    *run = (rh_run_record){
        .dialect = "durable",
        .workflow_type = sample_name(s, type),
        .workflow_id = id,
        .run_id = rh_format(&s->arena, "00000000-0000-4000-8000-%012u", s->run + 1),
        .task_queue = "default",
        .input = input,
        .attempt = 1,
        .previous = RH_NO_RUN,
        .next = RH_NO_RUN,
        .started = s->now,
        .closed = s->now,
        .status = RH_RUN_RUNNING,
        .task_timeout = RH_SECONDS(10),
    };
    run->first_run_id = run->run_id;
    journal->runs = rh_arena_reserve(&s->arena, journal->runs, sizeof *journal->runs,
                                     journal->run_count + 1, &journal->run_capacity);
    journal->runs[journal->run_count++] = run;
    sample_own(s, (rh_entry){.kind = RH_ENTRY_RUN_STARTED,
                             .attempt = 1,
                             .name = run->workflow_type,
                             .text = id,
                             .value = input});
    return run;
}

static inline void sample_close(sample *s, rh_run_status status, rh_entry entry)
{
    rh_run_record *run = s->journal.runs[s->run];
    run->status = (uint8_t)status;
    run->closed = s->now;
    run->result = entry.value;
    run->failure = entry.failure;
    sample_own(s, entry);
}

static inline void sample_succeed(sample *s, const rh_value *result)
{
    sample_close(s, RH_RUN_SUCCEEDED, (rh_entry){.kind = RH_ENTRY_RUN_COMPLETED, .value = result});
}

/* Schedules a call; what is returned goes into rh_entry.call. */
static inline uint32_t sample_call(sample *s, const char *type, const char *key,
                                   const rh_value *args)
{
    rh_journal *journal = &s->journal;
    rh_call *call = RH_NEW(&s->arena, rh_call);
    uint32_t id = s->next_event_id[s->run % 8];
    *call = (rh_call){.run = s->run,
                      .number = 1,
                      .nth = 1,
                      .scheduled_event_id = id,
                      .type = sample_name(s, type),
                      .key = key,
                      .activity_id = rh_format(&s->arena, "%u", id),
                      .task_queue = sample_name(s, "default"),
                      .args = args,
                      .start_to_close = RH_MINUTES(30),
                      .heartbeat_timeout = RH_MINUTES(5),
                      .retry = &s->retry,
                      .scheduled = s->now};
    journal->calls = rh_arena_reserve(&s->arena, journal->calls, sizeof *journal->calls,
                                      journal->call_count + 1, &journal->call_capacity);
    journal->calls[journal->call_count++] = call;
    sample_own(s, (rh_entry){.kind = RH_ENTRY_ACTIVITY_SCHEDULED,
                             .call = (uint32_t)journal->call_count,
                             .name = call->type,
                             .value = args});
    return (uint32_t)journal->call_count;
}

/* An entry about an attempt. */
static inline void sample_of(sample *s, uint32_t call, int32_t attempt, rh_entry entry)
{
    entry.call = call;
    entry.attempt = attempt;
    entry.run = s->journal.calls[call - 1]->run;
    sample_add(s, entry);
}

static inline void sample_start(sample *s, uint32_t call, int32_t attempt, const char *host)
{
    sample_of(s, call, attempt, (rh_entry){.kind = RH_ENTRY_ATTEMPT_STARTED, .text = host});
}

static inline void sample_beat(sample *s, uint32_t call, int32_t attempt)
{
    sample_of(s, call, attempt, (rh_entry){.kind = RH_ENTRY_HEARTBEAT});
}

static inline void sample_effect(sample *s, uint32_t call, int32_t attempt, const char *kind,
                                 const char *key, uint64_t number)
{
    sample_of(s, call, attempt,
              (rh_entry){.kind = RH_ENTRY_EFFECT,
                         .name = sample_name(s, kind),
                         .text = key,
                         .number = number});
}

static inline void sample_fault(sample *s, uint32_t call, int32_t attempt, const char *name,
                                const char *class)
{
    sample_of(s, call, attempt,
              (rh_entry){.kind = RH_ENTRY_FAULT, .name = sample_name(s, name), .text = class});
}

static inline const rh_failure *sample_failure(sample *s, const char *type, const char *message)
{
    return rh_failure_application(&s->arena,
                                  &(rh_failure_options){.type = type, .message = message});
}

/* The attempt fails and is tried again after `back_off`. */
static inline void sample_retry(sample *s, uint32_t call, int32_t attempt,
                                const rh_failure *failure, rh_duration back_off)
{
    bool timed_out = failure->kind == RH_FAILURE_TIMEOUT;
    sample_of(s, call, attempt,
              (rh_entry){.kind = timed_out ? RH_ENTRY_ATTEMPT_TIMED_OUT : RH_ENTRY_ATTEMPT_FAILED,
                         .failure = failure});
    sample_of(s, call, attempt, (rh_entry){.kind = RH_ENTRY_BACK_OFF, .span = back_off});
}

/* The closing entry of a call, with the id of its started event if it was `started` (when). */
static inline void sample_close_call(sample *s, uint32_t call, int32_t attempt, rh_time started,
                                     rh_entry entry)
{
    uint32_t run = s->run;
    s->run = s->journal.calls[call - 1]->run;
    entry.call = call;
    entry.attempt = attempt;
    if (started) {
        entry.number = s->next_event_id[s->run % 8]++;
        entry.span = started;
    }
    sample_own(s, entry);
    s->run = run;
}

static inline void sample_complete(sample *s, uint32_t call, int32_t attempt, rh_time started,
                                   const rh_value *result)
{
    sample_of(s, call, attempt, (rh_entry){.kind = RH_ENTRY_ATTEMPT_COMPLETED, .value = result});
    sample_close_call(s, call, attempt, started,
                      (rh_entry){.kind = RH_ENTRY_ACTIVITY_COMPLETED, .value = result});
}

/* The attempt fails or times out, and with it the call. */
static inline void sample_fail(sample *s, uint32_t call, int32_t attempt, rh_time started,
                               const rh_failure *failure, rh_retry_state state)
{
    bool timed_out = failure->kind == RH_FAILURE_TIMEOUT;
    sample_of(s, call, attempt,
              (rh_entry){.kind = timed_out ? RH_ENTRY_ATTEMPT_TIMED_OUT : RH_ENTRY_ATTEMPT_FAILED,
                         .failure = failure});
    sample_close_call(s, call, attempt, started,
                      (rh_entry){.kind = timed_out ? RH_ENTRY_ACTIVITY_TIMED_OUT
                                                   : RH_ENTRY_ACTIVITY_FAILED,
                                 .failure = failure,
                                 .code = (uint8_t)state});
}

#endif
