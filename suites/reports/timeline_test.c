#include "reports/timeline.h"

#include "suites/reports/golden.h"
#include "suites/reports/sample.h"

typedef void story(sample *s);

static void check(story *tell, const rh_timeline_options *options, const char *name)
{
    sample s;
    sample_begin(&s);
    tell(&s);
    rh_text text = rh_text_in(&s.arena);
    rh_report_timeline(&text, &s.journal, options);
    assert_golden(&text, name);
    sample_end(&s);
}

/* ---- a release that has its troubles --------------------------------------------------------- */

static const rh_failure *heartbeat_timeout(sample *s, const rh_failure *cause)
{
    return rh_failure_timeout(&s->arena, RH_TIMEOUT_HEARTBEAT, NULL, NULL, cause);
}

static void build_macos(sample *s, uint32_t amd64)
{
    const rh_failure *reset =
        sample_failure(s, "NetworkError", "read tcp 10.0.0.4:51234: connection reset by peer");
    sample_at(s, RH_SECONDS(2));
    sample_beat(s, amd64, 1);
    sample_at(s, RH_SECONDS(190));
    sample_retry(s, amd64, 1, reset, RH_SECONDS(1));
    sample_at(s, RH_SECONDS(191));
    sample_start(s, amd64, 2, "macos-1");
    sample_at(s, RH_SECONDS(192));
    sample_beat(s, amd64, 2);
    sample_at(s, RH_SECONDS(492));
    sample_retry(s, amd64, 2, heartbeat_timeout(s, reset), RH_SECONDS(2));
}

/* A release whose reply is lost, an image, and a tap that may not be written to. */
static void publish(sample *s)
{
    rh_time zero = RH_WORLD_START;
    uint32_t github = sample_call(s, "CreateGitHubRelease", "v1.2.0", NULL);
    sample_start(s, github, 1, "linux-1");
    sample_fault(s, github, 1, "reply-lost", "reply-lost");
    sample_at(s, RH_SECONDS(1234));
    sample_effect(s, github, 1, "github-release", "v1.2.0", 1);
    sample_retry(
        s, github, 1,
        sample_failure(s, "Timeout",
                       "Post \"https://api.github.com/repos/acme/tool/releases\": net/http: "
                       "request canceled (Client.Timeout exceeded while awaiting headers)"),
        RH_SECONDS(1));
    sample_at(s, RH_SECONDS(1235));
    sample_start(s, github, 2, "linux-1");
    sample_at(s, RH_SECONDS(1255));
    sample_effect(s, github, 2, "github-release", "v1.2.0", 2);
    sample_complete(s, github, 2, zero + RH_SECONDS(1235), NULL);
    sample_task(s);

    uint32_t docker = sample_call(s, "BuildDockerImage", "v1.2.0", NULL);
    sample_start(s, docker, 1, "linux-1");
    sample_at(s, RH_SECONDS(1615));
    sample_effect(s, docker, 1, "docker-image", "acme/tool:v1.2.0", 1);
    sample_complete(s, docker, 1, zero + RH_SECONDS(1255), NULL);
    sample_task(s);

    uint32_t brew = sample_call(s, "UpdateHomebrew", "v1.2.0", NULL);
    const rh_failure *denied =
        sample_failure(s, "HomebrewAuth",
                       "remote: Permission to acme/homebrew-tap.git denied to release-bot.");
    sample_start(s, brew, 1, "linux-1");
    sample_fault(s, brew, 1, "homebrew-auth", "permanent");
    sample_at(s, RH_SECONDS(1620));
    sample_fail(s, brew, 1, zero + RH_SECONDS(1615), denied, RH_RETRY_NON_RETRYABLE_FAILURE);
    sample_task(s);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_WARNING,
                             .text = "Homebrew update failed: remote: Permission to "
                                     "acme/homebrew-tap.git denied to release-bot."});
    sample_succeed(s, sample_text(s, "https://github.com/acme/tool/releases/tag/v1.2.0"));
}

