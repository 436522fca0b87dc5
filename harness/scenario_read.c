#include "harness/scenario_parts.h"

bool rh_scenario_is_workflow_file(const char *definition)
{
    const char *dot = strrchr(definition, '.');
    return dot && dot != definition && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml"));
}

bool rh_is_of_subject(rh_reader *reader, const rh_yaml *node, const char *definition)
{
    bool is_file = rh_scenario_is_workflow_file(definition);
    if (is_file == (reader->subject == RH_ABOUT_FILE))
        return true;
    return rh_refuse(reader, node,
                     is_file ? "'%s' is a workflow file, and the file's own definition is none; "
                               "keep them in files of their own"
                             : "'%s' is no workflow file, and the file's own definition is one; "
                               "keep them in files of their own",
                     definition);
}

/* ---- the keys of a part ---------------------------------------------------------------------- */

static bool read_definition(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_part *part = into;
    (void)key;
    part->definition_node = node;
    return rh_read_text(reader, node, &part->definition) &&
           rh_is_of_subject(reader, node, part->definition);
}

static bool read_given(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    ((rh_scenario_part *)into)->has_given = true;
    return rh_read_flag_field(reader, node, key, into);
}

static bool read_input(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_part *part = into;
    (void)key;
    part->has_input = true;
    part->input = rh_yaml_value(reader->arena, node);
    return true;
}

static bool keep_rows(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    ((rh_scenario_part *)into)->rows = node;
    return (node->kind == RH_YAML_SEQUENCE && node->count) ||
           rh_refuse_kind(reader, node, "a list of rows");
}

static bool read_workflows(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_file *file = into;
    (void)key;
    file->workflows_place = rh_place_of(reader, node);
    return rh_read_texts(reader, node, &file->workflows, &file->workflow_count);
}

static bool read_catalogs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_file *file = into;
    (void)key;
    file->catalogs_node = node;
    return rh_read_texts(reader, node, &file->catalogs, &file->catalog_count);
}

static bool keep_scenarios(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    ((rh_scenario_file *)into)->part.rows = node;
    return (node->kind == RH_YAML_SEQUENCE && node->count) ||
           rh_refuse_kind(reader, node, "a list of scenarios");
}

/* The keys of a file go into its part, but for two. */
static bool read_file_key(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into);

#define ALWAYS(name_, read_)                                                                       \
    {                                                                                              \
        .name = (name_), .read = (read_)                                                           \
    }
#define CODE(name_, read_)                                                                         \
    {                                                                                              \
        .name = (name_), .read = (read_), .only = RH_ABOUT_CODE                                    \
    }
#define OF_FILE(name_, read_)                                                                      \
    {                                                                                              \
        .name = (name_), .read = (read_), .only = RH_ABOUT_FILE                                    \
    }

static const rh_key file_keys[] = {
    {"definition", read_file_key, 0, true}, CODE("workflows", read_workflows),
    CODE("given", read_file_key),           CODE("input", read_file_key),
    OF_FILE("includes", rh_read_includes),  OF_FILE("catalog", read_catalogs),
    OF_FILE("event", read_file_key),        OF_FILE("secrets", read_file_key),
    OF_FILE("vars", read_file_key),         OF_FILE("environments", read_file_key),
    ALWAYS("runs", read_file_key),          ALWAYS("hosts", read_file_key),
    ALWAYS("settings", read_file_key),      ALWAYS("mocks", read_file_key),
    {"scenarios", keep_scenarios, 0, true}, {0},
};

static const rh_key scenario_keys[] = {
    {"name", rh_read_text_field, offsetof(rh_scenario_part, name), true},
    ALWAYS("definition", read_definition),
    {"given", read_given, offsetof(rh_scenario_part, given), .only = RH_ABOUT_CODE},
    CODE("input", read_input),
    OF_FILE("event", rh_read_event),
    OF_FILE("secrets", rh_read_secrets),
    OF_FILE("vars", rh_read_vars),
    OF_FILE("environments", rh_read_environments),
    ALWAYS("runs", rh_read_runs),
    ALWAYS("hosts", rh_read_hosts),
    ALWAYS("settings", rh_read_settings),
    ALWAYS("mocks", rh_read_mocks),
    ALWAYS("faults", rh_read_faults),
    ALWAYS("durations", rh_read_durations),
    ALWAYS("at", rh_read_events),
    OF_FILE("re-run", rh_read_rerun),
    ALWAYS("expect", rh_read_expectations),
    ALWAYS("rows", keep_rows),
    {0},
};

