/* What a real Temporal server has written is replayed with the same workflows in C, and a change of
 * a workflow is found at the event where it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "harness/replay.h"
#include "suites/peers/recorded.h"

static const struct row {
    const char *history, *module;
    bool is_open;
} rows[] = {
    {"approval", "operations"},
    {"asleep", "selftest", .is_open = true},
    {"batch", "shapes"},
    {"canceled", "runs"},
    {"check", "operations"},
    {"cleanup", "shapes"},
    {"clumsy", "shapes"},
    {"condition", "shapes"},
    {"default/approval", "operations"},
    {"default/batch", "shapes"},
    {"default/condition", "shapes"},
    {"countdown", "runs"},
    {"countdown.2", "runs"},
    {"deadline", "shapes"},
    {"deadline-waits", "shapes"},
    {"errand", "records"},
    {"failures", "shapes"},
    {"family", "runs"},
    {"fan", "shapes"},
    {"nested", "shapes"},
    {"noted", "records"},
    {"pull-request", "operations"},
    {"release", "release"},
    {"same-task", "shapes"},
    {"short/family", "runs"}, /* values in the place of payloads */
    {"signaled", "runs"},
    {"strangers", "runs"},
    {"stubborn", "runs"},
    {"stubborn.2", "runs"},
    {"terminated", "selftest"},
    {"tick", "runs"},
    {"tick.2", "runs"},
    {"timed-out", "selftest"},
    {"timers", "runs"},
    {"trip", "operations"},
    {"unhandled", "shapes"},
    {"votes", "records"},
};

enum { ROWS = sizeof rows / sizeof *rows };

static void replay(rh_arena *arena, const rh_recording *recording, const char *module,
                   bool is_strict, rh_replay_result *result)
{
    rh_error error;
    char message[1024];
    const rh_replay_options options = {.strict = is_strict};
    const rh_workflow_definition *workflow = workflow_of(arena, module, recording->workflow_type);
    if (rh_replay(arena, recording, workflow, &options, result, &error) != 0)
        fail_msg("%s", rh_error_text(&error, message, sizeof message));
}

static void histories_of_a_server_are_replayed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        rh_replay_result result;
        replay(&arena, history_read(&arena, rows[i].history), rows[i].module, true, &result);
        if (!result.is_same)
            fail_msg("%s differs at event %ju: expected %s, got %s", rows[i].history,
                     (uintmax_t)result.event_id, result.expected, result.got);
        assert_int_equal(result.is_open, rows[i].is_open);
        assert_null(result.encoding);
        rh_arena_free(&arena);
    }
}

/* Of c/changed.c. */
static void changes_are_found_where_they_show(void **state)
{
    static const struct change {
        const char *history;
        uint64_t event_id;
        const char *expected, *got;
    } changes[] = {
        {"release", 29, "ACTIVITY_TASK_SCHEDULED 'BuildDockerImage'",
         "schedule activity 'UpdateHomebrew'"},
        {"trip", 29, "ACTIVITY_TASK_SCHEDULED 'CancelCar'", "schedule activity 'CancelFlight'"},
        {"approval", 5, "TIMER_STARTED of 1d", "schedule activity 'Tell'"},
        {"family", 5, "START_CHILD_WORKFLOW_EXECUTION_INITIATED 'Kid'", "start child 'Cat'"},
        {"countdown", 10, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW", "continue as new"},
        {"noted", 4, "WORKFLOW_TASK_COMPLETED",
         "the history has no record of mutable side effect 'speed'"},
        {"votes", 9, "ACTIVITY_TASK_SCHEDULED 'Keep'", "complete update 1"},
        {"cleanup", 11, "ACTIVITY_TASK_CANCEL_REQUESTED 'Work' of event 5",
         "schedule activity 'Undo'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        rh_arena arena;
        rh_replay_result result;
        rh_arena_init(&arena, NULL, NULL);
        replay(&arena, history_read(&arena, changes[i].history), "changed", false, &result);
        assert_false(result.is_same);
        assert_int_equal(result.event_id, changes[i].event_id);
        if (!strstr(result.expected, changes[i].expected) || !strstr(result.got, changes[i].got))
            fail_msg("%s: expected %s, got %s", changes[i].history, result.expected, result.got);
        rh_arena_free(&arena);
    }
}

static bool is_history(const char *file)
{
    size_t length = strlen(file);
    return length > 5 && !strcmp(file + length - 5, ".json");
}

static size_t count_histories(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += is_history(entry->d_name);
    closedir(folder);
    return count;
}

/* Every file is in the table. */
static void none_is_left_out(void **state)
{
    static const char *const folders[] = {"", "/default", "/short"};
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/peers/histories%s", RH_SUITES_DIR, folders[i]);
        count += count_histories(path);
    }
    assert_int_equal(count, ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_of_a_server_are_replayed),
        cmocka_unit_test(changes_are_found_where_they_show),
        cmocka_unit_test(none_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
