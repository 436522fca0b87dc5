#define _POSIX_C_SOURCE 200809L
#include "harness/store_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/text.h"

/* The header of an SQLite file: sqlite.org/fileformat2.html, section 1.3. */
enum { HEADER_SIZE = 100, PAGE_SIZE_AT = 16, PAGE_COUNT_AT = 28, APPLICATION_AT = 68 };
static const char magic[16] = "SQLite format 3";

#define WHAT_TO_DO "; move it away, or name another file with --store"

typedef struct look {
    bool exists;
    int64_t size;
    unsigned char header[HEADER_SIZE];
    size_t header_size;
} look;

static uint32_t big_endian(const unsigned char *bytes, int count)
{
    uint32_t number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

static int read_header(const char *path, look *found, rh_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || fstat(fd, &status) != 0) {
        rh_error_set(error, path, 0, 0, "cannot be read: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    int failed = 0;
    ssize_t length = 0;
    if (!S_ISREG(status.st_mode))
        failed = rh_error_set(error, path, 0, 0, "is not a file; expected a store");
    else if ((length = read(fd, found->header, HEADER_SIZE)) < 0)
        failed = rh_error_set(error, path, 0, 0, "cannot be read: %s", strerror(errno));
    close(fd);
    found->exists = true;
    found->size = status.st_size;
    found->header_size = length > 0 ? (size_t)length : 0;
    return failed;
}

/* Whether SQLite has written something beside the file that belongs into it. */
static bool has_log(rh_arena *arena, const char *path)
{
    static const char *const ends[] = {"-wal", "-journal"};
    struct stat status;
    for (size_t i = 0; i < 2; i++)
        if (stat(rh_format(arena, "%s%s", path, ends[i]), &status) == 0 && status.st_size > 0)
            return true;
    return false;
}

static int64_t expected_size(const look *found)
{
    int64_t page = big_endian(found->header + PAGE_SIZE_AT, 2);
    return (page == 1 ? 65536 : page) * big_endian(found->header + PAGE_COUNT_AT, 4);
}

static int judge(const look *found, const char *path, bool has_log_beside, rh_error *error)
{
    size_t known = found->header_size < sizeof magic ? found->header_size : sizeof magic;
    if (memcmp(found->header, magic, known) != 0)
        return rh_error_set(error, path, 0, 0, "is not a store: it is no SQLite file" WHAT_TO_DO);
    if (found->header_size < HEADER_SIZE)
        return rh_error_set(error, path, 0, 0, "is truncated: only %jd bytes are there" WHAT_TO_DO,
                            (intmax_t)found->size);
    uint32_t application = big_endian(found->header + APPLICATION_AT, 4);
    if (application != RH_STORE_APPLICATION)
        return rh_error_set(error, path, 0, 0,
                            "is not a store: it is an SQLite file of another program (application "
                            "id %u, expected %u)" WHAT_TO_DO,
                            (unsigned)application, (unsigned)RH_STORE_APPLICATION);
    /* With a log beside it, pages may still stand there. */
    if (!has_log_beside && found->size < expected_size(found))
        return rh_error_set(error, path, 0, 0,
                            "is truncated: %jd of %jd bytes are there" WHAT_TO_DO,
                            (intmax_t)found->size, (intmax_t)expected_size(found));
    return 0;
}

/* Nothing is opened by SQLite before this: even to close a foreign file could change it. A new
 * store gets its application id in the transaction that makes it, so one without is not ours. */
int rh_store_look(rh_arena *arena, const char *path, bool create, rh_error *error)
{
    look found = {0};
    /* Looked for before and after, as another process may be about to end. */
    bool log_before = has_log(arena, path);
    if (read_header(path, &found, error) != 0)
        return -1;
    /* Empty: somebody was about to make it. */
    bool is_new = !found.exists || found.size == 0;
    if (is_new && !create)
        return rh_error_set(error, path, 0, 0,
                            "there is no store yet; rehearse test makes one, or name another with "
                            "--store");
    if (is_new)
        return 0;
    return judge(&found, path, log_before || has_log(arena, path), error);
}
