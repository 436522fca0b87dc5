#include "sim/expression/evaluate.h"

/* ---- searching strings ----------------------------------------------------------------------- */

typedef bool searching(const char *text, size_t length, const char *part, size_t part_length);

static const rh_value *argument(rh_evaluation *evaluation, const rh_node *node, size_t index)
{
    return rh_evaluate(evaluation, node->operands[index]);
}

/* Lists and objects begin, end and contain nothing as strings. The second argument is not evaluated
 * for them. */
static const rh_value *search_text(rh_evaluation *evaluation, const rh_node *node,
                                   const rh_value *text, searching *search)
{
    if (text->kind != RH_UNKNOWN && !rh_expression_is_primitive(text))
        return rh_evaluation_boolean(evaluation, false, text->flags);
    const rh_value *part = argument(evaluation, node, 1);
    if (!part)
        return NULL;
    unsigned flags = text->flags | part->flags;
    if (part->kind != RH_UNKNOWN && !rh_expression_is_primitive(part) && text->kind != RH_UNKNOWN)
        return rh_evaluation_boolean(evaluation, false, flags);
    if (text->kind == RH_UNKNOWN || part->kind == RH_UNKNOWN)
        return rh_evaluation_unknown(evaluation, text->kind == RH_UNKNOWN ? text : part, flags);
    rh_view in, sought;
    rh_expression_view(text, &in);
    rh_expression_view(part, &sought);
    return rh_evaluation_boolean(evaluation, search(in.text, in.length, sought.text, sought.length),
                                 flags);
}

static const rh_value *search_start(rh_evaluation *evaluation, const rh_node *node,
                                    searching *search)
{
    const rh_value *text = argument(evaluation, node, 0);
    return text ? search_text(evaluation, node, text, search) : NULL;
}

static const rh_value *search_list(rh_evaluation *evaluation, const rh_node *node,
                                   const rh_value *list)
{
    const rh_value *unknown = NULL, *sought = argument(evaluation, node, 1);
    if (!sought)
        return NULL;
    unsigned flags = list->flags | sought->flags;
    for (size_t i = 0; i < list->count; i++) {
        const rh_value *item = rh_at(list, i);
        rh_order order = rh_expression_order(sought, item);
        if (item)
            flags |= item->flags;
        if (order == RH_ORDER_EQUAL)
            return rh_evaluation_boolean(evaluation, true, flags);
        if (order == RH_ORDER_UNKNOWN && !unknown)
            unknown = sought->kind == RH_UNKNOWN ? sought : item;
    }
    return unknown ? rh_evaluation_unknown(evaluation, unknown, flags)
                   : rh_evaluation_boolean(evaluation, false, flags);
}

static const rh_value *contains(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *in = argument(evaluation, node, 0);
    if (!in)
        return NULL;
    if (in->kind == RH_LIST && in->count)
        return search_list(evaluation, node, in);
    return search_text(evaluation, node, in, rh_letters_contain);
}

/* ---- join ------------------------------------------------------------------------------------ */

/* What stands between the items; a list or an object as separator is ignored. */
static const rh_value *read_separator(rh_evaluation *evaluation, const rh_node *node)
{
    if (node->count < 2)
        return rh_value_string(evaluation->arena, ",", 1);
    const rh_value *separator = argument(evaluation, node, 1);
    if (!separator || separator->kind == RH_UNKNOWN || rh_expression_is_primitive(separator))
        return separator;
    return rh_evaluation_string(evaluation, ",", 1, separator->flags);
}

static const rh_value *join_items(rh_evaluation *evaluation, const rh_value *list,
                                  const rh_value *separator, unsigned flags)
{
    rh_text text = rh_text_in(evaluation->arena);
    rh_view between, view;
    rh_expression_view(separator, &between);
    for (size_t i = 0; i < list->count; i++) {
        const rh_value *item = rh_at(list, i);
        if (rh_kind_of(item) == RH_UNKNOWN)
            return rh_evaluation_unknown(evaluation, item, flags | item->flags);
        rh_expression_view(item, &view);
        rh_text_add(&text, between.text, i ? between.length : 0);
        rh_text_add(&text, view.text, view.length);
        flags |= item ? item->flags : 0u;
    }
    return rh_evaluation_string(evaluation, text.data, text.length, flags);
}

