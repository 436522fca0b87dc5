#include "harness/trial.h"

#include "harness/tracks.h"
#include "sim/base/json.h"

/* The problem that names the test's failure: the first that stopped a rehearsal, else the first. */
static const rh_problem *leading_problem(const rh_env *env)
{
    size_t count = rh_env_problem_count(env);
    for (size_t i = 0; i < count; i++)
        if (rh_env_problem(env, i)->is_error)
            return rh_env_problem(env, i);
    return count ? rh_env_problem(env, 0) : NULL;
}

static void describe_problem(rh_arena *arena, const rh_problem *problem, rh_test_result *result)
{
    result->verdict = problem->is_error ? RH_ERROR_TEST : RH_FAILED_TEST;
    result->message = rh_arena_text(arena, problem->message, strcspn(problem->message, "\n"));
    /* A reviewer is to be shown the step that failed, not the line that expected otherwise. */
    if (problem->blame.file) {
        result->file = rh_arena_string(arena, problem->blame.file);
        result->line = problem->blame.line;
    } else if (problem->file) {
        result->file = rh_arena_string(arena, problem->file);
        result->line = problem->line;
    }
}

/* A test may play several worlds; what they rehearse counts together. */
typedef struct playing {
    const rh_trial *trial;
    rh_arena *arena;
    rh_evidence *evidence;
    rh_env *env;
    rh_track *track; /* NULL: not wanted */
} playing;

static void world_is_over(const rh_journal *journal, void *data)
{
    const playing *p = data;
    const rh_evidence_wish *wish = p->trial->evidence;
    if (wish)
        rh_evidence_add(p->arena, wish, journal, p->evidence);
    if (p->track)
        rh_track_add(p->track, p->env);
}

static void use_profile(rh_env *env, const rh_profile_text *profile)
{
    rh_error error;
    char buffer[sizeof error];
    if (rh_env_read_profile(env, profile->text, profile->length, profile->name, &error) != 0)
        rh_assert_at(env, NULL, 0, false, rh_error_text(&error, buffer, sizeof buffer));
}

static rh_env *create(void *data)
{
    const rh_trial *trial = data;
    rh_env *env = rh_env_create(trial->test->definitions);
    if (!env)
        return NULL;
    rh_env_set_describe(env, trial->describe);
    if (trial->catalog)
        rh_env_set_catalog(env, trial->catalog);
    if (trial->world)
        rh_set_world(env, trial->world);
    if (trial->profile)
        use_profile(env, trial->profile);
    return env;
}

static void play(rh_env *env, void *data)
{
    const rh_trial *trial = data;
    trial->test->run(env, trial->test->data);
}

static bool wants_again(const rh_trial *trial)
{
    return trial->again.lose_worker || trial->again.determinism || trial->elsewhere;
}

/* What is not well already is not played again. */
static void play_again(rh_arena *arena, const rh_trial *trial, const rh_track *track,
                       rh_test_result *result)
{
    if (!wants_again(trial) || result->verdict != RH_PASSED)
        return;
    const rh_again again = {create, play, (void *)(uintptr_t)trial};
    const char *differs = rh_play_again(arena, &again, &trial->again, track);
    if (!differs && trial->elsewhere)
        differs = rh_told_track_differs(arena, track, trial->elsewhere);
    if (!differs)
        return;
    result->verdict = RH_FAILED_TEST;
    result->message = rh_arena_text(arena, differs, strcspn(differs, "\n"));
    result->report = differs;
}

