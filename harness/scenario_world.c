/* What a world is made of beside mocks: faults, durations, hosts, runs, events from outside. */
#include "harness/plan.h"
#include "harness/scenario_parts.h"
#include "sim/chain.h"

static bool names_attempt(const char *text)
{
    return !strcmp(text, "*") || (*text && !text[strspn(text, "0123456789")]);
}

bool rh_read_path(rh_reader *reader, const rh_yaml *node, const char **path)
{
    if (!rh_read_text(reader, node, path))
        return false;
    const char *behind = strchr(*path, ']');
    const char *attempt = strchr(behind ? behind : *path, '@');
    /* Steps are named as they are: "release/Run actions/checkout@v4". */
    bool is_of_step = strchr(*path, '/') && reader->subject == RH_ABOUT_FILE;
    if (attempt && is_of_step)
        attempt = names_attempt(strrchr(*path, '@') + 1) ? attempt : NULL;
    if (attempt)
        return rh_refuse(reader, node,
                         "'%s' names an attempt; here a call is meant: TYPE, TYPE[KEY] or TYPE#N",
                         *path);
    return rh_plan_path_valid(*path) ||
           rh_refuse(reader, node, "'%s' is no call; expected TYPE, TYPE[KEY] or TYPE#N", *path);
}

/* ---- faults and durations -------------------------------------------------------------------- */

/* faults: {UpdateHomebrew: homebrew-auth, "BuildMacOS[arm64]@2": dns} */
bool rh_read_faults(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "fault points and their faults");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_planned_fault planned;
        rh_error error;
        rh_scenario_fault *fault = RH_ADD(reader, (rh_scenario_part *)into, faults);
        fault->place = rh_place_of(reader, pair->key);
        if (!rh_read_text(reader, pair->key, &fault->point) ||
            !rh_read_text(reader, pair->value, &fault->fault))
            return false;
        if (rh_plan_read(reader->arena, reader->catalog, fault->point, "", &planned, &error) != 0 &&
            !strncmp(error.message, "fault point", strlen("fault point")))
            return rh_refuse(reader, pair->key, "%s", error.message);
        if (rh_plan_read(reader->arena, reader->catalog, fault->point, fault->fault, &planned,
                         &error) != 0)
            return rh_refuse(reader, pair->value, "%s", error.message);
    }
    return true;
}

/* durations: {BuildLinux: 12m} */
bool rh_read_durations(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "calls and their durations");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_scenario_takes *takes = RH_ADD(reader, (rh_scenario_part *)into, durations);
        takes->place = rh_place_of(reader, pair->key);
        if (!rh_read_path(reader, pair->key, &takes->path) ||
            !rh_read_duration(reader, pair->value, &takes->takes))
            return false;
    }
    return true;
}

/* ---- hosts ----------------------------------------------------------------------------------- */

static bool read_slots(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_host_options *host = into;
    int64_t slots;
    (void)key;
    if (!rh_read_count(reader, node, 1, INT32_MAX, &slots))
        return false;
    host->slots = (uint32_t)slots;
    return true;
}

static bool read_queues(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_host_options *host = into;
    size_t count;
    (void)key;
    return rh_read_texts(reader, node, &host->task_queues, &count);
}

static const rh_key host_keys[] = {
    {"slots", read_slots, 0},
    {"task-queues", read_queues, 0},
    {0},
};

/* `node`: NULL, nothing, a number of slots, or a mapping. */
static bool add_host(rh_reader *reader, const rh_yaml *name, const rh_yaml *node,
                     rh_scenario_part *part)
{
    rh_scenario_host *host = RH_ADD(reader, part, hosts);
    host->place = rh_place_of(reader, name);
    host->options.file = host->place.file;
    host->options.line = host->place.line;
    if (!rh_read_text(reader, name, &host->options.name))
        return false;
    for (size_t i = 0; i + 1 < part->hosts_count; i++)
        if (!strcmp(part->hosts[i].options.name, host->options.name))
            return rh_refuse(reader, name, "two hosts have the name '%s'", host->options.name);
    if (!node || (node->kind == RH_YAML_SCALAR && node->type == RH_NULL))
        return true;
    return node->kind == RH_YAML_SCALAR
               ? read_slots(reader, node, NULL, &host->options)
               : rh_read_mapping(reader, node, "a host", host_keys, &host->options);
}

