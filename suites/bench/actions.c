/* Workflow files of GitHub Actions: reading and checking them, playing their jobs, and the command
 * from its start to its end. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/env.h"
#include "sim/actions/actions.h"
#include "suites/bench/bench.h"

enum { ROUNDS = 9, COMMANDS = 25, FILES = 400, LINES = 150, PLAYED_STEPS = 15 };

extern char **environ;

static void give_up(const char *what)
{
    fprintf(stderr, "rehearse-bench: %s\n", what);
    exit(1);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static const char head[] = "name: CI %d\n"
                           "on:\n"
                           "  push:\n"
                           "    branches: [main, 'release/**']\n"
                           "    paths-ignore: ['docs/**', '*.md']\n"
                           "  pull_request:\n"
                           "permissions:\n"
                           "  contents: read\n"
                           "env:\n"
                           "  GOFLAGS: -trimpath\n"
                           "  CACHE: build-${{ github.ref_name }}\n"
                           "jobs:\n";

/* 23 lines; the %d are all the number of the job. */
static const char job[] =
    "  test-%d:\n"
    "    name: Test %d on ${{ matrix.os }}\n"
    "    needs: [%s]\n"
    "    if: github.event_name == 'push' || !github.event.pull_request.draft\n"
    "    runs-on: ${{ matrix.os }}\n"
    "    strategy:\n"
    "      matrix:\n"
    "        os: [ubuntu-latest, macos-latest]\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - uses: actions/setup-go@v5\n"
    "        with:\n"
    "          go-version: '1.22'\n"
    "      - id: version\n"
    "        name: Find the version\n"
    "        run: |\n"
    "          VERSION=$(git describe --tags | sed 's/^v//')\n"
    "          echo \"version=$VERSION\" >> \"$GITHUB_OUTPUT\"\n"
    "      - name: Test version ${{ steps.version.outputs.version }}\n"
    "        run: go test -race ./... | tee test.log\n"
    "      - name: Keep the log\n"
    "        if: ${{ failure() && matrix.os == 'ubuntu-latest' }}\n"
    "        uses: actions/upload-artifact@v4\n";

static const char *many_lines(rh_arena *arena, int number, size_t *length)
{
    rh_text text = rh_text_in(arena);
    rh_text_printf(&text, head, number);
    for (int i = 0; i < (LINES - 12) / 23; i++) {
        const char *before = i ? rh_format(arena, "test-%d", i - 1) : "";
        rh_text_printf(&text, job, i, i, before);
    }
    *length = text.length;
    return rh_text_string(&text);
}

/* Two actions, twelve commands, an output and a condition: what a job of a build typically is. */
static const char *const steps[PLAYED_STEPS] = {
    "uses: actions/checkout@v4",
    "uses: actions/setup-go@v5",
    "run: go mod download",
    "run: go vet ./...",
    "run: go build ./...",
    "run: go test ./...",
    "run: make lint",
    "run: make docs",
    "run: |\n          echo \"version=${GITHUB_REF_NAME#v}\" >> \"$GITHUB_OUTPUT\"\n        id: "
    "version",
    "run: make package",
    "run: make sign",
    "run: make image\n        if: steps.version.outputs.version != ''",
    "run: make check",
    "run: ls -l dist",
    "run: make publish",
};

static const char *fifteen_steps(rh_arena *arena, size_t *length)
{
    rh_text text = rh_text_in(arena);
    rh_text_puts(&text, "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n");
    for (int i = 0; i < PLAYED_STEPS; i++)
        rh_text_printf(&text, "      - %s\n", steps[i]);
    *length = text.length;
    return rh_text_string(&text);
}

static const char matrix[] = "on: push\n"
                             "jobs:\n"
                             "  build:\n"
                             "    runs-on: ubuntu-latest\n"
                             "    strategy:\n"
                             "      max-parallel: %d\n"
                             "      matrix:\n"
                             "        a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n"
                             "        b: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n"
                             "    steps:\n"
                             "      - run: make a=${{ matrix.a }} b=${{ matrix.b }}\n";

/* ---- reading --------------------------------------------------------------------------------- */

