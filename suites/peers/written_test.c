/* What our world writes for a run is what a real Temporal server has written for it, event by
 * event: but for times, made-up ids, and what differences.txt lists. Each play is one of
 * recorder/play.go. */
#include "rehearse/testing.h"
#include "reports/history.h"
#include "suites/peers/differences.h"
#include "suites/peers/recorded.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)
#define MS(n) RH_MILLISECONDS(n)

/* ---- plays ----------------------------------------------------------------------------------- */

/* Starts the run that a history is of, with the same workflow id and input. */
static void start(rh_env *env, const rh_recording *recording, rh_run_options options)
{
    const rh_recorded_event *first = &recording->events[0];
    const rh_value *input =
        rh_recorded_payloads(&env->arena, rh_recorded_get(first->data, "input"), NULL);
    options.workflow_id = recording->workflow_id;
    rh_start(env, recording->workflow_type, input, &options);
}

static void plainly(rh_env *env, const rh_recording *recording)
{
    start(env, recording, (rh_run_options){0});
}

static const rh_value *built(rh_env *env, const char *platform)
{
    return rh_env_copy(
        env, RH_OBJECT_OF({"Platform", rh_string(platform)},
                          {"Artifacts",
                           RH_LIST_OF(rh_string(rh_env_print(env, "app_%s.tar.gz", platform)))},
                          {"Checksums", rh_env_json(env, "{}")}));
}

static void play_release(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "BuildLinux", .takes = S(1), .result = built(env, "linux_amd64"));
    rh_mock(env, "BuildMacOS", .args = RH_ARGS(RH_ANY, rh_string("amd64")), .takes = S(3),
            .result = built(env, "darwin_amd64"));
    rh_mock(env, "BuildMacOS", .args = RH_ARGS(RH_ANY, rh_string("arm64")), .takes = S(2),
            .result = built(env, "darwin_arm64"));
    rh_mock(env, "CreateGitHubRelease",
            .result = rh_string("https://github.com/acme/app/releases/v1.2.0"));
    rh_mock(env, "BuildDockerImage", .result = NULL);
    rh_mock(env, "UpdateHomebrew",
            .failure = RH_FAILURE("HomebrewAuthError", "403 Resource not accessible by integration",
                                  .non_retryable = true));
    plainly(env, recording);
}

static void play_trip(rh_env *env, const rh_recording *recording)
{
    static const char *const types[] = {"BookFlight",   "BookHotel",   "BookCar",
                                        "CancelFlight", "CancelHotel", "CancelCar"};
    for (size_t i = 0; i < LENGTH(types); i++)
        rh_mock(env, types[i], .result = NULL);
    rh_mock(env, "ChargeCard", .failure = RH_FAILURE("CardDeclined", "card declined"));
    plainly(env, recording);
}

static void play_pull_request(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "RunCheck", .args = RH_ARGS(rh_string("manifest"), RH_ANY), .takes = S(1),
            .result = rh_boolean(false));
    rh_mock(env, "RunCheck", .args = RH_ARGS(rh_string("version"), RH_ANY), .takes = S(3),
            .result = rh_boolean(true));
    rh_mock(env, "CommentPullRequest", .result = NULL);
    plainly(env, recording);
}

static void play_approval(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "Deploy", .result = NULL);
    rh_signal_at(env, S(1), NULL, "approve", rh_string("alice"));
    plainly(env, recording);
}

static void play_terminated(rh_env *env, const rh_recording *recording)
{
    rh_terminate_at(env, S(1), NULL, "enough");
    plainly(env, recording);
}

static void play_timed_out(rh_env *env, const rh_recording *recording)
{
    start(env, recording, (rh_run_options){.run_timeout = S(1)});
}

