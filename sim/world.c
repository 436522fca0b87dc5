#include "sim/world.h"

#include <assert.h>
#include <stdio.h>

#include "sim/attempt.h"
#include "sim/base/hash.h"
#include "sim/base/value.h"
#include "sim/inside.h"
#include "sim/limit.h"
#include "sim/outage.h"
#include "sim/task.h"

enum {
    DEFAULT_TASK_ATTEMPTS = 2,
    DEFAULT_PENDING = 2000,            /* constants.go:412-435 */
    DEFAULT_BUFFERED = 100,            /* history.maximumBufferedEventsBatch */
    DEFAULT_HISTORY_SUGGESTION = 4096, /* limit.historyCount.*, and sizes: limit.historySize.* */
    DEFAULT_HISTORY_WARNING = 10240,
    DEFAULT_HISTORY_LIMIT = 51200,
    MEBIBYTE = 1024 * 1024, /* payloads: limit.blobSize.*, limit.memoSize.error */
    DEFAULT_MAX_ENTRIES = 1000000,
    DEFAULT_MAX_SKIPS = 100000,
    DEFAULT_STACK = 64 * 1024
};

static const rh_duration DEFAULT_MAX_TIME = RH_DAYS(365) * 100;

/* ---- stopping -------------------------------------------------------------------------------- */

/* Leaves for the boundary: from inside a coroutine by way of the outside. */
static _Noreturn void leave(rh_world *world)
{
    world->journal.end = world->clock.now;
    if (world->inside)
        rh_coroutine_abandon(world->inside);
    longjmp(*world->escape, 1);
}

static void on_exhausted(void *context)
{
    rh_world *world = context;
    world->stop = RH_STOP_OUT_OF_MEMORY;
    snprintf(world->stop_text, sizeof world->stop_text, "out of memory");
    leave(world);
}

_Noreturn void rh_world_stop(rh_world *world, rh_stop_reason reason, const char *format, ...)
{
    if (world->stop == RH_STOP_NONE) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(world->stop_text, sizeof world->stop_text, format, arguments);
        va_end(arguments);
        world->stop = reason;
        if (reason != RH_STOP_OUT_OF_MEMORY && world->journal.entries) {
            int64_t limit = world->options.max_entries;
            world->options.max_entries = -1;
            rh_world_journal(world, &(rh_entry){.kind = RH_ENTRY_TEST_ERROR,
                                                .run = RH_NO_RUN,
                                                .text = world->stop_text});
            world->options.max_entries = limit;
        }
    }
    leave(world);
}

/* ---- life ------------------------------------------------------------------------------------ */

void rh_world_init(rh_world *world)
{
    memset(world, 0, sizeof *world);
    rh_arena_init(&world->arena, on_exhausted, world);
}

/* Coroutines of the last simulation that were never finished give their stacks back. */
static void evict_all(rh_world *world)
{
    rh_insides_release(world);
    for (size_t i = 0; i < world->execution_count; i++)
        if (world->executions[i]->dialect)
            world->executions[i]->dialect->evict(world->executions[i]);
    world->execution_count = 0;
}

void rh_world_free(rh_world *world)
{
    evict_all(world);
    rh_crash_forget(&world->crash);
    rh_stacks_free(&world->stacks);
    rh_arena_free(&world->arena);
}

