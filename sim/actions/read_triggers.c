/* `on`: what starts a workflow. */
#include <string.h>

#include "sim/actions/glob.h"
#include "sim/actions/read.h"
#include "sim/base/nearest.h"

enum {
    TYPES = 1 << 0,
    BRANCHES = 1 << 1,
    TAGS = 1 << 2,
    PATHS = 1 << 3,
    WORKFLOWS = 1 << 4,
    NAMES = 1 << 5,
    ANY_TYPE = 1 << 6 /* types are names of one's own */
};

typedef struct event_kind {
    const char *name;
    uint32_t filters;
    const char *types; /* between blanks */
} event_kind;

static const event_kind events[] = {
#define EVENT(name, filters, types) {name, filters, types},
#include "sim/actions/events.h"
};

enum { EVENT_COUNT = sizeof events / sizeof *events };

static const event_kind *find_event(const char *name)
{
    for (size_t i = 0; i < EVENT_COUNT; i++)
        if (!strcmp(events[i].name, name))
            return &events[i];
    return NULL;
}

static const event_kind *expect_event(rh_reading *r, const rh_token *token)
{
    const char *name = token->text;
    const event_kind *found = find_event(name);
    if (found || !*rh_token_text(token))
        return found;
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < EVENT_COUNT; i++)
        rh_nearest_offer(&nearest, events[i].name);
    const char *near = rh_nearest_hint(&nearest, hint, sizeof hint);
    rh_reading_refuse_token(r, token, "Unexpected value '%s'%s", name,
                            *near ? near : "; there is no such event");
    return NULL;
}

/* ---- filters --------------------------------------------------------------------------------- */

static rh_actions_patterns read_patterns(rh_reading *r, const rh_token *token)
{
    rh_actions_patterns read = {0};
    if (!token || token->kind == RH_TOKEN_MAPPING || rh_token_is_null(token))
        return read;
    bool is_list = token->kind == RH_TOKEN_SEQUENCE;
    size_t count = is_list ? token->count : 1;
    const char **items = RH_NEW_ARRAY(r->arena, const char *, count + 1);
    rh_actions_place *places = RH_NEW_ARRAY(r->arena, rh_actions_place, count);
    for (size_t i = 0; i < count; i++) {
        const rh_token *item = is_list ? token->as.items[i] : token;
        items[i] = rh_token_text(item);
        places[i] = rh_token_place(item);
    }
    return (rh_actions_patterns){items, places, count};
}

static void note_type(rh_reading *r, const event_kind *of, const char *type, rh_actions_place place)
{
    char name[64], hint[96];
    rh_nearest nearest = rh_nearest_begin(type);
    char *known = rh_arena_string(r->arena, of->types);
    while (*known) {
        size_t length = strcspn(known, " ");
        char *next = known + length + (known[length] == ' ');
        known[length] = '\0';
        if (!strcmp(known, type))
            return;
        rh_nearest_offer(&nearest, known);
        known = next;
    }
    snprintf(name, sizeof name, "%s", type);
    rh_reading_note(r, place.line, place.column,
                    "'%s' is no activity type of '%s': it never happens%s", name, of->name,
                    rh_nearest_hint(&nearest, hint, sizeof hint));
}

static const rh_token *pattern_at(const rh_token *token, size_t i)
{
    return token->kind == RH_TOKEN_SEQUENCE ? token->as.items[i] : token;
}

