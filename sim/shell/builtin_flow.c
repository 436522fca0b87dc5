/* Builtins that decide what is played next. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

/* The status that exit and return name. */
static int named_status(rh_sh_shell *shell, const rh_sh_call *call, int otherwise)
{
    int64_t status;
    if (call->count < 2)
        return otherwise;
    if (rh_sh_is_unknown(call->words[1])) {
        return !rh_sh_decide(shell, call->words[1], call->node->source);
    }
    if (!rh_sh_integer(rh_text_of(call->words[1]), &status)) {
        rh_sh_complain(shell, "%s: %s: numeric argument required", rh_text_of(call->words[0]),
                       rh_text_of(call->words[1]));
        return 2;
    }
    return (int)(status & 255);
}

int rh_sh_do_exit(rh_sh_shell *shell, const rh_sh_call *call)
{
    int status = named_status(shell, call, shell->status);
    if (shell->flow != RH_SH_STOPS)
        rh_sh_fail(shell, RH_SH_EXITS, status);
    return status;
}

int rh_sh_do_return(rh_sh_shell *shell, const rh_sh_call *call)
{
    if (!shell->state.functions) {
        rh_sh_complain(shell, "return: can only `return' from a function or sourced script");
        return 2;
    }
    shell->status = named_status(shell, call, shell->status);
    if (shell->flow == RH_SH_GOES_ON)
        shell->flow = RH_SH_RETURNS;
    return shell->status;
}

static int leave_loops(rh_sh_shell *shell, const rh_sh_call *call, rh_sh_flow flow)
{
    int64_t levels = 1;
    if (!shell->state.loops) {
        rh_sh_complain(shell, "%s: only meaningful in a `for', `while', or `until' loop",
                       rh_text_of(call->words[0]));
        return 0;
    }
    if (call->count > 1 && (!rh_sh_integer(rh_text_of(call->words[1]), &levels) || levels < 1)) {
        rh_sh_complain(shell, "%s: %s: loop count out of range", rh_text_of(call->words[0]),
                       rh_text_of(call->words[1]));
        shell->levels = shell->state.loops;
        shell->flow = RH_SH_BREAKS;
        shell->status = 1;
        return 1;
    }
    shell->levels = levels > shell->state.loops ? shell->state.loops : (uint32_t)levels;
    shell->status = 0;
    shell->flow = (uint8_t)flow;
    return 0;
}

int rh_sh_do_break(rh_sh_shell *shell, const rh_sh_call *call)
{
    return leave_loops(shell, call, RH_SH_BREAKS);
}

int rh_sh_do_continue(rh_sh_shell *shell, const rh_sh_call *call)
{
    return leave_loops(shell, call, RH_SH_CONTINUES);
}

/* ---- other texts ----------------------------------------------------------------------------- */

static const rh_value *joined(rh_sh_shell *shell, const rh_sh_call *call)
{
    rh_text text = rh_text_in(shell->arena);
    unsigned flags = 0;
    for (size_t i = 1; i < call->count; i++) {
        flags |= rh_sh_flags(call->words[i]);
        if (rh_sh_is_unknown(call->words[i]))
            return rh_sh_unknown(shell, flags);
        if (i > 1)
            rh_text_putc(&text, ' ');
        rh_text_add(&text, call->words[i]->as.text, call->words[i]->count);
    }
    return rh_sh_string(shell, text.data, text.length, flags);
}

/* A text that cannot be read is one opaque command. */
static int run_opaque(rh_sh_shell *shell, const rh_sh_call *call, const char *why)
{
    rh_shell_opaque *opaque = RH_NEW(shell->arena, rh_shell_opaque);
    rh_sh_fields words = {0};
    opaque->place = shell->current;
    opaque->why = why;
    for (size_t i = 0; i < call->count; i++)
        rh_sh_push(shell, &words, call->words[i]);
    rh_sh_run(shell, &words, opaque);
    return shell->status;
}

int rh_sh_do_eval(rh_sh_shell *shell, const rh_sh_call *call)
{
    const rh_value *text = joined(shell, call);
    if (rh_sh_is_unknown(text))
        return run_opaque(shell, call, "eval of something unknown");
    rh_sh_play_text(shell, text->as.text, text->count);
    return shell->status;
}

int rh_sh_do_source(rh_sh_shell *shell, const rh_sh_call *call)
{
    if (call->count < 2) {
        rh_sh_complain(shell, "source: filename argument required");
        return 2;
    }
    const rh_value *content = NULL;
    if (!rh_sh_is_unknown(call->words[1]) && shell->player->read)
        content = shell->player->read(shell->player->data, call->words[1]);
    if (!content || content->kind != RH_STRING)
        return run_opaque(shell, call, "the sourced file is not known");
    const rh_value *const *arguments = shell->state.arguments;
    size_t count = shell->state.argument_count;
    if (call->count > 2) {
        shell->state.arguments = call->words + 2;
        shell->state.argument_count = call->count - 2;
    }
    shell->state.functions++; /* return leaves it */
    rh_sh_play_text(shell, content->as.text, content->count);
    shell->state.functions--;
    if (call->count > 2) {
        shell->state.arguments = arguments;
        shell->state.argument_count = count;
    }
    if (shell->flow == RH_SH_RETURNS)
        shell->flow = RH_SH_GOES_ON;
    return shell->status;
}

