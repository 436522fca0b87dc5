/* The runner: each case of runner.test is a job that is played in a world of its own, by a dialect
 * that knows nothing but this job. What happened is told as a story (story.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/actions/actions.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"
#include "suites/actions/runner_cases.h"
#include "suites/actions/story.h"

/* ---- what a case is played with -------------------------------------------------------------- */

typedef struct answer {
    const char *path;
    const rh_value *what;
} answer;

typedef struct rehearsal {
    rh_world world;
    jmp_buf escape;
    rh_arena arena; /* of the case: model, answers */
    const runner_case *test;
    const char *file;
    rh_actions_settings settings;
    rh_actions_definition definition;
    rh_actions_run run;
    rh_actions_leg leg;
    rh_duration cancel_after, shutdown_after;
    uint32_t choices[8];
    size_t choice_count;
    answer *answers;
    size_t answer_count;
} rehearsal;

static void refuse(const rehearsal *r, const char *line, const char *why)
{
    fail_msg("%s:%u: '%s': %s", r->file, r->test->line, line, why);
}

static const rh_value *json(rehearsal *r, const char *text)
{
    rh_error error = {.message = ""};
    const rh_value *value = rh_json_read(&r->arena, text, strlen(text), r->file, &error);
    if (!value)
        refuse(r, text, error.message);
    return value;
}

static rh_duration duration(const rehearsal *r, const char *text)
{
    rh_duration span = 0;
    if (!rh_duration_read(text, strlen(text), &span))
        refuse(r, text, "no duration");
    return span;
}

/* ---- the stage ------------------------------------------------------------------------------- */

static void read_end(const rehearsal *r, const rh_value *what, rh_script *script)
{
    const char *end = rh_text_of(rh_get(what, "end"));
    const char *cancel = rh_text_of(rh_get(what, "cancel"));
    if (strcmp(end, "hangs") == 0)
        script->end = RH_END_HANGS;
    if (strcmp(end, "vanishes") == 0)
        script->end = RH_END_VANISHES;
    if (strcmp(end, "stops-host") == 0)
        script->end = RH_END_STOPS_HOST;
    if (strcmp(cancel, "ignores") == 0)
        script->on_cancel = RH_CANCEL_IGNORES;
    else if (*cancel) {
        script->on_cancel = RH_CANCEL_TAKES;
        script->cancel_takes = duration(r, cancel);
    }
}

static void read_effects(rehearsal *r, const rh_value *list, rh_script *script)
{
    size_t count = rh_count_of(list);
    rh_script_effect *effects = RH_NEW_ARRAY(&r->arena, rh_script_effect, count);
    for (size_t i = 0; i < count; i++) {
        const char *text = rh_text_of(rh_at(list, i));
        size_t kind = strcspn(text, ":");
        effects[i].kind = rh_arena_text(&r->arena, text, kind);
        effects[i].key = text[kind] ? text + kind + 1 : "";
    }
    script->effects = effects;
    script->effect_count = count;
}

static void read_answer(rehearsal *r, const rh_value *what, rh_script *script)
{
    const rh_value *takes = rh_get(what, "takes"), *status = rh_get(what, "status");
    const rh_value *fails = rh_get(what, "fails");
    if (takes)
        script->takes = duration(r, rh_text_of(takes));
    if (rh_get(what, "output"))
        script->result = rh_get(what, "output");
    if (rh_get(what, "result"))
        script->result = rh_get(what, "result");
    if (rh_get(what, "effects"))
        read_effects(r, rh_get(what, "effects"), script);
    read_end(r, what, script);
    script->exit_code = (int32_t)rh_integer_of(status);
    if (fails || script->exit_code)
        script->failure =
            rh_failure_application(&r->arena,
                                   &(rh_failure_options){.type = "failure",
                                                         .message = rh_text_of(fails),
                                                         .details = rh_get(what, "details")});
}