static const rh_actions_file *read_text(rh_arena *arena, const char *text, size_t length)
{
    rh_actions_errors errors;
    const rh_actions_file *file = rh_actions_read(arena, text, length, "bench.yml", NULL, &errors);
    if (!file)
        give_up(errors.items[0].message);
    return file;
}

typedef struct texts {
    const char *items[FILES];
    size_t lengths[FILES];
} texts;

static texts *make_texts(rh_arena *arena)
{
    texts *made = rh_arena_alloc(arena, sizeof *made);
    for (int i = 0; i < FILES; i++)
        made->items[i] = many_lines(arena, i, &made->lengths[i]);
    return made;
}

static void read_all(rh_arena *arena, const texts *all)
{
    for (int i = 0; i < FILES; i++) {
        rh_arena_reset(arena);
        read_text(arena, all->items[i], all->lengths[i]);
    }
}

static void bench_reading(void)
{
    if (!bench_wants("actions_load_150_lines_us"))
        return;
    double one[ROUNDS], all[ROUNDS];
    rh_arena kept, arena;
    rh_arena_init(&kept, NULL, NULL);
    rh_arena_init(&arena, NULL, NULL);
    const texts *made = make_texts(&kept);
    if (read_text(&arena, made->items[0], made->lengths[0])->line_count != LINES)
        give_up("the file has not as many lines as its figure says");
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        read_all(&arena, made);
        all[round] = (double)(bench_now() - start) / 1e6;
        one[round] = all[round] * 1000 / FILES;
    }
    bench_record("actions_load_150_lines_us", "us/file", one, ROUNDS);
    bench_record("check_400_files_ms", "ms", all, ROUNDS);
    rh_arena_free(&arena);
    rh_arena_free(&kept);
}

/* ---- playing --------------------------------------------------------------------------------- */

typedef struct rehearsal {
    rh_arena arena;
    rh_env *env;
    rh_actions_settings settings;
    rh_actions_definition definition;
    const rh_value *input;
} rehearsal;

static void open_rehearsal(rehearsal *r, const char *text, size_t length)
{
    rh_error error;
    *r = (rehearsal){.env = rh_env_create(NULL)};
    rh_arena_init(&r->arena, NULL, NULL);
    r->settings.catalog = rh_actions_catalog_read(&r->arena, NULL, NULL, 0, &error);
    if (!r->env || !r->settings.catalog)
        give_up(r->env ? error.message : "out of memory");
    r->definition.file = read_text(&r->arena, text, length);
    r->definition.settings = &r->settings;
    r->input = rh_env_json(r->env, "{\"github\": {\"event_name\": \"push\", \"ref\": "
                                   "\"refs/tags/v1.2.0\", \"sha\": \"0123456789\", \"repository\": "
                                   "\"octo/app\", \"actor\": \"octo\", \"workflow\": \"CI\"}}");
}

static void close_rehearsal(rehearsal *r)
{
    if (rh_status_of(r->env) != RH_SUCCEEDED || rh_env_finish(r->env))
        give_up(rh_env_report(r->env));
    rh_env_destroy(r->env);
    rh_arena_free(&r->arena);
}

static void play(rehearsal *r)
{
    rh_env_restart(r->env);
    rh_env_start(r->env, &(rh_start_request){.dialect = &rh_actions_dialect,
                                             .definition = &r->definition,
                                             .workflow_type = "bench",
                                             .input = r->input});
    rh_play(r->env);
}

/* `scale`: ns of the unit. */
static void measure(const char *name, const char *unit, rehearsal *r, int64_t count, double scale)
{
    double rounds[ROUNDS];
    play(r);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < count; i++)
            play(r);
        rounds[round] = (double)(bench_now() - start) / (double)count / scale;
    }
    bench_record(name, unit, rounds, ROUNDS);
}

/* `lift`: by durable rules. */
static void bench_steps(const char *name, const rh_actions_lift *lift)
{
    rehearsal r;
    rh_arena arena;
    size_t length;
    if (!bench_wants(name))
        return;
    rh_arena_init(&arena, NULL, NULL);
    const char *text = fifteen_steps(&arena, &length);
    open_rehearsal(&r, text, length);
    r.settings.lift = lift;
    measure(name, "us/run", &r, (int64_t)(5000 * bench_effort), 1e3);
    close_rehearsal(&r);
    rh_arena_free(&arena);
}

