#include "sim/actions/glob.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

/* A pattern is a row of states; a name matches if it leads from the first one past the last one.
 * All ways that take no character lead forward, so that one pass over the set of states that are
 * reached closes it. */

typedef enum state_kind {
    CHARACTER,
    SET,
    NO_SLASH, /* anything but '/' */
    ANYTHING,
    FORK /* takes nothing: goes to the next state, or past the next two */
} state_kind;

typedef enum times { ONCE, MAYBE, ONCE_OR_MORE, ANY_TIMES } times;

typedef struct range {
    uint32_t first, last;
} range;

typedef struct state {
    uint8_t kind;  /* state_kind */
    uint8_t times; /* times */
    bool is_negated;
    uint32_t character;
    const range *ranges;
    size_t range_count;
} state;

struct rh_glob {
    state *states;
    size_t count;
    bool is_negative;
    const char *note;
};

enum { STATE_LIMIT = RH_GLOB_LIMIT + 1, WORDS = STATE_LIMIT / 64 + 1 };

/* ---- compiling ------------------------------------------------------------------------------- */

typedef struct compiler {
    rh_arena *arena;
    const char *text;
    size_t length, at;
    bool is_policy;
    rh_glob *glob;
    rh_glob_error *error;
} compiler;

static RH_PRINTF(3, 4) bool refuse(compiler *c, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    c->error->pattern = 0;
    c->error->offset = offset;
    vsnprintf(c->error->message, sizeof c->error->message, format, arguments);
    va_end(arguments);
    return false;
}

/* The code point at the beginning of a text; a byte that begins none stands for itself, beyond all
 * code points. Returns its length. */
static size_t decode(const char *text, size_t length, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        *character = bytes[0];
        return 1;
    }
    size_t size = rh_utf8_length(text, length);
    if (!size) {
        *character = 0x110000u + bytes[0];
        return 1;
    }
    *character = bytes[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++)
        *character = *character << 6 | (bytes[i] & 0x3fu);
    return size;
}

static uint32_t take(compiler *c)
{
    uint32_t character;
    c->at += decode(c->text + c->at, c->length - c->at, &character);
    return character;
}

static bool is_next(const compiler *c, char wanted)
{
    return c->at < c->length && c->text[c->at] == wanted;
}

static state *add(compiler *c, state_kind kind, times repeated)
{
    state *added = &c->glob->states[c->glob->count++];
    *added = (state){.kind = (uint8_t)kind, .times = (uint8_t)repeated};
    return added;
}

static bool is_alphanumeric(uint32_t character)
{
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z');
}

static int family(uint32_t character)
{
    if (!is_alphanumeric(character))
        return 0;
    return character <= '9' ? 1 : character <= 'Z' ? 2 : 3;
}

/* One character of a set; false at the end of the pattern. */
static bool set_character(compiler *c, uint32_t *character)
{
    if (is_next(c, '\\'))
        c->at++;
    if (c->at == c->length)
        return false;
    *character = take(c);
    if (!c->is_policy && !is_alphanumeric(*character))
        c->glob->note = "only letters and digits are documented in brackets";
    return true;
}

static bool read_range(compiler *c, range *read)
{
    size_t begin = c->at;
    if (!set_character(c, &read->first))
        return false;
    read->last = read->first;
    bool is_range = is_next(c, '-') && c->at + 1 < c->length && c->text[c->at + 1] != ']';
    if (!is_range)
        return true;
    c->at++;
    if (!set_character(c, &read->last))
        return false;
    if (!c->is_policy && (!family(read->first) || family(read->first) != family(read->last)))
        return refuse(c, begin, "a range may only be one within a-z, A-Z or 0-9");
    if (read->last < read->first)
        return refuse(c, begin, "a range from high to low matches nothing; turn it round");
    return true;
}

static bool read_set(compiler *c)
{
    size_t begin = c->at++, count = 0;
    range *ranges = RH_NEW_ARRAY(c->arena, range, c->length - begin);
    state *set = add(c, SET, ONCE);
    c->error->message[0] = '\0';
    if (is_next(c, '^') || is_next(c, '!')) {
        set->is_negated = c->is_policy;
        c->at += c->is_policy;
        if (!c->is_policy)
            c->glob->note = "a set that is negated is not documented, and not done";
    }
    while (!is_next(c, ']')) {
        if (c->at < c->length && read_range(c, &ranges[count])) {
            count++;
            continue;
        }
        if (!c->error->message[0])
            refuse(c, begin, "expected ']' at the end of a set that begins with '['");
        return false;
    }
    c->at++;
    if (!count)
        return refuse(c, begin, "an empty set matches nothing; put characters between '[' and ']'");
    set->ranges = ranges;
    set->range_count = count;
    return true;
}

