#include "reports/history.h"

#include "suites/reports/golden.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release),
        cmocka_unit_test(other_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
