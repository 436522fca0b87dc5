#include "harness/env_state.h"

#include <stdlib.h>

#include "rehearse/testing.h"
#include "sim/base/hash.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/chain.h"
#include "sim/durable/durable.h"
#include "sim/message.h"
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

/* The world plays already when a function of rh_call_at asks. */
static bool is_busy(rh_env *env, const char *what)
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
    if (env->out_of_memory || is_busy(env, "rh_env_restart"))
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

/* A signal of a name that no run asked for is taken for a typing mistake. */
static void check_signals(rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = env->signals_reported; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_SIGNAL_UNHANDLED && entry->code &&
            !env->allows_unhandled_signals)
            rh_env_complain(env, true, NULL, 0,
                            rh_format(&env->arena, "unknown signal '%s': %s", entry->name->text,
                                      entry->text));
    }
    env->signals_reported = journal->count;
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

/* ---- playing --------------------------------------------------------------------------------- */

static bool has_error(const rh_env *env)
{
    for (size_t i = 0; i < env->problems.count; i++)
        if (env->problems.items[i].is_error)
            return true;
    return false;
}

/* The stage of the env has said itself what is wrong; others, like a dialect that hangs on
 * something unknown, have not. */
static void report_stop(rh_env *env)
{
    RH_ENTER(env, frame);
    bool is_told = env->world.stop == RH_STOP_STAGE && has_error(env);
    if (!stopped && !is_told && env->world.stop != RH_STOP_NONE)
        rh_env_complain(env, true, NULL, 0, env->world.stop_text);
    rh_env_leave(env, &frame);
}

/* Plays; what stops the world is recorded and ends there. */
static void play(rh_env *env, rh_time until)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        if (!env->has_played)
            rh_env_plan_host_faults(env);
        env->has_played = env->is_playing = true;
        rh_world_play(&env->world, until);
        check_signals(env);
    }
    env->is_playing = false;
    rh_env_leave(env, &frame);
    if (stopped && !env->out_of_memory)
        report_stop(env);
}

static bool can_play(rh_env *env)
{
    return !env->out_of_memory && env->world.stop == RH_STOP_NONE && !is_busy(env, "rh_play");
}

void rh_play(rh_env *env)
{
    if (can_play(env))
        play(env, RH_FOREVER);
}

void rh_play_for(rh_env *env, rh_duration duration)
{
    if (can_play(env))
        play(env, rh_time_add(rh_world_now(&env->world), duration > 0 ? duration : 0));
}

typedef struct planned_start {
    rh_env *env;
    rh_start_request request;
    bool is_to_be_refused;
    /* Update-with-start: */
    const char *update_id; /* NULL: it is none */
    const char *update_name;
    const rh_value *update_args;
    bool is_second_try;
} planned_start;

static void refuse_start(rh_env *env, const rh_start_request *request, const char *why)
{
    rh_env_complain(env, true, NULL, 0,
                    rh_format(&env->arena, "workflow '%s': %s", request->workflow_type, why));
}

/* The server answers with WorkflowExecutionAlreadyStarted. */
static void not_admitted(const planned_start *start, rh_execution *existing, bool is_open)
{
    rh_world *world = existing->world;
    const rh_start_request *request = &start->request;
    const char *why = rh_format(&world->arena,
                                is_open ? "a run with workflow id '%s' is open already"
                                        : "a run with workflow id '%s' has closed, and .reuse "
                                          "allows no other",
                                request->options.workflow_id);
    rh_world_journal(world,
                     &(rh_entry){.kind = RH_ENTRY_START_REFUSED,
                                 .run = existing->index,
                                 .name = rh_names_intern(&world->names, request->workflow_type),
                                 .text = why});
    if (!start->is_to_be_refused)
        refuse_start(start->env, request, why);
}

static void start_now(rh_world *world, void *data);

/* A server tries it once more, and may start a run then (multioperation/api.go). */
static void start_again(rh_world *world, void *data)
{
    planned_start *start = data;
    start->is_second_try = true;
    rh_world_at(world, rh_world_now(world), start_now, start);
}

static void update(rh_execution *execution, planned_start *start, bool is_new)
{
    rh_update_record *record =
        rh_execution_update(execution, start->update_id, start->update_name, start->update_args);
    if (!record || is_new || start->is_second_try)
        return;
    record->unseen = start_again;
    record->unseen_data = start;
}

