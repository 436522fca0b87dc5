#include "reports/job_history.h"

#include "sim/base/value.h"
#include "sim/failure.h"

/* What there is of a call so far. */
typedef struct step {
    uint32_t index;  /* of its latest call in the projection, from 1; 0: none */
    int32_t attempt; /* of a step: since it was scheduled */
    rh_time started; /* its latest attempt */
    bool is_open;    /* a step: it is not closed */
    const rh_failure *failure;
    rh_field *outputs;
    size_t output_count, output_capacity;
} step;

typedef struct projection {
    rh_arena *arena;
    rh_names names;
    const rh_journal *from;
    rh_journal *to;
    uint32_t run, next_id;
    uint32_t *ids; /* new numbers of events, by old ones */
    size_t id_count;
    step *steps; /* by call, from 1 */
} projection;

static void add(projection *p, const rh_entry *entry, rh_entry changed)
{
    changed.time = entry->time;
    changed.run = p->run;
    rh_journal_add(p->to, &changed);
}

static uint32_t number_of(const projection *p, uint64_t id)
{
    return id < p->id_count ? p->ids[id] : 0;
}

static uint32_t renumber(projection *p, uint64_t id)
{
    if (id < p->id_count)
        p->ids[id] = p->next_id;
    return p->next_id++;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static const rh_call *job_of(const rh_call *call)
{
    while (call->parent)
        call = call->parent;
    return call;
}

/* A call of its own each time it is scheduled: a job that begins again on another host plays its
 * steps again. */
static const rh_call *schedule(projection *p, uint32_t index, uint32_t event_id)
{
    const rh_call *call = p->from->calls[index - 1], *job = job_of(call);
    rh_journal *to = p->to;
    rh_call *copy = RH_NEW(p->arena, rh_call);
    *copy = *call;
    copy->scheduled_event_id = event_id;
    copy->activity_id = rh_call_path_text(p->arena, call);
    copy->task_queue = job->task_queue;
    copy->start_to_close = job->start_to_close;
    copy->retry = job->retry;
    if (call->about.title)
        copy->type = rh_names_intern(&p->names, call->about.title);
    to->calls = rh_arena_reserve(p->arena, to->calls, sizeof *to->calls, to->call_count + 1,
                                 &to->call_capacity);
    to->calls[to->call_count++] = copy;
    p->steps[index].index = (uint32_t)to->call_count;
    return copy;
}

static bool is_step(const rh_call *call)
{
    return call && call->about.level == RH_CALL_STEP;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void start_step(projection *p, const rh_entry *entry)
{
    step *of = &p->steps[entry->call];
    if (!of->is_open) {
        uint32_t id = p->next_id++;
        const rh_call *call = schedule(p, entry->call, id);
        of->is_open = true;
        of->attempt = 0;
        of->failure = NULL;
        of->output_count = 0;
        add(p, entry,
            (rh_entry){.kind = RH_ENTRY_ACTIVITY_SCHEDULED,
                       .call = of->index,
                       .event_id = id,
                       .name = call->type,
                       .value = call->args});
    }
    of->started = entry->time;
    of->attempt++;
    add(p, entry,
        (rh_entry){.kind = RH_ENTRY_ATTEMPT_STARTED,
                   .call = of->index,
                   .attempt = of->attempt,
                   .text = entry->text});
}

/* An attempt that another one will follow, perhaps. */
static void fail_attempt(projection *p, const rh_entry *entry)
{
    step *of = &p->steps[entry->call];
    rh_entry changed = *entry;
    of->failure = entry->failure;
    changed.call = of->index;
    changed.attempt = of->attempt;
    if (of->is_open)
        add(p, entry, changed);
}

static void close_step(projection *p, uint32_t call, const rh_entry *when, rh_entry changed)
{
    step *of = &p->steps[call];
    of->is_open = false;
    changed.call = of->index;
    changed.attempt = of->attempt;
    changed.span = of->started;
    changed.number = p->next_id++;
    changed.event_id = p->next_id++;
    add(p, when, changed);
}

static void add_output(projection *p, const rh_entry *entry)
{
    step *of = &p->steps[entry->call];
    of->outputs = rh_arena_reserve(p->arena, of->outputs, sizeof *of->outputs, of->output_count + 1,
                                   &of->output_capacity);
    of->outputs[of->output_count++] = (rh_field){entry->name->text, entry->value};
}

static const rh_value *result_of(projection *p, const rh_entry *entry)
{
    const step *of = &p->steps[entry->call];
    const char *name = rh_conclusion_name((rh_conclusion)entry->number);
    const rh_field fields[] = {
        {"conclusion", rh_value_string(p->arena, name, strlen(name))},
        {"outputs", rh_value_object(p->arena, of->outputs, of->output_count)},
    };
    return rh_value_object(p->arena, fields, 2);
}

static void conclude_step(projection *p, const rh_entry *entry)
{
    const step *of = &p->steps[entry->call];
    const rh_failure *failure = of->failure;
    if (!of->is_open)
        return;
    switch ((rh_conclusion)entry->code) {
    case RH_CONCLUSION_FAILURE:
        if (!failure || entry->text)
            failure = rh_failure_application(
                p->arena, &(rh_failure_options){.type = "failure",
                                                .message = entry->text ? entry->text : "failed"});
        close_step(p, entry->call, entry,
                   (rh_entry){.kind = RH_ENTRY_ACTIVITY_FAILED,
                              .failure = failure,
                              .code = RH_RETRY_MAXIMUM_ATTEMPTS_REACHED});
        break;
    case RH_CONCLUSION_CANCELLED:
        close_step(p, entry->call, entry, (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCELED});
        break;
    default:
        close_step(p, entry->call, entry,
                   (rh_entry){.kind = RH_ENTRY_ACTIVITY_COMPLETED, .value = result_of(p, entry)});
        break;
    }
}

/* Steps of a job that nobody heard of again. */
static void lose_steps(projection *p, const rh_entry *entry)
{
    for (uint32_t call = 1; call <= p->from->call_count; call++)
        if (p->steps[call].is_open &&
            (!entry->call || job_of(p->from->calls[call - 1]) == p->from->calls[entry->call - 1]))
            close_step(p, call, entry,
                       (rh_entry){.kind = RH_ENTRY_ACTIVITY_TIMED_OUT,
                                  .failure = rh_failure_timeout(p->arena, RH_TIMEOUT_HEARTBEAT,
                                                                NULL, NULL, NULL),
                                  .code = RH_RETRY_MAXIMUM_ATTEMPTS_REACHED});
}

static void read_step(projection *p, const rh_entry *entry)
{
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        start_step(p, entry);
        break;
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        fail_attempt(p, entry);
        break;
    case RH_ENTRY_OUTPUT:
        add_output(p, entry);
        break;
    case RH_ENTRY_CONCLUDED:
        conclude_step(p, entry);
        break;
    default:
        break;
    }
}

/* ---- what is in the history as it is --------------------------------------------------------- */

static bool closes_activity(rh_entry_kind kind)
{
    return kind >= RH_ENTRY_ACTIVITY_COMPLETED && kind <= RH_ENTRY_ACTIVITY_CANCELED;
}

static bool closes_run(rh_entry_kind kind)
{
    return kind >= RH_ENTRY_RUN_COMPLETED && kind <= RH_ENTRY_RUN_TIMED_OUT;
}

static void read_event(projection *p, const rh_entry *entry)
{
    rh_entry changed = *entry;
    rh_entry_kind kind = (rh_entry_kind)entry->kind;
    if (closes_activity(kind) || closes_run(kind))
        lose_steps(p, entry);
    if (closes_activity(kind) && entry->number)
        changed.number = renumber(p, entry->number);
    else if (kind == RH_ENTRY_TIMER_FIRED || kind == RH_ENTRY_TIMER_CANCELED)
        changed.number = number_of(p, entry->number);
    changed.event_id = renumber(p, entry->event_id);
    if (kind == RH_ENTRY_ACTIVITY_SCHEDULED)
        schedule(p, entry->call, changed.event_id);
    if (entry->call)
        changed.call = p->steps[entry->call].index;
    add(p, entry, changed);
}

/* Of a job: its host, its failures. */
static void read_attempt(projection *p, const rh_entry *entry)
{
    rh_entry changed = *entry;
    changed.call = p->steps[entry->call].index;
    add(p, entry, changed);
}

static uint32_t greatest_id(const rh_journal *journal, uint32_t run)
{
    uint32_t greatest = 0;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].run == run && journal->entries[i].event_id > greatest)
            greatest = journal->entries[i].event_id;
    return greatest;
}

const rh_journal *rh_job_history(rh_arena *arena, const rh_journal *journal, uint32_t run)
{
    projection p = {.arena = arena, .from = journal, .run = run, .next_id = 1};
    rh_names_init(&p.names, arena);
    p.id_count = (size_t)greatest_id(journal, run) + 1;
    p.ids = RH_NEW_ARRAY(arena, uint32_t, p.id_count);
    p.steps = RH_NEW_ARRAY(arena, step, journal->call_count + 1);
    p.to = RH_NEW(arena, rh_journal);
    rh_journal_init(p.to, arena, journal->start, journal->seed);
    p.to->runs = journal->runs;
    p.to->run_count = journal->run_count;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->run != run)
            continue;
        if (entry->event_id && rh_entry_kind_event((rh_entry_kind)entry->kind))
            read_event(&p, entry);
        else if (entry->call && is_step(journal->calls[entry->call - 1]))
            read_step(&p, entry);
        else if (entry->call && p.steps[entry->call].index)
            read_attempt(&p, entry);
    }
    return p.to;
}
