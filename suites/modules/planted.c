/* Workflows that are not deterministic, each for another reason, and their tests, which pass:
 * nothing but a check for determinism finds them. Two that are all right stand beside them. */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rehearse/rehearse.h"

typedef int64_t cause_function(rh_workflow *wf);

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

/* Two steps, the second with what the cause says. */
static const rh_failure *two_steps(rh_workflow *wf, cause_function *cause)
{
    const rh_failure *failed = rh_await(wf, rh_activity(wf, "First", RH_NO_ARGS, &minute), NULL);
    if (failed)
        return failed;
    int64_t what = cause(wf);
    return rh_await(wf, rh_activity(wf, "Second", RH_ARGS(rh_integer(what)), &minute), NULL);
}

/* ---- causes ---------------------------------------------------------------------------------- */

static int64_t order_of_addresses(rh_workflow *wf)
{
    const char *first = rh_workflow_alloc(wf, 32), *second = rh_workflow_alloc(wf, 32);
    return (uintptr_t)first < (uintptr_t)second;
}

static int64_t order_of_heap(rh_workflow *wf)
{
    char *first = malloc(40), *second = malloc(40);
    int64_t order = (uintptr_t)first < (uintptr_t)second;
    (void)wf;
    free(first);
    free(second);
    return order;
}

static int64_t hash_of_an_address(rh_workflow *wf)
{
    return (int64_t)((uintptr_t)rh_workflow_alloc(wf, 32) >> 4 & 0xffff);
}

/* The frame is cleared by nobody. */
static __attribute__((noinline)) int64_t read_frame(void)
{
    volatile unsigned char frame[512];
    volatile unsigned char *at = frame;
    __asm__ volatile("" : "+r"(at) : : "memory");
    return at[17];
}

static int64_t uninitialised_stack(rh_workflow *wf)
{
    (void)wf;
    return read_frame();
}

static int64_t uninitialised_heap(rh_workflow *wf)
{
    unsigned char *block = malloc(1 << 12);
    volatile unsigned char *at = block;
    __asm__ volatile("" : "+r"(at) : : "memory");
    int64_t byte = at[3000];
    (void)wf;
    free(block);
    return byte;
}

static int64_t wall_clock(rh_workflow *wf)
{
    (void)wf;
    return (int64_t)(time(NULL) / 86400);
}

static int64_t nanoseconds(rh_workflow *wf)
{
    struct timespec now;
    (void)wf;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_nsec;
}

static int64_t environment(rh_workflow *wf)
{
    const char *region = getenv("REGION");
    (void)wf;
    return region ? region[0] : 0;
}

static int64_t size_of_environment(rh_workflow *wf)
{
    extern char **environ;
    int64_t count = 0;
    (void)wf;
    while (environ[count])
        count++;
    return count;
}

static int64_t working_folder(rh_workflow *wf)
{
    char folder[1024];
    (void)wf;
    return getcwd(folder, sizeof folder) ? (int64_t)strlen(folder) : -1;
}

static int64_t process_id(rh_workflow *wf)
{
    (void)wf;
    return getpid();
}

static int64_t static_state(rh_workflow *wf)
{
    static int64_t runs;
    (void)wf;
    return ++runs;
}

static int64_t unseeded_random(rh_workflow *wf)
{
    (void)wf;
    return rand() % 1000;
}

static int64_t nothing(rh_workflow *wf)
{
    return (int64_t)strlen(rh_info(wf)->run_id);
}

/* ---- causes in other places ------------------------------------------------------------------ */

static const rh_failure *say_where(rh_workflow *wf, void *data, const rh_value **result)
{
    uintptr_t *where = data;
    volatile char here = 0;
    *where = (uintptr_t)&here;
    (void)wf;
    (void)result;
    return NULL;
}

static int64_t order_of_stacks(rh_workflow *wf)
{
    uintptr_t *where = rh_workflow_alloc(wf, 2 * sizeof *where);
    rh_future *both[] = {rh_spawn(wf, "one", say_where, &where[0]),
                         rh_spawn(wf, "two", say_where, &where[1])};
    rh_sleep(wf, RH_SECONDS(1)); /* both have a stack before one of them ends */
    rh_await_all(wf, both, 2, NULL);
    return where[0] < where[1];
}

static int64_t a_log_line(rh_workflow *wf)
{
    static int runs;
    rh_log(wf, "run %d", ++runs);
    return 0;
}

static int64_t a_timer(rh_workflow *wf)
{
    static int runs;
    rh_sleep(wf, RH_SECONDS(++runs));
    return 0;
}

/* Only a worker that has lost its memory shows it. */
static int64_t what_is_not_lost(rh_workflow *wf)
{
    static int64_t left = 1;
    int64_t mine = left;
    left = 0;
    rh_sleep(wf, RH_SECONDS(1));
    left = 1;
    return mine;
}

/* ---- the tables ------------------------------------------------------------------------------ */

#define CAUSES(X)                                                                                  \
    X(order_of_addresses)                                                                          \
    X(order_of_heap)                                                                               \
    X(hash_of_an_address)                                                                          \
    X(uninitialised_stack)                                                                         \
    X(uninitialised_heap)                                                                          \
    X(wall_clock)                                                                                  \
    X(nanoseconds)                                                                                 \
    X(environment)                                                                                 \
    X(size_of_environment)                                                                         \
    X(working_folder)                                                                              \
    X(process_id)                                                                                  \
    X(static_state)                                                                                \
    X(unseeded_random)                                                                             \
    X(order_of_stacks)                                                                             \
    X(a_log_line)                                                                                  \
    X(a_timer)                                                                                     \
    X(what_is_not_lost)                                                                            \
    X(nothing)

#define WORKFLOW(name)                                                                             \
    static const rh_failure *run_##name(rh_workflow *wf, const rh_value *input,                    \
                                        const rh_value **result)                                   \
    {                                                                                              \
        (void)input;                                                                               \
        (void)result;                                                                              \
        return two_steps(wf, name);                                                                \
    }
CAUSES(WORKFLOW)

static void given(rh_env *env)
{
    rh_fixture_mock(env, "First", .takes = RH_SECONDS(1));
    rh_fixture_mock(env, "Second", .takes = RH_SECONDS(1));
}

#define TEST(name)                                                                                 \
    static void test_##name(rh_env *env)                                                           \
    {                                                                                              \
        given(env);                                                                                \
        rh_run(env, #name, NULL);                                                                  \
        rh_assert_status(env, RH_SUCCEEDED);                                                       \
    }
CAUSES(TEST)

/* Several worlds in one test. */
static void two_worlds(rh_env *env)
{
    given(env);
    rh_run(env, "nothing", NULL);
    rh_env_restart(env);
    rh_run(env, "static_state", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
}

#define DEFINITION(name_) {.name = #name_, .run = run_##name_, .given = given},
static const rh_workflow_definition workflows[] = {CAUSES(DEFINITION){0}};

#define ENTRY(name_) {.name = #name_, .run = test_##name_, .file = __FILE__, .line = __LINE__},
static const rh_test tests[] = {CAUSES(ENTRY) RH_TEST(two_worlds), {0}};

RH_MODULE("planted", workflows, tests)
