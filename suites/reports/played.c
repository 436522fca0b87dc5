#include "suites/reports/played.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"

enum { MOST_CASES = 64 };

/* ---- cases ----------------------------------------------------------------------------------- */

static char *read_all(rh_arena *arena, const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    rh_text text = rh_text_in(arena);
    char buffer[4096];
    size_t count;
    if (!file)
        return NULL;
    while ((count = fread(buffer, 1, sizeof buffer, file)) > 0)
        rh_text_add(&text, buffer, count);
    fclose(file);
    rh_text_putc(&text, '\0');
    *length = text.length - 1;
    return text.data;
}

static void wrong(const char *name, uint32_t number, const char *line)
{
    fprintf(stderr, "%s:%u: '%s' is no part of a case\n", name, number, line);
    exit(1);
}

/* A line that is not indented; the texts below it go to what is returned, or nowhere (NULL). */
static rh_text *begin_part(rh_arena *arena, played_case *test, const char *line)
{
    if (!strncmp(line, "run", 3) && (line[3] == ' ' || !line[3])) {
        test->runs[test->run_count++] = line[3] ? line + 4 : "";
        return NULL;
    }
    bool is_file = !strncmp(line, "file ", 5);
    played_file *part =
        is_file ? &test->files[test->file_count++] : &test->reports[test->report_count++];
    part->path = is_file ? line + 5 : line;
    part->text = rh_text_in(arena);
    return &part->text;
}

played_case *played_read(rh_arena *arena, const char *name, size_t *count)
{
    size_t length;
    uint32_t number = 0;
    char *text = read_all(arena, rh_format(arena, "%s/reports/%s", RH_SUITES_DIR, name), &length);
    played_case *cases = RH_NEW_ARRAY(arena, played_case, MOST_CASES);
    rh_text *part = NULL;
    *count = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = line + strcspn(line, "\n");
        next += *next ? (*next = '\0', 1) : 0;
        number++;
        if (!strncmp(line, "test ", 5) && *count < MOST_CASES) {
            cases[*count] = (played_case){.name = line + 5, .line = number};
            ++*count;
            part = NULL;
        } else if (part && (!strncmp(line, "  ", 2) || !*line)) {
            rh_text_printf(part, "%s\n", *line ? line + 2 : "");
        } else if (*line && *line != '#' && *line != ' ' && *count) {
            part = begin_part(arena, &cases[*count - 1], line);
        } else if (*line && *line != '#') {
            wrong(name, number, line);
        }
    }
    if (!*count)
        wrong(name, number, "nothing");
    return cases;
}

/* ---- reading --------------------------------------------------------------------------------- */

static const char *read_file(void *data, const char *path, size_t *length)
{
    const played_case *test = data;
    for (size_t i = 0; i < test->file_count; i++)
        if (!strcmp(test->files[i].path, path)) {
            *length = test->files[i].text.length;
            return test->files[i].text.data;
        }
    return NULL;
}

static const rh_actions_file *read_workflow(rh_arena *arena, const char *text, size_t length,
                                            const char *path, const rh_actions_files *files)
{
    rh_actions_errors errors = {.count = 0};
    const rh_actions_file *file =
        rh_actions_read(arena, text, length, path, &(rh_actions_read_options){.files = files},
                        &errors);
    char shown[1024];
    if (!file)
        fail_msg("%s", rh_error_text(&errors.items[0], shown, sizeof shown));
    return file;
}

const rh_actions_file *played_workflow(rh_arena *arena, const played_case *test)
{
    rh_actions_files *files = RH_NEW(arena, rh_actions_files);
    *files = (rh_actions_files){.data = (void *)(uintptr_t)test, .read = read_file};
    const played_file *first = &test->files[0];
    return read_workflow(arena, first->text.data, first->text.length, first->path, files);
}

/* ---- playing --------------------------------------------------------------------------------- */

static rh_duration duration_of(const char *text)
{
    rh_duration duration = 0;
    if (!rh_duration_read(text, strlen(text), &duration))
        fail_msg("'%s' is no time", text);
    return duration;
}

/* "CALL=WHAT" */
static void apply_pair(rh_arena *arena, rh_env *env, const char *kind, const char *pair)
{
    const char *equals = strchr(pair, '=');
    rh_error error = {.message = ""};
    if (!equals)
        fail_msg("'%s' has no '='", pair);
    const char *call = rh_arena_text(arena, pair, (size_t)(equals - pair));
    int failed = -1;
    if (!strcmp(kind, "fault"))
        failed = rh_env_add_fault(env, call, equals + 1, &error);
    else if (!strcmp(kind, "takes"))
        failed = rh_env_set_duration(env, call, duration_of(equals + 1), &error);
    else if (!strcmp(kind, "mock")) {
        const rh_value *result = rh_json_read(arena, equals + 1, strlen(equals + 1), NULL, &error);
        failed = result ? 0 : -1;
        rh_add_mock(env, RH_LAYER_TEST,
                    &(rh_mock_options){.type = call,
                                       .answer = {.result = result, .no_effect = true}});
    }
    if (failed)
        fail_msg("%s=%s: %s", kind, pair, error.message);
}

