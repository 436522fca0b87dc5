/* What a played run shows, as the text that `expect:` would have for it: for those who write
 * scenario files (`rehearse init`) and rewrite them (`rehearse test --update`). */
#ifndef RH_HARNESS_SCENARIO_SHOWN_H
#define RH_HARNESS_SCENARIO_SHOWN_H

#include "harness/scenario.h"

/* ---- writing YAML ---------------------------------------------------------------------------- */

/* A scalar that reads back as this text, also inside brackets; quoted only where it must be. */
void rh_yaml_write_text(rh_text *text, const char *string);
/* A value in one line, with brackets and braces. */
void rh_yaml_write_value(rh_text *text, const rh_value *value);

/* ---- the run that is looked at --------------------------------------------------------------- */

/* How many entries of the kind there are, of the calls of a path. */
size_t rh_shown_count(const rh_env *env, rh_entry_kind kind, const char *path);
/* "[0s, 1m1s]" */
void rh_shown_starts(rh_text *text, const rh_env *env, const char *path);
/* "none", or "[UpdateHomebrew]": the calls that failed for good although the run succeeded. */
void rh_shown_masked(rh_text *text, rh_env *env);
/* "0.096", of millionths of a dollar. */
void rh_shown_usd(rh_text *text, int64_t micro);
/* The path of a call as a pattern for all calls with the same type and key: without "#2". */
const char *rh_shown_path(rh_arena *arena, const rh_call *call);

/* ---- rewriting ------------------------------------------------------------------------------- */

/* Bytes of a file's text and what is to stand there instead. */
typedef struct rh_scenario_edit {
    size_t begin, end;
    const char *text;
    uint32_t line;
    bool is_disputed; /* rows that share the expectation show different things */
} rh_scenario_edit;

typedef struct rh_scenario_edits {
    rh_scenario_edit *items; /* by their places, none inside another */
    size_t count, capacity;
    rh_scenario_edit *kept; /* what held for some test */
    size_t kept_count, kept_capacity;
} rh_scenario_edits;

/* Compares what a played scenario expects with what its run shows, and adds an edit for each that
 * does not hold and is a plain record: statuses, results, durations, counts, starts, effects,
 * masked failures. Nothing if the rehearsal could not go on. Texts live in `arena`. */
void rh_scenario_compare(rh_arena *arena, rh_env *env, const rh_scenario *scenario,
                         rh_scenario_edits *edits);
/* The text with the edits that nobody disputes. */
const char *rh_scenario_edited(rh_arena *arena, const rh_scenario_file *file,
                               const rh_scenario_edits *edits, size_t *length);

#endif
