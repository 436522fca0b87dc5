/* Glob patterns: * ? [...] \x and the extended groups ?( | ) *( ) +( ) @( ) !( ). */
#include "sim/shell/play.h"

enum { MOST_TRIES = 100000, MOST_GROUPS = 16 };

typedef struct matcher {
    bool any_case;
    bool extended;
    uint32_t tries; /* left */
} matcher;

static bool match(matcher *how, const char *pattern, const char *pattern_end, const char *text,
                  const char *text_end, int depth);

static char folded(const matcher *how, char c)
{
    return how->any_case && c >= 'A' && c <= 'Z' ? (char)(c ^ 0x20) : c;
}

static bool in_class(const char *name, size_t length, unsigned char c)
{
    static const char *const names[] = {"alpha", "digit", "alnum",  "upper", "lower", "space",
                                        "blank", "punct", "xdigit", "print", "graph", "cntrl"};
    bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    bool graph = c > 32 && c < 127;
    size_t which = 0;
    while (which < 12 && (strlen(names[which]) != length || memcmp(names[which], name, length)))
        which++;
    switch (which) {
    case 0:
        return upper || lower;
    case 1:
        return digit;
    case 2:
        return upper || lower || digit;
    case 3:
        return upper;
    case 4:
        return lower;
    case 5:
        return c == ' ' || (c >= 9 && c <= 13);
    case 6:
        return c == ' ' || c == '\t';
    case 7:
        return graph && !upper && !lower && !digit;
    case 8:
        return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    case 9:
        return graph || c == ' ';
    case 10:
        return graph;
    default:
        return which == 11 && (c < 32 || c == 127);
    }
}

/* [...] at `pattern` (behind the bracket). Returns what is behind it, NULL if it does not close. */
static const char *match_set(const matcher *how, const char *pattern, const char *end, char c,
                             bool *matched)
{
    const char *at = pattern;
    bool negated = at < end && (*at == '!' || *at == '^');
    bool found = false;
    at += negated;
    for (bool first = true; at < end && (*at != ']' || first); first = false) {
        if (*at == '[' && at + 1 < end && at[1] == ':') {
            const char *close = at + 2;
            while (close + 1 < end && !(close[0] == ':' && close[1] == ']'))
                close++;
            if (close + 1 < end) {
                found = found || in_class(at + 2, (size_t)(close - at) - 2, (unsigned char)c);
                at = close + 2;
                continue;
            }
        }
        if (*at == '\\' && at + 1 < end)
            at++;
        char low = folded(how, *at++);
        char high = low;
        if (at + 1 < end && *at == '-' && at[1] != ']') {
            at++;
            if (*at == '\\' && at + 1 < end)
                at++;
            high = folded(how, *at++);
        }
        char wanted = folded(how, c);
        found = found || ((unsigned char)wanted >= (unsigned char)low &&
                          (unsigned char)wanted <= (unsigned char)high);
    }
    if (at >= end)
        return NULL;
    *matched = found != negated;
    return at + 1;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static bool is_group(const matcher *how, const char *pattern, const char *end)
{
    return how->extended && end - pattern > 1 && pattern[1] == '(' &&
           memchr("?*+@!", *pattern, 5) != NULL;
}

/* Behind the next | or the closing ) of a group, from inside of it. NULL: it does not close. */
static const char *alternative_end(const char *at, const char *end)
{
    int depth = 0;
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth-- == 0)
            return at;
        else if (*at == '|' && !depth)
            return at;
    }
    return NULL;
}

static bool any_alternative(matcher *how, const char *inside, const char *pattern_end,
                            const char *text, const char *text_end, int depth)
{
    for (;;) {
        const char *stop = alternative_end(inside, pattern_end);
        if (!stop)
            return false;
        if (match(how, inside, stop, text, text_end, depth + 1))
            return true;
        if (*stop == ')')
            return false;
        inside = stop + 1;
    }
}

/* `text` begins where a group stands; `count` times it has matched already. */
static bool match_group(matcher *how, char kind, const char *inside, const char *rest,
                        const char *pattern_end, const char *text, const char *text_end, int depth)
{
    if (depth >= MOST_GROUPS)
        return false;
    if ((kind == '?' || kind == '*') && match(how, rest, pattern_end, text, text_end, depth + 1))
        return true;
    for (const char *stop = text; stop <= text_end && how->tries; stop++) {
        bool matched = any_alternative(how, inside, pattern_end, text, stop, depth);
        if (kind == '!' ? matched : !matched)
            continue;
        if (match(how, rest, pattern_end, stop, text_end, depth + 1))
            return true;
        if ((kind == '*' || kind == '+') && stop > text &&
            match_group(how, '+', inside, rest, pattern_end, stop, text_end, depth + 1))
            return true;
    }
    return false;
}

static const char *group_end(const char *inside, const char *end)
{
    for (;;) {
        inside = alternative_end(inside, end);
        if (!inside)
            return NULL;
        if (*inside++ == ')')
            return inside;
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

/* One character of the pattern against one of the text; behind it, or NULL. */
static const char *match_one(const matcher *how, const char *pattern, const char *end, char c)
{
    bool matched = false;
    if (*pattern == '?')
        return pattern + 1;
    if (*pattern == '[') {
        const char *behind = match_set(how, pattern + 1, end, c, &matched);
        if (behind)
            return matched ? behind : NULL;
    }
    if (*pattern == '\\' && pattern + 1 < end)
        pattern++;
    return folded(how, *pattern) == folded(how, c) ? pattern + 1 : NULL;
}

static bool match(matcher *how, const char *pattern, const char *pattern_end, const char *text,
                  const char *text_end, int depth)
{
    const char *star = NULL, *star_text = NULL;
    if (depth >= MOST_GROUPS)
        return false;
    for (;;) {
        if (!how->tries || !--how->tries)
            return false;
        if (pattern < pattern_end && is_group(how, pattern, pattern_end)) {
            const char *behind = group_end(pattern + 2, pattern_end);
            if (behind &&
                match_group(how, *pattern, pattern + 2, behind, pattern_end, text, text_end, depth))
                return true;
        } else if (pattern < pattern_end && *pattern == '*') {
            star = ++pattern;
            star_text = text;
            continue;
        } else if (pattern == pattern_end && text == text_end) {
            return true;
        } else if (pattern < pattern_end && text < text_end) {
            const char *behind = match_one(how, pattern, pattern_end, *text);
            if (behind) {
                pattern = behind;
                text++;
                continue;
            }
        }
        if (!star || star_text >= text_end)
            return false;
        pattern = star;
        text = ++star_text;
    }
}

bool rh_sh_matches(rh_sh_shell *shell, const char *pattern, size_t pattern_length, const char *text,
                   size_t length)
{
    matcher how = {.any_case = shell->state.nocasematch, .extended = true, .tries = MOST_TRIES};
    return match(&how, pattern, pattern + pattern_length, text, text + length, 0);
}
