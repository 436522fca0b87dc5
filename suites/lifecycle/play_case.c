#include <setjmp.h>
#include <stdlib.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "suites/lifecycle/case.h"
#include "suites/lifecycle/expect.h"

/* ---- the stage ------------------------------------------------------------------------------- */

typedef struct scripted_stage {
    rh_arena *arena;
    const lifecycle_case *test;
    int task_attempts; /* so far */
} scripted_stage;

static const char *option(const case_line *line, const char *name)
{
    for (int i = 1; i < line->count; i++)
        if (!strcmp(line->words[i].text, name))
            return line->words[i].value ? line->words[i].value : "";
    return NULL;
}

static rh_duration duration_of(const case_line *line, const char *name)
{
    rh_duration duration = 0;
    const char *text = option(line, name);
    if (text && !rh_duration_read(text, strlen(text), &duration))
        abort(); /* a broken case must not pass */
    return duration;
}

static const rh_value *json_of(rh_arena *arena, const case_line *line, const char *name)
{
    const char *text = option(line, name);
    rh_error error;
    const rh_value *value = text ? rh_json_read(arena, text, strlen(text), NULL, &error) : NULL;
    if (text && !value)
        abort();
    return value;
}

static void fill_heartbeats(rh_arena *arena, const case_line *line, rh_script *script)
{
    const char *list = option(line, "heartbeats");
    script->heartbeat_every = duration_of(line, "heartbeat-every");
    if (!list)
        return;
    rh_script_heartbeat *heartbeats = RH_NEW_ARRAY(arena, rh_script_heartbeat, 16);
    while (*list) {
        size_t length = strcspn(list, ",");
        rh_script_heartbeat *beat = &heartbeats[script->heartbeat_count++];
        if (!rh_duration_read(list, length, &beat->at))
            abort();
        beat->details = json_of(arena, line, "details");
        list += length + (list[length] == ',');
    }
    script->heartbeats = heartbeats;
}

static void fill_end(rh_arena *arena, const case_line *line, rh_script *script)
{
    const char *fails = option(line, "fails");
    const char *next_delay = option(line, "next-delay");
    rh_duration delay = duration_of(line, "next-delay");
    script->result = json_of(arena, line, "result");
    if (fails)
        script->failure = rh_failure_application(
            arena, &(rh_failure_options){
                       .type = fails,
                       .message = option(line, "message") ? option(line, "message") : fails,
                       .non_retryable = option(line, "nonretryable") != NULL,
                       .next_retry_delay = next_delay && !delay ? RH_ZERO : delay,
                       .details = json_of(arena, line, "failure-details"),
                   });
    if (option(line, "hangs"))
        script->end = RH_END_HANGS;
    if (option(line, "vanishes"))
        script->end = RH_END_VANISHES;
    if (option(line, "loses-host"))
        script->end = RH_END_LOSES_HOST;
}

static void fill_cancel(const case_line *line, rh_script *script)
{
    const char *text = option(line, "on-cancel");
    if (!text || !strcmp(text, "obeys"))
        return;
    if (!strcmp(text, "ignores")) {
        script->on_cancel = RH_CANCEL_IGNORES;
        return;
    }
    script->on_cancel = RH_CANCEL_TAKES;
    script->cancel_takes = duration_of(line, "on-cancel");
}

static bool fits(const char *pattern, const rh_attempt_view *attempt)
{
    size_t length = attempt->call->type->length;
    if (strncmp(pattern, attempt->call->type->text, length) != 0)
        return false;
    return !pattern[length] ||
           (pattern[length] == '@' && atoi(pattern + length + 1) == attempt->attempt);
}

static rh_stage_answer start(void *data, rh_attempt *attempt, rh_script *script)
{
    scripted_stage *stage = data;
    rh_attempt_view view = rh_attempt_look(attempt);
    const section *lines = &stage->test->stage;
    for (size_t i = 0; i < lines->count; i++) {
        const case_line *line = &lines->lines[i];
        if (!fits(line->words[0].text, &view))
            continue;
        rh_arena *arena = &view.world->arena;
        script->start_delay = duration_of(line, "delay");
        script->takes = duration_of(line, "takes");
        script->effects_happen = option(line, "effects-despite-failure") != NULL;
        rh_script_effect *effect = RH_NEW(arena, rh_script_effect);
        effect->kind = view.call->type->text;
        effect->key = "";
        script->effects = effect;
        script->effect_count = 1;
        fill_heartbeats(arena, line, script);
        fill_end(arena, line, script);
        fill_cancel(line, script);
        return RH_STAGE_SCRIPT;
    }
    rh_world_stop(view.world, RH_STOP_STAGE, "no stage line for %s", view.call->type->text);
}

