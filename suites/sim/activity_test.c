/* Activities: the timeouts that the server fills in and caps. How they strike is in
 * suites/lifecycle/timeouts.test. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options *asked;

static const rh_failure *asks(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, asked), NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "asks", .run = asks}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "activity", workflows, NULL};
DEFINE_ENVS(module)

typedef struct timeouts {
    rh_duration schedule_to_close, schedule_to_start, start_to_close, heartbeat;
} timeouts;

/* validator.go:151-225 */
static void timeouts_are_normalised(void **state)
{
    static const struct {
        timeouts asked;
        rh_duration run_timeout;
        timeouts given;
    } cases[] = {
        /* schedule-to-close fills and caps the two inside it */
        {{S(9), 0, 0, 0}, 0, {S(9), S(9), S(9), 0}},
        {{S(9), S(4), S(5), 0}, 0, {S(9), S(4), S(5), 0}},
        {{S(9), S(20), S(30), 0}, 0, {S(9), S(9), S(9), 0}},
        /* start-to-close alone: the run timeout stands for what is not set */
        {{0, 0, S(5), 0}, 0, {0, 0, S(5), 0}},
        {{0, 0, S(5), 0}, S(60), {S(60), S(60), S(5), 0}},
        {{0, S(4), S(5), 0}, S(60), {S(60), S(4), S(5), 0}},
        {{0, S(4), S(5), 0}, 0, {0, S(4), S(5), 0}},
        /* and caps everything */
        {{S(90), S(80), S(70), 0}, S(60), {S(60), S(60), S(60), 0}},
        {{0, S(80), S(70), 0}, S(60), {S(60), S(60), S(60), 0}},
        {{S(90), 0, 0, 0}, S(60), {S(60), S(60), S(60), 0}},
        /* the heartbeat timeout is capped by start-to-close, not by schedule-to-close */
        {{S(90), 0, S(5), S(3)}, 0, {S(90), S(90), S(5), S(3)}},
        {{S(90), 0, S(5), S(7)}, 0, {S(90), S(90), S(5), S(5)}},
        {{S(90), 0, 0, S(100)}, S(60), {S(60), S(60), S(60), S(60)}},
        /* without end */
        {{RH_FOREVER, RH_FOREVER, RH_FOREVER, RH_FOREVER}, 0, {0, 0, 0, 0}},
        {{RH_FOREVER, 0, S(5), 0}, S(60), {S(60), S(60), S(5), 0}},
    };
    rh_env *env = *state;
    rh_mock(env, "Work");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const rh_activity_options options = {
            .schedule_to_close = cases[i].asked.schedule_to_close,
            .schedule_to_start = cases[i].asked.schedule_to_start,
            .start_to_close = cases[i].asked.start_to_close,
            .heartbeat_timeout = cases[i].asked.heartbeat,
        };
        asked = &options;
        rh_start(env, "asks", NULL, &(rh_run_options){.run_timeout = cases[i].run_timeout});
        rh_play(env);
        rh_assert_status(env, RH_SUCCEEDED);
        const rh_call *call = rh_env_journal(env)->calls[0];
        const timeouts *given = &cases[i].given;
        if (call->schedule_to_close != given->schedule_to_close ||
            call->schedule_to_start != given->schedule_to_start ||
            call->start_to_close != given->start_to_close ||
            call->heartbeat_timeout != given->heartbeat)
            fail_msg("case %zu: %lld %lld %lld %lld", i, (long long)call->schedule_to_close,
                     (long long)call->schedule_to_start, (long long)call->start_to_close,
                     (long long)call->heartbeat_timeout);
        rh_env_restart(env);
    }
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(timeouts_are_normalised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
