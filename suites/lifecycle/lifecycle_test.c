/* Plays the cases of suites/lifecycle/, each also with every workflow task replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "suites/lifecycle/case.h"

static const char *const files[] = {"retry",    "timeouts", "heartbeats", "cancel", "server-1.30",
                                    "children", "external", "continue",   "cron",   "workflow",
                                    "tasks",    "limits",   "local",      "timers", "hosts",
                                    "history",  "effects"};

enum { FILE_COUNT = sizeof files / sizeof *files, MOST_CASES = 1024 };

static void play(void **state)
{
    const lifecycle_case *test = *state;
    for (int no_cache = 0; no_cache <= 1; no_cache++) {
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        const char *wrong = lifecycle_play(&arena, test, no_cache);
        if (wrong)
            print_error("%s%s", no_cache ? "(replaying) " : "", wrong);
        bool failed = wrong != NULL;
        rh_arena_free(&arena);
        if (failed)
            fail();
    }
}

static char *read_file(rh_arena *arena, const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    char *text = rh_arena_alloc(arena, 1 << 20);
    *length = fread(text, 1, 1 << 20, file);
    fclose(file);
    return text;
}

int main(void)
{
    static struct CMUnitTest tests[MOST_CASES];
    size_t count = 0;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        size_t length;
        lifecycle_file read = {0};
        rh_error error;
        char text[1024];
        const char *path = rh_format(&arena, "%s/lifecycle/%s.test", RH_SUITES_DIR, files[i]);
        const char *content = read_file(&arena, path, &length);
        if (lifecycle_read(&arena, content, length, path, &read, &error) < 0) {
            fprintf(stderr, "%s\n", rh_error_text(&error, text, sizeof text));
            return 1;
        }
        for (size_t k = 0; k < read.count && count < MOST_CASES; k++)
            tests[count++] = (struct CMUnitTest){.name = read.cases[k].name,
                                                 .test_func = play,
                                                 .initial_state = &read.cases[k]};
    }
    int failed = _cmocka_run_group_tests("lifecycle", tests, count, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
