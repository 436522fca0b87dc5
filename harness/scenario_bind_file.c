/* Finding what a scenario file of a workflow file names: workflows, payloads, catalogs; building
 * its events. */
#include "harness/node.h"
#include "harness/scenario.h"
#include "harness/scenario_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/json.h"
#include "sim/base/value.h"

typedef struct opened {
    const char *definition; /* as it is written */
    const rh_actions_file *file;
    const rh_actions_files *files;
} opened;

typedef struct binder {
    rh_reader reader;
    rh_scenario_file *file;
    const rh_scenario_files *from;
    const char *const *includes; /* NAME=PATH */
    const rh_actions_catalog *catalog;
    opened *workflows;
    size_t count, capacity;
} binder;

/* ---- paths ----------------------------------------------------------------------------------- */

const char *rh_scenario_beside(rh_arena *arena, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    if (path[0] == '/')
        return path;
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    size_t length = slash ? (size_t)(slash - file) : 0;
    /* "a/b" and "../c" are "a/c": what is shown is to be what the repository calls it. */
    while (length && !strncmp(path, "../", 3)) {
        size_t cut = length;
        while (cut > 0 && file[cut - 1] != '/')
            cut--;
        if (!strncmp(file + cut, "..", length - cut))
            break; /* "." and ".." stay as they are */
        length = cut ? cut - 1 : 0;
        path += 3;
        if (cut == 1)
            return rh_format(arena, "/%s", path);
    }
    return length ? rh_format(arena, "%.*s/%s", (int)length, file, path) : path;
}

/* An error in another file, told with its place there; or what went wrong with it, told here. */
static bool refuse_file(binder *b, const rh_yaml *node, const char *path, const rh_error *inner)
{
    if (inner->file[0] && inner->line) {
        *b->reader.error = *inner;
        return false;
    }
    return rh_refuse(&b->reader, node, "%s: %s", path, inner->message);
}

/* ---- workflows ------------------------------------------------------------------------------- */

static bool read_workflow(binder *b, const rh_yaml *node, const char *path, opened *to)
{
    rh_error error = {.message = ""};
    size_t length, count = b->file->includes_count;
    rh_arena *arena = b->reader.arena;
    const char *text = b->from->read(b->from->data, path, &length, &error);
    if (!text)
        return refuse_file(b, node, path, &error);
    to->files = b->from->around(b->from->data, path, b->includes, count, &error);
    if (!to->files)
        return refuse_file(b, node, path, &error);
    rh_actions_errors *errors = RH_NEW(arena, rh_actions_errors);
    to->file = rh_actions_read(arena, text, length, path,
                               &(rh_actions_read_options){.files = to->files}, errors);
    if (to->file)
        return true;
    *b->reader.error = errors->items[0];
    size_t more = errors->count - 1 + errors->left_out;
    return !more || rh_error_set(b->reader.error, errors->items[0].file, errors->items[0].line,
                                 errors->items[0].column,
                                 "%s (and %zu more; 'rehearse show %s' tells them all)",
                                 rh_arena_string(arena, errors->items[0].message), more, path) == 0;
}

