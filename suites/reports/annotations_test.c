/* Annotations: how they are escaped, how many there are, what of a run is told. */
#include "reports/annotations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "suites/reports/played.h"

static const char *written(const rh_annotations *annotations)
{
    rh_text text = rh_text_in(annotations->arena);
    rh_annotations_write(&text, annotations);
    return rh_text_string(&text);
}

static int begin(void **state)
{
    static rh_arena arena;
    static rh_annotations annotations;
    rh_arena_init(&arena, NULL, NULL);
    annotations = (rh_annotations){.arena = &arena};
    *state = &annotations;
    return 0;
}

static int end(void **state)
{
    rh_arena_free(((rh_annotations *)*state)->arena);
    return 0;
}

static void what_ends_a_command_is_escaped(void **state)
{
    rh_annotations *to = *state;
    rh_annotate(to, &(rh_annotation){.level = RH_ANNOTATE_WARNING,
                                     .file = "a,b:c.yml",
                                     .line = 3,
                                     .column = 7,
                                     .title = "100%: x",
                                     .message = "50%,\r\nnext: line"});
    assert_string_equal(written(to), "::warning file=a%2Cb%3Ac.yml,line=3,col=7,title=100%25%3A "
                                     "x::50%25,%0D%0Anext: line\n");
}

static void what_is_not_known_is_left_out(void **state)
{
    rh_annotations *to = *state;
    rh_annotate(to, &(rh_annotation){.level = RH_ANNOTATE_NOTICE, .message = "m"});
    rh_annotate(to, &(rh_annotation){.level = RH_ANNOTATE_ERROR, .line = 3, .message = NULL});
    assert_string_equal(written(to), "::error line=3::\n::notice::m\n");
}

static void add(rh_annotations *to, rh_annotation_level level, int count)
{
    for (int i = 0; i < count; i++)
        rh_annotate(to, &(rh_annotation){.level = (uint8_t)level,
                                         .message = rh_format(to->arena, "m%d", i)});
}

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* The runner takes ten of each level. */
static void of_many_the_last_says_how_many(void **state)
{
    rh_annotations *to = *state;
    add(to, RH_ANNOTATE_ERROR, 10);
    assert_int_equal(lines(written(to)), 10);
    assert_non_null(strstr(written(to), "::error::m9\n"));
    add(to, RH_ANNOTATE_ERROR, 5);
    add(to, RH_ANNOTATE_WARNING, 2);
    const char *text = written(to);
    assert_int_equal(lines(text), 12);
    assert_non_null(strstr(text, "::error::m8\n::error title=rehearse::6 more\n::warning::m0\n"));
}

/* Of a long message whole characters are kept. */
static void long_messages_are_cut(void **state)
{
    rh_annotations *to = *state;
    char *message = rh_arena_zeroed(to->arena, 5001);
    memset(message, 'x', 4095);
    memcpy(message + 4095, "\xc3\xa9tail", 6);
    rh_annotate(to, &(rh_annotation){.level = RH_ANNOTATE_ERROR, .message = message});
    const char *text = written(to);
    assert_int_equal(strlen(text), strlen("::error::") + 4095 + 1);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void play_case(void **state)
{
    const played_case *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_annotations to = {.arena = &arena};
    const rh_actions_file *file = played_workflow(&arena, test);
    for (size_t i = 0; i < test->run_count; i++) {
        rh_env *env = played_run(&arena, test, file, i);
        rh_annotate_run(&to, rh_env_journal(env), 0, file->path, "shown.yml");
        rh_env_destroy(env);
    }
    const char *actual = written(&to);
    const char *expected = rh_text_string((rh_text *)(uintptr_t)&test->reports[0].text);
    size_t length = strlen(expected);
    while (length > 1 && expected[length - 2] == '\n')
        length--; /* blank lines between cases */
    if (strlen(actual) != length || memcmp(actual, expected, length) != 0)
        fail_msg("annotations.test:%u: is\n%s", test->line, actual);
    rh_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static struct CMUnitTest tests[64] = {
        TEST(what_ends_a_command_is_escaped),
        TEST(what_is_not_known_is_left_out),
        TEST(of_many_the_last_says_how_many),
        TEST(long_messages_are_cut),
    };
    rh_arena arena;
    size_t count, n = 4;
    rh_arena_init(&arena, NULL, NULL);
    played_case *cases = played_read(&arena, "annotations.test", &count);
    for (size_t i = 0; i < count; i++)
        tests[n++] = (struct CMUnitTest){.name = cases[i].name,
                                         .test_func = play_case,
                                         .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests("reports/annotations", tests, n, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
