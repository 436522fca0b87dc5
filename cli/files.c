#define _POSIX_C_SOURCE 200809L
#include "cli/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/text.h"

#define READ_LIMIT ((size_t)1 << 30)

const char *cli_file_read(rh_arena *arena, const char *path, size_t *length, rh_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file) {
        rh_error_set(error, path, 0, 0, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    rh_text text = rh_text_in(arena);
    char part[16 << 10];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0 && text.length <= READ_LIMIT)
        rh_text_add(&text, part, got);
    int code = ferror(file) ? errno : 0;
    if (!is_stdin)
        fclose(file);
    if (code || text.length > READ_LIMIT) {
        rh_error_set(error, path, 0, 0, "cannot be read: %s",
                     code ? strerror(code) : "larger than 1 GiB");
        return NULL;
    }
    *length = text.length;
    return rh_text_string(&text);
}

void cli_make_folders(rh_arena *arena, const char *path)
{
    char *folder = rh_arena_string(arena, path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0777);
        *slash = '/';
    }
}

static int open_temporary(rh_arena *arena, cli_output *output)
{
    output->temporary = rh_arena_string(arena, rh_format(arena, "%s.XXXXXX", output->path));
    int fd = mkstemp(output->temporary);
    if (fd < 0)
        return -1;
    /* mkstemp makes files for their owner's eyes only. */
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    output->file = fdopen(fd, "w");
    if (!output->file) {
        close(fd);
        unlink(output->temporary);
        return -1;
    }
    return 0;
}

int cli_output_open(rh_arena *arena, const char *path, cli_output *output, rh_error *error)
{
    *output = (cli_output){.path = path};
    if (!path[0])
        return rh_error_set(error, NULL, 0, 0, "a file name is empty");
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return rh_error_set(error, path, 0, 0, "cannot be written: it is a folder");
    if (exists && !S_ISREG(status.st_mode)) {
        output->file = fopen(path, "w");
        if (output->file)
            return 0;
    } else {
        cli_make_folders(arena, path);
        if (open_temporary(arena, output) == 0)
            return 0;
    }
    return rh_error_set(error, path, 0, 0, "cannot be written: %s", strerror(errno));
}

int cli_output_close(cli_output *output, bool keep, rh_error *error)
{
    bool failed = fflush(output->file) != 0 || ferror(output->file);
    failed |= fclose(output->file) != 0;
    if (output->temporary && keep && !failed)
        failed = rename(output->temporary, output->path) != 0;
    int code = errno;
    if (output->temporary && (failed || !keep))
        unlink(output->temporary);
    if (failed)
        return rh_error_set(error, output->path, 0, 0, "cannot be written: %s", strerror(code));
    return 0;
}
