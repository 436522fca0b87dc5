/* A list of steps, in order (StepsRunner.cs, CompositeActionHandler.cs). */
#include "sim/actions/runner.h"

#include "sim/base/value.h"
#include "sim/world.h"

static const rh_script nothing = {0};

/* ---- starting -------------------------------------------------------------------------------- */

static rh_played *make_played(rh_steps *scope, const rh_actions_step *step)
{
    rh_played *played = RH_NEW(scope->runner->arena, rh_played);
    played->scope = scope;
    played->step = step;
    played->deadline = RH_FOREVER;
    played->stopped = RH_FOREVER;
    played->command_deadline = RH_FOREVER;
    if (!step)
        return played;
    played->is_background = step->background;
    played->shape = rh_runner_shape(scope, step);
    played->title = rh_actions_step_title(step);
    return played;
}

/* Of a script without a name: its first line, as it is played. */
static const char *title_of_script(const rh_played *played)
{
    const rh_token *run = played->step->run;
    const rh_value *script = played->script;
    bool is_known = script && script->kind == RH_STRING && !played->replacements;
    if (!run || !run->expression || !is_known)
        return played->title;
    const char *line = script->as.text + strspn(script->as.text, " \t\r\n");
    rh_arena *arena = played->scope->runner->arena;
    const char *first = rh_arena_text(arena, line, strcspn(line, "\r\n"));
    return rh_format(arena, "Run %s", rh_runner_masked(played->scope->runner, first));
}

/* As ActionRunner.cs does. */
static const char *title_of(rh_played *played)
{
    const rh_token *name = played->step->name;
    const rh_value *title;
    const char *error;
    if (!name)
        return title_of_script(played);
    if (name->constant)
        return played->title;
    bool is_fine = rh_runner_text(played->scope, name, played->step->file, &title, &error);
    if (!is_fine || rh_kind_of(title) != RH_STRING || !title->count)
        return name->text;
    const char *text = rh_text_of(title), *masked = rh_runner_masked(played->scope->runner, text);
    bool is_unmasked = title->flags & RH_SECRET && masked == text; /* made of a part of it */
    return is_unmasked ? "***" : masked;
}

static rh_child_request request_of(rh_played *played)
{
    const rh_actions_step *step = played->step;
    return (rh_child_request){.type = played->shape->type,
                              .about = {.level = RH_CALL_STEP,
                                        .title = played->title,
                                        .aliases = step->aliases,
                                        .file = step->file,
                                        .line = step->place.line,
                                        .column = step->place.column},
                              .data = played,
                              .fallback = &nothing};
}

/* A call that is made only to fail: what it needs was refused. */
static void start_refused(rh_played *played, const char *error)
{
    rh_steps *scope = played->scope;
    rh_arena *arena = scope->runner->arena;
    rh_child_request request = request_of(played);
    rh_script *script = RH_NEW(arena, rh_script);
    script->failure = rh_runner_failure(arena, error, 0);
    request.fallback = script;
    played->error = error;
    played->child = rh_inside_start(scope->inside, &request);
    played->call = played->child->call;
}

/* Whole minutes; a fraction is cut off. */
static bool read_time_limit(rh_played *played, const char **error)
{
    rh_steps *scope = played->scope;
    const rh_value *minutes;
    if (!rh_runner_value(scope, played->step->timeout_minutes, played->step->file, &minutes, error))
        return false;
    rh_kind kind = rh_kind_of(minutes);
    if (kind == RH_UNKNOWN)
        rh_runner_note(scope->runner, "a timeout-minutes that is not known is taken as none");
    if (kind != RH_INTEGER && kind != RH_NUMBER)
        return true;
    played->timeout_minutes = rh_integer_of(minutes);
    if (played->timeout_minutes > 0 && played->timeout_minutes < 1000000)
        played->deadline =
            rh_time_add(rh_inside_now(scope->inside), RH_MINUTES(played->timeout_minutes));
    return true;
}

/* Its inputs, its env, its script, or files that it may read. */
static bool is_tainted(const rh_played *played)
{
    unsigned flags = rh_runner_flags(played->replacements) | rh_runner_flags(played->env_own) |
                     rh_runner_flags(played->args);
    return (flags & RH_TAINTED) || played->script_is_tainted ||
           played->scope->runner->files_are_tainted;
}

