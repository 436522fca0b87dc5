#include "reports/lines.h"

#include <string.h>

#include "sim/actions/matrix.h"

/* ---- places ---------------------------------------------------------------------------------- */

static rh_line_row *row_of(rh_lines *lines, rh_line_file *file, uint32_t line)
{
    if (line >= file->row_count) {
        uint32_t count = line + 64;
        rh_line_row *rows = RH_NEW_ARRAY(lines->arena, rh_line_row, count);
        if (file->row_count)
            memcpy(rows, file->rows, file->row_count * sizeof *rows);
        file->rows = rows;
        file->row_count = count;
    }
    return &file->rows[line];
}

static bool is_named(const rh_line_file *file, const char *source)
{
    const rh_line_source *name = file->sources;
    while (name && name->name != source && strcmp(name->name, source) != 0)
        name = name->next;
    return name != NULL;
}

static rh_line_file *find_file(const rh_lines *lines, const char *source)
{
    rh_line_file *file = lines->files;
    while (file && (strcmp(file->repository, lines->repository) != 0 || !is_named(file, source)))
        file = file->next;
    return file;
}

static void add_source(rh_arena *arena, rh_line_file *file, const char *source)
{
    rh_line_source *name = RH_NEW(arena, rh_line_source);
    *name = (rh_line_source){rh_arena_string(arena, source), file->sources};
    file->sources = name;
}

/* The file of that path; *is_new: it was not there, and nothing is in it yet. */
static rh_line_file *add_file(rh_lines *lines, const char *source, const char *path, bool *is_new)
{
    rh_line_file *file = find_file(lines, source);
    *is_new = false;
    if (file)
        return file;
    const char *shown = rh_format(lines->arena, "%s%s", lines->repository, path);
    rh_line_file **link = &lines->files;
    while (*link && strcmp((*link)->path, shown) < 0)
        link = &(*link)->next;
    *is_new = !*link || strcmp((*link)->path, shown) != 0;
    if (*is_new) {
        file = RH_NEW(lines->arena, rh_line_file);
        *file = (rh_line_file){.path = shown, .repository = lines->repository, .next = *link};
        *link = file;
    }
    add_source(lines->arena, *link, source);
    return *link;
}

static rh_line_unit *unit_at(const rh_line_file *file, const rh_play_row *play)
{
    if (play->line >= file->row_count)
        return NULL;
    rh_line_unit *unit = file->rows[play->line].units;
    while (unit && (unit->column != play->column || (unit->job != NULL) != play->is_job))
        unit = unit->next;
    return unit;
}

static rh_line_unit *find_unit(const rh_lines *lines, const rh_play_row *play)
{
    const rh_line_file *file = find_file(lines, play->file);
    if (!file || play->line)
        return file ? unit_at(file, play) : NULL;
    rh_line_unit *unit = file->jobs;
    while (unit && strcmp(unit->job, play->job) != 0)
        unit = unit->next_job;
    return unit;
}

/* ---- what there is to play ------------------------------------------------------------------- */

typedef struct adding {
    rh_lines *lines;
    rh_line_file *file;
} adding;

static rh_line_unit *add_unit(const adding *to, const char *job, rh_actions_place place)
{
    rh_arena *arena = to->lines->arena;
    rh_line_unit *unit = RH_NEW(arena, rh_line_unit);
    rh_line_unit **link = &row_of(to->lines, to->file, place.line)->units;
    unit->job = job ? rh_arena_string(arena, job) : NULL;
    unit->line = place.line;
    unit->column = place.column;
    while (*link)
        link = &(*link)->next;
    *link = unit;
    if (!job)
        return unit;
    if (to->file->last_job)
        to->file->last_job->next_job = unit;
    else
        to->file->jobs = unit;
    to->file->last_job = unit;
    return unit;
}

static rh_line_branch *add_branch(rh_lines *lines, rh_line_block *block, const char *name)
{
    rh_arena *arena = lines->arena;
    block->branches = rh_arena_reserve(arena, block->branches, sizeof *block->branches,
                                       block->count + 1, &block->capacity);
    block->branches[block->count] = (rh_line_branch){rh_arena_string(arena, name), 0};
    return &block->branches[block->count++];
}

static rh_line_block *add_block(const adding *to, rh_line_unit *unit, rh_line_decision decision,
                                uint32_t line)
{
    static const char *const names[RH_LINE_DECISIONS][2] = {
        [RH_DECIDES_NEEDS] = {"all succeeded", "one did not succeed"},
        [RH_DECIDES_IF] = {"true", "false"},
        [RH_DECIDES_FAILURE] = {"nothing was swallowed", "a failure was swallowed"},
        [RH_DECIDES_TIME] = {"in time", "timed out"},
    };
    rh_line_block *block = RH_NEW(to->lines->arena, rh_line_block);
    rh_line_block **link = &row_of(to->lines, to->file, line)->blocks;
    block->line = line;
    for (size_t i = 0; i < 2 && names[decision][i]; i++)
        add_branch(to->lines, block, names[decision][i]);
    while (*link)
        link = &(*link)->next;
    *link = block;
    unit->blocks[decision] = block;
    return block;
}

