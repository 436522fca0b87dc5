/* Attempts that are played from inside: children, waiting, interrupts, lost hosts, own hosts. */
#include "harness/draw.h"
#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/inside.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "inside", NULL, NULL};
DEFINE_ENVS(module)

/* ---- a dialect of jobs ----------------------------------------------------------------------- */

/* What a run of the test does: `count` jobs at once, each played by `body`; the first is asked to
 * stop after `cancel_after`, if that is set. */
typedef struct jobs {
    rh_inside_body *body;
    uint32_t count, limit;
    rh_duration cancel_after, lease, delay;
    int32_t attempts; /* of each job; 0: one */
} jobs;

typedef struct progress {
    uint32_t closed, count;
} progress;

static void schedule(rh_execution *execution, const jobs *wanted, uint32_t number)
{
    static const char *const other_names[] = {"Builds everything", "builder", NULL};
    rh_world *world = execution->world;
    rh_activity_request *request = RH_NEW(&world->arena, rh_activity_request);
    request->type = rh_names_intern(&world->names, "build");
    request->options.start_to_close = RH_HOURS(10);
    request->options.retry.maximum_attempts = wanted->attempts ? wanted->attempts : 1;
    if (wanted->count > 1)
        request->options.key = rh_format(&world->arena, "%u", number);
    request->about = (rh_call_about){.level = RH_CALL_JOB, .aliases = other_names};
    request->body = wanted->body;
    request->data = execution;
    request->own_host = true;
    request->own_host_limit = wanted->limit;
    request->own_host_delay = wanted->delay;
    request->lease = wanted->lease;
    request->lease_renewal = S(60);
    rh_command *command = rh_execution_command(execution, RH_COMMAND_SCHEDULE_ACTIVITY);
    command->number = number;
    command->activity = request;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    const jobs *wanted = execution->definition;
    progress *p = execution->state;
    if (!p)
        p = execution->state = RH_NEW(&execution->world->arena, progress);
    for (size_t i = 0; i < task->event_count; i++) {
        const rh_event *event = &task->events[i];
        if (event->kind == RH_EVENT_STARTED) {
            for (; p->count < wanted->count; p->count++)
                schedule(execution, wanted, p->count);
            if (wanted->cancel_after)
                rh_execution_command(execution, RH_COMMAND_START_TIMER)->duration =
                    wanted->cancel_after;
        }
        if (event->kind == RH_EVENT_TIMER_FIRED)
            rh_execution_command(execution, RH_COMMAND_CANCEL_ACTIVITY);
        if (event->kind == RH_EVENT_ACTIVITY_CLOSED && ++p->closed == wanted->count)
            rh_execution_command(execution, RH_COMMAND_COMPLETE)->value = event->value;
    }
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    execution->state = NULL;
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    (void)execution;
    tell(context, "the run", "its jobs");
}

static const rh_dialect dialect = {
    .name = "jobs", .activate = activate, .evict = evict, .waiting = waiting};

static void play_jobs(rh_env *env, const jobs *wanted)
{
    rh_env_start(env, &(rh_start_request){
                          .dialect = &dialect, .definition = wanted, .workflow_type = "jobs"});
    rh_play(env);
}

/* ---- what bodies use ------------------------------------------------------------------------- */

static rh_child_request step(rh_inside *inside, const char *name, const rh_script *script)
{
    return (rh_child_request){
        .type = rh_names_intern(&rh_inside_world(inside)->names, name),
        .about = {.level = RH_CALL_STEP},
        .fallback = script,
    };
}

static rh_inner *start(rh_inside *inside, const char *name, const rh_script *script)
{
    const rh_child_request request = step(inside, name, script);
    return rh_inside_start(inside, &request);
}

static void finish(rh_inside *inside, const rh_inner *child)
{
    while (child->status == RH_CHILD_OPEN)
        rh_inside_wait(inside, RH_FOREVER);
}

