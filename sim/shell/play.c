/* Entry, lists, pipes, subshells, traps, and what the shell says. */
#include "sim/shell/play.h"

#include "sim/shell/parse.h"

/* ---- values ---------------------------------------------------------------------------------- */

const rh_value *rh_sh_string(rh_sh_shell *shell, const char *text, size_t length, unsigned flags)
{
    if (length > RH_SH_LONGEST) {
        rh_sh_note(shell, "a text is longer than 1 MiB: unknown from here on");
        return rh_sh_unknown(shell, flags);
    }
    if (!rh_sh_step(shell, length / 64))
        return shell->empty;
    if (!length && !flags)
        return shell->empty;
    return rh_value_copy(shell->arena, &(rh_value){.kind = RH_STRING,
                                                   .flags = (uint8_t)flags,
                                                   .count = (uint32_t)length,
                                                   .as = {.text = text}});
}

const rh_value *rh_sh_unknown(rh_sh_shell *shell, unsigned flags)
{
    const rh_value **slot = &shell->unknown[flags & 3];
    if (!*slot)
        *slot = rh_value_copy(shell->arena,
                              &(rh_value){.kind = RH_UNKNOWN, .flags = (uint8_t)(flags & 3)});
    return *slot;
}

const rh_value *rh_sh_unknown_from(rh_sh_shell *shell, const rh_value *from, unsigned flags)
{
    const char *origin = rh_sh_is_unknown(from) ? rh_value_origin(from) : "";
    if (!*origin)
        return rh_sh_unknown(shell, flags);
    return (flags & 3) == rh_sh_flags(from)
               ? from
               : rh_value_unknown(shell->arena, origin, (uint8_t)(flags & 3));
}

const rh_value *rh_sh_unknown_of(rh_sh_shell *shell, const rh_value *left, const rh_value *right)
{
    const rh_value *from = rh_sh_is_unknown(left) && *rh_value_origin(left) ? left : right;
    return rh_sh_unknown_from(shell, from, rh_sh_flags(left) | rh_sh_flags(right));
}

void rh_sh_push(rh_sh_shell *shell, rh_sh_fields *fields, const rh_value *value)
{
    fields->items = rh_arena_reserve(shell->arena, fields->items, sizeof *fields->items,
                                     fields->count + 1, &fields->capacity);
    fields->items[fields->count++] = value;
}

bool rh_sh_is_name(const char *text, size_t length)
{
    if (!length || !rh_sh_name_begins(text[0]))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!rh_sh_name_goes_on(text[i]))
            return false;
    return true;
}

/* ---- telling --------------------------------------------------------------------------------- */

void rh_sh_note(rh_sh_shell *shell, const char *what)
{
    /* Constants: the address is the identity, and there are few. */
    for (size_t i = 0; i + sizeof what <= shell->notes.length; i += sizeof what)
        if (memcmp(shell->notes.data + i, &what, sizeof what) == 0)
            return;
    rh_text_add(&shell->notes, (const char *)&what, sizeof what);
    if (shell->player->note)
        shell->player->note(shell->player->data, what, &shell->current);
}

void rh_sh_complain(rh_sh_shell *shell, const char *format, ...)
{
    va_list arguments;
    rh_text text = rh_text_in(shell->arena);
    va_start(arguments, format);
    rh_text_printf(&text, "line %u: ", shell->current.line);
    rh_text_vprintf(&text, format, arguments);
    va_end(arguments);
    rh_text_putc(&text, '\n');
    rh_sh_write_text(shell, 2, text.data, text.length, 0);
}

/* Some errors end the script under -e wherever they happen, also in conditions. */
void rh_sh_report(rh_sh_shell *shell, const char *what, const char *message)
{
    rh_sh_complain(shell, "%s: %s", what, message);
    if (shell->state.errexit)
        rh_sh_fail(shell, RH_SH_EXITS, shell->status ? shell->status : 1);
}

