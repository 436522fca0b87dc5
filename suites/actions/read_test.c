/* Reads the documents of suites/actions/read/ *.test and compares what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites/actions/read_case.h"

static const char *const files[] = {"workflow", "triggers", "jobs",    "steps",
                                    "places",   "calls",    "actions", "references"};

enum { FILE_COUNT = sizeof files / sizeof *files, MOST_CASES = 1024, MOST_BYTES = 1 << 20 };

static void play(void **state)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const char *wrong = read_case_play(&arena, *state);
    if (wrong)
        print_error("%s", wrong);
    bool failed = wrong != NULL;
    rh_arena_free(&arena);
    if (failed)
        fail();
}

static const char *read_data(rh_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    char *text = rh_arena_alloc(arena, MOST_BYTES);
    text[fread(text, 1, MOST_BYTES - 1, file)] = '\0';
    fclose(file);
    return text;
}

int main(void)
{
    static struct CMUnitTest tests[MOST_CASES];
    rh_arena arena;
    read_cases cases = {0};
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *name = rh_format(&arena, "suites/actions/read/%s.test", files[i]);
        const char *path = rh_format(&arena, "%s/actions/read/%s.test", RH_SUITES_DIR, files[i]);
        const char *wrong = read_cases_add(&arena, &cases, name, read_data(&arena, path));
        if (wrong) {
            fprintf(stderr, "%s\n", wrong);
            return 1;
        }
    }
    size_t count = cases.count < MOST_CASES ? cases.count : MOST_CASES;
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){.name = cases.items[i].name,
                                       .test_func = play,
                                       .initial_state = &cases.items[i]};
    int failed = _cmocka_run_group_tests("actions/read", tests, count, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
