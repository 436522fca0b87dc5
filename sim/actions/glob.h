/* Patterns of names: the filters of triggers (branches, tags, paths) and the branch policies of
 * environments.
 *
 * Filters, by the "filter pattern cheat sheet" of GitHub's documentation:
 *   *        any characters but '/'; none, too
 *   **       any characters; none, too
 *   ** and then '/', at the beginning of a segment: any number of whole segments; none, too
 *   ?        the character before it, or nothing
 *   +        the character before it, once or more often
 *   [a-z09]  one of these characters
 *   !        at the beginning of a pattern: takes away what patterns before it have let in
 *   \x       x itself
 * Characters are code points; case counts; a pattern matches the whole name.
 *
 * Policies, by Ruby's File.fnmatch with FNM_PATHNAME: stars as above, `?` is any one
 * character but '/', sets may be negated ([^a-z] or [!a-z]), '!' at the beginning is a character.
 *
 * Matching takes time in proportion to pattern times name, whatever they are. Compiled patterns are
 * immutable and live in the arena; they borrow nothing.
 */
#ifndef RH_ACTIONS_GLOB_H
#define RH_ACTIONS_GLOB_H

#include "sim/base/arena.h"

#include <stdbool.h>

enum { RH_GLOB_LIMIT = 1024 }; /* bytes of a pattern */

typedef struct rh_glob rh_glob;

typedef struct rh_glob_error {
    size_t pattern; /* of a list: which one, from 0 */
    size_t offset;  /* byte of the pattern */
    char message[192];
} rh_glob_error;

/* NULL with an error. */
const rh_glob *rh_glob_compile(rh_arena *arena, const char *text, size_t length,
                               rh_glob_error *error);
/* The same for a branch policy. */
const rh_glob *rh_glob_compile_policy(rh_arena *arena, const char *text, size_t length,
                                      rh_glob_error *error);
/* Whether the pattern, without a leading '!', is the whole name. */
bool rh_glob_match(const rh_glob *glob, const char *name, size_t length);
/* Whether it begins with '!'. */
bool rh_glob_is_negative(const rh_glob *glob);
/* What the documentation does not cover in this pattern (and so may work otherwise on GitHub), for
 * people; NULL if nothing. */
const char *rh_glob_note(const rh_glob *glob);

/* ---- lists ----------------------------------------------------------------------------------- */

typedef struct rh_glob_list {
    const rh_glob *const *items;
    size_t count;
} rh_glob_list;

/* Compiles the patterns of one key. -1 with an error if one is bad, or if none of a list that lets
 * in (`branches`, `tags`, `paths`) is positive. */
int rh_glob_list_compile(rh_arena *arena, const char *const *patterns, size_t count, bool ignores,
                         rh_glob_list *list, rh_glob_error *error);
/* The pattern that decides about a name: the last one that matches; -1 if none does. A name is in
 * the list if that pattern is not negative. */
int rh_glob_list_decides(const rh_glob_list *list, const char *name);
bool rh_glob_list_has(const rh_glob_list *list, const char *name);

/* Whether a name passes `branches` or `tags`. */
bool rh_glob_passes(const rh_glob_list *list, const char *name);
/* Whether a name passes `branches-ignore` or `tags-ignore`. */
bool rh_glob_passes_ignore(const rh_glob_list *list, const char *name);
/* Whether changed files pass `paths`: one of them is in the list. Without changed files: no. */
bool rh_glob_passes_paths(const rh_glob_list *list, const char *const *paths, size_t count);
/* Whether changed files pass `paths-ignore`: one of them is not in the list. Without changed files:
 * no. */
bool rh_glob_passes_paths_ignore(const rh_glob_list *list, const char *const *paths, size_t count);

#endif
