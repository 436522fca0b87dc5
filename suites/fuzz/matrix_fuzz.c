/* A matrix in JSON: whatever it is, it is refused with a message, unknown, or built with unique ids
 * and names that are short enough. */
#include <stdlib.h>

#include "sim/actions/matrix.h"
#include "sim/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_legs(rh_arena *arena, const rh_matrix *matrix)
{
    if (matrix->count > RH_MATRIX_LIMIT || (matrix->unknown && matrix->count))
        abort();
    for (size_t i = 0; i < matrix->count; i++) {
        const rh_matrix_leg *leg = &matrix->legs[i];
        size_t length = strlen(leg->id);
        if (!length || length > 25 || rh_kind_of(leg->row) != RH_OBJECT ||
            strlen(rh_matrix_leg_name(arena, "job", leg)) > 400)
            abort();
        for (size_t k = 0; k < i; k++)
            if (strcmp(matrix->legs[k].id, leg->id) == 0)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *value = rh_json_read(&arena, (const char *)data, size, NULL, NULL);
    if (value) {
        rh_matrix matrix;
        rh_error error = {.message = ""};
        if (rh_matrix_build(&arena, value, 0, &matrix, &error) == 0)
            check_legs(&arena, &matrix);
        else if (!error.message[0])
            abort();
    }
    rh_arena_free(&arena);
    return 0;
}
