/* The examples of docs/mocks.md. The two tests whose names begin with `fails_` fail: the manual
 * shows how. */
#include "rehearse/rehearse.h"

/* ---- a workflow of two steps, the second of which is not fatal ------------------------------- */

static const rh_activity_options step = {
    .start_to_close = RH_MINUTES(30),
    .heartbeat_timeout = RH_MINUTES(1),
    .retry = {.initial_interval = RH_SECONDS(1), .maximum_attempts = 3},
    .cancellation = RH_WAIT_FOR_CANCELLATION,
};

static const rh_failure *publish(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *tag = rh_get(input, "Tag");
    const rh_value *url;
    rh_future *upload = rh_activity(wf, "Upload", RH_ARGS(tag, input), &step);
    const rh_failure *failed = rh_await(wf, upload, &url);
    if (failed)
        return failed;
    failed =
        rh_await(wf, rh_activity(wf, "Announce", RH_ARGS(rh_string("releases"), tag), &step), NULL);
    if (failed)
        rh_warn(wf, "not announced: %s", rh_failure_message(rh_failure_root(failed)));
    *result = url;
    return NULL;
}

static const rh_workflow_definition workflows[] = {{.name = "Publish", .run = publish}, {0}};

static void run_publish(rh_env *env)
{
    rh_run(env, "Publish", RH_OBJECT_OF({"Tag", rh_string("v1.2.0")}, {"Key", rh_string("k1")}));
}

static void given_announcements(rh_env *env)
{
    rh_fixture_mock(env, "Announce", .takes = RH_SECONDS(1));
}

/* ---- examples -------------------------------------------------------------------------------- */

static bool is_version(const rh_value *value, const void *data)
{
    (void)data;
    return rh_text_of(value)[0] == 'v';
}

static void arguments(rh_env *env)
{
    given_announcements(env);
    rh_mock(env, "Upload",
            .args = RH_ARGS(RH_WHERE(is_version, NULL, "a version"),
                            RH_SUBSET({"Key", rh_string("k1")})),
            .result = rh_string("https://example.org/v1.2.0"));
    run_publish(env);
    rh_assert_result(env, rh_string("https://example.org/v1.2.0"));
}

static void sequence(rh_env *env)
{
    given_announcements(env);
    rh_mock(env, "Upload",
            RH_SEQUENCE({.fault = "dns"}, {.failure = RH_FAILURE("Busy", "try again later")},
                        {.takes = RH_SECONDS(30), .result = rh_string("third time lucky")}));
    run_publish(env);
    rh_assert_starts(env, "Upload", 0, RH_SECONDS(6), RH_SECONDS(8));
    rh_assert_result(env, rh_string("third time lucky"));
}

static void drawn_from_a_range(rh_env *env)
{
    given_announcements(env);
    rh_mock(env, "Upload", .takes = RH_SECONDS(20), .takes_at_most = RH_SECONDS(40));
    run_publish(env);
    rh_assert_duration_between(env, RH_SECONDS(21), RH_SECONDS(41));
}

static void drawn_from_measurements(rh_env *env)
{
    given_announcements(env);
    rh_mock(env, "Upload", RH_QUANTILES(RH_SECONDS(18), RH_SECONDS(20), RH_MINUTES(4)));
    run_publish(env);
    rh_assert_duration_between(env, RH_SECONDS(19), RH_SECONDS(241));
}

/* One part takes ten seconds; what heartbeats have told is not done again. */
static void uploads_parts(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    int64_t parts = *(const int64_t *)data;
    int64_t done = rh_integer_of(attempt->heartbeat_details);
    answer->takes = (parts - done) * RH_SECONDS(10);
    answer->result = rh_attempt_copy(attempt, rh_integer(parts - done));
}

static const rh_value *parts_done(const rh_attempt_info *attempt, rh_duration elapsed, void *data)
{
    int64_t before = rh_integer_of(attempt->heartbeat_details);
    (void)data, (void)elapsed;
    return rh_attempt_copy(attempt, rh_integer(before + 1));
}

static void functions(rh_env *env)
{
    static int64_t parts = 12;
    given_announcements(env);
    rh_mock(env, "Upload", .call = uploads_parts, .data = &parts, .heartbeat_every = RH_SECONDS(10),
            .heartbeat_details = parts_done);
    rh_lose_host_at(env, RH_SECONDS(75), "host-1");
    run_publish(env);
    rh_assert_result(env, rh_integer(12 - 7)); /* seven parts were told before the host was lost */
}

static void a_lost_reply(rh_env *env)
{
    given_announcements(env);
    rh_mock(env, "Upload", .takes = RH_SECONDS(20),
            RH_EFFECTS({.kind = "upload", .key = "$0", .once_by = "$1.Key"},
                       {.kind = "mail", .key = "$0"}));
    rh_fault_at(env, "Upload@1", "reply-lost");
    run_publish(env);
    rh_assert_attempts(env, "Upload", 2);
    rh_assert_effect(env, "upload", "v1.2.0", 1); /* the same key: done once */
    rh_assert_effect(env, "mail", "v1.2.0", 2);
}

static void canceled_while_it_works(rh_env *env)
{
    rh_mock(env, "Upload", .takes = RH_MINUTES(10), .heartbeat_every = RH_SECONDS(20),
            .on_cancel = RH_TAKES, .cancel_takes = RH_SECONDS(5));
    rh_cancel_at(env, RH_SECONDS(50), NULL);
    run_publish(env);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, RH_SECONDS(65)); /* told by the heartbeat at 60 s */
    rh_assert_effects(env, "Upload", 0);
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

static void fails_as_no_mock_matches(rh_env *env)
{
    rh_mock(env, "Upload", .takes = RH_SECONDS(20));
    rh_mock(env, "Announce", .args = RH_ARGS(rh_string("#releases"), rh_string("v1.2.0")));
    run_publish(env);
    rh_assert_status(env, RH_SUCCEEDED);
}

static void fails_as_never_is_violated(rh_env *env)
{
    rh_mock(env, "Upload", .takes = RH_SECONDS(20));
    rh_mock(env, "Announce", .never = true);
    run_publish(env);
    rh_assert_status(env, RH_SUCCEEDED);
}

static const rh_test tests[] = {
    RH_TEST(arguments),
    RH_TEST(sequence),
    RH_TEST(drawn_from_a_range),
    RH_TEST(drawn_from_measurements),
    RH_TEST(functions),
    RH_TEST(a_lost_reply),
    RH_TEST(canceled_while_it_works),
    RH_TEST(fails_as_no_mock_matches),
    RH_TEST(fails_as_never_is_violated),
    {0},
};

RH_MODULE("mocks", workflows, tests)