static const rh_value *join(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *items = argument(evaluation, node, 0), *separator = rh_value_null();
    if (!items || items->kind == RH_UNKNOWN)
        return items;
    if (rh_expression_is_primitive(items))
        return rh_value_as_string(evaluation->arena, items);
    if (items->kind != RH_LIST || !items->count)
        return rh_evaluation_string(evaluation, "", 0, items->flags);
    if (items->count > 1) {
        separator = read_separator(evaluation, node);
        if (!separator)
            return NULL;
        if (separator->kind == RH_UNKNOWN)
            return rh_evaluation_unknown(evaluation, separator, items->flags);
    }
    return join_items(evaluation, items, separator, items->flags | separator->flags);
}

/* ---- case ------------------------------------------------------------------------------------ */

static const rh_value *choose(rh_evaluation *evaluation, const rh_node *node)
{
    unsigned flags = 0;
    size_t i = 0;
    for (; i + 1 < node->count; i += 2) {
        const rh_value *predicate = argument(evaluation, node, i);
        if (!predicate)
            return NULL;
        flags |= predicate->flags;
        if (predicate->kind == RH_UNKNOWN)
            return rh_evaluation_unknown(evaluation, predicate, flags);
        if (predicate->kind != RH_BOOLEAN)
            return rh_evaluation_fail(evaluation,
                                      "case predicate must evaluate to a boolean value");
        if (predicate->as.boolean) {
            i++;
            break;
        }
    }
    const rh_value *chosen = argument(evaluation, node, i);
    return chosen ? rh_evaluation_flagged(evaluation, chosen, flags) : NULL;
}

/* ---- what the scope answers ------------------------------------------------------------------ */

/* All arguments as strings; NULL with an error. */
static const rh_value *const *read_strings(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value **strings = RH_NEW_ARRAY(evaluation->arena, const rh_value *, node->count + 1u);
    for (size_t i = 0; i < node->count; i++) {
        const rh_value *value = argument(evaluation, node, i);
        if (!value)
            return NULL;
        strings[i] = rh_value_as_string(evaluation->arena, value);
    }
    return strings;
}

static rh_truth default_status(rh_status_function function)
{
    return function == RH_STATUS_ALWAYS || function == RH_STATUS_SUCCESS ? RH_TRUTHY : RH_FALSY;
}

static const rh_value *ask_status(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_expression_scope *scope = evaluation->scope;
    rh_status_function function =
        (rh_status_function)(node->function - RH_FUNCTION_ALWAYS + RH_STATUS_ALWAYS);
    const rh_value *const *arguments = NULL;
    if (node->count) {
        arguments = read_strings(evaluation, node);
        if (!arguments)
            return NULL;
    }
    rh_truth truth = default_status(function);
    if (scope && scope->status)
        truth = scope->status(scope->data, function, arguments, node->count);
    if (truth == RH_TRUTH_UNKNOWN)
        return rh_value_unknown(evaluation->arena, rh_format(evaluation->arena, "%s()", node->name),
                                0);
    return rh_value_boolean(evaluation->arena, truth == RH_TRUTHY);
}

static const rh_value *hash_files(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_expression_scope *scope = evaluation->scope;
    const rh_value *const *patterns = read_strings(evaluation, node), *hash = NULL;
    unsigned flags = 0;
    if (!patterns)
        return NULL;
    for (size_t i = 0; i < node->count; i++) {
        flags |= patterns[i]->flags;
        if (patterns[i]->kind == RH_UNKNOWN)
            return rh_evaluation_unknown(evaluation, patterns[i], flags);
    }
    if (scope && scope->hash_files)
        hash = scope->hash_files(scope->data, patterns, node->count);
    if (!hash)
        return rh_value_unknown(evaluation->arena, "hashFiles()", (uint8_t)flags);
    return rh_evaluation_flagged(evaluation, hash, flags);
}

const rh_value *rh_evaluate_call(rh_evaluation *evaluation, const rh_node *node)
{
    switch ((rh_function)node->function) {
    case RH_FUNCTION_CASE:
        return choose(evaluation, node);
    case RH_FUNCTION_CONTAINS:
        return contains(evaluation, node);
    case RH_FUNCTION_STARTS_WITH:
        return search_start(evaluation, node, rh_letters_begin);
    case RH_FUNCTION_ENDS_WITH:
        return search_start(evaluation, node, rh_letters_end);
    case RH_FUNCTION_FORMAT:
        return rh_evaluate_format(evaluation, node);
    case RH_FUNCTION_JOIN:
        return join(evaluation, node);
    case RH_FUNCTION_TO_JSON:
        return rh_evaluate_to_json(evaluation, node);
    case RH_FUNCTION_FROM_JSON:
        return rh_evaluate_from_json(evaluation, node);
    case RH_FUNCTION_HASH_FILES:
        return hash_files(evaluation, node);
    default:
        return ask_status(evaluation, node);
    }
}
