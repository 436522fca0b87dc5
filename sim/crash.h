/* Catching crashes of workflow code: SIGSEGV, SIGBUS, SIGFPE, SIGILL and abort() inside a coroutine
 * lead back to the outside instead of ending the process.
 *
 * A signal handler is told nothing, so the watch of the current thread is the one thread-local of
 * the library. Signals from elsewhere go to whoever handled them before.
 */
#ifndef RH_CRASH_H
#define RH_CRASH_H

#include <setjmp.h>
#include <stdbool.h>

#include "sim/coroutine.h"

typedef struct rh_crash {
    jmp_buf jump;                   /* set by the caller: setjmp(crash->jump) */
    rh_coroutine *volatile *inside; /* which coroutine runs; the handler acts only inside one */
    struct rh_crash *volatile previous;
    int signal;    /* what happened */
    bool overflow; /* SIGSEGV in the guard page of the coroutine's stack */
} rh_crash;

/* Puts the handlers in place, for the process, and the stack they run on, for this thread. Call it
 * before each play: test runners (cmocka) put handlers of their own in place for each test. */
void rh_crash_install(void);
/* From here on, until rh_crash_unwatch, a crash inside jumps to `crash->jump` (on the outside, with
 * the coroutine as good as abandoned). Call it when setjmp has returned 0. */
void rh_crash_watch(rh_crash *crash, rh_coroutine *volatile *inside);
void rh_crash_unwatch(rh_crash *crash);
/* If it is still watched (the outside was left by a jump), it is no longer; whatever else is. */
void rh_crash_forget(rh_crash *crash);
/* "SIGSEGV (stack overflow)" */
const char *rh_crash_name(const rh_crash *crash);

#endif
