/* The readers of what stands in a scenario file; `into` is a rh_scenario_part, which owns nothing:
 * all lives in the reader's arena. */
#ifndef RH_HARNESS_SCENARIO_PARTS_H
#define RH_HARNESS_SCENARIO_PARTS_H

#include "harness/node.h"
#include "harness/scenario.h"

/* `mocks:` */
rh_read rh_read_mocks;
/* The keys of an answer; `into` is a rh_answer. End with an all-zero entry. */
extern const rh_key rh_answer_keys[];
bool rh_read_answer(rh_reader *reader, const rh_yaml *node, rh_answer *answer);
/* Whether a mapping names at most one way to end; otherwise an error. */
bool rh_answer_ends_once(rh_reader *reader, const rh_yaml *node);
/* `expect:` */
rh_read rh_read_expectations;
/* `faults:`, `durations:`, `at:`, `hosts:`, `runs:`, `settings:` */
rh_read rh_read_faults, rh_read_durations, rh_read_events, rh_read_hosts, rh_read_runs,
    rh_read_settings;

/* A value that may hold matchers. With `subset` a mapping stands for at least these fields, at all
 * levels; otherwise for exactly these. NULL after an error. */
const rh_value *rh_read_pattern(rh_reader *reader, const rh_yaml *node, bool subset);
/* A call path as the engine reads them. */
bool rh_read_path(rh_reader *reader, const rh_yaml *node, const char **path);

/* Room for one more item of a part's list; zeroed. */
#define RH_ADD(reader, part, list)                                                                 \
    ((part)->list = rh_arena_reserve((reader)->arena, (part)->list, sizeof *(part)->list,          \
                                     (part)->list##_count + 1, &(part)->list##_capacity),          \
     memset(&(part)->list[(part)->list##_count], 0, sizeof *(part)->list),                         \
     &(part)->list[(part)->list##_count++])

#endif
