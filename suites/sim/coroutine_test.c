/* Coroutines: switching, ending, abandoning, reuse of stacks; what is caught when they crash. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/crash.h"

static rh_stacks stacks;
static rh_coroutine coroutine;

static int set_up(void **state)
{
    (void)state;
    rh_stacks_init(&stacks, 16 << 10, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_stacks_free(&stacks);
    return 0;
}

static char trace[64];

static void mark(char letter)
{
    size_t length = strlen(trace);
    assert_true(length + 1 < sizeof trace);
    trace[length] = letter;
    trace[length + 1] = '\0';
}

/* ---- switching ------------------------------------------------------------------------------- */

static void three_steps(void *argument)
{
    mark('a');
    rh_coroutine_suspend(argument);
    mark('b');
    rh_coroutine_suspend(argument);
    mark('c');
}

static void it_runs_until_it_suspends_or_ends(void **state)
{
    (void)state;
    trace[0] = '\0';
    assert_true(rh_coroutine_init(&coroutine, &stacks, three_steps, &coroutine));
    assert_int_equal(coroutine.state, RH_COROUTINE_SUSPENDED);
    assert_string_equal(trace, "");
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_SUSPENDED);
    mark('1');
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_SUSPENDED);
    mark('2');
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_FINISHED);
    assert_string_equal(trace, "a1b2c");
    rh_coroutine_release(&coroutine, &stacks);
    rh_coroutine_release(&coroutine, &stacks); /* twice is fine */
}

static void many_side_by_side(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    static rh_coroutine many[COUNT];
    trace[0] = '\0';
    for (int i = 0; i < COUNT; i++)
        assert_true(rh_coroutine_init(&many[i], &stacks, three_steps, &many[i]));
    for (int step = 0; step < 3; step++)
        for (int i = COUNT - 1; i >= 0; i--) {
            trace[0] = '\0';
            rh_coroutine_state expected = step < 2 ? RH_COROUTINE_SUSPENDED : RH_COROUTINE_FINISHED;
            assert_int_equal(rh_coroutine_resume(&many[i]), expected);
            assert_int_equal(trace[0], 'a' + step);
        }
    for (int i = 0; i < COUNT; i++)
        rh_coroutine_release(&many[i], &stacks);
    assert_int_equal(stacks.mapped, COUNT);
}

static void gives_up(void *argument)
{
    mark('x');
    rh_coroutine_abandon(argument);
}

static void abandoned_from_inside(void **state)
{
    (void)state;
    trace[0] = '\0';
    assert_true(rh_coroutine_init(&coroutine, &stacks, gives_up, &coroutine));
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_ABANDONED);
    assert_int_equal(coroutine.state, RH_COROUTINE_ABANDONED);
    assert_string_equal(trace, "x");
    rh_coroutine_release(&coroutine, &stacks);
}

static void resumes_another(void *argument)
{
    rh_coroutine *inner = argument;
    mark('(');
    rh_coroutine_resume(inner);
    mark(')');
}

static void a_coroutine_may_be_the_outside_of_another(void **state)
{
    (void)state;
    rh_coroutine inner;
    trace[0] = '\0';
    assert_true(rh_coroutine_init(&inner, &stacks, three_steps, &inner));
    assert_true(rh_coroutine_init(&coroutine, &stacks, resumes_another, &inner));
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_FINISHED);
    assert_int_equal(rh_coroutine_resume(&inner), RH_COROUTINE_SUSPENDED);
    assert_string_equal(trace, "(a)b");
    rh_coroutine_release(&inner, &stacks);
    rh_coroutine_release(&coroutine, &stacks);
}

/* ---- stacks ---------------------------------------------------------------------------------- */

