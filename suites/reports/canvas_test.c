#include "reports/canvas.h"

#include "reports/scale.h"
#include "reports/words.h"
#include "sim/failure.h"
#include "suites/reports/golden.h"

static rh_arena arena;

static int begin(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static void assert_text(rh_text *text, const char *expected)
{
    assert_string_equal(rh_text_string(text), expected);
    text->length = 0;
}

/* ---- canvas ---------------------------------------------------------------------------------- */

static void cuts_what_does_not_fit(void **state)
{
    rh_text text = rh_text_in(&arena);
    rh_canvas canvas;
    (void)state;
    rh_canvas_init(&canvas, &text, 12, false, false);
    assert_int_equal(rh_canvas_put(&canvas, 1, 12, RH_INK_PLAIN, "exactly eleven"), 12);
    rh_canvas_newline(&canvas);
    assert_text(&text, " exactly el\u2026\n");
    rh_canvas_put(&canvas, 0, 12, RH_INK_PLAIN, "twelve chars");
    rh_canvas_newline(&canvas);
    assert_text(&text, "twelve chars\n");
    rh_canvas_put_middle(&canvas, 0, 12, RH_INK_PLAIN, "BuildMacOS[arm64]#2");
    rh_canvas_newline(&canvas);
    assert_text(&text, "BuildMac\u2026]#2\n");
    rh_canvas_put_right(&canvas, 12, RH_INK_PLAIN, "12:00");
    rh_canvas_put(&canvas, 0, 3, RH_INK_PLAIN, "\u00e4\u00f6\u00fc");
    rh_canvas_newline(&canvas);
    assert_text(&text, "\u00e4\u00f6\u00fc    12:00\n");
    rh_canvas_wrap(&canvas, 2, 3, RH_INK_PLAIN, "one two three four incomprehensibilities");
    assert_text(&text, "  one two\n  three four\n  incompreh\u2026\n");
}

static void lets_no_control_character_through(void **state)
{
    rh_text text = rh_text_in(&arena);
    rh_canvas canvas;
    (void)state;
    rh_canvas_init(&canvas, &text, 40, false, false);
    rh_canvas_put(&canvas, 0, 40, RH_INK_PLAIN, "a\033[2Jb\nc\td\r\x7f\xc2\x9b\xff\u202e.");
    rh_canvas_newline(&canvas);
    assert_text(&text, "a\ufffd[2Jb c d \ufffd\ufffd\ufffd\ufffd.\n");
    canvas.ascii = true;
    rh_canvas_put(&canvas, 0, 40, RH_INK_PLAIN, "caf\u00e9");
    rh_canvas_glyph(&canvas, 5, RH_INK_PLAIN, RH_GLYPH_GOOD);
    rh_canvas_newline(&canvas);
    assert_text(&text, "caf? +\n");
}

static void colours_are_closed(void **state)
{
    rh_text text = rh_text_in(&arena);
    rh_canvas canvas;
    (void)state;
    rh_canvas_init(&canvas, &text, 40, true, false);
    rh_canvas_put(&canvas, 0, 40, RH_INK_GOOD, "ok ok");
    rh_canvas_put(&canvas, 6, 40, RH_INK_PLAIN, "plain");
    rh_canvas_put(&canvas, 12, 40, RH_INK_BAD, "bad");
    rh_canvas_newline(&canvas);
    assert_text(&text, "\033[32mok ok \033[0mplain \033[31mbad\033[0m\n");
}

/* ---- scale ----------------------------------------------------------------------------------- */

static void is_linear(void **state)
{
    rh_scale scale;
    (void)state;
    rh_scale_begin(&scale, 1000);
    rh_scale_add(&scale, 1000 + RH_MINUTES(4), true);
    rh_scale_add(&scale, 1000 + RH_MINUTES(10), true);
    rh_scale_finish(&scale, 30);
    assert_int_equal(scale.cut_count, 0);
    assert_int_equal(rh_scale_column(&scale, 1000), 0);
    assert_int_equal(rh_scale_column(&scale, 1000 + RH_MINUTES(4)), 12);
    assert_int_equal(rh_scale_column(&scale, 1000 + RH_MINUTES(10)), 30);
    assert_int_equal(rh_scale_column(&scale, 5000 + RH_DAYS(1)), 30);
    assert_int_equal(rh_scale_column(&scale, 0), 0);
}

static void idle_days_are_cut(void **state)
{
    rh_scale scale;
    rh_time at = RH_WORLD_START;
    (void)state;
    rh_scale_begin(&scale, at);
    for (int i = 0; i < 3; i++) {
        rh_scale_add(&scale, at += RH_MINUTES(1), true);
        rh_scale_add(&scale, at += RH_DAYS(1), false);
    }
    rh_scale_add(&scale, at += RH_MINUTES(1), true);
    rh_scale_finish(&scale, 29);
    assert_int_equal(scale.cut_count, 3);
    assert_int_equal(rh_scale_column(&scale, RH_WORLD_START + RH_MINUTES(1)), 5);
    assert_int_equal(rh_scale_column(&scale, RH_WORLD_START + RH_MINUTES(1) + RH_DAYS(1)), 8);
    assert_int_equal(rh_scale_column(&scale, at), 29);
    size_t last = 0;
    for (rh_time time = RH_WORLD_START; time <= at; time += RH_SECONDS(20)) {
        size_t column = rh_scale_column(&scale, time);
        assert_true(column >= last);
        last = column;
    }
}

/* Work is not cut for the sake of a back-off. */
static void work_is_not_cut(void **state)
{
    rh_scale scale;
    (void)state;
    rh_scale_begin(&scale, 0);
    rh_scale_add(&scale, RH_HOURS(4), true);
    rh_scale_add(&scale, RH_HOURS(4) + RH_SECONDS(1), false);
    rh_scale_add(&scale, RH_HOURS(9), true);
    rh_scale_finish(&scale, 30);
    assert_int_equal(scale.cut_count, 0);
    rh_scale_begin(&scale, 7);
    rh_scale_finish(&scale, 30);
    assert_int_equal(rh_scale_column(&scale, 7), 0);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void spans_and_clocks(void **state)
{
    rh_text text = rh_text_in(&arena);
    (void)state;
    rh_words_span(&text, RH_MILLISECONDS(1500));
    assert_text(&text, "1.5 s");
    rh_words_span(&text, RH_SECONDS(20));
    assert_text(&text, "20 s");
    rh_words_span(&text, RH_DAYS(7));
    assert_text(&text, "7 d");
    rh_words_span(&text, RH_DAYS(3) + RH_HOURS(2) + RH_MINUTES(14));
    assert_text(&text, "3 d 02:14");
    rh_words_clock(&text, RH_MILLISECONDS(61500), 0);
    assert_text(&text, "1:01");
    rh_words_clock(&text, RH_MILLISECONDS(61500), 3);
    assert_text(&text, "1:01.500");
    rh_words_clock(&text, RH_MICROSECONDS(41), 6);
    assert_text(&text, "0:00.000041");
    rh_words_clock(&text, RH_DAYS(3) + RH_SECONDS(5), 0);
    assert_text(&text, "3 d 00:00:05");
    rh_words_count(&text, 1204567, "attempt");
    assert_text(&text, "1,204,567 attempts");
    rh_words_count(&text, 1, "effect");
    assert_text(&text, "1 effect");
}

static void failures_are_short(void **state)
{
    rh_text text = rh_text_in(&arena);
    (void)state;
    const rh_failure *reset =
        rh_failure_application(&arena, &(rh_failure_options){.type = "NetworkError",
                                                             .message = "connection reset"});
    const rh_failure *activity =
        rh_failure_activity(&arena,
                            &(rh_activity_failure){.activity_type = "BuildLinux", .cause = reset});
    const char *message = rh_format(&arena, "build failed: %s", rh_failure_print(&arena, activity));
    const rh_failure *wrapped = rh_failure_application(
        &arena, &(rh_failure_options){.type = "wrapError", .message = message, .cause = activity});
    rh_words_failure(&text, wrapped);
    assert_text(&text, "build failed: BuildLinux: NetworkError: connection reset");
    rh_words_failure(&text,
                     rh_failure_timeout(&arena, RH_TIMEOUT_START_TO_CLOSE, NULL, NULL, reset));
    assert_text(&text, "StartToClose timeout");
    rh_words_failure(&text, rh_failure_canceled(&arena, NULL, NULL));
    assert_text(&text, "canceled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cuts_what_does_not_fit, begin, end),
        cmocka_unit_test_setup_teardown(lets_no_control_character_through, begin, end),
        cmocka_unit_test_setup_teardown(colours_are_closed, begin, end),
        cmocka_unit_test_setup_teardown(is_linear, begin, end),
        cmocka_unit_test_setup_teardown(idle_days_are_cut, begin, end),
        cmocka_unit_test_setup_teardown(work_is_not_cut, begin, end),
        cmocka_unit_test_setup_teardown(spans_and_clocks, begin, end),
        cmocka_unit_test_setup_teardown(failures_are_short, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
