/* How jobs and legs go on: what starts when, what an end brings about. */
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- graphs ---------------------------------------------------------------------------------- */

/* What a re-run keeps of a job or leg: {"result", "outputs"}; NULL: it runs. */
static const rh_value *kept(rh_server *server, const char *label)
{
    const rh_value *keep = rh_server_get(rh_server_get(server->input, "rerun"), "keep");
    return rh_server_get(keep, label);
}

rh_server_graph *rh_server_graph_open(rh_server *server, rh_server_leg *caller, rh_actions_run *run,
                                      const char *prefix)
{
    rh_server_graph *graph = RH_NEW(server->arena, rh_server_graph);
    graph->caller = caller;
    graph->run = run;
    graph->prefix = prefix;
    graph->job_count = (uint32_t)run->file->job_count;
    graph->jobs = RH_NEW_ARRAY(server->arena, rh_server_job, graph->job_count);
    for (uint32_t i = 0; i < graph->job_count; i++) {
        rh_server_job *job = &graph->jobs[i];
        job->graph = graph;
        job->model = &run->file->jobs[i];
        job->path = rh_format(server->arena, "%s%s", prefix, job->model->id);
        const char *key = caller ? rh_server_leg_key(server, caller) : NULL;
        job->label = key ? rh_format(server->arena, "%s[%s]", job->path, key) : job->path;
    }
    if (server->last_graph)
        server->last_graph->next = graph;
    else
        server->graphs = graph;
    server->last_graph = graph;
    server->has_changed = true;
    return graph;
}

static rh_conclusion worse(rh_conclusion left, rh_conclusion right)
{
    static const uint8_t ranks[] = {[RH_CONCLUSION_NONE] = 0,
                                    [RH_CONCLUSION_SKIPPED] = 1,
                                    [RH_CONCLUSION_SUCCESS] = 2,
                                    [RH_CONCLUSION_CANCELLED] = 3,
                                    [RH_CONCLUSION_FAILURE] = 4};
    return ranks[left] >= ranks[right] ? left : right;
}

rh_conclusion rh_server_graph_result(const rh_server_graph *graph)
{
    rh_conclusion result = RH_CONCLUSION_NONE;
    for (uint32_t i = 0; i < graph->job_count; i++)
        result = worse(result, (rh_conclusion)graph->jobs[i].result);
    return result;
}

static void graph_end(rh_server *server, rh_server_graph *graph)
{
    rh_leg_end end = {.outcome = rh_server_graph_result(graph)};
    const char *message = NULL;
    end.outputs = rh_server_called_outputs(server, graph, &message);
    if (!end.outputs) {
        end.outcome = RH_CONCLUSION_FAILURE;
        end.text = message;
        end.is_error = true;
    } else if (end.outcome == RH_CONCLUSION_FAILURE) {
        for (uint32_t i = 0; i < graph->job_count && !end.text; i++)
            if (graph->jobs[i].result == RH_CONCLUSION_FAILURE)
                end.text = rh_format(server->arena, "`%s` failed", graph->jobs[i].path);
    }
    rh_server_leg_end(server, graph->caller, &end);
}

/* ---- the end of a job ------------------------------------------------------------------------ */

static uint8_t seen_of(rh_conclusion result)
{
    switch (result) {
    case RH_CONCLUSION_FAILURE:
        return RH_SAW_FAILURE;
    case RH_CONCLUSION_CANCELLED:
        return RH_SAW_CANCEL;
    case RH_CONCLUSION_SKIPPED:
        return RH_SAW_SKIP;
    default:
        return 0;
    }
}

static void job_end(rh_server *server, rh_server_job *job, rh_conclusion outcome,
                    rh_conclusion result)
{
    job->is_done = true;
    job->outcome = (uint8_t)outcome;
    job->result = (uint8_t)result;
    job->seen = job->above | seen_of(result);
    server->has_changed = true;
    rh_server_graph *graph = job->graph;
    if (++graph->jobs_done == graph->job_count && graph->caller)
        graph_end(server, graph);
}

static void job_fails(rh_server *server, rh_server_job *job, const char *message)
{
    job->message = message;
    rh_server_annotate(server, 0, "error", message);
    rh_server_say_concluded(server, &(rh_server_ending){.label = job->label,
                                                        .outcome = RH_CONCLUSION_FAILURE,
                                                        .conclusion = RH_CONCLUSION_FAILURE,
                                                        .text = message});
    job_end(server, job, RH_CONCLUSION_FAILURE, RH_CONCLUSION_FAILURE);
}

