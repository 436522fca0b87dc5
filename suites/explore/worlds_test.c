/* What is read from the journal of a world: its outcome, its bars, where one reads of a fault. */
#include "suites/support/playing.h"

#include "harness/explore/actions_subject.h"
#include "harness/explore/explore.h"
#include "harness/explore/gantt.h"
#include "harness/explore/outcome.h"
#include "harness/explore/record.h"
#include "sim/actions/lift.h"
#include "sim/base/json.h"

static const char text_of_file[] =
    "on: push\n"
    "jobs:\n"
    "  release:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - run: make check\n"
    "      - name: Publish\n"
    "        uses: softprops/action-gh-release@v2\n"
    "  tap:\n"
    "    needs: release\n"
    "    runs-on: macos-latest\n"
    "    timeout-minutes: 10\n"
    "    steps:\n"
    "      - name: Formula\n"
    "        run: |\n"
    "          SHA=$(curl -sL https://example.org/a.tgz | sha256sum)\n"
    "          gh release edit v1 --notes \"$SHA\"\n"
    "      - name: Push\n"
    "        run: git push\n"
    "  last:\n"
    "    needs: tap\n"
    "    if: github.ref == 'refs/heads/other'\n"
    "    runs-on: ubuntu-latest\n"
    "    steps: [{run: make}]\n";

static const char input[] =
    "{\"github\":{\"event_name\":\"push\",\"ref\":\"refs/tags/v1\",\"ref_name\":\"v1\","
    "\"repository\":\"o/"
    "r\",\"sha\":\"abc\",\"event\":{}},\"inputs\":{},\"vars\":{},\"secrets\":{}}";

typedef struct world {
    const char *plan; /* that is described */
    rh_expected_effects expected;
    rh_arena arena;
    rh_text text;
} world;

static int give(rh_env *env, void *data, rh_error *error)
{
    (void)data;
    return rh_env_set_profile(env, "typical", error);
}

static void describe_gantt(rh_text *text, const rh_gantt *gantt)
{
    static const char *const kinds[] = {"good", "bad",    "lost", "cancelled",
                                        "back", "queued", "open"};
    for (const rh_row *row = gantt->rows; row; row = row->next) {
        rh_text_printf(text, "%*s%s:", row->depth * 2, "", row->name);
        for (size_t i = 0; i < row->count; i++) {
            const rh_bar *bar = &row->bars[i];
            rh_text_printf(text, " %s", kinds[bar->kind]);
            if (bar->attempt)
                rh_text_printf(text, "@%d", (int)bar->attempt);
            rh_text_printf(text, "%s %lld-%lld", bar->is_struck ? "!" : "",
                           (long long)((bar->from - gantt->start) / 1000000000),
                           (long long)((bar->to - gantt->start) / 1000000000));
        }
        rh_text_printf(text, "%s%s%s\n", row->skip ? " skipped: " : "", row->skip ? row->skip : "",
                       row->is_tainted ? " tainted" : "");
    }
    if (gantt->looked != RH_FOREVER)
        rh_text_printf(text, "human %lld-%lld\n",
                       (long long)((gantt->looked - gantt->start) / 1000000000),
                       (long long)((gantt->went_on - gantt->start) / 1000000000));
}

