/* Commands of scripts: calls of their own, which mocks may answer; and what failed commands leave
 * behind in what comes after them. */
#include "sim/actions/runner.h"

#include "sim/base/value.h"
#include "sim/world.h"

enum { MOST_TAINTED = 400 }; /* bytes of their names that are told */

/* ---- taint ----------------------------------------------------------------------------------- */

void rh_runner_taint(rh_played *played, const char *what)
{
    rh_runner *runner = played->scope->runner;
    runner->files_are_tainted = true;
    if (!runner->taint_name && played->failed_name) {
        runner->taint_name = played->failed_name;
        runner->taint_call = played->failed_call;
        runner->taint_line = played->failed_line;
        runner->taint_title = played->shape ? played->shape->type->text : played->title;
    }
    if (!what)
        return;
    if (!runner->tainted.arena)
        runner->tainted = rh_text_in(runner->arena);
    if (runner->tainted.length && strstr(rh_text_string(&runner->tainted), what))
        return;
    if (runner->tainted.length < MOST_TAINTED)
        rh_text_printf(&runner->tainted, "%s%s", runner->tainted.length ? ", " : "", what);
}

bool rh_runner_has_acted(const rh_runner *runner, uint32_t call, size_t from)
{
    const rh_journal *journal = &runner->world->journal;
    for (size_t i = from; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_EFFECT && journal->entries[i].call == call)
            return true;
    return false;
}

void rh_runner_tell_taint(rh_runner *runner)
{
    if (!runner->tainted.length)
        return;
    const char *what = rh_text_string(&runner->tainted);
    if (runner->taint_name)
        rh_runner_note(runner,
                       rh_format(runner->arena,
                                 "%s/%s: %s (line %u) failed and the step went on; what was made "
                                 "of its output may be in: %s",
                                 runner->leg->path, runner->taint_title, runner->taint_name,
                                 runner->taint_line, what));
    else
        rh_runner_note(runner, rh_format(runner->arena,
                                         "%s: what came of a command that failed before may be "
                                         "in: %s",
                                         runner->leg->path, what));
}

static unsigned flags_of(const rh_shell_command *command)
{
    unsigned flags = command->input ? command->input->flags : 0;
    for (size_t i = 0; i < command->word_count; i++)
        flags |= command->words[i]->flags;
    return flags & (RH_SECRET | RH_TAINTED);
}

/* ---- what a call is called ------------------------------------------------------------------- */

