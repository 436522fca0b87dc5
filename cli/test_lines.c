#include "cli/test_lines.h"

#include <string.h>

#include "cli/actions_files.h"
#include "harness/scenario.h"

static const rh_scenario_play_of *plays_of(const rh_suite_test *test, size_t *count)
{
    const rh_scenario *scenario = rh_scenario_of(test);
    *count = scenario ? scenario->play_count : 0;
    return *count ? scenario->plays : NULL;
}

bool cli_tests_have_files(const rh_suite_tests *tests)
{
    size_t count = 0;
    for (size_t i = 0; i < tests->count && !count; i++)
        plays_of(&tests->items[i], &count);
    return count > 0;
}

/* ---- repositories ---------------------------------------------------------------------------- */

/* A workflow file that tests rehearse. */
typedef struct rehearsed {
    const rh_actions_file *file;
    const char *root, *path; /* of its repository; from there */
} rehearsed;

typedef struct rehearsed_files {
    rehearsed *items;
    size_t count, capacity;
} rehearsed_files;

/* What stands before the paths of a repository's files. */
static const char *shown_root(rh_arena *arena, const rehearsed_files *files, const char *root)
{
    bool is_only_one = true;
    for (size_t i = 0; i < files->count; i++)
        is_only_one = is_only_one && !strcmp(files->items[i].root, root);
    const char *here = cli_repository_around(arena, "-");
    size_t length = strlen(here);
    if (is_only_one)
        return "";
    return strncmp(root, here, length) ? root : root + length;
}

static const rehearsed *find_file(const rehearsed_files *files, const rh_actions_file *file)
{
    for (size_t i = 0; i < files->count; i++)
        if (files->items[i].file == file)
            return &files->items[i];
    return NULL;
}

static rehearsed_files find_files(rh_arena *arena, const rh_suite_tests *tests)
{
    rehearsed_files files = {0};
    for (size_t i = 0; i < tests->count; i++) {
        size_t count;
        const rh_scenario_play_of *plays = plays_of(&tests->items[i], &count);
        for (size_t j = 0; j < count; j++) {
            const rh_actions_file *file = plays[j].definition->file;
            if (find_file(&files, file))
                continue;
            files.items = rh_arena_reserve(arena, files.items, sizeof *files.items, files.count + 1,
                                           &files.capacity);
            files.items[files.count++] = (rehearsed){file, cli_repository_around(arena, file->path),
                                                     cli_path_in_repository(arena, file->path)};
        }
    }
    for (size_t i = 0; i < files.count; i++)
        files.items[i].root = shown_root(arena, &files, files.items[i].root);
    return files;
}

/* ---- counting -------------------------------------------------------------------------------- */

/* Once in each repository that the test plays files of. */
static void add_test(rh_lines *lines, const rehearsed_files *files, const rh_suite_test *test,
                     const rh_plays *done)
{
    size_t count;
    const rh_scenario_play_of *plays = plays_of(test, &count);
    for (size_t i = 0; i < count; i++) {
        const char *root = find_file(files, plays[i].definition->file)->root;
        bool is_counted = false;
        for (size_t j = 0; j < i && !is_counted; j++)
            is_counted = !strcmp(find_file(files, plays[j].definition->file)->root, root);
        if (is_counted)
            continue;
        rh_lines_enter(lines, root);
        rh_lines_add_plays(lines, done);
    }
}

const rh_lines *cli_test_lines(rh_arena *arena, const rh_suite_tests *tests,
                               const rh_suite_result *result)
{
    rh_lines *lines = rh_lines_create(arena);
    const rehearsed_files files = find_files(arena, tests);
    for (size_t i = 0; i < files.count; i++) {
        rh_lines_enter(lines, files.items[i].root);
        rh_lines_add_file(lines, files.items[i].file, files.items[i].path);
    }
    for (size_t i = 0; i < result->count; i++)
        if (result->tests[i].evidence.plays)
            add_test(lines, &files, result->tests[i].test, result->tests[i].evidence.plays);
    return lines;
}
