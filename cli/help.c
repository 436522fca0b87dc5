#include "cli/cli.h"
#include "cli/manual.h"

typedef struct help_settings {
    cli_common common;
    bool man;
} help_settings;

static const cli_option options[] = {
    {"--man", NULL, CLI_FLAG, offsetof(help_settings, man),
     "writes the manual page of all commands, for man -l"},
    {0},
};

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const help_settings *settings = read;
    const cli_verb *verb = NULL;
    if (count) {
        verb = cli_find_verb(cli, arguments[0]);
        if (!verb)
            return CLI_BAD;
    }
    rh_text text = rh_text_to(&cli->arena, cli->out);
    if (settings->man)
        cli_write_man(&text);
    else
        cli_write_help(&text, verb);
    rh_text_flush(&text);
    return CLI_OK;
}

const cli_verb cli_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .most = 1,
    .summary = "Tells how to use the command, or writes the manual page",
    .about = "Tells how to use the command, or one of its commands.",
    .options = options,
    .settings_size = sizeof(help_settings),
    .run = run,
};
