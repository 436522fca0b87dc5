#include "suites/peers/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const char *history_text(rh_arena *arena, const char *name, size_t *length)
{
    char part[4096];
    size_t got;
    rh_text text = rh_text_in(arena);
    const char *path = rh_format(arena, "%s/peers/histories/%s.json", RH_SUITES_DIR, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s", path);
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, got);
    fclose(file);
    *length = text.length;
    return rh_text_string(&text);
}

const rh_recording *history_read(rh_arena *arena, const char *name)
{
    rh_error error;
    char message[1024];
    size_t length;
    const char *text = history_text(arena, name, &length);
    const rh_recording *recording = rh_recording_read(arena, text, length, name, &error);
    if (!recording)
        fail_msg("%s", rh_error_text(&error, message, sizeof message));
    return recording;
}

const rh_module *module_named(rh_arena *arena, const char *name)
{
    rh_error error;
    char message[1024];
    rh_loaded_module loaded;
    const char *path = rh_format(arena, "%s/fixtures/lib%s.so", RH_BUILD_DIR, name);
    if (access(path, R_OK) != 0)
        path = rh_format(arena, "%s/suites/modules/lib%s.so", RH_BUILD_DIR, name);
    if (rh_module_load(arena, path, &loaded, &error) != 0)
        fail_msg("%s", rh_error_text(&error, message, sizeof message));
    return loaded.module;
}

const rh_workflow_definition *workflow_of(rh_arena *arena, const char *module, const char *name)
{
    const rh_workflow_definition *found = module_named(arena, module)->workflows;
    while (found->name && strcmp(found->name, name) != 0)
        found++;
    if (!found->name)
        fail_msg("%s has no workflow %s", module, name);
    return found;
}
