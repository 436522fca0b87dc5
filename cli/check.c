/* rehearse check: findings about workflow files and workflows in C, without any scenario. */
#include "harness/check/check.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/check_events.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/events.h"
#include "cli/reports.h"
#include "cli/secrets.h"
#include "harness/env_state.h"
#include "harness/explore/actions_subject.h"
#include "harness/shell.h"
#include "reports/findings.h"

typedef struct check_settings {
    cli_common common;
    cli_actions_settings actions;
    cli_texts workflows, reports, fault_files, rates;
    const char *fail_on, *profile;
    cli_number faults, plans, jobs;
} check_settings;

#define AT(field) offsetof(check_settings, field)
#define ACTIONS(field) offsetof(check_settings, actions.field)
#define EVENT(field) offsetof(check_settings, actions.event.field)

static const cli_option options[] = {
    {"--fail-on", "LEVEL", CLI_CHOICE, AT(fail_on),
     "from which level on a finding makes the exit code 1: error (the default), warning, note, or "
     "never",
     .choices = "error|warning|note|never"},
    {"--format", "FORMAT", CLI_CHOICE, ACTIONS(format),
     "text (the default), json, sarif, or github: workflow commands that GitHub shows beside the "
     "lines",
     .choices = "text|json|sarif|github"},
    {"--report", "KIND=PATH", CLI_LIST, AT(reports),
     "also writes a report: text, json, sarif, github, markdown (for $GITHUB_STEP_SUMMARY) or "
     "junit; PATH - is standard output, which then has nothing else; may be given several times"},
    {"--faults", "N", CLI_NUMBER, AT(faults),
     "so many faults strike in one run at most; 1 if not "
     "given",
     .least = 1, .most = 4},
    {"--plans", "N", CLI_NUMBER, AT(plans),
     "at most so many runs for each event; if not given, 200000, and of a large file fewer",
     .least = 1, .most = 100000000},
    {"--jobs", "N", CLI_NUMBER, AT(jobs),
     "threads; one for each processor if not given. What is found does not depend on it",
     .least = 1, .most = 64},
    {"--event", "NAME", CLI_TEXT, EVENT(event),
     "only this event, instead of one for each way to start the workflow"},
#define X(name, value, kind, field, what) {name, value, kind, EVENT(field), what, .most = 1000000},
#include "cli/event_option_rows.h"
#undef X
    {"--input", "NAME=VALUE", CLI_LIST, EVENT(inputs),
     "an input of workflow_dispatch, or only its NAME: it has a value that is not known; may be "
     "given several times"},
    {"--secret", "NAME=VALUE", CLI_LIST, ACTIONS(secrets),
     "a secret; may be given several times; those that are not given are made up"},
    {"--var", "NAME=VALUE", CLI_LIST, ACTIONS(vars),
     "a variable (vars context); may be given several times"},
    {"--mock", "PATH:OUTPUTS", CLI_LIST, ACTIONS(mocks),
     "what a job or step gives, instead of being played, as in 'rehearse run'"},
    {"--include", "NAME=PATH", CLI_LIST, ACTIONS(includes),
     "a file that stands for a remote action or called workflow, as in 'rehearse show'"},
    {"--profile", "NAME|FILE", CLI_TEXT, AT(profile),
     "which faults are tried: those that this profile has a rate for; by default one of each class "
     "that can be told apart"},
    {"--workflows", "FILE", CLI_LIST, AT(workflows),
     "a shared object with workflows in C, which are then named instead of files; may be given "
     "several times"},
    {0},
};

/* ---- what is played -------------------------------------------------------------------------- */

/* Of all that is checked: what an env is given. */
typedef struct givens {
    cli_context *cli;
    const check_settings *settings;
    bool is_in_c; /* no workflow file */
} givens;

static int given(rh_env *env, void *data, rh_error *error)
{
    const givens *all = data;
    const check_settings *settings = all->settings;
    if (settings->profile ? cli_use_profile(all->cli, env, settings->profile, error) != 0
                          : rh_env_read_profile(env, rh_check_profile, strlen(rh_check_profile),
                                                "the profile of check", error) != 0)
        return -1;
    if (!all->is_in_c && cli_give_workflow_file(all->cli, env, &settings->actions) != CLI_OK)
        return rh_error_set(error, NULL, 0, 0, "--mock cannot be used");
    return 0;
}

/* ---- workflow files -------------------------------------------------------------------------- */

typedef struct checking {
    cli_context *cli;
    const check_settings *settings;
    givens *givens;
    const rh_actions_file *file;
    const rh_actions_files *files;
    const rh_actions_catalog *catalog;
} checking;

