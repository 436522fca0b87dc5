/* A `run` step: which shell plays its script, and how it ends (ScriptHandler.cs). */
#include "sim/actions/runner.h"

#include "sim/base/value.h"
#include "sim/world.h"

/* ---- what it needs --------------------------------------------------------------------------- */

/* A key of the step, or of the job's or the workflow's defaults; composite actions have none. */
static bool evaluate_layers(rh_played *played, const rh_token *own, const rh_token *of_job,
                            const rh_token *of_workflow, const char **text, const char **error)
{
    rh_steps *scope = played->scope;
    const rh_token *const layers[] = {own, scope->owner ? NULL : of_job,
                                      scope->owner ? NULL : of_workflow};
    *text = NULL;
    for (size_t i = 0; i < 3 && !*text; i++) {
        const rh_value *value;
        if (!layers[i])
            continue;
        if (!rh_runner_text(scope, layers[i], played->step->file, &value, error))
            return false;
        if (*rh_text_of(value))
            *text = rh_text_of(value);
    }
    return true;
}

static const char *default_shell(const rh_runner *runner)
{
    if (runner->on_windows)
        return "pwsh";
    return runner->in_container ? "sh" : NULL;
}

static const char *absolute(rh_runner *runner, const char *directory)
{
    while (directory[0] == '.' && directory[1] == '/')
        directory += 2;
    if (directory[0] == '/')
        return directory;
    return rh_format(runner->arena, RH_RUNNER_WORKSPACE "/%s", directory);
}

bool rh_script_prepare(rh_played *played, const char **error)
{
    rh_runner *runner = played->scope->runner;
    const rh_actions_step *step = played->step;
    const rh_actions_defaults *job = &runner->leg->job->defaults;
    const rh_actions_defaults *file = &runner->run->file->defaults;
    if (!evaluate_layers(played, step->shell, job->shell, file->shell, &played->shell, error) ||
        !evaluate_layers(played, step->working_directory, job->working_directory,
                         file->working_directory, &played->directory, error) ||
        !rh_script_text(played, error))
        return false;
    if (!played->shell)
        played->shell = default_shell(runner);
    if (played->directory)
        played->directory = absolute(runner, played->directory);
    bool is_constant = step->args && played->script == step->run->constant;
    played->args = is_constant ? step->args : rh_value_list(runner->arena, &played->script, 1);
    return true;
}

/* ---- shells ---------------------------------------------------------------------------------- */

typedef struct shell_kind {
    bool is_opaque; /* nobody here speaks it */
    rh_shell_options options;
    const char *name; /* without folders: "python" */
} shell_kind;

static bool is_word(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

/* -e, -eo, -euxo pipefail ... of a command like `bash -eux {0}`; next words are looked at for
 * `pipefail`. */
static void read_option(const char *word, size_t length, rh_shell_options *options)
{
    if (is_word(word, length, "pipefail"))
        options->pipefail = true;
    if (length < 2 || word[0] != '-' || word[1] == '-')
        return;
    for (size_t i = 1; i < length; i++) {
        options->errexit |= word[i] == 'e';
        options->nounset |= word[i] == 'u';
    }
}

static shell_kind custom_shell(rh_arena *arena, const char *text)
{
    shell_kind made = {.is_opaque = true};
    size_t length = strcspn(text, " \t");
    const char *name = rh_arena_text(arena, text, length);
    const char *slash = strrchr(name, '/');
    made.name = slash ? slash + 1 : name;
    bool is_bash = strcmp(made.name, "bash") == 0, is_sh = strcmp(made.name, "sh") == 0;
    made.is_opaque = !is_bash && !is_sh;
    made.options.posix = is_sh;
    for (const char *word = text + length; *word; word += length) {
        word += strspn(word, " \t");
        length = strcspn(word, " \t");
        read_option(word, length, &made.options);
    }
    return made;
}

/* NULL: none is set. ScriptHandlerHelpers.cs */
static shell_kind shell_of(rh_arena *arena, const char *text)
{
    if (!text)
        return (shell_kind){.name = "bash", .options.errexit = true};
    if (strcmp(text, "bash") == 0)
        return (shell_kind){.name = "bash", .options = {.errexit = true, .pipefail = true}};
    if (strcmp(text, "sh") == 0)
        return (shell_kind){.name = "sh", .options = {.errexit = true, .posix = true}};
    if (!strstr(text, "{0}"))
        return (shell_kind){.is_opaque = true, .name = text};
    return custom_shell(arena, text);
}

/* ---- playing --------------------------------------------------------------------------------- */

static bool decide(void *data, const rh_value *unknown, const char *what,
                   const rh_shell_place *place)
{
    rh_played *played = data;
    uint32_t line, column;
    rh_runner_place(played, place, &line, &column);
    return rh_runner_decide(played->scope->runner, played->inside, played->call, unknown, what,
                            played->step->file, line);
}

static void note(void *data, const char *what, const rh_shell_place *place)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    uint32_t line, column;
    rh_runner_place(played, place, &line, &column);
    rh_runner_note(runner, rh_format(runner->arena, "%s:%u: %s", played->step->file, line, what));
}