static void sizes_are_rounded_up(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const struct {
        size_t asked, got;
    } cases[] = {
        {0, 16 << 10},        {1, 16 << 10},
        {16 << 10, 16 << 10}, {(16 << 10) + 1, (16 << 10) + page},
        {64 << 10, 64 << 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_stacks sized;
        rh_stacks_init(&sized, cases[i].asked, 0);
        assert_int_equal(sized.size, cases[i].got);
        assert_int_equal(sized.mapped, 0);
        rh_stacks_free(&sized);
    }
}

static void *address;

static void notes_its_stack(void *argument)
{
    char here;
    void *volatile at = &here;
    address = at;
    (void)argument;
}

static void the_stack_used_last_is_used_first(void **state)
{
    (void)state;
    rh_coroutine other;
    assert_true(rh_coroutine_init(&coroutine, &stacks, notes_its_stack, NULL));
    assert_true(rh_coroutine_init(&other, &stacks, notes_its_stack, NULL));
    const rh_stack *first = coroutine.stack, *second = other.stack;
    rh_coroutine_resume(&coroutine);
    rh_coroutine_resume(&other);
    rh_coroutine_release(&coroutine, &stacks);
    rh_coroutine_release(&other, &stacks);
    assert_null(coroutine.stack);
    assert_true(rh_coroutine_init(&coroutine, &stacks, notes_its_stack, NULL));
    assert_ptr_equal(coroutine.stack, second);
    assert_true(rh_coroutine_init(&other, &stacks, notes_its_stack, NULL));
    assert_ptr_equal(other.stack, first);
    assert_int_equal(stacks.mapped, 2);
    rh_coroutine_resume(&coroutine);
    rh_coroutine_resume(&other);
    rh_coroutine_release(&coroutine, &stacks);
    rh_coroutine_release(&other, &stacks);
}

static unsigned char seen[64];

/* What lies far below the frame was not written by it. */
__attribute__((no_sanitize("address"))) static void looks_down(void *argument)
{
    char here;
    const volatile char *volatile below = (const char *)((uintptr_t)&here - 12000);
    (void)argument;
    for (size_t i = 0; i < sizeof seen; i++)
        seen[i] = (unsigned char)below[i];
}

__attribute__((no_sanitize("address"))) static void soils(void *argument)
{
    char here;
    volatile char *volatile below = (char *)((uintptr_t)&here - 12000);
    (void)argument;
    for (size_t i = 0; i < sizeof seen; i++)
        below[i] = 77;
}

static void run_on(rh_stacks *pool, rh_coroutine_body *body)
{
    assert_true(rh_coroutine_init(&coroutine, pool, body, NULL));
    assert_int_equal(rh_coroutine_resume(&coroutine), RH_COROUTINE_FINISHED);
    rh_coroutine_release(&coroutine, pool);
}

static void stacks_are_filled_before_each_use(void **state)
{
    (void)state;
    stacks.fill = 0xa5;
    run_on(&stacks, looks_down);
    for (size_t i = 0; i < sizeof seen; i++)
        assert_int_equal(seen[i], 0xa5);
    run_on(&stacks, soils);
    run_on(&stacks, looks_down);
    for (size_t i = 0; i < sizeof seen; i++)
        assert_int_equal(seen[i], 0xa5);
    stacks.fill = 0;
    run_on(&stacks, soils);
    run_on(&stacks, looks_down); /* not filled: what the last one left */
    assert_int_equal(seen[0], 77);
    assert_int_equal(stacks.mapped, 1);
}

/* ---- crashes --------------------------------------------------------------------------------- */

static rh_coroutine *volatile inside;

/* The compiler must not see that this never ends. */
static volatile int depth_limit = 1 << 30;

static int recurse(int depth)
{
    volatile char frame[512];
    frame[0] = (char)depth;
    frame[511] = frame[0];
    return depth < depth_limit ? recurse(depth + 1) + frame[511] : frame[0];
}

static void overflows(void *argument)
{
    *(volatile int *)argument = recurse(0);
}

static void raises(void *argument)
{
    raise(*(const int *)argument);
}

static void aborts(void *argument)
{
    (void)argument;
    abort();
}

__attribute__((no_sanitize("undefined"))) static void reads_nowhere(void *argument)
{
    int *volatile nowhere = NULL;
    *(volatile int *)argument = *(volatile int *)nowhere;
}

/* Runs `body` in a coroutine under watch; what it crashed with, or NULL. */
static const char *crash_of(rh_coroutine_body *body, void *argument)
{
    static rh_crash crash;
    if (setjmp(crash.jump)) {
        rh_coroutine_left(&coroutine);
        inside = NULL;
        rh_coroutine_release(&coroutine, &stacks);
        return rh_crash_name(&crash);
    }
    rh_crash_install();
    rh_crash_watch(&crash, &inside);
    assert_true(rh_coroutine_init(&coroutine, &stacks, body, argument));
    inside = &coroutine;
    rh_coroutine_resume(&coroutine);
    inside = NULL;
    rh_crash_unwatch(&crash);
    rh_coroutine_release(&coroutine, &stacks);
    return NULL;
}

static void crashes_are_caught_and_named(void **state)
{
    (void)state;
    static const struct {
        int signal;
        const char *name;
    } cases[] = {
        {SIGSEGV, "SIGSEGV (bad memory access)"},
        {SIGBUS, "SIGBUS (bad memory access)"},
        {SIGFPE, "SIGFPE (bad arithmetic)"},
        {SIGILL, "SIGILL (bad instruction)"},
        {SIGABRT, "SIGABRT (abort or failed assertion)"},
    };
    int number = 0;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            number = cases[i].signal;
            assert_string_equal(crash_of(raises, &number), cases[i].name);
        }
        assert_string_equal(crash_of(aborts, NULL), "SIGABRT (abort or failed assertion)");
        assert_string_equal(crash_of(overflows, &number), "SIGSEGV (stack overflow)");
        assert_string_equal(crash_of(reads_nowhere, &number), "SIGSEGV (bad memory access)");
        assert_null(crash_of(notes_its_stack, NULL));
    }
    assert_int_equal(stacks.mapped, 1); /* the stack of a crashed one is used again */
    assert_string_equal(rh_crash_name(&(rh_crash){.signal = SIGTERM}), "a signal");
}