/* hosts: [linux-1, linux-2], or {macos-1: 2, macos-2: {slots: 1, task-queues: macos}} */
bool rh_read_hosts(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind == RH_YAML_SCALAR || !node->count)
        return rh_refuse_kind(reader, node, "names of hosts");
    for (uint32_t i = 0; i < node->count; i++) {
        bool is_list = node->kind == RH_YAML_SEQUENCE;
        if (!add_host(reader, is_list ? node->as.items[i] : node->as.pairs[i].key,
                      is_list ? NULL : node->as.pairs[i].value, into))
            return false;
    }
    return true;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static bool read_run_input(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_run *run = into;
    (void)key;
    run->input = rh_yaml_value(reader->arena, node);
    run->has_input = true;
    return true;
}

static bool read_run_definition(rh_reader *reader, const rh_yaml *node, const rh_key *key,
                                void *into)
{
    rh_scenario_run *run = into;
    (void)key;
    run->definition_node = node;
    return rh_read_text(reader, node, &run->definition) &&
           rh_is_of_subject(reader, node, run->definition);
}

static bool read_run_event(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_run *run = into;
    (void)key;
    run->event = node;
    return rh_merge_events(reader, &node, 1) != NULL;
}

static bool read_reuse(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_run *run = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "reuse policy", rh_reuse_names, &which))
        return false;
    run->options.reuse = (rh_reuse_policy)which;
    return true;
}

static bool read_conflict(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_run *run = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "conflict policy", rh_conflict_names, &which))
        return false;
    run->options.conflict = (rh_conflict_policy)which;
    return true;
}

static const rh_key run_keys[] = {
    {"at", rh_read_duration_field, offsetof(rh_scenario_run, options.at)},
    {"id", rh_read_text_field, offsetof(rh_scenario_run, options.workflow_id)},
    {"definition", read_run_definition, 0},
    {"input", read_run_input, 0, .only = RH_ABOUT_CODE},
    {"event", read_run_event, 0, .only = RH_ABOUT_FILE},
    {"task-queue", rh_read_text_field, offsetof(rh_scenario_run, options.task_queue),
     .only = RH_ABOUT_CODE},
    {"run-timeout", rh_read_duration_field, offsetof(rh_scenario_run, options.run_timeout),
     .only = RH_ABOUT_CODE},
    {"reuse", read_reuse, 0, .only = RH_ABOUT_CODE},
    {"conflict", read_conflict, 0, .only = RH_ABOUT_CODE},
    {"refused", rh_read_true_field, offsetof(rh_scenario_run, is_refused), .only = RH_ABOUT_CODE},
    {0},
};

/* Two runs with one id are a mistake, unless the later one says what is to become of it. */
static bool is_id_taken(const rh_scenario_part *part, const rh_scenario_run *run,
                        const rh_yaml *node)
{
    bool is_meant =
        rh_yaml_get(node, "refused") || rh_yaml_get(node, "reuse") || rh_yaml_get(node, "conflict");
    for (const rh_scenario_run *other = part->runs; other < run && !is_meant; other++)
        if (other->options.workflow_id && run->options.workflow_id &&
            !strcmp(other->options.workflow_id, run->options.workflow_id))
            return true;
    return false;
}

/* runs: [{at: 0, id: first}, {at: 1m}] */
bool rh_read_runs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_part *part = into;
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE || !node->count)
        return rh_refuse_kind(reader, node, "a list of runs");
    for (uint32_t i = 0; i < node->count; i++) {
        rh_scenario_run *run = RH_ADD(reader, part, runs);
        run->place = rh_place_of(reader, node->as.items[i]);
        if (!rh_read_mapping(reader, node->as.items[i], "a run", run_keys, run))
            return false;
        if (is_id_taken(part, run, node->as.items[i]))
            return rh_refuse(reader, rh_yaml_get(node->as.items[i], "id"),
                             "two runs have the id '%s'; say what becomes of the second one with "
                             "'refused: true', 'reuse' or 'conflict'",
                             run->options.workflow_id);
    }
    return true;
}

