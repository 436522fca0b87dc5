/* Reading recorded histories: the shapes that SDKs take, and what is refused with its event. */
#include "harness/recording.h"
#include "sim/base/json.h"
#include "suites/support/playing.h"

static int set_up(void **state)
{
    rh_arena *arena = malloc(sizeof *arena);
    rh_arena_init(arena, NULL, NULL);
    *state = arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    free(*state);
    return 0;
}

#define STARTED                                                                                    \
    "{\"eventId\":\"1\",\"eventType\":1,\"workflowExecutionStartedEventAttributes\":"              \
    "{\"workflowType\":{\"name\":\"W\"},\"workflowId\":\"id\"}}"

static const rh_recording *read_text(rh_arena *arena, const char *json, rh_error *error)
{
    *error = (rh_error){.message = ""};
    return rh_recording_read(arena, json, strlen(json), "h.json", error);
}

static void all_shapes_are_read(void **state)
{
    static const char *const shapes[] = {
        "{\"events\":[" STARTED ",%s]}",
        "[" STARTED ",%s]",
        "{\"history\":{\"events\":[" STARTED ",%s]},\"other\":1}",
        "{\"unknown\":{\"deep\":[1]},\"events\":[" STARTED ",%s]}",
    };
    static const char *const events[] = {
        "{\"eventId\":\"2\",\"eventType\":\"EVENT_TYPE_TIMER_FIRED\","
        "\"eventTime\":\"2026-01-01T00:00:05Z\","
        "\"timerFiredEventAttributes\":{\"startedEventId\":\"7\",\"timerId\":\"x\"}}",
        "{\"event_id\":2,\"event_type\":\"TimerFired\",\"event_time\":\"2026-01-01T00:00:05Z\","
        "\"timer_fired_event_attributes\":{\"started_event_id\":7,\"timer_id\":\"x\"}}",
        "{\"eventId\":2,\"eventType\":18,\"eventTime\":\"2026-01-01T01:00:05+01:00\",\"new\":[],"
        "\"timerFiredEventAttributes\":{\"startedEventId\":7,\"timerId\":\"x\",\"new\":{\"a\":1}}}",
        "{\"eventId\":\"2\",\"eventType\":\"TIMER_FIRED\",\"eventTime\":\"2026-01-01T00:00:05Z\","
        "\"workerMayIgnore\":true,"
        "\"timerFiredEventAttributes\":{\"startedEventId\":7.0,\"timerId\":\"x\"}}",
    };
    for (size_t i = 0; i < LENGTH(shapes); i++)
        for (size_t k = 0; k < LENGTH(events); k++) {
            char json[2048];
            rh_error error;
            snprintf(json, sizeof json, shapes[i], events[k]);
            const rh_recording *recording = read_text(*state, json, &error);
            if (!recording)
                fail_msg("%s: %s", json, error.message);
            const rh_recorded_event *event = &recording->events[1];
            assert_int_equal(recording->count, 2);
            assert_string_equal(recording->workflow_type, "W");
            assert_string_equal(recording->workflow_id, "id");
            assert_int_equal(event->kind, RH_RECORDED_TIMER_FIRED);
            assert_string_equal(event->name, "TIMER_FIRED");
            assert_int_equal(event->time, RH_WORLD_START + RH_SECONDS(5));
            assert_int_equal(rh_recorded_integer(event->data, "startedEventId"), 7);
            assert_string_equal(rh_recorded_text(event->data, "timerId"), "x");
        }
}

