/* The action catalog: which entry a command line is of, what it does, what users may add. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/fault.h"
#include "sim/actions/catalog.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

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

static const rh_actions_catalog *catalog_with(rh_arena *arena, const char *text)
{
    rh_error error = {.message = ""};
    const rh_actions_catalog *catalog =
        rh_actions_catalog_read(arena, &text, (const char *[]){"own.json"}, text ? 1 : 0, &error);
    char shown[1000];
    if (!catalog)
        fail_msg("%s", rh_error_text(&error, shown, sizeof shown));
    return catalog;
}

static rh_text read_file(rh_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is not there", path);
    rh_text text = rh_text_in(arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    return text;
}

/* ---- cases ----------------------------------------------------------------------------------- */

/* One case of a .test file; its language is explained there. */
typedef struct given {
    rh_arena *arena;
    const rh_actions_catalog *catalog;
    const rh_value *words[64];
    size_t word_count;
    const char *uses;
    rh_field fields[RH_CONTEXT_COUNT][16];
    size_t field_count[RH_CONTEXT_COUNT];
} given;

static const rh_value *context_of(void *data, rh_expression_context context)
{
    given *g = data;
    return rh_value_object(g->arena, g->fields[context], g->field_count[context]);
}

/* "?origin" is unknown, "!text" tainted, "*text" secret. */
static const rh_value *value_of(rh_arena *arena, const char *text, size_t length)
{
    uint8_t flags = 0;
    for (; length && strchr("!*", *text); text++, length--)
        flags |= *text == '!' ? RH_TAINTED : RH_SECRET;
    if (length && *text == '?')
        return rh_value_unknown(arena, rh_arena_text(arena, text + 1, length - 1), flags);
    /* "\n" is the end of a line. */
    rh_text unescaped = rh_text_in(arena);
    for (size_t i = 0; i < length; i++) {
        bool ends_line = text[i] == '\\' && i + 1 < length && text[i + 1] == 'n';
        rh_text_putc(&unescaped, ends_line ? '\n' : text[i]);
        i += ends_line;
    }
    const rh_value *value = rh_value_string(arena, rh_text_string(&unescaped), unescaped.length);
    return flags ? rh_value_flagged(arena, value, flags) : value;
}

/* Words divided by blanks; 'single quotes' hold blanks. */
static void read_words(given *g, const char *at, const char *end)
{
    while (at < end) {
        bool quoted = *at == '\'';
        at += quoted;
        const char *stop = at;
        while (stop < end && *stop != (quoted ? '\'' : ' '))
            stop++;
        if (stop > at || quoted)
            g->words[g->word_count++] = value_of(g->arena, at, (size_t)(stop - at));
        at = stop + 1;
    }
}

static void read_field(given *g, rh_expression_context context, const char *at, const char *end)
{
    const char *equals = memchr(at, '=', (size_t)(end - at));
    assert_non_null(equals);
    g->fields[context][g->field_count[context]++] =
        (rh_field){rh_arena_text(g->arena, at, (size_t)(equals - at)),
                   value_of(g->arena, equals + 1, (size_t)(end - equals - 1))};
}

static void read_line(given *g, const char *at, const char *end)
{
    static const struct {
        const char *key;
        rh_expression_context context;
    } contexts[] = {{"with ", RH_CONTEXT_INPUTS},
                    {"github ", RH_CONTEXT_GITHUB},
                    {"runner ", RH_CONTEXT_RUNNER},
                    {"env ", RH_CONTEXT_ENV}};
    if (!strncmp(at, "$ ", 2)) {
        read_words(g, at + 2, end);
        return;
    }
    if (!strncmp(at, "uses ", 5)) {
        g->uses = rh_arena_text(g->arena, at + 5, (size_t)(end - at - 5));
        return;
    }
    for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
        if (!strncmp(at, contexts[i].key, strlen(contexts[i].key))) {
            read_field(g, contexts[i].context, at + strlen(contexts[i].key), end);
            return;
        }
    fail_msg("what is '%.*s'?", (int)(end - at), at);
}

/* ---- what came of it ------------------------------------------------------------------------- */

static void write_flags(rh_text *text, const rh_value *value)
{
    rh_text_puts(text, value->flags & RH_TAINTED ? ", tainted" : "");
    rh_text_puts(text, value->flags & RH_SECRET ? ", secret" : "");
    rh_text_putc(text, '\n');
}

