#include "harness/job_tree.h"

#include <string.h>

#include "sim/base/value.h"

typedef struct reader {
    rh_arena *arena;
    rh_job_tree *tree;
    rh_job_node **nodes; /* by index of call */
} reader;

/* ---- nodes ----------------------------------------------------------------------------------- */

static void append(rh_job_tree *tree, rh_job_node *parent, rh_job_node *node)
{
    rh_job_node **first = parent ? &parent->first : &tree->first;
    rh_job_node **last = parent ? &parent->last : &tree->last;
    node->parent = parent;
    if (*last)
        (*last)->next = node;
    else
        *first = node;
    *last = node;
}

static rh_job_node *node_of(reader *r, uint32_t index)
{
    if (!index)
        return NULL;
    if (r->nodes[index - 1])
        return r->nodes[index - 1];
    const rh_call *call = r->tree->journal->calls[index - 1];
    if (call->about.level == RH_CALL_ACTIVITY)
        return NULL;
    rh_job_node *node = RH_NEW(r->arena, rh_job_node);
    node->call = call;
    node->index = index;
    node->name = call->type->text;
    node->level = call->about.level;
    node->scheduled = node->started = node->ended = call->scheduled;
    r->nodes[index - 1] = node;
    append(r->tree, node_of(r, call->parent_index), node);
    return node;
}

static void add_job_without_call(reader *r, const rh_entry *entry)
{
    rh_job_node *node = RH_NEW(r->arena, rh_job_node);
    node->name = entry->name ? entry->name->text : "";
    node->level = RH_CALL_JOB;
    node->scheduled = node->started = node->ended = entry->time;
    node->outcome = node->conclusion = RH_CONCLUSION_SKIPPED;
    node->reason = entry->text;
    node->is_over = true;
    append(r->tree, NULL, node);
}

/* Whether the jobs of a workflow that this one calls are there: it is shown by them. */
static bool is_shown_by_others(const reader *r, const char *label)
{
    size_t length = strcspn(label, "[");
    for (const rh_job_node *node = r->tree->first; node; node = node->next)
        if (!strncmp(node->name, label, length) && node->name[length] == '/')
            return true;
    return false;
}

/* A job or leg that is over without having been called: kept by a second attempt, rejected by a
 * reviewer, cancelled while it waited. */
static void add_uncalled_job(reader *r, const rh_entry *entry)
{
    if (!entry->name || is_shown_by_others(r, entry->name->text))
        return;
    rh_job_node *node = RH_NEW(r->arena, rh_job_node);
    node->name = entry->name->text;
    node->level = RH_CALL_JOB;
    node->scheduled = node->started = node->ended = entry->time;
    node->outcome = entry->code;
    node->conclusion = (uint8_t)entry->number;
    node->reason = entry->text;
    node->is_over = true;
    append(r->tree, NULL, node);
}

static void add_output(reader *r, rh_job_node *node, const rh_entry *entry)
{
    rh_job_output *output = RH_NEW(r->arena, rh_job_output);
    output->name = entry->name->text;
    output->value = entry->value;
    if (node->last_output)
        node->last_output->next = output;
    else
        node->outputs = output;
    node->last_output = output;
}

static void add_remark(reader *r, const rh_job_node *node, const rh_entry *entry)
{
    rh_job_remark *remark = RH_NEW(r->arena, rh_job_remark);
    remark->entry = entry;
    remark->node = node;
    if (r->tree->last_remark)
        r->tree->last_remark->next = remark;
    else
        r->tree->remarks = remark;
    r->tree->last_remark = remark;
}

/* ---- entries --------------------------------------------------------------------------------- */

static void start(reader *r, rh_job_node *node, const rh_entry *entry)
{
    rh_job_try *tried = RH_NEW(r->arena, rh_job_try);
    tried->number = entry->attempt;
    tried->started = entry->time;
    tried->host = entry->text;
    if (node->last_try) {
        node->last_try->next = tried;
        node->is_over = false;
        node->failure = NULL;
        node->fault = node->reason = NULL;
        node->exit_status = 0;
        node->outcome = node->conclusion = RH_CONCLUSION_NONE;
        node->outputs = node->last_output = NULL;
    } else {
        node->tries = tried;
        node->started = entry->time;
    }
    node->last_try = tried;
    node->try_count++;
    node->has_started = true;
    node->host = entry->text;
}

static void end_try(const rh_job_node *node, const rh_entry *entry)
{
    rh_job_try *tried = node->last_try;
    if (!tried || tried->number != entry->attempt)
        return;
    tried->is_over = true;
    tried->ended = entry->time;
    tried->how = (rh_entry_kind)entry->kind;
    tried->failure = entry->failure;
    if (node->level == RH_CALL_COMMAND)
        tried->exit_status = (int32_t)entry->number;
}