/* A workflow played for an event; a human runs what failed again. */
static int make_subject(checking *c, const rh_actions_event *event, bool holds, rh_subject *subject)
{
    rh_arena *arena = &c->cli->arena;
    cli_actions_settings settings = c->settings->actions;
    if (holds)
        settings.unknown = "holds";
    settings.secrets = cli_with_all_secrets(c->cli, c->file, &settings.secrets);
    cli_opened *opened = RH_NEW(arena, cli_opened);
    if (cli_define_workflow(c->cli, c->file, c->files, event, &settings, opened) != CLI_OK)
        return CLI_BAD;
    c->catalog = opened->definition.settings->catalog;
    rh_actions_subject *actions = RH_NEW(arena, rh_actions_subject);
    *actions = (rh_actions_subject){.definition = &opened->definition,
                                    .input = opened->input,
                                    .rerun_after = RH_HOURS(1),
                                    .given = given,
                                    .data = c->givens};
    *subject = rh_subject_of_actions(c->file->name, actions);
    return CLI_OK;
}

static int make_world(checking *c, const cli_check_event *from, rh_check_world *world)
{
    rh_subject *holding = RH_NEW(&c->cli->arena, rh_subject);
    world->event = from->options;
    world->holding = holding;
    if (make_subject(c, from->event, false, &world->subject) != CLI_OK)
        return CLI_BAD;
    return make_subject(c, from->event, true, holding);
}

/* What stands in front of the path in the repository: "../app/" of ../app/.github/workflows/x.yml.
 * "" if the file is named in another way. */
static const char *root_of(rh_arena *arena, const char *path)
{
    const char *inside = cli_path_in_repository(arena, path);
    size_t length = strlen(path), tail = strlen(inside);
    bool ends_with_it = length >= tail && !strcmp(path + length - tail, inside);
    return ends_with_it ? rh_arena_text(arena, path, length - tail) : "";
}

static const char *target_of(rh_arena *arena, const char *path)
{
    rh_text text = rh_text_in(arena);
    rh_shell_word(&text, path);
    return rh_text_string(&text);
}

/* With what it is given besides an event. */
static const char *file_target(const checking *c, const char *path)
{
    cli_actions_settings settings = c->settings->actions;
    settings.secrets = cli_with_all_secrets(c->cli, c->file, &settings.secrets);
    return rh_format(&c->cli->arena, "%s%s", target_of(&c->cli->arena, path),
                     cli_world_options(&c->cli->arena, &settings));
}

static int check_file(cli_context *cli, const check_settings *settings, const char *path,
                      rh_checked *checked)
{
    rh_arena *arena = &cli->arena;
    givens *all = RH_NEW(arena, givens);
    *all = (givens){cli, settings, false};
    checking c = {.cli = cli, .settings = settings, .givens = all};
    c.file = cli_read_workflow(cli, path, &settings->actions.includes, &c.files);
    if (!c.file)
        return CLI_BAD;
    size_t count;
    const cli_check_event *events = cli_check_events(cli, c.file, &settings->actions.event, &count);
    if (!events)
        return CLI_BAD;
    rh_check_world *worlds = RH_NEW_ARRAY(arena, rh_check_world, count + 1);
    const char **words = RH_NEW_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        words[i] = events[i].words;
        if (make_world(&c, &events[i], &worlds[i]) != CLI_OK)
            return CLI_BAD;
    }
    *checked = (rh_checked){.name = path, .events = words, .event_count = count};
    const rh_check_options to_check = {.file = c.file,
                                       .root = root_of(arena, path),
                                       .catalog = c.catalog,
                                       .target = file_target(&c, path),
                                       .worlds = worlds,
                                       .world_count = count,
                                       .most_faults = (uint32_t)settings->faults.value,
                                       .most_plans = settings->plans.value,
                                       .jobs = cli_threads(&settings->jobs)};
    rh_error error;
    if (rh_check_definition(arena, &to_check, &checked->findings, &error) == 0)
        return CLI_OK;
    return cli_bad(cli, "%s: %s", path, rh_error_text(&error, (char[1000]){0}, 1000));
}

/* ---- workflows in C -------------------------------------------------------------------------- */

static int check_in_c(cli_context *cli, const check_settings *settings, const char *name,
                      const rh_loaded_module *modules, rh_checked *checked)
{
    rh_arena *arena = &cli->arena;
    rh_error error;
    const rh_loaded_module *module;
    const rh_workflow_definition *definition =
        rh_modules_find_workflow(modules, settings->workflows.count, name, &module, &error);
    if (!definition)
        return cli_bad_error(cli, &error);
    givens *all = RH_NEW(arena, givens);
    *all = (givens){cli, settings, true};
    rh_durable_subject *durable = RH_NEW(arena, rh_durable_subject);
    *durable = (rh_durable_subject){.definition = definition, .given = given, .data = all};
    if (definition->input) {
        durable->input = cli_read_json(cli, definition->input, name, &error);
        if (!durable->input)
            return cli_bad_error(cli, &error);
    }
    rh_check_world *world = RH_NEW(arena, rh_check_world);
    world->event = "";
    world->subject = rh_subject_of_durable(name, module->module, durable);
    *checked = (rh_checked){.name = name};
    const rh_check_options to_check = {.target = rh_format(arena, "--workflows %s %s",
                                                           target_of(arena, module->path),
                                                           target_of(arena, name)),
                                       .worlds = world,
                                       .world_count = 1,
                                       .most_faults = (uint32_t)settings->faults.value,
                                       .most_plans = settings->plans.value,
                                       .jobs = cli_threads(&settings->jobs)};
    if (rh_check_definition(arena, &to_check, &checked->findings, &error) == 0)
        return CLI_OK;
    return cli_bad(cli, "%s: %s", name, rh_error_text(&error, (char[1000]){0}, 1000));
}

