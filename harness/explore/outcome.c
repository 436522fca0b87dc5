#include "harness/explore/outcome.h"

#include "sim/actions/price.h"
#include "sim/base/counter.h"
#include "sim/base/hash.h"
#include "sim/outage.h"

/* ---- effects --------------------------------------------------------------------------------- */

/* What a run keeps for itself is not published, nor is what only asks for it. */
static bool is_published(const rh_entry *entry, const char *request)
{
    return entry->kind == RH_ENTRY_EFFECT && strcmp(entry->name->text, "artifact") != 0 &&
           !(request && entry->text && !strcmp(entry->text, request));
}

static uint64_t hash_of(const rh_entry *effect)
{
    return effect->text ? rh_hash_bytes(effect->name->hash, effect->text, strlen(effect->text))
                        : effect->name->hash;
}

rh_expected_effects rh_expected_effects_of(rh_arena *arena, const rh_journal *journal,
                                           const char *request)
{
    rh_expected_effects expected = {.request = request};
    uint64_t *hashes = NULL;
    size_t capacity = 0;
    rh_counter seen;
    rh_counter_init(&seen, arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (!is_published(entry, request) || rh_counter_add(&seen, hash_of(entry)) > 1)
            continue;
        hashes = rh_arena_reserve(arena, hashes, sizeof *hashes, expected.count + 1, &capacity);
        hashes[expected.count++] = hash_of(entry);
    }
    expected.hashes = hashes;
    return expected;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Of a call: the try that runs. */
typedef struct
try {
    rh_time started;
    bool is_running;
    rh_duration last;   /* how long the one before took */
    rh_duration wasted; /* below it: tries that were followed by another */
}
try;

typedef struct reader {
    rh_arena *arena;
    const rh_journal *journal;
    const rh_expected_effects *expected;
    rh_counter wanted, happened;
    uint32_t met; /* expected effects that happened */
    try *tries;   /* by call */
    rh_time first_fault;
    bool stood_half; /* while a deploy was bad, some was published and some was not */
    rh_outcome *outcome;
    const rh_name *queue; /* whose price was asked for last */
    rh_price price;
} reader;

static rh_ending ending_of(const rh_run_record *run)
{
    switch ((rh_run_status)run->status) {
    case RH_RUN_SUCCEEDED:
        return RH_ENDING_SUCCESS;
    case RH_RUN_CANCELED:
        return RH_ENDING_CANCELLED;
    case RH_RUN_RUNNING:
    case RH_RUN_STUCK:
        return RH_ENDING_STUCK;
    default:
        return RH_ENDING_FAILURE;
    }
}

static bool is_half(const reader *r)
{
    return r->met > 0 && r->met < r->expected->count;
}

static void read_effect(reader *r, const rh_entry *entry)
{
    uint64_t hash = hash_of(entry);
    bool is_wanted = rh_counter_get(&r->wanted, hash) > 0;
    r->outcome->tainted += entry->code != 0;
    if (rh_counter_add(&r->happened, hash) > 1)
        r->outcome->duplicates++;
    else if (is_wanted)
        r->met++;
    else
        r->outcome->unexpected++;
}

/* ---- outages --------------------------------------------------------------------------------- */

static void strike(reader *r, const rh_entry *entry)
{
    r->outcome->faults++;
    if (r->first_fault < 0)
        r->first_fault = entry->time;
}

static bool is_of_deploy(const rh_entry *entry)
{
    return !strcmp(entry->text, rh_outage_name(RH_OUTAGE_DEPLOY));
}

/* Somebody rolls a broken deploy back; until then the run has stood still. */
static void begin_outage(reader *r, const rh_entry *entry)
{
    strike(r, entry);
    if (!is_of_deploy(entry))
        return;
    r->outcome->interventions++;
    if (r->outcome->noticed < 0)
        r->outcome->noticed = entry->span;
}

static void end_outage(reader *r, const rh_entry *entry)
{
    if (is_of_deploy(entry) && is_half(r))
        r->stood_half = true;
}

/* ---- hosts ----------------------------------------------------------------------------------- */

static uint32_t top_of(const rh_journal *journal, uint32_t call)
{
    const rh_call *at = journal->calls[call - 1];
    while (at->parent) {
        call = at->parent_index;
        at = at->parent;
    }
    return call;
}

static void bill(reader *r, const rh_call *call, rh_duration duration)
{
    if (call->about.level != RH_CALL_JOB)
        return;
    if (r->queue != call->task_queue) {
        r->queue = call->task_queue;
        r->price = rh_price_of_queue(r->arena, r->queue->text);
    }
    r->outcome->minutes += rh_price_minutes(duration);
    r->outcome->micro_usd += rh_price_cost(&r->price, duration);
}

/* A try of a call is over; what has parents works on the time of those. */
static void end_try(reader *r, const rh_entry *entry, bool is_good)
{
    const rh_call *call = r->journal->calls[entry->call - 1];
    try *t = &r->tries[entry->call - 1];
    if (!t->is_running)
        return;
    t->is_running = false;
    t->last = entry->time - t->started;
    if (call->parent)
        return;
    bill(r, call, t->last);
    r->outcome->work += t->last;
    r->outcome->wasted += is_good ? t->wasted : t->last;
    t->wasted = 0;
}

/* Another try follows; meanwhile the host of those above waits. */
static void back_off(reader *r, const rh_entry *entry)
{
    if (r->journal->calls[entry->call - 1]->parent)
        r->tries[top_of(r->journal, entry->call) - 1].wasted +=
            r->tries[entry->call - 1].last + entry->span;
}

static void read_entry(reader *r, const rh_entry *entry)
{
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_EFFECT:
        if (is_published(entry, r->expected->request))
            read_effect(r, entry);
        break;
    case RH_ENTRY_ATTEMPT_STARTED:
        r->tries[entry->call - 1].started = entry->time;
        r->tries[entry->call - 1].is_running = true;
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
        end_try(r, entry, true);
        break;
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
    case RH_ENTRY_ATTEMPT_CANCELED:
    case RH_ENTRY_ATTEMPT_LOST:
    case RH_ENTRY_CALL_LEFT_OPEN:
        end_try(r, entry, false);
        break;
    case RH_ENTRY_BACK_OFF:
        back_off(r, entry);
        break;
    case RH_ENTRY_FAULT:
        strike(r, entry);
        break;
    case RH_ENTRY_OUTAGE:
        begin_outage(r, entry);
        break;
    case RH_ENTRY_OUTAGE_OVER:
        end_outage(r, entry);
        break;
    default:
        break;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* What counts of runs that retry or follow each other is the last. */
static bool is_superseded(const rh_journal *journal, size_t run, rh_time looked)
{
    const rh_run_record *record = journal->runs[run];
    for (size_t i = run + 1; i < journal->run_count; i++)
        if (journal->runs[i]->started <= looked &&
            journal->runs[i]->workflow_type == record->workflow_type)
            return true;
    return false;
}

/* The worst of the runs that somebody saw who looked then; *closed: when the last of them ended. */
static rh_ending worst(const rh_journal *journal, rh_time looked, rh_time *closed)
{
    static const uint8_t harm[] = {[RH_ENDING_SUCCESS] = 0,
                                   [RH_ENDING_CANCELLED] = 1,
                                   [RH_ENDING_FAILURE] = 2,
                                   [RH_ENDING_STUCK] = 3};
    rh_ending ending = RH_ENDING_SUCCESS;
    for (size_t i = 0; i < journal->run_count; i++) {
        const rh_run_record *run = journal->runs[i];
        if (run->started > looked || is_superseded(journal, i, looked))
            continue;
        if (harm[ending_of(run)] > harm[ending])
            ending = ending_of(run);
        if (run->closed > *closed)
            *closed = run->closed;
    }
    return ending;
}

static void read_first(reader *r, rh_time looked)
{
    rh_outcome *outcome = r->outcome;
    rh_time started = r->journal->start, closed = started; /* the event */
    outcome->was_half = is_half(r) || r->stood_half;
    outcome->first = (uint8_t)worst(r->journal, looked, &closed);
    outcome->first_makespan = closed - started;
    outcome->is_silent =
        outcome->first == RH_ENDING_SUCCESS && (outcome->tainted || r->met < r->expected->count);
    if (r->first_fault >= 0 && outcome->first != RH_ENDING_SUCCESS)
        outcome->noticed = closed - r->first_fault;
}

static void read_all(reader *r, rh_time looked)
{
    rh_outcome *outcome = r->outcome;
    const rh_journal *journal = r->journal;
    rh_time started = journal->start, closed = started;
    bool is_first = true;
    for (size_t i = 0; i < journal->count; i++) {
        if (is_first && journal->entries[i].time > looked) {
            read_first(r, looked);
            is_first = false;
        }
        read_entry(r, &journal->entries[i]);
    }
    if (is_first)
        read_first(r, looked);
    outcome->last = (uint8_t)worst(journal, RH_FOREVER, &closed);
    outcome->missing = (uint32_t)(r->expected->count - r->met);
    outcome->is_half = is_half(r);
    outcome->was_half |= r->stood_half;
    outcome->makespan = closed - started;
}

void rh_outcome_read(rh_arena *arena, const rh_journal *journal,
                     const rh_expected_effects *expected, const rh_human *human,
                     rh_outcome *outcome)
{
    rh_expected_effects own;
    *outcome = (rh_outcome){.interventions = human->interventions,
                            .reruns = human->interventions,
                            .noticed = -1};
    if (!journal->run_count)
        return;
    if (!expected) {
        own = rh_expected_effects_of(arena, journal, NULL);
        expected = &own;
    }
    reader r = {.arena = arena,
                .journal = journal,
                .expected = expected,
                .outcome = outcome,
                .first_fault = -1,
                .tries = RH_NEW_ARRAY(arena, try, journal->call_count)};
    rh_counter_init(&r.wanted, arena);
    rh_counter_init(&r.happened, arena);
    for (size_t i = 0; i < expected->count; i++)
        rh_counter_add(&r.wanted, expected->hashes[i]);
    read_all(&r, human->looked);
}

bool rh_outcome_is_good_alone(const rh_outcome *outcome)
{
    return outcome->first == RH_ENDING_SUCCESS && !outcome->interventions;
}

const char *rh_ending_name(rh_ending ending)
{
    static const char *const names[] = {"success", "failure", "cancelled", "stuck"};
    return names[ending];
}
