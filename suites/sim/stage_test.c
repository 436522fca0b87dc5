/* A stage that answers later, from another thread: attempts are pending, the clock is held until an
 * answer comes, or goes on to the next wake-up that the stage names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "sim/base/value.h"
#include "sim/scripted/scripted.h"
#include "sim/world.h"

/* ---- the stage ------------------------------------------------------------------------------- */

enum { MOST = 64 };

typedef struct letter {
    rh_attempt *attempt;
    enum { RESULT, FAILURE, HEARTBEAT_THEN_RESULT, CANCELED } what;
    char type[32];
} letter;

/* Attempts go to the worker in one queue, answers come back in another. */
typedef struct post {
    pthread_mutex_t lock;
    pthread_cond_t came;
    letter letters[MOST];
    size_t first, end;
} post;

typedef struct threaded_stage {
    post requests, answers;
    pthread_t worker;
    bool stops;
    rh_time wake; /* 0: the clock is held */
    size_t starts, cancels, closes, deliveries;
    rh_heartbeat_reply last_reply;
    rh_attempt *kept;  /* an attempt that nobody answers until the test says so */
    rh_time answer_at; /* 0: never; when the stage wakes up and answers `kept` */
} threaded_stage;

static void put(post *p, const letter *l)
{
    pthread_mutex_lock(&p->lock);
    p->letters[p->end++ % MOST] = *l;
    pthread_cond_signal(&p->came);
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *data)
{
    threaded_stage *stage = data;
    post *requests = &stage->requests;
    for (;;) {
        pthread_mutex_lock(&requests->lock);
        while (requests->first == requests->end && !stage->stops)
            pthread_cond_wait(&requests->came, &requests->lock);
        bool is_over = requests->first == requests->end;
        letter l = is_over ? (letter){0} : requests->letters[requests->first++ % MOST];
        pthread_mutex_unlock(&requests->lock);
        if (is_over)
            return NULL;
        l.what = l.type[0] == 'F' ? FAILURE : l.type[0] == 'H' ? HEARTBEAT_THEN_RESULT : RESULT;
        put(&stage->answers, &l);
    }
}

static rh_stage_answer start(void *data, rh_attempt *attempt, rh_script *script)
{
    threaded_stage *stage = data;
    rh_attempt_view view = rh_attempt_look(attempt);
    letter l = {.attempt = attempt};
    (void)script;
    stage->starts++;
    strncpy(l.type, view.call->type->text, sizeof l.type - 1);
    if (l.type[0] == 'K')
        stage->kept = attempt;
    else
        put(&stage->requests, &l);
    return RH_STAGE_PENDING;
}

static void cancel(void *data, rh_attempt *attempt)
{
    threaded_stage *stage = data;
    stage->cancels++;
    put(&stage->answers, &(letter){.attempt = attempt, .what = CANCELED});
}

static void close_attempt(void *data, rh_attempt *attempt)
{
    threaded_stage *stage = data;
    (void)attempt;
    stage->closes++;
}

static void hand_over(threaded_stage *stage, const letter *l)
{
    switch (l->what) {
    case FAILURE:
        rh_attempt_fail(l->attempt,
                        &(rh_failure_options){.type = "Late", .message = "from a thread"});
        break;
    case HEARTBEAT_THEN_RESULT:
        stage->last_reply = rh_attempt_heartbeat(l->attempt, NULL);
        rh_attempt_complete(l->attempt, NULL);
        break;
    case CANCELED:
        rh_attempt_cancel(l->attempt, NULL);
        break;
    case RESULT:
        rh_attempt_effect(l->attempt, &(rh_script_effect){.kind = "done", .key = l->type});
        rh_attempt_complete(l->attempt, NULL);
        break;
    }
}

static bool nothing_is_on_its_way(const threaded_stage *stage)
{
    return stage->kept || stage->wake;
}

