#include "reports/history.h"

#include "sim/base/json.h"
#include "suites/reports/golden.h"
#include "suites/reports/played.h"
#include "suites/reports/sample.h"

typedef void story(sample *s);

static void check(story *tell, uint32_t run, const char *name)
{
    sample s;
    sample_begin(&s);
    tell(&s);
    rh_text text = rh_text_in(&s.arena);
    rh_report_history(&text, &s.journal, run);
    assert_golden(&text, name);
    sample_end(&s);
}

/* Three builds at once, the second of which fails once and times out once. */
static void builds(sample *s, const rh_value *input)
{
    rh_time zero = RH_WORLD_START;
    const rh_value *arch = sample_text(s, "amd64");
    uint32_t calls[3];
    for (size_t i = 0; i < 3; i++)
        calls[i] = sample_call(s, i == 0 ? "BuildLinux" : "BuildMacOS", NULL,
                               rh_value_list(&s->arena, (const rh_value *[]){input, arch}, 2));
    for (size_t i = 0; i < 3; i++)
        sample_start(s, calls[i], 1, "linux-1");
    const rh_failure *first =
        rh_failure_application(&s->arena,
                               &(rh_failure_options){.type = "NetworkError",
                                                     .message = "connection reset by peer",
                                                     .details = arch,
                                                     .next_retry_delay = RH_MILLISECONDS(1500)});
    sample_at(s, RH_MINUTES(2));
    sample_retry(s, calls[1], 1, first, RH_MILLISECONDS(1500));
    sample_at(s, RH_MILLISECONDS(121500));
    sample_start(s, calls[1], 2, "linux-2");
    const rh_failure *second =
        rh_failure_timeout(&s->arena, RH_TIMEOUT_HEARTBEAT, NULL, arch, first);
    sample_at(s, RH_MILLISECONDS(421500));
    sample_retry(s, calls[1], 2, second, RH_SECONDS(2));
    sample_at(s, RH_MILLISECONDS(423500));
    sample_start(s, calls[1], 3, "linux-1");
    sample_at(s, RH_MINUTES(10));
    sample_complete(s, calls[0], 1, zero, sample_text(s, "linux.tar.gz"));
    sample_task(s);
    sample_at(s, RH_MINUTES(11));
    sample_complete(s, calls[2], 1, zero, NULL);
    sample_task(s);
    sample_at(s, RH_MINUTES(12));
    sample_complete(s, calls[1], 3, zero + RH_MILLISECONDS(423500), rh_value_null());
    sample_task(s);
}

/* The builds; a pause; a signal; a step whose failure is not fatal. A workflow written for the Go
 * SDK that does the same has replayed this history. */
static void release(sample *s)
{
    const rh_value *input = rh_value_object(&s->arena,
                                            (const rh_field[]){{"Version", sample_text(s, "1.2.0")},
                                                               {"TagName", sample_text(s, "v1")}},
                                            2);
    rh_run_record *run = sample_run(s, "ReleaseWorkflow", "release-1", input);
    run->run_timeout = RH_HOURS(6);
    sample_task(s);
    builds(s, input);

    uint32_t timer = s->next_event_id[0];
    const char *timer_id = rh_format(&s->arena, "%u", timer);
    sample_own(
        s, (rh_entry){.kind = RH_ENTRY_TIMER_STARTED, .text = timer_id, .span = RH_SECONDS(90)});
    sample_at(s, RH_MINUTES(12) + RH_SECONDS(90));
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_FIRED, .text = timer_id, .number = timer});
    sample_task(s);
    sample_at(s, RH_HOURS(1));
    sample_own(s, (rh_entry){.kind = RH_ENTRY_SIGNALED,
                             .name = sample_name(s, "approve"),
                             .value = sample_text(s, "alice")});
    sample_task(s);
    uint32_t brew = sample_call(s, "UpdateHomebrew", "v1", NULL);
    rh_time started = s->now;
    sample_start(s, brew, 1, "linux-1");
    sample_at(s, RH_HOURS(1) + RH_SECONDS(5));
    const rh_failure *denied = rh_failure_application(
        &s->arena,
        &(rh_failure_options){.type = "HomebrewAuth", .message = "denied", .non_retryable = true});
    sample_fail(s, brew, 1, started, denied, RH_RETRY_NON_RETRYABLE_FAILURE);
    sample_task(s);
    sample_succeed(s, sample_text(s, "https://github.com/acme/tool/releases/tag/v1"));
}

static void a_release(void **state)
{
    (void)state;
    check(release, 0, "release.history.json");
}

/* ---- every other kind of event --------------------------------------------------------------- */

