/* The schemas of what the command prints fit what it prints, and nothing else; those of files agree
 * with their readers. Commands stand in outputs.test. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/profile.h"
#include "reports/journal_lines.h"
#include "sim/base/json.h"
#include "sim/journal.h"
#include "suites/support/schema.h"

static const char *read_all(rh_arena *arena, FILE *file)
{
    rh_text text = rh_text_in(arena);
    char part[4096];
    size_t length;
    assert_non_null(file);
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, length);
    return rh_text_string(&text);
}

static const rh_value *read_json(rh_arena *arena, const char *text, size_t length)
{
    rh_error error = {.message = ""};
    const rh_value *value = rh_json_read(arena, text, length, NULL, &error);
    if (!value)
        fail_msg("%s: %.*s", error.message, (int)length, text);
    return value;
}

static const rh_value *read_schema(rh_arena *arena, const char *name)
{
    FILE *file = fopen(rh_format(arena, "%s/../schemas/%s", RH_SUITES_DIR, name), "rb");
    const char *text = read_all(arena, file);
    fclose(file);
    return read_json(arena, text, strlen(text));
}

static bool fits(rh_arena *arena, const rh_value *schema, const rh_value *value, const char **why)
{
    rh_text text = rh_text_in(arena);
    bool fit = schema_accepts(schema, schema, value, "", &text);
    *why = rh_text_string(&text);
    return fit;
}

/* ---- outputs --------------------------------------------------------------------------------- */

typedef struct output {
    const char *schema;
    bool is_lines;
    const char *command;
} output;

/* An object with one more field, or with its first field gone; of a list that of its first item. */
static const rh_value *changed(rh_arena *arena, const rh_value *value, bool adds)
{
    if (rh_kind_of(value) == RH_LIST) {
        const rh_value *item = changed(arena, rh_at(value, 0), adds);
        return rh_value_list(arena, &item, 1);
    }
    size_t count = rh_count_of(value);
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, count + 1);
    memcpy(fields, value->as.fields, count * sizeof *fields);
    fields[count] = (rh_field){"a_key_that_nobody_knows", rh_null()};
    return rh_value_object(arena, adds ? fields : fields + 1, adds ? count + 1 : count - 1);
}

static void check_value(rh_arena *arena, const rh_value *schema, const rh_value *value)
{
    const char *why;
    if (!fits(arena, schema, value, &why))
        fail_msg("%s", why);
    assert_true(rh_count_of(value) > 0);
    assert_false(fits(arena, schema, changed(arena, value, true), &why));
    assert_false(fits(arena, schema, changed(arena, value, false), &why));
}

static void output_fits(void **state)
{
    const output *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena, test->schema);
    FILE *pipe = popen(rh_format(&arena, "exec 2>/dev/null; %s", test->command), "r");
    const char *text = read_all(&arena, pipe);
    pclose(pipe);
    assert_true(*text);
    while (*text) {
        size_t length = test->is_lines ? strcspn(text, "\n") : strlen(text);
        check_value(&arena, schema, read_json(&arena, text, length));
        text += length + (text[length] == '\n');
    }
    rh_arena_free(&arena);
}

/* Every kind of entry and every field of one (docs/journal.md has their table) is in the schema. */
static void kinds_and_fields_of_entries_are_there(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena, "journal.schema.json");
    const rh_value *known = rh_get(rh_get(rh_get(schema, "$defs"), "entry"), "properties");
    const rh_value *kinds = rh_get(rh_get(known, "kind"), "enum");
    for (int i = 0; i < RH_ENTRY_KIND_COUNT; i++) {
        const char *name = rh_entry_kind_name((rh_entry_kind)i);
        if (strcmp(rh_text_of(rh_at(kinds, (size_t)i)), name) != 0)
            fail_msg("schemas/journal.schema.json lacks the kind '%s', in its place", name);
    }
    assert_int_equal(rh_count_of(kinds), RH_ENTRY_KIND_COUNT);
    rh_text table = rh_text_in(&arena);
    rh_report_journal_kinds(&table);
    for (char *word = strtok((char *)(uintptr_t)rh_text_string(&table), "\n`"); word;
         word = strtok(NULL, "\n`")) {
        bool is_name = strspn(word, "abcdefghijklmnopqrstuvwxyz_") == strlen(word);
        bool is_kind = strcmp(word, "kind") == 0 || strcmp(word, "fields") == 0;
        for (size_t i = 0; i < RH_ENTRY_KIND_COUNT; i++)
            is_kind = is_kind || !strcmp(word, rh_entry_kind_name((rh_entry_kind)i));
        if (is_name && !is_kind && !rh_get(known, word))
            fail_msg("schemas/journal.schema.json lacks the field '%s'", word);
    }
    rh_arena_free(&arena);
}

