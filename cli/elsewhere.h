/* --check-determinism, --lose-worker: what both verbs that play share; and the second process, in
 * other surroundings. */
#ifndef CLI_ELSEWHERE_H
#define CLI_ELSEWHERE_H

#include "cli/cli.h"
#include "harness/tracks.h"

typedef struct cli_again_settings {
    bool lose_worker, check_determinism, elsewhere;
    cli_texts kept_variables;
} cli_again_settings;

/* The options; `field(name)` is the offset of a field of the settings. */
#define CLI_AGAIN_OPTIONS(field)                                                                   \
    {"--lose-worker", NULL, CLI_FLAG, field(lose_worker),                                          \
     "plays again and again, and loses the worker with all that it has cached before each "        \
     "workflow task: the same must come of it"},                                                   \
        {"--check-determinism", NULL, CLI_FLAG, field(check_determinism),                          \
         "plays again with other stacks and addresses, and in a second process with another "      \
         "environment, date, working folder and dirty memory: the same must come of it"},          \
        {"--keep-env", "NAME", CLI_LIST, field(kept_variables),                                    \
         "a variable of the environment that the second process needs, too; may be given several " \
         "times"},                                                                                 \
    {                                                                                              \
        "--elsewhere", NULL, CLI_FLAG, field(elsewhere),                                           \
            "plays in the folder /, as the second process of --check-determinism does"             \
    }

/* Plays the same in a second process and reads what it came to: this verb with the arguments that
 * it was given, less what concerns its output, and with `more` (ends with NULL). CLI_OK, or CLI_BAD
 * after saying why that could not be done. */
int cli_play_elsewhere(cli_context *cli, const cli_option *options,
                       const cli_again_settings *settings, const char *const *more,
                       rh_tracks *tracks);
/* Plays a test in this process, again as the settings say, and prints what came of it. CLI_OK,
 * CLI_FAILED if anything differs, or CLI_BAD. */
int cli_play_again(cli_context *cli, const cli_option *options, const cli_again_settings *settings,
                   const rh_suite_test *test, bool prints);
/* Plays a test in this process and writes its track. */
int cli_write_track(rh_text *text, const rh_suite_test *test, rh_error *error);
/* Moves to another folder, if the settings say so; returns what cli_come_back takes. */
int cli_go_elsewhere(const cli_again_settings *settings);
void cli_come_back(int folder);

#endif
