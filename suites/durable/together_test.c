/* Channels, selections, wait groups, mutexes, semaphores, promises. */
#include "rehearse/together.h"

#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

/* "what at 3 s" */
static void say(rh_workflow *wf, const char *what)
{
    rh_log(wf, "%s @%lld", what, (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
}

static long long number(const rh_value *value)
{
    return (long long)rh_integer_of(value);
}

/* What the workflow below is to do with; each case of a test is one of its inputs. */
static bool is(const rh_value *input, const char *what)
{
    return !strcmp(rh_text_of(input), what);
}

/* ---- channels -------------------------------------------------------------------------------- */

static const rh_failure *sends(rh_workflow *wf, void *data, const rh_value **result)
{
    rh_channel *channel = data;
    (void)result;
    for (int i = 1; i <= 3; i++) {
        const rh_failure *failure = rh_send(wf, channel, rh_integer(i));
        if (failure)
            return failure;
        say(wf, rh_print(wf, "sent %d", i));
    }
    return NULL;
}

static const rh_failure *receives(rh_workflow *wf, void *data, const rh_value **result)
{
    const rh_value *value;
    bool more = true;
    (void)result;
    for (;;) {
        const rh_failure *failure = rh_channel_receive(wf, data, &value, &more);
        if (failure || !more) {
            say(wf, failure ? "canceled" : "end");
            return failure;
        }
        say(wf, rh_print(wf, "got %lld", number(value)));
    }
}

static const rh_failure *passes_values(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    rh_channel *channel = rh_channel_new(wf, "jobs", is(input, "buffered") ? 2 : 0);
    (void)result;
    rh_future *sender = rh_spawn(wf, "sender", sends, channel);
    rh_sleep(wf, S(5));
    rh_log(wf, "%zu waiting", rh_channel_length(channel));
    rh_future *receiver = rh_spawn(wf, "receiver", receives, channel);
    rh_await(wf, sender, NULL);
    rh_sleep(wf, S(1));
    rh_channel_close(wf, channel);
    return rh_await(wf, receiver, NULL);
}

static void values_are_passed(void **state)
{
    static const struct {
        const char *how, *told;
    } cases[] = {
        {"unbuffered", "0 waiting, got 1 @5, sent 1 @5, sent 2 @5, got 2 @5, got 3 @5, sent 3 @5, "
                       "end @6"},
        {"buffered", "sent 1 @0, sent 2 @0, 2 waiting, got 1 @5, got 2 @5, got 3 @5, sent 3 @5, "
                     "end @6"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = *state;
        rh_env_restart(env);
        rh_run(env, "passes_values", rh_string(cases[i].how));
        rh_assert_status(env, RH_SUCCEEDED);
        assert_string_equal(told(env), cases[i].told);
    }
    assert_clean(*state);
}

/* One value at a time, to the receiver that has waited longest. */
static const rh_failure *receives_one(rh_workflow *wf, void *data, const rh_value **result)
{
    void **both = data;
    const rh_value *value;
    rh_sleep(wf, S(*(int *)both[1]));
    const rh_failure *failure = rh_channel_receive(wf, both[0], &value, NULL);
    say(wf, failure ? "canceled"
                    : rh_print(wf, "who came at %d got %lld", *(int *)both[1], number(value)));
    (void)result;
    return failure;
}

static const rh_failure *queues_receivers(rh_workflow *wf, const rh_value *input,
                                          const rh_value **result)
{
    rh_channel *channel = rh_channel_new(wf, "jobs", 0);
    static const int at[] = {3, 1, 2};
    (void)input;
    (void)result;
    for (size_t i = 0; i < 3; i++) {
        void **both = rh_workflow_alloc(wf, 2 * sizeof *both);
        int *when = rh_workflow_alloc(wf, sizeof *when);
        *when = at[i];
        both[0] = channel;
        both[1] = when;
        rh_spawn(wf, "receiver", receives_one, both);
    }
    rh_sleep(wf, S(5));
    rh_check(wf, rh_send_now(wf, channel, rh_integer(10)));
    rh_check(wf, rh_send_now(wf, channel, rh_integer(20)));
    rh_sleep(wf, S(1));
    rh_check(wf, rh_send_now(wf, channel, rh_integer(30)));
    rh_check(wf, !rh_send_now(wf, channel, rh_integer(40))); /* nobody left */
    rh_sleep(wf, S(1));
    return NULL;
}

static void who_waited_longest_is_served_first(void **state)
{
    rh_env *env = *state;
    rh_run(env, "queues_receivers", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "who came at 1 got 10 @5, who came at 2 got 20 @5, "
                                   "who came at 3 got 30 @6");
    assert_clean(env);
}

static const rh_failure *does_not_wait(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    rh_channel *channel = rh_channel_new(wf, "jobs", 1);
    const rh_value *value;
    bool more, received;
    (void)input;
    (void)result;
    rh_check(wf, !rh_channel_receive_now(wf, channel, &value, &more) && more);
    rh_check(wf, rh_send_now(wf, channel, rh_integer(7)));
    rh_check(wf, !rh_send_now(wf, channel, rh_integer(8)));
    rh_check(wf, rh_channel_receive_now(wf, channel, &value, &more) && more);
    rh_check(wf, number(value) == 7);
    rh_check(wf, !rh_channel_receive_for(wf, channel, S(3), &value, &more, &received));
    rh_check(wf, !received && more && !value);
    say(wf, "nothing came");
    rh_check(wf, rh_send_now(wf, channel, rh_integer(9)));
    rh_check(wf, !rh_channel_receive_for(wf, channel, S(3), &value, &more, &received));
    rh_check(wf, received && more && number(value) == 9);
    rh_check(wf, rh_send_now(wf, channel, rh_integer(10)));
    rh_channel_close(wf, channel);
    rh_check(wf, rh_channel_receive_now(wf, channel, &value, &more) && number(value) == 10);
    rh_check(wf, !rh_channel_receive_now(wf, channel, &value, &more) && !more);
    rh_check(wf, !rh_channel_receive_for(wf, channel, S(3), &value, &more, &received));
    rh_check(wf, received && !more);
    say(wf, "end");
    return NULL;
}

static void taking_without_waiting(void **state)
{
    rh_env *env = *state;
    rh_run(env, "does_not_wait", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "nothing came @3, end @3");
    assert_string_equal(history(env), "run-started timer-started timer-fired run-completed");
    assert_clean(env);
}

static const rh_failure *is_canceled(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    rh_channel *channel = rh_channel_new(wf, "jobs", 1);
    const rh_value *value;
    (void)result;
    if (is(input, "ready"))
        rh_sleep(wf, S(60)); /* canceled meanwhile */
    if (is(input, "send") || is(input, "ready"))
        rh_check(wf, !rh_send(wf, channel, rh_integer(1)));
    const rh_failure *failure = is(input, "send") ? rh_send(wf, channel, rh_integer(2))
                                                  : rh_channel_receive(wf, channel, &value, NULL);
    say(wf, failure ? "canceled" : "done");
    rh_log(wf, "%d", rh_send_now(wf, channel, rh_null())); /* who gave up takes nothing */
    return failure;
}

static void waits_are_canceled(void **state)
{
    static const struct {
        const char *how, *told;
        rh_status status;
    } cases[] = {
        {"receive", "canceled @4, 1", RH_CANCELED},
        {"send", "canceled @4, 0", RH_CANCELED},
        {"ready", "done @4, 1", RH_SUCCEEDED},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = *state;
        rh_env_restart(env);
        rh_start(env, "is_canceled", rh_string(cases[i].how), NULL);
        rh_cancel_at(env, S(4), NULL);
        rh_play(env);
        rh_assert_status(env, cases[i].status);
        assert_string_equal(told(env), cases[i].told);
    }
    assert_clean(*state);
}

/* ---- selections ------------------------------------------------------------------------------ */

static void say_selected(rh_workflow *wf, const char *const *names, const rh_selected *selected)
{
    say(wf, rh_print(wf, "%s%s%s%s", names[selected->branch],
                     selected->value ? rh_print(wf, " %lld", number(selected->value)) : "",
                     selected->more ? "" : " end", selected->failure ? " failed" : ""));
}

static const rh_failure *takes_one(rh_workflow *wf, void *data, const rh_value **result)
{
    const rh_failure *failure = rh_channel_receive(wf, data, result, NULL);
    say(wf, rh_print(wf, "got %lld", number(*result)));
    return failure;
}

static const rh_failure *selects(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const char *const names[] = {"signal", "channel", "timer", "room", "call", "none"};
    static const rh_activity_options once = {.start_to_close = RH_HOURS(1),
                                             .retry = {.maximum_attempts = 1}};
    rh_channel *channel = rh_channel_new(wf, "jobs", 1);
    rh_channel *full = rh_channel_new(wf, "full", 0);
    rh_selector *selector = rh_selector_new(wf, "all");
    rh_selected selected;
    (void)input;
    (void)result;
    rh_select_receive(selector, rh_signal_channel(wf, "go"));
    rh_select_receive(selector, channel);
    rh_select_future(selector, rh_timer(wf, S(4)));
    rh_select_send(selector, full, rh_integer(5));
    rh_select_future(selector, rh_activity(wf, "Work", RH_NO_ARGS, &once));
    rh_check(wf, !rh_select_is_ready(selector) && !rh_select_now(wf, selector, &selected));
    rh_check(wf, selected.branch == 5);
    rh_send(wf, channel, rh_integer(1));
    rh_check(wf, rh_select_is_ready(selector));
    for (int i = 0; i < 4; i++) {
        const rh_failure *failure = rh_select(wf, selector, &selected);
        if (failure)
            return failure;
        say_selected(wf, names, &selected);
    }
    rh_channel_close(wf, channel);
    rh_select(wf, selector, &selected);
    say_selected(wf, names, &selected);
    rh_spawn(wf, "taker", takes_one, full);
    rh_select(wf, selector, &selected);
    say_selected(wf, names, &selected);
    return rh_select(wf, selector, &selected); /* the channel and the futures are taken */
}

static void selecting(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .failure = RH_FAILURE("Boom", "no"), .takes = S(5));
    rh_start(env, "selects", NULL, NULL);
    rh_signal_at(env, S(2), NULL, "go", rh_integer(2));
    rh_cancel_at(env, S(9), NULL);
    rh_play(env);
    rh_assert_status(env, RH_CANCELED);
    assert_string_equal(told(env), "channel 1 @0, signal 2 @2, timer @4, call failed @5, "
                                   "channel end @5, got 5 @5, room @5");
    assert_clean(env);
}

/* Ready at once: the first added. Ready later, in one task: the first that was. */
static const rh_failure *prefers(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_channel *first = rh_channel_new(wf, "first", 2), *second = rh_channel_new(wf, "second", 2);
    rh_selector *selector = rh_selector_new(wf, "order");
    rh_selected selected;
    static const char *const names[] = {"first", "second", "none", "timer 2", "timer 1"};
    (void)input;
    (void)result;
    rh_select_receive(selector, first);
    rh_select_receive(selector, second);
    for (int i = 0; i < 200; i++) {
        rh_send(wf, second, rh_integer(i));
        rh_send(wf, first, rh_integer(i));
        rh_select(wf, selector, &selected);
        rh_check(wf, selected.branch == 0 && number(selected.value) == i);
        rh_check(wf, rh_select_now(wf, selector, &selected) && selected.branch == 1);
    }
    rh_future *timers[] = {rh_timer(wf, S(2)), rh_timer(wf, S(2))};
    selector = rh_selector_new(wf, "timers");
    rh_select_future(selector, timers[1]);
    rh_select_future(selector, timers[0]);
    rh_select(wf, selector, &selected);
    say_selected(wf, names + 3, &selected); /* due together, the first one fires first */
    rh_select(wf, selector, &selected);
    say_selected(wf, names + 3, &selected);
    return NULL;
}

static void the_first_added_is_taken(void **state)
{
    rh_env *env = *state;
    rh_run(env, "prefers", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "timer 1 @2, timer 2 @2");
    assert_clean(env);
}

/* A value goes to one selection only, and a selection takes one value only. */
static const rh_failure *selects_once(rh_workflow *wf, void *data, const rh_value **result)
{
    rh_selector *selector = data;
    rh_selected selected;
    const rh_failure *failure = rh_select(wf, selector, &selected);
    static const char *const names[] = {"a", "b"};
    if (!failure)
        say_selected(wf, names, &selected);
    (void)result;
    return failure;
}

static const rh_failure *shares(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_channel *channels[] = {rh_channel_new(wf, "a", 0), rh_channel_new(wf, "b", 0)};
    (void)input;
    (void)result;
    for (int i = 0; i < 2; i++) {
        rh_selector *selector = rh_selector_new(wf, "either");
        rh_select_receive(selector, channels[0]);
        rh_select_receive(selector, channels[1]);
        rh_spawn(wf, "either", selects_once, selector);
    }
    rh_sleep(wf, S(1));
    rh_check(wf, rh_send_now(wf, channels[1], rh_integer(1)));
    rh_check(wf, rh_send_now(wf, channels[0], rh_integer(2)));
    rh_check(wf, !rh_send_now(wf, channels[0], rh_integer(3)));
    rh_check(wf, !rh_send_now(wf, channels[1], rh_integer(4)));
    rh_sleep(wf, S(1));
    return NULL;
}

static void a_selection_takes_one(void **state)
{
    rh_env *env = *state;
    rh_run(env, "shares", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "b 1 @1, a 2 @1");
    assert_clean(env);
}

/* ---- wait groups, mutexes, semaphores -------------------------------------------------------- */

typedef struct job {
    rh_semaphore *semaphore;
    rh_mutex *mutex;
    int64_t weight;
    const char *name;
} job;

static const rh_failure *works(rh_workflow *wf, void *data, const rh_value **result)
{
    const job *one = data;
    (void)result;
    const rh_failure *failure = one->mutex ? rh_mutex_lock(wf, one->mutex)
                                           : rh_semaphore_acquire(wf, one->semaphore, one->weight);
    if (failure)
        return failure;
    say(wf, one->name);
    failure = rh_sleep(wf, S(10));
    if (one->mutex)
        rh_mutex_unlock(wf, one->mutex);
    else
        rh_semaphore_release(wf, one->semaphore, one->weight);
    return failure;
}

static const rh_failure *takes_turns(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    static const int64_t weights[] = {2, 2, 3, 1};
    rh_wait_group *group = rh_wait_group_new(wf, "jobs");
    rh_mutex *mutex = is(input, "mutex") ? rh_mutex_new(wf, "deploy") : NULL;
    rh_semaphore *semaphore = rh_semaphore_new(wf, "slots", 3);
    (void)result;
    for (size_t i = 0; i < 4; i++) {
        job *one = rh_workflow_alloc(wf, sizeof *one);
        *one = (job){semaphore, mutex, weights[i], rh_print(wf, "%zu", i)};
        rh_wait_group_spawn(wf, group, one->name, works, one);
    }
    const rh_failure *failure = rh_wait_group_wait(wf, group);
    say(wf, failure ? "canceled" : "all");
    return failure ? failure : rh_wait_group_wait(wf, group); /* none: at once */
}

static void turns_are_taken(void **state)
{
    static const struct {
        const char *how, *told;
    } cases[] = {
        {"mutex", "0 @0, 1 @10, 2 @20, 3 @30, all @40"},
        /* 3 overtakes 1 and 2, which need more than is free; at 10 it is the turn of 1. */
        {"semaphore", "0 @0, 3 @0, 1 @10, 2 @20, all @30"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = *state;
        rh_env_restart(env);
        rh_run(env, "takes_turns", rh_string(cases[i].how));
        rh_assert_status(env, RH_SUCCEEDED);
        assert_string_equal(told(env), cases[i].told);
    }
    assert_clean(*state);
}

static void waits_for_a_turn_are_canceled(void **state)
{
    for (int mutex = 0; mutex < 2; mutex++) {
        rh_env *env = *state;
        rh_env_restart(env);
        rh_start(env, "takes_turns", rh_string(mutex ? "mutex" : "semaphore"), NULL);
        rh_cancel_at(env, S(4), NULL);
        rh_play(env);
        rh_assert_status(env, RH_CANCELED);
        assert_string_equal(told(env), mutex ? "0 @0, canceled @4" : "0 @0, 3 @0, canceled @4");
    }
    assert_clean(*state);
}

static const rh_failure *tries(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_mutex *mutex = rh_mutex_new(wf, NULL);
    rh_semaphore *semaphore = rh_semaphore_new(wf, NULL, 3);
    (void)input;
    (void)result;
    rh_check(wf, !rh_mutex_is_locked(mutex) && rh_mutex_try_lock(wf, mutex));
    rh_check(wf, rh_mutex_is_locked(mutex) && !rh_mutex_try_lock(wf, mutex));
    rh_mutex_unlock(wf, mutex);
    rh_check(wf, !rh_mutex_is_locked(mutex));
    rh_check(wf, rh_semaphore_try_acquire(wf, semaphore, 2));
    rh_check(wf, !rh_semaphore_try_acquire(wf, semaphore, 2));
    rh_check(wf, rh_semaphore_try_acquire(wf, semaphore, 1));
    rh_semaphore_release(wf, semaphore, 3);
    rh_check(wf, rh_semaphore_try_acquire(wf, semaphore, 3));
    return NULL;
}

static void trying_does_not_wait(void **state)
{
    rh_env *env = *state;
    rh_run(env, "tries", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

/* ---- promises -------------------------------------------------------------------------------- */

static const rh_failure *keeps_later(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    rh_sleep(wf, S(3));
    rh_keep(wf, data, rh_integer(6), NULL);
    return NULL;
}

static const rh_failure *promises(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *promise = rh_promise(wf, "number");
    rh_future *chained = rh_promise(wf, "chained"), *late = rh_promise(wf, "late");
    rh_future *broken = rh_promise(wf, "broken");
    const rh_value *value;
    (void)input;
    rh_spawn(wf, "keeper", keeps_later, promise);
    rh_chain(wf, chained, promise);
    rh_check(wf, !rh_await(wf, chained, result) && rh_is_ready(promise));
    say(wf, "kept");
    rh_chain(wf, late, promise);
    rh_check(wf, !rh_await(wf, late, &value) && number(value) == 6);
    rh_keep(wf, broken, NULL, rh_fail(wf, "Broken", "promise"));
    rh_check(wf, rh_await(wf, broken, &value) && !value);
    return NULL;
}

static void promises_are_kept(void **state)
{
    rh_env *env = *state;
    rh_run(env, "promises", NULL);
    rh_assert_result(env, rh_integer(6));
    assert_string_equal(told(env), "kept @3");
    assert_clean(env);
}

/* ---- what is not allowed --------------------------------------------------------------------- */

static const rh_failure *sends_late(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    return rh_send(wf, data, rh_integer(1));
}

static const rh_failure *waits_too(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    return rh_wait_group_wait(wf, data);
}

static const rh_failure *breaks_rules(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    rh_channel *channel = rh_channel_new(wf, "jobs", 0);
    rh_wait_group *group = rh_wait_group_new(wf, "jobs");
    rh_future *promise = rh_promise(wf, "number");
    rh_selector *selector = rh_selector_new(wf, "empty");
    rh_selected selected;
    (void)result;
    if (is(input, "send"))
        rh_channel_close(wf, channel), rh_send(wf, channel, NULL);
    if (is(input, "select"))
        rh_channel_close(wf, channel), rh_select_send(selector, channel, NULL),
            rh_select(wf, selector, &selected);
    if (is(input, "send-meanwhile"))
        rh_spawn(wf, "late", sends_late, channel), rh_sleep(wf, S(1)),
            rh_channel_close(wf, channel), rh_sleep(wf, S(1));
    if (is(input, "close"))
        rh_channel_close(wf, channel), rh_channel_close(wf, channel);
    if (is(input, "send-signal"))
        rh_send(wf, rh_signal_channel(wf, "go"), NULL);
    if (is(input, "close-signal"))
        rh_channel_close(wf, rh_signal_channel(wf, "go"));
    if (is(input, "group"))
        rh_wait_group_done(wf, group);
    if (is(input, "group-twice"))
        rh_wait_group_add(wf, group, 1), rh_spawn(wf, "other", waits_too, group),
            rh_wait_group_wait(wf, group);
    if (is(input, "mutex"))
        rh_mutex_unlock(wf, rh_mutex_new(wf, "deploy"));
    if (is(input, "semaphore"))
        rh_semaphore_release(wf, rh_semaphore_new(wf, "slots", 2), 1);
    if (is(input, "promise"))
        rh_keep(wf, promise, NULL, NULL), rh_keep(wf, promise, NULL, NULL);
    if (is(input, "promise-chained"))
        rh_chain(wf, promise, rh_promise(wf, "other")), rh_keep(wf, promise, NULL, NULL);
    if (is(input, "promise-not"))
        rh_keep(wf, rh_timer(wf, S(1)), NULL, NULL);
    if (is(input, "stuck-receive"))
        rh_channel_receive(wf, channel, NULL, NULL);
    if (is(input, "stuck-send"))
        rh_send(wf, channel, NULL);
    if (is(input, "stuck-select"))
        rh_select_receive(selector, channel),
            rh_select_receive(selector, rh_signal_channel(wf, "go")),
            rh_select_future(selector, promise), rh_select(wf, selector, &selected);
    if (is(input, "stuck-nothing"))
        rh_select(wf, selector, &selected);
    if (is(input, "stuck-semaphore"))
        rh_semaphore_acquire(wf, rh_semaphore_new(wf, "slots", 2), 3);
    return NULL;
}

static void rules_are_kept(void **state)
{
    static const struct {
        const char *how, *why;
    } cases[] = {
        {"send", "channel 'jobs' is closed"},
        {"select", "channel 'jobs' is closed"},
        {"send-meanwhile", "coroutine 'late': channel 'jobs' is closed"},
        {"close", "channel 'jobs' is closed already"},
        {"send-signal", "signal 'go' is not for sending to"},
        {"close-signal", "signal 'go' cannot be closed"},
        {"group", "wait group 'jobs' has a negative count"},
        {"group-twice", "wait group 'jobs' is waited for already"},
        {"mutex", "mutex 'deploy' is not locked"},
        {"semaphore", "semaphore 'slots' is given back more than is held"},
        {"promise", "rh_keep: promise 'number' is settled already"},
        {"promise-chained", "rh_keep: promise 'number' is chained to another future"},
        {"promise-not", "rh_keep: a timer of 1s is no promise"},
        {"stuck-receive", "main waits for a value from channel 'jobs'"},
        {"stuck-send", "main waits for room in channel 'jobs'"},
        {"stuck-select", "main waits for selection 'empty' of channel 'jobs', signal 'go', "
                         "promise 'number'"},
        {"stuck-nothing", "main waits for selection 'empty' of nothing"},
        {"stuck-semaphore", "main waits for semaphore 'slots'"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = *state;
        rh_env_restart(env);
        rh_run(env, "breaks_rules", rh_string(cases[i].how));
        rh_assert_stuck(env, cases[i].why);
    }
    assert_clean(*state);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(passes_values), WORKFLOW(queues_receivers), WORKFLOW(does_not_wait),
    WORKFLOW(is_canceled),   WORKFLOW(selects),          WORKFLOW(prefers),
    WORKFLOW(shares),        WORKFLOW(takes_turns),      WORKFLOW(tries),
    WORKFLOW(promises),      WORKFLOW(breaks_rules),     {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "together", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(values_are_passed),
        PLAYED(who_waited_longest_is_served_first),
        PLAYED(taking_without_waiting),
        PLAYED(waits_are_canceled),
        PLAYED(selecting),
        PLAYED(the_first_added_is_taken),
        PLAYED(a_selection_takes_one),
        PLAYED(turns_are_taken),
        PLAYED(waits_for_a_turn_are_canceled),
        PLAYED(trying_does_not_wait),
        PLAYED(promises_are_kept),
        PLAYED(rules_are_kept),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
