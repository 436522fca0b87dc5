#include "suites/lifecycle/expect.h"

#include <stdlib.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"

typedef struct checker {
    rh_arena *arena;
    const rh_journal *journal;
    const case_line *line;
    rh_text wrong;
    const lifecycle_case *test;
} checker;

static void complain(checker *c, const char *what, const char *expected, const char *found)
{
    rh_text_printf(&c->wrong, "%s:%u: case '%s': expected %s %s, found %s\n", c->test->file,
                   c->line->number, c->test->name, what, expected, found);
}

static void compare(checker *c, const char *what, const char *expected, const char *found)
{
    if (strcmp(expected, found) != 0)
        complain(c, what, expected, found);
}

static const char *time_text(const checker *c, rh_time time)
{
    return rh_duration_text(c->arena, time - c->journal->start);
}

static bool is_of_child(const rh_entry *entry)
{
    return entry->kind >= RH_ENTRY_CHILD_INITIATED && entry->kind <= RH_ENTRY_CHILD_TERMINATED;
}

static bool is_of(const checker *c, const rh_entry *entry, const char *name)
{
    if (is_of_child(entry))
        return !strcmp(entry->name->text, name);
    return entry->call && !strcmp(c->journal->calls[entry->call - 1]->type->text, name);
}

/* The words behind the second one, with blanks between. */
static const char *rest_from(const checker *c, int first)
{
    rh_text text = rh_text_in(c->arena);
    for (int i = first; i < c->line->count; i++)
        rh_text_printf(&text, "%s%s", i > first ? " " : "", c->line->words[i].text);
    return rh_text_string(&text);
}

static const char *rest(const checker *c)
{
    return rest_from(c, 2);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void check_list(checker *c, const char *name, rh_entry_kind kind)
{
    rh_text found = rh_text_in(c->arena);
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (entry->kind != kind || !is_of(c, entry, name))
            continue;
        rh_text_puts(&found, found.length ? " " : "");
        rh_text_puts(&found, kind == RH_ENTRY_BACK_OFF ? rh_duration_text(c->arena, entry->span)
                                                       : time_text(c, entry->time));
    }
    compare(c, c->line->words[1].text, rest(c), rh_text_string(&found));
}

static void check_count(checker *c, const char *name, rh_entry_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < c->journal->count; i++)
        count += c->journal->entries[i].kind == kind && is_of(c, &c->journal->entries[i], name);
    compare(c, c->line->words[1].text, rest(c), rh_format(c->arena, "%zu", count));
}

static const char *json_text(const checker *c, const rh_value *value)
{
    rh_text text = rh_text_in(c->arena);
    if (value)
        rh_json_write(&text, value, RH_JSON_COMPACT);
    return rh_text_string(&text);
}

static void check_failure_option(checker *c, const rh_word *word, const rh_failure *failure,
                                 const rh_entry *entry)
{
    const char *name = word->text;
    const rh_failure *cause = failure ? failure->cause : NULL;
    if (!strcmp(name, "type"))
        compare(c, name, word->value, rh_failure_type(failure));
    else if (!strcmp(name, "message"))
        compare(c, name, word->value, rh_failure_message(failure));
    else if (!strcmp(name, "timeout"))
        compare(c, name, word->value,
                failure ? rh_timeout_type_name((rh_timeout_type)failure->timeout_type) : "none");
    else if (!strcmp(name, "cause"))
        compare(c, name, word->value, cause ? cause->message : "none");
    else if (!strcmp(name, "cause-type"))
        compare(c, name, word->value, cause ? cause->type : "none");
    else if (!strcmp(name, "cause-cause"))
        compare(c, name, word->value, cause && cause->cause ? cause->cause->message : "none");
    else if (!strcmp(name, "details"))
        compare(c, name, word->value, json_text(c, failure ? failure->details : entry->value));
    else
        complain(c, "an option of 'closes',", name, "no such option");
}