static void write_value(rh_text *text, const rh_value *value)
{
    if (rh_kind_of(value) == RH_UNKNOWN)
        rh_text_printf(text, "?%s", rh_value_origin(value));
    else
        rh_text_printf(text, "'%s'", rh_text_of(value));
    write_flags(text, value);
}

static void write_script(rh_text *text, const char *name, const rh_script *script)
{
    rh_text_printf(text, "  %s: ", name);
    rh_duration_write(text, script->takes);
    rh_text_putc(text, '\n');
    for (size_t i = 0; i < script->effect_count; i++) {
        const rh_script_effect *effect = &script->effects[i];
        rh_text_printf(text, "  effect %s '%s'%s%s\n", effect->kind, effect->key,
                       effect->once ? ", repeatable" : "", effect->is_tainted ? ", tainted" : "");
    }
}

static void play_command(given *g, const rh_expression_scope *scope, rh_text *text)
{
    size_t begin;
    const rh_catalog_command *command =
        rh_catalog_command_find(g->catalog, g->words, g->word_count, &begin);
    rh_script script = {0};
    const rh_value *output = NULL;
    if (!command) {
        rh_text_puts(text, "  nothing is known\n");
        return;
    }
    rh_catalog_command_script(g->arena, command, g->words, g->word_count, begin, scope, &script,
                              &output);
    write_script(text, command->name, &script);
    if (output) {
        rh_text_puts(text, "  prints ");
        write_value(text, output);
    }
}

static void play_action(given *g, const rh_expression_scope *scope, rh_text *text)
{
    const rh_catalog_action *action = rh_catalog_action_find(g->catalog, g->uses);
    rh_script script = {0};
    const rh_value *outputs = NULL;
    if (!action) {
        rh_text_puts(text, "  nothing is known\n");
        return;
    }
    rh_catalog_action_script(g->arena, action, "it", scope, &script, &outputs);
    write_script(text, action->name, &script);
    if (action->has_post)
        rh_text_printf(text, "  post: %s%s\n", rh_duration_text(g->arena, action->post_takes),
                       action->post_needs_success ? ", after success" : "");
    if (rh_kind_of(outputs) == RH_UNKNOWN) {
        rh_text_puts(text, "  outputs ");
        write_value(text, outputs);
    }
    for (size_t i = 0; rh_kind_of(outputs) == RH_OBJECT && i < rh_count_of(outputs); i++) {
        rh_text_printf(text, "  output %s ", outputs->as.fields[i].key);
        write_value(text, outputs->as.fields[i].value);
    }
}

static size_t check_case(given *g, const char *file, int line, const char *expected)
{
    rh_expression_scope scope = {.data = g, .context = context_of};
    rh_text text = rh_text_in(g->arena);
    if (g->uses)
        play_action(g, &scope, &text);
    else
        play_command(g, &scope, &text);
    if (!strcmp(rh_text_string(&text), expected))
        return 0;
    fprintf(stderr, "%s:%d: came out as\n%s", file, line, rh_text_string(&text));
    return 1;
}

static void play_file(rh_arena *arena, const char *name)
{
    const char *path = rh_format(arena, "%s/actions/catalog/%s", RH_SUITES_DIR, name);
    rh_text file = read_file(arena, path);
    const rh_actions_catalog *catalog = catalog_with(arena, NULL);
    const char *at = rh_text_string(&file);
    size_t cases = 0, failures = 0;
    int line = 0, first = 0;
    given *g = NULL;
    rh_text expected = rh_text_in(arena);
    while (*at) {
        const char *end = at + strcspn(at, "\n");
        const char *next = *end ? end + 1 : end;
        line++;
        if (*at == ' ') {
            rh_text_add(&expected, at, (size_t)(next - at));
        } else if (*at != '#' && *at != '\n') {
            if (!g) {
                g = RH_NEW(arena, given);
                *g = (given){.arena = arena, .catalog = catalog};
                first = line;
            }
            read_line(g, at, end);
        }
        at = next;
        if (g && expected.length && *at != ' ') {
            failures += check_case(g, path, first, rh_text_string(&expected));
            cases++;
            g = NULL;
            expected = rh_text_in(arena);
        }
    }
    assert_null(g);
    assert_true(cases > 10);
    assert_int_equal(failures, 0);
}

