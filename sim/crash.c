#define _GNU_SOURCE
#include "sim/crash.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

enum { ALTERNATE_STACK = 64 * 1024 };

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

static struct sigaction before[SIGNAL_COUNT];
static pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local rh_crash *volatile current;
static _Thread_local bool has_alternate_stack;
static _Thread_local char alternate_stack[ALTERNATE_STACK];

/* Not a crash of a workflow: as if this handler did not exist. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signals[i] != number)
            continue;
        if (before[i].sa_flags & SA_SIGINFO) {
            before[i].sa_sigaction(number, info, context);
        } else if (before[i].sa_handler == SIG_DFL || before[i].sa_handler == SIG_IGN) {
            signal(number, before[i].sa_handler);
            raise(number);
        } else {
            before[i].sa_handler(number);
        }
    }
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    rh_crash *crash = current;
    rh_coroutine *inside = crash ? *crash->inside : NULL;
    if (!inside) {
        pass_on(number, info, context);
        return;
    }
    crash->signal = number;
    crash->overflow = number == SIGSEGV && rh_coroutine_is_overflow(inside, info->si_addr);
    current = crash->previous;
    rh_coroutine_leave(inside);
    longjmp(crash->jump, 1);
}

static void install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    pthread_mutex_lock(&installing);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        struct sigaction old;
        if (sigaction(signals[i], &action, &old) == 0 && old.sa_sigaction != on_signal)
            before[i] = old;
    }
    pthread_mutex_unlock(&installing);
}

/* A stack overflow leaves no stack to run the handler on. A thread that has another stack already
 * keeps it: whoever gave it to the thread will take it back (AddressSanitizer unmaps it). */
static void install_alternate_stack(void)
{
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    if (sigaltstack(NULL, &stack) == 0 && !(stack.ss_flags & SS_DISABLE) &&
        stack.ss_size >= (size_t)MINSIGSTKSZ) {
        has_alternate_stack = true;
        return;
    }
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = alternate_stack;
    stack.ss_size = sizeof alternate_stack;
    has_alternate_stack = sigaltstack(&stack, NULL) == 0;
}

/* One of the signals stands for all: a question for each would cost as much as a small run. */
void rh_crash_install(void)
{
    struct sigaction now;
    if (sigaction(SIGSEGV, NULL, &now) != 0 || !(now.sa_flags & SA_SIGINFO) ||
        now.sa_sigaction != on_signal)
        install();
    if (!has_alternate_stack)
        install_alternate_stack();
}

void rh_crash_watch(rh_crash *crash, rh_coroutine *volatile *inside)
{
    crash->inside = inside;
    crash->previous = current;
    crash->signal = 0;
    crash->overflow = false;
    current = crash;
}

void rh_crash_unwatch(rh_crash *crash)
{
    current = crash->previous;
}

void rh_crash_forget(rh_crash *crash)
{
    for (rh_crash *volatile *at = &current; *at; at = &(*at)->previous)
        if (*at == crash) {
            *at = crash->previous;
            return;
        }
}

const char *rh_crash_name(const rh_crash *crash)
{
    switch (crash->signal) {
    case SIGSEGV:
        return crash->overflow ? "SIGSEGV (stack overflow)" : "SIGSEGV (bad memory access)";
    case SIGBUS:
        return "SIGBUS (bad memory access)";
    case SIGFPE:
        return "SIGFPE (bad arithmetic)";
    case SIGILL:
        return "SIGILL (bad instruction)";
    case SIGABRT:
        return "SIGABRT (abort or failed assertion)";
    default:
        return "a signal";
    }
}
