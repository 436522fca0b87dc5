/* Traces: read back, slices of a track nest, flows have two ends that lie in slices, counters end
 * at zero; for all fixtures under faults, the cases of trace.test, and one journal as a golden
 * file. */
#include "reports/trace.h"

#include "sim/base/json.h"
#include "suites/reports/golden.h"
#include "suites/reports/played.h"
#include "suites/reports/sample.h"

enum { MOST_TRACKS = 2000, DEEPEST = 64 };

/* ---- reading back ---------------------------------------------------------------------------- */

static const rh_value *read_trace(rh_arena *arena, const rh_journal *journal)
{
    rh_text text = rh_text_in(arena);
    rh_error error = {.message = ""};
    rh_report_trace(&text, journal);
    const rh_value *trace = rh_json_read(arena, text.data, text.length, NULL, &error);
    if (!trace)
        fail_msg("%s", error.message);
    rh_text again = rh_text_in(arena);
    rh_report_trace(&again, journal);
    assert_int_equal(text.length, again.length);
    assert_memory_equal(text.data, again.data, text.length);
    return rh_get(trace, "traceEvents");
}

static int64_t number(const rh_value *event, const char *key)
{
    return rh_integer_of(rh_get(event, key));
}

static bool is(const rh_value *event, const char *key, const char *text)
{
    return !strcmp(rh_text_of(rh_get(event, key)), text);
}

static int64_t end_of(const rh_value *event)
{
    return number(event, "ts") + number(event, "dur");
}

/* ---- slices ---------------------------------------------------------------------------------- */

typedef struct track {
    int64_t process, thread, time;
    int64_t ends[DEEPEST];
    size_t depth;
} track;

static track *track_of(track *tracks, size_t *count, const rh_value *event)
{
    size_t i = 0;
    while (i < *count &&
           (tracks[i].process != number(event, "pid") || tracks[i].thread != number(event, "tid")))
        i++;
    assert_in_range(i, 0, MOST_TRACKS - 1);
    if (i == *count)
        tracks[(*count)++] =
            (track){.process = number(event, "pid"), .thread = number(event, "tid")};
    return &tracks[i];
}

/* Events of a track come in order of time; each lies in the one that is open, or behind it. */
static void slices_nest(const rh_value *events)
{
    static track tracks[MOST_TRACKS];
    size_t count = 0;
    for (size_t i = 0; i < rh_count_of(events); i++) {
        const rh_value *event = rh_at(events, i);
        if (!is(event, "ph", "X"))
            continue;
        track *on = track_of(tracks, &count, event);
        assert_true(number(event, "dur") >= 0);
        assert_true(number(event, "ts") >= on->time);
        on->time = number(event, "ts");
        while (on->depth && on->ends[on->depth - 1] <= on->time)
            on->depth--;
        if (on->depth && end_of(event) > on->ends[on->depth - 1])
            fail_msg("%s crosses the end of what it begins in", rh_text_of(rh_get(event, "name")));
        assert_true(on->depth < DEEPEST);
        on->ends[on->depth++] = end_of(event);
    }
}

static bool lies_in_a_slice(const rh_value *events, const rh_value *flow)
{
    int64_t time = number(flow, "ts");
    for (size_t i = 0; i < rh_count_of(events); i++) {
        const rh_value *event = rh_at(events, i);
        if (is(event, "ph", "X") && number(event, "pid") == number(flow, "pid") &&
            number(event, "tid") == number(flow, "tid") && number(event, "ts") <= time &&
            (time < end_of(event) || time == number(event, "ts")))
            return true;
    }
    return false;
}

/* Each flow leaves once and then arrives once. Returns how many there are. */
static size_t flows_have_two_ends(const rh_value *events)
{
    size_t count = 0;
    const rh_value *leaves = NULL;
    for (size_t i = 0; i < rh_count_of(events); i++) {
        const rh_value *event = rh_at(events, i);
        bool is_start = is(event, "ph", "s");
        if (!is_start && !is(event, "ph", "f"))
            continue;
        assert_true(lies_in_a_slice(events, event));
        if (is_start) {
            assert_null(leaves);
            leaves = event;
            assert_int_equal(number(event, "id"), ++count);
        } else {
            assert_non_null(leaves);
            assert_int_equal(number(event, "id"), count);
            assert_true(number(event, "ts") >= number(leaves, "ts"));
            leaves = NULL;
        }
    }
    assert_null(leaves);
    return count;
}

