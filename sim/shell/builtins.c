/* The table of builtins, and those that need no file of their own. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

/* 1: takes assignments as arguments. */
static const struct {
    const char *name;
    rh_sh_builtin_function *function;
    bool declares;
} builtins[] = {{".", rh_sh_do_source, false},
                {":", rh_sh_do_true, false},
                {"[", rh_sh_do_test, false},
                {"alias", rh_sh_do_nothing, false},
                {"bg", rh_sh_do_nothing, false},
                {"break", rh_sh_do_break, false},
                {"builtin", rh_sh_do_command, false},
                {"cd", rh_sh_do_cd, false},
                {"command", rh_sh_do_command, false},
                {"continue", rh_sh_do_continue, false},
                {"declare", rh_sh_do_declare, true},
                {"dirs", rh_sh_do_nothing, false},
                {"disown", rh_sh_do_nothing, false},
                {"echo", rh_sh_do_echo, false},
                {"enable", rh_sh_do_nothing, false},
                {"eval", rh_sh_do_eval, false},
                {"exec", rh_sh_do_exec, false},
                {"exit", rh_sh_do_exit, false},
                {"export", rh_sh_do_declare, true},
                {"false", rh_sh_do_false, false},
                {"fg", rh_sh_do_nothing, false},
                {"getopts", rh_sh_do_getopts, false},
                {"hash", rh_sh_do_nothing, false},
                {"jobs", rh_sh_do_nothing, false},
                {"let", rh_sh_do_let, false},
                {"local", rh_sh_do_declare, true},
                {"mapfile", rh_sh_do_mapfile, false},
                {"popd", rh_sh_do_cd, false},
                {"printf", rh_sh_do_printf, false},
                {"pushd", rh_sh_do_cd, false},
                {"pwd", rh_sh_do_pwd, false},
                {"read", rh_sh_do_read, false},
                {"readarray", rh_sh_do_mapfile, false},
                {"readonly", rh_sh_do_declare, true},
                {"return", rh_sh_do_return, false},
                {"set", rh_sh_do_set, false},
                {"shift", rh_sh_do_shift, false},
                {"shopt", rh_sh_do_shopt, false},
                {"source", rh_sh_do_source, false},
                {"test", rh_sh_do_test, false},
                {"trap", rh_sh_do_trap, false},
                {"true", rh_sh_do_true, false},
                {"type", rh_sh_do_type, false},
                {"typeset", rh_sh_do_declare, true},
                {"ulimit", rh_sh_do_nothing, false},
                {"umask", rh_sh_do_nothing, false},
                {"unalias", rh_sh_do_nothing, false},
                {"unset", rh_sh_do_unset, false},
                {"wait", rh_sh_do_wait, false}};

enum { BUILTINS = sizeof builtins / sizeof *builtins };

