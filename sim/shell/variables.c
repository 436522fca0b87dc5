/* Variables: where they come from, how they change, how changes are undone. */
#include "sim/shell/play.h"

#include "sim/shell/parse.h"

size_t rh_sh_variable_count(const rh_sh_shell *shell)
{
    return shell->fixed_count + shell->names.count;
}

const char *rh_sh_variable_name(const rh_sh_shell *shell, const rh_sh_variable *variable)
{
    return rh_sh_name_text(&shell->names, variable->name);
}

/* ---- where they come from -------------------------------------------------------------------- */

/* What bash sets by itself and nobody can know. */
static bool is_dynamic(const char *name)
{
    static const char *const names[] = {
        "RANDOM",        "SRANDOM",     "SECONDS",  "EPOCHSECONDS", "EPOCHREALTIME",
        "BASHPID",       "PPID",        "UID",      "EUID",         "GROUPS",
        "HOSTNAME",      "HOSTTYPE",    "MACHTYPE", "BASH",         "BASH_VERSION",
        "BASH_VERSINFO", "SHELLOPTS",   "BASHOPTS", "SHLVL",        "PATH",
        "PWD",           "BASH_SOURCE", "FUNCNAME", "LINENO",       "PIPESTATUS",
        "BASH_SUBSHELL", "DIRSTACK",    "_",        "OSTYPE",       "IFS",
        "OPTIND",        "PS4"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i][0] == name[0] && strcmp(names[i], name) == 0)
            return true;
    return false;
}

static const rh_value *text_value(rh_sh_shell *shell, const char *text)
{
    return rh_sh_string(shell, text, strlen(text), 0);
}

static void import(rh_sh_shell *shell, rh_sh_variable *variable)
{
    const rh_value *environment = shell->options->variables;
    const char *name = rh_sh_variable_name(shell, variable);
    variable->imported = true;
    const rh_field *field = environment ? rh_value_field(environment, name) : NULL;
    if (field) {
        const rh_value *value = field->value;
        bool fine = value && (value->kind == RH_STRING || value->kind == RH_UNKNOWN);
        variable->from = (uint32_t)(field - environment->as.fields) + 1;
        variable->now.value = fine ? value : shell->empty;
        variable->now.flags = RH_SH_EXPORTED | RH_SH_DECLARED;
        return;
    }
    variable->dynamic = is_dynamic(name);
    if (!variable->dynamic)
        return;
    if (strcmp(name, "IFS") == 0)
        variable->now.value = text_value(shell, " \t\n");
    else if (strcmp(name, "OPTIND") == 0)
        variable->now.value = text_value(shell, "1");
    else if (strcmp(name, "PS4") == 0)
        variable->now.value = text_value(shell, "+ ");
    else if (strcmp(name, "OSTYPE") == 0)
        variable->now.value = text_value(shell, "linux-gnu");
    else
        return;
    variable->dynamic = false;
}

rh_sh_variable *rh_sh_variable_by_index(rh_sh_shell *shell, size_t index)
{
    return rh_sh_variable_at(shell, (uint32_t)index);
}

rh_sh_variable *rh_sh_variable_at(rh_sh_shell *shell, uint32_t name)
{
    rh_sh_variable *variable;
    if (name < shell->fixed_count) {
        variable = &shell->fixed[name];
    } else {
        size_t index = name - shell->fixed_count;
        size_t before = shell->added_capacity;
        shell->added = rh_arena_reserve(shell->arena, shell->added, sizeof(void *), index + 1,
                                        &shell->added_capacity);
        if (shell->added_capacity > before)
            memset(shell->added + before, 0,
                   (shell->added_capacity - before) * sizeof *shell->added);
        if (!shell->added[index])
            shell->added[index] = RH_NEW(shell->arena, rh_sh_variable);
        variable = shell->added[index];
    }
    if (!variable->imported) {
        variable->name = name;
        import(shell, variable);
    }
    return variable;
}

const rh_sh_node *rh_sh_function_at(const rh_sh_shell *shell, uint32_t name)
{
    if (name < shell->fixed_count)
        return shell->fixed[name].function;
    size_t index = name - shell->fixed_count;
    bool is_there = index < shell->added_capacity && shell->added[index];
    return is_there ? shell->added[index]->function : NULL;
}