bool rh_sh_decide(rh_sh_shell *shell, const rh_value *unknown, rh_sh_slice what)
{
    if (!shell->player->decide || shell->flow == RH_SH_STOPS)
        return false;
    shell->decisions++;
    return shell->player->decide(shell->player->data, unknown,
                                 rh_arena_text(shell->arena, what.text, what.length),
                                 &shell->current);
}

void rh_sh_fail(rh_sh_shell *shell, rh_sh_flow flow, int status)
{
    if (shell->flow >= RH_SH_DISCARDS)
        return;
    shell->flow = (uint8_t)flow;
    shell->status = status;
    shell->at = shell->current;
}

void rh_sh_stop(rh_sh_shell *shell)
{
    shell->flow = RH_SH_STOPS;
}

/* Counts what is done; false: too much, the play ends. */
bool rh_sh_step(rh_sh_shell *shell, size_t cost)
{
    if (shell->steps + cost > RH_SH_STEPS) {
        shell->ran_away = true;
        rh_sh_stop(shell);
        return false;
    }
    shell->steps += (uint32_t)cost;
    return true;
}

/* ---- traps and -e ---------------------------------------------------------------------------- */

static void run_error_trap(rh_sh_shell *shell)
{
    const char *trap = shell->state.error_trap;
    if (!trap || shell->state.inner_error)
        return;
    int status = shell->status;
    shell->state.inner_error = true;
    rh_sh_play_text(shell, trap, strlen(trap));
    shell->state.inner_error = false;
    if (shell->flow == RH_SH_GOES_ON)
        shell->status = status;
}

void rh_sh_settle(rh_sh_shell *shell, bool trapped)
{
    if (!shell->status || shell->state.ignoring || shell->flow != RH_SH_GOES_ON)
        return;
    if (trapped)
        run_error_trap(shell);
    if (shell->state.errexit && shell->flow == RH_SH_GOES_ON)
        shell->flow = RH_SH_EXITS;
}

void rh_sh_run_exit_trap(rh_sh_shell *shell)
{
    const char *trap = shell->state.exit_trap;
    if (!trap || shell->flow == RH_SH_STOPS)
        return;
    int status = shell->status;
    shell->state.exit_trap = NULL;
    shell->flow = RH_SH_GOES_ON;
    shell->state.functions = 0;
    shell->state.ignoring = false;
    rh_sh_play_text(shell, trap, strlen(trap));
    if (shell->flow == RH_SH_GOES_ON || shell->flow == RH_SH_DISCARDS)
        shell->status = status;
}

void rh_sh_play_condition(rh_sh_shell *shell, const rh_sh_node *node)
{
    bool ignoring = shell->state.ignoring;
    uint8_t fate = shell->state.fate;
    shell->state.ignoring = true;
    if (fate == RH_SHELL_DECIDES)
        shell->state.fate = RH_SHELL_CONDITION;
    rh_sh_play(shell, node);
    shell->state.ignoring = ignoring;
    shell->state.fate = fate;
}

/* ---- subshells ------------------------------------------------------------------------------- */

rh_sh_state *rh_sh_begin_subshell(rh_sh_shell *shell)
{
    rh_sh_state *saved = rh_arena_alloc(shell->arena, sizeof *saved);
    *saved = shell->state;
    shell->state.undo = NULL;
    shell->state.serial = ++shell->serials;
    shell->state.exit_trap = NULL;
    if (!shell->state.errtrace)
        shell->state.error_trap = NULL;
    shell->state.frame = saved->frame ? RH_NEW(shell->arena, rh_sh_frame) : NULL;
    return saved;
}

void rh_sh_end_subshell(rh_sh_shell *shell, rh_sh_state *saved)
{
    rh_sh_run_exit_trap(shell);
    rh_sh_close_written(shell, saved->files);
    for (rh_sh_saved *undo = shell->state.undo; undo; undo = undo->next) {
        rh_sh_variable *variable = undo->variable;
        if ((variable->now.flags | undo->content.flags) & RH_SH_EXPORTED)
            shell->environment = NULL;
        variable->now = undo->content;
        variable->function = undo->function;
        variable->stamp = undo->stamp;
    }
    shell->state = *saved;
    if (shell->flow != RH_SH_STOPS)
        shell->flow = RH_SH_GOES_ON;
}

