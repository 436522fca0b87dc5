#include "cli/secrets.h"

#include <string.h>

#include "harness/shell.h"
#include "sim/base/ascii.h"

/* ---- made up --------------------------------------------------------------------------------- */

static bool is_name(char c)
{
    char lower = rh_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_given(const cli_texts *secrets, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < secrets->count; i++)
        if (!strncmp(secrets->items[i], name, length) && secrets->items[i][length] == '=')
            return true;
    return false;
}

/* Those that the file asks for and nobody has given: as an owner has them. */
static void make_up(rh_arena *arena, const rh_actions_file *file, cli_texts *secrets)
{
    static const char prefix[] = "secrets.";
    for (const char *at = strstr(file->source, prefix); at; at = strstr(at, prefix)) {
        at += strlen(prefix);
        size_t length = 0;
        while (is_name(at[length]))
            length++;
        const char *name = rh_arena_text(arena, at, length);
        if (length && strcmp(name, "GITHUB_TOKEN") != 0 && !is_given(secrets, name))
            cli_texts_add(arena, secrets, rh_format(arena, "%s=made-up-%s", name, name));
    }
}

const rh_value *cli_read_secrets(cli_context *cli, const rh_actions_file *file,
                                 const cli_texts *given)
{
    cli_texts secrets = {0};
    bool all = false;
    for (size_t i = 0; i < given->count; i++) {
        bool is_all = !strcmp(given->items[i], CLI_ALL_SECRETS);
        all |= is_all;
        if (!is_all)
            cli_texts_add(&cli->arena, &secrets, given->items[i]);
    }
    if (all)
        make_up(&cli->arena, file, &secrets);
    return cli_read_pairs(cli, "--secret", &secrets, RH_SECRET);
}

cli_texts cli_with_all_secrets(cli_context *cli, const rh_actions_file *file,
                               const cli_texts *given)
{
    cli_texts secrets = {0}, asked = {0};
    for (size_t i = 0; i < given->count; i++) {
        cli_texts_add(&cli->arena, &secrets, given->items[i]);
        cli_texts_add(&cli->arena, &asked, given->items[i]);
    }
    make_up(&cli->arena, file, &asked);
    if (asked.count > given->count)
        cli_texts_add(&cli->arena, &secrets, CLI_ALL_SECRETS);
    return secrets;
}

/* ---- as options ------------------------------------------------------------------------------ */

static void put(rh_text *text, const char *name, const char *value)
{
    if (!value)
        return;
    rh_text_printf(text, " %s ", name);
    rh_shell_word(text, value);
}

static void put_all(rh_text *text, const char *name, const cli_texts *values)
{
    for (size_t i = 0; i < values->count; i++)
        put(text, name, values->items[i]);
}

const char *cli_world_options(rh_arena *arena, const cli_actions_settings *settings)
{
    rh_text text = rh_text_in(arena);
    put_all(&text, "--secret", &settings->secrets);
    put_all(&text, "--var", &settings->vars);
    put_all(&text, "--mock", &settings->mocks);
    put_all(&text, "--approve", &settings->approvals);
    put_all(&text, "--include", &settings->includes);
    put_all(&text, "--catalog", &settings->catalogs);
    put(&text, "--unknown", settings->unknown);
    return rh_text_string(&text);
}
