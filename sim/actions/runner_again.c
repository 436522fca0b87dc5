/* Steps that are tried again under the rules of the lift: their policy, what a failure says of
 * another try, and how what a failed attempt left behind is put back. */
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

static void put_back(void *data)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    put_files_back(runner, played);
    put_env_back(runner, played);
    put_posts_back(runner, played);
    if (!played->is_background) /* others may have tainted it meanwhile */
        put_taint_back(runner, &played->taint_before);
    played->was_inside = played->is_composite = played->files_are_read = false;
    played->outputs = played->env_made = NULL;
    played->files = NULL;
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

void rh_runner_set_policy(rh_runner *runner)
{
    const rh_actions_settings *settings = runner->run->definition->settings;
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

const rh_child_policy *rh_played_policy(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    if (!runner->policy || played->scope->owner)
        return NULL;
    remember_taint(runner, &played->taint_before);
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
    if (!runner->policy || !because || because->kind != RH_FAILURE_APPLICATION)
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
