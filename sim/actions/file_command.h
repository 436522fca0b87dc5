/* What steps write into $GITHUB_OUTPUT, $GITHUB_ENV, $GITHUB_STATE, $GITHUB_PATH and
 * $GITHUB_STEP_SUMMARY, read as the runner reads it (FileCommandManager.cs) when the step is over.
 *
 * A file is given as the pieces that were written into it; see sim/actions/written.h. Everything
 * returned lives in the arena, and unknown values keep their origin.
 */
#ifndef RH_ACTIONS_FILE_COMMAND_H
#define RH_ACTIONS_FILE_COMMAND_H

#include "sim/actions/written.h"

typedef enum rh_file_command { RH_FILE_OUTPUT, RH_FILE_ENV, RH_FILE_STATE } rh_file_command;

typedef struct rh_file_pair {
    const char *key;
    const rh_value *value; /* a string, or unknown */
} rh_file_pair;

typedef struct rh_file_pairs {
    const rh_file_pair *items; /* in the order of the file; a later one of the same key wins */
    size_t count;
    /* Not NULL: the file is wrong at some point, and the step fails even with exit code 0. What
     * stands before that point counts. The log has "Unable to process file command 'output'
     * successfully." and then this text. */
    const char *error;
    uint8_t error_flags; /* of what the error quotes */
    /* How often NODE_OPTIONS was written into the environment: dropped, an error in the log
     * (rh_file_blocked_text), the step goes on. */
    uint32_t blocked;
    /* Not NULL: the file has this unknown value where a key should be; any pair may be in it. */
    const rh_value *unknown;
} rh_file_pairs;

/* "output", "env", "state" */
const char *rh_file_command_name(rh_file_command command);
/* "Unable to process file command 'output' successfully." */
const char *rh_file_command_failed_text(rh_file_command command);
const char *rh_file_blocked_text(void);

/* Reads KEY=VALUE and KEY<<DELIMITER lines. `with_crlf`: on Windows, where CR LF ends a line. */
rh_file_pairs rh_file_command_read(rh_arena *arena, rh_file_command command,
                                   const rh_value *const *pieces, size_t count, bool with_crlf);

typedef struct rh_file_paths {
    const rh_value *const *items; /* strings and unknown values; the last one comes first in PATH */
    size_t count;
} rh_file_paths;

/* What is to be put before PATH after a step: `before` and the lines of its $GITHUB_PATH. A path
 * that comes again moves to the end. */
rh_file_paths rh_file_command_paths(rh_arena *arena, const rh_file_paths *before,
                                    const rh_value *const *pieces, size_t count);

enum { RH_STEP_SUMMARY_LIMIT = 1024 * 1024 };

/* What the runner says of a summary of so many bytes: NULL if it is taken. The result of the step
 * stays what it is. */
const char *rh_step_summary_error(rh_arena *arena, uint64_t bytes);

#endif