static rh_conclusion conclusion_of(const rh_value *value)
{
    const char *name = rh_text_of(rh_server_get(value, "result"));
    for (int i = RH_CONCLUSION_SUCCESS; i <= RH_CONCLUSION_SKIPPED; i++)
        if (!strcmp(name, rh_conclusion_name((rh_conclusion)i)))
            return (rh_conclusion)i;
    return RH_CONCLUSION_SUCCESS;
}

static void job_is_kept(rh_server *server, rh_server_job *job, const rh_value *value)
{
    rh_conclusion result = conclusion_of(value);
    job->outputs = rh_server_get(value, "outputs");
    rh_server_say_concluded(server, &(rh_server_ending){.label = job->label,
                                                        .outcome = result,
                                                        .conclusion = result,
                                                        .text = "kept from an attempt before"});
    job_end(server, job, result, result);
}

/* ---- the start of a job ---------------------------------------------------------------------- */

/* Starts legs that were held, as many as may run at once. */
static void start_held(rh_server *server, rh_server_job *job)
{
    for (uint32_t i = 0; i < job->leg_count && !job->is_done; i++) {
        uint32_t running = job->leg_count - job->legs_held - job->legs_done;
        if (running >= job->max_parallel || job->is_failing)
            return;
        rh_server_leg *leg = &job->legs[i];
        if (leg->phase != RH_LEG_HELD)
            continue;
        const rh_value *value = leg->key ? kept(server, rh_server_leg_label(server, leg)) : NULL;
        job->legs_held--;
        if (value) {
            leg->phase = RH_LEG_RUNNING;
            rh_server_leg_end(server, leg,
                              &(rh_leg_end){.outcome = conclusion_of(value),
                                            .outputs = rh_server_get(value, "outputs"),
                                            .text = "kept from an attempt before"});
        } else {
            rh_server_leg_next(server, leg);
        }
    }
}

static void job_start(rh_server *server, rh_server_job *job)
{
    const char *text = NULL;
    rh_server_look_up(server, job);
    const rh_value *value = kept(server, job->label);
    if (value) {
        job_is_kept(server, job, value);
        return;
    }
    rh_job_verdict verdict = rh_server_condition(server, job, &text);
    rh_server_say_considered(server, job, verdict);
    switch (verdict) {
    case RH_VERDICT_REFUSED:
        job_fails(server, job, text);
        return;
    case RH_VERDICT_SKIPPED:
        rh_server_say_skipped(server, job->label, text);
        job_end(server, job, RH_CONCLUSION_SKIPPED, RH_CONCLUSION_SKIPPED);
        return;
    case RH_VERDICT_RUNS:
        break;
    }
    if (!rh_server_make_legs(server, job, &text)) {
        job_fails(server, job, text);
        return;
    }
    job->is_open = true;
    job->legs_held = job->leg_count;
    start_held(server, job);
}

void rh_server_advance(rh_server *server)
{
    while (server->has_changed) {
        server->has_changed = false;
        for (rh_server_graph *graph = server->graphs; graph; graph = graph->next)
            for (uint32_t i = 0; i < graph->job_count; i++)
                if (rh_server_is_ready(&graph->jobs[i]))
                    job_start(server, &graph->jobs[i]);
    }
}

/* ---- concurrency groups ---------------------------------------------------------------------- */

static bool is_same(const char *left, const char *right)
{
    return left && rh_same_ignoring_case(left, right);
}

/* Who around the leg holds the group already: it would wait for itself. NULL:
 * nobody does. */
static const char *holder_around(const rh_server *server, const rh_server_leg *leg,
                                 const char *group)
{
    if (is_same(leg->own.group, group))
        return leg->name;
    for (const rh_server_leg *outer = leg->job->graph->caller; outer;
         outer = outer->job->graph->caller)
        if (is_same(outer->own.group, group) || is_same(outer->called.group, group))
            return outer->name;
    return is_same(server->ticket.group, group) ? "top level workflow" : NULL;
}

static void ask(rh_server *server, const rh_actions_concurrency *concurrency, rh_server_leg *leg,
                rh_server_ticket *ticket, bool cancel_in_progress)
{
    server->tickets = rh_arena_reserve(server->arena, server->tickets, sizeof *server->tickets,
                                       server->ticket_count + 1, &server->ticket_capacity);
    ticket->number = (uint32_t)server->ticket_count;
    server->tickets[server->ticket_count++] = leg;
    if (!server->replaying)
        rh_group_ask(server->world, &(rh_group_request){.execution = server->execution,
                                                        .ticket = ticket->number,
                                                        .group = ticket->group,
                                                        .cancel_in_progress = cancel_in_progress,
                                                        .queue_max = concurrency->queue_max});
}

