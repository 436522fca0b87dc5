/* The call of a leg: what the runner is told, and what its end means. */
#include "sim/actions/server.h"
#include "sim/base/hash.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"

static const rh_duration DEFAULT_TIMEOUT = RH_HOURS(6);
static const rh_duration LONGEST_RUN = RH_DAYS(35);
static const rh_duration LONGEST_QUEUE = RH_HOURS(24);
/* The runner ends a job in time, and has five minutes to stop it; the server
 * steps in when it does not, as when the job is mocked as a whole. */
static const rh_duration GRACE = RH_MINUTES(10);
static const rh_duration LEASE = RH_MINUTES(10);
static const rh_duration LEASE_RENEWAL = RH_SECONDS(60);

/* ---- what is not read ------------------------------------------------------------------------ */

/* A called workflow that nobody has read: it succeeds, and nothing is known of
 * its outputs. */
static void play_opaque(rh_inside *inside, void *data)
{
    const rh_actions_leg *leg = data;
    rh_arena *arena = rh_inside_arena(inside);
    rh_field fields[] = {
        {"outputs",
         rh_value_unknown(arena, rh_format(arena, "the outputs of %s", leg->job->uses.text), 0)}};
    rh_inside_complete(inside, rh_value_object_borrowing(arena, fields, 1));
}

static bool is_opaque(const rh_actions_job *job)
{
    return job->uses.kind != RH_USES_NOTHING && !job->called;
}

/* ---- labels and time ------------------------------------------------------------------------- */

/* The labels of runs-on as a list: a text, a list, or {group, labels}; NULL:
 * none. */
static const rh_value *labels_of(rh_server *server, const rh_value *value)
{
    if (rh_kind_of(value) == RH_OBJECT) {
        const rh_value *labels = rh_server_get(value, "labels");
        value = rh_kind_of(labels) == RH_NULL ? rh_server_get(value, "group") : labels;
    }
    if (rh_kind_of(value) != RH_LIST)
        value = rh_value_list(server->arena, &value, 1);
    const rh_value **labels = RH_NEW_ARRAY(server->arena, const rh_value *, rh_count_of(value));
    for (size_t i = 0; i < rh_count_of(value); i++) {
        labels[i] = rh_value_as_string(server->arena, rh_at(value, i));
        if (rh_kind_of(labels[i]) != RH_UNKNOWN && !*rh_text_of(labels[i]))
            return NULL;
    }
    return rh_count_of(value) ? rh_value_list(server->arena, labels, rh_count_of(value)) : NULL;
}

/* NULL with a *message. */
static const rh_value *find_labels(rh_server_scope *scope, const char **message)
{
    rh_server *server = scope->server;
    const rh_token *token = scope->job->model->runs_on;
    if (!token)
        return rh_value_list(server->arena, NULL, 0);
    const rh_value *value = rh_server_evaluate(scope, token, "runs-on", message);
    if (!value)
        return NULL;
    const rh_value *labels = labels_of(server, value);
    if (!labels)
        *message =
            rh_server_error(scope, "runs-on", token->line, token->column, "Unexpected value ''");
    for (size_t i = 0; i < rh_count_of(labels); i++)
        if (rh_kind_of(rh_at(labels, i)) == RH_UNKNOWN)
            rh_server_value_unknown(scope, token, "runs-on", rh_at(labels, i));
    return labels;
}

static const char *queue_of(rh_server *server, const rh_value *labels)
{
    rh_text text = rh_text_in(server->arena);
    for (size_t i = 0; i < rh_count_of(labels); i++) {
        const char *label = rh_text_of(rh_at(labels, i));
        rh_text_printf(&text, "%s%s", i ? "," : "", *label ? label : "unknown");
    }
    return text.length ? rh_text_string(&text) : "workflow";
}

static bool find_timeout(rh_server_scope *scope, rh_duration *timeout, const char **message)
{
    const rh_token *token = scope->job->model->timeout_minutes;
    *timeout = scope->server->settings->lift ? RH_FOREVER : DEFAULT_TIMEOUT;
    if (!token)
        return true;
    const rh_value *value = rh_server_evaluate(scope, token, "timeout-minutes", message);
    if (!value)
        return false;
    if (rh_kind_of(value) == RH_UNKNOWN)
        rh_server_value_unknown(scope, token, "timeout-minutes", value);
    double minutes = rh_number_of(value);
    if (minutes > 0)
        *timeout = minutes < 50400 ? (rh_duration)(minutes * 60e9) : LONGEST_RUN;
    return true;
}