rh_sh_variable *rh_sh_variable_named(rh_sh_shell *shell, const char *name, size_t length)
{
    return rh_sh_variable_at(shell, rh_sh_name(&shell->names, name, length));
}

void rh_sh_import_all(rh_sh_shell *shell)
{
    const rh_value *environment = shell->options->variables;
    for (uint32_t i = 0; environment && i < environment->count; i++) {
        const char *key = environment->as.fields[i].key;
        rh_sh_variable_named(shell, key, strlen(key));
    }
}

/* ---- change and undo ------------------------------------------------------------------------- */

void rh_sh_change(rh_sh_shell *shell, rh_sh_variable *variable)
{
    if (variable->now.flags & RH_SH_EXPORTED)
        shell->environment = NULL;
    if (variable->stamp != shell->state.serial) {
        shell->state.undo = rh_sh_save(shell, variable, shell->state.undo);
        variable->stamp = shell->state.serial;
    }
    variable->dynamic = false;
    if (variable->touched)
        return;
    variable->touched = true;
    shell->touched = rh_arena_reserve(shell->arena, shell->touched, sizeof(void *),
                                      shell->touched_count + 1, &shell->touched_capacity);
    shell->touched[shell->touched_count++] = variable;
    if (variable->from) {
        if (!shell->masked)
            shell->masked = RH_NEW_ARRAY(shell->arena, bool, shell->options->variables->count);
        shell->masked[variable->from - 1] = true;
    }
}

rh_sh_saved *rh_sh_save(rh_sh_shell *shell, rh_sh_variable *variable, rh_sh_saved *saved)
{
    rh_sh_saved *entry = RH_NEW(shell->arena, rh_sh_saved);
    *entry = (rh_sh_saved){.variable = variable,
                           .content = variable->now,
                           .function = variable->function,
                           .stamp = variable->stamp,
                           .next = saved};
    return entry;
}

void rh_sh_restore(rh_sh_shell *shell, rh_sh_saved *saved)
{
    for (; saved; saved = saved->next) {
        rh_sh_change(shell, saved->variable);
        if (saved->content.flags & RH_SH_EXPORTED)
            shell->environment = NULL;
        saved->variable->now = saved->content;
    }
}

void rh_sh_save_local(rh_sh_shell *shell, rh_sh_variable *variable)
{
    rh_sh_frame *frame = shell->state.frame;
    for (const rh_sh_saved *saved = frame->locals; saved; saved = saved->next)
        if (saved->variable == variable)
            return;
    rh_sh_change(shell, variable);
    frame->locals = rh_sh_save(shell, variable, frame->locals);
    variable->now = (rh_sh_content){.flags = variable->now.flags & RH_SH_EXPORTED};
}

void rh_sh_export(rh_sh_shell *shell, rh_sh_variable *variable, bool exported)
{
    if (((variable->now.flags & RH_SH_EXPORTED) != 0) == exported)
        return;
    rh_sh_change(shell, variable);
    shell->environment = NULL;
    if (exported)
        variable->now.flags |= RH_SH_EXPORTED | RH_SH_DECLARED;
    else
        variable->now.flags &= ~(uint32_t)RH_SH_EXPORTED;
}

/* ---- reading --------------------------------------------------------------------------------- */

static const rh_value *dynamic_value(rh_sh_shell *shell, const rh_sh_variable *variable)
{
    const char *name = rh_sh_variable_name(shell, variable);
    if (strcmp(name, "LINENO") == 0)
        return text_value(shell, rh_format_number(shell->arena, shell->current.line));
    if (strcmp(name, "PIPESTATUS") == 0) {
        if (shell->pipe_status && shell->pipe_status->count)
            return shell->pipe_status->elements[0].value;
        return text_value(shell, rh_format_number(shell->arena, (uint64_t)shell->status));
    }
    if (strcmp(name, "_") == 0 && shell->last_argument)
        return shell->last_argument;
    return rh_sh_unknown(shell, 0);
}

