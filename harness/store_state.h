/* What a store is made of; for the files of harness/ that make it up. */
#ifndef RH_HARNESS_STORE_STATE_H
#define RH_HARNESS_STORE_STATE_H

#include <sqlite3.h>

#include "harness/store.h"

enum {
    RH_STORE_APPLICATION = 0x52485253, /* "RHRS", in the file's header */
    RH_STORE_WAIT_MS = 10000           /* how long to wait for another process */
};

struct rh_store {
    rh_arena *arena;
    const char *path;
    sqlite3 *db;
    sqlite3_stmt *add_result, *add_plan, *add_journal; /* prepared when first needed */
};

/* The version that this code reads and writes: the number of steps. */
int rh_store_version(void);
/* What leads from version `from` to the next; several statements. */
const char *rh_store_step(int from);

/* What a look at the file itself, without SQLite, tells. 0: may be opened (or made, if it is not
 * there or empty); -1 with an error: it is no store, or not the whole of one. */
int rh_store_look(rh_arena *arena, const char *path, bool create, rh_error *error);

/* Sets the error to what SQLite says of the last call on the store; returns -1. */
int rh_store_fail(const rh_store *store, rh_error *error);
/* Runs statements without results. */
int rh_store_execute(const rh_store *store, const char *sql, rh_error *error);
/* NULL with an error. */
sqlite3_stmt *rh_store_prepare(const rh_store *store, const char *sql, rh_error *error);
/* The one whole number that a statement answers with. */
int rh_store_ask(const rh_store *store, const char *sql, int64_t *answer, rh_error *error);

#endif
