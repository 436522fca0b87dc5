/* The github context, and the inputs of a run. */
#include <string.h>

#include "sim/actions/event.h"
#include "sim/base/decimal.h"
#include "sim/base/text.h"

/* ---- inputs ---------------------------------------------------------------------------------- */

static int refuse_input(const rh_actions_input *input, const char *file, rh_error *error,
                        const char *expected, const rh_value *given)
{
    char text[64];
    snprintf(text, sizeof text, "%s", rh_text_of(given));
    return rh_error_set(error, file, input->place.line, input->place.column,
                        "the input '%s' is %s, got %s%s%s", input->name, expected,
                        rh_kind_of(given) == RH_STRING ? "'" : "",
                        rh_kind_of(given) == RH_STRING ? text : rh_kind_name(rh_kind_of(given)),
                        rh_kind_of(given) == RH_STRING ? "'" : "");
}

static const rh_value *read_boolean(rh_arena *arena, const rh_actions_input *input,
                                    const rh_value *given, const char *file, rh_error *error)
{
    const char *text = rh_text_of(given);
    if (rh_kind_of(given) == RH_BOOLEAN)
        return given;
    if (rh_kind_of(given) == RH_STRING && (!strcmp(text, "true") || !strcmp(text, "false")))
        return rh_value_boolean(arena, *text == 't');
    refuse_input(input, file, error, "a boolean: expected true or false", given);
    return NULL;
}

static const rh_value *read_number(rh_arena *arena, const rh_actions_input *input,
                                   const rh_value *given, const char *file, rh_error *error)
{
    int64_t integer;
    double number;
    if (rh_kind_of(given) == RH_INTEGER || rh_kind_of(given) == RH_NUMBER)
        return given;
    if (rh_kind_of(given) == RH_STRING && given->count) {
        if (rh_decimal_whole(given->as.text, given->count, &integer))
            return rh_value_integer(arena, integer);
        if (rh_decimal_read(given->as.text, given->count, &number))
            return rh_value_number(arena, number);
    }
    refuse_input(input, file, error, "a number", given);
    return NULL;
}

static const rh_value *read_choice(rh_arena *arena, const rh_actions_input *input,
                                   const rh_value *text, const char *file, rh_error *error)
{
    rh_text options = rh_text_in(arena);
    for (size_t i = 0; input->options && input->options[i]; i++) {
        if (!strcmp(input->options[i], rh_text_of(text)))
            return text;
        rh_text_printf(&options, "%s%s", i ? ", " : "", input->options[i]);
    }
    if (!options.length)
        return text; /* nothing to choose from is written down */
    refuse_input(input, file, error,
                 rh_format(arena, "a choice: expected one of %s", rh_text_string(&options)), text);
    return NULL;
}

const rh_value *rh_actions_event_input(rh_arena *arena, const rh_actions_input *input,
                                       const rh_value *given, const char *file, rh_error *error)
{
    const char *type = input->type ? input->type : "string";
    if (rh_kind_of(given) == RH_UNKNOWN)
        return given;
    if (!strcmp(type, "boolean"))
        return read_boolean(arena, input, given, file, error);
    if (!strcmp(type, "number"))
        return read_number(arena, input, given, file, error);
    if (rh_kind_of(given) == RH_LIST || rh_kind_of(given) == RH_OBJECT) {
        refuse_input(input, file, error, "a text", given);
        return NULL;
    }
    const rh_value *text = rh_value_as_string(arena, given);
    return strcmp(type, "choice") ? text : read_choice(arena, input, text, file, error);
}

static const rh_value *fallback(rh_arena *arena, const rh_actions_input *input, const char *file,
                                rh_error *error)
{
    const char *type = input->type ? input->type : "string";
    if (input->fallback && !input->fallback->constant)
        return rh_value_unknown(arena, rh_format(arena, "inputs.%s", input->name), 0);
    if (input->fallback && rh_kind_of(input->fallback->constant) != RH_NULL)
        return rh_actions_event_input(arena, input, input->fallback->constant, file, error);
    if (!strcmp(type, "boolean"))
        return rh_value_boolean(arena, false);
    if (!strcmp(type, "number"))
        return rh_value_integer(arena, 0);
    /* The first option is what the form shows. */
    const char *first =
        !strcmp(type, "choice") && input->options && input->options[0] ? input->options[0] : "";
    return rh_value_string(arena, first, strlen(first));
}