static void play_failures(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "Plain", .failure = RH_FAILURE("CompileError", "exit status 2"));
    rh_mock(env, "Final",
            .failure = RH_FAILURE("Forbidden", "403", .non_retryable = true,
                                  .details = rh_string("token expired")));
    rh_mock(env, "Untyped", .failure = RH_FAILURE("", "boom"));
    rh_mock(env, "Listed", .failure = RH_FAILURE("BadInput", "no such tag"));
    rh_mock(env, "Endless", .hangs = true);
    rh_mock(env, "Silent", .hangs = true,
            RH_HEARTBEATS({.at = S(1), .details = rh_string("half")}));
    rh_mock(env, "Late", .hangs = true);
    rh_mock(env, "Overdue", .hangs = true);
    rh_mock(env, "Unserved", .result = NULL);
    plainly(env, recording);
}

static void work(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)data;
    answer->takes = RH_SECONDS(rh_integer_of(rh_get(rh_at(attempt->args, 0), "Work")));
}

static void play_work(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "Work", .call = work, .heartbeat_every = S(8));
    rh_mock(env, "Undo", .takes = MS(100));
    plainly(env, recording);
}

static void play_cleanup(rh_env *env, const rh_recording *recording)
{
    rh_cancel_at(env, S(2), NULL);
    play_work(env, recording);
}

static void play_batch(rh_env *env, const rh_recording *recording)
{
    rh_signal_at(env, S(2), NULL, "item", rh_integer(1));
    plainly(env, recording);
}

static void play_strangers(rh_env *env, const rh_recording *recording)
{
    static const char *const ids[] = {"signaled", "canceled"};
    for (size_t i = 0; i < LENGTH(ids); i++)
        rh_start(env, "Kid",
                 RH_OBJECT_OF({"Name", rh_string(ids[i])}, {"Sleeps", rh_integer(0)},
                              {"Fails", rh_boolean(false)}, {"Waits", rh_boolean(true)}),
                 &(rh_run_options){.workflow_id = ids[i]});
    rh_start(env, "Strangers",
             RH_OBJECT_OF({"Signaled", rh_string("signaled")}, {"Canceled", rh_string("canceled")},
                          {"Nobody", rh_string("nobody")}),
             &(rh_run_options){.workflow_id = "strangers", .at = S(1)});
    (void)recording;
}

static void play_chain(rh_env *env, const rh_recording *recording)
{
    rh_start(env, recording->workflow_type, rh_integer(1),
             &(rh_run_options){.workflow_id = recording->workflow_id});
}

static void play_stubborn(rh_env *env, const rh_recording *recording)
{
    start(env, recording,
          (rh_run_options){.retry = {.initial_interval = S(1), .maximum_attempts = 3}});
}

static void play_tick(rh_env *env, const rh_recording *recording)
{
    rh_terminate_at(env, S(8), NULL, "enough");
    start(env, recording, (rh_run_options){.cron = "@every 2s"});
}

static void play_noted(rh_env *env, const rh_recording *recording)
{
    rh_mock(env, "Keep", .takes = MS(100));
    plainly(env, recording);
}

static void play_votes(rh_env *env, const rh_recording *recording)
{
    static const char *const ids[] = {"for", "against", "unlucky", "decides"};
    static const int64_t weights[] = {1, -1, 13, 2};
    rh_mock(env, "Keep", .takes = MS(100));
    for (size_t i = 0; i < LENGTH(ids); i++)
        rh_update_at(env, S((int64_t)i + 1), NULL, ids[i], "vote", rh_integer(weights[i]));
    plainly(env, recording);
}

