#include "cli/scenarios.h"

#include "harness/fault.h"
#include "sim/base/json.h"

typedef struct list_settings {
    cli_common common;
    cli_texts workflows;
    const char *format;
} list_settings;

static const cli_option options[] = {
    {"--workflows", "FILE", CLI_LIST, offsetof(list_settings, workflows),
     "a shared object with workflows and tests; may be given several times"},
    {"--format", "FORMAT", CLI_CHOICE, offsetof(list_settings, format),
     "text (the default): one line each, first what it is, then its name; or json",
     .choices = "text|json"},
    {0},
};

/* What is listed. */
typedef struct listing {
    const rh_loaded_module *modules;
    size_t module_count;
    cli_scenarios scenarios;
} listing;

/* ---- text ------------------------------------------------------------------------------------ */

static void write_text_module(rh_text *text, const rh_module *module)
{
    for (size_t i = 0; i < rh_module_workflow_count(module); i++) {
        const rh_workflow_definition *workflow = &module->workflows[i];
        rh_text_printf(text, "workflow %s%s%s\n", workflow->name, workflow->summary ? "  " : "",
                       workflow->summary ? workflow->summary : "");
    }
    for (size_t i = 0; i < rh_module_test_count(module); i++) {
        const rh_test *test = &module->tests[i];
        rh_text_printf(text, "test %s/%s", module->name, test->name);
        if (test->file)
            rh_text_printf(text, "  %s:%d", test->file, test->line);
        rh_text_putc(text, '\n');
    }
}

static void write_text_file(rh_text *text, const rh_scenario_file *file)
{
    for (size_t i = 0; i < file->scenario_count; i++) {
        const rh_scenario *scenario = &file->scenarios[i];
        rh_text_printf(text, "scenario %s/%s  %s:%d\n", file->name, scenario->name,
                       scenario->place.file, scenario->place.line);
    }
}

static void write_text(rh_text *text, const listing *what)
{
    for (size_t i = 0; i < what->module_count; i++)
        write_text_module(text, what->modules[i].module);
    for (size_t i = 0; i < what->scenarios.count; i++)
        write_text_file(text, what->scenarios.files[i]);
    for (size_t i = 0; i < rh_fault_count(); i++) {
        const rh_fault *fault = rh_fault_at_index(i);
        rh_text_printf(text, "fault %s  %s  %s\n", fault->name, rh_fault_class_name(fault->class),
                       fault->summary);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_field(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, "\"%s\":", key);
    if (value)
        rh_json_write_string(text, value, strlen(value));
    else
        rh_text_puts(text, "null");
}

static void write_fields(rh_text *text, const char *const (*fields)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rh_text_puts(text, i ? "," : "");
        write_field(text, fields[i][0], fields[i][1]);
    }
}

/* Entries of a list stand on lines of their own. */
static void begin_entry(rh_text *text, bool *first)
{
    rh_text_puts(text, *first ? "\n  {" : ",\n  {");
    *first = false;
}

#define WRITE_FIELDS(text, ...)                                                                    \
    write_fields((text), (const char *const[][2]){__VA_ARGS__},                                    \
                 sizeof((const char *const[][2]){__VA_ARGS__}) / sizeof(const char *[2]))

static void write_json_workflows(rh_text *text, const rh_loaded_module *modules, size_t count)
{
    bool first = true;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < rh_module_workflow_count(modules[i].module); j++) {
            const rh_workflow_definition *workflow = &modules[i].module->workflows[j];
            begin_entry(text, &first);
            WRITE_FIELDS(text, {"name", workflow->name}, {"module", modules[i].module->name},
                         {"path", modules[i].path}, {"summary", workflow->summary});
            rh_text_putc(text, '}');
        }
}

static void write_json_tests(rh_text *text, const rh_loaded_module *modules, size_t count)
{
    bool first = true;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < rh_module_test_count(modules[i].module); j++) {
            const rh_test *test = &modules[i].module->tests[j];
            begin_entry(text, &first);
            WRITE_FIELDS(text, {"name", test->name}, {"module", modules[i].module->name},
                         {"path", modules[i].path}, {"file", test->file});
            rh_text_printf(text, ",\"line\":%d}", test->line);
        }
}

static void write_json_scenarios(rh_text *text, const cli_scenarios *scenarios)
{
    bool first = true;
    for (size_t i = 0; i < scenarios->count; i++)
        for (size_t j = 0; j < scenarios->files[i]->scenario_count; j++) {
            const rh_scenario *scenario = &scenarios->files[i]->scenarios[j];
            begin_entry(text, &first);
            WRITE_FIELDS(text, {"name", scenario->name}, {"module", scenarios->files[i]->name},
                         {"definition", scenario->definition}, {"file", scenario->place.file});
            rh_text_printf(text, ",\"line\":%d}", scenario->place.line);
        }
}

static void write_json_faults(rh_text *text)
{
    bool first = true;
    for (size_t i = 0; i < rh_fault_count(); i++) {
        const rh_fault *fault = rh_fault_at_index(i);
        begin_entry(text, &first);
        WRITE_FIELDS(text, {"name", fault->name}, {"class", rh_fault_class_name(fault->class)},
                     {"failure_type", fault->failure_type}, {"message", fault->message},
                     {"summary", fault->summary}, {"source", fault->source});
        rh_text_printf(text, ",\"retryable\":%s,\"typical_duration_ns\":%jd}",
                       fault->retryable ? "true" : "false", (intmax_t)fault->typical_duration);
    }
}

static void write_json(rh_text *text, const listing *what)
{
    rh_text_puts(text, "{\"schema\":1,\n \"workflows\":[");
    write_json_workflows(text, what->modules, what->module_count);
    rh_text_puts(text, "],\n \"tests\":[");
    write_json_tests(text, what->modules, what->module_count);
    rh_text_puts(text, "],\n \"scenarios\":[");
    write_json_scenarios(text, &what->scenarios);
    rh_text_puts(text, "],\n \"faults\":[");
    write_json_faults(text);
    rh_text_puts(text, "]}\n");
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const list_settings *settings = read;
    const cli_texts paths = {.items = (const char **)arguments, .count = count};
    listing what = {cli_load(cli, &settings->workflows), settings->workflows.count, {0}};
    if (!what.modules || cli_scenarios_read(cli, &paths, &what.scenarios) != CLI_OK)
        return CLI_BAD;
    rh_text text = rh_text_to(&cli->arena, cli->out);
    if (settings->format && strcmp(settings->format, "json") == 0)
        write_json(&text, &what);
    else
        write_text(&text, &what);
    rh_text_flush(&text);
    return CLI_OK;
}

const cli_verb cli_list = {
    .name = "list",
    .arguments = "[FILE|FOLDER]...",
    .most = SIZE_MAX,
    .summary = "Lists workflows, tests, scenarios, and the faults of the catalog",
    .about = "Lists the workflows and tests of shared objects, the scenarios of scenario files "
             "(those given, and all *.rehearse.yml below the folders given), and the faults of the "
             "catalog, which --fault, mocks and tests name.",
    .options = options,
    .settings_size = sizeof(list_settings),
    .run = run,
};
