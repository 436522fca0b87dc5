/* Everything: to write workflows, and to test them. */
#ifndef REHEARSE_REHEARSE_H
#define REHEARSE_REHEARSE_H

#include "rehearse/harness.h"
#include "rehearse/messages.h"
#include "rehearse/recorded.h"
#include "rehearse/session.h"
#include "rehearse/testing.h"
#include "rehearse/together.h"
#include "rehearse/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
RH_API const char *rh_version(void);

#ifdef __cplusplus
}
#endif
#endif
