/* Plays the cases of suites/shell/: what runs, with which words, what is printed and written, the
 * status, the notes.
 *
 *   == name [-e] [-u] [pipefail] [posix]
 *   the script
 *   --
 *   what is expected: lines of the stub's log ("c0 word word", a tainted word ends in !, "decide
 *   text"), "= text" for each line printed, "> path: text" for each file, "note: text", "status: n"
 *   (0 unless it is there), "runs away", "opaque: why", "syntax: message"
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "suites/shell/stub.h"

static const char *const files[] = {"status",   "words",   "control", "taint",
                                    "builtins", "unknown", "posix"};

enum { FILE_COUNT = sizeof files / sizeof *files, MOST_CASES = 1024 };

typedef struct shell_case {
    const char *name;
    const char *script, *expected;
    rh_shell_options options;
} shell_case;

/* Each line of a text, with this before it. */
static void add_lines(rh_text *out, const char *before, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        rh_text_printf(out, "%s%.*s\n", before, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static const char *describe(rh_arena *arena, const shell_case *test)
{
    stub with = {.arena = arena, .brief = true};
    rh_text out = rh_text_in(arena);
    size_t length = strlen(test->script);
    rh_shell_result result = stub_play(&with, test->script, length, &test->options);
    const rh_shell_script *script =
        rh_shell_parse(arena, test->script, length, test->options.posix);
    rh_text_puts(&out, rh_text_string(&with.log));
    add_lines(&out, "= ", rh_text_string(&with.output));
    for (int i = 0; i < STUB_FILES && with.files[i].path; i++)
        rh_text_printf(&out, "> %s: %s\n", rh_text_of(with.files[i].path),
                       rh_text_of(with.files[i].text));
    add_lines(&out, "note: ", rh_text_string(&with.notes));
    for (size_t i = 0; i < rh_shell_opaque_count(script); i++)
        rh_text_printf(&out, "opaque: %s\n", rh_shell_opaque_at(script, i)->why);
    rh_shell_place place;
    const char *error = rh_shell_syntax_error(script, &place);
    if (error)
        rh_text_printf(&out, "syntax: %u:%u: %s\n", place.line, place.column, error);
    if (result.ran_away)
        rh_text_puts(&out, "runs away\n");
    if (result.status)
        rh_text_printf(&out, "status: %d\n", result.status);
    return rh_text_string(&out);
}

static void play(void **state)
{
    const shell_case *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const char *found = describe(&arena, test);
    bool equal = strcmp(found, test->expected) == 0;
    if (!equal)
        print_error("%s:\n%s--- expected\n%s--- found\n%s", test->name, test->script,
                    test->expected, found);
    rh_arena_free(&arena);
    assert_true(equal);
}

/* ---- reading --------------------------------------------------------------------------------- */

static char *read_file(rh_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    char *text = rh_arena_alloc(arena, 1 << 18);
    text[fread(text, 1, (1 << 18) - 1, file)] = '\0';
    fclose(file);
    return text;
}

static rh_shell_options read_options(rh_arena *arena, const char *line)
{
    static const char *const arguments[] = {"one", "two words", NULL};
    return (rh_shell_options){
        .errexit = strstr(line, " -e") != NULL,
        .nounset = strstr(line, " -u") != NULL,
        .pipefail = strstr(line, " pipefail") != NULL,
        .posix = strstr(line, " posix") != NULL,
        .max_commands = 100,
        .arguments = arguments,
        .variables = rh_value_copy(
            arena, RH_OBJECT_OF({"HOME", rh_string("/home/u")}, {"PWD", rh_string("/work/dir")},
                                {"ENVVAR", rh_string("from env")}, {"UNKNOWN", rh_unknown()}))};
}

/* The text up to a line that begins with `mark`; *at goes to that line. */
static const char *read_block(rh_arena *arena, char **at, const char *mark)
{
    char *begin = *at;
    while (**at && strncmp(*at, mark, strlen(mark)) != 0) {
        *at += strcspn(*at, "\n");
        *at += **at == '\n';
    }
    size_t length = (size_t)(*at - begin);
    if (length && begin[length - 1] == '\n' && (length == 1 || begin[length - 2] == '\n'))
        length--; /* the empty line between cases */
    return rh_arena_text(arena, begin, length);
}

static size_t read_cases(rh_arena *arena, char *text, struct CMUnitTest *tests, size_t count)
{
    char *at = text;
    read_block(arena, &at, "== ");
    while (*at && count < MOST_CASES) {
        shell_case *test = RH_NEW(arena, shell_case);
        size_t length = strcspn(at, "\n");
        test->name = rh_arena_text(arena, at + 3, length - 3);
        test->options = read_options(arena, test->name);
        at += length + 1;
        test->script = read_block(arena, &at, "--\n");
        at += *at ? 3 : 0;
        test->expected = read_block(arena, &at, "== ");
        tests[count++] =
            (struct CMUnitTest){.name = test->name, .test_func = play, .initial_state = test};
    }
    return count;
}

/* ---- what is not a matter of playing --------------------------------------------------------- */

static void tell(void *data, const char *name, const rh_shell_place *place)
{
    rh_text_printf(data, "%s@%u:%u ", name, place->line, place->column);
}

static void commands_are_listed_in_order_of_text(void **state)
{
    static const char text[] =
        "f() { a \"$(b)\"; }\nif c | d; then x=$(e `g`) h; fi\nf; $i; echo j\n"
        "  k >l <<E\n$(m)\nE\n";
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text out = rh_text_in(&arena);
    rh_shell_commands(rh_shell_parse(&arena, text, strlen(text), false), tell, &out);
    assert_string_equal(rh_text_string(&out),
                        "a@1:7 b@1:12 c@2:4 d@2:8 e@2:20 g@2:22 h@2:16 k@4:3 m@5:1 ");
    rh_arena_free(&arena);
}

typedef struct seen {
    rh_text *out;
    const char *variable;
} seen;

static void see(void *data, const rh_shell_command *command, rh_shell_outcome *outcome)
{
    static const char *const fates[] = {"decides", "condition", "piped", "substituted"};
    const seen *how = data;
    (void)outcome;
    rh_text_printf(how->out, "%s:%s:%s ", command->name, fates[command->fate],
                   rh_text_of(rh_get(command->environment, how->variable)));
}

static const char *see_all(rh_arena *arena, const char *text, bool pipefail)
{
    rh_text out = rh_text_in(arena);
    seen how = {&out, "V"};
    const rh_shell_player player = {.data = &how, .run = see};
    const rh_shell_options options = {
        .errexit = true,
        .pipefail = pipefail,
        .variables = rh_value_copy(arena, RH_OBJECT_OF({"V", rh_string("0")}))};
    rh_shell_play(arena, rh_shell_parse(arena, text, strlen(text), false), &options, &player);
    return rh_text_string(&out);
}

static void commands_know_what_their_failure_means(void **state)
{
    static const struct {
        const char *script, *expected;
        bool pipefail;
    } cases[] = {
        {"a; b", "a:decides:0 b:decides:0 ", false},
        {"if a; then b; fi", "a:condition:0 b:decides:0 ", false},
        {"a && b || c", "a:condition:0 b:condition:0 ", false},
        {"! a", "a:condition:0 ", false},
        {"while a; do b; break; done", "a:condition:0 b:decides:0 ", false},
        {"a | b", "a:piped:0 b:decides:0 ", false},
        {"a | b", "a:decides:0 b:decides:0 ", true},
        {"x=$(a | b)", "a:piped:0 b:decides:0 ", false},
        {"x=$(a; b)", "a:substituted:0 b:decides:0 ", false},
        {"a $(b)", "b:substituted:0 a:decides:0 ", false},
        {"f() { local x=$(a); b; }; f", "a:substituted:0 b:decides:0 ", false},
        {"f() { a; }; f || b", "a:condition:0 ", false},
        {"(a); { b; }", "a:decides:0 b:decides:0 ", false},
        {"V=1 a; b", "a:decides:1 b:decides:0 ", false},
        {"V=2; a; (V=3; b); c", "a:decides:2 b:decides:3 c:decides:2 ", false},
        {"f() { local V=4; a; }; f; b", "a:decides:4 b:decides:0 ", false},
        {"unset V; a; V=5; b; export V; c", "a:decides: b:decides: c:decides:5 ", false},
        {"export -n V; a", "a:decides: ", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        const char *found = see_all(&arena, cases[i].script, cases[i].pipefail);
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s: expected %s, found %s", cases[i].script, cases[i].expected, found);
        rh_arena_free(&arena);
    }
}

static void tell_origin(void *data, const rh_shell_command *command, rh_shell_outcome *outcome)
{
    rh_text *out = data;
    (void)outcome;
    for (size_t i = 1; i < command->word_count; i++)
        rh_text_printf(out, "%s;", rh_value_origin(command->words[i]));
}

static bool tell_question(void *data, const rh_value *unknown, const char *what,
                          const rh_shell_place *place)
{
    rh_text *out = data;
    (void)what, (void)place;
    rh_text_printf(out, "?%s;", rh_value_origin(unknown));
    return true;
}

/* Whatever is made of something unknown says where that came from. */
static void unknown_words_keep_their_origin(void **state)
{
    static const struct {
        const char *script, *expected;
    } cases[] = {
        {"a $V", "tag;"},
        {"a v$V-rc \"$V\"", "tag;tag;"},
        {"a $W$V", "sum;"},
        {"x=v$V; a $x", "tag;"},
        {"x=a; x+=$V; a $x", "tag;"},
        {"a ${V#v} ${V%-*} ${V/a/b} ${V:1} ${V^^} ${#V} ${V@Q} ${V:-b}",
         "tag;tag;tag;tag;tag;tag;tag;tag;"},
        {"a $(echo \"1 $V\")", "tag;"},
        {"printf -v x '%s-%s' 1 \"$V\"; a $x", "tag;"},
        {"read -r x <<< \"$V\"; a $x", "?tag;tag;"},
        {"[ $V = b ] && [[ $W == b* ]] && [[ -n $V ]] && [[ $V -gt 1 ]]", "?tag;?sum;?tag;?tag;"},
        {"case $V in b) ;; esac", "?tag;"},
        {"a ${U-$V}", "tag;"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        rh_text out = rh_text_in(&arena);
        const rh_field fields[] = {{"V", rh_value_unknown(&arena, "tag", 0)},
                                   {"W", rh_value_unknown(&arena, "sum", 0)}};
        const rh_shell_player player = {.data = &out, .run = tell_origin, .decide = tell_question};
        const rh_shell_options options = {.variables = rh_value_object(&arena, fields, 2)};
        const char *text = cases[i].script;
        rh_shell_play(&arena, rh_shell_parse(&arena, text, strlen(text), false), &options, &player);
        if (strcmp(rh_text_string(&out), cases[i].expected) != 0)
            fail_msg("%s: expected %s, found %s", text, cases[i].expected, rh_text_string(&out));
        rh_arena_free(&arena);
    }
}

int main(void)
{
    static struct CMUnitTest tests[MOST_CASES] = {
        cmocka_unit_test(commands_are_listed_in_order_of_text),
        cmocka_unit_test(commands_know_what_their_failure_means),
        cmocka_unit_test(unknown_words_keep_their_origin),
    };
    size_t count = 3;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *path = rh_format(&arena, "%s/shell/%s.test", RH_SUITES_DIR, files[i]);
        count = read_cases(&arena, read_file(&arena, path), tests, count);
    }
    int failed = _cmocka_run_group_tests("shell", tests, count, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
