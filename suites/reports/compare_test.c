/* The page of a comparison: complete in itself, small, escaped, the same whoever asks. */
#include "suites/support/playing.h"

#include "reports/compare/data.h"
#include "reports/compare/page.h"

static const rh_failure *publish(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_MINUTES(5),
                                                .retry = {.maximum_attempts = 2}};
    (void)input, (void)result;
    const rh_failure *failed = rh_await(wf, rh_activity(wf, "Build", NULL, &options), NULL);
    return failed ? failed : rh_await(wf, rh_activity(wf, "Publish", NULL, &options), NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "publish", .run = publish}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "compare", workflows, NULL};

static int give(rh_env *env, void *data, rh_error *error)
{
    (void)data;
    rh_mock(env, "Build", .takes = RH_MINUTES(3));
    rh_mock(env, "Publish", .takes = RH_SECONDS(20));
    return rh_env_set_profile(env, "typical", error);
}

typedef struct made {
    rh_arena arena;
    rh_durable_subject data[2];
    rh_subject subjects[2];
    rh_comparison comparison;
    rh_compare_page page;
} made;

/* `most_entries` and `worlds`: see rh_compare_options. */
static void make_limited(made *m, uint32_t jobs, size_t most_entries, size_t worlds)
{
    static const char *const twice[] = {"release <v1>", NULL};
    rh_error error;
    memset(m, 0, sizeof *m);
    rh_arena_init(&m->arena, NULL, NULL);
    for (size_t i = 0; i < 2; i++)
        m->data[i] = (rh_durable_subject){.definition = &workflows[0],
                                          .given = give,
                                          .rerun_after = RH_MINUTES(30 * i)};
    m->subjects[0] = rh_subject_of_durable("one", &module, &m->data[0]);
    m->subjects[1] = rh_subject_of_durable("<script>", &module, &m->data[1]);
    const rh_contender contenders[] = {
        {.subject = &m->subjects[0],
         .phrase = "as it is",
         .about = "One.",
         .run = "rehearse run 'a<b>.yml'",
         .is_file = true},
        {.subject = &m->subjects[1], .phrase = "with a \"human\"", .about = "Two <b>& three</b>."}};
    const rh_compare_options options = {.contenders = contenders,
                                        .contender_count = 2,
                                        .most_faults = 2,
                                        .most_entries = most_entries,
                                        .worlds = worlds,
                                        .jobs = jobs};
    if (rh_compare(&m->arena, &options, &m->comparison, &error) != 0)
        fail_msg("%s", error.message);
    m->page = (rh_compare_page){.comparison = &m->comparison,
                                .title = "Release </title><script>alert(1)</script> \x1b[31m & 'x'",
                                .file = "a<b>.yml",
                                .event = "push",
                                .profile = "typical",
                                .command = "rehearse compare 'a<b>.yml'",
                                .human = RH_MINUTES(30),
                                .twice = twice};
}

static void make(made *m, uint32_t jobs)
{
    make_limited(m, jobs, 0, 200);
}

static void unmake(made *m)
{
    rh_comparison_free(&m->comparison);
    rh_arena_free(&m->arena);
}

static const char *html_of(made *m)
{
    rh_text text = rh_text_in(&m->arena);
    rh_compare_html(&text, &m->page);
    return rh_text_string(&text);
}

/* ---- escaping -------------------------------------------------------------------------------- */

static bool is_empty_tag(const char *tag)
{
    static const char *const empty[] = {"meta", "rect", "line", "path", "!doctype"};
    for (size_t i = 0; i < LENGTH(empty); i++)
        if (!strcmp(tag, empty[i]))
            return true;
    return false;
}

/* Each tag is closed by its own; so no text holds a '<' of its own. */
static void assert_balanced(const char *html)
{
    char open[64][16];
    size_t depth = 0;
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        char tag[16] = "";
        bool closes = at[1] == '/';
        size_t length = strcspn(at + 1 + closes, " >/");
        assert_true(length < sizeof tag);
        memcpy(tag, at + 1 + closes, length);
        if (is_empty_tag(tag))
            continue;
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], tag);
        } else {
            assert_true(depth < LENGTH(open));
            memcpy(open[depth++], tag, sizeof tag);
        }
    }
    assert_int_equal(depth, 0);
}

static void what_comes_from_outside_is_escaped(void **state)
{
    made m;
    (void)state;
    make(&m, 1);
    const char *html = html_of(&m);
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<b>&"));
    assert_null(strchr(html, '\x1b'));
    assert_contains(html, "Release &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;  &amp; "
                          "&#39;x&#39;");
    assert_contains(html, "&lt;script&gt;</h3>"); /* the name of an engine */
    assert_contains(html, "Two &lt;b&gt;&amp; three&lt;/b&gt;.");
    assert_contains(html, "release &lt;v1&gt;");
    assert_balanced(html);
    unmake(&m);
}

static void markdown_is_escaped_too(void **state)
{
    made m;
    (void)state;
    make(&m, 1);
    rh_text text = rh_text_in(&m.arena);
    rh_compare_markdown(&text, &m.page);
    const char *markdown = rh_text_string(&text);
    assert_null(strstr(markdown, "<script"));
    assert_contains(markdown, "&lt;script\\>");
    assert_true(strlen(markdown) < 65536);
    unmake(&m);
}

/* ---- the page -------------------------------------------------------------------------------- */