/* An update that was asked for already is that one, whatever the policies; of a run that has closed
 * it counts if it was completed. */
static bool is_known(rh_world *world, const planned_start *start)
{
    rh_execution *newest = rh_execution_find(world, start->request.options.workflow_id);
    const rh_update_record *known = newest ? rh_update_find(newest, start->update_id) : NULL;
    return known && (rh_execution_is_open(newest) || known->state == RH_UPDATE_STATE_COMPLETED);
}

static const char *refusal_of_update(const rh_run_options *options)
{
    if (options->cron)
        return "an update with start takes no .cron";
    return options->start_delay ? "an update with start takes no .start_delay" : NULL;
}

static void start_now(rh_world *world, void *data)
{
    planned_start *start = data;
    rh_env *env = start->env;
    const rh_run_options *options = &start->request.options;
    rh_text message = rh_text_in(&world->arena);
    if (!rh_run_options_valid(options, rh_world_now(world), &message)) {
        refuse_start(env, &start->request, rh_text_string(&message));
        return;
    }
    const char *refused = start->update_id ? refusal_of_update(options) : NULL;
    if (refused) {
        refuse_start(env, &start->request, refused);
        return;
    }
    if (start->update_id && is_known(world, start))
        return;
    rh_execution *execution = NULL;
    rh_admission admission = rh_chain_admit(world, options, &execution);
    if (admission == RH_REFUSED_OPEN || admission == RH_REFUSED_CLOSED) {
        not_admitted(start, execution, admission == RH_REFUSED_OPEN);
        return;
    }
    if (start->is_to_be_refused) {
        refuse_start(env, &start->request,
                     rh_format(&world->arena,
                               "expected a start with workflow id '%s' to be refused",
                               options->workflow_id));
        return;
    }
    if (admission == RH_ADMITTED) {
        execution = rh_execution_start(world, &start->request, &message);
        if (!execution)
            refuse_start(env, &start->request, rh_text_string(&message));
        env->runs_started++;
    } else if (start->request.signal) {
        rh_execution_signal_from(execution, NULL, start->request.signal,
                                 start->request.signal_value);
    }
    if (start->update_id && execution)
        update(execution, start, admission == RH_ADMITTED);
}

/* The definition's name, with a number behind it from the second run on. */
static const char *new_workflow_id(rh_env *env, const char *name)
{
    uint32_t number =
        rh_counter_add(&env->world.call_numbers, rh_hash_mix(rh_hash_string(name), 3));
    return number == 1 ? name : rh_format(&env->world.arena, "%s-%u", name, number);
}

static rh_run_options merge(const rh_run_options *base, const rh_run_options *over)
{
    rh_run_options merged = *base;
    if (!over)
        return merged;
    if (over->workflow_id)
        merged.workflow_id = over->workflow_id;
    if (over->task_queue)
        merged.task_queue = over->task_queue;
    if (over->run_timeout)
        merged.run_timeout = over->run_timeout;
    if (over->execution_timeout)
        merged.execution_timeout = over->execution_timeout;
    if (!rh_retry_is_unset(&over->retry))
        merged.retry = over->retry;
    if (over->retry_with_defaults)
        merged.retry_with_defaults = true;
    if (over->start_delay)
        merged.start_delay = over->start_delay;
    if (over->task_timeout)
        merged.task_timeout = over->task_timeout;
    if (over->cron)
        merged.cron = over->cron;
    if (over->reuse)
        merged.reuse = over->reuse;
    if (over->conflict)
        merged.conflict = over->conflict;
    if (over->memo)
        merged.memo = over->memo;
    if (over->search_attributes)
        merged.search_attributes = over->search_attributes;
    if (over->summary)
        merged.summary = over->summary;
    if (over->details)
        merged.details = over->details;
    merged.at = over->at;
    return merged;
}

