/* The text of a file as YAML. What does not parse is left out by jobs and top-level keys, so that
 * what is wrong elsewhere is told, too. */
#include <string.h>

#include "sim/actions/read.h"

enum { MOST_BYTES = 1 << 20 };

/* The schema is checked all the same, so that all mistakes of the file are told. */
static void refuse_twice(void *data, const rh_yaml *key, const rh_yaml *first)
{
    rh_reading_refuse(data, key->line, key->column, "'%s' is already defined, first in line %u",
                      key->text, first->line);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Lines are counted from 1; `end` is the first line behind. */
typedef struct block {
    uint32_t begin, end;
} block;

typedef struct remainder {
    rh_reading *r;
    char *text; /* the source; blanks instead of what is left out */
    uint32_t line_count;
} remainder;

static const char *line_at(const remainder *left, uint32_t line)
{
    return left->text + left->r->lines.begins[line - 1];
}

static size_t indent_of(const remainder *left, uint32_t line)
{
    return strspn(line_at(left, line), " ");
}

/* Whether something begins in the line that its indentation says the place of. */
static bool is_head(const remainder *left, uint32_t line)
{
    char first = line_at(left, line)[indent_of(left, line)];
    return first && !strchr("#\t\r\n", first);
}

/* The last line up to `line`, and behind `after`, that begins something at most that deep; 0: none.
 */
static uint32_t head_before(const remainder *left, uint32_t line, uint32_t after, size_t indent)
{
    while (line > after && !(is_head(left, line) && indent_of(left, line) <= indent))
        line--;
    return line > after ? line : 0;
}

static uint32_t next_head(const remainder *left, uint32_t line, size_t indent)
{
    do
        line++;
    while (line <= left->line_count && !(is_head(left, line) && indent_of(left, line) <= indent));
    return line;
}

/* How deep the jobs stand; 0: there are none. */
static size_t indent_of_jobs(const remainder *left, const block *section)
{
    static const char key[] = "jobs:";
    if (strncmp(line_at(left, section->begin), key, sizeof key - 1) != 0)
        return 0;
    for (uint32_t line = section->begin + 1; line < section->end; line++)
        if (is_head(left, line))
            return indent_of(left, line);
    return 0;
}

static bool holds_more(const remainder *left, const block *section, const block *without)
{
    for (uint32_t line = section->begin + 1; line < section->end; line++)
        if (is_head(left, line) && (line < without->begin || line >= without->end))
            return true;
    return false;
}

/* The job that the line belongs to, or the key of the file. */
static block block_around(const remainder *left, uint32_t line)
{
    block section = {.begin = head_before(left, line, 0, 0)};
    if (!section.begin)
        section.begin = 1;
    section.end = next_head(left, section.begin, 0);
    size_t indent = indent_of_jobs(left, &section);
    uint32_t begin = indent ? head_before(left, line, section.begin, indent) : 0;
    if (!begin)
        return section;
    block job = {begin, next_head(left, begin, indent)};
    return holds_more(left, &section, &job) ? job : section;
}

/* False if nothing is left of it. */
static bool leave_out(remainder *left, const block *out)
{
    size_t begin = left->r->lines.begins[out->begin - 1], end = left->r->length;
    bool any = false;
    if (out->end <= left->line_count)
        end = left->r->lines.begins[out->end - 1];
    for (char *c = left->text + begin; c < left->text + end; c++) {
        if (strchr(" \r\n", *c) && *c)
            continue;
        *c = ' ';
        any = true;
    }
    return any;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Where an anchor stood is not there any more; that it is missing is no mistake of the file. */
static bool may_be_consequence(const rh_reading *r, const rh_yaml_trouble *trouble)
{
    return r->is_partial && trouble->kind == RH_YAML_ANCHOR;
}

static void refuse(rh_reading *r, const rh_yaml_trouble *trouble, const rh_error *error)
{
    uint32_t line = error->line ? error->line : 1, column = error->column ? error->column : 1;
    if (trouble->kind == RH_YAML_SYNTAX)
        rh_reading_refuse(r, line, column, "You have an error in your yaml syntax on line %u: %s",
                          line, error->message);
    else if (!may_be_consequence(r, trouble))
        rh_reading_refuse(r, line, column, "%s", error->message);
}

const rh_yaml *rh_read_yaml(rh_reading *r)
{
    rh_yaml_trouble trouble;
    const rh_yaml_options options = {.fold_keys = true,
                                     .max_bytes = MOST_BYTES,
                                     .on_duplicate = refuse_twice,
                                     .data = r,
                                     .trouble = &trouble};
    rh_error error;
    const rh_yaml *root = rh_yaml_read(r->arena, r->source, r->length, r->path, &options, &error);
    if (root)
        return root;
    refuse(r, &trouble, &error);
    remainder left = {r, rh_arena_text(r->arena, r->source, r->length), (uint32_t)r->lines.count};
    r->is_partial = true;
    for (int i = 0; i < RH_ACTIONS_MAX_ERRORS && trouble.kind != RH_YAML_FINAL; i++) {
        block out = block_around(&left, trouble.line);
        if (!leave_out(&left, &out))
            return NULL;
        root = rh_yaml_read(r->arena, left.text, r->length, r->path, &options, &error);
        if (root)
            return root->kind == RH_YAML_MAPPING ? root : NULL;
        refuse(r, &trouble, &error);
    }
    return NULL;
}
