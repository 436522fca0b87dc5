/* A recorded history as a test of the suite runner: it passes if today's code gives the same
 * commands, fails if not, and is an error if it cannot be replayed at all. */
#ifndef RH_HARNESS_REPLAY_SUITE_H
#define RH_HARNESS_REPLAY_SUITE_H

#include "harness/replay.h"
#include "harness/suite.h"

/* All borrowed; must live as long as the tests. */
typedef struct rh_replay_test {
    const char *path; /* of the file, which `text` is the content of */
    const char *text;
    size_t length;
    const rh_loaded_module *modules;
    size_t module_count;
    const char *workflow; /* NULL: the one that the history names */
    rh_replay_options options;
    const char *replay; /* the command that replays this one alone */
} rh_replay_test;

/* The test's name is the path. What it tells (rh_test_result.told) is what was replayed: "Release,
 * 47 events, 9 workflow tasks". */
void rh_replay_add_test(rh_arena *arena, rh_suite_tests *tests, const rh_replay_test *test);

#endif
