/* A world as a trace in Chrome's JSON, which ui.perfetto.dev and chrome://tracing open.
 *
 * Each run is a process; each call that a workflow makes, a job of a workflow file too, is a
 * thread. On it lie a slice for each attempt, with its steps and their commands in it, and before
 * it the waiting for a host and the back-offs. Steps beside each other get threads of their own.
 * Instants are faults, effects, skips and late answers; flows lead from a job to those that need
 * it, and from an attempt to the next. The process "world" has two counters: attempts that run, and
 * calls that wait for a host. Time is virtual, in microseconds since the start of the world.
 */
#ifndef RH_REPORTS_TRACE_H
#define RH_REPORTS_TRACE_H

#include "sim/journal.h"

void rh_report_trace(rh_text *text, const rh_journal *journal);

#endif
