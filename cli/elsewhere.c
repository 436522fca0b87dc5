#define _GNU_SOURCE
#include "cli/elsewhere.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/console.h"
#include "cli/files.h"

extern char **environ;

/* ---- its arguments --------------------------------------------------------------------------- */

/* What the second process does not need: outputs, and being checked itself. */
static bool is_dropped(const char *name, size_t length)
{
    static const char *const dropped[] = {
        "--check-determinism", "--lose-worker", "--report",   "--store", "--format",    "--update",
        "--keep-journals",     "--fail-fast",   "--keep-env", "--args",  "--elsewhere", "--junit"};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (strlen(dropped[i]) == length && strncmp(dropped[i], name, length) == 0)
            return true;
    return false;
}

static bool takes_value(const cli_option *options, const char *name)
{
    for (; options->name; options++)
        if (strcmp(options->name, name) == 0)
            return options->kind != CLI_FLAG;
    for (options = cli_common_options; options->name; options++)
        if (strcmp(options->name, name) == 0)
            return options->kind != CLI_FLAG;
    return false;
}

static char **arguments_for(cli_context *cli, const cli_option *options, const char *report,
                            const char *const *more)
{
    cli_texts list = {0};
    const char *const first[] = {"rehearse", cli->verb, "--elsewhere", "--report", report};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        cli_texts_add(&cli->arena, &list, first[i]);
    for (; *more; more++)
        cli_texts_add(&cli->arena, &list, *more);
    for (size_t i = 0; i < cli->argument_count; i++) {
        const char *argument = cli->arguments[i];
        size_t length = strcspn(argument, "=");
        if (strcmp(argument, "--") == 0) {
            for (; i < cli->argument_count; i++)
                cli_texts_add(&cli->arena, &list, cli->arguments[i]);
            break;
        }
        bool has_value = argument[0] == '-' && !argument[length] && takes_value(options, argument);
        bool drops = is_dropped(argument, length);
        if (!drops)
            cli_texts_add(&cli->arena, &list, argument);
        if (has_value && ++i < cli->argument_count && !drops)
            cli_texts_add(&cli->arena, &list, cli->arguments[i]);
    }
    cli_texts_add(&cli->arena, &list, NULL);
    return (char **)(uintptr_t)list.items;
}

/* ---- its environment ------------------------------------------------------------------------- */

static bool begins_with(const char *text, const char *part)
{
    return strncmp(text, part, strlen(part)) == 0;
}

/* What the process itself needs: programs, libraries, and those who measure it. */
static bool is_needed(const cli_again_settings *settings, const char *variable)
{
    static const char *const beginnings[] = {"PATH=",         "LD_",
                                             "TMPDIR=",       "UBSAN_OPTIONS=",
                                             "LSAN_OPTIONS=", "GCOV_",
                                             "LLVM_PROFILE_", "SOURCE_DATE_EPOCH="};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (begins_with(variable, beginnings[i]))
            return true;
    size_t length = strcspn(variable, "=");
    for (size_t i = 0; i < settings->kept_variables.count; i++) {
        const char *name = settings->kept_variables.items[i];
        if (strlen(name) == length && strncmp(name, variable, length) == 0)
            return true;
    }
    return false;
}

static const char *value_of(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* libfaketime, if it is installed; NULL otherwise. */
static const char *find_faketime(cli_context *cli)
{
    static const char *const places[] = {"/usr/lib/*/faketime/libfaketime.so.1",
                                         "/usr/lib/faketime/libfaketime.so.1",
                                         "/usr/local/lib/faketime/libfaketime.so.1"};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places && !found; i++) {
        glob_t paths;
        if (glob(places[i], 0, NULL, &paths) == 0) {
            found = rh_arena_string(&cli->arena, paths.gl_pathv[0]);
            globfree(&paths);
        }
    }
    return found;
}