/* ---- reports --------------------------------------------------------------------------------- */

static int write_text(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    rh_findings_text(text, subject, false);
    return 0;
}

static int write_json(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    rh_findings_json(text, subject);
    return 0;
}

static int write_sarif(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    rh_findings_sarif(text, subject);
    return 0;
}

static int write_annotations(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    rh_findings_annotations(text, subject);
    return 0;
}

static int write_markdown(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    rh_findings_markdown(text, subject);
    return 0;
}

static int write_junit(rh_text *text, const void *subject, rh_error *error)
{
    return rh_findings_junit(text, subject, error);
}

static const cli_report_kind report_kinds[] = {
    {"text", write_text},
    {"json", write_json},
    {"sarif", write_sarif},
    {"github", write_annotations},
    {"markdown", write_markdown},
    {"junit", write_junit},
    {0},
};

static void print(cli_context *cli, const char *format, const rh_checked_list *list)
{
    rh_error error;
    rh_text text = rh_text_to(&cli->arena, cli->out);
    if (!format || !strcmp(format, "text"))
        rh_findings_text(&text, list, cli->color_out);
    for (const cli_report_kind *kind = report_kinds; format && kind->name; kind++)
        if (!strcmp(kind->name, format) && strcmp(format, "text") != 0)
            kind->write(&text, list, &error);
    rh_text_flush(&text);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static int verdict(const check_settings *settings, const rh_checked_list *list)
{
    if (settings->fail_on && !strcmp(settings->fail_on, "never"))
        return CLI_OK;
    return rh_checked_count(list, (rh_finding_level)list->fail_on) ? CLI_FAILED : CLI_OK;
}

static int check_all(cli_context *cli, const check_settings *settings, const cli_texts *names,
                     const rh_loaded_module *modules, rh_checked_list *list)
{
    rh_checked *items = RH_NEW_ARRAY(&cli->arena, rh_checked, names->count + 1);
    int code = CLI_OK;
    list->items = items;
    for (size_t i = 0; i < names->count; i++) {
        int done = modules
                       ? check_in_c(cli, settings, names->items[i], modules, &items[list->count])
                       : check_file(cli, settings, names->items[i], &items[list->count]);
        if (done == CLI_OK)
            list->count++;
        else
            code = CLI_BAD;
    }
    return code;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const check_settings *settings = read;
    cli_reports reports;
    cli_texts names = {0};
    const rh_loaded_module *modules = NULL;
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK)
        return CLI_BAD;
    if (settings->workflows.count && !(modules = cli_load(cli, &settings->workflows)))
        return CLI_BAD;
    int code = CLI_OK;
    for (size_t i = 0; i < count; i++)
        if (modules)
            cli_texts_add(&cli->arena, &names, arguments[i]);
        else if (cli_add_workflows(cli, arguments[i], &names) != CLI_OK)
            code = CLI_BAD;
    rh_checked_list list = {.fail_on = RH_LEVEL_ERROR};
    rh_finding_level level;
    if (settings->fail_on && rh_finding_level_find(settings->fail_on, &level))
        list.fail_on = (uint8_t)level;
    if (check_all(cli, settings, &names, modules, &list) != CLI_OK)
        code = CLI_BAD;
    if (!reports.on_stdout && list.count)
        print(cli, settings->actions.format, &list);
    if (cli_reports_write(cli, &reports, &list) != CLI_OK || code != CLI_OK)
        return CLI_BAD;
    return verdict(settings, &list);
}

const cli_verb cli_check = {
    .name = "check",
    .arguments = "FILE|FOLDER|NAME...",
    .least = 1,
    .most = SIZE_MAX,
    .summary = "Finds out what goes wrong in a workflow when something fails",
    .about =
        "Plays a workflow file of GitHub Actions (or with --workflows a workflow in C) without "
        "faults, then with each fault at each point where it can strike, lets a human run again "
        "what failed, and tells what its owner would want to know: what is published half, twice, "
        "or wrong, what fails unseen, what hangs, what nothing reaches. Each finding has the "
        "smallest fault that shows it, the command that plays it, and a change that mends it.\n"
        "The event is chosen from `on`: one for each way to start the workflow. Of a folder, all "
        "workflows in its .github/workflows are checked.\n"
        "The exit code is 0 if there is no finding of the level of --fail-on, 1 if there is one, 2 "
        "if something could not be checked.",
    .options = options,
    .settings_size = sizeof(check_settings),
    .run = run,
};
