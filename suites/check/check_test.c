/* Findings of small workflow files: findings.test. Each case is checked twice, under two sets of
 * names, with the same findings; the command lines that replay findings are run, and must show
 * them.
 *
 *     test NAME
 *     options --event push         of `rehearse check`; may be left out
 *     kinds half-published ...     only these are looked at; without it, all are
 *     file                         lines of the workflow, behind two blanks; <a>, <b> ... are names
 *       on: ...
 *     expect                       all findings, in order:
 *       error tainted-effect 7:14 12:14
 *                                  level, kind, line:column, and of the other place, or -
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

static rh_arena arena;

typedef struct test_case {
    const char *name;
    unsigned line;
    const char *options, *kinds; /* "" if there are none */
    rh_text file, expect;
} test_case;

/* ---- reading cases --------------------------------------------------------------------------- */

static const char *read_all(FILE *from)
{
    rh_text text = rh_text_in(&arena);
    for (int c; (c = getc(from)) != EOF;)
        rh_text_putc(&text, (char)c);
    return rh_text_string(&text);
}

static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 ? line + length : NULL;
}

static size_t read_cases(test_case **cases)
{
    FILE *from = fopen(RH_SUITES_DIR "/check/findings.test", "r");
    assert_non_null(from);
    const char *text = read_all(from);
    fclose(from);
    size_t count = 0, capacity = 0;
    rh_text *part = NULL;
    unsigned number = 0;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        const char *line = rh_arena_text(&arena, at, length), *rest;
        at += length + (at[length] == '\n');
        number++;
        test_case *last = count ? &(*cases)[count - 1] : NULL;
        if ((rest = after(line, "test "))) {
            *cases = rh_arena_reserve(&arena, *cases, sizeof **cases, count + 1, &capacity);
            (*cases)[count++] =
                (test_case){rest, number, "", "", rh_text_in(&arena), rh_text_in(&arena)};
        } else if (last && (rest = after(line, "options "))) {
            last->options = rest;
        } else if (last && (rest = after(line, "kinds "))) {
            last->kinds = rest;
        } else if (last && !strcmp(line, "file")) {
            part = &last->file;
        } else if (last && !strcmp(line, "expect")) {
            part = &last->expect;
        } else if (part && last && (rest = after(line, "  "))) {
            rh_text_printf(part, "%s\n", rest);
        } else if (last && part == &last->file && !*line) {
            rh_text_putc(part, '\n');
        } else if (*line && *line != '#') {
            fail_msg("findings.test:%u: what is this?", number);
        }
    }
    return count;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* <a> becomes "a", or something quite different. */
static const char *named(const char *text, bool is_other)
{
    rh_text to = rh_text_in(&arena);
    for (const char *at = text; *at; at++) {
        size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");
        if (*at != '<' || !length || at[length + 1] != '>') {
            rh_text_putc(&to, *at);
            continue;
        }
        rh_text_printf(&to, is_other ? "q%.*s-x" : "%.*s", (int)length, at + 1);
        at += length + 1;
    }
    return rh_text_string(&to);
}

/* ---- running --------------------------------------------------------------------------------- */

static const char *run(const char *command, int *status)
{
    FILE *pipe = popen(rh_format(&arena, "PATH=%s:\"$PATH\"; exec 2>/dev/null </dev/null; %s",
                                 RH_BUILD_DIR, command),
                       "r");
    assert_non_null(pipe);
    const char *output = read_all(pipe);
    int ended = pclose(pipe);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return output;
}

static const char *write_file(const test_case *one, bool is_other)
{
    const char *path = rh_format(&arena, "check-%u%s.yml", one->line, is_other ? "-renamed" : "");
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    rh_text file = one->file;
    fputs(named(rh_text_string(&file), is_other), to);
    fclose(to);
    return path;
}

static const rh_value *findings_of(const test_case *one, const char *path)
{
    int status;
    const char *json =
        run(rh_format(&arena, "rehearse check %s --format json %s", path, one->options), &status);
    rh_error error;
    const rh_value *read = rh_json_read(&arena, json, strlen(json), path, &error);
    if (status > 1 || !read)
        fail_msg("findings.test:%u: %s: rehearse check %s ended with %d", one->line, one->name,
                 path, status);
    return rh_get(rh_at(rh_get(read, "files"), 0), "findings");
}

