/* The journal: its rolling hash, names of kinds, and call paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/journal.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static rh_arena arena;
static rh_names names;
static rh_journal journal;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_names_init(&names, &arena);
    rh_journal_init(&journal, &arena, RH_WORLD_START, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static uint64_t hash_of(const rh_entry *entry)
{
    rh_journal_init(&journal, &arena, 0, 0);
    rh_journal_add(&journal, entry);
    return journal.hash;
}

static const rh_failure *failure(const char *message)
{
    return rh_failure_application(&arena, &(rh_failure_options){.message = message});
}

/* ---- hash ------------------------------------------------------------------------------------ */

static void every_field_counts(void **state)
{
    (void)state;
    const rh_entry base = {
        .time = 1000,
        .kind = 3,
        .code = 2,
        .run = 1,
        .call = 2,
        .attempt = 1,
        .event_id = 5,
        .span = 60,
        .number = 8,
        .name = rh_names_intern(&names, "name"),
        .text = "text",
        .value = rh_value_integer(&arena, 1),
        .failure = failure("message"),
    };
    rh_entry other[21];
    for (size_t i = 0; i < LENGTH(other); i++)
        other[i] = base;
    other[0].time = 1001;
    other[1].kind = 4;
    other[2].code = 3;
    other[3].run = 2;
    other[4].call = 3;
    other[5].attempt = 2;
    other[6].event_id = 6;
    other[7].span = 61;
    other[8].number = 9;
    other[9].name = rh_names_intern(&names, "other");
    other[10].text = "texu";
    other[11].value = rh_value_integer(&arena, 2);
    other[12].failure = failure("other");
    other[13].name = NULL;
    other[14].text = NULL;
    other[15].value = NULL;
    other[16].failure = NULL;
    other[17].text = "";
    other[18].value = rh_value_null();
    other[19].run = RH_NO_RUN;
    other[20].time = -1000;
    uint64_t hashes[LENGTH(other) + 1];
    for (size_t i = 0; i < LENGTH(other); i++)
        hashes[i] = hash_of(&other[i]);
    hashes[LENGTH(other)] = hash_of(&base);
    for (size_t i = 0; i <= LENGTH(other); i++)
        for (size_t k = i + 1; k <= LENGTH(other); k++)
            if (hashes[i] == hashes[k])
                fail_msg("%zu and %zu", i, k);
    /* Addresses do not count. */
    char text[] = "text";
    rh_entry same = base;
    same.text = text;
    same.value = rh_value_integer(&arena, 1);
    same.failure = failure("message");
    assert_int_equal(hash_of(&same), hash_of(&base));
}

static void the_hash_is_of_all_before(void **state)
{
    (void)state;
    const rh_entry a = {.time = 1, .text = "a"}, b = {.time = 1, .text = "b"};
    uint64_t empty = journal.hash;
    assert_int_equal(rh_journal_add(&journal, &a), 0);
    uint64_t one = journal.hash;
    assert_int_equal(rh_journal_add(&journal, &b), 1);
    uint64_t two = journal.hash;
    assert_int_not_equal(one, empty);
    assert_int_not_equal(one, two);
    assert_int_equal(journal.entries[0].hash, one);
    assert_int_equal(journal.entries[1].hash, two);
    rh_journal_init(&journal, &arena, 5, 6); /* start and seed are told by entries */
    assert_int_equal(journal.hash, empty);
    rh_journal_add(&journal, &b);
    assert_int_not_equal(journal.hash, one);
    rh_journal_add(&journal, &a);
    assert_int_not_equal(journal.hash, two); /* order counts */
}

