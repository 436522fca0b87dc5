/* rehearse init FILE.yml: a first scenario file for a workflow file. */
#include <string.h>

#include "cli/actions_files.h"
#include "cli/init.h"
#include "harness/job_tree.h"
#include "harness/scenario_check_file.h"
#include "sim/actions/likely.h"
#include "sim/base/timetext.h"

#define FAULT "network-timeout"
#define LOST "runner-lost"

typedef struct draft {
    cli_context *cli;
    rh_arena *arena;
    const char *path;
    const rh_actions_file *file;
    rh_actions_definition *definition;
    const rh_actions_event *event;
    const rh_value *input;   /* of the run */
    cli_texts secrets, vars; /* names that the file asks for */
    rh_text *text;
    const char *const *effects;
} draft;

/* ---- secrets and vars ------------------------------------------------------------------------ */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_listed(const cli_texts *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], name))
            return true;
    return false;
}

/* The names behind "secrets." in the text of the file. */
static void find_names(const draft *d, const char *context, cli_texts *names)
{
    size_t length = strlen(context);
    const char *text = d->file->source;
    for (const char *at = text; (at = strstr(at, context)); at += length) {
        size_t size = 0;
        while (is_word(at[length + size]))
            size++;
        const char *name = rh_arena_text(d->arena, at + length, size);
        if (size && (at == text || !is_word(at[-1])) && strcmp(name, "GITHUB_TOKEN") != 0 &&
            !is_listed(names, name))
            cli_texts_add(d->arena, names, name);
    }
}

static const rh_value *named_values(const draft *d, const cli_texts *names, uint8_t flags)
{
    rh_field *fields = RH_NEW_ARRAY(d->arena, rh_field, names->count);
    for (size_t i = 0; i < names->count; i++) {
        const char *text = rh_format(d->arena, "the-%s", names->items[i]);
        fields[i] =
            (rh_field){names->items[i],
                       rh_value_flagged(d->arena, rh_value_string(d->arena, text, strlen(text)),
                                        flags)};
    }
    return rh_value_object(d->arena, fields, names->count);
}

/* ---- playing --------------------------------------------------------------------------------- */

/* A scenario says all inputs: of what is unknown the name stands for it. */
static const rh_value *name_unknown(rh_arena *arena, const rh_value *inputs)
{
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, rh_count_of(inputs) + 1);
    for (size_t i = 0; i < rh_count_of(inputs); i++) {
        fields[i] = inputs->as.fields[i];
        if (rh_kind_of(fields[i].value) == RH_UNKNOWN)
            fields[i].value = rh_value_string(arena, fields[i].key, strlen(fields[i].key));
    }
    return rh_value_object(arena, fields, rh_count_of(inputs));
}

static const rh_actions_event *choose_event(draft *d, const char *event, const char *ref,
                                            rh_error *error)
{
    const rh_actions_event_options given = {.name = event, .ref = ref};
    const rh_actions_event *likely = rh_actions_likely_event(d->arena, d->file, &given, error);
    if (!likely || !likely->options.inputs)
        return likely;
    rh_actions_event_options options = likely->options;
    options.inputs = name_unknown(d->arena, options.inputs);
    return rh_actions_event_build(d->arena, &options, error);
}

static int make_input(draft *d)
{
    rh_error error;
    rh_actions_settings *settings = RH_NEW(d->arena, rh_actions_settings);
    settings->catalog = rh_actions_catalog_read(d->arena, NULL, NULL, 0, &error);
    const rh_value *inputs =
        settings->catalog ? rh_actions_event_inputs(d->arena, d->event, d->file, &error) : NULL;
    if (!inputs)
        return cli_bad_error(d->cli, &error);
    d->definition->settings = settings;
    const rh_field fields[] = {
        {"github", rh_actions_event_github(d->arena, d->event, d->file, inputs)},
        {"inputs", inputs},
        {"vars", named_values(d, &d->vars, 0)},
        {"secrets", named_values(d, &d->secrets, RH_SECRET)},
        {"environments", rh_value_object(d->arena, NULL, 0)},
    };
    d->input = rh_value_object(d->arena, fields, 5);
    return CLI_OK;
}