const rh_value *rh_sh_get(rh_sh_shell *shell, rh_sh_variable *variable)
{
    if (variable->now.flags & RH_SH_REFERENCE && variable->now.value &&
        variable->now.value->kind == RH_STRING) {
        const rh_value *target = variable->now.value;
        rh_sh_variable *next = rh_sh_variable_named(shell, target->as.text, target->count);
        return next->now.flags & RH_SH_REFERENCE ? NULL : rh_sh_get(shell, next);
    }
    if (variable->dynamic)
        return dynamic_value(shell, variable);
    if (variable->now.array) {
        const rh_sh_array *array = variable->now.array;
        bool map = variable->now.flags & RH_SH_MAP;
        for (size_t i = 0; i < array->count; i++) {
            if (map ? strcmp(array->elements[i].key, "0") == 0 : array->elements[i].index == 0)
                return array->elements[i].value;
            if (!map)
                break;
        }
        return NULL;
    }
    return variable->now.value;
}

/* ---- setting --------------------------------------------------------------------------------- */

static const rh_value *in_case(rh_sh_shell *shell, const rh_value *value, uint32_t flags)
{
    char first = flags & RH_SH_LOWERS ? 'A' : 'a';
    if (value->kind != RH_STRING)
        return value;
    char *text = rh_arena_text(shell->arena, value->as.text, value->count);
    for (uint32_t i = 0; i < value->count; i++)
        if (text[i] >= first && text[i] <= first + 25)
            text[i] ^= 0x20;
    return rh_sh_string(shell, text, value->count, rh_sh_flags(value));
}

static const rh_value *concatenated(rh_sh_shell *shell, const rh_value *left, const rh_value *right)
{
    unsigned flags = rh_sh_flags(left) | rh_sh_flags(right);
    if (left->kind != RH_STRING || right->kind != RH_STRING)
        return rh_sh_unknown_of(shell, left, right);
    rh_text text = rh_text_in(shell->arena);
    rh_text_add(&text, left->as.text, left->count);
    rh_text_add(&text, right->as.text, right->count);
    return rh_sh_string(shell, text.data, text.length, flags);
}

static const rh_value *sum_of(rh_sh_shell *shell, const rh_value *before, const rh_value *added)
{
    rh_sh_number number = rh_sh_compute(shell, added, NULL);
    if (before) {
        rh_sh_number old = rh_sh_compute(shell, before, NULL);
        number.value = (int64_t)((uint64_t)number.value + (uint64_t)old.value);
        number.unknown = number.unknown || old.unknown;
        number.flags |= old.flags;
    }
    return rh_sh_number_value(shell, &number);
}

/* What a value becomes by the attributes of its variable; `before` is appended to, or NULL. */
static const rh_value *settled(rh_sh_shell *shell, uint32_t flags, const rh_value *before,
                               const rh_value *value)
{
    if (flags & RH_SH_INTEGER)
        return sum_of(shell, before, value);
    if (before)
        value = concatenated(shell, before, value);
    return flags & (RH_SH_LOWERS | RH_SH_UPPERS) ? in_case(shell, value, flags) : value;
}

static rh_sh_variable *follow(rh_sh_shell *shell, rh_sh_variable *variable)
{
    const rh_value *target = variable->now.value;
    if (!(variable->now.flags & RH_SH_REFERENCE) || !target || target->kind != RH_STRING ||
        !rh_sh_is_name(target->as.text, target->count))
        return variable;
    return rh_sh_variable_named(shell, target->as.text, target->count);
}

static bool refuse_readonly(rh_sh_shell *shell, const rh_sh_variable *variable)
{
    if (!(variable->now.flags & RH_SH_READONLY))
        return false;
    rh_sh_report(shell, rh_sh_variable_name(shell, variable), "readonly variable");
    return true;
}

bool rh_sh_set(rh_sh_shell *shell, rh_sh_variable *variable, const rh_value *value, bool append)
{
    variable = follow(shell, variable);
    if (refuse_readonly(shell, variable))
        return false;
    const rh_value *before = append ? rh_sh_get(shell, variable) : NULL;
    value = settled(shell, variable->now.flags, before, value);
    if (shell->flow != RH_SH_GOES_ON)
        return false;
    if (variable->now.array) {
        rh_sh_element *element =
            rh_sh_element_at(shell, variable, rh_sh_string(shell, "0", 1, 0), true);
        if (element)
            element->value = value;
        return element != NULL;
    }
    rh_sh_change(shell, variable);
    variable->now.value = value;
    variable->now.flags |= RH_SH_DECLARED;
    if (shell->state.allexport)
        rh_sh_export(shell, variable, true);
    return true;
}

bool rh_sh_set_text(rh_sh_shell *shell, const char *name, const char *text)
{
    return rh_sh_set(shell, rh_sh_variable_named(shell, name, strlen(name)),
                     text_value(shell, text), false);
}