static bool is_looked_at(const test_case *one, const char *kind)
{
    size_t length = strlen(kind);
    if (!*one->kinds)
        return true;
    for (const char *at = one->kinds; (at = strstr(at, kind)); at += length)
        if ((at == one->kinds || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

static void put_place(rh_text *text, const rh_value *place)
{
    if (rh_kind_of(rh_get(place, "line")) == RH_NULL)
        rh_text_puts(text, " -");
    else
        rh_text_printf(text, " %" PRId64 ":%" PRId64, rh_integer_of(rh_get(place, "line")),
                       rh_integer_of(rh_get(place, "column")));
}

static const char *summary(const test_case *one, const rh_value *findings)
{
    rh_text text = rh_text_in(&arena);
    for (size_t i = 0; i < rh_count_of(findings); i++) {
        const rh_value *finding = rh_at(findings, i);
        const char *kind = rh_text_of(rh_get(finding, "kind"));
        if (!is_looked_at(one, kind))
            continue;
        rh_text_printf(&text, "%s %s", rh_text_of(rh_get(finding, "level")), kind);
        put_place(&text, rh_get(finding, "at"));
        put_place(&text, rh_get(finding, "see"));
        rh_text_putc(&text, '\n');
    }
    return rh_text_string(&text);
}

/* How many entries the journal has of these kinds, with these words. */
static size_t count_lines(const char *journal, const char *kinds, const char *words)
{
    size_t count = 0;
    for (const char *at = journal; *at;) {
        size_t length = strcspn(at, "\n");
        const char *line = rh_arena_text(&arena, at, length);
        const char *kind = strstr(line, "\"kind\":\"");
        size_t of_kind = kind ? strcspn(kind + 8, "\"") : 0;
        count += kind && strstr(kinds, rh_format(&arena, "|%.*s|", (int)of_kind, kind + 8)) &&
                 strstr(line, words);
        at += length + (at[length] == '\n');
    }
    return count;
}

/* What happened in the first run, and again when what failed was run again. */
static bool tells_the_whole_story(const char *command, const char *happened, const char *journal,
                                  int status)
{
    size_t runs = count_lines(journal, "|run-started|", "");
    size_t bad = count_lines(journal, "|run-failed|run-timed-out|run-canceled|", "");
    const char *times = strstr(happened, " times in all");
    if (!strstr(happened, "a re-run of what failed"))
        return runs == 1 && !strstr(command, "--rerun");
    if (runs != 2 || !bad || !strstr(command, " --rerun failed"))
        return false;
    if (strstr(happened, "does not mend it"))
        return bad == 2 && status == 1;
    if (strstr(happened, "mends it"))
        return bad == 1 && status == 0;
    while (times && times > happened && times[-1] >= '0' && times[-1] <= '9')
        times--;
    return times &&
           count_lines(journal, "|effect|", rh_format(&arena, "\"count\":%d", atoi(times)));
}

/* Its replay has its faults, and ends as it says. */
static void replay(const test_case *one, const rh_value *finding)
{
    const char *command = rh_text_of(rh_get(finding, "replay"));
    const char *happened = rh_text_of(rh_get(finding, "happened"));
    const rh_value *faults = rh_get(finding, "faults");
    if (!rh_count_of(faults))
        return;
    int status;
    const char *journal = run(rh_format(&arena, "%s --report journal=-", command), &status);
    for (size_t i = 0; i < rh_count_of(faults); i++) {
        const char *fault = rh_text_of(rh_get(rh_at(faults, i), "fault"));
        if (!strstr(journal, rh_format(&arena, "\"fault\":\"%s\"", fault)))
            fail_msg("findings.test:%u: %s: no %s in\n%s", one->line, one->name, fault, command);
    }
    bool is_green = strstr(happened, "is green") != NULL;
    bool is_red = strstr(happened, "is red") || strstr(happened, "the run fails");
    bool is_again = strstr(command, "--rerun") != NULL;
    if (status > 1 || (is_green && status != 0) || (is_red && !is_again && status != 1) ||
        !tells_the_whole_story(command, happened, journal, status))
        fail_msg("findings.test:%u: %s: ended with %d:\n%s\n%s", one->line, one->name, status,
                 command, happened);
}

static void check_case(test_case *one, bool is_other)
{
    const char *path = write_file(one, is_other);
    const rh_value *findings = findings_of(one, path);
    const char *found = summary(one, findings), *expected = rh_text_string(&one->expect);
    if (strcmp(found, expected) != 0)
        fail_msg("findings.test:%u: %s (%s): expected\n%sfound\n%s", one->line, one->name, path,
                 expected, found);
    for (size_t i = 0; !is_other && i < rh_count_of(findings); i++)
        replay(one, rh_at(findings, i));
    remove(path);
}

static void findings_are_as_expected_under_any_names(void **state)
{
    (void)state;
    test_case *cases = NULL;
    size_t count = read_cases(&cases);
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        check_case(&cases[i], false);
        check_case(&cases[i], true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_as_expected_under_any_names),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("check", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed ? 1 : 0;
}
