/* A workflow file as a whole. */
#include <string.h>

#include "sim/actions/read.h"

enum { DEFAULT_DEPTH = 10, DEFAULT_FILES = 50 };

static void read_root(rh_reading *r, const rh_token *root, rh_actions_file *file)
{
    const rh_token *name = rh_token_get(root, "name"), *on = rh_token_get(root, "on");
    file->name_is_given = *rh_token_text(name) != '\0';
    file->name = file->name_is_given ? rh_token_text(name) : r->path;
    file->run_name = rh_token_get(root, "run-name");
    file->env.token = rh_token_get(root, "env");
    file->defaults = rh_read_defaults(rh_token_get(root, "defaults"));
    file->concurrency = rh_read_concurrency(r, rh_token_get(root, "concurrency"));
    file->permissions = rh_read_permissions(r, rh_token_get(root, "permissions"));
    rh_read_triggers(r, on, file);
    if (on && on->kind != RH_TOKEN_SCALAR && file->trigger_count == 0)
        rh_reading_refuse_token(r, on, "No event triggers defined in `on`");
    rh_read_jobs(r, rh_token_get(root, "jobs"), file);
}

rh_actions_file *rh_read_workflow(rh_reading *r)
{
    rh_actions_file *file = RH_NEW(r->arena, rh_actions_file);
    file->path = r->path;
    file->source = r->source;
    file->source_length = r->length;
    bool ends_in_break = r->length > 0 && r->lines.begins[r->lines.count - 1] == r->length;
    file->line_count = (uint32_t)r->lines.count - ends_in_break;
    const rh_yaml *yaml = rh_read_yaml(r);
    if (!yaml)
        return file;
    const rh_token *root = rh_read_token(r, yaml, &rh_schema_workflow);
    if (root->kind == RH_TOKEN_MAPPING)
        read_root(r, root, file);
    rh_note_left_out(r, root);
    if (r->problem_count == 0)
        rh_check_references(r, root, file);
    return file;
}

static rh_actions_loading *start(rh_arena *arena, const rh_actions_read_options *options,
                                 rh_actions_errors *errors)
{
    rh_actions_loading *loading = RH_NEW(arena, rh_actions_loading);
    loading->errors = errors;
    if (options)
        loading->options = *options;
    if (!loading->options.max_depth)
        loading->options.max_depth = DEFAULT_DEPTH;
    if (!loading->options.max_files)
        loading->options.max_files = DEFAULT_FILES;
    *errors = (rh_actions_errors){.count = 0};
    return loading;
}

const rh_actions_file *rh_actions_read(rh_arena *arena, const char *text, size_t length,
                                       const char *path, const rh_actions_read_options *options,
                                       rh_actions_errors *errors)
{
    rh_actions_loading *loading = start(arena, options, errors);
    return rh_load_workflow(rh_reading_begin(arena, loading, path, "", text, length));
}

const rh_actions_action *rh_actions_read_action(rh_arena *arena, const char *text, size_t length,
                                                const char *path,
                                                const rh_actions_read_options *options,
                                                rh_actions_errors *errors)
{
    rh_actions_loading *loading = start(arena, options, errors);
    return rh_load_action(rh_reading_begin(arena, loading, path, "", text, length));
}
