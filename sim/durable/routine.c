#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

/* ---- making ---------------------------------------------------------------------------------- */

/* Closes the run as the workflow function returned. */
static void close_run(rh_workflow *workflow, const rh_failure *failure, const rh_value *result)
{
    rh_execution *execution = workflow->execution;
    rh_arena *arena = &workflow->world->arena;
    if (!workflow->replaying) {
        rh_signals_report_unhandled(workflow);
        rh_updates_report_unfinished(workflow);
    }
    if (!failure) {
        rh_execution_command(execution, RH_COMMAND_COMPLETE)->value = rh_value_copy(arena, result);
        return;
    }
    rh_continuation *continuation = rh_continuation_of(workflow, failure);
    if (continuation) {
        rh_command *command = rh_execution_command(execution, RH_COMMAND_CONTINUE_AS_NEW);
        command->value = continuation->input;
        command->continuation = &continuation->options;
        /* SDKs send both as the run has them now. */
        if (!continuation->options.memo)
            continuation->options.memo = workflow->info.memo;
        if (!continuation->options.search_attributes)
            continuation->options.search_attributes = workflow->info.search_attributes;
        return;
    }
    const rh_failure *canceled = rh_failure_as(failure, RH_FAILURE_CANCELED);
    if (canceled)
        rh_execution_command(execution, RH_COMMAND_CANCEL)->value = canceled->details;
    else
        rh_execution_command(execution, RH_COMMAND_FAIL)->failure = failure;
}

static void body_of_routine(void *argument)
{
    rh_routine_state *routine = argument;
    rh_workflow *workflow = routine->workflow;
    const rh_value *result = NULL;
    if (routine->body) {
        const rh_failure *failure = routine->body(workflow, routine->data, &result);
        result = failure ? NULL : rh_value_copy(&workflow->world->arena, result);
        rh_future_settle(workflow, routine->future, result, failure);
    } else {
        const rh_failure *failure = workflow->function(workflow, workflow->input, &result);
        close_run(workflow, failure, result);
        workflow->is_over = true;
    }
}

rh_routine_state *rh_routine_add(rh_workflow *workflow, const char *name, rh_routine *body,
                                 void *data)
{
    rh_world *world = workflow->world;
    rh_arena *arena = &world->arena;
    size_t needed = workflow->routine_count + 1;
    workflow->routines = rh_arena_reserve(arena, workflow->routines, sizeof *workflow->routines,
                                          needed, &workflow->routine_capacity);
    workflow->can_run = rh_arena_reserve(arena, workflow->can_run, sizeof *workflow->can_run,
                                         needed, &workflow->can_run_capacity);
    rh_routine_state *routine = RH_NEW(arena, rh_routine_state);
    routine->workflow = workflow;
    routine->index = (uint32_t)workflow->routine_count;
    routine->name = name;
    routine->here.who = name;
    routine->body = body;
    routine->data = data;
    routine->scope = workflow->current ? workflow->current->scope : workflow->root;
    routine->update = workflow->current ? workflow->current->update : NULL;
    if (!rh_coroutine_init(&routine->coroutine, &world->stacks, body_of_routine, routine))
        rh_world_stop(world, RH_STOP_OUT_OF_MEMORY, "out of memory for coroutine stacks");
    workflow->routines[workflow->routine_count] = routine;
    workflow->can_run[workflow->routine_count++] = 1;
    return routine;
}

rh_routine_state *rh_routine_add_eager(rh_workflow *workflow, const char *name, rh_routine *body,
                                       void *data)
{
    rh_routine_state *routine = rh_routine_add(workflow, name, body, data);
    size_t at = workflow->eager_new++;
    routine->is_eager = true;
    workflow->eager =
        rh_arena_reserve(&workflow->world->arena, workflow->eager, sizeof *workflow->eager,
                         workflow->eager_count + 1, &workflow->eager_capacity);
    memmove(workflow->eager + at + 1, workflow->eager + at,
            (workflow->eager_count - at) * sizeof *workflow->eager);
    workflow->eager[at] = routine->index;
    workflow->eager_count++;
    return routine;
}