static void end(rh_job_node *node, const rh_entry *entry)
{
    end_try(node, entry);
    node->is_over = true;
    node->ended = entry->time;
    node->how = (rh_entry_kind)entry->kind;
    if (entry->failure)
        node->failure = entry->failure;
    node->result = entry->value ? entry->value : entry->failure ? entry->failure->details : NULL;
    if (node->level == RH_CALL_COMMAND)
        node->exit_status = (int32_t)entry->number;
}

static void note_effect(rh_job_node *node, bool is_tainted)
{
    node->effects++;
    for (; is_tainted && node; node = node->parent)
        node->has_tainted_effect = true;
}

static void conclude(rh_job_node *node, const rh_entry *entry)
{
    node->outcome = entry->code;
    node->conclusion = (uint8_t)entry->number;
    node->reason = entry->text;
    node->is_over = true;
    node->ended = entry->time;
}

static void skip(reader *r, rh_job_node *node, const rh_entry *entry)
{
    if (!node) {
        add_job_without_call(r, entry);
        return;
    }
    node->outcome = node->conclusion = RH_CONCLUSION_SKIPPED;
    node->reason = entry->text;
    node->is_over = true;
    node->ended = entry->time;
}

static void read_entry(reader *r, const rh_entry *entry)
{
    rh_job_node *node = node_of(r, entry->call);
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_SKIPPED:
        skip(r, node, entry);
        return;
    case RH_ENTRY_ANNOTATION:
    case RH_ENTRY_NOTE:
    case RH_ENTRY_UNKNOWN:
    case RH_ENTRY_WARNING:
        add_remark(r, node, entry);
        return;
    default:
        break;
    }
    if (!node && entry->kind == RH_ENTRY_CONCLUDED && !entry->call)
        add_uncalled_job(r, entry);
    if (!node)
        return;
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        start(r, node, entry);
        break;
    case RH_ENTRY_BACK_OFF:
        if (node->last_try)
            node->last_try->back_off = entry->span;
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_CANCELED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
    case RH_ENTRY_ATTEMPT_LOST:
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
    case RH_ENTRY_ACTIVITY_CANCELED:
        end(node, entry);
        break;
    case RH_ENTRY_FAULT:
        node->fault = entry->name->text;
        if (node->last_try)
            node->last_try->fault = entry->name->text;
        break;
    case RH_ENTRY_EFFECT:
        note_effect(node, entry->code != 0);
        break;
    case RH_ENTRY_OUTPUT:
        add_output(r, node, entry);
        break;
    case RH_ENTRY_CONCLUDED:
        conclude(node, entry);
        break;
    default:
        break;
    }
}

/* ---- the tree -------------------------------------------------------------------------------- */

bool rh_job_tree_is_of(const rh_journal *journal, uint32_t run)
{
    return run < journal->run_count && !strcmp(journal->runs[run]->dialect, "actions");
}

rh_job_tree rh_job_tree_read(rh_arena *arena, const rh_journal *journal, uint32_t run)
{
    rh_job_tree tree = {.journal = journal, .run = run, .record = journal->runs[run]};
    reader r = {arena, &tree, RH_NEW_ARRAY(arena, rh_job_node *, journal->call_count)};
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].run == run)
            read_entry(&r, &journal->entries[i]);
    return tree;
}

/* A run succeeds as well if all of its jobs were skipped. */
static rh_conclusion succeeded_as(const rh_value *result)
{
    const rh_value *conclusion = rh_get(result, "conclusion");
    return conclusion && !strcmp(rh_text_of(conclusion), rh_conclusion_name(RH_CONCLUSION_SKIPPED))
               ? RH_CONCLUSION_SKIPPED
               : RH_CONCLUSION_SUCCESS;
}

rh_conclusion rh_job_tree_conclusion(const rh_job_tree *tree)
{
    switch ((rh_run_status)tree->record->status) {
    case RH_RUN_SUCCEEDED:
        return succeeded_as(tree->record->result);
    case RH_RUN_FAILED:
    case RH_RUN_TIMED_OUT:
        return RH_CONCLUSION_FAILURE;
    case RH_RUN_CANCELED:
    case RH_RUN_TERMINATED:
        return RH_CONCLUSION_CANCELLED;
    case RH_RUN_CONTINUED_AS_NEW:
    case RH_RUN_RUNNING:
    case RH_RUN_STUCK:
        break;
    }
    return RH_CONCLUSION_NONE;
}

const char *rh_job_node_title(const rh_job_node *node)
{
    return node->call && node->call->about.title ? node->call->about.title : node->name;
}

bool rh_job_node_is_masked(const rh_job_node *node)
{
    return node->outcome == RH_CONCLUSION_FAILURE && node->conclusion == RH_CONCLUSION_SUCCESS;
}

const rh_job_node *rh_job_node_after(const rh_job_node *node)
{
    if (node->first)
        return node->first;
    while (node && !node->next)
        node = node->parent;
    return node ? node->next : NULL;
}