static void release(sample *s)
{
    const rh_value *version = sample_text(s, "v1.2.0");
    rh_time zero = RH_WORLD_START;
    sample_run(s, "ReleaseWorkflow", "release-v1.2.0", version);
    sample_task(s);
    uint32_t linux_build = sample_call(s, "BuildLinux", NULL, NULL);
    uint32_t amd64 = sample_call(s, "BuildMacOS", "amd64", NULL);
    uint32_t arm64 = sample_call(s, "BuildMacOS", "arm64", NULL);
    sample_start(s, linux_build, 1, "linux-1");
    sample_start(s, amd64, 1, "macos-1");
    sample_fault(s, amd64, 1, "connection-reset", "transient");
    sample_start(s, arm64, 1, "macos-1");
    build_macos(s, amd64);
    sample_at(s, RH_SECONDS(494));
    sample_start(s, amd64, 3, "macos-1");
    for (int i = 1; i <= 12; i++) {
        sample_at(s, RH_SECONDS(494) + RH_SECONDS(i * 2));
        sample_beat(s, arm64, 1);
    }
    sample_at(s, RH_MINUTES(12));
    sample_effect(s, linux_build, 1, "BuildLinux", NULL, 1);
    sample_complete(s, linux_build, 1, zero, NULL);
    sample_task(s);
    sample_at(s, RH_SECONDS(810));
    sample_effect(s, arm64, 1, "BuildMacOS", "arm64", 1);
    sample_complete(s, arm64, 1, zero, NULL);
    sample_task(s);
    sample_at(s, RH_SECONDS(862));
    sample_of(s, amd64, 2, (rh_entry){.kind = RH_ENTRY_LATE_ANSWER, .text = "result"});
    sample_at(s, RH_SECONDS(1214));
    sample_effect(s, amd64, 3, "BuildMacOS", "amd64", 1);
    sample_complete(s, amd64, 3, zero + RH_SECONDS(494), NULL);
    sample_task(s);
    publish(s);
}

static void a_release(void **state)
{
    (void)state;
    check(release, NULL, "release.txt");
    check(release, &(rh_timeline_options){.ascii = true, .wall_ns = 41000}, "release-ascii.txt");
    check(release, &(rh_timeline_options){.color = true, .width = 100, .wall_ns = 41000},
          "release-color.txt");
}

/* ---- days of waiting, two minutes of work ---------------------------------------------------- */

static void approval(sample *s)
{
    rh_time zero = RH_WORLD_START;
    sample_run(s, "DeployWithApproval", "deploy-42", NULL);
    sample_task(s);
    uint32_t plan = sample_call(s, "Plan", "prod", NULL);
    sample_start(s, plan, 1, "host");
    sample_at(s, RH_SECONDS(40));
    sample_complete(s, plan, 1, zero, NULL);
    sample_task(s);
    uint32_t timer_id = s->next_event_id[0];
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_STARTED, .text = "11", .span = RH_DAYS(7)});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_LOG, .text = "waiting for an approval"});
    sample_at(s, RH_DAYS(3) + RH_HOURS(2) + RH_MINUTES(12));
    sample_own(s, (rh_entry){.kind = RH_ENTRY_SIGNALED,
                             .name = sample_name(s, "approve"),
                             .value = sample_text(s, "alice")});
    sample_task(s);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_CANCELED, .text = "11", .number = timer_id});
    rh_time approved = s->now;
    uint32_t apply = sample_call(s, "Apply", "prod", NULL);
    sample_start(s, apply, 1, "host");
    sample_at(s, approved - zero + RH_SECONDS(65));
    sample_effect(s, apply, 1, "deployment", "prod", 1);
    sample_complete(s, apply, 1, approved, NULL);
    sample_task(s);
    uint32_t notify = sample_call(s, "Notify", "#releases", NULL);
    sample_start(s, notify, 1, "host");
    sample_at(s, approved - zero + RH_MILLISECONDS(65400));
    sample_effect(s, notify, 1, "Notify", "#releases", 1);
    sample_complete(s, notify, 1, approved + RH_SECONDS(65), NULL);
    sample_task(s);
    sample_succeed(s, NULL);
}

static void days_of_waiting(void **state)
{
    (void)state;
    check(approval, &(rh_timeline_options){.wall_ns = 41000}, "approval.txt");
}

/* ---- a batch whose worker is lost ------------------------------------------------------------ */

