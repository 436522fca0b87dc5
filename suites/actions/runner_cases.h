/* Cases of runner.test: a job, what its steps and commands answer, what must happen.
 *
 *     test a failing step fails the job
 *     steps                        YAML of the job's steps; or `job`, what stands in the job; or
 *       - run: make                `file`, a whole workflow, whose first job is played
 *     action actions/greet         the action.yml of a local action, ./actions/greet
 *     world                        settings: what the server would give the job
 *       github {"ref": "..."}        secrets {} vars {} needs {} matrix {} inputs {} catalog {}
 *       unknown error|explore|empty  choices 1,0   timeout 10m   cancel 5s   shutdown 5s (of its
 *       machine)   labels windows-latest
 *     stage                        what calls do; without a line they do what they do by default
 *       build/make[all] {"status": 2, "fails": "message", "takes": "3s", "output": "text",
 *                        "result": {}, "end": "hangs|vanishes|stops-host", "cancel": "ignores|2s",
 *                        "effects": ["kind:key"], "played": true}
 *     expect                       lines of the story (see runner_test.c), in order; "..." at the
 *       end build/make failure       end of one: the rest does not matter
 *     never                        beginnings of lines that must not be there
 */
#ifndef SUITES_ACTIONS_RUNNER_CASES_H
#define SUITES_ACTIONS_RUNNER_CASES_H

#include <stdbool.h>

#include "sim/base/error.h"
#include "sim/base/text.h"

typedef enum runner_part {
    RUNNER_STEPS,
    RUNNER_JOB,
    RUNNER_FILE,
    RUNNER_WORLD,
    RUNNER_STAGE,
    RUNNER_EXPECT,
    RUNNER_NEVER,
    RUNNER_PARTS
} runner_part;

typedef struct runner_lines {
    const char **items; /* without the two blanks in front */
    size_t count, capacity;
} runner_lines;

typedef struct runner_action {
    const char *path; /* "actions/greet" */
    runner_lines lines;
} runner_action;

typedef struct runner_case {
    const char *name;
    unsigned line;
    runner_lines parts[RUNNER_PARTS];
    runner_action actions[8];
    size_t action_count;
} runner_case;

typedef struct runner_cases {
    runner_case *items;
    size_t count, capacity;
} runner_cases;

/* 0, or -1 with an error. */
int runner_read_cases(rh_arena *arena, const char *path, runner_cases *cases, rh_error *error);
/* The lines, each behind `indent` blanks. */
const char *runner_join(rh_arena *arena, const runner_lines *lines, size_t indent);

#endif