/* What GitHub refuses, and what its documentation does not cover. */
static void check_patterns(rh_reading *r, const rh_actions_patterns *patterns,
                           const rh_token *token, bool ignores)
{
    rh_glob_list list;
    rh_glob_error error;
    for (size_t i = 0; i < patterns->count; i++)
        if (!*patterns->items[i])
            return; /* refused */
    if (rh_glob_list_compile(r->arena, patterns->items, patterns->count, ignores, &list, &error)) {
        const rh_token *wrong = pattern_at(token, error.pattern);
        rh_actions_place place = rh_reading_place_in(r, wrong->yaml, error.offset);
        rh_reading_refuse(r, place.line, place.column, "%s", error.message);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        if (rh_glob_note(list.items[i]))
            rh_reading_note_token(r, pattern_at(token, i), "the pattern '%s': %s",
                                  patterns->items[i], rh_glob_note(list.items[i]));
}

typedef struct filter {
    const char *name;
    uint32_t of;
    size_t patterns; /* offset in rh_actions_trigger */
} filter;

static const filter filters[] = {
    {"branches", BRANCHES, offsetof(rh_actions_trigger, branches)},
    {"branches-ignore", BRANCHES, offsetof(rh_actions_trigger, branches_ignore)},
    {"tags", TAGS, offsetof(rh_actions_trigger, tags)},
    {"tags-ignore", TAGS, offsetof(rh_actions_trigger, tags_ignore)},
    {"paths", PATHS, offsetof(rh_actions_trigger, paths)},
    {"paths-ignore", PATHS, offsetof(rh_actions_trigger, paths_ignore)},
    {"types", TYPES, offsetof(rh_actions_trigger, types)},
    {"workflows", WORKFLOWS, offsetof(rh_actions_trigger, workflows)},
};

enum { FILTER_COUNT = sizeof filters / sizeof *filters, TWIN_COUNT = 6 };

static void note_ignored(rh_reading *r, const event_kind *of, const rh_token *key)
{
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(key->text);
    for (size_t i = 0; i < FILTER_COUNT; i++)
        if (filters[i].of & of->filters)
            rh_nearest_offer(&nearest, filters[i].name);
    rh_reading_note_token(r, key, "'%s' is no filter of '%s': GitHub ignores it%s", key->text,
                          of->name, rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* The place of the key of a mapping that stands later. */
static const rh_token *later_key(const rh_token *mapping, const char *one, const char *other)
{
    const rh_token *found = NULL;
    for (uint32_t i = 0; i < mapping->count; i++) {
        const char *key = mapping->as.pairs[i].key->text;
        if (!strcmp(key, one) || !strcmp(key, other))
            found = mapping->as.pairs[i].key;
    }
    return found;
}

static void check_twins(rh_reading *r, const rh_token *token)
{
    for (size_t i = 0; i < TWIN_COUNT; i += 2) {
        const char *one = filters[i].name, *other = filters[i + 1].name;
        const rh_token *first = rh_token_get(token, one), *second = rh_token_get(token, other);
        if (first && second && !rh_token_is_null(first) && !rh_token_is_null(second))
            rh_reading_refuse_token(r, later_key(token, one, other),
                                    "you may only define one of `%s` and `%s` for a single event",
                                    one, other);
    }
}

static void read_filters(rh_reading *r, const event_kind *of, const rh_token *token,
                         rh_actions_trigger *trigger)
{
    check_twins(r, token);
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token *key = token->as.pairs[i].key;
        size_t at = 0;
        while (at < FILTER_COUNT && strcmp(filters[at].name, key->text))
            at++;
        bool is_name = !strcmp(key->text, "names") || !strcmp(key->text, "versions");
        if (at < FILTER_COUNT && filters[at].of & of->filters) {
            rh_actions_patterns read = read_patterns(r, token->as.pairs[i].value);
            memcpy((char *)trigger + filters[at].patterns, &read, sizeof read);
            if (rh_token_is_null(token->as.pairs[i].value))
                rh_reading_note_token(r, key, "'%s' is empty: it is taken as not written",
                                      key->text);
            if (at < TWIN_COUNT && read.count)
                check_patterns(r, &read, token->as.pairs[i].value, at % 2 == 1);
        } else if (!(is_name && of->filters & NAMES)) {
            note_ignored(r, of, key);
        }
    }
    for (size_t i = 0; i < trigger->types.count && !(of->filters & ANY_TYPE); i++)
        note_type(r, of, trigger->types.items[i], trigger->types.places[i]);
}

/* ---- schedules, dispatches, calls ------------------------------------------------------------ */

static void note_others(rh_reading *r, const rh_token *mapping, const char *const *known,
                        const char *what)
{
    for (uint32_t i = 0; mapping && mapping->kind == RH_TOKEN_MAPPING && i < mapping->count; i++) {
        const rh_token *key = mapping->as.pairs[i].key;
        char hint[96];
        rh_nearest nearest = rh_nearest_begin(key->text);
        bool is_known = false;
        for (size_t j = 0; known[j]; j++) {
            is_known = is_known || !strcmp(known[j], key->text);
            rh_nearest_offer(&nearest, known[j]);
        }
        if (!is_known)
            rh_reading_note_token(r, key, "'%s' is no key of %s: GitHub ignores it%s", key->text,
                                  what, rh_nearest_hint(&nearest, hint, sizeof hint));
    }
}

#define NOTE_OTHERS(r, mapping, what, ...)                                                         \
    note_others((r), (mapping), (const char *const[]){__VA_ARGS__, NULL}, (what))

static void read_schedules(rh_reading *r, const rh_token *token, rh_actions_trigger *trigger)
{
    if (!token || token->kind != RH_TOKEN_SEQUENCE)
        return;
    rh_actions_schedule *schedules = RH_NEW_ARRAY(r->arena, rh_actions_schedule, token->count);
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token *cron = rh_token_get(token->as.items[i], "cron");
        const rh_token *timezone = rh_token_get(token->as.items[i], "timezone");
        NOTE_OTHERS(r, token->as.items[i], "a schedule", "cron", "timezone");
        if (!cron)
            continue; /* refused */
        schedules[trigger->schedule_count++] =
            (rh_actions_schedule){rh_token_text(cron), timezone ? rh_token_text(timezone) : NULL,
                                  rh_token_place(cron)};
        rh_check_cron(r, cron);
        rh_check_timezone(r, timezone);
    }
    trigger->schedules = schedules;
}

static void check_dispatch_input(rh_reading *r, const rh_token_pair *pair)
{
    static const char *const types[] = {"string", "boolean",     "number",
                                        "choice", "environment", NULL};
    const rh_token *type = rh_token_get(pair->value, "type");
    NOTE_OTHERS(r, pair->value, "an input", "description", "type", "required", "default", "options",
                "deprecationMessage");
    bool is_known = !type;
    for (size_t i = 0; types[i]; i++)
        is_known = is_known || rh_token_is(type, types[i]);
    if (!is_known)
        rh_reading_note_token(r, type, "'%s' is no type of an input: it is taken as string",
                              rh_token_text(type));
    if (rh_token_is(type, "choice") && !rh_token_get(pair->value, "options"))
        rh_reading_note_token(r, type, "the choice '%s' has no options", pair->key->text);
}

static void read_dispatch(rh_reading *r, const rh_token *token, rh_actions_trigger *trigger)
{
    const rh_token *inputs = rh_token_get(token, "inputs");
    NOTE_OTHERS(r, token, "'workflow_dispatch'", "inputs");
    if (inputs && inputs->kind == RH_TOKEN_MAPPING)
        for (uint32_t i = 0; i < inputs->count; i++)
            check_dispatch_input(r, &inputs->as.pairs[i]);
    trigger->inputs = rh_read_inputs(r, inputs, &trigger->input_count);
}

static void read_secrets(rh_reading *r, const rh_token *token, rh_actions_trigger *trigger)
{
    if (!token || token->kind != RH_TOKEN_MAPPING)
        return;
    rh_actions_secret *secrets = RH_NEW_ARRAY(r->arena, rh_actions_secret, token->count);
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token_pair *pair = &token->as.pairs[i];
        const rh_token *required = rh_token_get(pair->value, "required");
        secrets[i] =
            (rh_actions_secret){pair->key->text, required && rh_is_true(required->constant),
                                rh_token_place(pair->key)};
        if (rh_same_ignoring_case(pair->key->text, "GITHUB_TOKEN"))
            rh_reading_refuse_token(
                r, pair->key,
                "secret name `%s` within `workflow_call` can not be used since it "
                "would collide with system reserved name",
                pair->key->text);
    }
    trigger->secrets = secrets;
    trigger->secret_count = token->count;
}

