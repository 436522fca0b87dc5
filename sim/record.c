#include "sim/record.h"

#include "sim/base/value.h"
#include "sim/world.h"

void rh_record_keep(rh_execution *execution, size_t first, size_t end)
{
    rh_arena *arena = &execution->world->arena;
    for (size_t i = first; i < end; i++) {
        if (execution->commands[i].kind != RH_COMMAND_RECORD_MARKER)
            continue;
        execution->markers =
            rh_arena_reserve(arena, execution->markers, sizeof *execution->markers,
                             execution->marker_count + 1, &execution->marker_capacity);
        execution->markers[execution->marker_count++] = execution->commands[i].marker;
    }
}

static void describe_local(rh_entry *entry, const rh_marker *marker)
{
    entry->call = marker->call;
    entry->attempt = (int32_t)marker->number;
    entry->number = (uint64_t)marker->time;
    entry->span = marker->backoff;
    entry->failure = marker->failure;
}

bool rh_record_apply(rh_execution *execution, const rh_command *command)
{
    rh_entry entry = {.kind = RH_ENTRY_MARKER_RECORDED, .value = command->value};
    switch (command->kind) {
    case RH_COMMAND_RECORD_MARKER:
        entry.code = command->marker->kind;
        entry.name = rh_names_intern(&execution->world->names,
                                     rh_marker_kind_name((rh_marker_kind)command->marker->kind));
        entry.text = command->marker->id;
        entry.number = (uint64_t)command->marker->number;
        entry.value = command->marker->value;
        if (command->marker->kind == RH_MARKER_LOCAL_ACTIVITY)
            describe_local(&entry, command->marker);
        break;
    case RH_COMMAND_UPSERT_ATTRIBUTES:
        entry.kind = RH_ENTRY_ATTRIBUTES_UPSERTED;
        break;
    case RH_COMMAND_UPSERT_MEMO:
        entry.kind = RH_ENTRY_MEMO_UPSERTED;
        break;
    default:
        return false;
    }
    rh_execution_journal(execution, &entry);
    return true;
}

void rh_record_describe(rh_text *text, const rh_command *command)
{
    static const char *const words[] = {
        [RH_MARKER_SIDE_EFFECT] = "side effect",
        [RH_MARKER_MUTABLE_SIDE_EFFECT] = "mutable side effect",
        [RH_MARKER_VERSION] = "version of change",
        [RH_MARKER_LOCAL_ACTIVITY] = "local activity",
    };
    const rh_marker *marker = command->marker;
    if (command->kind == RH_COMMAND_RECORD_MARKER)
        rh_text_printf(text, "record %s '%s'", words[marker->kind],
                       marker->type ? marker->type : marker->id);
    else
        rh_text_puts(text, command->kind == RH_COMMAND_UPSERT_MEMO ? "upsert the memo"
                                                                   : "upsert search attributes");
}

bool rh_record_same(const rh_command *left, const rh_command *right)
{
    if (left->kind != RH_COMMAND_RECORD_MARKER)
        return rh_equal(left->value, right->value);
    return left->marker->kind == right->marker->kind &&
           left->marker->number == right->marker->number &&
           !strcmp(left->marker->id, right->marker->id) &&
           (!left->marker->type || !strcmp(left->marker->type, right->marker->type));
}

bool rh_record_ask(rh_execution *execution, rh_marker *marker)
{
    rh_world *world = execution->world;
    if (!world->stage->record || !world->stage->record(world->stage_data, execution->run, marker))
        return false;
    marker->value = rh_value_copy(&world->arena, marker->value);
    return true;
}
