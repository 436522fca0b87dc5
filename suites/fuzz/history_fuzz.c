/* Any bytes as a recorded history: refused with a place or an event, or read; what is read is
 * replayed, to the same end each time. */
#include <stdlib.h>

#include "harness/replay.h"
#include "rehearse/rehearse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const char fuzz_tokens[];
extern const size_t fuzz_tokens_size;

#define TOKENS                                                                                     \
    " \"events\":[ \"eventId\":\"1\", \"eventType\":1 \"eventType\":7, TimerFired "                \
    "EVENT_TYPE_TIMER_STARTED EVENT_TYPE_ACTIVITY_TASK_SCHEDULED \"startedEventId\":\"5\" "        \
    "\"scheduledEventId\":5 \"timerFiredEventAttributes\":{ \"workerMayIgnore\":true "             \
    "\"attempt\":2147483648 \"startToFireTimeout\":\"-5s\" \"payloads\":[{ \"data\":\"NQ==\" "     \
    "\"encoding\":\"anNvbi9wbGFpbg==\" \"cause\":{ \"applicationFailureInfo\":{ "                  \
    "\"failure\":{\"message\":\"m\",\"cause\":{ \"langUsedFlags\":[6] \"retryState\":99 "          \
    "{\"eventId\":4,\"eventType\":7},{\"eventId\":5,\"eventType\":26} "

const char fuzz_tokens[] = TOKENS;
const size_t fuzz_tokens_size = sizeof TOKENS;

/* Uses what a history can tell: results, failures, signals, cancels, the time. */
static const rh_failure *listener(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};
    const rh_value *value = NULL;
    bool received = false;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *futures[] = {rh_activity(wf, "A", RH_ARGS(input), &minute), rh_timer(wf, 5),
                            rh_next_signal(wf, "go")};
    rh_scope_end(wf, scope);
    size_t first = rh_await_any(wf, futures, 3);
    rh_scope_cancel(wf, scope);
    const rh_failure *failure = rh_await(wf, futures[first], &value);
    if (!failure)
        failure = rh_receive_for(wf, "go", RH_MINUTES(1), &value, &received);
    if (!failure && rh_now(wf) < rh_info(wf)->start_time)
        failure = rh_fail(wf, "Early", "%s", rh_info(wf)->workflow_id);
    *result = value;
    return failure;
}

static void check(rh_arena *arena, const rh_recording *recording, bool strict)
{
    static const rh_workflow_definition workflow = {.name = "W", .run = listener};
    rh_error errors[2] = {{.message = ""}, {.message = ""}};
    rh_replay_result results[2];
    int codes[2];
    for (int i = 0; i < 2; i++)
        codes[i] = rh_replay(arena, recording, &workflow, &(rh_replay_options){.strict = strict},
                             &results[i], &errors[i]);
    if (codes[0] != codes[1] || strcmp(errors[0].message, errors[1].message) != 0)
        abort();
    if (codes[0] && strncmp(errors[0].message, "event ", 6) != 0)
        abort();
    if (codes[0])
        return;
    if (results[0].is_same != results[1].is_same || results[0].event_id != results[1].event_id ||
        results[0].tasks != results[1].tasks)
        abort();
    if (!results[0].is_same && (!results[0].event_id || !results[0].expected[0] ||
                                strcmp(results[0].got, results[1].got) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    const rh_recording *recording =
        rh_recording_read(&arena, (const char *)data, size, "fuzz", &error);
    if (recording) {
        check(&arena, recording, false);
        check(&arena, recording, true);
    } else if (!error.message[0] || strcmp(error.file, "fuzz") != 0) {
        abort();
    }
    rh_arena_free(&arena);
    return 0;
}
