/* The stage of an env: asks the mocks layer by layer, lets faults strike, and says what is wrong
 * when nobody answers. */
#include "harness/env_state.h"
#include "harness/rerun.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/call.h"

/* ---- declaring ------------------------------------------------------------------------------- */

void rh_add_mock(rh_env *env, rh_layer layer, const rh_mock_options *options)
{
    rh_arena *arena = &env->arena;
    rh_mock_layer *list = &env->layers[layer];
    RH_ENTER(env, frame);
    if (!stopped) {
        rh_text message = rh_text_in(arena);
        rh_mock_record *mock = RH_NEW(arena, rh_mock_record);
        rh_text_printf(&message, "mock '%s': ", options->type ? options->type : "");
        if (rh_mock_compile(arena, &env->catalog, options, mock, &message)) {
            list->mocks = rh_arena_reserve(arena, list->mocks, sizeof *list->mocks, list->count + 1,
                                           &list->capacity);
            mock->place = env->place;
            list->mocks[list->count++] = mock;
        } else {
            rh_env_complain(env, true, options->file, options->line, rh_text_string(&message));
        }
    }
    rh_env_leave(env, &frame);
}

/* ---- nobody answers -------------------------------------------------------------------------- */

static void describe_call(rh_text *text, const rh_attempt_view *attempt)
{
    rh_call_path(text, attempt->call);
    rh_text_printf(text, "@%d", (int)attempt->attempt);
}

static void describe_args(rh_text *text, const rh_value *args)
{
    rh_text_puts(text, "\n  arguments: ");
    rh_json_write(text, args, RH_JSON_COMPACT);
}

static void describe_mismatch(rh_text *text, const rh_mock_record *mock,
                              const rh_attempt_view *attempt, rh_mismatch mismatch)
{
    rh_text_printf(text, "\n  nearest mock, at %s:%d, ", mock->file ? mock->file : "?", mock->line);
    switch (mismatch) {
    case RH_OTHER_CALL:
        rh_text_printf(text, "answers %s only", mock->name);
        break;
    case RH_OTHER_ARGS:
        rh_text_puts(text, "expects other arguments:\n");
        rh_value_diff(text, mock->args, attempt->call->args, "    ", 8);
        break;
    case RH_OTHER_ATTEMPT:
        rh_text_printf(text, "answers attempt %d only", (int)mock->attempt);
        break;
    case RH_OTHER_NTH:
        rh_text_printf(text, "answers call %d of this type only; this is call %u", (int)mock->nth,
                       attempt->call->nth);
        break;
    case RH_OTHER_QUEUE:
        rh_text_printf(text, "answers on task queue '%s' only; this is '%s'", mock->task_queue,
                       attempt->call->task_queue->text);
        break;
    case RH_USED_UP:
        rh_text_printf(text, "is used up: it has answered %d attempt%s, as it should",
                       (int)mock->used, mock->used == 1 ? "" : "s");
        break;
    case RH_MATCHES:
    case RH_OTHER_TYPE:
        break;
    }
}

static const rh_mock_record *nearest_mock(const rh_env *env, const rh_attempt_view *attempt,
                                          rh_mismatch *mismatch)
{
    const rh_mock_record *best = NULL;
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++) {
            const rh_mock_record *mock = env->layers[layer].mocks[i];
            rh_mismatch why = rh_mock_match(mock, attempt);
            if (why == RH_OTHER_TYPE || (best && why <= *mismatch))
                continue;
            best = mock;
            *mismatch = why;
        }
    return best;
}

void rh_mocks_offer(const rh_env *env, rh_nearest *nearest)
{
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++)
            rh_nearest_offer(nearest, env->layers[layer].mocks[i]->type);
}

static _Noreturn void refuse(rh_env *env, const char *file, int line, rh_text *text)
{
    rh_env_complain(env, true, file, line, rh_text_string(text));
    rh_text brief = rh_text_in(&env->world.arena);
    const char *message = env->problems.items[env->problems.count - 1].message;
    rh_text_add(&brief, message, strcspn(message, "\n"));
    rh_world_stop(&env->world, RH_STOP_STAGE, "%s", rh_text_string(&brief));
}

_Noreturn void rh_mocks_refuse(rh_env *env, rh_text *text, const rh_value *args)
{
    describe_args(text, args);
    refuse(env, NULL, 0, text);
}

static _Noreturn void nobody_answers(rh_env *env, const rh_attempt_view *attempt)
{
    char hint[128];
    rh_text text = rh_text_in(&env->arena);
    rh_mismatch mismatch = RH_OTHER_TYPE;
    const rh_mock_record *mock = nearest_mock(env, attempt, &mismatch);
    rh_text_puts(&text, "no mock answers ");
    describe_call(&text, attempt);
    if (mock) {
        describe_args(&text, attempt->call->args);
        describe_mismatch(&text, mock, attempt, mismatch);
    } else {
        rh_nearest nearest = rh_nearest_begin(attempt->call->type->text);
        rh_mocks_offer(env, &nearest);
        rh_text_printf(&text, ": unknown activity '%s'%s", attempt->call->type->text,
                       rh_nearest_hint(&nearest, hint, sizeof hint));
        describe_args(&text, attempt->call->args);
    }
    refuse(env, NULL, 0, &text);
}

