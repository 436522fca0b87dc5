/* What an attempt does, in YAML as rh_answer says it in C. */
#include "harness/plan.h"
#include "harness/scenario_parts.h"
#include "sim/base/value.h"

/* ---- the parts of an answer ------------------------------------------------------------------ */

/* takes: 4m, or {at-least: 1m, at-most: 5m}, or {quantiles: [1m, 2m, 9m]} */
static bool read_quantiles(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE || !node->count)
        return rh_refuse_kind(reader, node, "a list of durations");
    rh_duration *table = RH_NEW_ARRAY(reader->arena, rh_duration, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        if (!rh_read_duration(reader, node->as.items[i], &table[i]))
            return false;
        if (i > 0 && table[i] < table[i - 1])
            return rh_refuse(reader, node->as.items[i], "quantiles must not fall: %s",
                             node->as.items[i]->text);
    }
    answer->takes_quantiles = table;
    answer->takes_quantiles_count = node->count;
    return true;
}

static const rh_key takes_keys[] = {
    {"at-least", rh_read_duration_field, offsetof(rh_answer, takes)},
    {"at-most", rh_read_duration_field, offsetof(rh_answer, takes_at_most)},
    {"quantiles", read_quantiles, 0},
    {0},
};

static bool read_takes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    (void)key;
    if (node->kind == RH_YAML_SCALAR)
        return rh_read_duration(reader, node, &answer->takes);
    if (!rh_read_mapping(reader, node, "a range of time", takes_keys, answer))
        return false;
    if (answer->takes_quantiles_count && (answer->takes || answer->takes_at_most))
        return rh_refuse(reader, node,
                         "a range of time has either 'quantiles', or 'at-least' and 'at-most'");
    if (!answer->takes_quantiles_count && !rh_yaml_get(node, "at-most"))
        return rh_refuse(reader, node, "a range of time needs the key 'at-most'");
    if (!answer->takes_quantiles_count && answer->takes_at_most < answer->takes)
        return rh_refuse(reader, rh_yaml_get(node, "at-most"), "'at-most' is less than 'at-least'");
    return true;
}

static bool read_retry_delay(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_failure_options *failure = into;
    (void)key;
    if (!rh_read_duration(reader, node, &failure->next_retry_delay))
        return false;
    if (!failure->next_retry_delay)
        failure->next_retry_delay = RH_ZERO;
    return true;
}

static const rh_key failure_keys[] = {
    {"type", rh_read_text_field, offsetof(rh_failure_options, type)},
    {"message", rh_read_text_field, offsetof(rh_failure_options, message)},
    {"non-retryable", rh_read_flag_field, offsetof(rh_failure_options, non_retryable)},
    {"details", rh_read_value_field, offsetof(rh_failure_options, details)},
    {"next-retry-delay", read_retry_delay, 0},
    {0},
};

/* failure: a message, or a mapping */
static bool read_failure(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    rh_failure_options *failure = RH_NEW(reader->arena, rh_failure_options);
    (void)key;
    answer->failure = failure;
    if (node->kind == RH_YAML_SCALAR)
        return rh_read_text(reader, node, &failure->message);
    if (!rh_read_mapping(reader, node, "a failure", failure_keys, failure))
        return false;
    if (!failure->type && !failure->message)
        return rh_refuse(reader, node, "a failure needs the key 'type' or 'message'");
    return true;
}

static bool read_fault(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    rh_planned_fault planned;
    rh_error error;
    (void)key;
    if (!rh_read_text(reader, node, &answer->fault))
        return false;
    if (rh_plan_read(reader->arena, reader->catalog, "X", answer->fault, &planned, &error) != 0)
        return rh_refuse(reader, node, "%s", error.message);
    return true;
}

static const rh_key heartbeat_keys[] = {
    {"at", rh_read_duration_field, offsetof(rh_heartbeat_spec, at), true},
    {"details", rh_read_value_field, offsetof(rh_heartbeat_spec, details)},
    {0},
};

/* heartbeats: [0s, 2s, {at: 1m, details: ...}] */
static bool read_heartbeats(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE || !node->count)
        return rh_refuse_kind(reader, node, "a list of durations since the attempt's start");
    rh_heartbeat_spec *beats = RH_NEW_ARRAY(reader->arena, rh_heartbeat_spec, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *item = node->as.items[i];
        if (!(item->kind == RH_YAML_SCALAR
                  ? rh_read_duration(reader, item, &beats[i].at)
                  : rh_read_mapping(reader, item, "a heartbeat", heartbeat_keys, &beats[i])))
            return false;
        if (i > 0 && beats[i].at < beats[i - 1].at)
            return rh_refuse(reader, item, "heartbeats must stand in the order of their times");
    }
    answer->heartbeats = beats;
    answer->heartbeats_count = node->count;
    return true;
}

