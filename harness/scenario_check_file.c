#include "harness/scenario_check_file.h"

#include "harness/env_state.h"
#include "harness/scenario_shown.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"

/* ---- what is there --------------------------------------------------------------------------- */

static const rh_value *jobs_of(const rh_run_record *record)
{
    if (record->result)
        return rh_get(record->result, "jobs");
    return record->failure ? rh_get(record->failure->details, "jobs") : NULL;
}

rh_file_run rh_file_run_of(const rh_env *env, rh_arena *arena)
{
    const rh_journal *journal = &env->world.journal;
    const rh_run_record *record = rh_env_run(env);
    rh_file_run run = {.arena = arena};
    uint32_t index = 0;
    while (index < journal->run_count && journal->runs[index] != record)
        index++;
    if (!rh_job_tree_is_of(journal, index))
        return run;
    run.of_file = true;
    run.tree = rh_job_tree_read(arena, journal, index);
    run.jobs = jobs_of(record);
    return run;
}

/* "build[linux]", or "build" for all its legs. */
static bool label_matches(const char *label, const char *path)
{
    size_t length = strlen(path);
    return !strcmp(label, path) || (!strncmp(label, path, length) && label[length] == '[');
}

const rh_job_node *rh_file_run_find(const rh_file_run *run, const char *path,
                                    const rh_job_node *after)
{
    const rh_job_node *node = after ? rh_job_node_after(after) : run->tree.first;
    while (node &&
           !(node->call ? rh_call_matches(node->call, path) : label_matches(node->name, path)))
        node = rh_job_node_after(node);
    return node;
}

/* Jobs that call a workflow are none of the tree. */
static rh_conclusion conclusion_of_label(const rh_file_run *run, const char *path)
{
    const rh_value *job = rh_get(run->jobs, path);
    const char *result = rh_text_of(rh_get(job, "result"));
    for (int i = RH_CONCLUSION_SUCCESS; i <= RH_CONCLUSION_SKIPPED; i++)
        if (!strcmp(result, rh_conclusion_name((rh_conclusion)i)))
            return (rh_conclusion)i;
    return RH_CONCLUSION_NONE;
}

/* Of commands: the exit status counts. */
static rh_conclusion command_came_to(const rh_job_node *node)
{
    if (node->how == RH_ENTRY_ATTEMPT_COMPLETED)
        return node->exit_status ? RH_CONCLUSION_FAILURE : RH_CONCLUSION_SUCCESS;
    return node->how == RH_ENTRY_ATTEMPT_CANCELED ? RH_CONCLUSION_CANCELLED : RH_CONCLUSION_FAILURE;
}

static rh_conclusion came_to(const rh_job_node *node, bool is_outcome)
{
    if (!node->is_over)
        return RH_CONCLUSION_NONE;
    if (node->level == RH_CALL_COMMAND)
        return command_came_to(node);
    return (rh_conclusion)(is_outcome ? node->outcome : node->conclusion);
}

rh_conclusion rh_file_run_conclusion(const rh_file_run *run, const char *path, bool is_outcome)
{
    const rh_job_node *node = rh_file_run_find(run, path, NULL);
    if (!node)
        return conclusion_of_label(run, path);
    rh_conclusion first = came_to(node, is_outcome);
    while ((node = rh_file_run_find(run, path, node)))
        if (came_to(node, is_outcome) != first)
            return RH_CONCLUSION_NONE;
    return first;
}

const rh_value *rh_file_run_output(const rh_file_run *run, const char *path, const char *name)
{
    const rh_value *outputs = rh_get(rh_get(run->jobs, path), "outputs");
    if (outputs)
        return rh_get(outputs, name);
    for (const rh_job_node *node = rh_file_run_find(run, path, NULL); node;
         node = rh_file_run_find(run, path, node)) {
        const rh_value *found = rh_get(rh_get(node->result, "outputs"), name);
        for (const rh_job_output *output = node->outputs; output && !found; output = output->next)
            if (!strcmp(output->name, name))
                found = output->value;
        if (found)
            return found;
    }
    return NULL;
}

