#include "sim/actions/matrix.h"

#include "sim/actions/matrix_filter.h"
#include "sim/actions/matrix_name.h"
#include "sim/expression/expression.h"

enum { MOST_ROWS = 100000 }; /* before exclude; what is more is no matrix but a mistake */

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct vector {
    const char *key;
    const rh_value *const *items;
    size_t count;
} vector;

typedef struct builder {
    rh_arena *arena;
    rh_error *error;
    rh_matrix *out;
    size_t limit;
    vector *vectors;
    size_t vector_count;
    const rh_value *include, *exclude; /* lists, or NULL */
    rh_matrix_filter *includes, *excludes;
    bool *is_matched; /* of includes */
    size_t include_count, exclude_count;
    rh_leg_names names;
    rh_matrix_leg *legs;
    size_t capacity;
    size_t rows; /* legs, and those beyond the limit */
} builder;

static const vector *find_vector(const builder *b, const char *key)
{
    for (size_t i = 0; i < b->vector_count; i++)
        if (rh_same_ignoring_case(b->vectors[i].key, key))
            return &b->vectors[i];
    return NULL;
}

static int expect(builder *b, const rh_value *value, rh_kind kind)
{
    if (rh_kind_of(value) == kind)
        return 0;
    if (rh_kind_of(value) == RH_LIST || rh_kind_of(value) == RH_OBJECT)
        return rh_error_set(b->error, NULL, 0, 0, "A %s was not expected",
                            kind == RH_LIST ? "mapping" : "sequence");
    const rh_value *text = rh_value_as_string(b->arena, value);
    return rh_error_set(b->error, NULL, 0, 0, "Unexpected value '%s'", rh_text_of(text));
}

/* True if the value is unknown, which then is the answer. */
static bool is_unknown(builder *b, const char *key, const rh_value *value)
{
    if (rh_kind_of(value) != RH_UNKNOWN)
        return false;
    if (!b->out->unknown) {
        b->out->unknown = value;
        b->out->unknown_key = rh_arena_string(b->arena, key);
    }
    return true;
}

static int read_key(builder *b, const rh_field *field)
{
    bool is_include = strcmp(field->key, "include") == 0;
    bool is_exclude = strcmp(field->key, "exclude") == 0;
    if (is_unknown(b, field->key, field->value))
        return 0;
    if (expect(b, field->value, RH_LIST) < 0)
        return -1;
    if (is_include) {
        b->include = field->value;
    } else if (is_exclude) {
        b->exclude = field->value;
    } else {
        if (find_vector(b, field->key))
            return rh_error_set(b->error, NULL, 0, 0, "'%s' is already defined", field->key);
        if (!field->value->count)
            return rh_error_set(b->error, NULL, 0, 0,
                                "Matrix vector '%s' does not contain any values", field->key);
        b->vectors[b->vector_count++] = (vector){.key = field->key,
                                                 .items = field->value->as.items,
                                                 .count = field->value->count};
    }
    return 0;
}

static int read_matrix(builder *b, const rh_value *matrix)
{
    if (is_unknown(b, "", matrix))
        return 0;
    if (expect(b, matrix, RH_OBJECT) < 0)
        return -1;
    b->vectors = RH_NEW_ARRAY(b->arena, vector, matrix->count);
    for (size_t i = 0; i < matrix->count; i++)
        if (read_key(b, &matrix->as.fields[i]) < 0)
            return -1;
    if (!b->out->unknown && !b->vector_count && !rh_count_of(b->include))
        return rh_error_set(b->error, NULL, 0, 0, "Matrix must define at least one vector");
    return 0;
}

/* ---- include and exclude --------------------------------------------------------------------- */

static int read_exclude(builder *b, const rh_value *item)
{
    if (is_unknown(b, "exclude", item))
        return 0;
    if (expect(b, item, RH_OBJECT) < 0)
        return -1;
    if (!item->count)
        return rh_error_set(b->error, NULL, 0, 0, "Matrix exclude filter must not be empty");
    for (size_t i = 0; i < item->count; i++)
        if (!find_vector(b, item->as.fields[i].key))
            return rh_error_set(b->error, NULL, 0, 0,
                                "Matrix exclude key '%s' does not match any key within the matrix",
                                item->as.fields[i].key);
    rh_matrix_filter *filter = &b->excludes[b->exclude_count++];
    for (size_t i = 0; i < item->count; i++)
        rh_matrix_filter_add(b->arena, filter, &item->as.fields[i]);
    return 0;
}

static int read_include(builder *b, const rh_value *item)
{
    if (is_unknown(b, "include", item))
        return 0;
    if (expect(b, item, RH_OBJECT) < 0)
        return -1;
    if (!item->count)
        return rh_error_set(b->error, NULL, 0, 0,
                            "Matrix include mapping does not contain any values");
    rh_matrix_filter *filter = &b->includes[b->include_count++];
    filter->fields = RH_NEW_ARRAY(b->arena, rh_field, item->count);
    filter->extra = RH_NEW_ARRAY(b->arena, rh_field, item->count);
    for (size_t i = 0; i < item->count; i++) {
        const rh_field *field = &item->as.fields[i];
        if (find_vector(b, field->key)) {
            filter->fields[filter->field_count++] = *field;
            rh_matrix_filter_add(b->arena, filter, field);
        } else {
            filter->extra[filter->extra_count++] = *field;
        }
    }
    return 0;
}