static void command_lines(void **state)
{
    play_file(*state, "commands.test");
}

static void actions(void **state)
{
    play_file(*state, "actions.test");
}

/* ---- what comes with the library ------------------------------------------------------------- */

/* Told of each entry of the library's catalog. */
typedef void tell_entry(rh_arena *arena, const char *list, const rh_value *entry, void *data);

static void each_entry(rh_arena *arena, tell_entry *tell, void *data)
{
    static const char *const lists[] = {"actions", "commands"};
    for (const rh_catalog_text *part = rh_catalog_texts; part->name; part++) {
        const rh_value *root = rh_json_read(arena, part->text, part->length, part->name, NULL);
        assert_non_null(root);
        for (size_t i = 0; i < 2; i++)
            for (size_t j = 0; j < rh_count_of(rh_get(root, lists[i])); j++)
                tell(arena, lists[i], rh_at(rh_get(root, lists[i]), j), data);
    }
}

static void check_faults(rh_arena *arena, const char *list, const rh_value *entry, void *data)
{
    (void)arena, (void)list, (void)data;
    const rh_value *faults = rh_get(entry, "faults");
    for (size_t i = 0; i < rh_count_of(faults); i++)
        if (!rh_fault_find(rh_text_of(rh_at(faults, i))))
            fail_msg("%s: no fault '%s'", rh_text_of(rh_get(entry, "name")),
                     rh_text_of(rh_at(faults, i)));
}

static void its_faults_are_in_the_fault_catalog(void **state)
{
    each_entry(*state, check_faults, NULL);
}

typedef struct names {
    const char *seen[1000];
    size_t count;
} names;

static void check_name(rh_arena *arena, const char *list, const rh_value *entry, void *data)
{
    names *all = data;
    const char *name = rh_format(arena, "%s %s", list, rh_text_of(rh_get(entry, "name")));
    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->seen[i], name))
            fail_msg("%s is there twice", name);
    all->seen[all->count++] = name;
}

static void no_name_is_there_twice(void **state)
{
    names all = {.count = 0};
    each_entry(*state, check_name, &all);
    assert_true(all.count > 300);
}

/* Times are typical values, not measured ones: whole seconds. */
static void check_times(rh_arena *arena, const char *list, const rh_value *entry, void *data)
{
    (void)arena, (void)list, (void)data;
    static const char *const keys[] = {"takes", "post"};
    for (size_t i = 0; i < 2; i++) {
        const rh_value *text = rh_get(entry, keys[i]);
        rh_duration duration = 0;
        if (text && !strstr(rh_text_of(text), "${{"))
            assert_true(rh_duration_read(rh_text_of(text), text->count, &duration));
        assert_int_equal(duration % RH_SECONDS(1), 0);
    }
}

static void times_are_whole_seconds(void **state)
{
    each_entry(*state, check_times, NULL);
}

/* ---- catalogs of users ----------------------------------------------------------------------- */

static const rh_catalog_command *find(const rh_actions_catalog *catalog, const char *first,
                                      const char *second)
{
    const rh_value words[] = {rh_string_value(first), rh_string_value(second)};
    size_t begin;
    return rh_catalog_command_find(catalog, (const rh_value *const[]){&words[0], &words[1]},
                                   second ? 2 : 1, &begin);
}

static void entries_of_users_win(void **state)
{
    const rh_actions_catalog *catalog = catalog_with(
        *state, "{\"actions\": [{\"name\": \"Actions/Checkout\", \"takes\": \"1m\"},\n"
                "{\"name\": \"acme/deploy\", \"takes\": \"9s\", \"writes_files\": true}],\n"
                "\"commands\": [{\"name\": \"git push\", \"takes\": \"7s\", \"faults\": [\"dns\"]},"
                "{\"name\": \"./build.sh\", \"takes\": \"3m\"}]}");
    assert_int_equal(rh_catalog_action_find(catalog, "actions/checkout")->takes, RH_MINUTES(1));
    assert_false(rh_catalog_action_find(catalog, "actions/checkout")->has_post);
    assert_true(rh_catalog_action_find(catalog, "acme/deploy")->writes_files);
    assert_false(rh_catalog_action_find(catalog, "actions/setup-go")->writes_files);
    assert_int_equal(find(catalog, "git", "push")->takes, RH_SECONDS(7));
    assert_string_equal(find(catalog, "git", "push")->faults[0], "dns");
    assert_null(find(catalog, "git", "push")->faults[1]);
    assert_int_equal(find(catalog, "./build.sh", NULL)->takes, RH_MINUTES(3));
    assert_int_equal(find(catalog, "git", "fetch")->takes, RH_SECONDS(2));
}

