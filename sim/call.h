/* Activity calls: what a request becomes when the server takes it. */
#ifndef RH_CALL_H
#define RH_CALL_H

#include "sim/execution.h"
#include "sim/inside.h"

/* Whether the server would take the request; otherwise why not, naming the field, in `message`. */
bool rh_request_valid(const rh_activity_request *request, rh_text *message);

/* A valid request as a call of the journal: its timeouts normalised, its policy filled in, named
 * and numbered. *index is how entries refer to it. The id of its scheduled event is the run's next
 * one. */
rh_call *rh_call_make(rh_execution *execution, const rh_activity_request *request, uint32_t *index);

/* How many calls of that type there have been in the world. */
uint32_t rh_call_nth(const rh_world *world, const rh_name *type);

/* A call made from inside another one (`parent` is its index, from 1), by its attempt of that
 * number. It is the same call that an attempt before made as its k-th of that type and key, if
 * there is one. */
const rh_call *rh_call_make_child(rh_execution *execution, uint32_t parent, int32_t attempt,
                                  const rh_child_request *request, uint32_t *index);
/* It is tried once more; returns the number of this attempt, from 1. */
int32_t rh_call_try(rh_world *world, uint32_t index);

#endif