rh_job_cost rh_file_run_cost(const rh_file_run *run, const char *path)
{
    rh_job_cost cost = {0};
    if (!path)
        return rh_job_cost_of(run->arena, &run->tree);
    for (const rh_job_node *node = rh_file_run_find(run, path, NULL); node;
         node = rh_file_run_find(run, path, node))
        if (node->level == RH_CALL_JOB)
            rh_job_cost_add(run->arena, &run->tree, node, &cost);
    return cost;
}

/* ---- where it went wrong --------------------------------------------------------------------- */

static bool is_wrong(const rh_job_node *node)
{
    if (node->level == RH_CALL_COMMAND)
        return node->is_over && command_came_to(node) == RH_CONCLUSION_FAILURE;
    return node->outcome == RH_CONCLUSION_FAILURE;
}

/* The innermost one: the step that failed the job, the command that failed the step. Of commands
 * the last failure counts, of steps the first. */
static const rh_job_node *innermost(const rh_job_node *node)
{
    const rh_job_node *found = NULL;
    for (const rh_job_node *child = node->first; child; child = child->next)
        if (is_wrong(child) && (!found || child->level == RH_CALL_COMMAND))
            found = child;
    return found ? innermost(found) : node;
}

rh_place rh_file_run_blame(const rh_file_run *run, const char *path)
{
    const rh_job_node *node = path ? rh_file_run_find(run, path, NULL) : run->tree.first;
    while (node && !is_wrong(node))
        node = path ? rh_file_run_find(run, path, node) : node->next;
    if (node)
        node = innermost(node);
    if (!node || !node->call || !node->call->about.line)
        return (rh_place){0};
    return (rh_place){node->call->about.file, (int)node->call->about.line,
                      (int)node->call->about.column};
}

/* ---- checks ---------------------------------------------------------------------------------- */

typedef struct check {
    const rh_file_run *run;
    const rh_expectation *expected;
    rh_text *message;
} check;

static void offer_labels(const check *c, rh_nearest *nearest)
{
    for (size_t i = 0; i < rh_count_of(c->run->jobs); i++)
        rh_nearest_offer(nearest, c->run->jobs->as.fields[i].key);
}

/* Whether there is such a job or step; otherwise says so. */
static bool is_known(const check *c)
{
    char hint[128];
    const char *path = c->expected->text;
    if (rh_file_run_find(c->run, path, NULL) || rh_get(c->run->jobs, path))
        return true;
    rh_nearest nearest = rh_nearest_begin(path);
    offer_labels(c, &nearest);
    for (const rh_job_node *node = c->run->tree.first; node; node = rh_job_node_after(node)) {
        if (node->call)
            rh_env_offer_paths(c->run->arena, node->call, &nearest);
        else
            rh_nearest_offer(&nearest, node->name);
    }
    rh_text_printf(c->message, "there is no job or step '%s' in this run%s", path,
                   rh_nearest_hint(&nearest, hint, sizeof hint));
    return false;
}

static const char *word(rh_conclusion conclusion)
{
    return conclusion ? rh_conclusion_name(conclusion) : "not over";
}

static void add_reason(const check *c, const char *reason)
{
    if (reason)
        rh_text_printf(c->message, "\n  %s", reason);
}

static bool check_conclusion(const check *c)
{
    rh_conclusion found = rh_job_tree_conclusion(&c->run->tree);
    if (found == c->expected->conclusion)
        return true;
    rh_text_printf(c->message, "expected that the run concludes with %s, but it %s%s",
                   rh_conclusion_name(c->expected->conclusion), found ? "concluded with " : "is ",
                   word(found));
    for (const rh_job_node *node = c->run->tree.first; node; node = node->next)
        if (node->outcome == RH_CONCLUSION_FAILURE && !rh_job_node_is_masked(node))
            rh_text_printf(c->message, "\n  %s failed%s%s",
                           node->call ? rh_call_path_text(c->run->arena, node->call) : node->name,
                           node->reason ? ": " : "", node->reason ? node->reason : "");
    return false;
}