/* With a fault at a call unless NULL. */
static rh_env *play(const draft *d, const char *point, const char *fault)
{
    rh_error error;
    rh_env *env = rh_env_create(NULL);
    if (!env)
        return NULL;
    if (point)
        rh_env_add_fault(env, point, fault, &error);
    rh_env_start(env, &(rh_start_request){.dialect = &rh_actions_dialect,
                                          .definition = d->definition,
                                          .workflow_type = d->file->name,
                                          .input = d->input});
    rh_play(env);
    return env;
}

/* ---- what is to fail ------------------------------------------------------------------------- */

static bool is_leaf(const rh_job_node *node)
{
    return node->level != RH_CALL_JOB && !node->first && node->call && node->has_started &&
           !node->call->about.is_runners;
}

/* What has the last effect; if nothing has any, what takes longest. */
static const rh_job_node *find_step(const rh_job_tree *tree)
{
    const rh_job_node *last = NULL, *longest = NULL;
    for (const rh_job_node *node = tree->first; node; node = rh_job_node_after(node)) {
        if (!is_leaf(node))
            continue;
        if (node->effects && (!last || node->ended >= last->ended))
            last = node;
        if (!longest || node->ended - node->started > longest->ended - longest->started)
            longest = node;
    }
    return last ? last : longest;
}

/* What takes longest, of all jobs. */
static const rh_job_node *find_longest(const rh_job_tree *tree)
{
    const rh_job_node *longest = NULL;
    for (const rh_job_node *node = tree->first; node; node = rh_job_node_after(node))
        if (is_leaf(node) &&
            (!longest || node->ended - node->started > longest->ended - longest->started))
            longest = node;
    return longest;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_pair(rh_text *text, const char *key, const char *value)
{
    rh_text_puts(text, key);
    rh_yaml_write_text(text, value);
}

static void write_event(const draft *d)
{
    const rh_actions_event_options *options = &d->event->options;
    rh_text *text = d->text;
    write_pair(text, "event: {name: ", options->name);
    if (options->ref)
        write_pair(text, ", ref: ", options->ref);
    if (options->base_ref)
        write_pair(text, ", base-ref: ", options->base_ref);
    if (options->action)
        write_pair(text, ", action: ", options->action);
    if (options->inputs) {
        rh_text_puts(text, ", inputs: ");
        rh_yaml_write_value(text, options->inputs);
    }
    rh_text_puts(text, "}\n");
}

static void write_names(const draft *d, const char *key, const cli_texts *names)
{
    rh_text *text = d->text;
    for (size_t i = 0; i < names->count; i++) {
        rh_text_printf(text, "%s%s: ", i ? ", " : rh_format(d->arena, "%s: {", key),
                       names->items[i]);
        rh_yaml_write_text(text, rh_format(d->arena, "the-%s", names->items[i]));
    }
    rh_text_puts(text, names->count ? "}\n" : "");
}

static void write_conclusions(const draft *d, const rh_job_tree *tree)
{
    rh_text_puts(d->text, "      conclusions:\n");
    for (const rh_job_node *job = tree->first; job; job = job->next) {
        if (!job->is_over)
            continue;
        rh_text_puts(d->text, "        ");
        rh_yaml_write_text(d->text, job->call ? rh_call_path_text(d->arena, job->call) : job->name);
        rh_text_printf(d->text, ": %s\n", rh_conclusion_name((rh_conclusion)job->conclusion));
    }
}

static void write_tainted(const draft *d, const rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    size_t count = 0;
    rh_text list = rh_text_in(d->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_EFFECT || !entry->code)
            continue;
        rh_text_puts(&list, count++ ? ", " : "");
        rh_yaml_write_text(&list, rh_format(d->arena, "%s%s%s", entry->name->text,
                                            entry->text && *entry->text ? " " : "",
                                            entry->text ? entry->text : ""));
    }
    if (count)
        rh_text_printf(d->text, "      tainted: [%s]\n", rh_text_string(&list));
    else
        rh_text_puts(d->text, "      tainted: none\n");
}

