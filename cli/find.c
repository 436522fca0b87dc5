#define _XOPEN_SOURCE 700
#include "cli/find.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDERS_DEEP 32

static bool ends_in(const char *name, const char *suffix)
{
    size_t length = strlen(name), part = strlen(suffix);
    return length > part && !strcmp(name + length - part, suffix);
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.' || !strcmp(entry->d_name, ".github");
}

/* Links to folders are not followed: they may lead in a circle. */
static int find_below(cli_context *cli, const char *folder, const char *suffix, int levels,
                      cli_texts *found)
{
    struct dirent **entries;
    int count = levels ? scandir(folder, &entries, is_visible, by_name) : 0;
    if (count < 0)
        return cli_bad(cli, "%s: cannot be read: %s", folder, strerror(errno));
    int code = CLI_OK;
    for (int i = 0; i < count; i++) {
        struct stat status;
        size_t length = strlen(folder);
        const char *slash = length && folder[length - 1] == '/' ? "" : "/";
        const char *path = rh_format(&cli->arena, "%s%s%s", folder, slash, entries[i]->d_name);
        if (code == CLI_OK && lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
            code = find_below(cli, path, suffix, levels - 1, found);
        else if (ends_in(path, suffix))
            cli_texts_add(&cli->arena, found, path);
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    return code;
}

int cli_find_files(cli_context *cli, const char *path, const char *suffix, cli_texts *found)
{
    struct stat status;
    size_t before = found->count;
    if (stat(path, &status) != 0)
        return cli_bad(cli, "%s: %s", path,
                       errno == ENOENT ? "there is no such file or folder" : strerror(errno));
    if (!S_ISDIR(status.st_mode)) {
        cli_texts_add(&cli->arena, found, path);
        return CLI_OK;
    }
    if (find_below(cli, path, suffix, FOLDERS_DEEP, found) != CLI_OK)
        return CLI_BAD;
    if (found->count == before)
        return cli_bad(cli, "%s: there is no *%s in it", path, suffix);
    return CLI_OK;
}
