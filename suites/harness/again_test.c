/* Playing again: what is varied, what is found, and at which entry. */
#include "harness/again.h"
#include "harness/tracks.h"
#include "sim/base/json.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

/* ---- what the workflows see of their surroundings -------------------------------------------- */

static struct seen {
    unsigned char frame;    /* what a frame of a coroutine is made of */
    bool later_is_lower;    /* of two blocks */
    bool stacks_turned;     /* of two coroutines */
    bool heap_turned[32];   /* of two blocks of malloc, by playing */
    unsigned evictions[32]; /* how often the code began, by playing */
    int playing;
} seen;

static __attribute__((noinline)) unsigned char read_frame(void)
{
    volatile unsigned char frame[600];
    volatile unsigned char *at = frame;
    __asm__ volatile("" : "+r"(at) : : "memory");
    return at[100];
}

static const rh_failure *say_where(rh_workflow *wf, void *data, const rh_value **result)
{
    volatile char here = 0;
    (void)wf;
    (void)result;
    *(uintptr_t *)data = (uintptr_t)&here;
    return NULL;
}

static int varied_by; /* what the code lets its surroundings change: 0 nothing */

static const rh_failure *looker(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    char *first = rh_workflow_alloc(wf, 20), *second = rh_workflow_alloc(wf, 20);
    uintptr_t *where = rh_workflow_alloc(wf, 2 * sizeof *where);
    (void)input;
    (void)result;
    seen.evictions[seen.playing]++;
    seen.frame = read_frame();
    char *low = malloc(200), *high = malloc(200);
    seen.heap_turned[seen.playing] = (uintptr_t)low > (uintptr_t)high;
    free(low);
    free(high);
    seen.later_is_lower = second < first;
    rh_future *both[] = {rh_spawn(wf, "one", say_where, &where[0]),
                         rh_spawn(wf, "two", say_where, &where[1])};
    rh_await_all(wf, both, 2, NULL);
    seen.stacks_turned = where[1] > where[0];
    for (int i = 0; i < 3; i++) {
        int64_t number = varied_by == i + 1 ? seen.playing : 0;
        const rh_failure *failed =
            rh_await(wf, rh_activity(wf, "Step", RH_ARGS(rh_integer(number)), &minute), NULL);
        if (failed)
            return failed;
    }
    return NULL;
}

static const rh_workflow_definition workflows[] = {{.name = "Looker", .run = looker}, {0}};
static const rh_module module = {.workflows = workflows};
DEFINE_ENVS(module)

/* ---- playing --------------------------------------------------------------------------------- */

static bool restarts;
static int complains_in = -1; /* the playing that ends with a problem */

static rh_env *create(void *data)
{
    (void)data;
    seen.playing++;
    return rh_env_create(&module);
}

static void play_world(rh_env *env)
{
    rh_mock(env, "Step", .takes = S(1));
    rh_run(env, "Looker", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
}

static void play(rh_env *env, void *data)
{
    (void)data;
    play_world(env);
    if (restarts) {
        rh_env_restart(env);
        play_world(env);
    }
    if (seen.playing == complains_in)
        rh_assert(env, !"all is well");
}

static const rh_again again = {create, play, NULL};

typedef struct first_playing {
    rh_env *env;
    rh_track *track;
} first_playing;

static void add_world(const rh_journal *journal, void *data)
{
    const first_playing *first = data;
    (void)journal;
    rh_track_add(first->track, first->env);
}

static void assert_same(const char *differs)
{
    if (differs)
        fail_msg("%s", differs);
}

/* The first playing, as a trial makes it. */
static rh_track play_first(rh_arena *arena)
{
    rh_track track = rh_track_begin(arena);
    seen = (struct seen){.playing = 0};
    first_playing first = {rh_env_create(&module), &track};
    rh_env_set_world_over(first.env, add_world, &first);
    play(first.env, NULL);
    track.problems = rh_env_finish(first.env);
    rh_track_add(&track, first.env);
    rh_env_destroy(first.env);
    return track;
}

static const char *play_all(rh_env *env, rh_again_wish wish)
{
    rh_track first = play_first(&env->arena);
    return rh_play_again(&env->arena, &again, &wish, &first);
}

/* ---- other surroundings ---------------------------------------------------------------------- */

static void surroundings_are_other_ones(void **state)
{
    rh_env *env = *state;
    rh_track first = play_first(&env->arena);
    struct seen before = seen;
    assert_false(before.later_is_lower);
    assert_int_equal(before.frame, 0);
    assert_same(rh_play_again(&env->arena, &again, &(rh_again_wish){.determinism = true}, &first));
    assert_int_equal(seen.playing, 2);
    assert_true(seen.later_is_lower);
    assert_int_equal(seen.frame, 0xa5);
    assert_int_equal(seen.stacks_turned, !before.stacks_turned);
#if !defined(__SANITIZE_ADDRESS__) /* which has an allocator of its own */
    assert_int_equal(seen.heap_turned[1], !seen.heap_turned[2]);
#endif
}

static void the_first_entry_that_differs_is_named(void **state)
{
    static const struct {
        int varied_by;
        const char *event;
    } rows[] = {{1, "event 5, ACTIVITY_TASK_SCHEDULED Step[1] [1]"},
                {2, "event 11, ACTIVITY_TASK_SCHEDULED Step[1] [1]"},
                {3, "event 17, ACTIVITY_TASK_SCHEDULED Step[1] [1]"}};
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        varied_by = rows[i].varied_by;
        const char *differs = play_all(env, (rh_again_wish){.determinism = true});
        varied_by = 0;
        assert_non_null(differs);
        assert_contains(differs,
                        "not deterministic: it goes another way when it is played again\n");
        assert_contains(differs, rh_format(&env->arena, "  then   %s\n", rows[i].event));
        assert_contains(differs, " [0]\n         by ");
        assert_contains(differs, "suites/harness/again_test.c:");
        assert_contains(differs, ", coroutine 'main'\n");
        assert_contains(differs, "WORKFLOW_TASK_COMPLETED\n  first");
    }
}