void rh_routines_release(rh_workflow *workflow)
{
    for (size_t i = 0; i < workflow->routine_count; i++)
        rh_coroutine_release(&workflow->routines[i]->coroutine, &workflow->world->stacks);
}

/* ---- commands ------------------------------------------------------------------------------ */

void rh_check_writable(rh_workflow *workflow, const char *what)
{
    if (workflow->read_only)
        rh_routine_break(workflow, rh_format(&workflow->world->arena,
                                             "%s must change nothing, but %s was called",
                                             workflow->read_only, what));
}

rh_command *rh_workflow_command(rh_workflow *workflow, rh_command_kind kind)
{
    static const char *const what[] = {
        [RH_COMMAND_SCHEDULE_ACTIVITY] = "rh_activity", [RH_COMMAND_START_TIMER] = "rh_timer"};
    size_t known = sizeof what / sizeof *what;
    rh_check_writable(workflow, kind < known && what[kind] ? what[kind] : "a cancel");
    return rh_execution_command(workflow->execution, kind);
}

/* ---- waiting and waking ---------------------------------------------------------------------- */

void rh_routine_wait(rh_workflow *workflow, const rh_wait_place *place)
{
    rh_routine_state *routine = workflow->current;
    rh_check_writable(workflow, "a function that waits");
    routine->place = *place;
    rh_coroutine_suspend(&routine->coroutine);
    routine->place.futures = NULL;
}

void rh_routine_yield(rh_workflow *workflow)
{
    workflow->can_run[workflow->current->index] = 1;
    rh_routine_wait(workflow, &(rh_wait_place){.kind = RH_WAIT_NOTHING});
}

void rh_routine_listen(rh_workflow *workflow, rh_waiter *first)
{
    const rh_routine_state *routine = workflow->current;
    if (!first->wait || workflow->routines[first->routine]->wait != first->wait) {
        first->routine = routine->index;
        first->wait = routine->wait;
        return;
    }
    rh_waiter *waiter = rh_arena_alloc(&workflow->world->arena, sizeof *waiter);
    waiter->routine = routine->index;
    waiter->wait = routine->wait;
    waiter->next = first->next;
    first->next = waiter;
}

void rh_routines_wake(rh_workflow *workflow, rh_waiter *first)
{
    for (rh_waiter *waiter = first; waiter; waiter = waiter->next)
        if (waiter->wait && workflow->routines[waiter->routine]->wait == waiter->wait)
            workflow->can_run[waiter->routine] = 1;
    first->wait = 0;
    first->next = NULL;
}

static void wake_conditions(rh_workflow *workflow)
{
    rh_waiter *waiter = workflow->conditions;
    workflow->conditions = NULL;
    for (; waiter; waiter = waiter->next)
        if (workflow->routines[waiter->routine]->wait == waiter->wait)
            workflow->can_run[waiter->routine] = 1;
}

/* ---- running --------------------------------------------------------------------------------- */

_Noreturn void rh_routine_break(rh_workflow *workflow, const char *why)
{
    workflow->broken = why;
    rh_coroutine_abandon(&workflow->current->coroutine);
}

/* Runs one routine until it waits. False if the code cannot go on. */
static bool run_routine(rh_workflow *workflow, rh_routine_state *routine)
{
    rh_world *world = workflow->world;
    routine->wait++;
    workflow->current = routine;
    workflow->execution->acting = &routine->here;
    world->inside = &routine->coroutine;
    rh_coroutine_state state = rh_coroutine_resume(&routine->coroutine);
    world->inside = NULL;
    workflow->execution->acting = NULL;
    workflow->current = NULL;
    if (state == RH_COROUTINE_SUSPENDED)
        return true;
    rh_coroutine_release(&routine->coroutine, &world->stacks);
    if (state == RH_COROUTINE_ABANDONED && world->stop != RH_STOP_NONE)
        rh_world_stop(world, world->stop, "%s", world->stop_text);
    return state == RH_COROUTINE_FINISHED;
}

/* At or behind position *at: the eager ones have the first positions, then come the others by
 * index. */
