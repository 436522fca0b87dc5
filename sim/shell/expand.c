/* Words into values: quotes, substitutions, splitting. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

const char *rh_sh_separators(rh_sh_shell *shell)
{
    const rh_value *value = rh_sh_get(shell, rh_sh_variable_named(shell, "IFS", 3));
    return value && value->kind == RH_STRING ? value->as.text : value ? "" : " \t\n";
}

void rh_sh_end_field(rh_sh_expander *expander)
{
    rh_sh_shell *shell = expander->shell;
    if (!expander->open)
        return;
    const rh_value *value =
        expander->unknown
            ? rh_sh_unknown_from(shell, expander->unknown, expander->flags)
            : rh_sh_string(shell, expander->text.data, expander->text.length, expander->flags);
    if (expander->glob && !expander->unknown)
        rh_sh_note(shell, "a pattern of file names stays as it is: which files there are is "
                          "not known");
    rh_sh_push(shell, expander->fields, value);
    expander->open = expander->glob = false;
    expander->unknown = NULL;
    expander->flags = 0;
    expander->text = rh_text_in(shell->arena);
}

/* ---- putting text ---------------------------------------------------------------------------- */

static void put_escaped(rh_sh_expander *expander, const char *text, size_t length)
{
    static const char regex[] = "\\^$.[]|()*+?{}";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c < 0 || c == ' ' || c == '_';
        if (expander->mode == RH_SH_AS_REGEX ? c && strchr(regex, c) != NULL : !plain)
            rh_text_putc(&expander->text, '\\');
        rh_text_putc(&expander->text, c);
    }
}

