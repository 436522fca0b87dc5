/* Test data of the suites in this folder: files of small cases.
 *
 *   # a comment
 *   test NAME
 *   word the rest of the line
 *   word ...
 *
 * What the words mean is the suite's; it plays one case at a time and fails at a line. Every case
 * has an arena of its own.
 */
#ifndef CASES_H
#define CASES_H

#include "sim/base/arena.h"
#include "sim/base/value.h"

typedef struct case_line {
    const char *word;
    const char *text; /* "" if nothing follows the word */
    uint32_t number;
} case_line;

typedef struct case_test {
    const char *name;
    const char *file;
    const case_line *lines;
    size_t count;
    void (*play)(rh_arena *arena, const struct case_test *test);
} case_test;

typedef void case_play(rh_arena *arena, const case_test *test);

/* Plays the cases of suites/actions/NAME.test under cmocka; what main returns. */
int cases_run(const char *name, case_play *play);

/* Whether the line begins with this word. */
bool case_is(const case_line *line, const char *word);
/* The text with \n \r \t \\ \0 \xNN read. */
const char *case_unescape(rh_arena *arena, const char *text, size_t *length);
/* The part of a text before the next blank, NUL-terminated; *text then is behind the blank. */
const char *case_word(rh_arena *arena, const char **text);
/* A text read as JSON; {"$unknown": "origin"} is an unknown value with that origin,
 * {"$secret": x} and {"$tainted": x} are x with that flag. */
const rh_value *case_value(rh_arena *arena, const case_test *test, const case_line *line,
                           const char *text);
/* Ends the case as failed, naming file and line. */
void case_fail(const case_test *test, const case_line *line, const char *format, ...)
    RH_PRINTF(3, 4);
/* Fails if the two texts differ. */
void case_same(const case_test *test, const case_line *line, const char *actual,
               const char *expected);

#endif