/* "3 completed" for the entries of calls: seconds since the start, call, kind; one a line. */
static const char *story(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool is_host = entry->kind == RH_ENTRY_HOST_LOST;
        if (!is_host && (!entry->call || entry->event_id))
            continue;
        rh_text_printf(&text, "%lld ", (long long)((entry->time - journal->start) / S(1)));
        if (!is_host)
            rh_call_path(&text, journal->calls[entry->call - 1]);
        if (entry->attempt > 1)
            rh_text_printf(&text, "@%d", (int)entry->attempt);
        rh_text_printf(&text, " %s", rh_entry_kind_name((rh_entry_kind)entry->kind));
        if (is_host)
            rh_text_printf(&text, " %s", entry->text);
        rh_text_putc(&text, '\n');
    }
    return rh_text_string(&text);
}

static void assert_story(rh_env *env, const char *expected)
{
    assert_string_equal(story(env), expected);
}

/* ---- children -------------------------------------------------------------------------------- */

static void two_steps(rh_inside *inside, void *data)
{
    static const rh_script quick;
    static const rh_script slow = {.takes = S(5)};
    (void)data;
    rh_inner *first = start(inside, "quick", &quick);
    assert_int_equal(first->status, RH_CHILD_COMPLETED); /* no time passed */
    rh_inner *second = start(inside, "slow", &slow);
    assert_int_equal(second->status, RH_CHILD_OPEN);
    finish(inside, second);
    assert_true(rh_inside_now(inside) == second->closed);
    rh_inside_complete(inside, rh_string("done"));
}

static void children_take_their_time(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = two_steps, .count = 1});
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_string("done"));
    assert_story(env, "0 build attempt-started\n"
                      "0 build/quick attempt-started\n"
                      "0 build/quick attempt-completed\n"
                      "0 build/slow attempt-started\n"
                      "5 build/slow attempt-completed\n"
                      "5 build attempt-completed\n");
    assert_int_equal(rh_env_finish(env), 0);
}

static void by_any_name(rh_inside *inside, void *data)
{
    static const rh_script slow = {.takes = S(5)};
    (void)data;
    for (int i = 0; i < 2; i++)
        finish(inside, start(inside, "step", &slow));
}

static void faults_are_named_by_path(void **state)
{
    static const struct {
        const char *path;
        uint32_t struck[2];
    } cases[] = {
        {"build/step", {1, 1}},
        {"build/step#2", {0, 1}},
        {"builder/step#1", {1, 0}},
        {"*/step#2", {0, 1}},
        {"Builds everything/*", {1, 1}},
        {"build[1]/step", {0, 0}},
        {"step", {0, 0}},
        {"build", {0, 0}},
    };
    rh_env *env = *state;
    for (size_t c = 0; c < LENGTH(cases); c++) {
        rh_env_restart(env);
        play_jobs(env, &(jobs){.body = by_any_name, .count = 1});
        const rh_journal *journal = rh_env_journal(env);
        for (uint32_t k = 0; k < 2; k++)
            assert_int_equal(rh_call_matches(journal->calls[1 + k], cases[c].path),
                             cases[c].struck[k]);
    }
    assert_true(rh_call_matches(rh_env_journal(env)->calls[0], "builder"));
    assert_true(rh_call_matches(rh_env_journal(env)->calls[0], "*"));
    assert_false(rh_call_matches(rh_env_journal(env)->calls[0], "build/"));
}

static void fails_by_its_step(rh_inside *inside, void *data)
{
    static const rh_script slow = {.takes = S(5)};
    (void)data;
    rh_inner *child = start(inside, "push", &slow);
    finish(inside, child);
    assert_int_equal(child->status, RH_CHILD_FAILED);
    rh_inside_fail(inside, child->failure);
}

static void a_fault_strikes_a_step(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "build/push", "homebrew-auth");
    play_jobs(env, &(jobs){.body = fails_by_its_step, .count = 1});
    const rh_journal *journal = rh_env_journal(env);
    const rh_entry *failed = NULL;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_ATTEMPT_FAILED && journal->entries[i].call == 2)
            failed = &journal->entries[i];
    assert_non_null(failed);
    assert_true(failed->number > 0); /* an exit status */
    assert_contains(story(env), "build/push fault");
    assert_int_equal(rh_env_finish(env), 0);
}

/* ---- nested ---------------------------------------------------------------------------------- */