static rh_stage_answer start(void *stage, rh_attempt *attempt, rh_script *script)
{
    rehearsal *r = stage;
    rh_attempt_view view = rh_attempt_look(attempt);
    if (view.fallback)
        *script = *view.fallback;
    for (size_t i = 0; i < r->answer_count; i++) {
        if (!rh_call_matches(view.call, r->answers[i].path))
            continue;
        script->is_fallback = false;
        read_answer(r, r->answers[i].what, script);
        if (view.has_inside && rh_is_true(rh_get(r->answers[i].what, "played")))
            break;
        return RH_STAGE_SCRIPT;
    }
    return view.has_inside ? RH_STAGE_DESCEND : RH_STAGE_SCRIPT;
}

static const rh_stage stage = {.start = start};

/* ---- the dialect: one job -------------------------------------------------------------------- */

static void schedule(rh_execution *execution, rehearsal *r)
{
    rh_activity_request *request = RH_NEW(&execution->world->arena, rh_activity_request);
    request->type = rh_names_intern(&execution->world->names, r->leg.path);
    request->options.start_to_close = RH_DAYS(30);
    request->options.retry.maximum_attempts = 1;
    request->about = (rh_call_about){.level = RH_CALL_JOB};
    request->body = rh_actions_play_leg;
    request->data = &r->leg;
    request->own_host = true;
    request->host_stops = RH_ACTIONS_SHUTDOWN;
    rh_execution_command(execution, RH_COMMAND_SCHEDULE_ACTIVITY)->activity = request;
    if (r->cancel_after)
        rh_execution_command(execution, RH_COMMAND_START_TIMER)->duration = r->cancel_after;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    rehearsal *r = (rehearsal *)(uintptr_t)execution->definition;
    for (size_t i = 0; i < task->event_count; i++) {
        const rh_event *event = &task->events[i];
        if (event->kind == RH_EVENT_STARTED)
            schedule(execution, r);
        else if (event->kind == RH_EVENT_TIMER_FIRED)
            rh_execution_command(execution, RH_COMMAND_CANCEL_ACTIVITY);
        else if (event->kind == RH_EVENT_ACTIVITY_CLOSED)
            rh_execution_command(execution, RH_COMMAND_COMPLETE);
    }
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    (void)execution;
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    (void)execution;
    tell(context, "the run", "its job");
}

static const rh_dialect dialect = {
    .name = "job", .activate = activate, .evict = evict, .waiting = waiting};

/* ---- reading a case -------------------------------------------------------------------------- */

/* "octo/tool@v1" is an action of the case, if there is one of that path. */
static const char *find_action(void *data, const char *uses)
{
    rehearsal *r = data;
    for (size_t i = 0; i < r->test->action_count; i++) {
        const char *folder = r->test->actions[i].path;
        size_t size = strlen(folder);
        if (strncmp(uses, folder, size) == 0 && uses[size] == '@')
            return rh_format(&r->arena, "%s/action.yml", folder);
    }
    return NULL;
}

static const char *read_file(void *data, const char *path, size_t *length)
{
    rehearsal *r = data;
    for (size_t i = 0; i < r->test->action_count; i++) {
        const char *folder = r->test->actions[i].path;
        size_t size = strlen(folder);
        if (strncmp(path, folder, size) == 0 && strcmp(path + size, "/action.yml") == 0) {
            const char *text = runner_join(&r->arena, &r->test->actions[i].lines, 0);
            *length = strlen(text);
            return text;
        }
    }
    return NULL;
}

static const char *document(rehearsal *r)
{
    const runner_lines *parts = r->test->parts;
    if (parts[RUNNER_FILE].count)
        return runner_join(&r->arena, &parts[RUNNER_FILE], 0);
    if (parts[RUNNER_JOB].count)
        return rh_format(&r->arena, "on: push\njobs:\n  build:\n%s",
                         runner_join(&r->arena, &parts[RUNNER_JOB], 4));
    return rh_format(&r->arena,
                     "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
                     "%s",
                     runner_join(&r->arena, &parts[RUNNER_STEPS], 6));
}