static const rh_key cancel_keys[] = {
    {"takes", rh_read_duration_field, offsetof(rh_answer, cancel_takes), true},
    {0},
};

/* on-cancel: obeys, ignores, or {takes: 5s} */
static bool read_on_cancel(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    static const char *const names[] = {"obeys", "ignores", NULL};
    rh_answer *answer = into;
    size_t which;
    (void)key;
    if (node->kind == RH_YAML_MAPPING) {
        answer->on_cancel = RH_TAKES;
        return rh_read_mapping(reader, node, "a reaction", cancel_keys, answer);
    }
    if (!rh_read_choice(reader, node, "reaction", names, &which))
        return false;
    answer->on_cancel = which ? RH_IGNORES : RH_OBEYS;
    return true;
}

/* ---- effects --------------------------------------------------------------------------------- */

typedef struct effects {
    rh_effect_spec *items;
    size_t count, capacity;
} effects;

static const rh_key effect_keys[] = {
    {"key", rh_read_text_field, offsetof(rh_effect_spec, key)},
    {"once-by", rh_read_text_field, offsetof(rh_effect_spec, once_by)},
    {0},
};

static bool add_effect(rh_reader *reader, const char *kind, const rh_yaml *node, effects *list)
{
    list->items = rh_arena_reserve(reader->arena, list->items, sizeof *list->items, list->count + 1,
                                   &list->capacity);
    rh_effect_spec *effect = &list->items[list->count++];
    *effect = (rh_effect_spec){.kind = kind};
    if (node->kind == RH_YAML_MAPPING) {
        if (!rh_read_mapping(reader, node, "an effect", effect_keys, effect))
            return false;
        if (effect->once_by && effect->once_by[0] != '$')
            return rh_refuse(reader, rh_yaml_get(node, "once-by"),
                             "expected a path into the arguments like $0.RequestId, found '%s'",
                             effect->once_by);
        return true;
    }
    if (node->kind == RH_YAML_SCALAR && node->type == RH_NULL)
        return true;
    return rh_read_text(reader, node, &effect->key);
}

/* effects: none, or {github-release: $0.TagName, docker-image: {key: ..., once-by: ...}} */
static bool read_effects(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_answer *answer = into;
    effects list = {0};
    (void)key;
    if (rh_yaml_is_plain(node, "none")) {
        answer->no_effect = true;
        return true;
    }
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "'none', or kinds of effects and their keys");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *value = node->as.pairs[i].value;
        bool is_list = value->kind == RH_YAML_SEQUENCE;
        for (uint32_t j = 0; j < (is_list ? value->count : 1); j++)
            if (!add_effect(reader, node->as.pairs[i].key->text,
                            is_list ? value->as.items[j] : value, &list))
                return false;
    }
    answer->effects = list.items;
    answer->effects_count = list.count;
    return true;
}

/* ---- what steps, jobs and commands give ------------------------------------------------------ */

/* Collected in `result` until rh_answer_complete. */
static void give(rh_reader *reader, rh_answer *answer, const char *key, const rh_value *value)
{
    size_t count = rh_count_of(answer->result);
    rh_field *fields = RH_NEW_ARRAY(reader->arena, rh_field, count + 1);
    for (size_t i = 0; i < count; i++)
        fields[i] = answer->result->as.fields[i];
    fields[count] = (rh_field){key, value};
    answer->result = rh_value_object(reader->arena, fields, count + 1);
}

/* outputs, env: {name: text}. Numbers and the like count as their text: outputs are text. */
static bool read_given(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "names and their values");
    rh_field *fields = RH_NEW_ARRAY(reader->arena, rh_field, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *value = node->as.pairs[i].value;
        if (value->kind != RH_YAML_SCALAR || value->type == RH_NULL)
            return rh_refuse_kind(reader, value, "text (toJSON(...) in quotes for more)");
        fields[i] = (rh_field){node->as.pairs[i].key->text,
                               rh_value_string(reader->arena, value->text, value->count)};
    }
    give(reader, into, key->name, rh_value_object(reader->arena, fields, node->count));
    return true;
}

