#include "harness/replay_suite.h"

#include <string.h>

#include "harness/env_state.h"
#include "sim/task.h"

typedef struct replayed {
    rh_arena *arena;
    rh_replay_test test;
    const char **summary; /* filled in where it is replayed */
} replayed;

static const rh_workflow_definition *find_workflow(const replayed *h, const rh_recording *recording,
                                                   rh_error *error)
{
    const rh_replay_test *test = &h->test;
    const char *name = test->workflow ? test->workflow : recording->workflow_type;
    const rh_loaded_module *where;
    const rh_workflow_definition *found =
        rh_modules_find_workflow(test->modules, test->module_count, name, &where, error);
    if (!found)
        found = rh_modules_find_workflow(test->modules, test->module_count,
                                         rh_replay_short_name(name), &where, error);
    if (!found)
        rh_error_set(error, test->path, 0, 0, "event 1: is the history of a '%s', and %s", name,
                     error->message);
    return found;
}

static void write_summary(const replayed *h, const rh_recording *recording,
                          const rh_replay_result *result)
{
    *h->summary =
        rh_format(h->arena, "%s, %zu event%s, %zu workflow task%s%s",
                  rh_replay_short_name(recording->workflow_type), recording->count,
                  recording->count == 1 ? "" : "s", result->tasks, result->tasks == 1 ? "" : "s",
                  result->is_same && result->is_open ? ", still open" : "");
}

static void complain(const replayed *h, rh_env *env, const rh_replay_result *result)
{
    rh_text text = rh_text_in(h->arena);
    const rh_code_place *place = &result->place;
    rh_text_printf(&text, "differs at event %ju, in workflow task %zu\n",
                   (uintmax_t)result->event_id, result->task);
    if (result->detail && result->detail[0])
        rh_text_printf(&text, "  the same in this task:\n%s", result->detail);
    rh_text_printf(&text, "  expected  %s\n  got       %s\n", result->expected, result->got);
    if (place->who || place->file) {
        rh_text_puts(&text, "  by        ");
        rh_code_place_write(&text, place);
        rh_text_putc(&text, '\n');
    }
    rh_env_complain(env, false, place->file ? place->file : h->test.path,
                    place->file ? place->line : 1, rh_text_string(&text));
}

static void warn(const replayed *h, rh_env *env, const rh_replay_result *result)
{
    rh_arena *arena = h->arena;
    if (result->loose)
        rh_env_warn(env, NULL, 0,
                    rh_format(arena,
                              "event %ju%s: other arguments, duration or failure than recorded; "
                              "SDKs do not look at them, --strict does",
                              (uintmax_t)result->loose_event_id,
                              result->loose > 1
                                  ? rh_format(arena, " and %zu more", result->loose - 1)
                                  : ""));
    if (result->encoding)
        rh_env_warn(env, NULL, 0,
                    rh_format(arena,
                              "a payload is encoded as '%s', which is not known here: the workflow "
                              "was given bytes",
                              result->encoding));
}

static void replay(rh_env *env, const replayed *h)
{
    rh_error error;
    rh_replay_result result;
    const rh_replay_test *test = &h->test;
    const rh_recording *recording =
        rh_recording_read(h->arena, test->text, test->length, test->path, &error);
    const rh_workflow_definition *workflow = recording ? find_workflow(h, recording, &error) : NULL;
    if (!workflow ||
        rh_replay(h->arena, recording, workflow, &test->options, &result, &error) != 0) {
        char message[1024];
        error.file[0] = '\0'; /* whoever shows results names the history */
        rh_env_complain(env, true, NULL, 0, rh_error_text(&error, message, sizeof message));
        return;
    }
    write_summary(h, recording, &result);
    if (!result.is_same)
        complain(h, env, &result);
    warn(h, env, &result);
}

static void run(rh_env *env, const void *data)
{
    RH_ENTER(env, frame);
    if (!stopped)
        replay(env, data);
    rh_env_leave(env, &frame);
}

static const char *tell(rh_arena *arena, const rh_env *env, const void *data)
{
    const replayed *h = data;
    (void)env;
    return rh_arena_string(arena, *h->summary);
}

void rh_replay_add_test(rh_arena *arena, rh_suite_tests *tests, const rh_replay_test *test)
{
    replayed *h = RH_NEW(arena, replayed);
    *h = (replayed){arena, *test, RH_NEW(arena, const char *)};
    rh_suite_tests_add(arena, tests,
                       &(rh_suite_test){
                           .module = "replay",
                           .name = test->path,
                           .file = test->path,
                           .line = 1,
                           .run = run,
                           .data = h,
                           .tell = tell,
                           .replay = test->replay,
                       });
}
