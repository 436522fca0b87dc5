/* With one attempt, no timeouts of its own and no lost hosts, a lifted run is the same run: on
 * every plan of up to two faults at leaf calls, one that passes and one that does not, both engines
 * tell the same story (which jobs, steps and commands run or are skipped, why and when; effects,
 * outputs, conclusions). Over all workflow files of fixtures/workflows, and over files made at
 * random; REHEARSE_LIFT_FILES=N makes N of those. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>

#include "sim/actions/actions.h"
#include "sim/actions/event.h"
#include "sim/base/json.h"
#include "suites/actions/lift_generate.h"
#include "suites/actions/story.h"
#include "suites/support/playing.h"

#define ROOT RH_SUITES_DIR "/../fixtures/workflows"

enum { MOST_FAULTS = 2, GENERATED = 20, SIDES = 2 };

static const char *const faults[] = {"exit-code", "token-scope"};

static const rh_actions_lift runner_equal = {
    .retry = {.maximum_attempts = 1},
    .start_to_close = RH_FOREVER,
    .heartbeat_timeout = RH_FOREVER,
};

/* One file with one event, by both rules. */
typedef struct twins {
    rh_arena *arena;
    const char *name;
    rh_env *envs[SIDES];
    rh_actions_settings settings[SIDES];
    rh_actions_definition definitions[SIDES];
    const rh_value *input;
    const char *plan[MOST_FAULTS]; /* fault points, */
    const char *with[MOST_FAULTS]; /* and what strikes there */
    size_t faults;
    size_t plans;
} twins;

/* ---- playing --------------------------------------------------------------------------------- */

static void play(twins *t, size_t side)
{
    rh_env *env = t->envs[side];
    env->plan_count = 0;
    rh_env_restart(env);
    for (size_t i = 0; i < t->faults; i++)
        rh_fault_at(env, t->plan[i], t->with[i]);
    rh_env_start(env, &(rh_start_request){.dialect = &rh_actions_dialect,
                                          .definition = &t->definitions[side],
                                          .workflow_type = "ci",
                                          .input = t->input});
    rh_play(env);
}

/* How the attempt of a call ended is the engine's own affair; what came of it is not. */
static bool is_shared(const char *line)
{
    static const char *const own[] = {"failed ", "completed ", "canceled ", "timed-out ",
                                      "note played by the rules of durable workflows"};
    for (size_t i = 0; i < LENGTH(own); i++)
        if (!strncmp(line, own[i], strlen(own[i])))
            return false;
    return true;
}

/* The story of the world, without what is the engine's own affair; and what the run came to. */
static const char *story_by(twins *t, size_t side)
{
    rh_arena *arena = &t->envs[side]->world.arena;
    const rh_journal *journal = rh_env_journal(t->envs[side]);
    const rh_run_record *run = journal->runs[0];
    rh_text text = rh_text_in(arena);
    for (const char *line = story_of(arena, journal); *line;) {
        size_t length = strcspn(line, "\n") + 1;
        if (is_shared(line))
            rh_text_add(&text, line, length);
        line += length;
    }
    rh_text_printf(&text, "%s ", rh_run_status_name((rh_run_status)run->status));
    rh_json_write(&text, run->failure ? run->failure->details : run->result, RH_JSON_COMPACT);
    return rh_text_string(&text);
}

static void say_plan(const twins *t)
{
    print_error("%s\n", t->name);
    for (size_t i = 0; i < t->faults; i++)
        print_error("  %s = %s\n", t->plan[i], t->with[i]);
}

static void compare(twins *t)
{
    play(t, 0);
    play(t, 1);
    t->plans++;
    const char *left = story_by(t, 0), *right = story_by(t, 1);
    if (!strcmp(left, right))
        return;
    const char *at = left, *line = left;
    for (const char *other = right; *at && *at == *other; at++, other++)
        line = *at == '\n' ? at + 1 : line;
    say_plan(t);
    print_error("  by GitHub's rules: %.*s\n", (int)strcspn(line, "\n"), line);
    line = right + (line - left);
    fail_msg("  lifted:            %.*s\n", (int)strcspn(line, "\n"), line);
}

