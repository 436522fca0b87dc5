/* Where two values differ, for people: rh_value_diff of value.h. */
#include "sim/base/json.h"
#include "sim/base/value.h"

/* More of one value is not shown. */
#define EXCERPT 200

/* A place in a value: the way up to its root. */
struct step {
    const struct step *up;
    const char *key; /* NULL: an item, at `index` */
    size_t index;
};

struct diff {
    rh_text *text;
    const char *indent;
    size_t limit;
    size_t found;
};

/* Stands for a part that is not there. */
static const rh_value nothing = {.kind = RH_NULL};

static void compare(struct diff *diff, const struct step *step, const rh_value *pattern,
                    const rh_value *value, unsigned levels);

static bool plain_key(const char *key)
{
    for (const char *c = key; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr(".[]\"\\", *c))
            return false;
    return key[0] != '\0';
}

static void write_path(rh_text *text, const struct step *step)
{
    if (!step) {
        rh_text_putc(text, '$');
        return;
    }
    write_path(text, step->up);
    if (!step->key) {
        rh_text_printf(text, ".%zu", step->index);
    } else if (plain_key(step->key)) {
        rh_text_printf(text, ".%s", step->key);
    } else {
        rh_text_putc(text, '[');
        rh_json_write_string(text, step->key, strlen(step->key));
        rh_text_putc(text, ']');
    }
}

/* Writes a value, or the beginning of a long one; false if it was cut. */
static bool write_excerpt(rh_text *text, const rh_value *value)
{
    rh_text json = rh_text_in(text->arena);
    rh_json_write(&json, value, RH_JSON_COMPACT);
    bool cut = json.length > EXCERPT;
    if (cut) {
        json.length = EXCERPT;
        while (((unsigned char)json.data[json.length] & 0xc0) == 0x80)
            json.length--;
        rh_text_puts(&json, "...");
    }
    rh_text_add(text, json.data, json.length);
    return !cut;
}

static bool write_side(rh_text *text, const rh_value *value)
{
    if (value == &nothing) {
        rh_text_puts(text, "nothing");
        return true;
    }
    if (rh_kind_of(value) != RH_MATCHER)
        return write_excerpt(text, value);
    const rh_matcher *matcher = value->as.matcher ? value->as.matcher : &rh_match_any;
    rh_text_puts(text, matcher->description ? matcher->description : "a match");
    if (!matcher->subset)
        return true;
    rh_text_putc(text, ' ');
    return write_excerpt(text, matcher->subset);
}

static bool secret(const rh_value *value)
{
    return value && (value->flags & RH_SECRET);
}

/* Long texts may begin alike. */
static void write_first_difference(rh_text *text, const rh_value *left, const rh_value *right)
{
    size_t at = 0;
    if (rh_kind_of(left) != RH_STRING || rh_kind_of(right) != RH_STRING || secret(left) ||
        secret(right))
        return;
    while (at < left->count && at < right->count && left->as.text[at] == right->as.text[at])
        at++;
    rh_text_printf(text, " (they differ from byte %zu on)", at);
}

static void report(struct diff *diff, const struct step *step, const rh_value *pattern,
                   const rh_value *value)
{
    if (diff->found++ >= diff->limit)
        return;
    rh_text_puts(diff->text, diff->indent);
    write_path(diff->text, step);
    rh_text_puts(diff->text, ": expected ");
    bool whole = write_side(diff->text, pattern);
    rh_text_puts(diff->text, ", got ");
    whole = write_side(diff->text, value) && whole;
    if (!whole)
        write_first_difference(diff->text, pattern, value);
    rh_text_putc(diff->text, '\n');
}

static void compare_items(struct diff *diff, const struct step *up, const rh_value *pattern,
                          const rh_value *value, unsigned levels)
{
    size_t count = pattern->count > value->count ? pattern->count : value->count;
    for (size_t i = 0; i < count; i++) {
        struct step step = {.up = up, .index = i};
        if (i >= pattern->count)
            report(diff, &step, &nothing, rh_at(value, i));
        else if (i >= value->count)
            report(diff, &step, rh_at(pattern, i), &nothing);
        else
            compare(diff, &step, rh_at(pattern, i), rh_at(value, i), levels - 1);
    }
}

/* The fields of the pattern, missing ones with them. */
static void compare_fields(struct diff *diff, const struct step *up, const rh_value *pattern,
                           const rh_value *value, unsigned levels)
{
    for (size_t i = 0; i < pattern->count; i++) {
        const rh_field *field = &pattern->as.fields[i];
        const rh_field *other = rh_value_field(value, field->key);
        struct step step = {.up = up, .key = field->key};
        if (rh_value_field(pattern, field->key) != field)
            continue; /* only the first of a key counts */
        if (other)
            compare(diff, &step, field->value, other->value, levels - 1);
        else
            report(diff, &step, field->value, &nothing);
    }
}

static void report_extra_fields(struct diff *diff, const struct step *up, const rh_value *pattern,
                                const rh_value *value)
{
    for (size_t i = 0; i < value->count; i++) {
        const rh_field *field = &value->as.fields[i];
        struct step step = {.up = up, .key = field->key};
        if (rh_value_field(value, field->key) == field && !rh_value_field(pattern, field->key))
            report(diff, &step, &nothing, field->value);
    }
}

static void compare(struct diff *diff, const struct step *step, const rh_value *pattern,
                    const rh_value *value, unsigned levels)
{
    rh_kind kind = rh_kind_of(pattern);
    bool open = levels && !secret(pattern) && !secret(value);
    bool same_kind = kind == rh_kind_of(value);
    if (open && kind == RH_MATCHER && pattern->as.matcher && !pattern->as.matcher->accepts &&
        rh_kind_of(pattern->as.matcher->subset) == RH_OBJECT && rh_kind_of(value) == RH_OBJECT) {
        compare_fields(diff, step, pattern->as.matcher->subset, value, levels);
    } else if (open && same_kind && kind == RH_LIST) {
        compare_items(diff, step, pattern, value, levels);
    } else if (open && same_kind && kind == RH_OBJECT) {
        compare_fields(diff, step, pattern, value, levels);
        report_extra_fields(diff, step, pattern, value);
    } else if (!rh_match(pattern, value)) {
        report(diff, step, pattern, value);
    }
}

size_t rh_value_diff(rh_text *text, const rh_value *pattern, const rh_value *value,
                     const char *indent, size_t limit)
{
    struct diff diff = {.text = text, .indent = indent, .limit = limit};
    compare(&diff, NULL, pattern, value, RH_DEPTH_LIMIT);
    if (diff.found > limit)
        rh_text_printf(text, "%s... and %zu more\n", indent, diff.found - limit);
    return diff.found;
}
