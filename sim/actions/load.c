/* Files that a file names: called workflows, and local actions. Each is read once. */
#include <string.h>

#include "sim/actions/read.h"

enum { MOST_ACTION_DEPTH = 9 };

typedef enum load_state { LOADING, LOADED, REFUSED } load_state;

typedef struct rh_loaded_file {
    const char *path;
    load_state state;
    uint32_t height; /* levels of calls below it */
    const rh_actions_file *workflow;
    const rh_actions_action *action;
    struct rh_loaded_file *next;
} loaded_file;

static loaded_file *find_loaded(const rh_actions_loading *loading, const char *path)
{
    loaded_file *file = loading->files;
    while (file && strcmp(file->path, path))
        file = file->next;
    return file;
}

static loaded_file *new_loaded(rh_reading *r, const char *path)
{
    loaded_file *file = RH_NEW(r->arena, loaded_file);
    file->path = rh_arena_string(r->arena, path);
    file->next = r->loading->files;
    r->loading->files = file;
    return file;
}

static const char *read_file(const rh_actions_loading *loading, const char *path, size_t *length)
{
    const rh_actions_files *files = loading->options.files;
    return files->read ? files->read(files->data, path, length) : NULL;
}

/* The file that stands for something remote; NULL: none. */
static const char *included(const rh_actions_loading *loading, const rh_actions_uses *uses)
{
    const rh_actions_files *files = loading->options.files;
    return uses->kind == RH_USES_REPOSITORY && files->include
               ? files->include(files->data, uses->text)
               : NULL;
}

static rh_reading *begin(rh_reading *caller, const rh_actions_uses *uses, const char *path,
                         const char *text, size_t length, const char *how)
{
    const char *from = rh_format(caller->arena, "; %s %s:%u:%u%s", how, caller->path,
                                 uses->place.line, uses->place.column, caller->from);
    return rh_reading_begin(caller->arena, caller->loading, path, from, text, length);
}

/* ---- actions --------------------------------------------------------------------------------- */

/* "./path" and "$/path" without what leads nowhere: "path" */
static const char *clean_path(rh_reading *r, const char *name)
{
    char *path = rh_arena_string(r->arena, name + 2);
    while (!strncmp(path, "./", 2) || *path == '/')
        path += *path == '/' ? 1 : 2;
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        path[--length] = '\0';
    return path;
}

/* The path and text of an action's file; NULL if it is not there. */
static const char *find_action(rh_reading *r, const rh_actions_uses *uses, const char **path,
                               size_t *length)
{
    static const char *const names[] = {"action.yml", "action.yaml"};
    const char *folder = clean_path(r, uses->name);
    for (size_t i = 0; i < 2; i++) {
        *path = rh_format(r->arena, "%s%s%s", folder, *folder ? "/" : "", names[i]);
        const char *text = read_file(r->loading, *path, length);
        if (text)
            return text;
    }
    return NULL;
}

static const rh_actions_action *enter_action(rh_reading *r, const rh_actions_uses *uses,
                                             const char *path, const char *text, size_t length,
                                             bool *good)
{
    rh_actions_loading *loading = r->loading;
    if (loading->action_depth >= MOST_ACTION_DEPTH) {
        rh_reading_refuse(r, uses->place.line, uses->place.column,
                          "Composite action depth exceeded max depth %d", MOST_ACTION_DEPTH);
        return NULL;
    }
    loaded_file *file = new_loaded(r, path);
    loading->action_depth++;
    file->action = rh_load_action(begin(r, uses, path, text, length, "used in"));
    loading->action_depth--;
    file->state = file->action ? LOADED : REFUSED;
    *good = *good && file->action;
    return file->action;
}

