/* A hundred quick tests, of which every tenth fails: for killing the command in the middle. */
#include "rehearse/rehearse.h"

static const rh_failure *work(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = RH_MINUTES(1),
        .retry = {.maximum_attempts = 3},
    };
    return rh_await(wf, rh_activity(wf, "Work", RH_ARGS(input), &options), result);
}

static const rh_workflow_definition workflows[] = {{.name = "Many", .run = work}, {0}};

static void passes(rh_env *env)
{
    rh_mock(env, "Work", .result = rh_integer(1), .takes = RH_SECONDS(2));
    rh_run(env, "Many", rh_integer(1));
    rh_assert_status(env, RH_SUCCEEDED);
}

static void fails(rh_env *env)
{
    rh_mock(env, "Work", .fault = "homebrew-auth");
    rh_run(env, "Many", rh_integer(1));
    rh_assert_status(env, RH_SUCCEEDED);
}

#define ONE(name_, run_)                                                                           \
    {                                                                                              \
        .name = (name_), .run = (run_), .file = __FILE__, .line = __LINE__                         \
    }
#define TEN(tens)                                                                                  \
    ONE(tens "0", fails), ONE(tens "1", passes), ONE(tens "2", passes), ONE(tens "3", passes),     \
        ONE(tens "4", passes), ONE(tens "5", passes), ONE(tens "6", passes),                       \
        ONE(tens "7", passes), ONE(tens "8", passes), ONE(tens "9", passes)

static const rh_test tests[] = {
    TEN("a0"), TEN("a1"), TEN("a2"), TEN("a3"), TEN("a4"), TEN("a5"),
    TEN("a6"), TEN("a7"), TEN("a8"), TEN("a9"), {0},
};

RH_MODULE("many", workflows, tests)
