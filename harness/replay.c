#include "harness/replay.h"

#include <string.h>

#include "harness/replay_markers.h"
#include "harness/replay_news.h"
#include "harness/replay_updates.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/replay.h"
#include "sim/task.h"

/* A wait with a timeout cancels its timer when it is over. Go does so only where its SDK flag 6 is
 * set, which its histories then say. */
enum { FLAG_WAITS_END_TIMERS = 6 };

typedef struct player {
    rh_arena *arena;
    const rh_recording *recording;
    const rh_replay_options *options;
    rh_replay_match match;
    rh_replay_teller teller;
    rh_world world;
    rh_execution *execution;
    bool waits_end_timers;

    rh_event *news; /* not yet told: first ... count */
    size_t news_first, news_count, news_capacity;
    const rh_recorded_event *started; /* the workflow task that runs; NULL: none */
    size_t heard;                     /* news up to here were there when it started */
    const rh_command *commands;       /* of the last task that was completed */
    size_t command_count, next;       /* `next` has no event yet */
    uint64_t next_event_id;           /* where the event of `next` would stand */
    rh_text same;                     /* what is the same in this task so far */
    bool is_over;
    rh_replay_result *result;
    rh_error *error;
} player;

static int bad(player *p, const rh_recorded_event *event, const char *what)
{
    return rh_error_set(p->error, p->recording->file, 0, 0, "event %ju: %s: %s",
                        (uintmax_t)event->id, event->name, what);
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void add_news(player *p, const rh_event *news)
{
    p->news =
        rh_arena_reserve(p->arena, p->news, sizeof *p->news, p->news_count + 1, &p->news_capacity);
    p->news[p->news_count++] = *news;
}

static int hear(player *p, const rh_recorded_event *event)
{
    rh_event news;
    const char *wrong = rh_replay_tell(&p->teller, event, &news);
    if (wrong)
        return bad(p, event, wrong);
    add_news(p, &news);
    return 0;
}

/* ---- differences ----------------------------------------------------------------------------- */

static void keep_place(player *p, const rh_code_place *place)
{
    p->result->place = (rh_code_place){.who = rh_arena_string(p->arena, place->who),
                                       .file = rh_arena_string(p->arena, place->file),
                                       .line = place->line};
}

static void tell_waiting(void *context, const char *who, const char *what)
{
    rh_text *text = context;
    rh_text_printf(text, "%scoroutine '%s' waits for %s", text->length ? "; " : "", who, what);
}

/* The code gives no further command: what it does instead. */
static const char *waits(player *p)
{
    rh_text text = rh_text_in(p->arena);
    p->execution->dialect->waiting(p->execution, tell_waiting, &text);
    return text.length ? rh_format(p->arena, "no command; %s", rh_text_string(&text))
                       : "no command";
}

/* 1: they differ. */
static int differs(player *p, uint64_t event_id, const char *expected, const char *got)
{
    rh_replay_result *result = p->result;
    result->event_id = event_id;
    result->task = result->tasks;
    result->expected = expected;
    result->got = got;
    if (p->next < p->command_count)
        keep_place(p, &p->commands[p->next].place);
    if (!result->detail)
        result->detail = rh_text_string(&p->same);
    return 1;
}

static int fails(player *p, const rh_recorded_event *completed)
{
    p->command_count = 0;
    p->result->detail = "";
    return differs(p, completed->id, completed->name,
                   rh_format(p->arena, "the code cannot go on: %s", p->execution->task_failure));
}

/* ---- tasks ----------------------------------------------------------------------------------- */

/* The reasons are those that a server has by default; others there are not. */
static uint8_t suggestion_of(const rh_recorded_event *started)
{
    enum { LARGE = 4 * 1024 * 1024 };
    const rh_value *suggested = rh_recorded_get(started->data, "suggestContinueAsNew");
    if (!suggested || suggested->kind != RH_BOOLEAN || !suggested->as.boolean)
        return 0;
    return rh_recorded_integer(started->data, "historySizeBytes") >= LARGE
               ? RH_HISTORY_SIZE_TOO_LARGE
               : RH_TOO_MANY_HISTORY_EVENTS;
}

static int complete_task(player *p, const rh_recorded_event *completed)
{
    if (!p->started)
        return bad(p, completed, "there is no WORKFLOW_TASK_STARTED before it");
    rh_task task = {
        .events = p->news + p->news_first,
        .event_count = p->heard - p->news_first,
        .now = p->started->time,
        .replaying = true,
        .history_length = (uint32_t)p->started->id,
        .history_size = rh_recorded_integer(p->started->data, "historySizeBytes"),
        .suggestion = suggestion_of(p->started),
    };
    task.events = rh_replay_add_updates(&p->match, &p->world.names, completed, task.events,
                                        &task.event_count);
    const rh_recorded_event *unknown;
    task.markers = rh_replay_markers(&p->match, completed, &task.marker_count, &unknown);
    if (unknown)
        return bad(p, unknown,
                   rh_format(p->arena, "markers '%s' are not modelled",
                             rh_recorded_text(unknown->data, "markerName")));
    p->news_first = p->heard;
    p->started = NULL;
    p->result->tasks++;
    p->next = 0;
    p->next_event_id = completed->id + 1;
    p->same = rh_text_in(p->arena);
    rh_activation activation = rh_replay_task(p->execution, &task, &p->commands, &p->command_count);
    return activation == RH_ACTIVATION_DONE ? 0 : fails(p, completed);
}

/* Whether Go might not have given this command. */
static bool is_optional(const player *p, const rh_command *command)
{
    if (command->of_version)
        return true;
    return command->kind == RH_COMMAND_CANCEL_TIMER && command->by_wait && !p->waits_end_timers;
}

static int compare(player *p, const rh_recorded_event *event)
{
    if (!p->result->tasks)
        return bad(p, event, "there is no WORKFLOW_TASK_COMPLETED before it");
    while (p->next < p->command_count && is_optional(p, &p->commands[p->next]) &&
           rh_replay_matches(&p->match, event, &p->commands[p->next]) == RH_MATCH_NOT)
        p->next++;
    if (rh_replay_is_of_version(&p->match, event)) {
        p->next += p->next < p->command_count && p->commands[p->next].of_version;
        p->next_event_id = event->id + 1;
        return 0;
    }
    const char *expected = rh_replay_event_text(&p->match, event);
    if (p->next == p->command_count)
        return differs(p, event->id, expected, waits(p));
    const rh_command *command = &p->commands[p->next];
    rh_match_grade match = rh_replay_matches(&p->match, event, command);
    if (match == RH_MATCH_NOT || (match == RH_MATCH_LOOSE && p->options->strict)) {
        const char *how = rh_replay_loose_text(&p->match, event, command);
        const char *got = rh_replay_command_text(&p->match, command);
        if (how[0])
            got = rh_format(p->arena, "%s, but not the same:\n%s", got, how);
        return differs(p, event->id, expected, got);
    }
    if (match == RH_MATCH_LOOSE && !p->result->loose++)
        p->result->loose_event_id = event->id;
    rh_text_printf(&p->same, "%8ju  %s\n", (uintmax_t)event->id, expected);
    p->is_over = command->kind >= RH_COMMAND_COMPLETE;
    p->next++;
    p->next_event_id = event->id + 1;
    return 0;
}

/* All events of the last task have been seen: no command may be left. */
static int end_task(player *p)
{
    while (p->next < p->command_count && is_optional(p, &p->commands[p->next]))
        p->next++;
    if (p->next == p->command_count)
        return 0;
    bool is_end = p->next_event_id > p->recording->count;
    const char *expected = is_end ? "nothing: the history ends here"
                                  : rh_format(p->arena, "no further command; %s follows",
                                              p->recording->events[p->next_event_id - 1].name);
    return differs(p, p->next_event_id, expected,
                   rh_replay_command_text(&p->match, &p->commands[p->next]));
}

static int take_task(player *p, const rh_recorded_event *event)
{
    int code = end_task(p);
    if (code)
        return code;
    p->command_count = p->next = 0;
    switch (event->kind) {
    case RH_RECORDED_WORKFLOW_TASK_STARTED:
        p->started = event;
        p->heard = p->news_count;
        return 0;
    case RH_RECORDED_WORKFLOW_TASK_COMPLETED:
        return complete_task(p, event);
    case RH_RECORDED_WORKFLOW_TASK_FAILED:
    case RH_RECORDED_WORKFLOW_TASK_TIMED_OUT:
        p->started = NULL;
        return 0;
    default:
        return 0;
    }
}

static int take(player *p, const rh_recorded_event *event)
{
    rh_recorded_role role = rh_recorded_role_of((rh_recorded_kind)event->kind);
    if (p->is_over && (role == RH_ROLE_TASK || role == RH_ROLE_COMMAND))
        return bad(p, event, "the run is over already");
    switch (role) {
    case RH_ROLE_STARTED:
    case RH_ROLE_NEWS:
        return hear(p, event);
    case RH_ROLE_TASK:
        return take_task(p, event);
    case RH_ROLE_COMMAND:
        return compare(p, event);
    case RH_ROLE_CLOSED:
        p->is_over = true;
        return end_task(p);
    default:
        return 0;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool has_flag(const rh_recording *recording, int64_t flag)
{
    for (size_t i = 0; i < recording->count; i++) {
        const rh_value *sdk = rh_recorded_get(recording->events[i].data, "sdkMetadata");
        const rh_value *flags = rh_recorded_get(sdk, "langUsedFlags");
        for (size_t k = 0; k < rh_count_of(flags); k++)
            if (rh_integer_of(rh_at(flags, k)) == flag)
                return true;
    }
    return false;
}

static const char *text_in(const rh_recorded_event *first, const char *key)
{
    const char *text = rh_recorded_text(first->data, key);
    return text[0] ? text : NULL;
}

/* What the first event tells of the run. */
static rh_replay_facts read_facts(player *p, const rh_recorded_event *first)
{
    int64_t attempt = rh_recorded_integer(first->data, "attempt");
    const rh_value *parent = rh_recorded_get(first->data, "parentWorkflowExecution");
    const rh_value *root = rh_recorded_get(first->data, "rootWorkflowExecution");
    const rh_value *result = rh_recorded_get(first->data, "lastCompletionResult");
    const rh_value *failure = rh_recorded_get(first->data, "continuedFailure");
    return (rh_replay_facts){
        .run_id = rh_recorded_text(first->data, "originalExecutionRunId"),
        .first_run_id = text_in(first, "firstExecutionRunId"),
        .continued_run_id = text_in(first, "continuedExecutionRunId"),
        .parent_workflow_id = parent ? rh_recorded_text(parent, "workflowId") : NULL,
        .parent_run_id = parent ? rh_recorded_text(parent, "runId") : NULL,
        .cron = text_in(first, "cronSchedule"),
        .started = first->time,
        .attempt = attempt > 0 && attempt <= INT32_MAX ? (int32_t)attempt : 1,
        .run_timeout = rh_recorded_duration(first->data, "workflowRunTimeout"),
        .execution_timeout = rh_recorded_duration(first->data, "workflowExecutionTimeout"),
        .task_timeout = rh_recorded_duration(first->data, "workflowTaskTimeout"),
        .root_workflow_id = root ? rh_recorded_text(root, "workflowId") : NULL,
        .root_run_id = root ? rh_recorded_text(root, "runId") : NULL,
        .retry = rh_recorded_policy(p->arena, rh_recorded_get(first->data, "retryPolicy")),
        .memo = rh_recorded_fields(p->arena, rh_recorded_get(first->data, "memo"), "fields"),
        .search_attributes =
            rh_recorded_fields(p->arena, rh_recorded_get(first->data, "searchAttributes"),
                               "indexedFields"),
        .last_result = rh_recorded_payloads(p->arena, result, NULL),
        .last_failure = rh_recorded_failure(p->arena, failure),
    };
}

static void begin(player *p, const rh_workflow_definition *definition)
{
    const rh_recorded_event *first = &p->recording->events[0];
    const rh_replay_facts facts = read_facts(p, first);
    rh_world_reset(&p->world, &(rh_world_options){.start = first->time});
    p->match = rh_replay_match_begin(p->arena, p->recording);
    p->teller = (rh_replay_teller){.match = &p->match, .names = &p->world.names};
    p->teller.input =
        rh_recorded_payloads(p->arena, rh_recorded_get(first->data, "input"), &p->teller.encoding);
    p->waits_end_timers = has_flag(p->recording, FLAG_WAITS_END_TIMERS);
    p->execution = rh_replay_begin(
        &p->world,
        &(rh_start_request){
            .dialect = &rh_durable_dialect,
            .definition = &definition->run,
            .workflow_type = definition->name,
            .input = p->teller.input,
            .options = {.workflow_id = p->recording->workflow_id,
                        .task_queue = rh_recorded_text_in(first->data, "taskQueue", "name")},
        },
        &facts);
}

static int play(player *p, const rh_workflow_definition *definition)
{
    int code = 0;
    begin(p, definition);
    for (size_t i = 0; i < p->recording->count && !code; i++)
        code = take(p, &p->recording->events[i]);
    if (!code)
        code = end_task(p);
    p->result->is_same = !code;
    p->result->encoding = p->teller.encoding;
    p->result->is_open = !p->is_over;
    return code < 0 ? -1 : 0;
}

/* The world cannot go on: a runaway is what the code does. */
static int stopped(player *p)
{
    if (p->world.stop == RH_STOP_OUT_OF_MEMORY)
        return rh_error_set(p->error, p->recording->file, 0, 0, "out of memory");
    p->command_count = 0;
    p->result->is_same = false;
    differs(p, p->next_event_id ? p->next_event_id - 1 : 1, "the end of the workflow task",
            rh_arena_string(p->arena, p->world.stop_text));
    return 0;
}

int rh_replay(rh_arena *arena, const rh_recording *recording,
              const rh_workflow_definition *definition, const rh_replay_options *options,
              rh_replay_result *result, rh_error *error)
{
    jmp_buf escape;
    player *p = RH_NEW(arena, player);
    *result = (rh_replay_result){0};
    *p = (player){.arena = arena,
                  .recording = recording,
                  .options = options,
                  .same = rh_text_in(arena),
                  .result = result,
                  .error = error};
    rh_world_init(&p->world);
    p->world.escape = &escape;
    int code = setjmp(escape) ? stopped(p) : play(p, definition);
    rh_world_free(&p->world);
    return code;
}
