/* Which event a workflow is most likely written for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/actions/likely.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

typedef struct likely_case {
    const char *on;                 /* the text behind `on:` */
    const char *event, *ref, *base; /* NULL: none is found; base NULL: not looked at */
} likely_case;

static const likely_case cases[] = {
    {"push", "push", "refs/heads/main", NULL},
    {"[push, pull_request]", "push", "refs/heads/main", NULL},
    {"{push: {tags: ['v*']}}", "push", "refs/tags/v1.2.0", NULL},
    {"{push: {tags: ['v[0-9]+.[0-9]+.[0-9]+']}}", "push", "refs/tags/v1.2.0", NULL},
    {"{push: {tags: ['[0-9]*']}}", "push", "refs/tags/1.2.0", NULL},
    {"{push: {tags: ['cli-v*'], branches: [main]}}", "push", "refs/tags/cli-vx", NULL},
    {"{push: {tags-ignore: ['nightly']}}", "push", "refs/tags/v1.2.0", NULL},
    {"{push: {branches: [trunk]}}", "push", "refs/heads/trunk", NULL},
    {"{push: {branches: ['release/**']}}", "push", "refs/heads/release/x", NULL},
    {"{push: {branches: [main]}, release: {types: [published]}}", "release", NULL, NULL},
    {"{push: {branches: [main], tags: ['v*']}, release: {types: [published]}}", "push",
     "refs/tags/v1.2.0", NULL},
    {"pull_request", "pull_request", NULL, "main"},
    {"{pull_request: {branches: ['next']}}", "pull_request", NULL, "next"},
    {"{workflow_dispatch: {}, pull_request: {}}", "pull_request", NULL, NULL},
    {"{workflow_dispatch: {}, schedule: [{cron: '0 3 * * *'}]}", "schedule", NULL, NULL},
    {"{workflow_call: {}, issues: {}, workflow_dispatch: {}}", "workflow_dispatch", NULL, NULL},
    {"{workflow_call: {}, issues: {}}", "issues", NULL, NULL},
    {"{push: {branches-ignore: [main]}}", "push", "refs/heads/master", NULL},
    {"{merge_group: {branches: [next]}}", "merge_group", NULL, NULL},
    {"{workflow_run: {workflows: [CI], branches: [next]}}", "workflow_run", NULL, NULL},
    {"{schedule: [{cron: '0 3 * * *'}]}", "schedule", NULL, NULL},
    {"{workflow_call: {inputs: {a: {type: string, required: true}}}}", "workflow_call", NULL, NULL},
    {"{workflow_dispatch: {inputs: {a: {required: true}, b: {type: choice, options: [x, y], "
     "required: true}}}}",
     "workflow_dispatch", NULL, NULL},
    {"{issues: {types: [labeled]}}", "issues", NULL, NULL},
    {"{workflow_run: {workflows: [CI], types: [completed]}}", "workflow_run", NULL, NULL},
};

static const rh_actions_file *read_file(rh_arena *arena, const char *on)
{
    rh_actions_errors errors;
    const char *text = rh_format(arena,
                                 "on: %s\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
                                 "      - run: make\n",
                                 on);
    const rh_actions_file *file =
        rh_actions_read(arena, text, strlen(text), "likely.yml", NULL, &errors);
    if (!file)
        fail_msg("%s: %s", on, errors.items[0].message);
    return file;
}

static void the_event_is_that_which_publishes_most(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_arena arena;
        rh_error error;
        rh_arena_init(&arena, NULL, NULL);
        const rh_actions_event *event =
            rh_actions_likely_event(&arena, read_file(&arena, cases[i].on), NULL, &error);
        if (!event)
            fail_msg("%s: %s", cases[i].on, error.message);
        if (strcmp(event->name, cases[i].event) != 0 ||
            (cases[i].ref && strcmp(event->ref, cases[i].ref) != 0) ||
            (cases[i].base && strcmp(event->base_ref, cases[i].base) != 0))
            fail_msg("%s: %s %s", cases[i].on, event->name, event->ref);
        rh_arena_free(&arena);
    }
}

