/* Any text, as an expression, a template and a condition: what is read is evaluated with contexts
 * of every kind, and comes back the same after writing it. Behind the first newline stands the
 * text, before it JSON for the contexts; without one all is the text. */
#include <stdlib.h>

#include "sim/base/json.h"
#include "sim/expression/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const rh_value *answer(void *data, rh_expression_context context)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_EXPRESSION_CONTEXTS(X)
#undef X
    };
    return rh_get(data, names[context]);
}

static void tell(void *data, rh_expression_context context, const char *const *path, size_t count,
                 size_t offset)
{
    size_t *length = data;
    if (context >= RH_CONTEXT_COUNT || offset > *length)
        abort();
    for (size_t i = 0; i < count; i++)
        if (!path[i])
            abort();
}

static bool may_hold(rh_truth truth, const rh_value *value)
{
    rh_truth of_value = rh_value_truth(value);
    return truth == of_value || of_value == RH_TRUTH_UNKNOWN;
}

/* The written text means the same. */
static void check_written(rh_arena *arena, const rh_expression *expression, const rh_value *value,
                          const rh_expression_scope *scope)
{
    rh_text first = rh_text_in(arena), second = rh_text_in(arena);
    rh_expression_error error;
    rh_expression_write(&first, expression);
    const rh_expression *again =
        rh_expression_parse(arena, first.data, first.length, (uint32_t)RH_USES_ANYTHING, &error);
    if (!again)
        return; /* names with NUL cannot be written, and what is long may become too long */
    rh_expression_write(&second, again);
    const rh_value *other = rh_expression_evaluate(arena, again, scope, &error);
    if (!value != !other || (value && !rh_equal(value, other)))
        abort();
}

static void check(rh_arena *arena, const rh_expression *expression, size_t length,
                  const rh_value *contexts)
{
    const rh_expression_scope scope = {.data = (void *)(uintptr_t)contexts, .context = answer};
    rh_expression_error error;
    const rh_value *value = rh_expression_evaluate(arena, expression, &scope, &error);
    if (!value && (!error.message[0] || error.stage != RH_EXPRESSION_EVALUATION))
        abort();
    rh_truth truth = rh_expression_truth(arena, expression, &scope, &error);
    if (value && (error.message[0] || !may_hold(truth, value)))
        abort();
    if (value && rh_value_hash(value) != rh_value_hash(rh_value_clone(arena, value)))
        abort();
    rh_expression_references(expression, tell, &length);
    check_written(arena, expression, value, &scope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    typedef const rh_expression *reading(rh_arena *, const char *, size_t, uint32_t,
                                         rh_expression_error *);
    static reading *const readings[] = {rh_expression_parse, rh_expression_template,
                                        rh_expression_condition};
    const char *text = (const char *)data, *line = size ? memchr(text, '\n', size) : NULL;
    rh_arena arena;
    rh_error ignored;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *contexts =
        line ? rh_json_read(&arena, text, (size_t)(line - text), NULL, &ignored) : NULL;
    size_t length = line ? (size_t)(text + size - (line + 1)) : size;
    text = rh_arena_text(&arena, line ? line + 1 : text, length);
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        rh_expression_error error = {.message = ""};
        const rh_expression *expression =
            readings[i](&arena, text, length, (uint32_t)RH_USES_ANYTHING, &error);
        if (expression)
            check(&arena, expression, length, contexts);
        else if (!error.message[0] || error.offset > length)
            abort();
    }
    rh_arena_free(&arena);
    return 0;
}