static void plan_start(rh_env *env, const planned_start *start)
{
    rh_world *world = &env->world;
    const rh_start_request *request = &start->request;
    planned_start *planned = RH_NEW(&world->arena, planned_start);
    *planned = *start;
    planned->env = env;
    planned->update_id = rh_arena_string(&world->arena, start->update_id);
    planned->update_name = rh_arena_string(&world->arena, start->update_name);
    planned->update_args = rh_value_copy(&world->arena, start->update_args);
    planned->request.input = rh_value_copy(&world->arena, request->input);
    planned->request.signal_value = rh_value_copy(&world->arena, request->signal_value);
    rh_run_options *options = &planned->request.options;
    options->cron = rh_arena_string(&world->arena, options->cron);
    options->memo = rh_value_copy(&world->arena, options->memo);
    options->search_attributes = rh_value_copy(&world->arena, options->search_attributes);
    options->summary = rh_arena_string(&world->arena, options->summary);
    options->details = rh_arena_string(&world->arena, options->details);
    options->workflow_id = options->workflow_id
                               ? rh_arena_string(&world->arena, options->workflow_id)
                               : new_workflow_id(env, request->workflow_type);
    if (options->at < 0)
        rh_env_complain(env, true, NULL, 0, "rh_start: .at is negative");
    else if (options->at == 0 && !env->has_played)
        start_now(world, planned);
    else
        rh_world_at(world, rh_time_add(world->journal.start, options->at), start_now, planned);
}

static void start(rh_env *env, const rh_start_request *request, bool is_to_be_refused)
{
    if (env->out_of_memory || env->world.stop != RH_STOP_NONE)
        return;
    RH_ENTER(env, frame);
    if (!stopped)
        plan_start(env,
                   &(planned_start){.request = *request, .is_to_be_refused = is_to_be_refused});
    rh_env_leave(env, &frame);
}

void rh_env_start(rh_env *env, const rh_start_request *request)
{
    start(env, request, false);
}

static void start_definition(rh_env *env, const char *workflow, const rh_value *input,
                             const rh_run_options *options, bool is_to_be_refused)
{
    const rh_workflow_definition *definition = rh_env_definition(env, workflow);
    if (!definition)
        return;
    start(env,
          &(rh_start_request){
              .dialect = &rh_durable_dialect,
              .definition = &definition->run,
              .workflow_type = definition->name,
              .input = input,
              .options = merge(&definition->options, options),
          },
          is_to_be_refused);
}

void rh_start(rh_env *env, const char *workflow, const rh_value *input,
              const rh_run_options *options)
{
    start_definition(env, workflow, input, options, false);
}

void rh_start_refused(rh_env *env, const char *workflow, const rh_value *input,
                      const rh_run_options *options)
{
    start_definition(env, workflow, input, options, true);
}

/* What goes to an open run, or to a new one: by the workflow id of the definition, if none is
 * given. */
static void plan_with_start(rh_env *env, const char *workflow, const rh_value *input,
                            const rh_run_options *options, planned_start *start)
{
    const rh_workflow_definition *definition = rh_env_definition(env, workflow);
    if (!definition)
        return;
    RH_ENTER(env, frame);
    if (!stopped && env->world.stop == RH_STOP_NONE) {
        rh_start_request *request = &start->request;
        request->dialect = &rh_durable_dialect;
        request->definition = &definition->run;
        request->workflow_type = definition->name;
        request->input = input;
        request->options = merge(&definition->options, options);
        if (!request->options.workflow_id)
            request->options.workflow_id = definition->name;
        if (!request->options.conflict)
            request->options.conflict = RH_USE_EXISTING;
        plan_start(env, start);
    }
    rh_env_leave(env, &frame);
}

void rh_signal_with_start(rh_env *env, const char *workflow, const rh_value *input,
                          const char *signal, const rh_value *value, const rh_run_options *options)
{
    planned_start start = {.request = {.signal_value = value}};
    RH_ENTER(env, frame);
    if (!stopped)
        start.request.signal = rh_names_intern(&env->world.names, signal);
    rh_env_leave(env, &frame);
    plan_with_start(env, workflow, input, options, &start);
}

void rh_update_with_start(rh_env *env, const char *workflow, const rh_value *input, const char *id,
                          const char *name, const rh_value *args, const rh_run_options *options)
{
    planned_start start = {.update_id = id, .update_name = name, .update_args = args};
    plan_with_start(env, workflow, input, options, &start);
}

void rh_run(rh_env *env, const char *workflow, const rh_value *input)
{
    rh_start(env, workflow, input, NULL);
    rh_play(env);
}
