/* The `rehearse` command. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "sim/base/nearest.h"

const cli_option cli_common_options[] = {
    {"--color", "WHEN", CLI_CHOICE, offsetof(cli_common, color),
     "colors in what is printed: auto (on a terminal), always, never",
     .choices = "auto|always|never"},
    {"--annotations", "WHEN", CLI_CHOICE, offsetof(cli_common, annotations),
     "also writes what is wrong as ::error lines, which GitHub shows at their places: auto (in a "
     "step of GitHub Actions), always, never",
     .choices = "auto|always|never"},
    {"--help", NULL, CLI_FLAG, offsetof(cli_common, help), "this help; also -h"},
    {0},
};

const cli_verb *const cli_verbs[] = {&cli_run,      &cli_check,   &cli_test,   &cli_compare,
                                     &cli_replay,   &cli_init,    &cli_list,   &cli_show,
                                     &cli_triggers, &cli_history, &cli_faults, &cli_expr,
                                     &cli_version,  &cli_help,    NULL};

int cli_bad(cli_context *cli, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(cli->out);
    fprintf(cli->err, "rehearse%s%s: ", cli->verb ? " " : "", cli->verb ? cli->verb : "");
    vfprintf(cli->err, format, arguments);
    fputc('\n', cli->err);
    va_end(arguments);
    return CLI_BAD;
}

void cli_annotate_error(cli_context *cli, const rh_error *error)
{
    if (cli->annotations)
        rh_annotate(cli->annotations, &(rh_annotation){.level = RH_ANNOTATE_ERROR,
                                                       .file = error->file,
                                                       .line = error->line,
                                                       .column = error->column,
                                                       .title = "rehearse",
                                                       .message = error->message});
}

int cli_bad_error(cli_context *cli, const rh_error *error)
{
    char text[1024];
    cli_annotate_error(cli, error);
    return cli_bad(cli, "%s", rh_error_text(error, text, sizeof text));
}

const cli_verb *cli_find_verb(cli_context *cli, const char *name)
{
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; cli_verbs[i]; i++) {
        if (strcmp(cli_verbs[i]->name, name) == 0)
            return cli_verbs[i];
        rh_nearest_offer(&nearest, cli_verbs[i]->name);
    }
    char hint[96];
    cli_bad(cli, "there is no command '%s'%s", name, rh_nearest_hint(&nearest, hint, sizeof hint));
    return NULL;
}

const rh_loaded_module *cli_load(cli_context *cli, const cli_texts *paths)
{
    rh_loaded_module *modules = RH_NEW_ARRAY(&cli->arena, rh_loaded_module, paths->count + 1);
    for (size_t i = 0; i < paths->count; i++) {
        rh_error error;
        if (rh_module_load(&cli->arena, paths->items[i], &modules[i], &error) != 0) {
            cli_bad_error(cli, &error);
            return NULL;
        }
    }
    return modules;
}

static int check_argument_count(cli_context *cli, const cli_verb *verb, const cli_texts *rest)
{
    if (rest->count > verb->most)
        return cli_bad(cli, "unexpected argument '%s'", rest->items[verb->most]);
    if (rest->count < verb->least)
        return cli_bad(cli, "%s is missing; usage: rehearse %s %s [options]", verb->arguments,
                       verb->name, verb->arguments);
    return CLI_OK;
}

static int run_verb(cli_context *cli, const cli_verb *verb, const char *const *arguments,
                    size_t count)
{
    const cli_option *const tables[] = {verb->options, cli_common_options, NULL};
    cli_common *settings = rh_arena_zeroed(&cli->arena, verb->settings_size);
    cli_texts rest = {0};
    rh_error error;
    cli->verb = verb->name;
    cli->arguments = arguments;
    cli->argument_count = count;
    if (cli_read_options(&cli->arena, tables, settings, arguments, count, &rest, &error) != 0)
        return cli_bad(cli, "%s\nsee 'rehearse help %s'", error.message, verb->name);
    cli_look_around(cli, settings->color);
    if (cli_wants_annotations(settings->annotations)) {
        cli->annotations = RH_NEW(&cli->arena, rh_annotations);
        cli->annotations->arena = &cli->arena;
    }
    if (settings->help) {
        const char *const name[] = {verb->name};
        return cli_help.run(cli, rh_arena_zeroed(&cli->arena, cli_help.settings_size), name, 1);
    }
    int bad = check_argument_count(cli, verb, &rest);
    return bad ? bad : verb->run(cli, settings, rest.items, rest.count);
}

static int say_commands(cli_context *cli)
{
    rh_text names = rh_text_in(&cli->arena);
    for (size_t i = 0; cli_verbs[i]; i++)
        rh_text_printf(&names, "%s%s", i ? ", " : "", cli_verbs[i]->name);
    return cli_bad(cli, "a command is missing: %s\nsee 'rehearse help'", rh_text_string(&names));
}

/* rehearse --help, rehearse --version, rehearse VERB ... */
static int dispatch(cli_context *cli, const char *const *arguments, size_t count)
{
    if (count == 0)
        return say_commands(cli);
    const char *name = arguments[0];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0)
        name = "version";
    else if (name[0] == '-')
        return cli_bad(cli,
                       "unknown option '%s'; a command comes first: rehearse COMMAND "
                       "[options]\nsee 'rehearse help'",
                       name);
    const cli_verb *verb = cli_find_verb(cli, name);
    return verb ? run_verb(cli, verb, arguments + 1, count - 1) : CLI_BAD;
}

int main(int count, char **arguments)
{
    cli_context cli = {.out = stdout, .err = stderr};
    rh_arena_init(&cli.arena, NULL, NULL); /* no memory: says so and ends with 2 */
    cli_look_around(&cli, NULL);
    int code = dispatch(&cli, (const char *const *)arguments + (count > 0),
                        count > 0 ? (size_t)count - 1 : 0);
    if (cli.annotations) {
        fflush(stdout);
        rh_text text = rh_text_to(&cli.arena, cli.err);
        rh_annotations_write(&text, cli.annotations);
        rh_text_flush(&text);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        code = cli_bad(&cli, "cannot write to standard output");
    rh_arena_free(&cli.arena);
    return code;
}