/* What jobs and steps have in common. */
static void add_decisions(const adding *to, rh_line_unit *unit,
                          const rh_actions_condition *condition, const rh_token *continue_on_error,
                          const rh_token *timeout_minutes)
{
    if (condition->text)
        add_block(to, unit, RH_DECIDES_IF, condition->place.line);
    if (continue_on_error)
        add_block(to, unit, RH_DECIDES_FAILURE, continue_on_error->line);
    if (timeout_minutes)
        add_block(to, unit, RH_DECIDES_TIME, timeout_minutes->line);
}

static void add_matrix(const adding *to, rh_line_unit *unit, const rh_actions_strategy *strategy)
{
    rh_line_block *block = add_block(to, unit, RH_DECIDES_MATRIX, strategy->matrix_place.line);
    const rh_value *matrix = strategy->matrix->constant;
    rh_matrix built;
    rh_error error;
    if (!matrix || rh_matrix_build(to->lines->arena, matrix, 0, &built, &error) < 0)
        return;
    for (size_t i = 0; i < built.count; i++)
        add_branch(to->lines, block, built.legs[i].suffix);
}

static void add_steps(const adding *to, const rh_actions_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const rh_actions_step *step = &steps[i];
        rh_line_unit *unit = add_unit(to, NULL, step->place);
        add_decisions(to, unit, &step->condition, step->continue_on_error, step->timeout_minutes);
        add_steps(to, step->steps, step->step_count);
    }
}

static void add_job(const adding *to, const rh_actions_job *job)
{
    rh_line_unit *unit = add_unit(to, job->id, job->place);
    if (job->need_count)
        add_block(to, unit, RH_DECIDES_NEEDS, job->needs_place.line);
    add_decisions(to, unit, &job->condition, job->continue_on_error, job->timeout_minutes);
    if (job->strategy.matrix)
        add_matrix(to, unit, &job->strategy);
    add_steps(to, job->steps, job->step_count);
}

/* ---- files, and what they use ---------------------------------------------------------------- */

/* Whether what a file uses is still to be looked at in this round: elsewhere the same name may have
 * stood for another file. */
static bool enter(rh_lines *lines, rh_line_file *file)
{
    bool is_first = file->round != lines->round;
    file->round = lines->round;
    return is_first;
}

static void add_actions(rh_lines *lines, const rh_actions_step *steps, size_t count);

static void add_action(rh_lines *lines, const rh_actions_action *action)
{
    bool is_new;
    if (action->using != RH_USING_COMPOSITE)
        return;
    const adding to = {lines, add_file(lines, action->file, action->file, &is_new)};
    if (is_new)
        add_steps(&to, action->steps, action->step_count);
    if (enter(lines, to.file))
        add_actions(lines, action->steps, action->step_count);
}

static void add_actions(rh_lines *lines, const rh_actions_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].action)
            add_action(lines, steps[i].action);
        add_actions(lines, steps[i].steps, steps[i].step_count);
    }
}

static void add_workflow(rh_lines *lines, const rh_actions_file *file, const char *path)
{
    bool is_new;
    const adding to = {lines, add_file(lines, file->path, path, &is_new)};
    for (size_t i = 0; is_new && i < file->job_count; i++)
        add_job(&to, &file->jobs[i]);
    if (!enter(lines, to.file))
        return;
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        add_actions(lines, job->steps, job->step_count);
        if (job->called)
            add_workflow(lines, job->called, job->called->path);
    }
}

rh_lines *rh_lines_create(rh_arena *arena)
{
    rh_lines *lines = RH_NEW(arena, rh_lines);
    *lines = (rh_lines){.arena = arena, .repository = ""};
    return lines;
}

void rh_lines_enter(rh_lines *lines, const char *repository)
{
    lines->repository = repository;
}

void rh_lines_add_file(rh_lines *lines, const rh_actions_file *file, const char *path)
{
    lines->round++;
    add_workflow(lines, file, path ? path : file->path);
}

/* ---- what was played ------------------------------------------------------------------------- */

static void count(rh_line_unit *unit, rh_line_decision decision, size_t branch, int64_t how_often)
{
    rh_line_block *block = unit->blocks[decision];
    if (block)
        block->branches[branch].count += how_often;
}

