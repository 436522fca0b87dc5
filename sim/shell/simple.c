/* Simple commands: words, assignments, functions, builtins, and those that the player runs. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

/* ---- handing over ---------------------------------------------------------------------------- */

static uint8_t words_flags(const rh_sh_fields *words)
{
    unsigned flags = 0;
    for (size_t i = 0; i < words->count; i++)
        flags |= rh_sh_flags(words->items[i]);
    return (uint8_t)flags;
}

static const rh_value *with_flags(rh_sh_shell *shell, const rh_value *value, unsigned flags)
{
    if ((rh_sh_flags(value) | flags) == rh_sh_flags(value))
        return value;
    if (value->kind != RH_STRING)
        return rh_sh_unknown_from(shell, value, rh_sh_flags(value) | flags);
    return rh_sh_string(shell, value->as.text, value->count, rh_sh_flags(value) | flags);
}

/* Output of a command is tainted by what it read, what it was told, and its own failure. */
static void take_output(rh_sh_shell *shell, const rh_shell_outcome *outcome, unsigned flags)
{
    rh_sh_file *file = shell->state.files[1];
    const rh_value *output = outcome->output;
    if (!output) {
        if (file && file->kind == RH_SH_CAPTURES)
            file->flags |= (uint8_t)(flags & RH_TAINTED);
        return;
    }
    if (outcome->status)
        flags |= RH_TAINTED;
    if (output->kind != RH_STRING && output->kind != RH_UNKNOWN)
        output = rh_sh_unknown(shell, rh_sh_flags(output));
    rh_sh_write(shell, 1, with_flags(shell, output, flags));
}

void rh_sh_run(rh_sh_shell *shell, const rh_sh_fields *words, const rh_shell_opaque *opaque)
{
    uint32_t most = shell->options->max_commands ? shell->options->max_commands : 10000;
    if (++shell->commands > most) {
        shell->ran_away = true;
        rh_sh_stop(shell);
        return;
    }
    const rh_value *name = words->items[0];
    const rh_value *input = rh_sh_input(shell);
    rh_shell_command *command = RH_NEW(shell->arena, rh_shell_command);
    command->name = name->kind == RH_STRING ? name->as.text : "";
    command->words = words->items;
    command->word_count = words->count;
    command->input = input;
    command->environment = rh_sh_environment(shell);
    command->place = shell->current;
    command->opaque = opaque;
    command->fate = (rh_shell_fate)shell->state.fate;
    rh_shell_outcome outcome = {0};
    shell->player->run(shell->player->data, command, &outcome);
    shell->status = outcome.status & 255;
    shell->is_assumed = outcome.is_assumed;
    shell->at = command->place;
    if (outcome.stopped)
        rh_sh_stop(shell);
    else
        take_output(shell, &outcome, words_flags(words) | rh_sh_flags(input));
}

void rh_sh_play_opaque(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_fields words = {0};
    shell->current = node->place;
    rh_sh_push(shell, &words, rh_sh_string(shell, node->source.text, node->source.length, 0));
    rh_sh_run(shell, &words, node->as.opaque);
    rh_sh_settle(shell, true);
}

/* ---- functions ------------------------------------------------------------------------------- */

void rh_sh_call_function(rh_sh_shell *shell, const rh_sh_node *body, const rh_sh_fields *words)
{
    rh_sh_frame *frame = RH_NEW(shell->arena, rh_sh_frame);
    const rh_value *const *arguments = shell->state.arguments;
    size_t count = shell->state.argument_count;
    uint32_t loops = shell->state.loops;
    /* Functions do not inherit an ERR trap; one that they set stays. */
    const char *trap = shell->state.error_trap;
    if (!shell->state.errtrace)
        shell->state.error_trap = NULL;
    frame->outer = shell->state.frame;
    shell->state.frame = frame;
    shell->state.arguments = words->items + 1;
    shell->state.argument_count = words->count - 1;
    shell->state.loops = 0;
    shell->state.functions++;
    rh_sh_play(shell, body);
    shell->state.functions--;
    shell->state.loops = loops;
    shell->state.arguments = arguments;
    shell->state.argument_count = count;
    rh_sh_restore(shell, frame->locals);
    shell->state.frame = frame->outer;
    if (!shell->state.error_trap)
        shell->state.error_trap = trap;
    if (shell->flow == RH_SH_RETURNS)
        shell->flow = RH_SH_GOES_ON;
}

/* ---- words ----------------------------------------------------------------------------------- */

