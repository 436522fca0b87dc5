/* Allocation torture: a scenario that uses most of the library is played again and again while its
 * first, second, third ... allocation fails, until none does. It must never crash, always say that
 * memory is out, and leak nothing.
 *
 * The linker gives this suite malloc and its kin through the wrappers below, in the library too.
 * As an arena takes memory in large pieces, the scenario is also played with paddings of many
 * sizes, so that the pieces end in different places.
 */
#include <malloc.h>
#include <unistd.h>

#include "sim/actions/actions.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

/* ---- the allocator --------------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

static long live;      /* blocks */
static long asked;     /* allocations since `begin_torture` */
static long fail_at;   /* which of them fails; 0: none */
static bool fail_rest; /* all after it fail, too */

static void begin_torture(long at, bool rest)
{
    asked = 0;
    fail_at = at;
    fail_rest = rest;
}

static bool fails(void)
{
    asked++;
    return fail_at > 0 && (asked == fail_at || (fail_rest && asked > fail_at));
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails())
        return NULL;
    void *moved = __real_realloc(block, size);
    live += moved && !block;
    return moved;
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}

/* The address space of this process: stacks that were forgotten would be seen here. */
static long address_space_kib(void)
{
    char text[64] = "";
    malloc_trim(0);
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && !fgets(text, sizeof text, file))
        text[0] = '\0';
    if (file)
        fclose(file);
    return strtol(text, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- the scenario ---------------------------------------------------------------------------- */

static const rh_activity_options options = {.start_to_close = S(60),
                                            .heartbeat_timeout = S(20),
                                            .retry = {.initial_interval = S(1),
                                                      .maximum_attempts = 3},
                                            .cancellation = RH_TRY_CANCEL};

static const rh_failure *part(rh_workflow *wf, void *data, const rh_value **result)
{
    int number = (int)(intptr_t)data;
    const rh_value *value = NULL;
    rh_workflow_alloc(wf, 3000);
    const rh_failure *failure =
        rh_await(wf, rh_activity(wf, "Build", RH_ARGS(rh_integer(number)), &options), &value);
    rh_log(wf, "part %d: %s", number, failure ? rh_failure_message(failure) : "done");
    *result = rh_copy(wf, RH_OBJECT_OF({"part", rh_integer(number)}, {"value", value}));
    return failure ? rh_wrap(wf, failure, "part %d", number) : NULL;
}

static char long_text[200000];

static bool has_signaled;
static rh_env *current; /* so that workflow code can call functions of its env */

static bool never(void *data)
{
    (void)data;
    return false;
}

static const rh_failure *release(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    enum { PARTS = 12 };
    rh_future *parts[PARTS];
    bool received = false;
    (void)input;
    for (int i = 0; i < PARTS; i++)
        parts[i] = rh_spawn(wf, rh_print(wf, "part-%d", i), part, (void *)(intptr_t)i);
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *doomed = rh_activity(wf, "Doomed", RH_NO_ARGS, &options);
    rh_scope_end(wf, scope);
    rh_await_all(wf, parts, PARTS, NULL);
    rh_assert_log(current, "part 3");
    rh_env_copy(current, rh_string(long_text)); /* in the env's memory */
    if (!has_signaled) { /* a replay would do it again, and cause the next one */
        has_signaled = true;
        rh_signal_at(current, 0, NULL, "approve", rh_string(long_text)); /* in the world's */
    }
    rh_receive_for(wf, "approve", S(30), NULL, &received);
    rh_await_condition(wf, never, NULL, S(5), NULL);
    rh_scope_cancel(wf, scope);
    rh_warn(wf, "doomed: %d", rh_is_ready(doomed));
    *result = rh_json(wf, "{\"a\": [1, 2, {\"b\": null}], \"c\": \"d\"}");
    return rh_await(wf, rh_activity(wf, "Publish", RH_ARGS(rh_string("v1")), &options), NULL);
}

static const rh_workflow_definition workflows[] = {
    {.name = "release", .run = release, .options = {.retry = {.maximum_attempts = 2}}}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "torture", workflows, NULL};

static void decides(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)data;
    rh_attempt_alloc(attempt, 2000);
    answer->result = rh_attempt_copy(attempt, RH_LIST_OF(rh_string(attempt->path)));
    answer->takes = S(2);
}

static void at_some_time(rh_env *env, void *data)
{
    (void)data;
    rh_env_print(env, "%d", 5);
    rh_assert_status(env, RH_RUNNING);
}