/* The options of what is replaced are still known: here that -C of git has a value. */
static void replaced_entries_leave_their_options(void **state)
{
    const rh_actions_catalog *catalog =
        catalog_with(*state, "{\"commands\": [{\"name\": \"git\", \"takes\": \"1s\"}]}");
    const rh_value words[] = {rh_string_value("git"), rh_string_value("-C"),
                              rh_string_value("push"), rh_string_value("fetch")};
    const rh_value *const list[] = {&words[0], &words[1], &words[2], &words[3]};
    size_t begin;
    assert_string_equal(rh_catalog_command_find(catalog, list, 4, &begin)->name, "git fetch");
}

static void retry_wrappers(void **state)
{
    const rh_actions_catalog *catalog = catalog_with(*state, NULL);
    const rh_catalog_retry *retry = rh_catalog_action_find(catalog, "nick-fields/retry")->retry;
    assert_non_null(retry);
    assert_string_equal(retry->command, "command");
    assert_string_equal(retry->attempts, "max_attempts");
    assert_int_equal(retry->default_attempts, 3);
    assert_string_equal(retry->wait_seconds, "retry_wait_seconds");
    assert_int_equal(retry->default_wait_seconds, 10);
    assert_string_equal(retry->timeout_minutes, "timeout_minutes");
    assert_string_equal(retry->timeout_seconds, "timeout_seconds");
    assert_string_equal(retry->continue_on_error, "continue_on_error");
    assert_string_equal(retry->shell, "shell");
    assert_string_equal(retry->retry_on, "retry_on");
    assert_null(rh_catalog_action_find(catalog, "actions/checkout")->retry);
    catalog =
        catalog_with(*state,
                     "{\"actions\": [{\"name\": \"a/b\", \"retry\": {\"command\": \"run\"}}]}");
    retry = rh_catalog_action_find(catalog, "a/b")->retry;
    assert_int_equal(retry->default_attempts, 1);
    assert_int_equal(retry->default_wait_seconds, 0);
    assert_null(retry->attempts);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    uint32_t line, column;
    const char *message;
} mistakes[] = {
    {"{\"actions\": [", 1, 14, "expected a value, found end of text"},
    {"[]", 1, 1, "expected a catalog with its keys, found list"},
    {"{\n  \"action\": []}", 2, 3, "unknown key 'action' of a catalog; did you mean 'actions'?"},
    {"{\"actions\": {}}", 1, 13, "expected a list of actions, found object"},
    {"{\"actions\": [\n {\"takes\": \"1s\"}]}", 2, 2, "an action needs the key 'name'"},
    {"{\"actions\": [{\"name\": \"checkout\"}]}", 1, 23,
     "expected a name like owner/repo or owner/repo/path, found 'checkout'"},
    {"{\"actions\": [{\"name\": \"a/b@v1\"}]}", 1, 23,
     "expected a name like owner/repo or owner/repo/path, found 'a/b@v1'"},
    {"{\"actions\": [{\"name\": \"a/b\", \"tkaes\": \"1s\"}]}", 1, 30,
     "unknown key 'tkaes' of an action; did you mean 'takes'?"},
    {"{\"actions\": [{\"name\": \"a/b\",\n\"takes\": 5}]}", 2, 10,
     "expected a duration like 5s or 2m, found integer"},
    {"{\"actions\": [{\"name\": \"a/b\", \"takes\": \"-1s\"}]}", 1, 39,
     "expected a duration like 5s or 2m, found '-1s'"},
    {"{\"actions\": [{\"name\": \"a/b\"},\n {\"name\": \"A/B\"}]}", 2, 11,
     "'A/B' is already in this file"},
    {"{\"actions\": [{\"name\": \"a/b\", \"post\": true}]}", 1, 38,
     "expected a duration like 5s or 2m, found boolean"},
    {"{\"actions\": [{\"name\": \"a/b\", \"effects\": [\n{\"key\": \"x\"}]}]}", 2, 1,
     "an effect needs the key 'kind'"},
    {"{\"actions\": [{\"name\": \"a/b\", \"effects\": [{\"kind\": \"x\", \"key\": \"y\", \"keys\": "
     "\"z\"}]}]}",
     1, 42, "an effect has 'key' or 'keys', not both"},
    {"{\"actions\": [{\"name\": \"a/b\", \"outputs\": {\"url\": {}}}]}", 1, 49,
     "an output has a 'value' or is 'unknown': true"},
    {"{\"actions\": [{\"name\": \"a/b\", \"outputs\": {\"url\": {\"unknown\": 1}}}]}", 1, 61,
     "expected true or false, found integer"},
    {"{\"actions\": [{\"name\": \"a/b\", \"inputs\": {\"tag\": 1}}]}", 1, 48,
     "expected text, found integer"},
    {"{\"actions\": [{\"name\": \"a/b\", \"faults\": [\"dns\",\n 7]}]}", 2, 2,
     "expected text, found integer"},
    {"{\"actions\": [{\"name\": \"a/b\", \"retry\": {\"attempts\": \"n\"}}]}", 1, 39,
     "a retry wrapper needs the key 'command'"},
    {"{\"actions\": [{\"name\": \"a/b\", \"retry\": {\"command\": \"c\", \"default_attempts\": "
     "0}}]}",
     1, 76, "expected a whole number from 1, found integer"},
    {"{\"commands\": [{\"name\": \"git  push\"}]}", 1, 24,
     "expected the leading words of a command, without options and with single blanks, found "
     "'git  push'"},
    {"{\"commands\": [{\"name\": \"git -C\"}]}", 1, 24,
     "expected the leading words of a command, without options and with single blanks, found "
     "'git -C'"},
    {"{\"commands\": [{\"name\": \"x\"},\n{\"name\": \"x\"}]}", 2, 10,
     "'x' is already in this file"},
    {"{\"commands\": [{\"name\": \"x\", \"valued\": [\"t\"]}]}", 1, 40,
     "expected spellings of an option like '-t --tag', found 't'"},
    {"{\"commands\": [{\"name\": \"x\", \"valued\": [\" \"]}]}", 1, 40,
     "expected spellings of an option like '-t --tag', found ' '"},
    {"{\"commands\": [{\"name\": \"x\", \"flags\": \"-t\"}]}", 1, 38,
     "expected a list of options, found '-t'"},
    {"{\"commands\": [{\"name\": \"\"}]}", 1, 24,
     "expected text, found nothing between the quotes"},
    {"{\"commands\": [{\"name\": \"x\", \"wraps\": -1}]}", 1, 38,
     "expected a whole number from 0, found integer"},
};

