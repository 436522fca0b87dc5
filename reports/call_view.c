#include "reports/call_view.h"

/* The n-th attempt's place, from 0: after the first ones a ring. */
static rh_call_attempt *place_of(rh_call_view *view, uint32_t n)
{
    return &view->kept[n < RH_FIRST_ATTEMPTS
                           ? n
                           : RH_FIRST_ATTEMPTS + (n - RH_FIRST_ATTEMPTS) % RH_LAST_ATTEMPTS];
}

uint32_t rh_call_view_count(const rh_call_view *view)
{
    uint32_t most = RH_FIRST_ATTEMPTS + RH_LAST_ATTEMPTS;
    return view->attempts < most ? view->attempts : most;
}

const rh_call_attempt *rh_call_view_attempt(const rh_call_view *view, uint32_t i)
{
    if (i >= RH_FIRST_ATTEMPTS)
        i += view->attempts - rh_call_view_count(view);
    return place_of((rh_call_view *)view, i);
}

/* The attempt an entry is about, if it is still kept. */
static rh_call_attempt *find(rh_call_view *view, int32_t number)
{
    uint32_t count = rh_call_view_count(view);
    for (uint32_t i = count; i > 0; i--)
        if (view->kept[i - 1].number == number)
            return &view->kept[i - 1];
    return NULL;
}

static void start(rh_call_view *view, const rh_entry *entry)
{
    *place_of(view, view->attempts++) =
        (rh_call_attempt){.number = entry->attempt, .started = entry->time, .host = entry->text};
}

static void end(rh_call_attempt *attempt, const rh_entry *entry)
{
    attempt->ended = true;
    attempt->end = entry->time;
    attempt->how = (rh_entry_kind)entry->kind;
    attempt->failure = entry->failure;
}

static void note(rh_call_attempt *attempt, const rh_entry *entry)
{
    switch (entry->kind) {
    case RH_ENTRY_HEARTBEAT:
        attempt->heartbeats++;
        attempt->last_heartbeat = entry->time;
        break;
    case RH_ENTRY_FAULT:
        attempt->fault = entry->name->text;
        break;
    case RH_ENTRY_ATTEMPT_LOST:
        attempt->lost = true;
        attempt->lost_at = entry->time;
        break;
    case RH_ENTRY_LATE_ANSWER:
        attempt->answered_late = true;
        attempt->late_at = entry->time;
        attempt->late_answer = entry->text;
        break;
    case RH_ENTRY_BACK_OFF:
        attempt->backed_off = true;
        attempt->back_off = entry->span;
        break;
    case RH_ENTRY_EFFECT:
        attempt->effects++;
        attempt->effect = entry;
        attempt->effect_repeated |= entry->number > 1;
        break;
    case RH_ENTRY_EFFECT_SKIPPED:
        attempt->effects_skipped++;
        break;
    default:
        break;
    }
}

static void read_entry(rh_call_view *view, const rh_entry *entry)
{
    rh_call_attempt *attempt = entry->attempt ? find(view, entry->attempt) : NULL;
    switch (entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        start(view, entry);
        break;
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        view->failures++;
        if (attempt)
            end(attempt, entry);
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_CANCELED:
        if (attempt)
            end(attempt, entry);
        break;
    case RH_ENTRY_CALL_LEFT_OPEN:
        if (attempt && !attempt->ended)
            end(attempt, entry);
        view->closed = entry;
        break;
    case RH_ENTRY_ACTIVITY_COMPLETED:
    case RH_ENTRY_ACTIVITY_FAILED:
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
    case RH_ENTRY_ACTIVITY_CANCELED:
        view->closed = entry;
        break;
    case RH_ENTRY_ACTIVITY_CANCEL_REQUESTED:
        view->cancel_requested = entry;
        break;
    default:
        view->effects += entry->kind == RH_ENTRY_EFFECT;
        if (attempt)
            note(attempt, entry);
    }
}

void rh_call_view_read(rh_call_view *view, const rh_index *index, uint32_t call)
{
    const rh_journal *journal = index->journal;
    *view = (rh_call_view){.index = call, .call = journal->calls[call]};
    for (uint32_t i = index->calls[call]; i != RH_NO_ENTRY; i = index->next_of_call[i])
        read_entry(view, &journal->entries[i]);
    view->end = view->closed ? view->closed->time : journal->end;
}

bool rh_call_view_is_notable(const rh_call_view *view)
{
    return view->attempts != 1 || !view->closed ||
           view->closed->kind != RH_ENTRY_ACTIVITY_COMPLETED || view->cancel_requested ||
           view->kept[0].answered_late || view->kept[0].lost || view->kept[0].effect_repeated;
}
