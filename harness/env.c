#include "harness/env_state.h"

#include <stdlib.h>

#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/other_runs.h"

/* ---- boundaries ------------------------------------------------------------------------------ */

static void on_exhausted(void *context)
{
    rh_env *env = context;
    env->world.stop = RH_STOP_OUT_OF_MEMORY;
    if (env->world.inside && !env->escape_is_inside)
        rh_coroutine_abandon(env->world.inside);
    longjmp(*env->escape, 1);
}

/* Workflow code may call functions of its env: the way out of those ends inside the coroutine, and
 * the world's own stays where it is. */
void rh_env_enter(rh_env *env, rh_env_frame *frame)
{
    frame->outer = env->escape;
    frame->outer_of_world = env->world.escape;
    frame->outer_is_inside = env->escape_is_inside;
    env->escape = &frame->jump;
    env->escape_is_inside = env->world.inside != NULL;
    if (!env->escape_is_inside)
        env->world.escape = &frame->jump;
}

void rh_env_leave(rh_env *env, rh_env_frame *frame)
{
    env->escape = frame->outer;
    env->escape_is_inside = frame->outer_is_inside;
    env->world.escape = frame->outer_of_world;
    env->out_of_memory = env->out_of_memory || env->world.stop == RH_STOP_OUT_OF_MEMORY;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void prepare_first_world(rh_env *env)
{
    RH_ENTER(env, frame);
    if (!stopped)
        rh_env_prepare(env);
    rh_env_leave(env, &frame);
}

rh_env *rh_env_create(const rh_module *module)
{
    rh_env *env = malloc(sizeof *env);
    if (!env)
        return NULL;
    memset(env, 0, sizeof *env);
    rh_arena_init(&env->arena, on_exhausted, env);
    rh_world_init(&env->world);
    env->module = module;
    prepare_first_world(env);
    if (env->out_of_memory) {
        rh_env_destroy(env);
        return NULL;
    }
    return env;
}

void rh_env_destroy(rh_env *env)
{
    if (!env)
        return;
    rh_world_free(&env->world);
    rh_arena_free(&env->arena);
    free(env);
}

static void hear_effect(rh_world *world, const rh_entry *effect, void *data)
{
    rh_env *env = data;
    (void)world;
    env->effect_heard(env, effect, env->effect_heard_data);
}

static void watch_task(rh_execution *execution, void *data)
{
    rh_env *env = data;
    env->task_watched(env, execution, env->task_watched_data);
}

static void add_to_world(rh_world *world, const rh_host_spec *host)
{
    rh_host_add(world, host->name, host->slots, host->task_queues)->session_limit = host->sessions;
}

void rh_env_prepare(rh_env *env)
{
    rh_world *world = &env->world;
    rh_world_reset(world, &env->options);
    rh_world_set_stage(world, &rh_mock_stage, env);
    world->on_effect = env->effect_heard ? hear_effect : NULL;
    world->on_effect_data = env;
    world->before_task = env->task_watched ? watch_task : NULL;
    world->before_task_data = env;
    rh_world_set_resolver(world, rh_env_resolve, env);
    for (size_t i = 0; i < env->host_count; i++)
        add_to_world(world, &env->hosts[i]);
    for (size_t i = 0; i < env->external_count; i++)
        rh_others_add_external(world, env->externals[i]);
    env->has_played = false;
    env->signals_reported = 0;
    env->lasting = NULL; /* it was in the memory of the world before */
    env->lasting_count = env->lasting_capacity = 0;
    env->asked_run = NULL;
}

static void reset_counts(rh_env *env)
{
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++)
            env->layers[layer].mocks[i]->used = 0;
    for (size_t i = 0; i < env->plan_count; i++)
        env->plan[i].struck = 0;
    for (size_t i = 0; i < env->duration_count; i++)
        env->durations[i].used = 0;
    for (size_t i = 0; i < env->step_class_count; i++)
        env->step_classes[i].used = 0;
    for (size_t i = 0; i < env->rate_count; i++)
        env->rates[i].used = 0;
    for (size_t i = 0; i < env->record_count; i++)
        env->records[i].used = false;
}

bool rh_env_is_busy(rh_env *env, const char *what)
{
    if (!env->is_playing)
        return false;
    RH_ENTER(env, frame);
    if (!stopped)
        rh_env_complain(env, true, NULL, 0,
                        rh_format(&env->arena, "%s was called while the world plays", what));
    rh_env_leave(env, &frame);
    return true;
}

void rh_env_restart(rh_env *env)
{
    if (env->out_of_memory || rh_env_is_busy(env, "rh_env_restart"))
        return;
    RH_ENTER(env, frame);
    if (!stopped) {
        if (env->has_played && !env->is_finished && !env->prompt)
            rh_mocks_check(env);
        if (env->has_played && env->world_over)
            env->world_over(&env->world.journal, env->world_over_data);
        env->virtual_time += rh_world_now(&env->world) - env->world.journal.start;
        reset_counts(env);
        rh_env_prepare(env);
    }
    rh_env_leave(env, &frame);
}

