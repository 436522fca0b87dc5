/* Assertions over the journal. One that does not hold is recorded; the test goes on. */
#include "harness/env_state.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"

/* ---- one frame for all ----------------------------------------------------------------------- */

typedef struct place {
    const char *file;
    int line;
} place;

static void fail(rh_env *env, place at, rh_text *message)
{
    rh_env_complain(env, false, at.file, at.line, rh_text_string(message));
}

/* Runs `check(env, message, data)`; a message is a failure. An unknown name in it is an error. */
typedef bool check_function(rh_env *env, rh_text *message, const void *data);

static void check(rh_env *env, place at, check_function *function, const void *data)
{
    if (env->out_of_memory)
        return;
    RH_ENTER(env, frame);
    if (!stopped) {
        rh_text message = rh_text_in(&env->arena);
        if (!function(env, &message, data))
            fail(env, at, &message);
    }
    rh_env_leave(env, &frame);
}

static const char *run_name(const rh_env *env)
{
    const rh_run_record *run = rh_env_run(env);
    return run ? run->workflow_id : "the workflow";
}

/* ---- the run --------------------------------------------------------------------------------- */

void rh_assert_at(rh_env *env, const char *file, int line, bool holds, const char *text)
{
    if (holds || env->out_of_memory)
        return;
    RH_ENTER(env, frame);
    if (!stopped)
        rh_env_complain(env, false, file, line, rh_format(&env->arena, "does not hold: %s", text));
    rh_env_leave(env, &frame);
}

static void describe_end(rh_env *env, rh_text *message)
{
    const rh_run_record *run = rh_env_run(env);
    if (!run)
        return;
    if (run->failure) {
        rh_text_puts(message, "\n  failure: ");
        rh_failure_write(message, run->failure);
    }
    if (run->stuck)
        rh_text_printf(message, "\n  stuck: %s", run->stuck);
}

/* What makes a status a sentence: "it timed out", "it was canceled". */
static const char *verb_of(rh_status status)
{
    switch (status) {
    case RH_NOT_STARTED:
    case RH_RUNNING:
    case RH_STUCK:
        return "is ";
    case RH_CANCELED:
    case RH_TERMINATED:
        return "was ";
    default:
        return "";
    }
}

static bool check_status(rh_env *env, rh_text *message, const void *data)
{
    rh_status expected = *(const rh_status *)data;
    rh_status status = rh_status_of(env);
    if (status == expected)
        return true;
    rh_text_printf(message, "expected that %s %s%s, but it %s%s%s", run_name(env),
                   verb_of(expected), rh_status_name(expected), verb_of(status),
                   status == RH_RUNNING ? "still " : "", rh_status_name(status));
    describe_end(env, message);
    return false;
}

void rh_assert_status_at(rh_env *env, const char *file, int line, rh_status status)
{
    check(env, (place){file, line}, check_status, &status);
}

static bool check_result(rh_env *env, rh_text *message, const void *data)
{
    const rh_value *result = rh_result_of(env);
    if (rh_match(data, result))
        return true;
    rh_text_printf(message, "the result of %s is not as expected:\n", run_name(env));
    rh_value_diff(message, data, result, "  ", 8);
    describe_end(env, message);
    return false;
}

void rh_assert_result_at(rh_env *env, const char *file, int line, const rh_value *pattern)
{
    check(env, (place){file, line}, check_result, pattern);
}

typedef struct failure_question {
    rh_failure_kind kind;
    const char *text;
} failure_question;

static bool check_failure(rh_env *env, rh_text *message, const void *data)
{
    const failure_question *question = data;
    const rh_failure *failure = rh_failure_as(rh_failure_of(env), question->kind);
    for (; failure; failure = rh_failure_as(failure->cause, question->kind))
        if (strstr(failure->message, question->text) || strstr(failure->type, question->text))
            return true;
    rh_text_printf(message, "expected a failure of kind %s with '%s' in its message or type",
                   rh_failure_kind_name(question->kind), question->text);
    if (!rh_failure_of(env))
        rh_text_printf(message, ", but %s has none", run_name(env));
    describe_end(env, message);
    return false;
}

void rh_assert_failure_at(rh_env *env, const char *file, int line, rh_failure_kind kind,
                          const char *text)
{
    check(env, (place){file, line}, check_failure, &(failure_question){kind, text});
}

static bool check_failure_text(rh_env *env, rh_text *message, const void *data)
{
    const rh_failure *failure = rh_failure_of(env);
    if (failure && strstr(rh_failure_print(&env->world.arena, failure), data))
        return true;
    rh_text_printf(message, "expected '%s' in the failure of %s", (const char *)data,
                   run_name(env));
    describe_end(env, message);
    return false;
}

void rh_assert_failure_text_at(rh_env *env, const char *file, int line, const char *text)
{
    check(env, (place){file, line}, check_failure_text, text);
}

