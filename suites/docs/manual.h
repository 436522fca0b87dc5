/* Reading pages of docs/ and files of the project, to compare what they say with what is. */
#ifndef RH_SUITES_DOCS_MANUAL_H
#define RH_SUITES_DOCS_MANUAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"

enum { MANUAL_MOST = 1 << 20 };

/* The text of a file of the project, by its path from the root; NULL if there is none. */
static inline const char *project_file(rh_arena *arena, const char *path)
{
    FILE *file = fopen(rh_format(arena, "%s/../%s", RH_SUITES_DIR, path), "rb");
    if (!file)
        return NULL;
    char *text = rh_arena_alloc(arena, MANUAL_MOST);
    size_t length = fread(text, 1, MANUAL_MOST - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static inline void assert_in_manual(rh_arena *arena, const char *page, const char *part)
{
    const char *text = project_file(arena, rh_format(arena, "docs/%s", page));
    if (text && strstr(text, part))
        return;
    /* Not by cmocka, which cuts a message after 1023 bytes. */
    fprintf(stderr, "docs/%s should hold\n%s\n", page, part);
    fail();
}

#endif
