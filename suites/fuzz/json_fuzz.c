/* Any bytes: what is read as JSON must come back the same after writing it. */
#include <stdlib.h>

#include "sim/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written(rh_arena *arena, const rh_value *value, unsigned flags)
{
    rh_text text = rh_text_in(arena);
    rh_error error;
    rh_json_write(&text, value, flags);
    const rh_value *again = rh_json_read(arena, text.data, text.length, NULL, &error);
    if (!again || !rh_equal(value, again) || rh_value_hash(value) != rh_value_hash(again))
        abort();

    rh_text second = rh_text_in(arena);
    rh_json_write(&second, again, flags);
    if (second.length != text.length || memcmp(second.data, text.data, text.length) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *value = rh_json_read(&arena, (const char *)data, size, "fuzz", &error);
    if (!value && (!error.message[0] || !error.line || !error.column))
        abort();
    if (value) {
        check_written(&arena, value, RH_JSON_COMPACT);
        check_written(&arena, value, RH_JSON_PRETTY);
        if (!rh_equal(value, rh_value_clone(&arena, value)))
            abort();
    }
    rh_arena_free(&arena);
    return 0;
}
