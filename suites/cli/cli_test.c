/* Plays the golden transcripts: every suites/cli/X.console is a list of
 *
 *     $ a command line for the shell
 *     what it prints, stdout and stderr together
 *     [exit 0]
 *
 * Between two of them stand blank lines and comments (#). In what is expected, "[..]" stands for
 * anything within a line, and a line "..." for any number of lines. Each transcript has a folder in
 * which `build` leads to the build and `suites` to the suites; the path of the source tree is
 * removed from what they print. What a transcript really gives is left in build/suites/X.console,
 * to be looked at and copied.
 */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/base/text.h"

enum { FILES_LIMIT = 64 };

static rh_arena arena;
static char folder[64];

/* ---- running a command ----------------------------------------------------------------------- */

static const char *read_all(FILE *file)
{
    rh_text text = rh_text_in(&arena);
    char part[4096];
    size_t length;
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, length);
    return rh_text_string(&text);
}

static const char *without(const char *text, const char *part)
{
    rh_text result = rh_text_in(&arena);
    for (const char *at; (at = strstr(text, part)); text = at + strlen(part))
        rh_text_add(&result, text, (size_t)(at - text));
    rh_text_puts(&result, text);
    return rh_text_string(&result);
}

/* What it prints, then "[exit N]". */
static const char *run_command(const char *command)
{
    FILE *pipe = popen(rh_format(&arena, "exec 2>&1 </dev/null; %s", command), "r");
    assert_non_null(pipe);
    const char *output = read_all(pipe);
    int status = pclose(pipe);
    /* RH_SUITES_DIR is SOURCE/suites */
    const char *source =
        rh_format(&arena, "%.*s", (int)(strlen(RH_SUITES_DIR) - strlen("suites")), RH_SUITES_DIR);
    output = without(output, source);
    bool ends = !*output || output[strlen(output) - 1] == '\n';
    return rh_format(&arena, "%s%s[exit %d]\n", output, ends ? "" : "\n",
                     WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static const char *next_line(const char *text)
{
    text += line_length(text);
    return text + (*text == '\n');
}

static bool line_matches(const char *pattern, size_t pattern_length, const char *line,
                         size_t length)
{
    static const char any[] = "[..]";
    while (pattern_length) {
        if (pattern_length >= 4 && strncmp(pattern, any, 4) == 0) {
            for (size_t skipped = 0; skipped <= length; skipped++)
                if (line_matches(pattern + 4, pattern_length - 4, line + skipped, length - skipped))
                    return true;
            return false;
        }
        if (!length || *pattern != *line)
            return false;
        pattern++, pattern_length--, line++, length--;
    }
    return length == 0;
}

static bool text_matches(const char *expected, const char *actual)
{
    while (*expected) {
        size_t length = line_length(expected);
        if (length == 3 && strncmp(expected, "...", 3) == 0) {
            for (const char *rest = actual;; rest = next_line(rest)) {
                if (text_matches(next_line(expected), rest))
                    return true;
                if (!*rest)
                    return false;
            }
        }
        if (!*actual || !line_matches(expected, length, actual, line_length(actual)))
            return false;
        expected = next_line(expected);
        actual = next_line(actual);
    }
    return !*actual;
}

/* ---- transcripts ----------------------------------------------------------------------------- */

static const char *load(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const char *text = read_all(file);
    fclose(file);
    return text;
}

/* From behind the command line to behind "[exit N]". */
static const char *expected_part(const char *text, const char **end)
{
    const char *start = text;
    while (*text) {
        bool last = strncmp(text, "[exit ", 6) == 0;
        text = next_line(text);
        if (last)
            break;
    }
    *end = text;
    return rh_arena_text(&arena, start, (size_t)(text - start));
}

/* Plays one transcript and appends what it gives to `actual`; returns how many commands differ. */
static int play(const char *text, rh_text *actual)
{
    int differences = 0;
    while (*text) {
        const char *line = text;
        text = next_line(text);
        rh_text_add(actual, line, (size_t)(text - line));
        if (strncmp(line, "$ ", 2) != 0)
            continue;
        const char *command = rh_arena_text(&arena, line + 2, line_length(line) - 2);
        const char *expected = expected_part(text, &text);
        const char *output = run_command(command);
        rh_text_puts(actual, output);
        if (text_matches(expected, output))
            continue;
        differences++;
        print_error("$ %s\n--- expected\n", command);
        fprintf(stderr, "%s--- got\n%s---\n", expected, output);
    }
    return differences;
}

static void plays_as_written(void **state)
{
    const char *name = *state;
    const char *text = load(rh_format(&arena, "%s/cli/%s", RH_SUITES_DIR, name));
    rh_text actual = rh_text_in(&arena);
    int differences = play(text, &actual);
    const char *copy = rh_format(&arena, "%s/suites/%s", RH_BUILD_DIR, name);
    FILE *file = fopen(copy, "w");
    if (file) {
        fputs(rh_text_string(&actual), file);
        fclose(file);
    }
    if (differences)
        fail_msg("%d commands of suites/cli/%s give something else; what they give is in %s",
                 differences, name, copy);
}

/* ---- surroundings ---------------------------------------------------------------------------- */

static void set_environment(void)
{
    static const char *const unset[] = {"NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS",
                                        "GITHUB_ACTIONS"};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
        unsetenv(unset[i]);
    setenv("SOURCE_DATE_EPOCH", "0", 1);
    setenv("TERM", "dumb", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *path = getenv("PATH");
    setenv("PATH", rh_format(&arena, "%s:%s", RH_BUILD_DIR, path ? path : "/usr/bin:/bin"), 1);
}

static int enter_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/rehearse-cli-XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) != 0 || symlink(RH_BUILD_DIR, "build") != 0 ||
        symlink(RH_SUITES_DIR, "suites") != 0)
        return -1;
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status, (void)type, (void)where;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir("/") != 0 || nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_transcript(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".console") == 0;
}

int main(void)
{
    struct CMUnitTest tests[FILES_LIMIT] = {0};
    struct dirent **entries;
    rh_arena_init(&arena, NULL, NULL);
    set_environment();
    int count = scandir(RH_SUITES_DIR "/cli", &entries, is_transcript, by_name);
    if (count <= 0 || count > FILES_LIMIT) {
        fprintf(stderr, "expected 1 to %d transcripts, found %d\n", FILES_LIMIT, count);
        return 1;
    }
    for (int i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){entries[i]->d_name, plays_as_written, enter_folder,
                                       leave_folder, entries[i]->d_name};
    int failed = _cmocka_run_group_tests("cli", tests, (size_t)count, NULL, NULL);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    rh_arena_free(&arena);
    return failed != 0;
}
