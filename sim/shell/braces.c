/* Brace expansion: a{b,c}d and {1..5}. It is done on the text, before anything is played, so the
 * parser does it. */
#include "sim/shell/parse.h"

enum { MOST_WORDS = 4096, MOST_GROUPS = 16 };

/* An unquoted byte, or a whole piece that braces cannot look into. */
typedef struct atom {
    const rh_sh_part *part; /* NULL: the byte */
    char c;
} atom;

typedef struct expansion {
    rh_sh_parser *parser;
    const rh_sh_word *word;
    const rh_sh_word ***words;
    size_t *count, *capacity;
    size_t made;
} expansion;

static bool mentions_braces(const rh_sh_word *word)
{
    for (uint32_t i = 0; i < word->count; i++) {
        const rh_sh_part *part = &word->parts[i];
        if (part->kind == RH_SH_LITERAL && !part->quoted &&
            memchr(part->text.text, '{', part->text.length))
            return true;
    }
    return false;
}

static atom *take_apart(rh_arena *arena, const rh_sh_word *word, size_t *count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < word->count; i++)
        total += word->parts[i].kind == RH_SH_LITERAL ? word->parts[i].text.length + 1 : 1;
    atom *atoms = RH_NEW_ARRAY(arena, atom, total);
    *count = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        const rh_sh_part *part = &word->parts[i];
        if (part->kind == RH_SH_LITERAL && !part->quoted)
            for (uint32_t k = 0; k < part->text.length; k++)
                atoms[(*count)++].c = part->text.text[k];
        else
            atoms[(*count)++].part = part;
    }
    return atoms;
}

static void put_together(expansion *all, const atom *atoms, size_t count)
{
    rh_sh_builder builder = {0};
    rh_sh_parser *parser = all->parser;
    for (size_t i = 0; i < count; i++) {
        if (!atoms[i].part)
            rh_sh_add(parser, &builder, &atoms[i].c, 1, false);
        else
            rh_sh_add_part(parser, &builder, *atoms[i].part);
    }
    rh_sh_word *word = (rh_sh_word *)(uintptr_t)rh_sh_finish_word(parser, &builder, parser->at);
    word->source = all->word->source;
    *all->words = rh_arena_reserve(parser->arena, *all->words, sizeof **all->words, *all->count + 1,
                                   all->capacity);
    (*all->words)[(*all->count)++] = word;
    all->made++;
}

/* The } of the { at `open`, and whether a comma stands between them; 0: there is none. */
static size_t closing(const atom *atoms, size_t count, size_t open, bool *comma)
{
    int depth = 0;
    *comma = false;
    for (size_t i = open; i < count; i++) {
        if (atoms[i].part)
            continue;
        if (atoms[i].c == '{')
            depth++;
        else if (atoms[i].c == '}' && --depth == 0)
            return i;
        else if (atoms[i].c == ',' && depth == 1)
            *comma = true;
    }
    return 0;
}

/* ---- sequences ------------------------------------------------------------------------------- */

typedef struct sequence {
    long from, to, step;
    int width; /* zeros before */
    bool letters;
} sequence;

static bool read_number(const char *text, long *number, int *width)
{
    const char *digit = text + (*text == '-' || *text == '+');
    long value = 0;
    int length = 0;
    for (; digit[length] >= '0' && digit[length] <= '9' && length < 9; length++)
        value = value * 10 + (digit[length] - '0');
    if (!length || digit[length])
        return false;
    if (width && digit[0] == '0' && length > 1 && (int)strlen(text) > *width)
        *width = (int)strlen(text);
    *number = *text == '-' ? -value : value;
    return true;
}

