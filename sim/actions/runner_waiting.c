/* Waiting for steps: what stops them from outside, and who goes on meanwhile.
 *
 * A step that is to stop gets SIGINT, 7.5 s later SIGTERM, 2.5 s later it is killed
 * (ProcessInvoker.cs). A composite action is no process: the steps in it are.
 */
#include "sim/actions/runner.h"

#include "sim/clock.h"

static bool is_running(const rh_played *played)
{
    return !played->is_over && played->child;
}

static rh_time kill_time(const rh_played *played)
{
    if (!played->stop || played->is_composite)
        return RH_FOREVER;
    return rh_time_add(played->stopped, RH_RUNNER_SIGINT + RH_RUNNER_SIGTERM);
}

static rh_time sooner(rh_time left, rh_time right)
{
    return left < right ? left : right;
}

static bool plays_job(const rh_steps *scope)
{
    return scope->inside == scope->runner->inside;
}

static rh_time next_deadline(const rh_steps *scope)
{
    const rh_runner *runner = scope->runner;
    rh_time next = RH_FOREVER;
    for (const rh_played *played = scope->open; played; played = played->next) {
        if (!is_running(played))
            continue;
        next = sooner(next, played->stop ? kill_time(played) : played->deadline);
    }
    if (!plays_job(scope))
        return next;
    if (runner->told == RH_FOREVER)
        return sooner(next, runner->deadline);
    return sooner(next, rh_time_add(runner->told, RH_RUNNER_CANCEL));
}

void rh_played_stop(rh_played *played, rh_step_stop why)
{
    if (played->is_over || played->stop)
        return;
    played->stop = (uint8_t)why;
    played->stopped = rh_inside_now(played->scope->inside);
    if (played->child)
        rh_child_interrupt(played->child);
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* The conditions of running steps are looked at again; those that hold now go on
 * (StepsRunner.cs). */
static void cancel_running(rh_steps *scope)
{
    for (rh_played *played = scope->open; played; played = played->next) {
        bool goes_on = false;
        const char *error;
        if (played->is_over || played->stop)
            continue;
        if (played->step && !scope->runner->is_shut_down) {
            rh_steps_look(scope, played);
            if (!rh_runner_condition(scope, &played->step->condition, played->call, &goes_on,
                                     &error))
                goes_on = false;
        }
        if (!goes_on)
            rh_played_stop(played, RH_STEP_CANCELLED);
    }
}

/* "6h0m0s" */
static const char *time_limit(rh_arena *arena, rh_duration limit)
{
    long long seconds = (long long)(limit / RH_SECONDS(1));
    long long hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours)
        return rh_format(arena, "%lldh%lldm%llds", hours, minutes, seconds % 60);
    if (minutes)
        return rh_format(arena, "%lldm%llds", minutes, seconds % 60);
    return rh_format(arena, "%llds", seconds);
}

static void cancel_job(rh_steps *scope, bool timed_out)
{
    rh_runner *runner = scope->runner;
    runner->told = rh_inside_now(scope->inside);
    runner->status = RH_CONCLUSION_CANCELLED;
    runner->timed_out = timed_out;
    if (timed_out) {
        const char *text =
            rh_format(runner->arena, "The job has exceeded the maximum execution time of %s",
                      time_limit(runner->arena, runner->leg->timeout));
        rh_runner_annotate(runner, 0, "error", text);
        runner->first_error = runner->first_error ? runner->first_error : text;
    }
    cancel_running(scope);
}

/* The job fails; no condition is looked at any more, of none of its steps (StepsRunner.cs). One
 * that was cancelled before stays cancelled. */
static void shut_down(rh_steps *scope)
{
    rh_runner *runner = scope->runner;
    runner->is_shut_down = true;
    if (runner->told == RH_FOREVER) {
        runner->told = rh_inside_now(scope->inside);
        runner->status = RH_CONCLUSION_FAILURE;
    }
    rh_runner_annotate(runner, 0, "error", RH_ACTIONS_SHUTDOWN);
    runner->first_error = runner->first_error ? runner->first_error : RH_ACTIONS_SHUTDOWN;
    cancel_running(scope);
}