static void write_expectations(const draft *d, rh_env *env)
{
    rh_file_run run = rh_file_run_of(env, d->arena);
    rh_conclusion conclusion = rh_job_tree_conclusion(&run.tree);
    rh_text *text = d->text;
    rh_text_puts(text, "    expect:\n");
    if (conclusion)
        rh_text_printf(text, "      conclusion: %s\n", rh_conclusion_name(conclusion));
    else
        rh_text_printf(text, "      status: %s\n", rh_status_name(rh_status_of(env)));
    write_conclusions(d, &run.tree);
    rh_text_puts(text, "      duration: ");
    rh_duration_write(text, rh_duration_of(env));
    rh_job_cost cost = rh_job_cost_of(d->arena, &run.tree);
    if (!cost.unpriced) {
        rh_text_puts(text, "\n      cost: ");
        rh_shown_usd(text, cost.micro_usd);
    }
    rh_text_puts(text, "\n      masked: ");
    rh_shown_masked(text, env);
    rh_text_putc(text, '\n');
    write_tainted(d, env);
    cli_init_write_effects(text, d->effects, env);
}

static int write_failing(const draft *d, const char *name, const rh_job_node *node,
                         const char *fault)
{
    const char *path = rh_call_path_text(d->arena, node->call);
    rh_env *env = play(d, path, fault);
    if (!env)
        return cli_bad(d->cli, "out of memory");
    rh_text_puts(d->text, "\n  - name: ");
    rh_yaml_write_text(d->text, rh_format(d->arena, "%s %s", path, name));
    rh_text_puts(d->text, "\n    faults: {");
    rh_yaml_write_text(d->text, path);
    rh_text_printf(d->text, ": %s}\n", fault);
    write_expectations(d, env);
    rh_env_destroy(env);
    return CLI_OK;
}

static int write_all(draft *d, rh_env *good, const char *output)
{
    rh_file_run run = rh_file_run_of(good, d->arena);
    const rh_job_node *step = find_step(&run.tree), *longest = find_longest(&run.tree);
    d->effects = cli_init_effects(d->arena, good);
    rh_text_printf(
        d->text,
        "# A first rehearsal of %s, written by `rehearse init`. What is expected is what\n"
        "# the runs show today, not what is right: read it, correct what should be "
        "otherwise, and\n# mend the workflow until the file passes.\n\ndefinition: ",
        d->file->name);
    rh_yaml_write_text(d->text, cli_init_seen_from(d->cli, d->path, output));
    rh_text_putc(d->text, '\n');
    write_event(d);
    write_names(d, "secrets", &d->secrets);
    write_names(d, "vars", &d->vars);
    rh_text_puts(d->text, "\nscenarios:\n  - name: all goes well\n");
    write_expectations(d, good);
    if (step)
        rh_text_puts(d->text,
                     "\n  # Is what is done by then right? Does somebody hear of it, and is "
                     "nothing swallowed (masked)?\n  # Is anything made of what failed "
                     "(tainted)?");
    if (step && write_failing(d, "fails", step, FAULT) != CLI_OK)
        return CLI_BAD;
    return longest ? write_failing(d, "loses its runner", longest, LOST) : CLI_OK;
}

int cli_init_file(cli_context *cli, const char *path, const char *output, const char *event,
                  const char *ref)
{
    rh_text text = rh_text_in(&cli->arena);
    const cli_texts includes = {0};
    const rh_actions_files *files;
    const rh_actions_file *file = cli_read_workflow(cli, path, &includes, &files);
    if (!file)
        return CLI_BAD;
    rh_actions_definition definition = {.file = file, .files = files};
    draft d = {.cli = cli,
               .arena = &cli->arena,
               .path = path,
               .file = file,
               .definition = &definition,
               .text = &text};
    find_names(&d, "secrets.", &d.secrets);
    find_names(&d, "vars.", &d.vars);
    rh_error error;
    d.event = choose_event(&d, event, ref, &error);
    if (!d.event)
        return cli_bad_error(cli, &error);
    if (make_input(&d) != CLI_OK)
        return CLI_BAD;
    rh_env *good = play(&d, NULL, NULL);
    if (!good)
        return cli_bad(cli, "out of memory");
    int code = rh_env_problem_count(good)
                   ? cli_bad(cli, "%s cannot be played: %s", path, rh_env_problem(good, 0)->message)
                   : write_all(&d, good, output);
    rh_env_destroy(good);
    return code == CLI_OK ? cli_init_write_out(cli, output, &text) : code;
}