/* ---- traps ----------------------------------------------------------------------------------- */

static void set_trap(rh_sh_shell *shell, const char *signal, const char *action)
{
    if (strcmp(signal, "EXIT") == 0 || strcmp(signal, "0") == 0)
        shell->state.exit_trap = action;
    else if (strcmp(signal, "ERR") == 0)
        shell->state.error_trap = action;
    else
        rh_sh_note(shell, "traps other than EXIT and ERR are not played");
}

int rh_sh_do_trap(rh_sh_shell *shell, const rh_sh_call *call)
{
    size_t first = 1;
    if (call->count > 1 && strcmp(rh_text_of(call->words[1]), "--") == 0)
        first++;
    if (call->count <= first)
        return 0;
    const rh_value *action = call->words[first];
    if (rh_sh_is_unknown(action)) {
        rh_sh_note(shell, "a trap with an unknown command is not played");
        return 0;
    }
    if (action->as.text[0] == '-' && action->as.text[1])
        return 0; /* -l, -p */
    bool resets = strcmp(action->as.text, "-") == 0 || call->count == first + 1;
    for (size_t i = first + (call->count > first + 1); i < call->count; i++)
        set_trap(shell, rh_text_of(call->words[i]),
                 resets || !action->count ? NULL : action->as.text);
    return 0;
}

/* ---- commands by another way ----------------------------------------------------------------- */

static rh_sh_fields words_from(const rh_sh_call *call, size_t first)
{
    return (rh_sh_fields){.items = (const rh_value **)(uintptr_t)(call->words + first),
                          .count = call->count - first,
                          .capacity = call->count - first};
}

int rh_sh_do_exec(rh_sh_shell *shell, const rh_sh_call *call)
{
    if (call->count < 2)
        return 0; /* its redirections stay */
    size_t first = 1;
    while (first < call->count && rh_text_of(call->words[first])[0] == '-')
        first += strcmp(rh_text_of(call->words[first]), "-a") == 0 ? 2 : 1;
    if (first >= call->count)
        return 0;
    rh_sh_fields words = words_from(call, first);
    rh_sh_run(shell, &words, NULL);
    shell->state.exit_trap = NULL; /* the shell is gone */
    if (shell->flow == RH_SH_GOES_ON)
        rh_sh_fail(shell, RH_SH_EXITS, shell->status);
    return shell->status;
}

/* command -v, type: known are builtins and functions; other commands are asked of the player. */
static int describe(rh_sh_shell *shell, const rh_value *name, const rh_sh_call *call, bool quiet)
{
    if (rh_sh_is_unknown(name))
        return !rh_sh_decide(shell, name, call->node->source);
    bool known = rh_sh_builtin(name->as.text, name->count) != 0 ||
                 rh_sh_variable_named(shell, name->as.text, name->count)->function;
    if (!known && !rh_sh_decide(shell, rh_sh_unknown(shell, 0), call->node->source))
        return 1;
    if (quiet)
        return 0;
    if (!known) {
        rh_sh_write(shell, 1, rh_sh_unknown(shell, 0)); /* its path */
        return 0;
    }
    rh_text text = rh_text_in(shell->arena);
    rh_text_add(&text, name->as.text, name->count);
    rh_text_putc(&text, '\n');
    rh_sh_write_text(shell, 1, text.data, text.length, rh_sh_flags(name));
    return 0;
}

int rh_sh_do_type(rh_sh_shell *shell, const rh_sh_call *call)
{
    int status = 0;
    for (size_t i = 1; i < call->count; i++) {
        const rh_value *name = call->words[i];
        if (rh_text_of(name)[0] == '-')
            continue;
        status = describe(shell, name, call, false) || status;
    }
    return status;
}

int rh_sh_do_command(rh_sh_shell *shell, const rh_sh_call *call)
{
    size_t first = 1;
    bool asks = false;
    while (first < call->count && rh_text_of(call->words[first])[0] == '-') {
        const char *option = rh_text_of(call->words[first++]);
        asks = asks || strchr(option, 'v') || strchr(option, 'V');
        if (strcmp(option, "--") == 0)
            break;
    }
    if (first >= call->count)
        return 0;
    if (asks)
        return describe(shell, call->words[first], call, false);
    rh_sh_fields words = words_from(call, first);
    rh_sh_play_words(shell, call->node, &words, false);
    return shell->status;
}
