/* Plays a scenario: its parts go into an env as a C test would put them there. */
#include "harness/env_state.h"
#include "harness/scenario.h"

static void set_limits(rh_world_options *options, const rh_scenario_limits *limits)
{
#define SET_COUNT(field)                                                                           \
    if (limits->field)                                                                             \
    options->field = limits->field > INT32_MAX ? INT32_MAX : (int32_t)limits->field
#define SET_SIZE(field)                                                                            \
    if (limits->field)                                                                             \
    options->field = limits->field
    SET_COUNT(task_attempts);
    SET_COUNT(pending_activities);
    SET_COUNT(pending_children);
    SET_COUNT(pending_signals);
    SET_COUNT(pending_cancels);
    SET_COUNT(buffered_events);
    SET_COUNT(history_suggestion);
    SET_COUNT(history_warning);
    SET_COUNT(history_limit);
    SET_SIZE(history_size_suggestion);
    SET_SIZE(history_size_warning);
    SET_SIZE(history_size_limit);
    SET_SIZE(payload_warning);
    SET_SIZE(payload_limit);
    SET_SIZE(memo_limit);
#undef SET_COUNT
#undef SET_SIZE
}

static void set_world(rh_env *env, const rh_scenario_settings *settings)
{
    rh_world_options options = env->options;
    if (settings->has_seed)
        options.seed = settings->seed;
    if (settings->has_server)
        options.server = settings->server;
    if (settings->has_cache)
        options.no_cache = !settings->cache;
    if (settings->has_random_choices)
        options.random_choices = settings->random_choices;
    if (settings->dispatch_latency)
        options.dispatch_latency = settings->dispatch_latency;
    if (settings->task_latency)
        options.task_latency = settings->task_latency;
    if (settings->task_duration)
        options.task_duration = settings->task_duration;
    if (settings->max_time)
        options.max_time = settings->max_time;
    set_limits(&options, &settings->limits);
    rh_set_world(env, &options);
    if (settings->profile)
        rh_profile(env, settings->profile);
    if (settings->random_faults)
        rh_random_faults(env, (uint32_t)settings->random_faults);
}

static void add_hosts(rh_env *env, const rh_scenario_part *part)
{
    for (size_t i = 0; part && i < part->hosts_count; i++) {
        env->place = part->hosts[i].place;
        rh_add_host(env, &part->hosts[i].options);
    }
}

static void add_mocks(rh_env *env, const rh_scenario *scenario,
                      const rh_workflow_definition *definition)
{
    static const rh_layer layers[] = {RH_LAYER_FIXTURE, RH_LAYER_TEST, RH_LAYER_ROW};
    for (size_t i = 0; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->mocks_count; j++) {
            env->place = scenario->parts[i]->mocks[j].place;
            rh_add_mock(env, layers[i], &scenario->parts[i]->mocks[j].options);
        }
    env->place = (rh_place){0};
    if (scenario->given && definition && definition->given)
        definition->given(env);
}

/* Whether a part further inside says something else about the same fault point or call. */
static bool is_replaced(const rh_scenario *scenario, size_t part, const char *point, bool is_fault)
{
    for (size_t i = part + 1; i < scenario->part_count; i++) {
        const rh_scenario_part *inner = scenario->parts[i];
        for (size_t j = 0; is_fault && j < inner->faults_count; j++)
            if (!strcmp(inner->faults[j].point, point))
                return true;
        for (size_t j = 0; !is_fault && j < inner->durations_count; j++)
            if (!strcmp(inner->durations[j].path, point))
                return true;
    }
    return false;
}

static void add_plan(rh_env *env, const rh_scenario *scenario)
{
    for (size_t i = 0; i < scenario->part_count; i++) {
        const rh_scenario_part *part = scenario->parts[i];
        for (size_t j = 0; j < part->faults_count; j++) {
            env->place = part->faults[j].place;
            if (!is_replaced(scenario, i, part->faults[j].point, true))
                rh_fault_at(env, part->faults[j].point, part->faults[j].fault);
        }
        for (size_t j = 0; j < part->durations_count; j++) {
            env->place = part->durations[j].place;
            if (!is_replaced(scenario, i, part->durations[j].path, false))
                rh_takes(env, part->durations[j].path, part->durations[j].takes);
        }
    }
}

