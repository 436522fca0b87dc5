/* Cases of the reader: small documents, and what is said of them.
 *
 *     test NAME
 *     workflow | action          the document, indented by two blanks
 *       on: push
 *     file PATH                  another file of the repository
 *     include NAME=PATH
 *     expect
 *       3:5: MESSAGE             an error; a last "..." stands for any rest
 *       PATH:3:5: MESSAGE        an error in another file
 *       note 3:5: TEXT
 *       model LINE               a line of the model as model_dump.c writes it
 *
 * All errors and notes are written down. Lines of the model are those that matter.
 */
#ifndef SUITES_ACTIONS_READ_CASE_H
#define SUITES_ACTIONS_READ_CASE_H

#include "sim/actions/model.h"

typedef struct read_file {
    const char *path;
    const char *text;
    size_t length;
    struct read_file *next;
} read_file;

typedef struct read_case {
    const char *name;
    const char *data; /* the file it stands in */
    uint32_t number;  /* of its line */
    bool is_action;
    const char *text;
    size_t length;
    read_file *files;
    const char *includes[8][2];
    size_t include_count;
    const char *expected[64]; /* lines */
    size_t expected_count;
} read_case;

typedef struct read_cases {
    read_case *items;
    size_t count, capacity;
} read_cases;

/* Adds the cases of a file; NULL, or what is wrong with it. */
const char *read_cases_add(rh_arena *arena, read_cases *cases, const char *file, const char *text);
/* Reads the document; NULL, or what is not as expected. */
const char *read_case_play(rh_arena *arena, const read_case *test);

/* One fact a line. */
void dump_workflow(rh_text *to, const rh_actions_file *file);
void dump_action(rh_text *to, const rh_actions_action *action);

#endif
