/* $x, ${x...} and their operations. */
#include "sim/shell/play.h"

/* What a parameter stands for: one value, or a list. */
typedef struct subject {
    rh_sh_variable *variable; /* NULL: not a variable */
    const rh_value *value;    /* NULL: unset */
    rh_sh_fields list;
    char joined;    /* '@' or '*' of a list; 0: one value */
    bool positions; /* $@ and $* */
} subject;

/* ---- what it stands for ---------------------------------------------------------------------- */

static const rh_value *number_text(rh_sh_shell *shell, uint64_t number)
{
    const char *digits = rh_format_number(shell->arena, number);
    return rh_sh_string(shell, digits, strlen(digits), 0);
}

static const rh_value *option_letters(rh_sh_shell *shell)
{
    char text[8];
    size_t length = 0;
    const rh_sh_state *state = &shell->state;
    if (state->errexit)
        text[length++] = 'e';
    text[length++] = 'h';
    if (state->nounset)
        text[length++] = 'u';
    if (state->xtrace)
        text[length++] = 'x';
    text[length++] = 'B';
    return rh_sh_string(shell, text, length, 0);
}

static const rh_value *special_value(rh_sh_shell *shell, const rh_sh_parameter *parameter)
{
    switch (parameter->special) {
    case '1':
        return parameter->position <= shell->state.argument_count
                   ? shell->state.arguments[parameter->position - 1]
                   : NULL;
    case '#':
        return number_text(shell, shell->state.argument_count);
    case '?':
        return number_text(shell, (uint64_t)shell->status);
    case '-':
        return option_letters(shell);
    case '0':
        return shell->state.name;
    default: /* $$ and $! */
        return rh_sh_unknown(shell, 0);
    }
}

static void list_elements(rh_sh_shell *shell, rh_sh_variable *variable, bool keys,
                          rh_sh_fields *list)
{
    const rh_sh_array *array = variable->now.array;
    if (variable->dynamic && strcmp(rh_sh_variable_name(shell, variable), "PIPESTATUS") == 0)
        array = shell->pipe_status;
    if (!array) {
        const rh_value *value = rh_sh_get(shell, variable);
        if (value)
            rh_sh_push(shell, list, keys ? number_text(shell, 0) : value);
        return;
    }
    for (size_t i = 0; i < array->count; i++) {
        const rh_sh_element *element = &array->elements[i];
        if (!keys)
            rh_sh_push(shell, list, element->value ? element->value : shell->empty);
        else if (variable->now.flags & RH_SH_MAP)
            rh_sh_push(shell, list, rh_sh_string(shell, element->key, strlen(element->key), 0));
        else
            rh_sh_push(shell, list, number_text(shell, (uint64_t)element->index));
    }
}

static rh_sh_variable *referred(rh_sh_shell *shell, rh_sh_variable *variable)
{
    const rh_value *value = variable->now.value;
    if (!(variable->now.flags & RH_SH_REFERENCE) || !value || value->kind != RH_STRING)
        return variable;
    return rh_sh_variable_named(shell, value->as.text, value->count);
}