static void add_event(rh_env *env, const rh_scenario_event *event)
{
    env->place = event->place;
    switch (event->act) {
    case RH_ACT_SIGNAL:
        rh_signal_at(env, event->at, event->run, event->name, event->value);
        break;
    case RH_ACT_CANCEL:
        rh_cancel_at(env, event->at, event->run);
        break;
    case RH_ACT_TERMINATE:
        rh_terminate_at(env, event->at, event->run, event->name);
        break;
    case RH_ACT_APPROVE:
    case RH_ACT_REJECT:
        rh_signal_at(env, event->at, event->run,
                     event->act == RH_ACT_APPROVE ? "approve" : "reject", event->value);
        break;
    case RH_ACT_LOSE_HOST:
        rh_lose_host_at(env, event->at, event->name);
        break;
    case RH_ACT_DRAIN_HOST:
        rh_drain_host_at(env, event->at, event->name);
        break;
    case RH_ACT_RESTART_HOST:
        rh_restart_host_at(env, event->at, event->name);
        break;
    }
}

static void start_runs(rh_env *env, const rh_scenario *scenario)
{
    if (!scenario->runs) {
        rh_start(env, scenario->definition, scenario->input, NULL);
        return;
    }
    for (size_t i = 0; i < scenario->runs->runs_count; i++) {
        const rh_scenario_run *run = &scenario->runs->runs[i];
        env->place = run->place;
        (run->is_refused ? rh_start_refused
                         : rh_start)(env, run->definition ? run->definition : scenario->definition,
                                     run->has_input ? run->input : scenario->input, &run->options);
    }
}

/* ---- workflow files -------------------------------------------------------------------------- */

static void start(rh_env *env, const rh_scenario_play_of *play, const rh_value *input,
                  const char *id, rh_duration at)
{
    rh_env_start(env, &(rh_start_request){
                          .dialect = &rh_actions_dialect,
                          .definition = play->definition,
                          .workflow_type = play->definition->file->name,
                          .input = input,
                          .options = {.workflow_id = id, .at = at},
                      });
}

static bool expects_no_trigger(const rh_scenario *scenario)
{
    for (size_t i = 0; i < scenario->expectation_count; i++)
        if (scenario->expectations[i]->kind == RH_EXPECT_TRIGGERED)
            return !scenario->expectations[i]->is_so;
    return false;
}

/* An event that starts nothing is taken for a mistake, unless it is expected. */
static bool is_triggered(rh_env *env, const rh_scenario *scenario, const rh_scenario_play_of *play)
{
    if (!play->not_started)
        return true;
    if (expects_no_trigger(scenario))
        return false;
    RH_ENTER(env, frame);
    if (!stopped)
        rh_env_complain(env, true, env->place.file, env->place.line,
                        rh_format(&env->arena,
                                  "the event does not start the workflow: %s; if that is right, "
                                  "expect 'triggered: false'",
                                  play->not_started));
    rh_env_leave(env, &frame);
    return false;
}

static void start_files(rh_env *env, const rh_scenario *scenario)
{
    for (size_t i = 0; i < scenario->play_count; i++) {
        const rh_scenario_run *run = scenario->runs ? &scenario->runs->runs[i] : NULL;
        const rh_scenario_play_of *play = &scenario->plays[i];
        env->place = run ? run->place : scenario->place;
        if (is_triggered(env, scenario, play))
            start(env, play, play->input, play->workflow_id, run ? run->options.at : 0);
    }
}

void rh_env_rerun(rh_env *env, const rh_actions_definition *definition, rh_rerun which,
                  const char *id)
{
    rh_world *world = &env->world;
    const rh_value *volatile input = NULL;
    bool is_stopped = env->out_of_memory || world->stop != RH_STOP_NONE;
    if (which == RH_RERUN_NONE || is_stopped || !world->journal.run_count)
        return;
    RH_ENTER(env, frame);
    if (!stopped)
        input = rh_rerun_input(&world->arena, definition->file, &world->journal, 0, which);
    rh_env_leave(env, &frame);
    if (!input)
        return;
    start(env, &(rh_scenario_play_of){.definition = definition}, input, id,
          rh_world_now(world) - world->journal.start);
    rh_play(env);
}