/* The first node that is not as expected; all of a path are to be. */
static bool check_conclusions(const check *c)
{
    const rh_expectation *e = c->expected;
    bool is_outcome = e->kind == RH_EXPECT_OUTCOMES;
    if (!is_known(c))
        return false;
    const rh_job_node *node = rh_file_run_find(c->run, e->text, NULL);
    rh_conclusion found = node ? e->conclusion : conclusion_of_label(c->run, e->text);
    for (; node && found == e->conclusion; node = rh_file_run_find(c->run, e->text, node)) {
        found = came_to(node, is_outcome);
        if (found == e->conclusion)
            continue;
        rh_text_printf(c->message, "expected the %s of %s to be %s, but it is %s",
                       is_outcome ? "outcome" : "conclusion",
                       node->call ? rh_call_path_text(c->run->arena, node->call) : node->name,
                       rh_conclusion_name(e->conclusion), word(found));
        add_reason(c, node->reason);
        return false;
    }
    if (found == e->conclusion)
        return true;
    rh_text_printf(c->message, "expected the conclusion of %s to be %s, but it is %s", e->text,
                   rh_conclusion_name(e->conclusion), word(found));
    return false;
}

static bool check_skipped(const check *c)
{
    const rh_expectation *e = c->expected;
    if (!is_known(c))
        return false;
    for (const rh_job_node *node = rh_file_run_find(c->run, e->text, NULL); node;
         node = rh_file_run_find(c->run, e->text, node)) {
        bool is_skipped = node->conclusion == RH_CONCLUSION_SKIPPED;
        if (is_skipped && (!e->reason || (node->reason && strstr(node->reason, e->reason))))
            continue;
        if (!is_skipped)
            rh_text_printf(c->message, "expected that %s is skipped, but it is %s", e->text,
                           word((rh_conclusion)node->conclusion));
        else
            rh_text_printf(c->message, "%s is skipped, but not for '%s'", e->text, e->reason);
        add_reason(c, node->reason);
        return false;
    }
    return true;
}

static bool check_outputs(const check *c)
{
    const rh_expectation *e = c->expected;
    if (!is_known(c))
        return false;
    const rh_value *found = rh_file_run_output(c->run, e->text, e->key);
    bool is_absent = rh_kind_of(e->pattern) == RH_NULL;
    if (is_absent ? !found : found && rh_match(e->pattern, found))
        return true;
    if (!found) {
        rh_text_printf(c->message, "%s has no output '%s'", e->text, e->key);
    } else if (is_absent) {
        rh_text_printf(c->message, "expected that %s has no output '%s', but it has", e->text,
                       e->key);
    } else {
        rh_text_printf(c->message, "the output '%s' of %s is not as expected:\n", e->key, e->text);
        rh_value_diff(c->message, e->pattern, found, "  ", 8);
    }
    return false;
}

static bool check_exit_codes(const check *c)
{
    const rh_expectation *e = c->expected;
    if (!is_known(c))
        return false;
    for (const rh_job_node *node = rh_file_run_find(c->run, e->text, NULL); node;
         node = rh_file_run_find(c->run, e->text, node)) {
        if (node->level != RH_CALL_COMMAND)
            rh_text_printf(c->message, "%s is no command; only commands have exit codes", e->text);
        else if (!node->is_over)
            rh_text_printf(c->message, "%s has not ended", e->text);
        else if ((size_t)node->exit_status != e->count)
            rh_text_printf(c->message, "expected that %s ends with exit code %zu, but it is %d",
                           e->text, e->count, (int)node->exit_status);
        if (c->message->length)
            return false;
    }
    return true;
}

/* ---- remarks --------------------------------------------------------------------------------- */

