#include "sim/actions/matrix_filter.h"

#include "sim/expression/expression.h"

static void add_tests(rh_arena *arena, rh_matrix_filter *filter, const rh_matrix_place *place,
                      const rh_value *value)
{
    if (rh_kind_of(value) != RH_LIST && rh_kind_of(value) != RH_OBJECT) {
        filter->tests = rh_arena_reserve(arena, filter->tests, sizeof *filter->tests,
                                         filter->test_count + 1, &filter->test_capacity);
        filter->tests[filter->test_count++] =
            (rh_matrix_test){place, value ? value : rh_value_null()};
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        rh_matrix_place *below = RH_NEW(arena, rh_matrix_place);
        *below = (rh_matrix_place){.parent = place, .index = i};
        if (value->kind == RH_OBJECT)
            below->key = value->as.fields[i].key;
        add_tests(arena, filter, below, rh_at(value, i));
    }
}

void rh_matrix_filter_add(rh_arena *arena, rh_matrix_filter *filter, const rh_field *field)
{
    rh_matrix_place *place = RH_NEW(arena, rh_matrix_place);
    place->key = field->key;
    add_tests(arena, filter, place, field->value);
}

static const rh_value *in_row(const rh_field *row, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (rh_same_ignoring_case(row[i].key, key))
            return row[i].value;
    return NULL;
}

/* As an index with a string does: in a list it is a position if it is a whole number. */
static const rh_value *item_by_key(const rh_value *list, const char *key)
{
    size_t index = 0;
    for (const char *c = key; *c; c++) {
        if (*c < '0' || *c > '9' || index > UINT32_MAX)
            return NULL;
        index = index * 10 + (size_t)(*c - '0');
    }
    return rh_at(list, index);
}

static const rh_value *field_by_index(const rh_value *object, size_t index)
{
    char key[24];
    size_t at = sizeof key - 1;
    key[at] = '\0';
    do
        key[--at] = (char)('0' + index % 10);
    while (index /= 10);
    return rh_value_property(object, key + at, sizeof key - 1 - at);
}

/* What stands at a place of the row; what leads nowhere is null. */
static const rh_value *look_up(const rh_field *row, size_t count, const rh_matrix_place *place)
{
    if (!place->parent)
        return in_row(row, count, place->key);
    const rh_value *above = look_up(row, count, place->parent);
    switch (rh_kind_of(above)) {
    case RH_UNKNOWN:
        return above;
    case RH_LIST:
        return place->key ? item_by_key(above, place->key) : rh_at(above, place->index);
    case RH_OBJECT:
        return place->key ? rh_value_property(above, place->key, strlen(place->key))
                          : field_by_index(above, place->index);
    default:
        return NULL;
    }
}

bool rh_matrix_filter_matches(const rh_matrix_filter *filter, const rh_field *row, size_t count,
                              const rh_value **undecided)
{
    const rh_value *unknown = NULL;
    for (size_t i = 0; i < filter->test_count; i++) {
        const rh_matrix_test *test = &filter->tests[i];
        const rh_value *found = look_up(row, count, test->place);
        rh_truth equal = rh_value_loosely_equal(found ? found : rh_value_null(), test->wanted);
        if (equal == RH_FALSY)
            return false;
        if (equal == RH_TRUTH_UNKNOWN && !unknown)
            unknown = rh_kind_of(found) == RH_UNKNOWN ? found : test->wanted;
    }
    *undecided = unknown;
    return !unknown;
}
