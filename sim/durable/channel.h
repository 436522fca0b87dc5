/* Channels, and what waits at them.
 *
 * A party waits to receive, to send, or (in a selection) for a future. Its wait is over when its
 * future is settled; a party whose future is settled already takes and gives nothing.
 */
#ifndef RH_DURABLE_CHANNEL_H
#define RH_DURABLE_CHANNEL_H

#include "rehearse/together.h"
#include "sim/durable/durable.h"

typedef struct rh_party {
    struct rh_party *next;
    rh_future *future;     /* what its wait is for */
    rh_selected *selected; /* of a selection: filled in when it is decided; NULL: no selection */
    size_t branch;
    const rh_value *value; /* what a sender brings */
} rh_party;

struct rh_channel {
    const char *name;
    size_t capacity;
    bool is_of_signals;
    bool is_closed;
    const rh_value **values; /* the buffer: first ... end */
    size_t first, end, reserved;
    rh_parties receivers, senders;
};

void rh_channel_init(rh_channel *channel, const char *name, size_t capacity);
/* Takes a value, or the end of a closed channel: false if there is neither. */
bool rh_channel_take(rh_workflow *workflow, rh_channel *channel, const rh_value **value,
                     bool *more);
/* Gives a value to a receiver or the buffer: false if there is no room. */
bool rh_channel_give(rh_workflow *workflow, rh_channel *channel, const rh_value *value);
/* Whether they would. */
bool rh_channel_has_value(const rh_channel *channel);
bool rh_channel_has_room(const rh_channel *channel);
/* Waits for a receiving future that is open, for at most `timeout`; after that it takes nothing. */
const rh_failure *rh_receive_while(rh_workflow *workflow, rh_future *future, rh_duration timeout,
                                   const rh_value **value, bool *more, bool *received);

/* A party at the end of a list. */
rh_party *rh_party_add(rh_workflow *workflow, rh_parties *parties, rh_future *future);
/* Takes the parties of a selection out of a list. */
void rh_parties_remove(rh_parties *parties, const rh_selected *selected);
/* Ends the wait of a party: false if it was over already. */
bool rh_party_settle(rh_workflow *workflow, const rh_party *party, const rh_value *value, bool more,
                     const rh_failure *failure);

/* "channel 'jobs'", "signal 'go'" */
void rh_channel_describe(rh_text *text, const rh_channel *channel);
void rh_selector_describe(rh_text *text, const rh_selector *selector);

#endif
