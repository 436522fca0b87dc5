/* Steps that are tried again, under the rules of the lift or in retry wrappers: their policy, what
 * a failure says of another try, and how what a failed attempt left behind is put back. */
#include "sim/actions/runner.h"

#include "sim/base/value.h"
#include "sim/failure.h"

/* The step of the job that a step of a composite action belongs to; itself, if it is the job's. */
static rh_played *outermost(rh_played *played)
{
    while (played->scope->owner)
        played = played->scope->owner;
    return played;
}

static const rh_duration DEATH_IS_SEEN = RH_SECONDS(1); /* by who waits for a process */

/* ---- putting back ---------------------------------------------------------------------------- */

static void remember_taint(const rh_runner *runner, rh_taint_mark *mark)
{
    *mark = (rh_taint_mark){.are_tainted = runner->files_are_tainted,
                            .call = runner->taint_call,
                            .line = runner->taint_line,
                            .name = runner->taint_name,
                            .title = runner->taint_title,
                            .length = runner->tainted.length};
}

static void put_taint_back(rh_runner *runner, const rh_taint_mark *mark)
{
    runner->files_are_tainted = mark->are_tainted;
    runner->taint_call = mark->call;
    runner->taint_line = mark->line;
    runner->taint_name = mark->name;
    runner->taint_title = mark->title;
    runner->tainted.length = mark->length;
}

/* Of steps that play at the same time each puts back only what is its own. */
static void put_files_back(rh_runner *runner, const rh_played *step)
{
    for (rh_job_file *file = runner->files; file; file = file->next)
        if (file->writer == step) {
            file->text = file->before;
            file->writer = NULL;
        }
}

static void put_env_back(rh_runner *runner, const rh_played *step)
{
    rh_env_made **link = &runner->made, *kept = NULL;
    bool any = false;
    for (; *link; link = &(*link)->next)
        if ((*link)->step == step) {
            any = true;
            break;
        }
    if (!any)
        return;
    rh_env_made *all = runner->made;
    runner->made = NULL;
    runner->env = runner->first_env;
    runner->paths = (rh_file_paths){0};
    runner->defaults = NULL;
    for (; all; all = kept) {
        kept = all->next;
        if (all->step != step)
            rh_runner_add_made(runner, all);
    }
}

static void put_posts_back(rh_runner *runner, const rh_played *step)
{
    for (rh_post **link = &runner->posts; *link;) {
        rh_played *played = (*link)->played;
        if (played != step && outermost(played) == step)
            *link = (*link)->next;
        else
            link = &(*link)->next;
    }
}

/* What every attempt finds out for itself. */
static void forget(rh_played *played)
{
    played->was_inside = played->is_composite = played->files_are_read = false;
    played->inside = NULL;
    played->is_told = played->command_timed_out = false;
    played->command_deadline = RH_FOREVER;
    played->failed_call = played->failed_line = 0;
    played->failed_name = played->failed_command = NULL;
    played->failed = NULL;
    played->reader = (rh_command_reader){0};
    played->line_count = 0;
    played->attempts = 0;
}

static void put_back(void *data, const rh_inner *child)
{
    (void)child;
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    put_files_back(runner, played);
    put_env_back(runner, played);
    put_posts_back(runner, played);
    if (!played->is_background) /* others may have tainted it meanwhile */
        put_taint_back(runner, &played->taint_before);
    played->outputs = played->env_made = NULL;
    played->files = NULL;
    forget(played);
}

void rh_runner_changes_file(rh_played *played, rh_job_file *file)
{
    rh_played *step = outermost(played);
    if (file->writer == step)
        return;
    file->writer = step;
    file->before = file->text;
}

void rh_runner_add_made(rh_runner *runner, rh_env_made *made)
{
    rh_env_made **last = &runner->made;
    while (*last)
        last = &(*last)->next;
    made->next = NULL;
    *last = made;
    runner->env = rh_runner_overlay_env(runner, runner->env, made->env);
    if (!made->paths || !made->paths->count)
        return;
    runner->paths = rh_file_command_paths(runner->arena, &runner->paths, made->paths->items,
                                          made->paths->count);
    runner->defaults = NULL;
}

void rh_runner_merge_made(rh_runner *runner, rh_played *played)
{
    const rh_step_pieces *paths = played->files ? &played->files[RH_STEP_PATH] : NULL;
    if (!played->env_made && (!paths || !paths->count))
        return;
    rh_env_made *made = RH_NEW(runner->arena, rh_env_made);
    *made = (rh_env_made){.step = outermost(played), .env = played->env_made, .paths = paths};
    rh_runner_add_made(runner, made);
}

/* ---- the policy ------------------------------------------------------------------------------ */

