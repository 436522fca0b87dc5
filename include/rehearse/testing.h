/* More for tests: what workflow code keeps (rehearse/recorded.h) and is asked
 * (rehearse/messages.h).
 *
 * Assertions are about the run that rh_look_at chose, as those of rehearse/harness.h.
 */
#ifndef REHEARSE_TESTING_H
#define REHEARSE_TESTING_H

#include "rehearse/harness.h"
#include "rehearse/messages.h"
#include "rehearse/recorded.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- side effects and versions --------------------------------------------------------------- */

/* What side effects and mutable side effects of that name give in place of their functions: said
 * several times, one after the other; the last goes on. One nobody asks for fails the test. */
#define rh_side_effect_is(env, name, value)                                                        \
    rh_side_effect_is_at((env), __FILE__, __LINE__, (name), (value))
/* What rh_change_version takes for a run that comes past the change for the first time, in place of
 * the newest; RH_DEFAULT_VERSION plays code that was deployed before the change: nothing is
 * recorded. */
#define rh_change_version_is(env, change_id, version)                                              \
    rh_change_version_is_at((env), __FILE__, __LINE__, (change_id), (version))

/* A search attribute, or a memo field, of the run at its end matches; NULL: there is none. */
#define rh_assert_attribute(env, name, pattern)                                                    \
    rh_assert_attribute_at((env), __FILE__, __LINE__, (name), (pattern))
#define rh_assert_memo(env, field, pattern)                                                        \
    rh_assert_memo_at((env), __FILE__, __LINE__, (field), (pattern))
/* How many markers of that name ("SideEffect", "MutableSideEffect", "Version") and id (NULL: any)
 * the history has. */
#define rh_assert_markers(env, marker, id, count)                                                  \
    rh_assert_markers_at((env), __FILE__, __LINE__, (marker), (id), (count))

RH_API void rh_side_effect_is_at(rh_env *env, const char *file, int line, const char *name,
                                 const rh_value *value);
RH_API void rh_change_version_is_at(rh_env *env, const char *file, int line, const char *change_id,
                                    int32_t version);
RH_API void rh_assert_attribute_at(rh_env *env, const char *file, int line, const char *name,
                                   const rh_value *pattern);
RH_API void rh_assert_memo_at(rh_env *env, const char *file, int line, const char *field,
                              const rh_value *pattern);
RH_API void rh_assert_markers_at(rh_env *env, const char *file, int line, const char *marker,
                                 const char *id, size_t count);

/* ---- queries and updates --------------------------------------------------------------------- */

/* A query at a virtual time (declare it before playing): answered at once, or when the workflow
 * task that is scheduled is over. `workflow_id` NULL: the first run of the world. */
RH_API void rh_query_at(rh_env *env, rh_duration at, const char *workflow_id, const char *name,
                        const rh_value *args);
/* Asks now, from the state after the run's last workflow task; in a function of rh_call_at, or when
 * the run has closed or is stuck. NULL without an answer; *failure (unless NULL) says why, and with
 * `failure` NULL the test fails. Changes nothing, and is not in the journal. */
RH_API const rh_value *rh_query(rh_env *env, const char *workflow_id, const char *name,
                                const rh_value *args, const rh_failure **failure);
/* An update at a virtual time. Its `id` names it in assertions; the same id twice is one update. */
RH_API void rh_update_at(rh_env *env, rh_duration at, const char *workflow_id, const char *id,
                         const char *name, const rh_value *args);

/* Update-with-start, at options->at: the update goes to the open run of the workflow id (default:
 * the definition's name); if there is none, a run starts with it. An update of that id that the run
 * knows already is the same one: nothing starts, also if the run has closed since it was completed.
 * If the run closes before a worker has seen the update, it is tried once more. `.conflict` is
 * RH_USE_EXISTING unless it says otherwise; `.cron` and `.start_delay` are refused.
 * Source: server, service/history/api/multioperation/api.go. */
RH_API void rh_update_with_start(rh_env *env, const char *workflow, const rh_value *input,
                                 const char *id, const char *name, const rh_value *args,
                                 const rh_run_options *options);

typedef enum rh_update_status {
    RH_UPDATE_UNKNOWN,  /* nobody has asked for it */
    RH_UPDATE_ADMITTED, /* waits for a workflow task */
    RH_UPDATE_ACCEPTED, /* its handler runs */
    RH_UPDATE_REJECTED,
    RH_UPDATE_COMPLETED, /* with a result */
    RH_UPDATE_FAILED,    /* its handler returned a failure */
    RH_UPDATE_ABORTED    /* its run closed before */
} rh_update_status;

/* How far an update has come; *result and *failure (unless NULL) are its answer. */
RH_API rh_update_status rh_update_of(rh_env *env, const char *id, const rh_value **result,
                                     const rh_failure **failure);

/* rh_query of the run that is looked at, without arguments: the answer matches. */
#define rh_assert_query(env, name, pattern)                                                        \
    rh_assert_query_at((env), __FILE__, __LINE__, (name), (pattern))
/* The n-th query of that name made by rh_query_at (from 1) got an answer that matches. */
#define rh_assert_answer(env, name, nth, pattern)                                                  \
    rh_assert_answer_at((env), __FILE__, __LINE__, (name), (nth), (pattern))
/* An update has come that far; `pattern` (NULL: any) matches its result, or the message of its
 * failure. */
#define rh_assert_update(env, id, status, pattern)                                                 \
    rh_assert_update_at((env), __FILE__, __LINE__, (id), (status), (pattern))

RH_API void rh_assert_query_at(rh_env *env, const char *file, int line, const char *name,
                               const rh_value *pattern);
RH_API void rh_assert_answer_at(rh_env *env, const char *file, int line, const char *name,
                                size_t nth, const rh_value *pattern);
RH_API void rh_assert_update_at(rh_env *env, const char *file, int line, const char *id,
                                rh_update_status status, const rh_value *pattern);

#ifdef __cplusplus
}
#endif
#endif