/* ---- plans ----------------------------------------------------------------------------------- */

typedef struct points {
    const char **items;
    size_t count;
} points;

/* Calls that were tried and have nothing below them, in the order of their first attempts. */
static points leaves_of(twins *t)
{
    const rh_journal *journal = rh_env_journal(t->envs[0]);
    points found = {RH_NEW_ARRAY(t->arena, const char *, journal->call_count + 1), 0};
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        const rh_call *call = entry->call ? journal->calls[entry->call - 1] : NULL;
        if (entry->kind != RH_ENTRY_ATTEMPT_STARTED || call->first_child || entry->attempt != 1)
            continue;
        const char *path = rh_call_path_text(t->arena, call);
        found.items[found.count++] = call->number > 1 ? path : rh_format(t->arena, "%s#1", path);
    }
    return found;
}

/* This plan, and all that have more faults behind its last one. */
static void explore(twins *t)
{
    compare(t);
    if (t->faults == MOST_FAULTS)
        return;
    points leaves = leaves_of(t);
    size_t from = 0;
    while (t->faults && from < leaves.count && strcmp(leaves.items[from++], t->plan[t->faults - 1]))
        ;
    for (size_t i = from; i < leaves.count; i++)
        for (size_t k = 0; k < LENGTH(faults); k++) {
            t->plan[t->faults] = leaves.items[i];
            t->with[t->faults++] = faults[k];
            explore(t);
            t->faults--;
        }
}

/* Returns how many plans there were. */
static size_t all_plans(rh_arena *arena, const char *name, const rh_actions_file *file,
                        const rh_value *input)
{
    rh_error error;
    twins t = {.arena = arena, .name = name, .input = input};
    t.settings[0].catalog = t.settings[1].catalog =
        rh_actions_catalog_read(arena, NULL, NULL, 0, &error);
    t.settings[1].lift = &runner_equal;
    for (size_t i = 0; i < SIDES; i++) {
        t.definitions[i] = (rh_actions_definition){.file = file, .settings = &t.settings[i]};
        t.envs[i] = rh_env_create(NULL);
        assert_non_null(t.envs[i]);
    }
    explore(&t);
    for (size_t i = 0; i < SIDES; i++) {
        if (rh_env_finish(t.envs[i]))
            fail_msg("%s: %s", name, rh_env_report(t.envs[i]));
        rh_env_destroy(t.envs[i]);
    }
    return t.plans;
}

/* ---- fixtures -------------------------------------------------------------------------------- */

typedef struct project {
    rh_arena *arena;
    const char *folder;
} project;