/* Each kind has the number and the name of the protocol, in all three forms. */
static void kinds_are_known_by_number_and_name(void **state)
{
    static const struct {
        int number;
        const char *name, *brief;
    } rows[] = {
        {2, "WORKFLOW_EXECUTION_COMPLETED", "WorkflowExecutionCompleted"},
        {8, "WORKFLOW_TASK_TIMED_OUT", "WorkflowTaskTimedOut"},
        {10, "ACTIVITY_TASK_SCHEDULED", "ActivityTaskScheduled"},
        {15, "ACTIVITY_TASK_CANCEL_REQUESTED", "ActivityTaskCancelRequested"},
        {16, "ACTIVITY_TASK_CANCELED", "ActivityTaskCanceled"},
        {19, "TIMER_CANCELED", "TimerCanceled"},
        {26, "WORKFLOW_EXECUTION_SIGNALED", "WorkflowExecutionSignaled"},
        {44, "WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY", "WorkflowPropertiesModifiedExternally"},
        {55, "WORKFLOW_EXECUTION_OPTIONS_UPDATED", "WorkflowExecutionOptionsUpdated"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char json[1024];
        rh_error error;
        snprintf(json, sizeof json,
                 "[" STARTED ",{\"eventId\":2,\"eventType\":%d},{\"eventId\":3,\"eventType\":"
                 "\"EVENT_TYPE_%s\"},{\"eventId\":4,\"eventType\":\"%s\"}]",
                 rows[i].number, rows[i].name, rows[i].brief);
        const rh_recording *recording = read_text(*state, json, &error);
        assert_non_null(recording);
        for (size_t k = 1; k < 4; k++) {
            assert_int_equal(recording->events[k].kind, rows[i].number);
            assert_string_equal(recording->events[k].name, rows[i].name);
        }
    }
}

static void what_workers_may_ignore_is_ignored(void **state)
{
    rh_error error;
    const rh_recording *recording =
        read_text(*state,
                  "[" STARTED ",{\"eventId\":2,\"eventType\":\"EVENT_TYPE_OF_TOMORROW\","
                  "\"workerMayIgnore\":true},{\"eventId\":3,\"eventType\":999,"
                  "\"worker_may_ignore\":true}]",
                  &error);
    assert_non_null(recording);
    assert_int_equal(recording->events[1].kind, RH_RECORDED_UNKNOWN);
    assert_string_equal(recording->events[1].name, "EVENT_TYPE_OF_TOMORROW");
    assert_string_equal(recording->events[2].name, "999");
    assert_int_equal(rh_recorded_role_of(RH_RECORDED_UNKNOWN), RH_ROLE_QUIET);
}

static void bad_histories_are_refused_with_the_event(void **state)
{
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"", "found end of text"},
        {"{\"events\":[" STARTED, "found end of text"},
        {"[1", "found end of text"},
        {"{}", "is not a history: expected {\"events\": [...]}"},
        {"7", "is not a history"},
        {"{\"events\":{}}", "is not a history"},
        {"{\"schema\":1,\"kind\":\"journal\"}", "is not a history"},
        {"[]", "the history has no events"},
        {"[7]", "event 1: expected an object, got a integer"},
        {"[{\"eventId\":2}]", "event 1: expected event id 1 here, got 2"},
        {"[{\"eventId\":1,\"eventType\":5}]",
         "event 1: expected WORKFLOW_EXECUTION_STARTED, got WORKFLOW_TASK_SCHEDULED"},
        {"[{\"eventId\":1,\"eventType\":1}]", "event 1: workflowType.name is missing"},
        {"[" STARTED ",{\"eventId\":3,\"eventType\":5}]",
         "event 2: expected event id 2 here, got 3: the history is not complete, or not in order"},
        {"[" STARTED ",{\"eventType\":5}]", "event 2: expected event id 2 here, got 0"},
        {"[" STARTED ",{\"eventId\":\"two\",\"eventType\":5}]", "got -1"},
        {"[" STARTED ",{\"eventId\":\"99999999999999999999\",\"eventType\":5}]", "got -1"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":\"TimerFire\"}]",
         "event 2: unknown event type 'TimerFire': it is of a newer server, and does not say that "
         "workers may ignore it (workerMayIgnore); did you mean 'TIMER_FIRED'?"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":999}]",
         "event 2: unknown event type '999': it"},
        {"[" STARTED ",{\"eventId\":2}]", "event 2: unknown event type 'null'"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":0,\"workerMayIgnore\":\"yes\"}]",
         "event 2: unknown event type '0'"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":48}]",
         "event 2: NEXUS_OPERATION_SCHEDULED is not modelled"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":1}]",
         "event 2: a second WORKFLOW_EXECUTION_STARTED"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":5,\"eventTime\":\"noon\"}]",
         "event 2: eventTime: expected a time like 2026-01-01T00:00:00Z, got noon"},
        {"[" STARTED ",{\"eventId\":2,\"eventType\":18,\"timerFiredEventAttributes\":[]}]",
         "event 2: timerFiredEventAttributes: expected an object, got a list"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_error error;
        if (read_text(*state, cases[i].json, &error))
            fail_msg("%s is read", cases[i].json);
        assert_string_equal(error.file, "h.json");
        assert_contains(error.message, cases[i].message);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const rh_value *json(rh_arena *arena, const char *text)
{
    rh_error error;
    const rh_value *value = rh_json_read(arena, text, strlen(text), NULL, &error);
    if (!value)
        fail_msg("%s: %s", text, error.message);
    return value;
}

#define PLAIN "\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"}"

static void payloads_are_decoded(void **state)
{
    static const struct {
        const char *payloads, *value;
    } cases[] = {
        {"{\"payloads\":[{" PLAIN ",\"data\":\"NQ==\"}]}", "5"},
        {"{\"payloads\":[{" PLAIN ",\"data\":\"NQ\"},{" PLAIN ",\"data\":\"ImEi\"}]}", "[5,\"a\"]"},
        {"{\"payloads\":[{\"metadata\":{\"encoding\":\"YmluYXJ5L251bGw=\"}}]}", "null"},
        {"{\"payloads\":[{\"metadata\":{\"encoding\":\"YmluYXJ5L3BsYWlu\"},\"data\":\"Zg==\"}]}",
         "{\"$bytes\":\"Zg==\"}"},
        {"{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wcm90b2J1Zg==\"},"
         "\"data\":\"e30=\"}]}",
         "{}"},
        /* The short form of Temporal's command line: values as they are. */
        {"[5]", "5"},
        {"[{\"a\":1},null]", "[{\"a\":1},null]"},
        {"{\"payloads\":[]}", NULL},
        {"{}", NULL},
        {"7", NULL},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *encoding = NULL;
        const rh_value *value =
            rh_recorded_payloads(*state, json(*state, cases[i].payloads), &encoding);
        rh_text text = rh_text_in(*state);
        assert_null(encoding);
        assert_int_equal(value != NULL, cases[i].value != NULL);
        if (!value)
            continue;
        rh_json_write(&text, value, RH_JSON_COMPACT);
        assert_string_equal(rh_text_string(&text), cases[i].value);
    }
    const char *encoding = NULL;
    rh_recorded_payloads(*state, json(*state, "{\"payloads\":[{" PLAIN ",\"data\":\"ew==\"}]}"),
                         &encoding);
    assert_string_equal(encoding, "json/plain");
}

static void arguments_are_a_list(void **state)
{
    const rh_value *one = rh_recorded_arguments(*state, json(*state, "[5]"));
    assert_int_equal(rh_kind_of(one), RH_LIST);
    assert_int_equal(rh_integer_of(rh_at(one, 0)), 5);
    assert_null(rh_recorded_arguments(*state, json(*state, "[]")));
    assert_null(rh_recorded_arguments(*state, NULL));
}

static void failures_are_read_with_their_causes(void **state)
{
    static const struct {
        const char *failure, *text;
    } cases[] = {
        {"{\"message\":\"m\",\"applicationFailureInfo\":{\"type\":\"T\",\"nonRetryable\":true}}",
         "m (type: T, retryable: false)"},
        {"{\"message\":\"m\",\"applicationFailureInfo\":{}}", "m"},
        {"{\"message\":\"m\"}", "m"},
        {"{\"message\":\"t\",\"timeoutFailureInfo\":{\"timeoutType\":\"TIMEOUT_TYPE_HEARTBEAT\"}}",
         "t (type: Heartbeat)"},
        {"{\"message\":\"t\",\"timeout_failure_info\":{\"timeout_type\":\"StartToClose\"}}",
         "t (type: StartToClose)"},
        {"{\"message\":\"t\",\"timeoutFailureInfo\":{\"timeoutType\":3}}",
         "t (type: ScheduleToClose)"},
        {"{\"message\":\"canceled\",\"canceledFailureInfo\":{}}", "canceled"},
        {"{\"message\":\"gone\",\"terminatedFailureInfo\":{}}", "gone"},
        {"{\"message\":\"s\",\"serverFailureInfo\":{\"nonRetryable\":true}}", "s"},
        {"{\"message\":\"activity error\",\"cause\":{\"message\":\"c\",\"canceledFailureInfo\":{}},"
         "\"activityFailureInfo\":{\"activityType\":{\"name\":\"A\"},\"scheduledEventId\":\"5\","
         "\"startedEventId\":\"6\",\"identity\":\"me\"}}",
         "activity error (type: A, scheduledEventID: 5, startedEventID: 6, identity: me): c"},
        {"{\"message\":\"outer: inner\",\"cause\":{\"message\":\"inner\"},"
         "\"applicationFailureInfo\":{\"type\":\"wrapError\"}}",
         "outer (type: wrapError, retryable: true): inner"},
        {"{\"message\":\"alone\",\"cause\":{\"message\":\"inner\"},"
         "\"applicationFailureInfo\":{\"type\":\"wrapError\"}}",
         "alone (type: wrapError, retryable: true): inner"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const rh_failure *failure = rh_recorded_failure(*state, json(*state, cases[i].failure));
        assert_string_equal(rh_failure_print(*state, failure), cases[i].text);
    }
    assert_null(rh_recorded_failure(*state, NULL));

    const rh_failure *delayed = rh_recorded_failure(
        *state, json(*state, "{\"applicationFailureInfo\":{\"nextRetryDelay\":\"1.5s\"}}"));
    assert_int_equal(delayed->next_retry_delay, RH_MILLISECONDS(1500));
    delayed = rh_recorded_failure(
        *state, json(*state, "{\"applicationFailureInfo\":{\"nextRetryDelay\":\"0s\"}}"));
    assert_int_equal(delayed->next_retry_delay, RH_ZERO);
    assert_int_equal(rh_recorded_retry_state(
                         json(*state, "{\"retryState\":\"RETRY_STATE_TIMEOUT\"}")),
                     RH_RETRY_TIMEOUT);
    assert_int_equal(rh_recorded_retry_state(json(*state, "{\"retry_state\":4}")),
                     RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    assert_int_equal(rh_recorded_retry_state(json(*state, "{\"retryState\":\"CancelRequested\"}")),
                     RH_RETRY_CANCEL_REQUESTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes_are_read),
        cmocka_unit_test(kinds_are_known_by_number_and_name),
        cmocka_unit_test(what_workers_may_ignore_is_ignored),
        cmocka_unit_test(bad_histories_are_refused_with_the_event),
        cmocka_unit_test(payloads_are_decoded),
        cmocka_unit_test(arguments_are_a_list),
        cmocka_unit_test(failures_are_read_with_their_causes),
    };
    int failed = cmocka_run_group_tests_name("harness/recording", tests, set_up, tear_down);
    return failed != 0;
}
