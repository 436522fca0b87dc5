#include "cli/reports.h"

#include <string.h>

#include "cli/files.h"
#include "sim/base/nearest.h"

static const cli_report_kind *find_kind(cli_context *cli, const cli_report_kind *kinds,
                                        const char *name)
{
    rh_nearest nearest = rh_nearest_begin(name);
    rh_text known = rh_text_in(&cli->arena);
    for (size_t i = 0; kinds[i].name; i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
        rh_nearest_offer(&nearest, kinds[i].name);
        rh_text_printf(&known, "%s%s", i ? ", " : "", kinds[i].name);
    }
    char hint[96];
    cli_bad(cli, "--report: unknown kind '%s'%s (known: %s)", name,
            rh_nearest_hint(&nearest, hint, sizeof hint), rh_text_string(&known));
    return NULL;
}

int cli_reports_read(cli_context *cli, const cli_texts *options, const cli_report_kind *kinds,
                     cli_reports *reports)
{
    cli_report *items = RH_NEW_ARRAY(&cli->arena, cli_report, options->count);
    *reports = (cli_reports){.items = items, .count = options->count};
    for (size_t i = 0; i < options->count; i++) {
        const char *option = options->items[i];
        const char *equals = strchr(option, '=');
        if (!equals || !equals[1])
            return cli_bad(cli, "--report: expected KIND=PATH, got '%s'", option);
        const char *name = rh_arena_text(&cli->arena, option, (size_t)(equals - option));
        items[i] = (cli_report){find_kind(cli, kinds, name), equals + 1};
        if (!items[i].kind)
            return CLI_BAD;
        if (strcmp(equals + 1, "-") != 0)
            continue;
        if (reports->on_stdout)
            return cli_bad(cli, "--report: only one report can go to standard output");
        reports->on_stdout = true;
    }
    return CLI_OK;
}

bool cli_reports_have(const cli_reports *reports, const char *kind)
{
    for (size_t i = 0; i < reports->count; i++)
        if (strcmp(reports->items[i].kind->name, kind) == 0)
            return true;
    return false;
}

static bool is_json(const char *path)
{
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".json") == 0;
}

static int write_report(cli_context *cli, const cli_report *report, const void *subject,
                        rh_error *error)
{
    cli_output output = {0};
    bool to_stdout = strcmp(report->path, "-") == 0;
    if (!to_stdout && cli_output_open(&cli->arena, report->path, &output, error) != 0)
        return -1;
    rh_text text = rh_text_to(&cli->arena, to_stdout ? cli->out : output.file);
    bool as_json = report->kind->write_json && is_json(report->path);
    int failed = as_json ? report->kind->write_json(&text, subject, error)
                         : report->kind->write(&text, subject, error);
    if (!rh_text_flush(&text) && !failed)
        failed = rh_error_set(error, report->path, 0, 0, "cannot be written");
    if (!to_stdout && cli_output_close(&output, !failed, failed ? NULL : error) != 0)
        failed = -1;
    return failed;
}

int cli_reports_write(cli_context *cli, const cli_reports *reports, const void *subject)
{
    int code = CLI_OK;
    for (size_t i = 0; i < reports->count; i++) {
        rh_error error;
        if (write_report(cli, &reports->items[i], subject, &error) != 0)
            code = cli_bad_error(cli, &error);
    }
    return code;
}
