/* Checks what a scenario expects, by the assertions that C tests use, and a few of its own. */
#include "harness/env_state.h"
#include "harness/scenario_check_file.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/failure.h"

typedef struct check {
    rh_env *env;
    const rh_scenario *scenario;
    const rh_expectation *expectation;
    rh_text message;
} check;

/* ---- failures -------------------------------------------------------------------------------- */

static bool failure_fits(const rh_expectation *expected, const rh_failure *failure)
{
    if (expected->failure.has_kind && failure->kind != expected->failure.kind)
        return false;
    if (expected->failure.type && strcmp(failure->type, expected->failure.type) != 0)
        return false;
    if (expected->failure.message && !strstr(failure->message, expected->failure.message))
        return false;
    return !expected->failure.details || rh_match(expected->failure.details, failure->details);
}

static void describe_expected_failure(rh_text *text, const rh_expectation *expected)
{
    rh_text_puts(text, "expected a failure");
    if (expected->failure.has_kind)
        rh_text_printf(text, " of kind %s", rh_failure_kind_name(expected->failure.kind));
    if (expected->failure.type)
        rh_text_printf(text, " of type '%s'", expected->failure.type);
    if (expected->failure.message)
        rh_text_printf(text, " with '%s' in its message", expected->failure.message);
    if (expected->failure.details)
        rh_text_puts(text, " with these details");
}

/* Kind, type, message and details are those of one failure in the chain. */
static bool check_failure(check *c)
{
    const rh_expectation *expected = c->expectation;
    const rh_failure *failure = rh_failure_of(c->env);
    bool is_single = expected->failure.has_kind || expected->failure.type ||
                     expected->failure.message || expected->failure.details;
    while (is_single && failure && !failure_fits(expected, failure))
        failure = failure->cause;
    if (!is_single || failure)
        return true;
    describe_expected_failure(&c->message, expected);
    failure = rh_failure_of(c->env);
    rh_text_puts(&c->message, failure ? "; found\n  " : "; the run has none");
    if (failure)
        rh_failure_write(&c->message, failure);
    for (; failure && expected->failure.details; failure = failure->cause)
        if (failure->details) {
            rh_text_puts(&c->message, "\n");
            rh_value_diff(&c->message, expected->failure.details, failure->details, "  ", 8);
            break;
        }
    return false;
}

/* ---- masked failures ------------------------------------------------------------------------- */

static bool fails_call(const rh_entry *entry)
{
    return entry->kind == RH_ENTRY_ACTIVITY_FAILED || entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT;
}

static bool is_listed(const rh_expectation *expected, const rh_call *call)
{
    for (size_t i = 0; i < expected->count; i++)
        if (rh_call_matches(call, expected->texts[i]))
            return true;
    return false;
}

static bool is_masked(const rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->count; i++)
        if (fails_call(&journal->entries[i]) && rh_env_is_of_run(env, &journal->entries[i]) &&
            rh_call_matches(rh_env_call(env, &journal->entries[i]), path))
            return true;
    return false;
}

/* A call failed for good, and its run succeeded all the same. */
static bool check_masked(check *c)
{
    const rh_expectation *expected = c->expectation;
    const rh_journal *journal = &c->env->world.journal;
    rh_status status = rh_status_of(c->env);
    if (status != RH_SUCCEEDED && !expected->count)
        return true;
    if (status != RH_SUCCEEDED) {
        rh_text_printf(&c->message, "expected a run that gets over failures, but its status is %s",
                       rh_status_name(status));
        return false;
    }
    for (size_t i = 0; i < expected->count; i++) {
        if (!rh_env_knows(c->env, expected->texts[i], &c->message))
            return false;
        if (!is_masked(c->env, expected->texts[i]))
            rh_text_printf(&c->message, "%sexpected that %s fails for good, but it did not",
                           c->message.length ? "\n" : "", expected->texts[i]);
    }
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (!fails_call(entry) || !rh_env_is_of_run(c->env, entry) ||
            is_listed(expected, rh_env_call(c->env, entry)))
            continue;
        rh_text_printf(&c->message, "%sthe run succeeded although ", c->message.length ? "\n" : "");
        rh_call_path(&c->message, rh_env_call(c->env, entry));
        rh_text_puts(&c->message, " failed for good; if that is right, list it under 'masked:'");
    }
    return c->message.length == 0;
}