/* ---- events from outside --------------------------------------------------------------------- */

static bool read_at(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    (void)key;
    event->has_at = true;
    return rh_read_duration(reader, node, &event->at);
}

static bool read_run(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    (void)key;
    event->run_node = node;
    return rh_read_text(reader, node, &event->run);
}

static const rh_key signal_keys[] = {
    {"name", rh_read_text_field, offsetof(rh_scenario_event, name), true},
    {"value", rh_read_value_field, offsetof(rh_scenario_event, value)},
    {0},
};

/* signal: approve, or {name: approve, value: ...} */
static bool read_signal(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    (void)key;
    event->act = RH_ACT_SIGNAL;
    event->acts++;
    if (node->kind == RH_YAML_MAPPING)
        return rh_read_mapping(reader, node, "a signal", signal_keys, event);
    return rh_read_text(reader, node, &event->name);
}

static bool read_cancel(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    (void)key;
    event->act = RH_ACT_CANCEL;
    event->acts++;
    return (node->kind == RH_YAML_SCALAR && node->type == RH_BOOLEAN && node->as.boolean) ||
           rh_refuse_kind(reader, node, "true");
}

/* terminate: true, or a reason */
static bool read_terminate(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    (void)key;
    event->act = RH_ACT_TERMINATE;
    event->acts++;
    event->name = "terminated by the scenario";
    if (node->kind == RH_YAML_SCALAR && node->type == RH_BOOLEAN && node->as.boolean)
        return true;
    return rh_read_text(reader, node, &event->name);
}

/* approve, reject: an environment that waits for its reviewers */
static bool read_review(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    event->act = !strcmp(key->name, "approve") ? RH_ACT_APPROVE : RH_ACT_REJECT;
    event->acts++;
    event->name_node = node;
    return rh_read_text(reader, node, &event->name);
}

static bool read_host_act(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event *event = into;
    event->act = !strcmp(key->name, "lose-host")    ? RH_ACT_LOSE_HOST
                 : !strcmp(key->name, "drain-host") ? RH_ACT_DRAIN_HOST
                                                    : RH_ACT_RESTART_HOST;
    event->acts++;
    event->name_node = node;
    return rh_read_text(reader, node, &event->name);
}

static const rh_key event_keys[] = {
    {"at", read_at, 0, true},
    {"run", read_run, 0},
    {"signal", read_signal, 0, .only = RH_ABOUT_CODE},
    {"approve", read_review, 0, .only = RH_ABOUT_FILE},
    {"reject", read_review, 0, .only = RH_ABOUT_FILE},
    {"cancel", read_cancel, 0},
    {"terminate", read_terminate, 0},
    {"lose-host", read_host_act, 0},
    {"drain-host", read_host_act, 0},
    {"restart-host", read_host_act, 0},
    {0},
};

/* at: [{at: 5m, signal: approve}, {at: 3m, lose-host: macos-1}] */
bool rh_read_events(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE || !node->count)
        return rh_refuse_kind(reader, node, "a list of what happens from outside");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *item = node->as.items[i];
        rh_scenario_event *event = RH_ADD(reader, (rh_scenario_part *)into, events);
        event->place = rh_place_of(reader, item);
        if (!rh_read_mapping(reader, item, "an event", event_keys, event))
            return false;
        if (event->acts != 1)
            return rh_refuse(reader, item,
                             "an event is one of %s, 'cancel', 'terminate', 'lose-host', "
                             "'drain-host' and 'restart-host'; this names %s",
                             reader->subject == RH_ABOUT_FILE ? "'approve', 'reject'" : "'signal'",
                             event->acts ? "several" : "none");
        if (event->run_node && event->act >= RH_ACT_LOSE_HOST)
            return rh_refuse(reader, event->run_node, "what happens to a host has no 'run'");
    }
    return true;
}
