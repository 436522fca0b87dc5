/* Which lines and branches of workflow files were played, counted over any number of journals.
 *
 * A job is a function and a line, its key's. The first line of a step is a line, and so is that of
 * every key that decides something: it has branches.
 *   needs              all succeeded; one did not
 *   if                 true; false
 *   matrix             one for each leg; those of a matrix that is not constant as they show up
 *   continue-on-error  no failure was swallowed; one was
 *   timeout-minutes    in time; it fired
 * Jobs and steps count how often they were played, each attempt for itself, other lines how often
 * they decided. What stands
 * in one line shares its count, the greatest of all. So a line is hit if, and only if, a branch in
 * it is, as readers of tracefiles want it.
 *
 * Called workflows and composite actions are files of their own. Journals name them by their path
 * in their repository, which others may have too: each repository is counted for itself.
 */
#ifndef RH_REPORTS_LINES_H
#define RH_REPORTS_LINES_H

#include "harness/plays.h"
#include "sim/actions/model.h"

typedef enum rh_line_decision {
    RH_DECIDES_NEEDS,
    RH_DECIDES_IF,
    RH_DECIDES_MATRIX,
    RH_DECIDES_FAILURE,
    RH_DECIDES_TIME,
    RH_LINE_DECISIONS
} rh_line_decision;

typedef struct rh_line_branch {
    const char *name; /* "true", "linux, amd64" */
    int64_t count;
} rh_line_branch;

/* A key that decides something. */
typedef struct rh_line_block {
    uint32_t line;
    rh_line_branch *branches;
    size_t count, capacity;
    struct rh_line_block *next; /* in the same line */
} rh_line_block;

/* A job or a step. */
typedef struct rh_line_unit {
    const char *job; /* its id; NULL: a step */
    uint32_t line, column;
    int64_t played;
    rh_line_block *blocks[RH_LINE_DECISIONS]; /* NULL: the key is not there */
    struct rh_line_unit *next;                /* that begins in the same line */
    struct rh_line_unit *next_job;            /* of the file; of a job */
} rh_line_unit;

typedef struct rh_line_row {
    rh_line_unit *units;
    rh_line_block *blocks;
} rh_line_row;

/* How journals name a file: a workflow as it was given, which may be in several ways. */
typedef struct rh_line_source {
    const char *name;
    struct rh_line_source *next;
} rh_line_source;

typedef struct rh_line_file {
    const char *path;       /* as reports show it */
    const char *repository; /* that it is in */
    rh_line_source *sources;
    rh_line_row *rows; /* by line; 0 is not used */
    uint32_t row_count;
    rh_line_unit *jobs, *last_job;
    uint32_t round; /* of rh_lines.round, in which it was met */
    struct rh_line_file *next;
} rh_line_file;

typedef struct rh_lines {
    rh_arena *arena;
    const char *repository;
    rh_line_file *files; /* ordered by path */
    uint32_t round;      /* how many files were added */
} rh_lines;

rh_lines *rh_lines_create(rh_arena *arena);
/* Which repository files and plays belong to from now on; "" unless this is called. It stands
 * before the paths that reports show ("tools/"). Borrowed. */
void rh_lines_enter(rh_lines *lines, const char *repository);
/* Adds a workflow with all that it calls and uses; what is known already is not added again.
 * `path` is what reports call it, from the root of the repository; NULL: as the model does. Keeps
 * nothing of the model but its texts. */
void rh_lines_add_file(rh_lines *lines, const rh_actions_file *file, const char *path);
/* Counts what was played of known files. */
void rh_lines_add_journal(rh_lines *lines, const rh_journal *journal);
void rh_lines_add_plays(rh_lines *lines, const rh_plays *plays);

/* Whether something stands in a line; *count is how often it was hit. */
bool rh_line_count(const rh_line_row *row, int64_t *count);

#endif