static rh_routine_state *next_that_can_run(const rh_workflow *workflow, size_t *at)
{
    for (; *at < workflow->eager_count; ++*at)
        if (workflow->can_run[workflow->eager[*at]])
            return workflow->routines[workflow->eager[*at]];
    size_t index = *at - workflow->eager_count;
    while (index < workflow->routine_count) {
        const uint8_t *found =
            memchr(workflow->can_run + index, 1, workflow->routine_count - index);
        if (!found)
            return NULL;
        index = (size_t)(found - workflow->can_run);
        *at = workflow->eager_count + index;
        if (!workflow->routines[index]->is_eager)
            return workflow->routines[index];
        index++;
    }
    return NULL;
}

static bool run_all(rh_workflow *workflow)
{
    size_t at = 0;
    wake_conditions(workflow);
    for (;;) {
        bool is_first_pass = at == 0;
        rh_routine_state *routine = next_that_can_run(workflow, &at);
        if (!routine && !is_first_pass) {
            at = 0;
            continue;
        }
        if (!routine || workflow->is_over)
            return true;
        workflow->can_run[routine->index] = 0;
        routine->is_checking = false;
        if (!run_routine(workflow, routine))
            return false;
        if (!routine->is_checking)
            wake_conditions(workflow);
        at++;
    }
}

static rh_activation fail(rh_workflow *workflow, const rh_routine_state *routine, const char *what)
{
    rh_text text = rh_text_in(&workflow->world->arena);
    rh_text_printf(&text, "coroutine '%s': %s", routine->name, what);
    if (routine->place.kind != RH_WAIT_NOTHING) {
        rh_text_puts(&text, "; it had waited last for ");
        rh_wait_describe(&text, &routine->place, false);
    }
    const char *message = rh_text_string(&text);
    if (!workflow->replaying)
        rh_execution_log(workflow->execution, RH_ENTRY_CRASHED, NULL, message);
    return rh_execution_fail_task(workflow->execution,
                                  workflow->broken_cause ? workflow->broken_cause
                                                         : "WorkflowWorkerUnhandledFailure",
                                  message);
}

typedef bool run_function(rh_workflow *workflow);

/* Runs under the watch for crashes: NULL, or what has crashed; *goes_on tells if the code can. */
static const char *run_watched(rh_workflow *workflow, run_function *run, bool *goes_on)
{
    rh_world *world = workflow->world;
    rh_crash *crash = &world->crash;
    if (setjmp(crash->jump)) {
        rh_routine_state *routine = workflow->current;
        rh_coroutine_left(&routine->coroutine);
        world->inside = NULL;
        world->poisoned = true;
        workflow->execution->acting = NULL;
        rh_coroutine_release(&routine->coroutine, &world->stacks);
        return rh_format(&world->arena, "crashed: %s", rh_crash_name(crash));
    }
    rh_crash_watch(crash, &world->inside);
    *goes_on = run(workflow);
    rh_crash_unwatch(crash);
    return NULL;
}

rh_activation rh_routines_run(rh_workflow *workflow)
{
    bool goes_on;
    const char *crashed = run_watched(workflow, run_all, &goes_on);
    if (crashed) {
        const rh_routine_state *routine = workflow->current;
        workflow->current = NULL;
        return fail(workflow, routine, crashed);
    }
    if (goes_on)
        return RH_ACTIVATION_DONE;
    for (size_t i = 0; i < workflow->routine_count; i++)
        if (workflow->routines[i]->coroutine.state == RH_COROUTINE_ABANDONED)
            return fail(workflow, workflow->routines[i], workflow->broken);
    return fail(workflow, workflow->routines[0], "broken");
}

static bool run_last(rh_workflow *workflow)
{
    return run_routine(workflow, workflow->routines[workflow->routine_count - 1]);
}

const char *rh_routine_run_alone(rh_workflow *workflow, const char *name, rh_routine *body,
                                 void *data)
{
    bool goes_on;
    rh_routine_state *routine = rh_routine_add(workflow, name, body, data);
    routine->future = rh_future_new(workflow, RH_FUTURE_ROUTINE, name);
    const char *broken = run_watched(workflow, run_last, &goes_on);
    if (!broken && !goes_on)
        broken = workflow->broken;
    workflow->current = NULL;
    workflow->routine_count--;
    return broken;
}