static void put_text(rh_sh_expander *expander, const char *text, size_t length, bool quoted)
{
    if (quoted && expander->mode >= RH_SH_AS_PATTERN) {
        put_escaped(expander, text, length);
    } else {
        rh_text_add(&expander->text, text, length);
        if (!quoted && expander->mode == RH_SH_AS_FIELDS)
            expander->glob = expander->glob || rh_sh_is_glob(text, length);
    }
    expander->open = expander->open || length || quoted;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Splits: blanks of IFS in a row are one separator, with at most one other separator in it. */
static void put_split(rh_sh_expander *expander, const rh_value *value)
{
    const char *separators = rh_sh_separators(expander->shell);
    const char *text = value->as.text;
    uint8_t flags = (uint8_t)rh_sh_flags(value);
    size_t at = 0, length = value->count;
    while (at < length) {
        size_t run = 0;
        while (at + run < length && !(text[at + run] && strchr(separators, text[at + run])))
            run++;
        if (run) {
            expander->flags |= flags;
            put_text(expander, text + at, run, false);
            at += run;
            continue;
        }
        bool separated = false;
        while (at < length && text[at] && strchr(separators, text[at]) &&
               (is_blank(text[at]) || !separated)) {
            if (!is_blank(text[at])) {
                separated = true;
                expander->open = true; /* an empty word, if nothing was there */
            }
            at++;
            if (separated || at >= length || !text[at] || !strchr(separators, text[at]))
                rh_sh_end_field(expander);
        }
    }
}

void rh_sh_put(rh_sh_expander *expander, const rh_value *value, bool quoted)
{
    if (rh_sh_is_unknown(value)) {
        expander->flags |= (uint8_t)rh_sh_flags(value);
        expander->unknown = expander->unknown ? expander->unknown : value;
        expander->open = true;
    } else if (quoted || expander->mode != RH_SH_AS_FIELDS) {
        expander->flags |= (uint8_t)rh_sh_flags(value);
        put_text(expander, value->as.text, value->count, quoted);
    } else {
        put_split(expander, value);
    }
}

/* ---- substitutions --------------------------------------------------------------------------- */

static const rh_value *without_newlines(rh_sh_shell *shell, const rh_value *value)
{
    if (value->kind != RH_STRING)
        return value;
    size_t length = value->count;
    while (length && value->as.text[length - 1] == '\n')
        length--;
    if (!memchr(value->as.text, '\0', length))
        return length == value->count
                   ? value
                   : rh_sh_string(shell, value->as.text, length, rh_sh_flags(value));
    rh_text text = rh_text_in(shell->arena);
    for (size_t i = 0; i < length; i++)
        if (value->as.text[i])
            rh_text_putc(&text, value->as.text[i]);
    return rh_sh_string(shell, text.data, text.length, rh_sh_flags(value));
}

/* $(< file) */
static bool only_reads(const rh_sh_node *node)
{
    return node && node->kind == RH_SH_SIMPLE && !node->count && !node->assignment_count &&
           node->redirection_count == 1 && node->redirections[0]->kind == RH_SH_FROM;
}

static const rh_value *read_file(rh_sh_shell *shell, const rh_sh_node *node)
{
    const rh_value *content = shell->empty;
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    shell->status = 0;
    if (rh_sh_redirect(shell, node)) {
        const rh_value *input = rh_sh_input(shell);
        content = input ? input : content;
    }
    rh_sh_end_subshell(shell, saved);
    return content;
}

static void expand_commands(rh_sh_expander *expander, const rh_sh_part *part)
{
    rh_sh_shell *shell = expander->shell;
    int status = shell->status;
    const rh_sh_node *node = part->as.commands;
    const rh_value *output =
        only_reads(node) ? read_file(shell, node) : rh_sh_capture(shell, node, shell->inner_fate);
    shell->substituted = shell->status;
    (void)status;
    rh_sh_put(expander, without_newlines(shell, output), part->quoted);
}

static void expand_sum(rh_sh_expander *expander, const rh_sh_part *part)
{
    rh_sh_shell *shell = expander->shell;
    const rh_value *text = rh_sh_expand(shell, part->as.sum, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    rh_sh_number number = rh_sh_compute(shell, text, "");
    if (number.failed)
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
    else
        rh_sh_put(expander, rh_sh_number_value(shell, &number), part->quoted);
}

static void expand_process(rh_sh_expander *expander, const rh_sh_part *part)
{
    rh_sh_shell *shell = expander->shell;
    int status = shell->status;
    unsigned flags = 0;
    if (part->reads)
        flags = rh_sh_flags(rh_sh_capture(shell, part->as.commands, RH_SHELL_SUBSTITUTED));
    else
        rh_sh_play_writer(shell, part->as.commands);
    shell->status = status;
    rh_sh_put(expander, rh_sh_unknown(shell, flags), true);
}

static void expand_tilde(rh_sh_expander *expander, const rh_sh_part *part)
{
    rh_sh_shell *shell = expander->shell;
    const char *name = part->text.length == 0                                ? "HOME"
                       : part->text.length == 1 && part->text.text[0] == '+' ? "PWD"
                       : part->text.length == 1 && part->text.text[0] == '-' ? "OLDPWD"
                                                                             : NULL;
    const rh_value *value =
        name ? rh_sh_get(shell, rh_sh_variable_named(shell, name, strlen(name))) : NULL;
    if (name && !value && name[0] == 'H')
        value = rh_sh_unknown(shell, 0);
    if (!value && part->text.length && rh_sh_is_name(part->text.text, part->text.length))
        value = rh_sh_unknown(shell, 0); /* the home of another user */
    if (value) {
        rh_sh_put(expander, value, true);
        return;
    }
    put_text(expander, "~", 1, true);
    put_text(expander, part->text.text, part->text.length, true);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void expand_literal(rh_sh_expander *expander, const rh_sh_part *part, bool inner)
{
    if (inner && !part->quoted && expander->mode == RH_SH_AS_FIELDS)
        put_split(expander, &(rh_value){.kind = RH_STRING,
                                        .count = part->text.length,
                                        .as = {.text = part->text.text}});
    else
        put_text(expander, part->text.text, part->text.length, part->quoted);
}

void rh_sh_expand_parts(rh_sh_expander *expander, const rh_sh_word *word, bool inner)
{
    for (uint32_t i = 0; i < word->count && expander->shell->flow == RH_SH_GOES_ON; i++) {
        const rh_sh_part *part = &word->parts[i];
        switch (part->kind) {
        case RH_SH_LITERAL:
            expand_literal(expander, part, inner);
            break;
        case RH_SH_PARAMETER:
            rh_sh_expand_parameter(expander, part, part->quoted);
            break;
        case RH_SH_COMMANDS:
            expand_commands(expander, part);
            break;
        case RH_SH_SUM:
            expand_sum(expander, part);
            break;
        case RH_SH_PROCESS:
            expand_process(expander, part);
            break;
        default:
            expand_tilde(expander, part);
        }
    }
}

/* Words in words (${x:-$(...)}) nest: as deep as commands do. */
static bool descend(rh_sh_shell *shell)
{
    if (shell->depth >= RH_SH_DEPTH) {
        shell->ran_away = true;
        rh_sh_stop(shell);
        return false;
    }
    shell->depth++;
    return true;
}

/* "$x" and "${x}" as they are; NULL: something else, or unset. */
static const rh_value *plain_value(rh_sh_shell *shell, const rh_sh_word *word, bool any_quotes)
{
    if (word->count != 1 || word->parts[0].kind != RH_SH_PARAMETER)
        return NULL;
    if (!any_quotes && !word->parts[0].quoted)
        return NULL;
    const rh_sh_parameter *parameter = word->parts[0].as.parameter;
    if (parameter->special || parameter->all || parameter->subscript || parameter->indirect ||
        parameter->operation != RH_SH_PLAIN)
        return NULL;
    return rh_sh_get(shell, rh_sh_variable_at(shell, parameter->name));
}

void rh_sh_expand_fields(rh_sh_shell *shell, const rh_sh_word *word, rh_sh_fields *fields)
{
    if (word->literal && !word->glob) {
        rh_sh_push(shell, fields, word->literal);
        return;
    }
    const rh_value *plain = plain_value(shell, word, false);
    if (plain) {
        rh_sh_push(shell, fields, plain);
        return;
    }
    if (!descend(shell))
        return;
    rh_sh_expander expander = {.shell = shell, .mode = RH_SH_AS_FIELDS, .fields = fields};
    expander.text = rh_text_in(shell->arena);
    rh_sh_expand_parts(&expander, word, false);
    if (shell->flow == RH_SH_GOES_ON)
        rh_sh_end_field(&expander);
    shell->depth--;
}

const rh_value *rh_sh_expand(rh_sh_shell *shell, const rh_sh_word *word, rh_sh_expansion mode)
{
    if (mode == RH_SH_AS_STRING) {
        const rh_value *plain = word->literal ? word->literal : plain_value(shell, word, true);
        if (plain)
            return plain;
    }
    if (!descend(shell))
        return shell->empty;
    rh_sh_expander expander = {.shell = shell, .mode = (uint8_t)mode};
    expander.text = rh_text_in(shell->arena);
    rh_sh_expand_parts(&expander, word, false);
    shell->depth--;
    if (expander.unknown)
        return rh_sh_unknown_from(shell, expander.unknown, expander.flags);
    return rh_sh_string(shell, expander.text.data, expander.text.length, expander.flags);
}