static void apply(rh_arena *arena, rh_env *env, rh_actions_settings *rules, const char *options)
{
    while (*options) {
        bool is_quoted = *options == '"';
        options += is_quoted;
        size_t length = strcspn(options, is_quoted ? "\"" : " ");
        const char *word = rh_arena_text(arena, options, length);
        const char *equals = strchr(word, '=');
        options += length + (options[length] != '\0');
        options += strspn(options, " ");
        if (!strcmp(word, "durable"))
            rules->lift = RH_NEW(arena, rh_actions_lift);
        else if (!equals)
            fail_msg("'%s' is no option of a run", word);
        else if (!strncmp(word, "cancel=", 7))
            rh_cancel_at(env, duration_of(equals + 1), NULL);
        else
            apply_pair(arena, env, rh_arena_text(arena, word, (size_t)(equals - word)), equals + 1);
    }
}

static rh_env *play(rh_arena *arena, const rh_actions_file *file, const char *ref,
                    const char *options)
{
    rh_env *env = rh_env_create(NULL);
    rh_error error;
    rh_actions_settings *rules = RH_NEW(arena, rh_actions_settings);
    rh_actions_definition *definition = RH_NEW(arena, rh_actions_definition);
    assert_non_null(env);
    rules->catalog = rh_actions_catalog_read(arena, NULL, NULL, 0, &error);
    *definition = (rh_actions_definition){file, rules, NULL};
    apply(arena, env, rules, options);
    const char *input = rh_format(arena,
                                  "{\"github\": {\"event_name\": \"push\", \"ref\": \"%s\", "
                                  "\"repository\": \"acme/tool\"}}",
                                  ref);
    rh_env_start(env, &(rh_start_request){
                          .dialect = &rh_actions_dialect,
                          .definition = definition,
                          .workflow_type = file->name,
                          .input = rh_env_json(env, input),
                      });
    rh_play(env);
    if (rh_env_finish(env))
        fail_msg("%s: %s", options, rh_env_report(env));
    return env;
}

rh_env *played_run(rh_arena *arena, const played_case *test, const rh_actions_file *file, size_t n)
{
    return play(arena, file, "refs/heads/main", test->runs[n]);
}

/* ---- fixtures -------------------------------------------------------------------------------- */

static const char *read_fixture(void *data, const char *path, size_t *length)
{
    const char *const *root = data;
    rh_arena *arena = (rh_arena *)(uintptr_t)root[1];
    return read_all(arena, rh_format(arena, "%s%s", root[0], path), length);
}

rh_env *played_fixture(rh_arena *arena, const char *path, const char *ref, const char *fault_point,
                       const char *fault, bool is_durable, const rh_actions_file **file)
{
    const char *inside = strchr(path, '/') + 1;
    const char **root = RH_NEW_ARRAY(arena, const char *, 2);
    rh_actions_files *files = RH_NEW(arena, rh_actions_files);
    size_t length;
    root[0] = rh_format(arena, "%s/../fixtures/workflows/%.*s", RH_SUITES_DIR, (int)(inside - path),
                        path);
    root[1] = (const char *)arena;
    *files = (rh_actions_files){.data = root, .read = read_fixture};
    const char *text = read_fixture(root, inside, &length);
    if (!text)
        fail_msg("%s is not there", path);
    *file = read_workflow(arena, text, length, inside, files);
    return play(arena, *file, ref,
                fault ? rh_format(arena, "\"fault=%s=%s\"%s", fault_point, fault,
                                  is_durable ? " durable" : "")
                      : "");
}

const char *const *played_fixtures(void)
{
    static const char *const paths[] = {
        "called/.github/workflows/nightly.yml",
        "called/.github/workflows/build.yml",
        "pull-request/.github/workflows/plugin-check.yml",
        "retrying/.github/workflows/deploy.yml",
        "tool/.github/workflows/ci.yml",
        "tool/.github/workflows/release.yml",
        "tool/.github/workflows/version-check.yml",
        "tool-four-jobs/.github/workflows/release.yml",
        "tool-nonfatal/.github/workflows/release.yml",
        "webhook/.github/workflows/start-release.yml",
        NULL,
    };
    return paths;
}