/* What it did itself, answered as a whole, is told as what its commands do is. */
static void tell_taint(rh_played *played)
{
    if (!played->is_tainted ||
        !rh_runner_has_acted(played->scope->runner, played->call, played->journal_begin))
        return;
    bool is_action = played->step->kind == RH_STEP_USES;
    rh_runner_taint(played, is_action ? played->step->uses.name : played->shape->type->text);
}

void rh_played_start(rh_played *played)
{
    rh_steps *scope = played->scope;
    const rh_actions_step *step = played->step;
    const char *error = NULL;
    rh_steps_look(scope, played);
    rh_child_request request = request_of(played);
    bool is_fine = read_time_limit(played, &error);
    if (is_fine && step->kind == RH_STEP_RUN)
        is_fine = rh_script_prepare(played, &error);
    else if (is_fine && step->kind == RH_STEP_USES)
        is_fine = rh_uses_prepare(played, &request, &error);
    if (!is_fine) {
        start_refused(played, error);
        return;
    }
    if (step->kind == RH_STEP_RUN) {
        request.body = rh_script_body;
        request.args = played->args;
    }
    request.about.title = played->title = title_of(played);
    request.about.is_tainted = played->is_tainted = is_tainted(played);
    played->journal_begin = scope->runner->world->journal.count;
    request.policy = rh_played_policy(played);
    played->child = rh_inside_start(scope->inside, &request);
    played->call = played->child->call;
    if (step->kind == RH_STEP_USES)
        rh_uses_register_post(played);
}

/* ---- what came of it ------------------------------------------------------------------------- */

static void set_outcome(rh_played *played, rh_conclusion outcome, const char *error)
{
    played->outcome = outcome;
    if (!played->error)
        played->error = error;
}

static const char *timed_out_text(const rh_played *played)
{
    return rh_format(played->scope->runner->arena,
                     "The action '%s' has timed out after %lld minutes.", played->title,
                     (long long)played->timeout_minutes);
}

/* What stopped it counts, whatever it says itself (ProcessInvoker.cs). */
static void conclude_stopped(rh_played *played)
{
    if (played->stop == RH_STEP_TIMED_OUT && played->scope->owner)
        set_outcome(played, RH_CONCLUSION_FAILURE, "The action has timed out.");
    else if (played->stop == RH_STEP_TIMED_OUT)
        set_outcome(played, RH_CONCLUSION_FAILURE, timed_out_text(played));
    else
        set_outcome(played, RH_CONCLUSION_CANCELLED,
                    played->stop == RH_STEP_CALLED_OFF ? NULL : "The operation was canceled.");
}

static void conclude_failed(rh_played *played)
{
    const rh_failure *failure = played->child->failure;
    bool by_own = played->limits_attempts && failure->kind == RH_FAILURE_TIMEOUT &&
                  failure->timeout_type == RH_TIMEOUT_START_TO_CLOSE;
    set_outcome(played, RH_CONCLUSION_FAILURE,
                by_own ? timed_out_text(played) : rh_played_reason(played, failure));
}

static void conclude_answered(rh_played *played)
{
    const rh_inner *child = played->child;
    switch ((rh_child_status)child->status) {
    case RH_CHILD_COMPLETED:
        set_outcome(played, RH_CONCLUSION_SUCCESS, NULL);
        break;
    case RH_CHILD_FAILED:
        conclude_failed(played);
        break;
    case RH_CHILD_CANCELED:
        set_outcome(played, RH_CONCLUSION_CANCELLED, "The operation was canceled.");
        break;
    default:
        set_outcome(played, RH_CONCLUSION_FAILURE, "its process died");
    }
}

/* An answer for a step as a whole: {"outputs": {...}, "env": {...}}. Of one that does not say what
 * it puts out nothing is known. */
static void take_answer(rh_played *played)
{
    rh_arena *arena = played->scope->runner->arena;
    const rh_value *answer = played->child->value;
    if (rh_kind_of(answer) == RH_OBJECT) {
        played->outputs = rh_get(answer, "outputs");
        played->env_made = rh_get(answer, "env");
    } else if (played->outcome == RH_CONCLUSION_SUCCESS && played->step && played->step->id) {
        const char *origin = rh_format(arena, "steps.%s.outputs", played->step->id);
        played->outputs = rh_value_unknown(arena, origin, 0);
    }
}