/* "workflow-task 2": the second attempt of a task in the first run, whatever task; "*": all. */
static void take_task(void *data, const rh_task_view *task, rh_task_script *script)
{
    scripted_stage *stage = data;
    const section *lines = &stage->test->stage;
    if (strcmp(task->run->workflow_id, "case") != 0)
        return;
    stage->task_attempts++;
    for (size_t i = 0; i < lines->count; i++) {
        const case_line *line = &lines->lines[i];
        if (strcmp(line->words[0].text, "workflow-task") != 0 ||
            (*line->words[1].text != '*' && atoi(line->words[1].text) != stage->task_attempts))
            continue;
        if (option(line, "takes"))
            script->takes = duration_of(line, "takes");
        script->is_lost = option(line, "lost") != NULL;
        script->failure = option(line, "fails");
        return;
    }
}

static const rh_stage stage_functions = {.start = start, .task = take_task};

/* ---- the world ------------------------------------------------------------------------------- */

typedef struct outside {
    const case_line *line;
    rh_execution *execution;
} outside;

static void happen(rh_world *world, void *data)
{
    const outside *event = data;
    const rh_word *words = event->line->words;
    const char *what = words[2].text;
    const char *subject = event->line->count > 3 ? words[3].text : "";
    rh_host_record *host = rh_host_find(world, subject);
    rh_execution *other = rh_execution_find(world, subject);
    if (!strcmp(what, "cancel"))
        rh_execution_request_cancel(other ? other : event->execution);
    else if (!strcmp(what, "terminate"))
        rh_execution_terminate(other ? other : event->execution, "from outside");
    else if (!strcmp(what, "signal"))
        rh_execution_signal(event->execution, subject, NULL);
    else if (!strcmp(what, "lose") && host)
        rh_host_lose(world, host);
    else if (!strcmp(what, "stop") && host)
        rh_host_stop(world, host);
    else if (!strcmp(what, "drain") && host)
        rh_host_drain(world, host);
    else if (!strcmp(what, "restart") && host)
        rh_host_restart(world, host);
    else
        abort();
}

static const char *const *split_list(rh_arena *arena, const char *text)
{
    if (!text)
        return NULL;
    const char **list = RH_NEW_ARRAY(arena, const char *, 16);
    for (size_t count = 0; *text; count++) {
        size_t length = strcspn(text, ",");
        list[count] = rh_arena_text(arena, text, length);
        text += length + (text[length] == ',');
    }
    return list;
}

static void read_policy(rh_arena *arena, const char *text, rh_retry_policy *policy)
{
    /* The scripted dialect reads policies of activities; borrow it. */
    rh_error error;
    const char *script = rh_format(arena, "on start\n activity X retry=%s", text);
    const rh_scripted *read = rh_scripted_read(arena, script, strlen(script), NULL, 1, &error);
    if (!read)
        abort();
    *policy = read->subjects[0].options.retry;
}

static void before_start(rh_world *world, const lifecycle_case *test, rh_run_options *options)
{
    for (size_t i = 0; i < test->world.count; i++) {
        const case_line *line = &test->world.lines[i];
        const char *word = line->words[0].text;
        if (!strcmp(word, "run")) {
            options->run_timeout = duration_of(line, "run-timeout");
            options->execution_timeout = duration_of(line, "execution-timeout");
            options->task_timeout = duration_of(line, "task-timeout");
            options->cron = option(line, "cron");
            options->start_delay = duration_of(line, "start-delay");
            if (option(line, "retry"))
                read_policy(&world->arena, option(line, "retry"), &options->retry);
        } else if (!strcmp(word, "host")) {
            const char *slots = option(line, "slots");
            rh_host_add(world, line->words[1].text, slots ? (uint32_t)atoi(slots) : 0,
                        split_list(&world->arena, option(line, "queues")));
        }
    }
}

static void plan_outside(rh_world *world, const lifecycle_case *test, rh_execution *execution)
{
    for (size_t i = 0; i < test->world.count; i++) {
        const case_line *line = &test->world.lines[i];
        rh_duration at;
        if (strcmp(line->words[0].text, "at") != 0)
            continue;
        if (line->count < 3 ||
            !rh_duration_read(line->words[1].text, strlen(line->words[1].text), &at))
            abort();
        outside *event = RH_NEW(&world->arena, outside);
        *event = (outside){line, execution};
        rh_world_at(world, world->journal.start + at, happen, event);
    }
}

static const case_type *type_of(const lifecycle_case *test, const char *name)
{
    for (size_t i = 0; i < test->type_count; i++)
        if (!strcmp(test->types[i].name, name))
            return &test->types[i];
    return NULL;
}