static void inner(rh_inside *inside, void *data)
{
    static const rh_script slow = {.takes = S(3)};
    finish(inside, start(inside, data, &slow));
}

static void outer(rh_inside *inside, void *data)
{
    rh_child_request request = step(inside, "compile", NULL);
    (void)data;
    request.body = inner;
    request.data = "gcc";
    rh_inner *first = rh_inside_start(inside, &request);
    rh_inner *second = rh_inside_start(inside, &request); /* at the same time */
    finish(inside, first);
    finish(inside, second);
}

static void insides_nest(void **state)
{
    rh_env *env = *state;
    rh_takes(env, "build/compile#2/gcc", S(4));
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    assert_story(env, "0 build attempt-started\n"
                      "0 build/compile attempt-started\n"
                      "0 build/compile#2 attempt-started\n"
                      "0 build/compile/gcc attempt-started\n"
                      "0 build/compile#2/gcc attempt-started\n"
                      "3 build/compile/gcc attempt-completed\n"
                      "3 build/compile attempt-completed\n"
                      "4 build/compile#2/gcc attempt-completed\n"
                      "4 build/compile#2 attempt-completed\n"
                      "4 build attempt-completed\n");
}

static void what_it_takes_is_the_least(void **state)
{
    rh_env *env = *state;
    rh_takes(env, "build", S(20));
    rh_takes(env, "build/compile#1", S(2)); /* shorter than its inside */
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    assert_contains(story(env), "3 build/compile attempt-completed\n");
    assert_contains(story(env), "20 build attempt-completed\n");
}

static void a_mock_keeps_the_inside_shut(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "build", .result = rh_integer(7), .takes = S(9));
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    rh_assert_result(env, rh_integer(7));
    assert_contains(story(env), "9 build attempt-completed\n");
    assert_null(strstr(story(env), "compile"));
    assert_clean(env);
}

/* What it does happens, and then its reply is lost. */
static void a_lost_reply_plays_the_inside(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "build/compile#1", "reply-lost");
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    assert_contains(story(env), "3 build/compile/gcc attempt-completed\n");
    assert_contains(story(env), "build/compile attempt-failed\n");
    assert_contains(story(env), "build/compile#2 attempt-completed\n");
}

static void random_faults_strike_what_has_no_inside(void **state)
{
    rh_env *env = *state;
    size_t struck = 0;
    rh_random_faults(env, 1000);
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_FAULT)
            continue;
        assert_string_equal(journal->calls[entry->call - 1]->type->text, "gcc");
        struck++;
    }
    assert_int_equal(struck, 2);
}

/* Calls of one name below different parents are different calls to the draws. */
static void draws_know_the_parent(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    const rh_journal *journal = rh_env_journal(env);
    const rh_call *below[2] = {NULL, NULL};
    for (size_t i = 0, found = 0; i < journal->call_count && found < 2; i++)
        if (!strcmp(journal->calls[i]->type->text, "gcc"))
            below[found++] = journal->calls[i];
    assert_int_equal(below[0]->number, below[1]->number);
    assert_true(rh_call_identity(below[0]) != rh_call_identity(below[1]));
}

static void runs_a_command(rh_inside *inside, void *data)
{
    static const rh_script quick;
    rh_child_request request = step(inside, "curl", &quick);
    (void)data;
    request.about.level = RH_CALL_COMMAND;
    rh_inner *child = rh_inside_start(inside, &request);
    finish(inside, child);
    rh_inside_complete(inside, rh_integer(child->exit_code));
}

/* Also if what it is mocked with has none. */
static void a_command_that_fails_has_a_status(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "build/curl", .failure = &(rh_failure_options){.message = "no route"});
    play_jobs(env, &(jobs){.body = runs_a_command, .count = 1});
    rh_assert_result(env, rh_integer(1));
    assert_clean(env);
}

/* ---- waiting and stopping -------------------------------------------------------------------- */

static void watches_the_clock(rh_inside *inside, void *data)
{
    static const rh_script hangs = {.end = RH_END_HANGS};
    rh_inner *child = start(inside, "hang", &hangs);
    rh_time limit = rh_inside_now(inside) + S(30);
    (void)data;
    while (child->status == RH_CHILD_OPEN && rh_inside_now(inside) < limit)
        rh_inside_wait(inside, limit);
    rh_child_kill(child);
    assert_int_equal(child->status, RH_CHILD_CANCELED);
}