static void play_subshell(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    if (rh_sh_redirect(shell, node))
        rh_sh_play(shell, node->as.body);
    rh_sh_end_subshell(shell, saved);
}

const rh_value *rh_sh_capture(rh_sh_shell *shell, const rh_sh_node *node, uint8_t fate)
{
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    rh_sh_file *output = rh_sh_new_file(shell, RH_SH_CAPTURES);
    rh_shell_place current = shell->current;
    uint8_t inner = shell->inner_fate;
    shell->inner_fate = RH_SHELL_SUBSTITUTED;
    shell->state.files[1] = output;
    if (!shell->state.inherit_errexit && !shell->state.posix)
        shell->state.errexit = false;
    shell->state.ignoring = saved->ignoring && !shell->state.errexit;
    shell->state.taint = 0;
    shell->state.fate = fate;
    if (node)
        rh_sh_play(shell, node);
    else
        shell->status = 0;
    rh_sh_end_subshell(shell, saved);
    shell->current = current;
    shell->inner_fate = inner;
    if (shell->status)
        output->flags |= RH_TAINTED;
    return rh_sh_captured(shell, output);
}

/* ---- pipes ----------------------------------------------------------------------------------- */

static void note_pipe_status(rh_sh_shell *shell, int status, bool first)
{
    if (first)
        shell->pipe_status = RH_NEW(shell->arena, rh_sh_array);
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%d", status);
    rh_sh_append_element(shell, shell->pipe_status, rh_sh_string(shell, digits, (size_t)length, 0));
}

/* One part, in a subshell. Returns what it writes into the pipe; NULL for the last. */
static rh_sh_file *play_part(rh_sh_shell *shell, const rh_sh_node *node, rh_sh_file *input,
                             uint8_t joint, bool last, bool failed)
{
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    rh_sh_file *output = last ? NULL : rh_sh_new_file(shell, RH_SH_CAPTURES);
    if (input)
        shell->state.files[0] = input;
    if (output)
        shell->state.files[1] = output;
    if (output && joint == RH_SH_PIPE_BOTH)
        shell->state.files[2] = output;
    if (!last && !shell->state.pipefail)
        shell->state.fate = RH_SHELL_PIPED;
    if (failed)
        shell->state.taint |= RH_TAINTED;
    shell->state.in_pipe = true;
    rh_sh_play(shell, node);
    rh_sh_end_subshell(shell, saved);
    if (output && shell->status)
        output->flags |= RH_TAINTED;
    return output;
}