/* From one branch to the other. */
static void move(rh_line_unit *unit, rh_line_decision decision, int64_t how_often)
{
    count(unit, decision, 0, -how_often);
    count(unit, decision, 1, how_often);
}

static void count_play(rh_line_unit *unit, int64_t how_often)
{
    unit->played += how_often;
    count(unit, RH_DECIDES_TIME, 0, how_often);
}

/* What is decided once, however many attempts there are. */
static void count_first(rh_line_unit *unit, int64_t how_often)
{
    count(unit, RH_DECIDES_FAILURE, 0, how_often);
    if (!unit->job)
        count(unit, RH_DECIDES_IF, 0, how_often);
}

/* How much of the key of a call is that of a leg; 0: it is another one's. The keys of the jobs
 * around its own stand before. */
static size_t fits(const char *key, const char *leg)
{
    size_t length = strlen(leg), size = strlen(key), left = size - length;
    if (size == length)
        return strcmp(key, leg) ? 0 : length + 1;
    bool is_end = length && size > length + 2 && !strcmp(key + left, leg) &&
                  !strncmp(key + left - 2, ", ", 2);
    return is_end ? length : 0;
}

/* The number-th of those legs that fit best; NULL: none does. */
static rh_line_branch *find_leg(const rh_line_block *block, const char *key, uint32_t number)
{
    rh_line_branch *leg = NULL;
    size_t best = 1;
    for (size_t i = 0, seen = 0; i < block->count; i++) {
        size_t fit = fits(key, block->branches[i].name);
        if (fit > best || (fit == best && !leg))
            seen = 0;
        if (fit < best || seen == number)
            continue;
        best = fit;
        leg = &block->branches[i];
        seen++;
    }
    return leg;
}

static void count_leg(rh_lines *lines, rh_line_unit *unit, const rh_play_row *play)
{
    rh_line_block *block = unit->blocks[RH_DECIDES_MATRIX];
    rh_line_branch *leg = block ? find_leg(block, play->key, play->number) : NULL;
    if (block && !leg)
        leg = add_branch(lines, block, play->key);
    if (leg)
        leg->count += (int64_t)play->times;
}

static void consider(rh_line_unit *unit, const rh_play_row *play, int64_t times)
{
    rh_job_verdict verdict = (rh_job_verdict)(play->detail / 2);
    count(unit, RH_DECIDES_NEEDS, play->detail % 2 == 0, times);
    if (verdict != RH_VERDICT_REFUSED)
        count(unit, RH_DECIDES_IF, verdict == RH_VERDICT_SKIPPED, times);
}

static void add_play(rh_lines *lines, const rh_play_row *play)
{
    rh_line_unit *unit = find_unit(lines, play);
    int64_t times = (int64_t)play->times;
    if (!unit)
        return;
    switch ((rh_play_kind)play->kind) {
    case RH_PLAY_FIRST:
    case RH_PLAY_CALLED:
        count_play(unit, times);
        count_first(unit, times);
        if (unit->job)
            count_leg(lines, unit, play);
        break;
    case RH_PLAY_AGAIN:
        count_play(unit, times);
        break;
    case RH_PLAY_REFUSED:
        count_play(unit, -times);
        count_first(unit, -times);
        break;
    case RH_PLAY_SKIPPED:
        count(unit, RH_DECIDES_IF, 1, times);
        break;
    case RH_PLAY_EXCEEDED:
        move(unit, RH_DECIDES_TIME, times);
        break;
    case RH_PLAY_SWALLOWED:
        move(unit, RH_DECIDES_FAILURE, times);
        break;
    case RH_PLAY_CONSIDERED:
        consider(unit, play, times);
        break;
    case RH_PLAY_KINDS:
        break;
    }
}

void rh_lines_add_plays(rh_lines *lines, const rh_plays *plays)
{
    for (size_t i = 0; i < plays->count; i++)
        add_play(lines, &plays->items[i]);
}

void rh_lines_add_journal(rh_lines *lines, const rh_journal *journal)
{
    rh_plays *plays = rh_plays_create(lines->arena);
    rh_plays_add_journal(plays, journal);
    rh_lines_add_plays(lines, plays);
}

bool rh_line_count(const rh_line_row *row, int64_t *most)
{
    *most = 0;
    for (const rh_line_unit *unit = row->units; unit; unit = unit->next)
        if (unit->played > *most)
            *most = unit->played;
    for (const rh_line_block *block = row->blocks; block; block = block->next) {
        int64_t sum = 0;
        for (size_t i = 0; i < block->count; i++)
            sum += block->branches[i].count;
        if (sum > *most)
            *most = sum;
    }
    return row->units || row->blocks;
}
