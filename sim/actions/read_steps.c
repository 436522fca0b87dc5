#include <string.h>

#include "sim/actions/read.h"

/* ---- ids ------------------------------------------------------------------------------------- */

static const char *action_base(rh_reading *r, const rh_actions_uses *uses)
{
    switch ((rh_actions_uses_kind)uses->kind) {
    case RH_USES_DOCKER:
        return rh_format(r->arena, "__%s", uses->name);
    case RH_USES_LOCAL:
    case RH_USES_SELF:
        return "__self";
    case RH_USES_REPOSITORY: {
        size_t owner = strcspn(uses->name, "/\\");
        const char *repository = uses->name + owner + strspn(uses->name + owner, "/\\");
        return rh_format(r->arena, "__%.*s/%.*s", (int)owner, uses->name,
                         (int)strcspn(repository, "/\\"), repository);
    }
    default:
        return "__run";
    }
}

static const char *generated_base(rh_reading *r, const rh_actions_step *step)
{
    switch ((rh_actions_step_kind)step->kind) {
    case RH_STEP_USES:
        return action_base(r, &step->uses);
    case RH_STEP_WAIT:
        return "__wait";
    case RH_STEP_WAIT_ALL:
        return "__wait-all";
    case RH_STEP_CANCEL:
        return "__cancel";
    case RH_STEP_PARALLEL:
        return "__parallel";
    default:
        return "__run";
    }
}

/* Steps of a parallel group are steps of the job: their ids stand in one scope. */
static void add_written_ids(rh_reading *r, rh_ids *ids, const rh_token *list)
{
    if (!list || list->kind != RH_TOKEN_SEQUENCE)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const rh_token *id = rh_token_get(list->as.items[i], "id");
        const char *wrong = id && *rh_token_text(id) ? rh_ids_add(ids, rh_token_text(id)) : NULL;
        if (wrong)
            rh_reading_refuse_token(r, id, "%s", wrong);
        add_written_ids(r, ids, rh_token_get(list->as.items[i], "parallel"));
    }
}

/* ---- background steps ------------------------------------------------------------------------ */

/* The ids of steps before the one that is read, and which of them run in the background. */
typedef struct steps_before {
    rh_ids all, background;
} steps_before;

static void check_target(rh_reading *r, const steps_before *before, const rh_token *target,
                         const char *own)
{
    const char *id = rh_token_text(target);
    if (!*id)
        return;
    if (id[0] == '_' && id[1] == '_')
        rh_reading_refuse_token(
            r, target, "The identifier '%s' is invalid. IDs starting with '__' are reserved.", id);
    else if (own && rh_same_ignoring_case(own, id))
        rh_reading_refuse_token(r, target, "Step '%s' cannot reference itself", own);
    else if (!rh_ids_have(&before->all, id))
        rh_reading_refuse_token(r, target, "Step references unknown step ID '%s'", id);
    else if (!rh_ids_have(&before->background, id))
        rh_reading_note_token(r, target, "the step '%s' does not run in the background", id);
}

static const char *const *read_targets(rh_reading *r, const steps_before *before,
                                       const rh_token *token, const char *own)
{
    bool is_list = token->kind == RH_TOKEN_SEQUENCE;
    size_t count = is_list ? token->count : 1;
    const char **targets = RH_NEW_ARRAY(r->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const rh_token *target = is_list ? token->as.items[i] : token;
        check_target(r, before, target, own);
        targets[i] = rh_token_text(target);
    }
    return targets;
}

static void check_wait_all(rh_reading *r, const rh_token *token)
{
    if (rh_kind_of(token->constant) == RH_BOOLEAN && !rh_is_true(token->constant))
        rh_reading_refuse_token(r, token, "The value of 'wait-all' must be true or omitted");
}

/* ---- titles ---------------------------------------------------------------------------------- */

/* "Run " and the first line of a script that holds something: what the runner shows. */
static const char *run_title(rh_reading *r, const rh_token *run)
{
    const char *line = run ? run->text + strspn(run->text, " \t\r\n") : "";
    return rh_format(r->arena, "Run %.*s", (int)strcspn(line, "\r\n"), line);
}

static const char *title_of(rh_reading *r, const rh_actions_step *step)
{
    if (*rh_token_text(step->name))
        return rh_token_text(step->name);
    switch ((rh_actions_step_kind)step->kind) {
    case RH_STEP_USES:
        return rh_format(r->arena, "Run %s", step->uses.text);
    case RH_STEP_WAIT:
        return "Wait";
    case RH_STEP_WAIT_ALL:
        return "Wait for all";
    case RH_STEP_CANCEL:
        return "Cancel";
    case RH_STEP_PARALLEL:
        return "Run in parallel";
    default:
        return run_title(r, step->run);
    }
}

const char *rh_actions_step_title(const rh_actions_step *step)
{
    return step->title;
}

/* ---- one step -------------------------------------------------------------------------------- */

static uint8_t kind_of(const rh_token *token)
{
    static const char *const keys[] = {"run", "uses", "wait", "wait-all", "cancel", "parallel"};
    for (uint8_t kind = RH_STEP_RUN; kind <= RH_STEP_PARALLEL; kind++)
        if (rh_token_get(token, keys[kind]))
            return kind;
    return RH_STEP_RUN;
}

