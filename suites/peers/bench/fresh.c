/* How long a release takes with an environment of its own, as each test has one: made, mocked,
 * played, checked, destroyed. Our benchmark reuses one, which the Go test suite cannot do. Prints
 * as `go test -bench` does. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

#include "rehearse/rehearse.h"

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static bool play(const rh_module *module)
{
    const rh_workflow_definition *definition = &module->workflows[0];
    rh_env *env = rh_env_create(module);
    if (!env)
        return false;
    definition->given(env);
    rh_run(env, definition->name, rh_env_json(env, definition->input));
    bool succeeded = rh_status_of(env) == RH_SUCCEEDED;
    bool is_well = rh_env_finish(env) == 0;
    rh_env_destroy(env);
    return succeeded && is_well;
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 5, RUNS = 5000 };
    void *object = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    const rh_module *(*entry)(void) = NULL;
    if (object)
        *(void **)&entry = dlsym(object, "rehearse_module");
    if (!entry) {
        fprintf(stderr, "usage: fresh librelease.so\n");
        return 2;
    }
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int run = 0; run < RUNS; run++)
            if (!play(entry()))
                return 1;
        printf("BenchmarkOursFresh %d %.0f ns/op\n", RUNS, (now_ns() - start) / RUNS);
    }
    return 0;
}