static void bench_matrix(const char *name, int most_parallel)
{
    rehearsal r;
    rh_arena arena;
    if (!bench_wants(name))
        return;
    rh_arena_init(&arena, NULL, NULL);
    const char *text = rh_format(&arena, matrix, most_parallel);
    open_rehearsal(&r, text, strlen(text));
    measure(name, "ms/run", &r, (int64_t)(50 * bench_effort), 1e6);
    close_rehearsal(&r);
    rh_arena_free(&arena);
}

static void bench_playing(void)
{
    static const rh_actions_lift lift;
    bench_steps("actions_run_15_steps_us", NULL);
    bench_steps("actions_lift_15_steps_us", &lift);
    bench_matrix("matrix_256_ms", 256);
    bench_matrix("matrix_256_one_by_one_ms", 1);
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Runs the command; its resident memory at most in MiB, its time in ms. */
static void run_command(const char *rehearse, char *const *arguments, double *ms, double *mib)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    int64_t start = bench_now();
    if (posix_spawn(&child, rehearse, &actions, NULL, arguments, environ) ||
        wait4(child, &status, 0, &usage) < 0 || status)
        give_up("`rehearse run FILE` or `rehearse check FILE` did not succeed");
    *ms = (double)(bench_now() - start) / 1e6;
    *mib = (double)usage.ru_maxrss / 1024;
    posix_spawn_file_actions_destroy(&actions);
}

static void bench_command(const char *rehearse, const char *file)
{
    if (!bench_wants("cli_run_ms"))
        return;
    double ms[COMMANDS], mib[COMMANDS];
    char *const arguments[] = {(char *)rehearse, "run",   (char *)file,       "--event",
                               "push",           "--ref", "refs/tags/v1.2.0", NULL};
    for (int round = 0; round < COMMANDS; round++)
        run_command(rehearse, arguments, &ms[round], &mib[round]);
    bench_record("cli_run_ms", "ms", ms, COMMANDS);
    bench_record("cli_run_rss_mib", "MiB", mib, COMMANDS);
}

/* `rehearse check` of a file of 150 lines: its jobs, under every single fault. */
static void bench_check(const char *rehearse)
{
    if (!bench_wants("check_150_lines_ms"))
        return;
    enum { CHECKS = 9 };
    double ms[CHECKS], mib;
    char path[] = "/tmp/rehearse-bench-XXXXXX.yml";
    char *const arguments[] = {(char *)rehearse, "check", path, "--fail-on", "never", NULL};
    rh_arena arena;
    size_t length;
    rh_arena_init(&arena, NULL, NULL);
    const char *text = many_lines(&arena, 0, &length);
    int file = mkstemps(path, 4);
    if (file < 0 || write(file, text, length) != (ssize_t)length)
        give_up("a file cannot be written");
    close(file);
    for (int round = 0; round < CHECKS; round++)
        run_command(rehearse, arguments, &ms[round], &mib);
    unlink(path);
    bench_record("check_150_lines_ms", "ms", ms, CHECKS);
    rh_arena_free(&arena);
}

/* In a process of its own: reads all those files and plays the matrix. */
static void bench_peak(void)
{
    if (!bench_wants("actions_peak_rss_mib"))
        return;
    struct rusage usage;
    int status;
    pid_t child = fork();
    if (child == 0) {
        rehearsal r;
        rh_arena kept, arena;
        rh_arena_init(&kept, NULL, NULL);
        rh_arena_init(&arena, NULL, NULL);
        read_all(&arena, make_texts(&kept));
        const char *text = rh_format(&kept, matrix, 256);
        open_rehearsal(&r, text, strlen(text));
        play(&r);
        close_rehearsal(&r);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status)
        give_up("a process of the benchmark did not end as it should");
    double mib = (double)usage.ru_maxrss / 1024;
    bench_record("actions_peak_rss_mib", "MiB", &mib, 1);
}

void bench_actions(const char *rehearse, const char *file)
{
    bench_peak();
    bench_command(rehearse, file);
    bench_check(rehearse);
    bench_reading();
    bench_playing();
}