static const struct row {
    const char *history, *module;
    void (*play)(rh_env *env, const rh_recording *recording);
    size_t run;        /* the how manieth of its workflow id, from 0 */
    rh_duration lasts; /* 0: until nothing is left to happen */
} rows[] = {
    {"approval", "operations", play_approval},
    {"asleep", "selftest", plainly, .lasts = S(2)},
    {"batch", "shapes", play_batch},
    {"canceled", "runs", play_strangers},
    {"check", "operations", play_pull_request},
    {"cleanup", "shapes", play_cleanup},
    {"condition", "shapes", plainly},
    {"countdown", "runs", play_chain},
    {"countdown.2", "runs", play_chain, 1},
    {"deadline", "shapes", play_work},
    {"deadline-waits", "shapes", play_work},
    {"failures", "shapes", play_failures},
    {"family", "runs", plainly},
    {"nested", "shapes", play_work},
    {"noted", "records", play_noted},
    {"release", "release", play_release},
    {"same-task", "shapes", play_work},
    {"signaled", "runs", play_strangers},
    {"strangers", "runs", play_strangers},
    {"stubborn", "runs", play_stubborn},
    {"stubborn.2", "runs", play_stubborn, 1},
    {"terminated", "selftest", play_terminated},
    {"tick", "runs", play_tick},
    {"tick.2", "runs", play_tick, 1},
    {"timers", "runs", plainly},
    {"timed-out", "selftest", play_timed_out},
    {"trip", "operations", play_trip},
    {"votes", "records", play_votes},
};

/* ---- comparing ------------------------------------------------------------------------------- */

/* For ci/peers: what was played, as a file in the folder that REHEARSE_WRITTEN names. */
static void keep(const rh_text *text, const char *history)
{
    const char *folder = getenv("REHEARSE_WRITTEN");
    if (!folder)
        return;
    FILE *file = fopen(rh_format(text->arena, "%s/%s.json", folder, history), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
    fclose(file);
}

/* The check of a pull request is a child; it is played by its parent. */
static const rh_recording *played_for(rh_arena *arena, const struct row *row)
{
    return history_read(arena, !strcmp(row->history, "check") ? "pull-request" : row->history);
}

static const rh_recording *ours(rh_arena *arena, rh_env *env, const rh_recording *server,
                                const struct row *row)
{
    size_t run = row->run;
    rh_error error;
    char message[1024];
    rh_text text = rh_text_in(arena);
    const rh_journal *journal = rh_env_journal(env);
    uint32_t found = 0;
    while (found < journal->run_count &&
           (strcmp(journal->runs[found]->workflow_id, server->workflow_id) != 0 || run-- > 0))
        found++;
    if (found == journal->run_count)
        fail_msg("no run '%s'\n%s", server->workflow_id, rh_env_report(env));
    rh_report_history(&text, journal, found);
    keep(&text, row->history);
    const rh_recording *recording =
        rh_recording_read(arena, text.data, text.length, "ours", &error);
    if (!recording)
        fail_msg("%s", rh_error_text(&error, message, sizeof message));
    return recording;
}

static void compare(rh_text *text, differences *known, const struct row *row)
{
    rh_arena *arena = text->arena;
    rh_text lines = rh_text_in(arena);
    rh_env *env = rh_env_create(module_named(arena, row->module));
    assert_non_null(env);
    const rh_recording *server = history_read(arena, row->history);
    rh_host(env, "rehearse", .task_queues = RH_NAMES("default"));
    row->play(env, played_for(arena, row));
    if (row->lasts)
        rh_play_for(env, row->lasts);
    else
        rh_play(env);
    histories_compare(&lines, known, server, ours(arena, env, server, row));
    if (lines.length)
        rh_text_printf(text, "%s:\n%s", row->history, rh_text_string(&lines));
    rh_env_destroy(env);
}

static void the_server_writes_the_same(void **state)
{
    rh_arena arena;
    differences known;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = rh_text_in(&arena);
    differences_read(&arena, &known);
    for (size_t i = 0; i < LENGTH(rows); i++)
        compare(&text, &known, &rows[i]);
    for (size_t i = 0; i < known.count; i++)
        if (!known.items[i].is_found)
            rh_text_printf(&text, "differences.txt:%d: there is no such difference any more\n",
                           known.items[i].line);
    if (text.length) {
        fputs(rh_text_string(&text), stderr); /* too long for cmocka */
        fail();
    }
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_writes_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
