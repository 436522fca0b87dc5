#include <stdlib.h>

#include "sim/failure.h"
#include "sim/local.h"
#include "sim/scripted/scripted.h"
#include "sim/world.h"

/* The cached state of a run: what has which number. A timer that a local activity waits for before
 * it is asked for again is numbered under that. */
typedef struct local {
    rh_time asked;
    const rh_marker *last; /* that asks for a back-off */
    uint32_t timer;        /* of this number */
} local;

typedef struct state {
    rh_time now;
    local *locals;                         /* by subject */
    uint32_t *numbers;                     /* by subject; UNMADE until its command was given */
    uint32_t *subjects[RH_SCRIPTED_KINDS]; /* by number */
    uint32_t counts[RH_SCRIPTED_KINDS];
    size_t capacities[RH_SCRIPTED_KINDS];
    bool is_over;
} state;

static const uint32_t UNMADE = UINT32_MAX;

static state *new_state(rh_execution *execution, const rh_scripted *script)
{
    rh_arena *arena = &execution->world->arena;
    state *s = RH_NEW(arena, state);
    s->numbers = RH_NEW_ARRAY(arena, uint32_t, script->subject_count);
    s->locals = RH_NEW_ARRAY(arena, local, script->subject_count);
    for (size_t i = 0; i < script->subject_count; i++)
        s->numbers[i] = UNMADE;
    execution->state = s;
    return s;
}

/* ---- commands -------------------------------------------------------------------------------- */

static uint32_t next_number(rh_execution *execution, state *s, rh_scripted_kind kind,
                            uint32_t index)
{
    s->subjects[kind] =
        rh_arena_reserve(&execution->world->arena, s->subjects[kind], sizeof *s->subjects[kind],
                         (size_t)s->counts[kind] + 1, &s->capacities[kind]);
    s->subjects[kind][s->counts[kind]] = index;
    return s->counts[kind]++;
}

static rh_command *number(rh_execution *execution, state *s, rh_command_kind command,
                          rh_scripted_kind kind, uint32_t index)
{
    rh_command *made = rh_execution_command(execution, command);
    made->number = next_number(execution, s, kind, index);
    return made;
}

static void schedule(rh_execution *execution, state *s, const rh_scripted_subject *subject,
                     uint32_t index)
{
    rh_world *world = execution->world;
    rh_activity_request *request = RH_NEW(&world->arena, rh_activity_request);
    request->type = rh_names_intern(&world->names, subject->type);
    request->options = subject->options;
    number(execution, s, RH_COMMAND_SCHEDULE_ACTIVITY, RH_SCRIPTED_ACTIVITY, index)->activity =
        request;
}

/* The first time, or again after a back-off. */
static void ask_local(rh_execution *execution, state *s, uint32_t index)
{
    rh_world *world = execution->world;
    const rh_scripted *script = execution->definition;
    const rh_scripted_subject *subject = &script->subjects[index];
    local *asked = &s->locals[index];
    rh_local_request *request = RH_NEW(&world->arena, rh_local_request);
    if (!asked->last)
        asked->asked = s->now;
    *request = (rh_local_request){
        .type = rh_names_intern(&world->names, subject->type),
        .options = subject->local,
        .call = index,
        .attempt = asked->last ? (int32_t)asked->last->number + 1 : 1,
        .expiration = rh_time_add(asked->asked, subject->local.schedule_to_close),
    };
    asked->last = NULL;
    s->numbers[index] = next_number(execution, s, RH_SCRIPTED_LOCAL, index);
    rh_local_ask(execution, s->numbers[index], request);
}

/* A back-off ends with it. */
static void cancel_local(rh_execution *execution, state *s, uint32_t index)
{
    if (s->locals[index].last) {
        rh_execution_command(execution, RH_COMMAND_CANCEL_TIMER)->number = s->locals[index].timer;
        ask_local(execution, s, index);
    }
    rh_local_cancel(execution, s->numbers[index]);
}

static void start_child(rh_execution *execution, state *s, const rh_scripted_subject *subject,
                        uint32_t index)
{
    rh_world *world = execution->world;
    rh_child_start *start = RH_NEW(&world->arena, rh_child_start);
    start->type = rh_names_intern(&world->names, subject->type);
    start->input = subject->value;
    start->options = subject->run;
    start->parent_close = subject->close;
    number(execution, s, RH_COMMAND_START_CHILD, RH_SCRIPTED_CHILD, index)->child = start;
}

static void ask(rh_execution *execution, state *s, const rh_external_request *request,
                uint32_t index)
{
    rh_external_request *kept = rh_arena_alloc(&execution->world->arena, sizeof *kept);
    *kept = *request;
    number(execution, s, RH_COMMAND_ASK_EXTERNAL, RH_SCRIPTED_REQUEST, index)->external = kept;
}