static void what_hangs_is_killed(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = watches_the_clock, .count = 1});
    assert_contains(story(env), "30 build/hang attempt-canceled\n30 build attempt-completed\n");
}

static const rh_script obeys = {.takes = S(100)};
static const rh_script ignores = {.takes = S(100), .on_cancel = RH_CANCEL_IGNORES};
static const rh_script takes_time = {.takes = S(100),
                                     .on_cancel = RH_CANCEL_TAKES,
                                     .cancel_takes = S(4)};

static void stops_when_told(rh_inside *inside, void *data)
{
    rh_inner *children[] = {start(inside, "obeys", &obeys), start(inside, "ignores", &ignores),
                            start(inside, "takes", &takes_time)};
    (void)data;
    while (!rh_inside_is_told(inside))
        rh_inside_wait(inside, RH_FOREVER);
    for (int i = 0; i < 3; i++)
        rh_child_interrupt(children[i]);
    rh_time grace = rh_inside_now(inside) + S(10);
    for (int i = 0; i < 3; i++)
        while (children[i]->status == RH_CHILD_OPEN && rh_inside_now(inside) < grace)
            rh_inside_wait(inside, grace);
    for (int i = 0; i < 3; i++)
        rh_child_kill(children[i]);
    rh_inside_cancel(inside, rh_string("told"));
}

static void a_job_that_is_told_interrupts(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = stops_when_told, .count = 1, .cancel_after = S(8)});
    assert_contains(story(env), "8 build/obeys attempt-canceled\n"
                                "12 build/takes attempt-canceled\n"
                                "18 build/ignores attempt-canceled\n"
                                "18 build attempt-canceled\n");
}

static void a_mocked_job_hears_at_once(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "build", .takes = S(100));
    play_jobs(env, &(jobs){.body = outer, .count = 1, .cancel_after = S(8)});
    assert_story(env, "0 build attempt-started\n8 build attempt-canceled\n");
}

/* ---- hosts ----------------------------------------------------------------------------------- */

static void works_long(rh_inside *inside, void *data)
{
    static const rh_script slow = {.takes = S(300)};
    (void)data;
    finish(inside, start(inside, "work", &slow));
}

static void each_job_has_a_host(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = works_long, .count = 3, .limit = 2, .delay = S(10)});
    const rh_journal *journal = rh_env_journal(env);
    const char *hosts[3] = {0};
    rh_time started[3] = {0};
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ATTEMPT_STARTED && entry->call <= 3) {
            hosts[entry->call - 1] = entry->text;
            started[entry->call - 1] = (entry->time - journal->start) / S(1);
        }
    }
    assert_string_equal(hosts[0], "GitHub Actions 1");
    assert_string_equal(hosts[1], "GitHub Actions 2");
    assert_string_equal(hosts[2], "GitHub Actions 3");
    assert_true(started[0] == 10 && started[1] == 10 && started[2] == 310);
}

static void a_lost_host_takes_its_job_alone(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "host:GitHub Actions 1 at 130s", "runner-lost");
    play_jobs(env, &(jobs){.body = works_long, .count = 2, .lease = RH_MINUTES(10)});
    assert_contains(story(env), "130  host-lost GitHub Actions 1\n"
                                "130 build[0]/work attempt-lost\n"
                                "130 build[0] attempt-lost\n"
                                "300 build[1]/work attempt-completed\n");
    /* The lease was renewed at 120 s, and ends ten minutes later. */
    assert_contains(story(env), "720 build[0] attempt-timed-out\n");
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static void a_step_takes_the_host_with_it(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "build/work", "runner-lost");
    rh_takes(env, "build/work", S(45));
    play_jobs(env, &(jobs){.body = works_long, .count = 1, .lease = RH_MINUTES(10)});
    assert_contains(story(env), "45  host-lost GitHub Actions 1\n"
                                "45 build/work attempt-lost\n"
                                "45 build attempt-lost\n"
                                "600 build attempt-timed-out\n");
}