static void play_pipe(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_file *input = NULL;
    int failure = 0;
    bool trapped = shell->state.error_trap != NULL;
    rh_sh_array *statuses = NULL;
    for (uint32_t i = 0; i < node->count && shell->flow == RH_SH_GOES_ON; i++) {
        bool last = i + 1 == node->count;
        rh_sh_file *output = play_part(shell, node->as.list.items[i], input,
                                       node->as.list.joints[i], last, failure != 0);
        if (output)
            input = rh_sh_reader(shell, rh_sh_captured(shell, output));
        shell->pipe_status = statuses;
        note_pipe_status(shell, shell->status, !i);
        statuses = shell->pipe_status;
        failure = shell->status ? shell->status : failure;
    }
    /* A subshell at the end counts by itself, then the pipe does: an ERR trap runs twice. */
    if (node->as.list.items[node->count - 1]->kind == RH_SH_SUBSHELL)
        rh_sh_settle(shell, trapped);
    if (shell->state.pipefail && shell->flow == RH_SH_GOES_ON)
        shell->status = failure;
    rh_sh_settle(shell, trapped);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void play_and_or(rh_sh_shell *shell, const rh_sh_node *node)
{
    bool skip = false;
    for (uint32_t i = 0; i < node->count && shell->flow == RH_SH_GOES_ON; i++) {
        if (!skip) {
            if (i + 1 < node->count)
                rh_sh_play_condition(shell, node->as.list.items[i]);
            else
                rh_sh_play(shell, node->as.list.items[i]);
        }
        if (i + 1 < node->count)
            skip = (node->as.list.joints[i] == RH_SH_AND) != (shell->status == 0);
    }
}

static void play_async(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_note(shell, "a background command is played at once, as if it were waited for");
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    rh_sh_play(shell, node);
    rh_sh_end_subshell(shell, saved);
    shell->status = 0;
}

static void play_list(rh_sh_shell *shell, const rh_sh_node *node)
{
    uint8_t fate = shell->state.fate;
    bool substituted = shell->state.serial && !shell->state.errexit && shell->options->errexit &&
                       !shell->state.in_pipe;
    for (uint32_t i = 0; i < node->count && shell->flow == RH_SH_GOES_ON; i++) {
        if (substituted && i + 1 < node->count && fate == RH_SHELL_DECIDES)
            shell->state.fate = RH_SHELL_SUBSTITUTED;
        if (node->as.list.joints[i] == RH_SH_ASYNC)
            play_async(shell, node->as.list.items[i]);
        else
            rh_sh_play(shell, node->as.list.items[i]);
        shell->state.fate = fate;
    }
}

/* Whether the status of a node is that of the command which it runs last. */
static bool ends_with_a_command(const rh_sh_node *node)
{
    return node->kind == RH_SH_SIMPLE || node->kind == RH_SH_PIPE;
}

/* ! before a command: its failure is not one. Where nothing is decided by it, the script wants the
 * command to fail; if nobody says whether it does, it is taken to. */
static void play_negated(rh_sh_shell *shell, const rh_sh_node *node)
{
    const rh_sh_node *body = node->as.body;
    bool is_statement = shell->state.fate == RH_SHELL_DECIDES;
    bool compound = body->kind >= RH_SH_IF && body->kind <= RH_SH_GROUP;
    shell->is_assumed = false;
    /* Without -e only the command itself is exempt from ERR traps, not what is in it. */
    if (compound && !shell->state.errexit)
        rh_sh_play(shell, body);
    else
        rh_sh_play_condition(shell, body);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (is_statement && shell->is_assumed && !shell->status && ends_with_a_command(body))
        rh_sh_note(shell, "a command behind ! is taken to fail, as the script wants it to");
    else
        shell->status = !shell->status;
}

static void play_with_files(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_file **before = rh_arena_alloc(shell->arena, sizeof shell->state.files);
    memcpy(before, shell->state.files, sizeof shell->state.files);
    if (rh_sh_redirect(shell, node))
        rh_sh_play_compound(shell, node);
    else
        rh_sh_settle(shell, true);
    rh_sh_close_written(shell, before);
    memcpy(shell->state.files, before, sizeof shell->state.files);
}

static void play_node(rh_sh_shell *shell, const rh_sh_node *node)
{
    switch (node->kind) {
    case RH_SH_SIMPLE:
        rh_sh_play_simple(shell, node);
        break;
    case RH_SH_PIPE:
        play_pipe(shell, node);
        break;
    case RH_SH_AND_OR:
        play_and_or(shell, node);
        break;
    case RH_SH_LIST:
        play_list(shell, node);
        break;
    case RH_SH_SUBSHELL:
        play_subshell(shell, node);
        rh_sh_settle(shell, true);
        break;
    case RH_SH_OPAQUE:
        rh_sh_play_opaque(shell, node);
        break;
    default:
        if (node->negated)
            play_negated(shell, node);
        else if (node->redirection_count)
            play_with_files(shell, node);
        else
            rh_sh_play_compound(shell, node);
    }
}

void rh_sh_play(rh_sh_shell *shell, const rh_sh_node *node)
{
    if (shell->flow != RH_SH_GOES_ON || !rh_sh_step(shell, 1))
        return;
    if (shell->depth >= RH_SH_DEPTH) {
        rh_sh_note(shell, "commands are nested too deeply for a rehearsal: it ends here");
        shell->ran_away = true;
        rh_sh_stop(shell);
        return;
    }
    shell->depth++;
    play_node(shell, node);
    shell->depth--;
}

/* ---- texts ----------------------------------------------------------------------------------- */

void rh_sh_play_units(rh_sh_shell *shell, const rh_shell_script *script)
{
    for (size_t i = 0; i < script->unit_count && shell->flow == RH_SH_GOES_ON; i++) {
        rh_sh_play(shell, script->units[i]);
        /* Only the script itself goes on behind an error that discards a command. */
        if (shell->flow == RH_SH_DISCARDS && !shell->state.serial && shell->depth == 0)
            shell->flow = RH_SH_GOES_ON;
    }
    if (shell->flow == RH_SH_GOES_ON && script->error) {
        shell->current = script->error_place;
        rh_sh_complain(shell, "%s", script->error);
        if (!script->error_keeps_status)
            shell->status = 2;
        shell->at = script->error_place;
    }
}

void rh_sh_play_text(rh_sh_shell *shell, const char *text, size_t length)
{
    if (shell->depth >= RH_SH_DEPTH) {
        shell->ran_away = true;
        rh_sh_stop(shell);
        return;
    }
    rh_shell_place *place = rh_arena_alloc(shell->arena, sizeof *place);
    *place = shell->current;
    const rh_shell_script *script =
        rh_sh_parse_inner(shell->arena, rh_arena_text(shell->arena, text, length), length,
                          &shell->names, place, RH_SH_DEPTH - shell->depth, shell->state.extglob,
                          shell->options->posix);
    if (!script->unit_count && !script->error)
        shell->status = 0;
    shell->depth++;
    rh_sh_play_units(shell, script);
    shell->depth--;
}

/* ---- entry ----------------------------------------------------------------------------------- */

static void begin_files(rh_sh_shell *shell)
{
    for (int i = 1; i <= 2; i++) {
        shell->state.files[i] = rh_sh_new_file(shell, RH_SH_PRINTS);
        shell->state.files[i]->error = i == 2;
    }
}

static void begin_arguments(rh_sh_shell *shell)
{
    rh_sh_fields fields = {0};
    const char *const *argument = shell->options->arguments;
    for (; argument && *argument; argument++)
        rh_sh_push(shell, &fields, rh_sh_string(shell, *argument, strlen(*argument), 0));
    shell->state.arguments = fields.items;
    shell->state.argument_count = fields.count;
}

static void begin(rh_sh_shell *shell, const rh_shell_script *script)
{
    static const rh_value empty = {.kind = RH_STRING, .as = {.text = ""}};
    const rh_shell_options *options = shell->options;
    shell->empty = &empty;
    rh_sh_names_init(&shell->names, shell->arena, script->names);
    shell->fixed_count = shell->names.first;
    shell->fixed = RH_NEW_ARRAY(shell->arena, rh_sh_variable, shell->fixed_count);
    shell->state.errexit = options->errexit;
    shell->state.pipefail = options->pipefail;
    shell->state.nounset = options->nounset;
    shell->state.posix = options->posix;
    shell->notes = rh_text_in(shell->arena);
    shell->substituted = -1;
    shell->inner_fate = RH_SHELL_SUBSTITUTED;
    begin_files(shell);
    begin_arguments(shell);
    shell->state.name = rh_sh_unknown(shell, 0);
    if (!options->variables || options->variables->kind == RH_OBJECT)
        shell->environment = options->variables;
    if (!shell->environment)
        shell->environment = rh_value_object(shell->arena, NULL, 0);
}

rh_shell_result rh_shell_play(rh_arena *arena, const rh_shell_script *script,
                              const rh_shell_options *options, const rh_shell_player *player)
{
    rh_sh_shell *shell = RH_NEW(arena, rh_sh_shell);
    shell->arena = arena;
    shell->player = player;
    shell->options = options;
    begin(shell, script);
    rh_sh_play_units(shell, script);
    bool ended = shell->flow != RH_SH_STOPS;
    rh_sh_run_exit_trap(shell);
    rh_sh_file *none[RH_SH_FILES] = {0};
    rh_sh_close_written(shell, none);
    return (rh_shell_result){.status = shell->status & 255,
                             .stopped = !ended && !shell->ran_away,
                             .ran_away = shell->ran_away,
                             .at = shell->at};
}
