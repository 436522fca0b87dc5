/* What a step wrote, in pieces that end at bytes 0x01 (a string) and 0x02 (then an unknown value);
 * and the same text as lines of output. In one piece it must read the same as in many. */
#include <stdlib.h>

#include "sim/actions/file_command.h"
#include "sim/actions/workflow_command.h"
#include "sim/expression/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 256 };

typedef struct pieces {
    const rh_value *items[MOST];
    size_t count;
    bool has_unknown;
    rh_text text;
} pieces;

static void split(rh_arena *arena, pieces *p, const char *text, size_t size)
{
    p->text = rh_text_in(arena);
    for (size_t begin = 0, at = 0; at <= size && p->count < MOST - 2; at++) {
        if (at < size && text[at] != 1 && text[at] != 2)
            continue;
        p->items[p->count++] = rh_value_string(arena, text + begin, at - begin);
        rh_text_add(&p->text, text + begin, at - begin);
        if (at < size && text[at] == 2) {
            p->items[p->count++] = rh_value_unknown(arena, "fuzz", RH_TAINTED);
            p->has_unknown = true;
        }
        begin = at + 1;
    }
}

static void compare(const rh_file_pairs *left, const rh_file_pairs *right)
{
    if (left->count != right->count || !left->error != !right->error ||
        left->blocked != right->blocked || left->unknown)
        abort();
    for (size_t i = 0; i < left->count; i++)
        if (strcmp(left->items[i].key, right->items[i].key) != 0 ||
            !rh_equal(left->items[i].value, right->items[i].value))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    pieces p = {.count = 0};
    split(&arena, &p, (const char *)data, size);
    for (rh_file_command command = RH_FILE_OUTPUT; command <= RH_FILE_STATE; command++) {
        rh_file_pairs pairs =
            rh_file_command_read(&arena, command, p.items, p.count, command == RH_FILE_STATE);
        const rh_value *whole = rh_value_string(&arena, p.text.data, p.text.length);
        rh_file_pairs same =
            rh_file_command_read(&arena, command, &whole, 1, command == RH_FILE_STATE);
        if (!p.has_unknown)
            compare(&pairs, &same);
    }
    rh_file_paths paths = rh_file_command_paths(&arena, NULL, p.items, p.count);
    rh_file_paths again = rh_file_command_paths(&arena, &paths, p.items, p.count);
    if (again.count != paths.count)
        abort();
    rh_command_reader reader = {.allows_unsecure_commands = size % 2};
    rh_workflow_command command;
    for (int i = 0; i < 2; i++)
        if (rh_workflow_command_read(&arena, &reader, p.items, p.count, &command) &&
            !command.is_done && !command.warning && !command.error && !command.failed_first)
            abort();
    rh_arena_free(&arena);
    return 0;
}