static const char *read_file(void *data, const char *path, size_t *length)
{
    const project *of = data;
    FILE *file = fopen(rh_format(of->arena, "%s/%s", of->folder, path), "rb");
    if (!file)
        return NULL;
    rh_text text = rh_text_in(of->arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    *length = text.length;
    return rh_text_string(&text);
}

/* NULL if the trigger wants inputs that nobody made up. */
static const rh_value *input_of(rh_arena *arena, const rh_actions_file *file,
                                const char *event_name, const char *ref)
{
    rh_error error;
    rh_actions_event_options options = {.name = event_name, .ref = ref};
    const rh_actions_event *event = rh_actions_event_build(arena, &options, &error);
    const rh_value *inputs = event ? rh_actions_event_inputs(arena, event, file, &error) : NULL;
    if (!inputs) {
        options.is_open = true;
        event = rh_actions_event_build(arena, &options, &error);
        inputs = event ? rh_actions_event_inputs(arena, event, file, &error) : NULL;
    }
    if (!inputs)
        return NULL;
    const rh_field fields[] = {
        {"github", rh_actions_event_github(arena, event, file, inputs)},
        {"inputs", inputs},
    };
    return rh_value_object(arena, fields, LENGTH(fields));
}

static size_t play_file(rh_arena *arena, const char *name, const rh_actions_file *file)
{
    static const char *const refs[] = {"refs/heads/main", "refs/tags/v1.2.0"};
    size_t plans = 0;
    for (size_t i = 0; i < file->trigger_count; i++) {
        const char *event = file->triggers[i].event;
        bool is_push = !strcmp(event, "push");
        for (size_t r = 0; r < (is_push ? LENGTH(refs) : 1); r++) {
            const rh_value *input = input_of(arena, file, event, is_push ? refs[r] : NULL);
            if (input)
                plans += all_plans(arena, rh_format(arena, "%s, %s", name, event), file, input);
        }
    }
    return plans;
}

static size_t play_project(rh_arena *arena, const char *name)
{
    size_t plans = 0;
    project of = {arena, rh_format(arena, "%s/%s", ROOT, name)};
    DIR *folder = opendir(rh_format(arena, "%s/.github/workflows", of.folder));
    if (!folder)
        return 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *path = rh_format(arena, ".github/workflows/%s", entry->d_name);
        size_t length = 0;
        if (!strstr(path, ".yml") && !strstr(path, ".yaml"))
            continue;
        const char *text = read_file(&of, path, &length);
        rh_actions_files files = {.data = &of, .read = read_file};
        rh_actions_read_options options = {.files = &files};
        rh_actions_errors errors = {.count = 0};
        const rh_actions_file *file = rh_actions_read(arena, text, length, path, &options, &errors);
        if (!file)
            fail_msg("%s/%s: %s", name, path, errors.items[0].message);
        plans += play_file(arena, rh_format(arena, "%s/%s", name, path), file);
    }
    closedir(folder);
    return plans;
}

static void fixtures_are_the_same_run(void **state)
{
    size_t plans = 0;
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    DIR *root = opendir(ROOT);
    assert_non_null(root);
    for (struct dirent *entry; (entry = readdir(root));)
        if (entry->d_name[0] != '.')
            plans += play_project(&arena, entry->d_name);
    closedir(root);
    rh_arena_free(&arena);
    print_message("%zu plans\n", plans);
    assert_true(plans > 2000);
}

/* ---- at random ------------------------------------------------------------------------------- */

typedef struct made {
    rh_arena *arena;
    uint64_t seed;
} made;

static const char *read_made(void *data, const char *path, size_t *length)
{
    const made *of = data;
    if (strcmp(path, "actions/greet/action.yml") != 0)
        return NULL;
    const char *text = lift_generate_action(of->arena, of->seed);
    *length = strlen(text);
    return text;
}

static size_t play_made(uint64_t seed)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    made of = {&arena, seed};
    const char *text = lift_generate(&arena, seed);
    rh_actions_files files = {.data = &of, .read = read_made};
    rh_actions_read_options options = {.files = &files};
    rh_actions_errors errors = {.count = 0};
    const rh_actions_file *file =
        rh_actions_read(&arena, text, strlen(text), "made.yml", &options, &errors);
    if (!file)
        fail_msg("seed %llu: %u: %s\n%s", (unsigned long long)seed, errors.items[0].line,
                 errors.items[0].message, text);
    const char *name = rh_format(&arena, "the file of seed %llu", (unsigned long long)seed);
    size_t plans = play_file(&arena, name, file);
    rh_arena_free(&arena);
    return plans;
}

static void files_made_at_random_are_the_same_run(void **state)
{
    const char *more = getenv("REHEARSE_LIFT_FILES");
    uint64_t count = more ? strtoull(more, NULL, 10) : GENERATED;
    size_t plans = 0;
    (void)state;
    for (uint64_t seed = 0; seed < count; seed++)
        plans += play_made(seed);
    print_message("%zu plans of %llu files\n", plans, (unsigned long long)count);
    assert_true(plans > count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures_are_the_same_run),
        cmocka_unit_test(files_made_at_random_are_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
