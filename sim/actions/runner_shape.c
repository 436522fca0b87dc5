/* What is the same in every play of a step: its name in call paths, where its script stands. */
#include "sim/actions/runner.h"

#include "sim/world.h"

/* The steps of one list, in a world. */
typedef struct shapes {
    const rh_actions_step *list;
    rh_step_shape *items;
    struct shapes *next;
} shapes;

struct rh_actions_shared {
    shapes *shapes;
    const char **said; /* notes */
    size_t said_count, said_capacity;
    const rh_name **known; /* what was said to be unknown */
    size_t known_count, known_capacity;
    rh_mask *masks;
    const rh_value *masked; /* the secrets that were added last */
};

static struct rh_actions_shared *shared_by(rh_runner *runner)
{
    if (!runner->run->shared)
        runner->run->shared = RH_NEW(runner->arena, struct rh_actions_shared);
    return runner->run->shared;
}

bool rh_runner_has_masks(rh_runner *runner)
{
    return shared_by(runner)->masks != NULL;
}

rh_mask *rh_runner_masks(rh_runner *runner, const rh_value *secrets, bool *is_known)
{
    struct rh_actions_shared *shared = shared_by(runner);
    if (!shared->masks) {
        shared->masks = rh_arena_alloc(runner->arena, sizeof *shared->masks);
        rh_mask_init(shared->masks, runner->arena);
    } else {
        *is_known = shared->masked == secrets;
    }
    shared->masked = secrets;
    return shared->masks;
}

void rh_runner_note(rh_runner *runner, const char *text)
{
    struct rh_actions_shared *shared = shared_by(runner);
    for (size_t i = 0; i < shared->said_count; i++)
        if (strcmp(shared->said[i], text) == 0)
            return;
    shared->said = rh_arena_reserve(runner->arena, shared->said, sizeof *shared->said,
                                    shared->said_count + 1, &shared->said_capacity);
    text = rh_runner_masked(runner, rh_arena_string(runner->arena, text));
    shared->said[shared->said_count++] = text;
    rh_inside_journal(runner->inside, &(rh_entry){.kind = RH_ENTRY_NOTE, .text = text});
}

void rh_runner_note_unknown(rh_runner *runner, const char *kind, const rh_name *name,
                            const char *what)
{
    struct rh_actions_shared *shared = shared_by(runner);
    for (size_t i = 0; i < shared->known_count; i++)
        if (shared->known[i] == name)
            return;
    shared->known = rh_arena_reserve(runner->arena, shared->known, sizeof *shared->known,
                                     shared->known_count + 1, &shared->known_capacity);
    shared->known[shared->known_count++] = name;
    rh_runner_note(runner,
                   rh_format(runner->arena, "nothing is known of the %s %s: it succeeds, %s", kind,
                             name->text, what));
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Where the list of a step begins. */
static const rh_actions_step *list_of(const rh_actions_step *step)
{
    return step - step->index;
}

rh_step_shape *rh_runner_shape(rh_steps *scope, const rh_actions_step *step)
{
    rh_runner *runner = scope->runner;
    struct rh_actions_shared *shared = shared_by(runner);
    const rh_actions_step *list = list_of(step);
    shapes *found = shared->shapes;
    while (found && found->list != list)
        found = found->next;
    if (!found) {
        found = RH_NEW(runner->arena, shapes);
        found->list = list;
        found->items = RH_NEW_ARRAY(runner->arena, rh_step_shape, scope->step_count);
        found->next = shared->shapes;
        shared->shapes = found;
    }
    rh_step_shape *shape = &found->items[step->index];
    if (!shape->type)
        shape->type = rh_names_intern(&runner->world->names, step->call_name);
    return shape;
}

/* ---- places ---------------------------------------------------------------------------------- */

/* Of a block scalar the header stands in the token's line, the text below it. */
static bool is_block(const rh_token *token)
{
    return token->style == RH_YAML_LITERAL || token->style == RH_YAML_FOLDED;
}

static uint32_t indent_of(const char *text)
{
    for (;;) {
        size_t blanks = strspn(text, " ");
        size_t length = strcspn(text, "\n");
        if (blanks < length || !text[length])
            return (uint32_t)blanks;
        text += length + 1;
    }
}

static void place_script(rh_played *played, const rh_token *run)
{
    rh_step_shape *shape = played->shape;
    const rh_actions_file *file = played->scope->runner->run->file;
    shape->is_placed = true;
    shape->first_line = run->line + is_block(run);
    bool is_quoted = run->style == RH_YAML_SINGLE_QUOTED || run->style == RH_YAML_DOUBLE_QUOTED;
    shape->indent = run->column - 1 + is_quoted;
    if (!is_block(run))
        return;
    shape->indent = played->step->place.column + 1;
    bool is_here = !played->scope->action && file->source && run->yaml;
    if (!is_here || run->yaml->begin >= file->source_length)
        return;
    const char *header = file->source + run->yaml->begin;
    const char *body = strchr(header, '\n');
    if (body)
        shape->indent = indent_of(body + 1);
}

void rh_runner_place(rh_played *played, const rh_shell_place *place, uint32_t *line,
                     uint32_t *column)
{
    const rh_token *run = played->step ? played->step->run : NULL;
    if (!run) {
        *line = played->step ? played->step->place.line : 0;
        *column = played->step ? played->step->place.column : 0;
        return;
    }
    if (!played->shape->is_placed)
        place_script(played, run);
    const rh_step_shape *shape = played->shape;
    bool below_first = place->line > 1 && !is_block(run);
    *line = shape->first_line + place->line - 1;
    *column = below_first ? place->column : shape->indent + place->column;
    if (*line > run->last_line)
        *line = run->last_line;
}
