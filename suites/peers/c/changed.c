/* Workflows of fixtures/ and of this folder after a change that runs which have begun cannot
 * follow: what each leaves out, adds, or does in another order stands above it. */
#include "rehearse/rehearse.h"

static const rh_activity_options quick = {.start_to_close = RH_MINUTES(1)};

static const rh_failure *call(rh_workflow *wf, const char *activity, const rh_value *args)
{
    return rh_await(wf, rh_activity(wf, activity, args, &quick), NULL);
}

/* No Docker image any more. */
static const rh_failure *release(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *built[3];
    rh_future *builds[] = {
        rh_activity(wf, "BuildLinux", RH_ARGS(input), &quick),
        rh_activity(wf, "BuildMacOS", RH_ARGS(input, rh_string("amd64")), &quick),
        rh_activity(wf, "BuildMacOS", RH_ARGS(input, rh_string("arm64")), &quick),
    };
    rh_await_all(wf, builds, 3, built);
    rh_await(wf,
             rh_activity(wf, "CreateGitHubRelease", RH_ARGS(input, RH_LIST_FROM(built, 3)), &quick),
             result);
    call(wf, "UpdateHomebrew", RH_ARGS(input));
    return NULL;
}

/* Undoes in the order of the booking. */
static const rh_failure *book_trip(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const char *const steps[] = {"BookFlight",   "BookHotel",   "BookCar",  "ChargeCard",
                                        "CancelFlight", "CancelHotel", "CancelCar"};
    (void)result;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        call(wf, steps[i], RH_ARGS(rh_get(input, "Trip")));
    return rh_fail(wf, "NotBooked", "trip not booked");
}

/* Tells somebody before it waits. */
static const rh_failure *approval(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    bool approved = false;
    const rh_failure *failed = call(wf, "Tell", RH_ARGS(rh_get(input, "Service")));
    return failed ? failed : rh_receive_for(wf, "approve", RH_HOURS(24), result, &approved);
}

/* Has another kind of child. */
static const rh_failure *family(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    return rh_await(wf, rh_child(wf, "Cat", input, NULL), result);
}

/* Goes on by two. */
static const rh_failure *countdown(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_sleep(wf, RH_SECONDS(1));
    return rh_continue_as_new(wf, rh_copy(wf, rh_integer(rh_integer_of(input) - 2)), NULL);
}

static const rh_value *one(rh_workflow *wf, void *data)
{
    (void)data;
    return rh_copy(wf, rh_integer(1));
}

/* Records its mode by another id. */
static const rh_failure *noted(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    *result = rh_side_effect(wf, "number", one, NULL);
    rh_mutable_side_effect(wf, "speed", one, NULL, NULL);
    return NULL;
}

static const rh_failure *vote(rh_workflow *wf, const rh_value *args, const rh_value **result,
                              void *data)
{
    (void)wf;
    (void)data;
    *result = args;
    return NULL;
}

/* Keeps no vote. */
static const rh_failure *votes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_on_update(wf, "vote", &(rh_update_handler){.handle = vote});
    return rh_receive(wf, "never", result);
}

/* Leaves the canceled work alone, and cleans up at once. */
static const rh_failure *cleanup(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin_disconnected(wf);
    rh_activity(wf, "Work", RH_NO_ARGS, &quick);
    rh_timer(wf, RH_HOURS(2));
    rh_scope_end(wf, scope);
    rh_receive(wf, "never", NULL);
    scope = rh_scope_begin_disconnected(wf);
    const rh_failure *failed = call(wf, "Undo", RH_NO_ARGS);
    rh_scope_end(wf, scope);
    return failed;
}

static const rh_workflow_definition workflows[] = {
    {.name = "ReleaseWorkflow", .run = release},
    {.name = "BookTrip", .run = book_trip},
    {.name = "DeployApproval", .run = approval},
    {.name = "Family", .run = family},
    {.name = "Countdown", .run = countdown},
    {.name = "Noted", .run = noted},
    {.name = "Votes", .run = votes},
    {.name = "Cleanup", .run = cleanup},
    {0},
};

RH_MODULE("changed", workflows, NULL)