/* The names, between blanks; what goes beyond the most is left out. */
static const char *all_of(rh_arena *arena, const char *on, const char *name)
{
    const rh_actions_event_options given = {.name = name};
    const rh_likely_events all =
        rh_actions_likely_events(arena, read_file(arena, on), name ? &given : NULL);
    const char *text = "";
    for (size_t i = 0; i < all.count; i++) {
        const rh_actions_event *event = all.items[i];
        text =
            rh_format(arena, "%s %s%s%s", text, event->name,
                      strncmp(event->ref, "refs/tags/", 10) ? "" : ":tag",
                      event->options.action ? rh_format(arena, ":%s", event->options.action) : "");
    }
    return text;
}

static void each_way_to_start_it_is_found_once(void **state)
{
    (void)state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const char *on = "{workflow_call: {}, workflow_dispatch: {}, pull_request: {types: [labeled]}, "
                     "schedule: [{cron: '0 3 * * *'}], issues: {}, release: {types: [deleted]}, "
                     "push: {branches: [main], tags: ['v*']}}";
    assert_string_equal(all_of(&arena, on, NULL),
                        " push:tag release:tag:deleted push schedule pull_request:labeled "
                        "workflow_dispatch issues workflow_call");
    assert_string_equal(all_of(&arena, on, "push"), " push:tag push");
    assert_string_equal(all_of(&arena, on, "issues"), " issues");
    assert_string_equal(all_of(&arena, on, "fork"), "");
    assert_string_equal(all_of(&arena,
                               "[create, delete, fork, gollum, issues, public, status, watch, "
                               "member, push]",
                               NULL),
                        " push create delete fork gollum issues public status");
    rh_arena_free(&arena);
}

static void what_is_given_is_kept(void **state)
{
    rh_arena arena;
    rh_error error;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_actions_file *file = read_file(&arena, "{push: {tags: ['v*'], branches: [main]}}");
    const rh_actions_event_options branch = {.name = "push", .ref = "refs/heads/main"};
    const rh_actions_event_options tag = {.ref = "refs/tags/v9"};
    const rh_actions_event_options other = {.name = "workflow_dispatch"};
    assert_string_equal(rh_actions_likely_event(&arena, file, &branch, &error)->ref,
                        "refs/heads/main");
    assert_string_equal(rh_actions_likely_event(&arena, file, &tag, &error)->ref, "refs/tags/v9");
    assert_string_equal(rh_actions_likely_event(&arena, file, &other, &error)->name,
                        "workflow_dispatch");
    rh_arena_free(&arena);
}

static void required_inputs_have_stand_ins(void **state)
{
    rh_arena arena;
    rh_error error;
    const rh_value *inputs;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_actions_file *file = read_file(
        &arena, "{workflow_dispatch: {inputs: {a: {required: true}, b: {type: choice, options: [x, "
                "y], required: true}, c: {type: boolean, required: true}, d: {type: number, "
                "required: true}, e: {}, f: {required: true, default: z}, g: {required: true}}}}");
    const rh_field given = {"g", rh_value_string(&arena, "mine", 4)};
    const rh_actions_event_options options = {.inputs = rh_value_object(&arena, &given, 1)};
    inputs = rh_actions_likely_event(&arena, file, &options, &error)->options.inputs;
    assert_int_equal(rh_count_of(inputs), 5);
    assert_string_equal(rh_value_origin(rh_get(inputs, "a")), "inputs.a");
    assert_string_equal(rh_text_of(rh_get(inputs, "b")), "x");
    assert_int_equal(rh_kind_of(rh_get(inputs, "c")), RH_BOOLEAN);
    assert_string_equal(rh_value_origin(rh_get(inputs, "d")), "inputs.d");
    assert_string_equal(rh_text_of(rh_get(inputs, "g")), "mine");
    rh_arena_free(&arena);
}

static void where_there_is_none_it_is_said(void **state)
{
    rh_arena arena;
    rh_error error;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_actions_file *file = read_file(&arena, "{push: {branches: ['main', '!main']}}");
    assert_null(rh_actions_likely_event(&arena, file, NULL, &error));
    assert_non_null(strstr(error.message, "no event was found that starts this workflow (push: "
                                          "branch 'main' is taken out by '!main'"));
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_event_is_that_which_publishes_most),
        cmocka_unit_test(each_way_to_start_it_is_found_once),
        cmocka_unit_test(what_is_given_is_kept),
        cmocka_unit_test(required_inputs_have_stand_ins),
        cmocka_unit_test(where_there_is_none_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
