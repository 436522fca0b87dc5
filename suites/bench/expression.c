#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/expression/expression.h"
#include "suites/bench/bench.h"

enum { ROUNDS = 9, TYPICAL = 3, BEFORE_RESET = 1000 };

static const char *const typical[TYPICAL] = {
    "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/v')",
    "!contains(needs.release.outputs.version, 'rc')",
    "format('{0}-{1}', matrix.os, matrix.arch)",
};

/* Contexts of the size that a runner gives them. */
static const char contexts_json[] =
    "{\"github\":{\"token\":\"***\",\"job\":\"build\",\"ref\":\"refs/tags/v1.2.3\",\"sha\":"
    "\"0123456789abcdef0123456789abcdef01234567\",\"repository\":\"octo/app\",\"repository_owner\":"
    "\"octo\",\"repository_owner_id\":\"1\",\"repositoryUrl\":\"git://github.com/octo/app.git\","
    "\"run_id\":\"7\",\"run_number\":\"3\",\"retention_days\":\"90\",\"run_attempt\":\"1\","
    "\"artifact_cache_size_limit\":\"10\",\"repository_visibility\":\"public\",\"actor\":\"octo\","
    "\"workflow\":\"release\",\"head_ref\":\"\",\"base_ref\":\"\",\"event_name\":\"push\","
    "\"event\":"
    "{\"after\":\"0123456789abcdef0123456789abcdef01234567\"},\"server_url\":"
    "\"https://github.com\",\"ref_name\":\"v1.2.3\",\"ref_type\":\"tag\"},\"needs\":{\"test\":"
    "{\"result\":\"success\",\"outputs\":{}},\"release\":{\"result\":\"success\",\"outputs\":"
    "{\"version\":\"1.2.3\"}}},\"matrix\":{\"os\":\"ubuntu-latest\",\"arch\":\"arm64\"}}";

struct bench {
    rh_arena kept, work;
    const rh_value *contexts[RH_CONTEXT_COUNT];
    const rh_expression *expressions[TYPICAL];
    rh_expression_scope scope;
};

static const rh_value *answer(void *data, rh_expression_context context)
{
    const struct bench *bench = data;
    return bench->contexts[context];
}

static const rh_expression *parse(rh_arena *arena, const char *text)
{
    rh_expression_error error;
    const rh_expression *expression =
        rh_expression_parse(arena, text, strlen(text), (uint32_t)RH_USES_ANYTHING, &error);
    if (!expression) {
        fprintf(stderr, "rehearse-bench: %s: %s\n", text, error.message);
        exit(1);
    }
    return expression;
}

static void evaluate(struct bench *bench, const rh_expression *expression)
{
    rh_expression_error error;
    const rh_value *value = rh_expression_evaluate(&bench->work, expression, &bench->scope, &error);
    if (!value || rh_value_truth(value) != RH_TRUTHY) {
        fprintf(stderr, "rehearse-bench: an expression is not what it should be\n");
        exit(1);
    }
}

/* Each round evaluates all of them `count` times; in expressions a second. */
static void measure(struct bench *bench, const char *name, int64_t count, bool parsed)
{
    if (!bench_wants(name))
        return;
    double rounds[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < count; i++) {
            if (i % BEFORE_RESET == 0)
                rh_arena_reset(&bench->work);
            for (size_t k = 0; k < TYPICAL; k++)
                evaluate(bench, parsed ? parse(&bench->work, typical[k]) : bench->expressions[k]);
        }
        if (round >= 0)
            rounds[round] = (double)count * TYPICAL * 1e9 / (double)(bench_now() - start);
    }
    bench_record(name, "expressions/s", rounds, ROUNDS);
}

void bench_expressions(void)
{
    struct bench bench = {.scope = {.data = &bench, .context = answer}};
    static const char *const names[RH_CONTEXT_COUNT] = {
#define X(name, text) text,
        RH_EXPRESSION_CONTEXTS(X)
#undef X
    };
    rh_env *env = rh_env_create(&bench_module);
    if (!env)
        abort();
    const rh_value *contexts = rh_env_json(env, contexts_json);
    rh_arena_init(&bench.kept, NULL, NULL);
    rh_arena_init(&bench.work, NULL, NULL);
    for (size_t i = 0; i < RH_CONTEXT_COUNT; i++)
        bench.contexts[i] = rh_get(contexts, names[i]);
    for (size_t i = 0; i < TYPICAL; i++)
        bench.expressions[i] = parse(&bench.kept, typical[i]);
    int64_t count = (int64_t)(200000 * bench_effort);
    measure(&bench, "expressions_per_s", count, false);
    measure(&bench, "expressions_parsed_per_s", count / 4, true);
    rh_arena_free(&bench.work);
    rh_arena_free(&bench.kept);
    rh_env_destroy(env);
}