static void look(void *data, const rh_played_plan *played, void *slot)
{
    world *w = data;
    const rh_journal *journal = played->journals[0];
    rh_outcome o;
    rh_text name = rh_text_in(played->scratch);
    (void)slot;
    if (played->number == 0)
        w->expected = rh_expected_effects_of(&w->arena, journal, NULL);
    rh_plan_write(&name, played->plan);
    if (strcmp(rh_text_string(&name), w->plan) != 0)
        return;
    rh_outcome_read(played->scratch, journal, &w->expected, &played->humans[0], &o);
    rh_text_printf(&w->text,
                   "%s, then %s: %u by hand, %u missing, %u twice, %u tainted, %s%s%s%u faults\n",
                   rh_ending_name((rh_ending)o.first), rh_ending_name((rh_ending)o.last),
                   o.interventions, o.missing, o.duplicates, o.tainted, o.was_half ? "half, " : "",
                   o.is_half ? "stays half, " : "", o.is_silent ? "silent, " : "", o.faults);
    rh_text_printf(&w->text,
                   "%lld s, first %lld s, work %lld s, wasted %lld s, noticed %lld s, "
                   "%lld min, %lld micro-usd\n",
                   (long long)(o.makespan / 1000000000), (long long)(o.first_makespan / 1000000000),
                   (long long)(o.work / 1000000000), (long long)(o.wasted / 1000000000),
                   (long long)(o.noticed < 0 ? -1 : o.noticed / 1000000000), (long long)o.minutes,
                   (long long)o.micro_usd);
    const rh_gantt gantt =
        rh_gantt_read(played->arena, played->scratch, journal, &played->humans[0]);
    describe_gantt(&w->text, &gantt);
    if (played->plan->count)
        rh_text_printf(&w->text, "record: %s\n", rh_record_of(played->scratch, journal).text);
}

static void assert_world(bool is_durable, const char *plan, const char *expected)
{
    static const rh_actions_lift lift;
    rh_actions_errors errors;
    rh_error error;
    rh_exploration exploration;
    world w = {.plan = plan};
    rh_arena_init(&w.arena, NULL, NULL);
    w.text = rh_text_in(&w.arena);
    rh_actions_settings rules = {.lift = is_durable ? &lift : NULL};
    rules.catalog = rh_actions_catalog_read(&w.arena, NULL, NULL, 0, &error);
    const rh_actions_file *file =
        rh_actions_read(&w.arena, text_of_file, strlen(text_of_file), "release.yml", NULL, &errors);
    assert_non_null(file);
    const rh_actions_definition definition = {file, &rules, NULL};
    rh_actions_subject actions = {.definition = &definition,
                                  .input =
                                      rh_json_read(&w.arena, input, strlen(input), NULL, &error),
                                  .rerun_after = RH_MINUTES(30),
                                  .given = give};
    rh_subject subject = rh_subject_of_actions("file", &actions);
    const rh_subject *list[] = {&subject};
    const rh_explore_options options = {
        .subjects = list, .subject_count = 1, .most_faults = 1, .look = look, .data = &w};
    assert_int_equal(rh_explore(&options, &exploration, &error), 0);
    assert_string_equal(rh_text_string(&w.text), expected);
    rh_exploration_free(&exploration);
    rh_arena_free(&w.arena);
}

static void nothing_fails(void **state)
{
    (void)state;
    assert_world(false, "no fault",
                 "success, then success: 0 by hand, 0 missing, 0 twice, 0 tainted, 0 faults\n"
                 "74 s, first 74 s, work 74 s, wasted 0 s, noticed -1 s, 3 min, 74000 micro-usd\n"
                 "release: good@1 0-70\n"
                 "tap: good@1 70-74\n"
                 "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
                 "'refs/tags/v1')\n");
}

static void a_swallowed_failure(void **state)
{
    (void)state;
    assert_world(
        false, "tap/formula/curl=download-5xx",
        "success, then success: 0 by hand, 0 missing, 0 twice, 2 tainted, silent, 1 faults\n"
        "75 s, first 75 s, work 75 s, wasted 0 s, noticed -1 s, 3 min, 74000 micro-usd\n"
        "release: good@1 0-70\n"
        "tap: good@1 70-75 tainted\n"
        "  Formula: good@1! 70-73 tainted\n"
        "  Push: good@1 73-75 tainted\n"
        "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
        "'refs/tags/v1')\n"
        "record: at most a line in the log of 'Formula', which is green\n");
}

static void a_red_run_and_a_human(void **state)
{
    (void)state;
    assert_world(false, "tap/push/git[push]=git-push-race",
                 "failure, then success: 1 by hand, 0 missing, 0 twice, 0 tainted, half, 1 faults\n"
                 "1879 s, first 75 s, work 79 s, wasted 5 s, noticed 3 s, 4 min, 136000 micro-usd\n"
                 "release: good@1 0-70\n"
                 "tap: bad@1 70-75 good@1 1875-1879\n"
                 "  Push: bad@1! 72-75 good@1 1877-1879\n"
                 "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
                 "'refs/tags/v1')\n"
                 "human 75-1875\n"
                 "record: an annotation on 'Push': Process completed with exit code 1.\n");
}

