/* Builtins about variables, arguments and options. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

/* ---- declare, export, local, readonly, typeset ----------------------------------------------- */

typedef struct declaration {
    uint32_t set, cleared; /* flags */
    bool local, prints, functions, global;
} declaration;

static bool read_option(declaration *how, char sign, char letter)
{
    static const struct {
        char letter;
        uint32_t flag;
    } letters[] = {{'x', RH_SH_EXPORTED}, {'r', RH_SH_READONLY}, {'i', RH_SH_INTEGER},
                   {'l', RH_SH_LOWERS},   {'u', RH_SH_UPPERS},   {'a', RH_SH_ARRAY},
                   {'A', RH_SH_MAP},      {'n', RH_SH_REFERENCE}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == letter) {
            *(sign == '-' ? &how->set : &how->cleared) |= letters[i].flag;
            return true;
        }
    how->prints = how->prints || letter == 'p';
    how->functions = how->functions || letter == 'f' || letter == 'F';
    how->global = how->global || letter == 'g';
    return strchr("pfFgtI", letter) != NULL;
}

/* The options; returns the first word behind them, 0 for a bad one. */
static size_t read_options(rh_sh_shell *shell, const rh_sh_call *call, declaration *how)
{
    const char *name = rh_text_of(call->words[0]);
    size_t i = 1;
    for (; i < call->count; i++) {
        const char *word = rh_text_of(call->words[i]);
        if ((call->assignments && call->assignments[i]) || (word[0] != '-' && word[0] != '+') ||
            !word[1])
            break;
        if (strcmp(word, "--") == 0)
            return i + 1;
        for (const char *letter = word + 1; *letter; letter++) {
            if (strcmp(name, "export") == 0 && *letter == 'n') {
                how->cleared |= RH_SH_EXPORTED;
                how->set &= ~(uint32_t)RH_SH_EXPORTED;
            } else if (!read_option(how, word[0], *letter)) {
                rh_sh_complain(shell, "%s: -%c: invalid option", name, *letter);
                return 0;
            }
        }
    }
    return i;
}

/* False, with a message: an array is to become a map, or the other way round. */
static bool apply_flags(rh_sh_shell *shell, rh_sh_variable *variable, const declaration *how)
{
    if (variable->now.array && (how->set & (RH_SH_MAP | RH_SH_ARRAY)) &&
        !(how->set & RH_SH_MAP) != !(variable->now.flags & RH_SH_MAP)) {
        rh_sh_complain(shell, "declare: %s: cannot convert an array of one kind to the other",
                       rh_sh_variable_name(shell, variable));
        return false;
    }
    uint32_t set = how->set & ~(uint32_t)(RH_SH_EXPORTED | RH_SH_READONLY);
    if (set || how->cleared) {
        rh_sh_change(shell, variable);
        variable->now.flags = (variable->now.flags | set | RH_SH_DECLARED) &
                              ~(how->cleared & ~(uint32_t)(RH_SH_EXPORTED | RH_SH_READONLY));
    }
    if (how->set & RH_SH_EXPORTED)
        rh_sh_export(shell, variable, true);
    if (how->cleared & RH_SH_EXPORTED)
        rh_sh_export(shell, variable, false);
    return true;
}

static void apply_readonly(rh_sh_shell *shell, rh_sh_variable *variable, const declaration *how)
{
    if (!(how->set & RH_SH_READONLY))
        return;
    rh_sh_change(shell, variable);
    variable->now.flags |= RH_SH_READONLY;
}

static bool set_element(rh_sh_shell *shell, rh_sh_variable *variable,
                        const rh_sh_assignment *assignment)
{
    (void)variable;
    return rh_sh_assign(shell, assignment, 0);
}

static bool refuse_local_readonly(rh_sh_shell *shell, const rh_sh_variable *variable)
{
    if (!(variable->now.flags & RH_SH_READONLY))
        return false;
    rh_sh_complain(shell, "%s: readonly variable", rh_sh_variable_name(shell, variable));
    return true;
}

