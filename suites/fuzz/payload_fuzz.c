/* Any JSON as the payload of an event, and any workflow: what is read is laid over what is made up,
 * the trigger is evaluated, and so are the conditions of all jobs. The text is a payload; with a
 * line "---" in it, a workflow comes before. */
#include <stdlib.h>

#include "sim/actions/reach.h"
#include "sim/actions/trigger.h"
#include "sim/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char usual[] =
    "on:\n"
    "  push: {branches: [main, 'releases/**'], tags: ['v*'], paths: ['src/**']}\n"
    "  pull_request: {types: [opened, closed], branches: [main]}\n"
    "  pull_request_target:\n"
    "  release:\n"
    "  schedule: [{cron: '0 3 * * *'}]\n"
    "  workflow_dispatch: {inputs: {a: {type: boolean}, b: {type: number}, c: {required: true}}}\n"
    "  workflow_run: {workflows: [Build], branches-ignore: [dev]}\n"
    "  merge_group: {branches: [main]}\n"
    "  create:\n"
    "  delete:\n"
    "  deployment_status:\n"
    "  issue_comment:\n"
    "  repository_dispatch: {types: [x]}\n"
    "jobs:\n"
    "  a: {runs-on: x, if: github.event.pull_request.merged, steps: [{run: x}]}\n"
    "  b: {runs-on: x, needs: a, if: \"startsWith(github.ref, 'refs/tags/v')\", steps: [{run: "
    "x}]}\n";

static const char *const events[] = {"push",
                                     "pull_request",
                                     "pull_request_target",
                                     "release",
                                     "schedule",
                                     "workflow_run",
                                     "merge_group",
                                     "workflow_dispatch",
                                     "create",
                                     "delete",
                                     "issue_comment",
                                     "deployment",
                                     "deployment_status",
                                     "repository_dispatch"};

/* Every field that is no object is in the event as it was given. */
static void check_laid(const rh_value *event, const rh_value *payload)
{
    for (size_t i = 0; i < rh_count_of(payload); i++) {
        const rh_field *field = &payload->as.fields[i];
        const rh_value *found = rh_get(event, field->key);
        if (rh_kind_of(field->value) == RH_OBJECT ? rh_kind_of(found) != RH_OBJECT
                                                  : !rh_equal(found, field->value))
            abort();
    }
}

static void try_event(rh_arena *arena, const rh_actions_file *file, const char *name,
                      const rh_value *payload)
{
    rh_error error = {.message = ""};
    const char *const changed[] = {"src/a.c"};
    const rh_actions_event_options options = {
        .name = name, .payload = payload, .changed = changed, .changed_count = 1};
    const rh_actions_event *event = rh_actions_event_build(arena, &options, &error);
    if (!event) {
        if (!error.message[0])
            abort();
        return;
    }
    check_laid(event->payload, payload);
    rh_trigger_answer answer = rh_actions_triggered(arena, file, event);
    if (!answer.why || !answer.why[0] || (answer.runs && !answer.trigger))
        abort();
    const rh_value *inputs = rh_actions_event_inputs(arena, event, file, &error);
    if (!inputs) {
        if (!error.message[0] || answer.runs)
            abort();
        return;
    }
    const rh_value *github = rh_actions_event_github(arena, event, file, inputs);
    const rh_job_answer *jobs = rh_actions_jobs_started(arena, file, github, inputs);
    for (size_t i = 0; i < file->job_count; i++)
        if ((jobs[i].runs == RH_FALSY) != (jobs[i].why != NULL))
            abort();
}

static void try_reach(rh_arena *arena, const rh_actions_file *file)
{
    rh_reach reach;
    rh_actions_reach(arena, file, &reach);
    for (size_t i = 0; i < reach.count; i++) {
        const rh_reach_job *job = &reach.jobs[i];
        if (job->is_reached != (job->by[0] != NULL) || job->by_all == (job->why != NULL))
            abort();
    }
}

/* Where the payload begins: behind a line "---"; NULL if there is none. */
static const char *behind_line(const char *text, size_t size)
{
    for (size_t i = 0; i + 5 <= size; i++)
        if (!memcmp(text + i, "\n---\n", 5))
            return text + i + 5;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    rh_actions_errors *errors = RH_NEW(&arena, rh_actions_errors);
    const char *text = (const char *)data, *payload = behind_line(text, size);
    const char *workflow = payload ? text : usual;
    size_t length = payload ? (size_t)(payload - text - 4) : sizeof usual - 1;
    payload = payload ? payload : text;
    const rh_actions_file *file =
        rh_actions_read(&arena, workflow, length, "fuzz.yml", NULL, errors);
    const rh_value *value =
        rh_json_read(&arena, payload, size - (size_t)(payload - text), NULL, &error);
    if (file && workflow != usual)
        try_reach(&arena, file);
    for (size_t i = 0; file && rh_kind_of(value) == RH_OBJECT && i < sizeof events / sizeof *events;
         i++)
        try_event(&arena, file, events[i], value);
    rh_arena_free(&arena);
    return 0;
}