uint32_t rh_sh_builtin(const char *name, size_t length)
{
    uint32_t low = 0, high = BUILTINS;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *candidate = builtins[middle].name;
        int order = strncmp(candidate, name, length);
        if (!order && candidate[length])
            order = 1;
        if (!order)
            return middle + 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

bool rh_sh_is_only_in_bash(const char *name)
{
    static const char *const names[] = {"[[",     "builtin", "coproc",    "declare", "dirs",
                                        "disown", "enable",  "function",  "let",     "mapfile",
                                        "popd",   "pushd",   "readarray", "select",  "shopt",
                                        "source", "typeset"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

bool rh_sh_builtin_declares(uint32_t builtin)
{
    return builtin && builtins[builtin - 1].declares;
}

int rh_sh_call_builtin(rh_sh_shell *shell, uint32_t builtin, const rh_sh_call *call)
{
    return builtins[builtin - 1].function(shell, call);
}

bool rh_shell_is_builtin(const char *name)
{
    return rh_sh_builtin(name, strlen(name)) != 0;
}

/* ---- the small ones -------------------------------------------------------------------------- */

int rh_sh_do_true(rh_sh_shell *shell, const rh_sh_call *call)
{
    (void)shell;
    (void)call;
    return 0;
}

int rh_sh_do_false(rh_sh_shell *shell, const rh_sh_call *call)
{
    (void)shell;
    (void)call;
    return 1;
}

int rh_sh_do_nothing(rh_sh_shell *shell, const rh_sh_call *call)
{
    (void)call;
    rh_sh_note(shell, "alias, hash, jobs, ulimit, umask and their kin do nothing in a rehearsal");
    return 0;
}

/* Background commands were played at once; their failures are not remembered. */
int rh_sh_do_wait(rh_sh_shell *shell, const rh_sh_call *call)
{
    if (call->count > 1)
        rh_sh_note(shell, "wait for one background command succeeds: they were played at once");
    return 0;
}

int rh_sh_do_test(rh_sh_shell *shell, const rh_sh_call *call)
{
    size_t count = call->count - 1;
    if (rh_text_of(call->words[0])[0] == '[') {
        if (!count || strcmp(rh_text_of(call->words[count]), "]") != 0) {
            rh_sh_complain(shell, "[: missing `]'");
            return 2;
        }
        count--;
    }
    return rh_sh_test_words(shell, call->words + 1, count, call->node->source);
}

int rh_sh_do_let(rh_sh_shell *shell, const rh_sh_call *call)
{
    rh_sh_number number = {0};
    for (size_t i = 1; i < call->count; i++) {
        number = rh_sh_compute(shell, call->words[i], "let");
        if (number.failed)
            return 1;
    }
    if (number.unknown)
        return !rh_sh_decide(shell, rh_sh_unknown(shell, number.flags), call->node->source);
    return number.value == 0;
}

int rh_sh_do_shift(rh_sh_shell *shell, const rh_sh_call *call)
{
    int64_t by = 1;
    if (call->count > 1 && !rh_sh_integer(rh_text_of(call->words[1]), &by)) {
        rh_sh_complain(shell, "shift: %s: numeric argument required", rh_text_of(call->words[1]));
        return 1;
    }
    if (by < 0 || (uint64_t)by > shell->state.argument_count)
        return 1;
    shell->state.arguments += by;
    shell->state.argument_count -= (size_t)by;
    return 0;
}

/* ---- folders --------------------------------------------------------------------------------- */

static const rh_value *variable_text(rh_sh_shell *shell, const char *name)
{
    const rh_value *value = rh_sh_get(shell, rh_sh_variable_named(shell, name, strlen(name)));
    return value ? value : rh_sh_unknown(shell, 0);
}

/* A path put together without looking: . and .. are resolved in the text. */
static const rh_value *resolved(rh_sh_shell *shell, const rh_value *from, const rh_value *to)
{
    if (rh_sh_is_unknown(to) || (rh_sh_is_unknown(from) && rh_text_of(to)[0] != '/'))
        return rh_sh_unknown_of(shell, to, from);
    rh_text text = rh_text_in(shell->arena);
    const char *parts[2] = {to->as.text[0] == '/' ? "" : from->as.text, to->as.text};
    for (int i = 0; i < 2; i++) {
        for (const char *at = parts[i]; *at;) {
            size_t length = strcspn(at, "/");
            if (length == 2 && at[0] == '.' && at[1] == '.') {
                while (text.length && text.data[text.length - 1] != '/')
                    text.length--;
                text.length -= text.length > 0;
            } else if (length && !(length == 1 && at[0] == '.')) {
                rh_text_putc(&text, '/');
                rh_text_add(&text, at, length);
            }
            at += length + (at[length] == '/');
        }
    }
    if (!text.length)
        rh_text_putc(&text, '/');
    return rh_sh_string(shell, text.data, text.length, rh_sh_flags(from) | rh_sh_flags(to));
}

int rh_sh_do_cd(rh_sh_shell *shell, const rh_sh_call *call)
{
    const rh_value *to = NULL;
    const rh_value *from = variable_text(shell, "PWD");
    bool pops = strcmp(rh_text_of(call->words[0]), "popd") == 0;
    for (size_t i = 1; i < call->count && !to; i++) {
        const char *word = rh_text_of(call->words[i]);
        if (word[0] != '-' || !word[1] || rh_sh_is_unknown(call->words[i]))
            to = call->words[i];
    }
    if (pops || (to && strcmp(rh_text_of(to), "-") == 0))
        to = variable_text(shell, "OLDPWD");
    else if (!to)
        to = variable_text(shell, "HOME");
    else
        to = resolved(shell, from, to);
    rh_sh_set(shell, rh_sh_variable_named(shell, "OLDPWD", 6), from, false);
    rh_sh_set(shell, rh_sh_variable_named(shell, "PWD", 3), to, false);
    return 0;
}

int rh_sh_do_pwd(rh_sh_shell *shell, const rh_sh_call *call)
{
    const rh_value *value = variable_text(shell, "PWD");
    (void)call;
    if (rh_sh_is_unknown(value)) {
        rh_sh_write(shell, 1, value);
        return 0;
    }
    rh_text text = rh_text_in(shell->arena);
    rh_text_add(&text, value->as.text, value->count);
    rh_text_putc(&text, '\n');
    rh_sh_write_text(shell, 1, text.data, text.length, rh_sh_flags(value));
    return 0;
}
