#include "cli/options.h"

#include "sim/base/nearest.h"
#include "sim/base/timetext.h"

void cli_texts_add(rh_arena *arena, cli_texts *list, const char *item)
{
    list->items =
        rh_arena_reserve(arena, list->items, sizeof *list->items, list->count + 1, &list->capacity);
    list->items[list->count++] = item;
}

static const cli_option *find_option(const cli_option *const *tables, const char *name,
                                     size_t length, rh_error *error)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%.*s", (int)length, name);
    rh_nearest nearest = rh_nearest_begin(wanted);
    for (; *tables; tables++)
        for (const cli_option *option = *tables; option->name; option++) {
            if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
                return option;
            rh_nearest_offer(&nearest, option->name);
        }
    char hint[96];
    rh_error_set(error, NULL, 0, 0, "unknown option '%.*s'%s", (int)length, name,
                 rh_nearest_hint(&nearest, hint, sizeof hint));
    return NULL;
}

static bool read_number(const char *text, uint64_t *number)
{
    *number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (*text < '0' || *text > '9' || *number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

static bool is_choice(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (;;) {
        size_t part = strcspn(choices, "|");
        if (part == length && strncmp(choices, value, length) == 0)
            return true;
        if (!choices[part])
            return false;
        choices += part + 1;
    }
}

static int store(rh_arena *arena, const cli_option *option, void *settings, const char *value,
                 rh_error *error)
{
    void *field = (char *)settings + option->offset;
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)field = true;
        return 0;
    case CLI_TEXT:
        *(const char **)field = value;
        return 0;
    case CLI_LIST:
        cli_texts_add(arena, field, value);
        return 0;
    case CLI_CHOICE:
        if (!is_choice(option->choices, value))
            return rh_error_set(error, NULL, 0, 0, "%s: expected %s, got '%s'", option->name,
                                option->choices, value);
        *(const char **)field = value;
        return 0;
    case CLI_NUMBER: {
        uint64_t number;
        if (!read_number(value, &number) || number < option->least || number > option->most)
            return rh_error_set(error, NULL, 0, 0,
                                "%s: expected a whole number from %ju to %ju, "
                                "got '%s'",
                                option->name, (uintmax_t)option->least, (uintmax_t)option->most,
                                value);
        *(cli_number *)field = (cli_number){.given = true, .value = number};
        return 0;
    }
    case CLI_DURATION: {
        rh_duration duration;
        if (!rh_duration_read(value, strlen(value), &duration) || duration < 0)
            return rh_error_set(error, NULL, 0, 0,
                                "%s: expected a duration like 90s or 1h30m, "
                                "got '%s'",
                                option->name, value);
        *(cli_duration *)field = (cli_duration){.given = true, .value = duration};
        return 0;
    }
    }
    return 0;
}

int cli_read_options(rh_arena *arena, const cli_option *const *tables, void *settings,
                     const char *const *arguments, size_t count, cli_texts *rest, rh_error *error)
{
    bool only_rest = false;
    for (size_t i = 0; i < count; i++) {
        const char *argument = arguments[i];
        if (only_rest || argument[0] != '-' || !argument[1]) {
            cli_texts_add(arena, rest, argument);
            continue;
        }
        if (strcmp(argument, "--") == 0) {
            only_rest = true;
            continue;
        }
        if (strcmp(argument, "-h") == 0)
            argument = "--help";

        size_t length = strcspn(argument, "=");
        const char *value = argument[length] ? argument + length + 1 : NULL;
        const cli_option *option = find_option(tables, argument, length, error);
        if (!option)
            return -1;
        if (option->kind == CLI_FLAG && value)
            return rh_error_set(error, NULL, 0, 0, "%s takes no value", option->name);
        if (option->kind != CLI_FLAG && !value) {
            if (i + 1 == count)
                return rh_error_set(error, NULL, 0, 0, "%s needs a value: %s", option->name,
                                    option->argument);
            value = arguments[++i];
        }
        if (store(arena, option, settings, value, error) != 0)
            return -1;
    }
    return 0;
}
