/* if, loops, case, functions, [[ ]], (( )). */
#include "sim/shell/play.h"

static void play_if(rh_sh_shell *shell, const rh_sh_node *node)
{
    const rh_sh_node *const *items = node->as.list.items;
    uint32_t i = 0;
    for (; i + 1 < node->count; i += 2) {
        rh_sh_play_condition(shell, items[i]);
        if (shell->flow != RH_SH_GOES_ON)
            return;
        if (!shell->status) {
            rh_sh_play(shell, items[i + 1]);
            return;
        }
    }
    if (i < node->count)
        rh_sh_play(shell, items[i]);
    else
        shell->status = 0;
}

/* Behind a round: whether there may be another one. */
static bool goes_on(rh_sh_shell *shell)
{
    if (shell->flow == RH_SH_BREAKS || shell->flow == RH_SH_CONTINUES) {
        if (--shell->levels)
            return false;
        bool breaks = shell->flow == RH_SH_BREAKS;
        shell->flow = RH_SH_GOES_ON;
        return !breaks;
    }
    return shell->flow == RH_SH_GOES_ON && rh_sh_step(shell, 1);
}

/* A round with this value; false: it was the last one. */
static bool play_round(rh_sh_shell *shell, const rh_sh_node *node, const rh_value *value)
{
    if (!rh_sh_set(shell, rh_sh_variable_at(shell, node->as.loop.name), value, false)) {
        if (shell->flow == RH_SH_GOES_ON)
            shell->status = 1;
        return false;
    }
    rh_sh_play(shell, node->as.loop.body);
    return goes_on(shell);
}

/* How many words an unknown one stands for is not known: one decision for each round. */
static bool play_unknown_rounds(rh_sh_shell *shell, const rh_sh_node *node, const rh_value *word)
{
    for (int round = 0; round < RH_SH_ROUNDS; round++) {
        shell->current = node->place;
        if (!rh_sh_decide(shell, word, node->source))
            return shell->flow == RH_SH_GOES_ON;
        if (!play_round(shell, node, word))
            return false;
    }
    rh_sh_note(shell, "a loop over something unknown ends after 10 rounds");
    return true;
}

static void play_for(rh_sh_shell *shell, const rh_sh_node *node)
{
    rh_sh_fields fields = {0};
    shell->current = node->place;
    if (node->as.loop.over_arguments)
        for (size_t i = 0; i < shell->state.argument_count; i++)
            rh_sh_push(shell, &fields, shell->state.arguments[i]);
    for (uint32_t i = 0; i < node->count && shell->flow == RH_SH_GOES_ON; i++)
        rh_sh_expand_fields(shell, node->as.loop.words[i], &fields);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (!fields.count)
        shell->status = 0;
    shell->state.loops++;
    for (size_t i = 0; i < fields.count; i++) {
        if (rh_sh_is_unknown(fields.items[i]) && !node->as.loop.over_arguments) {
            if (!play_unknown_rounds(shell, node, fields.items[i]))
                break;
            continue;
        }
        if (!play_round(shell, node, fields.items[i]))
            break;
    }
    shell->state.loops--;
}

/* The value of an expression of for (( )); an empty one is 1. */
static rh_sh_number loop_sum(rh_sh_shell *shell, const rh_sh_node *node, int which)
{
    const rh_sh_word *word = node->as.sums.sums[which];
    rh_sh_number number = {.value = 1};
    const rh_value *text = rh_sh_expand(shell, word, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON) {
        number.failed = true;
        return number;
    }
    size_t blanks = 0;
    while (blanks < text->count && text->kind == RH_STRING &&
           (text->as.text[blanks] == ' ' || text->as.text[blanks] == '\t'))
        blanks++;
    if (text->kind == RH_STRING && blanks == text->count)
        return number;
    return rh_sh_compute(shell, text, "((");
}

static bool sum_holds(rh_sh_shell *shell, const rh_sh_node *node, int *rounds)
{
    rh_sh_number number = loop_sum(shell, node, 1);
    if (number.failed) {
        shell->status = 1;
        return false;
    }
    if (!number.unknown)
        return number.value != 0;
    if (++*rounds > RH_SH_ROUNDS) {
        rh_sh_note(shell, "a loop over something unknown ends after 10 rounds");
        return false;
    }
    return rh_sh_decide(shell, rh_sh_unknown(shell, number.flags), node->as.sums.sums[1]->source);
}

static void play_for_sum(rh_sh_shell *shell, const rh_sh_node *node)
{
    int rounds = 0;
    shell->current = node->place;
    if (loop_sum(shell, node, 0).failed) {
        shell->status = 1;
        return;
    }
    bool any = false;
    shell->state.loops++;
    while (sum_holds(shell, node, &rounds)) {
        any = true;
        rh_sh_play(shell, node->as.sums.body);
        if (!goes_on(shell))
            break;
        if (loop_sum(shell, node, 2).failed) {
            shell->status = 1;
            break;
        }
    }
    shell->state.loops--;
    if (!any && shell->flow == RH_SH_GOES_ON)
        shell->status = 0;
}