bool rh_server_enter(rh_server *server, rh_server_scope *scope,
                     const rh_actions_concurrency *concurrency, rh_server_leg *leg,
                     rh_server_ticket *ticket, const char **message)
{
    *message = NULL;
    if (!concurrency->group)
        return true;
    const rh_value *value = rh_server_evaluate(scope, concurrency->group, "concurrency", message);
    bool cancels =
        value && concurrency->cancel_in_progress &&
        rh_server_is_true(scope, concurrency->cancel_in_progress, "cancel-in-progress", message);
    if (*message)
        return false;
    if (rh_kind_of(value) == RH_UNKNOWN) {
        rh_server_value_unknown(scope, concurrency->group, "concurrency.group", value);
        return true;
    }
    const char *group = rh_text_of(rh_value_as_string(server->arena, value));
    if (!*group)
        return true;
    const char *holder = leg ? holder_around(server, leg, group) : NULL;
    if (holder) {
        rh_server_leg_cancel(server, leg,
                             rh_format(server->arena,
                                       "Canceling since a deadlock for concurrency group '%s' was "
                                       "detected between '%s' and '%s'",
                                       group, holder, leg->name));
        return false;
    }
    ticket->group = group;
    ask(server, concurrency, leg, ticket, cancels);
    return false;
}

void rh_server_leave(rh_server *server, rh_server_ticket *ticket)
{
    if (ticket->group && !server->replaying)
        rh_group_release(server->world, server->execution, ticket->number);
    ticket->group = NULL;
}

/* ---- phases of a leg ------------------------------------------------------------------------- */

static void leg_fails(rh_server *server, rh_server_leg *leg, const char *message)
{
    rh_server_leg_end(
        server, leg,
        &(rh_leg_end){.outcome = RH_CONCLUSION_FAILURE, .text = message, .is_error = true});
}

/* True if the leg may go on to the next phase. */
static bool enter_group(rh_server *server, rh_server_leg *leg)
{
    const char *message = NULL;
    bool is_own = leg->phase == RH_LEG_GROUP;
    const rh_actions_file *called = leg->job->model->called;
    if (!is_own && !called)
        return true;
    rh_server_scope scope = {
        .server = server, .graph = leg->job->graph, .job = leg->job, .leg = leg};
    rh_server_graph inside = {.caller = leg};
    if (!is_own) {
        inside.run = rh_server_called_run(server, leg, &message);
        scope = (rh_server_scope){.server = server, .graph = &inside};
    }
    bool free =
        !message && rh_server_enter(server, &scope,
                                    is_own ? &leg->job->model->concurrency : &called->concurrency,
                                    leg, is_own ? &leg->own : &leg->called, &message);
    if (message)
        leg_fails(server, leg, message);
    return free;
}

void rh_server_leg_next(rh_server *server, rh_server_leg *leg)
{
    for (;;) {
        leg->phase++;
        switch (leg->phase) {
        case RH_LEG_GROUP:
        case RH_LEG_CALLED_GROUP:
            if (!enter_group(server, leg))
                return;
            break;
        case RH_LEG_PROTECTED:
            if (!rh_server_protect(server, leg))
                return;
            break;
        default:
            rh_server_run_leg(server, leg);
            return;
        }
    }
}

/* ---- the end of a leg ------------------------------------------------------------------------ */

static bool is_empty(const rh_value *value)
{
    return rh_kind_of(value) == RH_NULL || (rh_kind_of(value) == RH_STRING && !value->count);
}

/* The last leg to end wins, key by key; what is empty wins nothing. */
static void merge_outputs(rh_server *server, rh_server_job *job, const rh_value *outputs)
{
    rh_server_fields fields = {0};
    if (rh_kind_of(outputs) == RH_UNKNOWN)
        job->outputs = outputs;
    if (rh_kind_of(outputs) != RH_OBJECT || rh_kind_of(job->outputs) == RH_UNKNOWN)
        return;
    for (size_t i = 0; i < rh_count_of(job->outputs); i++) {
        const rh_field *field = &job->outputs->as.fields[i];
        const rh_value *newer = rh_server_get(outputs, field->key);
        rh_server_field(server, &fields, field->key, is_empty(newer) ? field->value : newer);
    }
    for (size_t i = 0; i < outputs->count; i++) {
        const rh_field *field = &outputs->as.fields[i];
        if (!is_empty(field->value) && !rh_server_get(job->outputs, field->key))
            rh_server_field(server, &fields, field->key, field->value);
    }
    job->outputs = rh_server_object(server, &fields);
}