/* ---- going out ------------------------------------------------------------------------------- */

static const rh_value *environment_context(rh_server *server, const rh_server_leg *leg)
{
    if (!leg->environment)
        return NULL;
    rh_field fields[] = {{"name", rh_server_text(server, leg->environment)}};
    return rh_value_object_borrowing(server->arena, fields, 1);
}

/* False with a *message. */
static bool fill_leg(rh_server *server, rh_server_leg *leg, rh_actions_leg *told,
                     const char **message)
{
    rh_actions_run *run = leg->job->graph->run;
    rh_server_scope scope = {
        .server = server, .graph = leg->job->graph, .job = leg->job, .leg = leg};
    *told = (rh_actions_leg){
        .run = run,
        .job = leg->job->model,
        .path = leg->job->path,
        .name = leg->name,
        .matrix = leg->matrix,
        .strategy = leg->strategy,
        .needs = leg->job->needs,
        .environment = environment_context(server, leg),
        .secrets = rh_server_merged(server, run->secrets, leg->rules, "secrets"),
        .vars = rh_server_merged(server, run->vars, leg->rules, "vars"),
        .continue_on_error = leg->continue_on_error,
    };
    told->labels = find_labels(&scope, message);
    return told->labels && find_timeout(&scope, &told->timeout, message);
}

static const char *const *aliases_of(rh_server *server, const rh_server_leg *leg)
{
    const char **aliases = RH_NEW_ARRAY(server->arena, const char *, 3);
    const rh_token *name = leg->job->model->name;
    size_t count = 0;
    aliases[count++] = leg->name;
    if (name && !name->expression && rh_kind_of(name->constant) == RH_STRING)
        aliases[count++] = rh_text_of(name->constant);
    return aliases;
}

static rh_activity_options options_of(rh_server *server, const rh_server_leg *leg,
                                      const rh_actions_leg *told)
{
    rh_activity_options options = {
        .task_queue = queue_of(server, told->labels),
        .key = rh_server_leg_key(server, leg),
    };
    if (server->settings->lift) {
        options.start_to_close = RH_FOREVER;
        options.schedule_to_close =
            told->timeout == RH_FOREVER ? 0 : rh_time_add(GRACE, told->timeout);
        options.retry = rh_lift_fill(server->settings->lift).retry;
        return options;
    }
    options.schedule_to_close = LONGEST_RUN;
    options.schedule_to_start = LONGEST_QUEUE;
    options.start_to_close = told->timeout + GRACE;
    options.retry.maximum_attempts = 1;
    return options;
}

/* How long nothing is heard of a host before it is given up. */
static void set_lease(const rh_actions_settings *settings, rh_activity_request *request)
{
    if (!settings->lift) {
        request->lease = settings->lost_runner_after ? settings->lost_runner_after : LEASE;
        request->lease_renewal = LEASE_RENEWAL;
        request->host_stops = RH_ACTIONS_SHUTDOWN;
        return;
    }
    const rh_lift_rules rules = rh_lift_fill(settings->lift);
    request->only_lost_again = true;
    request->lease = rules.heartbeat_timeout;
    request->lease_renewal = rules.heartbeat_every;
}

/* What is not the same in all legs of a matrix. */
enum { RH_USES_LEG = RH_USES_MATRIX | RH_USES_STRATEGY | RH_USES_RUNNER | RH_USES_ENV };

static bool asks_for_leg(const rh_token *token)
{
    return token && token->expression && (rh_expression_uses(token->expression) & RH_USES_LEG);
}

/* Whether what these steps do behind a failure may hang on the leg: by a condition, a time limit,
 * what is ignored, or by what an action is given that has such steps itself. */
static bool steps_ask_for_leg(const rh_actions_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const rh_actions_step *step = &steps[i];
        const rh_expression *condition = step->condition.expression;
        if ((condition && (rh_expression_uses(condition) & RH_USES_LEG)) ||
            asks_for_leg(step->continue_on_error) || asks_for_leg(step->timeout_minutes) ||
            (step->action && step->with.token) || steps_ask_for_leg(step->steps, step->step_count))
            return true;
    }
    return false;
}