static rh_world_options fill_options(const rh_world_options *options)
{
    rh_world_options filled = *options;
    if (!filled.start)
        filled.start = RH_WORLD_START;
    const struct {
        int32_t *setting, standard;
    } counts[] = {
        {&filled.pending_activities, DEFAULT_PENDING},
        {&filled.pending_children, DEFAULT_PENDING},
        {&filled.pending_signals, DEFAULT_PENDING},
        {&filled.pending_cancels, DEFAULT_PENDING},
        {&filled.task_attempts, DEFAULT_TASK_ATTEMPTS},
        {&filled.buffered_events, DEFAULT_BUFFERED},
        {&filled.history_suggestion, DEFAULT_HISTORY_SUGGESTION},
        {&filled.history_warning, DEFAULT_HISTORY_WARNING},
        {&filled.history_limit, DEFAULT_HISTORY_LIMIT},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (!*counts[i].setting)
            *counts[i].setting = counts[i].standard;
    const struct {
        int64_t *setting, standard;
    } sizes[] = {
        {&filled.history_size_suggestion, 4 * MEBIBYTE},
        {&filled.history_size_warning, 10 * MEBIBYTE},
        {&filled.history_size_limit, 50 * MEBIBYTE},
        {&filled.payload_warning, MEBIBYTE / 2},
        {&filled.payload_limit, 2 * MEBIBYTE},
        {&filled.memo_limit, 2 * MEBIBYTE},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (!*sizes[i].setting)
            *sizes[i].setting = sizes[i].standard;
    if (!filled.max_entries)
        filled.max_entries = DEFAULT_MAX_ENTRIES;
    if (!filled.max_skips)
        filled.max_skips = DEFAULT_MAX_SKIPS;
    if (!filled.max_time)
        filled.max_time = DEFAULT_MAX_TIME;
    if (!filled.stack_size)
        filled.stack_size = DEFAULT_STACK;
    return filled;
}

void rh_world_set_variation(rh_world *world, const rh_world_variation *variation)
{
    world->variation = *variation;
    rh_arena_set_descending(&world->arena, variation->other_addresses);
}

void rh_world_reset(rh_world *world, const rh_world_options *options)
{
    rh_crash_forget(&world->crash);
    jmp_buf *escape = world->escape;
    evict_all(world);
    rh_arena_reset(&world->arena);
    rh_arena arena = world->arena;
    rh_stacks stacks = world->stacks;
    rh_world_variation variation = world->variation;
    uint64_t tasks_run = world->tasks_run;
    rh_names names = world->names;
    rh_journal journal = world->journal;
    rh_counter call_numbers = world->call_numbers;

    memset(world, 0, sizeof *world);
    world->arena = arena;
    world->stacks = stacks;
    world->escape = escape;
    world->options = fill_options(options);
    world->variation = variation;
    world->tasks_run = tasks_run;
    rh_limits_init(world);
    if (variation.stack_fill)
        world->options.stack_fill = variation.stack_fill;
    if (stacks.size < world->options.stack_size) {
        rh_stacks_free(&world->stacks);
        rh_stacks_init(&world->stacks, world->options.stack_size, world->options.stack_fill);
    }
    world->stacks.fill = world->options.stack_fill;
    world->stacks.reversed = variation.other_addresses;

    world->names = names;
    rh_names_renew(&world->names, &world->arena);
    rh_clock_init(&world->clock, &world->arena, world->options.start);
    rh_choices_init(&world->choices, &world->arena, options->seed, options->random_choices,
                    options->choices, options->choice_count);
    world->journal = journal;
    rh_journal_renew(&world->journal, &world->arena, world->options.start, options->seed);
    world->call_numbers = call_numbers;
    rh_counter_renew(&world->call_numbers, &world->arena);
    rh_counter_init(&world->newest_runs, &world->arena);
    rh_counter_init(&world->effects, &world->arena);
    rh_counter_init(&world->effects_once, &world->arena);
    rh_host_replace_default(world);
    rh_world_journal(world, &(rh_entry){.kind = RH_ENTRY_WORLD_STARTED,
                                        .run = RH_NO_RUN,
                                        .number = options->seed});
}

void rh_world_set_stage(rh_world *world, const rh_stage *stage, void *data)
{
    world->stage = stage;
    world->stage_data = data;
}

void rh_world_set_resolver(rh_world *world, rh_resolve *resolve, void *data)
{
    world->resolve = resolve;
    world->resolve_data = data;
}

rh_start_cause rh_world_resolve(rh_world *world, const rh_name *type, const rh_value *input,
                                bool is_child, rh_start_request *request)
{
    if (!world->resolve)
        rh_world_stop(world, RH_STOP_STAGE, "nobody knows the workflow '%s'", type->text);
    return world->resolve(world->resolve_data, world, type, input, is_child, request);
}

/* ---- journal and effects --------------------------------------------------------------------- */

static const char *what_loops(const rh_world *world)
{
    enum { MANY_ATTEMPTS = 16 };
    const rh_activity_record *activity = world->last_started;
    for (size_t i = 0; i < world->execution_count; i++)
        if (world->executions[i]->task_attempt >= MANY_ATTEMPTS)
            return rh_format(world->journal.arena,
                             "workflow '%s' is at attempt %d of a workflow task; does it fail, or "
                             "take longer than its timeout, each time?",
                             world->executions[i]->run->workflow_type->text,
                             (int)world->executions[i]->task_attempt);
    if (!activity)
        return "no activity has run; does a workflow sleep or log in a loop?";
    return rh_format(world->journal.arena,
                     "activity '%s' was started last, attempt %d; does its retry policy set "
                     "maximum_attempts?",
                     activity->call->type->text, (int)activity->attempt);
}

void rh_world_journal(rh_world *world, rh_entry *entry)
{
    int64_t limit = world->options.max_entries;
    entry->time = world->clock.now;
    if (limit > 0 && (int64_t)world->journal.count >= limit)
        rh_world_stop(world, RH_STOP_RUNAWAY, "runaway: more than %lld journal entries: %s",
                      (long long)limit, what_loops(world));
    rh_journal_add(&world->journal, entry);
}

void rh_world_effect(rh_world *world, rh_entry *place, const rh_script_effect *effect)
{
    const char *key = effect->key ? effect->key : "";
    uint64_t identity = rh_hash_bytes(rh_hash_string(effect->kind), key, strlen(key));
    place->name = rh_names_intern(&world->names, effect->kind);
    place->text = key;
    place->code = effect->is_tainted;
    if (effect->once &&
        rh_counter_add(&world->effects_once, rh_hash_mix(identity, effect->once)) > 1) {
        place->kind = RH_ENTRY_EFFECT_SKIPPED;
        place->number = rh_counter_get(&world->effects, identity);
    } else {
        place->kind = RH_ENTRY_EFFECT;
        place->number = rh_counter_add(&world->effects, identity);
    }
    rh_world_journal(world, place);
    if (place->kind == RH_ENTRY_EFFECT && world->on_effect)
        world->on_effect(world, place, world->on_effect_data);
}

/* ---- slots ----------------------------------------------------------------------------------- */

void rh_world_wait_for_slot(rh_world *world, rh_activity_record *activity)
{
    assert(!activity->waiting);
    activity->waiting = true;
    activity->waiting_next = NULL;
    activity->waiting_previous = world->waiting_last;
    if (world->waiting_last)
        world->waiting_last->waiting_next = activity;
    else
        world->waiting_first = activity;
    world->waiting_last = activity;
    world->waiting_sessions += activity->call->session == RH_SESSION_CREATION;
}

void rh_world_stop_waiting(rh_world *world, rh_activity_record *activity)
{
    if (!activity->waiting)
        return;
    activity->waiting = false;
    world->waiting_sessions -= activity->call->session == RH_SESSION_CREATION;
    if (activity->waiting_previous)
        activity->waiting_previous->waiting_next = activity->waiting_next;
    else
        world->waiting_first = activity->waiting_next;
    if (activity->waiting_next)
        activity->waiting_next->waiting_previous = activity->waiting_previous;
    else
        world->waiting_last = activity->waiting_previous;
}

/* The one it was made for has ended: another one may be made. */
static void retire_own_host(rh_world *world, rh_host_record *host)
{
    rh_host_record **place = &world->own_hosts;
    while (*place && *place != host)
        place = &(*place)->next;
    if (!*place)
        return;
    *place = host->next;
    world->own_hosts_freed++;
}

/* False: there was none to give. */
static bool give_freed_host(rh_world *world)
{
    if (!world->own_hosts_freed)
        return false;
    world->own_hosts_freed--;
    world->own_hosts_used--;
    rh_activity_record *activity = world->waiting_first;
    while (activity && !activity->request->own_host)
        activity = activity->waiting_next;
    if (!activity)
        return true;
    rh_world_stop_waiting(world, activity);
    rh_activity_dispatch(activity);
    return true;
}

static bool takes_more(const rh_world *world, const rh_host_record *host)
{
    return host->state == RH_HOST_UP &&
           (rh_host_has_slot(host) || (world->waiting_sessions && rh_host_has_place(host)));
}

void rh_world_fill_host(rh_world *world, rh_host_record *host)
{
    if (host->is_own) {
        retire_own_host(world, host);
        return;
    }
    if (world->holds_slots) {
        host->was_freed = true;
        return;
    }
    rh_activity_record *activity = world->waiting_first;
    while (activity && takes_more(world, host)) {
        rh_activity_record *next = activity->waiting_next;
        if (rh_host_has_room(host, activity->call)) {
            rh_world_stop_waiting(world, activity);
            if (rh_outage_stops_server(activity->execution))
                rh_activity_dispatch(activity); /* when it is back */
            else
                rh_activity_start(activity, host);
        }
        activity = next;
    }
}

void rh_world_hold_slots(rh_world *world)
{
    world->holds_slots = true;
}

void rh_world_release_slots(rh_world *world)
{
    world->holds_slots = false;
    for (rh_host_record *host = world->hosts; host; host = host->next)
        if (host->was_freed) {
            host->was_freed = false;
            rh_world_fill_host(world, host);
        }
    if (world->default_host && world->default_host->was_freed) {
        world->default_host->was_freed = false;
        rh_world_fill_host(world, world->default_host);
    }
}

void rh_world_dispatch_unsent(rh_world *world)
{
    for (size_t i = 0; i < world->unsent_count; i++) {
        rh_activity_record *activity = world->unsent[i];
        rh_duration latency = world->options.dispatch_latency + activity->request->own_host_delay;
        if (activity->state != RH_ACTIVITY_SCHEDULED)
            continue;
        if (latency > 0)
            rh_activity_dispatch_after(activity, latency);
        else
            rh_activity_dispatch(activity);
    }
    world->unsent_count = 0;
}

/* ---- from outside ---------------------------------------------------------------------------- */

typedef struct outside_event {
    rh_world *world;
    rh_outside_function *function;
    void *data;
    rh_clock_timer timer;
} outside_event;

static void on_outside(void *owner, rh_clock_timer *timer)
{
    outside_event *event = owner;
    (void)timer;
    event->function(event->world, event->data);
}

void rh_world_at(rh_world *world, rh_time at, rh_outside_function *function, void *data)
{
    outside_event *event = RH_NEW(&world->arena, outside_event);
    event->world = world;
    event->function = function;
    event->data = data;
    event->timer.fire = on_outside;
    event->timer.owner = event;
    rh_time now = rh_world_now(world);
    rh_clock_arm(&world->clock, &event->timer, at > now ? at : now, RH_TIMER_OUTSIDE, 0, 0);
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* The first run in line whose task no outage keeps waiting, and the link that leads to it. */
static rh_execution *find_ready(rh_world *world, rh_execution ***link)
{
    *link = &world->ready_first;
    while (**link && rh_outage_stops_tasks(**link))
        *link = &(**link)->ready_next;
    return **link;
}

/* Whether an outage that begins now keeps its task waiting. */
static bool is_kept_back(rh_world *world, rh_execution *execution)
{
    if (!world->before_task || execution->task_is_watched ||
        execution->task_state != RH_TASK_SCHEDULED)
        return false;
    execution->task_is_watched = true;
    world->before_task(execution, world->before_task_data);
    return rh_outage_stops_tasks(execution);
}

/* False: there was none to run. */
static bool run_task(rh_world *world)
{
    rh_execution **link, *execution = find_ready(world, &link);
    if (!execution)
        return false;
    if (is_kept_back(world, execution))
        return true;
    *link = execution->ready_next;
    if (world->ready_last == execution) {
        world->ready_last = NULL;
        for (rh_execution *left = world->ready_first; left; left = left->ready_next)
            world->ready_last = left;
    }
    if (execution->task_state == RH_TASK_SCHEDULED)
        rh_task_run(execution);
    else if (execution->task_is_woken)
        rh_task_go_on(execution);
    return true;
}

/* Programs first, then outages, which find what is told by then, and the workflow tasks. */
static void run_ready_tasks(rh_world *world)
{
    while (rh_insides_run(world) || rh_outages_begin(world) || run_task(world) ||
           give_freed_host(world))
        ;
}

static void guard_jump(rh_world *world, rh_time to)
{
    const rh_world_options *options = &world->options;
    if (to > world->clock.now && ++world->skips > options->max_skips && options->max_skips > 0)
        rh_world_stop(world, RH_STOP_RUNAWAY, "runaway: more than %lld jumps of the clock: %s",
                      (long long)options->max_skips, what_loops(world));
    if (to - options->start > options->max_time)
        rh_world_stop(world, RH_STOP_RUNAWAY,
                      "runaway: the clock would pass the limit of virtual time (%lld days): %s",
                      (long long)(options->max_time / RH_DAYS(1)), what_loops(world));
}

uint32_t rh_world_choose(rh_world *world, const char *label, uint32_t bound, uint64_t identity)
{
    uint32_t value = rh_choose(&world->choices, label, bound, identity);
    if (bound > 1 && (world->choices.random || world->choices.replay_count))
        rh_world_journal(world, &(rh_entry){.kind = RH_ENTRY_CHOICE,
                                            .run = RH_NO_RUN,
                                            .name = rh_names_intern(&world->names, label),
                                            .number = value,
                                            .span = bound});
    return value;
}

/* Which of the timers that are due together comes first. */
static void fire_next(rh_world *world)
{
    rh_clock *clock = &world->clock;
    rh_clock_timer *timer;
    if (world->choices.random || world->choices.replay_count) {
        uint32_t ties = rh_clock_ties(clock);
        timer = rh_clock_take_nth(clock, rh_world_choose(world, "timer-tie", ties, clock->armed));
    } else {
        timer = rh_clock_take(clock);
    }
    rh_time go_on = rh_outage_timers_go_on(world);
    if (go_on > clock->now && rh_clock_class(timer) == RH_TIMER_SERVER)
        rh_clock_put_off(clock, timer, go_on);
    else
        timer->fire(timer->owner, timer);
}

/* Moves the clock to the next deadline and delivers all that is due there. */
static void advance(rh_world *world, const rh_timer_node *first)
{
    rh_clock *clock = &world->clock;
    rh_time due = first->deadline;
    guard_jump(world, due);
    bool by_server;
    do {
        by_server = rh_clock_same_tick(first, due);
        fire_next(world);
        first = rh_clock_peek(clock);
    } while (first && (first->deadline == due || (by_server && rh_clock_same_tick(first, due))));
}

typedef struct waiting_context {
    rh_execution *execution;
    rh_text text;
    bool any;
} waiting_context;

static void tell_waiting(void *context, const char *who, const char *what)
{
    waiting_context *waiting = context;
    rh_world *world = waiting->execution->world;
    rh_execution_journal(waiting->execution,
                         &(rh_entry){.kind = RH_ENTRY_WAITING,
                                     .name = rh_names_intern(&world->names, who),
                                     .text = rh_arena_string(&world->arena, what)});
    rh_text_printf(&waiting->text, "%s%s waits for %s", waiting->any ? "; " : "", who, what);
    waiting->any = true;
}

static void mark_stuck(rh_execution *execution)
{
    rh_world *world = execution->world;
    waiting_context waiting = {execution, rh_text_in(&world->arena), false};
    execution->dialect->waiting(execution, tell_waiting, &waiting);
    for (rh_activity_record *activity = world->waiting_first; activity;
         activity = activity->waiting_next)
        if (activity->execution == execution)
            tell_waiting(&waiting,
                         rh_format(&world->arena, "activity '%s'", activity->call->type->text),
                         rh_format(&world->arena,
                                   "a free host that serves task queue '%s'; none is left",
                                   activity->call->task_queue->text));
    rh_execution_stuck(execution, waiting.any ? rh_text_string(&waiting.text)
                                              : "it waits for nothing that anybody could tell");
}

static void mark_all_stuck(rh_world *world)
{
    for (size_t i = 0; i < world->execution_count && world->open_executions; i++)
        if (rh_execution_is_open(world->executions[i]))
            mark_stuck(world->executions[i]);
}

/* Hands over what pending attempts answer. False if the clock may go on to `next`. */
static bool deliver_answers(rh_world *world, rh_time next)
{
    if (!world->pending_attempts || !world->stage->deliver)
        return false;
    rh_time bound = world->stage->deliver(world->stage_data, world);
    if (bound > rh_world_now(world) && bound < next) {
        guard_jump(world, bound);
        world->clock.now = bound; /* nothing else happens before the stage wakes up */
    }
    return bound < next;
}

bool rh_world_play(rh_world *world, rh_time until)
{
    rh_crash_install();
    for (;;) {
        run_ready_tasks(world);
        const rh_timer_node *next = rh_clock_peek(&world->clock);
        rh_time due = next ? next->deadline : INT64_MAX;
        if (deliver_answers(world, due))
            continue;
        if (due == INT64_MAX && until == RH_FOREVER) {
            mark_all_stuck(world);
            break;
        }
        if (due > until) {
            world->clock.now = until > world->clock.now ? until : world->clock.now;
            break;
        }
        advance(world, rh_clock_peek(&world->clock));
    }
    world->journal.end = rh_world_now(world);
    return world->open_executions == 0;
}