static bool is_asked_for(const rh_expectation *e, const rh_entry *entry)
{
    const char *name = entry->name ? entry->name->text : "";
    if (e->kind == RH_EXPECT_ANNOTATION)
        return entry->kind == RH_ENTRY_ANNOTATION && (!e->key || !strcmp(e->key, name));
    return entry->kind == (e->kind == RH_EXPECT_NOTE ? RH_ENTRY_NOTE : RH_ENTRY_UNKNOWN);
}

static bool check_remarks(const check *c)
{
    const rh_expectation *e = c->expected;
    const char *what = e->kind == RH_EXPECT_ANNOTATION ? "annotation"
                       : e->kind == RH_EXPECT_NOTE     ? "note"
                                                       : "unknown value";
    rh_text found = rh_text_in(c->run->arena);
    for (const rh_job_remark *remark = c->run->tree.remarks; remark; remark = remark->next) {
        const rh_entry *entry = remark->entry;
        const char *text = entry->text ? entry->text : "";
        const char *origin =
            entry->kind == RH_ENTRY_UNKNOWN && entry->name ? entry->name->text : "";
        if (!is_asked_for(e, entry))
            continue;
        if (e->text && (strstr(text, e->text) || strstr(origin, e->text)))
            return true;
        rh_text_printf(&found, "\n  %s%s%s", origin, *origin ? ": " : "", text);
    }
    if (!e->text && !found.length)
        return true;
    if (e->text)
        rh_text_printf(c->message, "expected %s %s%s%s with '%s'; found %s%s",
                       strchr("aeiou", e->key ? *e->key : *what) ? "an" : "a", e->key ? e->key : "",
                       e->key ? " " : "", what, e->text, found.length ? "only:" : "none",
                       rh_text_string(&found));
    else
        rh_text_printf(c->message, "expected no %ss; there are%s", what, rh_text_string(&found));
    return false;
}

/* ---- taint and masked failures --------------------------------------------------------------- */

/* "git-push", "git-push origin main" */
static bool names_effect(const char *text, const rh_entry *effect)
{
    const char *kind = effect->name->text;
    size_t length = strlen(kind);
    if (strncmp(text, kind, length) != 0)
        return false;
    return !text[length] || (text[length] == ' ' && !strcmp(text + length + 1, effect->text));
}

static bool is_tainted(const rh_entry *entry)
{
    return entry->kind == RH_ENTRY_EFFECT && entry->code;
}

/* Effects are the world's. */
static bool check_tainted(const check *c)
{
    const rh_expectation *e = c->expected;
    const rh_journal *journal = c->run->tree.journal;
    for (size_t i = 0; i < e->count; i++) {
        bool found = false;
        for (size_t j = 0; j < journal->count; j++)
            found = found || (is_tainted(&journal->entries[j]) &&
                              names_effect(e->texts[i], &journal->entries[j]));
        if (!found)
            rh_text_printf(c->message, "%sexpected that the effect '%s' is tainted, but it is not",
                           c->message->length ? "\n" : "", e->texts[i]);
    }
    for (size_t j = 0; j < journal->count; j++) {
        bool is_listed = !is_tainted(&journal->entries[j]);
        for (size_t i = 0; i < e->count; i++)
            is_listed = is_listed || names_effect(e->texts[i], &journal->entries[j]);
        if (!is_listed)
            rh_text_printf(
                c->message,
                "%sthe effect '%s %s' is tainted: it was made from what came of a failed "
                "command",
                c->message->length ? "\n" : "", journal->entries[j].name->text,
                journal->entries[j].text);
    }
    return c->message->length == 0;
}

static bool is_listed(const rh_expectation *e, const rh_job_node *node)
{
    for (size_t i = 0; i < e->count; i++)
        if (node->call ? rh_call_matches(node->call, e->texts[i])
                       : label_matches(node->name, e->texts[i]))
            return true;
    return false;
}

