/* The readers of what stands in a scenario file; `into` is a rh_scenario_part, which owns nothing:
 * all lives in the reader's arena. */
#ifndef RH_HARNESS_SCENARIO_PARTS_H
#define RH_HARNESS_SCENARIO_PARTS_H

#include "harness/node.h"
#include "harness/scenario.h"

/* What a file rehearses, as rh_reader.subject: workflows of shared objects, or workflow files. Some
 * keys are there for one of them only. */
enum { RH_ABOUT_CODE = 1, RH_ABOUT_FILE = 2 };

/* `mocks:` */
rh_read rh_read_mocks;
/* The keys of an answer; `into` is a rh_answer. End with an all-zero entry. */
extern const rh_key rh_answer_keys[];
bool rh_read_answer(rh_reader *reader, const rh_yaml *node, rh_answer *answer);
/* Checks that a mapping names at most one way to end, and makes an outcome of what its keys say
 * together. */
bool rh_answer_complete(rh_reader *reader, const rh_yaml *node, rh_answer *answer);
/* `expect:` */
rh_read rh_read_expectations;
/* Where expectations go, and about which run they are: what readers of keys of `expect:` are given
 * as `into`. */
typedef struct rh_expect_target {
    rh_scenario_part *part;
    const char *run;
    bool is_nested; /* inside `runs:` */
} rh_expect_target;
rh_expectation *rh_expect_add(rh_reader *reader, const rh_expect_target *to, rh_expect_kind kind,
                              const rh_yaml *place, const rh_yaml *node);
/* Those of workflow files. */
rh_read rh_expect_triggered, rh_expect_conclusion, rh_expect_conclusions, rh_expect_skipped,
    rh_expect_outputs, rh_expect_exit_codes, rh_expect_annotations, rh_expect_texts,
    rh_expect_tainted, rh_expect_cost, rh_expect_costs, rh_expect_minutes;
/* `faults:`, `durations:`, `at:`, `hosts:`, `runs:`, `settings:` */
rh_read rh_read_faults, rh_read_durations, rh_read_events, rh_read_hosts, rh_read_runs,
    rh_read_settings;

/* Of workflow files: `event:`, `secrets:`, `vars:`, `environments:`, `includes:`, `re-run:` */
rh_read rh_read_event, rh_read_secrets, rh_read_vars, rh_read_environments, rh_read_includes,
    rh_read_rerun;
/* What the events of parts come to, from the outermost: one with a name stands for itself, one
 * without changes those before it. NULL after an error; an all-zero one if there is none. */
const rh_scenario_event_spec *rh_merge_events(rh_reader *reader, const rh_yaml *const *nodes,
                                              size_t count);
/* Named values of parts from the outermost, the innermost of a name counts. */
const rh_value *rh_merge_fields(rh_arena *arena, const rh_value *const *objects, size_t count);

/* A value that may hold matchers. With `subset` a mapping stands for at least these fields, at all
 * levels; otherwise for exactly these. NULL after an error. */
const rh_value *rh_read_pattern(rh_reader *reader, const rh_yaml *node, bool subset);
/* Whether a definition is one of what the file rehearses; otherwise an error. */
bool rh_is_of_subject(rh_reader *reader, const rh_yaml *node, const char *definition);
/* A call path as the engine reads them. */
bool rh_read_path(rh_reader *reader, const rh_yaml *node, const char **path);

/* Room for one more item of a part's list; zeroed. */
#define RH_ADD(reader, part, list)                                                                 \
    ((part)->list = rh_arena_reserve((reader)->arena, (part)->list, sizeof *(part)->list,          \
                                     (part)->list##_count + 1, &(part)->list##_capacity),          \
     memset(&(part)->list[(part)->list##_count], 0, sizeof *(part)->list),                         \
     &(part)->list[(part)->list##_count++])

#endif