/* NULL after an error. */
static const opened *open_workflow(binder *b, const rh_yaml *node, const char *definition)
{
    rh_arena *arena = b->reader.arena;
    for (size_t i = 0; i < b->count; i++)
        if (!strcmp(b->workflows[i].definition, definition))
            return &b->workflows[i];
    opened made = {.definition = definition};
    const char *path = rh_scenario_beside(arena, b->file->path, definition);
    if (!read_workflow(b, node, path, &made) || !made.file)
        return NULL;
    b->workflows =
        rh_arena_reserve(arena, b->workflows, sizeof *b->workflows, b->count + 1, &b->capacity);
    b->workflows[b->count] = made;
    return &b->workflows[b->count++];
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool read_payload(binder *b, const rh_scenario_event_spec *spec,
                         rh_actions_event_options *options)
{
    rh_error error = {.message = ""};
    size_t length;
    if (!spec->payload)
        return true;
    const char *path = rh_scenario_beside(b->reader.arena, b->file->path, spec->payload);
    const char *text = b->from->read(b->from->data, path, &length, &error);
    if (text)
        options->payload = rh_json_read(b->reader.arena, text, length, path, &error);
    return options->payload || refuse_file(b, spec->payload_node, path, &error);
}

static const rh_actions_event *build_event(binder *b, const rh_yaml *fallback,
                                           const rh_scenario_event_spec *spec)
{
    rh_error error = {.message = ""};
    rh_actions_event_options options = spec->options;
    const rh_yaml *node = spec->node ? spec->node : fallback;
    if (!options.name) {
        rh_refuse(&b->reader, node,
                  spec->node ? "the event has no name; add one, like 'name: push'"
                             : "nothing says what starts the workflow; add 'event: push' or the "
                               "like");
        return NULL;
    }
    if (!read_payload(b, spec, &options))
        return NULL;
    const rh_actions_event *event = rh_actions_event_build(b->reader.arena, &options, &error);
    if (!event)
        rh_refuse(&b->reader, node, "%s", error.message);
    return event;
}

/* ---- scenarios ------------------------------------------------------------------------------- */

static const rh_actions_settings *settings_of(binder *b, const rh_scenario *scenario)
{
    const rh_scenario_settings *said = &scenario->settings;
    rh_actions_settings *settings = RH_NEW(b->reader.arena, rh_actions_settings);
    *settings = (rh_actions_settings){
        .unknown = said->unknown,
        .timed_out_job_fails = said->timed_out_job_fails,
        .catalog = b->catalog,
        .hosted_runners = said->runners,
        .runner_start_delay = said->runner_start,
        .lost_runner_after = said->lost_runner_after,
    };
    return settings;
}

/* The definition's name, with a number behind it from the second on. */
static const char *new_id(binder *b, const rh_scenario_play_of *plays, size_t count,
                          const char *name)
{
    unsigned number = 1;
    for (size_t i = 0; i < count; i++)
        number += !strcmp(plays[i].definition->file->name, name);
    return number == 1 ? name : rh_format(b->reader.arena, "%s-%u", name, number);
}

static bool bind_play(binder *b, const rh_scenario *scenario, const rh_scenario_run *run,
                      rh_scenario_play_of *play)
{
    rh_arena *arena = b->reader.arena;
    const rh_scenario_part *inner = scenario->parts[scenario->part_count - 1];
    const char *name = run && run->definition ? run->definition : scenario->definition;
    const rh_yaml *node = run && run->definition ? run->definition_node : NULL;
    for (size_t i = 0; i < scenario->part_count && !(run && run->definition); i++)
        if (scenario->parts[i]->definition)
            node = scenario->parts[i]->definition_node;
    const opened *workflow = open_workflow(b, node, name);
    if (!workflow)
        return false;
    const rh_scenario_event_spec *spec = scenario->event;
    if (run && run->event) {
        const rh_yaml *nodes[4] = {NULL};
        for (size_t i = 0; i < scenario->part_count; i++)
            nodes[i] = scenario->parts[i]->event;
        nodes[3] = run->event;
        spec = rh_merge_events(&b->reader, nodes, 4);
    }
    play->event = spec ? build_event(b, inner->node, spec) : NULL;
    if (!play->event)
        return false;
    rh_error error = {.message = ""};
    const rh_value *inputs = rh_actions_event_inputs(arena, play->event, workflow->file, &error);
    if (!inputs)
        return rh_refuse(&b->reader, spec->node ? spec->node : inner->node, "%s:%u: %s",
                         error.file[0] ? error.file : workflow->file->path, error.line,
                         error.message);
    rh_trigger_answer answer = rh_actions_triggered(arena, workflow->file, play->event);
    play->not_started = answer.runs ? NULL : answer.why;
    rh_actions_definition *definition = RH_NEW(arena, rh_actions_definition);
    *definition =
        (rh_actions_definition){workflow->file, settings_of(b, scenario), workflow->files};
    play->definition = definition;
    const rh_field fields[] = {
        {"github", rh_actions_event_github(arena, play->event, workflow->file, inputs)},
        {"inputs", inputs},
        {"vars", scenario->vars},
        {"secrets", scenario->secrets},
        {"environments", scenario->environments},
    };
    play->input = rh_value_object(arena, fields, 5);
    return true;
}

/* Reviewers speak of an environment, which a job may wait for only if it has rules. */
static bool bind_reviews(binder *b, const rh_scenario *scenario)
{
    size_t count = rh_count_of(scenario->environments);
    const char **names = RH_NEW_ARRAY(b->reader.arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = scenario->environments->as.fields[i].key;
    for (size_t i = 1; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->events_count; j++) {
            rh_scenario_event *event = &scenario->parts[i]->events[j];
            if (event->act != RH_ACT_APPROVE && event->act != RH_ACT_REJECT)
                continue;
            event->value = rh_value_string(b->reader.arena, event->name, strlen(event->name));
            if (!rh_get(scenario->environments, event->name))
                return count ? rh_refuse_name(&b->reader, event->name_node, "environment", names)
                             : rh_refuse(&b->reader, event->name_node,
                                         "no environment has rules; write them under "
                                         "'environments: {%s: {reviewers: 1}}'",
                                         event->name);
        }
    return true;
}

static bool is_id(const rh_scenario *scenario, const char *id)
{
    for (size_t i = 0; i < scenario->play_count; i++)
        if (!strcmp(scenario->plays[i].workflow_id, id))
            return true;
    return scenario->rerun_id && !strcmp(scenario->rerun_id, id);
}

static bool refuse_run(binder *b, const rh_scenario *scenario, const rh_yaml *node)
{
    size_t count = scenario->play_count;
    const char **names = RH_NEW_ARRAY(b->reader.arena, const char *, count + 2);
    for (size_t i = 0; i < count; i++)
        names[i] = scenario->plays[i].workflow_id;
    names[count] = scenario->rerun_id;
    return rh_refuse_name(&b->reader, node, "run", names);
}

static bool runs_are_known(binder *b, const rh_scenario *scenario)
{
    for (size_t i = 0; i < scenario->expectation_count; i++) {
        const rh_expectation *expectation = scenario->expectations[i];
        rh_yaml place = {.line = (uint32_t)expectation->place.line,
                         .column = (uint32_t)expectation->place.column,
                         .text = expectation->run};
        if (expectation->run && !is_id(scenario, expectation->run))
            return refuse_run(b, scenario, &place);
    }
    for (size_t i = 1; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->events_count; j++) {
            const rh_scenario_event *event = &scenario->parts[i]->events[j];
            if (event->run && !is_id(scenario, event->run))
                return refuse_run(b, scenario, event->run_node);
        }
    return true;
}

static bool bind_scenario(binder *b, rh_scenario *scenario)
{
    rh_arena *arena = b->reader.arena;
    size_t count = scenario->runs ? scenario->runs->runs_count : 1;
    rh_scenario_play_of *plays = RH_NEW_ARRAY(arena, rh_scenario_play_of, count);
    for (size_t i = 0; i < count; i++) {
        const rh_scenario_run *run = scenario->runs ? &scenario->runs->runs[i] : NULL;
        if (!bind_play(b, scenario, run, &plays[i]))
            return false;
        plays[i].workflow_id = run && run->options.workflow_id
                                   ? run->options.workflow_id
                                   : new_id(b, plays, i, plays[i].definition->file->name);
    }
    scenario->plays = plays;
    scenario->play_count = count;
    if (scenario->rerun)
        scenario->rerun_id = rh_format(arena, "%s-2", plays[0].workflow_id);
    return bind_reviews(b, scenario) && runs_are_known(b, scenario);
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool read_catalog(binder *b)
{
    rh_arena *arena = b->reader.arena;
    rh_scenario_file *file = b->file;
    rh_error error = {.message = ""};
    const char **texts = RH_NEW_ARRAY(arena, const char *, file->catalog_count);
    const char **paths = RH_NEW_ARRAY(arena, const char *, file->catalog_count);
    for (size_t i = 0; i < file->catalog_count; i++) {
        size_t length;
        const rh_yaml *node = file->catalogs_node->kind == RH_YAML_SEQUENCE
                                  ? file->catalogs_node->as.items[i]
                                  : file->catalogs_node;
        paths[i] = rh_scenario_beside(arena, file->path, file->catalogs[i]);
        texts[i] = b->from->read(b->from->data, paths[i], &length, &error);
        if (!texts[i])
            return refuse_file(b, node, paths[i], &error);
    }
    b->catalog = rh_actions_catalog_read(arena, texts, paths, file->catalog_count, &error);
    return b->catalog || refuse_file(b, file->catalogs_node, file->path, &error);
}

static const char *const *includes_of(binder *b)
{
    rh_arena *arena = b->reader.arena;
    const rh_scenario_file *file = b->file;
    const char **includes = RH_NEW_ARRAY(arena, const char *, file->includes_count + 1);
    for (size_t i = 0; i < file->includes_count; i++)
        includes[i] = rh_format(arena, "%s=%s", file->includes[i].name,
                                rh_scenario_beside(arena, file->path, file->includes[i].path));
    return includes;
}

int rh_scenario_bind_files(rh_arena *arena, rh_scenario_file *file, const rh_scenario_files *from,
                           rh_error *error)
{
    binder b = {
        .reader = {.arena = arena, .file = file->path, .error = error, .subject = RH_ABOUT_FILE},
        .file = file,
        .from = from,
    };
    b.includes = includes_of(&b);
    if (!read_catalog(&b))
        return -1;
    for (size_t i = 0; i < file->scenario_count; i++)
        if (!bind_scenario(&b, &file->scenarios[i]))
            return -1;
    return 0;
}