static _Noreturn void violated(rh_env *env, const rh_mock_record *mock,
                               const rh_attempt_view *attempt)
{
    rh_text text = rh_text_in(&env->arena);
    rh_text_printf(&text, "mock '%s' must never be called, but ", mock->name);
    env->place = mock->place;
    describe_call(&text, attempt);
    rh_text_puts(&text, " was");
    describe_args(&text, attempt->call->args);
    refuse(env, mock->file, mock->line, &text);
}

/* ---- answering ------------------------------------------------------------------------------- */

static rh_mock_record *find_mock(rh_env *env, const rh_attempt_view *attempt)
{
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++) {
        const rh_mock_layer *list = &env->layers[layer];
        for (size_t i = 0; i < list->count; i++)
            if (rh_mock_match(list->mocks[i], attempt) == RH_MATCHES)
                return list->mocks[i];
    }
    return NULL;
}

rh_start_cause rh_mocks_start_child(rh_env *env, const rh_name *type, const rh_value *input,
                                    bool *is_mocked)
{
    static const rh_start_cause causes[] = {RH_START_NONE, RH_START_WORKFLOW_ALREADY_EXISTS,
                                            RH_START_NAMESPACE_NOT_FOUND};
    rh_world *world = &env->world;
    *is_mocked = false;
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++)
            *is_mocked = *is_mocked || !strcmp(env->layers[layer].mocks[i]->type, type->text);
    if (!*is_mocked)
        return RH_START_NONE;
    rh_call call = {
        .type = type,
        .args = RH_ARGS(input ? input : rh_null()),
        .number = 1,
        .nth = rh_call_nth(world, type) + 1,
    };
    rh_attempt_view view = {.world = world, .call = &call, .attempt = 1};
    rh_mock_record *mock = find_mock(env, &view);
    if (!mock || !rh_mock_next(mock)->start_failure)
        return RH_START_NONE;
    return causes[rh_mock_use(mock)->start_failure];
}

static rh_attempt_info info_of(rh_env *env, const rh_attempt_view *attempt)
{
    return (rh_attempt_info){
        .env = env,
        .type = attempt->call->type->text,
        .path = rh_call_path_text(&env->world.arena, attempt->call),
        .args = attempt->call->args,
        .attempt = attempt->attempt,
        .now = rh_world_now(&env->world),
        .heartbeat_details = attempt->heartbeat_details,
        .host = attempt->host,
        .workflow_id = attempt->run->workflow_id,
        .task_queue = attempt->call->task_queue->text,
    };
}

const rh_value *rh_attempt_copy(const rh_attempt_info *attempt, const rh_value *value)
{
    return rh_value_copy(&attempt->env->world.arena, value);
}

void *rh_attempt_alloc(const rh_attempt_info *attempt, size_t size)
{
    return rh_arena_zeroed(&attempt->env->world.arena, size);
}

/* What the details of periodic heartbeats need. */
typedef struct details_source {
    rh_env *env;
    rh_details_function *function;
    void *data;
} details_source;

static const rh_value *ask_details(void *data, rh_attempt *attempt, rh_duration elapsed)
{
    const details_source *source = data;
    rh_attempt_view view = rh_attempt_look(attempt);
    rh_attempt_info info = info_of(source->env, &view);
    return rh_value_copy(&source->env->world.arena, source->function(&info, elapsed, source->data));
}

static void fill_details(rh_env *env, const rh_mock_answer *answer, rh_script *script)
{
    details_source *source = RH_NEW(&env->world.arena, details_source);
    *source = (details_source){env, answer->details, answer->data};
    script->heartbeat_details = ask_details;
    script->details_data = source;
}

/* Lets the mock's C function decide. */
static const rh_mock_answer *ask_function(rh_env *env, const rh_mock_record *mock,
                                          const rh_mock_answer *answer,
                                          const rh_attempt_view *attempt)
{
    rh_arena *arena = &env->world.arena;
    rh_answer said = *answer->declared;
    rh_attempt_info info = info_of(env, attempt);
    answer->call(&info, &said, said.data);
    said.call = NULL;
    rh_mock_answer *compiled = RH_NEW(arena, rh_mock_answer);
    rh_text message = rh_text_in(&env->arena);
    rh_text_printf(&message, "the function of mock '%s' ", mock->name);
    if (!rh_mock_compile_answer(arena, &env->catalog, &said, compiled, &message))
        refuse(env, mock->file, mock->line, &message);
    if (!said.heartbeats_count && said.heartbeat_every == answer->declared->heartbeat_every) {
        compiled->script.heartbeats = answer->script.heartbeats;
        compiled->script.heartbeat_count = answer->script.heartbeat_count;
    }
    if (!said.effects_count && !said.no_effect) {
        compiled->effects = answer->effects;
        compiled->effect_count = answer->effect_count;
    }
    return compiled;
}

