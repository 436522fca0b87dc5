/* What runs note in their histories, and what they are asked. Their equals in Go are in
 * ../go/records.go. */
#include "rehearse/rehearse.h"

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

static void given_keep(rh_env *env)
{
    rh_fixture_mock(env, "Keep", .takes = RH_MILLISECONDS(100));
}

/* ---- markers, attributes, memo --------------------------------------------------------------- */

static const rh_value *forty_two(rh_workflow *wf, void *data)
{
    (void)data;
    return rh_copy(wf, rh_integer(42));
}

static const rh_value *mode_now(rh_workflow *wf, void *data)
{
    return rh_copy(wf, rh_string(data));
}

static const rh_failure *noted(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static char slow[] = "slow", fast[] = "fast";
    (void)input;
    const rh_value *number = rh_side_effect(wf, "number", forty_two, NULL);
    rh_mutable_side_effect(wf, "mode", mode_now, NULL, slow);
    rh_mutable_side_effect(wf, "mode", mode_now, NULL, slow);
    const rh_value *mode = rh_mutable_side_effect(wf, "mode", mode_now, NULL, fast);
    int32_t version = rh_change_version(wf, "greeting", RH_DEFAULT_VERSION, 2);
    rh_change_version(wf, "greeting", RH_DEFAULT_VERSION, 2);
    rh_upsert_attribute(wf, "CustomKeywordField", RH_ATTRIBUTE_KEYWORD, rh_string("noted"));
    rh_upsert_memo(wf, RH_OBJECT_OF({"note", rh_string("kept")}));
    *result = rh_copy(wf, RH_OBJECT_OF({"Number", number}, {"Mode", mode},
                                       {"Version", rh_integer(version)}));
    return rh_await(wf, rh_activity(wf, "Keep", RH_ARGS(number), &minute), NULL);
}

/* ---- updates --------------------------------------------------------------------------------- */

static const rh_failure *vote(rh_workflow *wf, const rh_value *args, const rh_value **result,
                              void *data)
{
    int64_t weight = rh_integer_of(args), *sum = data;
    const rh_failure *failed = rh_await(wf, rh_activity(wf, "Keep", RH_ARGS(args), &minute), NULL);
    if (failed)
        return failed;
    if (weight == 13)
        return rh_fail(wf, "Thirteen", "unlucky");
    *sum += weight;
    *result = rh_copy(wf, rh_integer(*sum));
    return NULL;
}

static const rh_failure *not_against(rh_workflow *wf, const rh_value *args, void *data)
{
    (void)data;
    return rh_integer_of(args) < 0 ? rh_fail(wf, "Negative", "no vote against") : NULL;
}

static const rh_failure *tell_sum(rh_workflow *wf, const rh_value *args, const rh_value **result,
                                  void *data)
{
    (void)args;
    *result = rh_copy(wf, rh_integer(*(const int64_t *)data));
    return NULL;
}

static void given_votes(rh_env *env)
{
    given_keep(env);
    rh_update_at(env, RH_SECONDS(1), NULL, "for", "vote", rh_integer(1));
    rh_update_at(env, RH_SECONDS(2), NULL, "against", "vote", rh_integer(-1));
    rh_update_at(env, RH_SECONDS(3), NULL, "unlucky", "vote", rh_integer(13));
    rh_update_at(env, RH_SECONDS(4), NULL, "decides", "vote", rh_integer(2));
}

typedef struct poll {
    rh_workflow *wf;
    const int64_t *sum;
} poll;

static bool is_decided(void *data)
{
    const poll *p = data;
    return *p->sum >= 3 && rh_all_handlers_finished(p->wf);
}

static const rh_failure *votes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int64_t *sum = rh_workflow_alloc(wf, sizeof *sum);
    poll p = {wf, sum};
    (void)input;
    rh_on_update(wf, "vote", &(rh_update_handler){vote, not_against, sum, false});
    rh_on_query(wf, "sum", tell_sum, sum);
    const rh_failure *failed = rh_await_condition(wf, is_decided, &p, 0, NULL);
    *result = rh_copy(wf, rh_integer(*sum));
    return failed;
}

/* ---- local activities ------------------------------------------------------------------------ */

/* One local activity that succeeds and one that fails twice: only markers tell of them. */
static const rh_failure *errand(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_local_activity_options here = {
        .start_to_close = RH_MINUTES(1),
        .retry = {.initial_interval = RH_SECONDS(1), .maximum_attempts = 2},
    };
    const rh_value *found = NULL;
    (void)input;
    const rh_failure *failed =
        rh_await(wf, rh_local_activity(wf, "Look", RH_ARGS(rh_string("keys")), &here), &found);
    if (failed)
        return failed;
    const rh_failure *missed =
        rh_await(wf, rh_local_activity(wf, "Look", RH_ARGS(rh_string("cat")), &here), NULL);
    *result = rh_copy(wf, rh_string(rh_print(wf, "%s, %s", rh_text_of(found),
                                             rh_failure_message(rh_failure_root(missed)))));
    return rh_await(wf, rh_activity(wf, "Keep", RH_ARGS(rh_integer(1)), &minute), NULL);
}

/* ---- the module ------------------------------------------------------------------------------ */

static const rh_workflow_definition workflows[] = {
    {.name = "Noted", .run = noted, .given = given_keep},
    {.name = "Errand", .run = errand},
    {.name = "Votes", .run = votes, .given = given_votes},
    {0},
};

RH_MODULE("records", workflows, NULL)