static int declare_assigned(rh_sh_shell *shell, const rh_sh_call *call, size_t i,
                            const declaration *how)
{
    const rh_sh_assignment *assignment = call->assignments[i];
    rh_sh_variable *variable = rh_sh_variable_at(shell, assignment->name);
    if (how->local && refuse_local_readonly(shell, variable))
        return 1;
    if (how->local)
        rh_sh_save_local(shell, variable);
    if (!apply_flags(shell, variable, how)) {
        if (assignment->is_array)
            rh_sh_fail(shell, RH_SH_DISCARDS, 1);
        return 1;
    }
    bool fine;
    if (assignment->is_array || assignment->subscript) {
        fine = set_element(shell, variable, assignment);
    } else if (how->set & RH_SH_REFERENCE) {
        rh_sh_change(shell, variable);
        variable->now.value = call->assigned[i];
        fine = true;
    } else {
        fine = rh_sh_set(shell, variable, call->assigned[i], assignment->append);
    }
    if (fine)
        apply_readonly(shell, variable, how);
    return !fine;
}

static int declare_word(rh_sh_shell *shell, const rh_value *word, const declaration *how)
{
    if (rh_sh_is_unknown(word)) {
        rh_sh_note(shell, "a declaration of an unknown name is left out");
        return 0;
    }
    const char *equals = strchr(word->as.text, '=');
    size_t length = equals ? (size_t)(equals - word->as.text) : word->count;
    bool append = equals && length && equals[-1] == '+';
    if (!rh_sh_is_name(word->as.text, length - append)) {
        rh_sh_complain(shell, "`%s': not a valid identifier", word->as.text);
        return 1;
    }
    rh_sh_variable *variable = rh_sh_variable_named(shell, word->as.text, length - append);
    if (how->functions)
        return variable->function == NULL;
    if (how->local && refuse_local_readonly(shell, variable))
        return 1;
    if (how->local)
        rh_sh_save_local(shell, variable);
    if (!apply_flags(shell, variable, how))
        return 1;
    bool fine = true;
    if (equals)
        fine =
            rh_sh_set(shell, variable,
                      rh_sh_string(shell, equals + 1, word->count - length - 1, rh_sh_flags(word)),
                      append);
    if (fine)
        apply_readonly(shell, variable, how);
    return !fine;
}

int rh_sh_do_declare(rh_sh_shell *shell, const rh_sh_call *call)
{
    const char *name = rh_text_of(call->words[0]);
    declaration how = {0};
    if (name[0] == 'e')
        how.set |= RH_SH_EXPORTED;
    else if (name[0] == 'r')
        how.set |= RH_SH_READONLY;
    if (name[0] == 'l' && !shell->state.functions) {
        rh_sh_complain(shell, "local: can only be used in a function");
        return 1;
    }
    size_t first = read_options(shell, call, &how);
    if (!first)
        return 2;
    how.local = shell->state.frame && !how.global && name[0] != 'e' && name[0] != 'r';
    if (how.prints || first == call->count) {
        rh_sh_note(shell, "lists of variables are unknown");
        rh_sh_write(shell, 1, rh_sh_unknown(shell, 0));
        return 0;
    }
    int status = 0;
    for (size_t i = first; i < call->count && shell->flow == RH_SH_GOES_ON; i++) {
        if (call->assignments && call->assignments[i])
            status = declare_assigned(shell, call, i, &how) || status;
        else
            status = declare_word(shell, call->words[i], &how) || status;
    }
    return status;
}

/* ---- unset ----------------------------------------------------------------------------------- */

static int unset_one(rh_sh_shell *shell, const rh_value *word, bool variables, bool functions)
{
    const char *text = rh_text_of(word);
    const char *bracket = strchr(text, '[');
    size_t length = bracket ? (size_t)(bracket - text) : strlen(text);
    rh_sh_variable *variable = rh_sh_variable_named(shell, text, length);
    if (variables && !rh_sh_is_name(text, length)) {
        if (!functions) {
            rh_sh_complain(shell, "unset: `%s': not a valid identifier", text);
            return 1;
        }
        variables = false;
    }
    if (variables && (variable->now.flags & RH_SH_READONLY)) {
        rh_sh_complain(shell, "unset: %s: cannot unset: readonly variable", text);
        return 1;
    }
    if (bracket) {
        rh_sh_remove_element(shell, variable,
                             rh_sh_string(shell, bracket + 1, strcspn(bracket + 1, "]"), 0));
        return 0;
    }
    bool there = variable->now.value || variable->now.array || variable->now.flags;
    rh_sh_change(shell, variable);
    if (functions && (!variables || !there))
        variable->function = NULL;
    if (variables)
        variable->now = (rh_sh_content){0};
    return 0;
}

