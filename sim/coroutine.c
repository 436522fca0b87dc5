#define _GNU_SOURCE
#include "sim/coroutine.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/* Boost.Context's C entry points (boost/context/detail/fcontext.hpp). */
typedef struct transfer {
    void *context;
    void *data;
} transfer;
extern transfer jump_fcontext(void *to, void *data);
extern void *make_fcontext(void *top, size_t size, void (*entry)(transfer));

struct rh_stack {
    rh_stack *next;
    char *mapping; /* the guard page, then the stack */
    size_t mapping_size;
};

enum { LEAST_STACK = 16 * 1024, MAPPED_TOGETHER = 16 };

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void rh_stacks_init(rh_stacks *stacks, size_t size, int fill)
{
    size_t page = page_size();
    memset(stacks, 0, sizeof *stacks);
    if (size < LEAST_STACK)
        size = LEAST_STACK;
    stacks->size = (size + page - 1) / page * page;
    stacks->fill = fill;
}

static rh_stack *map_stack(rh_stacks *stacks)
{
    size_t size = stacks->size + page_size();
    char *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return NULL;
    rh_stack *stack = malloc(sizeof *stack);
    if (!stack || mprotect(mapping, page_size(), PROT_NONE) != 0) {
        free(stack);
        munmap(mapping, size);
        return NULL;
    }
    stack->mapping = mapping;
    stack->mapping_size = size;
    stacks->mapped++;
    return stack;
}

/* Maps several, of which the last will be the first to be used. */
static void map_several(rh_stacks *stacks)
{
    for (int i = 0; i < MAPPED_TOGETHER; i++) {
        rh_stack *stack = map_stack(stacks);
        if (!stack)
            return;
        stack->next = stacks->free;
        stacks->free = stack;
    }
}

static rh_stack *take_stack(rh_stacks *stacks)
{
    if (!stacks->free && stacks->reversed)
        map_several(stacks);
    rh_stack *stack = stacks->free;
    if (stack)
        stacks->free = stack->next;
    else
        stack = map_stack(stacks);
    if (stack && stacks->fill)
        memset(stack->mapping + page_size(), stacks->fill, stacks->size);
    return stack;
}

void rh_stacks_free(rh_stacks *stacks)
{
    while (stacks->free) {
        rh_stack *stack = stacks->free;
        stacks->free = stack->next;
        munmap(stack->mapping, stack->mapping_size);
        free(stack);
    }
}

/* The sanitizer must know which stack the program is on. */
static void begin_switch_in(rh_coroutine *coroutine)
{
#if defined(__SANITIZE_ADDRESS__)
    const rh_stack *stack = coroutine->stack;
    __sanitizer_start_switch_fiber(&coroutine->fake_stack, stack->mapping + page_size(),
                                   stack->mapping_size - page_size());
#else
    (void)coroutine;
#endif
}

static void finish_switch_in(rh_coroutine *coroutine)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(NULL, &coroutine->outside_bottom, &coroutine->outside_size);
#else
    (void)coroutine;
#endif
}

void rh_coroutine_leave(rh_coroutine *coroutine)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(NULL, coroutine->outside_bottom, coroutine->outside_size);
#else
    (void)coroutine;
#endif
}

void rh_coroutine_left(rh_coroutine *coroutine)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(coroutine->fake_stack, NULL, NULL);
#else
    (void)coroutine;
#endif
}

static void enter(transfer from)
{
    rh_coroutine *coroutine = from.data;
    finish_switch_in(coroutine);
    coroutine->context = from.context;
    coroutine->body(coroutine->argument);
    coroutine->state = RH_COROUTINE_FINISHED;
    rh_coroutine_leave(coroutine);
    jump_fcontext(coroutine->context, coroutine);
    abort(); /* nobody resumes a finished coroutine */
}

bool rh_coroutine_init(rh_coroutine *coroutine, rh_stacks *stacks, rh_coroutine_body *body,
                       void *argument)
{
    memset(coroutine, 0, sizeof *coroutine);
    coroutine->stack = take_stack(stacks);
    if (!coroutine->stack)
        return false;
    coroutine->body = body;
    coroutine->argument = argument;
    coroutine->state = RH_COROUTINE_SUSPENDED;
    char *top = coroutine->stack->mapping + coroutine->stack->mapping_size;
    coroutine->context = make_fcontext(top, stacks->size, enter);
    return true;
}

rh_coroutine_state rh_coroutine_resume(rh_coroutine *coroutine)
{
    begin_switch_in(coroutine);
    transfer back = jump_fcontext(coroutine->context, coroutine);
    rh_coroutine_left(coroutine);
    coroutine->context = back.context;
    return coroutine->state;
}

void rh_coroutine_suspend(rh_coroutine *coroutine)
{
#if defined(__SANITIZE_ADDRESS__)
    void *fake_stack = NULL;
    __sanitizer_start_switch_fiber(&fake_stack, coroutine->outside_bottom, coroutine->outside_size);
#endif
    transfer back = jump_fcontext(coroutine->context, coroutine);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, &coroutine->outside_bottom,
                                    &coroutine->outside_size);
#endif
    coroutine->context = back.context;
}

_Noreturn void rh_coroutine_abandon(rh_coroutine *coroutine)
{
    coroutine->state = RH_COROUTINE_ABANDONED;
    rh_coroutine_leave(coroutine);
    jump_fcontext(coroutine->context, coroutine);
    abort(); /* nobody resumes an abandoned coroutine */
}

void rh_coroutine_release(rh_coroutine *coroutine, rh_stacks *stacks)
{
    rh_stack *stack = coroutine->stack;
    if (!stack)
        return;
    coroutine->stack = NULL;
#if defined(__SANITIZE_ADDRESS__)
    /* Frames that were never left have poisoned parts of it. */
    __asan_unpoison_memory_region(stack->mapping + page_size(), stacks->size);
#endif
    stack->next = stacks->free;
    stacks->free = stack;
}

bool rh_coroutine_is_overflow(const rh_coroutine *coroutine, const void *address)
{
    uintptr_t at = (uintptr_t)address;
    uintptr_t guard = (uintptr_t)coroutine->stack->mapping;
    return at >= guard && at < guard + page_size();
}
