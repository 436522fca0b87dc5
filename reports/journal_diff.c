#include "reports/journal_diff.h"

#include <string.h>

#include "reports/journal_entry.h"
#include "sim/base/json.h"

enum { SAME_SHOWN = 3, OTHER_SHOWN = 4 };

typedef struct line {
    const char *text;
    size_t length; /* 0: there is none */
    size_t number; /* from 1, as entries are counted */
} line;

/* One of the two, read line by line. */
typedef struct side {
    const rh_journal_text *journal;
    rh_arena *arena;
    size_t at;         /* where the next line begins */
    size_t read;       /* lines so far, without the head */
    const char **runs; /* ids, in the order in which they came */
    size_t run_count, run_capacity;
} side;

/* ---- lines ----------------------------------------------------------------------------------- */

static bool begins_with_kind(const line *l, const char *kind)
{
    const char *at = memchr(l->text, '{', l->length);
    size_t length = strlen(kind);
    while (at && (size_t)(l->text + l->length - at) > length + 9) {
        if (strncmp(at, "\"kind\":\"", 8) == 0)
            return strncmp(at + 8, kind, length) == 0;
        at++;
    }
    return false;
}

static line take_line(side *s)
{
    const char *text = s->journal->lines + s->at;
    size_t left = s->journal->length - s->at;
    const char *end = left ? memchr(text, '\n', left) : NULL;
    line taken = {text, end ? (size_t)(end - text) : left, ++s->read};
    s->at += taken.length + (end != NULL);
    /* The last line is no entry, and one that a cut journal lacks. */
    if (taken.length && begins_with_kind(&taken, "end\""))
        taken.length = 0;
    return taken;
}

static int open_side(side *s, rh_error *error)
{
    line head = take_line(s);
    s->read = 0;
    if (head.length && begins_with_kind(&head, "journal\""))
        return 0;
    return rh_error_set(error, s->journal->name, 0, 0, "is not a journal as JSON Lines");
}