static const rh_actions_step *read_list(rh_reading *r, steps_before *before, rh_ids *ids,
                                        const rh_token *token, bool in_group, size_t *count);

static void read_special(rh_reading *r, steps_before *before, rh_ids *ids, const rh_token *token,
                         rh_actions_step *step)
{
    const rh_token *wait = rh_token_get(token, "wait"), *cancel = rh_token_get(token, "cancel");
    if (step->kind == RH_STEP_WAIT)
        step->targets = read_targets(r, before, wait, step->id);
    else if (step->kind == RH_STEP_CANCEL)
        step->targets = read_targets(r, before, cancel, step->id);
    else if (step->kind == RH_STEP_WAIT_ALL)
        check_wait_all(r, rh_token_get(token, "wait-all"));
    else if (step->kind == RH_STEP_PARALLEL)
        step->steps =
            read_list(r, before, ids, rh_token_get(token, "parallel"), true, &step->step_count);
}

/* A text without expressions is the same in every play. Shells that are named otherwise are not
 * looked into, or their scripts are parsed when they are played. */
static const rh_shell_script *parse_script(rh_reading *r, const rh_actions_step *step)
{
    const rh_value *text = step->run ? step->run->constant : NULL;
    const char *shell = rh_token_text(step->shell);
    bool is_understood = !*shell || !strncmp(shell, "bash", 4) || !strncmp(shell, "sh", 2);
    if (rh_kind_of(text) != RH_STRING || !is_understood)
        return NULL;
    return rh_shell_parse(r->arena, text->as.text, text->count, false);
}

static void read_step(rh_reading *r, steps_before *before, rh_ids *ids, const rh_token *token,
                      rh_actions_step *step)
{
    const rh_token *id = rh_token_get(token, "id");
    step->kind = kind_of(token);
    step->place = rh_token_place(token);
    step->last_line = token->last_line;
    step->file = r->path;
    step->id = id && *rh_token_text(id) ? rh_token_text(id) : NULL;
    step->name = rh_token_get(token, "name");
    step->condition = rh_read_condition(r, rh_token_get(token, "if"), step->place);
    step->uses = rh_read_step_uses(r, rh_token_get(token, "uses"));
    step->run = rh_token_get(token, "run");
    step->shell = rh_token_get(token, "shell");
    step->script = parse_script(r, step);
    if (step->run && rh_kind_of(step->run->constant) == RH_STRING)
        step->args = rh_value_list(r->arena, &step->run->constant, 1);
    step->working_directory = rh_token_get(token, "working-directory");
    step->with.token = rh_token_get(token, "with");
    step->env.token = rh_token_get(token, "env");
    step->continue_on_error = rh_token_get(token, "continue-on-error");
    step->timeout_minutes = rh_token_get(token, "timeout-minutes");
    const rh_token *background = rh_token_get(token, "background");
    step->background = background && rh_is_true(background->constant);
    step->title = title_of(r, step);
    read_special(r, before, ids, token, step);
}

static void remember(steps_before *before, const rh_actions_step *step, bool in_group)
{
    if (!step->id || rh_ids_have(&before->all, step->id))
        return;
    rh_ids_add(&before->all, step->id);
    if (step->background || in_group)
        rh_ids_add(&before->background, step->id);
}

static const rh_actions_step *read_list(rh_reading *r, steps_before *before, rh_ids *ids,
                                        const rh_token *token, bool in_group, size_t *count)
{
    *count = 0;
    if (!token || token->kind != RH_TOKEN_SEQUENCE)
        return NULL;
    rh_actions_step *steps = RH_NEW_ARRAY(r->arena, rh_actions_step, token->count);
    for (uint32_t i = 0; i < token->count; i++) {
        if (token->as.items[i]->kind != RH_TOKEN_MAPPING)
            continue; /* refused */
        rh_actions_step *step = &steps[*count];
        read_step(r, before, ids, token->as.items[i], step);
        step->index = (uint32_t)(*count)++;
        step->background = step->background || in_group;
        remember(before, step, in_group);
    }
    return steps;
}

/* Ids that are generated avoid all written ones, so they come last. */
static void make_ids(rh_reading *r, rh_ids *ids, rh_actions_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!steps[i].id) {
            steps[i].id = rh_ids_make(ids, generated_base(r, &steps[i]));
            steps[i].id_is_generated = true;
        }
        rh_read_step_names(r, &steps[i]);
        make_ids(r, ids, (rh_actions_step *)steps[i].steps, steps[i].step_count);
    }
}

const rh_actions_step *rh_read_steps(rh_reading *r, const rh_token *token, size_t *count)
{
    rh_ids ids = {.arena = r->arena};
    steps_before before = {{.arena = r->arena}, {.arena = r->arena}};
    add_written_ids(r, &ids, token);
    const rh_actions_step *steps = read_list(r, &before, &ids, token, false, count);
    make_ids(r, &ids, (rh_actions_step *)steps, *count);
    return steps;
}