static void a_lost_host_ends_nested_insides(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "host:GitHub Actions 1 at 1s", "runner-lost");
    play_jobs(env, &(jobs){.body = outer, .count = 1, .lease = S(60)});
    assert_contains(story(env), "1 build/compile/gcc attempt-lost\n");
    assert_contains(story(env), "1 build/compile#2/gcc attempt-lost\n");
    assert_contains(story(env), "60 build attempt-timed-out\n");
}

/* ---- parents that are tried again ------------------------------------------------------------ */

/* Starts a, b, a; when it is tried again b, a, c, a, a. Then it fails. */
static void calls_again(rh_inside *inside, void *data)
{
    static const rh_script quick;
    static const char *const names[2][6] = {{"a", "b", "a"}, {"b", "a", "c", "a", "a"}};
    (void)data;
    for (const char *const *name = names[rh_inside_attempt(inside)->number - 1]; *name; name++)
        start(inside, *name, &quick);
    const rh_child_request never = step(inside, "never", NULL);
    rh_inside_skip(inside, &never, "not today");
    rh_inside_fail(inside, rh_failure_application(rh_inside_arena(inside),
                                                  &(rh_failure_options){.message = "no"}));
}

static void children_of_a_repeated_parent_are_the_same_calls(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = calls_again, .count = 1, .attempts = 2});
    assert_story(env, "0 build attempt-started\n"
                      "0 build/a attempt-started\n"
                      "0 build/a attempt-completed\n"
                      "0 build/b attempt-started\n"
                      "0 build/b attempt-completed\n"
                      "0 build/a#2 attempt-started\n"
                      "0 build/a#2 attempt-completed\n"
                      "0 build/never skipped\n"
                      "0 build attempt-failed\n"
                      "0 build back-off\n"
                      "1 build@2 attempt-started\n"
                      "1 build/b@2 attempt-started\n"
                      "1 build/b@2 attempt-completed\n"
                      "1 build/a@2 attempt-started\n"
                      "1 build/a@2 attempt-completed\n"
                      "1 build/c attempt-started\n"
                      "1 build/c attempt-completed\n"
                      "1 build/a#2@2 attempt-started\n"
                      "1 build/a#2@2 attempt-completed\n"
                      "1 build/a#3 attempt-started\n"
                      "1 build/a#3 attempt-completed\n"
                      "1 build/never skipped\n"
                      "1 build@2 attempt-failed\n");
    assert_int_equal(rh_env_journal(env)->call_count, 7); /* build, a, b, a#2, never, c, a#3 */
}

static void calls_with_other_words(rh_inside *inside, void *data)
{
    static const rh_script quick;
    (void)data;
    rh_child_request request = step(inside, "a", &quick);
    int32_t number = rh_inside_attempt(inside)->number;
    request.args = rh_value_copy(rh_inside_arena(inside), RH_LIST_OF(rh_integer(number)));
    rh_inside_start(inside, &request);
    if (number == 1)
        rh_inside_fail(inside, rh_failure_application(rh_inside_arena(inside),
                                                      &(rh_failure_options){.message = "no"}));
}

/* What mocks are matched with are the arguments of the attempt. */
static void each_attempt_has_its_own_arguments(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "build/a", .args = RH_ARGS(rh_integer(1)), .times = 1);
    rh_mock(env, "build/a", .args = RH_ARGS(rh_integer(2)), .times = 1);
    play_jobs(env, &(jobs){.body = calls_with_other_words, .count = 1, .attempts = 2});
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

/* ---- children that are tried again ----------------------------------------------------------- */

static const rh_retry_policy_filled thrice = {.initial_interval = S(2),
                                              .backoff_coefficient = 2,
                                              .maximum_interval = S(60),
                                              .maximum_attempts = 3};
static int puts_back;

static void count_back(void *data, const rh_inner *child)
{
    assert_non_null(child->failure);
    assert_string_equal(data, "its data");
    puts_back++;
}

static const rh_child_policy policy = {.retry = &thrice, .put_back = count_back};

static rh_inner *start_tried(rh_inside *inside, const rh_script *script,
                             const rh_child_policy *rules)
{
    rh_child_request request = step(inside, "try", script);
    request.policy = rules;
    request.data = "its data";
    return rh_inside_start(inside, &request);
}