static void read_star(compiler *c)
{
    size_t begin = c->at;
    while (is_next(c, '*'))
        c->at++;
    if (c->at - begin > 2)
        c->glob->note = "more than two stars in a row are not documented";
    bool begins_segment =
        begin == 0 || c->text[begin - 1] == '/' || (begin == 1 && c->glob->is_negative);
    bool is_double = c->at - begin > 1;
    if (is_double && begins_segment && is_next(c, '/')) {
        c->at++;
        add(c, FORK, ONCE);
        add(c, ANYTHING, ANY_TIMES);
        add(c, CHARACTER, ONCE)->character = '/';
    } else {
        /* fnmatch knows ** only as a whole segment. */
        add(c, is_double && !c->is_policy ? ANYTHING : NO_SLASH, ANY_TIMES);
    }
}

/* ? and + behind a character. */
static bool read_times(compiler *c, bool is_repeatable)
{
    char written = c->text[c->at];
    if (!is_repeatable)
        return refuse(c, c->at,
                      "'%c' stands for the character before it %s, and there is none; write '\\%c' "
                      "for the character itself, or '*'",
                      written, written == '?' ? "or nothing" : "once or more often", written);
    state *last = &c->glob->states[c->glob->count - 1];
    last->times = written == '?' ? MAYBE : ONCE_OR_MORE;
    c->at++;
    return true;
}

/* One element of the pattern; *is_repeatable: whether it may have ? or + behind it. */
static bool read_element(compiler *c, bool *is_repeatable)
{
    char next = c->text[c->at];
    if (next == '*') {
        read_star(c);
        *is_repeatable = false;
        return true;
    }
    if (c->is_policy && next == '?') {
        add(c, NO_SLASH, ONCE);
        c->at++;
        return true;
    }
    if (!c->is_policy && (next == '?' || next == '+')) {
        bool is_good = read_times(c, *is_repeatable);
        *is_repeatable = false;
        return is_good;
    }
    *is_repeatable = true;
    if (next == '[')
        return read_set(c);
    if (next == '\\' && ++c->at == c->length)
        return refuse(c, c->at - 1, "a backslash at the end escapes nothing; write two of them");
    add(c, CHARACTER, ONCE)->character = take(c);
    return true;
}

static const rh_glob *compile(rh_arena *arena, const char *text, size_t length, bool is_policy,
                              rh_glob_error *error)
{
    rh_glob_error unwanted;
    rh_glob *glob = RH_NEW(arena, rh_glob);
    compiler c = {.arena = arena,
                  .text = text,
                  .length = length,
                  .is_policy = is_policy,
                  .glob = glob,
                  .error = error ? error : &unwanted};
    if (length > RH_GLOB_LIMIT) {
        refuse(&c, RH_GLOB_LIMIT, "a pattern may have at most %d bytes", RH_GLOB_LIMIT);
        return NULL;
    }
    if (!is_policy && is_next(&c, '!')) {
        glob->is_negative = true;
        c.at++;
    }
    if (c.at == length) {
        refuse(&c, c.at, "an empty pattern matches nothing");
        return NULL;
    }
    glob->states = RH_NEW_ARRAY(arena, state, length + 1);
    for (bool is_repeatable = false; c.at < length;)
        if (!read_element(&c, &is_repeatable))
            return NULL;
    return glob;
}

const rh_glob *rh_glob_compile(rh_arena *arena, const char *text, size_t length,
                               rh_glob_error *error)
{
    return compile(arena, text, length, false, error);
}

const rh_glob *rh_glob_compile_policy(rh_arena *arena, const char *text, size_t length,
                                      rh_glob_error *error)
{
    return compile(arena, text, length, true, error);
}

bool rh_glob_is_negative(const rh_glob *glob)
{
    return glob->is_negative;
}

const char *rh_glob_note(const rh_glob *glob)
{
    return glob->note;
}

/* ---- matching -------------------------------------------------------------------------------- */