static void batch(sample *s)
{
    rh_time zero = RH_WORLD_START;
    sample_run(s, "EmbeddingBatch", "EmbeddingBatch", NULL);
    sample_task(s);
    uint32_t embed = sample_call(s, "Embed", "wiki-2026", NULL);
    sample_start(s, embed, 1, "gpu-1");
    for (int i = 1; i <= 240; i++) {
        sample_at(s, RH_MINUTES(i));
        sample_beat(s, embed, 1);
    }
    sample_at(s, RH_MINUTES(240) + RH_SECONDS(20));
    sample_add(s, (rh_entry){.kind = RH_ENTRY_HOST_LOST, .run = RH_NO_RUN, .text = "gpu-1"});
    sample_of(s, embed, 1, (rh_entry){.kind = RH_ENTRY_ATTEMPT_LOST, .text = "gpu-1"});
    sample_at(s, RH_MINUTES(245));
    sample_retry(s, embed, 1, rh_failure_timeout(&s->arena, RH_TIMEOUT_HEARTBEAT, NULL, NULL, NULL),
                 RH_SECONDS(1));
    sample_at(s, RH_MINUTES(245) + RH_SECONDS(1));
    rh_time second = s->now;
    sample_start(s, embed, 2, "gpu-2");
    for (int i = 1; i <= 301; i++) {
        sample_at(s, RH_MINUTES(245) + RH_SECONDS(1) + RH_MINUTES(i));
        sample_beat(s, embed, 2);
    }
    sample_effect(s, embed, 2, "Embed", "wiki-2026", 1);
    sample_complete(s, embed, 2, second, NULL);
    sample_task(s);
    uint32_t publish = sample_call(s, "PublishIndex", "wiki-2026", NULL);
    sample_start(s, publish, 1, "gpu-2");
    rh_time third = s->now;
    sample_at(s, third - zero + RH_SECONDS(90));
    sample_effect(s, publish, 1, "PublishIndex", "wiki-2026", 1);
    sample_complete(s, publish, 1, third, NULL);
    sample_task(s);
    sample_succeed(s, rh_value_integer(&s->arena, 1250000));
}

static void a_lost_worker(void **state)
{
    (void)state;
    check(batch, NULL, "batch.txt");
}

/* ---- ends of other kinds --------------------------------------------------------------------- */

static void stuck(sample *s)
{
    rh_run_record *run = sample_run(s, "Onboarding", "customer-17", NULL);
    sample_task(s);
    uint32_t mail = sample_call(s, "SendMail", "welcome", NULL);
    sample_start(s, mail, 1, "host");
    sample_at(s, RH_MILLISECONDS(250));
    sample_effect(s, mail, 1, "mail", "welcome", 1);
    sample_complete(s, mail, 1, RH_WORLD_START, NULL);
    sample_task(s);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_SIGNALED, .name = sample_name(s, "confirmd")});
    sample_own(s,
               (rh_entry){.kind = RH_ENTRY_SIGNAL_UNHANDLED, .name = sample_name(s, "confirmd")});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_WAITING,
                             .name = sample_name(s, "main"),
                             .text = "signal \"confirmed\" (did you mean \"confirmd\"?)"});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_WAITING,
                             .name = sample_name(s, "reminder"),
                             .text = "a condition that nothing can change any more"});
    sample_own(s,
               (rh_entry){.kind = RH_ENTRY_RUN_STUCK, .text = "it waits for what can never come"});
    run->status = RH_RUN_STUCK;
    run->closed = s->now;
}