/* ---- files ----------------------------------------------------------------------------------- */

typedef struct input {
    bool is_good;
    const char *text;
} input;

#define FAULT(fields) "{\"faults\": [{\"name\": \"x-1\", \"class\": \"transient\"" fields "}]}"

static const input faults[] = {
    {true, "{\"faults\": []}"},
    {true, "{\"$schema\": \"faults.schema.json\", \"faults\": []}"},
    {true, FAULT("")},
    {true, FAULT(", \"type\": \"T\", \"message\": \"m\", \"takes\": \"1m30s\", \"group\": \"g\"")},
    {true, FAULT(", \"summary\": \"s\", \"source\": \"s\", \"exit_code\": 255")},
    {true, "{\"faults\": [{\"name\": \"x\", \"class\": \"slow\", \"times\": 2}]}"},
    {true, "{\"faults\": [{\"name\": \"x\", \"class\": \"corrupted\", \"result\": {\"a\": [1]}}]}"},
    {true, "{\"faults\": [{\"name\": \"x\", \"class\": \"partial\", \"retryable\": true}]}"},
    {true, "{\"faults\": [{\"name\": \"dns\", \"class\": \"hang\", \"override\": true}]}"},
    {false, "{}"},
    {false, "{\"faults\": {}}"},
    {false, "{\"faults\": [{\"name\": \"x\"}]}"},
    {false, "{\"faults\": [{\"class\": \"hang\"}]}"},
    {false, "{\"faults\": [{\"name\": \"x\", \"class\": \"evil\"}]}"},
    {false, "{\"faults\": [{\"name\": \"x y\", \"class\": \"hang\"}]}"},
    {false, FAULT(", \"exit_code\": 256")},
    {false, FAULT(", \"exit_code\": -1")},
    {false, FAULT(", \"takes\": \"soon\"")},
    {false, FAULT(", \"nonsense\": 1")},
    {false, "{\"faults\": [{\"name\": \"x\", \"class\": \"slow\", \"times\": 1}]}"},
    {false, FAULT(", \"override\": \"maybe\"")},
};

#define CLASS(fields)                                                                              \
    "{\"profile\": \"p\", \"summary\": \"s\", \"classes\": [{\"name\": \"c\", \"types\": "         \
    "[\"*\"], "                                                                                    \
    "\"source\": \"s\"" fields "}]}"
#define OUTAGE(fields)                                                                             \
    "{\"profile\": \"p\", \"summary\": \"s\", \"classes\": [{\"name\": \"c\", \"types\": "         \
    "[\"*\"], "                                                                                    \
    "\"source\": \"s\"}], \"outages\": [{\"name\": \"o\", \"fault\": \"dns\", \"source\": "        \
    "\"s\"" fields "}]}"

static const input profiles[] = {
    {true, CLASS("")},
    {true, CLASS(", \"takes\": [\"1s\"], \"spread_per_mille\": [500, 1000]")},
    {true, CLASS(", \"faults_per_million\": {\"dns\": 0, \"hangs\": 1000000}")},
    {true, OUTAGE(", \"per_30_days\": 2, \"lasts\": [\"1m\", \"2h\"], \"fails_per_mille\": 400")},
    {true, OUTAGE(", \"per_30_days\": 0, \"lasts\": [\"1m\"], \"fails_per_mille\": 0, "
                  "\"classes\": [\"c\"]")},
    {true, "{\"profile\": \"p\", \"summary\": \"s\", \"classes\": [{\"name\": \"c\", "
           "\"types\": \"*x*\", \"source\": \"s\"}]}"},
    {false, "{\"profile\": \"p\", \"summary\": \"s\"}"},
    {false, "{\"profile\": \"p\", \"summary\": \"s\", \"classes\": []}"},
    {false, CLASS(", \"takes\": []")},
    {false, CLASS(", \"takes\": [\"long\"]")},
    {false, CLASS(", \"spread_per_mille\": [0]")},
    {false, CLASS(", \"faults_per_million\": {\"dns\": 1000001}")},
    {false, CLASS(", \"nonsense\": 1")},
    {false, OUTAGE(", \"per_30_days\": 721, \"lasts\": [\"1m\"], \"fails_per_mille\": 0")},
    {false, OUTAGE(", \"per_30_days\": 1, \"lasts\": [\"1m\"], \"fails_per_mille\": 1001")},
    {false, OUTAGE(", \"per_30_days\": 1, \"fails_per_mille\": 1")},
    {false, OUTAGE(", \"per_30_days\": 1, \"lasts\": [\"1m\"], \"fails_per_mille\": 1, "
                   "\"classes\": []")},
};

