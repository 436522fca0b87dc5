/* Failures: texts as Go's Error() prints them, chains, copies, identity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/value.h"
#include "sim/failure.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static rh_arena arena;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static const rh_failure *application(rh_failure_options options)
{
    return rh_failure_application(&arena, &options);
}

static const rh_failure *activity(const rh_failure *cause)
{
    return rh_failure_activity(&arena, &(rh_activity_failure){
                                           .activity_type = "Build",
                                           .activity_id = "5",
                                           .identity = "host-1",
                                           .scheduled_event_id = 5,
                                           .started_event_id = 6,
                                           .retry_state = RH_RETRY_MAXIMUM_ATTEMPTS_REACHED,
                                           .cause = cause,
                                       });
}

static void texts_are_those_of_go(void **state)
{
    (void)state;
    const rh_failure *boom =
        application((rh_failure_options){.type = "Boom", .message = "it went"});
    const rh_failure server = {
        .kind = RH_FAILURE_SERVER, .message = "down", .type = "", .cause = boom};
    const struct {
        const rh_failure *failure;
        const char *text;
    } cases[] = {
        {NULL, ""},
        {boom, "it went (type: Boom, retryable: true)"},
        {application((rh_failure_options){.message = "plain"}), "plain"},
        {application((rh_failure_options){.type = "T", .message = "m", .non_retryable = true}),
         "m (type: T, retryable: false)"},
        {application((rh_failure_options){.type = "wrapError", .message = "outer", .cause = boom}),
         "outer (type: wrapError, retryable: true): it went (type: Boom, retryable: true)"},
        {application((rh_failure_options){0}), ""},
        {rh_failure_timeout(&arena, RH_TIMEOUT_START_TO_CLOSE, NULL, NULL, NULL),
         "activity StartToClose timeout (type: StartToClose)"},
        {rh_failure_timeout(&arena, RH_TIMEOUT_SCHEDULE_TO_START, NULL, NULL, NULL),
         "activity ScheduleToStart timeout (type: ScheduleToStart)"},
        {rh_failure_timeout(&arena, RH_TIMEOUT_SCHEDULE_TO_CLOSE, NULL, NULL, NULL),
         "activity ScheduleToClose timeout (type: ScheduleToClose)"},
        {rh_failure_timeout(&arena, RH_TIMEOUT_HEARTBEAT, NULL, NULL, boom),
         "activity Heartbeat timeout (type: Heartbeat): it went (type: Boom, retryable: true)"},
        {rh_failure_timeout(&arena, RH_TIMEOUT_START_TO_CLOSE, "workflow timeout", NULL, NULL),
         "workflow timeout (type: StartToClose)"},
        {rh_failure_canceled(&arena, NULL, NULL), "canceled"},
        {rh_failure_canceled(&arena, "stopped by hand", NULL), "stopped by hand"},
        {rh_failure_terminated(&arena, NULL), "terminated"},
        {&server, "down: it went (type: Boom, retryable: true)"},
        {activity(boom), "activity error (type: Build, scheduledEventID: 5, startedEventID: 6, "
                         "identity: host-1): it went (type: Boom, retryable: true)"},
        {activity(NULL), "activity error (type: Build, scheduledEventID: 5, startedEventID: 6, "
                         "identity: host-1)"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(rh_failure_print(&arena, cases[i].failure), cases[i].text);
}

static void texts_are_cut_to_the_buffer(void **state)
{
    (void)state;
    const rh_failure *failure = application((rh_failure_options){.message = "abcdef"});
    static const struct {
        size_t size;
        const char *text;
    } cases[] = {{1, ""}, {2, "a"}, {6, "abcde"}, {7, "abcdef"}, {8, "abcdef"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char buffer[16] = "###############";
        assert_int_equal(rh_failure_text(failure, buffer, cases[i].size), 6);
        assert_string_equal(buffer, cases[i].text);
        assert_int_equal(buffer[cases[i].size], '#');
    }
    assert_int_equal(rh_failure_text(failure, NULL, 0), 6);
    char buffer[4] = "###";
    assert_int_equal(rh_failure_text(NULL, buffer, sizeof buffer), 0);
    assert_string_equal(buffer, "");
}

static void chains(void **state)
{
    (void)state;
    const rh_failure *inner = application((rh_failure_options){.type = "Inner", .message = "in"});
    const rh_failure *timeout = rh_failure_timeout(&arena, RH_TIMEOUT_HEARTBEAT, NULL, NULL, inner);
    const rh_failure *call = activity(timeout);
    const rh_failure *outer =
        application((rh_failure_options){.type = "Outer", .message = "out", .cause = call});
    assert_ptr_equal(rh_failure_as(outer, RH_FAILURE_APPLICATION), outer);
    assert_ptr_equal(rh_failure_as(outer, RH_FAILURE_ACTIVITY), call);
    assert_ptr_equal(rh_failure_as(outer, RH_FAILURE_TIMEOUT), timeout);
    assert_ptr_equal(rh_failure_as(timeout, RH_FAILURE_APPLICATION), inner);
    assert_null(rh_failure_as(outer, RH_FAILURE_CANCELED));
    assert_null(rh_failure_as(NULL, RH_FAILURE_CANCELED));
    assert_ptr_equal(rh_failure_root(outer), inner);
    assert_ptr_equal(rh_failure_root(inner), inner);
    assert_null(rh_failure_root(NULL));
    assert_string_equal(rh_failure_message(outer), "out");
    assert_string_equal(rh_failure_type(outer), "Outer");
    assert_string_equal(rh_failure_message(call), "activity error");
    assert_string_equal(rh_failure_type(call), "");
    assert_string_equal(rh_failure_message(NULL), "");
    assert_string_equal(rh_failure_type(NULL), "");
}

static void texts_are_never_null(void **state)
{
    (void)state;
    const rh_failure *all[] = {
        application((rh_failure_options){0}),
        rh_failure_canceled(&arena, NULL, NULL),
        rh_failure_terminated(&arena, NULL),
        rh_failure_timeout(&arena, RH_TIMEOUT_HEARTBEAT, NULL, NULL, NULL),
        rh_failure_activity(&arena, &(rh_activity_failure){0}),
    };
    for (size_t i = 0; i < LENGTH(all); i++) {
        assert_non_null(all[i]->message);
        assert_non_null(all[i]->type);
        assert_non_null(all[i]->activity_type);
        assert_non_null(all[i]->activity_id);
        assert_non_null(all[i]->identity);
    }
}

static void fields_are_kept_as_copies(void **state)
{
    (void)state;
    char message[] = "message", type[] = "Type";
    const rh_failure *cause = application((rh_failure_options){.message = "cause"});
    const rh_failure *failure = application((rh_failure_options){.message = message,
                                                                 .type = type,
                                                                 .non_retryable = true,
                                                                 .details = rh_string("details"),
                                                                 .next_retry_delay = RH_ZERO,
                                                                 .cause = cause});
    message[0] = type[0] = 'X';
    assert_string_equal(failure->message, "message");
    assert_string_equal(failure->type, "Type");
    assert_true(failure->non_retryable);
    assert_string_equal(rh_text_of(failure->details), "details");
    assert_int_equal(failure->next_retry_delay, RH_ZERO);
    assert_ptr_equal(failure->cause, cause);

    const rh_failure *timeout =
        rh_failure_timeout(&arena, RH_TIMEOUT_SCHEDULE_TO_START, NULL, rh_integer(7), cause);
    assert_int_equal(timeout->kind, RH_FAILURE_TIMEOUT);
    assert_int_equal(timeout->timeout_type, RH_TIMEOUT_SCHEDULE_TO_START);
    assert_int_equal(rh_integer_of(timeout->details), 7);
    assert_ptr_equal(timeout->cause, cause);
    assert_int_equal(rh_integer_of(rh_failure_canceled(&arena, NULL, rh_integer(3))->details), 3);

    const rh_failure *call = activity(cause);
    assert_string_equal(call->activity_type, "Build");
    assert_string_equal(call->activity_id, "5");
    assert_string_equal(call->identity, "host-1");
    assert_int_equal(call->scheduled_event_id, 5);
    assert_int_equal(call->started_event_id, 6);
    assert_int_equal(call->retry_state, RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
}

static void the_hash_tells_failures_apart(void **state)
{
    (void)state;
    const rh_failure *cause = application((rh_failure_options){.message = "cause"});
    const rh_activity_failure parts = {"A", "1", "h", 1, 2, RH_RETRY_TIMEOUT, NULL};
    rh_activity_failure other[7];
    for (size_t i = 0; i < LENGTH(other); i++)
        other[i] = parts;
    other[0].activity_type = "B";
    other[1].activity_id = "2";
    other[2].identity = "i";
    other[3].scheduled_event_id = 2;
    other[4].started_event_id = 3;
    other[5].retry_state = RH_RETRY_IN_PROGRESS;
    other[6].cause = cause;
    const rh_failure *all[] = {
        cause,
        application((rh_failure_options){.message = "m"}),
        application((rh_failure_options){.message = "m", .type = "T"}),
        application((rh_failure_options){.message = "m", .non_retryable = true}),
        application((rh_failure_options){.message = "m", .details = rh_integer(1)}),
        application((rh_failure_options){.message = "m", .next_retry_delay = 5}),
        application((rh_failure_options){.message = "m", .cause = cause}),
        application((rh_failure_options){.message = "T", .type = "m"}),
        rh_failure_canceled(&arena, "m", NULL),
        rh_failure_terminated(&arena, "m"),
        rh_failure_timeout(&arena, RH_TIMEOUT_HEARTBEAT, "m", NULL, NULL),
        rh_failure_timeout(&arena, RH_TIMEOUT_START_TO_CLOSE, "m", NULL, NULL),
        rh_failure_activity(&arena, &parts),
        rh_failure_activity(&arena, &other[0]),
        rh_failure_activity(&arena, &other[1]),
        rh_failure_activity(&arena, &other[2]),
        rh_failure_activity(&arena, &other[3]),
        rh_failure_activity(&arena, &other[4]),
        rh_failure_activity(&arena, &other[5]),
        rh_failure_activity(&arena, &other[6]),
    };
    for (size_t i = 0; i < LENGTH(all); i++)
        for (size_t k = i + 1; k < LENGTH(all); k++)
            if (all[i]->hash == all[k]->hash)
                fail_msg("%zu and %zu", i, k);
    assert_int_equal(application((rh_failure_options){.message = "cause"})->hash, cause->hash);
}

static void names(void **state)
{
    (void)state;
    static const char *const kinds[] = {"application", "timeout",  "canceled", "terminated",
                                        "server",      "activity", "child",    "unknown"};
    static const char *const timeouts[] = {"Unspecified",     "StartToClose", "ScheduleToStart",
                                           "ScheduleToClose", "Heartbeat",    "Unknown"};
    static const char *const states[] = {"UNSPECIFIED",
                                         "IN_PROGRESS",
                                         "NON_RETRYABLE_FAILURE",
                                         "TIMEOUT",
                                         "MAXIMUM_ATTEMPTS_REACHED",
                                         "RETRY_POLICY_NOT_SET",
                                         "INTERNAL_SERVER_ERROR",
                                         "CANCEL_REQUESTED",
                                         "UNKNOWN"};
    for (unsigned i = 0; i < LENGTH(kinds); i++)
        assert_string_equal(rh_failure_kind_name((rh_failure_kind)i), kinds[i]);
    for (unsigned i = 0; i < LENGTH(timeouts); i++)
        assert_string_equal(rh_timeout_type_name((rh_timeout_type)i), timeouts[i]);
    for (unsigned i = 0; i < LENGTH(states); i++)
        assert_string_equal(rh_retry_state_name((rh_retry_state)i), states[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_those_of_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_cut_to_the_buffer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(chains, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_never_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_are_kept_as_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_tells_failures_apart, set_up, tear_down),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
