/* What the server does not let a run have: payloads, memos and histories that are too large.
 *
 * The size of a payload is the length of its value as JSON text; the server counts the same bytes
 * and, for each payload, about 30 for its encoding. The size of a history is the sum of its events:
 * the names and payloads in each and a flat number for the rest (docs/semantics.md says how near).
 *
 * A change of a run that its history has no room for is not made: the run is terminated instead
 * (server, service/history/workflow/context.go, enforceHistorySizeCheck).
 */
#ifndef RH_LIMIT_H
#define RH_LIMIT_H

#include "sim/execution.h"
#include "sim/world.h"

/* Bytes of an event, as it stands in the journal: with that of the start of an activity, if the
 * entry stands for it too. */
int64_t rh_event_size(const rh_entry *entry);
int64_t rh_failure_size(const rh_failure *failure);
/* Bytes of the run's history in the first `end` entries of the journal. */
int64_t rh_history_size(rh_execution *execution, size_t end);

/* Sets from which size on there is anything to be looked at. */
void rh_limits_init(rh_world *world);

/* What a value has at most, as far as that is known without measuring it. */
static inline int64_t rh_limit_most(const rh_value *value)
{
    if (!value)
        return 0;
    bool is_known = (value->flags & RH_KEPT) && value->weight;
    return is_known ? INT64_C(1) << value->weight : INT64_MAX;
}

/* Of its value and failure. */
int64_t rh_limit_most_of_parts(const rh_entry *entry);

/* Counts an event of the history, by what it has at most: sizes are measured only where it could
 * matter. */
static inline void rh_limit_count(rh_execution *execution, const rh_entry *entry)
{
    enum { MOST_FLAT = 290 }; /* of any event */
    int64_t most = MOST_FLAT;
    if (entry->name)
        most += entry->name->length;
    if (entry->value || entry->failure)
        most += rh_limit_most_of_parts(entry);
    execution->history_bound += most;
}

/* Whether, with so many more events, a history may be long enough for anything said below. */
static inline bool rh_limit_is_near(const rh_execution *execution, size_t events)
{
    const rh_world *world = execution->world;
    return (int64_t)execution->next_event_id + (int64_t)events >= world->limits.events ||
           execution->history_bound > world->limits.history_size;
}

static inline bool rh_limit_is_small(const rh_world *world, const rh_value *value)
{
    return rh_limit_most(value) <= world->limits.payload;
}

bool rh_limit_admits_long(rh_execution *execution, size_t events);
/* Whether the history has room for so many more events. Otherwise the run, if it is open, is
 * terminated, and this is false. Warns once when it has grown long. */
static inline bool rh_limit_admits(rh_execution *execution, size_t events)
{
    return !rh_limit_is_near(execution, events) || rh_limit_admits_long(execution, events);
}

/* Why continue-as-new is suggested to a task that starts now: rh_continue_reason, ored. */
uint8_t rh_limit_suggestion(rh_execution *execution, uint32_t history_length);

/* The first command of the current task that carries more than it may: what the server says of it,
 * and *cause, its word for that. NULL: none. Warns of what is nearly too large. */
const char *rh_limit_commands(rh_execution *execution, const char **cause);
/* Whether the input of a run is too large to start it; written to `message`. */
bool rh_limit_refuses_input(const rh_world *world, const rh_value *input, const rh_value *memo,
                            rh_text *message);
/* Whether a signal from outside is too large: who sends it gets an error, the run a warning. */
bool rh_limit_refuses_signal(rh_execution *execution, const rh_name *name, const rh_value *value);
/* What the server makes of an answer that is too large, which is not tried again; NULL: it is not.
 */
const rh_failure *rh_limit_result(rh_execution *execution, const rh_value *result);
const rh_failure *rh_limit_failure(rh_execution *execution, const rh_failure *failure);
const rh_failure *rh_limit_heartbeat(rh_execution *execution, const rh_value *details);
const rh_failure *rh_limit_canceled(rh_execution *execution, const rh_value *details);

#endif