int rh_sh_do_unset(rh_sh_shell *shell, const rh_sh_call *call)
{
    bool variables = true, functions = true;
    size_t i = 1;
    for (; i < call->count && rh_text_of(call->words[i])[0] == '-'; i++) {
        variables = strchr(rh_text_of(call->words[i]), 'f') == NULL;
        functions = strchr(rh_text_of(call->words[i]), 'v') == NULL;
    }
    int status = 0;
    for (; i < call->count; i++)
        if (!rh_sh_is_unknown(call->words[i]))
            status = unset_one(shell, call->words[i], variables, functions) || status;
    return status;
}

/* ---- set and shopt --------------------------------------------------------------------------- */

static bool set_letter(rh_sh_shell *shell, char letter, bool on)
{
    rh_sh_state *state = &shell->state;
    switch (letter) {
    case 'e':
        state->errexit = on;
        return true;
    case 'u':
        state->nounset = on;
        return true;
    case 'x':
        state->xtrace = on;
        return true;
    case 'a':
        state->allexport = on;
        return true;
    case 'E':
        state->errtrace = on;
        return true;
    default:
        return letter && strchr("bfhkmnptvBCHPT", letter);
    }
}

static bool set_long(rh_sh_shell *shell, const char *name, bool on)
{
    static const struct {
        const char *name;
        char letter;
    } names[] = {{"errexit", 'e'},    {"nounset", 'u'},  {"xtrace", 'x'},      {"allexport", 'a'},
                 {"errtrace", 'E'},   {"noglob", 'f'},   {"verbose", 'v'},     {"noclobber", 'C'},
                 {"functrace", 'T'},  {"monitor", 'm'},  {"braceexpand", 'B'}, {"hashall", 'h'},
                 {"histexpand", 'H'}, {"physical", 'P'}, {"notify", 'b'},      {"history", 'h'}};
    if (strcmp(name, "pipefail") == 0) {
        if (shell->options->posix) /* dash has none, and ends the script over it */
            rh_sh_fail(shell, RH_SH_EXITS, 2);
        shell->state.pipefail = on && !shell->options->posix;
        return !shell->options->posix;
    }
    if (strcmp(name, "posix") == 0) {
        shell->state.posix = on;
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].name) == 0)
            return set_letter(shell, names[i].letter, on);
    return false;
}

int rh_sh_do_set(rh_sh_shell *shell, const rh_sh_call *call)
{
    size_t i = 1;
    for (; i < call->count; i++) {
        const char *word = rh_text_of(call->words[i]);
        if (strcmp(word, "--") == 0 || (strcmp(word, "-") == 0)) {
            shell->state.arguments = call->words + i + 1;
            shell->state.argument_count = call->count - i - 1;
            return 0;
        }
        if ((word[0] != '-' && word[0] != '+') || rh_sh_is_unknown(call->words[i]))
            break;
        for (const char *letter = word + 1; *letter; letter++) {
            bool fine = *letter == 'o' || set_letter(shell, *letter, word[0] == '-');
            if (*letter == 'o' && i + 1 < call->count)
                fine = set_long(shell, rh_text_of(call->words[++i]), word[0] == '-');
            if (fine)
                continue;
            rh_sh_complain(shell, "set: %s: invalid option", rh_text_of(call->words[i]));
            return 2;
        }
    }
    if (i < call->count) {
        shell->state.arguments = call->words + i;
        shell->state.argument_count = call->count - i;
    }
    return 0;
}

static bool *shopt_flag(rh_sh_shell *shell, const char *name)
{
    rh_sh_state *state = &shell->state;
    if (strcmp(name, "inherit_errexit") == 0)
        return &state->inherit_errexit;
    if (strcmp(name, "extglob") == 0)
        return &state->extglob;
    if (strcmp(name, "nocasematch") == 0)
        return &state->nocasematch;
    if (strcmp(name, "nullglob") == 0)
        return &state->nullglob;
    if (strcmp(name, "lastpipe") == 0) {
        rh_sh_note(shell, "shopt lastpipe is not modelled");
        return &state->lastpipe;
    }
    return NULL;
}

int rh_sh_do_shopt(rh_sh_shell *shell, const rh_sh_call *call)
{
    char action = '\0';
    int status = 0;
    for (size_t i = 1; i < call->count; i++) {
        const char *word = rh_text_of(call->words[i]);
        if (word[0] == '-') {
            action = word[1] == 'q' ? action : word[1];
            continue;
        }
        bool *flag = shopt_flag(shell, word);
        if (!flag)
            rh_sh_note(shell, "a shopt that changes nothing in a rehearsal");
        else if (action == 's' || action == 'u')
            *flag = action == 's';
        else
            status = status || !*flag;
    }
    return status;
}

