#include "cli/cli.h"

#include "rehearse/rehearse.h"

static const cli_option options[] = {{0}};

static int run(cli_context *cli, const void *settings, const char *const *arguments, size_t count)
{
    (void)settings, (void)arguments, (void)count;
    fprintf(cli->out, "rehearse %s\n", rh_version());
    return CLI_OK;
}

const cli_verb cli_version = {
    .name = "version",
    .arguments = "",
    .summary = "Prints the version",
    .about = "Prints the version of the command and of the library it uses.",
    .options = options,
    .settings_size = sizeof(cli_common),
    .run = run,
};
