/* What a run can be asked from outside: queries, which read its state, and updates, which change it
 * and answer. Signals are in rehearse/workflow.h.
 *
 * Source of the rules: Go SDK, internal_update.go and workflow.go; temporal server,
 * service/history/workflow/update.
 */
#ifndef REHEARSE_MESSAGES_H
#define REHEARSE_MESSAGES_H

#include "rehearse/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- queries --------------------------------------------------------------------------------- */

/* Answers a query: `args` is what was asked with (or NULL), the answer goes to *result. Must change
 * nothing: asking for anything, waiting, sending and receiving fail the query. */
typedef const rh_failure *rh_query_handler(rh_workflow *workflow, const rh_value *args,
                                           const rh_value **result, void *data);
/* The handler of a query from now on. Names that begin with "__" are the SDK's own, and fail the
 * workflow task; "__stack_trace" tells what the coroutines wait for. */
RH_API void rh_on_query(rh_workflow *workflow, const char *name, rh_query_handler *handler,
                        void *data);

/* ---- updates --------------------------------------------------------------------------------- */

/* Handles an accepted update, in a coroutine of its own that runs before all others; may do all
 * that workflow code may. The update is completed with what it returns. */
typedef const rh_failure *rh_update_function(rh_workflow *workflow, const rh_value *args,
                                             const rh_value **result, void *data);
/* NULL: the update is accepted; a failure rejects it, and nothing of it stands in the history. Must
 * change nothing, as a query. Not asked on replay. */
typedef const rh_failure *rh_update_validator(rh_workflow *workflow, const rh_value *args,
                                              void *data);

typedef struct rh_update_handler {
    rh_update_function *handle;
    rh_update_validator *validate; /* NULL: all are accepted */
    void *data;                    /* for both */
    bool may_be_left;              /* a run that closes before the handler has returned is no cause
                                    * for a warning */
} rh_update_handler;

/* The handler of updates of that name from now on. An update that finds none is rejected; those
 * that come before the first handler is there wait until all coroutines do. */
RH_API void rh_on_update(rh_workflow *workflow, const char *name, const rh_update_handler *handler);

typedef struct rh_update_info {
    const char *id;
    const char *name;
} rh_update_info;

/* The update whose handler this coroutine runs for, or was spawned by; NULL: none. */
RH_API const rh_update_info *rh_current_update(const rh_workflow *workflow);
/* Whether no handler of an update is running; a condition to await before closing the run:
 * rh_await_condition(wf, rh_all_handlers_finished, wf, 0, NULL). */
RH_API bool rh_all_handlers_finished(void *workflow);

#ifdef __cplusplus
}
#endif
#endif
