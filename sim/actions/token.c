#include <string.h>

#include "sim/actions/read.h"

/* ---- asking ---------------------------------------------------------------------------------- */

static const rh_token_pair *find_pair(const rh_token *mapping, const char *key)
{
    if (!mapping || mapping->kind != RH_TOKEN_MAPPING)
        return NULL;
    size_t length = strlen(key);
    for (uint32_t i = 0; i < mapping->count; i++) {
        const rh_token *known = mapping->as.pairs[i].key;
        if (!known->expression && !known->is_insert &&
            !rh_compare_ignoring_case(known->text, strlen(known->text), key, length))
            return &mapping->as.pairs[i];
    }
    return NULL;
}

const rh_token *rh_token_get(const rh_token *mapping, const char *key)
{
    const rh_token_pair *pair = find_pair(mapping, key);
    return pair ? pair->value : NULL;
}

const rh_token *rh_token_key(const rh_token *mapping, const char *key)
{
    const rh_token_pair *pair = find_pair(mapping, key);
    return pair ? pair->key : NULL;
}

const char *rh_token_text(const rh_token *token)
{
    return token ? rh_text_of(token->constant) : "";
}

bool rh_token_is(const rh_token *token, const char *text)
{
    return token && rh_kind_of(token->constant) == RH_STRING &&
           !strcmp(rh_text_of(token->constant), text);
}

bool rh_token_is_null(const rh_token *token)
{
    return token->kind == RH_TOKEN_SCALAR && !token->expression &&
           rh_kind_of(token->constant) == RH_NULL;
}

bool rh_token_varies(const rh_token *token)
{
    if (token->kind == RH_TOKEN_SCALAR)
        return token->expression != NULL || token->is_insert;
    for (uint32_t i = 0; i < token->count; i++) {
        bool varies = token->kind == RH_TOKEN_SEQUENCE
                          ? rh_token_varies(token->as.items[i])
                          : rh_token_varies(token->as.pairs[i].key) ||
                                rh_token_varies(token->as.pairs[i].value);
        if (varies)
            return true;
    }
    return false;
}

rh_actions_place rh_token_place(const rh_token *token)
{
    return (rh_actions_place){token->line, token->column};
}

/* ---- evaluating ------------------------------------------------------------------------------ */

typedef struct evaluation {
    rh_arena *arena;
    const rh_expression_scope *scope;
    const char *file;
    rh_error *error;
} evaluation;

static const rh_value *evaluate(const evaluation *with, const rh_token *token);

static const rh_value *evaluate_scalar(const evaluation *with, const rh_token *token)
{
    rh_expression_error error;
    const rh_value *value =
        rh_expression_evaluate(with->arena, token->expression, with->scope, &error);
    if (!value) {
        rh_error_set(with->error, with->file, token->line, token->column, "%s", error.message);
        return NULL;
    }
    return token->is_text ? rh_value_as_string(with->arena, value) : value;
}

static const rh_value *evaluate_sequence(const evaluation *with, const rh_token *token)
{
    const rh_value **items = RH_NEW_ARRAY(with->arena, const rh_value *, token->count);
    for (uint32_t i = 0; i < token->count; i++)
        if (!(items[i] = evaluate(with, token->as.items[i])))
            return NULL;
    return rh_value_list(with->arena, items, token->count);
}

/* The fields of an object that is being made. */
typedef struct fields {
    rh_field *items;
    size_t count, capacity;
} fields;

static void add_field(rh_arena *arena, fields *to, const char *key, const rh_value *value)
{
    to->items = rh_arena_reserve(arena, to->items, sizeof *to->items, to->count + 1, &to->capacity);
    to->items[to->count++] = (rh_field){key, value};
}

/* False if the mapping as a whole is not known: a key is not, or what is inserted. */
static bool add_pair(const evaluation *with, fields *to, const rh_token_pair *pair, bool *failed)
{
    const rh_value *value = evaluate(with, pair->value);
    *failed = !value;
    if (!value)
        return false;
    if (pair->key->is_insert) {
        if (rh_kind_of(value) != RH_OBJECT)
            return rh_kind_of(value) != RH_UNKNOWN;
        for (uint32_t i = 0; i < value->count; i++)
            add_field(with->arena, to, value->as.fields[i].key, value->as.fields[i].value);
        return true;
    }
    const rh_value *key = pair->key->constant;
    if (pair->key->expression) {
        key = evaluate_scalar(with, pair->key);
        *failed = !key;
        if (!key)
            return false;
        key = rh_value_as_string(with->arena, key);
        if (rh_kind_of(key) == RH_UNKNOWN)
            return false;
    }
    add_field(with->arena, to, rh_text_of(key), value);
    return true;
}

static const rh_value *evaluate_mapping(const evaluation *with, const rh_token *token)
{
    fields made = {0};
    for (uint32_t i = 0; i < token->count; i++) {
        bool failed = false;
        if (!add_pair(with, &made, &token->as.pairs[i], &failed))
            return failed ? NULL : rh_value_unknown(with->arena, "", 0);
    }
    return rh_value_object_borrowing(with->arena, made.items, made.count);
}

static const rh_value *evaluate(const evaluation *with, const rh_token *token)
{
    if (token->constant)
        return token->constant;
    switch ((rh_token_kind)token->kind) {
    case RH_TOKEN_SEQUENCE:
        return evaluate_sequence(with, token);
    case RH_TOKEN_MAPPING:
        return evaluate_mapping(with, token);
    default:
        return token->expression ? evaluate_scalar(with, token) : rh_value_null();
    }
}

const rh_value *rh_token_evaluate(rh_arena *arena, const rh_token *token,
                                  const rh_expression_scope *scope, const char *file,
                                  rh_error *error)
{
    evaluation with = {arena, scope, file, error};
    return token ? evaluate(&with, token) : rh_value_null();
}

const rh_value *rh_token_string(rh_arena *arena, const rh_token *token,
                                const rh_expression_scope *scope, const char *file, rh_error *error)
{
    const rh_value *value = rh_token_evaluate(arena, token, scope, file, error);
    return value ? rh_value_as_string(arena, value) : NULL;
}