static void read_model(rehearsal *r)
{
    const rh_actions_files files = {.data = r, .read = read_file, .include = find_action};
    const rh_actions_read_options options = {.files = &files};
    const char *text = document(r);
    rh_actions_errors *errors = RH_NEW(&r->arena, rh_actions_errors);
    const rh_actions_file *file =
        rh_actions_read(&r->arena, text, strlen(text), "ci.yml", &options, errors);
    if (!file)
        fail_msg("%s:%u: %s: %u:%u: %s\n%s", r->file, r->test->line, r->test->name,
                 errors->items[0].line, errors->items[0].column, errors->items[0].message, text);
    r->definition = (rh_actions_definition){.file = file, .settings = &r->settings};
    r->run.definition = &r->definition;
    r->run.file = file;
    r->leg.job = &file->jobs[0];
    r->leg.path = r->leg.name = file->jobs[0].id;
}

static const rh_value *as_secrets(rehearsal *r, const rh_value *given)
{
    rh_field *fields = RH_NEW_ARRAY(&r->arena, rh_field, rh_count_of(given));
    for (size_t i = 0; i < rh_count_of(given); i++) {
        rh_value *secret = RH_NEW(&r->arena, rh_value);
        *secret = *rh_at(given, i);
        secret->flags = RH_SECRET;
        fields[i] = (rh_field){given->as.fields[i].key, rh_value_clone(&r->arena, secret)};
    }
    return rh_value_object(&r->arena, fields, rh_count_of(given));
}

static const rh_actions_catalog *read_catalog(rehearsal *r, const char *text)
{
    const char *const files[] = {"case.json"};
    rh_error error = {.message = ""};
    const rh_actions_catalog *catalog =
        rh_actions_catalog_read(&r->arena, &text, files, *text ? 1 : 0, &error);
    if (!catalog)
        refuse(r, text, error.message);
    return catalog;
}

/* "tainted": flags a value of needs. */
static const rh_value *with_flag(rehearsal *r, const rh_value *value, uint8_t flag)
{
    rh_value *copy = RH_NEW(&r->arena, rh_value);
    *copy = *value;
    if (value->kind == RH_OBJECT) {
        rh_field *fields = RH_NEW_ARRAY(&r->arena, rh_field, value->count);
        for (uint32_t i = 0; i < value->count; i++)
            fields[i] = (rh_field){value->as.fields[i].key, with_flag(r, rh_at(value, i), flag)};
        copy->as.fields = fields;
    }
    copy->flags = (uint8_t)((copy->flags & ~RH_KEPT) | flag);
    copy->hash = 0;
    return copy;
}

static void read_choices(rehearsal *r, const char *text)
{
    for (; *text && r->choice_count < 8; text++)
        if (*text >= '0' && *text <= '9')
            r->choices[r->choice_count++] = (uint32_t)(*text - '0');
}

static void read_setting(rehearsal *r, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *rest = line[length] ? line + length + 1 : "";
    const char *key = rh_arena_text(&r->arena, line, length);
    if (strcmp(key, "github") == 0)
        r->run.github = json(r, rest);
    else if (strcmp(key, "inputs") == 0)
        r->run.inputs = json(r, rest);
    else if (strcmp(key, "secrets") == 0)
        r->leg.secrets = r->run.secrets = as_secrets(r, json(r, rest));
    else if (strcmp(key, "vars") == 0)
        r->leg.vars = r->run.vars = json(r, rest);
    else if (strcmp(key, "needs") == 0)
        r->leg.needs = json(r, rest);
    else if (strcmp(key, "tainted-needs") == 0)
        r->leg.needs = with_flag(r, json(r, rest), RH_TAINTED);
    else if (strcmp(key, "matrix") == 0)
        r->leg.matrix = json(r, rest);
    else if (strcmp(key, "labels") == 0)
        r->leg.labels = json(r, rest);
    else if (strcmp(key, "timeout") == 0)
        r->leg.timeout = duration(r, rest);
    else if (strcmp(key, "cancel") == 0)
        r->cancel_after = duration(r, rest);
    else if (strcmp(key, "shutdown") == 0)
        r->shutdown_after = duration(r, rest);
    else if (strcmp(key, "catalog") == 0)
        r->settings.catalog = read_catalog(r, rest);
    else if (strcmp(key, "choices") == 0)
        read_choices(r, rest);
    else if (strcmp(key, "unknown") == 0)
        r->settings.unknown = strcmp(rest, "error") == 0     ? RH_UNKNOWN_ERROR
                              : strcmp(rest, "explore") == 0 ? RH_UNKNOWN_EXPLORE
                                                             : RH_UNKNOWN_EMPTY;
    else
        refuse(r, line, "no setting");
}

