/* Builtins that write and read: echo, printf, read, mapfile. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

/* ---- escapes --------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 99;
}

static void put_code(rh_text *text, uint32_t code)
{
    if (code < 0x80) {
        rh_text_putc(text, (char)code);
    } else if (code < 0x800) {
        rh_text_putc(text, (char)(0xc0 | code >> 6));
        rh_text_putc(text, (char)(0x80 | (code & 0x3f)));
    } else {
        if (code >= 0x10000) {
            rh_text_putc(text, (char)(0xf0 | (code >> 18 & 7)));
            rh_text_putc(text, (char)(0x80 | (code >> 12 & 0x3f)));
        } else {
            rh_text_putc(text, (char)(0xe0 | code >> 12));
        }
        rh_text_putc(text, (char)(0x80 | (code >> 6 & 0x3f)));
        rh_text_putc(text, (char)(0x80 | (code & 0x3f)));
    }
}

static const char *number_escape(rh_text *text, const char *at, int base, int most, bool unicode)
{
    uint32_t code = 0;
    int count = 0;
    for (; count < most && hex_value(*at) < base; count++)
        code = code * (uint32_t)base + (uint32_t)hex_value(*at++);
    if (unicode)
        put_code(text, code);
    else
        rh_text_putc(text, (char)code);
    return at;
}

/* The escape behind a backslash; returns what is behind it. *stop: \c. `zero`: octal is \0nnn, as
 * in echo -e and %b; otherwise \nnn. */
static const char *escape(rh_text *text, const char *at, bool zero, bool *stop)
{
    static const char from[] = "abefnrtvE\\";
    static const char to[] = "\a\b\033\f\n\r\t\v\033\\";
    const char *found = *at ? strchr(from, *at) : NULL;
    if (found) {
        rh_text_putc(text, to[found - from]);
        return at + 1;
    }
    switch (*at) {
    case 'c':
        if (!zero)
            break;
        *stop = true;
        return at + 1;
    case 'x':
        if (hex_value(at[1]) > 15)
            break;
        return number_escape(text, at + 1, 16, 2, false);
    case 'u':
    case 'U':
        if (hex_value(at[1]) > 15)
            break;
        return number_escape(text, at + 1, 16, *at == 'u' ? 4 : 8, true);
    case '"':
    case '\'':
        if (zero)
            break;
        rh_text_putc(text, *at);
        return at + 1;
    default:
        if (*at >= '0' && *at <= '7')
            return number_escape(text, zero && *at == '0' ? at + 1 : at, 8, 3, false);
    }
    rh_text_putc(text, '\\');
    return at;
}

/* ---- echo ------------------------------------------------------------------------------------ */

/* Text that is written, which may have an unknown piece in it. */
typedef struct output {
    rh_text text;
    unsigned flags;
    const rh_value *unknown; /* the first unknown piece; NULL: none */
} output;

static void note_unknown(output *out, const rh_value *piece)
{
    if (!out->unknown && rh_sh_is_unknown(piece))
        out->unknown = piece;
}

static void finish(rh_sh_shell *shell, const output *out)
{
    if (out->unknown)
        rh_sh_write(shell, 1, rh_sh_unknown_from(shell, out->unknown, out->flags));
    else
        rh_sh_write_text(shell, 1, out->text.data, out->text.length, out->flags);
}

static bool echo_option(const char *word, bool *escapes, bool *newline)
{
    if (word[0] != '-' || !word[1] || word[1 + strspn(word + 1, "neE")])
        return false;
    for (const char *letter = word + 1; *letter; letter++) {
        if (*letter == 'n')
            *newline = false;
        else
            *escapes = *letter == 'e';
    }
    return true;
}