static void make(rh_execution *execution, state *s, uint32_t index)
{
    const rh_scripted *script = execution->definition;
    const rh_scripted_subject *subject = &script->subjects[index];
    if (s->numbers[index] != UNMADE)
        return;
    s->numbers[index] = s->counts[subject->kind];
    switch (subject->kind) {
    case RH_SCRIPTED_ACTIVITY:
        schedule(execution, s, subject, index);
        break;
    case RH_SCRIPTED_LOCAL:
        ask_local(execution, s, index);
        break;
    case RH_SCRIPTED_TIMER:
        number(execution, s, RH_COMMAND_START_TIMER, RH_SCRIPTED_TIMER, index)->duration =
            subject->duration;
        break;
    case RH_SCRIPTED_CHILD:
        start_child(execution, s, subject, index);
        break;
    case RH_SCRIPTED_REQUEST:
        ask(execution, s,
            &(rh_external_request){
                .workflow_id = subject->workflow_id,
                .signal = subject->signal
                              ? rh_names_intern(&execution->world->names, subject->signal)
                              : NULL,
                .value = subject->value,
            },
            index);
        break;
    case RH_SCRIPTED_KINDS:
        break;
    }
}

static void cancel(rh_execution *execution, state *s, uint32_t index)
{
    const rh_scripted *script = execution->definition;
    const rh_scripted_subject *subject = &script->subjects[index];
    if (s->numbers[index] == UNMADE)
        return;
    if (subject->kind == RH_SCRIPTED_LOCAL)
        cancel_local(execution, s, index);
    else if (subject->kind == RH_SCRIPTED_CHILD)
        ask(execution, s,
            &(rh_external_request){.workflow_id = subject->run.workflow_id, .child_only = true},
            index);
    else
        rh_execution_command(execution, subject->kind == RH_SCRIPTED_TIMER
                                            ? RH_COMMAND_CANCEL_TIMER
                                            : RH_COMMAND_CANCEL_ACTIVITY)
            ->number = s->numbers[index];
}

/* How many runs its chain had before it. */
static int32_t position_of(const rh_execution *execution)
{
    rh_run_record **runs = execution->world->journal.runs;
    int32_t position = 0;
    for (const rh_run_record *run = execution->run; run->previous != RH_NO_RUN;
         run = runs[run->previous])
        position++;
    return position;
}

