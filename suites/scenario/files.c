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

static const char *brief(rh_arena *arena, uint32_t line, uint32_t column, const char *message)
{
    return rh_format(arena, "%u:%u: %.*s", line, column, (int)strcspn(message, "\n"), message);
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
        return brief(arena, error.line, error.column, error.message);
    if (rh_module_load(arena, RH_BUILD_DIR "/fixtures/librelease.so", &module, &error) != 0)
        abort();
    if (rh_scenario_bind(arena, file, &module, 1, &error) != 0)
        return brief(arena, error.line, error.column, error.message);
    const char *mistake = NULL;
    for (size_t i = 0; i < file->scenario_count && !mistake; i++)
        mistake = play(arena, &file->scenarios[i]);
    return mistake;
}