int rh_sh_do_echo(rh_sh_shell *shell, const rh_sh_call *call)
{
    output out = {.text = rh_text_in(shell->arena)};
    bool escapes = shell->state.posix, newline = true, stop = false;
    size_t i = 1;
    while (i < call->count && echo_option(rh_text_of(call->words[i]), &escapes, &newline))
        i++;
    for (size_t first = i; i < call->count && !stop; i++) {
        const rh_value *word = call->words[i];
        out.flags |= rh_sh_flags(word);
        note_unknown(&out, word);
        if (i > first)
            rh_text_putc(&out.text, ' ');
        if (!escapes && word->kind == RH_STRING)
            rh_text_add(&out.text, word->as.text, word->count);
        for (const char *at = rh_text_of(word); escapes && *at && !stop;) {
            if (*at == '\\' && at[1])
                at = escape(&out.text, at + 1, true, &stop);
            else
                rh_text_putc(&out.text, *at++);
        }
    }
    if (newline && !stop)
        rh_text_putc(&out.text, '\n');
    finish(shell, &out);
    return 0;
}

/* ---- printf ---------------------------------------------------------------------------------- */

typedef struct printer {
    rh_sh_shell *shell;
    const rh_value *const *words;
    size_t count, at;
    output out;
    bool stop;
    int status;
} printer;

static const rh_value *next_word(printer *to)
{
    if (to->at >= to->count)
        return NULL;
    const rh_value *word = to->words[to->at++];
    to->out.flags |= rh_sh_flags(word);
    note_unknown(&to->out, word);
    return word;
}

static int64_t next_number(printer *to)
{
    const rh_value *word = next_word(to);
    const char *text = rh_text_of(word);
    int64_t number = 0;
    if (!*text)
        return 0;
    if (text[0] == '\'' || text[0] == '"')
        return (unsigned char)text[1];
    if (rh_sh_integer(text, &number) && (text[0] != '0' || !text[1]))
        return number;
    number = 0;
    const char *digits = text + (text[0] == '-');
    int base = digits[0] != '0' ? 10 : (digits[1] | 0x20) == 'x' ? 16 : 8;
    const char *at = digits + (base == 16 ? 2 : 0);
    for (; hex_value(*at) < base; at++)
        number = number > INT64_MAX / 32 ? INT64_MAX / 32 : number * base + hex_value(*at);
    if (*at || at == digits) {
        rh_sh_complain(to->shell, "printf: %s: invalid number", text);
        to->status = 1;
    }
    return text[0] == '-' ? -number : number;
}

typedef struct format {
    bool left, zero, plus, space, alternate;
    int width, precision; /* precision -1: none */
} format;

static void put_padded(printer *to, const format *how, const char *text, size_t length, bool zeros)
{
    size_t width = how->width > 0 ? (size_t)how->width : 0;
    size_t padding = width > length ? width - length : 0;
    if (padding > 4096)
        padding = 4096;
    if (!how->left && !zeros)
        rh_text_fill(&to->out.text, ' ', padding);
    if (!how->left && zeros) {
        size_t sign = length && (text[0] == '-' || text[0] == '+');
        rh_text_add(&to->out.text, text, sign);
        rh_text_fill(&to->out.text, '0', padding);
        text += sign;
        length -= sign;
    }
    rh_text_add(&to->out.text, text, length);
    if (how->left)
        rh_text_fill(&to->out.text, ' ', padding);
}

static void put_number(printer *to, const format *how, char kind)
{
    int64_t number = next_number(to);
    bool is_signed = kind == 'd' || kind == 'i';
    uint64_t rest = is_signed && number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    unsigned base = kind == 'x' || kind == 'X' ? 16 : kind == 'o' ? 8 : 10;
    const char *digits = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[128];
    size_t at = sizeof text, least = how->precision > 0 ? (size_t)how->precision : 1;
    least = least > 64 ? 64 : least;
    for (; rest || sizeof text - at < least; rest /= base)
        text[--at] = digits[rest % base];
    if (how->alternate && base == 16 && number) {
        text[--at] = kind;
        text[--at] = '0';
    }
    if (is_signed && number < 0)
        text[--at] = '-';
    else if (is_signed && (how->plus || how->space))
        text[--at] = how->plus ? '+' : ' ';
    put_padded(to, how, text + at, sizeof text - at, how->zero && how->precision < 0);
}