static bool read_sequence(const atom *atoms, size_t count, sequence *found)
{
    char text[64];
    if (count >= sizeof text)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (atoms[i].part || !atoms[i].c)
            return false;
        text[i] = atoms[i].c;
    }
    text[count] = '\0';
    char *second = strstr(text, "..");
    if (!second)
        return false;
    *second = '\0';
    second += 2;
    char *third = strstr(second, "..");
    if (third) {
        *third = '\0';
        if (!read_number(third + 2, &found->step, NULL))
            return false;
    }
    found->letters = rh_sh_name_begins(text[0]) && !text[1] && rh_sh_name_begins(second[0]) &&
                     !second[1] && text[0] != '_' && second[0] != '_';
    if (found->letters) {
        found->from = text[0];
        found->to = second[0];
        return true;
    }
    return read_number(text, &found->from, &found->width) &&
           read_number(second, &found->to, &found->width);
}

static void expand(expansion *all, const atom *atoms, size_t count, size_t from, int groups);

/* The word with `middle` in place of what stands from `open` to `close`. */
static void expand_with(expansion *all, const atom *atoms, size_t count, size_t open, size_t close,
                        const atom *middle, size_t length, int groups)
{
    atom *next = RH_NEW_ARRAY(all->parser->arena, atom, count + length);
    size_t behind = count - close - 1;
    memcpy(next, atoms, open * sizeof *next);
    if (length)
        memcpy(next + open, middle, length * sizeof *next);
    memcpy(next + open + length, atoms + close + 1, behind * sizeof *next);
    expand(all, next, open + length + behind, open, groups);
}

static void expand_sequence(expansion *all, const atom *atoms, size_t count, size_t open,
                            size_t close, int groups)
{
    sequence numbers = {.step = 1};
    read_sequence(atoms + open + 1, close - open - 1, &numbers);
    long step = numbers.step < 0 ? -numbers.step : numbers.step;
    step = step ? step : 1;
    for (long n = numbers.from; numbers.from <= numbers.to ? n <= numbers.to : n >= numbers.to;
         n += numbers.from <= numbers.to ? step : -step) {
        if (all->made >= MOST_WORDS)
            return;
        char text[64];
        atom middle[64] = {{0}};
        int length = snprintf(text, sizeof text, "%0*ld", numbers.width, n);
        if (numbers.letters) {
            text[0] = (char)n;
            length = 1;
        }
        for (int i = 0; i < length; i++)
            middle[i].c = text[i];
        expand_with(all, atoms, count, open, close, middle, (size_t)length, groups);
    }
}

static void expand_choices(expansion *all, const atom *atoms, size_t count, size_t open,
                           size_t close, int groups)
{
    int depth = 0;
    size_t begin = open + 1;
    for (size_t i = open; i <= close; i++) {
        bool ends = !atoms[i].part && depth == 1 && (atoms[i].c == ',' || i == close);
        if (!atoms[i].part)
            depth += atoms[i].c == '{' ? 1 : atoms[i].c == '}' ? -1 : 0;
        if (!ends)
            continue;
        if (all->made < MOST_WORDS)
            expand_with(all, atoms, count, open, close, atoms + begin, i - begin, groups);
        begin = i + 1;
    }
}

/* Before `from` there is nothing left to expand. */
static void expand(expansion *all, const atom *atoms, size_t count, size_t from, int groups)
{
    for (size_t i = from; i < count && groups < MOST_GROUPS; i++) {
        bool comma;
        sequence ignored = {0};
        if (atoms[i].part || atoms[i].c != '{')
            continue;
        size_t close = closing(atoms, count, i, &comma);
        if (close && comma) {
            expand_choices(all, atoms, count, i, close, groups + 1);
            return;
        }
        if (close && read_sequence(atoms + i + 1, close - i - 1, &ignored)) {
            expand_sequence(all, atoms, count, i, close, groups + 1);
            return;
        }
    }
    put_together(all, atoms, count);
}

void rh_sh_expand_braces(rh_sh_parser *parser, const rh_sh_word *word, const rh_sh_word ***words,
                         size_t *count, size_t *capacity)
{
    expansion all = {parser, word, words, count, capacity, 0};
    if (!parser->posix && mentions_braces(word)) {
        size_t length;
        const atom *atoms = take_apart(parser->arena, word, &length);
        expand(&all, atoms, length, 0, 0);
        return;
    }
    *words = rh_arena_reserve(parser->arena, *words, sizeof **words, *count + 1, capacity);
    (*words)[(*count)++] = word;
}