static void read_case(rehearsal *r)
{
    const runner_lines *world = &r->test->parts[RUNNER_WORLD];
    const runner_lines *lines = &r->test->parts[RUNNER_STAGE];
    r->leg.run = &r->run;
    r->leg.timeout = RH_HOURS(6);
    r->run.world = &r->world;
    r->run.github = json(r, "{\"ref\": \"refs/heads/main\", \"ref_name\": \"main\", "
                            "\"sha\": \"0123456789\", \"repository\": \"octo/hello\"}");
    r->leg.labels = json(r, "[\"ubuntu-latest\"]");
    for (size_t i = 0; i < world->count; i++)
        if (*world->items[i])
            read_setting(r, world->items[i]);
    read_model(r);
    r->answers = RH_NEW_ARRAY(&r->arena, answer, lines->count);
    for (size_t i = 0; i < lines->count; i++) {
        const char *brace = strchr(lines->items[i], '{');
        if (!brace)
            continue;
        const char *end = brace;
        while (end > lines->items[i] && end[-1] == ' ')
            end--;
        r->answers[r->answer_count++] =
            (answer){rh_arena_text(&r->arena, lines->items[i], (size_t)(end - lines->items[i])),
                     json(r, brace)};
    }
}

/* ---- playing and comparing ------------------------------------------------------------------- */

static void stop_host(rh_world *world, void *data)
{
    (void)data;
    rh_host_stop(world, rh_host_find(world, "GitHub Actions 1"));
}

static void play(rehearsal *r)
{
    rh_world_init(&r->world);
    r->world.escape = &r->escape;
    if (setjmp(r->escape) == 0) {
        rh_world_reset(&r->world,
                       &(rh_world_options){.choices = r->choices, .choice_count = r->choice_count});
        rh_world_set_stage(&r->world, &stage, r);
        rh_text why = rh_text_in(&r->world.arena);
        rh_execution *execution =
            rh_execution_start(&r->world,
                               &(rh_start_request){.dialect = &dialect,
                                                   .definition = r,
                                                   .workflow_type = "job",
                                                   .options = {.workflow_id = "job"}},
                               &why);
        if (!execution)
            fail_msg("%s", rh_text_string(&why));
        if (r->shutdown_after)
            rh_world_at(&r->world, r->world.journal.start + r->shutdown_after, stop_host, NULL);
        rh_world_play(&r->world, RH_FOREVER);
    }
}

static int play_case(const runner_case *test, const char *file)
{
    rehearsal *r = calloc(1, sizeof *r);
    assert_non_null(r);
    rh_arena_init(&r->arena, NULL, NULL);
    r->test = test;
    r->file = file;
    read_case(r);
    play(r);
    const char *story = story_of(&r->arena, &r->world.journal);
    int wrong = story_compare(&r->arena, file, test, story);
    rh_world_free(&r->world);
    rh_arena_free(&r->arena);
    free(r);
    return wrong;
}

static void every_case(void **state)
{
    const char *file = RH_SUITES_DIR "/actions/runner.test";
    rh_arena arena;
    runner_cases cases = {0};
    rh_error error = {.message = ""};
    int wrong = 0;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    if (runner_read_cases(&arena, file, &cases, &error) != 0)
        fail_msg("%s:%u: %s", error.file, error.line, error.message);
    assert_true(cases.count >= 120);
    const char *only = *state;
    for (size_t i = 0; i < cases.count; i++)
        if (!only || strstr(cases.items[i].name, only))
            wrong += play_case(&cases.items[i], file);
    rh_arena_free(&arena);
    if (wrong)
        fail_msg("%d of %zu cases", wrong, cases.count);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_case, count > 1 ? words[1] : NULL),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