static void the_guard_page_is_below_the_stack(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    run_on(&stacks, notes_its_stack);
    assert_true(rh_coroutine_init(&coroutine, &stacks, notes_its_stack, NULL));
    assert_false(rh_coroutine_is_overflow(&coroutine, address));
    /* Walk down to the guard page; the stack's own bytes are no overflow. */
    char *at = address;
    while (!rh_coroutine_is_overflow(&coroutine, at) && at > (char *)address - stacks.size)
        at--;
    size_t below = (size_t)((char *)address - at);
    assert_in_range(below, stacks.size - 4096, stacks.size - 1);
    assert_true(rh_coroutine_is_overflow(&coroutine, at - page + 1));
    assert_false(rh_coroutine_is_overflow(&coroutine, at - page));
    assert_false(rh_coroutine_is_overflow(&coroutine, NULL));
    rh_coroutine_release(&coroutine, &stacks);
}

static jmp_buf elsewhere;
static volatile int handled;

static void own_handler(int number)
{
    handled = number;
    longjmp(elsewhere, 1);
}

/* Signals outside coroutines go to whoever handled them before. */
static void signals_from_elsewhere_are_passed_on(void **state)
{
    (void)state;
    int number = SIGILL;
    void (*before)(int) = signal(SIGSEGV, own_handler);
    assert_string_equal(crash_of(raises, &number), "SIGILL (bad instruction)");
    handled = 0;
    if (setjmp(elsewhere) == 0)
        raise(SIGSEGV);
    assert_int_equal(handled, SIGSEGV);
    signal(SIGSEGV, before);
}

static void default_handlers_end_the_process(void **state)
{
    (void)state;
    for (int others = 0; others < 2; others++) { /* whether only one handler was replaced */
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            int number = SIGFPE;
            signal(SIGSEGV, SIG_DFL);
            if (others)
                signal(SIGABRT, SIG_DFL);
            crash_of(raises, &number);
            raise(SIGABRT);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGABRT);
    }
}

/* As cmocka does before each test. */
static void handlers_that_were_replaced_are_put_back(void **state)
{
    (void)state;
    int number = SIGSEGV;
    for (int round = 0; round < 3; round++) {
        void (*before)(int) = signal(SIGSEGV, own_handler);
        assert_string_equal(crash_of(raises, &number), "SIGSEGV (bad memory access)");
        signal(SIGSEGV, before); /* if it was ours, it is now without its flags */
        assert_string_equal(crash_of(overflows, &number), "SIGSEGV (stack overflow)");
    }
}

/* Watches that were left by a jump are forgotten in any order. */
static void forgetting(void **state)
{
    (void)state;
    static rh_crash one, two;
    rh_crash_watch(&one, &inside);
    rh_crash_watch(&two, &inside);
    rh_crash_forget(&one); /* the older one first */
    rh_crash_forget(&two);
    rh_crash_forget(&two);
    /* Their memory is given back: nobody may look into it. */
    one.inside = two.inside = (rh_coroutine *volatile *)(uintptr_t)8;
    void (*before)(int) = signal(SIGSEGV, own_handler);
    rh_crash_install();
    handled = 0;
    if (setjmp(elsewhere) == 0)
        raise(SIGSEGV);
    assert_int_equal(handled, SIGSEGV);
    signal(SIGSEGV, before);
}

static void nested_watches(void **state)
{
    (void)state;
    static rh_crash outer;
    static rh_coroutine *volatile nobody;
    rh_crash_watch(&outer, &nobody);
    int number = SIGILL;
    assert_string_equal(crash_of(raises, &number), "SIGILL (bad instruction)");
    assert_null(crash_of(notes_its_stack, NULL));
    rh_crash_forget(&outer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_runs_until_it_suspends_or_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_side_by_side, set_up, tear_down),
        cmocka_unit_test_setup_teardown(abandoned_from_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_coroutine_may_be_the_outside_of_another, set_up,
                                        tear_down),
        cmocka_unit_test(sizes_are_rounded_up),
        cmocka_unit_test_setup_teardown(the_stack_used_last_is_used_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stacks_are_filled_before_each_use, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_guard_page_is_below_the_stack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(crashes_are_caught_and_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signals_from_elsewhere_are_passed_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(default_handlers_end_the_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(handlers_that_were_replaced_are_put_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(forgetting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nested_watches, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
