/* What an engine itself can get wrong, before a run begins and while it is under way: its server is
 * down, no worker polls, a deploy has made the workflow's code another than its history says. Of
 * runs that are elsewhere it is GitHub that is down.
 *
 * A wrapper around a subject: each workflow task of its runs is a fault point of its own, the n-th
 * of the world "NAME/workflow-task@n", or "GitHub/workflow-task@n". What strikes it begins when the
 * task is there and has not run: whatever began earlier and lasts until then comes to the same. A
 * run finds its server down as often as it is down, and then for half as long; later tasks are
 * struck in proportion to the time since the one before them.
 */
#ifndef RH_EXPLORE_SERVED_H
#define RH_EXPLORE_SERVED_H

#include "harness/explore/risk.h"
#include "harness/explore/subject.h"

typedef struct rh_served_subject {
    const rh_subject *inner;
    const char *name;  /* of its points, but for those of GitHub: those of the same name are shared
                        * with other subjects */
    rh_duration human; /* until somebody has rolled a broken deploy back; 0: nobody ever looks, and
                        * such a deploy is not tried */
} rh_served_subject;

rh_subject rh_subject_of_served(const char *name, rh_served_subject *served);

/* The option of `rehearse run` that makes the outage of this entry: "--server-down '30m at 1m5s'";
 * NULL: the entry is none. */
const char *rh_served_option(rh_arena *arena, const rh_journal *journal, const rh_entry *entry);

/* One line each: what is assumed. NULL-terminated. */
extern const char *const rh_served_assumptions[];

#endif