static void listen_as_job(rh_steps *scope)
{
    rh_runner *runner = scope->runner;
    rh_time now = rh_inside_now(scope->inside);
    bool is_told = rh_inside_is_told(scope->inside);
    if (is_told && !runner->is_shut_down && rh_inside_host_stops(scope->inside))
        shut_down(scope);
    else if (is_told && !runner->is_shut_down)
        runner->is_asked = true;
    if (runner->told == RH_FOREVER) {
        if (is_told)
            cancel_job(scope, false);
        else if (now >= runner->deadline)
            cancel_job(scope, true);
        return;
    }
    if (now < rh_time_add(runner->told, RH_RUNNER_CANCEL) || runner->is_over)
        return;
    runner->is_over = true; /* the server waits no longer */
    for (rh_played *played = scope->open; played; played = played->next) {
        rh_played_stop(played, RH_STEP_CANCELLED);
        if (is_running(played))
            rh_child_kill(played->child);
    }
}

/* A composite action hears it from the step that uses it. */
static void listen_as_action(rh_steps *scope)
{
    if (scope->is_told || !rh_inside_is_told(scope->inside))
        return;
    scope->is_told = true;
    if (scope->owner->stop != RH_STEP_TIMED_OUT && scope->owner->stop != RH_STEP_CALLED_OFF) {
        scope->status = RH_CONCLUSION_CANCELLED;
        cancel_running(scope);
        return;
    }
    scope->is_aborted = true;
    for (rh_played *played = scope->open; played; played = played->next)
        rh_played_stop(played, (rh_step_stop)scope->owner->stop);
}

void rh_steps_listen(rh_steps *scope)
{
    if (plays_job(scope))
        listen_as_job(scope);
    else
        listen_as_action(scope);
}

/* ---- going on -------------------------------------------------------------------------------- */

static void start_waiting(rh_steps *scope)
{
    for (rh_played *played = scope->open; played; played = played->next) {
        if (!played->waits_for_slot || played->is_over || scope->running >= RH_RUNNER_SLOTS)
            continue;
        played->waits_for_slot = false;
        scope->running++;
        rh_played_start(played);
    }
}

static bool finish_closed(rh_steps *scope)
{
    bool any = false;
    for (rh_played **link = &scope->open; *link;) {
        rh_played *played = *link;
        if (played->waits_for_slot && played->stop) {
            *link = played->next;
            rh_played_drop(played);
            any = true;
            continue;
        }
        if (!played->child || played->child->status == RH_CHILD_OPEN) {
            link = &played->next;
            continue;
        }
        *link = played->next;
        rh_played_finish(played);
        if (played->is_background)
            scope->running--;
        any = true;
    }
    if (any)
        start_waiting(scope);
    return any;
}

static void time_is_over(rh_played *played)
{
    rh_inside_journal(played->scope->inside,
                      &(rh_entry){.kind = RH_ENTRY_TIME_LIMIT,
                                  .call = played->call,
                                  .attempt = played->child->number,
                                  .span = RH_MINUTES(played->timeout_minutes)});
    rh_played_stop(played, RH_STEP_TIMED_OUT);
}

static void check_times(rh_steps *scope)
{
    rh_time now = rh_inside_now(scope->inside);
    for (rh_played *played = scope->open; played; played = played->next) {
        if (!is_running(played))
            continue;
        if (!played->stop && now >= played->deadline)
            time_is_over(played);
        else if (now >= kill_time(played))
            rh_child_kill(played->child);
    }
}

void rh_steps_wait(rh_steps *scope)
{
    rh_inside_wait(scope->inside, next_deadline(scope));
    rh_steps_listen(scope);
    check_times(scope);
}

void rh_steps_wait_for(rh_steps *scope, const rh_played *played)
{
    for (;;) {
        while (finish_closed(scope))
            ;
        if (played->is_over)
            return;
        rh_steps_wait(scope);
    }
}