static const char *type_of(rh_arena *arena, const rh_shell_command *command)
{
    const char *name = command->name;
    const char *slash = strrchr(name, '/');
    if (command->opaque)
        return "shell";
    name = slash ? slash + 1 : name;
    if (!*name || (command->words[0]->flags & RH_SECRET))
        return "command";
    if (strpbrk(name, "[]#@ \t\n*"))
        name = rh_actions_slug(arena, name);
    return name ? name : "command";
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether a word looks like a subcommand and not like a file, an address or a text. */
static bool is_subcommand(const rh_value *word)
{
    enum { LONGEST = 32 };
    const char *text = rh_text_of(word);
    size_t length = 0;
    while (is_letter(text[length]) || (text[length] >= '0' && text[length] <= '9') ||
           text[length] == ':' || text[length] == '_' || text[length] == '-')
        length++;
    return is_letter(text[0]) && !text[length] && length <= LONGEST && !(word->flags & RH_SECRET);
}

static const char *key_of(rh_arena *arena, const rh_value *words, const rh_catalog_command *known)
{
    const char *blank = known ? strchr(known->name, ' ') : NULL;
    if (blank)
        return rh_arena_text(arena, blank + 1, strcspn(blank + 1, " "));
    for (size_t i = 1; i < rh_count_of(words); i++) {
        const rh_value *word = rh_at(words, i);
        if (rh_kind_of(word) != RH_STRING)
            return NULL;
        if (word->as.text[0] != '-')
            return is_subcommand(word) ? word->as.text : NULL;
    }
    return NULL;
}

/* Words that hold a secret nobody flagged (::add-mask::) are flagged here. */
static const rh_value *args_of(rh_runner *runner, const rh_shell_command *command)
{
    const rh_value **words = RH_NEW_ARRAY(runner->arena, const rh_value *, command->word_count);
    for (size_t i = 0; i < command->word_count; i++) {
        words[i] = command->words[i];
        if (!(words[i]->flags & RH_SECRET) && rh_runner_holds_secret(runner, words[i]))
            words[i] =
                rh_runner_flagged(runner->arena, rh_value_copy(runner->arena, words[i]), RH_SECRET);
    }
    return rh_value_list(runner->arena, words, command->word_count);
}

/* What a command is called in call paths: "git" and "push". */
typedef struct call_words {
    const char *type, *key; /* key: NULL if there is none */
} call_words;

/* "git push", for people. */
static const char *words_of(rh_arena *arena, const call_words *called)
{
    return called->key ? rh_format(arena, "%s %s", called->type, called->key) : called->type;
}

/* ---- what it does when nobody says otherwise ------------------------------------------------- */

static const rh_script *script_of(rh_played *played, const rh_shell_command *command,
                                  const rh_catalog_command *known, size_t begin,
                                  const call_words *called)
{
    rh_runner *runner = played->scope->runner;
    rh_arena *arena = runner->arena;
    rh_script *script = RH_NEW(arena, rh_script);
    const rh_value *output = NULL;
    script->is_fallback = true;
    if (!known) {
        script->takes_is_unknown = true;
        script->result =
            rh_value_unknown(arena, rh_format(arena, "the output of %s", words_of(arena, called)),
                             0);
        return script;
    }
    rh_catalog_command_script(arena, known, command->words, command->word_count, begin,
                              &played->scope->expressions, script, &output);
    script->result = output;
    return script;
}

/* ---- what came of it ------------------------------------------------------------------------- */

static int status_of(const rh_inner *child)
{
    const rh_value *said = NULL;
    switch ((rh_child_status)child->status) {
    case RH_CHILD_COMPLETED:
        said = rh_get(child->value, "exit_code");
        return said ? (int)rh_integer_of(said) & 255 : child->exit_code;
    case RH_CHILD_FAILED:
        said = rh_get(child->failure->details, "exit_code");
        if (said)
            return (int)rh_integer_of(said) & 255;
        return child->exit_code ? child->exit_code & 255 : 1;
    case RH_CHILD_CANCELED:
        return 130; /* SIGINT */
    default:
        return 137; /* SIGKILL */
    }
}

/* What programs print ends with a newline. {"output": ...} is printed as it is. */
static const rh_value *output_of(rh_runner *runner, const rh_inner *child)
{
    const rh_value *value = child->value;
    if (child->status == RH_CHILD_FAILED)
        return rh_get(child->failure->details, "output");
    if (rh_kind_of(value) == RH_OBJECT)
        return rh_get(value, "output");
    if (value && rh_kind_of(value) == RH_NULL && (value->flags & RH_TAINTED))
        return rh_runner_string(runner->arena, "", RH_TAINTED); /* nothing, which is wrong */
    if (!value || rh_kind_of(value) == RH_NULL || rh_kind_of(value) == RH_UNKNOWN)
        return rh_kind_of(value) == RH_UNKNOWN ? value : NULL;
    if (rh_kind_of(value) != RH_STRING)
        value = rh_value_as_string(runner->arena, value);
    if (!value->count || value->as.text[value->count - 1] == '\n')
        return value;
    const char *text = rh_format(runner->arena, "%s\n", value->as.text);
    return rh_runner_string(runner->arena, text, value->flags & (RH_SECRET | RH_TAINTED));
}

static void remember_failure(rh_played *played, const rh_inner *child, const char *name,
                             uint32_t line)
{
    rh_runner *runner = played->scope->runner;
    played->failed_call = child->call;
    played->failed_line = line;
    played->failed_name = name;
    played->failed_status = status_of(child);
    played->failed = child->failure;
    if (child->status == RH_CHILD_FAILED && *rh_failure_message(child->failure))
        rh_runner_log(played,
                      rh_format(runner->arena, "%s: %s", name, rh_failure_message(child->failure)));
}

/* Its status is not what the script hangs on. */
static void say_ignored(rh_played *played, const rh_inner *child, rh_shell_fate fate)
{
    static const char *const reasons[] = {
        [RH_SHELL_CONDITION] = "its status is a condition",
        [RH_SHELL_PIPED] = "only the status of the last command of the pipe counts",
        [RH_SHELL_SUBSTITUTED] = "it is inside $( ) of a command whose own status counts",
    };
    if (fate != RH_SHELL_DECIDES)
        rh_inside_journal(played->inside, &(rh_entry){.kind = RH_ENTRY_IGNORED,
                                                      .call = child->call,
                                                      .code = (uint8_t)fate,
                                                      .text = reasons[fate]});
}

/* ---- running --------------------------------------------------------------------------------- */

/* Until it is over, a retry wrapper's time is, or somebody asks the step to stop. */
static void wait_for(rh_played *played, rh_inner *child)
{
    while (child->status == RH_CHILD_OPEN) {
        rh_time until = played->command_timed_out ? RH_FOREVER : played->command_deadline;
        rh_inside_wait(played->inside, until);
        if (child->status != RH_CHILD_OPEN)
            break;
        if (rh_inside_is_told(played->inside) && !played->is_told) {
            played->is_told = true;
            rh_child_interrupt(child);
        } else if (rh_inside_now(played->inside) >= until) {
            played->command_timed_out = true;
            rh_child_kill(child);
        }
    }
}

const char *const *rh_runner_faults(bool is_known, const char *const *faults)
{
    static const char *const none[] = {NULL};
    return is_known && !faults ? none : faults;
}

void rh_command_run(void *data, const rh_shell_command *command, rh_shell_outcome *outcome)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    rh_arena *arena = runner->arena;
    const rh_actions_definition *definition = runner->run->definition;
    const rh_actions_catalog *catalog = definition->settings ? definition->settings->catalog : NULL;
    if (rh_inside_is_told(played->inside)) {
        played->is_told = outcome->stopped = true;
        return;
    }
    size_t begin = 0;
    const rh_catalog_command *known =
        catalog && !command->opaque
            ? rh_catalog_command_find(catalog, command->words, command->word_count, &begin)
            : NULL;
    const rh_value *args = args_of(runner, command);
    const call_words called = {type_of(arena, command), key_of(arena, args, known)};
    bool reads_taint = (flags_of(command) & RH_TAINTED) || played->script_is_tainted;
    bool is_tainted = reads_taint || runner->files_are_tainted;
    rh_steps_look(played->scope, played);
    rh_child_request request = {
        .type = rh_names_intern(&runner->world->names, called.type),
        .key = called.key,
        .args = args,
        .about = {.level = RH_CALL_COMMAND,
                  .file = played->step->file,
                  .is_tainted = is_tainted,
                  .faults = rh_runner_faults(known != NULL, known ? known->faults : NULL)}};
    rh_runner_place(played, &command->place, &request.about.line, &request.about.column);
    const rh_script *script = script_of(played, command, known, begin, &called);
    request.fallback = script;
    rh_played_does(played, request.about.faults);
    size_t before = runner->world->journal.count;
    rh_inner *child = rh_inside_start(played->inside, &request);
    wait_for(played, child);
    outcome->status = status_of(child);
    outcome->output = output_of(runner, child);
    outcome->stopped = played->is_told || played->command_timed_out;
    outcome->is_assumed = child->is_assumed;
    if (outcome->status && !outcome->stopped) {
        remember_failure(played, child, words_of(arena, &called), request.about.line);
        say_ignored(played, child, command->fate);
    }
    if (!known && child->value && child->value == script->result)
        rh_runner_note_unknown(runner, "command", request.type, "and what it prints is unknown");
    rh_files_touch(played, command);
    bool acted = is_tainted && rh_runner_has_acted(runner, child->call, before);
    if (reads_taint || acted)
        rh_runner_taint(played, acted && !outcome->status ? words_of(arena, &called) : NULL);
}

int rh_command_run_opaque(rh_played *played, const char *shell, const rh_value *script)
{
    rh_arena *arena = played->scope->runner->arena;
    const rh_value **words = RH_NEW_ARRAY(arena, const rh_value *, 2);
    rh_shell_outcome outcome = {0};
    words[0] = rh_runner_string(arena, shell, 0);
    words[1] = script;
    const rh_shell_command command = {
        .name = shell, .words = words, .word_count = 2, .place = {.line = 1, .column = 1}};
    rh_command_run(played, &command, &outcome);
    if (outcome.output)
        rh_script_print(played, outcome.output, false);
    rh_script_end_line(played);
    return outcome.stopped ? -1 : outcome.status;
}
