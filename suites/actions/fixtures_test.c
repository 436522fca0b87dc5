/* The repositories of fixtures/workflows: they are read without a complaint, hold only what a
 * rehearsal knows, and have the defects that the documentation shows. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/actions/catalog.h"
#include "sim/actions/model.h"
#include "sim/shell/shell.h"

#define ROOT RH_SUITES_DIR "/../fixtures/workflows"

static int set_up(void **state)
{
    static rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct project {
    rh_arena *arena;
    const char *name; /* its folder */
} project;

static const char *read_file(void *data, const char *path, size_t *length)
{
    const project *of = data;
    FILE *file = fopen(rh_format(of->arena, "%s/%s/%s", ROOT, of->name, path), "rb");
    if (!file)
        return NULL;
    rh_text text = rh_text_in(of->arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    *length = text.length;
    return rh_text_string(&text);
}

static const rh_actions_file *workflow(rh_arena *arena, const char *name, const char *file)
{
    project of = {arena, name};
    size_t length = 0;
    const char *path = rh_format(arena, ".github/workflows/%s", file);
    const char *text = read_file(&of, path, &length);
    if (!text)
        fail_msg("%s/%s is not there", name, path);
    rh_actions_files files = {.data = &of, .read = read_file};
    rh_actions_read_options options = {.files = &files};
    rh_actions_errors errors = {.count = 0};
    const rh_actions_file *read = rh_actions_read(arena, text, length, path, &options, &errors);
    char shown[1000];
    if (!read)
        fail_msg("%s: %s", name, rh_error_text(&errors.items[0], shown, sizeof shown));
    return read;
}

typedef void tell_workflow(rh_arena *arena, const char *name, const rh_actions_file *file,
                           void *data);

/* Tells of every workflow of every project; returns how many there are. */
static size_t each_workflow(rh_arena *arena, tell_workflow *tell, void *data)
{
    size_t count = 0;
    DIR *projects = opendir(ROOT);
    assert_non_null(projects);
    for (struct dirent *name; (name = readdir(projects));) {
        const char *path = rh_format(arena, "%s/%s/.github/workflows", ROOT, name->d_name);
        DIR *folder = name->d_name[0] != '.' ? opendir(path) : NULL;
        if (!folder)
            continue;
        for (struct dirent *file; (file = readdir(folder));)
            if (strstr(file->d_name, ".yml")) {
                const char *project_name = rh_arena_string(arena, name->d_name);
                tell(arena, project_name, workflow(arena, project_name, file->d_name), data);
                count++;
            }
        closedir(folder);
    }
    closedir(projects);
    return count;
}

/* Nothing is doubtful; what is not simulated is no fault of theirs. */
static void has_no_notes(rh_arena *arena, const char *name, const rh_actions_file *file, void *data)
{
    (void)arena, (void)data;
    for (size_t i = 0; i < file->note_count; i++)
        if (!file->notes[i].is_left_out)
            fail_msg("%s/%s:%u: %s", name, file->path, file->notes[i].place.line,
                     file->notes[i].text);
}

static void all_are_read(void **state)
{
    assert_int_equal(each_workflow(*state, has_no_notes, NULL), 10);
}

/* ---- what they use --------------------------------------------------------------------------- */

typedef void tell_step(rh_arena *arena, const rh_actions_step *step, void *data);

static void each_step(rh_arena *arena, const rh_actions_step *steps, size_t count, tell_step *tell,
                      void *data)
{
    for (size_t i = 0; i < count; i++) {
        tell(arena, &steps[i], data);
        each_step(arena, steps[i].steps, steps[i].step_count, tell, data);
        if (steps[i].action)
            each_step(arena, steps[i].action->steps, steps[i].action->step_count, tell, data);
    }
}

static void each_step_of(rh_arena *arena, const rh_actions_file *file, tell_step *tell, void *data)
{
    for (size_t i = 0; i < file->job_count; i++)
        each_step(arena, file->jobs[i].steps, file->jobs[i].step_count, tell, data);
}

static void action_is_known(rh_arena *arena, const rh_actions_step *step, void *data)
{
    (void)arena;
    if (step->uses.kind == RH_USES_REPOSITORY && !rh_catalog_action_find(data, step->uses.name))
        fail_msg("%s:%u: the catalog has no %s", step->file, step->place.line, step->uses.name);
}

static void actions_are_known(rh_arena *arena, const char *name, const rh_actions_file *file,
                              void *data)
{
    (void)name;
    each_step_of(arena, file, action_is_known, data);
}

static void all_actions_are_in_the_catalog(void **state)
{
    rh_actions_catalog *catalog = rh_actions_catalog_read(*state, NULL, NULL, 0, NULL);
    assert_non_null(catalog);
    each_workflow(*state, actions_are_known, catalog);
}

/* A script as the shell gets it, with "x" where expressions were. */
static rh_text without_expressions(rh_arena *arena, const char *script)
{
    rh_text text = rh_text_in(arena);
    for (const char *open; (open = strstr(script, "${{")) != NULL;) {
        rh_text_add(&text, script, (size_t)(open - script));
        rh_text_putc(&text, 'x');
        script = strstr(open, "}}") + 2;
    }
    rh_text_puts(&text, script);
    return text;
}

static void script_is_understood(rh_arena *arena, const rh_actions_step *step, void *data)
{
    if (!step->run)
        return;
    rh_text text = without_expressions(arena, step->run->text);
    const rh_shell_script *script =
        rh_shell_parse(arena, rh_text_string(&text), text.length, false);
    rh_shell_place place;
    const char *wrong = rh_shell_syntax_error(script, &place);
    if (!wrong && rh_shell_opaque_count(script))
        wrong = rh_shell_opaque_at(script, 0)->why;
    if (wrong)
        fail_msg("%s:%u: %s", step->file, step->place.line, wrong);
    ++*(size_t *)data;
}

static void scripts_are_understood(rh_arena *arena, const char *name, const rh_actions_file *file,
                                   void *data)
{
    (void)name;
    each_step_of(arena, file, script_is_understood, data);
}

static void all_scripts_are_understood(void **state)
{
    size_t count = 0;
    each_workflow(*state, scripts_are_understood, &count);
    assert_true(count > 30);
}

/* ---- their defects --------------------------------------------------------------------------- */

static const rh_actions_job *job(const rh_actions_file *file, const char *id)
{
    int index = rh_actions_job_index(file, id);
    assert_true(index >= 0);
    return &file->jobs[index];
}

static bool needs(const rh_actions_file *file, const char *id, const char *other)
{
    const rh_actions_job *of = job(file, id);
    for (size_t i = 0; i < of->need_count; i++)
        if (!strcmp(file->jobs[of->needs[i]].id, other))
            return true;
    return false;
}

static const rh_actions_step *step(const rh_actions_job *of, const char *title)
{
    for (size_t i = 0; i < of->step_count; i++)
        if (!strcmp(rh_actions_step_title(&of->steps[i]), title))
            return &of->steps[i];
    fail_msg("no step '%s' in %s", title, of->id);
    return NULL;
}

/* A failure of Homebrew turns a finished release red; in tool-nonfatal it does not. */
static void homebrew_is_fatal(void **state)
{
    const rh_actions_file *fatal = workflow(*state, "tool", "release.yml");
    assert_true(needs(fatal, "update-homebrew", "release"));
    assert_null(job(fatal, "update-homebrew")->continue_on_error);
    const rh_actions_file *mild = workflow(*state, "tool-nonfatal", "release.yml");
    assert_true(needs(mild, "update-homebrew", "release"));
    const rh_token *flag = job(mild, "update-homebrew")->continue_on_error;
    assert_non_null(flag);
    assert_true(rh_is_true(flag->constant));
}

/* A step of Homebrew that fails costs the image: it comes after publishing, and docker needs it. */
static void homebrew_costs_the_image(void **state)
{
    const rh_actions_file *file = workflow(*state, "tool-four-jobs", "release.yml");
    const rh_actions_job *release = job(file, "release");
    const rh_actions_step *update = step(release, "Update the Homebrew formula");
    assert_true(step(release, "Publish the release")->index < update->index);
    assert_null(update->continue_on_error);
    assert_true(needs(file, "docker", "release"));
    assert_true(needs(file, "release", "build-linux") && needs(file, "release", "build-macos"));
}

/* The default shell has no pipefail: what curl fails to load is summed as an empty file. */
static void a_wrong_sum_goes_out(void **state)
{
    const rh_actions_file *file = workflow(*state, "tool", "release.yml");
    const rh_actions_step *update = step(job(file, "update-homebrew"), "Update the formula");
    assert_non_null(strstr(update->run->text, "SHA=$(curl -sL \"$URL\" | sha256sum | cut"));
    assert_null(strstr(update->run->text, "pipefail"));
    assert_null(update->shell);
    assert_null(job(file, "update-homebrew")->defaults.shell);
    assert_null(file->defaults.shell);
}

/* The job wants a tag, which neither a push (to main) nor a pull request has. */
static void a_job_is_out_of_reach(void **state)
{
    const rh_actions_file *file = workflow(*state, "tool", "version-check.yml");
    const rh_actions_trigger *push = rh_actions_trigger_of(file, "push");
    assert_int_equal(push->branches.count, 1);
    assert_int_equal(push->tags.count, 0);
    assert_int_equal(push->paths.count, 2);
    assert_non_null(rh_actions_trigger_of(file, "pull_request"));
    assert_non_null(rh_actions_trigger_of(file, "workflow_dispatch"));
    assert_int_equal(file->trigger_count, 3);
    assert_string_equal(job(file, "tag-matches")->condition.text,
                        "startsWith(github.ref, 'refs/tags/v')");
}

/* The second try asks for a conclusion, which continue-on-error has made a success. */
static void a_retry_that_never_runs(void **state)
{
    const rh_actions_job *of = job(workflow(*state, "retrying", "deploy.yml"), "integration");
    assert_true(rh_is_true(step(of, "End-to-end tests")->continue_on_error->constant));
    assert_string_equal(step(of, "End-to-end tests, once more")->condition.text,
                        "steps.first.conclusion == 'failure'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_actions_are_in_the_catalog, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_scripts_are_understood, set_up, tear_down),
        cmocka_unit_test_setup_teardown(homebrew_is_fatal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(homebrew_costs_the_image, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_sum_goes_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_is_out_of_reach, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_retry_that_never_runs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
