/* The command that `rehearse compare` prints beside a fault: pasted into a shell, it plays what the
 * comparison says of the first engine that meets it. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

static rh_arena arena;

static const char *const compared[] = {
    "suites/cli/compare/publish.yml",
    "fixtures/workflows/tool/.github/workflows/release.yml",
    "fixtures/workflows/tool-four-jobs/.github/workflows/release.yml --against ReleaseWorkflow "
    "--workflows " RH_BUILD_DIR "/fixtures/librelease.so",
};

static const char *read_all(FILE *from)
{
    rh_text text = rh_text_in(&arena);
    for (int c; (c = getc(from)) != EOF;)
        rh_text_putc(&text, (char)c);
    return rh_text_string(&text);
}

static const char *run(const char *command, int *status)
{
    FILE *pipe = popen(rh_format(&arena, "cd %s/.. && PATH=%s:\"$PATH\" && %s 2>&1 </dev/null",
                                 RH_SUITES_DIR, RH_BUILD_DIR, command),
                       "r");
    assert_non_null(pipe);
    const char *output = read_all(pipe);
    int ended = pclose(pipe);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return output;
}

static const rh_value *json(const char *text, size_t length)
{
    rh_error error;
    const rh_value *read = rh_json_read(&arena, text, length, "output", &error);
    if (!read)
        fail_msg("%s in\n%.*s", error.message, (int)length, text);
    return read;
}

/* What a journal says of its runs. */
typedef struct story {
    int64_t runs, bad, duplicates, closed_ns;
    const char *first, *last; /* how they ended */
} story;

static const char *ending_of(const char *kind)
{
    if (!strcmp(kind, "run-completed"))
        return "success";
    return strcmp(kind, "run-canceled") == 0 ? "cancelled" : "failure";
}

static void read_entry(story *s, const rh_value *entry)
{
    const char *kind = rh_text_of(rh_get(entry, "kind"));
    s->runs += !strcmp(kind, "run-started");
    bool is_published =
        !strcmp(kind, "effect") && strcmp(rh_text_of(rh_get(entry, "effect")), "artifact") != 0;
    s->duplicates += is_published && rh_integer_of(rh_get(entry, "count")) > 1;
    if (strcmp(kind, "run-completed") != 0 && strcmp(kind, "run-failed") != 0 &&
        strcmp(kind, "run-canceled") != 0 && strcmp(kind, "run-timed-out") != 0)
        return;
    s->last = ending_of(kind);
    if (!s->first)
        s->first = s->last;
    s->closed_ns = rh_integer_of(rh_get(entry, "at_ns"));
}

static story play(const char *command, int *status)
{
    story s = {.first = NULL};
    const char *journal = run(rh_format(&arena, "%s --report journal=-", command), status);
    for (const char *at = journal; *at;) {
        size_t length = strcspn(at, "\n");
        read_entry(&s, json(at, length));
        at += length + (at[length] == '\n');
    }
    if (!s.first)
        fail_msg("no run ended: %s", command);
    return s;
}

/* The outcome on the first engine that it touches; that of no fault on the first. */
static const rh_value *outcome_of(const rh_value *plan)
{
    const rh_value *outcomes = rh_get(plan, "outcomes");
    for (size_t i = 0; i < rh_count_of(outcomes); i++)
        if (rh_integer_of(rh_get(rh_at(outcomes, i), "faults")))
            return rh_at(outcomes, i);
    return rh_at(outcomes, 0);
}

static void expect(const char *command, const char *what, int64_t expected, int64_t found)
{
    if (expected != found)
        fail_msg("%s\n%s: expected %" PRId64 ", found %" PRId64, command, what, expected, found);
}

static bool is_called(const rh_value *outcome, const char *key, const char *name)
{
    return strcmp(rh_text_of(rh_get(outcome, key)), name) == 0;
}

static void replay(const rh_value *plan)
{
    const char *command = rh_text_of(rh_get(plan, "replay"));
    const rh_value *outcome = outcome_of(plan);
    int status;
    story s = play(command, &status);
    bool is_again = strstr(command, "--rerun") != NULL;
    expect(command, "first ending", true, is_called(outcome, "first", s.first));
    bool is_in_c = strstr(command, "--workflows") != NULL;
    if (is_in_c && rh_integer_of(rh_get(outcome, "interventions")))
        return; /* it is started again by hand */
    if (!is_again)
        expect(command, "end", rh_integer_of(rh_get(outcome, "makespan_ns")), s.closed_ns);
    expect(command, "last ending", true, is_called(outcome, "last", s.last));
    expect(command, "exit status", !is_called(outcome, "last", "success"), status);
    expect(command, "runs", is_again ? 2 : 1, s.runs);
    expect(command, "duplicates", rh_integer_of(rh_get(outcome, "duplicates")), s.duplicates);
}

static void every_replay_plays_what_is_said(void **state)
{
    (void)state;
    size_t played = 0, again = 0, outages = 0;
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        int status;
        const char *written = run(rh_format(&arena,
                                            "rehearse compare %s --worlds 100 --faults 1 "
                                            "--report json=-",
                                            compared[i]),
                                  &status);
        const rh_value *plans = rh_get(json(written, strlen(written)), "faults");
        for (size_t k = 0; k < rh_count_of(plans); k++) {
            const char *command = rh_text_of(rh_get(rh_at(plans, k), "replay"));
            if (!*command)
                continue; /* of a hybrid */
            replay(rh_at(plans, k));
            played++;
            again += strstr(command, "--rerun") != NULL;
            outages += strstr(command, "-down '") || strstr(command, "--bad-deploy");
        }
    }
    assert_true(played > 50 && again > 10 && outages > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_replay_plays_what_is_said),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("replays of a comparison", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed ? 1 : 0;
}