static void find_element(rh_sh_shell *shell, subject *found, const rh_sh_word *subscript)
{
    const rh_value *key = rh_sh_expand(shell, subscript, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (rh_sh_is_unknown(key)) {
        found->value = rh_sh_unknown(shell, rh_sh_flags(key));
        return;
    }
    if (!found->variable->now.array && !(found->variable->now.flags & RH_SH_MAP)) {
        rh_sh_number index = rh_sh_compute(shell, key, "");
        if (index.failed)
            rh_sh_fail(shell, RH_SH_DISCARDS, 1);
        else if (index.unknown)
            found->value = rh_sh_unknown(shell, index.flags);
        else if (index.value == 0 || index.value == -1)
            found->value = rh_sh_get(shell, found->variable);
        return;
    }
    const rh_sh_element *element = rh_sh_element_at(shell, found->variable, key, false);
    found->value = element ? element->value : NULL;
}

static void find_subject(rh_sh_shell *shell, const rh_sh_parameter *parameter, subject *found)
{
    char special = parameter->special;
    if (special == '@' || special == '*') {
        found->joined = special;
        found->positions = true;
        found->list.items = (const rh_value **)(uintptr_t)shell->state.arguments;
        found->list.count = shell->state.argument_count;
        found->list.capacity = found->list.count;
    } else if (special) {
        found->value = special_value(shell, parameter);
    } else {
        found->variable = referred(shell, rh_sh_variable_at(shell, parameter->name));
        if (parameter->all && parameter->operation != RH_SH_NAMES) {
            found->joined = parameter->all;
            list_elements(shell, found->variable, parameter->operation == RH_SH_KEYS, &found->list);
        } else if (parameter->subscript) {
            find_element(shell, found, parameter->subscript);
        } else {
            found->value = rh_sh_get(shell, found->variable);
        }
    }
}

/* ${!x}: the parameter whose name is the value of x. */
static void follow_indirect(rh_sh_shell *shell, subject *found, const char *name)
{
    const rh_value *target = found->value;
    rh_sh_parameter parameter = {0};
    *found = (subject){0};
    if (!target) {
        rh_sh_report(shell, name, "invalid indirect expansion");
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
        return;
    }
    if (rh_sh_is_unknown(target)) {
        found->value = target;
        return;
    }
    const char *text = target->as.text;
    const char *bracket = strchr(text, '[');
    size_t length = bracket ? (size_t)(bracket - text) : target->count;
    int64_t position;
    if (rh_sh_is_name(text, length)) {
        found->variable = rh_sh_variable_named(shell, text, length);
        if (!bracket) {
            found->value = rh_sh_get(shell, found->variable);
        } else if ((bracket[1] == '@' || bracket[1] == '*') && bracket[2] == ']') {
            found->joined = bracket[1];
            list_elements(shell, found->variable, false, &found->list);
        } else {
            const rh_value *key = rh_sh_string(shell, bracket + 1, strcspn(bracket + 1, "]"), 0);
            const rh_sh_element *element = rh_sh_element_at(shell, found->variable, key, false);
            found->value = element ? element->value : NULL;
        }
    } else if (rh_sh_integer(text, &position) && position > 0 && position < 100000) {
        parameter.special = '1';
        parameter.position = (uint32_t)position;
        found->value = special_value(shell, &parameter);
    } else {
        rh_sh_report(shell, text, "invalid variable name");
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
    }
}

static void list_names(rh_sh_shell *shell, const rh_sh_parameter *parameter, subject *found)
{
    const char *prefix = rh_sh_name_text(&shell->names, parameter->name);
    size_t length = strlen(prefix);
    rh_sh_import_all(shell);
    *found = (subject){.joined = parameter->all};
    for (size_t i = 0; i < rh_sh_variable_count(shell); i++) {
        rh_sh_variable *variable = rh_sh_variable_by_index(shell, i);
        const char *name = rh_sh_variable_name(shell, variable);
        if (strncmp(name, prefix, length) != 0 || !(variable->now.value || variable->now.array))
            continue;
        rh_sh_push(shell, &found->list, rh_sh_string(shell, name, strlen(name), 0));
        for (size_t k = found->list.count - 1; k > 0; k--) {
            const rh_value **items = found->list.items;
            if (strcmp(items[k - 1]->as.text, items[k]->as.text) <= 0)
                break;
            const rh_value *swapped = items[k];
            items[k] = items[k - 1];
            items[k - 1] = swapped;
        }
    }
}

/* ---- operations on one value ----------------------------------------------------------------- */

typedef struct operation {
    rh_sh_shell *shell;
    const rh_sh_parameter *parameter;
    const rh_value *pattern;     /* NULL: none */
    const rh_value *replacement; /* NULL: none */
} operation;

static bool pattern_matches(const operation *how, const char *text, size_t length)
{
    rh_sh_step(how->shell, length / 64);
    return rh_sh_matches(how->shell, how->pattern->as.text, how->pattern->count, text, length);
}

static const rh_value *cut(const operation *how, const rh_value *value)
{
    size_t count = value->count;
    bool head = how->parameter->operation == RH_SH_CUT_HEAD;
    unsigned flags = rh_sh_flags(value) | rh_sh_flags(how->pattern);
    for (size_t i = 0; i <= count && how->shell->flow == RH_SH_GOES_ON; i++) {
        size_t length = how->parameter->twice ? count - i : i;
        const char *from = head ? value->as.text : value->as.text + count - length;
        if (pattern_matches(how, from, length))
            return rh_sh_string(how->shell, value->as.text + (head ? length : 0), count - length,
                                flags);
    }
    return value;
}

/* The longest match at `at`; SIZE_MAX: none. */
static size_t match_at(const operation *how, const rh_value *value, size_t at)
{
    char anchor = how->parameter->anchor;
    for (size_t length = value->count - at;; length--) {
        if ((anchor != '%' || at + length == value->count) &&
            pattern_matches(how, value->as.text + at, length))
            return length;
        if (!length || how->shell->flow != RH_SH_GOES_ON || anchor == '%')
            return SIZE_MAX;
    }
}

static const rh_value *replace(const operation *how, const rh_value *value)
{
    rh_text text = rh_text_in(how->shell->arena);
    const rh_value *by = how->replacement;
    unsigned flags = rh_sh_flags(value) | rh_sh_flags(how->pattern) | rh_sh_flags(by);
    size_t at = 0;
    bool done = !how->pattern->count && !how->parameter->anchor;
    while (at <= value->count && how->shell->flow == RH_SH_GOES_ON) {
        size_t length = done ? SIZE_MAX : match_at(how, value, at);
        if (how->parameter->anchor == '#' && at)
            length = SIZE_MAX;
        if (length == SIZE_MAX || (!length && !how->parameter->anchor)) {
            if (at < value->count)
                rh_text_putc(&text, value->as.text[at]);
            at++;
            done = done || how->parameter->anchor == '#';
            continue;
        }
        if (by)
            rh_text_add(&text, by->as.text, by->count);
        at += length;
        done = !how->parameter->twice;
        if (!length)
            break;
    }
    if (at < value->count)
        rh_text_add(&text, value->as.text + at, value->count - at);
    return rh_sh_string(how->shell, text.data, text.length, flags);
}

static const rh_value *change_case(const operation *how, const rh_value *value, bool upper,
                                   bool all)
{
    char *text = rh_arena_text(how->shell->arena, value->as.text, value->count);
    for (uint32_t i = 0; i < value->count && (all || !i); i++) {
        char c = text[i];
        bool changes = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
        if (changes && (!how->pattern || pattern_matches(how, text + i, 1)))
            text[i] = (char)(c ^ 0x20);
    }
    return rh_sh_string(how->shell, text, value->count, rh_sh_flags(value));
}

static const rh_value *quoted_form(const operation *how, const rh_value *value)
{
    rh_text text = rh_text_in(how->shell->arena);
    if (rh_sh_quote_controls(&text, value->as.text))
        return rh_sh_string(how->shell, text.data, text.length, rh_sh_flags(value));
    rh_text_putc(&text, '\'');
    for (uint32_t i = 0; i < value->count; i++) {
        if (value->as.text[i] == '\'')
            rh_text_puts(&text, "'\\''");
        else
            rh_text_putc(&text, value->as.text[i]);
    }
    rh_text_putc(&text, '\'');
    return rh_sh_string(how->shell, text.data, text.length, rh_sh_flags(value));
}

static const rh_value *transform(const operation *how, const rh_value *value)
{
    switch (how->parameter->anchor) {
    case 'Q':
        return quoted_form(how, value);
    case 'U':
        return change_case(how, value, true, true);
    case 'u':
        return change_case(how, value, true, false);
    case 'L':
        return change_case(how, value, false, true);
    default:
        rh_sh_note(how->shell, "${x@...} other than @Q, @U, @u and @L is unknown");
        return rh_sh_unknown_from(how->shell, value, rh_sh_flags(value));
    }
}

static const rh_value *apply(const operation *how, const rh_value *value)
{
    if (!value)
        value = how->shell->empty;
    if (value->kind != RH_STRING || rh_sh_is_unknown(how->pattern) ||
        rh_sh_is_unknown(how->replacement))
        return rh_sh_unknown_of(how->shell, rh_sh_unknown_of(how->shell, value, how->pattern),
                                how->replacement);
    switch (how->parameter->operation) {
    case RH_SH_CUT_HEAD:
    case RH_SH_CUT_TAIL:
        return how->pattern ? cut(how, value) : value;
    case RH_SH_REPLACE:
        return replace(how, value);
    case RH_SH_UPPER:
        return change_case(how, value, true, how->parameter->twice);
    case RH_SH_LOWER:
        return change_case(how, value, false, how->parameter->twice);
    case RH_SH_TRANSFORM:
        return transform(how, value);
    default:
        return value;
    }
}

/* ---- lengths and slices ---------------------------------------------------------------------- */

static const rh_value *length_of(rh_sh_shell *shell, const subject *found)
{
    if (found->joined)
        return number_text(shell, found->list.count);
    if (rh_sh_is_unknown(found->value))
        return rh_sh_unknown_from(shell, found->value, rh_sh_flags(found->value));
    if (!found->value)
        return number_text(shell, 0);
    const char *digits =
        rh_format_number(shell->arena, rh_text_columns(found->value->as.text, found->value->count));
    return rh_sh_string(shell, digits, strlen(digits), rh_sh_flags(found->value));
}

static bool slice_number(rh_sh_shell *shell, const rh_sh_word *word, rh_sh_number *number)
{
    const rh_value *text = rh_sh_expand(shell, word, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return false;
    *number = rh_sh_compute(shell, text, "");
    if (number->failed)
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
    return !number->failed;
}

/* Begin and end of a slice of `count` things. False: an error was given. */
static bool slice_bounds(rh_sh_shell *shell, int64_t count, bool list, const rh_sh_number *from,
                         const rh_sh_number *length, int64_t *begin, int64_t *end)
{
    *begin = from->value < 0 ? from->value + count : from->value;
    *end = count;
    if (*begin < 0 || *begin > count) {
        *begin = *end = 0;
        return true;
    }
    if (!length)
        return true;
    if (length->value < 0) {
        *end = count + length->value;
        if (list || *end < *begin) {
            rh_sh_complain(shell, "%lld: substring expression < 0", (long long)length->value);
            rh_sh_fail(shell, RH_SH_DISCARDS, 1);
            return false;
        }
    } else if (length->value < count - *begin) {
        *end = *begin + length->value;
    }
    return true;
}

static void slice_list(rh_sh_shell *shell, subject *found, int64_t begin, int64_t end)
{
    rh_sh_fields part = {0};
    for (int64_t i = begin; i < end; i++)
        rh_sh_push(shell, &part, found->list.items[i]);
    found->list = part;
}

static void slice(rh_sh_shell *shell, const rh_sh_parameter *parameter, subject *found)
{
    rh_sh_number from, length;
    if (!slice_number(shell, parameter->word, &from))
        return;
    if (parameter->second && !slice_number(shell, parameter->second, &length))
        return;
    bool unknown = from.unknown || (parameter->second && length.unknown);
    if (!found->joined && !found->value)
        return;
    if (unknown || (!found->joined && rh_sh_is_unknown(found->value))) {
        found->value =
            rh_sh_unknown_from(shell, found->value, rh_sh_flags(found->value) | from.flags);
        found->joined = '\0';
        return;
    }
    if (found->positions) { /* $0 counts as the first */
        rh_sh_fields with_name = {0};
        rh_sh_push(shell, &with_name, shell->state.name);
        for (size_t i = 0; i < found->list.count; i++)
            rh_sh_push(shell, &with_name, found->list.items[i]);
        found->list = with_name;
    }
    int64_t count = found->joined ? (int64_t)found->list.count : (int64_t)found->value->count;
    int64_t begin, end;
    if (!slice_bounds(shell, count, found->joined, &from, parameter->second ? &length : NULL,
                      &begin, &end))
        return;
    if (found->joined)
        slice_list(shell, found, begin, end);
    else
        found->value = rh_sh_string(shell, found->value->as.text + begin, (size_t)(end - begin),
                                    rh_sh_flags(found->value));
}

/* ---- putting it into the word ---------------------------------------------------------------- */

static void put_joined(rh_sh_expander *expander, const rh_sh_fields *list, char separator)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i && separator)
            rh_sh_put(expander,
                      &(rh_value){.kind = RH_STRING,
                                  .count = 1,
                                  .as = {.text = (const char[2]){separator, '\0'}}},
                      true);
        rh_sh_put(expander, list->items[i], true);
    }
    if (!list->count)
        rh_sh_put(expander, expander->shell->empty, true);
}

