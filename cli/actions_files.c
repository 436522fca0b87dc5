#define _XOPEN_SOURCE 700
#include "cli/actions_files.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "harness/scenario.h"
#include "sim/actions/hash_files.h"

typedef struct include {
    const char *name; /* "owner/repo/path" or "owner/repo/path@v1" */
    const char *path; /* from the working directory */
} include;

/* What hashFiles once gave; the files do not change while a command runs. */
typedef struct known_hash {
    const rh_value **patterns;
    size_t count;
    const char *hash; /* NULL: not known */
    struct known_hash *next;
} known_hash;

typedef struct repository {
    rh_arena *arena;
    const char *root; /* ends with '/' */
    include *includes;
    size_t count;
    const char *const *list; /* of its files; NULL: not known */
    bool is_listed;
    rh_actions_files files;
    pthread_mutex_t hashing; /* worlds are played by several threads */
    known_hash *hashes;
} repository;

/* ---- the root -------------------------------------------------------------------------------- */

static bool exists(rh_arena *arena, const char *folder, const char *name)
{
    struct stat found;
    return stat(rh_format(arena, "%s/%s", folder, name), &found) == 0;
}

/* Cuts the last part of an absolute path off; false if there is none left. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

const char *cli_repository_around(rh_arena *arena, const char *path)
{
    bool is_stdin = !strcmp(path, "-");
    char *real = realpath(is_stdin ? "." : path, NULL);
    char *folder = rh_arena_string(arena, real ? real : ".");
    free(real);
    if (!is_stdin)
        go_up(folder);
    char *above = rh_arena_string(arena, folder);
    do {
        if (exists(arena, above, ".github") || exists(arena, above, ".git"))
            return rh_format(arena, "%s/", above);
    } while (go_up(above));
    return rh_format(arena, "%s/", folder);
}

const char *cli_path_in_repository(rh_arena *arena, const char *path)
{
    const char *root = cli_repository_around(arena, path);
    char *real = realpath(path, NULL);
    size_t length = strlen(root);
    bool is_below = real && strncmp(real, root, length) == 0;
    const char *below = is_below ? rh_arena_string(arena, real + length) : path;
    free(real);
    return below;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Files outside the repository are none of its. */
static bool leads_out(const char *path)
{
    for (const char *part = path; *part;) {
        size_t length = strcspn(part, "/");
        if (length == 2 && !strncmp(part, "..", 2))
            return true;
        part += length + (part[length] == '/');
    }
    return *path == '/';
}

static const char *read_path(void *data, const char *path, size_t *length)
{
    const repository *from = data;
    rh_error error;
    for (size_t i = 0; i < from->count; i++)
        if (!strcmp(from->includes[i].path, path))
            return cli_file_read(from->arena, path, length, &error);
    if (leads_out(path))
        return NULL;
    return cli_file_read(from->arena, rh_format(from->arena, "%s%s", from->root, path), length,
                         &error);
}

/* ---- listing --------------------------------------------------------------------------------- */

enum { MOST_FILES = 100000 };

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_listed(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
           strcmp(entry->d_name, ".git");
}

/* Links are not followed. False if there are too many files, or if a folder cannot be read. */
static bool walk(repository *of, const char *folder, cli_texts *paths)
{
    struct dirent **entries = NULL;
    int count =
        scandir(rh_format(of->arena, "%s%s", of->root, folder), &entries, is_listed, by_bytes);
    bool is_fine = count >= 0;
    for (int i = 0; i < count; i++) {
        struct stat found;
        const char *path = rh_format(of->arena, "%s%s", folder, entries[i]->d_name);
        free(entries[i]);
        if (!is_fine || lstat(rh_format(of->arena, "%s%s", of->root, path), &found) != 0)
            continue;
        if (S_ISDIR(found.st_mode))
            is_fine = walk(of, rh_format(of->arena, "%s/", path), paths);
        else if (S_ISREG(found.st_mode))
            cli_texts_add(of->arena, paths, path);
        is_fine = is_fine && paths->count < MOST_FILES;
    }
    free(entries);
    return is_fine;
}

static const char *const *list_files(void *data)
{
    repository *of = data;
    if (of->is_listed)
        return of->list;
    cli_texts paths = {0};
    of->is_listed = true;
    if (!walk(of, "", &paths))
        return NULL;
    cli_texts_add(of->arena, &paths, NULL);
    of->list = paths.items;
    return of->list;
}