static int read_filters(builder *b)
{
    size_t includes = rh_count_of(b->include), excludes = rh_count_of(b->exclude);
    b->includes = RH_NEW_ARRAY(b->arena, rh_matrix_filter, includes);
    b->excludes = RH_NEW_ARRAY(b->arena, rh_matrix_filter, excludes);
    b->is_matched = RH_NEW_ARRAY(b->arena, bool, includes);
    for (size_t i = 0; i < includes; i++)
        if (read_include(b, b->include->as.items[i]) < 0)
            return -1;
    for (size_t i = 0; i < excludes; i++)
        if (read_exclude(b, b->exclude->as.items[i]) < 0)
            return -1;
    return 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Sets a field of a row, the key without regard to case; one that is there keeps its place. */
static void set_field(rh_field *fields, size_t from, size_t *count, const rh_field *field)
{
    for (size_t i = from; i < *count; i++)
        if (rh_same_ignoring_case(fields[i].key, field->key)) {
            fields[i].value = field->value;
            return;
        }
    fields[(*count)++] = *field;
}

/* The name is made of the first `named` fields. */
static void add_leg(builder *b, const rh_field *fields, size_t count, size_t named)
{
    if (++b->rows > b->limit)
        return;
    b->legs = rh_arena_reserve(b->arena, b->legs, sizeof *b->legs, b->out->count + 1, &b->capacity);
    rh_matrix_leg *leg = &b->legs[b->out->count++];
    *leg = (rh_matrix_leg){.row = rh_value_object(b->arena, fields, count)};
    rh_leg_name(&b->names, fields, named, &leg->id, &leg->suffix);
}

static bool matches(builder *b, const rh_matrix_filter *filter, const rh_field *fields)
{
    const rh_value *undecided = NULL;
    bool is_match = rh_matrix_filter_matches(filter, fields, b->vector_count, &undecided);
    if (undecided && !b->out->undecided)
        b->out->undecided = undecided;
    return is_match;
}

static void add_row(builder *b, rh_field *fields)
{
    size_t count = b->vector_count;
    for (size_t i = 0; i < b->exclude_count; i++)
        if (matches(b, &b->excludes[i], fields))
            return;
    for (size_t i = 0; i < b->include_count; i++) {
        const rh_matrix_filter *filter = &b->includes[i];
        if (!matches(b, filter, fields))
            continue;
        b->is_matched[i] = true;
        for (size_t k = 0; k < filter->extra_count; k++)
            set_field(fields, b->vector_count, &count, &filter->extra[k]);
    }
    add_leg(b, fields, count, b->vector_count);
}

static int add_product(builder *b)
{
    size_t product = b->vector_count ? 1 : 0, most = b->vector_count;
    for (size_t i = 0; i < b->vector_count; i++) {
        if (b->vectors[i].count > MOST_ROWS / product)
            return rh_error_set(b->error, NULL, 0, 0,
                                "The matrix has more than %d combinations; at most %zu jobs are "
                                "allowed",
                                MOST_ROWS, b->limit);
        product *= b->vectors[i].count;
    }
    for (size_t i = 0; i < b->include_count; i++)
        most += b->includes[i].extra_count;
    rh_field *fields = RH_NEW_ARRAY(b->arena, rh_field, most);
    for (size_t row = 0; row < product; row++) {
        size_t block = product;
        for (size_t i = 0; i < b->vector_count; i++) {
            const vector *v = &b->vectors[i];
            block /= v->count;
            fields[i] = (rh_field){v->key, v->items[row / block % v->count]};
        }
        add_row(b, fields);
    }
    return 0;
}

static void add_included(builder *b)
{
    for (size_t i = 0; i < b->include_count; i++) {
        const rh_matrix_filter *filter = &b->includes[i];
        size_t count = filter->field_count + filter->extra_count;
        if (b->is_matched[i])
            continue;
        rh_field *fields = RH_NEW_ARRAY(b->arena, rh_field, count);
        for (size_t k = 0; k < filter->field_count; k++)
            fields[k] = filter->fields[k];
        for (size_t k = 0; k < filter->extra_count; k++)
            fields[filter->field_count + k] = filter->extra[k];
        add_leg(b, fields, count, count);
    }
}

int rh_matrix_build(rh_arena *arena, const rh_value *matrix, size_t limit, rh_matrix *out,
                    rh_error *error)
{
    *out = (rh_matrix){.unknown_key = ""};
    builder b = {.arena = arena, .error = error, .out = out};
    b.limit = limit ? limit : RH_MATRIX_LIMIT;
    rh_leg_names_init(&b.names, arena);
    if (read_matrix(&b, matrix) < 0)
        return -1;
    /* Without all vectors there is no telling a filter of `include` from an addition. */
    if (out->unknown)
        return 0;
    if (read_filters(&b) < 0)
        return -1;
    if (out->unknown)
        return 0;
    if (add_product(&b) < 0)
        return -1;
    add_included(&b);
    out->legs = b.legs;
    if (b.rows > b.limit)
        return rh_error_set(error, NULL, 0, 0, "The matrix makes %zu jobs; at most %zu are allowed",
                            b.rows, b.limit);
    return 0;
}

/* ---- for each leg ---------------------------------------------------------------------------- */

const rh_value *rh_matrix_strategy(rh_arena *arena, bool fail_fast, int64_t max_parallel,
                                   size_t index, size_t total)
{
    int64_t parallel = max_parallel > 0 ? max_parallel : (int64_t)total;
    enum { FIELDS = 4 };
    rh_field *fields = rh_arena_alloc(arena, FIELDS * sizeof *fields);
    fields[0] = (rh_field){"fail-fast", rh_value_boolean(arena, fail_fast)};
    fields[1] = (rh_field){"job-index", rh_value_integer(arena, (int64_t)index)};
    fields[2] = (rh_field){"job-total", rh_value_integer(arena, (int64_t)total)};
    fields[3] = (rh_field){"max-parallel", rh_value_integer(arena, parallel)};
    return rh_value_object_unhashed(arena, fields, FIELDS);
}
