#define _XOPEN_SOURCE 700
#include "cli/run_scenario.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/nearest.h"

/* "a.rehearse.yml:a name" -> the path; *name is what stands behind it, NULL if nothing does. */
static const char *split(rh_arena *arena, const char *option, const char **name)
{
    static const char *const ends[] = {".yml:", ".yaml:"};
    *name = NULL;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *at = strstr(option, ends[i]);
        if (!at)
            continue;
        const char *colon = at + strlen(ends[i]) - 1;
        *name = colon + 1;
        return rh_arena_text(arena, option, (size_t)(colon - option));
    }
    return option;
}

static bool same_file(const char *one, const char *other)
{
    char *first = realpath(one, NULL), *second = realpath(other, NULL);
    bool same = first && second && !strcmp(first, second);
    free(first);
    free(second);
    return same;
}

static bool rehearses(const rh_scenario *scenario, const char *definition)
{
    if (scenario->play_count)
        return same_file(scenario->plays[0].definition->file->path, definition);
    return !strcmp(scenario->definition, definition);
}

static const rh_scenario *choose(cli_context *cli, const rh_scenario_file *file, const char *name)
{
    char hint[128];
    if (!name && file->scenario_count == 1)
        return &file->scenarios[0];
    rh_text all = rh_text_in(&cli->arena);
    rh_nearest nearest = rh_nearest_begin(name ? name : "");
    for (size_t i = 0; i < file->scenario_count; i++) {
        const char *known = file->scenarios[i].name;
        if (name && !strcmp(known, name))
            return &file->scenarios[i];
        rh_nearest_offer(&nearest, known);
        rh_text_printf(&all, "\n  %s", known);
    }
    if (nearest.best)
        cli_bad(cli, "--scenario: %s has no '%s'%s", file->path, name,
                rh_nearest_hint(&nearest, hint, sizeof hint));
    else
        cli_bad(cli, "--scenario: %s '%s:NAME'; the names in it:%s",
                name ? "there is no scenario of that name; expected" : "expected", file->path,
                rh_text_string(&all));
    return NULL;
}

int cli_find_scenario(cli_context *cli, const char *option, const char *definition,
                      const rh_catalog *catalog, const rh_loaded_module *modules,
                      size_t module_count, const rh_scenario **found)
{
    cli_scenarios loaded = {0};
    cli_texts paths = {0};
    const char *name;
    cli_texts_add(&cli->arena, &paths, split(&cli->arena, option, &name));
    if (cli_scenarios_load(cli, &paths, catalog, modules, module_count, &loaded) != CLI_OK)
        return CLI_BAD;
    if (loaded.count != 1)
        return cli_bad(cli, "--scenario: expected one scenario file, '%s' has %zu", paths.items[0],
                       loaded.count);
    *found = choose(cli, loaded.files[0], name);
    if (!*found)
        return CLI_BAD;
    if (!rehearses(*found, definition))
        return cli_bad(cli, "--scenario: '%s' rehearses %s, not %s", (*found)->name,
                       (*found)->play_count ? (*found)->plays[0].definition->file->path
                                            : (*found)->definition,
                       definition);
    return CLI_OK;
}