static bool is_of(const known_hash *known, const rh_value *const *patterns, size_t count)
{
    for (size_t i = 0; known->count == count && i < count; i++)
        if (strcmp(rh_text_of(known->patterns[i]), rh_text_of(patterns[i])) != 0)
            return false;
    return known->count == count;
}

static const known_hash *find_hash(repository *of, const rh_value *const *patterns, size_t count)
{
    for (const known_hash *known = of->hashes; known; known = known->next)
        if (is_of(known, patterns, count))
            return known;
    known_hash *made = RH_NEW(of->arena, known_hash);
    made->patterns = RH_NEW_ARRAY(of->arena, const rh_value *, count);
    made->count = count;
    for (size_t i = 0; i < count; i++)
        made->patterns[i] = rh_value_clone(of->arena, patterns[i]);
    made->hash = rh_hash_files(of->arena, &of->files, made->patterns, count);
    made->next = of->hashes;
    return of->hashes = made;
}

static const char *hash_files(void *data, const rh_value *const *patterns, size_t count)
{
    repository *of = data;
    pthread_mutex_lock(&of->hashing);
    const char *hash = find_hash(of, patterns, count)->hash;
    pthread_mutex_unlock(&of->hashing);
    return hash;
}

static const char *find_include(void *data, const char *uses)
{
    const repository *from = data;
    size_t name = strcspn(uses, "@");
    for (size_t i = 0; i < from->count; i++) {
        const char *known = from->includes[i].name;
        if (!strcmp(known, uses) || (strlen(known) == name && !strncmp(known, uses, name)))
            return from->includes[i].path;
    }
    return NULL;
}

/* A folder stands for the action in it. */
static const char *file_of(rh_arena *arena, const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode))
        return path;
    const char *name = exists(arena, path, "action.yaml") ? "action.yaml" : "action.yml";
    return rh_format(arena, "%s/%s", path, name);
}

const rh_actions_files *cli_actions_files(rh_arena *arena, const char *path,
                                          const cli_texts *includes, rh_error *error)
{
    repository *made = RH_NEW(arena, repository);
    made->arena = arena;
    made->root = cli_repository_around(arena, path);
    made->includes = RH_NEW_ARRAY(arena, include, includes->count);
    for (size_t i = 0; i < includes->count; i++) {
        const char *text = includes->items[i], *equals = strchr(text, '=');
        if (!equals || equals == text || !equals[1]) {
            rh_error_set(error, NULL, 0, 0, "--include: expected NAME=PATH, got '%s'", text);
            return NULL;
        }
        made->includes[made->count++] =
            (include){rh_arena_text(arena, text, (size_t)(equals - text)),
                      file_of(arena, equals + 1)};
    }
    pthread_mutex_init(&made->hashing, NULL);
    made->files = (rh_actions_files){made, read_path, find_include, list_files, hash_files};
    return &made->files;
}

/* ---- errors ---------------------------------------------------------------------------------- */

void cli_write_clean(rh_text *to, const char *text, size_t most)
{
    size_t columns = 0, left = strcspn(text, "\r\n");
    size_t whole = rh_text_columns(text, left);
    bool cut = text[left] != '\0' || (most && whole > most);
    size_t room = !cut || !most ? whole : most > 3 ? most - 3 : 0;
    while (left > 0 && columns < room) {
        size_t length = rh_utf8_length(text, left);
        unsigned char c = (unsigned char)*text;
        if (length == 0 || c < ' ' || c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0))
            rh_text_putc(to, c == '\t' ? ' ' : '?');
        else
            rh_text_add(to, text, length);
        text += length ? length : 1;
        left -= length ? length : 1;
        columns++;
    }
    if (cut)
        rh_text_puts(to, "...");
}

static const char *find_line(const char *text, uint32_t line)
{
    for (; text && line > 1; line--) {
        text = strchr(text, '\n');
        text += text ? 1 : 0;
    }
    return text;
}

static void write_excerpt(rh_text *to, const char *text, const rh_error *error)
{
    enum { LONGEST = 100 };
    const char *line = find_line(text, error->line);
    if (!line || !error->line || !error->column)
        return;
    size_t length = strcspn(line, "\r\n");
    size_t before = error->column - 1 < length ? error->column - 1 : length;
    rh_text_puts(to, "    ");
    cli_write_clean(to, rh_arena_text(to->arena, line, length), LONGEST);
    rh_text_putc(to, '\n');
    size_t columns = rh_text_columns(line, before);
    if (columns < LONGEST) {
        rh_text_fill(to, ' ', columns + 4);
        rh_text_puts(to, "^\n");
    }
}

