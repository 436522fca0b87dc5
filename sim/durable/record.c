/* Side effects, versions, random streams, search attributes, memo. */
#include "sim/record.h"
#include "rehearse/recorded.h"
#include "sim/base/random.h"
#include "sim/base/uuid.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"

/* What the code has come past: one for each change, mutable side effect and random stream. */
struct rh_kept {
    rh_kept *next;
    enum { CHANGE, MUTABLE, STREAM } kind;
    const char *id;
    int64_t version;       /* CHANGE */
    bool is_new;           /* CHANGE: recorded in this very task, and not asked for yet */
    int64_t count;         /* MUTABLE: calls; STREAM: draws */
    const rh_value *value; /* MUTABLE: recorded last; NULL: none yet */
};

static rh_kept *find(const rh_workflow *workflow, int kind, const char *id)
{
    for (rh_kept *kept = workflow->kept; kept; kept = kept->next)
        if ((int)kept->kind == kind && !strcmp(kept->id, id))
            return kept;
    return NULL;
}

static rh_kept *keep(rh_workflow *workflow, int kind, const char *id)
{
    rh_kept *kept = find(workflow, kind, id);
    if (kept)
        return kept;
    kept = RH_NEW(&workflow->world->arena, rh_kept);
    *kept = (rh_kept){.next = workflow->kept,
                      .kind = kind,
                      .id = rh_arena_string(&workflow->world->arena, id)};
    return workflow->kept = kept;
}

/* ---- markers --------------------------------------------------------------------------------- */

void rh_records_begin(rh_workflow *workflow, const rh_task *task)
{
    workflow->markers = task->markers;
    workflow->marker_count = task->marker_count;
    workflow->side_effects = 0;
    for (size_t i = 0; i < task->marker_count; i++) {
        const rh_marker *marker = task->markers[i];
        if (marker->kind != RH_MARKER_VERSION)
            continue;
        rh_kept *change = keep(workflow, CHANGE, marker->id);
        change->version = marker->number;
        change->is_new = true;
    }
}

static void record(rh_workflow *workflow, const rh_marker *marker)
{
    rh_marker *kept = RH_NEW(&workflow->world->arena, rh_marker);
    *kept = *marker;
    rh_command *command = rh_workflow_command(workflow, RH_COMMAND_RECORD_MARKER);
    command->marker = kept;
    command->of_version = marker->kind == RH_MARKER_VERSION;
}

/* The stage may know better than the function. */
static const rh_value *ask(rh_workflow *workflow, rh_marker *marker, rh_recorded_function *function,
                           void *data)
{
    if (rh_record_ask(workflow->execution, marker))
        return marker->value;
    const char *before = workflow->read_only;
    workflow->read_only =
        rh_format(&workflow->world->arena, "%s '%s'",
                  marker->kind == RH_MARKER_SIDE_EFFECT ? "side effect" : "mutable side effect",
                  marker->id);
    const rh_value *value = function(workflow, data);
    workflow->read_only = before;
    return value ? rh_value_copy(&workflow->world->arena, value) : rh_value_null();
}

static _Noreturn void is_not_in_history(rh_workflow *workflow, const char *what, const char *id)
{
    workflow->broken_cause = "NonDeterministicError";
    rh_routine_break(workflow,
                     rh_format(&workflow->world->arena,
                               "nondeterminism: the history has no record of %s '%s'", what, id));
}

const rh_value *rh_side_effect(rh_workflow *workflow, const char *name,
                               rh_recorded_function *function, void *data)
{
    rh_check_writable(workflow, "rh_side_effect");
    rh_marker marker = {.kind = RH_MARKER_SIDE_EFFECT,
                        .number = ++workflow->side_effect_count,
                        .id = rh_arena_string(&workflow->world->arena, name)};
    if (workflow->replaying) {
        size_t *at = &workflow->side_effects;
        while (*at < workflow->marker_count &&
               workflow->markers[*at]->kind != RH_MARKER_SIDE_EFFECT)
            ++*at;
        if (*at == workflow->marker_count)
            is_not_in_history(workflow, "side effect", name);
        marker.value = workflow->markers[(*at)++]->value;
    } else {
        marker.value = ask(workflow, &marker, function, data);
    }
    record(workflow, &marker);
    return marker.value;
}

static const rh_value *recorded_call(const rh_workflow *workflow, const char *id, int64_t call)
{
    for (size_t i = 0; i < workflow->marker_count; i++) {
        const rh_marker *marker = workflow->markers[i];
        if (marker->kind == RH_MARKER_MUTABLE_SIDE_EFFECT && marker->number == call &&
            !strcmp(marker->id, id))
            return marker->value;
    }
    return NULL;
}

