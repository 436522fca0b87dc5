/* Plays the cases of trigger.test, trigger_payload.test and reach.test. A case is a workflow, with
 * or without its jobs, and lines that begin with '>':
 *
 *   > event NAME KEY=VALUE ...      the options of an event; input.NAME=VALUE is an input
 *   > payload JSON                  what the event has
 *   > runs WHY, > assumed WHY, > not WHY
 *   > error TEXT                    the event cannot be built
 *   > note TEXT
 *   > github PATH JSON, > github PATH unknown, > github PATH absent
 *   > inputs JSON
 *   > job ID runs, > job ID open, > job ID WHY
 *   > reach ID all, > reach ID WHY, > starts A, B
 *   > example PATTERN first TEXT NAME, > example PATTERN last TEXT NAME
 *   > tries branch NAME, > tries tag NAME: what reach tries for the first trigger
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/json.h"

enum { MOST_CASES = 1024 };

static const char *const files[] = {"trigger", "trigger_payload", "reach"};

typedef struct trigger_case {
    const char *name;
    const char *path;
    unsigned line;
    const char *text; /* lines of it */
} trigger_case;

typedef struct play {
    rh_arena *arena;
    const trigger_case *test;
    unsigned line;
    const rh_actions_file *file;
    rh_actions_event_options options;
    const char *changed[512];
    rh_field inputs[16];
    size_t input_count;
    const rh_actions_event *event;
    rh_error error;
    bool is_asked;
} play;

