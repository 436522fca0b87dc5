#define _DEFAULT_SOURCE /* TIOCGWINSZ */
#include "cli/console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/timetext.h"

#define WIDTH_WITHOUT_TERMINAL 80u
#define WIDTH_LEAST 40u

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && value[0];
}

static bool wants_color(FILE *file, const char *color)
{
    if (color && strcmp(color, "auto") != 0)
        return strcmp(color, "always") == 0;
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("FORCE_COLOR"))
        return true;
    const char *terminal = getenv("TERM");
    return isatty(fileno(file)) && terminal && strcmp(terminal, "dumb") != 0;
}

static unsigned width_of(FILE *file)
{
    struct winsize size;
    if (!isatty(fileno(file)) || ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || !size.ws_col)
        return WIDTH_WITHOUT_TERMINAL;
    return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
}

/* By the names that setlocale would look at, in its order. */
static bool is_utf8_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_set(names[i])) {
            const char *locale = getenv(names[i]);
            return strstr(locale, "UTF-8") || strstr(locale, "utf8") || strstr(locale, "utf-8");
        }
    return false;
}

void cli_look_around(cli_context *cli, const char *color)
{
    const char *terminal = getenv("TERM");
    cli->color_out = wants_color(cli->out, color);
    cli->color_err = wants_color(cli->err, color);
    cli->ascii = !is_utf8_locale();
    cli->width = width_of(cli->out);
    cli->hide_wall = is_set("SOURCE_DATE_EPOCH");
    /* Some CI systems offer a terminal that nobody sees. */
    cli->progress =
        isatty(fileno(cli->err)) && !is_set("CI") && terminal && strcmp(terminal, "dumb") != 0;
}

bool cli_wants_annotations(const char *when)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return actions && !strcmp(actions, "true");
}

const char *cli_paint(bool color, cli_style style)
{
    static const char *const sequences[] = {
        [CLI_PLAIN] = "\033[0m", [CLI_GOOD] = "\033[32m",  [CLI_WRONG] = "\033[31m",
        [CLI_FAINT] = "\033[2m", [CLI_STRONG] = "\033[1m",
    };
    return color ? sequences[style] : "";
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint32_t cli_threads(const cli_number *given)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (given->given)
        return (uint32_t)given->value;
    return processors > 0 ? (uint32_t)processors : 1;
}

int64_t cli_clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t cli_clock_epoch(void)
{
    return read_clock(CLOCK_REALTIME);
}

static const char *real_time(cli_context *cli, int64_t ns)
{
    const char *micro = cli->ascii ? "us" : "\u00b5s";
    if (ns < 1000000)
        return rh_format(&cli->arena, "%jd %s", (intmax_t)((ns + 500) / 1000), micro);
    if (ns < 100000000)
        return rh_format(&cli->arena, "%jd.%jd ms", (intmax_t)(ns / 1000000),
                         (intmax_t)(ns / 100000 % 10));
    return rh_format(&cli->arena, "%jd.%02jd s", (intmax_t)(ns / 1000000000),
                     (intmax_t)(ns / 10000000 % 100));
}

const char *cli_signature(cli_context *cli, rh_duration virtual_ns, int64_t real_ns)
{
    rh_text text = rh_text_in(&cli->arena);
    rh_duration_brief(&text, virtual_ns);
    rh_text_puts(&text, " virtual");
    if (!cli->hide_wall)
        rh_text_printf(&text, " in %s", real_time(cli, real_ns));
    return rh_text_string(&text);
}