/* ---- effects and log lines ------------------------------------------------------------------- */

static bool check_no_effects(check *c)
{
    const rh_journal *journal = &c->env->world.journal;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_EFFECT)
            rh_text_printf(&c->message, "%s%s %s",
                           c->message.length ? ", " : "expected no effects; there are ",
                           journal->entries[i].name->text, journal->entries[i].text);
    return c->message.length == 0;
}

static void offer_effects(const rh_env *env, rh_nearest *nearest)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_EFFECT ||
            journal->entries[i].kind == RH_ENTRY_EFFECT_SKIPPED)
            rh_nearest_offer(nearest, journal->entries[i].name->text);
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++) {
            const rh_mock_record *mock = env->layers[layer].mocks[i];
            for (size_t j = 0; j < mock->answer_count; j++)
                for (size_t k = 0; k < mock->answers[j].effect_count; k++)
                    rh_nearest_offer(nearest, mock->answers[j].effects[k].kind
                                                  ? mock->answers[j].effects[k].kind
                                                  : mock->type);
        }
}

/* "It never happens" of an effect that nobody knows would hold for ever. */
static bool effect_is_known(check *c)
{
    char hint[128];
    const char *kind = c->expectation->text;
    rh_nearest nearest = rh_nearest_begin(kind);
    offer_effects(c->env, &nearest);
    if (c->scenario->play_count)
        rh_catalog_offer_effects(c->scenario->plays[0].definition->settings->catalog, &nearest);
    if (nearest.best && !strcmp(nearest.best, kind))
        return true;
    rh_text_printf(&c->message, "unknown effect '%s': no mock%s has it%s", kind,
                   c->scenario->play_count ? ", action or command" : "",
                   rh_nearest_hint(&nearest, hint, sizeof hint));
    return false;
}

static bool check_no_log(check *c)
{
    const rh_journal *journal = &c->env->world.journal;
    bool warning = c->expectation->kind == RH_EXPECT_WARNING;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (rh_env_is_of_run(c->env, entry) &&
            (entry->kind == RH_ENTRY_WARNING || (!warning && entry->kind == RH_ENTRY_LOG)))
            rh_text_printf(&c->message, "%s\n  %s",
                           c->message.length ? ""
                           : warning         ? "expected no warnings; there are"
                                             : "expected no log lines; there are",
                           entry->text);
    }
    return c->message.length == 0;
}

/* ---- triggers -------------------------------------------------------------------------------- */

