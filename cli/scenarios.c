#include "cli/scenarios.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/files.h"
#include "cli/find.h"

/* ---- loading --------------------------------------------------------------------------------- */

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
        const char *path = rh_scenario_beside(&cli->arena, file->path, file->workflows[i]);
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

/* ---- workflow files -------------------------------------------------------------------------- */

static const char *read_file(void *data, const char *path, size_t *length, rh_error *error)
{
    return cli_file_read(&((cli_context *)data)->arena, path, length, error);
}

static const rh_actions_files *look_around(void *data, const char *path,
                                           const char *const *includes, size_t count,
                                           rh_error *error)
{
    cli_texts texts = {0};
    for (size_t i = 0; i < count; i++)
        cli_texts_add(&((cli_context *)data)->arena, &texts, includes[i]);
    return cli_actions_files(&((cli_context *)data)->arena, path, &texts, error);
}

static int bind(cli_context *cli, cli_scenarios *scenarios, const rh_loaded_module *modules,
                size_t module_count, rh_scenario_file *file, rh_error *error)
{
    if (file->is_of_files)
        return rh_scenario_bind_files(&cli->arena, file,
                                      &(rh_scenario_files){cli, read_file, look_around}, error);
    if (module_count)
        return rh_scenario_bind(&cli->arena, file, modules, module_count, error);
    return bind_own(cli, scenarios, file, error);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void add_file(cli_context *cli, cli_scenarios *scenarios, rh_scenario_file *file)
{
    scenarios->files = rh_arena_reserve(&cli->arena, scenarios->files, sizeof *scenarios->files,
                                        scenarios->count + 1, &scenarios->capacity);
    scenarios->files[scenarios->count++] = file;
}

static rh_scenario_file *read_one(cli_context *cli, const char *path, const rh_catalog *catalog)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    rh_scenario_file *file =
        text ? rh_scenario_read(&cli->arena, catalog, path, text, length, &error) : NULL;
    if (!file)
        cli_bad_error(cli, &error);
    return file;
}

static int load(cli_context *cli, const char *path, const rh_catalog *catalog,
                const rh_loaded_module *modules, size_t module_count, cli_scenarios *scenarios)
{
    rh_error error;
    rh_scenario_file *file = read_one(cli, path, catalog);
    if (!file)
        return CLI_BAD;
    if (bind(cli, scenarios, modules, module_count, file, &error) != 0)
        return cli_bad_error(cli, &error);
    add_file(cli, scenarios, file);
    return CLI_OK;
}

int cli_scenarios_read(cli_context *cli, const cli_texts *paths, cli_scenarios *scenarios)
{
    cli_texts found = {0};
    int code = CLI_OK;
    for (size_t i = 0; i < paths->count; i++)
        if (cli_find_files(cli, paths->items[i], RH_SCENARIO_SUFFIX, &found) != CLI_OK)
            return CLI_BAD;
    for (size_t i = 0; i < found.count; i++) {
        rh_scenario_file *file = read_one(cli, found.items[i], NULL);
        if (file)
            add_file(cli, scenarios, file);
        else
            code = CLI_BAD;
    }
    return code;
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
        if (cli_find_files(cli, paths->items[i], RH_SCENARIO_SUFFIX, &found) != CLI_OK)
            return CLI_BAD;
    for (size_t i = 0; i < found.count; i++)
        if (load(cli, found.items[i], catalog, modules, module_count, scenarios) != CLI_OK)
            code = CLI_BAD;
    return code;
}
