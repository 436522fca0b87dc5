/* The lift: each case of lift.test is a workflow file that is played by the rules of durable
 * workflows, with the catalog that comes with the library and faults of the fault catalog; its
 * story (story.h) has exact virtual times. Parts of a case (runner_cases.h); here
 *
 *     file | job | steps   as there; `file` is a whole workflow, all of whose jobs are played
 *     action PATH          the action.yml of a local action; or a called workflow, by its path
 *     world                input {...}   policy {"attempts", "interval", "coefficient",
 *                          "longest", "start_to_close", "heartbeat", "beats", "final": [types]}
 *                          catalog {...}   cancel 5s   rules actions|wrappers
 *                          server-down 10m   worker-down 10m   bad-deploy 10m   from 1m on
 *     stage                PATH@N = FAULT    PATH takes TIME    PATH is {"outputs": {...}}
 *     expect, never
 */
#include "sim/actions/actions.h"
#include "sim/base/json.h"
#include "suites/actions/story.h"
#include "suites/support/playing.h"

typedef struct lifted {
    rh_arena *arena;
    const char *file;
    const runner_case *test;
    rh_env *env;
    rh_actions_lift lift;
    rh_actions_settings settings;
    rh_actions_definition definition;
    const rh_value *input;
} lifted;

static const rh_actions_wrap in_wrappers;

static void refuse(const lifted *l, const char *line, const char *why)
{
    fail_msg("%s:%u: '%s': %s", l->file, l->test->line, line, why);
}

/* ---- reading a case -------------------------------------------------------------------------- */

static const rh_value *json(const lifted *l, const char *text)
{
    rh_error error = {.message = ""};
    const rh_value *value = rh_json_read(l->arena, text, strlen(text), l->file, &error);
    if (!value)
        refuse(l, text, error.message);
    return value;
}

static rh_duration duration(const lifted *l, const char *text)
{
    rh_duration span = 0;
    if (!strcmp(text, "none"))
        return RH_FOREVER;
    if (*text && !rh_duration_read(text, strlen(text), &span))
        refuse(l, text, "no duration");
    return span;
}

static rh_duration span_of(const lifted *l, const rh_value *of, const char *key)
{
    return duration(l, rh_text_of(rh_get(of, key)));
}

static void read_policy(lifted *l, const rh_value *of)
{
    const rh_value *final = rh_get(of, "final");
    const char **types = RH_NEW_ARRAY(l->arena, const char *, rh_count_of(final) + 1);
    for (size_t i = 0; i < rh_count_of(final); i++)
        types[i] = rh_text_of(rh_at(final, i));
    l->lift = (rh_actions_lift){
        .retry = {.initial_interval = span_of(l, of, "interval"),
                  .backoff_coefficient = rh_number_of(rh_get(of, "coefficient")),
                  .maximum_interval = span_of(l, of, "longest"),
                  .maximum_attempts = (int32_t)rh_integer_of(rh_get(of, "attempts")),
                  .non_retryable_types = final ? types : NULL},
        .start_to_close = span_of(l, of, "start_to_close"),
        .heartbeat_timeout = span_of(l, of, "heartbeat"),
        .heartbeat_every = span_of(l, of, "beats"),
    };
}

static const rh_actions_catalog *read_catalog(const lifted *l, const char *text)
{
    const char *const names[] = {"case.json"};
    rh_error error = {.message = ""};
    const rh_actions_catalog *catalog =
        rh_actions_catalog_read(l->arena, &text, names, *text ? 1 : 0, &error);
    if (!catalog)
        refuse(l, text, error.message);
    return catalog;
}

static void read_setting(lifted *l, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *rest = line[length] ? line + length + 1 : "";
    const char *key = rh_arena_text(l->arena, line, length);
    if (!strcmp(key, "input"))
        l->input = json(l, rest);
    else if (!strcmp(key, "policy"))
        read_policy(l, json(l, rest));
    else if (!strcmp(key, "catalog"))
        l->settings.catalog = read_catalog(l, rest);
    else if (!strcmp(key, "server-down"))
        rh_server_down_at(l->env, RH_MINUTES(1), duration(l, rest));
    else if (!strcmp(key, "worker-down"))
        rh_worker_down_at(l->env, RH_MINUTES(1), duration(l, rest));
    else if (!strcmp(key, "bad-deploy"))
        rh_bad_deploy_at(l->env, RH_MINUTES(1), duration(l, rest));
    else if (!strcmp(key, "cancel"))
        rh_cancel_at(l->env, duration(l, rest), NULL);
    else if (!strcmp(key, "rules") && !strcmp(rest, "actions"))
        l->settings.lift = NULL;
    else if (!strcmp(key, "rules") && !strcmp(rest, "wrappers"))
        l->settings = (rh_actions_settings){.catalog = l->settings.catalog, .wrap = &in_wrappers};
    else if (*key)
        refuse(l, line, "no setting");
}