void rh_env_restart_with(rh_env *env, uint64_t seed)
{
    if (!env->is_playing)
        env->options.seed = seed;
    rh_env_restart(env);
}

/* ---- problems -------------------------------------------------------------------------------- */

/* What brings a file and a line of its own gets the column if that is the place the env knows. */
static int column_of(const rh_env *env, const char *file, int line)
{
    const rh_place *place = &env->place;
    bool is_there = file && place->file && line == place->line && !strcmp(file, place->file);
    return is_there ? place->column : 0;
}

static void record(rh_env *env, rh_problems *list, bool is_error, const char *file, int line,
                   const char *message)
{
    const char *copy = rh_arena_string(&env->arena, message);
    list->items = rh_arena_reserve(&env->arena, list->items, sizeof *list->items, list->count + 1,
                                   &list->capacity);
    list->items[list->count++] = (rh_problem){
        .file = file,
        .line = line,
        .column = column_of(env, file, line),
        .is_error = is_error,
        .message = copy,
        .blame = env->blame,
    };
}

void rh_env_complain(rh_env *env, bool is_error, const char *file, int line, const char *message)
{
    record(env, &env->problems, is_error, file, line, message);
}

void rh_env_warn(rh_env *env, const char *file, int line, const char *message)
{
    record(env, &env->warnings, false, file, line, message);
}

size_t rh_env_finish(rh_env *env)
{
    RH_ENTER(env, frame);
    if (!stopped && !env->is_finished && !env->out_of_memory) {
        env->is_finished = true;
        rh_mocks_check(env);
    }
    rh_env_leave(env, &frame);
    return env->problems.count + env->out_of_memory;
}

static void write_problem(rh_text *text, const rh_problem *problem)
{
    if (problem->file && problem->column)
        rh_text_printf(text, "%s:%d:%d: ", problem->file, problem->line, problem->column);
    else if (problem->file)
        rh_text_printf(text, "%s:%d: ", problem->file, problem->line);
    rh_text_printf(text, "%s%s\n", problem->is_error ? "error: " : "", problem->message);
}

const char *rh_env_report(rh_env *env)
{
    const char *volatile report = "out of memory\n";
    RH_ENTER(env, frame);
    if (!stopped && !env->out_of_memory) {
        rh_text text = rh_text_in(&env->arena);
        for (size_t i = 0; i < env->problems.count; i++)
            write_problem(&text, &env->problems.items[i]);
        for (size_t i = 0; i < env->warnings.count; i++) {
            rh_text_puts(&text, "warning: ");
            write_problem(&text, &env->warnings.items[i]);
        }
        if (env->problems.count && env->describe && env->has_played) {
            rh_text_putc(&text, '\n');
            env->describe(&text, &env->world.journal);
        }
        report = rh_text_string(&text);
    }
    rh_env_leave(env, &frame);
    return report;
}

void rh_env_set_describe(rh_env *env, rh_describe *describe)
{
    env->describe = describe;
}

void rh_env_on_effect(rh_env *env, rh_effect_heard *heard, void *data)
{
    env->effect_heard = heard;
    env->effect_heard_data = data;
    env->world.on_effect = heard ? hear_effect : NULL;
    env->world.on_effect_data = env;
}

void rh_env_before_task(rh_env *env, rh_task_watched *watched, void *data)
{
    env->task_watched = watched;
    env->task_watched_data = data;
    env->world.before_task = watched ? watch_task : NULL;
    env->world.before_task_data = env;
}

void rh_env_set_prompt(rh_env *env, rh_prompt *prompt, void *data)
{
    env->prompt = prompt;
    env->prompt_data = data;
}

void rh_env_set_world_over(rh_env *env, rh_world_over *over, void *data)
{
    env->world_over = over;
    env->world_over_data = data;
}

void rh_env_set_variation(rh_env *env, const rh_world_variation *variation)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        rh_world_set_variation(&env->world, variation);
        rh_env_prepare(env);
    }
    rh_env_leave(env, &frame);
}

size_t rh_env_problem_count(const rh_env *env)
{
    return env->problems.count;
}

const rh_problem *rh_env_problem(const rh_env *env, size_t index)
{
    return &env->problems.items[index];
}

size_t rh_env_warning_count(const rh_env *env)
{
    return env->warnings.count;
}

const rh_problem *rh_env_warning(const rh_env *env, size_t index)
{
    return &env->warnings.items[index];
}

/* ---- settings -------------------------------------------------------------------------------- */

void rh_set_world(rh_env *env, const rh_world_options *options)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        if (env->has_played || env->world.clock.live > 0 || env->world.execution_count > 0)
            rh_env_complain(env, true, NULL, 0,
                            "rh_world must be called before anything is started or planned in a "
                            "world");
        else if (options->max_time < 0 || options->dispatch_latency < 0 ||
                 options->task_latency < 0 || options->task_duration < 0 ||
                 options->stack_fill < 0 || options->stack_fill > 255)
            rh_env_complain(
                env, true, NULL, 0,
                "rh_world: max_time, dispatch_latency, task_latency and task_duration must "
                "not be negative, stack_fill is 0 to 255");
        else {
            env->options = *options;
            rh_env_prepare(env);
        }
    }
    rh_env_leave(env, &frame);
}

