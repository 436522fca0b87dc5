/* Generated scripts, played by us and by the real bash: the same commands in the same order with
 * the same words, the same output, the same status. REHEARSE_SCRIPTS says how many. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suites/shell/generate.h"
#include "suites/shell/stub.h"

#if defined(__SANITIZE_ADDRESS__)
enum { SCRIPTS = 1000 };
#else
enum { SCRIPTS = 10000 };
#endif
enum { WORKERS = 2, MOST_REPORTED = 5 };

static const struct {
    const char *name;
    const char *arguments[6];
    rh_shell_options options;
} settings[] = {
    {"bash -e", {"bash", "-e"}, {.errexit = true}},
    {"bash -eo pipefail", {"bash", "-e", "-o", "pipefail"}, {.errexit = true, .pipefail = true}},
    {"bash -euo pipefail",
     {"bash", "-eu", "-o", "pipefail"},
     {.errexit = true, .pipefail = true, .nounset = true}},
    {"bash", {"bash"}, {.errexit = false}},
};

static char folder[64];

static const char *in_folder(char *buffer, int worker, const char *name)
{
    snprintf(buffer, 128, "%s/%d/%s", folder, worker, name);
    return buffer;
}

static void write_all(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, length, file) != length || fclose(file)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
}

static void redirect_to(const char *path, int fd)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, fd) < 0)
        _exit(126);
    if (file != fd)
        close(file);
}

static pid_t start(int worker, int setting)
{
    pid_t child = fork();
    if (child)
        return child;
    char buffer[128], prelude[128];
    snprintf(prelude, sizeof prelude, "BASH_ENV=%s/prelude", folder);
    if (chdir(in_folder(buffer, worker, "cwd")))
        _exit(126);
    unlink("out1");
    unlink("out2");
    unlink("out3");
    redirect_to("/dev/null", 2);
    redirect_to(in_folder(buffer, worker, "stdout"), 1);
    redirect_to(in_folder(buffer, worker, "log"), 9);
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, 0) < 0)
        _exit(126);
    const char *arguments[8] = {0};
    size_t count = 0;
    while (settings[setting].arguments[count]) {
        arguments[count] = settings[setting].arguments[count];
        count++;
    }
    arguments[count] = "../script";
    char *environment[] = {prelude, "PATH=/usr/bin:/bin", "HOME=/home/u", "LC_ALL=C", NULL};
    alarm(20);
    execve("/bin/bash", (char *const *)(uintptr_t)arguments, environment);
    _exit(126);
}

static const char *read_all(rh_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = rh_arena_alloc(arena, 1 << 20);
    size_t length = file ? fread(text, 1, (1 << 20) - 1, file) : 0;
    text[length] = '\0';
    if (file)
        fclose(file);
    return text;
}

static bool compare(rh_arena *arena, int worker, uint64_t number, int setting, int status,
                    const rh_text *script)
{
    char buffer[128];
    stub with = {.arena = arena};
    rh_shell_options options = settings[setting].options;
    options.variables = rh_value_copy(arena, RH_OBJECT_OF({"PATH", rh_string("/usr/bin:/bin")},
                                                          {"HOME", rh_string("/home/u")},
                                                          {"LC_ALL", rh_string("C")}));
    rh_shell_result result = stub_play(&with, script->data, script->length, &options);
    const char *log = read_all(arena, in_folder(buffer, worker, "log"));
    const char *output = read_all(arena, in_folder(buffer, worker, "stdout"));
    if (WIFSIGNALED(status))
        fprintf(stderr, "script %llu: bash was killed\n", (unsigned long long)number);
    int bash_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (strcmp(log, rh_text_string(&with.log)) == 0 &&
        strcmp(output, rh_text_string(&with.output)) == 0 && bash_status == result.status)
        return true;
    fprintf(stderr,
            "script %llu under %s:\n%.*s--- bash ran, status %d:\n%s--- we ran, status %d%s:\n%s"
            "--- bash printed:\n%s\n--- we printed:\n%s\n\n",
            (unsigned long long)number, settings[setting].name, (int)script->length, script->data,
            bash_status, log, result.status, result.ran_away ? " (ran away)" : "",
            rh_text_string(&with.log), output, rh_text_string(&with.output));
    return false;
}

typedef struct job {
    pid_t child;
    uint64_t number;
    rh_arena arena;
    rh_text script;
} job;

static bool finish(job *at, int worker)
{
    int status;
    if (waitpid(at->child, &status, 0) != at->child)
        return false;
    bool equal =
        compare(&at->arena, worker, at->number, (int)(at->number % 4), status, &at->script);
    at->child = 0;
    return equal;
}

static void begin(job *at, int worker, uint64_t number)
{
    char buffer[128];
    rh_arena_reset(&at->arena);
    at->number = number;
    at->script = rh_text_in(&at->arena);
    generate_script(&at->script, number / 4);
    write_all(in_folder(buffer, worker, "script"), at->script.data, at->script.length);
    at->child = start(worker, (int)(number % 4));
}

static void make_folders(void)
{
    char buffer[128];
    snprintf(folder, sizeof folder, "/tmp/rehearse-shell-XXXXXX");
    if (!mkdtemp(folder))
        exit(1);
    snprintf(buffer, sizeof buffer, "%s/prelude", folder);
    write_all(buffer, stub_prelude, strlen(stub_prelude));
    for (int i = 0; i < WORKERS; i++) {
        mkdir(in_folder(buffer, i, ""), 0700);
        mkdir(in_folder(buffer, i, "cwd"), 0700);
    }
}

static void remove_folders(void)
{
    static const char *const names[] = {"script",   "stdout",   "log", "cwd/out0", "cwd/out1",
                                        "cwd/out2", "cwd/out3", "cwd", ""};
    char buffer[128];
    for (int i = 0; i < WORKERS; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            remove(in_folder(buffer, i, names[k]));
    snprintf(buffer, sizeof buffer, "%s/prelude", folder);
    remove(buffer);
    remove(folder);
}

int main(void)
{
    const char *wanted = getenv("REHEARSE_SCRIPTS");
    const char *only = getenv("REHEARSE_SCRIPT");
    uint64_t count = wanted ? strtoull(wanted, NULL, 10) : SCRIPTS;
    uint64_t first = only ? strtoull(only, NULL, 10) : 0;
    job jobs[WORKERS] = {0};
    unsigned long long wrong = 0;
    if (only)
        count = first + 1;
    make_folders();
    for (int i = 0; i < WORKERS; i++)
        rh_arena_init(&jobs[i].arena, NULL, NULL);
    for (uint64_t number = first; number < count && wrong < MOST_REPORTED; number++) {
        int worker = (int)(number % WORKERS);
        if (jobs[worker].child)
            wrong += !finish(&jobs[worker], worker);
        begin(&jobs[worker], worker, number);
    }
    for (int i = 0; i < WORKERS; i++) {
        if (jobs[i].child)
            wrong += !finish(&jobs[i], i);
        rh_arena_free(&jobs[i].arena);
    }
    remove_folders();
    if (!wrong)
        printf("%llu scripts: bash and we agree\n", (unsigned long long)(count - first));
    return wrong != 0;
}