typedef struct expanded {
    rh_sh_fields words;
    const rh_sh_assignment **assignments; /* by word, or NULL */
    const rh_value **assigned;
} expanded;

/* An argument of declare and its kin: its value is expanded now, and set by the builtin. */
static void expand_declared(rh_sh_shell *shell, const rh_sh_node *node, expanded *all,
                            const rh_sh_assignment *assignment)
{
    size_t room = all->words.count + node->count + 1;
    const rh_sh_assignment **assignments =
        RH_NEW_ARRAY(shell->arena, const rh_sh_assignment *, room);
    const rh_value **assigned = RH_NEW_ARRAY(shell->arena, const rh_value *, room);
    for (size_t i = 0; all->assignments && i < all->words.count; i++) {
        assignments[i] = all->assignments[i];
        assigned[i] = all->assigned[i];
    }
    assignments[all->words.count] = assignment;
    assigned[all->words.count] = shell->empty;
    if (assignment->value)
        assigned[all->words.count] = rh_sh_expand(shell, assignment->value, RH_SH_AS_STRING);
    all->assignments = assignments;
    all->assigned = assigned;
    rh_sh_push(shell, &all->words, shell->empty);
}

/* Words that came from expansions are no assignments. */
static void pad_assignments(rh_sh_shell *shell, expanded *all, size_t before)
{
    if (!all->assignments || all->words.count <= before)
        return;
    size_t room = all->words.count + 1;
    const rh_sh_assignment **assignments =
        RH_NEW_ARRAY(shell->arena, const rh_sh_assignment *, room);
    const rh_value **assigned = RH_NEW_ARRAY(shell->arena, const rh_value *, room);
    memcpy(assignments, all->assignments, before * sizeof *assignments);
    memcpy(assigned, all->assigned, before * sizeof *assigned);
    all->assignments = assignments;
    all->assigned = assigned;
}

static void expand_words(rh_sh_shell *shell, const rh_sh_node *node, expanded *all)
{
    all->words.items = rh_arena_alloc(shell->arena, sizeof *all->words.items * (node->count + 1));
    all->words.capacity = node->count + 1;
    for (uint32_t i = 0; i < node->count && shell->flow == RH_SH_GOES_ON; i++) {
        const rh_sh_word *word = node->as.simple.words[i];
        size_t before = all->words.count;
        if (word->assignment) {
            expand_declared(shell, node, all, word->assignment);
        } else if (word->literal && !word->glob) {
            rh_sh_push(shell, &all->words, word->literal);
            pad_assignments(shell, all, before);
        } else {
            rh_sh_expand_fields(shell, word, &all->words);
            pad_assignments(shell, all, before);
        }
    }
}

static void trace(rh_sh_shell *shell, const rh_sh_fields *words)
{
    rh_text text = rh_text_in(shell->arena);
    unsigned flags = words_flags(words);
    rh_text_puts(&text, "+");
    for (size_t i = 0; i < words->count; i++) {
        rh_text_putc(&text, ' ');
        if (words->items[i]->kind == RH_STRING)
            rh_text_add(&text, words->items[i]->as.text, words->items[i]->count);
        else
            rh_text_puts(&text, "?");
    }
    rh_text_putc(&text, '\n');
    rh_sh_write_text(shell, 2, text.data, text.length, flags);
}

/* ---- playing --------------------------------------------------------------------------------- */

/* Assignments before a command: exported to it, put back behind it. */
static bool assign_for_command(rh_sh_shell *shell, const rh_sh_node *node, rh_sh_saved **saved)
{
    for (uint32_t i = 0; i < node->assignment_count; i++) {
        const rh_sh_assignment *assignment = node->as.simple.assignments[i];
        rh_sh_variable *variable = rh_sh_variable_at(shell, assignment->name);
        *saved = rh_sh_save(shell, variable, *saved);
        /* A readonly one is complained about and left out. */
        if (rh_sh_assign(shell, assignment, 0))
            rh_sh_export(shell, variable, true);
        if (shell->flow != RH_SH_GOES_ON)
            return false;
    }
    return true;
}

static void play_assignments(rh_sh_shell *shell, const rh_sh_node *node)
{
    bool fine = true;
    for (uint32_t i = 0; fine && i < node->assignment_count; i++)
        fine = rh_sh_assign(shell, node->as.simple.assignments[i], 0);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (!fine) {
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
        return;
    }
    shell->status = shell->substituted < 0 ? 0 : shell->substituted;
}