bool rh_sh_quote_controls(rh_text *out, const char *text)
{
    static const char from[] = "\a\b\033\f\n\r\t\v\\'";
    static const char to[] = "abEfnrtv\\'";
    const char *at = text;
    while (*at && (unsigned char)*at >= ' ' && *at != 127)
        at++;
    if (!*at)
        return false;
    rh_text_puts(out, "$'");
    for (; *text; text++) {
        const char *found = strchr(from, *text);
        if (found)
            rh_text_printf(out, "\\%c", to[found - from]);
        else if ((unsigned char)*text < ' ' || *text == 127)
            rh_text_printf(out, "\\%c%c%c", '0' + (*text >> 6 & 7), '0' + (*text >> 3 & 7),
                           '0' + (*text & 7));
        else
            rh_text_putc(out, *text);
    }
    rh_text_putc(out, '\'');
    return true;
}

static void put_quoted(printer *to, const rh_value *word)
{
    const char *text = rh_text_of(word);
    if (!*text)
        rh_text_puts(&to->out.text, "''");
    if (rh_sh_quote_controls(&to->out.text, text))
        return;
    for (const char *first = text; *text; text++) {
        bool safe = rh_sh_name_goes_on(*text) || strchr("%+-./:=@_", *text) || *text < 0 ||
                    ((*text == '#' || *text == '~') && text > first);
        if (!safe)
            rh_text_putc(&to->out.text, '\\');
        rh_text_putc(&to->out.text, *text);
    }
}

static void put_string(printer *to, const format *how, char kind)
{
    const rh_value *word = next_word(to);
    const char *text = rh_text_of(word);
    rh_text expanded = rh_text_in(to->shell->arena);
    if (kind == 'q') {
        put_quoted(to, word);
        return;
    }
    for (const char *at = text; kind == 'b' && *at && !to->stop;) {
        if (*at == '\\' && at[1])
            at = escape(&expanded, at + 1, true, &to->stop);
        else
            rh_text_putc(&expanded, *at++);
    }
    size_t length = kind == 'b' ? expanded.length : kind == 'c' ? 1 : strlen(text);
    if (kind == 'b')
        text = rh_text_string(&expanded);
    if (how->precision >= 0 && (size_t)how->precision < length)
        length = (size_t)how->precision;
    put_padded(to, how, text, length, false);
}

static const char *read_width(printer *to, const char *at, int *width)
{
    if (*at == '*') {
        int64_t number = next_number(to);
        *width = number > 4096 ? 4096 : number < -4096 ? -4096 : (int)number;
        return at + 1;
    }
    *width = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        *width = *width > 4096 ? *width : *width * 10 + (*at - '0');
    return at;
}

/* A conversion behind its %; returns what is behind it, NULL for a bad one. */
static const char *convert(printer *to, const char *at)
{
    format how = {.precision = -1};
    for (; *at && strchr("-0+ #", *at); at++) {
        how.left = how.left || *at == '-';
        how.zero = how.zero || *at == '0';
        how.plus = how.plus || *at == '+';
        how.space = how.space || *at == ' ';
        how.alternate = how.alternate || *at == '#';
    }
    at = read_width(to, at, &how.width);
    if (how.width < 0) {
        how.left = true;
        how.width = -how.width;
    }
    if (*at == '.')
        at = read_width(to, at + 1, &how.precision);
    switch (*at) {
    case '%':
        rh_text_putc(&to->out.text, '%');
        break;
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        put_number(to, &how, *at);
        break;
    case 's':
    case 'b':
    case 'q':
    case 'c':
        put_string(to, &how, *at);
        break;
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
    case '(':
        next_word(to);
        note_unknown(&to->out, rh_sh_unknown(to->shell, 0));
        rh_sh_note(to->shell, "printf of times and of numbers with a fraction is unknown");
        if (*at == '(')
            at += strcspn(at, "T");
        break;
    default:
        return NULL;
    }
    return *at ? at + 1 : at;
}

