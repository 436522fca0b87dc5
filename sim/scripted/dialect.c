#include "sim/failure.h"
#include "sim/scripted/scripted.h"
#include "sim/world.h"

/* The cached state of a run: which call or timer has which number. */
typedef struct state {
    uint32_t *numbers;    /* by subject; UNMADE until its command was given */
    uint32_t *activities; /* subject by number */
    uint32_t *timers;
    uint32_t activity_count, timer_count;
    bool is_over;
} state;

static const uint32_t UNMADE = UINT32_MAX;

static state *new_state(rh_execution *execution, const rh_scripted *script)
{
    rh_arena *arena = &execution->world->arena;
    state *s = RH_NEW(arena, state);
    s->numbers = RH_NEW_ARRAY(arena, uint32_t, script->subject_count);
    s->activities = RH_NEW_ARRAY(arena, uint32_t, script->subject_count);
    s->timers = RH_NEW_ARRAY(arena, uint32_t, script->subject_count);
    for (size_t i = 0; i < script->subject_count; i++)
        s->numbers[i] = UNMADE;
    execution->state = s;
    return s;
}

/* ---- commands -------------------------------------------------------------------------------- */

static void schedule(rh_execution *execution, state *s, const rh_scripted_subject *subject,
                     uint32_t index)
{
    rh_world *world = execution->world;
    rh_activity_request *request = RH_NEW(&world->arena, rh_activity_request);
    request->type = rh_names_intern(&world->names, subject->type);
    request->options = subject->options;
    s->activities[s->activity_count] = index;
    s->numbers[index] = s->activity_count;
    rh_command *command = rh_execution_command(execution, RH_COMMAND_SCHEDULE_ACTIVITY);
    command->number = s->activity_count++;
    command->activity = request;
}

static void start_timer(rh_execution *execution, state *s, const rh_scripted_subject *subject,
                        uint32_t index)
{
    s->timers[s->timer_count] = index;
    s->numbers[index] = s->timer_count;
    rh_command *command = rh_execution_command(execution, RH_COMMAND_START_TIMER);
    command->number = s->timer_count++;
    command->duration = subject->duration;
}

static void give(rh_execution *execution, state *s, const rh_scripted_command *wanted)
{
    const rh_scripted *script = execution->definition;
    const rh_scripted_subject *subject =
        script->subject_count ? &script->subjects[wanted->subject] : NULL;
    switch (wanted->verb) {
    case RH_DO_ACTIVITY:
        if (s->numbers[wanted->subject] == UNMADE)
            schedule(execution, s, subject, wanted->subject);
        break;
    case RH_DO_TIMER:
        if (s->numbers[wanted->subject] == UNMADE)
            start_timer(execution, s, subject, wanted->subject);
        break;
    case RH_DO_CANCEL:
        if (s->numbers[wanted->subject] != UNMADE)
            rh_execution_command(execution, subject->is_timer ? RH_COMMAND_CANCEL_TIMER
                                                              : RH_COMMAND_CANCEL_ACTIVITY)
                ->number = s->numbers[wanted->subject];
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
    }
    s->is_over = s->is_over || wanted->verb >= RH_DO_COMPLETE;
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool triggers(const rh_scripted_rule *rule, const state *s, const rh_event *event)
{
    switch ((rh_event_kind)event->kind) {
    case RH_EVENT_STARTED:
        return rule->trigger == RH_ON_START;
    case RH_EVENT_ACTIVITY_CLOSED:
        return rule->trigger == RH_ON_CLOSE && rule->subject == s->activities[event->number];
    case RH_EVENT_TIMER_FIRED:
        return rule->trigger == RH_ON_TIMER && rule->subject == s->timers[event->number];
    case RH_EVENT_SIGNALED:
        return rule->trigger == RH_ON_SIGNAL && !strcmp(rule->name, event->name->text);
    case RH_EVENT_UPDATED: /* rejected before */
    case RH_EVENT_NOTHING:
        break;
    case RH_EVENT_CANCEL_REQUESTED:
        return rule->trigger == RH_ON_CANCEL;
    }
    return false;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    const rh_scripted *script = execution->definition;
    state *s = execution->state ? execution->state : new_state(execution, script);
    for (size_t i = 0; i < task->event_count; i++)
        for (size_t r = 0; r < script->rule_count; r++) {
            const rh_scripted_rule *rule = &script->rules[r];
            if (!triggers(rule, s, &task->events[i]))
                continue;
            for (size_t c = 0; c < rule->count && !s->is_over; c++)
                give(execution, s, &rule->commands[c]);
        }
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    execution->state = NULL;
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    const rh_scripted *script = execution->definition;
    rh_arena *arena = &execution->world->arena;
    for (size_t i = 0; i < script->rule_count; i++) {
        const rh_scripted_rule *rule = &script->rules[i];
        if (rule->trigger == RH_ON_SIGNAL)
            tell(context, "the script", rh_format(arena, "signal '%s'", rule->name));
        else if (rule->trigger == RH_ON_CLOSE)
            tell(context, "the script",
                 rh_format(arena, "activity '%s'", script->subjects[rule->subject].name));
    }
}

const rh_dialect rh_scripted_dialect = {
    .name = "scripted",
    .activate = activate,
    .evict = evict,
    .waiting = waiting,
};