/* ---- playing --------------------------------------------------------------------------------- */

void rh_scenario_prepare(rh_env *env, const rh_scenario *scenario)
{
    const rh_workflow_definition *definition = NULL;
    if (!scenario->play_count) {
        definition = rh_env_definition(env, scenario->definition);
        if (!definition)
            return;
    }
    env->is_strict = true;
    set_world(env, &scenario->settings);
    add_hosts(env, scenario->hosts);
    add_mocks(env, scenario, definition);
    add_plan(env, scenario);
    for (size_t i = 0; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->events_count; j++)
            add_event(env, &scenario->parts[i]->events[j]);
    env->place = scenario->place;
    if (scenario->play_count)
        start_files(env, scenario);
    else
        start_runs(env, scenario);
    env->place = scenario->place;
}

void rh_scenario_play(rh_env *env, const rh_scenario *scenario)
{
    rh_scenario_prepare(env, scenario);
    rh_play(env);
    if (scenario->rerun && scenario->play_count)
        rh_env_rerun(env, scenario->plays[0].definition, scenario->rerun, scenario->rerun_id);
}

/* ---- as tests -------------------------------------------------------------------------------- */

static void run_test(rh_env *env, const void *data)
{
    rh_scenario_play(env, data);
    rh_scenario_check(env, data);
}

/* For each mock of the file whether it was asked, as 0 or 1. They are the first of their layer. */
static const char *tell_used(rh_arena *arena, const rh_env *env, const void *data)
{
    const rh_scenario *scenario = data;
    const rh_mock_layer *layer = &env->layers[RH_LAYER_FIXTURE];
    rh_text used = rh_text_in(arena);
    if (layer->count < scenario->file->part.mocks_count)
        return NULL; /* one was refused; that is an error already */
    for (size_t i = 0; i < scenario->file->part.mocks_count; i++)
        rh_text_putc(&used, layer->mocks[i]->used || layer->mocks[i]->never ? '1' : '0');
    return rh_text_string(&used);
}

const rh_scenario *rh_scenario_of(const rh_suite_test *test)
{
    return test->run == run_test ? test->data : NULL;
}

static const rh_scenario_file *file_of(const rh_suite_test *test)
{
    const rh_scenario *scenario = rh_scenario_of(test);
    return scenario ? scenario->file : NULL;
}

const rh_scenario_mock *const *rh_scenario_unused(rh_arena *arena, const rh_suite_tests *tests,
                                                  const rh_test_result *results, size_t first,
                                                  size_t *count)
{
    const rh_scenario_file *file = file_of(&tests->items[first]);
    *count = 0;
    if (!file || (first > 0 && file_of(&tests->items[first - 1]) == file))
        return NULL;
    size_t mocks = file->part.mocks_count;
    bool *used = RH_NEW_ARRAY(arena, bool, mocks);
    for (size_t i = first; i < tests->count && file_of(&tests->items[i]) == file; i++) {
        const char *told = results[i].told;
        if (!told || strlen(told) != mocks)
            return NULL;
        for (size_t j = 0; j < mocks; j++)
            used[j] = used[j] || told[j] == '1';
    }
    const rh_scenario_mock **unused = RH_NEW_ARRAY(arena, const rh_scenario_mock *, mocks);
    for (size_t j = 0; j < mocks; j++)
        if (!used[j])
            unused[(*count)++] = &file->part.mocks[j];
    return unused;
}

void rh_scenario_add_tests(rh_arena *arena, rh_suite_tests *tests, const rh_scenario_file *file)
{
    for (size_t i = 0; i < file->scenario_count; i++) {
        const rh_scenario *scenario = &file->scenarios[i];
        rh_suite_test test = {
            .module = file->name,
            .name = scenario->name,
            .file = scenario->place.file,
            .line = scenario->place.line,
            .time_limit_s = (uint32_t)scenario->settings.time_limit_s,
            .source = file->path,
            .definitions = file->module,
            .run = run_test,
            .data = scenario,
            .tell = tell_used,
            .workflows = file->module_path,
        };
        rh_suite_tests_add(arena, tests, &test);
    }
}