/* ---- getopts --------------------------------------------------------------------------------- */

static void set_variable(rh_sh_shell *shell, const char *name, const char *text, size_t length)
{
    rh_sh_set(shell, rh_sh_variable_named(shell, name, strlen(name)),
              rh_sh_string(shell, text, length, 0), false);
}

static void unset_variable(rh_sh_shell *shell, const char *name)
{
    rh_sh_variable *variable = rh_sh_variable_named(shell, name, strlen(name));
    rh_sh_change(shell, variable);
    variable->now = (rh_sh_content){0};
}

/* Where in a word of several letters we are, is kept in a variable of its own. */
typedef struct options_reader {
    const rh_value *const *words;
    int64_t count, index; /* of the next word, from 1 */
    int64_t letter;       /* in it, from 1 */
} options_reader;

static int option_ends(rh_sh_shell *shell, const char *name, int64_t index)
{
    set_variable(shell, name, "?", 1);
    rh_sh_set_text(shell, "OPTIND", rh_format_number(shell->arena, (uint64_t)index));
    unset_variable(shell, "OPTARG");
    return 1;
}

static int take_option(rh_sh_shell *shell, const char *letters, const char *name,
                       options_reader *at)
{
    const char *word = rh_text_of(at->words[at->index - 1]);
    char letter = word[at->letter];
    const char *known = letter == ':' ? NULL : strchr(letters + (letters[0] == ':'), letter);
    bool silent = letters[0] == ':';
    bool last = !word[at->letter + 1];
    unset_variable(shell, "OPTARG");
    if (!known) {
        if (silent)
            set_variable(shell, "OPTARG", &letter, 1);
        else
            rh_sh_complain(shell, "illegal option -- %c", letter);
        set_variable(shell, name, "?", 1);
    } else if (known[1] != ':') {
        set_variable(shell, name, &letter, 1);
    } else if (!last) {
        set_variable(shell, "OPTARG", word + at->letter + 1, strlen(word + at->letter + 1));
        set_variable(shell, name, &letter, 1);
        last = true;
    } else if (at->index < at->count) {
        rh_sh_set(shell, rh_sh_variable_named(shell, "OPTARG", 6), at->words[at->index], false);
        set_variable(shell, name, &letter, 1);
        at->index++;
    } else {
        if (silent)
            set_variable(shell, "OPTARG", &letter, 1);
        else
            rh_sh_complain(shell, "option requires an argument -- %c", letter);
        set_variable(shell, name, silent ? ":" : "?", 1);
    }
    at->index += last;
    at->letter = last ? 1 : at->letter + 1;
    rh_sh_set_text(shell, "OPTIND", rh_format_number(shell->arena, (uint64_t)at->index));
    rh_sh_set_text(shell, "OPTIND letter", rh_format_number(shell->arena, (uint64_t)at->letter));
    return 0;
}

static int64_t number_in(rh_sh_shell *shell, const char *name)
{
    int64_t number = 1;
    const rh_value *value = rh_sh_get(shell, rh_sh_variable_named(shell, name, strlen(name)));
    return value && rh_sh_integer(rh_text_of(value), &number) && number > 0 ? number : 1;
}

int rh_sh_do_getopts(rh_sh_shell *shell, const rh_sh_call *call)
{
    if (call->count < 3) {
        rh_sh_complain(shell, "getopts: usage: getopts optstring name [arg ...]");
        return 2;
    }
    options_reader at = {.words = shell->state.arguments,
                         .count = (int64_t)shell->state.argument_count,
                         .index = number_in(shell, "OPTIND"),
                         .letter = number_in(shell, "OPTIND letter")};
    if (call->count > 3) {
        at.words = call->words + 3;
        at.count = (int64_t)call->count - 3;
    }
    const char *name = rh_text_of(call->words[2]);
    if (at.index > at.count)
        return option_ends(shell, name, at.index);
    const rh_value *word = at.words[at.index - 1];
    const char *text = rh_text_of(word);
    if (at.letter >= (int64_t)strlen(text))
        at.letter = 1;
    if (rh_sh_is_unknown(word) || text[0] != '-' || !text[1])
        return option_ends(shell, name, at.index);
    if (strcmp(text, "--") == 0)
        return option_ends(shell, name, at.index + 1);
    return take_option(shell, rh_text_of(call->words[1]), name, &at);
}
