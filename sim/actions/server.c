/* The dialect: events come in, jobs go on, commands go out. */
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"

static const rh_actions_settings defaults;

static rh_server *server_of(rh_execution *execution, bool replaying)
{
    rh_server *server = execution->state;
    if (!server) {
        server = RH_NEW(&execution->world->arena, rh_server);
        server->execution = execution;
        server->world = execution->world;
        server->arena = &execution->world->arena;
        server->definition = execution->definition;
        server->settings = server->definition->settings ? server->definition->settings : &defaults;
        server->memory = rh_server_memory_of(execution);
        execution->state = server;
    }
    server->replaying = replaying;
    return server;
}

/* ---- the end of the run ---------------------------------------------------------------------- */

static const rh_value *job_result(rh_server *server, const rh_server_job *job)
{
    const rh_value *value = rh_server_job_value(server, job);
    rh_field fields[] = {
        value->as.fields[0],
        value->as.fields[1],
        {"outcome", rh_server_text(server, rh_conclusion_name((rh_conclusion)job->outcome))},
    };
    return job->outcome == job->result ? value
                                       : rh_value_object_borrowing(server->arena, fields, 3);
}

static const rh_value *run_result(rh_server *server, rh_conclusion conclusion)
{
    rh_server_fields jobs = {0}, fields = {0};
    for (const rh_server_graph *graph = server->graphs; graph; graph = graph->next)
        for (uint32_t i = 0; i < graph->job_count; i++)
            rh_server_field(server, &jobs, graph->jobs[i].label,
                            job_result(server, &graph->jobs[i]));
    rh_server_field_text(server, &fields, "conclusion", rh_conclusion_name(conclusion));
    if (server->name)
        rh_server_field(server, &fields, "name", server->name);
    rh_server_field(server, &fields, "jobs", rh_server_object(server, &jobs));
    return rh_server_object(server, &fields);
}

static const char *why_failed(rh_server *server)
{
    const rh_server_graph *graph = server->graphs;
    for (uint32_t i = 0; i < graph->job_count; i++) {
        const rh_server_job *job = &graph->jobs[i];
        if (job->result == RH_CONCLUSION_FAILURE)
            return rh_format(server->arena, "job `%s` failed%s%s", job->path,
                             job->message ? ": " : "", job->message ? job->message : "");
    }
    return "a job failed";
}

static void fail_run(rh_server *server, const char *message, const rh_value *details)
{
    server->is_over = true;
    rh_execution_command(server->execution, RH_COMMAND_FAIL)->failure =
        rh_failure_application(server->arena, &(rh_failure_options){.type = "failure",
                                                                    .message = message,
                                                                    .details = details,
                                                                    .non_retryable = true});
}

static void close_run(rh_server *server)
{
    rh_conclusion conclusion =
        server->graphs ? rh_server_graph_result(server->graphs) : RH_CONCLUSION_CANCELLED;
    if (server->is_cancelled && conclusion != RH_CONCLUSION_FAILURE)
        conclusion = RH_CONCLUSION_CANCELLED;
    const rh_value *result = run_result(server, conclusion);
    if (conclusion == RH_CONCLUSION_FAILURE) {
        fail_run(server, why_failed(server), result);
        return;
    }
    server->is_over = true;
    rh_execution_command(server->execution, conclusion == RH_CONCLUSION_CANCELLED
                                                ? RH_COMMAND_CANCEL
                                                : RH_COMMAND_COMPLETE)
        ->value = result;
}

/* ---- the start ------------------------------------------------------------------------------- */

static void open_jobs(rh_server *server)
{
    rh_actions_run *run = rh_server_top_run(server);
    rh_server_tell_notes(server, run, NULL);
    rh_server_graph_open(server, NULL, run, "");
}

/* What the run is called; a wrong one is not the run's end. */
static void name_run(rh_server *server, rh_server_scope *scope)
{
    const rh_token *token = scope->graph->run->file->run_name;
    const char *message = NULL;
    const rh_value *name = token ? rh_server_evaluate(scope, token, "run-name", &message) : NULL;
    if (name && rh_kind_of(name) != RH_UNKNOWN)
        server->name = rh_value_as_string(server->arena, name);
    if (message)
        rh_server_annotate(server, 0, "error", message);
}