static void put_subject(rh_sh_expander *expander, const subject *found, bool quoted)
{
    rh_sh_shell *shell = expander->shell;
    if (!found->joined) {
        rh_sh_put(expander, found->value ? found->value : shell->empty, quoted);
        return;
    }
    bool fields = expander->mode == RH_SH_AS_FIELDS;
    if (quoted ? found->joined == '*' : !fields && found->joined == '*') {
        put_joined(expander, &found->list, rh_sh_separators(shell)[0]);
    } else if (!fields) {
        put_joined(expander, &found->list, ' ');
    } else {
        for (size_t i = 0; i < found->list.count; i++) {
            if (i)
                rh_sh_end_field(expander);
            rh_sh_put(expander, found->list.items[i], quoted);
        }
    }
}

static bool is_missing(const subject *found, bool colon)
{
    if (found->joined)
        return !found->list.count ||
               (colon && found->list.count == 1 && found->list.items[0]->kind == RH_STRING &&
                !found->list.items[0]->count);
    if (!found->value)
        return true;
    return colon && found->value->kind == RH_STRING && !found->value->count;
}

static void require(rh_sh_expander *expander, const rh_sh_part *part)
{
    rh_sh_shell *shell = expander->shell;
    const rh_sh_parameter *parameter = part->as.parameter;
    const rh_value *message = rh_sh_expand(shell, parameter->word, RH_SH_AS_STRING);
    const char *name =
        parameter->special ? "parameter" : rh_sh_name_text(&shell->names, parameter->name);
    rh_sh_complain(shell, "%s: %s", name,
                   rh_text_of(message)[0] ? rh_text_of(message) : "parameter null or not set");
    rh_sh_fail(shell, RH_SH_EXITS, 1);
}