static void give(rh_env *env, size_t padding, bool no_cache)
{
    const char *pad = NULL;
    char *text = padding ? __real_malloc(padding + 1) : NULL;
    if (text) {
        memset(text, 'x', padding);
        text[padding] = '\0';
        pad = text;
    }
    if (pad)
        rh_env_copy(env, rh_string(pad));
    rh_host(env, "linux", .slots = 5, .task_queues = RH_NAMES("default", "linux"));
    rh_host(env, "macos");
    rh_mock(env, "Build", .attempt = 1, .failure = RH_FAILURE("Flaky", "flaked"), .takes = S(3),
            .heartbeat_every = S(1));
    rh_mock(env, "Build", .call = decides, RH_HEARTBEATS({S(1), rh_string("half")}));
    rh_mock(env, "Doomed", .hangs = true, .heartbeat_every = S(5));
    rh_mock(env, "Publish",
            RH_SEQUENCE({.fault = "reply-lost", RH_EFFECTS({"release", "$0"})}, {.takes = S(1)}));
    rh_mock(env, "Unused");
    rh_fault_at(env, "Build[3]@2", "dns");
    /* Late: a new world does not mend what is missing already. */
    rh_world(env, .no_cache = no_cache, .stack_fill = 1, .random_choices = true, .seed = 4);
    rh_signal_at(env, S(20), NULL, "approve", rh_env_json(env, "[1, {\"a\": \"b\"}]"));
    rh_lose_host_at(env, S(4), "macos");
    rh_restart_host_at(env, S(5), "macos");
    rh_call_at(env, S(6), at_some_time, NULL);
    rh_start(env, "release", pad ? rh_string(pad) : NULL, NULL);
    if (text)
        __real_free(text);
}

static void look(rh_env *env)
{
    static const rh_duration starts[] = {0};
    rh_assert_result(env, RH_ANY);
    rh_assert_calls(env, "Build", 12);
    rh_assert_order(env, "Build", "Publish");
    rh_assert_log(env, "part");
    rh_assert_warning(env, "doomed: 1");
    rh_assert_effects(env, "Publish", 1);
    rh_assert_effects(env, "release", 0);
    rh_assert_starts_at(env, "there.c", 5, "Build[1]", starts, 1);
    rh_look_at(env, "release");
    rh_assert_failure_text(env, "nothing like it");
}

static size_t problems_with_memory; /* of the scenario when nothing fails */

/* True if memory sufficed: then all is as ever. */
static bool scenario(size_t padding, bool no_cache)
{
    char text[64];
    rh_env *env = rh_env_create(&module);
    if (!env)
        return false;
    current = env;
    has_signaled = false;
    give(env, padding, no_cache);
    rh_play(env);
    look(env);
    rh_env_restart(env);
    rh_start(env, "release", NULL, &(rh_run_options){.run_timeout = S(10)});
    rh_play_for(env, S(4));
    rh_play(env);
    rh_failure_text(rh_failure_of(env), text, sizeof text);
    size_t problems = rh_env_finish(env);
    bool out_of_memory = env->out_of_memory;
    const char *report = rh_env_report(env);
    if (out_of_memory || env->out_of_memory) {
        assert_true(problems > 0 || !out_of_memory);
        assert_string_equal(report, "out of memory\n");
        assert_true(rh_env_finish(env) > 0);
    }
    out_of_memory = env->out_of_memory;
    if (!out_of_memory && !problems_with_memory)
        problems_with_memory = problems;
    if (!out_of_memory && problems != problems_with_memory)
        fail_msg("%s", report);
    rh_env_destroy(env);
    return !out_of_memory;
}

/* ---- a workflow file ------------------------------------------------------------------------- */

static const char file_text[] =
    "on: push\n"
    "env: {A: 1}\n"
    "jobs:\n"
    "  build:\n"
    "    runs-on: ubuntu-latest\n"
    "    strategy: {matrix: {os: [a, b, c, d]}}\n"
    "    outputs: {sum: '${{ steps.sum.outputs.sum }}'}\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - id: sum\n"
    "        run: |\n"
    "          for i in 1 2 3; do make \"$i\" | tee -a log.txt; done\n"
    "          SUM=$(curl -sL https://example.com/${{ matrix.os }} | sha256sum | cut -d' ' -f1)\n"
    "          echo \"sum=$SUM\" >> \"$GITHUB_OUTPUT\"\n"
    "      - {run: exit 3, continue-on-error: true}\n"
    "      - {run: sleep 600, timeout-minutes: 1, background: true}\n"
    "  publish:\n"
    "    needs: build\n"
    "    if: always() && needs.build.outputs.sum != ''\n"
    "    runs-on: ubuntu-latest\n"
    "    concurrency: one\n"
    "    steps:\n"
    "      - run: gh release create v1 --notes '${{ toJSON(needs) }}' --title ${{ github.sha }}\n";