void rh_trial_run(rh_arena *arena, const rh_trial *trial, rh_test_result *result)
{
    result->file = trial->test->file;
    result->line = trial->test->line;
    result->message = result->report = "";

    rh_env *env = create((void *)(uintptr_t)trial);
    if (!env) {
        result->verdict = RH_ERROR_TEST;
        result->message = "out of memory";
        return;
    }
    bool tracks = wants_again(trial) || (trial->evidence && trial->evidence->track);
    rh_track *track = tracks ? RH_NEW(arena, rh_track) : NULL;
    if (track)
        *track = rh_track_begin(arena);
    playing p = {trial, arena, &result->evidence, env, track};
    rh_env_set_world_over(env, world_is_over, &p);
    play(env, (void *)(uintptr_t)trial);
    size_t problems = rh_env_finish(env);

    result->verdict = RH_PASSED;
    const rh_problem *problem = leading_problem(env);
    if (problem) {
        describe_problem(arena, problem, result);
    } else if (problems) {
        result->verdict = RH_ERROR_TEST; /* no memory was left to record why */
        result->message = "out of memory";
    }
    result->report = rh_arena_string(arena, rh_env_report(env));
    result->virtual_ns = rh_env_virtual_time(env);
    result->runs = rh_env_runs_started(env);
    result->seed = rh_env_journal(env)->seed;
    if (trial->test->tell)
        result->told = trial->test->tell(arena, env, trial->test->data);
    if (track) {
        track->problems = problems;
        rh_track_add(track, env);
        result->evidence.track = trial->evidence && trial->evidence->track ? track : NULL;
    }
    if (trial->evidence)
        rh_evidence_take(arena, trial->evidence, rh_env_journal(env), result->verdict == RH_PASSED,
                         &result->evidence);
    rh_env_destroy(env);
    play_again(arena, trial, track, result);
}

static void write_text(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, ",\"%s\":", key);
    if (value)
        rh_json_write_string(text, value, strlen(value));
    else
        rh_text_puts(text, "null");
}

void rh_trial_write(rh_text *text, const rh_test_result *result)
{
    /* As a signed number: JSON integers are int64. */
    rh_text_printf(text, "{\"verdict\":%d,\"virtual_ns\":%jd,\"runs\":%jd,\"seed\":%jd,\"line\":%d",
                   (int)result->verdict, (intmax_t)result->virtual_ns, (intmax_t)result->runs,
                   (intmax_t)result->seed, result->line);
    write_text(text, "file", result->file);
    write_text(text, "message", result->message);
    write_text(text, "told", result->told);
    write_text(text, "report", result->report);
    rh_evidence_write(text, &result->evidence);
    rh_text_puts(text, "}\n");
    if (result->evidence.journal)
        rh_text_add(text, result->evidence.journal, result->evidence.journal_length);
}

static const char *text_field(rh_arena *arena, const rh_value *object, const char *key)
{
    return rh_arena_string(arena, rh_text_of(rh_get(object, key)));
}

int rh_trial_read(rh_arena *arena, const char *json, size_t length, rh_test_result *result,
                  rh_error *error)
{
    /* One line of JSON, then the journal as it is. */
    const char *end = memchr(json, '\n', length);
    size_t line = end ? (size_t)(end - json) + 1 : length;
    const rh_value *object = rh_json_read(arena, json, line, NULL, error);
    if (!object)
        return -1;
    int64_t verdict = rh_integer_of(rh_get(object, "verdict"));
    if (!rh_get(object, "report") || verdict < RH_PASSED || verdict > RH_SKIPPED_TEST)
        return rh_error_set(error, NULL, 0, 0, "not the result of a test");
    rh_evidence_read(arena, object, &result->evidence);
    if (result->evidence.journal_length != length - line)
        return rh_error_set(error, NULL, 0, 0, "not the whole result of a test");
    if (rh_get(object, "journal_length"))
        result->evidence.journal = json + line;
    result->verdict = (rh_verdict)verdict;
    result->virtual_ns = rh_integer_of(rh_get(object, "virtual_ns"));
    result->runs = (uint64_t)rh_integer_of(rh_get(object, "runs"));
    result->seed = (uint64_t)rh_integer_of(rh_get(object, "seed"));
    result->line = (int)rh_integer_of(rh_get(object, "line"));
    result->file = rh_get(object, "file") ? text_field(arena, object, "file") : NULL;
    result->message = text_field(arena, object, "message");
    if (rh_kind_of(rh_get(object, "told")) == RH_STRING)
        result->told = text_field(arena, object, "told");
    result->report = text_field(arena, object, "report");
    return 0;
}