/* Continue-on-error turns a failure, and nothing else, into a success (ExecutionContext.cs). */
static void apply_continue_on_error(rh_played *played)
{
    const rh_value *continues;
    const char *error;
    played->conclusion = played->outcome;
    if (played->outcome != RH_CONCLUSION_FAILURE || played->is_refused || !played->step)
        return;
    const rh_token *token = played->step->continue_on_error;
    rh_steps *scope = played->scope;
    if (!token)
        return;
    rh_steps_look(scope, played);
    if (!rh_runner_value(scope, token, played->step->file, &continues, &error)) {
        rh_runner_annotate(scope->runner, played->call, "error", error);
        return;
    }
    rh_truth truth = rh_value_truth(continues);
    if (truth == RH_TRUTH_UNKNOWN &&
        rh_runner_decide(scope->runner, scope->inside, played->call, continues,
                         token->text ? token->text : "continue-on-error", played->step->file,
                         token->line))
        truth = RH_TRUTHY;
    if (truth == RH_TRUTHY)
        played->conclusion = RH_CONCLUSION_SUCCESS;
}

static void journal_end(rh_played *played)
{
    rh_steps *scope = played->scope;
    rh_world *world = scope->runner->world;
    int32_t attempt = played->child->number;
    bool is_seen = played->step && !played->step->id_is_generated;
    for (size_t i = 0;
         is_seen && rh_kind_of(played->outputs) == RH_OBJECT && i < played->outputs->count; i++) {
        const rh_field *field = &played->outputs->as.fields[i];
        rh_inside_journal(scope->inside,
                          &(rh_entry){.kind = RH_ENTRY_OUTPUT,
                                      .call = played->call,
                                      .attempt = attempt,
                                      .name = rh_names_intern(&world->names, field->key),
                                      .value = field->value});
    }
    const char *why = played->error ? rh_runner_masked(scope->runner, played->error) : NULL;
    rh_inside_journal(scope->inside, &(rh_entry){.kind = RH_ENTRY_CONCLUDED,
                                                 .call = played->call,
                                                 .attempt = attempt,
                                                 .code = (uint8_t)played->outcome,
                                                 .number = (uint64_t)played->conclusion,
                                                 .text = why});
}

void rh_played_drop(rh_played *played)
{
    rh_child_request request = request_of(played);
    played->is_over = true;
    played->outcome = played->conclusion = RH_CONCLUSION_CANCELLED;
    played->call = rh_inside_skip(played->scope->inside, &request,
                                  "it was cancelled before it had one of the ten slots");
}

void rh_played_finish(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    played->is_over = true;
    if (played->stop)
        conclude_stopped(played);
    else
        conclude_answered(played);
    if (!played->was_inside)
        take_answer(played);
    tell_taint(played);
    rh_uses_tell_assumed(played);
    rh_files_read_step(played); /* of a script that was killed; others have read them */
    apply_continue_on_error(played);
    if (played->error)
        rh_runner_annotate(runner, played->call, "error", played->error);
    bool is_of_job = !played->scope->owner;
    if (is_of_job && played->conclusion == RH_CONCLUSION_FAILURE && !runner->first_error)
        runner->first_error = rh_runner_masked(runner, played->error ? played->error : "failed");
    journal_end(played);
}

static const rh_value *step_context(rh_arena *arena, const rh_value *outputs, rh_conclusion outcome,
                                    rh_conclusion conclusion)
{
    const rh_field fields[] = {
        {"outputs", outputs ? outputs : rh_value_object(arena, NULL, 0)},
        {"outcome", rh_runner_string(arena, rh_conclusion_name(outcome), 0)},
        {"conclusion", rh_runner_string(arena, rh_conclusion_name(conclusion), 0)},
    };
    return rh_runner_object(arena, fields, 3);
}

static void add_to_context(rh_steps *scope, const rh_actions_step *step, const rh_value *outputs,
                           rh_conclusion outcome, rh_conclusion conclusion)
{
    if (step && step->id && !step->id_is_generated)
        rh_steps_add_step(scope, step->id,
                          step_context(scope->runner->arena, outputs, outcome, conclusion));
}