static rh_time deliver(void *data, rh_world *world)
{
    threaded_stage *stage = data;
    post *answers = &stage->answers;
    stage->deliveries++;
    if (stage->answer_at && rh_world_now(world) >= stage->answer_at && stage->kept) {
        rh_attempt *attempt = stage->kept;
        stage->kept = NULL;
        rh_attempt_complete(attempt, NULL);
        return rh_world_now(world);
    }
    pthread_mutex_lock(&answers->lock);
    while (answers->first == answers->end && !nothing_is_on_its_way(stage))
        pthread_cond_wait(&answers->came, &answers->lock);
    bool any = answers->first < answers->end;
    letter l = any ? answers->letters[answers->first++ % MOST] : (letter){0};
    pthread_mutex_unlock(&answers->lock);
    if (!any)
        return stage->answer_at ? stage->answer_at : RH_FOREVER;
    hand_over(stage, &l);
    return rh_world_now(world);
}

static const rh_stage functions = {
    .start = start, .cancel = cancel, .close = close_attempt, .deliver = deliver};

/* ---- a world around it ----------------------------------------------------------------------- */

typedef struct rehearsal {
    rh_world world;
    jmp_buf escape;
    rh_arena arena;
    threaded_stage stage;
    const rh_run_record *run;
} rehearsal;

static void init_post(post *p)
{
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->came, NULL);
    p->first = p->end = 0;
}

static void begin(rehearsal *r, const char *script)
{
    rh_error error;
    memset(r, 0, sizeof *r);
    rh_arena_init(&r->arena, NULL, NULL);
    init_post(&r->stage.requests);
    init_post(&r->stage.answers);
    assert_int_equal(pthread_create(&r->stage.worker, NULL, work, &r->stage), 0);
    rh_world_init(&r->world);
    r->world.escape = &r->escape;
    if (setjmp(r->escape))
        fail_msg("the world stopped: %s", r->world.stop_text);
    rh_world_reset(&r->world, &(rh_world_options){0});
    rh_world_set_stage(&r->world, &functions, &r->stage);
    const rh_scripted *definition =
        rh_scripted_read(&r->arena, script, strlen(script), "script", 1, &error);
    assert_non_null(definition);
    rh_text message = rh_text_in(&r->arena);
    rh_execution *execution =
        rh_execution_start(&r->world,
                           &(rh_start_request){.dialect = &rh_scripted_dialect,
                                               .definition = definition,
                                               .workflow_type = "Threaded",
                                               .options = {.workflow_id = "threaded"}},
                           &message);
    assert_non_null(execution);
    r->run = execution->run;
}

static void play(rehearsal *r)
{
    if (setjmp(r->escape))
        fail_msg("the world stopped: %s", r->world.stop_text);
    rh_world_play(&r->world, RH_FOREVER);
}

static void end(rehearsal *r)
{
    pthread_mutex_lock(&r->stage.requests.lock);
    r->stage.stops = true;
    pthread_cond_signal(&r->stage.requests.came);
    pthread_mutex_unlock(&r->stage.requests.lock);
    pthread_join(r->stage.worker, NULL);
    rh_world_free(&r->world);
    rh_arena_free(&r->arena);
}

static size_t count(const rehearsal *r, rh_entry_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < r->world.journal.count; i++)
        found += r->world.journal.entries[i].kind == kind;
    return found;
}

static rh_duration closed_after(const rehearsal *r)
{
    return r->run->closed - r->world.journal.start;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void answers_from_a_thread_cost_no_virtual_time(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity R start-to-close=1s\non R\n activity R2 start-to-close=1s\n"
              "on R2\n complete\n");
    play(&r);
    assert_int_equal(r.run->status, RH_RUN_SUCCEEDED);
    assert_int_equal(closed_after(&r), 0);
    assert_int_equal(r.stage.starts, 2);
    assert_int_equal(count(&r, RH_ENTRY_EFFECT), 2);
    assert_int_equal(r.world.pending_attempts, 0);
    end(&r);
}

static void the_clock_is_held_while_an_answer_is_on_its_way(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity R start-to-close=1s\n timer T 1ns\n"
              "on timer T\n complete \"timer\"\non R\n complete \"answer\"\n");
    play(&r);
    assert_string_equal(rh_text_of(r.run->result), "answer");
    assert_int_equal(closed_after(&r), 0);
    end(&r);
}

static void failures_from_a_thread_are_retried(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity F start-to-close=1s retry=1s,attempts=3\non F\n complete\n");
    play(&r);
    assert_int_equal(r.stage.starts, 3);
    assert_int_equal(closed_after(&r), RH_SECONDS(3));
    assert_int_equal(count(&r, RH_ENTRY_ACTIVITY_FAILED), 1);
    end(&r);
}

