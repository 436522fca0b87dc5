/* Matrices and schedules that can be judged without running. */
#include <string.h>

#include "sim/actions/matrix.h"
#include "sim/actions/read.h"

static bool is_vector(const char *key)
{
    return strcmp(key, "include") && strcmp(key, "exclude");
}

static void check_exclude(rh_reading *r, const rh_token *matrix, const rh_token *exclude)
{
    for (uint32_t i = 0; exclude->kind == RH_TOKEN_SEQUENCE && i < exclude->count; i++) {
        const rh_token *item = exclude->as.items[i];
        for (uint32_t j = 0; item->kind == RH_TOKEN_MAPPING && j < item->count; j++) {
            const rh_token *key = item->as.pairs[j].key;
            if (!is_vector(key->text) || !rh_token_get(matrix, key->text))
                rh_reading_refuse_token(
                    r, key, "Matrix exclude key '%s' does not match any key within the matrix",
                    key->text);
        }
    }
}

static void check_vectors(rh_reading *r, const rh_token *matrix)
{
    bool has_vector = false, has_include = false;
    for (uint32_t i = 0; i < matrix->count; i++) {
        const rh_token_pair *pair = &matrix->as.pairs[i];
        bool varies = rh_token_varies(pair->value) || pair->key->expression;
        bool is_empty = !varies && pair->value->kind == RH_TOKEN_SEQUENCE && !pair->value->count;
        if (pair->key->expression || pair->key->is_insert || is_vector(pair->key->text)) {
            has_vector = true;
            if (is_empty)
                rh_reading_refuse_token(r, pair->value,
                                        "Matrix vector '%s' does not contain any values",
                                        pair->key->text);
        } else if (!strcmp(pair->key->text, "include")) {
            has_include = !is_empty;
        }
    }
    if (!has_vector && !has_include)
        rh_reading_refuse_token(r, matrix, "Matrix must define at least one vector");
}

/* Whether the schema has refused nothing of it. */
static bool is_well_formed(const rh_token *matrix)
{
    for (uint32_t i = 0; i < matrix->count; i++) {
        const rh_token *value = matrix->as.pairs[i].value;
        if (value->kind != RH_TOKEN_SEQUENCE)
            return false;
        for (uint32_t j = 0; !is_vector(matrix->as.pairs[i].key->text) && j < value->count; j++)
            if (value->as.items[j]->kind != RH_TOKEN_MAPPING)
                return false;
    }
    return true;
}

/* What shows only when the legs are built: that there are too many. */
static void check_legs(rh_reading *r, const rh_token *matrix)
{
    rh_matrix built;
    rh_error error;
    if (matrix->constant && is_well_formed(matrix) &&
        rh_matrix_build(r->arena, matrix->constant, 0, &built, &error) < 0)
        rh_reading_refuse_token(r, matrix, "%s", error.message);
}

void rh_check_strategy(rh_reading *r, const rh_token *strategy)
{
    const rh_token *matrix = rh_token_get(strategy, "matrix");
    if (!matrix || matrix->kind != RH_TOKEN_MAPPING)
        return;
    size_t problems = r->problem_count;
    check_vectors(r, matrix);
    const rh_token *exclude = rh_token_get(matrix, "exclude");
    if (exclude && !rh_token_varies(strategy))
        check_exclude(r, matrix, exclude);
    if (r->problem_count == problems && !rh_token_varies(strategy))
        check_legs(r, matrix);
}