static const rh_shell_script *parsed(const rh_played *played, const rh_value *text, bool posix)
{
    const rh_actions_step *step = played->step;
    if (step->script && step->run->constant == text && !posix)
        return step->script;
    return rh_shell_parse(played->scope->runner->arena, text->as.text, text->count, posix);
}

int rh_script_play(rh_played *played, const char *shell_text, const rh_value *text)
{
    rh_runner *runner = played->scope->runner;
    shell_kind shell = shell_of(runner->arena, shell_text);
    if (rh_kind_of(text) != RH_STRING)
        return rh_command_run_opaque(played, shell.name, text);
    if (shell.is_opaque) {
        rh_runner_note(runner, rh_format(runner->arena,
                                         "scripts of %s are not looked into: each is one command",
                                         shell.name));
        return rh_command_run_opaque(played, shell.name, text);
    }
    const rh_shell_player player = {.data = played,
                                    .run = rh_command_run,
                                    .write = rh_file_write,
                                    .read = rh_file_read,
                                    .print = rh_script_print,
                                    .decide = decide,
                                    .test_file = rh_file_test,
                                    .note = note};
    shell.options.variables = rh_runner_variables(played);
    if (strcmp(runner->os, "Linux") != 0)
        shell.options.posix = false; /* there sh is a bash */
    rh_shell_result result = rh_shell_play(runner->arena, parsed(played, text, shell.options.posix),
                                           &shell.options, &player);
    rh_script_end_line(played);
    if (result.ran_away)
        rh_runner_note(runner, rh_format(runner->arena,
                                         "%s:%u: the script ran too many commands and was ended",
                                         played->step->file, played->step->place.line));
    return result.stopped && (played->is_told || played->command_timed_out) ? -1 : result.status;
}

/* The failure of the command that its status came from; NULL: not known. */
const rh_failure *rh_script_cause(const rh_played *played, int status)
{
    return status && status == played->failed_status ? played->failed : NULL;
}

void rh_script_body(rh_inside *inside, void *data)
{
    rh_played *played = data;
    rh_arena *arena = played->scope->runner->arena;
    played->inside = inside;
    played->was_inside = true;
    played->call = rh_inside_call(inside);
    int status = rh_script_play(played, played->shell, played->script);
    if (status < 0) {
        rh_inside_cancel(inside, NULL);
        return;
    }
    const char *error = rh_files_read_step(played);
    if (!error)
        error = played->failed_command;
    if (status)
        error = rh_format(arena, "Process completed with exit code %d.", status);
    if (error)
        rh_inside_fail(inside,
                       rh_played_failure(played, error, status, rh_script_cause(played, status)));
}
