#include "reports/journal_lines.h"

#include "sim/base/json.h"
#include "suites/reports/golden.h"
#include "suites/reports/sample.h"

/* One entry of each kind, with every field set: what a kind does not use must not show. */
static void one_of_each(sample *s)
{
    rh_run_record *run = sample_run(s, "Release", "release-1", sample_text(s, "v1.2.0"));
    run->run_timeout = RH_HOURS(1);
    run->retry = &s->retry;
    uint32_t call = sample_call(s, "Build", "arm64", NULL);
    s->journal.calls[call - 1]->number = 2;
    const rh_failure *failure = rh_failure_activity(
        &s->arena,
        &(rh_activity_failure){
            .activity_type = "Build",
            .activity_id = "5",
            .identity = "linux-1",
            .scheduled_event_id = 5,
            .started_event_id = 6,
            .retry_state = RH_RETRY_TIMEOUT,
            .cause = rh_failure_timeout(
                &s->arena, RH_TIMEOUT_HEARTBEAT, NULL, sample_text(s, "half"),
                rh_failure_application(
                    &s->arena, &(rh_failure_options){.type = "Busy",
                                                     .message = "tab\there, \"quoted\", bad \xff",
                                                     .non_retryable = true,
                                                     .next_retry_delay = RH_ZERO}))});
    rh_value password = rh_string_value("hunter2");
    password.flags = RH_SECRET;
    const rh_value *secret = rh_value_copy(&s->arena, &password);
    for (int kind = RH_ENTRY_WORLD_STARTED; kind < RH_ENTRY_KIND_COUNT; kind++) {
        sample_at(s, RH_MILLISECONDS(1500) * kind);
        rh_entry entry = {
            .kind = (uint8_t)kind,
            .code = RH_RETRY_TIMEOUT,
            .run = kind < RH_ENTRY_RUN_STARTED ? RH_NO_RUN : 0,
            .call = kind >= RH_ENTRY_ACTIVITY_SCHEDULED && kind < RH_ENTRY_LOG &&
                            (kind < RH_ENTRY_TIMER_STARTED || kind > RH_ENTRY_TIMER_CANCELED)
                        ? call
                        : 0,
            .attempt = kind >= RH_ENTRY_ATTEMPT_STARTED && kind < RH_ENTRY_LOG,
            .event_id = rh_entry_kind_event((rh_entry_kind)kind) ? 9 : 0,
            .written_later = kind == RH_ENTRY_ACTIVITY_STARTED,
            .span = RH_WORLD_START + RH_SECONDS(1),
            .number =
                kind == RH_ENTRY_MARKER_RECORDED ? (uint64_t)(RH_WORLD_START + RH_SECONDS(2)) : 3,
            .name = sample_name(s, "name"),
            .text = "text",
            .value = secret,
            .failure = failure};
        sample_add(s, entry);
    }
}

static void every_kind(void **state)
{
    sample s;
    (void)state;
    sample_begin(&s);
    one_of_each(&s);
    s.journal.hash = UINT64_C(0x0123456789abcdef); /* how it is computed is not our matter */
    rh_text text = rh_text_in(&s.arena);
    rh_report_journal(&text, &s.journal);
    assert_golden(&text, "journal.jsonl");
    sample_end(&s);
}

/* Each line by itself is JSON that reads back, and begins as the header says. */
static void lines_are_json(void **state)
{
    sample s;
    (void)state;
    sample_begin(&s);
    one_of_each(&s);
    rh_text text = rh_text_in(&s.arena);
    rh_report_journal(&text, &s.journal);
    size_t lines = 0;
    for (const char *at = rh_text_string(&text), *end; *at; at = end + 1, lines++) {
        rh_error error = {0};
        end = strchr(at, '\n');
        const rh_value *line = rh_json_read(&s.arena, at, (size_t)(end - at), NULL, &error);
        if (!line)
            fail_msg("%s: %.*s", error.message, (int)(end - at), at);
        if (lines > 0 && lines <= s.journal.count)
            assert_string_equal(rh_text_of(rh_get(line, "kind")),
                                rh_entry_kind_name(
                                    (rh_entry_kind)s.journal.entries[lines - 1].kind));
    }
    assert_int_equal(lines, s.journal.count + 2);
    sample_end(&s);
}

/* docs/journal.md holds the table of kinds as it is. */
static void the_manual_is_up_to_date(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text table = rh_text_in(&arena);
    rh_report_journal_kinds(&table);
    FILE *file = fopen(RH_SUITES_DIR "/../docs/journal.md", "rb");
    assert_non_null(file);
    char *manual = rh_arena_zeroed(&arena, 65536);
    assert_in_range(fread(manual, 1, 65535, file), 1, 65534);
    fclose(file);
    if (!strstr(manual, rh_text_string(&table)))
        fail_msg("the table in docs/journal.md should be\n%s", rh_text_string(&table));
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind),
        cmocka_unit_test(lines_are_json),
        cmocka_unit_test(the_manual_is_up_to_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