static void start(rh_server *server, const rh_value *input)
{
    server->input = input;
    if (server->settings->lift)
        rh_server_note(server, rh_lift_text(server->arena, server->settings->lift));
    else if (server->settings->wrap)
        rh_server_note(server, rh_wrap_text(server->arena, server->settings->wrap));
    rh_server_graph head = {.run = rh_server_top_run(server)};
    rh_server_scope scope = {.server = server, .graph = &head};
    const char *message = NULL;
    name_run(server, &scope);
    if (rh_server_enter(server, &scope, &head.run->file->concurrency, NULL, &server->ticket,
                        &message)) {
        open_jobs(server);
    } else if (message) {
        rh_server_annotate(server, 0, "error", message);
        fail_run(server, message, run_result(server, RH_CONCLUSION_FAILURE));
    } else {
        server->is_pending = true;
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static void cancel_run(rh_server *server, const char *why)
{
    if (server->is_cancelled)
        return;
    server->is_cancelled = true;
    server->why = why;
    if (server->graphs)
        rh_server_graph_cancel(server, server->graphs, why);
}

/* What the queue of a concurrency group says. */
static void hear_verdict(rh_server *server, const rh_value *verdict)
{
    uint64_t number = (uint64_t)rh_integer_of(rh_get(verdict, "ticket"));
    bool is_granted = rh_is_true(rh_get(verdict, "granted"));
    const char *why = rh_text_of(rh_get(verdict, "why"));
    if (rh_kind_of(rh_get(verdict, "ticket")) != RH_INTEGER || number >= server->ticket_count)
        return;
    rh_server_leg *leg = server->tickets[number];
    if (leg && is_granted) {
        if (leg->phase == RH_LEG_GROUP || leg->phase == RH_LEG_CALLED_GROUP)
            rh_server_leg_next(server, leg);
    } else if (leg) {
        rh_server_leg_cancel(server, leg, why);
    } else if (is_granted) {
        if (server->is_pending && !server->is_cancelled)
            open_jobs(server);
        server->is_pending = false;
    } else {
        rh_server_annotate(server, 0, "error", why);
        cancel_run(server, why);
    }
}

static void hear_signal(rh_server *server, const rh_event *event)
{
    const char *name = event->name->text;
    if (!strcmp(name, "concurrency"))
        hear_verdict(server, event->value);
    else if (!strcmp(name, "approve") || !strcmp(name, "reject"))
        rh_server_review(server, event->value, !strcmp(name, "approve"));
    else if (!server->replaying)
        rh_execution_log(server->execution, RH_ENTRY_WARNING, NULL,
                         rh_format(server->arena,
                                   "signal '%s' means nothing to a workflow file; it knows "
                                   "'approve' and 'reject', with the name of an environment",
                                   name));
}

static void apply(rh_server *server, const rh_event *event)
{
    switch ((rh_event_kind)event->kind) {
    case RH_EVENT_UPDATED: /* rejected before */
    case RH_EVENT_NOTHING:
        break;
    case RH_EVENT_STARTED:
        start(server, event->value);
        break;
    case RH_EVENT_ACTIVITY_CLOSED:
        if (event->number < server->activity_count)
            rh_server_leg_closed(server, server->activities[event->number], event);
        break;
    case RH_EVENT_TIMER_FIRED:
        if (event->number < server->timer_count)
            rh_server_timer_fired(server, event->number);
        break;
    case RH_EVENT_SIGNALED:
        hear_signal(server, event);
        break;
    case RH_EVENT_CANCEL_REQUESTED:
        cancel_run(server, "the run was cancelled");
        break;
    case RH_EVENT_CHILD_STARTED: /* it asks for no children and no other runs */
    case RH_EVENT_CHILD_CLOSED:
    case RH_EVENT_EXTERNAL_CLOSED:
        break;
    }
}

static bool is_finished(const rh_server *server)
{
    const rh_server_graph *graph = server->graphs;
    return graph ? graph->jobs_done == graph->job_count : server->is_cancelled;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    rh_server *server = server_of(execution, task->replaying);
    for (size_t i = 0; i < task->event_count && !server->is_over; i++) {
        apply(server, &task->events[i]);
        rh_server_advance(server);
    }
    if (!server->is_over && is_finished(server))
        close_run(server);
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    execution->state = NULL;
    if (!rh_execution_is_open(execution))
        rh_group_release_all(execution->world, execution);
}

/* ---- what it waits for ----------------------------------------------------------------------- */

static void tell_leg(const rh_server_leg *leg, rh_tell_waiting *tell, void *context)
{
    rh_arena *arena = &leg->job->graph->run->world->arena;
    const char *group = leg->phase == RH_LEG_GROUP ? leg->own.group : leg->called.group;
    const char *who = rh_format(arena, "job '%s'", leg->name);
    if (leg->phase == RH_LEG_GROUP || leg->phase == RH_LEG_CALLED_GROUP)
        tell(context, who, rh_format(arena, "concurrency group '%s'", group));
    else if (leg->phase == RH_LEG_PROTECTED && leg->wants_approval)
        tell(context, who,
             rh_format(arena, "a review of environment '%s' (signal 'approve')", leg->environment));
    else if (leg->phase == RH_LEG_RUNNING && !leg->graph)
        tell(context, who, "its runner");
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    const rh_server *server = execution->state;
    if (!server)
        return;
    if (server->is_pending)
        tell(context, "the run",
             rh_format(server->arena, "concurrency group '%s'", server->ticket.group));
    for (const rh_server_graph *graph = server->graphs; graph; graph = graph->next)
        for (uint32_t i = 0; i < graph->job_count; i++)
            for (uint32_t k = 0; graph->jobs[i].is_open && k < graph->jobs[i].leg_count; k++)
                tell_leg(&graph->jobs[i].legs[k], tell, context);
}

const rh_dialect rh_actions_dialect = {
    .name = "actions",
    .activate = activate,
    .evict = evict,
    .waiting = waiting,
};