static const rh_value *one_input(rh_arena *arena, const rh_actions_event *event,
                                 const rh_actions_input *input, const char *file, rh_error *error)
{
    const rh_value *inputs = event->options.inputs;
    const rh_value *given =
        inputs ? rh_value_property(inputs, input->name, strlen(input->name)) : NULL;
    if (given && rh_kind_of(given) != RH_NULL)
        return rh_actions_event_input(arena, input, given, file, error);
    if (event->options.is_open)
        return rh_value_unknown(arena, rh_format(arena, "inputs.%s", input->name), 0);
    bool has_default = input->fallback && (!input->fallback->constant ||
                                           rh_kind_of(input->fallback->constant) != RH_NULL);
    if (input->required && !has_default) {
        rh_error_set(error, file, input->place.line, input->place.column,
                     "the input '%s' is required and has no default", input->name);
        return NULL;
    }
    return fallback(arena, input, file, error);
}

static int check_declared(const rh_actions_event *event, const rh_actions_trigger *trigger,
                          const char *file, rh_error *error)
{
    const rh_value *inputs = event->options.inputs;
    if (inputs && rh_kind_of(inputs) != RH_OBJECT && rh_kind_of(inputs) != RH_NULL)
        return rh_error_set(error, NULL, 0, 0, "the inputs are an object, got %s",
                            rh_kind_name(rh_kind_of(inputs)));
    for (size_t i = 0; rh_kind_of(inputs) == RH_OBJECT && i < rh_count_of(inputs); i++) {
        bool is_declared = false;
        for (size_t k = 0; k < trigger->input_count; k++)
            is_declared |= rh_same_ignoring_case(trigger->inputs[k].name, inputs->as.fields[i].key);
        if (!is_declared)
            return rh_error_set(error, file, trigger->place.line, trigger->place.column,
                                "the input '%.100s' is not declared", inputs->as.fields[i].key);
    }
    return 0;
}

const rh_value *rh_actions_event_inputs(rh_arena *arena, const rh_actions_event *event,
                                        const rh_actions_file *file, rh_error *error)
{
    const rh_actions_trigger *trigger = NULL;
    if (!strcmp(event->name, "workflow_dispatch") || !strcmp(event->name, "workflow_call"))
        trigger = rh_actions_trigger_of(file, event->name);
    if (!trigger)
        return rh_value_object(arena, NULL, 0);
    if (check_declared(event, trigger, file->path, error) != 0)
        return NULL;
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, trigger->input_count + 1);
    for (size_t i = 0; i < trigger->input_count; i++) {
        const rh_actions_input *input = &trigger->inputs[i];
        fields[i] = (rh_field){input->name, one_input(arena, event, input, file->path, error)};
        if (!fields[i].value)
            return NULL;
    }
    return rh_value_object(arena, fields, trigger->input_count);
}

/* github.event.inputs: all of them strings. */
static const rh_value *as_strings(rh_arena *arena, const rh_value *inputs)
{
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, rh_count_of(inputs) + 1);
    for (size_t i = 0; i < rh_count_of(inputs); i++)
        fields[i] = (rh_field){inputs->as.fields[i].key,
                               rh_value_as_string(arena, inputs->as.fields[i].value)};
    return rh_value_object(arena, fields, rh_count_of(inputs));
}

/* ---- the context ----------------------------------------------------------------------------- */

enum { MOST_FIELDS = 48 };

typedef struct context {
    rh_arena *arena;
    rh_field fields[MOST_FIELDS];
    size_t count;
} context;

static void add(context *c, const char *key, const rh_value *value)
{
    c->fields[c->count++] = (rh_field){key, value};
}

/* NULL is unknown. */
static void add_text(context *c, const char *key, const char *text)
{
    add(c, key,
        text ? rh_value_string(c->arena, text, strlen(text))
             : rh_value_unknown(c->arena, rh_format(c->arena, "github.%s", key), 0));
}

static void add_refs(context *c, const rh_actions_event *event)
{
    bool is_called = !strcmp(event->name, "workflow_call") && !event->options.ref;
    static const char *const types[] = {"", "branch", "tag", "branch"};
    add_text(c, "ref", is_called ? NULL : event->ref);
    add_text(c, "ref_name", is_called ? NULL : event->ref_name);
    add_text(c, "ref_type", is_called ? NULL : types[event->ref_kind]);
    add_text(c, "ref_protected", NULL);
    add_text(c, "sha", is_called ? NULL : event->sha);
    /* Reviews are about pull requests too; the documentation names two events. */
    bool has_heads = !strcmp(event->name, "pull_request") ||
                     !strcmp(event->name, "pull_request_target") || is_called;
    add_text(c, "base_ref", is_called ? NULL : has_heads ? event->base_ref : "");
    add_text(c, "head_ref", is_called ? NULL : has_heads ? event->head_ref : "");
}