static void put_default(rh_sh_expander *expander, const rh_sh_part *part, subject *found,
                        bool quoted)
{
    rh_sh_shell *shell = expander->shell;
    const rh_sh_parameter *parameter = part->as.parameter;
    bool missing = is_missing(found, parameter->colon);
    if (parameter->operation == RH_SH_ALTERNATE) {
        if (!missing)
            rh_sh_expand_parts(expander, parameter->word, true);
        else if (quoted)
            rh_sh_put(expander, shell->empty, !found->joined);
        return;
    }
    if (!missing) {
        put_subject(expander, found, quoted);
        return;
    }
    if (parameter->operation == RH_SH_DEFAULT) {
        rh_sh_expand_parts(expander, parameter->word, true);
    } else if (parameter->operation == RH_SH_REQUIRE) {
        require(expander, part);
    } else if (!found->variable) {
        rh_sh_report(shell, rh_arena_text(shell->arena, part->text.text, part->text.length),
                     "cannot assign in this way");
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
    } else {
        const rh_value *value = rh_sh_expand(shell, parameter->word, RH_SH_AS_STRING);
        if (shell->flow != RH_SH_GOES_ON)
            return;
        if (rh_sh_set(shell, found->variable, value, false))
            rh_sh_put(expander, value, quoted);
        else
            rh_sh_fail(shell, RH_SH_DISCARDS, 2); /* as bash has it */
    }
}

