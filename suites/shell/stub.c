#include "suites/shell/stub.h"

const char stub_prelude[] =
    "L() { printf '<%s>' \"$@\" >&9; printf '\\n' >&9; }\n"
    "D() { IFS= read -r -d '' D || :; }\n"
    "c0() { L c0 \"$@\"; }\n"
    "c1() { L c1 \"$@\"; return 1; }\n"
    "c2() { L c2 \"$@\"; printf 'a b\\n'; }\n"
    "c3() { local IFS=' '; L c3 \"$@\"; printf 'x%s\\n' \"$*\"; return 3; }\n"
    "c4() { local D; D; L c4 \"$@\"; printf '[%s]\\n' \"$D\"; }\n"
    "c5() { L c5 \"$@\"; printf '%s\\n' \"$@\"; }\n"
    "c6() { L c6 \"$@\"; return \"${1-0}\"; }\n"
    "c7() { local D; D; L c7 \"$@\"; printf '%s;' \"$@\"; return \"${2-0}\"; }\n"
    "c8() { L c8 \"$@\"; printf '\\n a  b \\nc\\n\\n'; }\n"
    "c9() { L c9 \"$@\"; printf %s \"${1-}\"; return $(($# % 2)); }\n";

static const char *text_of(const rh_value *value)
{
    return value && value->kind == RH_UNKNOWN ? "?" : rh_text_of(value);
}

static int number(const char *text)
{
    int value = 0;
    for (; *text >= '0' && *text <= '9' && value < 1000; text++)
        value = value * 10 + (*text - '0');
    return value;
}

static void print_words(rh_text *out, const rh_shell_command *command, const char *behind)
{
    for (size_t i = 1; i < command->word_count; i++)
        rh_text_printf(out, "%s%s", text_of(command->words[i]), behind);
    if (command->word_count == 1)
        rh_text_puts(out, behind);
}

static int print_joined(rh_text *out, const rh_shell_command *command)
{
    rh_text_putc(out, 'x');
    for (size_t i = 1; i < command->word_count; i++)
        rh_text_printf(out, "%s%s", i > 1 ? " " : "", text_of(command->words[i]));
    rh_text_putc(out, '\n');
    return 3;
}

static int act(const rh_shell_command *command, rh_text *out)
{
    const char *first = command->word_count > 1 ? text_of(command->words[1]) : NULL;
    const char *second = command->word_count > 2 ? text_of(command->words[2]) : NULL;
    char which = command->name[0] == 'c' && command->name[1] ? command->name[1] : '\0';
    switch (which) {
    case '0':
        return 0;
    case '1':
        return 1;
    case '2':
        rh_text_puts(out, "a b\n");
        return 0;
    case '3':
        return print_joined(out, command);
    case '4':
        rh_text_printf(out, "[%s]\n", text_of(command->input));
        return 0;
    case '5':
        print_words(out, command, "\n");
        return 0;
    case '6':
        return first ? number(first) : 0;
    case '7':
        print_words(out, command, ";");
        return second ? number(second) : 0;
    case '8':
        rh_text_puts(out, "\n a  b \nc\n\n");
        return 0;
    case '9':
        rh_text_puts(out, first ? first : "");
        return (int)((command->word_count - 1) % 2);
    default:
        return 127;
    }
}

static void run(void *data, const rh_shell_command *command, rh_shell_outcome *outcome)
{
    stub *with = data;
    if (!with->brief && !(command->name[0] == 'c' && command->name[1])) {
        outcome->status = 127;
        return;
    }
    for (size_t i = 0; i < command->word_count; i++) {
        const rh_value *word = command->words[i];
        rh_text_puts(&with->log, with->brief ? (i ? " " : "") : "<");
        rh_text_puts(&with->log, text_of(word));
        if (word->flags & RH_TAINTED && with->brief)
            rh_text_puts(&with->log, "!");
        rh_text_puts(&with->log, with->brief ? "" : ">");
    }
    rh_text_putc(&with->log, '\n');
    if (with->brief && strcmp(command->name, "unknown") == 0) {
        outcome->output = &(rh_value){.kind = RH_UNKNOWN};
        outcome->output = rh_value_copy(with->arena, outcome->output);
        return;
    }
    rh_text out = rh_text_in(with->arena);
    outcome->status = act(command, &out);
    if (out.length)
        outcome->output = rh_value_string(with->arena, out.data, out.length);
}

static int find_file(const stub *with, const rh_value *path)
{
    for (int i = 0; i < STUB_FILES; i++)
        if (with->files[i].path && rh_equal(with->files[i].path, path))
            return i;
    return -1;
}

static void write_file(void *data, const rh_value *path, const rh_value *text, bool append,
                       const rh_shell_place *place)
{
    stub *with = data;
    int at = find_file(with, path);
    (void)place;
    for (int i = 0; at < 0 && i < STUB_FILES; i++)
        if (!with->files[i].path)
            at = i;
    if (at < 0)
        return;
    rh_text whole = rh_text_in(with->arena);
    if (append && with->files[at].path)
        rh_text_puts(&whole, text_of(with->files[at].text));
    rh_text_puts(&whole, text_of(text));
    with->files[at].path = path;
    with->files[at].text = rh_value_string(with->arena, whole.data, whole.length);
}

static const rh_value *read_file(void *data, const rh_value *path)
{
    stub *with = data;
    int at = find_file(with, path);
    return at < 0 ? NULL : with->files[at].text;
}

static const rh_value *test_file(void *data, char operator, const rh_value * path)
{
    stub *with = data;
    int at = find_file(with, path);
    bool there = at >= 0 && operator!= 'd' && operator!=
                 'x' &&(operator!= 's' || rh_text_of(with->files[at].text)[0]);
    return rh_value_boolean(with->arena, there);
}

static void print(void *data, const rh_value *text, bool error)
{
    stub *with = data;
    if (!error)
        rh_text_puts(&with->output, text_of(text));
}

static bool decide(void *data, const rh_value *unknown, const char *what,
                   const rh_shell_place *place)
{
    stub *with = data;
    (void)place;
    rh_text_printf(&with->log, "decide %s%s\n", what, unknown->flags & RH_TAINTED ? " !" : "");
    return strstr(what, "yes") != NULL;
}

static void note(void *data, const char *what, const rh_shell_place *place)
{
    stub *with = data;
    (void)place;
    rh_text_printf(&with->notes, "%s\n", what);
}

rh_shell_result stub_play(stub *with, const char *text, size_t length,
                          const rh_shell_options *options)
{
    rh_arena *arena = with->arena;
    bool brief = with->brief;
    *with = (stub){.arena = arena, .brief = brief};
    with->log = rh_text_in(arena);
    with->output = rh_text_in(arena);
    with->notes = rh_text_in(arena);
    rh_shell_player player = {.data = with,
                              .run = run,
                              .write = write_file,
                              .read = read_file,
                              .print = print,
                              .decide = decide,
                              .test_file = test_file,
                              .note = note};
    return rh_shell_play(arena, rh_shell_parse(arena, text, length, options->posix), options,
                         &player);
}