static void read_stage_line(lifted *l, const char *line)
{
    const char *equals = strstr(line, " = "), *takes = strstr(line, " takes ");
    const char *is = strstr(line, " is ");
    const char *middle = equals ? equals : takes ? takes : is;
    if (!middle) {
        if (*line)
            refuse(l, line, "no answer");
        return;
    }
    const char *path = rh_arena_text(l->arena, line, (size_t)(middle - line));
    if (equals)
        rh_fault_at(l->env, path, equals + 3);
    else if (takes)
        rh_takes(l->env, path, duration(l, takes + 7));
    else
        rh_add_mock(l->env, RH_LAYER_TEST,
                    &(rh_mock_options){.type = path,
                                       .answer = {.result = json(l, is + 4), .no_effect = true}});
}

/* ---- files ----------------------------------------------------------------------------------- */

static const char *read_file(void *data, const char *path, size_t *length)
{
    const lifted *l = data;
    for (size_t i = 0; i < l->test->action_count; i++) {
        const char *name = l->test->actions[i].path;
        size_t size = strlen(name);
        bool is_it = !strcmp(path, name) ||
                     (!strncmp(path, name, size) && !strcmp(path + size, "/action.yml"));
        if (!is_it)
            continue;
        const char *text = runner_join(l->arena, &l->test->actions[i].lines, 0);
        *length = strlen(text);
        return text;
    }
    return NULL;
}

static const char *document(const lifted *l)
{
    const runner_lines *parts = l->test->parts;
    if (parts[RUNNER_FILE].count)
        return runner_join(l->arena, &parts[RUNNER_FILE], 0);
    if (parts[RUNNER_JOB].count)
        return rh_format(l->arena, "on: push\njobs:\n  build:\n%s",
                         runner_join(l->arena, &parts[RUNNER_JOB], 4));
    return rh_format(l->arena,
                     "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n%s",
                     runner_join(l->arena, &parts[RUNNER_STEPS], 6));
}

static void read_model(lifted *l)
{
    const rh_actions_files files = {.data = l, .read = read_file};
    const rh_actions_read_options options = {.files = &files};
    const char *text = document(l);
    rh_actions_errors *errors = RH_NEW(l->arena, rh_actions_errors);
    const rh_actions_file *file =
        rh_actions_read(l->arena, text, strlen(text), ".github/workflows/ci.yml", &options, errors);
    if (!file)
        fail_msg("%s:%u: %s: %u:%u: %s\n%s", l->file, l->test->line, l->test->name,
                 errors->items[0].line, errors->items[0].column, errors->items[0].message, text);
    l->definition = (rh_actions_definition){.file = file, .settings = &l->settings};
}

static void read_case(lifted *l)
{
    const runner_lines *world = &l->test->parts[RUNNER_WORLD];
    const runner_lines *stage = &l->test->parts[RUNNER_STAGE];
    l->settings = (rh_actions_settings){.lift = &l->lift, .catalog = read_catalog(l, "")};
    l->input = json(l, "{\"github\": {\"ref\": \"refs/heads/main\", \"ref_name\": \"main\"}}");
    for (size_t i = 0; i < world->count; i++)
        read_setting(l, world->items[i]);
    for (size_t i = 0; i < stage->count; i++)
        read_stage_line(l, stage->items[i]);
    read_model(l);
}

/* ---- playing --------------------------------------------------------------------------------- */

static int play_case(const runner_case *test, const char *file)
{
    lifted l = {.file = file, .test = test, .env = rh_env_create(NULL)};
    assert_non_null(l.env);
    l.arena = &l.env->arena;
    read_case(&l);
    rh_env_start(l.env, &(rh_start_request){.dialect = &rh_actions_dialect,
                                            .definition = &l.definition,
                                            .workflow_type = "ci",
                                            .input = l.input});
    rh_play(l.env);
    int wrong = story_compare(l.arena, file, test, story_of(l.arena, rh_env_journal(l.env)));
    if (rh_env_finish(l.env)) {
        print_error("%s:%u: %s: %s", file, test->line, test->name, rh_env_report(l.env));
        wrong = 1;
    }
    rh_env_destroy(l.env);
    return wrong;
}

static void every_case(void **state)
{
    const char *file = RH_SUITES_DIR "/actions/lift.test";
    const char *only = *state;
    rh_arena arena;
    runner_cases cases = {0};
    rh_error error = {.message = ""};
    int wrong = 0;
    rh_arena_init(&arena, NULL, NULL);
    if (runner_read_cases(&arena, file, &cases, &error) != 0)
        fail_msg("%s:%u: %s", error.file, error.line, error.message);
    assert_true(cases.count >= 50);
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
