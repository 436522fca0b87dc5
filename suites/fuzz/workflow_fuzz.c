/* Any bytes as a workflow file or an action.yml: read, or refused with a place inside the text;
 * what is read has its parts inside the text, and needs that lead nowhere wrong. */
#include <stdlib.h>

#include "sim/actions/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static uint32_t count_lines(const uint8_t *data, size_t size)
{
    uint32_t count = 1;
    for (size_t i = 0; i < size; i++)
        count += data[i] == '\n' || data[i] == '\r';
    return count;
}

/* The file calls and uses itself, whatever it names. */
typedef struct own_text {
    const char *text;
    size_t length;
} own_text;

static const char *read_own(void *data, const char *path, size_t *length)
{
    const own_text *own = data;
    (void)path;
    *length = own->length;
    return own->text;
}

static const char *include_own(void *data, const char *uses)
{
    (void)data;
    return uses[0] == 'o' ? "o.yml" : NULL;
}

static void check_errors(const rh_actions_errors *errors, uint32_t lines)
{
    check(errors->count > 0 && errors->count <= RH_ACTIONS_MAX_ERRORS);
    for (size_t i = 0; i < errors->count; i++) {
        const rh_error *error = &errors->items[i];
        check(error->message[0] && error->line && error->line <= lines && error->column);
        check(!strchr(error->message, '\n'));
    }
}

static void check_steps(const rh_actions_step *steps, size_t count, uint32_t lines)
{
    for (size_t i = 0; i < count; i++) {
        check(steps[i].id[0] && rh_actions_step_title(&steps[i]) && steps[i].condition.expression);
        check(steps[i].place.line && steps[i].last_line <= lines);
        check_steps(steps[i].steps, steps[i].step_count, lines);
    }
}

static void check_file(const rh_actions_file *file, uint32_t lines)
{
    check(file->job_count > 0 && file->trigger_count > 0);
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        check(rh_actions_job_index(file, job->id) == (int)i && job->condition.expression);
        check(job->last_line >= job->place.line && job->last_line <= lines);
        for (size_t j = 0; j < job->need_count; j++)
            check(job->needs[j] < file->job_count && job->needs[j] != i);
        check_steps(job->steps, job->step_count, lines);
    }
    for (size_t i = 0; i < file->note_count; i++)
        check(file->notes[i].text[0] && file->notes[i].place.line &&
              file->notes[i].place.line <= lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    own_text own = {rh_arena_text(&arena, (const char *)data, size), size};
    const rh_actions_files files = {&own, read_own, include_own};
    const rh_actions_read_options options = {.files = &files};
    rh_actions_errors errors;
    uint32_t lines = count_lines(data, size);
    for (int with_files = 0; with_files <= 1; with_files++) {
        const rh_actions_read_options *how = with_files ? &options : NULL;
        const rh_actions_file *file =
            rh_actions_read(&arena, own.text, size, "w.yml", how, &errors);
        if (file)
            check_file(file, lines);
        else
            check_errors(&errors, lines);
        const rh_actions_action *action =
            rh_actions_read_action(&arena, own.text, size, "action.yml", how, &errors);
        if (action)
            check_steps(action->steps, action->step_count, lines);
        else
            check_errors(&errors, lines);
    }
    rh_arena_free(&arena);
    return 0;
}
