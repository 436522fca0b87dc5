#include "sim/actions/matrix_name.h"

#include "sim/actions/matrix.h"
#include "sim/base/hash.h"
#include "sim/expression/expression.h"

enum { LONGEST_ID = 25, LONGEST_NAME = 100 };

void rh_leg_names_init(rh_leg_names *names, rh_arena *arena)
{
    names->arena = arena;
    rh_counter_init(&names->ids, arena);
}

/* ---- ids ------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_in_ids(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}

/* Every other UTF-16 unit becomes an underscore. */
static void add_to_id(rh_text *id, const char *text, size_t length)
{
    if (id->length)
        rh_text_putc(id, '_');
    else if (is_digit(text[0]) || text[0] == '-')
        rh_text_putc(id, '_');
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (is_in_ids(text[i]))
            rh_text_putc(id, text[i]);
        else if ((byte & 0xc0) != 0x80)
            rh_text_fill(id, '_', byte >= 0xf0 ? 2 : 1);
    }
}

static uint64_t hash_of(const char *text, size_t length)
{
    char lower[LONGEST_ID];
    for (size_t i = 0; i < length; i++)
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    return rh_hash_bytes(RH_HASH_SEED, lower, length);
}

static const char *unique(rh_leg_names *names, const char *wanted, size_t length)
{
    char id[LONGEST_ID + 1];
    for (unsigned attempt = 1;; attempt++) {
        const char *number = attempt > 1 ? rh_format_number(names->arena, attempt) : "";
        bool is_separated = attempt > 1 && !(length == 1 && wanted[0] == '_');
        size_t added = strlen(number) + is_separated;
        size_t kept = length < LONGEST_ID - added ? length : LONGEST_ID - added;
        memcpy(id, wanted, kept);
        if (is_separated)
            id[kept] = '_';
        memcpy(id + kept + is_separated, number, strlen(number));
        if (rh_counter_add(&names->ids, hash_of(id, kept + added)) == 1)
            return rh_arena_text(names->arena, id, kept + added);
    }
}

/* Two underscores at the beginning are reserved. */
static const char *make_id(rh_leg_names *names, rh_text *id)
{
    if (!id->length)
        return unique(names, "job", 3);
    size_t underscores = 0;
    while (underscores < id->length && id->data[underscores] == '_')
        underscores++;
    size_t dropped = underscores > 1 ? underscores - 1 : 0;
    return unique(names, id->data + dropped, id->length - dropped);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void add_segments(rh_arena *arena, const rh_value *value, rh_text *id, rh_text *suffix)
{
    const rh_value *text;
    switch (rh_kind_of(value)) {
    case RH_LIST:
    case RH_OBJECT:
        for (size_t i = 0; i < value->count; i++)
            add_segments(arena, rh_at(value, i), id, suffix);
        return;
    case RH_STRING:
    case RH_BOOLEAN:
    case RH_INTEGER:
    case RH_NUMBER:
        text = rh_value_as_string(arena, value);
        break;
    case RH_UNKNOWN:
        text = rh_value_string(arena, "?", 1);
        break;
    default:
        return;
    }
    if (!text->count)
        return;
    add_to_id(id, text->as.text, text->count);
    if (suffix->length)
        rh_text_puts(suffix, ", ");
    rh_text_add(suffix, text->as.text, text->count);
}

void rh_leg_name(rh_leg_names *names, const rh_field *fields, size_t count, const char **id,
                 const char **suffix)
{
    rh_text id_text = rh_text_in(names->arena), suffix_text = rh_text_in(names->arena);
    for (size_t i = 0; i < count; i++)
        add_segments(names->arena, fields[i].value, &id_text, &suffix_text);
    *id = make_id(names, &id_text);
    *suffix = rh_text_string(&suffix_text);
}

/* The bytes of the first `units` UTF-16 units of a text, and whether there are more of them. A
 * character that would be halved is left out. */
static size_t cut_at(const char *text, size_t length, size_t units, bool *has_more)
{
    size_t at = 0, counted = 0;
    while (at < length) {
        size_t size = rh_utf8_length(text + at, length - at);
        counted += size == 4 ? 2 : 1;
        if (counted > units)
            break;
        at += size ? size : 1;
    }
    *has_more = at < length;
    return at;
}

const char *rh_matrix_leg_name(rh_arena *arena, const char *job, const rh_matrix_leg *leg)
{
    const char *name = leg->suffix[0] ? rh_format(arena, "%s (%s)", job, leg->suffix) : job;
    size_t length = strlen(name);
    bool is_too_long, has_more;
    cut_at(name, length, LONGEST_NAME, &is_too_long);
    size_t kept = cut_at(name, length, LONGEST_NAME - 3, &has_more);
    return is_too_long ? rh_format(arena, "%.*s...", (int)kept, name)
                       : rh_arena_text(arena, name, length);
}
