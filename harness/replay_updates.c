#include "harness/replay_updates.h"

#include <string.h>

const char *rh_replay_update_id(const rh_recorded_event *event)
{
    if (event->kind == RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
        return rh_recorded_text(event->data, "protocolInstanceId");
    return rh_recorded_text(rh_recorded_get(event->data, "meta"), "updateId");
}

/* The how manieth update of the history that event accepts, from 0. */
static uint32_t number_of(const rh_replay_match *match, const rh_recorded_event *accepted)
{
    uint32_t number = 0;
    for (size_t i = 0; i + 1 < accepted->id; i++)
        number +=
            match->recording->events[i].kind == RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED;
    return number;
}

const rh_event *rh_replay_add_updates(const rh_replay_match *match, rh_names *names,
                                      const rh_recorded_event *completed, const rh_event *news,
                                      size_t *count)
{
    const rh_recording *recording = match->recording;
    rh_event *all = NULL;
    size_t used = *count, capacity = 0;
    for (size_t i = completed->id; i < recording->count; i++) {
        const rh_recorded_event *event = &recording->events[i];
        if (rh_recorded_role_of((rh_recorded_kind)event->kind) == RH_ROLE_TASK)
            break;
        if (event->kind != RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
            continue;
        bool is_first = !all;
        const rh_value *input =
            rh_recorded_get(rh_recorded_get(event->data, "acceptedRequest"), "input");
        all = rh_arena_reserve(match->arena, all, sizeof *all, used + 1, &capacity);
        if (is_first && used)
            memcpy(all, news, used * sizeof *all);
        all[used++] = (rh_event){
            .kind = RH_EVENT_UPDATED,
            .number = number_of(match, event),
            .id = rh_replay_update_id(event),
            .name = rh_names_intern(names, rh_recorded_text(input, "name")),
            .value = rh_recorded_payloads(match->arena, rh_recorded_get(input, "args"), NULL),
        };
    }
    *count = used;
    return all ? all : news;
}

rh_match_grade rh_replay_matches_update(const rh_replay_match *match,
                                        const rh_recorded_event *event, const rh_command *command)
{
    const rh_recorded_event *accepted = event;
    if (command->kind == RH_COMMAND_COMPLETE_UPDATE)
        accepted = rh_replay_origin(match, event, "acceptedEventId",
                                    RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
    if (!accepted || number_of(match, accepted) != command->number)
        return RH_MATCH_NOT;
    if (command->kind == RH_COMMAND_ACCEPT_UPDATE)
        return RH_MATCH_SAME;
    const rh_value *outcome = rh_recorded_get(event->data, "outcome");
    bool failed = rh_recorded_get(outcome, "failure") != NULL;
    if (failed != (command->failure != NULL))
        return RH_MATCH_LOOSE;
    const rh_value *recorded =
        rh_recorded_payloads(match->arena, rh_recorded_get(outcome, "success"), NULL);
    return failed || rh_equal(recorded, command->value) ? RH_MATCH_SAME : RH_MATCH_LOOSE;
}