static void the_page_needs_nothing_else(void **state)
{
    made m;
    (void)state;
    make(&m, 1);
    const char *html = html_of(&m);
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "href="));
    assert_null(strstr(html, "url("));
    assert_null(strstr(html, "@import"));
    assert_true(strlen(html) < 150 * 1024);
    assert_contains(html, "<svg");
    assert_contains(html, "prefers-color-scheme:dark");
    assert_contains(html, "Publish=");
    unmake(&m);
}

static void threads_change_no_byte(void **state)
{
    made alone, many;
    (void)state;
    make(&alone, 1);
    make(&many, 4);
    assert_string_equal(html_of(&many), html_of(&alone));
    unmake(&alone);
    unmake(&many);
}

/* ---- figures --------------------------------------------------------------------------------- */

static const char *assumptions_of(made *m)
{
    rh_text text = rh_text_in(&m->arena);
    rh_compare_assumptions(&text, &m->page);
    return rh_text_string(&text);
}

static void what_a_large_file_is_limited_by_is_said(void **state)
{
    made m;
    (void)state;
    make(&m, 1);
    size_t entries = m.comparison.exploration.entries, plans = m.comparison.plan_count;
    assert_null(strstr(assumptions_of(&m), "The file is large"));
    unmake(&m);
    make_limited(&m, 1, 3 * entries, 0);
    const char *said = assumptions_of(&m);
    assert_int_equal(m.comparison.plan_count, 3);
    assert_int_equal(m.comparison.likeliest_count, 2);
    assert_contains(said, "The file is large: of the ");
    assert_contains(said, " plans of 1 faults only the 2 likeliest were played; --plans ");
    assert_contains(said, "Exact figures: all 1 plans of up to 0 faults");
    assert_contains(said, "The file is large: 100 worlds were drawn instead of 4000");
    assert_contains(said, "--worlds 4000 draws them.");
    unmake(&m);
    make_limited(&m, 1, SIZE_MAX, 100);
    assert_int_equal(m.comparison.plan_count, plans);
    assert_null(strstr(assumptions_of(&m), "The file is large"));
    unmake(&m);
}

static void figures_are_written_for_people(void **state)
{
    static const struct {
        double value;
        const char *text;
    } percents[] = {{0, "0 %"},
                    {1, "100 %"},
                    {0.5, "50.00 %"},
                    {0.926, "92.60 %"},
                    {0.99995, "99.9950 %"},
                    {0.00002, "0.0020 %"},
                    {0.0000005, "0.000050 %"},
                    {0.12345, "12.35 %"}};
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < LENGTH(percents); i++) {
        rh_text text = rh_text_in(&arena);
        rh_text_percent(&text, percents[i].value);
        assert_string_equal(rh_text_string(&text), percents[i].text);
    }
    rh_text text = rh_text_in(&arena);
    rh_text_fixed(&text, -1.005, 1);
    rh_text_putc(&text, ' ');
    rh_text_fixed(&text, 1234.5678, 2);
    rh_text_putc(&text, ' ');
    rh_text_fixed(&text, -0.001, 2);
    assert_string_equal(rh_text_string(&text), "-1.0 1234.57 0.00");
    rh_arena_free(&arena);
}

static void outcomes_are_called_what_they_are(void **state)
{
    static const struct {
        rh_outcome outcome;
        const char *words;
        unsigned harm;
    } cases[] = {
        {{.faults = 1}, "green", 0},
        {{0}, "green, not touched", 0},
        {{.faults = 1, .wasted = 1}, "green", 1},
        {{.faults = 1, .first = RH_ENDING_FAILURE, .interventions = 1}, "red, 1 by hand", 2},
        {{.faults = 1, .first = RH_ENDING_CANCELLED, .was_half = true, .interventions = 2},
         "cancelled, half published, 2 by hand",
         3},
        {{.faults = 1, .duplicates = 1}, "green, published twice", 4},
        {{.faults = 1, .is_silent = true, .tainted = 1}, "green, wrong content", 5},
        {{.faults = 1, .is_silent = true, .missing = 1}, "green, incomplete", 5},
        {{.faults = 1, .first = RH_ENDING_FAILURE, .is_half = true},
         "red, stays half published",
         6},
        {{.faults = 1, .first = RH_ENDING_STUCK, .last = RH_ENDING_STUCK}, "stuck", 6},
        {{.faults = 1, .makespan = RH_MINUTES(40)}, "green, 30:00 late", 0},
        {{.faults = 1, .makespan = RH_MINUTES(11) - 1}, "green", 0},
    };
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const rh_plan plan = {.count = 1};
        const rh_outcome quick = {.makespan = RH_MINUTES(10)};
        const rh_compared compared = {.plan = &plan, .outcomes = &cases[i].outcome};
        const rh_compared good = {.outcomes = &quick};
        const rh_comparison comparison = {.plans = &good};
        assert_string_equal(rh_outcome_words(&arena, &comparison, &compared, 0), cases[i].words);
        assert_int_equal(rh_outcome_harm(&cases[i].outcome), cases[i].harm);
    }
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_from_outside_is_escaped),
        cmocka_unit_test(markdown_is_escaped_too),
        cmocka_unit_test(the_page_needs_nothing_else),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(what_a_large_file_is_limited_by_is_said),
        cmocka_unit_test(figures_are_written_for_people),
        cmocka_unit_test(outcomes_are_called_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