static void read_call(rh_reading *r, const rh_token *token, rh_actions_trigger *trigger)
{
    trigger->inputs = rh_read_inputs(r, rh_token_get(token, "inputs"), &trigger->input_count);
    trigger->outputs = rh_read_outputs(r, rh_token_get(token, "outputs"), &trigger->output_count);
    read_secrets(r, rh_token_get(token, "secrets"), trigger);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void read_trigger(rh_reading *r, const rh_token *name, const rh_token *value,
                         rh_actions_trigger *trigger)
{
    const event_kind *found = expect_event(r, name);
    trigger->event = name->text;
    trigger->place = rh_token_place(name);
    if (!found || !value)
        return;
    if (!strcmp(found->name, "schedule"))
        read_schedules(r, value, trigger);
    else if (!strcmp(found->name, "workflow_dispatch"))
        read_dispatch(r, value, trigger);
    else if (!strcmp(found->name, "workflow_call"))
        read_call(r, value, trigger);
    else if (value->kind == RH_TOKEN_MAPPING)
        read_filters(r, found, value, trigger);
}

void rh_read_triggers(rh_reading *r, const rh_token *token, rh_actions_file *file)
{
    size_t count = !token || rh_token_is_null(token) ? 0
                   : token->kind == RH_TOKEN_SCALAR  ? 1
                                                     : token->count;
    rh_actions_trigger *triggers = RH_NEW_ARRAY(r->arena, rh_actions_trigger, count);
    for (size_t i = 0; i < count; i++) {
        if (token->kind == RH_TOKEN_MAPPING)
            read_trigger(r, token->as.pairs[i].key, token->as.pairs[i].value, &triggers[i]);
        else
            read_trigger(r, token->kind == RH_TOKEN_SCALAR ? token : token->as.items[i], NULL,
                         &triggers[i]);
    }
    file->triggers = triggers;
    file->trigger_count = count;
}

const rh_actions_trigger *rh_actions_trigger_of(const rh_actions_file *file, const char *event)
{
    for (size_t i = 0; i < file->trigger_count; i++)
        if (!strcmp(file->triggers[i].event, event))
            return &file->triggers[i];
    return NULL;
}
