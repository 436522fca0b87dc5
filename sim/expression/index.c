/* a.b, a[b], a.*: objects by name, lists by position, and lists that a wildcard made item by item.
 */
#include "sim/expression/evaluate.h"

/* What is asked for: one part, or all. */
struct index {
    const char *name; /* NULL: none; a list or an object is no name */
    size_t length;
    int32_t position; /* -1: none */
    bool all;
};

struct found {
    const rh_value **items;
    size_t count, room;
};

static void find(rh_arena *arena, struct found *found, const rh_value *value)
{
    found->items = rh_arena_reserve(arena, (void *)found->items, sizeof *found->items,
                                    found->count + 1, &found->room);
    found->items[found->count++] = value ? value : rh_value_null();
}

static const rh_value *part_of(const rh_value *collection, const struct index *index)
{
    if (collection->kind == RH_OBJECT)
        return index->name ? rh_value_property(collection, index->name, index->length) : NULL;
    if (index->position < 0 || (uint32_t)index->position >= collection->count)
        return NULL;
    return collection->as.items[index->position];
}

static bool is_collection(const rh_value *value)
{
    return rh_kind_of(value) == RH_OBJECT || rh_kind_of(value) == RH_LIST;
}

static void find_all(rh_arena *arena, struct found *found, const rh_value *collection)
{
    for (size_t i = 0; i < collection->count; i++)
        find(arena, found, rh_at(collection, i));
}

/* "needs.build" and "outputs" make "needs.build.outputs". */
static const rh_value *unknown_part(rh_evaluation *evaluation, const rh_value *unknown,
                                    const char *name, unsigned flags)
{
    const char *origin = rh_value_origin(unknown);
    if (*origin && name)
        origin = rh_format(evaluation->arena, "%s.%s", origin, name);
    return rh_value_unknown(evaluation->arena, origin, (uint8_t)(flags | unknown->flags));
}

/* Of a list that a wildcard made: the parts of its items, without those that are not there. */
static const rh_value *filter(rh_evaluation *evaluation, const rh_value *list,
                              const struct index *index, unsigned flags)
{
    struct found found = {0};
    for (size_t i = 0; i < list->count; i++) {
        const rh_value *item = list->as.items[i];
        if (item->kind == RH_UNKNOWN)
            find(evaluation->arena, &found,
                 unknown_part(evaluation, item, index->all ? "*" : index->name, 0));
        if (!is_collection(item))
            continue;
        if (index->all) {
            find_all(evaluation->arena, &found, item);
            continue;
        }
        const rh_value *part = part_of(item, index);
        if (part)
            find(evaluation->arena, &found, rh_evaluation_flagged(evaluation, part, item->flags));
    }
    return rh_expression_list(evaluation->arena, found.items, found.count,
                              (uint8_t)(RH_FILTERED | (flags & RH_CARRIED_FLAGS)));
}

static const rh_value *take(rh_evaluation *evaluation, const rh_value *collection,
                            const struct index *index, unsigned flags)
{
    flags |= collection->flags;
    if (collection->flags & RH_FILTERED && collection->kind == RH_LIST)
        return filter(evaluation, collection, index, flags);
    const rh_value *part = part_of(collection, index);
    return rh_evaluation_flagged(evaluation, part ? part : rh_value_null(), flags);
}

const rh_value *rh_evaluate_property(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *of = rh_evaluate(evaluation, node->operands[0]), *name = node->constant;
    if (!of)
        return NULL;
    if (of->kind == RH_UNKNOWN)
        return unknown_part(evaluation, of, name->as.text, 0);
    if (!is_collection(of))
        return rh_evaluation_flagged(evaluation, rh_value_null(), of->flags);
    const struct index index = {name->as.text, name->count, node->position, false};
    return take(evaluation, of, &index, 0);
}

const rh_value *rh_evaluate_index(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *of = rh_evaluate(evaluation, node->operands[0]);
    if (!of)
        return NULL;
    if (!is_collection(of) && of->kind != RH_UNKNOWN)
        return rh_evaluation_flagged(evaluation, rh_value_null(), of->flags);
    const rh_value *key = rh_evaluate(evaluation, node->operands[1]);
    if (!key)
        return NULL;
    if (of->kind == RH_UNKNOWN || key->kind == RH_UNKNOWN)
        return rh_evaluation_unknown(evaluation, of->kind == RH_UNKNOWN ? of : key,
                                     of->flags | key->flags);
    rh_view view = {0};
    if (rh_expression_is_primitive(key))
        rh_expression_view(key, &view);
    double position = rh_expression_to_number(key);
    bool has_position = position >= 0 && position < 2147483648.0;
    const struct index index = {view.text, view.length, has_position ? (int32_t)position : -1,
                                false};
    return take(evaluation, of, &index, key->flags);
}

const rh_value *rh_evaluate_wildcard(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *of = rh_evaluate(evaluation, node->operands[0]);
    struct found found = {0};
    if (!of)
        return NULL;
    if (of->kind == RH_UNKNOWN)
        return unknown_part(evaluation, of, "*", 0);
    if (of->kind == RH_LIST && of->flags & RH_FILTERED)
        return filter(evaluation, of, &(struct index){.position = -1, .all = true}, of->flags);
    if (is_collection(of))
        find_all(evaluation->arena, &found, of);
    return rh_expression_list(evaluation->arena, found.items, found.count,
                              (uint8_t)(RH_FILTERED | (of->flags & RH_CARRIED_FLAGS)));
}
