/* rehearse init: a first scenario file, from what the runs show. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/files.h"
#include "cli/init.h"
#include "harness/env_state.h"
#include "harness/scenario_shown.h"
#include "sim/base/timetext.h"

#define ROUNDS 100
#define FAULT "network-timeout"

typedef struct init_settings {
    cli_common common;
    cli_texts workflows;
    const char *output, *event, *ref;
} init_settings;

static const cli_option options[] = {
    {"--workflows", "FILE", CLI_LIST, offsetof(init_settings, workflows),
     "a shared object that has the workflow; may be given several times"},
    {"--event", "NAME", CLI_TEXT, offsetof(init_settings, event),
     "of a workflow file: the event that starts it; found in the file unless given"},
    {"--ref", "REF", CLI_TEXT, offsetof(init_settings, ref),
     "of a workflow file: refs/heads/main, refs/tags/v1.2.0, or short"},
    {"--output", "FILE", CLI_TEXT, offsetof(init_settings, output),
     "where the file goes, like release.rehearse.yml; standard output unless given. A file that is "
     "there already is not overwritten"},
    {0},
};

/* What is played again and again, and what for. */
typedef struct draft {
    cli_context *cli;
    const rh_loaded_module *module;
    const rh_workflow_definition *definition;
    cli_texts activities; /* those that nothing answered at first */
    rh_text *text;
    const char *const *effects; /* of the happy path, "kind key"; ends with NULL */
} draft;

/* ---- playing --------------------------------------------------------------------------------- */

/* An env with the definition's own mocks and those that had to be invented; a fault at a point
 * unless NULL. Played. */
static rh_env *play(const draft *d, const char *point)
{
    rh_error error;
    const rh_workflow_definition *definition = d->definition;
    rh_env *env = rh_env_create(d->module->module);
    if (!env)
        return NULL;
    if (definition->given)
        definition->given(env);
    for (size_t i = 0; i < d->activities.count; i++)
        rh_add_mock(env, RH_LAYER_FIXTURE,
                    &(rh_mock_options){.type = d->activities.items[i], .takes = RH_MINUTES(1)});
    if (point)
        rh_env_add_fault(env, point, FAULT, &error);
    rh_run(env, definition->name, definition->input ? rh_env_json(env, definition->input) : NULL);
    return env;
}

/* An activity that was called and has no mock; NULL if all have one. */
static const char *unanswered(cli_context *cli, const rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->call_count; i++) {
        const char *type = journal->calls[i]->type->text;
        bool has_mock = false;
        for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
            for (size_t j = 0; j < env->layers[layer].count; j++)
                has_mock = has_mock || !strcmp(env->layers[layer].mocks[j]->type, type);
        if (!has_mock)
            return rh_arena_string(&cli->arena, type);
    }
    return NULL;
}

/* Plays until every activity that is called has a mock. NULL after saying what is wrong. */
static rh_env *play_happy_path(draft *d)
{
    for (int round = 0; round < ROUNDS; round++) {
        rh_env *env = play(d, NULL);
        const char *type = env ? unanswered(d->cli, env) : NULL;
        if (env && !rh_env_problem_count(env))
            return env;
        if (!type) {
            cli_bad(d->cli, "%s cannot be played: %s", d->definition->name,
                    env ? rh_env_problem(env, 0)->message : "out of memory");
            rh_env_destroy(env);
            return NULL;
        }
        cli_texts_add(&d->cli->arena, &d->activities, type);
        rh_env_destroy(env);
    }
    cli_bad(d->cli, "%s calls more than %d kinds of activities", d->definition->name, ROUNDS);
    return NULL;
}

/* ---- expectations ---------------------------------------------------------------------------- */

const char *const *cli_init_effects(rh_arena *arena, const rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    const char **effects = RH_NEW_ARRAY(arena, const char *, journal->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_EFFECT || entry->number > 1)
            continue;
        const char *key = entry->text && entry->text[0] ? entry->text : NULL;
        effects[count++] =
            rh_format(arena, "%s%s%s", entry->name->text, key ? " " : "", key ? key : "");
    }
    return effects;
}

static bool is_among(const char *const *effects, const char *effect)
{
    for (; *effects; effects++)
        if (!strcmp(*effects, effect))
            return true;
    return false;
}

static void write_effect(rh_text *text, const char *effect, rh_env *env)
{
    const char *space = strchr(effect, ' ');
    size_t length = space ? (size_t)(space - effect) : strlen(effect);
    const char *kind = rh_arena_text(text->arena, effect, length);
    rh_text_puts(text, "        ");
    rh_yaml_write_text(text, effect);
    rh_text_printf(text, ": %zu\n", rh_effects_of(env, kind, space ? space + 1 : NULL));
}

void cli_init_write_effects(rh_text *text, const char *const *effects, rh_env *env)
{
    const char *const *own = cli_init_effects(text->arena, env);
    rh_text_puts(text, effects[0] || own[0] ? "      effects:\n" : "      effects: none\n");
    for (size_t i = 0; effects[i]; i++)
        write_effect(text, effects[i], env);
    for (size_t i = 0; own[i]; i++)
        if (!is_among(effects, own[i]))
            write_effect(text, own[i], env);
}

