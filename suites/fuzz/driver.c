/* Runs a fuzz target (LLVMFuzzerTestOneInput) over a corpus and, for a bounded time, over
 * mutations of it. The same seed and corpus give the same inputs in the same order.
 *
 * A crash, a sanitizer's report or an input that takes too long leaves the input in
 * crash-<target>.bin in the current folder; given that file instead of a folder, the target runs
 * it once.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* A target's own tokens, between spaces, and how many bytes that is; it need not have any. */
__attribute__((weak)) extern const char fuzz_tokens[];
__attribute__((weak)) extern const size_t fuzz_tokens_size;
/* There only under AddressSanitizer. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));
/* Asked by UndefinedBehaviorSanitizer, which knows nothing of that callback: it is to abort. */
__attribute__((visibility("default"))) const char *__ubsan_default_options(void);

const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:abort_on_error=1:print_stacktrace=1";
}

enum { INPUT_LIMIT = 4096, CORPUS_LIMIT = 4096, SECONDS_PER_INPUT = 10 };

typedef struct {
    uint8_t *data;
    size_t size;
} input;

static input corpus[CORPUS_LIMIT];
static size_t corpus_count;

/* What runs now, for the handlers. */
static input current;
static const char *program;
static char crash_file[256];

/* ---- when it goes wrong ---------------------------------------------------------------------- */

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(1);
}

/* Only calls that a signal handler may make. */
static void save_input(void)
{
    int file = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || write(file, current.data, current.size) != (ssize_t)current.size)
        say("\nfuzz: could not write the input to ");
    else
        say("\nfuzz: the input is in ");
    say(crash_file);
    say("; to replay: ");
    say(program);
    say(" ");
    say(crash_file);
    say("\n");
    if (file >= 0)
        close(file);
}

static void on_signal(int number)
{
    say(number == SIGALRM ? "fuzz: an input takes too long" : "fuzz: the target crashed");
    save_input();
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_crashes(void)
{
    /* A stack of its own: the target may have used up the other one. */
    static _Alignas(16) char stack[64 * 1024];
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);

    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(SIGABRT, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(save_input); /* it reports the other signals itself */
        return;
    }
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
}

static void run(const uint8_t *data, size_t size)
{
    /* A block of exactly this size, so that a sanitizer sees each byte read beyond it. */
    current.data = malloc(size ? size : 1);
    if (!current.data)
        abort();
    if (size)
        memcpy(current.data, data, size);
    current.size = size;

    alarm(SECONDS_PER_INPUT);
    LLVMFuzzerTestOneInput(current.data, size);
    alarm(0);
    free(current.data);
    current = (input){0};
}

/* ---- the corpus ------------------------------------------------------------------------------ */

static void fail(const char *path)
{
    fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
    exit(2);
}

static input read_input(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status))
        fail(path);
    input content = {.size = (size_t)status.st_size};
    content.data = malloc(content.size + 1);
    if (!content.data || fread(content.data, 1, content.size, file) != content.size)
        fail(path);
    fclose(file);
    return content;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void read_corpus(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, not_hidden, by_name);
    if (count < 0)
        fail(folder);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (corpus_count < CORPUS_LIMIT)
            corpus[corpus_count++] = read_input(path);
        free(entries[i]);
    }
    free(entries);
}

static void free_corpus(void)
{
    for (size_t i = 0; i < corpus_count; i++)
        free(corpus[i].data);
}

/* ---- mutations ------------------------------------------------------------------------------- */

static uint64_t random_state;