static void a_retried_step(void **state)
{
    (void)state;
    assert_world(true, "tap/push/git[push]=git-push-race",
                 "success, then success: 0 by hand, 0 missing, 0 twice, 0 tainted, 1 faults\n"
                 "78 s, first 78 s, work 78 s, wasted 4 s, noticed -1 s, 3 min, 74000 micro-usd\n"
                 "release: good@1 0-70\n"
                 "tap: good@1 70-78\n"
                 "  Push: bad@1! 72-75 back@1 75-76 good@2 76-78\n"
                 "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
                 "'refs/tags/v1')\n"
                 "record: the history of 'Push': 2 attempts, each with its failure\n");
}

static void a_lost_host(void **state)
{
    (void)state;
    assert_world(
        false, "release/make-check/make[check]=runner-lost",
        "failure, then success: 1 by hand, 0 missing, 0 twice, 0 tainted, 1 faults\n"
        "2534 s, first 660 s, work 134 s, wasted 60 s, noticed 660 s, 4 min, 80000 micro-usd\n"
        "release: lost@1 0-60 good@1 2460-2530\n"
        "  Run make check: lost@1! 0-60 good@1 2460-2520\n"
        "tap: good@1 2530-2534\n"
        "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
        "'refs/tags/v1')\n"
        "human 660-2460\n"
        "record: an annotation on 'release': The hosted runner: GitHub Actions 1 lost "
        "communication with the server. Anything in your workflow that terminates the runner "
        "process, starves it for CPU/Memory, or blocks its network access can cause this error.\n");
    assert_world(
        true, "release/make-check/make[check]=runner-lost",
        "success, then success: 0 by hand, 0 missing, 0 twice, 0 tainted, 1 faults\n"
        "435 s, first 435 s, work 134 s, wasted 60 s, noticed -1 s, 4 min, 80000 micro-usd\n"
        "release: lost@1 0-60 back@1 360-361 good@2 361-431\n"
        "  Run make check: lost@1! 0-60 good@2 361-421\n"
        "tap: good@1 431-435\n"
        "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
        "'refs/tags/v1')\n"
        "record: the history of 'Run make check': 2 attempts, each with its failure\n");
}

static void a_hang(void **state)
{
    (void)state;
    assert_world(
        false, "tap/push/git[push]=hangs",
        "cancelled, then success: 1 by hand, 0 missing, 0 twice, 0 tainted, half, 1 faults\n"
        "2474 s, first 670 s, work 674 s, wasted 600 s, noticed 598 s, 13 min, 694000 micro-usd\n"
        "release: good@1 0-70\n"
        "tap: bad@1 70-670 good@1 2470-2474\n"
        "  Push: cancelled@1! 72-670 good@1 2472-2474\n"
        "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
        "'refs/tags/v1')\n"
        "human 670-2470\n"
        "record: an annotation on 'tap': The job has exceeded the maximum execution time of "
        "10m0s\n");
}

static void a_lost_reply(void **state)
{
    (void)state;
    assert_world(true, "release/publish=reply-lost",
                 "success, then success: 0 by hand, 0 missing, 1 twice, 0 tainted, 1 faults\n"
                 "85 s, first 85 s, work 85 s, wasted 11 s, noticed -1 s, 3 min, 74000 micro-usd\n"
                 "release: good@1 0-81\n"
                 "  Publish: bad@1! 60-70 back@1 70-71 good@2 71-81\n"
                 "tap: good@1 81-85\n"
                 "last: skipped: `if` is false: github.ref == 'refs/heads/other' (github.ref is "
                 "'refs/tags/v1')\n"
                 "record: the history of 'Publish': 2 attempts, each with its failure\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fails),         cmocka_unit_test(a_swallowed_failure),
        cmocka_unit_test(a_red_run_and_a_human), cmocka_unit_test(a_retried_step),
        cmocka_unit_test(a_lost_host),           cmocka_unit_test(a_hang),
        cmocka_unit_test(a_lost_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
