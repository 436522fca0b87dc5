/* What the server tells the journal. On replay it has been told. */
#include "sim/actions/server_world.h"
#include "sim/base/hash.h"

static const rh_name *name_of(rh_server *server, const char *text)
{
    return rh_names_intern(&server->world->names, text);
}

void rh_server_say_concluded(rh_server *server, const rh_server_ending *ending)
{
    if (server->replaying)
        return;
    rh_execution_journal(server->execution, &(rh_entry){.kind = RH_ENTRY_CONCLUDED,
                                                        .call = ending->call,
                                                        .attempt = ending->attempt,
                                                        .name = name_of(server, ending->label),
                                                        .code = (uint8_t)ending->outcome,
                                                        .number = ending->conclusion,
                                                        .text = ending->text});
}

void rh_server_say_skipped(rh_server *server, const char *label, const char *reason)
{
    if (server->replaying)
        return;
    rh_execution_journal(server->execution, &(rh_entry){.kind = RH_ENTRY_SKIPPED,
                                                        .name = name_of(server, label),
                                                        .text = reason});
}

static bool needs_succeeded(const rh_server_job *job)
{
    for (size_t i = 0; i < job->model->need_count; i++)
        if (job->graph->jobs[job->model->needs[i]].result != RH_CONCLUSION_SUCCESS)
            return false;
    return true;
}

static const rh_value *needs_of(rh_server *server, const rh_server_job *job)
{
    const rh_value **labels = RH_NEW_ARRAY(server->arena, const rh_value *, job->model->need_count);
    for (size_t i = 0; i < job->model->need_count; i++)
        labels[i] = rh_server_text(server, job->graph->jobs[job->model->needs[i]].label);
    return job->model->need_count ? rh_value_list(server->arena, labels, job->model->need_count)
                                  : NULL;
}

void rh_server_say_considered(rh_server *server, const rh_server_job *job, rh_job_verdict verdict)
{
    if (server->replaying)
        return;
    rh_execution_journal(server->execution, &(rh_entry){.kind = RH_ENTRY_CONSIDERED,
                                                        .name = name_of(server, job->label),
                                                        .text = job->graph->run->file->path,
                                                        .code = needs_succeeded(job),
                                                        .number = verdict,
                                                        .value = needs_of(server, job)});
}

void rh_server_say_called(rh_server *server, const rh_server_leg *leg)
{
    if (server->replaying)
        return;
    rh_execution_journal(server->execution,
                         &(rh_entry){.kind = RH_ENTRY_CALLED,
                                     .name = name_of(server, rh_server_leg_label(server, leg)),
                                     .text = leg->job->graph->run->file->path,
                                     .value =
                                         rh_server_text(server, leg->job->model->called->path)});
}

void rh_server_say_time_limit(rh_server *server, uint32_t call, int32_t attempt, rh_duration limit)
{
    if (server->replaying)
        return;
    rh_execution_journal(
        server->execution,
        &(rh_entry){.kind = RH_ENTRY_TIME_LIMIT, .call = call, .attempt = attempt, .span = limit});
}

void rh_server_annotate(rh_server *server, uint32_t call, const char *level, const char *text)
{
    if (server->replaying)
        return;
    rh_execution_journal(server->execution, &(rh_entry){.kind = RH_ENTRY_ANNOTATION,
                                                        .call = call,
                                                        .name = name_of(server, level),
                                                        .text = text});
}

/* ---- what is said or decided once ------------------------------------------------------------ */

static rh_server_decision *find(rh_server *server, uint64_t identity)
{
    rh_server_decision *decision = server->memory->decisions;
    while (decision && decision->identity != identity)
        decision = decision->next;
    return decision;
}

static rh_server_decision *remember(rh_server *server, uint64_t identity)
{
    rh_server_decision *decision = RH_NEW(server->arena, rh_server_decision);
    decision->identity = identity;
    decision->next = server->memory->decisions;
    server->memory->decisions = decision;
    return decision;
}

/* Whether it is said for the first time. */
static bool is_news(rh_server *server, const char *text)
{
    uint64_t identity = rh_hash_string(text);
    if (server->replaying || find(server, identity))
        return false;
    remember(server, identity);
    return true;
}

void rh_server_note(rh_server *server, const char *text)
{
    if (is_news(server, text))
        rh_execution_log(server->execution, RH_ENTRY_NOTE, NULL, text);
}

static bool is_in(const rh_actions_note *note, const rh_actions_job *job)
{
    return note->place.line >= job->place.line && note->place.line <= job->last_line;
}

static bool is_in_any(const rh_actions_note *note, const rh_actions_file *file)
{
    for (size_t i = 0; i < file->job_count; i++)
        if (is_in(note, &file->jobs[i]))
            return true;
    return false;
}

/* Said once, however many jobs have it, with the first place that is met. */
void rh_server_tell_notes(rh_server *server, const rh_actions_run *run, const rh_actions_job *job)
{
    const rh_actions_file *file = run->file;
    const char *event = rh_text_of(rh_server_get(run->github, "event_name"));
    const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
    for (size_t i = 0; i < file->note_count; i++) {
        const rh_actions_note *note = &file->notes[i];
        bool is_met = job ? is_in(note, job) : !is_in_any(note, file);
        if (!is_met || (note->event && strcmp(note->event, event) != 0))
            continue;
        if (is_news(server, note->text))
            rh_execution_log(server->execution, RH_ENTRY_NOTE, NULL,
                             rh_format(server->arena, "%s (%s:%u:%u)", note->text, name,
                                       note->place.line, note->place.column));
    }
}

static uint64_t identity_of(const rh_server_unknown *unknown)
{
    uint64_t identity = rh_hash_string(unknown->label);
    return rh_hash_bytes(identity, unknown->what, strlen(unknown->what));
}

static bool answer(rh_server *server, const rh_server_unknown *unknown, uint64_t identity)
{
    rh_unknown_mode mode = server->settings->unknown;
    if (mode == RH_UNKNOWN_ERROR)
        rh_world_stop(server->world, RH_STOP_STAGE,
                      "%s:%u:%u: `%s` of job '%s' hangs on %s, which is not known here; say "
                      "what it "
                      "is (a mock, an input), or let unknown values be empty or explored",
                      unknown->file, unknown->line, unknown->column, unknown->what, unknown->label,
                      unknown->origin);
    if (mode == RH_UNKNOWN_EXPLORE && unknown->may_vary)
        return rh_world_choose(server->world, "unknown", 2, identity) == 1;
    return mode == RH_UNKNOWN_HOLDS && unknown->may_vary ? true : unknown->fallback;
}

bool rh_server_decide(rh_server *server, const rh_server_unknown *unknown)
{
    uint64_t identity = identity_of(unknown);
    rh_server_decision *decision = find(server, identity);
    if (decision)
        return decision->answer;
    bool goes = answer(server, unknown, identity);
    decision = remember(server, identity);
    decision->answer = goes;
    rh_execution_journal(server->execution, &(rh_entry){.kind = RH_ENTRY_UNKNOWN,
                                                        .name = name_of(server, unknown->origin),
                                                        .code = goes,
                                                        .number = server->settings->unknown,
                                                        .text = unknown->text});
    return goes;
}