static void add(cli_context *cli, cli_texts *list, const char *name, const char *value)
{
    cli_texts_add(&cli->arena, list, rh_format(&cli->arena, "%s=%s", name, value));
}

/* Everything that code could read of its surroundings is other than here. */
static char **environment_for(cli_context *cli, const cli_again_settings *settings,
                              const char *faketime)
{
    cli_texts list = {0};
    char filler[4099];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    for (char **variable = environ; *variable; variable++)
        if (is_needed(settings, *variable) && (!faketime || !begins_with(*variable, "LD_PRELOAD=")))
            cli_texts_add(&cli->arena, &list, *variable);
    add(cli, &list, "A_VARIABLE_OF_ANOTHER_MACHINE", filler);
    add(cli, &list, "HOME", "/");
    add(cli, &list, "USER", "somebody");
    add(cli, &list, "LOGNAME", "somebody");
    add(cli, &list, "TZ", strcmp(value_of("TZ"), "Asia/Kathmandu") ? "Asia/Kathmandu" : "UTC");
    add(cli, &list, "LC_ALL", strcmp(value_of("LC_ALL"), "C.UTF-8") ? "C.UTF-8" : "C");
    add(cli, &list, "MALLOC_PERTURB_", strcmp(value_of("MALLOC_PERTURB_"), "165") ? "165" : "90");
    /* With a sanitizer, that fills memory; and its runtime does not come first below. */
    add(cli, &list, "ASAN_OPTIONS",
        rh_format(&cli->arena,
                  "%s:malloc_fill_byte=90:max_malloc_fill_size=65536:verify_asan_link_order=0",
                  value_of("ASAN_OPTIONS")));
    if (faketime) {
        add(cli, &list, "LD_PRELOAD", faketime);
        add(cli, &list, "FAKETIME", "+11d");
        add(cli, &list, "FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
    cli_texts_add(&cli->arena, &list, NULL);
    return (char **)(uintptr_t)list.items;
}

/* ---- the process ----------------------------------------------------------------------------- */

static _Noreturn void become(char **arguments, char **environment, const char *errors)
{
    int nothing = open("/dev/null", O_RDWR);
    int told = open(errors, O_WRONLY | O_TRUNC);
    if (nothing < 0 || told < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(nothing, STDOUT_FILENO) < 0 || dup2(told, STDERR_FILENO) < 0)
        _exit(127);
    execve("/proc/self/exe", arguments, environment);
    _exit(127);
}

static int run_process(cli_context *cli, char **arguments, char **environment, const char *errors)
{
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(arguments, environment, errors);
    if (pid < 0)
        return cli_bad(cli, "--check-determinism: cannot start a process: %s", strerror(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return CLI_OK;
}

/* Two files: what it tells, and what it complains of. */
static int make_file(cli_context *cli, const char **path)
{
    const char *folder = value_of("TMPDIR");
    char *name = rh_arena_string(&cli->arena, rh_format(&cli->arena, "%s/rehearse-XXXXXX",
                                                        folder[0] ? folder : "/tmp"));
    int fd = mkstemp(name);
    *path = name;
    if (fd < 0)
        return cli_bad(cli, "--check-determinism: %s: %s", name, strerror(errno));
    close(fd);
    return CLI_OK;
}

static int read_tracks(cli_context *cli, const char *path, const char *errors, rh_tracks *tracks)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    if (text && length && rh_tracks_read(&cli->arena, text, length, tracks, &error) == 0)
        return CLI_OK;
    const char *said = cli_file_read(&cli->arena, errors, &length, &error);
    return cli_bad(cli, "--check-determinism: the second process could not play%s%s",
                   said && length ? "; it says:\n" : "",
                   said ? rh_arena_text(&cli->arena, said, length - (length > 0)) : "");
}

/* Without libfaketime at least the seconds differ. */
static void wait_for_another_second(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    nanosleep(&(struct timespec){.tv_nsec = 1000000000L - now.tv_nsec - 1}, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 1000000L}, NULL);
}

int cli_play_elsewhere(cli_context *cli, const cli_option *options,
                       const cli_again_settings *settings, const char *const *more,
                       rh_tracks *tracks)
{
    const char *path, *errors;
    if (make_file(cli, &path) != CLI_OK || make_file(cli, &errors) != CLI_OK)
        return CLI_BAD;
    const char *faketime = find_faketime(cli);
    if (!faketime)
        wait_for_another_second();
    const char *report = rh_format(&cli->arena, "track=%s", path);
    int code = run_process(cli, arguments_for(cli, options, report, more),
                           environment_for(cli, settings, faketime), errors);
    if (code == CLI_OK)
        code = read_tracks(cli, path, errors, tracks);
    unlink(path);
    unlink(errors);
    return code;
}

int cli_go_elsewhere(const cli_again_settings *settings)
{
    int folder = settings->elsewhere ? open(".", O_RDONLY | O_DIRECTORY) : -1;
    if (folder >= 0 && chdir("/") != 0)
        fputs("rehearse: cannot go to /\n", stderr);
    return folder;
}

void cli_come_back(int folder)
{
    if (folder < 0)
        return;
    if (fchdir(folder) != 0)
        fputs("rehearse: cannot go back to the working folder\n", stderr);
    close(folder);
}

/* ---- one test -------------------------------------------------------------------------------- */

static int play_one(rh_arena *arena, const rh_suite_test *test, const rh_suite_options *suite,
                    rh_suite_result *result, rh_error *error)
{
    rh_suite_tests tests = {0};
    rh_suite_tests_add(arena, &tests, test);
    return rh_suite_run(arena, &tests, suite, result, error);
}

int cli_write_track(rh_text *text, const rh_suite_test *test, rh_error *error)
{
    const rh_suite_options suite = {.no_fork = true, .evidence = {.track = true}};
    rh_suite_result result;
    if (play_one(text->arena, test, &suite, &result, error) != 0)
        return -1;
    rh_tracks_begin(text);
    rh_tracks_add(text, &result.tests[0]);
    return 0;
}

static void print_again(cli_context *cli, const cli_again_settings *settings,
                        const rh_test_result *result)
{
    const char *checked = settings->check_determinism && settings->lose_worker
                              ? "again, elsewhere, and without its worker"
                          : settings->check_determinism ? "again and elsewhere"
                                                        : "without its worker";
    if (result->verdict == RH_PASSED)
        fprintf(cli->out, "%sthe same %s%s\n", cli_paint(cli->color_out, CLI_GOOD), checked,
                cli_paint(cli->color_out, CLI_PLAIN));
    else
        fprintf(cli->out, "%s%s%s%s", cli_paint(cli->color_out, CLI_WRONG), result->message,
                cli_paint(cli->color_out, CLI_PLAIN),
                result->report[0] ? strchr(result->report, '\n') : "\n");
}

int cli_play_again(cli_context *cli, const cli_option *options, const cli_again_settings *settings,
                   const rh_suite_test *test, bool prints)
{
    rh_error error;
    rh_tracks elsewhere = {0};
    rh_suite_result result;
    if (!settings->check_determinism && !settings->lose_worker)
        return CLI_OK;
    if (settings->check_determinism &&
        cli_play_elsewhere(cli, options, settings, (const char *const[]){NULL}, &elsewhere) !=
            CLI_OK)
        return CLI_BAD;
    const rh_suite_options suite = {
        .no_fork = true,
        .again = {.lose_worker = settings->lose_worker, .determinism = settings->check_determinism},
        .elsewhere = settings->check_determinism ? &elsewhere : NULL,
    };
    if (play_one(&cli->arena, test, &suite, &result, &error) != 0)
        return cli_bad_error(cli, &error);
    if (prints)
        print_again(cli, settings, &result.tests[0]);
    return result.failed ? CLI_FAILED : CLI_OK;
}
