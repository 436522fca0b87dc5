/* Compares output with a golden file, byte by byte. REHEARSE_UPDATE_GOLDEN=1 rewrites the files. */
#ifndef RH_SUITES_REPORTS_GOLDEN_H
#define RH_SUITES_REPORTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"

static inline void golden_update(const char *path, const rh_text *actual)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        fail_msg("cannot write %s", path);
    fwrite(actual->data, 1, actual->length, file);
    fclose(file);
}

static inline void assert_golden(const rh_text *actual, const char *name)
{
    const char *path = rh_format(actual->arena, "%s/reports/golden/%s", RH_SUITES_DIR, name);
    const char *update = getenv("REHEARSE_UPDATE_GOLDEN");
    if (update && strcmp(update, "1") == 0)
        golden_update(path, actual);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s; REHEARSE_UPDATE_GOLDEN=1 writes it", path);
    char *expected = rh_arena_alloc(actual->arena, actual->length + 1);
    size_t length = fread(expected, 1, actual->length + 1, file);
    fclose(file);
    if (length != actual->length || memcmp(expected, actual->data, length) != 0)
        fail_msg("differs from %s:\n%.*s", path, (int)actual->length, actual->data);
}

#endif