static const rh_key row_keys[] = {
    {"name", rh_read_text_field, offsetof(rh_scenario_part, name)},
    CODE("input", read_input),
    OF_FILE("event", rh_read_event),
    OF_FILE("secrets", rh_read_secrets),
    OF_FILE("vars", rh_read_vars),
    OF_FILE("environments", rh_read_environments),
    ALWAYS("settings", rh_read_settings),
    ALWAYS("mocks", rh_read_mocks),
    ALWAYS("faults", rh_read_faults),
    ALWAYS("durations", rh_read_durations),
    ALWAYS("at", rh_read_events),
    OF_FILE("re-run", rh_read_rerun),
    ALWAYS("expect", rh_read_expectations),
    {0},
};

static bool read_file_key(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    for (const rh_key *own = scenario_keys; own->name; own++)
        if (!strcmp(own->name, key->name))
            return own->read(reader, node, own, &((rh_scenario_file *)into)->part);
    return false;
}

/* ---- what the parts of a test come to -------------------------------------------------------- */

static void merge_settings(rh_scenario_settings *all, const rh_scenario_settings *inner)
{
#define TAKE(given, field)                                                                         \
    if (inner->given)                                                                              \
    all->given = inner->given, all->field = inner->field
    TAKE(has_seed, seed);
    TAKE(has_server, server);
    TAKE(has_cache, cache);
    TAKE(has_random_choices, random_choices);
    TAKE(random_faults, random_faults);
    TAKE(dispatch_latency, dispatch_latency);
    TAKE(task_latency, task_latency);
    TAKE(task_duration, task_duration);
    TAKE(max_time, max_time);
    TAKE(limits.task_attempts, limits.task_attempts);
    TAKE(limits.pending_activities, limits.pending_activities);
    TAKE(limits.pending_children, limits.pending_children);
    TAKE(limits.pending_signals, limits.pending_signals);
    TAKE(limits.pending_cancels, limits.pending_cancels);
    TAKE(limits.buffered_events, limits.buffered_events);
    TAKE(limits.history_suggestion, limits.history_suggestion);
    TAKE(limits.history_warning, limits.history_warning);
    TAKE(limits.history_limit, limits.history_limit);
    TAKE(limits.history_size_suggestion, limits.history_size_suggestion);
    TAKE(limits.history_size_warning, limits.history_size_warning);
    TAKE(limits.history_size_limit, limits.history_size_limit);
    TAKE(limits.payload_warning, limits.payload_warning);
    TAKE(limits.payload_limit, limits.payload_limit);
    TAKE(limits.memo_limit, limits.memo_limit);
    TAKE(profile, profile);
    TAKE(time_limit_s, time_limit_s);
    TAKE(has_unknown, unknown);
    TAKE(has_timed_out_job, timed_out_job_fails);
    TAKE(runners, runners);
    TAKE(runner_start, runner_start);
    TAKE(lost_runner_after, lost_runner_after);
#undef TAKE
}

/* Whether a part says something of this kind, about the same run. */
static bool expects(const rh_scenario_part *part, const rh_expectation *expectation)
{
    for (size_t i = 0; i < part->expectations_count; i++) {
        const rh_expectation *other = &part->expectations[i];
        bool same_run = expectation->run && other->run ? !strcmp(expectation->run, other->run)
                                                       : expectation->run == other->run;
        if (same_run && other->kind == expectation->kind)
            return true;
    }
    return false;
}

static void merge_expectations(rh_arena *arena, rh_scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario->part_count; i++)
        count += scenario->parts[i]->expectations_count;
    scenario->expectations = RH_NEW_ARRAY(arena, const rh_expectation *, count);
    for (size_t i = 0; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->expectations_count; j++) {
            const rh_expectation *expectation = &scenario->parts[i]->expectations[j];
            bool replaced = false;
            for (size_t k = i + 1; k < scenario->part_count; k++)
                replaced = replaced || expects(scenario->parts[k], expectation);
            if (!replaced)
                scenario->expectations[scenario->expectation_count++] = expectation;
        }
}

