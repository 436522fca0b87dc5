/* Runs that deal with other runs: children, strangers, the next run of a chain. Their equals in Go
 * are in ../go/runs.go. */
#include <string.h>

#include "rehearse/rehearse.h"

/* ---- children -------------------------------------------------------------------------------- */

/* A second to get up. */
static const rh_failure *woken(rh_workflow *wf, const rh_failure *failed)
{
    rh_scope *after = rh_scope_begin_disconnected(wf);
    rh_sleep(wf, RH_SECONDS(1));
    rh_scope_end(wf, after);
    return failed;
}

/* Input: Name, and whether it Sleeps (seconds), Fails, or Waits for the signal "go". */
static const rh_failure *kid(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int64_t sleeps = rh_integer_of(rh_get(input, "Sleeps"));
    const rh_failure *failed = sleeps ? rh_sleep(wf, RH_SECONDS(sleeps)) : NULL;
    if (failed)
        return woken(wf, failed);
    if (rh_is_true(rh_get(input, "Fails")))
        return rh_fail(wf, "Naughty", "broke a cup");
    if (rh_is_true(rh_get(input, "Waits")))
        return rh_receive(wf, "go", result);
    *result = rh_get(input, "Name");
    return NULL;
}

typedef struct chore {
    const char *name;
    int64_t sleeps;
    bool fails, waits;
} chore;

static rh_future *start(rh_workflow *wf, chore what, rh_child_options options)
{
    options.workflow_id = rh_print(wf, "%s-%s", rh_info(wf)->workflow_id, what.name);
    return rh_child(
        wf, "Kid",
        RH_OBJECT_OF({"Name", rh_string(what.name)}, {"Sleeps", rh_integer(what.sleeps)},
                     {"Fails", rh_boolean(what.fails)}, {"Waits", rh_boolean(what.waits)}),
        &options);
}

/* The result of a child, or what went wrong at the root of it. */
static const rh_value *outcome(rh_workflow *wf, rh_future *child)
{
    const rh_value *result = NULL;
    const rh_failure *failed = rh_await(wf, child, &result);
    if (failed)
        return rh_copy(wf, rh_string(rh_failure_message(rh_failure_root(failed))));
    return result;
}

static const rh_value *canceled_child(rh_workflow *wf)
{
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *dora = start(wf, (chore){.name = "dora", .sleeps = 60},
                            (rh_child_options){.cancellation = RH_WAIT_FOR_CANCELLATION});
    rh_await(wf, rh_child_started(wf, dora), NULL);
    rh_scope_cancel(wf, scope);
    const rh_value *text = outcome(wf, dora);
    rh_scope_end(wf, scope);
    return text;
}

/* One that is signaled, and others that fail, cannot start, take too long, are canceled. */
static const rh_failure *family(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_future *anna =
        start(wf, (chore){.name = "anna", .sleeps = 1, .waits = true}, (rh_child_options){0});
    const rh_failure *failed = rh_await(wf, rh_child_started(wf, anna), NULL);
    if (!failed)
        failed = rh_await(wf, rh_child_signal(wf, anna, "go", rh_string("now")), NULL);
    if (failed)
        return failed;
    const rh_value *first = outcome(wf, anna);
    const rh_value *fails =
        outcome(wf, start(wf, (chore){.name = "bert", .sleeps = 1, .fails = true},
                          (rh_child_options){0}));
    const rh_value *second = outcome(wf, start(wf, (chore){.name = "anna"},
                                               (rh_child_options){.reuse = RH_REJECT_DUPLICATE}));
    const rh_value *late = outcome(wf, start(wf, (chore){.name = "carl", .sleeps = 60},
                                             (rh_child_options){.run_timeout = RH_SECONDS(1)}));
    *result = rh_copy(wf, RH_LIST_OF(first, fails, second, late, canceled_child(wf)));
    return NULL;
}

/* ---- strangers ------------------------------------------------------------------------------- */

/* Input: the workflow ids of a run to signal, of one to cancel, and of nobody. The result tells who
 * was reached. */
static const rh_failure *strangers(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const char *nobody = rh_text_of(rh_get(input, "Nobody"));
    const rh_value *reached[4];
    for (int i = 0; i < 4; i++) {
        const char *other = rh_text_of(rh_get(input, i == 0 ? "Signaled" : "Canceled"));
        const char *id = i < 2 ? other : nobody;
        rh_future *request = i % 2 ? rh_cancel_external(wf, id, NULL)
                                   : rh_signal_external(wf, id, NULL, "go", rh_string("now"));
        reached[i] = rh_copy(wf, rh_boolean(!rh_await(wf, request, NULL)));
    }
    *result = rh_copy(wf, RH_LIST_OF(reached[0], reached[1], reached[2], reached[3]));
    return NULL;
}

/* ---- chains of runs -------------------------------------------------------------------------- */

static const rh_failure *countdown(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failed = rh_sleep(wf, RH_SECONDS(1));
    if (failed)
        return failed;
    if (rh_integer_of(input) > 0)
        return rh_continue_as_new(wf, rh_copy(wf, rh_integer(rh_integer_of(input) - 1)), NULL);
    *result = rh_copy(wf, rh_string("lift-off"));
    return NULL;
}

static const rh_failure *stubborn(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    if (rh_info(wf)->attempt < 2)
        return rh_fail(wf, "NotYet", "not yet");
    *result = rh_copy(wf, rh_string("at last"));
    return NULL;
}

/* Three that are due together, and one that is not. */
static const rh_failure *timers(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_future *all[] = {rh_timer(wf, RH_SECONDS(1)), rh_timer(wf, RH_SECONDS(3)),
                        rh_timer(wf, RH_SECONDS(1)), rh_timer(wf, RH_SECONDS(1))};
    return rh_await_all(wf, all, 4, NULL);
}

/* By cron: counts its runs. */
static const rh_failure *tick(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    *result = rh_copy(wf, rh_integer(rh_integer_of(rh_info(wf)->last_result) + 1));
    return NULL;
}

/* ---- the module ------------------------------------------------------------------------------ */

static const rh_workflow_definition workflows[] = {
    {.name = "Kid", .run = kid, .input = "{\"Name\": \"kid\"}"},
    {.name = "Family", .run = family},
    {.name = "Strangers",
     .run = strangers,
     .input = "{\"Signaled\": \"signaled\", \"Canceled\": \"canceled\", \"Nobody\": \"nobody\"}"},
    {.name = "Countdown", .run = countdown, .input = "1"},
    {.name = "Stubborn",
     .run = stubborn,
     .options = {.retry = {.initial_interval = RH_SECONDS(1), .maximum_attempts = 3}}},
    {.name = "Timers", .run = timers},
    {.name = "Tick", .run = tick, .options = {.cron = "@every 2s"}},
    {0},
};

RH_MODULE("runs", workflows, NULL)