/* Of a wrapper, in its words. */
const char *rh_played_reason(const rh_played *played, const rh_failure *failure)
{
    const rh_runner *runner = played->scope->runner;
    if (!runner->policy || !runner->policy->tries_again || failure->kind != RH_FAILURE_TIMEOUT)
        return rh_failure_message(failure);
    return failure->timeout_type == RH_TIMEOUT_HEARTBEAT
               ? "the process has died"
               : rh_format(runner->arena, "Timeout of %lldms hit",
                           (long long)(runner->policy->start_to_close / RH_MILLISECONDS(1)));
}

/* A wrapper tells of the attempt and plays the next one on what it has left behind. What the failed
 * one has tainted the next one makes anew. */
static void tell_of_attempt(void *data, const rh_inner *child)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    const char *text = rh_format(runner->arena, "Attempt %d failed. Reason: %s", (int)child->number,
                                 rh_played_reason(played, child->failure));
    rh_runner_annotate(runner, child->call, "warning", text);
    if (!played->is_background)
        put_taint_back(runner, &played->taint_before);
    forget(played);
}

/* It is put around scripts and actions that talk to a network, whole ones. */
static bool is_in_wrapper(void *data)
{
    const rh_played *played = data;
    bool is_whole = played->step->kind == RH_STEP_RUN && !played->was_inside;
    return played->talks || is_whole;
}

void rh_played_does(rh_played *played, const char *const *faults)
{
    rh_played *step = outermost(played);
    step->talks = step->talks || rh_wrap_talks(faults);
}

static void wrap_steps(rh_runner *runner, const rh_actions_wrap *wrap)
{
    const rh_actions_wrap rules = rh_wrap_fill(wrap);
    rh_retry_policy_filled *retry = RH_NEW(runner->arena, rh_retry_policy_filled);
    *retry = rh_retry_defaults(&(rh_retry_policy){.initial_interval = rules.wait,
                                                  .backoff_coefficient = 1,
                                                  .maximum_attempts = rules.attempts});
    runner->policy = RH_NEW(runner->arena, rh_child_policy);
    *runner->policy = (rh_child_policy){.retry = retry,
                                        .start_to_close = rules.limit,
                                        .heartbeat_timeout = DEATH_IS_SEEN,
                                        .heartbeat_every = DEATH_IS_SEEN,
                                        .put_back = tell_of_attempt,
                                        .tries_again = is_in_wrapper};
}

void rh_runner_set_policy(rh_runner *runner)
{
    const rh_actions_settings *settings = runner->run->definition->settings;
    if (settings && settings->wrap && !settings->lift)
        wrap_steps(runner, settings->wrap);
    if (!settings || !settings->lift)
        return;
    rh_lift_rules *lift = rh_arena_alloc(runner->arena, sizeof *lift);
    *lift = rh_lift_fill(settings->lift);
    runner->policy = RH_NEW(runner->arena, rh_child_policy);
    *runner->policy = (rh_child_policy){.retry = &lift->filled,
                                        .start_to_close = lift->start_to_close,
                                        .heartbeat_timeout = lift->heartbeat_timeout,
                                        .heartbeat_every = lift->heartbeat_every,
                                        .put_back = put_back};
}

static bool is_wrapper(const rh_played *played)
{
    return played->known && played->known->retry;
}

const rh_child_policy *rh_played_policy(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    if (!runner->policy || played->scope->owner)
        return NULL;
    remember_taint(runner, &played->taint_before);
    if (runner->policy->tries_again) /* a wrapper: the time limit is that of all attempts */
        return played->step && !is_wrapper(played) ? runner->policy : NULL;
    rh_duration limit = played->timeout_minutes > 0 ? RH_MINUTES(played->timeout_minutes) : 0;
    if (!limit || (runner->policy->start_to_close && limit > runner->policy->start_to_close))
        return runner->policy;
    rh_child_policy *own = RH_NEW(runner->arena, rh_child_policy);
    *own = *runner->policy;
    own->start_to_close = limit;
    played->deadline = RH_FOREVER; /* the policy's now */
    played->limits_attempts = true;
    return own;
}

/* ---- failures -------------------------------------------------------------------------------- */

const rh_failure *rh_played_failure(const rh_played *played, const char *message, int status,
                                    const rh_failure *because)
{
    const rh_runner *runner = played->scope->runner;
    const rh_failure *plain = rh_runner_failure(runner->arena, message, status);
    if (!runner->policy || runner->policy->tries_again || !because ||
        because->kind != RH_FAILURE_APPLICATION)
        return plain;
    return rh_failure_application(runner->arena,
                                  &(rh_failure_options){
                                      .type = *because->type ? because->type : plain->type,
                                      .message = message,
                                      .details = plain->details,
                                      .non_retryable = because->non_retryable,
                                      .next_retry_delay = because->next_retry_delay,
                                  });
}