/* ---- arrays ---------------------------------------------------------------------------------- */

rh_sh_array *rh_sh_own_array(rh_sh_shell *shell, rh_sh_variable *variable)
{
    rh_sh_array *array = variable->now.array;
    bool saved_here = variable->stamp == shell->state.serial;
    rh_sh_change(shell, variable);
    if (array && saved_here && array->owner == shell->state.serial)
        return array;
    rh_sh_array *own = RH_NEW(shell->arena, rh_sh_array);
    own->owner = shell->state.serial;
    if (array && array->count) {
        own->elements = rh_arena_reserve(shell->arena, NULL, sizeof *own->elements, array->count,
                                         &own->capacity);
        memcpy(own->elements, array->elements, array->count * sizeof *own->elements);
        own->count = array->count;
        rh_sh_step(shell, array->count / 8);
    } else if (!array && variable->now.value) {
        rh_sh_append_element(shell, own, variable->now.value);
        own->elements[0].key = "0";
    }
    variable->now.array = own;
    variable->now.value = NULL;
    variable->now.flags |= RH_SH_DECLARED;
    if (!(variable->now.flags & RH_SH_MAP))
        variable->now.flags |= RH_SH_ARRAY;
    return own;
}

static rh_sh_element *insert(rh_sh_shell *shell, rh_sh_array *array, size_t at)
{
    array->elements = rh_arena_reserve(shell->arena, array->elements, sizeof *array->elements,
                                       array->count + 1, &array->capacity);
    memmove(array->elements + at + 1, array->elements + at,
            (array->count - at) * sizeof *array->elements);
    array->count++;
    array->elements[at] = (rh_sh_element){.key = "", .value = shell->empty};
    return &array->elements[at];
}

void rh_sh_append_element(rh_sh_shell *shell, rh_sh_array *array, const rh_value *value)
{
    int64_t index = array->count ? array->elements[array->count - 1].index + 1 : 0;
    rh_sh_element *element = insert(shell, array, array->count);
    element->index = index;
    element->value = value;
}

/* The index that a subscript means; false: not known, or an error. */
static bool index_of(rh_sh_shell *shell, const rh_sh_array *array, const rh_value *subscript,
                     int64_t *index)
{
    rh_sh_number number = rh_sh_compute(shell, subscript, "");
    if (number.failed || number.unknown)
        return false;
    if (number.value < 0 && array && array->count)
        number.value += array->elements[array->count - 1].index + 1;
    if (number.value < 0) {
        rh_sh_report(shell, rh_text_of(subscript), "bad array subscript");
        return false;
    }
    *index = number.value;
    return true;
}

