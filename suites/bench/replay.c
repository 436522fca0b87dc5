/* What it costs to replay: a recorded history, and a test whose worker is lost before each of its
 * workflow tasks. */
#include <stdlib.h>

#include "harness/again.h"
#include "harness/replay.h"
#include "reports/history.h"
#include "suites/bench/bench.h"

enum { ROUNDS = 9 };

static int64_t scaled(int64_t count)
{
    int64_t rounds = (int64_t)((double)count * bench_effort);
    return rounds > 0 ? rounds : 1;
}

static rh_env *create(void *data)
{
    return rh_env_create(data);
}

static void play(rh_env *env, void *data)
{
    const rh_workflow_definition *definition = ((const rh_module *)data)->workflows;
    definition->given(env);
    rh_run(env, definition->name, rh_env_json(env, definition->input));
}

/* ---- histories ------------------------------------------------------------------------------- */

typedef struct subject {
    const char *json;
    size_t length;
    const rh_recording *recording;
    const rh_workflow_definition *definition;
} subject;

static const rh_recording *read_history(rh_arena *arena, const subject *s)
{
    rh_error error;
    const rh_recording *recording =
        rh_recording_read(arena, s->json, s->length, "history.json", &error);
    if (!recording)
        abort();
    return recording;
}

static void replay(rh_arena *arena, const subject *s)
{
    rh_error error;
    rh_replay_result result;
    if (rh_replay(arena, s->recording, s->definition, &(rh_replay_options){.strict = true}, &result,
                  &error) != 0 ||
        !result.is_same)
        abort();
}

static subject record_history(rh_arena *arena, rh_env *env,
                              const rh_workflow_definition *definition)
{
    rh_text text = rh_text_in(arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    subject s = {rh_text_string(&text), text.length, NULL, definition};
    s.recording = read_history(arena, &s);
    rh_env_destroy(env);
    return s;
}

static void measure(const subject *s, int64_t count, double reads[ROUNDS], double replays[ROUNDS])
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < count; i++) {
            rh_arena_reset(&arena);
            read_history(&arena, s);
        }
        reads[round] = (double)(bench_now() - start) / (double)count;
        start = bench_now();
        for (int64_t i = 0; i < count; i++) {
            rh_arena_reset(&arena);
            replay(&arena, s);
        }
        replays[round] = (double)(bench_now() - start) / (double)count;
    }
    rh_arena_free(&arena);
}

static void bench_release(const rh_module *release)
{
    if (!bench_wants("replay_release_ns"))
        return;
    rh_arena arena;
    double reads[ROUNDS], replays[ROUNDS];
    rh_arena_init(&arena, NULL, NULL);
    rh_env *env = create((void *)(uintptr_t)release);
    play(env, (void *)(uintptr_t)release);
    subject s = record_history(&arena, env, &release->workflows[0]);
    measure(&s, scaled(2000), reads, replays);
    bench_record("replay_release_ns", "ns/history", replays, ROUNDS);
    rh_arena_free(&arena);
}

/* 500 activities in parallel: what one event costs in a longer history. */
static void bench_events(void)
{
    if (!bench_wants("history_read_event_ns") && !bench_wants("replay_event_ns"))
        return;
    rh_arena arena;
    double reads[ROUNDS], replays[ROUNDS];
    rh_arena_init(&arena, NULL, NULL);
    rh_env *env = rh_env_create(&bench_module);
    rh_mock(env, "Work", .takes = RH_SECONDS(1), .takes_at_most = RH_SECONDS(60));
    rh_run(env, "Parallel", rh_integer(500));
    subject s = record_history(&arena, env, &bench_module.workflows[0]);
    measure(&s, scaled(100), reads, replays);
    for (int round = 0; round < ROUNDS; round++) {
        reads[round] /= (double)s.recording->count;
        replays[round] /= (double)s.recording->count;
    }
    bench_record("history_read_event_ns", "ns/event", reads, ROUNDS);
    bench_record("replay_event_ns", "ns/event", replays, ROUNDS);
    rh_arena_free(&arena);
}

/* ---- lost workers ---------------------------------------------------------------------------- */

static void bench_sweep(const rh_module *release)
{
    if (!bench_wants("worker_loss_sweep_release_ms"))
        return;
    const rh_again again = {create, play, (void *)(uintptr_t)release};
    rh_arena arena;
    double rounds[ROUNDS];
    int64_t count = scaled(100);
    rh_arena_init(&arena, NULL, NULL);
    rh_track first = rh_track_begin(&arena);
    rh_env *env = create(again.data);
    play(env, again.data);
    first.problems = rh_env_finish(env);
    rh_track_add(&first, env);
    rh_env_destroy(env);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < count; i++)
            if (rh_play_again(&arena, &again, &(rh_again_wish){.lose_worker = true}, &first))
                abort();
        rounds[round] = (double)(bench_now() - start) / (double)count / 1e6;
    }
    bench_record("worker_loss_sweep_release_ms", "ms", rounds, ROUNDS);
    rh_arena_free(&arena);
}

void bench_replays(const rh_module *release)
{
    bench_release(release);
    bench_events();
    bench_sweep(release);
}
