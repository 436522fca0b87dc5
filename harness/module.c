#define _POSIX_C_SOURCE 200809L
#include "harness/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/base/text.h"

#define ENTRY_POINT "rehearse_module"

static const char *system_says(int code)
{
    return code == ENOENT ? "there is no such file" : strerror(code);
}

/* What dlopen says of a text file or a folder is puzzling ("invalid ELF header", or the name of
 * another file), so the common mistakes are looked for first. */
static int check_file(const char *path, const char *file_name, rh_error *error)
{
    struct stat status;
    if (stat(file_name, &status) != 0)
        return rh_error_set(error, path, 0, 0, "%s", system_says(errno));
    if (!S_ISREG(status.st_mode))
        return rh_error_set(error, path, 0, 0, "is not a file; expected a shared object (.so)");

    FILE *file = fopen(file_name, "rb");
    if (!file)
        return rh_error_set(error, path, 0, 0, "%s", system_says(errno));
    char magic[4] = "";
    size_t length = fread(magic, 1, sizeof magic, file);
    fclose(file);
    if (length < sizeof magic || memcmp(magic, "\177ELF", 4) != 0)
        return rh_error_set(error, path, 0, 0,
                            "is not a shared object; build it with: cc -shared -fPIC -o libX.so "
                            "X.c -lrehearse");
    return 0;
}

/* dlerror repeats the path, which the error already names. */
static const char *loader_says(const char *path)
{
    const char *text = dlerror();
    if (!text)
        return "unknown reason";
    size_t length = strlen(path);
    if (strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0)
        return text + length + 2;
    return text;
}

int rh_module_load(rh_arena *arena, const char *path, rh_loaded_module *loaded, rh_error *error)
{
    /* Without a slash dlopen would search the system's folders. */
    const char *file = strchr(path, '/') ? path : rh_format(arena, "./%s", path);
    if (check_file(path, file, error) != 0)
        return -1;
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return rh_error_set(error, path, 0, 0, "cannot be loaded: %s", loader_says(file));

    union {
        void *symbol;
        const rh_module *(*function)(void);
    } entry = {.symbol = dlsym(handle, ENTRY_POINT)};
    if (!entry.symbol) {
        dlclose(handle);
        return rh_error_set(error, path, 0, 0,
                            "lacks the entry point `" ENTRY_POINT "`; add RH_MODULE(name, "
                            "workflows, tests) to one of its files");
    }
    const rh_module *module = entry.function();
    if (rh_module_check(module, path, error) != 0) {
        dlclose(handle);
        return -1;
    }
    *loaded = (rh_loaded_module){.module = module, .path = rh_arena_string(arena, path)};
    return 0;
}

typedef struct named {
    const char *name;
    bool has_function;
} named;

static named workflow_at(const rh_module *module, size_t index)
{
    const rh_workflow_definition *workflow = &module->workflows[index];
    return (named){workflow->name, workflow->run != NULL};
}

static named test_at(const rh_module *module, size_t index)
{
    return (named){module->tests[index].name, module->tests[index].run != NULL};
}

/* Every entry of a table has a function and a name of its own. */
static int check_table(const rh_module *module, const char *path, const char *what, size_t count,
                       named (*entry_at)(const rh_module *, size_t), rh_error *error)
{
    for (size_t i = 0; i < count; i++) {
        named entry = entry_at(module, i);
        if (!entry.name)
            return rh_error_set(error, path, 0, 0, "%s %zu has no name", what, i + 1);
        if (!entry.has_function)
            return rh_error_set(error, path, 0, 0, "%s '%s' has no function", what, entry.name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(entry_at(module, j).name, entry.name) == 0)
                return rh_error_set(error, path, 0, 0, "two %ss have the name '%s'", what,
                                    entry.name);
    }
    return 0;
}

int rh_module_check(const rh_module *module, const char *path, rh_error *error)
{
    if (!module)
        return rh_error_set(error, path, 0, 0, "`" ENTRY_POINT "` returns no module");
    if (module->abi != RH_ABI_VERSION)
        return rh_error_set(error, path, 0, 0,
                            "was built for ABI version %u, this rehearse has version %u; compile "
                            "it again with this rehearse's headers",
                            (unsigned)module->abi, RH_ABI_VERSION);
    if (module->size != sizeof(rh_module))
        return rh_error_set(error, path, 0, 0,
                            "its rh_module has %u bytes, that of this rehearse %zu; compile it "
                            "again with this rehearse's headers",
                            (unsigned)module->size, sizeof(rh_module));
    if (!module->name || !module->name[0])
        return rh_error_set(error, path, 0, 0, "has no name: the first argument of RH_MODULE");
    if (check_table(module, path, "workflow", rh_module_workflow_count(module), workflow_at,
                    error) != 0)
        return -1;
    return check_table(module, path, "test", rh_module_test_count(module), test_at, error);
}

/* A table ends where neither a name nor a function is set. */
size_t rh_module_test_count(const rh_module *module)
{
    size_t count = 0;
    while (module->tests && (module->tests[count].name || module->tests[count].run))
        count++;
    return count;
}

size_t rh_module_workflow_count(const rh_module *module)
{
    size_t count = 0;
    while (module->workflows && (module->workflows[count].name || module->workflows[count].run))
        count++;
    return count;
}

const rh_workflow_definition *rh_modules_find_workflow(const rh_loaded_module *modules,
                                                       size_t count, const char *name,
                                                       const rh_loaded_module **where,
                                                       rh_error *error)
{
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < count; i++) {
        size_t workflows = rh_module_workflow_count(modules[i].module);
        for (size_t j = 0; j < workflows; j++) {
            const rh_workflow_definition *workflow = &modules[i].module->workflows[j];
            if (strcmp(workflow->name, name) == 0) {
                *where = &modules[i];
                return workflow;
            }
            rh_nearest_offer(&nearest, workflow->name);
        }
    }
    char hint[128];
    rh_error_set(error, count == 1 ? modules[0].path : NULL, 0, 0, "there is no workflow '%s'%s",
                 name, rh_nearest_hint(&nearest, hint, sizeof hint));
    return NULL;
}