static void load_action(rh_reading *r, rh_actions_step *step, bool *good)
{
    const rh_actions_uses *uses = &step->uses;
    const char *path = included(r->loading, uses), *text = NULL;
    size_t length = 0;
    if (path)
        text = read_file(r->loading, path, &length);
    else if (uses->kind == RH_USES_LOCAL || uses->kind == RH_USES_SELF)
        text = find_action(r, uses, &path, &length);
    else
        return;
    loaded_file *known = text ? find_loaded(r->loading, path) : NULL;
    if (!text && uses->kind == RH_USES_REPOSITORY)
        rh_reading_refuse(r, uses->place.line, uses->place.column,
                          "the file '%s', which stands for '%s', cannot be read", path, uses->text);
    else if (!text)
        rh_reading_note(r, uses->place.line, uses->place.column,
                        "the action '%s' is not in the repository: there is no %s", uses->text,
                        rh_format(r->arena, "%s/action.yml", clean_path(r, uses->name)));
    else if (known && known->state == LOADING)
        rh_reading_refuse(r, uses->place.line, uses->place.column, "the action '%s' uses itself",
                          uses->text);
    else if (known)
        step->action = known->action;
    else
        step->action = enter_action(r, uses, path, text, length, good);
}

static bool is_input(const rh_actions_action *action, const char *name)
{
    for (size_t i = 0; i < action->input_count; i++)
        if (rh_same_ignoring_case(action->inputs[i].name, name))
            return true;
    return action->using == RH_USING_DOCKER &&
           (!strcmp(name, "args") || !strcmp(name, "entrypoint"));
}

/* What the runner would warn of, or not notice. */
static void note_inputs(rh_reading *r, const rh_actions_step *step)
{
    const rh_actions_action *action = step->action;
    const rh_token *with = step->with.token;
    for (uint32_t i = 0; with && with->kind == RH_TOKEN_MAPPING && i < with->count; i++) {
        const rh_token *key = with->as.pairs[i].key;
        if (!key->expression && !key->is_insert && !is_input(action, key->text))
            rh_reading_note_token(r, key,
                                  "Unexpected input '%s': the action '%s' has none of that name",
                                  key->text, step->uses.text);
    }
    if (with && with->kind == RH_TOKEN_SCALAR)
        return; /* an expression */
    for (size_t i = 0; i < action->input_count; i++) {
        const rh_actions_input *input = &action->inputs[i];
        const rh_token *given = rh_token_get(with, input->name);
        if (!given && input->required && !input->fallback)
            rh_reading_note(r, step->uses.place.line, step->uses.place.column,
                            "the action '%s' requires the input '%s', which is not given",
                            step->uses.text, input->name);
        if (given && input->deprecation)
            rh_reading_note_token(r, given, "Input '%s' has been deprecated with message: %s",
                                  input->name, input->deprecation);
    }
}

static void load_actions(rh_reading *r, rh_actions_step *steps, size_t count, bool *good)
{
    for (size_t i = 0; i < count; i++) {
        load_actions(r, (rh_actions_step *)steps[i].steps, steps[i].step_count, good);
        if (steps[i].kind != RH_STEP_USES)
            continue;
        load_action(r, &steps[i], good);
        if (steps[i].action)
            note_inputs(r, &steps[i]);
    }
}

const rh_actions_action *rh_load_action(rh_reading *r)
{
    rh_actions_action *action = rh_read_action(r);
    bool good = rh_reading_end(r);
    if (good && r->loading->options.files)
        load_actions(r, (rh_actions_step *)action->steps, action->step_count, &good);
    return rh_reading_end(r) && good ? action : NULL;
}

/* ---- called workflows ------------------------------------------------------------------------ */

/* The first file has no path in the repository that is known here; it is known by its text. */
static bool is_same_file(const rh_reading *r, const char *path, const char *text, size_t length)
{
    size_t own = strlen(r->path), other = strlen(path);
    return own >= other && !strcmp(r->path + own - other, path) && r->length == length &&
           !memcmp(r->source, text, length);
}