static void it_grows(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(rh_journal_add(&journal, &(rh_entry){.time = i, .number = (uint64_t)i}),
                         i);
    assert_int_equal(journal.count, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(journal.entries[i].time, i);
    assert_int_equal(journal.start, RH_WORLD_START);
    assert_int_equal(journal.end, RH_WORLD_START);
    assert_int_equal(journal.seed, 3);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(rh_entry_kind_name(RH_ENTRY_WORLD_STARTED), "world-started");
    assert_string_equal(rh_entry_kind_name(RH_ENTRY_ACTIVITY_TIMED_OUT), "activity-timed-out");
    assert_string_equal(rh_entry_kind_name(RH_ENTRY_TEST_ERROR), "test-error");
    assert_string_equal(rh_entry_kind_event(RH_ENTRY_ACTIVITY_TIMED_OUT),
                        "ACTIVITY_TASK_TIMED_OUT");
    assert_string_equal(rh_entry_kind_event(RH_ENTRY_RUN_STARTED), "WORKFLOW_EXECUTION_STARTED");
    static const rh_entry_kind own[] = {
        RH_ENTRY_WORLD_STARTED, RH_ENTRY_ATTEMPT_STARTED, RH_ENTRY_BACK_OFF, RH_ENTRY_EFFECT,
        RH_ENTRY_LOG,           RH_ENTRY_RUN_STUCK,       RH_ENTRY_CHOICE,
    };
    for (size_t i = 0; i < LENGTH(own); i++)
        assert_null(rh_entry_kind_event(own[i]));
    assert_string_equal(rh_run_status_name(RH_RUN_RUNNING), "running");
    assert_string_equal(rh_run_status_name(RH_RUN_TIMED_OUT), "timed out");
    assert_string_equal(rh_run_status_name(RH_RUN_STUCK), "stuck");
}

/* ---- call paths ------------------------------------------------------------------------------ */

static rh_call call_of(const char *type, const char *key, uint32_t number)
{
    return (rh_call){.type = rh_names_intern(&names, type), .key = key, .number = number};
}

static void paths_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *type, *key;
        uint32_t number;
        const char *path;
    } cases[] = {
        {"Build", NULL, 1, "Build"},           {"Build", NULL, 2, "Build#2"},
        {"Build", "arm64", 1, "Build[arm64]"}, {"Build", "arm64", 12, "Build[arm64]#12"},
        {"Build", "", 1, "Build[]"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_call call = call_of(cases[i].type, cases[i].key, cases[i].number);
        assert_string_equal(rh_call_path_text(&arena, &call), cases[i].path);
        assert_true(rh_call_matches(&call, cases[i].path));
    }
}

static void what_a_path_names(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *type, *key;
        uint32_t number;
        bool matches;
    } cases[] = {
        {"Build", "Build", NULL, 1, true},
        {"Build", "Build", "arm64", 3, true},
        {"Build", "BuildMacOS", NULL, 1, false},
        {"BuildMacOS", "Build", NULL, 1, false},
        {"build", "Build", NULL, 1, false},
        {"", "Build", NULL, 1, false},
        {"Build[arm64]", "Build", "arm64", 1, true},
        {"Build[arm64]", "Build", "arm64", 2, true},
        {"Build[arm64]", "Build", "arm", 1, false},
        {"Build[arm]", "Build", "arm64", 1, false},
        {"Build[arm64]", "Build", NULL, 1, false},
        {"Build[]", "Build", NULL, 1, false},
        {"Build[]", "Build", "", 1, true},
        {"Build[arm64", "Build", "arm64", 1, false},
        {"Build[arm64)", "Build", "arm64", 1, false},
        {"Build[arm64]x", "Build", "arm64", 1, false},
        {"Build[a]b]", "Build", "a]b", 1, true},
        {"Build#1", "Build", NULL, 1, true},
        {"Build#2", "Build", NULL, 2, true},
        {"Build#2", "Build", "arm64", 2, true},
        {"Build#2", "Build", NULL, 1, false},
        {"Build#2", "Build", NULL, 22, false},
        {"Build#22", "Build", NULL, 2, false},
        {"Build#22", "Build", NULL, 22, true},
        {"Build#2x", "Build", NULL, 2, false},
        {"Build#", "Build", NULL, 1, false},
        {"Build#x", "Build", NULL, 1, false},
        {"Build#99999999999999", "Build", NULL, 1, false},
        {"Build[arm64]#2", "Build", "arm64", 2, true},
        {"Build[arm64]#2", "Build", "arm64", 1, false},
        {"Build[amd64]#2", "Build", "arm64", 2, false},
        {"Build#2[arm64]", "Build", "arm64", 2, false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_call call = call_of(cases[i].type, cases[i].key, cases[i].number);
        if (rh_call_matches(&call, cases[i].path) != cases[i].matches)
            fail_msg("%s against %s", cases[i].path, rh_call_path_text(&arena, &call));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_field_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_is_of_all_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_grows, set_up, tear_down),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test_setup_teardown(paths_are_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_path_names, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
