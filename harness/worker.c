#define _GNU_SOURCE
#include "harness/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

/* How long an end that no pipe tells of (a process left behind holds it open) stays unnoticed. */
#define LOOK_AGAIN_MS 50

int64_t rh_worker_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- in the child ---------------------------------------------------------------------------- */

static void redirect(int output_fd)
{
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    close(output_fd);
    /* So that after a crash nothing is missing that the test had printed before. (Line buffering
     * would not do: it has no effect on a stream that the parent has used.) */
    setvbuf(stdout, NULL, _IONBF, 0);
}

/* A handler of the parent's (cmocka has one that jumps to its next test) must not survive here. */
static void reset_signals(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL, SIGABRT,
                                  SIGSYS,  SIGTRAP, SIGPIPE, SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_DFL);
}

static _Noreturn void run_child(rh_arena *arena, const rh_trial *trial, int result_fd,
                                int output_fd)
{
    reset_signals();
    redirect(output_fd);
    rh_test_result result = {0};
    rh_trial_run(arena, trial, &result);

    FILE *file = fdopen(result_fd, "w");
    if (!file)
        _exit(2);
    rh_text text = rh_text_to(arena, file);
    rh_trial_write(&text, &result);
    bool written = rh_text_flush(&text);
    if (fclose(file) != 0 || !written)
        _exit(2);
    /* Not _exit: coverage counters of every shared object are written by its exit handlers, and
     * the leak checker runs there. */
    exit(0);
}

/* ---- in the parent --------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Both ends are closed in what the test may execute. */
static int open_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static int open_pipes(int result[2], int output[2], rh_error *error)
{
    if (open_pipe(result) == 0 && open_pipe(output) == 0)
        return 0;
    int code = errno;
    for (int i = 0; i < 2; i++) {
        close_fd(&result[i]);
        close_fd(&output[i]);
    }
    return rh_error_set(error, NULL, 0, 0, "cannot make a pipe: %s", strerror(code));
}

int rh_worker_start(rh_worker *worker, rh_arena *arena, const rh_trial *trial, uint32_t limit_s,
                    rh_error *error)
{
    int result[2] = {-1, -1}, output[2] = {-1, -1};
    if (open_pipes(result, output, error) != 0)
        return -1;

    fflush(NULL); /* or the child would print it once more */
    pid_t parent = getpid();
    pid_t pid = fork();
    int code = errno;
    if (pid == 0) {
        setpgid(0, 0); /* a group of its own, so that what it starts can be killed with it */
#if defined(__linux__)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        if (getppid() != parent)
            _exit(2);
        close(result[0]);
        close(output[0]);
        run_child(arena, trial, result[1], output[1]);
    }
    close(result[1]);
    close(output[1]);
    if (pid < 0) {
        close(result[0]);
        close(output[0]);
        return rh_error_set(error, NULL, 0, 0, "cannot start a process: %s", strerror(code));
    }
    setpgid(pid, pid);

    if (!worker->output)
        worker->output = rh_arena_alloc(arena, RH_OUTPUT_KEPT);
    worker->pid = pid;
    worker->result_fd = result[0];
    worker->output_fd = output[0];
    worker->started_ns = rh_worker_now();
    worker->limit_s = limit_s;
    worker->timed_out = false;
    if (!worker->has_scratch)
        rh_arena_init(&worker->scratch, arena->exhausted, arena->context);
    else
        rh_arena_reset(&worker->scratch);
    worker->has_scratch = true;
    worker->answer = rh_text_in(&worker->scratch);
    worker->output_total = 0;
    return 0;
}

static int64_t time_left_ns(const rh_worker *worker)
{
    return worker->started_ns + (int64_t)worker->limit_s * 1000000000 - rh_worker_now();
}

void rh_worker_poll(const rh_worker *worker, struct pollfd entries[2], int *timeout_ms)
{
    entries[0] = (struct pollfd){.fd = worker->result_fd, .events = POLLIN};
    entries[1] = (struct pollfd){.fd = worker->output_fd, .events = POLLIN};
    int64_t left_ms = time_left_ns(worker) / 1000000 + 1;
    /* With both pipes closed the process is about to be gone. */
    int64_t look_again = worker->result_fd < 0 && worker->output_fd < 0 ? 1 : LOOK_AGAIN_MS;
    if (left_ms < 0 || worker->timed_out)
        left_ms = 1;
    if (left_ms > look_again)
        left_ms = look_again;
    if (*timeout_ms < 0 || left_ms < *timeout_ms)
        *timeout_ms = (int)left_ms;
}

static void keep_output(rh_worker *worker, const char *bytes, size_t length)
{
    while (length) {
        size_t at = worker->output_total % RH_OUTPUT_KEPT;
        size_t part = RH_OUTPUT_KEPT - at < length ? RH_OUTPUT_KEPT - at : length;
        memcpy(worker->output + at, bytes, part);
        worker->output_total += part;
        bytes += part;
        length -= part;
    }
}