static bool too_deep(rh_reading *r, const rh_actions_uses *uses, uint32_t height)
{
    uint32_t most = r->loading->options.max_depth;
    if (r->loading->depth + 1 + height <= most)
        return false;
    rh_reading_refuse(r, uses->place.line, uses->place.column,
                      "Nested reusable workflow depth exceeded %u.", most);
    return true;
}

static loaded_file *enter_workflow(rh_reading *r, const rh_actions_uses *uses, const char *path,
                                   const char *text, size_t length)
{
    rh_actions_loading *loading = r->loading;
    if (++loading->workflow_count > loading->options.max_files) {
        rh_reading_refuse(r, uses->place.line, uses->place.column,
                          "too many workflows are referenced, total: %u, limit: %u",
                          loading->workflow_count, loading->options.max_files);
        return NULL;
    }
    loaded_file *file = new_loaded(r, path);
    loading->depth++;
    file->workflow = rh_load_workflow(begin(r, uses, path, text, length, "called from"));
    loading->depth--;
    file->state = file->workflow ? LOADED : REFUSED;
    for (size_t i = 0; file->workflow && i < file->workflow->job_count; i++) {
        const rh_actions_file *called = file->workflow->jobs[i].called;
        const loaded_file *below = called ? find_loaded(loading, called->path) : NULL;
        if (below && below->height + 1 > file->height)
            file->height = below->height + 1;
    }
    return file;
}

/* The path of a called workflow's file; NULL if it is remote and nothing stands for it. */
static const char *path_of(rh_reading *r, const rh_actions_job *job)
{
    const char *path = included(r->loading, &job->uses);
    if (path || job->uses.kind != RH_USES_REPOSITORY)
        return path ? path : clean_path(r, job->uses.name);
    rh_reading_note(
        r, job->uses.place.line, job->uses.place.column,
        "the called workflow '%s' is not here and is not read; --include names a file for it",
        job->uses.text);
    return NULL;
}

static void load_call(rh_reading *r, rh_actions_job *job, bool *good)
{
    const rh_actions_uses *uses = &job->uses;
    const char *path = path_of(r, job);
    if (!path)
        return;
    size_t length = 0;
    const char *text = read_file(r->loading, path, &length);
    loaded_file *file = text ? find_loaded(r->loading, path) : NULL;
    if (!text) {
        rh_reading_refuse(
            r, uses->place.line, uses->place.column,
            "error parsing called workflow '%s': workflow was not found; there is no file %s",
            uses->text, path);
    } else if (is_same_file(r, path, text, length) || (file && file->state == LOADING)) {
        rh_reading_refuse(
            r, uses->place.line, uses->place.column,
            "the workflow '%s' calls itself: nested reusable workflow depth exceeded %u",
            uses->text, r->loading->options.max_depth);
    } else if (!too_deep(r, uses, file ? file->height : 0)) {
        if (!file)
            file = enter_workflow(r, uses, path, text, length);
        *good = *good && file && file->state == LOADED;
        job->called = file ? file->workflow : NULL;
        if (job->called)
            rh_check_call(r, job);
    }
}

static bool load_called(rh_reading *r, rh_actions_file *file)
{
    bool good = true;
    for (size_t i = 0; i < file->job_count; i++) {
        rh_actions_job *job = (rh_actions_job *)&file->jobs[i];
        load_actions(r, (rh_actions_step *)job->steps, job->step_count, &good);
        if (job->uses.kind != RH_USES_NOTHING)
            load_call(r, job, &good);
    }
    return rh_reading_end(r) && good;
}

const rh_actions_file *rh_load_workflow(rh_reading *r)
{
    rh_actions_file *file = rh_read_workflow(r);
    if (r->loading->depth > 0)
        rh_check_input_defaults(r, file);
    if (!rh_reading_end(r))
        return NULL;
    if (r->loading->options.files && !load_called(r, file))
        return NULL;
    if (r->loading->depth == 0 && !rh_check_permissions(r, file))
        return NULL;
    file->notes = r->notes;
    file->note_count = r->note_count;
    return file;
}