/* ---- counters and instants ------------------------------------------------------------------- */

static void counters_end_at(const rh_value *events, int64_t running)
{
    static const char *const names[] = {"attempts that run", "calls that wait for a host"};
    for (size_t n = 0; n < 2; n++) {
        int64_t value = 0, time = -1;
        for (size_t i = 0; i < rh_count_of(events); i++) {
            const rh_value *event = rh_at(events, i);
            if (!is(event, "ph", "C") || !is(event, "name", names[n]))
                continue;
            assert_true(number(event, "ts") > time);
            time = number(event, "ts");
            value = number(rh_get(event, "args"), "value");
            assert_true(value >= 0);
        }
        assert_int_equal(value, n ? 0 : running);
    }
}

static size_t count_category(const rh_value *events, const char *category)
{
    size_t count = 0;
    for (size_t i = 0; i < rh_count_of(events); i++)
        count += is(rh_at(events, i), "cat", category);
    return count;
}

static size_t count_entries(const rh_journal *journal, rh_entry_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++)
        count += journal->entries[i].kind == kind;
    return count;
}

static size_t count_level(const rh_journal *journal, rh_call_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++)
        count += journal->entries[i].kind == RH_ENTRY_ATTEMPT_STARTED &&
                 journal->calls[journal->entries[i].call - 1]->about.level == level;
    return count;
}

static const rh_value *check(rh_arena *arena, const rh_journal *journal)
{
    const rh_value *events = read_trace(arena, journal);
    slices_nest(events);
    flows_have_two_ends(events);
    counters_end_at(events, 0);
    assert_int_equal(count_category(events, "fault"), count_entries(journal, RH_ENTRY_FAULT));
    assert_int_equal(count_category(events, "effect"), count_entries(journal, RH_ENTRY_EFFECT));
    assert_int_equal(count_category(events, "skipped"), count_entries(journal, RH_ENTRY_SKIPPED));
    assert_int_equal(count_category(events, "activity"), count_level(journal, RH_CALL_ACTIVITY));
    assert_int_equal(count_category(events, "job"), count_level(journal, RH_CALL_JOB));
    assert_int_equal(count_category(events, "step"), count_level(journal, RH_CALL_STEP));
    assert_int_equal(count_category(events, "command"), count_level(journal, RH_CALL_COMMAND));
    return events;
}

/* ---- workflow files -------------------------------------------------------------------------- */

static void all_fixtures(void **state)
{
    static const char *const faults[] = {NULL, "disk-full", "runner-lost", "hangs", "reply-lost"};
    (void)state;
    for (const char *const *path = played_fixtures(); *path; path++)
        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
            rh_arena arena;
            const rh_actions_file *file;
            rh_arena_init(&arena, NULL, NULL);
            rh_env *env = played_fixture(&arena, *path, "refs/tags/v1.2.0", i % 2 ? "*/*/*" : "*",
                                         faults[i], i % 3 == 1, &file);
            check(&arena, rh_env_journal(env));
            rh_env_destroy(env);
            rh_arena_free(&arena);
        }
}

static void tell(rh_arena *arena, const played_case *test, size_t run, rh_text *to)
{
    rh_env *env = played_run(arena, test, played_workflow(arena, test), run);
    const rh_value *events = check(arena, rh_env_journal(env));
    for (size_t i = 0; i < rh_count_of(events); i++) {
        const rh_value *event = rh_at(events, i);
        if (is(event, "ph", "X"))
            rh_text_printf(to, "%lld %lld+%lld %s\n", (long long)number(event, "tid"),
                           (long long)number(event, "ts") / 1000000,
                           (long long)number(event, "dur") / 1000000,
                           rh_text_of(rh_get(event, "name")));
        else if (is(event, "ph", "s") || is(event, "ph", "f"))
            rh_text_printf(to, "%lld %s %s %lld\n", (long long)number(event, "tid"),
                           rh_text_of(rh_get(event, "name")), rh_text_of(rh_get(event, "ph")),
                           ((long long)number(event, "ts") + 1) / 1000000);
    }
    rh_env_destroy(env);
}