static bool check_failure_details(rh_env *env, rh_text *message, const void *data)
{
    const rh_failure *failure = rh_failure_of(env);
    while (failure && !failure->details)
        failure = failure->cause;
    if (failure && rh_match(data, failure->details))
        return true;
    rh_text_printf(message, "the details of the failure of %s are not as expected:\n",
                   run_name(env));
    rh_value_diff(message, data, failure ? failure->details : NULL, "  ", 8);
    describe_end(env, message);
    return false;
}

void rh_assert_failure_details_at(rh_env *env, const char *file, int line, const rh_value *pattern)
{
    check(env, (place){file, line}, check_failure_details, pattern);
}

typedef struct bounds {
    rh_duration least, most;
} bounds;

static bool check_duration(rh_env *env, rh_text *message, const void *data)
{
    const bounds *expected = data;
    rh_duration duration = rh_duration_of(env);
    if (duration >= expected->least && duration <= expected->most)
        return true;
    rh_text_printf(message, "expected that %s takes ", run_name(env));
    rh_duration_write(message, expected->least);
    if (expected->most != expected->least) {
        rh_text_puts(message, " to ");
        rh_duration_write(message, expected->most);
    }
    rh_text_puts(message, ", but it took ");
    rh_duration_write(message, duration);
    return false;
}

void rh_assert_duration_at(rh_env *env, const char *file, int line, rh_duration least,
                           rh_duration most)
{
    check(env, (place){file, line}, check_duration, &(bounds){least, most});
}

static bool check_stuck(rh_env *env, rh_text *message, const void *data)
{
    const rh_run_record *run = rh_env_run(env);
    if (run && run->stuck && strstr(run->stuck, data))
        return true;
    rh_text_printf(message, "expected that %s is stuck with '%s'", run_name(env),
                   (const char *)data);
    if (run && !run->stuck)
        rh_text_printf(message, ", but it %s%s", verb_of(rh_status_of(env)),
                       rh_status_name(rh_status_of(env)));
    describe_end(env, message);
    return false;
}

void rh_assert_stuck_at(rh_env *env, const char *file, int line, const char *text)
{
    check(env, (place){file, line}, check_stuck, text);
}

/* ---- calls and attempts ---------------------------------------------------------------------- */

typedef struct count_question {
    const char *path;
    size_t count;
} count_question;

static bool check_count(const count_question *question, size_t count, const char *what,
                        rh_text *message)
{
    if (count == question->count)
        return true;
    rh_text_printf(message, "expected %zu %s%s of %s, found %zu", question->count, what,
                   question->count == 1 ? "" : "s", question->path, count);
    return false;
}

/* Entries of a kind that the run has about calls of the path. */
static size_t count_entries(const rh_env *env, rh_entry_kind kind, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == kind && rh_env_is_of_run(env, entry))
            count += rh_call_matches(rh_env_call(env, entry), path);
    }
    return count;
}

static bool check_calls(rh_env *env, rh_text *message, const void *data)
{
    const count_question *question = data;
    return rh_env_knows(env, question->path, message) &&
           check_count(question, rh_env_calls_of(env, question->path), "call", message);
}

void rh_assert_calls_at(rh_env *env, const char *file, int line, const char *path, size_t count)
{
    check(env, (place){file, line}, check_calls, &(count_question){path, count});
}

static bool check_attempts(rh_env *env, rh_text *message, const void *data)
{
    const count_question *question = data;
    return rh_env_knows(env, question->path, message) &&
           check_count(question, rh_attempts_of(env, question->path), "attempt", message);
}

void rh_assert_attempts_at(rh_env *env, const char *file, int line, const char *path, size_t count)
{
    check(env, (place){file, line}, check_attempts, &(count_question){path, count});
}

static bool check_heartbeats(rh_env *env, rh_text *message, const void *data)
{
    const count_question *question = data;
    return rh_env_knows(env, question->path, message) &&
           check_count(question, count_entries(env, RH_ENTRY_HEARTBEAT, question->path),
                       "heartbeat", message);
}

void rh_assert_heartbeats_at(rh_env *env, const char *file, int line, const char *path,
                             size_t count)
{
    check(env, (place){file, line}, check_heartbeats, &(count_question){path, count});
}

typedef struct args_question {
    const char *path;
    const rh_value *pattern;
} args_question;