static void dispatch(rh_sh_shell *shell, const rh_sh_node *node, const expanded *all,
                     bool functions, uint32_t builtin, uint32_t name)
{
    const rh_value *first = all->words.items[0];
    if (functions && name != UINT32_MAX) {
        const rh_sh_node *body = rh_sh_function_at(shell, name);
        if (body) {
            rh_sh_call_function(shell, body, &all->words);
            return;
        }
    }
    if (shell->options->posix && rh_sh_is_only_in_bash(rh_text_of(first))) {
        rh_sh_complain(shell, "%s: not found", first->as.text);
        shell->status = 127;
        return;
    }
    if (builtin) {
        rh_sh_call call = {node, all->words.items, all->words.count, all->assignments,
                           all->assigned};
        int status = rh_sh_call_builtin(shell, builtin, &call);
        shell->is_assumed = false;
        if (shell->flow == RH_SH_GOES_ON)
            shell->status = status & 255;
        return;
    }
    if (first->kind == RH_STRING && !first->count) {
        rh_sh_complain(shell, ": command not found");
        shell->status = 127;
        return;
    }
    rh_sh_run(shell, &all->words, NULL);
}

static void look_up(rh_sh_shell *shell, const rh_value *first, uint32_t *builtin, uint32_t *name)
{
    *builtin = 0;
    *name = UINT32_MAX;
    if (first->kind != RH_STRING)
        return;
    *builtin = rh_sh_builtin(first->as.text, first->count);
    *name = rh_sh_name(&shell->names, first->as.text, first->count);
}

void rh_sh_play_words(rh_sh_shell *shell, const rh_sh_node *node, const rh_sh_fields *words,
                      bool functions)
{
    expanded all = {.words = *words};
    uint32_t builtin, name;
    look_up(shell, words->items[0], &builtin, &name);
    dispatch(shell, node, &all, functions, builtin, name);
}

static void play_expanded(rh_sh_shell *shell, const rh_sh_node *node, const expanded *all)
{
    rh_sh_saved *saved = NULL;
    uint32_t builtin = node->as.simple.builtin, name = node->as.simple.name;
    if (name == UINT32_MAX)
        look_up(shell, all->words.items[0], &builtin, &name);
    if (!node->assignment_count || assign_for_command(shell, node, &saved)) {
        if (shell->state.xtrace)
            trace(shell, &all->words);
        dispatch(shell, node, all, true, builtin, name);
    }
    if (saved)
        rh_sh_restore(shell, saved);
}

static void play_body(rh_sh_shell *shell, const rh_sh_node *node, const expanded *all)
{
    shell->at = node->place;
    if (all->words.count)
        play_expanded(shell, node, all);
    else
        play_assignments(shell, node);
}

static bool keeps_redirections(const rh_sh_node *node, const expanded *all)
{
    (void)node;
    return all->words.count == 1 && all->words.items[0]->kind == RH_STRING &&
           strcmp(all->words.items[0]->as.text, "exec") == 0;
}

static void play_redirected(rh_sh_shell *shell, const rh_sh_node *node, const expanded *all)
{
    rh_sh_file **before = rh_arena_alloc(shell->arena, sizeof shell->state.files);
    memcpy(before, shell->state.files, sizeof shell->state.files);
    if (rh_sh_redirect(shell, node)) {
        play_body(shell, node, all);
    } else if (shell->flow == RH_SH_GOES_ON) {
        shell->status = 1;
        shell->at = node->place;
        if (keeps_redirections(node, all))
            rh_sh_fail(shell, RH_SH_EXITS, 1);
    }
    if (keeps_redirections(node, all))
        return;
    rh_sh_close_written(shell, before);
    memcpy(shell->state.files, before, sizeof shell->state.files);
}

void rh_sh_play_simple(rh_sh_shell *shell, const rh_sh_node *node)
{
    expanded all = {0};
    uint8_t inner = shell->inner_fate;
    bool trapped = shell->state.error_trap != NULL;
    shell->current = node->place;
    shell->substituted = -1;
    shell->inner_fate = node->count ? RH_SHELL_SUBSTITUTED : shell->state.fate;
    if (node->count)
        expand_words(shell, node, &all);
    if (shell->flow == RH_SH_GOES_ON) {
        if (node->redirection_count)
            play_redirected(shell, node, &all);
        else
            play_body(shell, node, &all);
    }
    shell->inner_fate = inner;
    shell->pipe_status = NULL;
    rh_sh_settle(shell, trapped);
}
