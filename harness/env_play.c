/* Starting runs in the world of an env, and playing it. */
#include "harness/env_state.h"
#include "rehearse/testing.h"
#include "sim/base/hash.h"
#include "sim/base/value.h"
#include "sim/chain.h"
#include "sim/durable/durable.h"
#include "sim/message.h"
#include <stdlib.h>

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
    return !env->out_of_memory && env->world.stop == RH_STOP_NONE &&
           !rh_env_is_busy(env, "rh_play");
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
