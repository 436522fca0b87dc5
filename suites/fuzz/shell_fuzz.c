/* Shell scripts: any bytes are parsed, and played within bounds; twice the same. */
#include <stdlib.h>

#include "sim/base/text.h"
#include "sim/shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct recorder {
    rh_arena *arena;
    uint32_t commands;
    uint64_t hash;
} recorder;

static void add(recorder *to, const rh_value *value)
{
    to->hash = to->hash * 31 + (value ? rh_value_hash(value) : 7);
}

static void run(void *data, const rh_shell_command *command, rh_shell_outcome *outcome)
{
    recorder *to = data;
    for (size_t i = 0; i < command->word_count; i++)
        add(to, command->words[i]);
    add(to, command->input);
    rh_count_of(command->environment);
    if (!command->place.line)
        abort();
    switch (to->commands++ % 5) {
    case 0:
        outcome->output = rh_value_string(to->arena, "a b\nc\n", 6);
        break;
    case 1:
        outcome->status = 1;
        break;
    case 2:
        outcome->output = rh_value_copy(to->arena, &(rh_value){.kind = RH_UNKNOWN});
        break;
    case 3:
        outcome->output = command->words[0];
        outcome->status = 2;
        break;
    default:
        break;
    }
}

static void write_file(void *data, const rh_value *path, const rh_value *text, bool append,
                       const rh_shell_place *place)
{
    (void)append;
    (void)place;
    add(data, path);
    add(data, text);
}

static const rh_value *read_file(void *data, const rh_value *path)
{
    recorder *to = data;
    return rh_kind_of(path) == RH_UNKNOWN ? NULL : rh_value_string(to->arena, "f $x\n", 5);
}

static void print(void *data, const rh_value *text, bool error)
{
    (void)error;
    add(data, text);
}

static bool decide(void *data, const rh_value *unknown, const char *what,
                   const rh_shell_place *place)
{
    recorder *to = data;
    (void)place;
    add(to, unknown);
    return (strlen(what) + to->commands) % 3 == 0;
}

static uint64_t play(rh_arena *arena, const rh_shell_script *script, bool strict, bool posix)
{
    recorder to = {.arena = arena, .hash = 1};
    const rh_shell_player player = {.data = &to,
                                    .run = run,
                                    .write = write_file,
                                    .read = read_file,
                                    .print = print,
                                    .decide = decide};
    const rh_shell_options options = {.errexit = strict,
                                      .pipefail = strict,
                                      .nounset = strict,
                                      .posix = posix,
                                      .max_commands = 200};
    rh_shell_result result = rh_shell_play(arena, script, &options, &player);
    if (result.status < 0 || result.status > 255)
        abort();
    return to.hash * 257 + (uint64_t)result.status;
}

static void tell(void *data, const char *name, const rh_shell_place *place)
{
    size_t *count = data;
    *count += strlen(name) + place->line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    size_t count = 0;
    rh_arena_init(&arena, NULL, NULL);
    const rh_shell_script *script = rh_shell_parse(&arena, (const char *)data, size, false);
    rh_shell_commands(script, tell, &count);
    for (size_t i = 0; i < rh_shell_opaque_count(script); i++)
        if (!rh_shell_opaque_at(script, i)->why)
            abort();
    if (play(&arena, script, false, false) != play(&arena, script, false, false))
        abort();
    play(&arena, script, true, false);
    const rh_shell_script *posix = rh_shell_parse(&arena, (const char *)data, size, true);
    play(&arena, posix, true, true);
    rh_arena_free(&arena);
    return 0;
}
