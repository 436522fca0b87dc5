/* hashFiles(): the files of a repository that patterns find, and one hash over them. */
#ifndef RH_ACTIONS_HASH_FILES_H
#define RH_ACTIONS_HASH_FILES_H

#include "sim/actions/model.h"

/* Whether a pattern finds a path; both from the root of the repository. `*` and `?` do not cross a
 * slash, `**` stands for any folders, `[a-z]` for one character; what finds a folder finds all that
 * is in it (@actions/glob). */
bool rh_hash_files_finds(const char *pattern, const char *path);

/* The SHA-256, in hex, over those of all files that the patterns find, in order of their paths; ""
 * if they find none. A pattern with ! takes out what those before it found. NULL: the files are not
 * known. In `arena`. */
const char *rh_hash_files(rh_arena *arena, const rh_actions_files *files,
                          const rh_value *const *patterns, size_t count);

#endif
