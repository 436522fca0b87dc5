/* Workflow files at random, for comparing engines: jobs with needs, conditions, outputs, matrices;
 * steps with scripts, actions, conditions, continue-on-error; a composite action to use. */
#ifndef SUITES_ACTIONS_LIFT_GENERATE_H
#define SUITES_ACTIONS_LIFT_GENERATE_H

#include "sim/base/text.h"

/* The same for the same seed. */
const char *lift_generate(rh_arena *arena, uint64_t seed);
/* The composite action that it uses as ./actions/greet. */
const char *lift_generate_action(rh_arena *arena, uint64_t seed);

#endif