static void mistakes_have_a_place(void **state)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        rh_error error = {.message = ""};
        assert_null(rh_actions_catalog_read(*state, &mistakes[i].text, (const char *[]){"own.json"},
                                            1, &error));
        assert_string_equal(error.message, mistakes[i].message);
        assert_string_equal(error.file, "own.json");
        if (error.line != mistakes[i].line || error.column != mistakes[i].column)
            fail_msg("%s: %u:%u", mistakes[i].text, error.line, error.column);
    }
}

/* What an expression complains of has a place in the text it stands in. */
static void mistakes_of_expressions(void **state)
{
    static const struct {
        const char *text;
        uint32_t line, column;
    } cases[] = {
        {"{\"actions\": [{\"name\": \"a/b\", \"effects\": [{\"kind\": \"x\", \"if\": \"a b\"}]}]}",
         1, 63},
        {"{\"actions\": [{\"name\": \"a/b\", \"effects\": [\n{\"kind\": \"x\", \"key\": \"${{ "
         "secrets.X "
         "}}\"}]}]}",
         2, 27},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_error error = {.message = ""};
        assert_null(rh_actions_catalog_read(*state, &cases[i].text, (const char *[]){"own.json"}, 1,
                                            &error));
        assert_true(error.message[0]);
        if (error.line != cases[i].line || error.column != cases[i].column)
            fail_msg("%s: %u:%u %s", cases[i].text, error.line, error.column, error.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(command_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(actions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_faults_are_in_the_fault_catalog, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_name_is_there_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times_are_whole_seconds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_of_users_win, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replaced_entries_leave_their_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(retry_wrappers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_have_a_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_of_expressions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