static bool check_args(rh_env *env, rh_text *message, const void *data)
{
    const args_question *question = data;
    const rh_journal *journal = &env->world.journal;
    const rh_call *last = NULL;
    if (!rh_env_knows(env, question->path, message))
        return false;
    for (size_t i = 0; i < journal->call_count; i++) {
        const rh_call *call = journal->calls[i];
        if (!rh_env_is_in_chain(env, call->run) || !rh_call_matches(call, question->path))
            continue;
        if (rh_match(question->pattern, call->args))
            return true;
        last = call;
    }
    if (!last) {
        rh_text_printf(message, "expected a call of %s, found none", question->path);
        return false;
    }
    rh_text_printf(message, "no call of %s had the expected arguments; the last one:\n",
                   question->path);
    rh_value_diff(message, question->pattern, last->args, "  ", 8);
    return false;
}

void rh_assert_args_at(rh_env *env, const char *file, int line, const char *path,
                       const rh_value *pattern)
{
    check(env, (place){file, line}, check_args, &(args_question){path, pattern});
}

typedef struct starts_question {
    const char *path;
    const rh_duration *times;
    size_t count;
} starts_question;

static rh_time start_of_chain(const rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    const rh_run_record *run = rh_env_run(env);
    while (run && run->previous != RH_NO_RUN)
        run = journal->runs[run->previous];
    return run ? run->started : journal->start;
}

static void write_times(rh_text *text, const rh_duration *times, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rh_text_puts(text, i > 0 ? ", " : "");
        rh_duration_write(text, times[i]);
    }
    if (count == 0)
        rh_text_puts(text, "none");
}

static bool check_starts(rh_env *env, rh_text *message, const void *data)
{
    const starts_question *question = data;
    const rh_journal *journal = &env->world.journal;
    rh_time origin = start_of_chain(env);
    rh_duration *found = NULL;
    size_t count = 0, capacity = 0;
    if (!rh_env_knows(env, question->path, message))
        return false;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_ATTEMPT_STARTED || !rh_env_is_of_run(env, entry) ||
            !rh_call_matches(rh_env_call(env, entry), question->path))
            continue;
        found = rh_arena_reserve(message->arena, found, sizeof *found, count + 1, &capacity);
        found[count++] = entry->time - origin;
    }
    bool same = count == question->count;
    for (size_t i = 0; same && i < count; i++)
        same = found[i] == question->times[i];
    if (same)
        return true;
    rh_text_printf(message, "expected attempts of %s at ", question->path);
    write_times(message, question->times, question->count);
    rh_text_puts(message, "; found ");
    write_times(message, found, count);
    return false;
}

void rh_assert_starts_at(rh_env *env, const char *file, int line, const char *path,
                         const rh_duration *times, size_t count)
{
    check(env, (place){file, line}, check_starts, &(starts_question){path, times, count});
}

/* ---- order ----------------------------------------------------------------------------------- */

enum { NOWHERE = -1 };

/* What is called from inside another call has one attempt, and ends with it. */
static bool closes_call(const rh_env *env, const rh_entry *entry)
{
    const rh_call *call = rh_env_call(env, entry);
    if (call && call->parent)
        return entry->kind == RH_ENTRY_ATTEMPT_COMPLETED ||
               entry->kind == RH_ENTRY_ATTEMPT_FAILED || entry->kind == RH_ENTRY_ATTEMPT_CANCELED ||
               entry->kind == RH_ENTRY_ATTEMPT_LOST;
    return entry->kind == RH_ENTRY_ACTIVITY_COMPLETED || entry->kind == RH_ENTRY_ACTIVITY_FAILED ||
           entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT || entry->kind == RH_ENTRY_ACTIVITY_CANCELED;
}

static int64_t first_start(const rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ATTEMPT_STARTED && rh_env_is_of_run(env, entry) &&
            rh_call_matches(rh_env_call(env, entry), path))
            return (int64_t)i;
    }
    return NOWHERE;
}

static int64_t last_close(const rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = journal->count; i-- > 0;)
        if (closes_call(env, &journal->entries[i]) && rh_env_is_of_run(env, &journal->entries[i]) &&
            rh_call_matches(rh_env_call(env, &journal->entries[i]), path))
            return (int64_t)i;
    return NOWHERE;
}

static bool check_order(rh_env *env, rh_text *message, const void *data)
{
    const char *const *paths = data;
    for (; *paths; paths++) {
        if (!rh_env_knows(env, *paths, message))
            return false;
        int64_t start = first_start(env, *paths);
        if (start == NOWHERE) {
            rh_text_printf(message, "expected that %s starts, but it never did", *paths);
            return false;
        }
        if (paths == data)
            continue;
        int64_t before = last_close(env, paths[-1]);
        if (before == NOWHERE || before > start) {
            rh_text_printf(message, "expected that %s starts after %s has closed, but it %s",
                           *paths, paths[-1],
                           before == NOWHERE ? "never closed" : "started before that");
            return false;
        }
    }
    return true;
}

void rh_assert_order_at(rh_env *env, const char *file, int line, const char *const *paths)
{
    check(env, (place){file, line}, check_order, paths);
}

