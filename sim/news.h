/* News: what a run hears, and where it waits while a workflow task runs.
 *
 *   it happens -- no task runs --> written into the history, told by the next task
 *       |                               ^
 *       +--- a task runs --> BUFFERED --+ when the task is over, behind the events of its commands
 *
 * What was buffered is written in the order in which it came, except that ends of activities and
 * children stand behind all the rest (server, historybuilder/event_store.go, reorderBuffer), and
 * updates, which are no events, behind those.
 */
#ifndef RH_NEWS_H
#define RH_NEWS_H

#include "sim/execution.h"

/* What the code is told of an entry that was written into the history, as it stands there: with its
 * ids. `event` is zeroed. */
typedef void rh_tell_news(void *owner, const rh_entry *entry, rh_event *event);

/* Journals an entry of the history, tells it, and makes sure that a workflow task is scheduled;
 * while a task runs, all that comes later. Of the end of an activity, `number` says whether it was
 * started; the id of that event is filled in. A history that is too long for it ends the run
 * (sim/limit.h); too much that is buffered fails the task that runs. */
void rh_news_hear(rh_execution *execution, rh_entry *entry, rh_tell_news *tell, void *owner);
/* An update, which is told but not written. */
void rh_news_hear_update(rh_execution *execution, rh_tell_news *tell, void *owner);

/* How many buffered events there are; updates do not count. */
size_t rh_news_waiting(const rh_execution *execution);
/* How many events they will be in the history. */
size_t rh_news_events(const rh_execution *execution);
/* Whether something is buffered of this one (what was given to rh_news_hear as its owner). */
bool rh_news_holds(const rh_execution *execution, const void *owner);
/* Takes it out. */
void rh_news_forget(rh_execution *execution, const void *owner);
/* Writes and tells all that is buffered, and schedules no task for it. How many of it were
 * updates. */
size_t rh_news_flush(rh_execution *execution);

#endif