/* A job's status only gets worse, and cancelled stays (TaskResultUtil.cs). */
static void worsen(rh_conclusion *status, rh_conclusion conclusion)
{
    if (*status == RH_CONCLUSION_SUCCESS &&
        (conclusion == RH_CONCLUSION_FAILURE || conclusion == RH_CONCLUSION_CANCELLED))
        *status = conclusion;
}

void rh_played_merge(rh_played *played)
{
    rh_steps *scope = played->scope;
    if (played->is_merged)
        return;
    played->is_merged = true;
    add_to_context(scope, played->step, played->outputs, played->outcome, played->conclusion);
    rh_runner_merge_made(scope->runner, played);
    if (played->stop == RH_STEP_CALLED_OFF)
        return;
    if (played->conclusion == RH_CONCLUSION_FAILURE && !scope->error) {
        scope->error = played->error;
        scope->failure = played->child ? played->child->failure : NULL;
    }
    if (scope->owner)
        worsen(&scope->status, played->conclusion);
    else if (played->conclusion == RH_CONCLUSION_FAILURE)
        worsen(&scope->runner->status, played->conclusion);
}

/* ---- one step -------------------------------------------------------------------------------- */

static void add_open(rh_played *played)
{
    rh_played **last = &played->scope->open;
    while (*last)
        last = &(*last)->next;
    *last = played;
}

static void skip(rh_played *played)
{
    rh_steps *scope = played->scope;
    const rh_actions_step *step = played->step;
    rh_child_request request = request_of(played);
    rh_conclusion status = scope->owner ? scope->status : scope->runner->status;
    const char *why;
    bool is_implied =
        !step->condition.text ||
        (step->condition.expression && rh_expression_implies_success(step->condition.expression));
    if (scope->runner->is_shut_down)
        why = RH_RUNNER_SKIPS;
    else if (is_implied && status == RH_CONCLUSION_CANCELLED)
        why = "the job was cancelled: success() is implied";
    else if (is_implied && status == RH_CONCLUSION_FAILURE)
        why = "an earlier step failed: success() is implied";
    else
        why = rh_format(scope->runner->arena, "`if` is false: %s", step->condition.text);
    played->title = request.about.title = title_of(played);
    played->call = rh_inside_skip(scope->inside, &request, why);
    add_to_context(scope, step, NULL, RH_CONCLUSION_SKIPPED, RH_CONCLUSION_SKIPPED);
}

static void refuse(rh_played *played, const char *error)
{
    played->is_refused = true;
    add_open(played);
    start_refused(played, error);
    rh_inside_journal(played->scope->inside,
                      &(rh_entry){.kind = RH_ENTRY_REFUSED,
                                  .call = played->call,
                                  .attempt = 1,
                                  .text = rh_runner_masked(played->scope->runner, error)});
    rh_steps_wait_for(played->scope, played);
    played->outcome = played->conclusion = RH_CONCLUSION_FAILURE;
    rh_played_merge(played);
}

/* Its env, then its `if`. False: it is not to be started. */
static bool is_wanted(rh_played *played)
{
    rh_steps *scope = played->scope;
    const rh_actions_step *step = played->step;
    const rh_value *outer = scope->owner ? scope->owner->env_own : NULL;
    const char *error = NULL;
    const rh_value *own;
    bool holds = false;
    played->env = rh_runner_overlay_env(scope->runner, scope->runner->env, outer);
    rh_steps_look(scope, played);
    if (!rh_runner_env(scope, &step->env, step->file, &own, &error)) {
        refuse(played, error);
        return false;
    }
    played->env_own = rh_runner_overlay_env(scope->runner, outer, own);
    played->env = rh_runner_overlay_env(scope->runner, played->env, own);
    rh_steps_look(scope, played);
    if (!scope->runner->is_shut_down &&
        !rh_runner_condition(scope, &step->condition, 0, &holds, &error)) {
        refuse(played, error);
        return false;
    }
    if (!holds)
        skip(played);
    return holds;
}

/* Background steps wait for one of ten slots. */
static void start_in_background(rh_played *played)
{
    rh_steps *scope = played->scope;
    played->is_background = true;
    add_open(played);
    if (scope->running >= RH_RUNNER_SLOTS) {
        played->waits_for_slot = true;
        return;
    }
    scope->running++;
    rh_played_start(played);
}