/* Jobs and steps that failed, and what counts says otherwise. */
static bool check_masked(const check *c)
{
    const rh_expectation *e = c->expected;
    for (size_t i = 0; i < e->count; i++) {
        check one = *c;
        rh_expectation named = {.text = e->texts[i]};
        one.expected = &named;
        bool found = false;
        for (const rh_job_node *node = rh_file_run_find(c->run, e->texts[i], NULL); node;
             node = rh_file_run_find(c->run, e->texts[i], node))
            found = found || rh_job_node_is_masked(node);
        if (!found && !c->message->length && is_known(&one))
            rh_text_printf(c->message,
                           "expected that %s fails and the run goes on as if it had not, but that "
                           "did not happen",
                           e->texts[i]);
    }
    for (const rh_job_node *node = c->run->tree.first; node; node = rh_job_node_after(node))
        if (rh_job_node_is_masked(node) && !is_listed(e, node))
            rh_text_printf(c->message,
                           "%s%s failed and counts as a success; if that is right, list it under "
                           "'masked:'",
                           c->message->length ? "\n" : "",
                           node->call ? rh_call_path_text(c->run->arena, node->call) : node->name);
    return c->message->length == 0;
}

/* ---- cost ------------------------------------------------------------------------------------ */

static bool check_cost(const check *c)
{
    const rh_expectation *e = c->expected;
    if (e->text && !is_known(c))
        return false;
    rh_job_cost cost = rh_file_run_cost(c->run, e->text);
    const char *whose = e->text ? e->text : "the run";
    if (e->kind == RH_EXPECT_MINUTES) {
        if ((size_t)cost.minutes == e->count)
            return true;
        rh_text_printf(c->message, "expected %zu billed minutes of %s, found %jd", e->count, whose,
                       (intmax_t)cost.minutes);
        return false;
    }
    if (cost.unpriced) {
        rh_text_printf(c->message, "what %s costs is not known: there is no price for '%s'", whose,
                       cost.unpriced_label);
        return false;
    }
    if (cost.micro_usd >= e->from && cost.micro_usd <= e->to)
        return true;
    rh_text_printf(c->message, "expected that %s costs ", whose);
    if (e->to == INT64_MAX)
        rh_text_puts(c->message, "at least ");
    else if (e->from != e->to && e->from == 0)
        rh_text_puts(c->message, "at most ");
    if (e->to == INT64_MAX || (e->from != e->to && e->from)) {
        rh_shown_usd(c->message, e->from);
        rh_text_puts(c->message, e->to == INT64_MAX ? "" : " to ");
    }
    if (e->to != INT64_MAX)
        rh_shown_usd(c->message, e->to);
    rh_text_puts(c->message, " USD, but it costs ");
    rh_shown_usd(c->message, cost.micro_usd);
    return false;
}

/* ---- all ------------------------------------------------------------------------------------- */

static bool check_own(const check *c)
{
    switch (c->expected->kind) {
    case RH_EXPECT_CONCLUSION:
        return check_conclusion(c);
    case RH_EXPECT_CONCLUSIONS:
    case RH_EXPECT_OUTCOMES:
        return check_conclusions(c);
    case RH_EXPECT_SKIPPED:
        return check_skipped(c);
    case RH_EXPECT_OUTPUTS:
        return check_outputs(c);
    case RH_EXPECT_EXIT_CODES:
        return check_exit_codes(c);
    case RH_EXPECT_TAINTED:
        return check_tainted(c);
    case RH_EXPECT_ANNOTATION:
    case RH_EXPECT_NOTE:
    case RH_EXPECT_UNKNOWN:
        return check_remarks(c);
    case RH_EXPECT_COST:
    case RH_EXPECT_COSTS:
    case RH_EXPECT_MINUTES:
        return check_cost(c);
    case RH_EXPECT_MASKED:
        return check_masked(c);
    default:
        return true;
    }
}

bool rh_file_run_check(rh_env *env, const rh_expectation *expectation, rh_text *message)
{
    rh_file_run run = rh_file_run_of(env, message->arena);
    if (!run.of_file) {
        rh_text_puts(message, "nothing was started");
        return false;
    }
    return check_own(&(check){&run, expectation, message});
}