static void give(rh_execution *execution, state *s, const rh_scripted_command *wanted)
{
    rh_command *command;
    switch (wanted->verb) {
    case RH_DO_ACTIVITY:
    case RH_DO_LOCAL:
    case RH_DO_TIMER:
    case RH_DO_CHILD:
    case RH_DO_REQUEST:
        make(execution, s, wanted->subject);
        break;
    case RH_DO_CANCEL:
        cancel(execution, s, wanted->subject);
        break;
    case RH_DO_COMPLETE:
        rh_execution_command(execution, RH_COMMAND_COMPLETE)->value = wanted->value;
        break;
    case RH_DO_FAIL:
        rh_execution_command(execution, RH_COMMAND_FAIL)->failure =
            rh_failure_application(&execution->world->arena,
                                   &(rh_failure_options){.type = wanted->type,
                                                         .message = wanted->message});
        break;
    case RH_DO_CLOSE_CANCELED:
        rh_execution_command(execution, RH_COMMAND_CANCEL);
        break;
    case RH_DO_CONTINUE_AS_NEW:
        if (wanted->times && position_of(execution) >= wanted->times)
            return;
        command = rh_execution_command(execution, RH_COMMAND_CONTINUE_AS_NEW);
        command->value = wanted->value;
        command->continuation = &wanted->continuation;
        break;
    }
    s->is_over = s->is_over || wanted->verb >= RH_DO_COMPLETE;
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool is_about(const rh_scripted_rule *rule, const state *s, rh_scripted_trigger trigger,
                     rh_scripted_kind kind, uint32_t at)
{
    return rule->trigger == trigger && rule->subject == s->subjects[kind][at];
}

static bool triggers(const rh_scripted_rule *rule, const state *s, const rh_event *event)
{
    switch ((rh_event_kind)event->kind) {
    case RH_EVENT_STARTED:
        return rule->trigger == RH_ON_START;
    case RH_EVENT_ACTIVITY_CLOSED:
        return is_about(rule, s, RH_ON_CLOSE, RH_SCRIPTED_ACTIVITY, event->number);
    case RH_EVENT_TIMER_FIRED:
        return is_about(rule, s, RH_ON_TIMER, RH_SCRIPTED_TIMER, event->number);
    case RH_EVENT_SIGNALED:
        return rule->trigger == RH_ON_SIGNAL && !strcmp(rule->name, event->name->text);
    case RH_EVENT_UPDATED: /* rejected before */
    case RH_EVENT_NOTHING:
        break;
    case RH_EVENT_CANCEL_REQUESTED:
        return rule->trigger == RH_ON_CANCEL;
    case RH_EVENT_CHILD_STARTED:
        return is_about(rule, s, RH_ON_STARTED, RH_SCRIPTED_CHILD, event->number);
    case RH_EVENT_CHILD_CLOSED:
        return is_about(rule, s, RH_ON_CLOSE, RH_SCRIPTED_CHILD, event->number);
    case RH_EVENT_EXTERNAL_CLOSED:
        return is_about(rule, s, RH_ON_CLOSE, RH_SCRIPTED_REQUEST, event->number);
    }
    return false;
}

/* The asking of a child to cancel closes under the child's name; the child itself does not. */
static bool is_only_a_cancel(const rh_scripted *script, const state *s, const rh_event *event)
{
    if (event->kind != RH_EVENT_EXTERNAL_CLOSED)
        return false;
    uint32_t subject = s->subjects[RH_SCRIPTED_REQUEST][event->number];
    return script->subjects[subject].kind == RH_SCRIPTED_CHILD;
}

static void follow(rh_execution *execution, state *s, const rh_scripted_rule *rule)
{
    for (size_t c = 0; c < rule->count && !s->is_over; c++)
        give(execution, s, &rule->commands[c]);
}

static void hear(rh_execution *execution, state *s, const rh_event *event)
{
    const rh_scripted *script = execution->definition;
    for (size_t r = 0; r < script->rule_count; r++)
        if (triggers(&script->rules[r], s, event) && !is_only_a_cancel(script, s, event))
            follow(execution, s, &script->rules[r]);
    if (event->kind != RH_EVENT_TIMER_FIRED || s->is_over)
        return;
    uint32_t subject = s->subjects[RH_SCRIPTED_TIMER][event->number];
    if (script->subjects[subject].kind == RH_SCRIPTED_LOCAL && s->locals[subject].last)
        ask_local(execution, s, subject);
}

/* Of a local activity that is over, or is to wait. */
static void hear_of_local(rh_execution *execution, state *s, const rh_marker *marker)
{
    const rh_scripted *script = execution->definition;
    unsigned long number_of_it = strtoul(marker->id, NULL, 10) - 1;
    if (number_of_it >= s->counts[RH_SCRIPTED_LOCAL])
        return;
    uint32_t subject = s->subjects[RH_SCRIPTED_LOCAL][number_of_it];
    rh_local_close(execution, (uint32_t)number_of_it);
    rh_execution_command(execution, RH_COMMAND_RECORD_MARKER)->marker = marker;
    s->now = marker->time;
    if (marker->backoff > 0) {
        rh_command *command =
            number(execution, s, RH_COMMAND_START_TIMER, RH_SCRIPTED_TIMER, subject);
        command->duration = marker->backoff;
        s->locals[subject].last = marker;
        s->locals[subject].timer = command->number;
        return;
    }
    for (size_t r = 0; r < script->rule_count; r++)
        if (script->rules[r].trigger == RH_ON_CLOSE && script->rules[r].subject == subject)
            follow(execution, s, &script->rules[r]);
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    state *s = execution->state ? execution->state : new_state(execution, execution->definition);
    s->now = task->now;
    for (size_t i = 0; i < task->event_count; i++)
        hear(execution, s, &task->events[i]);
    for (size_t i = 0; i < task->marker_count && !s->is_over; i++)
        hear_of_local(execution, s, task->markers[i]);
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    execution->state = NULL;
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    static const char *const kinds[] = {"activity", "local activity", "timer", "child", "request"};
    const rh_scripted *script = execution->definition;
    rh_arena *arena = &execution->world->arena;
    for (size_t i = 0; i < script->rule_count; i++) {
        const rh_scripted_rule *rule = &script->rules[i];
        if (rule->trigger == RH_ON_SIGNAL)
            tell(context, "the script", rh_format(arena, "signal '%s'", rule->name));
        else if (rule->trigger == RH_ON_CLOSE)
            tell(context, "the script",
                 rh_format(arena, "%s '%s'", kinds[script->subjects[rule->subject].kind],
                           script->subjects[rule->subject].name));
    }
}

const rh_dialect rh_scripted_dialect = {
    .name = "scripted",
    .is_served = true,
    .activate = activate,
    .evict = evict,
    .waiting = waiting,
};