static bool print_once(printer *to, const char *at)
{
    while (*at && !to->stop) {
        if (*at == '%') {
            at = convert(to, at + 1);
            if (!at)
                return false;
        } else if (*at == '\\' && at[1]) {
            at = escape(&to->out.text, at + 1, false, &to->stop);
        } else {
            rh_text_putc(&to->out.text, *at++);
        }
    }
    return true;
}

int rh_sh_do_printf(rh_sh_shell *shell, const rh_sh_call *call)
{
    size_t first = 1;
    const char *variable = NULL;
    if (call->count > 3 && strcmp(rh_text_of(call->words[1]), "-v") == 0) {
        variable = rh_text_of(call->words[2]);
        first = 3;
    }
    if (first < call->count && strcmp(rh_text_of(call->words[first]), "--") == 0)
        first++;
    if (first >= call->count) {
        rh_sh_complain(shell, "printf: usage: printf [-v var] format [arguments]");
        return 2;
    }
    const rh_value *text = call->words[first];
    printer to = {.shell = shell,
                  .words = call->words + first + 1,
                  .count = call->count - first - 1,
                  .out = {.text = rh_text_in(shell->arena), .flags = rh_sh_flags(text)}};
    note_unknown(&to.out, text);
    size_t before;
    do {
        before = to.at;
        if (!print_once(&to, rh_text_of(text))) {
            rh_sh_complain(shell, "printf: invalid format character");
            to.status = 1;
            break;
        }
    } while (to.at < to.count && to.at > before && !to.stop && rh_sh_step(shell, 1));
    for (; to.at < to.count; to.at++)
        to.out.flags |= rh_sh_flags(to.words[to.at]);
    if (!variable) {
        finish(shell, &to.out);
        return to.status;
    }
    const rh_value *value =
        to.out.unknown ? rh_sh_unknown_from(shell, to.out.unknown, to.out.flags)
                       : rh_sh_string(shell, to.out.text.data, to.out.text.length, to.out.flags);
    rh_sh_set(shell, rh_sh_variable_named(shell, variable, strlen(variable)), value, false);
    return to.status;
}

/* ---- read ------------------------------------------------------------------------------------ */

typedef struct read_options {
    bool raw, array, unknown_count;
    char delimiter;
    int64_t most; /* characters; -1: any */
    int fd;
    size_t first; /* name */
} read_options;

static bool takes_argument(char letter)
{
    return strchr("adinNptu", letter) != NULL;
}

static void read_options_of(rh_sh_shell *shell, const rh_sh_call *call, read_options *how)
{
    size_t i = 1;
    *how = (read_options){.delimiter = '\n', .most = -1};
    for (; i < call->count; i++) {
        const char *word = rh_text_of(call->words[i]);
        if (word[0] != '-' || !word[1])
            break;
        if (strcmp(word, "--") == 0) {
            i++;
            break;
        }
        for (const char *letter = word + 1; *letter; letter++) {
            how->raw = how->raw || *letter == 'r';
            if (!takes_argument(*letter))
                continue;
            bool next = !letter[1] && i + 1 < call->count;
            const char *argument = letter[1] ? letter + 1
                                   : next    ? rh_text_of(call->words[++i])
                                             : "";
            int64_t number = 0;
            if (*letter == 'd')
                how->delimiter = argument[0];
            else if ((*letter == 'n' || *letter == 'N') && rh_sh_integer(argument, &number))
                how->most = number;
            else if (*letter == 'u' && rh_sh_integer(argument, &number) && number >= 0 &&
                     number < RH_SH_FILES)
                how->fd = (int)number;
            how->array = how->array || *letter == 'a';
            if (*letter == 'a' && next)
                i--; /* the name comes where names come */
            break;
        }
    }
    (void)shell;
    how->first = i;
}