/* A failed run that is retried, and a second one that crashes. */
static void chain(sample *s)
{
    rh_run_record *first = sample_run(s, "Nightly", "nightly", NULL);
    sample_task(s);
    uint32_t sync = sample_call(s, "Sync", NULL, NULL);
    uint32_t scan = sample_call(s, "Scan", "all", NULL);
    uint32_t queued = sample_call(s, "Report", NULL, NULL);
    sample_start(s, sync, 1, "host");
    sample_start(s, scan, 1, "host");
    sample_at(s, RH_SECONDS(30));
    const rh_failure *failure = sample_failure(s, "BadInput", "no such bucket");
    sample_fail(s, sync, 1, RH_WORLD_START, failure, RH_RETRY_NON_RETRYABLE_FAILURE);
    sample_task(s);
    sample_close_call(s, queued, 0, 0,
                      (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCELED,
                                 .value = sample_text(s, "ACTIVITY_ID_NOT_STARTED")});
    const rh_failure *activity =
        rh_failure_activity(&s->arena, &(rh_activity_failure){.activity_type = "Sync",
                                                              .activity_id = "5",
                                                              .identity = "host",
                                                              .cause = failure});
    const char *message =
        rh_format(&s->arena, "sync failed: %s", rh_failure_print(&s->arena, activity));
    sample_close(s, RH_RUN_FAILED,
                 (rh_entry){.kind = RH_ENTRY_RUN_FAILED,
                            .code = RH_RETRY_IN_PROGRESS,
                            .failure = rh_failure_application(
                                &s->arena, &(rh_failure_options){.type = "wrapError",
                                                                 .message = message,
                                                                 .cause = activity})});
    sample_of(s, scan, 1, (rh_entry){.kind = RH_ENTRY_CALL_LEFT_OPEN, .text = "running"});

    rh_run_record *second = sample_run(s, "Nightly", "nightly", NULL);
    second->attempt = 2;
    second->previous = 0;
    second->first_task_backoff = RH_SECONDS(10);
    s->journal.entries[s->journal.count - 1].span = RH_SECONDS(10);
    first->next = 1;
    sample_at(s, RH_SECONDS(40));
    sample_own(s, (rh_entry){.kind = RH_ENTRY_CRASHED,
                             .text = "SIGSEGV in coroutine main, after activity Sync"});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TASK_FAILED,
                             .name = sample_name(s, "WorkflowWorkerUnhandledFailure"),
                             .text = "SIGSEGV in coroutine main"});
    sample_at(s, RH_SECONDS(90));
    sample_of(s, scan, 1, (rh_entry){.kind = RH_ENTRY_LATE_ANSWER, .text = "result"});
    s->run = 1;
    sample_own(s, (rh_entry){.kind = RH_ENTRY_RUN_CANCEL_REQUESTED});
    sample_close(s, RH_RUN_TERMINATED,
                 (rh_entry){.kind = RH_ENTRY_RUN_TERMINATED, .text = "by hand"});
}

static void other_ends(void **state)
{
    (void)state;
    check(stuck, NULL, "stuck.txt");
    check(chain, NULL, "chain.txt");
}

/* ---- crowds ---------------------------------------------------------------------------------- */

static void crowd(sample *s)
{
    enum { CALLS = 5000 };
    sample_run(s, "FanOut", "fan-out", NULL);
    sample_task(s);
    for (int i = 0; i < CALLS; i++)
        sample_call(s, "Process", rh_format(&s->arena, "item-%04d", i), NULL);
    for (uint32_t call = 1; call <= CALLS; call++)
        sample_start(s, call, 1, "host");
    sample_at(s, RH_SECONDS(3));
    for (uint32_t call = 1; call <= CALLS; call++) {
        sample_effect(s, call, 1, "row", s->journal.calls[call - 1]->key, 1);
        if (call == 2718) {
            sample_retry(s, call, 1, sample_failure(s, "Busy", "try later"), RH_SECONDS(1));
            continue;
        }
        sample_complete(s, call, 1, RH_WORLD_START, NULL);
    }
    sample_at(s, RH_SECONDS(4));
    for (int32_t attempt = 2; attempt <= 40; attempt++) {
        sample_start(s, 2718, attempt, "host");
        if (attempt < 40)
            sample_retry(s, 2718, attempt, sample_failure(s, "Busy", "try later"), RH_SECONDS(2));
        else
            sample_complete(s, 2718, attempt, s->now, NULL);
        sample_at(s, RH_SECONDS(4) + RH_SECONDS(2) * (attempt - 1));
    }
    sample_task(s);
    sample_succeed(s, NULL);
}

static void a_crowd(void **state)
{
    (void)state;
    check(crowd, &(rh_timeline_options){.lines = 40}, "crowd.txt");
}

static size_t count_lines(const rh_text *text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text->length; i++)
        lines += text->data[i] == '\n';
    return lines;
}

static void brief_is_brief(void **state)
{
    story *stories[] = {release, approval, batch, stuck, chain, crowd};
    (void)state;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        sample s;
        sample_begin(&s);
        stories[i](&s);
        rh_text text = rh_text_in(&s.arena);
        rh_report_timeline_brief(&text, &s.journal);
        assert_in_range(count_lines(&text), 3, 30);
        if (stories[i] == release || stories[i] == crowd)
            assert_golden(&text, stories[i] == release ? "release-brief.txt" : "crowd-brief.txt");
        sample_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release),     cmocka_unit_test(days_of_waiting),
        cmocka_unit_test(a_lost_worker), cmocka_unit_test(other_ends),
        cmocka_unit_test(a_crowd),       cmocka_unit_test(brief_is_brief),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
