#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/json.h"
#include "sim/expression/expression.h"
#include "suites/actions/cases.h"

enum { MOST_CASES = 1024, MOST_BYTES = 1 << 20 };

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reader {
    rh_arena *arena;
    const char *file;
    case_play *play;
    case_test tests[MOST_CASES];
    case_line *lines; /* of the current case */
    size_t count, line_count, line_capacity;
} reader;

static void take_line(reader *r, char *line, uint32_t number)
{
    if (!line[0] || line[0] == '#')
        return;
    const char *text = line;
    const char *word = case_word(r->arena, &text);
    if (strcmp(word, "test") == 0) {
        if (r->count == MOST_CASES) {
            fprintf(stderr, "%s:%u: more than %d cases\n", r->file, number, MOST_CASES);
            exit(1);
        }
        r->lines = NULL;
        r->line_count = r->line_capacity = 0;
        r->tests[r->count++] = (case_test){.name = text, .file = r->file, .play = r->play};
        return;
    }
    if (!r->count) {
        fprintf(stderr, "%s:%u: expected 'test NAME'\n", r->file, number);
        exit(1);
    }
    r->lines = rh_arena_reserve(r->arena, r->lines, sizeof *r->lines, r->line_count + 1,
                                &r->line_capacity);
    r->lines[r->line_count++] = (case_line){.word = word, .text = text, .number = number};
    r->tests[r->count - 1].lines = r->lines;
    r->tests[r->count - 1].count = r->line_count;
}

static void read_cases(reader *r)
{
    FILE *file = fopen(r->file, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", r->file);
        exit(1);
    }
    char *text = rh_arena_alloc(r->arena, MOST_BYTES);
    size_t length = fread(text, 1, MOST_BYTES - 1, file);
    fclose(file);
    text[length] = '\0';
    uint32_t number = 1;
    for (char *line = text; line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        take_line(r, line, number);
        line = end ? end + 1 : NULL;
    }
}

static void play_one(void **state)
{
    const case_test *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    test->play(&arena, test);
    rh_arena_free(&arena);
}

int cases_run(const char *name, case_play *play)
{
    static struct CMUnitTest tests[MOST_CASES];
    static reader r;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    r = (reader){.arena = &arena, .play = play};
    r.file = rh_format(&arena, "%s/actions/%s.test", RH_SUITES_DIR, name);
    read_cases(&r);
    for (size_t i = 0; i < r.count; i++)
        tests[i] = (struct CMUnitTest){.name = r.tests[i].name,
                                       .test_func = play_one,
                                       .initial_state = &r.tests[i]};
    const char *group = rh_format(&arena, "actions/%s", name);
    int failed = r.count ? _cmocka_run_group_tests(group, tests, r.count, NULL, NULL) : 1;
    rh_arena_free(&arena);
    return failed != 0;
}

/* ---- for the suites -------------------------------------------------------------------------- */

bool case_is(const case_line *line, const char *word)
{
    return strcmp(line->word, word) == 0;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : 0;
}

const char *case_unescape(rh_arena *arena, const char *text, size_t *length)
{
    rh_text out = rh_text_in(arena);
    for (; *text; text++) {
        if (*text != '\\' || !text[1]) {
            rh_text_putc(&out, *text);
            continue;
        }
        text++;
        if (*text == 'x' && text[1] && text[2]) {
            rh_text_putc(&out, (char)(hex(text[1]) * 16 + hex(text[2])));
            text += 2;
            continue;
        }
        rh_text_putc(&out, *text == 'n'   ? '\n'
                           : *text == 'r' ? '\r'
                           : *text == 't' ? '\t'
                           : *text == '0' ? '\0'
                                          : *text);
    }
    *length = out.length;
    return rh_text_string(&out);
}

const char *case_word(rh_arena *arena, const char **text)
{
    size_t length = strcspn(*text, " ");
    const char *word = rh_arena_text(arena, *text, length);
    *text += length;
    *text += **text == ' ';
    return word;
}

static const rh_value *marked(rh_arena *arena, const rh_value *value);

static const rh_value *marked_parts(rh_arena *arena, const rh_value *value)
{
    rh_value copy = *value;
    copy.flags = 0;
    copy.hash = 0;
    if (value->kind == RH_LIST) {
        const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, value->count);
        for (size_t i = 0; i < value->count; i++)
            items[i] = marked(arena, value->as.items[i]);
        copy.as.items = items;
    } else {
        rh_field *fields = RH_NEW_ARRAY(arena, rh_field, value->count);
        for (size_t i = 0; i < value->count; i++)
            fields[i] = (rh_field){value->as.fields[i].key, marked(arena, rh_at(value, i))};
        copy.as.fields = fields;
    }
    return rh_value_copy(arena, &copy);
}

static const rh_value *marked(rh_arena *arena, const rh_value *value)
{
    if (rh_kind_of(value) != RH_LIST && rh_kind_of(value) != RH_OBJECT)
        return value;
    const rh_value *origin = rh_get(value, "$unknown");
    if (origin)
        return rh_value_unknown(arena, rh_text_of(origin), 0);
    if (rh_get(value, "$secret"))
        return rh_value_flagged(arena, marked(arena, rh_get(value, "$secret")), RH_SECRET);
    if (rh_get(value, "$tainted"))
        return rh_value_flagged(arena, marked(arena, rh_get(value, "$tainted")), RH_TAINTED);
    return marked_parts(arena, value);
}

const rh_value *case_value(rh_arena *arena, const case_test *test, const case_line *line,
                           const char *text)
{
    rh_error error;
    const rh_value *value = rh_json_read(arena, text, strlen(text), NULL, &error);
    if (!value)
        case_fail(test, line, "%s", error.message);
    return marked(arena, value);
}

void case_fail(const case_test *test, const case_line *line, const char *format, ...)
{
    char message[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fail_msg("%s:%u: %s", test->file, (unsigned)line->number, message);
}

void case_same(const case_test *test, const case_line *line, const char *actual,
               const char *expected)
{
    if (strcmp(actual, expected) != 0)
        case_fail(test, line, "expected '%s', got '%s'", expected, actual);
}