static bool is_declared(const rh_env *env, const char *host)
{
    for (size_t i = 0; i < env->host_count; i++)
        if (!strcmp(env->hosts[i].name, host))
            return true;
    return false;
}

static uint32_t sessions_of(const rh_host_options *options)
{
    if (!options->sessions)
        return RH_HOST_SESSIONS;
    return options->sessions > 0 ? (uint32_t)options->sessions : 0;
}

void rh_add_host(rh_env *env, const rh_host_options *options)
{
    rh_arena *arena = &env->arena;
    RH_ENTER(env, frame);
    if (!stopped && options->name && is_declared(env, options->name)) {
        rh_env_complain(env, true, options->file, options->line,
                        rh_format(arena, "host '%s' is declared twice", options->name));
    } else if (!stopped) {
        env->hosts = rh_arena_reserve(arena, env->hosts, sizeof *env->hosts, env->host_count + 1,
                                      &env->host_capacity);
        rh_host_spec *host = &env->hosts[env->host_count];
        *host = (rh_host_spec){
            .name = rh_arena_string(arena, options->name ? options->name : "host"),
            .slots = options->slots ? options->slots : 1000,
            .sessions = sessions_of(options),
            .task_queues = rh_arena_strings(arena, options->task_queues),
        };
        env->host_count++;
        add_to_world(&env->world, host);
    }
    rh_env_leave(env, &frame);
}

void rh_external_workflow(rh_env *env, const char *workflow_id)
{
    rh_arena *arena = &env->arena;
    if (env->out_of_memory)
        return;
    RH_ENTER(env, frame);
    if (!stopped) {
        env->externals = rh_arena_reserve(arena, env->externals, sizeof *env->externals,
                                          env->external_count + 1, &env->external_capacity);
        const char *id = rh_arena_string(arena, workflow_id);
        env->externals[env->external_count++] = id;
        rh_others_add_external(&env->world, id);
    }
    rh_env_leave(env, &frame);
}

void rh_allow_unhandled_signals(rh_env *env)
{
    env->allows_unhandled_signals = true;
}

/* ---- copies ---------------------------------------------------------------------------------- */

const rh_value *rh_env_copy(rh_env *env, const rh_value *value)
{
    const rh_value *volatile copy = NULL;
    RH_ENTER(env, frame);
    if (!stopped)
        copy = rh_value_clone(&env->arena, value);
    rh_env_leave(env, &frame);
    return copy;
}

const rh_value *rh_env_json(rh_env *env, const char *json)
{
    const rh_value *volatile value = NULL;
    RH_ENTER(env, frame);
    if (!stopped) {
        rh_error error;
        value = rh_json_read(&env->arena, json, strlen(json), NULL, &error);
        if (!value)
            rh_env_complain(env, true, NULL, 0,
                            rh_format(&env->arena, "rh_env_json: %u:%u: %s", error.line,
                                      error.column, error.message));
    }
    rh_env_leave(env, &frame);
    return value;
}

const char *rh_env_print(rh_env *env, const char *format, ...)
{
    const char *volatile text = "";
    va_list arguments;
    va_start(arguments, format);
    RH_ENTER(env, frame);
    if (!stopped)
        text = rh_vformat(&env->arena, format, arguments);
    rh_env_leave(env, &frame);
    va_end(arguments);
    return text;
}

/* ---- for those who host and report ----------------------------------------------------------- */

const rh_journal *rh_env_journal(const rh_env *env)
{
    return &env->world.journal;
}

const rh_module *rh_env_module(const rh_env *env)
{
    return env->module;
}

uint64_t rh_env_runs_started(const rh_env *env)
{
    return env->runs_started;
}

rh_duration rh_env_virtual_time(const rh_env *env)
{
    return env->virtual_time + rh_world_now(&env->world) - env->world.journal.start;
}

static void unknown_workflow(rh_env *env, const char *name)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    const rh_workflow_definition *definition = env->module ? env->module->workflows : NULL;
    for (; definition && definition->name; definition++)
        rh_nearest_offer(&nearest, definition->name);
    rh_env_complain(env, true, NULL, 0,
                    rh_format(&env->arena, "unknown workflow '%s'%s", name,
                              rh_nearest_hint(&nearest, hint, sizeof hint)));
}

const rh_workflow_definition *rh_env_definition(rh_env *env, const char *name)
{
    const rh_workflow_definition *definition = env->module ? env->module->workflows : NULL;
    for (; definition && definition->name; definition++)
        if (!strcmp(definition->name, name))
            return definition;
    RH_ENTER(env, frame);
    if (!stopped)
        unknown_workflow(env, name);
    rh_env_leave(env, &frame);
    return NULL;
}