static bool read_printed(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    if (node->kind != RH_YAML_SCALAR || node->type == RH_NULL)
        return rh_refuse_kind(reader, node, "the text that a command prints");
    give(reader, into, key->name, rh_value_string(reader->arena, node->text, node->count));
    return true;
}

static bool read_exit_code(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t code;
    (void)key;
    if (!rh_read_count(reader, node, 0, 255, &code))
        return false;
    give(reader, into, "exit_code", rh_value_integer(reader->arena, code));
    return true;
}

/* ---- answers --------------------------------------------------------------------------------- */

#define CODE(name_, read_, offset_)                                                                \
    {                                                                                              \
        .name = (name_), .read = (read_), .offset = (offset_), .only = RH_ABOUT_CODE               \
    }
#define OF_FILE(name_, read_)                                                                      \
    {                                                                                              \
        .name = (name_), .read = (read_), .only = RH_ABOUT_FILE                                    \
    }

const rh_key rh_answer_keys[] = {
    CODE("result", rh_read_value_field, offsetof(rh_answer, result)),
    OF_FILE("outputs", read_given),
    OF_FILE("env", read_given),
    OF_FILE("output", read_printed),
    OF_FILE("exit-code", read_exit_code),
    {"failure", read_failure, 0},
    {"fault", read_fault, 0},
    {"hangs", rh_read_true_field, offsetof(rh_answer, hangs)},
    {"crashes", rh_read_true_field, offsetof(rh_answer, crashes)},
    {"takes", read_takes, 0},
    {"start-delay", rh_read_duration_field, offsetof(rh_answer, start_delay)},
    CODE("heartbeat-every", rh_read_duration_field, offsetof(rh_answer, heartbeat_every)),
    CODE("heartbeats", read_heartbeats, 0),
    {"on-cancel", read_on_cancel, 0},
    {"effects", read_effects, 0},
    {0},
};

static bool ends_once(rh_reader *reader, const rh_yaml *node)
{
    static const char *const ends[] = {"result", "exit-code", "failure", "fault",
                                       "hangs",  "crashes",   NULL};
    const char *first = NULL;
    for (uint32_t i = 0; i < node->count; i++)
        for (size_t j = 0; ends[j]; j++) {
            const rh_yaml_pair *pair = &node->as.pairs[i];
            if (strcmp(pair->key->text, ends[j]))
                continue;
            if (first)
                return rh_refuse(reader, pair->key,
                                 "an attempt ends in one way; this says both '%s' and '%s'", first,
                                 ends[j]);
            first = ends[j];
        }
    return true;
}

/* The first of what it gives that stands there; NULL: nothing. */
static const rh_yaml *first_given(const rh_yaml *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *key = node->as.pairs[i].key;
        if (!strcmp(key->text, "outputs") || !strcmp(key->text, "env") ||
            !strcmp(key->text, "output"))
            return key;
    }
    return NULL;
}

/* What fails gives, too: a job its outputs, a command what it had printed. */
static void fail_giving(rh_reader *reader, rh_answer *answer)
{
    rh_failure_options *failure = RH_NEW(reader->arena, rh_failure_options);
    int64_t code = rh_integer_of(rh_get(answer->result, "exit_code"));
    if (answer->failure)
        *failure = *answer->failure;
    else
        failure->message =
            rh_format(reader->arena, "Process completed with exit code %jd.", (intmax_t)code);
    failure->details = answer->result;
    answer->result = NULL;
    answer->failure = failure;
}

bool rh_answer_complete(rh_reader *reader, const rh_yaml *node, rh_answer *answer)
{
    if (!ends_once(reader, node))
        return false;
    if (reader->subject != RH_ABOUT_FILE)
        return true;
    const rh_yaml *given = first_given(node);
    if (given && (answer->fault || answer->hangs || answer->crashes))
        return rh_refuse(reader, given, "what %s gives nothing; leave '%s' out",
                         answer->fault   ? "a fault strikes"
                         : answer->hangs ? "hangs"
                                         : "crashes",
                         given->text);
    if (answer->result && (answer->failure || rh_integer_of(rh_get(answer->result, "exit_code"))))
        fail_giving(reader, answer);
    if (!answer->effects_count)
        answer->no_effect = true; /* what is mocked does nothing to the outside world by itself */
    return true;
}

bool rh_read_answer(rh_reader *reader, const rh_yaml *node, rh_answer *answer)
{
    return rh_read_mapping(reader, node, "an answer", rh_answer_keys, answer) &&
           rh_answer_complete(reader, node, answer);
}