static void canceled(sample *s)
{
    sample_run(s, "Cleanup", "cleanup", rh_value_bytes(&s->arena, "\x00\xff", 2));
    sample_task(s);
    uint32_t slow = sample_call(s, "Slow", NULL, NULL);
    uint32_t queued = sample_call(s, "Queued", NULL, NULL);
    uint32_t late = sample_call(s, "Late", NULL, NULL);
    uint32_t timer = s->next_event_id[0];
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_STARTED, .text = "8", .span = RH_DAYS(1)});
    sample_start(s, slow, 1, "host");
    sample_start(s, late, 1, "host");
    sample_at(s, RH_SECONDS(30));
    sample_fail(s, late, 1, RH_WORLD_START,
                rh_failure_timeout(&s->arena, RH_TIMEOUT_START_TO_CLOSE, NULL, NULL, NULL),
                RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_RUN_CANCEL_REQUESTED});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_SCHEDULED, .number = 2, .attempt = 1});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_STARTED, .number = 2, .attempt = 1});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_FAILED,
                             .number = 2,
                             .attempt = 1,
                             .name = sample_name(s, "WorkflowWorkerUnhandledFailure"),
                             .text = "SIGSEGV"});
    sample_task(s);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_CANCELED, .text = "8", .number = timer});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCEL_REQUESTED, .call = slow});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCEL_REQUESTED, .call = queued});
    sample_close_call(s, queued, 1, 0,
                      (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCELED,
                                 .value = sample_text(s, "ACTIVITY_ID_NOT_STARTED")});
    sample_at(s, RH_SECONDS(40));
    sample_of(s, slow, 1, (rh_entry){.kind = RH_ENTRY_ATTEMPT_CANCELED});
    sample_close_call(s, slow, 1, RH_WORLD_START, (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCELED});
    sample_task(s);
    sample_close(s, RH_RUN_CANCELED, (rh_entry){.kind = RH_ENTRY_RUN_CANCELED});
}

/* A chain of four runs: failed, timed out, terminated, and one that is still open. */
static void chain(sample *s)
{
    static const rh_entry_kind ends[] = {RH_ENTRY_RUN_FAILED, RH_ENTRY_RUN_TIMED_OUT,
                                         RH_ENTRY_RUN_TERMINATED};
    rh_run_record *run = NULL;
    for (uint32_t i = 0; i < 4; i++) {
        rh_run_record *previous = run;
        run = sample_run(s, "Nightly", "nightly", NULL);
        run->attempt = (int32_t)i + 1;
        run->retry = &s->retry;
        run->execution_timeout = RH_DAYS(1);
        run->run_timeout = RH_HOURS(1);
        run->execution_expiration = RH_WORLD_START + RH_DAYS(1);
        if (previous) {
            run->first_run_id = previous->first_run_id;
            run->previous = i - 1;
            run->initiator = RH_INITIATOR_RETRY;
            run->last_failure = previous->failure;
            run->first_task_backoff = RH_SECONDS(i);
            previous->next = i;
        }
        sample_task(s);
        if (i == 3)
            return;
        const rh_failure *denied = sample_failure(s, "Denied", "no");
        const rh_failure *failure = rh_failure_activity(
            &s->arena, &(rh_activity_failure){.activity_type = "Sync",
                                              .activity_id = "5",
                                              .identity = "host",
                                              .scheduled_event_id = 5,
                                              .started_event_id = 6,
                                              .retry_state = RH_RETRY_MAXIMUM_ATTEMPTS_REACHED,
                                              .cause = denied});
        sample_close(s, RH_RUN_FAILED,
                     (rh_entry){.kind = (uint8_t)ends[i],
                                .code = RH_RETRY_IN_PROGRESS,
                                .failure = i == 0 ? failure : NULL,
                                .text = i == 2 ? "enough" : NULL});
    }
}

static void other_events(void **state)
{
    (void)state;
    check(canceled, 0, "canceled.history.json");
    check(chain, 0, "chain-1.history.json");
    check(chain, 1, "chain-2.history.json");
    check(chain, 2, "chain-3.history.json");
    check(chain, 3, "chain-4.history.json");
}

/* ---- workflow files -------------------------------------------------------------------------- */

static int64_t id_at(const rh_value *object, const char *key)
{
    return strtol(rh_text_of(rh_get(object, key)), NULL, 10);
}

typedef struct activity {
    const char *id;
    int64_t scheduled, started;
    int closed;
} activity;

typedef struct seen {
    activity items[400];
    size_t count;
} seen;

static activity *by_event(seen *s, int64_t scheduled)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].scheduled == scheduled)
            return &s->items[i];
    fail_msg("no activity was scheduled by event %lld", (long long)scheduled);
    return NULL;
}

static void look_at_event(seen *s, const rh_value *event)
{
    static const char *const ends[] = {"activityTaskCompletedEventAttributes",
                                       "activityTaskFailedEventAttributes",
                                       "activityTaskTimedOutEventAttributes",
                                       "activityTaskCanceledEventAttributes"};
    int64_t id = id_at(event, "eventId");
    const rh_value *scheduled = rh_get(event, "activityTaskScheduledEventAttributes");
    const rh_value *started = rh_get(event, "activityTaskStartedEventAttributes");
    if (scheduled) {
        assert_in_range(s->count, 0, 399);
        s->items[s->count++] =
            (activity){.id = rh_text_of(rh_get(scheduled, "activityId")), .scheduled = id};
    } else if (started) {
        activity *of = by_event(s, id_at(started, "scheduledEventId"));
        assert_int_equal(of->started, 0);
        of->started = id;
    }
    for (size_t i = 0; i < 4; i++) {
        const rh_value *end = rh_get(event, ends[i]);
        if (!end)
            continue;
        activity *of = by_event(s, id_at(end, "scheduledEventId"));
        assert_int_equal(id_at(end, "startedEventId"), of->started);
        assert_int_equal(of->closed++, 0);
    }
}