/* Reads what is there. One round is bounded, so that a test that prints without end cannot keep
 * the others waiting. */
static void take_in(rh_worker *worker, int *fd, bool is_output)
{
    char bytes[16 << 10];
    for (int round = 0; *fd >= 0 && round < 64; round++) {
        ssize_t length = read(*fd, bytes, sizeof bytes);
        if (length > 0 && is_output)
            keep_output(worker, bytes, (size_t)length);
        else if (length > 0)
            rh_text_add(&worker->answer, bytes, (size_t)length);
        else if (length == 0 || (errno != EAGAIN && errno != EINTR))
            close_fd(fd);
        else if (errno == EAGAIN)
            return;
    }
}

/* The end of what was printed, from the beginning of a line, as text. */
static const char *kept_output(const rh_worker *worker, rh_arena *arena)
{
    uint64_t total = worker->output_total;
    size_t kept = total < RH_OUTPUT_KEPT ? (size_t)total : RH_OUTPUT_KEPT;
    size_t start = (size_t)((total - kept) % RH_OUTPUT_KEPT);
    char *linear = rh_arena_alloc(arena, kept + 1);
    for (size_t i = 0; i < kept; i++) {
        char c = worker->output[(start + i) % RH_OUTPUT_KEPT];
        linear[i] = c ? c : '?';
    }
    linear[kept] = '\0';
    if (total == kept)
        return linear;
    const char *line = strchr(linear, '\n');
    line = line ? line + 1 : linear;
    return rh_format(arena, "[%ju bytes before this were left out]\n%s",
                     (uintmax_t)(total - strlen(line)), line);
}

/* "SIGSEGV (Segmentation fault)" */
static const char *signal_name(rh_arena *arena, int number)
{
    const char *name = sigabbrev_np(number);
    if (!name)
        return rh_format(arena, "signal %d", number);
    return rh_format(arena, "SIG%s (%s)", name, sigdescr_np(number));
}

/* A sanitizer says what it found, then ends the process with a code. NULL if none did. */
static const char *sanitizer_message(rh_arena *arena, const char *output)
{
    const char *line = strstr(output, "SUMMARY: ");
    if (!line) {
        line = strstr(output, ": runtime error: ");
        while (line && line > output && line[-1] != '\n')
            line--;
    }
    return line ? rh_arena_text(arena, line, strcspn(line, "\n")) : NULL;
}

static const char *crash_message(rh_arena *arena, int status, bool answered, const char *output)
{
    const char *when = answered ? "after the test was over" : "before the test was over";
    if (WIFSIGNALED(status))
        return rh_format(arena, "crashed with %s%s%s", signal_name(arena, WTERMSIG(status)),
                         answered ? " " : "", answered ? when : "");
    const char *found = sanitizer_message(arena, output);
    if (found)
        return found;
    return rh_format(arena, "its process ended with exit code %d %s", WEXITSTATUS(status), when);
}

/* What the process told counts only if it then ended well. */
static void judge(rh_worker *worker, rh_arena *arena, int status, rh_test_result *result)
{
    bool answered = rh_trial_read(arena, rh_text_string(&worker->answer), worker->answer.length,
                                  result, NULL) == 0;
    if (worker->timed_out) {
        result->verdict = RH_TIMED_OUT_TEST;
        result->message = rh_format(arena, "killed: took longer than its limit of %u s",
                                    (unsigned)worker->limit_s);
    } else if (!answered || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        result->verdict = RH_CRASHED_TEST;
        result->message = crash_message(arena, status, answered, result->output);
    }
}

/* Ends what the test has left behind as well; its group exists as long as anything of it runs. */
static void clean_up(rh_worker *worker)
{
    kill(-worker->pid, SIGKILL);
    close_fd(&worker->result_fd);
    close_fd(&worker->output_fd);
    worker->pid = 0;
}

bool rh_worker_advance(rh_worker *worker, rh_arena *arena, rh_test_result *result)
{
    int status = 0;
    pid_t waited = waitpid(worker->pid, &status, WNOHANG);
    /* ECHILD: our caller ignores SIGCHLD, so the system has thrown the status away. */
    bool ended = waited == worker->pid || (waited < 0 && errno == ECHILD);
    take_in(worker, &worker->result_fd, false);
    take_in(worker, &worker->output_fd, true);
    if (!ended) {
        if (!worker->timed_out && time_left_ns(worker) <= 0) {
            worker->timed_out = true;
            kill(-worker->pid, SIGKILL);
        }
        return false;
    }
    result->real_ns = rh_worker_now() - worker->started_ns;
    result->output = kept_output(worker, arena);
    judge(worker, arena, status, result);
    clean_up(worker);
    return true;
}

void rh_worker_free(rh_worker *worker)
{
    if (worker->has_scratch)
        rh_arena_free(&worker->scratch);
    worker->has_scratch = false;
}

void rh_worker_kill(rh_worker *worker)
{
    int status;
    kill(-worker->pid, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    clean_up(worker);
}