/* Whether a loop may go round once more. One whose condition the player has decided is bounded. */
static bool condition_holds(rh_sh_shell *shell, const rh_sh_node *node, int *rounds)
{
    uint32_t decisions = shell->decisions;
    rh_sh_play_condition(shell, node->as.during.condition);
    if (shell->flow != RH_SH_GOES_ON || (shell->status == 0) == node->until)
        return false;
    if (decisions == shell->decisions || ++*rounds <= RH_SH_ROUNDS)
        return true;
    rh_sh_note(shell, "a loop over something unknown ends after 10 rounds");
    return false;
}

static void play_while(rh_sh_shell *shell, const rh_sh_node *node)
{
    int status = 0, rounds = 0;
    shell->state.loops++;
    for (;;) {
        bool holds = condition_holds(shell, node, &rounds);
        if (holds) {
            rh_sh_play(shell, node->as.during.body);
            status = shell->status;
        } else if (shell->flow == RH_SH_GOES_ON) {
            break;
        }
        if (!goes_on(shell))
            break;
    }
    shell->state.loops--;
    if (shell->flow == RH_SH_GOES_ON)
        shell->status = status;
}

static bool pattern_holds(rh_sh_shell *shell, const rh_sh_word *pattern, const rh_value *value)
{
    const rh_value *expanded = rh_sh_expand(shell, pattern, RH_SH_AS_PATTERN);
    if (shell->flow != RH_SH_GOES_ON)
        return false;
    if (expanded->kind == RH_STRING && expanded->count == 1 && expanded->as.text[0] == '*')
        return true;
    if (rh_sh_is_unknown(value) || rh_sh_is_unknown(expanded))
        return rh_sh_decide(shell, rh_sh_unknown_of(shell, value, expanded), pattern->source);
    return rh_sh_matches(shell, expanded->as.text, expanded->count, value->as.text, value->count);
}

static bool branch_holds(rh_sh_shell *shell, const rh_sh_case *branch, const rh_value *value)
{
    for (uint32_t k = 0; k < branch->count && shell->flow == RH_SH_GOES_ON; k++)
        if (pattern_holds(shell, branch->patterns[k], value))
            return true;
    return false;
}

static void play_case(rh_sh_shell *shell, const rh_sh_node *node)
{
    shell->current = node->place;
    const rh_value *value = rh_sh_expand(shell, node->as.select.word, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    int status = 0;
    bool fell = false;
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_sh_case *branch = &node->as.select.cases[i];
        shell->current = node->place;
        if (!fell && !branch_holds(shell, branch, value))
            continue;
        if (shell->flow != RH_SH_GOES_ON)
            return;
        if (branch->body) {
            rh_sh_play(shell, branch->body);
            status = shell->status;
        } else {
            status = 0;
        }
        if (branch->end == 0 || shell->flow != RH_SH_GOES_ON)
            break;
        fell = branch->end == 1;
    }
    if (shell->flow == RH_SH_GOES_ON)
        shell->status = status;
}

static void play_sum(rh_sh_shell *shell, const rh_sh_node *node)
{
    shell->current = node->place;
    shell->at = node->place;
    const rh_value *text = rh_sh_expand(shell, node->as.sum, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    rh_sh_number number = rh_sh_compute(shell, text, "((");
    if (number.failed)
        shell->status = 1;
    else if (number.unknown)
        shell->status = !rh_sh_decide(shell, rh_sh_unknown(shell, number.flags), node->source);
    else
        shell->status = number.value == 0;
    rh_sh_settle(shell, true);
}

static void play_test(rh_sh_shell *shell, const rh_sh_node *node)
{
    shell->current = node->place;
    shell->at = node->place;
    int status = rh_sh_test_condition(shell, node->as.test);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    shell->status = status;
    rh_sh_settle(shell, true);
}

void rh_sh_play_compound(rh_sh_shell *shell, const rh_sh_node *node)
{
    switch (node->kind) {
    case RH_SH_IF:
        play_if(shell, node);
        break;
    case RH_SH_FOR:
        play_for(shell, node);
        break;
    case RH_SH_FOR_SUM:
        play_for_sum(shell, node);
        break;
    case RH_SH_WHILE:
        play_while(shell, node);
        break;
    case RH_SH_CASE:
        play_case(shell, node);
        break;
    case RH_SH_FUNCTION: {
        rh_sh_variable *variable = rh_sh_variable_at(shell, node->as.function.name);
        rh_sh_change(shell, variable);
        variable->function = node->as.function.body;
        shell->status = 0;
        break;
    }
    case RH_SH_TEST:
        play_test(shell, node);
        break;
    case RH_SH_COMPUTE:
        play_sum(shell, node);
        break;
    default:
        rh_sh_play(shell, node->as.body);
    }
}
