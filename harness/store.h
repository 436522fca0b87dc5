/* The store: what was rehearsed, kept in an SQLite file from session to session.
 *
 * A session is one call of the command; it has a result for each test (or the one run) that has
 * ended, each with the plan it was played by and, where that was wanted, its journal. A result is
 * committed as it is added: a process that is killed loses only what it had not yet added. Several
 * processes may write at once; each waits for the other, up to ten seconds.
 *
 * A file that is no store (foreign, truncated, of a newer version) is refused with an error that
 * names it, and is not changed. An older store is brought up to date when it is opened.
 *
 * The store reads no clock: times come from the caller. A process that forks must not touch its
 * store in the child.
 */
#ifndef RH_HARNESS_STORE_H
#define RH_HARNESS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/error.h"

typedef struct rh_store rh_store;

/* In a store, for what is not known. */
enum { RH_STORE_UNKNOWN = -1 };

typedef struct rh_stored_session {
    int64_t id;              /* given by the store */
    const char *verb;        /* "test", "run" */
    const char *what;        /* the shared objects, the workflow */
    uint64_t planned;        /* how many results there will be */
    int64_t started_ms;      /* since the epoch, or RH_STORE_UNKNOWN */
    int64_t real_ns;         /* or RH_STORE_UNKNOWN; set at its end */
    bool ended;              /* false: it goes on, or was killed */
    uint64_t passed, failed; /* counted when read */
} rh_stored_session;

typedef struct rh_stored_result {
    int64_t id;      /* given by the store */
    int64_t session; /* and as read: */
    const char *verb;
    uint64_t position; /* in its session, in table order */
    const char *module, *name;
    const char *verdict; /* "passed", "timed out", of runs their status */
    bool passed;
    const char *message, *report, *output, *replay; /* "" if there is none */
    const char *file;                               /* NULL: unknown */
    int line;
    int64_t virtual_ns;
    int64_t real_ns; /* or RH_STORE_UNKNOWN */
    uint64_t runs;
    uint64_t entries, hash; /* of its journal, kept or not */
    uint64_t seed;
    const char *faults, *choices; /* JSON lists, see harness/evidence.h */
    bool plan_complete;
    const char *journal; /* JSON Lines; NULL: not kept. Not read with the rest. */
    size_t journal_length;
    bool journal_complete;
    bool has_journal; /* as read */
} rh_stored_result;

typedef struct rh_stored_test {
    const char *module, *name;
    uint64_t passed, failed;
    uint64_t flips;   /* how often it came out other than the time before */
    const char *last; /* verdict */
    int64_t last_id;
} rh_stored_test;

typedef struct rh_store_query {
    int64_t session;  /* only of this one; 0: of all */
    const char *glob; /* only tests whose name, or module/name, matches; NULL: all */
    uint64_t limit;   /* at most so many */
} rh_store_query;

/* Opens; makes a new one if there is no file and `create` is set. Lives in `arena` and is the
 * caller's to close. 0, or -1 with an error. */
int rh_store_open(rh_arena *arena, const char *path, bool create, rh_store **store,
                  rh_error *error);
/* NULL is fine. */
void rh_store_close(rh_store *store);

/* ---- writing --------------------------------------------------------------------------------- */

/* Begins a session and sets its id. 0, or -1 with an error, as all below. */
int rh_store_begin(rh_store *store, rh_stored_session *session, rh_error *error);
/* Adds a result to a session and sets its id. */
int rh_store_add(rh_store *store, int64_t session, rh_stored_result *result, rh_error *error);
/* Ends a session. Results from position `end` on were skipped in the end, and are forgotten. */
int rh_store_end(rh_store *store, const rh_stored_session *session, uint64_t end, rh_error *error);

/* Which sessions are forgotten: all that are not among the newest `keep`, and, unless `before_ms`
 * is RH_STORE_UNKNOWN, began before that time. Sessions of unknown time are older than none. What
 * has not ended is spared unless it began before `dead_ms`: it may go on in another process. Times
 * are since the epoch. */
typedef struct rh_store_pruning {
    int64_t keep;
    int64_t before_ms, dead_ms;
} rh_store_pruning;

typedef struct rh_store_pruned {
    uint64_t sessions, results; /* that were forgotten */
    uint64_t left;              /* sessions */
} rh_store_pruned;

/* Forgets sessions with all that belongs to them, in one transaction, and gives their room back. */
int rh_store_prune(rh_store *store, const rh_store_pruning *pruning, rh_store_pruned *pruned,
                   rh_error *error);

/* ---- reading --------------------------------------------------------------------------------- */

/* Lists, newest first, that live in `arena`. */
int rh_store_sessions(rh_store *store, rh_arena *arena, const rh_store_query *query,
                      rh_stored_session **sessions, size_t *count, rh_error *error);
int rh_store_results(rh_store *store, rh_arena *arena, const rh_store_query *query,
                     rh_stored_result **results, size_t *count, rh_error *error);
/* Tests that both passed and failed, those that change most often first. */
int rh_store_flaky(rh_store *store, rh_arena *arena, const rh_store_query *query,
                   rh_stored_test **tests, size_t *count, rh_error *error);
/* One result; an error says which ids there are. */
int rh_store_result(rh_store *store, rh_arena *arena, int64_t id, rh_stored_result *result,
                    rh_error *error);
/* Reads the journal of a result into it; an error if none was kept. */
int rh_store_journal(rh_store *store, rh_arena *arena, rh_stored_result *result, rh_error *error);

#endif