const rh_value *rh_mutable_side_effect(rh_workflow *workflow, const char *id,
                                       rh_recorded_function *function, rh_same *same, void *data)
{
    rh_check_writable(workflow, "rh_mutable_side_effect");
    rh_kept *kept = keep(workflow, MUTABLE, id);
    rh_marker marker = {.kind = RH_MARKER_MUTABLE_SIDE_EFFECT,
                        .id = kept->id,
                        .number = ++kept->count};
    if (workflow->replaying) {
        marker.value = recorded_call(workflow, id, marker.number);
        if (!marker.value && !kept->value)
            is_not_in_history(workflow, "mutable side effect", id);
        if (!marker.value)
            return kept->value;
    } else {
        marker.value = ask(workflow, &marker, function, data);
        if (kept->value &&
            (same ? same(kept->value, marker.value, data) : rh_equal(kept->value, marker.value)))
            return kept->value;
    }
    record(workflow, &marker);
    return kept->value = marker.value;
}

/* ---- versions -------------------------------------------------------------------------------- */

/* TemporalChangeVersion: this change first, then those recorded before it. */
static void upsert_version(rh_workflow *workflow, const rh_kept *change)
{
    rh_arena *arena = &workflow->world->arena;
    const rh_value **items = NULL;
    size_t count = 0, capacity = 0;
    for (const rh_kept *next = workflow->kept, *one = change; one; one = next) {
        items = rh_arena_reserve(arena, items, sizeof *items, count + 1, &capacity);
        const char *text = rh_format(arena, "%s-%lld", one->id, (long long)one->version);
        items[count++] = rh_value_string(arena, text, strlen(text));
        next = one == change ? next : one->next;
        while (next && (next == change || next->kind != CHANGE || next->is_new))
            next = next->next;
    }
    rh_upsert_attribute(workflow, "TemporalChangeVersion", RH_ATTRIBUTE_KEYWORD_LIST,
                        rh_value_list(arena, items, count));
    workflow->execution->commands[workflow->execution->command_count - 1].of_version = true;
}

static void check_version(rh_workflow *workflow, const rh_kept *change, int32_t least, int32_t most)
{
    if (change->version >= least && change->version <= most)
        return;
    rh_routine_break(workflow,
                     rh_format(&workflow->world->arena,
                               "version %lld of change '%s' is %s: this code supports %d to %d",
                               (long long)change->version, change->id,
                               change->version < least ? "supported no more" : "not supported yet",
                               least, most));
}

int32_t rh_change_version(rh_workflow *workflow, const char *change_id, int32_t least, int32_t most)
{
    rh_check_writable(workflow, "rh_change_version");
    rh_kept *change = find(workflow, CHANGE, change_id);
    bool is_first = !change;
    if (is_first) {
        change = keep(workflow, CHANGE, change_id);
        change->version = most;
        rh_marker marker = {.kind = RH_MARKER_VERSION, .id = change->id, .number = most};
        if (workflow->replaying)
            change->version = RH_DEFAULT_VERSION;
        else if (rh_record_ask(workflow->execution, &marker))
            change->version = marker.number;
    }
    check_version(workflow, change, least, most);
    if (change->is_new || (is_first && change->version != RH_DEFAULT_VERSION)) {
        change->is_new = false;
        record(workflow, &(rh_marker){.kind = RH_MARKER_VERSION,
                                      .id = change->id,
                                      .number = change->version});
        upsert_version(workflow, change);
    }
    return (int32_t)change->version;
}

/* ---- random streams -------------------------------------------------------------------------- */

uint64_t rh_random_u64(rh_workflow *workflow, const char *stream)
{
    static const uint64_t purpose = 0x73747265616d; /* "stream" */
    rh_check_writable(workflow, "rh_random_u64");
    rh_kept *kept = keep(workflow, STREAM, stream);
    return rh_random_draw(rh_hash_string(workflow->info.run_id), purpose, rh_hash_string(stream),
                          (uint64_t)kept->count++);
}

uint64_t rh_random_u64_below(rh_workflow *workflow, const char *stream, uint64_t bound)
{
    if (bound == 0)
        rh_routine_break(workflow, "rh_random_u64_below was called with a bound of 0");
    return rh_random_below(rh_random_u64(workflow, stream), bound);
}