static void check_close_options(checker *c, const rh_entry *entry, int first)
{
    for (int i = first; i < c->line->count; i++) {
        const rh_word *word = &c->line->words[i];
        if (!strcmp(word->text, "state"))
            compare(c, "state", word->value, rh_retry_state_name((rh_retry_state)entry->code));
        else if (!strcmp(word->text, "attempt"))
            compare(c, "attempt", word->value, rh_format(c->arena, "%d", (int)entry->attempt));
        else if (!strcmp(word->text, "started"))
            compare(c, "started", word->value, entry->number ? "yes" : "no");
        else
            check_failure_option(c, word, entry->failure, entry);
    }
}

static const char *how_closed(const rh_entry *entry)
{
    switch (entry->kind) {
    case RH_ENTRY_ACTIVITY_COMPLETED:
        return "completed";
    case RH_ENTRY_ACTIVITY_FAILED:
        return "failed";
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
        return "timed-out";
    case RH_ENTRY_ACTIVITY_CANCELED:
    case RH_ENTRY_CHILD_CANCELED:
        return "canceled";
    case RH_ENTRY_CHILD_COMPLETED:
        return "completed";
    case RH_ENTRY_CHILD_FAILED:
        return "failed";
    case RH_ENTRY_CHILD_TIMED_OUT:
        return "timed-out";
    case RH_ENTRY_CHILD_TERMINATED:
        return "terminated";
    default:
        return NULL;
    }
}

static void check_closes(checker *c, const char *name)
{
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (!is_of(c, entry, name) || !how_closed(entry))
            continue;
        compare(c, "close at", c->line->words[2].text, time_text(c, entry->time));
        compare(c, "close", c->line->words[3].text, how_closed(entry));
        check_close_options(c, entry, 4);
        return;
    }
    complain(c, name, "to close", "that it never did");
}

static void check_refused(checker *c, const char *name)
{
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (entry->kind != RH_ENTRY_CHILD_START_FAILED || !is_of(c, entry, name))
            continue;
        compare(c, "refused at", c->line->words[2].text, time_text(c, entry->time));
        compare(c, "cause", c->line->words[3].text,
                rh_start_cause_name((rh_start_cause)entry->code));
        return;
    }
    complain(c, name, "to be refused", "that it never was");
}

static void check_call(checker *c, const char *name)
{
    const char *what = c->line->words[1].text;
    if (!strcmp(what, "starts"))
        check_list(c, name, RH_ENTRY_ATTEMPT_STARTED);
    else if (!strcmp(what, "backs-off"))
        check_list(c, name, RH_ENTRY_BACK_OFF);
    else if (!strcmp(what, "beats"))
        check_list(c, name, RH_ENTRY_HEARTBEAT);
    else if (!strcmp(what, "heartbeats"))
        check_count(c, name, RH_ENTRY_HEARTBEAT);
    else if (!strcmp(what, "late"))
        check_count(c, name, RH_ENTRY_LATE_ANSWER);
    else if (!strcmp(what, "effects"))
        check_count(c, name, RH_ENTRY_EFFECT);
    else if (!strcmp(what, "lost"))
        check_count(c, name, RH_ENTRY_ATTEMPT_LOST);
    else if (!strcmp(what, "open"))
        check_count(c, name, RH_ENTRY_CALL_LEFT_OPEN);
    else if (!strcmp(what, "initiated"))
        check_list(c, name, RH_ENTRY_CHILD_INITIATED);
    else if (!strcmp(what, "started"))
        check_list(c, name, RH_ENTRY_CHILD_STARTED);
    else if (!strcmp(what, "refused"))
        check_refused(c, name);
    else if (!strcmp(what, "closes"))
        check_closes(c, name);
    else
        complain(c, "a known word, not", what, "it");
}

/* ---- runs ------------------------------------------------------------------------------------ */

static const rh_entry *closing_entry(const rh_journal *journal, uint32_t run)
{
    for (size_t i = journal->count; i-- > 0;) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->run == run &&
            ((entry->kind >= RH_ENTRY_RUN_COMPLETED && entry->kind <= RH_ENTRY_RUN_CONTINUED) ||
             entry->kind == RH_ENTRY_RUN_STUCK))
            return entry;
    }
    return NULL;
}