static void conclude_job(rh_server *server, rh_server_job *job)
{
    rh_conclusion outcome = RH_CONCLUSION_NONE, result = RH_CONCLUSION_NONE;
    for (uint32_t i = 0; i < job->leg_count; i++) {
        outcome = worse(outcome, (rh_conclusion)job->legs[i].outcome);
        result = worse(result, (rh_conclusion)job->legs[i].conclusion);
    }
    job_end(server, job, outcome, result);
}

static void fail_fast(rh_server *server, rh_server_job *job, const rh_server_leg *failed)
{
    const char *why = rh_format(server->arena,
                                "The strategy configuration was canceled because \"%s%s%s\" failed",
                                job->model->id, failed->source ? "." : "",
                                failed->source ? failed->source->id : "");
    job->is_failing = true;
    for (uint32_t i = 0; i < job->leg_count; i++)
        rh_server_leg_cancel(server, &job->legs[i], why);
}

void rh_server_leg_end(rh_server *server, rh_server_leg *leg, const rh_leg_end *end)
{
    rh_server_job *job = leg->job;
    bool is_masked = end->outcome == RH_CONCLUSION_FAILURE && leg->continue_on_error;
    leg->phase = RH_LEG_DONE;
    leg->outcome = (uint8_t)end->outcome;
    leg->conclusion = (uint8_t)(is_masked ? RH_CONCLUSION_SUCCESS : end->outcome);
    rh_server_unprotect(server, leg);
    rh_server_leave(server, &leg->called);
    rh_server_leave(server, &leg->own);
    if (end->is_error)
        rh_server_annotate(server, end->call, "error", end->text);
    if (end->exceeded)
        rh_server_say_time_limit(server, end->call, end->attempt, end->exceeded);
    rh_server_say_concluded(server,
                            &(rh_server_ending){.label = rh_server_leg_label(server, leg),
                                                .call = end->call,
                                                .attempt = end->attempt,
                                                .outcome = (rh_conclusion)leg->outcome,
                                                .conclusion = (rh_conclusion)leg->conclusion,
                                                .text = end->text});
    if (end->outcome == RH_CONCLUSION_FAILURE && !job->message)
        job->message = end->text;
    merge_outputs(server, job, end->outputs);
    job->legs_done++;
    if (leg->conclusion == RH_CONCLUSION_FAILURE && job->fail_fast && !job->is_failing &&
        job->legs_done < job->leg_count)
        fail_fast(server, job, leg);
    if (job->legs_done == job->leg_count && !job->is_done)
        conclude_job(server, job);
    else
        start_held(server, job);
}

/* ---- cancelling ------------------------------------------------------------------------------ */

void rh_server_leg_cancel(rh_server *server, rh_server_leg *leg, const char *why)
{
    if (leg->phase == RH_LEG_DONE || leg->is_cancelled)
        return;
    leg->is_cancelled = true;
    leg->why = why;
    if (leg->phase == RH_LEG_RUNNING && leg->graph) {
        rh_server_graph_cancel(server, leg->graph, why);
        return;
    }
    if (leg->phase == RH_LEG_RUNNING) {
        rh_execution_command(server->execution, RH_COMMAND_CANCEL_ACTIVITY)->number = leg->activity;
        return;
    }
    if (leg->phase == RH_LEG_HELD)
        leg->job->legs_held--;
    rh_server_leg_end(server, leg, &(rh_leg_end){.outcome = RH_CONCLUSION_CANCELLED, .text = why});
}

void rh_server_graph_cancel(rh_server *server, rh_server_graph *graph, const char *why)
{
    if (graph->is_cancelled)
        return;
    graph->is_cancelled = true;
    graph->why = why;
    server->has_changed = true;
    for (uint32_t i = 0; i < graph->job_count; i++) {
        rh_server_job *job = &graph->jobs[i];
        const char *text;
        if (!job->is_open || job->is_done ||
            rh_server_condition(server, job, &text) == RH_VERDICT_RUNS)
            continue;
        job->is_failing = true; /* no further leg starts */
        for (uint32_t k = 0; k < job->leg_count; k++)
            rh_server_leg_cancel(server, &job->legs[k], why);
    }
}