static void wait_for_list(rh_steps *scope, rh_played *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rh_steps_wait_for(scope, list[i]);
    for (size_t i = 0; i < count; i++)
        rh_played_merge(list[i]);
}

static bool is_target(const rh_actions_step *step, const rh_played *played)
{
    if (step->kind == RH_STEP_WAIT_ALL)
        return true;
    for (size_t i = 0; step->targets && step->targets[i]; i++)
        if (strcmp(step->targets[i], played->step->id) == 0)
            return true;
    return false;
}

static void wait_for_targets(rh_steps *scope, const rh_actions_step *step)
{
    for (rh_played *played = scope->background; played; played = played->next_background)
        if (is_target(step, played) && step->kind == RH_STEP_CANCEL)
            rh_played_stop(played, RH_STEP_CALLED_OFF);
    for (rh_played *played = scope->background; played; played = played->next_background)
        if (is_target(step, played)) {
            rh_steps_wait_for(scope, played);
            rh_played_merge(played);
        }
}

static void play_group(rh_steps *scope, const rh_actions_step *group)
{
    rh_played **list = RH_NEW_ARRAY(scope->runner->arena, rh_played *, group->step_count);
    size_t count = 0, outer = scope->step_count;
    scope->step_count = group->step_count;
    for (size_t i = 0; i < group->step_count; i++) {
        rh_played *played = make_played(scope, &group->steps[i]);
        if (!is_wanted(played))
            continue;
        start_in_background(played);
        list[count++] = played;
    }
    scope->step_count = outer;
    wait_for_list(scope, list, count);
}

static void play_step(rh_steps *scope, const rh_actions_step *step)
{
    rh_played *played = make_played(scope, step);
    if (!is_wanted(played))
        return;
    if (step->kind == RH_STEP_PARALLEL) {
        play_group(scope, step);
        return;
    }
    if (step->background) {
        rh_played **last = &scope->background;
        while (*last)
            last = &(*last)->next_background;
        *last = played;
        start_in_background(played);
        return;
    }
    if (step->kind == RH_STEP_WAIT || step->kind == RH_STEP_WAIT_ALL ||
        step->kind == RH_STEP_CANCEL)
        wait_for_targets(scope, step);
    add_open(played);
    rh_played_start(played);
    rh_steps_wait_for(scope, played);
    rh_played_merge(played);
}

void rh_steps_play(rh_steps *scope, const rh_actions_step *steps, size_t count)
{
    scope->step_count = count;
    for (size_t i = 0; i < count; i++) {
        rh_steps_listen(scope);
        if (scope->is_aborted || scope->runner->is_over)
            break;
        play_step(scope, &steps[i]);
    }
    for (rh_played *played = scope->background; played; played = played->next_background) {
        rh_steps_wait_for(scope, played);
        rh_played_merge(played);
    }
}

/* ---- steps of the runner's own --------------------------------------------------------------- */

static rh_conclusion play_own(rh_steps *scope, rh_played *played, rh_child_request *request)
{
    add_open(played);
    played->title = request->about.title;
    request->data = played;
    request->policy = rh_played_policy(played);
    played->child = rh_inside_start(scope->inside, request);
    played->call = played->child->call;
    rh_steps_wait_for(scope, played);
    rh_played_merge(played);
    return played->conclusion;
}

/* Whether actions are fetched before the job begins. */
static bool fetches_actions(const rh_actions_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (steps[i].uses.kind == RH_USES_REPOSITORY ||
            fetches_actions(steps[i].steps, steps[i].step_count))
            return true;
    return false;
}

/* What typically goes wrong in steps of the runner's own. */
static const char *const *faults_of(const rh_actions_job *job, const char *type)
{
    static const char *const setup[] = {"action-resolve", NULL};
    static const char *const containers[] = {"docker-pull-failed", "docker-pull-limit", NULL};
    static const char *const nothing_fetched[] = {NULL};
    if (strcmp(type, "setup") != 0)
        return containers;
    return fetches_actions(job->steps, job->step_count) ? setup : nothing_fetched;
}

