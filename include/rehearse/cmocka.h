/* Hosting a module's tests in cmocka: int main(void) { return rh_cmocka_run(rehearse_module()); }
 *
 * Header only; link with cmocka. cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before
 * it, so include this file instead of cmocka.h, or those four and then cmocka.h first. With
 * UNIT_TESTING defined cmocka.h replaces malloc: then include this file last.
 *
 * Tests run one by one in this process: no time limit, and an abort ends all. cmocka's own assert_
 * functions may be used in a test beside rh_assert_..., but not inside a workflow, whose coroutine
 * they would leave by a jump.
 */
#ifndef REHEARSE_CMOCKA_H
#define REHEARSE_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
#include <cmocka.h>
#ifdef __cplusplus
}
#endif

#include "rehearse/harness.h"

typedef struct rh_cmocka_state_ {
    const rh_module *module;
    const rh_test *test;
    rh_env *env;
} rh_cmocka_state_;

static inline int rh_cmocka_setup_(void **state)
{
    rh_cmocka_state_ *hosted = (rh_cmocka_state_ *)*state;
    hosted->env = rh_env_create(hosted->module);
    return hosted->env ? 0 : -1;
}

static inline int rh_cmocka_teardown_(void **state)
{
    rh_cmocka_state_ *hosted = (rh_cmocka_state_ *)*state;
    rh_env_destroy(hosted->env);
    hosted->env = NULL;
    return 0;
}

/* In parts, as cmocka cuts a message after 1023 bytes. */
static inline void rh_cmocka_print_(const char *report)
{
    for (size_t left = strlen(report); left > 0;) {
        int part = left < 1000 ? (int)left : 1000;
        print_error("%.*s", part, report);
        report += part;
        left -= (size_t)part;
    }
    print_error("\n");
}

static inline void rh_cmocka_test_(void **state)
{
    rh_cmocka_state_ *hosted = (rh_cmocka_state_ *)*state;
    hosted->test->run(hosted->env);
    if (rh_env_finish(hosted->env) == 0)
        return;
    rh_cmocka_print_(rh_env_report(hosted->env));
    _fail(hosted->test->file ? hosted->test->file : "?", hosted->test->line);
}

/* Runs every test of the module as one group of cmocka's. 0 if all pass, 1 otherwise (cmocka's own
 * count is no exit code: 256 failures would read as 0). cmocka's test filter applies. */
static inline int rh_cmocka_run(const rh_module *module)
{
    size_t count = 0;
    if (!module || module->abi != RH_ABI_VERSION || module->size != sizeof(rh_module)) {
        fprintf(stderr, "rehearse: the module was built for another ABI version; compile it "
                        "again\n");
        return 1;
    }
    while (module->tests && module->tests[count].run)
        count++;
    struct CMUnitTest *group = (struct CMUnitTest *)calloc(count + 1, sizeof *group);
    rh_cmocka_state_ *states = (rh_cmocka_state_ *)calloc(count + 1, sizeof *states);
    int failed = 1;
    if (group && states) {
        for (size_t i = 0; i < count; i++) {
            states[i].module = module;
            states[i].test = &module->tests[i];
            group[i].name = module->tests[i].name;
            group[i].test_func = rh_cmocka_test_;
            group[i].setup_func = rh_cmocka_setup_;
            group[i].teardown_func = rh_cmocka_teardown_;
            group[i].initial_state = &states[i];
        }
        failed = _cmocka_run_group_tests(module->name, group, count, NULL, NULL) != 0;
    } else {
        fprintf(stderr, "rehearse: out of memory\n");
    }
    free(states);
    free(group);
    return failed;
}

#endif
