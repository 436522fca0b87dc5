#include "sim/chain.h"

#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "sim/base/timetext.h"
#include "sim/base/uuid.h"
#include "sim/base/value.h"
#include "sim/limit.h"
#include "sim/other_runs.h"
#include "sim/task.h"
#include "sim/world.h"

/* workflowIdReuseMinimalInterval (constants.go:3136): a next run's first task is not before the
 * previous run's execution time plus this. */
static const rh_duration LEAST_RUN_SPACING = RH_SECONDS(1);

static const rh_duration TASK_TIMEOUT = RH_SECONDS(10); /* primitives/constants.go:16 */

/* ---- validation and normalisation ------------------------------------------------------------ */

static bool is_object(const rh_value *value, const char *field, rh_text *message)
{
    if (!value || value->kind == RH_OBJECT)
        return true;
    rh_text_printf(message, "%s is no object", field);
    return false;
}

static bool cron_valid(const char *cron, rh_time now, rh_text *message)
{
    rh_schedule schedule;
    rh_error error;
    if (!cron)
        return true;
    if (rh_schedule_read(cron, strlen(cron), &schedule, &error) < 0)
        rh_text_printf(message, "cron '%s': column %u: %s", cron, error.column, error.message);
    else if (rh_schedule_check(&schedule, now, &error) < 0)
        rh_text_printf(message, "cron '%s': %s", cron, error.message);
    else
        return true;
    return false;
}

bool rh_run_options_valid(const rh_run_options *options, rh_time now, rh_text *message)
{
    rh_retry_policy_filled policy = rh_retry_defaults(&options->retry);
    return rh_duration_valid(options->run_timeout, "run_timeout", message) &&
           rh_duration_valid(options->execution_timeout, "execution_timeout", message) &&
           rh_duration_valid(options->task_timeout, "task_timeout", message) &&
           rh_duration_valid(options->start_delay, "start_delay", message) &&
           rh_retry_valid(&policy, message) && cron_valid(options->cron, now, message) &&
           is_object(options->memo, "memo", message) &&
           is_object(options->search_attributes, "search_attributes", message);
}

bool rh_continuation_valid(const rh_continue_options *options, rh_text *message)
{
    return rh_run_options_valid(
        &(rh_run_options){
            .run_timeout = options->run_timeout,
            .task_timeout = options->task_timeout,
            .retry = options->retry,
            .memo = options->memo,
            .search_attributes = options->search_attributes,
        },
        0, message);
}

static rh_duration limit_of(rh_duration duration)
{
    return duration == RH_FOREVER ? 0 : duration;
}

/* create_workflow_util.go:369 */
void rh_run_timeouts(const rh_run_options *options, rh_duration *run, rh_duration *execution,
                     rh_duration *task)
{
    *run = limit_of(options->run_timeout);
    *execution = limit_of(options->execution_timeout);
    if (*execution && (!*run || *run > *execution))
        *run = *execution;
    *task = options->task_timeout ? options->task_timeout : TASK_TIMEOUT;
    if (*run && *task > *run)
        *task = *run;
}

const rh_retry_policy_filled *rh_run_policy(rh_arena *arena, const rh_retry_policy *retry,
                                            bool with_defaults)
{
    if (rh_retry_is_unset(retry) && !with_defaults)
        return NULL;
    rh_retry_policy_filled *policy = rh_arena_alloc(arena, sizeof *policy);
    *policy = rh_retry_fill(arena, retry);
    return policy;
}

/* ---- a run of its own ------------------------------------------------------------------------ */

static const char *new_run_id(rh_world *world, const char *workflow_id, uint32_t number)
{
    static const uint64_t purpose = 0x72756e206964; /* "run id" */
    uint64_t seed = world->options.seed;
    uint64_t identity = rh_hash_string(workflow_id);
    return rh_uuid_text(&world->arena,
                        rh_random_draw(seed, purpose, identity, 2 * (uint64_t)number),
                        rh_random_draw(seed, purpose, identity, 2 * (uint64_t)number + 1));
}

/* Run timeout, extended by the first task's back-off, but never past the execution's end
 * (mutable_state_impl.go:3170-3186). */
static void arm_deadline(rh_execution *execution)
{
    const rh_run_record *run = execution->run;
    rh_clock *clock = &execution->world->clock;
    rh_time deadline = INT64_MAX;
    if (run->run_timeout)
        deadline = rh_time_add(execution->execution_time, run->run_timeout);
    if (run->execution_expiration && run->execution_expiration < deadline)
        deadline = run->execution_expiration;
    if (deadline < INT64_MAX)
        rh_clock_arm(clock, &execution->deadline, deadline, RH_TIMER_SERVER, 0, 0);
}