static int read_entry(const side *s, const line *l, const rh_value **entry, rh_error *error)
{
    *entry = rh_json_read(s->arena, l->text, l->length, s->journal->name, error);
    return *entry ? 0 : -1;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool is_run_id(const char *key)
{
    return !strcmp(key, "run") || !strcmp(key, "first_run") || !strcmp(key, "previous_run");
}

/* Which of the runs it is; a new one is added. */
static size_t run_index(side *s, const rh_value *id)
{
    const char *text = rh_text_of(id);
    for (size_t i = 0; i < s->run_count; i++)
        if (!strcmp(s->runs[i], text))
            return i;
    s->runs =
        rh_arena_reserve(s->arena, s->runs, sizeof *s->runs, s->run_count + 1, &s->run_capacity);
    s->runs[s->run_count] = text;
    return s->run_count++;
}

static bool same_field(side *left, side *right, const char *key, const rh_value *a,
                       const rh_value *b)
{
    if (!a || !b)
        return false;
    if (is_run_id(key))
        return run_index(left, a) == run_index(right, b);
    return !strcmp(key, "seed") || rh_equal(a, b);
}

static bool same_entry(side *left, side *right, const rh_value *a, const rh_value *b)
{
    if (rh_count_of(a) != rh_count_of(b))
        return false;
    for (size_t i = 0; i < rh_count_of(a); i++) {
        const char *key = a->as.fields[i].key;
        if (!same_field(left, right, key, a->as.fields[i].value, rh_get(b, key)))
            return false;
    }
    return true;
}

/* 1: the same, 0: not, -1 with an error. */
static int same_line(side *left, side *right, const line *a, const line *b, rh_error *error)
{
    if (!a->length || !b->length)
        return a->length == b->length;
    bool same_bytes = a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
    /* Even then the ids of new runs are to be known. */
    if (same_bytes && !begins_with_kind(a, "run-started\""))
        return 1;
    const rh_value *first, *second;
    if (read_entry(left, a, &first, error) != 0 || read_entry(right, b, &second, error) != 0)
        return -1;
    return same_entry(left, right, first, second);
}

/* ---- what is shown --------------------------------------------------------------------------- */

typedef struct look {
    rh_text *text;
    unsigned width;
    rh_error *error;
} look;

static int show_line(const look *to, const side *s, const line *l, const char *mark)
{
    const rh_value *entry;
    if (read_entry(s, l, &entry, to->error) != 0)
        return -1;
    rh_journal_entry_row(to->text, mark, l->number, entry, to->width);
    return 0;
}

/* The line where they part and some after it. */
static int show_rest(const look *to, side *s, line next)
{
    if (!next.length)
        rh_text_printf(to->text, "  %s  ends here\n", s->journal->mark);
    for (int i = 0; i < OTHER_SHOWN && next.length; i++) {
        if (show_line(to, s, &next, s->journal->mark) != 0)
            return -1;
        next = take_line(s);
    }
    if (next.length)
        rh_text_printf(to->text, "  %s     ...\n", s->journal->mark);
    return 0;
}

static int show_differences(const look *to, side *left, side *right, const line *a, const line *b)
{
    const rh_value *first, *second;
    if (!a->length || !b->length)
        return 0;
    if (read_entry(left, a, &first, to->error) != 0 ||
        read_entry(right, b, &second, to->error) != 0)
        return -1;
    if (!rh_equal(rh_get(first, "kind"), rh_get(second, "kind")) ||
        !rh_equal(rh_get(first, "call"), rh_get(second, "call")))
        return 0;
    rh_text_puts(to->text, "\nthe same kind of entry, but:\n");
    for (size_t i = 0; i < rh_count_of(first); i++) {
        const rh_field *field = &first->as.fields[i];
        const rh_value *other = rh_get(second, field->key);
        if (!same_field(left, right, field->key, field->value, other))
            rh_journal_entry_difference(to->text, field->key, field->value, other, to->width);
    }
    for (size_t i = 0; i < rh_count_of(second); i++)
        if (!rh_get(first, second->as.fields[i].key))
            rh_journal_entry_difference(to->text, second->as.fields[i].key, NULL,
                                        second->as.fields[i].value, to->width);
    return 0;
}

/* The entry by which the last run closed; if there is none, the last one. */
static int show_end(const look *to, const rh_journal_text *journal, rh_arena *arena)
{
    side s = {.journal = journal, .arena = arena};
    line last = take_line(&s), close = {0};
    s.read = 0;
    for (line l = take_line(&s); l.length; l = take_line(&s)) {
        last = l;
        if (begins_with_kind(&l, "run-") && !begins_with_kind(&l, "run-started") &&
            !begins_with_kind(&l, "run-cancel-requested"))
            close = l;
    }
    return show_line(to, &s, close.length ? &close : &last, journal->mark);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int show_parting(const look *to, side *left, side *right, const line *a, const line *b,
                        const line *before)
{
    size_t same = a->number - 1;
    if (same)
        rh_text_printf(to->text, "the same for %zu %s:\n", same, same == 1 ? "entry" : "entries");
    for (size_t i = same < SAME_SHOWN ? 0 : same - SAME_SHOWN; i < same; i++)
        if (show_line(to, left, &before[i % SAME_SHOWN], " ") != 0)
            return -1;
    rh_text_puts(to->text, same ? "\nthen:\n" : "different from the first entry on:\n");
    if (show_rest(to, left, *a) != 0 || show_rest(to, right, *b) != 0 ||
        show_differences(to, left, right, a, b) != 0)
        return -1;
    rh_text_puts(to->text, "\nin the end:\n");
    return show_end(to, left->journal, left->arena) != 0 ||
                   show_end(to, right->journal, right->arena) != 0
               ? -1
               : 0;
}

int rh_report_journal_diff(rh_text *text, const rh_journal_text *left_text,
                           const rh_journal_text *right_text, unsigned width, bool *same,
                           rh_error *error)
{
    side left = {.journal = left_text, .arena = text->arena};
    side right = {.journal = right_text, .arena = text->arena};
    look to = {text, width, error};
    line before[SAME_SHOWN] = {0};
    if (open_side(&left, error) != 0 || open_side(&right, error) != 0)
        return -1;
    for (;;) {
        line a = take_line(&left), b = take_line(&right);
        int equal = same_line(&left, &right, &a, &b, error);
        if (equal < 0)
            return -1;
        *same = equal && !a.length;
        if (*same)
            return 0;
        if (!equal)
            return show_parting(&to, &left, &right, &a, &b, before);
        before[(a.number - 1) % SAME_SHOWN] = a;
    }
}
