#include "harness/store_state.h"

/* What stands in a store, step by step. A step that was ever released does not change any more;
 * what is to be different comes as a new one. docs/store.md describes the tables. */
static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE sessions ("
    "    id INTEGER PRIMARY KEY,"
    "    verb TEXT NOT NULL,"
    "    what TEXT NOT NULL,"
    "    version TEXT NOT NULL,"
    "    planned INTEGER NOT NULL,"
    "    ended INTEGER NOT NULL DEFAULT 0,"
    "    started_ms INTEGER,"
    "    real_ns INTEGER);"
    "CREATE TABLE results ("
    "    id INTEGER PRIMARY KEY,"
    "    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,"
    "    position INTEGER NOT NULL,"
    "    module TEXT NOT NULL,"
    "    name TEXT NOT NULL,"
    "    verdict TEXT NOT NULL,"
    "    passed INTEGER NOT NULL,"
    "    message TEXT NOT NULL,"
    "    report TEXT NOT NULL,"
    "    output TEXT NOT NULL,"
    "    replay TEXT NOT NULL,"
    "    file TEXT,"
    "    line INTEGER,"
    "    runs INTEGER NOT NULL,"
    "    virtual_ns INTEGER NOT NULL,"
    "    real_ns INTEGER,"
    "    UNIQUE (session_id, position));"
    "CREATE TABLE journals ("
    "    result_id INTEGER PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,"
    "    complete INTEGER NOT NULL,"
    "    lines TEXT NOT NULL);",

    /* 2: plans, what journals come to where they are not kept, tests over time */
    "ALTER TABLE results ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE results ADD COLUMN hash TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE plans ("
    "    result_id INTEGER PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,"
    "    seed TEXT NOT NULL,"
    "    faults TEXT NOT NULL,"
    "    choices TEXT NOT NULL,"
    "    complete INTEGER NOT NULL);"
    "CREATE INDEX results_by_test ON results (module, name, id);"
    "CREATE VIEW flakiness AS "
    "    SELECT module, name, sum(passed) AS passed, sum(NOT passed) AS failed,"
    "        sum(changed) AS flips, max(id) AS last_id"
    "    FROM (SELECT results.id, module, name, passed,"
    "            ifnull(passed <> lag(passed) OVER"
    "                (PARTITION BY module, name ORDER BY results.id), 0) AS changed"
    "        FROM results JOIN sessions ON sessions.id = session_id WHERE verb = 'test')"
    "    GROUP BY module, name;",
};

int rh_store_version(void)
{
    return (int)(sizeof steps / sizeof *steps);
}

const char *rh_store_step(int from)
{
    return steps[from];
}