static rh_actions_settings settings;
static rh_actions_definition definition = {.settings = &settings};

/* Read when memory suffices. */
static void read_file(rh_arena *arena)
{
    rh_actions_errors errors;
    rh_error error;
    settings.catalog = rh_actions_catalog_read(arena, NULL, NULL, 0, &error);
    assert_non_null(settings.catalog);
    definition.file =
        rh_actions_read(arena, file_text, sizeof file_text - 1, "ci.yml", NULL, &errors);
    if (!definition.file)
        fail_msg("%s", errors.items[0].message);
}

/* As `scenario`. */
static bool play_file(size_t padding, bool no_cache)
{
    rh_env *env = rh_env_create(NULL);
    if (!env)
        return false;
    if (padding)
        rh_env_print(env, "%*d", (int)padding, 1);
    rh_world(env, .no_cache = no_cache, .stack_fill = 1);
    rh_fault_at(env, "build[a]/sum/curl", "dns");
    for (int i = 0; i < 2; i++) {
        const rh_value *github =
            RH_OBJECT_OF({"event_name", rh_string("push")}, {"ref", rh_string("refs/heads/main")},
                         {"sha", rh_string("0123")});
        rh_env_start(env, &(rh_start_request){.dialect = &rh_actions_dialect,
                                              .definition = &definition,
                                              .workflow_type = "CI",
                                              .input = RH_OBJECT_OF({"github", github})});
        rh_play(env);
        rh_env_restart(env);
    }
    bool sufficed = rh_env_finish(env) == 0;
    if (!sufficed)
        assert_string_equal(rh_env_report(env), "out of memory\n");
    rh_env_destroy(env);
    return sufficed;
}

/* ---- the torture ----------------------------------------------------------------------------- */

typedef bool tortured(size_t padding, bool no_cache);

static void torture_with(tortured *play, long least, size_t padding, bool no_cache, bool rest)
{
    long at = 0, happy = 0;
    bool failed;
    do {
        long before = live;
        begin_torture(++at, rest);
        bool sufficed = play(padding, no_cache);
        failed = asked >= at;
        begin_torture(0, false);
        if (live != before)
            fail_msg("%ld blocks leaked; allocation %ld failed, padding %zu, no_cache %d, rest %d",
                     live - before, at, padding, no_cache, rest);
        if (!sufficed && !failed)
            fail_msg("out of memory was said without reason, padding %zu", padding);
        happy += failed && sufficed;
        assert_true(at < 10000);
    } while (failed);
    assert_true(at > least);
    /* What can do without: rh_failure_text, and making one piece of several at a reset. */
    assert_in_range(happy, 0, 3);
}

static void torture(size_t padding, bool no_cache, bool rest)
{
    torture_with(scenario, 15, padding, no_cache, rest);
}

static void a_workflow_file(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    read_file(&arena);
    assert_true(play_file(0, false));
    for (int way = 0; way < 4; way++)
        torture_with(play_file, 5, 0, way & 1, way & 2);
    for (size_t padding = 1; padding < 60000; padding += 7357)
        torture_with(play_file, 5, padding, padding % 2, true);
    rh_arena_free(&arena);
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    torture(0, false, false);
    torture(0, true, false);
}

static void from_some_allocation_on_all_fail(void **state)
{
    (void)state;
    torture(0, false, true);
    torture(0, true, true);
}

static void wherever_the_pieces_end(void **state)
{
    (void)state;
    long space_kib = address_space_kib();
    for (size_t padding = 1; padding < 60000; padding += 1357)
        torture(padding, padding % 2, true);
#if !defined(__SANITIZE_ADDRESS__) /* which maps as it likes */
    assert_true(address_space_kib() - space_kib < 1024);
#else
    (void)space_kib;
#endif
}

static void memory_that_suffices(void **state)
{
    (void)state;
    long before = live;
    assert_true(scenario(0, false));
    assert_int_equal(live, before);
    /* After warm-up a world allocates nothing. */
    rh_env *env = current = rh_env_create(&module);
    give(env, 0, false);
    for (int i = 0; i < 6; i++) {
        begin_torture(0, false);
        rh_start(env, "release", NULL, NULL);
        rh_play(env);
        rh_env_restart(env);
    }
    assert_int_equal(asked, 0);
    rh_env_destroy(env);
    assert_int_equal(live, before);
}

int main(void)
{
    memset(long_text, 'x', sizeof long_text - 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_suffices),
        cmocka_unit_test(each_allocation_fails_once),
        cmocka_unit_test(from_some_allocation_on_all_fail),
        cmocka_unit_test(wherever_the_pieces_end),
        cmocka_unit_test(a_workflow_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
