/* What the coroutines of one run share: channels, selections, wait groups, mutexes, semaphores,
 * and futures that code settles itself.
 *
 * All of it lives in the workflow's memory: nothing here is an event of the history, nothing is to
 * be freed, and replay makes it again. Names (copied) stand in reports. Coroutines run one at a
 * time, so none of this is needed to keep data whole across a stretch of code that does not wait.
 *
 * Every wait ends with a canceled failure when the current scope is canceled; a wait that need not
 * wait succeeds also on a canceled scope. Source of the rules: Go SDK, internal_workflow.go.
 */
#ifndef REHEARSE_TOGETHER_H
#define REHEARSE_TOGETHER_H

#include "rehearse/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- channels -------------------------------------------------------------------------------- */

typedef struct rh_channel rh_channel;

/* A queue of values with room for `capacity` of them; with 0 a sender waits for its receiver. */
RH_API rh_channel *rh_channel_new(rh_workflow *workflow, const char *name, size_t capacity);
/* The signals of one name as a channel: rh_receive and this take from the same queue. It has room
 * for any number, and is not for sending to or closing. */
RH_API rh_channel *rh_signal_channel(rh_workflow *workflow, const char *name);

/* Hands a value (copied) to the receiver that has waited longest, or puts it into the buffer, or
 * waits until one of the two can be done. On a closed channel, or one that is closed meanwhile, the
 * workflow task fails. */
RH_API const rh_failure *rh_send(rh_workflow *workflow, rh_channel *channel, const rh_value *value);
/* The same without waiting; false if it would have to. */
RH_API bool rh_send_now(rh_workflow *workflow, rh_channel *channel, const rh_value *value);

/* Waits for the next value. *more (unless NULL) is false when the channel is closed and empty; then
 * *value is NULL. */
RH_API const rh_failure *rh_channel_receive(rh_workflow *workflow, rh_channel *channel,
                                            const rh_value **value, bool *more);
/* The same, for at most `timeout`; *received tells whether there was a value, or the end. */
RH_API const rh_failure *rh_channel_receive_for(rh_workflow *workflow, rh_channel *channel,
                                                rh_duration timeout, const rh_value **value,
                                                bool *more, bool *received);
/* Takes a value that is there. Never waits: false if there is none; *more as above. */
RH_API bool rh_channel_receive_now(rh_workflow *workflow, rh_channel *channel,
                                   const rh_value **value, bool *more);
/* No more values: who waits for one learns of it at once, who waits to send fails. Values in the
 * buffer can still be received. Twice fails the workflow task. */
RH_API void rh_channel_close(rh_workflow *workflow, rh_channel *channel);
/* How many values are in the buffer. */
RH_API size_t rh_channel_length(const rh_channel *channel);

/* ---- selections ------------------------------------------------------------------------------ */

/* Waits for the first of several things; branches are numbered from 0, in the order they are added.
 * Of branches that are ready when rh_select is called, the first added is taken; otherwise the one
 * that gets ready first. (Go's documentation says that the choice is random; its code takes the
 * first.) A selector may be used again: a future, and the end of a closed channel, are taken once
 * by each selector. */
typedef struct rh_selector rh_selector;

RH_API rh_selector *rh_selector_new(rh_workflow *workflow, const char *name);
/* Each returns the branch's number. */
RH_API size_t rh_select_receive(rh_selector *selector, rh_channel *channel);
RH_API size_t rh_select_send(rh_selector *selector, rh_channel *channel, const rh_value *value);
RH_API size_t rh_select_future(rh_selector *selector, rh_future *future);

typedef struct rh_selected {
    size_t branch;
    const rh_value *value;     /* received, or the result of the future; or NULL */
    bool more;                 /* false: the channel is closed and empty */
    const rh_failure *failure; /* of the future */
} rh_selected;

/* Waits until one branch can be taken, and takes it. With no branch left that could ever be taken
 * it waits for ever. */
RH_API const rh_failure *rh_select(rh_workflow *workflow, rh_selector *selector,
                                   rh_selected *selected);
/* Takes one that is ready (Go: AddDefault). Never waits: false if there is none. */
RH_API bool rh_select_now(rh_workflow *workflow, rh_selector *selector, rh_selected *selected);
/* Whether rh_select would not have to wait (Go: HasPending). Takes nothing. */
RH_API bool rh_select_is_ready(const rh_selector *selector);

/* ---- wait groups, mutexes, semaphores -------------------------------------------------------- */

typedef struct rh_wait_group rh_wait_group;

RH_API rh_wait_group *rh_wait_group_new(rh_workflow *workflow, const char *name);
/* Adds to the count; below zero fails the workflow task. */
RH_API void rh_wait_group_add(rh_workflow *workflow, rh_wait_group *group, int64_t delta);
/* rh_wait_group_add(..., -1) */
RH_API void rh_wait_group_done(rh_workflow *workflow, rh_wait_group *group);
/* Adds one, spawns the routine, and counts it as done when it returns. */
RH_API rh_future *rh_wait_group_spawn(rh_workflow *workflow, rh_wait_group *group, const char *name,
                                      rh_routine *routine, void *data);
/* Waits until the count is zero. One coroutine at a time may wait: a second fails the workflow
 * task. */
RH_API const rh_failure *rh_wait_group_wait(rh_workflow *workflow, rh_wait_group *group);

typedef struct rh_mutex rh_mutex;

RH_API rh_mutex *rh_mutex_new(rh_workflow *workflow, const char *name);
/* Waits until nobody holds it. Of several who wait, the next whose turn it is among all coroutines
 * gets it, not who waited longest. Not re-entrant. */
RH_API const rh_failure *rh_mutex_lock(rh_workflow *workflow, rh_mutex *mutex);
RH_API bool rh_mutex_try_lock(rh_workflow *workflow, rh_mutex *mutex);
/* Unlocking what is not locked fails the workflow task. */
RH_API void rh_mutex_unlock(rh_workflow *workflow, rh_mutex *mutex);
RH_API bool rh_mutex_is_locked(const rh_mutex *mutex);

typedef struct rh_semaphore rh_semaphore;

RH_API rh_semaphore *rh_semaphore_new(rh_workflow *workflow, const char *name, int64_t size);
/* Waits until `weight` of its size are free, and takes them; turns as with rh_mutex_lock, so small
 * weights may overtake large ones. More than its size is never free. */
RH_API const rh_failure *rh_semaphore_acquire(rh_workflow *workflow, rh_semaphore *semaphore,
                                              int64_t weight);
RH_API bool rh_semaphore_try_acquire(rh_workflow *workflow, rh_semaphore *semaphore,
                                     int64_t weight);
/* Giving back more than is held fails the workflow task. */
RH_API void rh_semaphore_release(rh_workflow *workflow, rh_semaphore *semaphore, int64_t weight);

/* ---- futures that code settles --------------------------------------------------------------- */

RH_API rh_future *rh_promise(rh_workflow *workflow, const char *name);
/* Settles a promise; twice, or something that is no promise, fails the workflow task. */
RH_API void rh_keep(rh_workflow *workflow, rh_future *promise, const rh_value *result,
                    const rh_failure *failure);
/* The promise is settled as `other` is, when that is. */
RH_API void rh_chain(rh_workflow *workflow, rh_future *promise, rh_future *other);

/* It starts a timer: it notes where it stands, as those of rehearse/workflow.h do. */
#ifndef RH_NO_PLACES
#define rh_channel_receive_for(workflow, ...)                                                      \
    rh_channel_receive_for(RH_HERE_IN_(workflow), __VA_ARGS__)
#endif

#ifdef __cplusplus
}
#endif
#endif