/* ---- log, effects, leftovers ----------------------------------------------------------------- */

typedef struct log_question {
    bool warning;
    const char *text;
} log_question;

static bool check_log(rh_env *env, rh_text *message, const void *data)
{
    const log_question *question = data;
    const rh_journal *journal = &env->world.journal;
    const char *kind = question->warning ? "warning" : "log line";
    rh_text found = rh_text_in(message->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool is_candidate =
            entry->kind == RH_ENTRY_WARNING || (!question->warning && entry->kind == RH_ENTRY_LOG);
        if (!is_candidate || !rh_env_is_of_run(env, entry))
            continue;
        if (strstr(entry->text, question->text))
            return true;
        rh_text_printf(&found, "\n  %s", entry->text);
    }
    rh_text_printf(message, "expected a %s with '%s'; found %s%s", kind, question->text,
                   found.length ? "only:" : "none", rh_text_string(&found));
    return false;
}

void rh_assert_log_at(rh_env *env, const char *file, int line, bool warning, const char *text)
{
    check(env, (place){file, line}, check_log, &(log_question){warning, text});
}

typedef struct effect_question {
    const char *kind, *key;
    size_t count;
} effect_question;

static bool check_effects(rh_env *env, rh_text *message, const void *data)
{
    const effect_question *question = data;
    const rh_journal *journal = &env->world.journal;
    char hint[128];
    size_t count = rh_effects_of(env, question->kind, question->key);
    if (count == question->count)
        return true;
    rh_text_printf(message, "expected the effect '%s%s%s' %zu time%s, it happened %zu time%s",
                   question->kind, question->key ? " " : "", question->key ? question->key : "",
                   question->count, question->count == 1 ? "" : "s", count, count == 1 ? "" : "s");
    rh_nearest nearest = rh_nearest_begin(question->kind);
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_EFFECT)
            rh_nearest_offer(&nearest, journal->entries[i].name->text);
    if (count == 0 && nearest.best && strcmp(nearest.best, question->kind) != 0)
        rh_text_puts(message, rh_nearest_hint(&nearest, hint, sizeof hint));
    return false;
}

void rh_assert_effects_at(rh_env *env, const char *file, int line, const char *kind,
                          const char *key, size_t count)
{
    check(env, (place){file, line}, check_effects, &(effect_question){kind, key, count});
}

static bool check_children(rh_env *env, rh_text *message, const void *data)
{
    const count_question *question = data;
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++)
        count += journal->entries[i].kind == RH_ENTRY_CHILD_STARTED &&
                 rh_env_is_of_run(env, &journal->entries[i]) &&
                 !strcmp(journal->entries[i].name->text, question->path);
    if (count == question->count)
        return true;
    rh_text_printf(message, "expected %zu %s of type %s, found %zu", question->count,
                   question->count == 1 ? "child" : "children", question->path, count);
    return false;
}

void rh_assert_children_at(rh_env *env, const char *file, int line, const char *type, size_t count)
{
    check(env, (place){file, line}, check_children, &(count_question){type, count});
}

typedef struct sent_question {
    const char *workflow_id, *signal; /* NULL: requests to cancel */
    size_t count;
} sent_question;

static bool check_sent(rh_env *env, rh_text *message, const void *data)
{
    const sent_question *question = data;
    const rh_journal *journal = &env->world.journal;
    rh_entry_kind kind = question->signal ? RH_ENTRY_SIGNAL_DELIVERED : RH_ENTRY_CANCEL_DELIVERED;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        count += entry->kind == kind && rh_env_is_of_run(env, entry) &&
                 !strcmp(entry->text, question->workflow_id) &&
                 (!question->signal || !strcmp(entry->name->text, question->signal));
    }
    if (count == question->count)
        return true;
    rh_text_printf(message, "expected %s%s to be sent to %s %zu times, found %zu",
                   question->signal ? "signal " : "a cancel",
                   question->signal ? question->signal : "", question->workflow_id, question->count,
                   count);
    return false;
}

void rh_assert_sent_at(rh_env *env, const char *file, int line, const char *workflow_id,
                       const char *name, size_t count)
{
    check(env, (place){file, line}, check_sent, &(sent_question){workflow_id, name, count});
}

static bool check_nothing_left(rh_env *env, rh_text *message, const void *data)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    (void)data;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_CALL_LEFT_OPEN || !rh_env_is_of_run(env, entry))
            continue;
        rh_text_puts(message, count++ ? ", "
                                      : "expected nothing left running when the run "
                                        "closed; found ");
        rh_call_path(message, rh_env_call(env, entry));
        rh_text_printf(message, " (%s)", entry->text);
    }
    return count == 0;
}

void rh_assert_nothing_left_at(rh_env *env, const char *file, int line)
{
    check(env, (place){file, line}, check_nothing_left, NULL);
}
