#include "cli/manual.h"

#include "cli/console.h"
#include "rehearse/rehearse.h"
#include "reports/words.h"

#define HELP_COLUMN 26u

static const char intro[] =
    "rehearse plays workflows against mocked activities on a virtual clock and tells what would "
    "happen: when all goes well, and when things fail.";

static const struct {
    const char *code, *meaning;
} exit_codes[] = {
    {"0", "all is well"},
    {"1", "something that was rehearsed failed"},
    {"2", "bad usage or bad input"},
};

static const struct {
    const char *name, *meaning;
} variables[] = {
    {"NO_COLOR", "if not empty, nothing is colored"},
    {"FORCE_COLOR", "if not empty, colors are used where no terminal is"},
    {"CI", "if not empty, no progress bar is drawn"},
    {"GITHUB_ACTIONS", "if true, what is wrong is also written as annotations"},
    {"SOURCE_DATE_EPOCH", "if not empty, real times are left out, so that the same run prints the "
                          "same bytes"},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- for the terminal ------------------------------------------------------------------------ */

/* A name in the left column, its meaning in the right one. */
static void write_entry(rh_text *text, const char *name, const char *argument, const char *meaning)
{
    size_t length = 2 + rh_text_columns(name, strlen(name));
    rh_text_printf(text, "  %s", name);
    if (argument && *argument) {
        rh_text_printf(text, " %s", argument);
        length += 1 + rh_text_columns(argument, strlen(argument));
    }
    if (length + 2 > HELP_COLUMN) {
        rh_text_putc(text, '\n');
        length = 0;
    }
    rh_text_fill(text, ' ', HELP_COLUMN - length);
    rh_words_wrapped(text, meaning, HELP_COLUMN, HELP_COLUMN);
}

static void write_options(rh_text *text, const cli_option *options)
{
    for (const cli_option *option = options; option->name; option++)
        write_entry(text, option->name, option->argument, option->help);
}

static void write_verb_help(rh_text *text, const cli_verb *verb)
{
    rh_text_printf(text, "usage: rehearse %s%s%s [options]\n\n", verb->name,
                   *verb->arguments ? " " : "", verb->arguments);
    rh_words_wrapped(text, verb->about, 0, 0);
    rh_text_puts(text, "\noptions:\n");
    write_options(text, verb->options);
    write_options(text, cli_common_options);
}

void cli_write_help(rh_text *text, const cli_verb *verb)
{
    if (verb) {
        write_verb_help(text, verb);
        return;
    }
    rh_text_puts(text, "usage: rehearse COMMAND [options]\n\n");
    rh_words_wrapped(text, intro, 0, 0);
    rh_text_puts(text, "\ncommands:\n");
    for (size_t i = 0; cli_verbs[i]; i++)
        write_entry(text, cli_verbs[i]->name, cli_verbs[i]->arguments, cli_verbs[i]->summary);
    rh_text_puts(text, "\nexit codes:\n");
    for (size_t i = 0; i < COUNT(exit_codes); i++)
        write_entry(text, exit_codes[i].code, NULL, exit_codes[i].meaning);
    rh_text_puts(text, "\n'rehearse help COMMAND' tells about one of them.\n");
}

/* ---- the manual page ------------------------------------------------------------------------- */

/* Text in which roff sees no requests and no hyphens where minus signs are meant. */
static void write_roff(rh_text *text, const char *words)
{
    bool line_start = true;
    for (; *words; words++) {
        if (line_start && (*words == '.' || *words == '\''))
            rh_text_puts(text, "\\&");
        line_start = false;
        if (*words == '-')
            rh_text_puts(text, "\\-");
        else if (*words == '\\')
            rh_text_puts(text, "\\e");
        else if (*words == '\n') {
            rh_text_puts(text, "\n.PP\n");
            line_start = true;
        } else
            rh_text_putc(text, *words);
    }
    rh_text_putc(text, '\n');
}

static void write_roff_entry(rh_text *text, const char *name, const char *argument,
                             const char *meaning)
{
    rh_text_puts(text, ".TP\n\\fB");
    for (const char *c = name; *c; c++)
        rh_text_puts(text, *c == '-' ? "\\-" : (const char[2]){*c, '\0'});
    rh_text_puts(text, "\\fR");
    if (argument && *argument)
        rh_text_printf(text, " \\fI%s\\fR", argument);
    rh_text_putc(text, '\n');
    write_roff(text, meaning);
}

static void write_roff_options(rh_text *text, const cli_option *options)
{
    for (const cli_option *option = options; option->name; option++)
        write_roff_entry(text, option->name, option->argument, option->help);
}

void cli_write_man(rh_text *text)
{
    rh_text_printf(text, ".TH REHEARSE 1 \"\" \"rehearse %s\" \"User Commands\"\n", rh_version());
    rh_text_puts(text, ".SH NAME\nrehearse \\- rehearse workflows on virtual time\n.SH SYNOPSIS\n");
    for (size_t i = 0; cli_verbs[i]; i++)
        rh_text_printf(text, "%s\\fBrehearse %s\\fR%s%s%s [options]\n", i ? ".br\n" : "",
                       cli_verbs[i]->name, *cli_verbs[i]->arguments ? " \\fI" : "",
                       cli_verbs[i]->arguments, *cli_verbs[i]->arguments ? "\\fR" : "");
    rh_text_puts(text, ".SH DESCRIPTION\n");
    write_roff(text, intro);
    for (size_t i = 0; cli_verbs[i]; i++) {
        rh_text_printf(text, ".SS rehearse %s\n", cli_verbs[i]->name);
        write_roff(text, cli_verbs[i]->about);
        write_roff_options(text, cli_verbs[i]->options);
    }
    rh_text_puts(text, ".SH COMMON OPTIONS\n");
    write_roff_options(text, cli_common_options);
    rh_text_puts(text, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < COUNT(exit_codes); i++)
        write_roff_entry(text, exit_codes[i].code, NULL, exit_codes[i].meaning);
    rh_text_puts(text, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < COUNT(variables); i++)
        write_roff_entry(text, variables[i].name, NULL, variables[i].meaning);
}
