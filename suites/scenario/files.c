#include "suites/scenario/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/env_state.h"

const char *files_load(rh_arena *arena, const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        abort();
    }
    rh_text text = rh_text_in(arena);
    char part[4096];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, got);
    fclose(file);
    *length = text.length;
    return rh_text_string(&text);
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_yaml(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".yml");
}

const char *const *files_list(rh_arena *arena, const char *folder)
{
    struct dirent **entries;
    const char *path = rh_format(arena, "%s/scenario/%s", RH_SUITES_DIR, folder);
    int count = scandir(path, &entries, is_yaml, by_name);
    if (count < 0)
        abort();
    const char **files = RH_NEW_ARRAY(arena, const char *, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        files[i] = rh_format(arena, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return files;
}

/* ---- workflow files -------------------------------------------------------------------------- */

#define REPOSITORY RH_SUITES_DIR "/scenario/repository/"

typedef struct repository {
    rh_arena *arena;
    const char *const *includes;
    size_t count;
    rh_actions_files files;
} repository;

static const char *read_or_null(rh_arena *arena, const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fclose(file);
    return files_load(arena, path, length);
}

static const char *read_file(void *data, const char *path, size_t *length, rh_error *error)
{
    const char *text = read_or_null(data, path, length);
    if (!text)
        rh_error_set(error, NULL, 0, 0, "cannot be read");
    return text;
}

static const char *read_in_repository(void *data, const char *path, size_t *length)
{
    const repository *from = data;
    const char *whole = path[0] == '/' ? path : rh_format(from->arena, REPOSITORY "%s", path);
    return read_or_null(from->arena, whole, length);
}

static const char *find_include(void *data, const char *uses)
{
    const repository *from = data;
    size_t length = strlen(uses);
    for (size_t i = 0; i < from->count; i++)
        if (!strncmp(from->includes[i], uses, length) && from->includes[i][length] == '=')
            return from->includes[i] + length + 1;
    return NULL;
}

static const rh_actions_files *look_around(void *data, const char *path,
                                           const char *const *includes, size_t count,
                                           rh_error *error)
{
    (void)path, (void)error;
    repository *made = RH_NEW(data, repository);
    *made = (repository){data, includes, count, {made, read_in_repository, find_include}};
    return &made->files;
}

int files_bind(rh_arena *arena, rh_scenario_file *file, rh_error *error)
{
    return rh_scenario_bind_files(arena, file, &(rh_scenario_files){arena, read_file, look_around},
                                  error);
}

/* ---- playing --------------------------------------------------------------------------------- */

/* Without where the suites lie on this machine. */
static const char *without_root(rh_arena *arena, const char *message)
{
    static const char root[] = RH_SUITES_DIR "/scenario/";
    rh_text text = rh_text_in(arena);
    for (size_t length = strcspn(message, "\n"); length > 0; length--, message++) {
        if (!strncmp(message, root, sizeof root - 1)) {
            message += sizeof root - 1;
            length -= sizeof root - 1;
        }
        rh_text_putc(&text, *message);
    }
    return rh_text_string(&text);
}

static const char *brief(rh_arena *arena, uint32_t line, uint32_t column, const char *message)
{
    return rh_format(arena, "%u:%u: %s", line, column, without_root(arena, message));
}

/* An error in another file than the scenario's says so. */
static const char *brief_error(rh_arena *arena, const char *path, const rh_error *error)
{
    const char *text = brief(arena, error->line, error->column, error->message);
    if (!strcmp(error->file, path))
        return text;
    return rh_format(arena, "%s:%s", without_root(arena, error->file), text);
}

static const char *play(rh_arena *arena, const rh_scenario *scenario)
{
    const char *mistake = NULL;
    rh_env *env = rh_env_create(scenario->file->module);
    rh_scenario_play(env, scenario);
    rh_scenario_check(env, scenario);
    if (rh_env_finish(env)) {
        const rh_problem *problem = rh_env_problem(env, 0);
        bool placed = problem->file != NULL;
        mistake =
            brief(arena, (uint32_t)(placed ? problem->line : scenario->place.line),
                  (uint32_t)(placed ? problem->column : scenario->place.column), problem->message);
    }
    rh_env_destroy(env);
    return mistake;
}

const char *files_first_mistake(rh_arena *arena, const char *path, const char *text, size_t length)
{
    rh_error error;
    rh_loaded_module module;
    rh_scenario_file *file = rh_scenario_read(arena, NULL, path, text, length, &error);
    if (!file)
        return brief_error(arena, file ? file->path : path, &error);
    if (file->is_of_files && files_bind(arena, file, &error) != 0)
        return brief_error(arena, file ? file->path : path, &error);
    if (rh_module_load(arena, RH_BUILD_DIR "/fixtures/librelease.so", &module, &error) != 0)
        abort();
    if (!file->is_of_files && rh_scenario_bind(arena, file, &module, 1, &error) != 0)
        return brief_error(arena, file ? file->path : path, &error);
    const char *mistake = NULL;
    for (size_t i = 0; i < file->scenario_count && !mistake; i++)
        mistake = play(arena, &file->scenarios[i]);
    return mistake;
}