static void set_name(rh_sh_shell *shell, const char *name, const rh_value *value)
{
    rh_sh_set(shell, rh_sh_variable_named(shell, name, strlen(name)), value, false);
}

/* Something unknown is read: whether there is another line is decided, ten times at most. */
static int read_unknown(rh_sh_shell *shell, const rh_sh_call *call, const read_options *how,
                        rh_sh_file *file)
{
    const rh_value *unknown = rh_sh_unknown_from(shell, file->content, file->flags);
    bool there = file->rounds < RH_SH_ROUNDS && rh_sh_decide(shell, unknown, call->node->source);
    if (file->rounds++ >= RH_SH_ROUNDS)
        rh_sh_note(shell, "a loop over something unknown ends after 10 rounds");
    const rh_value *value = there ? unknown : shell->empty;
    if (how->first >= call->count)
        set_name(shell, "REPLY", value);
    for (size_t i = how->first; i < call->count; i++)
        set_name(shell, rh_text_of(call->words[i]), value);
    return !there;
}

/* One line, in `text`; `marks` has a 1 for each byte that a backslash protects. */
static bool read_line(rh_sh_file *file, const read_options *how, rh_text *text, rh_text *marks)
{
    const char *content = file->content->as.text;
    while (file->offset < file->content->count) {
        char c = content[file->offset++];
        if (c == how->delimiter)
            return true;
        bool escaped = false;
        if (c == '\\' && !how->raw && file->offset < file->content->count) {
            c = content[file->offset++];
            if (c == '\n')
                continue;
            escaped = true;
        }
        if (c) {
            rh_text_putc(text, c);
            rh_text_putc(marks, escaped);
        }
        if (how->most >= 0 && (int64_t)text->length >= how->most)
            return true;
    }
    return false;
}

typedef struct line {
    const char *text, *marks, *separators;
    size_t length, at;
} line;

static bool separates(const line *from, size_t at, bool blanks)
{
    char c = from->text[at];
    bool blank = c == ' ' || c == '\t' || c == '\n';
    return !from->marks[at] && strchr(from->separators, c) && blank == blanks;
}

/* The next word of the line; the last takes all that is left. */
static void next_piece(line *from, bool last, size_t *begin, size_t *end)
{
    while (from->at < from->length && separates(from, from->at, true))
        from->at++;
    *begin = from->at;
    while (from->at < from->length && !separates(from, from->at, true) &&
           !separates(from, from->at, false))
        from->at++;
    *end = from->at;
    while (from->at < from->length && separates(from, from->at, true))
        from->at++;
    bool separated = from->at < from->length && separates(from, from->at, false);
    if (separated)
        from->at++;
    if (!last)
        return;
    size_t rest = from->at;
    while (rest < from->length && separates(from, rest, true))
        rest++;
    if (rest == from->length)
        return; /* one word, and perhaps one separator */
    *end = from->length;
    while (*end > *begin && separates(from, *end - 1, true))
        (*end)--;
    from->at = from->length;
}