static uint64_t draw(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 ... bound - 1, or 0 if there is nothing to choose. */
static size_t below(size_t bound)
{
    return bound ? (size_t)((draw() >> 11) % bound) : 0;
}

static uint8_t mutant[INPUT_LIMIT];
static size_t mutant_size;

/* What parsers stumble over, between spaces. */
static const char tokens[] =
    " { } [ ] : , \" \\ \\u0000 \\ud800 \\udc00 null true false 0 -0 - 1e999 1e-999 0.1 .5 5. "
    "9223372036854775807 -9223372036854775808 9223372036854775808 \n \r\n \t # // /* */ ' @ @* = "
    "\xef\xbb\xbf \xc3\xa9 \xf0\x9f\x98\x80 \xc0\x80 \xed\xa0\x80 \xff $0. 1s -1s 1h30m %s "
    "[[[[[[[[ ]]]]]]]] {\"a\":{\"a\":{\"a\": ";

/* Puts `size` bytes in at `at`; what does not fit falls off the end. */
static void insert(size_t at, const uint8_t *bytes, size_t size)
{
    if (size > INPUT_LIMIT - at)
        size = INPUT_LIMIT - at;
    size_t behind = mutant_size - at;
    if (behind > INPUT_LIMIT - at - size)
        behind = INPUT_LIMIT - at - size;
    memmove(mutant + at + size, mutant + at, behind);
    memcpy(mutant + at, bytes, size);
    mutant_size = at + size + behind;
}

static void insert_one_of(const char *list, size_t size, size_t at)
{
    size_t begin = 1 + below(size - 3); /* somewhere in a token, or right behind one */
    while (list[begin - 1] != ' ')
        begin--;
    insert(at, (const uint8_t *)list + begin, strcspn(list + begin, " "));
}

static void insert_token(size_t at)
{
    if (fuzz_tokens && below(2))
        insert_one_of(fuzz_tokens, fuzz_tokens_size, at);
    else
        insert_one_of(tokens, sizeof tokens, at);
}

static void cut(size_t at, size_t size)
{
    memmove(mutant + at, mutant + at + size, mutant_size - at - size);
    mutant_size -= size;
}

static void load(const input *source)
{
    mutant_size = source->size < INPUT_LIMIT ? source->size : INPUT_LIMIT;
    memcpy(mutant, source->data, mutant_size);
}

/* The head of what there is, then the tail of another input. */
static void splice(const input *other)
{
    mutant_size = below(mutant_size + 1);
    size_t from = below(other->size);
    insert(mutant_size, other->data + from, other->size - from);
}

static void duplicate_chunk(void)
{
    uint8_t chunk[64];
    size_t from = below(mutant_size);
    size_t size = 1 + below(sizeof chunk);
    if (size > mutant_size - from)
        size = mutant_size - from;
    memcpy(chunk, mutant + from, size);
    size_t to = below(mutant_size + 1);
    for (size_t times = 1 + below(4); times; times--)
        insert(to, chunk, size);
}

static void mutate_once(void)
{
    size_t at = below(mutant_size);
    uint8_t byte = (uint8_t)draw();
    switch (below(8)) {
    case 0:
        if (mutant_size)
            mutant[at] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        if (mutant_size)
            mutant[at] = byte;
        break;
    case 2:
        insert(at, &byte, 1);
        break;
    case 3:
    case 4:
        insert_token(at);
        break;
    case 5:
        cut(at, below(mutant_size - at + 1) % 16);
        break;
    case 6:
        duplicate_chunk();
        break;
    default:
        if (below(4) == 0)
            mutant_size = at;
        else
            splice(&corpus[below(corpus_count)]);
    }
}

static void make_mutant(void)
{
    load(&corpus[below(corpus_count)]);
    for (size_t times = 1 + below(6); times; times--)
        mutate_once();
}

/* ---- the command ----------------------------------------------------------------------------- */

typedef struct {
    const char *path;
    uint64_t seconds; /* 0: no limit */
    uint64_t runs;    /* mutations */
    uint64_t seed;
} options;

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text ? text : "", &end, 10);
    if (!text || end == text || *end || errno) {
        fprintf(stderr, "fuzz: '%s' is not a number\n", text ? text : "");
        exit(2);
    }
    return value;
}

static options read_options(char **arguments)
{
    options wanted = {.runs = 100000, .seed = 1};
    bool runs_set = false;
    for (; *arguments; arguments++) {
        if (!strcmp(*arguments, "--seconds")) {
            wanted.seconds = number(*++arguments);
        } else if (!strcmp(*arguments, "--runs")) {
            wanted.runs = number(*++arguments);
            runs_set = true;
        } else if (!strcmp(*arguments, "--seed")) {
            wanted.seed = number(*++arguments);
        } else if (**arguments != '-' && !wanted.path) {
            wanted.path = *arguments;
        } else {
            wanted.path = NULL;
            break;
        }
    }
    if (!wanted.path) {
        fprintf(stderr, "usage: %s CORPUS_DIR|FILE [--seconds N] [--runs N] [--seed N]\n", program);
        exit(2);
    }
    if (wanted.seconds && !runs_set)
        wanted.runs = UINT64_MAX;
    return wanted;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Runs mutations until the bound; returns how many. */
static uint64_t fuzz(const options *wanted)
{
    uint64_t end = now_ms() + wanted->seconds * 1000;
    uint64_t done = 0;
    random_state = wanted->seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    for (; done < wanted->runs; done++) {
        if (wanted->seconds && done % 64 == 0 && now_ms() >= end)
            break;
        make_mutant();
        run(mutant, mutant_size);
    }
    return done;
}

int main(int argc, char **argv)
{
    program = argv[0];
    const char *slash = strrchr(program, '/');
    snprintf(crash_file, sizeof crash_file, "crash-%s.bin", slash ? slash + 1 : program);
    options wanted = read_options(argc ? argv + 1 : argv);

    struct stat status;
    if (stat(wanted.path, &status))
        fail(wanted.path);
    catch_crashes();
    if (S_ISDIR(status.st_mode)) {
        read_corpus(wanted.path);
    } else {
        corpus[corpus_count++] = read_input(wanted.path);
        wanted.runs = 0;
    }
    if (!corpus_count)
        corpus[corpus_count++] = (input){.data = calloc(1, 1)};

    for (size_t i = 0; i < corpus_count; i++)
        run(corpus[i].data, corpus[i].size);
    uint64_t mutations = fuzz(&wanted);
    printf("%s: %zu inputs of the corpus, %llu mutations (seed %llu): no crash\n",
           slash ? slash + 1 : program, corpus_count, (unsigned long long)mutations,
           (unsigned long long)wanted.seed);
    free_corpus();
    return 0;
}
