#include "cli/show.h"

#include <string.h>

#include "cli/actions_files.h"

typedef struct show_settings {
    cli_common common;
    const char *format;
    cli_texts includes;
} show_settings;

static const cli_option options[] = {
    {"--format", "FORMAT", CLI_CHOICE, offsetof(show_settings, format),
     "text (the default): an outline; json; or dot: the graph of jobs, for Graphviz",
     .choices = "text|json|dot"},
    {"--include", "NAME=PATH", CLI_LIST, offsetof(show_settings, includes),
     "a file that stands for something remote: NAME is what 'uses' says, with or without its "
     "version; PATH a workflow, an action.yml, or its folder; may be given several times"},
    {0},
};

const char *cli_show_condition(rh_arena *arena, const rh_actions_condition *condition)
{
    rh_text text = rh_text_in(arena);
    if (condition->expression)
        rh_expression_write(&text, condition->expression);
    return rh_text_string(&text);
}

static int show_action(cli_context *cli, const show_settings *settings, const char *path)
{
    if (settings->format && !strcmp(settings->format, "dot"))
        return cli_bad(cli, "--format dot: an action has no graph of jobs");
    const rh_actions_action *action = cli_read_action(cli, path, &settings->includes);
    if (!action)
        return CLI_BAD;
    rh_text to = rh_text_to(&cli->arena, cli->out);
    if (settings->format && !strcmp(settings->format, "json"))
        cli_show_action_json(&to, action);
    else
        cli_show_action_text(&to, action);
    rh_text_flush(&to);
    return CLI_OK;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    (void)count;
    const show_settings *settings = read;
    if (cli_is_action_file(arguments[0]))
        return show_action(cli, settings, arguments[0]);
    const rh_actions_file *file = cli_read_workflow(cli, arguments[0], &settings->includes, NULL);
    if (!file)
        return CLI_BAD;
    rh_text to = rh_text_to(&cli->arena, cli->out);
    if (settings->format && !strcmp(settings->format, "json"))
        cli_show_json(&to, file);
    else if (settings->format && !strcmp(settings->format, "dot"))
        cli_show_dot(&to, file);
    else
        cli_show_text(&to, file);
    rh_text_flush(&to);
    return CLI_OK;
}

const cli_verb cli_show = {
    .name = "show",
    .arguments = "FILE",
    .least = 1,
    .most = 1,
    .summary = "Shows how a workflow file or action is understood",
    .about =
        "Reads a workflow file of GitHub Actions (\"-\": standard input) with the workflows it "
        "calls and the local actions it uses, and shows what it says: what starts it, its jobs in "
        "the order of the file, what they need, conditions as they are evaluated, steps. A file "
        "that GitHub would refuse is refused with FILE:LINE:COLUMN: MESSAGE, one a line, up to "
        "ten, "
        "and exit code 2. Notes tell what is valid but doubtful, or is not simulated.\n\n"
        "Called workflows and local actions are looked for in the repository: the nearest folder "
        "above FILE that has .github or .git.\n\n"
        "With --format json: {\"schema\":1, \"file\", \"name\", \"on\", \"jobs\", \"notes\"}; "
        "\"on\" has a field for each event; \"jobs\" is a list in the order of the file. Each job "
        "has id, name, needs, if, line, column, and as far as they are written runs_on, strategy, "
        "environment, concurrency, permissions, outputs, env, container, services, "
        "timeout_minutes, continue_on_error; steps, or uses, with, secrets and called. Each step "
        "has id, name, if, line, column, and as far as they are written uses, with, run, shell, "
        "env, working_directory, timeout_minutes, continue_on_error, background, wait, wait_all, "
        "cancel, parallel, action. Expressions are strings as they are written.\n\n"
        "A FILE named action.yml or action.yaml (outside a folder named workflows) is read as an "
        "action: its inputs, outputs, and steps or entry points. As json: {\"schema\":1, "
        "\"file\", \"name\", \"using\", \"inputs\", \"outputs\"}, and as far as they are there "
        "image, main, pre, pre_if, post, post_if, env, steps.",
    .options = options,
    .settings_size = sizeof(show_settings),
    .run = run,
};
