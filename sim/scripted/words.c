#include "sim/scripted/scripted.h"

typedef struct scanner {
    const char *line;
    size_t length, at;
    char *out; /* unquoted text */
    const char *file;
    uint32_t number;
} scanner;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Copies a quoted part; `at` stands behind its opening quote. */
static int scan_quoted(scanner *s, rh_error *error)
{
    size_t opened = s->at;
    while (s->at < s->length && s->line[s->at] != '"') {
        if (s->line[s->at] == '\\' && s->at + 1 < s->length)
            s->at++;
        *s->out++ = s->line[s->at++];
    }
    if (s->at == s->length)
        return rh_error_set(error, s->file, s->number, (uint32_t)opened,
                            "a double quote is not closed; expected another one in this line");
    s->at++;
    return 0;
}

static int scan_word(scanner *s, rh_word *word, rh_error *error)
{
    word->column = (uint32_t)s->at + 1;
    word->text = s->out;
    word->value = NULL;
    while (s->at < s->length && !is_blank(s->line[s->at])) {
        char c = s->line[s->at++];
        if (c == '"') {
            if (scan_quoted(s, error) < 0)
                return -1;
        } else if (c == '=' && !word->value && s->out > word->text) {
            *s->out++ = '\0';
            word->value = s->out;
        } else {
            *s->out++ = c;
        }
    }
    *s->out++ = '\0';
    return 0;
}

int rh_words_split(rh_arena *arena, const char *line, size_t length, const char *file,
                   uint32_t number, rh_word words[RH_WORDS_MAX], rh_error *error)
{
    int count = 0;
    scanner s = {
        .line = line,
        .length = length,
        .out = rh_arena_alloc(arena, 2 * length + 1),
        .file = file,
        .number = number,
    };
    for (;;) {
        while (s.at < s.length && is_blank(s.line[s.at]))
            s.at++;
        if (s.at == s.length || (count == 0 && s.line[s.at] == '#'))
            return count;
        if (count == RH_WORDS_MAX)
            return rh_error_set(error, file, number, (uint32_t)s.at + 1,
                                "more than %d words in a line", RH_WORDS_MAX);
        if (scan_word(&s, &words[count++], error) < 0)
            return -1;
    }
}