/* Calls of workflow files know what they do; faults and durations strike them all the same. What
 * has an inside is played, unless the fault leaves nothing of it to play. */
static rh_stage_answer answer_itself(rh_env *env, const rh_attempt_view *view, rh_script *script)
{
    static const rh_mock_answer nothing_said;
    if (view->fallback)
        *script = *view->fallback;
    rh_faults_apply(env, &nothing_said, view, !view->has_inside, script);
    bool is_played = !script->fault || script->end == RH_END_LOSES_HOST ||
                     script->end == RH_END_STOPS_HOST || script->end == RH_END_VANISHES ||
                     script->effects_happen ||
                     (!script->failure && !script->result && script->end == RH_END_ANSWERS);
    return view->has_inside && is_played ? RH_STAGE_DESCEND : RH_STAGE_SCRIPT;
}

/* Which attempt of its file a run is; asked for call after call of one run. */
static int32_t rerun_of(rh_env *env, const rh_run_record *run)
{
    if (env->asked_run != run) {
        env->asked_run = run;
        env->asked_rerun = rh_rerun_attempt(run);
    }
    return env->asked_rerun;
}

static rh_stage_answer start(void *stage, rh_attempt *attempt, rh_script *script)
{
    rh_env *env = stage;
    rh_arena *arena = &env->world.arena;
    rh_attempt_view view = rh_attempt_look(attempt);
    /* What is run once more is called anew, and is a second attempt all the same. */
    if (view.call->about.level != RH_CALL_ACTIVITY)
        view.attempt += rerun_of(env, view.run) - 1;
    rh_mock_record *mock = find_mock(env, &view);
    if (!mock && view.call->about.level != RH_CALL_ACTIVITY)
        return answer_itself(env, &view, script);
    if (!mock)
        nobody_answers(env, &view);
    if (mock->never)
        violated(env, mock, &view);

    const rh_mock_answer *answer = rh_mock_use(mock);
    if (answer->start_failure) {
        rh_text text = rh_text_in(&env->arena);
        rh_text_printf(&text, "mock '%s' says .start_failure, but ", mock->name);
        describe_call(&text, &view);
        rh_text_puts(&text, view.run->child ? " has started: it is a retry" : " is no child");
        refuse(env, mock->file, mock->line, &text);
    }
    if (answer->call)
        answer = ask_function(env, mock, answer, &view);
    rh_mock_fill_script(arena, answer, &view, env->options.seed, script);
    if (answer->details)
        fill_details(env, answer, script);
    rh_faults_apply(env, answer, &view, true, script);
    return RH_STAGE_SCRIPT;
}

const rh_stage rh_mock_stage = {.start = start, .record = rh_env_record};

/* ---- promises -------------------------------------------------------------------------------- */

static void check_mock(rh_env *env, const rh_mock_record *mock, rh_layer layer)
{
    rh_text text = rh_text_in(&env->arena);
    env->place = mock->place;
    int32_t least = mock->times ? mock->times : mock->at_least;
    if (mock->used < least) {
        rh_text_printf(&text, "mock '%s' was to answer %s%d attempt%s, it answered %d", mock->name,
                       mock->times ? "" : "at least ", (int)least, least == 1 ? "" : "s",
                       (int)mock->used);
        rh_env_complain(env, false, mock->file, mock->line, rh_text_string(&text));
    } else if (!mock->used && !mock->never && layer != RH_LAYER_FIXTURE) {
        char hint[128];
        rh_nearest nearest = rh_nearest_begin(mock->type);
        const rh_journal *journal = &env->world.journal;
        bool is_called = false;
        for (size_t i = 0; i < journal->call_count; i++) {
            const rh_call *call = journal->calls[i];
            if (call->parent)
                rh_env_offer_paths(&env->arena, call, &nearest);
            else
                rh_nearest_offer(&nearest, call->type->text);
            is_called = is_called || !strcmp(call->type->text, mock->type) ||
                        rh_call_matches(call, mock->name);
        }
        rh_text_printf(&text, "mock '%s' answered nothing%s", mock->name,
                       is_called ? "; mocks before it took all calls, or none matched"
                                 : rh_nearest_hint(&nearest, hint, sizeof hint));
        if (env->is_strict)
            rh_env_complain(env, true, mock->file, mock->line, rh_text_string(&text));
        else
            rh_env_warn(env, mock->file, mock->line, rh_text_string(&text));
    }
}

void rh_mocks_check(rh_env *env)
{
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++)
            check_mock(env, env->layers[layer].mocks[i], (rh_layer)layer);
    if (env->has_played && env->world.stop == RH_STOP_NONE)
        rh_faults_check(env);
    rh_records_check(env);
}