static void heartbeats_from_a_thread_are_answered(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity H start-to-close=1s\non H\n complete\n");
    play(&r);
    assert_int_equal(r.stage.last_reply, RH_HEARTBEAT_OK);
    assert_int_equal(count(&r, RH_ENTRY_HEARTBEAT), 1);
    end(&r);
}

/* Nobody answers, and the stage says that the clock may go on. */
static void a_pending_attempt_times_out(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity K start-to-close=7s retry=attempts=1\non K\n complete\n");
    play(&r);
    assert_int_equal(closed_after(&r), RH_SECONDS(7));
    assert_int_equal(r.stage.closes, 1);
    assert_int_equal(count(&r, RH_ENTRY_ACTIVITY_TIMED_OUT), 1);

    /* What comes now comes too late. */
    assert_int_equal(rh_attempt_heartbeat(r.stage.kept, NULL), RH_HEARTBEAT_GONE);
    rh_attempt_complete(r.stage.kept, NULL);
    assert_int_equal(count(&r, RH_ENTRY_LATE_ANSWER), 1);
    rh_attempt_complete(r.stage.kept, NULL);
    assert_int_equal(count(&r, RH_ENTRY_LATE_ANSWER), 1);
    assert_int_equal(r.world.pending_attempts, 0);
    end(&r);
}

static void a_stage_may_name_its_next_wake_up(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity K start-to-close=1h\non K\n complete\n");
    r.stage.answer_at = r.world.journal.start + RH_MINUTES(5);
    play(&r);
    assert_int_equal(r.run->status, RH_RUN_SUCCEEDED);
    assert_int_equal(closed_after(&r), RH_MINUTES(5));
    end(&r);
}

static void a_pending_attempt_is_told_to_stop(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity K start-to-close=1h\n timer T 5s\n"
              "on timer T\n cancel K\non K\n complete\n");
    play(&r);
    assert_int_equal(r.stage.cancels, 1);
    assert_int_equal(closed_after(&r), RH_SECONDS(5));
    assert_int_equal(count(&r, RH_ENTRY_ACTIVITY_CANCELED), 1);
    end(&r);
}

/* As SDKs report it: an application failure, which is retried. */
static void a_cancel_nobody_asked_for_is_a_failure(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity K start-to-close=1h retry=1s,attempts=1\non K\n complete\n");
    if (setjmp(r.escape))
        fail();
    rh_world_play(&r.world, r.world.journal.start);
    rh_attempt_cancel(r.stage.kept, NULL);
    play(&r);
    const rh_entry *closed = NULL;
    for (size_t i = 0; i < r.world.journal.count; i++)
        if (r.world.journal.entries[i].kind == RH_ENTRY_ACTIVITY_FAILED)
            closed = &r.world.journal.entries[i];
    assert_non_null(closed);
    assert_string_equal(closed->failure->type, "wrapError");
    assert_string_equal(closed->failure->message, "unexpected activity cancel error: canceled");
    assert_int_equal(closed->failure->cause->kind, RH_FAILURE_CANCELED);
    end(&r);
}

static void the_run_closes_before_the_answer(void **state)
{
    rehearsal r;
    (void)state;
    begin(&r, "on start\n activity K start-to-close=1h\n timer T 5s\non timer T\n complete\n");
    play(&r);
    assert_int_equal(r.stage.closes, 1);
    assert_int_equal(count(&r, RH_ENTRY_CALL_LEFT_OPEN), 1);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_from_a_thread_cost_no_virtual_time),
        cmocka_unit_test(the_clock_is_held_while_an_answer_is_on_its_way),
        cmocka_unit_test(failures_from_a_thread_are_retried),
        cmocka_unit_test(heartbeats_from_a_thread_are_answered),
        cmocka_unit_test(a_pending_attempt_times_out),
        cmocka_unit_test(a_stage_may_name_its_next_wake_up),
        cmocka_unit_test(a_pending_attempt_is_told_to_stop),
        cmocka_unit_test(a_cancel_nobody_asked_for_is_a_failure),
        cmocka_unit_test(the_run_closes_before_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