static void add_repository(context *c, const rh_actions_event *event)
{
    const char *name = event->repository, *owner = NULL, *short_name = "repository";
    if (name) {
        short_name = strchr(name, '/') + 1;
        owner = rh_arena_text(c->arena, name, (size_t)(short_name - name - 1));
    }
    add_text(c, "repository", name);
    add_text(c, "repository_owner", owner);
    add_text(c, "repository_id", NULL);
    add_text(c, "repository_owner_id", NULL);
    add_text(c, "repository_visibility", NULL);
    add_text(c, "repositoryUrl",
             name ? rh_format(c->arena, "git://github.com/%s.git", name) : NULL);
    add_text(c, "workspace",
             rh_format(c->arena, "/home/runner/work/%s/%s", short_name, short_name));
}

/* The path of the workflow in its repository, as far as the file's name tells. */
static const char *path_in_repository(rh_arena *arena, const char *path)
{
    const char *folder = strstr(path, ".github/workflows/");
    const char *slash = strrchr(path, '/');
    return folder ? folder : rh_format(arena, ".github/workflows/%s", slash ? slash + 1 : path);
}

static void add_workflow(context *c, const rh_actions_event *event, const rh_actions_file *file)
{
    const char *path = path_in_repository(c->arena, file->path);
    add_text(c, "workflow", file->name_is_given ? file->name : path);
    add_text(c, "workflow_ref",
             event->repository
                 ? rh_format(c->arena, "%s/%s@%s", event->repository, path, event->ref)
                 : NULL);
    add_text(c, "workflow_sha", event->sha);
}

static void add_run(context *c, const rh_actions_event *event)
{
    bool is_open = event->options.is_open;
    add_text(c, "run_id", is_open ? NULL : "1");
    add_text(c, "run_number", is_open ? NULL : "1");
    add_text(c, "run_attempt", is_open ? NULL : "1");
    add_text(c, "retention_days", is_open ? NULL : "90");
    add_text(c, "actor", event->actor);
    add_text(c, "triggering_actor", event->actor);
    add_text(c, "actor_id", NULL);
    add_text(c, "server_url", "https://github.com");
    add_text(c, "api_url", "https://api.github.com");
    add_text(c, "graphql_url", "https://api.github.com/graphql");
    add_text(c, "event_path", "/home/runner/work/_temp/_github_workflow/event.json");
    add_text(c, "secret_source", is_open ? NULL : event->options.is_fork ? "None" : "Actions");
    add(c, "token",
        rh_value_flagged(c->arena, rh_value_string(c->arena, "rehearsed-token", 15), RH_SECRET));
}

const rh_value *rh_actions_event_github(rh_arena *arena, const rh_actions_event *event,
                                        const rh_actions_file *file, const rh_value *inputs)
{
    context c = {.arena = arena};
    const rh_value *payload = event->payload;
    bool is_called = !strcmp(event->name, "workflow_call");
    if (!strcmp(event->name, "workflow_dispatch") && inputs) {
        const char *path = path_in_repository(arena, file->path);
        rh_field own[] = {{"inputs", as_strings(arena, inputs)},
                          {"workflow", rh_value_string(arena, path, strlen(path))}};
        payload = rh_actions_event_merge(arena, payload, rh_value_object(arena, own, 2));
    }
    const rh_actions_trigger *schedule = rh_actions_trigger_of(file, "schedule");
    if (!strcmp(event->name, "schedule") && !event->options.schedule && schedule &&
        schedule->schedule_count && !event->options.is_open) {
        const char *cron = schedule->schedules[0].cron;
        rh_field own = {"schedule", rh_value_string(arena, cron, strlen(cron))};
        payload = rh_actions_event_merge(arena, payload, rh_value_object(arena, &own, 1));
    }
    add_text(&c, "event_name", is_called ? NULL : event->name);
    add(&c, "event", payload);
    add_refs(&c, event);
    add_repository(&c, event);
    add_workflow(&c, event, file);
    add_run(&c, event);
    return rh_value_object(arena, c.fields, c.count);
}
