#define _XOPEN_SOURCE 700
#include "cli/scenarios.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/files.h"

#define FOLDERS_DEEP 32

/* ---- finding --------------------------------------------------------------------------------- */

static bool has_suffix(const char *name)
{
    size_t length = strlen(name), suffix = strlen(RH_SCENARIO_SUFFIX);
    return length > suffix && !strcmp(name + length - suffix, RH_SCENARIO_SUFFIX);
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Links to folders are not followed: they may lead in a circle. */
static int find_below(cli_context *cli, const char *folder, int levels, cli_texts *found)
{
    struct dirent **entries;
    int count = levels ? scandir(folder, &entries, is_visible, by_name) : 0;
    if (count < 0)
        return cli_bad(cli, "%s: cannot be read: %s", folder, strerror(errno));
    int code = CLI_OK;
    for (int i = 0; i < count; i++) {
        struct stat status;
        size_t length = strlen(folder);
        const char *slash = length && folder[length - 1] == '/' ? "" : "/";
        const char *path = rh_format(&cli->arena, "%s%s%s", folder, slash, entries[i]->d_name);
        if (code == CLI_OK && lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
            code = find_below(cli, path, levels - 1, found);
        else if (has_suffix(path))
            cli_texts_add(&cli->arena, found, path);
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    return code;
}

static int find(cli_context *cli, const char *path, cli_texts *found)
{
    struct stat status;
    size_t before = found->count;
    if (stat(path, &status) != 0)
        return cli_bad(cli, "%s: %s", path,
                       errno == ENOENT ? "there is no such file or folder" : strerror(errno));
    if (!S_ISDIR(status.st_mode)) {
        cli_texts_add(&cli->arena, found, path);
        return CLI_OK;
    }
    if (find_below(cli, path, FOLDERS_DEEP, found) != CLI_OK)
        return CLI_BAD;
    if (found->count == before)
        return cli_bad(cli, "%s: there is no *" RH_SCENARIO_SUFFIX " in it", path);
    return CLI_OK;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* A path that a file names is relative to the file. */
static const char *beside(rh_arena *arena, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || !slash)
        return path;
    return rh_format(arena, "%.*s/%s", (int)(slash - file), file, path);
}

static const rh_loaded_module *load_once(cli_context *cli, cli_scenarios *scenarios,
                                         const char *path, rh_error *error)
{
    for (size_t i = 0; i < scenarios->module_count; i++)
        if (!strcmp(scenarios->modules[i].path, path))
            return &scenarios->modules[i];
    scenarios->modules =
        rh_arena_reserve(&cli->arena, scenarios->modules, sizeof *scenarios->modules,
                         scenarios->module_count + 1, &scenarios->module_capacity);
    rh_loaded_module *module = &scenarios->modules[scenarios->module_count];
    if (rh_module_load(&cli->arena, path, module, error) != 0)
        return NULL;
    scenarios->module_count++;
    return module;
}

/* Binds a file to the shared objects that it names itself. */
static int bind_own(cli_context *cli, cli_scenarios *scenarios, rh_scenario_file *file,
                    rh_error *error)
{
    rh_loaded_module *own = RH_NEW_ARRAY(&cli->arena, rh_loaded_module, file->workflow_count);
    for (size_t i = 0; i < file->workflow_count; i++) {
        const char *path = beside(&cli->arena, file->path, file->workflows[i]);
        const rh_loaded_module *module = load_once(cli, scenarios, path, error);
        if (!module) {
            rh_error inner = *error;
            return rh_error_set(error, file->path, (uint32_t)file->workflows_place.line,
                                (uint32_t)file->workflows_place.column, "the shared object %s: %s",
                                path, inner.message);
        }
        own[i] = *module;
    }
    if (rh_scenario_bind(&cli->arena, file, own, file->workflow_count, error) != 0)
        return -1;
    file->module_path = NULL;
    return 0;
}

static int load(cli_context *cli, const char *path, const rh_catalog *catalog,
                const rh_loaded_module *modules, size_t module_count, cli_scenarios *scenarios)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    if (!text)
        return cli_bad_error(cli, &error);
    rh_scenario_file *file = rh_scenario_read(&cli->arena, catalog, path, text, length, &error);
    if (!file)
        return cli_bad_error(cli, &error);
    if ((module_count ? rh_scenario_bind(&cli->arena, file, modules, module_count, &error)
                      : bind_own(cli, scenarios, file, &error)) != 0)
        return cli_bad_error(cli, &error);
    scenarios->files = rh_arena_reserve(&cli->arena, scenarios->files, sizeof *scenarios->files,
                                        scenarios->count + 1, &scenarios->capacity);
    scenarios->files[scenarios->count++] = file;
    return CLI_OK;
}

bool cli_scenarios_unused(cli_context *cli, const rh_suite_tests *tests,
                          const rh_suite_result *result)
{
    bool any = false;
    for (size_t i = 0; i < tests->count && tests->count == result->count; i++) {
        size_t count;
        const rh_scenario_mock *const *unused =
            rh_scenario_unused(&cli->arena, tests, result->tests, i, &count);
        for (size_t j = 0; j < count; j++) {
            const rh_scenario_mock *mock = unused[j];
            cli_bad(cli, "%s:%d:%d: mock '%s' answers nothing in any scenario of the file",
                    mock->place.file, mock->place.line, mock->place.column, mock->options.type);
            any = true;
        }
    }
    return any;
}

/* All of them are read before anything is said to be well: one run shows every file's mistake. */
int cli_scenarios_load(cli_context *cli, const cli_texts *paths, const rh_catalog *catalog,
                       const rh_loaded_module *modules, size_t module_count,
                       cli_scenarios *scenarios)
{
    cli_texts found = {0};
    int code = CLI_OK;
    for (size_t i = 0; i < paths->count; i++)
        if (find(cli, paths->items[i], &found) != CLI_OK)
            return CLI_BAD;
    for (size_t i = 0; i < found.count; i++)
        if (load(cli, found.items[i], catalog, modules, module_count, scenarios) != CLI_OK)
            code = CLI_BAD;
    return code;
}