/* Journals the start. */
static void begin(rh_execution *execution)
{
    rh_run_record *run = execution->run;
    rh_world *world = execution->world;
    run->run_id = new_run_id(world, run->workflow_id, execution->index);
    if (run->previous == RH_NO_RUN)
        run->first_run_id = run->run_id;
    run->started = rh_world_now(world);
    run->closed = run->started;
    execution->execution_time = rh_time_add(run->started, run->first_task_backoff);
    rh_counter_set(&world->newest_runs, rh_hash_string(run->workflow_id), execution->index + 1);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_STARTED,
                                                .attempt = run->attempt,
                                                .name = run->workflow_type,
                                                .text = run->workflow_id,
                                                .value = run->input,
                                                .span = run->first_task_backoff});
    arm_deadline(execution);
    execution->event_capacity = 8;
    execution->events = rh_arena_alloc(&world->arena, 8 * sizeof *execution->events);
    execution->events[execution->event_count++] =
        (rh_event){.kind = RH_EVENT_STARTED, .value = run->input};
}

void rh_chain_go(rh_execution *execution)
{
    if (rh_execution_is_open(execution))
        rh_task_schedule_at(execution, execution->execution_time);
}

/* ---- the first run --------------------------------------------------------------------------- */

static const rh_schedule *schedule_of(rh_arena *arena, const char *cron)
{
    rh_error error;
    if (!cron)
        return NULL;
    rh_schedule *schedule = RH_NEW(arena, rh_schedule);
    rh_schedule_read(cron, strlen(cron), schedule, &error); /* it is valid */
    return schedule;
}

static rh_duration first_wait(const rh_execution *execution, const rh_run_options *options)
{
    rh_time now = rh_world_now(execution->world);
    if (execution->schedule) {
        rh_duration wait = rh_schedule_backoff(execution->schedule, now, now);
        return wait < 0 ? 0 : wait;
    }
    return options->start_delay;
}

static rh_execution *make_first(rh_world *world, const rh_start_request *request)
{
    const rh_run_options *options = &request->options;
    rh_arena *arena = &world->arena;
    rh_execution *execution = rh_execution_new(world);
    rh_run_record *run = execution->run;
    execution->dialect = request->dialect;
    execution->definition = request->definition;
    execution->options = *options;
    execution->is_elsewhere = run->is_elsewhere = request->is_elsewhere;
    run->dialect = request->dialect->name;
    run->workflow_type = rh_names_intern(&world->names, request->workflow_type);
    run->workflow_id = rh_arena_string(arena, options->workflow_id);
    run->task_queue = options->task_queue ? rh_arena_string(arena, options->task_queue) : "default";
    run->input = rh_value_copy(arena, request->input);
    run->attempt = 1;
    run->previous = run->next = RH_NO_RUN;
    run->retry = rh_run_policy(arena, &options->retry, options->retry_with_defaults);
    run->cron = rh_arena_string(arena, options->cron);
    execution->schedule = schedule_of(arena, options->cron);
    run->memo = rh_value_copy(arena, options->memo);
    run->search_attributes = rh_value_copy(arena, options->search_attributes);
    run->summary = rh_arena_string(arena, options->summary);
    run->details = rh_arena_string(arena, options->details);
    rh_run_timeouts(options, &run->run_timeout, &run->execution_timeout, &run->task_timeout);
    if (run->execution_timeout)
        run->execution_expiration = rh_time_add(rh_world_now(world), run->execution_timeout);
    run->first_task_backoff = first_wait(execution, options);
    return execution;
}

rh_execution *rh_execution_start(rh_world *world, const rh_start_request *request, rh_text *message)
{
    const rh_run_options *options = &request->options;
    if (!rh_run_options_valid(options, rh_world_now(world), message))
        return NULL;
    if (request->dialect->is_served &&
        rh_limit_refuses_input(world, request->input, options->memo, message))
        return NULL;
    rh_execution *execution = make_first(world, request);
    begin(execution);
    if (request->signal) {
        execution->task_state = RH_TASK_SCHEDULED; /* not by the signal */
        rh_execution_signal_from(execution, NULL, request->signal, request->signal_value);
        execution->task_state = RH_TASK_NONE;
    }
    rh_chain_go(execution);
    return execution;
}

static void set_root(rh_run_record *run, const rh_run_record *parent)
{
    bool is_root = !parent->root_workflow_id;
    run->root_workflow_id = is_root ? parent->workflow_id : parent->root_workflow_id;
    run->root_run_id = is_root ? parent->run_id : parent->root_run_id;
}