static void RH_PRINTF(2, 3) wrong(const play *p, const char *format, ...)
{
    char text[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fail_msg("%s:%u: %s", p->test->path, p->line, text);
}

static void expect(const play *p, const char *expected, const char *got)
{
    if (strcmp(expected, got) != 0)
        wrong(p, "\n  expected: %s\n  got:      %s", expected, got);
}

static const char *json(rh_arena *arena, const rh_value *value)
{
    rh_text text = rh_text_in(arena);
    rh_json_write(&text, value, RH_JSON_COMPACT);
    return rh_text_string(&text);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_workflow(play *p, const char *text, size_t length)
{
    rh_text whole = rh_text_in(p->arena);
    rh_actions_errors errors = {.count = 0};
    rh_text_add(&whole, text, length);
    const char *document = rh_text_string(&whole);
    if (strncmp(document, "jobs:", 5) != 0 && !strstr(document, "\njobs:"))
        rh_text_puts(&whole, "jobs: {j: {runs-on: x, steps: [{run: x}]}}\n");
    document = rh_text_string(&whole);
    p->file = rh_actions_read(p->arena, document, strlen(document), ".github/workflows/w.yml", NULL,
                              &errors);
    if (!p->file)
        wrong(p, "the workflow is refused at line %u: %s", errors.items[0].line,
              errors.items[0].message);
}

static void set_changed(play *p, char *list)
{
    p->options.changed_is_known = true;
    while (list && *list) {
        char *comma = strchr(list, ',');
        if (comma)
            *comma++ = '\0';
        /* x*3 is three files */
        char *star = strchr(list, '*');
        unsigned long times = star ? strtoul(star + 1, NULL, 10) : 1;
        if (star)
            *star = '\0';
        for (; times--; p->options.changed_count++)
            p->changed[p->options.changed_count] = list;
        list = comma;
    }
    p->options.changed = p->changed;
}

static void set_option(play *p, char *word)
{
    static const struct {
        const char *name;
        size_t offset;
    } texts[] =
        {
            {"ref", offsetof(rh_actions_event_options, ref)},
            {"base", offsetof(rh_actions_event_options, base_ref)},
            {"action", offsetof(rh_actions_event_options, action)},
            {"actor", offsetof(rh_actions_event_options, actor)},
            {"repo", offsetof(rh_actions_event_options, repository)},
            {"default", offsetof(rh_actions_event_options, default_branch)},
            {"sha", offsetof(rh_actions_event_options, sha)},
            {"after", offsetof(rh_actions_event_options, workflow)},
        },
      flags[] = {
          {"fork", offsetof(rh_actions_event_options, is_fork)},
          {"new", offsetof(rh_actions_event_options, is_new)},
          {"deleted", offsetof(rh_actions_event_options, is_deleted)},
          {"merged", offsetof(rh_actions_event_options, is_merged)},
          {"token", offsetof(rh_actions_event_options, by_token)},
          {"open", offsetof(rh_actions_event_options, is_open)},
      };
    char *value = strchr(word, '=');
    if (value)
        *value++ = '\0';
    for (size_t i = 0; value && i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(texts[i].name, word)) {
            *(const char **)((char *)&p->options + texts[i].offset) = value;
            return;
        }
    for (size_t i = 0; !value && i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(flags[i].name, word)) {
            *(bool *)((char *)&p->options + flags[i].offset) = true;
            return;
        }
    if (value && !strcmp(word, "changed"))
        set_changed(p, value);
    else if (value && !strcmp(word, "commits"))
        p->options.commit_count = (uint32_t)strtoul(value, NULL, 10);
    else if (value && !strncmp(word, "input.", 6))
        p->inputs[p->input_count++] =
            (rh_field){word + 6, rh_value_string(p->arena, value, strlen(value))};
    else
        wrong(p, "no option '%s'", word);
}

static void read_event(play *p, char *words)
{
    p->options = (rh_actions_event_options){0};
    p->event = NULL;
    p->is_asked = false;
    p->input_count = 0;
    char *rest = words;
    for (char *word = words; word && *word; word = rest) {
        rest = strchr(word, ' ');
        if (rest)
            *rest++ = '\0';
        if (!p->options.name)
            p->options.name = word;
        else if (!strncmp(word, "cron=", 5)) { /* has blanks: _ stands for them */
            for (char *c = word; *c; c++)
                *c = *c == '_' ? ' ' : *c;
            p->options.schedule = word + 5;
        } else
            set_option(p, word);
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

static const rh_actions_event *event_of(play *p)
{
    if (!p->is_asked) {
        p->is_asked = true;
        if (p->input_count)
            p->options.inputs = rh_value_object(p->arena, p->inputs, p->input_count);
        p->event = rh_actions_event_build(p->arena, &p->options, &p->error);
    }
    return p->event;
}

static const rh_actions_event *need_event(play *p)
{
    if (!event_of(p))
        wrong(p, "the event is refused: %s", p->error.message);
    return p->event;
}

static const rh_value *inputs_of(play *p)
{
    const rh_value *inputs = rh_actions_event_inputs(p->arena, need_event(p), p->file, &p->error);
    if (!inputs)
        wrong(p, "the inputs are refused: %s", p->error.message);
    return inputs;
}

static void check_answer(play *p, const char *word, const char *rest)
{
    rh_trigger_answer answer = rh_actions_triggered(p->arena, p->file, need_event(p));
    const char *got = !answer.runs ? "not" : answer.is_assumed ? "assumed" : "runs";
    expect(p, rh_format(p->arena, "%s %s", word, rest),
           rh_format(p->arena, "%s %s", got, answer.why));
}

static void check_github(play *p, char *rest)
{
    char *expected = strchr(rest, ' ');
    if (!expected) {
        wrong(p, "expected a path and a value");
        return;
    }
    *expected++ = '\0';
    const rh_value *github =
        rh_actions_event_github(p->arena, need_event(p), p->file, inputs_of(p));
    const rh_value *found = rh_value_at_path(github, rest);
    if (rh_kind_of(found) == RH_UNKNOWN) {
        expect(p, expected, "unknown");
        expect(p, rh_format(p->arena, "github.%s", rest), rh_value_origin(found));
        return;
    }
    expect(p, expected, found ? json(p->arena, found) : "absent");
}

static void check_job(play *p, const char *id, const char *expected)
{
    const rh_value *inputs = inputs_of(p);
    const rh_value *github = rh_actions_event_github(p->arena, need_event(p), p->file, inputs);
    const rh_job_answer *answers = rh_actions_jobs_started(p->arena, p->file, github, inputs);
    int index = rh_actions_job_index(p->file, id);
    if (index < 0) {
        wrong(p, "no job '%s'", id);
        return;
    }
    static const char *const words[] = {"", "runs", "open"};
    const rh_job_answer *answer = &answers[index];
    expect(p, expected, answer->runs == RH_FALSY ? answer->why : words[answer->runs]);
}

static void check_reach(play *p, const char *id, const char *expected)
{
    rh_reach reach;
    rh_actions_reach(p->arena, p->file, &reach);
    int index = rh_actions_job_index(p->file, id);
    if (index < 0) {
        wrong(p, "no job '%s'", id);
        return;
    }
    const rh_reach_job *job = &reach.jobs[index];
    expect(p, expected, job->by_all ? "all" : job->why);
    if (job->is_reached != (job->by[0] != NULL) || (job->why == NULL) != job->by_all)
        wrong(p, "is_reached, by_all and why do not agree");
}

static void check_starts(play *p, const char *expected)
{
    rh_reach reach;
    rh_text text = rh_text_in(p->arena);
    rh_actions_reach(p->arena, p->file, &reach);
    for (size_t i = 0; reach.starts[i]; i++)
        rh_text_printf(&text, "%s%s", i ? ", " : "", reach.starts[i]);
    expect(p, expected, rh_text_string(&text));
}

/* The part before the next blank; *rest is then behind it. */
static char *next_word(char **rest)
{
    char *word = *rest, *blank = strchr(word, ' ');
    *rest = blank ? blank + 1 : word + strlen(word);
    if (blank)
        *blank = '\0';
    return word;
}

static void check_example(play *p, char *rest)
{
    const char *pattern = next_word(&rest), *which = next_word(&rest), *text = next_word(&rest);
    expect(p, rest, rh_reach_example(p->arena, pattern, text, !strcmp(which, "last")));
}

static void check_tries(play *p, char *rest)
{
    bool is_tag = !strcmp(next_word(&rest), "tag");
    rh_reach_names names = rh_reach_names_of(p->arena, p->file, &p->file->triggers[0], is_tag);
    for (size_t i = 0; i < names.count; i++)
        if (!strcmp(names.items[i], rest))
            return;
    wrong(p, "'%s' is not tried", rest);
}

static void play_line(play *p, char *line)
{
    char *rest = strchr(line, ' ');
    if (rest)
        *rest++ = '\0';
    else
        rest = line + strlen(line);
    if (!strcmp(line, "event")) {
        read_event(p, rest);
    } else if (!strcmp(line, "payload")) {
        p->options.payload = rh_json_read(p->arena, rest, strlen(rest), NULL, &p->error);
        if (!p->options.payload)
            wrong(p, "%s", p->error.message);
    } else if (!strcmp(line, "runs") || !strcmp(line, "assumed") || !strcmp(line, "not")) {
        check_answer(p, line, rest);
    } else if (!strcmp(line, "error")) {
        expect(p, rest, event_of(p) ? "no error" : p->error.message);
    } else if (!strcmp(line, "note")) {
        expect(p, rest, need_event(p)->note ? p->event->note : "none");
    } else if (!strcmp(line, "github")) {
        check_github(p, rest);
    } else if (!strcmp(line, "inputs")) {
        expect(p, rest, json(p->arena, inputs_of(p)));
    } else if (!strcmp(line, "example")) {
        check_example(p, rest);
    } else if (!strcmp(line, "tries")) {
        check_tries(p, rest);
    } else if (!strcmp(line, "starts")) {
        check_starts(p, rest);
    } else if (!strcmp(line, "job") || !strcmp(line, "reach")) {
        char *expected = strchr(rest, ' ');
        if (!expected) {
            wrong(p, "expected an id and more");
            return;
        }
        *expected++ = '\0';
        (*line == 'j' ? check_job : check_reach)(p, rest, expected);
    } else {
        wrong(p, "no line '%s'", line);
    }
}

static void play_case(void **state)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    play p = {.arena = &arena, .test = *state, .line = p.test->line};
    char *text = rh_arena_string(&arena, p.test->text), *at = text;
    while (*at && *at != '>') {
        at = strchr(at, '\n') + 1;
        p.line++;
    }
    read_workflow(&p, text, (size_t)(at - text));
    for (; *at; p.line++) {
        char *end = strchr(at, '\n');
        *end = '\0';
        if (*at == '>')
            play_line(&p, at + 2);
        else if (*at)
            wrong(&p, "expected a line that begins with '>'");
        at = end + 1;
    }
    rh_arena_free(&arena);
}

/* ---- the files ------------------------------------------------------------------------------- */

static const char *read_file(rh_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    rh_text text = rh_text_in(arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    return rh_text_string(&text);
}

/* Cases begin with "test NAME"; lines that begin with '#' before one are comments. */
static size_t read_cases(rh_arena *arena, const char *path, struct CMUnitTest *tests)
{
    size_t count = 0;
    unsigned line = 0;
    const char *at = read_file(arena, path);
    trigger_case *test = NULL;
    rh_text text = rh_text_in(arena);
    while (*at) {
        size_t length = strcspn(at, "\n");
        line++;
        if (!strncmp(at, "test ", 5)) {
            test = RH_NEW(arena, trigger_case);
            *test = (trigger_case){rh_arena_text(arena, at + 5, length - 5), path, line + 1, ""};
            text = rh_text_in(arena);
            tests[count++] = (struct CMUnitTest){.name = test->name,
                                                 .test_func = play_case,
                                                 .initial_state = test};
        } else if (test && at[0] != '#') {
            rh_text_add(&text, at, length);
            rh_text_putc(&text, '\n');
            test->text = rh_arena_string(arena, rh_text_string(&text));
        }
        at += length + (at[length] == '\n');
    }
    return count;
}

int main(void)
{
    static struct CMUnitTest tests[MOST_CASES];
    size_t count = 0;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        count +=
            read_cases(&arena, rh_format(&arena, "%s/actions/%s.test", RH_SUITES_DIR, files[i]),
                       tests + count);
    int failed = _cmocka_run_group_tests("triggers", tests, count, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