static const char *status_word(rh_run_status status)
{
    if (status == RH_RUN_CONTINUED_AS_NEW)
        return "continued-as-new";
    return status == RH_RUN_TIMED_OUT ? "timed-out" : rh_run_status_name(status);
}

static void check_run(checker *c, uint32_t index)
{
    const rh_run_record *run = index < c->journal->run_count ? c->journal->runs[index] : NULL;
    const char *what = c->line->words[1].text;
    if (!run) {
        complain(c, "run", rh_format(c->arena, "%u", index + 1), "fewer runs");
        return;
    }
    if (!strcmp(what, "starts")) {
        compare(c, "start at", c->line->words[2].text, time_text(c, run->started));
        if (c->line->count > 3)
            compare(c, "first task after", c->line->words[3].value,
                    rh_duration_text(c->arena, run->first_task_backoff));
        return;
    }
    if (!strcmp(what, "is")) {
        compare(c, "type", c->line->words[2].text, run->workflow_type->text);
        compare(c, "workflow id", c->line->words[3].text, run->workflow_id);
        return;
    }
    const rh_entry *entry = closing_entry(c->journal, index);
    if (!strcmp(what, "open")) {
        if (entry)
            complain(c, "the run", "to be open", "that it closed");
        return;
    }
    if (!entry) {
        complain(c, "run", "to close", "that it never did");
        return;
    }
    compare(c, "close at", c->line->words[2].text, time_text(c, entry->time));
    compare(c, "status", c->line->words[3].text, status_word((rh_run_status)run->status));
    for (int i = 4; i < c->line->count; i++) {
        const rh_word *word = &c->line->words[i];
        if (!strcmp(word->text, "state"))
            compare(c, "state", word->value, rh_retry_state_name((rh_retry_state)entry->code));
        else if (!strcmp(word->text, "stuck"))
            compare(c, "why", word->value, run->stuck ? run->stuck : "none");
        else if (!strcmp(word->text, "reason"))
            compare(c, "reason", word->value, entry->text ? entry->text : "none");
        else if (!strcmp(word->text, "result"))
            compare(c, "result", word->value, json_text(c, run->result));
        else
            check_failure_option(c, word, run->failure, entry);
    }
}

static void check_runs(checker *c)
{
    compare(c, "runs", c->line->words[1].text, rh_format(c->arena, "%zu", c->journal->run_count));
}

static void check_tasks(checker *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->journal->count; i++)
        count += c->journal->entries[i].kind == RH_ENTRY_TASK_COMPLETED &&
                 c->journal->entries[i].run == 0;
    compare(c, "tasks", c->line->words[1].text, rh_format(c->arena, "%zu", count));
}

static void check_warnings(checker *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->journal->count; i++)
        count += c->journal->entries[i].kind == RH_ENTRY_WARNING;
    compare(c, "warnings", c->line->words[1].text, rh_format(c->arena, "%zu", count));
}

/* When attempts of tasks of the first run started: one list, all attempts together. */
static void check_task_attempts(checker *c)
{
    rh_text found = rh_text_in(c->arena);
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (entry->run == 0 && entry->kind == RH_ENTRY_TASK_STARTED &&
            (entry->attempt > 1) == (entry->event_id == 0))
            rh_text_printf(&found, "%s%s", found.length ? " " : "", time_text(c, entry->time));
    }
    compare(c, "attempts", rest_from(c, 1), rh_text_string(&found));
}

/* Why tasks of the first run have failed, also attempts that are not in its history. */
static void check_failures(checker *c)
{
    rh_text found = rh_text_in(c->arena);
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (entry->run == 0 && entry->kind == RH_ENTRY_TASK_FAILED)
            rh_text_printf(&found, "%s%s", found.length ? " " : "", entry->name->text);
    }
    compare(c, "failures", rest_from(c, 1), rh_text_string(&found));
}