static bool knows_host(rh_reader *reader, const rh_scenario *scenario,
                       const rh_scenario_event *event)
{
    const rh_scenario_part *hosts = scenario->hosts;
    if (!hosts)
        return rh_refuse(
            reader, event->name_node,
            reader->subject == RH_ABOUT_FILE
                ? "there are no hosts; name them under 'hosts:' first (a hosted runner "
                  "is lost by a fault of its job: 'faults: {JOB/STEP: runner-lost}')"
                : "there are no hosts; name them under 'hosts:' first");
    const char **names = RH_NEW_ARRAY(reader->arena, const char *, hosts->hosts_count + 1);
    for (size_t i = 0; i < hosts->hosts_count; i++) {
        names[i] = hosts->hosts[i].options.name;
        if (!strcmp(names[i], event->name))
            return true;
    }
    return rh_refuse_name(reader, event->name_node, "host", names);
}

static bool check_scenario(rh_reader *reader, const rh_scenario *scenario)
{
    const rh_scenario_part *inner = scenario->parts[scenario->part_count - 1];
    if (!scenario->expectation_count)
        return rh_refuse(reader, inner->node,
                         "'%s' expects nothing; add 'expect:' with at least a %s", scenario->name,
                         reader->subject == RH_ABOUT_FILE ? "conclusion" : "status");
    for (size_t i = 1; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->events_count; j++) {
            const rh_scenario_event *event = &scenario->parts[i]->events[j];
            if (event->act >= RH_ACT_LOSE_HOST && !knows_host(reader, scenario, event))
                return false;
        }
    return true;
}

/* What only workflow files have. */
static bool merge_file_keys(rh_reader *reader, rh_scenario *scenario)
{
    const rh_yaml *events[3] = {NULL};
    const rh_value *secrets[3] = {NULL}, *vars[3] = {NULL}, *environments[3] = {NULL};
    size_t count = scenario->part_count;
    for (size_t i = 0; i < count; i++) {
        const rh_scenario_part *part = scenario->parts[i];
        events[i] = part->event;
        secrets[i] = part->secrets;
        vars[i] = part->vars;
        environments[i] = part->environments;
        if (part->has_rerun)
            scenario->rerun = part->rerun;
    }
    scenario->event = rh_merge_events(reader, events, count);
    scenario->secrets = rh_merge_fields(reader->arena, secrets, count);
    scenario->vars = rh_merge_fields(reader->arena, vars, count);
    scenario->environments = rh_merge_fields(reader->arena, environments, count);
    if (scenario->rerun && scenario->runs && scenario->runs->runs_count > 1)
        return rh_refuse(reader, scenario->parts[count - 1]->node,
                         "'re-run' is about one run; '%s' has several", scenario->name);
    return scenario->event != NULL;
}

/* One test, of a scenario and, unless NULL, a row of it. */
static bool add_test(rh_reader *reader, rh_scenario_file *file, const rh_scenario_part *part,
                     const rh_scenario_part *row)
{
    rh_scenario *scenario = &file->scenarios[file->scenario_count++];
    *scenario = (rh_scenario){
        .name = row ? rh_format(reader->arena, "%s/%s", part->name, row->name) : part->name,
        .file = file,
        .parts = {&file->part, part, row},
        .part_count = row ? 3 : 2,
        .place = row ? row->place : part->place,
    };
    for (size_t i = 0; i < scenario->part_count; i++) {
        const rh_scenario_part *from = scenario->parts[i];
        if (from->definition)
            scenario->definition = from->definition;
        if (from->has_given)
            scenario->given = from->given;
        if (from->has_input) {
            scenario->input = from->input;
            scenario->has_input = true;
        }
        if (from->hosts_count)
            scenario->hosts = from;
        if (from->runs_count)
            scenario->runs = from;
        merge_settings(&scenario->settings, &from->settings);
    }
    merge_expectations(reader->arena, scenario);
    if (file->is_of_files && !merge_file_keys(reader, scenario))
        return false;
    return check_scenario(reader, scenario);
}

/* ---- scenarios and rows ---------------------------------------------------------------------- */

static bool name_is_new(rh_reader *reader, const rh_scenario_part *parts, size_t count,
                        const char *what)
{
    const rh_scenario_part *newest = &parts[count];
    for (size_t i = 0; i < count; i++)
        if (!strcmp(parts[i].name, newest->name)) {
            const rh_yaml *name = rh_yaml_get(newest->node, "name");
            return rh_refuse(reader, name ? name : newest->node,
                             "two %s have the name '%s', the first in line %d", what, newest->name,
                             parts[i].place.line);
        }
    return true;
}