const char *rh_random_uuid(rh_workflow *workflow, const char *stream)
{
    uint64_t high = rh_random_u64(workflow, stream);
    return rh_uuid_text(&workflow->world->arena, high, rh_random_u64(workflow, stream));
}

/* ---- search attributes and memo -------------------------------------------------------------- */

static const char *const attribute_types[] = {
    [RH_ATTRIBUTE_KEYWORD] = "Keyword",
    [RH_ATTRIBUTE_TEXT] = "Text",
    [RH_ATTRIBUTE_INT] = "Int",
    [RH_ATTRIBUTE_DOUBLE] = "Double",
    [RH_ATTRIBUTE_BOOL] = "Bool",
    [RH_ATTRIBUTE_DATETIME] = "Datetime",
    [RH_ATTRIBUTE_KEYWORD_LIST] = "KeywordList",
};

static bool has_type(const rh_value *value, rh_attribute_type type)
{
    rh_kind kind = rh_kind_of(value);
    switch (type) {
    case RH_ATTRIBUTE_KEYWORD:
    case RH_ATTRIBUTE_TEXT:
    case RH_ATTRIBUTE_DATETIME:
        return kind == RH_STRING;
    case RH_ATTRIBUTE_INT:
        return kind == RH_INTEGER;
    case RH_ATTRIBUTE_DOUBLE:
        return kind == RH_NUMBER || kind == RH_INTEGER;
    case RH_ATTRIBUTE_BOOL:
        return kind == RH_BOOLEAN;
    case RH_ATTRIBUTE_KEYWORD_LIST:
        for (size_t i = 0; i < rh_count_of(value); i++)
            if (rh_kind_of(rh_at(value, i)) != RH_STRING)
                return false;
        return kind == RH_LIST;
    }
    return false;
}

static const rh_value *describe_attribute(rh_workflow *workflow, const rh_attribute *attribute)
{
    rh_arena *arena = &workflow->world->arena;
    const char *type = attribute_types[attribute->type];
    if (attribute->value && !has_type(attribute->value, attribute->type)) {
        workflow->broken_cause = "BadSearchAttributes";
        rh_routine_break(workflow,
                         rh_format(arena, "search attribute '%s' is no %s", attribute->name, type));
    }
    const rh_field fields[] = {{"type", rh_value_string(arena, type, strlen(type))},
                               {"value", attribute->value}};
    return rh_value_object(arena, fields, attribute->value ? 2 : 1);
}

/* `old` with `fields` put in or taken out. */
static const rh_value *merge(rh_arena *arena, const rh_value *old, const rh_field *fields,
                             size_t count)
{
    rh_field *merged = RH_NEW_ARRAY(arena, rh_field, rh_count_of(old) + count);
    size_t kept = 0;
    for (size_t i = 0; i < rh_count_of(old); i++) {
        bool is_replaced = false;
        for (size_t j = 0; j < count; j++)
            is_replaced = is_replaced || !strcmp(fields[j].key, old->as.fields[i].key);
        if (!is_replaced)
            merged[kept++] = old->as.fields[i];
    }
    for (size_t j = 0; j < count; j++)
        if (rh_kind_of(fields[j].value) != RH_NULL)
            merged[kept++] = fields[j];
    return kept ? rh_value_object(arena, merged, kept) : NULL;
}

void rh_upsert_attributes(rh_workflow *workflow, const rh_attribute *attributes, size_t count)
{
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_upsert_attributes");
    rh_field *described = RH_NEW_ARRAY(arena, rh_field, count);
    rh_field *values = RH_NEW_ARRAY(arena, rh_field, count);
    for (size_t i = 0; i < count; i++) {
        described[i] = (rh_field){attributes[i].name, describe_attribute(workflow, &attributes[i])};
        values[i] = (rh_field){attributes[i].name, attributes[i].value};
    }
    workflow->info.search_attributes =
        merge(arena, workflow->info.search_attributes, values, count);
    rh_workflow_command(workflow, RH_COMMAND_UPSERT_ATTRIBUTES)->value =
        rh_value_object(arena, described, count);
}

void rh_upsert_memo(rh_workflow *workflow, const rh_value *fields)
{
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_upsert_memo");
    if (rh_kind_of(fields) != RH_OBJECT)
        rh_routine_break(workflow, "rh_upsert_memo: the memo is no object");
    const rh_value *kept = rh_value_copy(arena, fields);
    workflow->info.memo = merge(arena, workflow->info.memo, kept->as.fields, kept->count);
    rh_workflow_command(workflow, RH_COMMAND_UPSERT_MEMO)->value = kept;
}
