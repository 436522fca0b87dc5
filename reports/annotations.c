#include "reports/annotations.h"

#include <string.h>

#include "harness/job_tree.h"

enum { MOST = 10, LONGEST = 4096 };

/* ---- writing --------------------------------------------------------------------------------- */

/* Commands are lines; in a property ':' and ',' end something, too. */
static void write_escaped(rh_text *text, const char *words, size_t most, bool is_property)
{
    for (size_t i = 0; words[i] && i < most; i++) {
        char c = words[i];
        bool is_special =
            c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
        if (is_special)
            rh_text_printf(text, "%%%02X", (unsigned)(unsigned char)c);
        else
            rh_text_putc(text, c);
    }
}

/* The longest part that does not end within a character. */
static size_t fitting(const char *words)
{
    size_t length = strlen(words);
    if (length <= LONGEST)
        return length;
    length = LONGEST;
    while (length && ((unsigned char)words[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static const char *const names[RH_ANNOTATION_LEVELS] = {"error", "warning", "notice"};

static void write_property(rh_text *text, const char *name, const char *value, char *before)
{
    if (!value || !*value)
        return;
    rh_text_printf(text, "%c%s=", *before, name);
    write_escaped(text, value, strlen(value), true);
    *before = ',';
}

static void write_number(rh_text *text, const char *name, uint32_t number, char *before)
{
    if (!number)
        return;
    rh_text_printf(text, "%c%s=%u", *before, name, number);
    *before = ',';
}

static void write_one(rh_text *text, const rh_annotation *annotation)
{
    char before = ' ';
    rh_text_printf(text, "::%s", names[annotation->level]);
    write_property(text, "file", annotation->file, &before);
    write_number(text, "line", annotation->line, &before);
    write_number(text, "col", annotation->column, &before);
    write_property(text, "title", annotation->title, &before);
    rh_text_puts(text, "::");
    write_escaped(text, annotation->message, fitting(annotation->message), false);
    rh_text_putc(text, '\n');
}

static size_t count_level(const rh_annotations *annotations, uint8_t level)
{
    size_t count = 0;
    for (size_t i = 0; i < annotations->count; i++)
        count += annotations->items[i].level == level;
    return count;
}

void rh_annotations_write(rh_text *text, const rh_annotations *annotations)
{
    for (uint8_t level = 0; level < RH_ANNOTATION_LEVELS; level++) {
        size_t all = count_level(annotations, level), shown = 0;
        size_t most = all > MOST ? MOST - 1 : MOST;
        for (size_t i = 0; i < annotations->count && shown < most; i++)
            if (annotations->items[i].level == level) {
                write_one(text, &annotations->items[i]);
                shown++;
            }
        if (all > shown)
            rh_text_printf(text, "::%s title=rehearse::%zu more\n", names[level], all - shown);
    }
}

/* ---- gathering ------------------------------------------------------------------------------- */

static const char *copy(rh_annotations *to, const char *text)
{
    return text ? rh_arena_string(to->arena, text) : NULL;
}

void rh_annotate(rh_annotations *to, const rh_annotation *annotation)
{
    to->items =
        rh_arena_reserve(to->arena, to->items, sizeof *to->items, to->count + 1, &to->capacity);
    rh_annotation *kept = &to->items[to->count++];
    *kept = *annotation;
    kept->file = copy(to, annotation->file);
    kept->title = copy(to, annotation->title);
    kept->message = rh_arena_string(to->arena, annotation->message ? annotation->message : "");
}

typedef struct telling {
    rh_annotations *to;
    const rh_job_tree *tree;
    const char *source, *path;
} telling;

static void tell(const telling *t, const rh_job_node *node, rh_annotation_level level,
                 const char *title, const char *message)
{
    const rh_call_about none = {0};
    const rh_call_about *about = node->call ? &node->call->about : &none;
    bool is_renamed = t->source && about->file && !strcmp(about->file, t->source);
    rh_annotate(t->to, &(rh_annotation){.level = (uint8_t)level,
                                        .file = is_renamed ? t->path : about->file,
                                        .line = about->line,
                                        .column = about->column,
                                        .title = title,
                                        .message = message});
}

static const char *path_of(const telling *t, const rh_job_node *node)
{
    return node->call ? rh_call_path_text(t->to->arena, node->call) : node->name;
}

/* Also a job that was cancelled with an error, as its time was over; not what others cancelled. */
static bool has_failed(const telling *t, const rh_job_node *node)
{
    const rh_job_remark *remark = t->tree->remarks;
    if (node->outcome != RH_CONCLUSION_CANCELLED || node->level != RH_CALL_JOB)
        return node->outcome == RH_CONCLUSION_FAILURE;
    while (remark && (remark->node != node || remark->entry->kind != RH_ENTRY_ANNOTATION ||
                      strcmp(remark->entry->name->text, "error") != 0))
        remark = remark->next;
    return remark != NULL;
}

/* A job that failed by one of its steps is told of there; so is an action. */
static bool is_told_below(const rh_job_node *node)
{
    for (const rh_job_node *child = node->first; child; child = child->next)
        if (child->level == RH_CALL_STEP && child->outcome == RH_CONCLUSION_FAILURE)
            return true;
    return false;
}

/* Something around it failed, and that does not count. */
static bool is_masked_above(const rh_job_node *node)
{
    for (; node; node = node->parent)
        if (rh_job_node_is_masked(node))
            return true;
    return false;
}

static void tell_node(const telling *t, const rh_job_node *node)
{
    rh_arena *arena = t->to->arena;
    const char *reason = node->reason ? node->reason : "it failed";
    const char *fault = node->fault ? rh_format(arena, " (%s)", node->fault) : "";
    if (node->level == RH_CALL_COMMAND) {
        if (node->has_tainted_effect)
            tell(t, node, RH_ANNOTATE_WARNING, path_of(t, node),
                 "what it does is made from what came of a failed command");
        return;
    }
    if (!has_failed(t, node) || is_told_below(node))
        return;
    if (is_masked_above(node))
        tell(t, node, RH_ANNOTATE_WARNING, path_of(t, node),
             rh_format(arena, "%s%s; the run does not show it", reason, fault));
    else
        tell(t, node, RH_ANNOTATE_ERROR, path_of(t, node), rh_format(arena, "%s%s", reason, fault));
}

void rh_annotate_run(rh_annotations *to, const rh_journal *journal, uint32_t run,
                     const char *source, const char *path)
{
    const rh_job_tree tree = rh_job_tree_read(to->arena, journal, run);
    const telling t = {to, &tree, source, path};
    for (const rh_job_node *node = tree.first; node; node = rh_job_node_after(node))
        tell_node(&t, node);
}