static rh_start_cause resolve(void *data, rh_world *world, const rh_name *type,
                              const rh_value *input, bool is_child, rh_start_request *request)
{
    const case_type *found = type_of(data, type->text);
    (void)input;
    (void)is_child;
    if (!found)
        rh_world_stop(world, RH_STOP_STAGE, "no section is called 'child %s'", type->text);
    request->dialect = &rh_scripted_dialect;
    request->definition = found->script;
    return RH_START_NONE;
}

/* The other runs that are there from the beginning. */
static void start_others(rh_world *world, const lifecycle_case *test)
{
    for (size_t i = 0; i < test->world.count; i++) {
        const case_line *line = &test->world.lines[i];
        if (strcmp(line->words[0].text, "start") != 0)
            continue;
        const case_type *type = line->count == 3 ? type_of(test, line->words[1].text) : NULL;
        rh_text message = rh_text_in(&world->arena);
        if (!type || !rh_execution_start(world,
                                         &(rh_start_request){
                                             .dialect = &rh_scripted_dialect,
                                             .definition = type->script,
                                             .workflow_type = type->name,
                                             .options = {.workflow_id = line->words[2].text},
                                         },
                                         &message))
            abort();
    }
}

static void read_limits(const case_line *line, rh_world_options *options)
{
    const struct {
        const char *name;
        int32_t *count;
        int64_t *size;
    } limits[] = {
        {"activities", &options->pending_activities, NULL},
        {"children", &options->pending_children, NULL},
        {"signals", &options->pending_signals, NULL},
        {"cancels", &options->pending_cancels, NULL},
        {"buffered", &options->buffered_events, NULL},
        {"history-warning", &options->history_warning, NULL},
        {"history", &options->history_limit, NULL},
        {"history-size-warning", NULL, &options->history_size_warning},
        {"history-size", NULL, &options->history_size_limit},
        {"payload-warning", NULL, &options->payload_warning},
        {"payload", NULL, &options->payload_limit},
        {"memo", NULL, &options->memo_limit},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const char *text = option(line, limits[i].name);
        if (text && limits[i].count)
            *limits[i].count = atoi(text);
        else if (text)
            *limits[i].size = atol(text);
    }
}

static rh_world_options settings_of(const lifecycle_case *test, bool no_cache)
{
    rh_world_options options = {.no_cache = no_cache};
    for (size_t i = 0; i < test->world.count; i++) {
        const case_line *line = &test->world.lines[i];
        if (!strcmp(line->words[0].text, "server"))
            options.server =
                !strcmp(line->words[1].text, "1.30") ? RH_SERVER_1_30 : RH_SERVER_NEWEST;
        if (!strcmp(line->words[0].text, "dispatch-latency"))
            rh_duration_read(line->words[1].text, strlen(line->words[1].text),
                             &options.dispatch_latency);
        if (!strcmp(line->words[0].text, "task-duration"))
            rh_duration_read(line->words[1].text, strlen(line->words[1].text),
                             &options.task_duration);
        if (!strcmp(line->words[0].text, "task-latency"))
            rh_duration_read(line->words[1].text, strlen(line->words[1].text),
                             &options.task_latency);
        if (!strcmp(line->words[0].text, "task-attempts"))
            options.task_attempts = atoi(line->words[1].text);
        if (!strcmp(line->words[0].text, "limits"))
            read_limits(line, &options);
    }
    return options;
}

static void play(rh_world *world, const lifecycle_case *test, scripted_stage *stage, bool no_cache)
{
    rh_world_options settings = settings_of(test, no_cache);
    rh_world_reset(world, &settings);
    rh_world_set_stage(world, &stage_functions, stage);
    rh_world_set_resolver(world, resolve, (void *)(uintptr_t)test);
    rh_start_request request = {
        .dialect = &rh_scripted_dialect,
        .definition = test->types[0].script,
        .workflow_type = "Case",
        .options = {.workflow_id = "case"},
    };
    before_start(world, test, &request.options);
    rh_text message = rh_text_in(&world->arena);
    rh_execution *execution = rh_execution_start(world, &request, &message);
    if (!execution)
        rh_world_stop(world, RH_STOP_STAGE, "refused: %s", rh_text_string(&message));
    start_others(world, test);
    plan_outside(world, test, execution);
    rh_world_play(world, RH_FOREVER);
}

const char *lifecycle_play(rh_arena *arena, const lifecycle_case *test, bool no_cache)
{
    rh_world world;
    jmp_buf escape;
    scripted_stage stage = {arena, test, 0};
    rh_world_init(&world);
    world.escape = &escape;
    if (!setjmp(escape))
        play(&world, test, &stage, no_cache);
    const char *wrong = world.stop != RH_STOP_NONE
                            ? rh_format(arena, "stopped: %s", world.stop_text)
                            : lifecycle_compare(arena, test, &world.journal);
    rh_world_free(&world);
    return wrong;
}
