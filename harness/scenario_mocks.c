/* `mocks:`, which says in YAML what rh_mock_options says in C. */
#include "harness/scenario_parts.h"

static bool read_args(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_mock_options *mock = into;
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE)
        return rh_refuse_kind(reader, node, "a list, one entry for each argument");
    mock->args = rh_read_pattern(reader, node, false);
    return mock->args != NULL;
}

static bool read_sequence(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_mock_options *mock = into;
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE || !node->count)
        return rh_refuse_kind(reader, node, "a list of answers");
    rh_answer *answers = RH_NEW_ARRAY(reader->arena, rh_answer, node->count);
    for (uint32_t i = 0; i < node->count; i++)
        if (!rh_read_answer(reader, node->as.items[i], &answers[i]))
            return false;
    mock->sequence = answers;
    mock->sequence_count = node->count;
    return true;
}

/* The keys of an answer, whose fields stand inside a mock. */
static bool read_own_answer(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_mock_options *mock = into;
    for (const rh_key *own = rh_answer_keys; own->name; own++)
        if (!strcmp(own->name, key->name))
            return own->read(reader, node, own, &mock->answer);
    return false;
}

#define OWN(name_, only_)                                                                          \
    {                                                                                              \
        .name = (name_), .read = read_own_answer, .only = (only_)                                  \
    }

static const rh_key mock_keys[] = {
    {"args", read_args, 0},
    {"attempt", rh_read_times_field, offsetof(rh_mock_options, attempt)},
    {"nth", rh_read_times_field, offsetof(rh_mock_options, nth)},
    {"task-queue", rh_read_text_field, offsetof(rh_mock_options, task_queue)},
    OWN("result", RH_ABOUT_CODE),
    OWN("outputs", RH_ABOUT_FILE),
    OWN("env", RH_ABOUT_FILE),
    OWN("output", RH_ABOUT_FILE),
    OWN("exit-code", RH_ABOUT_FILE),
    OWN("failure", 0),
    OWN("fault", 0),
    OWN("hangs", 0),
    OWN("crashes", 0),
    OWN("takes", 0),
    OWN("start-delay", 0),
    OWN("heartbeat-every", RH_ABOUT_CODE),
    OWN("heartbeats", RH_ABOUT_CODE),
    OWN("on-cancel", 0),
    OWN("effects", 0),
    {"sequence", read_sequence, 0},
    {"times", rh_read_times_field, offsetof(rh_mock_options, times)},
    {"at-least", rh_read_times_field, offsetof(rh_mock_options, at_least)},
    {"at-most", rh_read_times_field, offsetof(rh_mock_options, at_most)},
    {"never", rh_read_true_field, offsetof(rh_mock_options, never)},
    {0},
};

/* The first of the keys of an answer that stands there; NULL if none does. */
static const rh_yaml *own_answer(const rh_yaml *node)
{
    for (uint32_t i = 0; i < node->count; i++)
        for (const rh_key *key = rh_answer_keys; key->name; key++)
            if (!strcmp(node->as.pairs[i].key->text, key->name))
                return node->as.pairs[i].key;
    return NULL;
}

static bool counts_agree(rh_reader *reader, const rh_yaml *node, const rh_mock_options *mock)
{
    if (mock->never && (mock->times || mock->at_least || mock->at_most))
        return rh_refuse(reader, node, "'never' and a number of times exclude each other");
    if (mock->times && (mock->at_least || mock->at_most))
        return rh_refuse(reader, node, "a mock has either 'times', or 'at-least' and 'at-most'");
    if (mock->at_most && mock->at_least > mock->at_most)
        return rh_refuse(reader, rh_yaml_get(node, "at-most"), "'at-most' is less than 'at-least'");
    if (mock->sequence && own_answer(node))
        return rh_refuse(
            reader, own_answer(node),
            "a mock with a 'sequence' has no '%s' of its own; put it into the sequence",
            own_answer(node)->text);
    if (mock->never && own_answer(node))
        return rh_refuse(reader, own_answer(node), "a mock that must never be asked needs no '%s'",
                         own_answer(node)->text);
    return true;
}

/* `place`: the key, or the mock itself where a key has several. */
static bool add_mock(rh_reader *reader, const rh_yaml *key, const rh_yaml *node,
                     const rh_yaml *place, rh_scenario_part *part)
{
    rh_scenario_mock *mock = RH_ADD(reader, part, mocks);
    mock->place = rh_place_of(reader, place);
    mock->options.file = mock->place.file;
    mock->options.line = mock->place.line;
    if (!rh_read_path(reader, key, &mock->options.type))
        return false;
    if (node->kind == RH_YAML_SCALAR && node->type == RH_NULL) {
        mock->options.answer.no_effect = reader->subject == RH_ABOUT_FILE;
        return true; /* succeeds at once, with no result */
    }
    if (!rh_read_mapping(reader, node, "a mock", mock_keys, &mock->options))
        return false;
    /* A sequence has its own answers. */
    return (mock->options.sequence || mock->options.never ||
            rh_answer_complete(reader, node, &mock->options.answer)) &&
           counts_agree(reader, node, &mock->options);
}

/* mocks: {Activity: {...}, Activity[key]: [{...}, {...}]} */
bool rh_read_mocks(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "activities and their mocks");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        bool is_list = pair->value->kind == RH_YAML_SEQUENCE;
        if (is_list && !pair->value->count)
            return rh_refuse(reader, pair->value, "the list is empty");
        for (uint32_t j = 0; is_list && j < pair->value->count; j++) {
            const rh_yaml *item = pair->value->as.items[j];
            if (!add_mock(reader, pair->key, item, item, into))
                return false;
        }
        if (!is_list && !add_mock(reader, pair->key, pair->value, pair->key, into))
            return false;
    }
    return true;
}