static uint64_t variant_of(const rh_actions_leg *told)
{
    uint64_t hash = rh_hash_mix((uint64_t)told->timeout, told->continue_on_error);
    if (told->run->inputs)
        hash = rh_hash_mix(hash, rh_value_hash(told->run->inputs));
    if (told->matrix && steps_ask_for_leg(told->job->steps, told->job->step_count))
        hash = rh_hash_mix(hash, rh_value_hash(told->matrix));
    return hash;
}

static void schedule(rh_server *server, rh_server_leg *leg, rh_actions_leg *told)
{
    const rh_actions_settings *settings = server->settings;
    const rh_actions_job *job = leg->job->model;
    rh_activity_request *request = RH_NEW(server->arena, rh_activity_request);
    request->type = rh_names_intern(&server->world->names, leg->job->path);
    request->options = options_of(server, leg, told);
    request->about = (rh_call_about){
        .level = RH_CALL_JOB,
        .title = leg->name,
        .aliases = aliases_of(server, leg),
        .file = leg->job->graph->run->file->path,
        .line = job->place.line,
        .column = job->place.column,
        .variant = variant_of(told),
    };
    request->body = is_opaque(job) ? play_opaque : rh_actions_play_leg;
    request->data = told;
    request->own_host = true;
    request->own_host_limit = settings->hosted_runners;
    request->own_host_delay = settings->runner_start_delay;
    set_lease(settings, request);

    server->activities =
        rh_arena_reserve(server->arena, server->activities, sizeof *server->activities,
                         server->activity_count + 1, &server->activity_capacity);
    leg->activity = (uint32_t)server->activity_count;
    server->activities[server->activity_count++] = leg;
    rh_command *command = rh_execution_command(server->execution, RH_COMMAND_SCHEDULE_ACTIVITY);
    command->number = leg->activity;
    command->activity = request;
}

static void leg_fails(rh_server *server, rh_server_leg *leg, const char *message)
{
    rh_server_leg_end(
        server, leg,
        &(rh_leg_end){.outcome = RH_CONCLUSION_FAILURE, .text = message, .is_error = true});
}

static void open_called(rh_server *server, rh_server_leg *leg)
{
    const char *message = NULL;
    const char *prefix = rh_format(server->arena, "%s/", leg->job->path);
    rh_actions_run *run = rh_server_called_run(server, leg, &message);
    if (!run) {
        leg_fails(server, leg, message);
        return;
    }
    rh_server_say_called(server, leg);
    rh_server_tell_notes(server, leg->job->graph->run, leg->job->model);
    rh_server_tell_notes(server, run, NULL);
    leg->graph = rh_server_graph_open(server, leg, run, prefix);
}

void rh_server_run_leg(rh_server *server, rh_server_leg *leg)
{
    const rh_actions_job *job = leg->job->model;
    const char *message = NULL;
    if (job->called) {
        open_called(server, leg);
        return;
    }
    rh_actions_leg *told = RH_NEW(server->arena, rh_actions_leg);
    if (!fill_leg(server, leg, told, &message)) {
        leg_fails(server, leg, message);
        return;
    }
    if (is_opaque(job))
        rh_server_note(
            server,
            rh_format(server->arena,
                      "%s:%u:%u: the called workflow %s is not read: `%s` counts as one "
                      "job that succeeds, with outputs that are not known (--include names a "
                      "file for it)",
                      leg->job->graph->run->file->path, job->uses.place.line,
                      job->uses.place.column, job->uses.text, leg->job->path));
    else
        rh_server_tell_notes(server, leg->job->graph->run, job);
    schedule(server, leg, told);
}

/* ---- coming back ----------------------------------------------------------------------------- */

/* Outputs that a job declares, when who answered for it says nothing of them.
 */
static const rh_value *undeclared(rh_server *server, const rh_server_leg *leg)
{
    const rh_token *token = leg->job->model->outputs.token;
    rh_server_fields fields = {0};
    for (uint32_t i = 0; token && token->kind == RH_TOKEN_MAPPING && i < token->count; i++) {
        const char *name = token->as.pairs[i].key->text;
        const char *origin =
            rh_format(server->arena, "needs.%s.outputs.%s", leg->job->model->id, name);
        rh_server_field(server, &fields, name, rh_value_unknown(server->arena, origin, 0));
    }
    return rh_server_object(server, &fields);
}