static bool is_bound(rh_sh_shell *shell, const rh_sh_part *part, const subject *found)
{
    if (found->joined || found->value || !shell->state.nounset)
        return true;
    rh_sh_slice name = part->text;
    if (name.length && name.text[0] == '$') {
        bool braces = name.length > 1 && name.text[1] == '{';
        name.text += braces ? 2 : 1;
        name.length -= braces ? 3 : 1;
    }
    rh_sh_complain(shell, "%.*s: unbound variable", (int)name.length, name.text);
    rh_sh_fail(shell, RH_SH_EXITS, 1);
    return false;
}

/* ${#a[@]} of what was never set is an error under -u, but one that only ends the command. */
static bool length_is_bound(rh_sh_shell *shell, const subject *found)
{
    if (!shell->state.nounset || !found->joined || found->positions || !found->variable ||
        found->variable->now.array || found->variable->dynamic || found->list.count)
        return true;
    shell->status = 1;
    rh_sh_report(shell, rh_sh_variable_name(shell, found->variable), "unbound variable");
    rh_sh_fail(shell, RH_SH_DISCARDS, 1);
    return false;
}

static void operate(rh_sh_expander *expander, const rh_sh_parameter *parameter, subject *found)
{
    rh_sh_shell *shell = expander->shell;
    operation how = {.shell = shell, .parameter = parameter};
    if (parameter->word)
        how.pattern = rh_sh_expand(shell, parameter->word, RH_SH_AS_PATTERN);
    if (parameter->second && shell->flow == RH_SH_GOES_ON)
        how.replacement = rh_sh_expand(shell, parameter->second, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (!found->joined) {
        found->value = apply(&how, found->value);
        return;
    }
    rh_sh_fields changed = {0};
    for (size_t i = 0; i < found->list.count; i++)
        rh_sh_push(shell, &changed, apply(&how, found->list.items[i]));
    found->list = changed;
}

void rh_sh_expand_parameter(rh_sh_expander *expander, const rh_sh_part *part, bool quoted)
{
    rh_sh_shell *shell = expander->shell;
    const rh_sh_parameter *parameter = part->as.parameter;
    subject found = {0};
    if (parameter->operation == RH_SH_BAD) {
        rh_sh_report(shell, rh_arena_text(shell->arena, part->text.text, part->text.length),
                     "bad substitution");
        rh_sh_fail(shell, RH_SH_DISCARDS, 1);
        return;
    }
    if (parameter->operation == RH_SH_NAMES)
        list_names(shell, parameter, &found);
    else
        find_subject(shell, parameter, &found);
    if (parameter->indirect && shell->flow == RH_SH_GOES_ON)
        follow_indirect(shell, &found,
                        parameter->special ? "parameter"
                                           : rh_sh_name_text(&shell->names, parameter->name));
    if (shell->flow != RH_SH_GOES_ON)
        return;
    if (parameter->operation >= RH_SH_DEFAULT && parameter->operation <= RH_SH_ALTERNATE) {
        put_default(expander, part, &found, quoted);
        return;
    }
    if (!is_bound(shell, part, &found))
        return;
    if (parameter->operation == RH_SH_LENGTH && !length_is_bound(shell, &found))
        return;
    if (parameter->operation == RH_SH_LENGTH)
        found = (subject){.value = length_of(shell, &found)};
    else if (parameter->operation == RH_SH_SLICE)
        slice(shell, parameter, &found);
    else if (parameter->operation != RH_SH_PLAIN)
        operate(expander, parameter, &found);
    if (shell->flow == RH_SH_GOES_ON)
        put_subject(expander, &found, quoted);
}