static bool read_part(rh_reader *reader, const rh_yaml *node, const char *what, const rh_key *keys,
                      rh_scenario_part *part)
{
    part->node = node;
    part->place = rh_place_of(reader, node);
    return rh_read_mapping(reader, node, what, keys, part);
}

static bool read_rows(rh_reader *reader, rh_scenario_file *file, const rh_scenario_part *scenario)
{
    const rh_yaml *list = scenario->rows;
    rh_scenario_part *rows = RH_NEW_ARRAY(reader->arena, rh_scenario_part, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        if (!read_part(reader, list->as.items[i], "a row", row_keys, &rows[i]))
            return false;
        if (!rows[i].name)
            rows[i].name = rh_format(reader->arena, "row %u", i + 1);
        if (!name_is_new(reader, rows, i, "rows") || !add_test(reader, file, scenario, &rows[i]))
            return false;
    }
    return true;
}

static size_t count_tests(const rh_yaml *list)
{
    size_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const rh_yaml *rows = rh_yaml_get(list->as.items[i], "rows");
        count += rows && rows->kind == RH_YAML_SEQUENCE ? rows->count : 1;
    }
    return count;
}

static bool read_scenarios(rh_reader *reader, rh_scenario_file *file)
{
    const rh_yaml *list = file->part.rows;
    rh_scenario_part *parts = RH_NEW_ARRAY(reader->arena, rh_scenario_part, list->count);
    file->scenarios = RH_NEW_ARRAY(reader->arena, rh_scenario, count_tests(list));
    for (uint32_t i = 0; i < list->count; i++) {
        rh_scenario_part *part = &parts[i];
        if (!read_part(reader, list->as.items[i], "a scenario", scenario_keys, part) ||
            !name_is_new(reader, parts, i, "scenarios"))
            return false;
        if (!(part->rows ? read_rows(reader, file, part) : add_test(reader, file, part, NULL)))
            return false;
    }
    return true;
}

/* "fixtures/release/release.rehearse.yml" -> "release" */
static const char *name_of(rh_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *suffix = strstr(base, ".rehearse.");
    if (!suffix)
        suffix = strstr(base, ".y"); /* .yml, .yaml */
    return rh_arena_text(arena, base, suffix ? (size_t)(suffix - base) : strlen(base));
}

/* Which keys there are hangs on what is rehearsed, so that is looked at first. */
static void set_subject(rh_reader *reader, rh_scenario_file *file, const rh_yaml *definition)
{
    bool is_text = definition && definition->kind == RH_YAML_SCALAR;
    const char *name = is_text ? definition->text : "it";
    file->is_of_files = is_text && rh_scenario_is_workflow_file(name);
    reader->subject = file->is_of_files ? RH_ABOUT_FILE : RH_ABOUT_CODE;
    reader->why_not =
        file->is_of_files
            ? rh_format(reader->arena,
                        "belongs to workflows of shared objects, and %s is a workflow file", name)
            : rh_format(reader->arena, "belongs to workflow files, and '%s' does not end in .yml",
                        name);
}

rh_scenario_file *rh_scenario_read(rh_arena *arena, const rh_catalog *catalog, const char *path,
                                   const char *text, size_t length, rh_error *error)
{
    rh_reader reader = {
        .arena = arena, .file = rh_arena_string(arena, path), .catalog = catalog, .error = error};
    rh_scenario_file *file = RH_NEW(arena, rh_scenario_file);
    const rh_yaml *root = rh_yaml_read(arena, text, length, reader.file, NULL, error);
    if (!root)
        return NULL;
    file->path = reader.file;
    file->name = name_of(arena, path);
    file->text = rh_arena_text(arena, text, length);
    file->length = length;
    if (root->kind == RH_YAML_SCALAR && root->type == RH_NULL) {
        rh_refuse(&reader, root, "the file is empty; begin with 'definition:' and 'scenarios:'");
        return NULL;
    }
    set_subject(&reader, file, rh_yaml_get(root, "definition"));
    if (!rh_read_mapping(&reader, root, "a scenario file", file_keys, file) ||
        !read_scenarios(&reader, file))
        return NULL;
    return file;
}