/* As Go prints a duration: 6h0m0s, 10m0s, 30s. */
static const char *go_duration(rh_arena *arena, rh_duration duration)
{
    long long seconds = duration / RH_SECONDS(1);
    if (seconds < 60)
        return rh_format(arena, "%llds", seconds);
    if (seconds < 3600)
        return rh_format(arena, "%lldm%llds", seconds / 60, seconds % 60);
    return rh_format(arena, "%lldh%lldm%llds", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static rh_duration limit_of(const rh_activity_record *activity)
{
    return activity->call->start_to_close - GRACE;
}

static void timed_out(rh_server *server, const rh_activity_record *activity, rh_leg_end *end)
{
    end->outcome =
        server->settings->timed_out_job_fails ? RH_CONCLUSION_FAILURE : RH_CONCLUSION_CANCELLED;
    if (activity)
        end->text =
            rh_format(server->arena, "The job has exceeded the maximum execution time of %s",
                      go_duration(server->arena, limit_of(activity)));
}

static void lost(rh_server *server, const rh_activity_record *activity, rh_leg_end *end)
{
    static const char hosted[] = "GitHub Actions ";
    const char *host = activity->identity ? activity->identity : "";
    bool is_hosted = !strncmp(host, hosted, sizeof hosted - 1);
    end->outcome = RH_CONCLUSION_FAILURE;
    end->is_error = true;
    if (server->settings->lift) {
        end->text = rh_format(server->arena,
                              "activity Heartbeat timeout: the worker %s was lost, and it was the "
                              "last of %d attempts",
                              host, activity->attempt);
        return;
    }
    end->text = rh_format(server->arena,
                          "The %s runner: %s lost communication with the server. "
                          "%sAnything in your workflow that "
                          "terminates the runner process, starves it for "
                          "CPU/Memory, or blocks its network access "
                          "can cause this error.",
                          is_hosted ? "hosted" : "self-hosted", host,
                          is_hosted ? ""
                                    : "Verify the machine is running and has a "
                                      "healthy network connection. ");
}

static void not_in_time(rh_server *server, const rh_activity_record *activity,
                        const rh_failure *timeout, rh_leg_end *end)
{
    switch (timeout->timeout_type) {
    case RH_TIMEOUT_HEARTBEAT:
        lost(server, activity, end);
        break;
    case RH_TIMEOUT_SCHEDULE_TO_START:
        end->outcome = RH_CONCLUSION_CANCELLED;
        end->text = "no runner took the job within 24 hours";
        break;
    default:
        timed_out(server, activity, end);
        end->exceeded = limit_of(activity);
        end->is_error = true;
    }
}

static void read_failure(rh_server *server, const rh_server_leg *leg,
                         const rh_activity_record *activity, const rh_failure *failure,
                         rh_leg_end *end)
{
    const rh_failure *canceled = rh_failure_as(failure, RH_FAILURE_CANCELED);
    const rh_failure *timeout = rh_failure_as(failure, RH_FAILURE_TIMEOUT);
    const rh_failure *application = rh_failure_as(failure, RH_FAILURE_APPLICATION);
    const rh_value *details = canceled      ? canceled->details
                              : application ? application->details
                                            : NULL;
    end->outputs = rh_server_get(details, "outputs");
    if (timeout && !canceled) {
        not_in_time(server, activity, timeout, end);
    } else if (canceled) {
        end->outcome = RH_CONCLUSION_CANCELLED;
        end->text = leg->why;
    } else {
        end->outcome = RH_CONCLUSION_FAILURE;
        end->text = rh_failure_message(application ? application : rh_failure_root(failure));
    }
    if (rh_is_true(rh_server_get(details, "cancelled")))
        end->outcome = RH_CONCLUSION_CANCELLED;
    if (rh_is_true(rh_server_get(details, "timed_out"))) {
        timed_out(server, NULL, end);
        if (!end->text)
            timed_out(server, activity, end);
        end->exceeded = limit_of(activity);
    }
}

void rh_server_leg_closed(rh_server *server, rh_server_leg *leg, const rh_event *event)
{
    const rh_activity_record *activity = server->execution->activities[event->number];
    rh_leg_end end = {
        .outcome = RH_CONCLUSION_SUCCESS,
        .call = activity->call_index,
        .attempt =
            activity->state == RH_ACTIVITY_CLOSED && activity->identity ? activity->attempt : 0,
    };
    if (event->failure) {
        read_failure(server, leg, activity, event->failure, &end);
    } else {
        const rh_value *outputs = rh_server_get(event->value, "outputs");
        end.outputs = outputs ? outputs : undeclared(server, leg);
    }
    rh_server_leg_end(server, leg, &end);
}