static const rh_value *history_of(rh_arena *arena, const rh_journal *journal)
{
    rh_text text = rh_text_in(arena);
    rh_error error = {.message = ""};
    rh_report_history(&text, journal, 0);
    const rh_value *history = rh_json_read(arena, text.data, text.length, NULL, &error);
    if (!history)
        fail_msg("%s", error.message);
    return rh_get(history, "events");
}

/* What is closed once: a step at its conclusion, a job at its own end. */
static size_t count_closed(const rh_journal *journal)
{
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        uint8_t level = entry->call ? journal->calls[entry->call - 1]->about.level : 0;
        count += level == RH_CALL_STEP && entry->kind == RH_ENTRY_CONCLUDED;
        count += level == RH_CALL_JOB && entry->kind >= RH_ENTRY_ACTIVITY_COMPLETED &&
                 entry->kind <= RH_ENTRY_ACTIVITY_CANCELED;
    }
    return count;
}

/* Numbers of events follow each other; each job or step is an activity that is scheduled, started
 * and closed once. */
static void check_file(rh_arena *arena, const rh_journal *journal)
{
    static seen s;
    s.count = 0;
    const rh_value *events = history_of(arena, journal);
    for (size_t i = 0; i < rh_count_of(events); i++) {
        assert_int_equal(id_at(rh_at(events, i), "eventId"), i + 1);
        look_at_event(&s, rh_at(events, i));
    }
    size_t closed = 0;
    for (size_t i = 0; i < s.count; i++) {
        closed += s.items[i].closed != 0;
        if (s.items[i].started && !s.items[i].closed)
            fail_msg("%s is not closed", s.items[i].id);
    }
    assert_true(closed >= count_closed(journal)); /* and what was lost */
}

static void steps_are_activities(void **state)
{
    static const char *const faults[] = {NULL, "disk-full", "runner-lost", "hangs"};
    (void)state;
    for (const char *const *path = played_fixtures(); *path; path++)
        for (size_t i = 0; i < 4; i++) {
            rh_arena arena;
            const rh_actions_file *file;
            rh_arena_init(&arena, NULL, NULL);
            rh_env *env = played_fixture(&arena, *path, "refs/tags/v1.2.0", i % 2 ? "*/*/*" : "*",
                                         faults[i], i % 3 == 1, &file);
            check_file(&arena, rh_env_journal(env));
            rh_env_destroy(env);
            rh_arena_free(&arena);
        }
}

/* What each activity of the cases came to, in order. */
static void play_case(void **state)
{
    static const char *const kinds[] = {"Completed", "Failed", "TimedOut", "Canceled"};
    const played_case *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = rh_text_in(&arena);
    for (size_t run = 0; run < test->run_count; run++) {
        rh_env *env = played_run(&arena, test, played_workflow(&arena, test), run);
        const rh_journal *journal = rh_env_journal(env);
        check_file(&arena, journal);
        const rh_value *events = history_of(&arena, journal);
        for (size_t i = 0; i < rh_count_of(events); i++)
            for (size_t k = 0; k < 4; k++) {
                const rh_value *end =
                    rh_get(rh_at(events, i),
                           rh_format(&arena, "activityTask%sEventAttributes", kinds[k]));
                if (!end)
                    continue;
                const rh_value *scheduled =
                    rh_get(rh_at(events, (size_t)id_at(end, "scheduledEventId") - 1),
                           "activityTaskScheduledEventAttributes");
                rh_text_printf(&text, "%s '%s' %s %s\n",
                               rh_text_of(rh_get(scheduled, "activityId")),
                               rh_text_of(rh_get(rh_get(scheduled, "activityType"), "name")),
                               kinds[k], rh_text_of(rh_get(rh_get(end, "failure"), "message")));
            }
        rh_env_destroy(env);
    }
    const char *expected = rh_text_string((rh_text *)(uintptr_t)&test->reports[0].text);
    size_t length = strlen(expected);
    while (length > 1 && expected[length - 2] == '\n')
        length--; /* blank lines between cases */
    if (text.length != length || memcmp(text.data, expected, length) != 0)
        fail_msg("history.test:%u: is\n%s", test->line, rh_text_string(&text));
    rh_arena_free(&arena);
}

int main(void)
{
    static struct CMUnitTest tests[64] = {
        cmocka_unit_test(a_release),
        cmocka_unit_test(other_events),
        cmocka_unit_test(steps_are_activities),
    };
    rh_arena arena;
    size_t count, n = 3;
    rh_arena_init(&arena, NULL, NULL);
    played_case *cases = played_read(&arena, "history.test", &count);
    for (size_t i = 0; i < count; i++)
        tests[n++] = (struct CMUnitTest){.name = cases[i].name,
                                         .test_func = play_case,
                                         .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests("reports/history", tests, n, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
