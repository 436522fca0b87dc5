/* The text of a script whose expressions gave something unknown, secret or tainted.
 *
 * The runner puts values into the text before a shell sees it. Of a text with a hole in it a shell
 * could make nothing; so a variable stands where such a value was, quoted so that the text means
 * the same. That keeps what is known of the script, and where its unknown words come from.
 */
#include "sim/actions/runner.h"

#include "sim/base/value.h"

typedef enum quoting { BARE, SINGLE, DOUBLE } quoting;

typedef struct building {
    rh_played *played;
    rh_arena *arena;
    rh_text text;
    quoting quoting;
    rh_field fields[64];
    size_t count;
} building;

/* Adds text as it is, and follows its quotes. */
static void add(building *b, const char *text, size_t length)
{
    rh_text_add(&b->text, text, length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\' && b->quoting != SINGLE)
            i++;
        else if (text[i] == '\'' && b->quoting != DOUBLE)
            b->quoting = b->quoting == SINGLE ? BARE : SINGLE;
        else if (text[i] == '"' && b->quoting != SINGLE)
            b->quoting = b->quoting == DOUBLE ? BARE : DOUBLE;
        else if (text[i] == '#' && b->quoting == BARE && (!i || strchr(" \t\n", text[i - 1])))
            while (i + 1 < length && text[i + 1] != '\n')
                i++;
    }
}

/* Whether a variable means the same as its value would, where it stands. */
static bool is_same_as_text(const building *b, const rh_value *value)
{
    static const char *const harmful[] = {" \t\n\"'`$\\|&;<>()*?[]{}#~!", "'", "\"`$\\"};
    return value->count && !strpbrk(value->as.text, harmful[b->quoting]);
}

static void add_variable(building *b, const rh_value *value)
{
    const char *name = rh_format(b->arena, "__rehearse_%zu", b->count);
    b->fields[b->count++] = (rh_field){name, value};
    rh_text_printf(&b->text, b->quoting == SINGLE ? "'\"${%s}\"'" : "${%s}", name);
}

static void add_value(building *b, const rh_value *value)
{
    bool is_plain = !(value->flags & (RH_SECRET | RH_TAINTED));
    bool has_room = b->count < sizeof b->fields / sizeof *b->fields;
    if (value->kind == RH_STRING && is_plain) {
        add(b, value->as.text, value->count);
        return;
    }
    if (has_room && (value->kind != RH_STRING || is_same_as_text(b, value))) {
        add_variable(b, value);
        return;
    }
    if (value->flags & RH_TAINTED)
        b->played->script_is_tainted = true;
    if (value->kind == RH_STRING)
        add(b, value->as.text, value->count);
}

/* The end of an expression: the first }} outside of quotes. */
static const char *end_of_expression(const char *text)
{
    bool is_quoted = false;
    for (; *text; text++) {
        if (*text == '\'')
            is_quoted = !is_quoted;
        else if (!is_quoted && text[0] == '}' && text[1] == '}')
            return text;
    }
    return NULL;
}

static bool add_expression(building *b, const char *text, size_t length, const char **error)
{
    rh_expression_error why;
    rh_steps *scope = b->played->scope;
    const rh_expression *expression =
        rh_expression_parse(b->arena, text, length, (uint32_t)RH_USES_ANYTHING, &why);
    const rh_value *value =
        expression ? rh_expression_evaluate(b->arena, expression, &scope->expressions, &why) : NULL;
    if (!value) {
        *error = rh_arena_string(b->arena, why.message);
        return false;
    }
    add_value(b, rh_value_as_string(b->arena, value));
    return true;
}

static bool build(building *b, const char *text, const char **error)
{
    for (;;) {
        const char *begin = strstr(text, "${{");
        const char *end = begin ? end_of_expression(begin + 3) : NULL;
        if (!end) {
            add(b, text, strlen(text));
            return true;
        }
        add(b, text, (size_t)(begin - text));
        if (!add_expression(b, begin + 3, (size_t)(end - begin) - 3, error))
            return false;
        text = end + 2;
    }
}

bool rh_script_text(rh_played *played, const char **error)
{
    rh_arena *arena = played->scope->runner->arena;
    const rh_token *run = played->step->run;
    if (!rh_runner_text(played->scope, run, played->step->file, &played->script, error))
        return false;
    if (!played->script)
        played->script = rh_runner_string(arena, "", 0);
    bool is_whole =
        played->script->kind == RH_STRING && !(played->script->flags & (RH_SECRET | RH_TAINTED));
    if (is_whole || !run->text || !rh_expression_is_in(run->text, strlen(run->text)))
        return true;
    building *b = RH_NEW(arena, building);
    b->played = played;
    b->arena = arena;
    b->text = rh_text_in(arena);
    if (!build(b, run->text, error))
        return false;
    played->script = rh_value_string(arena, b->text.data, b->text.length);
    const rh_value object = {.kind = RH_OBJECT,
                             .count = (uint32_t)b->count,
                             .as = {.fields = b->fields}};
    rh_value *kept = rh_arena_alloc(arena, sizeof *kept);
    *kept = object;
    played->replacements = kept;
    return true;
}