/* "signals 1 of 2" */
static void check_requests(checker *c, rh_entry_kind asked, rh_entry_kind delivered)
{
    size_t all = 0, reached = 0;
    for (size_t i = 0; i < c->journal->count; i++) {
        all += c->journal->entries[i].kind == asked;
        reached += c->journal->entries[i].kind == delivered;
    }
    compare(c, c->line->words[0].text,
            rh_format(c->arena, "%s %s", c->line->words[1].text, rest(c)),
            rh_format(c->arena, "%zu of %zu", reached, all));
}

/* What is written of an event: all of its name, or what stands behind the usual beginnings, and
 * perhaps when it happened: "TIMER_FIRED@5s". */
static bool is_event(checker *c, const char *written, const char *event, rh_time time)
{
    size_t length = strlen(event), tail = strcspn(written, "@");
    if (written[tail] && strcmp(written + tail + 1, time_text(c, time)) != 0)
        return false;
    return tail <= length && !strncmp(event + length - tail, written, tail) &&
           (tail == length || event[length - tail - 1] == '_');
}

/* The history of a run: closing entries stand for their started event too. */
static void check_events(checker *c, uint32_t run)
{
    rh_text found = rh_text_in(c->arena);
    uint32_t next = 1;
    int at = 1;
    bool same = true;
    for (size_t i = 0; i < c->journal->count; i++) {
        const rh_entry *entry = &c->journal->entries[i];
        if (entry->run != run || !entry->event_id)
            continue;
        const char *names[] = {rh_entry_tells_start(entry) ? "ACTIVITY_TASK_STARTED" : NULL,
                               rh_entry_kind_event((rh_entry_kind)entry->kind)};
        for (size_t n = 0; n < 2; n++) {
            if (!names[n])
                continue;
            rh_time time = n == 0 ? entry->span : rh_entry_happened(entry);
            rh_text_printf(&found, "%s%s@%s", found.length ? " " : "", names[n],
                           time_text(c, time));
            same =
                same && at < c->line->count && is_event(c, c->line->words[at].text, names[n], time);
            at++;
            next += n == 0;
        }
        if (entry->event_id != next++)
            complain(c, "event ids", "one after another", time_text(c, entry->time));
    }
    if (!same || at != c->line->count)
        complain(c, "events", rest_from(c, 1), rh_text_string(&found));
}

const char *lifecycle_compare(rh_arena *arena, const lifecycle_case *test,
                              const rh_journal *journal)
{
    checker c = {.arena = arena, .journal = journal, .wrong = rh_text_in(arena), .test = test};
    if (test->expect.count == 0)
        return rh_format(arena, "%s:%u: case '%s' expects nothing", test->file, test->number,
                         test->name);
    for (size_t i = 0; i < test->expect.count; i++) {
        c.line = &test->expect.lines[i];
        const char *subject = c.line->words[0].text;
        if (!strcmp(subject, "tasks"))
            check_tasks(&c);
        else if (!strcmp(subject, "attempts"))
            check_task_attempts(&c);
        else if (!strcmp(subject, "warnings"))
            check_warnings(&c);
        else if (!strcmp(subject, "failures"))
            check_failures(&c);
        else if (!strcmp(subject, "runs"))
            check_runs(&c);
        else if (!strcmp(subject, "events"))
            check_events(&c, 0);
        else if (!strncmp(subject, "events#", 7))
            check_events(&c, (uint32_t)atoi(subject + 7) - 1);
        else if (!strcmp(subject, "signals") && c.line->count == 4)
            check_requests(&c, RH_ENTRY_SIGNAL_INITIATED, RH_ENTRY_SIGNAL_DELIVERED);
        else if (!strcmp(subject, "cancels") && c.line->count == 4)
            check_requests(&c, RH_ENTRY_CANCEL_INITIATED, RH_ENTRY_CANCEL_DELIVERED);
        else if (c.line->count < 2)
            complain(&c, "more words behind", subject, "none");
        else if (!strncmp(subject, "run#", 4))
            check_run(&c, (uint32_t)atoi(subject + 4) - 1);
        else if (!strcmp(subject, "run"))
            check_run(&c, 0);
        else
            check_call(&c, subject);
    }
    return c.wrong.length ? rh_text_string(&c.wrong) : NULL;
}