void cli_write_actions_errors(rh_arena *arena, FILE *out, const rh_actions_errors *errors,
                              const rh_actions_files *files, const char *path, const char *text,
                              bool excerpts)
{
    rh_text to = rh_text_to(arena, out);
    for (size_t i = 0; i < errors->count; i++) {
        const rh_error *error = &errors->items[i];
        char line[1024];
        cli_write_clean(&to, rh_error_text(error, line, sizeof line), 0);
        rh_text_putc(&to, '\n');
        if (!excerpts)
            continue;
        size_t length;
        bool is_own = !strcmp(error->file, path);
        write_excerpt(&to, is_own ? text : files->read(files->data, error->file, &length), error);
    }
    if (errors->left_out)
        rh_text_printf(&to, "%s: and %zu more\n", path, errors->left_out);
    rh_text_flush(&to);
}

/* ---- workflows ------------------------------------------------------------------------------- */

bool cli_is_action_file(const char *name)
{
    static const char among[] = "workflows";
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash + 1 : name;
    size_t folder = slash ? (size_t)(slash - name) : 0;
    if (strcmp(last, "action.yml") != 0 && strcmp(last, "action.yaml") != 0)
        return false;
    size_t length = sizeof among - 1;
    return folder < length || strncmp(name + folder - length, among, length) != 0 ||
           (folder > length && name[folder - length - 1] != '/');
}

/* A file, and where from others come. */
typedef struct source {
    const char *path, *text;
    size_t length;
    const rh_actions_files *files;
} source;

static bool open_source(cli_context *cli, const char *path, const cli_texts *includes, source *from)
{
    rh_error error;
    from->path = path;
    from->text = cli_file_read(&cli->arena, path, &from->length, &error);
    from->files = from->text ? cli_actions_files(&cli->arena, path, includes, &error) : NULL;
    if (!from->files)
        cli_bad_error(cli, &error);
    return from->files != NULL;
}

static void say_errors(cli_context *cli, const rh_actions_errors *errors, const source *from)
{
    fflush(cli->out);
    cli_write_actions_errors(&cli->arena, cli->err, errors, from->files, from->path, from->text,
                             isatty(fileno(cli->err)));
    for (size_t i = 0; i < errors->count; i++)
        cli_annotate_error(cli, &errors->items[i]);
}

const rh_actions_action *cli_read_action(cli_context *cli, const char *path,
                                         const cli_texts *includes)
{
    source from;
    rh_actions_errors *errors = RH_NEW(&cli->arena, rh_actions_errors);
    if (!open_source(cli, path, includes, &from))
        return NULL;
    const rh_actions_action *action =
        rh_actions_read_action(&cli->arena, from.text, from.length, path,
                               &(rh_actions_read_options){.files = from.files}, errors);
    if (!action)
        say_errors(cli, errors, &from);
    return action;
}

const rh_actions_file *cli_read_workflow(cli_context *cli, const char *path,
                                         const cli_texts *includes, const rh_actions_files **files)
{
    source from;
    rh_actions_errors *errors = RH_NEW(&cli->arena, rh_actions_errors);
    if (!open_source(cli, path, includes, &from))
        return NULL;
    const rh_actions_file *file =
        rh_actions_read(&cli->arena, from.text, from.length, path,
                        &(rh_actions_read_options){.files = from.files}, errors);
    if (!file)
        say_errors(cli, errors, &from);
    if (files)
        *files = from.files;
    return file;
}

/* ---- folders --------------------------------------------------------------------------------- */

static int is_workflow(const struct dirent *entry)
{
    return rh_scenario_is_workflow_file(entry->d_name);
}

static size_t add_folder(rh_arena *arena, const char *folder, cli_texts *paths)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_workflow, by_bytes);
    if (count < 0)
        return 0;
    for (int i = 0; i < count; i++) {
        cli_texts_add(arena, paths, rh_format(arena, "%s/%s", folder, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

static bool is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

int cli_add_workflows(cli_context *cli, const char *path, cli_texts *paths)
{
    if (!is_folder(path)) {
        cli_texts_add(&cli->arena, paths, path);
        return CLI_OK;
    }
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    const char *folder = rh_arena_text(&cli->arena, path, length);
    const char *inner = rh_format(&cli->arena, "%s/.github/workflows", folder);
    if (add_folder(&cli->arena, is_folder(inner) ? inner : folder, paths))
        return CLI_OK;
    return cli_bad(cli, "%s: no workflow (*.yml, *.yaml) in it or in its .github/workflows", path);
}