static bool check_triggered(check *c)
{
    bool expected = c->expectation->is_so;
    const char *why = c->scenario->plays[0].not_started;
    if (expected == !why)
        return true;
    rh_text_printf(&c->message, "expected that the event %s the workflow, but it does%s",
                   expected ? "starts" : "does not start", expected ? " not: " : "");
    rh_text_puts(&c->message, expected ? why : "");
    return false;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* What this file checks itself; true if it holds or is left to an assertion. */
static bool check_own(check *c)
{
    const rh_expectation *expected = c->expectation;
    bool of_file = c->scenario->play_count > 0;
    if (expected->kind == RH_EXPECT_TRIGGERED)
        return check_triggered(c);
    if (of_file && (expected->kind >= RH_EXPECT_MASKED))
        return rh_file_run_check(c->env, expected, &c->message);
    switch (expected->kind) {
    case RH_EXPECT_FAILURE:
        return check_failure(c);
    case RH_EXPECT_MASKED:
        return check_masked(c);
    case RH_EXPECT_EFFECTS:
        return expected->text ? effect_is_known(c) : check_no_effects(c);
    case RH_EXPECT_LOG:
    case RH_EXPECT_WARNING:
        return expected->text || check_no_log(c);
    default:
        return true;
    }
}

static void check_by_assertion(rh_env *env, const rh_expectation *e, const char *file, int line)
{
    switch (e->kind) {
    case RH_EXPECT_STATUS:
        rh_assert_status_at(env, file, line, e->status);
        break;
    case RH_EXPECT_RESULT:
        rh_assert_result_at(env, file, line, e->pattern);
        break;
    case RH_EXPECT_FAILURE:
        if (e->failure.text)
            rh_assert_failure_text_at(env, file, line, e->failure.text);
        break;
    case RH_EXPECT_DURATION:
        rh_assert_duration_at(env, file, line, e->least, e->most);
        break;
    case RH_EXPECT_CALLS:
        rh_assert_calls_at(env, file, line, e->text, e->count);
        break;
    case RH_EXPECT_ATTEMPTS:
        rh_assert_attempts_at(env, file, line, e->text, e->count);
        break;
    case RH_EXPECT_HEARTBEATS:
        rh_assert_heartbeats_at(env, file, line, e->text, e->count);
        break;
    case RH_EXPECT_STARTS:
        rh_assert_starts_at(env, file, line, e->text, e->times, e->count);
        break;
    case RH_EXPECT_ORDER:
        rh_assert_order_at(env, file, line, e->texts);
        break;
    case RH_EXPECT_ARGS:
        rh_assert_args_at(env, file, line, e->text, e->pattern);
        break;
    case RH_EXPECT_LOG:
    case RH_EXPECT_WARNING:
        if (e->text)
            rh_assert_log_at(env, file, line, e->kind == RH_EXPECT_WARNING, e->text);
        break;
    case RH_EXPECT_EFFECTS:
        if (e->text)
            rh_assert_effects_at(env, file, line, e->text, e->key, e->count);
        break;
    case RH_EXPECT_NOTHING_LEFT:
        rh_assert_nothing_left_at(env, file, line);
        break;
    case RH_EXPECT_STUCK:
        rh_assert_stuck_at(env, file, line, e->text);
        break;
    default:
        break;
    }
}

/* Which step is to be blamed, should the expectation not hold: only what a run or a call came to
 * can be a step's fault. */
static rh_place blame(const check *c)
{
    switch (c->expectation->kind) {
    case RH_EXPECT_STATUS:
    case RH_EXPECT_CONCLUSION:
    case RH_EXPECT_CONCLUSIONS:
    case RH_EXPECT_OUTCOMES:
    case RH_EXPECT_SKIPPED:
    case RH_EXPECT_OUTPUTS:
    case RH_EXPECT_EXIT_CODES:
    case RH_EXPECT_EFFECTS:
    case RH_EXPECT_MASKED:
        break;
    default:
        return (rh_place){0};
    }
    if (!c->scenario->play_count || !rh_env_run(c->env))
        return (rh_place){0};
    rh_file_run run = rh_file_run_of(c->env, c->message.arena);
    bool has_path = c->expectation->kind >= RH_EXPECT_CONCLUSIONS;
    rh_place place = rh_file_run_blame(&run, has_path ? c->expectation->text : NULL);
    return place.file ? place : rh_file_run_blame(&run, NULL);
}

void rh_scenario_check_one(rh_env *env, const rh_scenario *scenario,
                           const rh_expectation *expectation)
{
    volatile bool good = false;
    rh_place place = expectation->place;
    env->place = place;
    rh_look_at(env, expectation->run ? expectation->run : scenario->rerun_id);
    RH_ENTER(env, frame);
    if (!stopped) {
        check c = {env, scenario, expectation, rh_text_in(&env->arena)};
        env->blame = blame(&c);
        good = check_own(&c);
        if (!good)
            rh_env_complain(env, false, place.file, place.line, rh_text_string(&c.message));
    }
    rh_env_leave(env, &frame);
    if (good)
        check_by_assertion(env, expectation, place.file, place.line);
    env->blame = (rh_place){0};
}

/* A rehearsal that could not go on says so itself; what it came to means nothing. */
void rh_scenario_check(rh_env *env, const rh_scenario *scenario)
{
    for (size_t i = 0; i < env->problems.count; i++)
        if (env->problems.items[i].is_error)
            return;
    for (size_t i = 0; i < scenario->expectation_count; i++)
        rh_scenario_check_one(env, scenario, scenario->expectations[i]);
    rh_look_at(env, NULL);
    env->place = scenario->place;
}