rh_conclusion rh_runner_play_own(rh_steps *scope, const char *type, const char *const *aliases)
{
    rh_runner *runner = scope->runner;
    rh_played *played = make_played(scope, NULL);
    rh_child_request request = {.type = rh_names_intern(&runner->world->names, type),
                                .about = {.level = RH_CALL_STEP,
                                          .title = aliases[0],
                                          .aliases = aliases,
                                          .file = runner->run->file->path,
                                          .line = runner->leg->job->place.line,
                                          .column = runner->leg->job->place.column,
                                          .faults = faults_of(runner->leg->job, type),
                                          .is_runners = true},
                                .fallback = &nothing};
    return play_own(scope, played, &request);
}

static void play_pre(rh_steps *scope, const rh_actions_step *step)
{
    rh_runner *runner = scope->runner;
    rh_arena *arena = runner->arena;
    const rh_actions_action *action = step->action;
    rh_played *of = make_played(scope, step), *played = make_played(scope, NULL);
    rh_child_request request = request_of(of);
    const char **aliases = RH_NEW_ARRAY(arena, const char *, 2);
    aliases[0] = request.about.title = rh_format(arena, "Pre %s", of->title);
    request.about.aliases = aliases;
    request.type =
        rh_names_intern(&runner->world->names, rh_format(arena, "pre-%s", of->shape->type->text));
    played->env = runner->env;
    rh_steps_look(scope, played);
    bool holds = true;
    if (action->pre_if.text && !runner->is_shut_down &&
        !rh_runner_condition(scope, &action->pre_if, 0, &holds, &played->error))
        holds = true;
    if (runner->is_shut_down)
        rh_inside_skip(scope->inside, &request, RH_RUNNER_SKIPS);
    else if (holds)
        play_own(scope, played, &request);
    else
        rh_inside_skip(scope->inside, &request,
                       rh_format(arena, "`pre-if` is false: %s", action->pre_if.text));
}

void rh_runner_play_pres(rh_runner *runner, rh_steps *scope)
{
    const rh_actions_job *job = runner->leg->job;
    scope->step_count = job->step_count;
    for (size_t i = 0; i < job->step_count && !runner->is_over; i++) {
        const rh_actions_step *step = &job->steps[i];
        const rh_actions_action *action = step->action;
        if (!action || action->using == RH_USING_COMPOSITE || !action->pre)
            continue;
        if (step->uses.kind == RH_USES_REPOSITORY)
            play_pre(scope, step);
        else
            rh_runner_annotate(
                runner, 0, "warning",
                rh_format(runner->arena,
                          "`pre` execution is not supported for local action from '%s'",
                          step->uses.name));
    }
}

static void play_post(rh_steps *scope, const rh_post *post)
{
    rh_runner *runner = scope->runner;
    rh_arena *arena = runner->arena;
    const rh_actions_step *step = post->played->step;
    const rh_actions_action *action = step->action;
    const char *title = rh_format(arena, "Post %s", post->played->title);
    const char **aliases = RH_NEW_ARRAY(arena, const char *, 2);
    aliases[0] = title;
    rh_child_request request = request_of(post->played);
    const char *type = rh_format(arena, "post-%s", post->played->shape->type->text);
    request.type = rh_names_intern(&runner->world->names, type);
    request.about.aliases = aliases;
    request.about.title = title;
    request.about.faults = rh_runner_faults(post->played->known != NULL, NULL);
    request.about.is_runners = true;
    request.fallback = rh_uses_post_script(post->played);
    rh_played *played = make_played(scope, NULL);
    played->env = post->played->env;
    rh_steps_look(scope, played);
    bool holds = true;
    if (action && action->post_if.text && !runner->is_shut_down &&
        !rh_runner_condition(scope, &action->post_if, 0, &holds, &played->error))
        holds = true;
    const char *condition = action && action->post_if.text ? action->post_if.text : "success()";
    if (post->played->known && post->played->known->post_needs_success)
        holds = runner->status == RH_CONCLUSION_SUCCESS;
    if (runner->is_shut_down)
        rh_inside_skip(scope->inside, &request, RH_RUNNER_SKIPS);
    else if (!holds)
        rh_inside_skip(scope->inside, &request,
                       rh_format(arena, "`post-if` is false: %s", condition));
    else
        play_own(scope, played, &request);
}

void rh_runner_play_posts(rh_runner *runner, rh_steps *scope)
{
    while (runner->posts && !runner->is_over) {
        const rh_post *post = runner->posts;
        runner->posts = post->next;
        rh_steps_listen(scope);
        if (!runner->is_over)
            play_post(scope, post);
    }
}
