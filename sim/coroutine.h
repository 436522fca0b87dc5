/* Coroutines: Boost.Context's C entry points on pooled stacks with guard pages.
 *
 * The side that resumes is "outside"; a coroutine runs until it suspends, finishes or is abandoned.
 * Nothing unwinds a stack: what a coroutine holds must belong to an arena.
 */
#ifndef RH_COROUTINE_H
#define RH_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

/* Stacks of one size, kept for reuse (last used first). One guard page below each. */
typedef struct rh_stack rh_stack;
typedef struct rh_stacks {
    rh_stack *free;
    size_t size;   /* usable bytes of each */
    size_t mapped; /* stacks taken from the system so far */
    int fill;      /* 1-255: fill a stack with this byte before each use; 0: leave it */
    bool reversed; /* new stacks are handed out in the other order of their addresses */
} rh_stacks;

/* `size` is rounded up to pages; at least 16 KiB. */
void rh_stacks_init(rh_stacks *stacks, size_t size, int fill);
void rh_stacks_free(rh_stacks *stacks);

typedef void rh_coroutine_body(void *argument);

typedef enum rh_coroutine_state {
    RH_COROUTINE_SUSPENDED,
    RH_COROUTINE_FINISHED,
    RH_COROUTINE_ABANDONED /* it will never run again; its stack may be reused */
} rh_coroutine_state;

typedef struct rh_coroutine {
    rh_stack *stack;
    void *context; /* of the coroutine while it waits, of the outside while it runs */
    rh_coroutine_body *body;
    void *argument;
    rh_coroutine_state state;
#if defined(__SANITIZE_ADDRESS__)
    void *fake_stack;
    const void *outside_bottom;
    size_t outside_size;
#endif
} rh_coroutine;

/* Prepares a coroutine that will run `body(argument)`. False when no stack can be had. */
bool rh_coroutine_init(rh_coroutine *coroutine, rh_stacks *stacks, rh_coroutine_body *body,
                       void *argument);
/* Runs it until it suspends or ends. Only from outside, only while SUSPENDED. */
rh_coroutine_state rh_coroutine_resume(rh_coroutine *coroutine);
/* From inside: back to the one who resumed. */
void rh_coroutine_suspend(rh_coroutine *coroutine);
/* From inside: back to the one who resumed, for ever. */
_Noreturn void rh_coroutine_abandon(rh_coroutine *coroutine);
/* Gives the stack back; the coroutine must not be running. Twice is fine. */
void rh_coroutine_release(rh_coroutine *coroutine, rh_stacks *stacks);

/* For the crash handler. Whether the address lies in the coroutine's guard page. */
bool rh_coroutine_is_overflow(const rh_coroutine *coroutine, const void *address);
/* Tells the sanitizer that the next instruction runs outside: before a longjmp away from the
 * coroutine, and behind it. */
void rh_coroutine_leave(rh_coroutine *coroutine);
void rh_coroutine_left(rh_coroutine *coroutine);

#endif
