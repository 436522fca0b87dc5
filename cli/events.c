#include "cli/events.h"

#include <string.h>

#include "cli/files.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

static const char *last_of(const char *text, const char *part)
{
    const char *found = NULL;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        found = at;
    return found;
}

/* "WHAT at TIME": a copy of WHAT, and the time. NULL with an error. */
static const char *read_at(cli_context *cli, const char *name, const char *option,
                           rh_duration *time, rh_error *error)
{
    const char *at = last_of(option, " at ");
    if (!at || at == option || !rh_duration_read(at + 4, strlen(at + 4), time) || *time < 0) {
        rh_error_set(error, NULL, 0, 0,
                     "%s: expected '... at TIME' with a time like 90s or 1h30m, "
                     "got '%s'",
                     name, option);
        return NULL;
    }
    return rh_arena_text(&cli->arena, option, (size_t)(at - option));
}

/* "CALL=WHAT" at its last '=': WHAT has none, the key of a call may have. A copy of CALL, and where
 * WHAT begins. NULL with an error. */
static const char *read_call(cli_context *cli, const char *option, const char *example,
                             const char **what, rh_error *error)
{
    const char *equals = strrchr(option, '=');
    if (!equals || equals == option || !equals[1]) {
        rh_error_set(error, NULL, 0, 0, "%s, got '%s'", example, option);
        return NULL;
    }
    *what = equals + 1;
    return rh_arena_text(&cli->arena, option, (size_t)(equals - option));
}

int cli_add_faults(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    for (size_t i = 0; i < options->count; i++) {
        const char *fault;
        const char *point =
            read_call(cli, options->items[i],
                      "--fault: expected CALL=FAULT, like UpdateHomebrew@1=homebrew-auth", &fault,
                      error);
        if (!point || rh_env_add_fault(env, point, fault, error) != 0)
            return -1;
    }
    return 0;
}

int cli_add_durations(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    for (size_t i = 0; i < options->count; i++) {
        const char *text;
        rh_duration takes;
        const char *path =
            read_call(cli, options->items[i], "--takes: expected CALL=TIME, like BuildLinux=12m",
                      &text, error);
        if (!path)
            return -1;
        if (!rh_duration_read(text, strlen(text), &takes))
            return rh_error_set(error, NULL, 0, 0,
                                "--takes: expected a time like 90s or 1h30m, got '%s'", text);
        if (rh_env_set_duration(env, path, takes, error) != 0)
            return -1;
    }
    return 0;
}

int cli_read_fault_files(cli_context *cli, const cli_texts *files, rh_catalog *catalog,
                         rh_error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        size_t length;
        const char *path = files->items[i];
        const char *text = cli_file_read(&cli->arena, path, &length, error);
        if (!text || rh_catalog_read(&cli->arena, catalog, text, length, path, error) != 0)
            return -1;
    }
    return 0;
}

int cli_find_profile(cli_context *cli, const char *profile, rh_profile_text *found, rh_error *error)
{
    if (!strpbrk(profile, "./")) {
        const rh_profile_text *known = rh_profile_find(profile, error);
        if (known)
            *found = *known;
        return known ? 0 : -1;
    }
    found->name = profile;
    found->text = cli_file_read(&cli->arena, profile, &found->length, error);
    return found->text ? 0 : -1;
}

int cli_use_profile(cli_context *cli, rh_env *env, const char *profile, rh_error *error)
{
    rh_profile_text found;
    if (!profile)
        return 0;
    if (cli_find_profile(cli, profile, &found, error) != 0)
        return -1;
    return rh_env_read_profile(env, found.text, found.length, found.name, error);
}

int cli_add_step_classes(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    for (size_t i = 0; i < options->count; i++) {
        const char *class;
        const char *path = read_call(cli, options->items[i],
                                     "--step: expected CALL=CLASS, like Sync=publish, or CALL=none",
                                     &class, error);
        if (path && strcmp(class, "none") == 0)
            class = NULL;
        if (!path || rh_env_set_step_class(env, path, class, error) != 0)
            return -1;
    }
    return 0;
}

/* "homebrew-auth:200000" */
static const char *read_rate(cli_context *cli, const char *text, uint32_t *per_million)
{
    const char *colon = strchr(text, ':');
    uint32_t number = 0;
    if (!colon || colon == text || !colon[1])
        return NULL;
    for (const char *digit = colon + 1; *digit; digit++) {
        if (*digit < '0' || *digit > '9' || number > 1000000)
            return NULL;
        number = number * 10 + (uint32_t)(*digit - '0');
    }
    *per_million = number;
    return number > 1000000 ? NULL : rh_arena_text(&cli->arena, text, (size_t)(colon - text));
}

int cli_add_fault_rates(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    static const char example[] = "--fault-rate: expected CALL=FAULT:N, N of a million attempts, "
                                  "like UpdateHomebrew=homebrew-auth:200000";
    for (size_t i = 0; i < options->count; i++) {
        const char *rate;
        uint32_t per_million;
        const char *path = read_call(cli, options->items[i], example, &rate, error);
        if (!path)
            return -1;
        const char *fault = read_rate(cli, rate, &per_million);
        if (!fault)
            return rh_error_set(error, NULL, 0, 0, "%s, got '%s'", example, options->items[i]);
        if (rh_env_set_fault_rate(env, path, fault, per_million, error) != 0)
            return -1;
    }
    return 0;
}

int cli_add_signals(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    for (size_t i = 0; i < options->count; i++) {
        rh_duration time;
        const char *signal = read_at(cli, "--signal", options->items[i], &time, error);
        if (!signal)
            return -1;
        size_t length = strcspn(signal, "=");
        const rh_value *value = NULL;
        if (signal[length]) {
            value = cli_read_json(cli, signal + length + 1, "--signal", error);
            if (!value)
                return -1;
        }
        const char *name = rh_arena_text(&cli->arena, signal, length);
        rh_signal_at(env, time, NULL, name, value);
    }
    return 0;
}

int cli_add_lost_hosts(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error)
{
    for (size_t i = 0; i < options->count; i++) {
        rh_duration time;
        const char *host = read_at(cli, "--lose-host", options->items[i], &time, error);
        if (!host)
            return -1;
        rh_lose_host_at(env, time, host);
    }
    return 0;
}

int cli_add_outages(cli_context *cli, rh_env *env, const char *option, const cli_texts *given,
                    cli_outage *add, rh_error *error)
{
    for (size_t i = 0; i < given->count; i++) {
        rh_duration at, lasts;
        const char *text = read_at(cli, option, given->items[i], &at, error);
        if (!text)
            return -1;
        if (!rh_duration_read(text, strlen(text), &lasts) || lasts <= 0)
            return rh_error_set(error, NULL, 0, 0,
                                "%s: expected how long and when, like '10m at 3m', got '%s'",
                                option, given->items[i]);
        add(env, at, lasts);
    }
    return 0;
}

const rh_value *cli_read_json(cli_context *cli, const char *option, const char *what,
                              rh_error *error)
{
    size_t length = strlen(option);
    const char *json = option;
    if (option[0] == '@') {
        what = strcmp(option, "@-") == 0 ? "standard input" : option + 1;
        json = cli_file_read(&cli->arena, option + 1, &length, error);
        if (!json)
            return NULL;
    }
    return rh_json_read(&cli->arena, json, length, what, error);
}