static size_t find(const rh_sh_array *array, bool map, int64_t index, const char *key, bool *found)
{
    *found = false;
    for (size_t i = 0; map && i < array->count; i++)
        if (strcmp(array->elements[i].key, key) == 0) {
            *found = true;
            return i;
        }
    if (map)
        return array->count;
    size_t low = 0, high = array->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (array->elements[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < array->count && array->elements[low].index == index;
    return low;
}

rh_sh_element *rh_sh_element_at(rh_sh_shell *shell, rh_sh_variable *variable,
                                const rh_value *subscript, bool make)
{
    variable = follow(shell, variable);
    bool map = variable->now.flags & RH_SH_MAP;
    int64_t index = 0;
    if (map ? subscript->kind != RH_STRING
            : !index_of(shell, variable->now.array, subscript, &index))
        return NULL;
    if (!make && !variable->now.array)
        return NULL;
    rh_sh_array *array = make ? rh_sh_own_array(shell, variable) : variable->now.array;
    bool found;
    size_t at = find(array, map, index, rh_text_of(subscript), &found);
    if (found)
        return &array->elements[at];
    if (!make)
        return NULL;
    rh_sh_element *element = insert(shell, array, at);
    element->index = index;
    element->key = map ? subscript->as.text : "";
    element->value = NULL;
    return element;
}

void rh_sh_remove_element(rh_sh_shell *shell, rh_sh_variable *variable, const rh_value *subscript)
{
    rh_sh_element *element = rh_sh_element_at(shell, variable, subscript, false);
    if (!element)
        return;
    rh_sh_array *before = variable->now.array;
    size_t at = (size_t)(element - before->elements);
    rh_sh_array *array = rh_sh_own_array(shell, variable);
    memmove(array->elements + at, array->elements + at + 1,
            (array->count - at - 1) * sizeof *array->elements);
    array->count--;
}

/* ---- assignments of a script ----------------------------------------------------------------- */

static bool assign_element(rh_sh_shell *shell, rh_sh_variable *variable, const rh_value *subscript,
                           const rh_value *value, bool append)
{
    if (rh_sh_is_unknown(subscript)) {
        rh_sh_note(shell, "an element of an array with an unknown subscript is not kept");
        return true;
    }
    rh_sh_element *element = rh_sh_element_at(shell, variable, subscript, true);
    if (!element)
        return false;
    element->value = settled(shell, variable->now.flags, append ? element->value : NULL, value);
    return shell->flow == RH_SH_GOES_ON;
}

static bool assign_array(rh_sh_shell *shell, rh_sh_variable *variable,
                         const rh_sh_assignment *assignment)
{
    rh_sh_content content = variable->now;
    rh_sh_fields *each = RH_NEW_ARRAY(shell->arena, rh_sh_fields, assignment->element_count + 1);
    for (uint32_t i = 0; i < assignment->element_count; i++) {
        const rh_sh_assignment *element = assignment->elements[i];
        if (element->subscript)
            rh_sh_push(shell, &each[i], rh_sh_expand(shell, element->value, RH_SH_AS_STRING));
        else
            rh_sh_expand_fields(shell, element->value, &each[i]);
        if (shell->flow != RH_SH_GOES_ON)
            return false;
    }
    rh_sh_change(shell, variable);
    variable->now = content;
    if (!assignment->append) {
        variable->now.array = NULL;
        variable->now.value = NULL;
    }
    rh_sh_own_array(shell, variable);
    for (uint32_t i = 0; i < assignment->element_count; i++) {
        const rh_sh_assignment *element = assignment->elements[i];
        for (size_t k = 0; k < each[i].count; k++) {
            rh_sh_array *array = rh_sh_own_array(shell, variable);
            const rh_value *value = settled(shell, variable->now.flags, NULL, each[i].items[k]);
            if (!element->subscript)
                rh_sh_append_element(shell, array, value);
            else if (!assign_element(shell, variable,
                                     rh_sh_expand(shell, element->subscript, RH_SH_AS_STRING),
                                     value, false))
                return false;
        }
    }
    return true;
}

bool rh_sh_assign(rh_sh_shell *shell, const rh_sh_assignment *assignment, uint32_t as_flags)
{
    rh_sh_variable *variable = follow(shell, rh_sh_variable_at(shell, assignment->name));
    const rh_value *value = shell->empty;
    if (assignment->value)
        value = rh_sh_expand(shell, assignment->value, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON || refuse_readonly(shell, variable))
        return false;
    if (as_flags) {
        rh_sh_change(shell, variable);
        variable->now.flags |= as_flags;
    }
    if (assignment->is_array)
        return assign_array(shell, variable, assignment);
    if (!assignment->subscript)
        return rh_sh_set(shell, variable, value, assignment->append);
    const rh_value *subscript = rh_sh_expand(shell, assignment->subscript, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return false;
    return assign_element(shell, variable, subscript, value, assignment->append);
}

/* ---- the environment of commands ------------------------------------------------------------- */

const rh_value *rh_sh_environment(rh_sh_shell *shell)
{
    if (shell->environment)
        return shell->environment;
    const rh_value *first = shell->options->variables;
    size_t most = (first ? first->count : 0) + shell->touched_count;
    rh_field *fields = RH_NEW_ARRAY(shell->arena, rh_field, most + 1);
    rh_value *object = RH_NEW(shell->arena, rh_value);
    object->kind = RH_OBJECT;
    object->as.fields = fields;
    for (uint32_t i = 0; first && i < first->count; i++)
        if (!shell->masked || !shell->masked[i])
            fields[object->count++] = first->as.fields[i];
    for (size_t i = 0; i < shell->touched_count; i++) {
        rh_sh_variable *variable = shell->touched[i];
        if (!(variable->now.flags & RH_SH_EXPORTED) || !variable->now.value)
            continue;
        fields[object->count].key = rh_sh_variable_name(shell, variable);
        fields[object->count++].value = variable->now.value;
    }
    shell->environment = object;
    return object;
}
