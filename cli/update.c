/* rehearse test --update */
#include <string.h>

#include "cli/console.h"
#include "cli/files.h"
#include "cli/scenarios.h"
#include "harness/scenario_shown.h"

/* ---- the difference -------------------------------------------------------------------------- */

static size_t line_start(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] != '\n')
        at++;
    return at;
}

/* Each line of a text with a sign before it. */
static void print_lines(cli_context *cli, cli_style style, char sign, const char *text,
                        size_t length)
{
    for (size_t at = 0; at <= length;) {
        size_t end = line_end(text, length, at);
        fprintf(cli->out, "%s%c%.*s%s\n", cli_paint(cli->color_out, style), sign, (int)(end - at),
                text + at, cli_paint(cli->color_out, CLI_PLAIN));
        at = end + 1;
    }
}

/* The lines that the edits from `first` on touch together; returns the edit behind them. */
static size_t print_hunk(cli_context *cli, const rh_scenario_file *file,
                         const rh_scenario_edits *edits, size_t first)
{
    rh_text changed = rh_text_in(&cli->arena);
    size_t begin = line_start(file->text, edits->items[first].begin), at = begin, i = first;
    size_t end = line_end(file->text, file->length, edits->items[first].end);
    for (; i < edits->count && edits->items[i].begin <= end; i++) {
        const rh_scenario_edit *edit = &edits->items[i];
        if (edit->is_disputed)
            continue;
        rh_text_add(&changed, file->text + at, edit->begin - at);
        rh_text_puts(&changed, edit->text);
        at = edit->end;
        end = line_end(file->text, file->length, edit->end);
    }
    rh_text_add(&changed, file->text + at, end - at);
    fprintf(cli->out, "@@ line %u @@\n", edits->items[first].line);
    print_lines(cli, CLI_WRONG, '-', file->text + begin, end - begin);
    print_lines(cli, CLI_GOOD, '+', rh_text_string(&changed), changed.length);
    return i;
}

static void print_difference(cli_context *cli, const rh_scenario_file *file,
                             const rh_scenario_edits *edits)
{
    fprintf(cli->out, "--- %s\n+++ %s\n", file->path, file->path);
    for (size_t i = 0; i < edits->count;)
        i = edits->items[i].is_disputed ? i + 1 : print_hunk(cli, file, edits, i);
    for (size_t i = 0; i < edits->count; i++)
        if (edits->items[i].is_disputed)
            fprintf(cli->out,
                    "%s:%u: not rewritten: the tests that share this show different things; write "
                    "it into the rows\n",
                    file->path, edits->items[i].line);
    fputc('\n', cli->out);
}

/* ---- rewriting ------------------------------------------------------------------------------- */

static int compare(cli_context *cli, const rh_scenario *scenario, const rh_catalog *catalog,
                   const rh_world_options *world, rh_scenario_edits *edits)
{
    rh_env *env = rh_env_create(scenario->file->module);
    if (!env)
        return cli_bad(cli, "out of memory");
    rh_env_set_catalog(env, catalog);
    rh_set_world(env, world);
    rh_scenario_play(env, scenario);
    rh_scenario_compare(&cli->arena, env, scenario, edits);
    rh_env_destroy(env);
    return CLI_OK;
}

static int write_file(cli_context *cli, const rh_scenario_file *file,
                      const rh_scenario_edits *edits)
{
    rh_error error;
    cli_output output;
    size_t length;
    const char *text = rh_scenario_edited(&cli->arena, file, edits, &length);
    if (length == file->length && !memcmp(text, file->text, length))
        return CLI_OK;
    if (cli_output_open(&cli->arena, file->path, &output, &error) != 0)
        return cli_bad_error(cli, &error);
    fwrite(text, 1, length, output.file);
    return cli_output_close(&output, true, &error) == 0 ? CLI_OK : cli_bad_error(cli, &error);
}

int cli_scenarios_update(cli_context *cli, const cli_scenarios *scenarios,
                         const rh_suite_options *options)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        const rh_scenario_file *file = scenarios->files[i];
        rh_scenario_edits edits = {0};
        for (size_t j = 0; j < file->scenario_count; j++)
            if (rh_suite_wants(&cli->arena, options, file->name, file->scenarios[j].name) &&
                compare(cli, &file->scenarios[j], options->catalog, options->world, &edits) !=
                    CLI_OK)
                return CLI_BAD;
        if (!edits.count)
            continue;
        print_difference(cli, file, &edits);
        if (write_file(cli, file, &edits) != CLI_OK)
            return CLI_BAD;
    }
    return CLI_OK;
}