rh_execution *rh_chain_start_child(rh_world *world, const rh_start_request *request,
                                   rh_child_run *child)
{
    rh_execution *execution = make_first(world, request);
    execution->as_child = child;
    execution->run->child = child->index;
    set_root(execution->run, child->parent->run);
    begin(execution);
    return execution;
}

static bool has_succeeded(const rh_execution *execution)
{
    return execution->run->status == RH_RUN_SUCCEEDED;
}

const char *const rh_reuse_names[] = {"allow-duplicate", "allow-duplicate-failed-only",
                                      "reject-duplicate", "terminate-if-running", NULL};
const char *const rh_conflict_names[] = {"fail", "use-existing", "terminate-existing", NULL};

rh_admission rh_chain_admit(rh_world *world, const rh_run_options *options, rh_execution **existing)
{
    rh_execution *newest = rh_execution_find(world, options->workflow_id);
    if (existing)
        *existing = newest;
    if (newest && rh_execution_is_open(newest)) {
        if (options->conflict == RH_USE_EXISTING)
            return RH_ADMITTED_EXISTING;
        if (options->conflict != RH_TERMINATE_EXISTING && options->reuse != RH_TERMINATE_IF_RUNNING)
            return RH_REFUSED_OPEN;
        rh_execution_terminate(newest, "TerminateIfRunning WorkflowIdReusePolicy");
        return RH_ADMITTED;
    }
    if (newest && (options->reuse == RH_REJECT_DUPLICATE ||
                   (options->reuse == RH_ALLOW_DUPLICATE_FAILED_ONLY && has_succeeded(newest))))
        return RH_REFUSED_CLOSED;
    return RH_ADMITTED;
}

/* ---- those that follow ----------------------------------------------------------------------- */

/* What the code asks to be otherwise in the next run. */
static void apply_continuation(rh_execution *next, const rh_command *command)
{
    rh_world *world = next->world;
    rh_arena *arena = &world->arena;
    rh_run_record *run = next->run;
    const rh_continue_options *options = command->continuation;
    run->input = command->value;
    run->attempt = 1;
    run->last_result = NULL;
    run->cron = NULL; /* the command brings none (issue 746 of the server) */
    next->schedule = NULL;
    if (options->task_queue)
        run->task_queue = rh_arena_string(arena, options->task_queue);
    if (options->memo)
        run->memo = rh_value_copy(arena, options->memo);
    if (options->search_attributes)
        run->search_attributes = rh_value_copy(arena, options->search_attributes);
    const rh_retry_policy_filled *policy = rh_run_policy(arena, &options->retry, false);
    if (policy)
        run->retry = policy;
    rh_run_options timeouts = {
        .run_timeout = options->run_timeout ? options->run_timeout : run->run_timeout,
        .execution_timeout = run->execution_timeout,
        .task_timeout = options->task_timeout ? options->task_timeout : run->task_timeout,
    };
    rh_run_timeouts(&timeouts, &run->run_timeout, &run->execution_timeout, &run->task_timeout);
    if (options->workflow_type) {
        rh_start_request request = {.workflow_type = options->workflow_type};
        run->workflow_type = rh_names_intern(&world->names, options->workflow_type);
        rh_world_resolve(world, run->workflow_type, run->input, false, &request);
        next->dialect = request.dialect;
        next->definition = request.definition;
        run->dialect = request.dialect->name;
    }
}

void rh_chain_next(rh_execution *execution, const rh_next_run *how)
{
    rh_world *world = execution->world;
    rh_time now = rh_world_now(world);
    rh_time earliest = rh_time_add(execution->execution_time, LEAST_RUN_SPACING);
    rh_duration interval = how->interval;
    if (rh_time_add(now, interval) < earliest)
        interval = earliest - now;

    rh_execution *next = rh_execution_new(world);
    rh_run_record *run = next->run;
    const rh_run_record *previous = execution->run;
    next->dialect = execution->dialect;
    next->definition = execution->definition;
    next->options = execution->options;
    next->schedule = execution->schedule;
    next->as_child = execution->as_child;
    *run = *previous;
    run->summary = run->details = NULL; /* a server gives them to the first run alone */
    run->status = RH_RUN_RUNNING;
    run->result = NULL;
    run->failure = NULL;
    run->attempt = how->initiator == RH_INITIATOR_RETRY ? previous->attempt + 1 : 1;
    run->previous = execution->index;
    run->next = RH_NO_RUN;
    run->initiator = (uint8_t)how->initiator;
    run->last_result = how->last_result;
    run->last_failure = how->last_failure;
    run->first_task_backoff = interval;
    if (next->as_child)
        next->as_child->execution = next;
    if (how->continuation)
        apply_continuation(next, how->continuation);
    begin(next);
    execution->run->next = next->index;
    rh_chain_go(next);
}
