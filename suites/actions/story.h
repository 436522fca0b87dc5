/* What happened in a world, told line by line for cases of runner.test and lift.test:
 *
 *     at 3s                                      from here on
 *     start build/make ["make"]                  a call, with its arguments
 *     failed build/make 2: message               how its attempt ended
 *     end build/a failure/success: why           outcome and conclusion of a step
 *     skip build/b: why
 *     output build/a version="1.2"               (tainted), (secret) behind the value
 *     error build/a: text                        warning, notice
 *     log build/a: text      note text
 *     effect build/a/git[push] push main         (tainted)
 *     unknown build: origin: condition -> true
 *     job failure {"outputs":{}}: message        how the job ended
 *     again build/a in 1s                        another attempt follows after this time
 *     run failed                                 how the run closed
 *
 * A path has its attempt behind it from the second on: build/a@2.
 */
#ifndef SUITES_ACTIONS_STORY_H
#define SUITES_ACTIONS_STORY_H

#include "sim/journal.h"
#include "suites/actions/runner_cases.h"

const char *story_of(rh_arena *arena, const rh_journal *journal);
/* Whether the story differs from what the case expects; prints how. */
int story_compare(rh_arena *arena, const char *file, const runner_case *test, const char *story);

#endif