static void tries(rh_inside *inside, void *data)
{
    static const rh_script quick = {.takes = S(1)};
    (void)data;
    rh_inner *child = start_tried(inside, &quick, &policy);
    finish(inside, child);
    assert_int_equal(child->number, child->status == RH_CHILD_COMPLETED ? 2 : 3);
    if (child->failure)
        rh_inside_fail(inside, child->failure);
}

static void a_child_is_tried_again(void **state)
{
    rh_env *env = *state;
    puts_back = 0;
    rh_fault_at(env, "build/try@1", "exit-code");
    play_jobs(env, &(jobs){.body = tries, .count = 1});
    assert_story(env, "0 build attempt-started\n"
                      "0 build/try attempt-started\n"
                      "0 build/try fault\n"
                      "1 build/try attempt-failed\n"
                      "1 build/try back-off\n"
                      "3 build/try@2 attempt-started\n"
                      "4 build/try@2 attempt-completed\n"
                      "4 build attempt-completed\n");
    assert_int_equal(puts_back, 1);
    assert_clean(env);
}

static void a_child_is_given_up(void **state)
{
    rh_env *env = *state;
    puts_back = 0;
    rh_fault_at(env, "build/try@*", "exit-code");
    play_jobs(env, &(jobs){.body = tries, .count = 1});
    assert_contains(story(env), "3 build/try@2 fault\n"
                                "4 build/try@2 attempt-failed\n"
                                "4 build/try@2 back-off\n"
                                "8 build/try@3 attempt-started\n"
                                "8 build/try@3 fault\n"
                                "9 build/try@3 attempt-failed\n"
                                "9 build attempt-failed\n");
    assert_int_equal(puts_back, 2); /* nothing follows the last one */
    assert_clean(env);
}

/* Its parent is lost while it waits for its next attempt, which never comes. */
static void a_child_that_backs_off_is_left(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "build/try@1", "exit-code");
    rh_fault_at(env, "host:GitHub Actions 1 at 2s", "runner-lost");
    play_jobs(env, &(jobs){.body = tries, .count = 1, .lease = S(60)});
    assert_contains(story(env), "2  host-lost GitHub Actions 1\n"
                                "2 build attempt-lost\n"
                                "60 build attempt-timed-out\n");
    assert_null(strstr(story(env), "build/try@2"));
    assert_clean(env);
}

/* Nobody knows that its process has died: an interrupt changes nothing, a kill ends it. */
static void stops_what_died(rh_inside *inside, void *data)
{
    static const rh_script dies = {.takes = S(1), .end = RH_END_VANISHES};
    static const rh_child_policy patient = {.retry = &thrice, .heartbeat_timeout = S(30)};
    (void)data;
    rh_inner *child = start_tried(inside, &dies, &patient);
    rh_inside_wait(inside, rh_inside_now(inside) + S(5));
    rh_child_interrupt(child);
    assert_int_equal(child->status, RH_CHILD_OPEN);
    rh_inside_wait(inside, rh_inside_now(inside) + S(5));
    rh_child_kill(child);
    assert_int_equal(child->status, RH_CHILD_CANCELED);
}

static void what_died_can_be_killed(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = stops_what_died, .count = 1});
    assert_story(env, "0 build attempt-started\n"
                      "0 build/try attempt-started\n"
                      "1 build/try attempt-lost\n"
                      "10 build attempt-completed\n");
}

static void cancels_itself(rh_inside *inside, void *data)
{
    (void)data;
    if (rh_inside_attempt(inside)->number == 1)
        rh_inside_cancel(inside, NULL);
}

static void tries_what_cancels_itself(rh_inside *inside, void *data)
{
    rh_child_request request = step(inside, "try", NULL);
    (void)data;
    request.policy = &policy;
    request.data = "its data";
    request.body = cancels_itself;
    rh_inner *child = rh_inside_start(inside, &request);
    finish(inside, child);
    assert_int_equal(child->status, RH_CHILD_COMPLETED);
}