static void assign_pieces(rh_sh_shell *shell, const rh_sh_call *call, const read_options *how,
                          line *from, unsigned flags)
{
    size_t begin, end;
    if (how->first >= call->count) {
        rh_sh_set(shell, rh_sh_variable_named(shell, "REPLY", 5),
                  rh_sh_string(shell, from->text, from->length, flags), false);
        return;
    }
    if (how->array) {
        const char *name = rh_text_of(call->words[how->first]);
        rh_sh_variable *variable = rh_sh_variable_named(shell, name, strlen(name));
        rh_sh_change(shell, variable);
        variable->now.array = NULL;
        variable->now.value = NULL;
        rh_sh_array *array = rh_sh_own_array(shell, variable);
        while (from->at < from->length) {
            next_piece(from, false, &begin, &end);
            if (end > begin || from->at < from->length)
                rh_sh_append_element(shell, array,
                                     rh_sh_string(shell, from->text + begin, end - begin, flags));
        }
        return;
    }
    for (size_t i = how->first; i < call->count; i++) {
        next_piece(from, i + 1 == call->count, &begin, &end);
        const char *name = rh_text_of(call->words[i]);
        rh_sh_set(shell, rh_sh_variable_named(shell, name, strlen(name)),
                  rh_sh_string(shell, from->text + begin, end - begin, flags), false);
    }
}

int rh_sh_do_read(rh_sh_shell *shell, const rh_sh_call *call)
{
    read_options how;
    read_options_of(shell, call, &how);
    rh_sh_file *file = shell->state.files[how.fd];
    if (!file || file->kind != RH_SH_READS)
        file = rh_sh_reader(shell, shell->empty);
    if (rh_sh_is_unknown(file->content))
        return read_unknown(shell, call, &how, file);
    rh_text text = rh_text_in(shell->arena), marks = rh_text_in(shell->arena);
    bool complete = read_line(file, &how, &text, &marks);
    rh_sh_step(shell, text.length / 64);
    line from = {.text = rh_text_string(&text),
                 .marks = rh_text_string(&marks),
                 .separators = rh_sh_separators(shell),
                 .length = text.length};
    assign_pieces(shell, call, &how, &from, file->flags);
    return !complete;
}

/* ---- mapfile --------------------------------------------------------------------------------- */

static void map_lines(rh_sh_shell *shell, rh_sh_array *array, rh_sh_file *file, char delimiter,
                      bool strip, int64_t most)
{
    const char *text = file->content->as.text;
    while (file->offset < file->content->count && (!most || (int64_t)array->count < most)) {
        size_t begin = file->offset;
        const char *end = memchr(text + begin, delimiter, file->content->count - begin);
        size_t stop = end ? (size_t)(end - text) : file->content->count;
        file->offset = end ? stop + 1 : stop;
        size_t kept = strip || !end ? stop : stop + 1;
        rh_sh_append_element(shell, array,
                             rh_sh_string(shell, text + begin, kept - begin, file->flags));
        if (!rh_sh_step(shell, 1))
            return;
    }
}

int rh_sh_do_mapfile(rh_sh_shell *shell, const rh_sh_call *call)
{
    const char *name = "MAPFILE";
    bool strip = false;
    char delimiter = '\n';
    int64_t most = 0;
    for (size_t i = 1; i < call->count; i++) {
        const char *word = rh_text_of(call->words[i]);
        if (word[0] != '-') {
            name = word;
            continue;
        }
        strip = strip || word[1] == 't';
        if (!word[1] || !strchr("dnOsuCc", word[1]))
            continue;
        const char *argument = word[2]               ? word + 2
                               : i + 1 < call->count ? rh_text_of(call->words[++i])
                                                     : "";
        if (word[1] == 'd')
            delimiter = argument[0];
        else if (word[1] == 'n')
            rh_sh_integer(argument, &most);
    }
    rh_sh_file *file = shell->state.files[0];
    if (!file || file->kind != RH_SH_READS)
        file = rh_sh_reader(shell, shell->empty);
    rh_sh_variable *variable = rh_sh_variable_named(shell, name, strlen(name));
    rh_sh_change(shell, variable);
    variable->now.array = NULL;
    variable->now.value = NULL;
    rh_sh_array *array = rh_sh_own_array(shell, variable);
    if (rh_sh_is_unknown(file->content))
        rh_sh_append_element(shell, array, rh_sh_unknown_from(shell, file->content, file->flags));
    else
        map_lines(shell, array, file, delimiter, strip, most);
    return 0;
}