static void how_a_test_ends_counts_too(void **state)
{
    rh_env *env = *state;
    complains_in = 2;
    const char *differs = play_all(env, (rh_again_wish){.determinism = true});
    complains_in = -1;
    assert_non_null(differs);
    assert_contains(differs, "\n  first  0 problems of the test\n  then   1\n");
}

/* ---- lost workers ---------------------------------------------------------------------------- */

/* Four tasks: three losses alone, and one playing that loses it before each. */
static void the_worker_is_lost_before_each_task(void **state)
{
    rh_env *env = *state;
    assert_same(play_all(env, (rh_again_wish){.lose_worker = true}));
    assert_int_equal(seen.playing, 4);
    assert_int_equal(seen.evictions[0], 1);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(seen.evictions[i], 2);
    assert_int_equal(seen.evictions[4], 4);
}

static void tasks_are_counted_over_all_worlds_of_a_test(void **state)
{
    rh_env *env = *state;
    restarts = true;
    rh_track first = play_first(&env->arena);
    assert_int_equal(first.tasks, 8);
    varied_by = 2; /* differs in the first world already */
    const char *differs =
        rh_play_again(&env->arena, &again, &(rh_again_wish){.lose_worker = true}, &first);
    varied_by = 0;
    assert_non_null(differs);
    assert_contains(differs, "does not survive the loss of its worker before workflow task 2 of 8");
    assert_same(play_all(env, (rh_again_wish){.lose_worker = true}));
    restarts = false;
    assert_int_equal(seen.playing, 8); /* seven alone, and all */
}

/* ---- tracks ---------------------------------------------------------------------------------- */

static void tracks_survive_being_written(void **state)
{
    rh_env *env = *state;
    rh_track track = play_first(&env->arena);
    track.problems = 3;
    rh_text text = rh_text_in(&env->arena);
    const rh_test_result results[] = {
        {.module = "m", .name = "one \"two\"", .evidence = {.track = &track}},
        {.module = "m", .name = "gone", .verdict = RH_CRASHED_TEST},
    };
    rh_tracks_begin(&text);
    rh_tracks_add(&text, &results[0]);
    rh_tracks_add(&text, &results[1]);

    rh_error error;
    rh_tracks read;
    const char *lines = rh_text_string(&text);
    assert_int_equal(rh_tracks_read(&env->arena, lines, text.length, &read, &error), 0);
    assert_int_equal(read.count, 2);
    const rh_told_track *one = rh_tracks_find(&read, "m", "one \"two\"", 0);
    assert_non_null(one);
    assert_null(rh_tracks_find(&read, "n", "one \"two\"", 0));
    assert_null(rh_tracks_find(&read, "m", "one \"two\"", 1));
    assert_null(rh_tracks_find(NULL, "m", "gone", 0));
    assert_int_equal(one->track.problems, 3);
    assert_int_equal(one->track.tasks, 4);
    assert_null(rh_told_track_differs(&env->arena, &track, one));

    const rh_told_track *gone = rh_tracks_find(&read, "m", "gone", 0);
    assert_string_equal(rh_told_track_differs(&env->arena, &track, gone),
                        "not deterministic: in other surroundings the test crashed");

    track.hashes[track.count - 1] ^= 1;
    assert_contains(rh_told_track_differs(&env->arena, &track, one),
                    "(they differ in what is not shown, such as the time)");
    track.count--;
    assert_contains(rh_told_track_differs(&env->arena, &track, one), "  first  nothing more\n");
}

static void bad_tracks_are_refused(void **state)
{
    static const char *const cases[] = {"", "{}", "{\"schema\":1,\"kind\":\"tracks\"}\n{"};
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_error error = {.message = ""};
        rh_tracks tracks;
        assert_int_equal(rh_tracks_read(&env->arena, cases[i], strlen(cases[i]), &tracks, &error),
                         -1);
        assert_string_equal(error.file, "tracks");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(surroundings_are_other_ones),
        PLAYED(the_first_entry_that_differs_is_named),
        PLAYED(how_a_test_ends_counts_too),
        PLAYED(the_worker_is_lost_before_each_task),
        PLAYED(tasks_are_counted_over_all_worlds_of_a_test),
        PLAYED(tracks_survive_being_written),
        PLAYED(bad_tracks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