static void play_case(void **state)
{
    const played_case *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = rh_text_in(&arena);
    for (size_t i = 0; i < test->run_count; i++)
        tell(&arena, test, i, &text);
    const char *expected = rh_text_string((rh_text *)(uintptr_t)&test->reports[0].text);
    size_t length = strlen(expected);
    while (length > 1 && expected[length - 2] == '\n')
        length--; /* blank lines between cases */
    if (text.length != length || memcmp(text.data, expected, length) != 0)
        fail_msg("trace.test:%u: is\n%s", test->line, rh_text_string(&text));
    rh_arena_free(&arena);
}

/* ---- a workflow in C ------------------------------------------------------------------------- */

static void a_release(sample *s)
{
    sample_run(s, "Release", "release-1", NULL);
    sample_task(s);
    uint32_t build = sample_call(s, "Build", "arm64", NULL);
    uint32_t notify = sample_call(s, "Notify", NULL, NULL);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_STARTED, .text = "5", .span = RH_HOURS(1)});
    sample_at(s, RH_SECONDS(2));
    sample_start(s, build, 1, "linux-1");
    sample_fault(s, build, 1, "dns", "transient");
    sample_at(s, RH_SECONDS(62));
    sample_retry(s, build, 1, sample_failure(s, "NetworkError", "cannot \"resolve\""),
                 RH_SECONDS(1));
    sample_at(s, RH_SECONDS(63));
    sample_start(s, build, 2, "linux-1");
    sample_start(s, notify, 1, "linux-1");
    sample_at(s, RH_SECONDS(64));
    sample_effect(s, build, 2, "image", "v1", 1);
    sample_effect(s, build, 2, "image", "v1", 2);
    sample_complete(s, build, 2, s->now - RH_SECONDS(1), NULL);
    sample_own(s, (rh_entry){.kind = RH_ENTRY_TIMER_CANCELED, .text = "5", .number = 7});
    sample_own(s, (rh_entry){.kind = RH_ENTRY_SIGNALED, .name = sample_name(s, "stop")});
    sample_add(s, (rh_entry){.kind = RH_ENTRY_HOST_LOST, .run = RH_NO_RUN, .text = "linux-1"});
    sample_of(s, notify, 1, (rh_entry){.kind = RH_ENTRY_ATTEMPT_LOST, .text = "linux-1"});
    sample_succeed(s, NULL);
}

static void a_release_as_it_was(void **state)
{
    sample s;
    (void)state;
    sample_begin(&s);
    a_release(&s);
    rh_text text = rh_text_in(&s.arena);
    rh_report_trace(&text, &s.journal);
    assert_golden(&text, "trace.json");
    const rh_value *events = check(&s.arena, &s.journal);
    assert_int_equal(flows_have_two_ends(events), 1); /* the retry */
    sample_end(&s);
}

/* What is open when the world stops lasts until then. */
static void nothing_is_open(void **state)
{
    sample s;
    (void)state;
    sample_begin(&s);
    sample_run(&s, "Release", "release-1", NULL);
    uint32_t build = sample_call(&s, "Build", NULL, NULL);
    sample_call(&s, "Waits", NULL, NULL);
    sample_start(&s, build, 1, "linux-1");
    sample_at(&s, RH_SECONDS(5));
    sample_add(&s, (rh_entry){.kind = RH_ENTRY_WARNING, .run = RH_NO_RUN, .text = "stops"});
    const rh_value *events = check(&s.arena, &s.journal);
    size_t long_ones = 0;
    for (size_t i = 0; i < rh_count_of(events); i++)
        long_ones += number(rh_at(events, i), "dur") == 5000000;
    assert_int_equal(long_ones, 3);
    sample_end(&s);
}

int main(void)
{
    static struct CMUnitTest tests[64] = {
        cmocka_unit_test(a_release_as_it_was),
        cmocka_unit_test(nothing_is_open),
        cmocka_unit_test(all_fixtures),
    };
    rh_arena arena;
    size_t count, n = 3;
    rh_arena_init(&arena, NULL, NULL);
    played_case *cases = played_read(&arena, "trace.test", &count);
    for (size_t i = 0; i < count; i++)
        tests[n++] = (struct CMUnitTest){.name = cases[i].name,
                                         .test_func = play_case,
                                         .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests("reports/trace", tests, n, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