static void a_cancel_that_nobody_asked_for_is_a_failure(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = tries_what_cancels_itself, .count = 1});
    assert_contains(story(env), "0 build/try attempt-failed\n0 build/try back-off\n");
    assert_contains(story(env), "2 build/try@2 attempt-completed\n");
}

/* Beats at 4 s and 8 s, then silence; ten seconds are waited. */
static void falls_silent(rh_inside *inside, void *data)
{
    static const rh_script_heartbeat beats[] = {{S(4), NULL}, {S(8), NULL}};
    static const rh_script silent = {.takes = S(25), .heartbeats = beats, .heartbeat_count = 2};
    static const rh_script lively = {.takes = S(25), .heartbeat_every = S(9)};
    static const rh_script punctual = {.takes = S(10)};
    static const rh_retry_policy_filled once = {.maximum_attempts = 1};
    static const rh_child_policy rules = {.retry = &once, .heartbeat_timeout = S(10)};
    (void)data;
    rh_inner *first = start_tried(inside, &silent, &rules);
    rh_inner *second = start_tried(inside, &lively, &rules);
    rh_inner *third = start_tried(inside, &punctual, &rules); /* the answer comes first */
    finish(inside, first);
    finish(inside, second);
    assert_int_equal(first->status, RH_CHILD_FAILED);
    assert_int_equal(first->failure->timeout_type, RH_TIMEOUT_HEARTBEAT);
    assert_int_equal(second->status, RH_CHILD_COMPLETED);
    assert_int_equal(third->status, RH_CHILD_COMPLETED);
}

static void heartbeats_of_scripts_count(void **state)
{
    rh_env *env = *state;
    play_jobs(env, &(jobs){.body = falls_silent, .count = 1});
    assert_contains(story(env), "18 build/try attempt-timed-out\n");
    assert_contains(story(env), "25 build/try#2 attempt-completed\n");
}

/* ---- ends of worlds -------------------------------------------------------------------------- */

static void a_refusal_inside_ends_the_world(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "build/compile#2/gcc", .never = true);
    play_jobs(env, &(jobs){.body = outer, .count = 1});
    assert_int_equal(rh_env_finish(env), 1);
    assert_contains(rh_env_report(env), "must never be called, but build/compile#2/gcc@1 was");
}

static void worlds_that_stop_early_give_stacks_back(void **state)
{
    rh_env *env = *state;
    static const jobs wanted = {.body = outer, .count = 3};
    for (int i = 0; i < 3; i++) {
        rh_env_start(env, &(rh_start_request){
                              .dialect = &dialect, .definition = &wanted, .workflow_type = "jobs"});
        rh_play_for(env, S(1));
        rh_env_restart(env);
    }
    assert_true(env->world.stacks.mapped <= 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(children_take_their_time),
        PLAYED(faults_are_named_by_path),
        PLAYED(a_fault_strikes_a_step),
        PLAYED(insides_nest),
        PLAYED(what_it_takes_is_the_least),
        PLAYED(a_mock_keeps_the_inside_shut),
        PLAYED(a_lost_reply_plays_the_inside),
        PLAYED(random_faults_strike_what_has_no_inside),
        PLAYED(draws_know_the_parent),
        PLAYED(a_command_that_fails_has_a_status),
        PLAYED(what_hangs_is_killed),
        PLAYED(a_job_that_is_told_interrupts),
        PLAYED(a_mocked_job_hears_at_once),
        PLAYED(each_job_has_a_host),
        PLAYED(a_lost_host_takes_its_job_alone),
        PLAYED(a_step_takes_the_host_with_it),
        PLAYED(a_lost_host_ends_nested_insides),
        PLAYED(children_of_a_repeated_parent_are_the_same_calls),
        PLAYED(each_attempt_has_its_own_arguments),
        PLAYED(a_child_is_tried_again),
        PLAYED(a_child_is_given_up),
        PLAYED(a_child_that_backs_off_is_left),
        PLAYED(what_died_can_be_killed),
        PLAYED(a_cancel_that_nobody_asked_for_is_a_failure),
        PLAYED(heartbeats_of_scripts_count),
        PLAYED(a_refusal_inside_ends_the_world),
        PLAYED(worlds_that_stop_early_give_stacks_back),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