typedef struct state_set {
    uint64_t words[WORDS];
} state_set;

static void reach(state_set *set, size_t index)
{
    set->words[index / 64] |= UINT64_C(1) << index % 64;
}

static bool is_reached(const state_set *set, size_t index)
{
    return set->words[index / 64] >> index % 64 & 1;
}

static bool accepts(const state *s, uint32_t character)
{
    switch ((state_kind)s->kind) {
    case CHARACTER:
        return character == s->character;
    case NO_SLASH:
        return character != '/';
    case ANYTHING:
        return true;
    case FORK:
        return false;
    case SET:
        break;
    }
    for (size_t i = 0; i < s->range_count; i++)
        if (character >= s->ranges[i].first && character <= s->ranges[i].last)
            return !s->is_negated;
    return s->is_negated && character != '/';
}

/* Adds the states behind a character. */
static void step(const rh_glob *glob, const state_set *from, uint32_t character, state_set *to)
{
    for (size_t i = 0; i < glob->count; i++) {
        const state *s = &glob->states[i];
        if (!is_reached(from, i) || !accepts(s, character))
            continue;
        if (s->times == ANY_TIMES || s->times == ONCE_OR_MORE)
            reach(to, i);
        if (s->times != ANY_TIMES)
            reach(to, i + 1);
    }
}

/* Adds the states that are reached without a character. */
static void close_set(const rh_glob *glob, state_set *set)
{
    for (size_t i = 0; i < glob->count; i++) {
        const state *s = &glob->states[i];
        if (!is_reached(set, i))
            continue;
        if (s->kind == FORK) {
            reach(set, i + 1);
            reach(set, i + 3);
        } else if (s->times == ANY_TIMES || s->times == MAYBE) {
            reach(set, i + 1);
        }
    }
}

bool rh_glob_match(const rh_glob *glob, const char *name, size_t length)
{
    size_t size = (glob->count / 64 + 1) * sizeof(uint64_t);
    state_set sets[2];
    state_set *now = &sets[0], *next = &sets[1];
    memset(now, 0, size);
    reach(now, 0);
    close_set(glob, now);
    for (size_t at = 0; at < length;) {
        uint32_t character;
        at += decode(name + at, length - at, &character);
        memset(next, 0, size);
        step(glob, now, character, next);
        close_set(glob, next);
        state_set *swapped = now;
        now = next;
        next = swapped;
    }
    return is_reached(now, glob->count);
}

/* ---- lists ----------------------------------------------------------------------------------- */

int rh_glob_list_compile(rh_arena *arena, const char *const *patterns, size_t count, bool ignores,
                         rh_glob_list *list, rh_glob_error *error)
{
    const rh_glob **items = RH_NEW_ARRAY(arena, const rh_glob *, count);
    size_t positive = 0;
    for (size_t i = 0; i < count; i++) {
        items[i] = rh_glob_compile(arena, patterns[i], strlen(patterns[i]), error);
        if (!items[i]) {
            if (error)
                error->pattern = i;
            return -1;
        }
        positive += !items[i]->is_negative;
    }
    if (count && !positive && !ignores) {
        if (error) {
            *error = (rh_glob_error){.pattern = 0};
            snprintf(error->message, sizeof error->message,
                     "patterns with '!' take away from what others let in, and there is no other; "
                     "add one without '!', for example '**'");
        }
        return -1;
    }
    *list = (rh_glob_list){.items = items, .count = count};
    return 0;
}

int rh_glob_list_decides(const rh_glob_list *list, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = list->count; i-- > 0;)
        if (rh_glob_match(list->items[i], name, length))
            return (int)i;
    return -1;
}

bool rh_glob_list_has(const rh_glob_list *list, const char *name)
{
    int decides = rh_glob_list_decides(list, name);
    return decides >= 0 && !list->items[decides]->is_negative;
}

bool rh_glob_passes(const rh_glob_list *list, const char *name)
{
    return rh_glob_list_has(list, name);
}

bool rh_glob_passes_ignore(const rh_glob_list *list, const char *name)
{
    return !rh_glob_list_has(list, name);
}

bool rh_glob_passes_paths(const rh_glob_list *list, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rh_glob_list_has(list, paths[i]))
            return true;
    return false;
}

bool rh_glob_passes_paths_ignore(const rh_glob_list *list, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!rh_glob_list_has(list, paths[i]))
            return true;
    return false;
}