static void write_failure(const draft *d, const rh_failure *failure)
{
    const rh_failure *root = rh_failure_root(failure);
    const char *message = rh_failure_message(root);
    rh_text_printf(d->text, "      failure: {kind: %s",
                   rh_failure_kind_name((rh_failure_kind)root->kind));
    if (rh_failure_type(root)[0]) {
        rh_text_puts(d->text, ", type: ");
        rh_yaml_write_text(d->text, rh_failure_type(root));
    }
    if (message[0]) {
        rh_text_puts(d->text, ", message: ");
        rh_yaml_write_text(d->text, rh_arena_text(&d->cli->arena, message, strcspn(message, "\n")));
    }
    rh_text_puts(d->text, "}\n");
}

static void write_warnings(const draft *d, const rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    bool any = false;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_WARNING)
            continue;
        rh_text_puts(d->text, any ? "" : "      warning:\n");
        rh_text_puts(d->text, "        - ");
        rh_yaml_write_text(d->text,
                           rh_arena_text(&d->cli->arena, entry->text, strcspn(entry->text, "\n")));
        rh_text_putc(d->text, '\n');
        any = true;
    }
    if (!any)
        rh_text_puts(d->text, "      warning: none\n");
}

/* `path`: the call that was made to fail; NULL on the happy path. */
static void write_expectations(const draft *d, rh_env *env, const char *path)
{
    rh_text *text = d->text;
    const rh_failure *failure = rh_failure_of(env);
    rh_text_printf(text, "    expect:\n      status: %s\n", rh_status_name(rh_status_of(env)));
    if (failure)
        write_failure(d, failure);
    if (!path && rh_status_of(env) == RH_SUCCEEDED && rh_result_of(env)) {
        rh_text_puts(text, "      result: ");
        rh_yaml_write_value(text, rh_result_of(env));
        rh_text_putc(text, '\n');
    }
    rh_text_puts(text, "      duration: ");
    rh_duration_write(text, rh_duration_of(env));
    rh_text_putc(text, '\n');
    if (path) {
        rh_text_puts(text, "      attempts: {");
        rh_yaml_write_text(text, path);
        rh_text_printf(text, ": %zu}\n", rh_attempts_of(env, path));
    }
    write_warnings(d, env);
    rh_text_puts(text, "      masked: ");
    rh_shown_masked(text, env);
    rh_text_putc(text, '\n');
    cli_init_write_effects(text, d->effects, env);
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Without the folders that both lie in. */
static void strip_common(const char **path, const char **output)
{
    for (;;) {
        const char *slash = strchr(*output, '/');
        size_t length = slash ? (size_t)(slash - *output) + 1 : 0;
        if (!length || strncmp(*path, *output, length) != 0)
            return;
        *path += length;
        *output += length;
    }
}

const char *cli_init_seen_from(cli_context *cli, const char *path, const char *output)
{
    rh_text text = rh_text_in(&cli->arena);
    char *whole = realpath(path, NULL);
    bool is_plain = path[0] != '/' && output && output[0] != '/' && !strstr(output, "..");
    if (is_plain)
        strip_common(&path, &output);
    for (const char *c = output; is_plain && *c; c++)
        if (*c == '/' && c > output && c[-1] != '/' && c[-1] != '.')
            rh_text_puts(&text, "../");
    rh_text_puts(&text, is_plain || !output || !whole ? path : whole);
    free(whole);
    return rh_text_string(&text);
}

static void write_head(const draft *d, const char *workflows)
{
    rh_text *text = d->text;
    rh_text_printf(
        text,
        "# A first rehearsal of %s, written by `rehearse init`. What is expected is what "
        "the\n# runs show today, not what is right: read it, correct what should be "
        "otherwise, and mend the\n# workflow until the file passes.\n\ndefinition: ",
        d->definition->name);
    rh_yaml_write_text(text, d->definition->name);
    rh_text_puts(text, "\nworkflows: ");
    rh_yaml_write_text(text, workflows);
    rh_text_putc(text, '\n');
    if (d->definition->given)
        rh_text_puts(text, "given: true # the mocks that the definition comes with\n");
    if (!d->activities.count)
        return;
    rh_text_puts(text, "\n# Nobody has said yet what these do: how long they take, what they "
                       "return, which effects\n# they have (by default one of their own name).\n"
                       "mocks:\n");
    for (size_t i = 0; i < d->activities.count; i++) {
        rh_text_puts(text, "  ");
        rh_yaml_write_text(text, d->activities.items[i]);
        rh_text_puts(text, ": {takes: 1m}\n");
    }
}

/* A call that fails at every attempt; if it is then retried for ever, at the first only. */
static int write_failing(const draft *d, const char *path)
{
    const char *point = rh_format(&d->cli->arena, "%s@*", path);
    rh_env *env = play(d, point);
    bool endless = env && rh_env_problem_count(env);
    if (endless) {
        rh_env_destroy(env);
        point = path;
        env = play(d, point);
    }
    if (!env)
        return cli_bad(d->cli, "out of memory");
    rh_text_puts(d->text, "\n  - name: ");
    rh_yaml_write_text(d->text, rh_format(&d->cli->arena, "%s %s", path,
                                          endless ? "fails once" : "never succeeds"));
    if (endless)
        rh_text_puts(d->text, " # more often, and it is tried again for ever: is that meant?");
    rh_text_puts(d->text, "\n    faults: {");
    rh_yaml_write_text(d->text, point);
    rh_text_puts(d->text, ": " FAULT "}\n");
    write_expectations(d, env, path);
    rh_env_destroy(env);
    return CLI_OK;
}

static int write_scenarios(draft *d, rh_env *happy)
{
    const rh_journal *journal = rh_env_journal(happy);
    cli_texts paths = {0};
    for (size_t i = 0; i < journal->call_count; i++) {
        const char *path =
            rh_arena_string(&d->cli->arena, rh_shown_path(&d->cli->arena, journal->calls[i]));
        bool is_new = true;
        for (size_t j = 0; j < paths.count; j++)
            is_new = is_new && strcmp(paths.items[j], path) != 0;
        if (is_new)
            cli_texts_add(&d->cli->arena, &paths, path);
    }
    d->effects = cli_init_effects(&d->cli->arena, happy);
    rh_text_puts(d->text, "\nscenarios:\n  - name: nothing fails\n");
    if (rh_status_of(happy) == RH_STUCK)
        rh_text_puts(d->text, "    # It waits. If for a signal, let it come:\n"
                              "    # at: [{at: 5m, signal: NAME}]\n");
    write_expectations(d, happy, NULL);
    if (paths.count)
        rh_text_puts(d->text,
                     "\n  # Each call in turn. Is the status right? Is a failure swallowed "
                     "(masked) that should not be?\n  # Has something been done that "
                     "should have been undone?\n");
    for (size_t i = 0; i < paths.count; i++)
        if (write_failing(d, paths.items[i]) != CLI_OK)
            return CLI_BAD;
    return CLI_OK;
}

int cli_init_write_out(cli_context *cli, const char *path, rh_text *text)
{
    rh_error error;
    cli_output output;
    if (!path) {
        fputs(rh_text_string(text), cli->out);
        return CLI_OK;
    }
    if (cli_output_open(&cli->arena, path, &output, &error) != 0)
        return cli_bad_error(cli, &error);
    fputs(rh_text_string(text), output.file);
    if (cli_output_close(&output, true, &error) != 0)
        return cli_bad_error(cli, &error);
    fprintf(cli->out, "%s is written; run it with: rehearse test %s\n", path, path);
    return CLI_OK;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    (void)count;
    const init_settings *settings = read;
    struct stat status;
    rh_error error;
    bool is_file = rh_scenario_is_workflow_file(arguments[0]);
    if (!is_file && !settings->workflows.count)
        return cli_bad(cli, "no workflows; pass --workflows FILE, a shared object that has '%s'",
                       arguments[0]);
    if (!is_file && (settings->event || settings->ref))
        return cli_bad(cli,
                       "--event and --ref belong to workflow files, and '%s' does not end in "
                       ".yml",
                       arguments[0]);
    if (settings->output && stat(settings->output, &status) == 0)
        return cli_bad(cli, "%s is there already; choose another name", settings->output);
    if (is_file)
        return cli_init_file(cli, arguments[0], settings->output, settings->event, settings->ref);
    const rh_loaded_module *modules = cli_load(cli, &settings->workflows);
    if (!modules)
        return CLI_BAD;
    rh_text text = rh_text_in(&cli->arena);
    draft d = {.cli = cli, .text = &text};
    d.definition = rh_modules_find_workflow(modules, settings->workflows.count, arguments[0],
                                            &d.module, &error);
    if (!d.definition)
        return cli_bad_error(cli, &error);
    rh_env *happy = play_happy_path(&d);
    if (!happy)
        return CLI_BAD;
    write_head(&d, cli_init_seen_from(cli, d.module->path, settings->output));
    int code = write_scenarios(&d, happy);
    rh_env_destroy(happy);
    return code == CLI_OK ? cli_init_write_out(cli, settings->output, &text) : code;
}

const cli_verb cli_init = {
    .name = "init",
    .arguments = "NAME|FILE.yml",
    .least = 1,
    .most = 1,
    .summary = "Writes a first scenario file for a workflow",
    .about = "Plays a workflow, and then each of its calls failing in turn, and writes a scenario "
             "file that expects what the runs show: a beginning, to be read and corrected.\n"
             "Activities that nobody has mocked are given mocks that take a minute.\n"
             "Of a workflow file (FILE.yml) it plays an event that starts it: a good run, one in "
             "which the last thing that is done to the outside world fails, and one whose "
             "busiest runner is lost.",
    .options = options,
    .settings_size = sizeof(init_settings),
    .run = run,
};