static bool reads_faults(rh_arena *arena, const char *text, rh_error *error)
{
    rh_catalog catalog = {0};
    return rh_catalog_read(arena, &catalog, text, strlen(text), "faults.json", error) == 0;
}

static bool reads_profile(rh_arena *arena, const char *text, rh_error *error)
{
    rh_profile_record profile;
    return rh_profile_read(arena, NULL, text, strlen(text), "profile.json", &profile, error) == 0;
}

static void check_inputs(const char *name, const input *inputs, size_t count,
                         bool (*reads)(rh_arena *, const char *, rh_error *))
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena, name);
    for (size_t i = 0; i < count; i++) {
        rh_error error = {.message = ""};
        const char *why, *text = inputs[i].text;
        bool fit = fits(&arena, schema, read_json(&arena, text, strlen(text)), &why);
        bool read = reads(&arena, text, &error);
        if (fit != inputs[i].is_good || read != inputs[i].is_good)
            fail_msg("%s: the schema says '%s', the reader '%s'", text, why, error.message);
    }
    rh_arena_free(&arena);
}

static void faults_agree(void **state)
{
    (void)state;
    check_inputs("faults.schema.json", faults, sizeof faults / sizeof *faults, reads_faults);
}

static void profiles_agree(void **state)
{
    rh_arena arena;
    (void)state;
    check_inputs("profile.schema.json", profiles, sizeof profiles / sizeof *profiles,
                 reads_profile);
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena, "profile.schema.json");
    static const char *const own[] = {"calm", "stormy", "typical"};
    for (size_t i = 0; i < 3; i++) {
        const char *path =
            rh_format(&arena, "%s/../fixtures/profiles/%s.json", RH_SUITES_DIR, own[i]);
        FILE *file = fopen(path, "rb");
        const char *why, *text = read_all(&arena, file);
        fclose(file);
        if (!fits(&arena, schema, read_json(&arena, text, strlen(text)), &why))
            fail_msg("%s: %s", own[i], why);
    }
    rh_arena_free(&arena);
}

/* ---- all ------------------------------------------------------------------------------------- */

static void add_link(rh_arena *arena, const char *folder, const char *to, const char *name)
{
    if (symlink(to, rh_format(arena, "%s/%s", folder, name)) != 0)
        abort();
}

/* A folder in which the paths of outputs.test lead somewhere. */
static void go_to_folder(rh_arena *arena)
{
    static char folder[] = "/tmp/rehearse-schemas-XXXXXX";
    const char *path = getenv("PATH");
    if (!mkdtemp(folder))
        abort();
    add_link(arena, folder, RH_SUITES_DIR, "suites");
    add_link(arena, folder, RH_SUITES_DIR "/../fixtures", "fixtures");
    add_link(arena, folder, RH_BUILD_DIR, "build");
    if (chdir(folder) != 0)
        abort();
    setenv("PATH", rh_format(arena, "%s:%s", RH_BUILD_DIR, path ? path : "/usr/bin:/bin"), 1);
    unsetenv("GITHUB_ACTIONS");
}

static void leave_folder(void)
{
    static const char *const links[] = {"suites", "fixtures", "build"};
    char folder[4096];
    for (size_t i = 0; i < 3; i++)
        unlink(links[i]);
    if (getcwd(folder, sizeof folder))
        rmdir(folder);
}

static size_t read_outputs(rh_arena *arena, output *outputs, size_t most)
{
    FILE *file = fopen(RH_SUITES_DIR "/schemas/outputs.test", "rb");
    char *text = rh_arena_string(arena, read_all(arena, file));
    size_t count = 0;
    fclose(file);
    for (char *line = strtok(text, "\n"); line && count < most; line = strtok(NULL, "\n")) {
        char *command = strchr(line, ' ');
        if (*line == '#' || !command)
            continue;
        *command++ = '\0';
        bool is_lines = strncmp(command, "lines ", 6) == 0;
        outputs[count++] = (output){line, is_lines, command + (is_lines ? 6 : 0)};
    }
    return count;
}

int main(void)
{
    static struct CMUnitTest tests[128] = {
        cmocka_unit_test(kinds_and_fields_of_entries_are_there),
        cmocka_unit_test(faults_agree),
        cmocka_unit_test(profiles_agree),
    };
    static output outputs[120];
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    size_t count = read_outputs(&arena, outputs, 120), n = 3;
    for (size_t i = 0; i < count; i++)
        tests[n++] = (struct CMUnitTest){.name = outputs[i].command,
                                         .test_func = output_fits,
                                         .initial_state = &outputs[i]};
    go_to_folder(&arena);
    int failed = _cmocka_run_group_tests("schemas", tests, n, NULL, NULL);
    leave_folder();
    rh_arena_free(&arena);
    return failed != 0 || count == 0;
}
