/* What steps are called in call paths. */
#include <string.h>

#include "sim/actions/read.h"

enum { LONGEST_SLUG = 40 };

const char *rh_actions_slug(rh_arena *arena, const char *text)
{
    char slug[LONGEST_SLUG + 1];
    size_t length = 0;
    for (; *text && length < LONGEST_SLUG; text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.')
            slug[length++] = c;
        else if (length && slug[length - 1] != '-')
            slug[length++] = '-';
    }
    while (length && slug[length - 1] == '-')
        length--;
    return length ? rh_arena_text(arena, slug, length) : NULL;
}

/* "actions/cache/restore" -> "restore" */
static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash && slash[1] ? slash + 1 : name;
}

/* What a script says first, as a name: "npm ci" -> "npm-ci". */
static const char *name_of_script(rh_arena *arena, const rh_actions_step *step)
{
    const char *title = rh_actions_step_title(step);
    if (strncmp(title, "Run ", 4) == 0)
        title += 4;
    return rh_actions_slug(arena, title);
}

static const char *name_of(rh_arena *arena, const rh_actions_step *step)
{
    const char *name = NULL;
    if (step->id && !step->id_is_generated)
        return step->id;
    if (step->name)
        name = rh_actions_slug(arena, rh_text_of(step->name->constant));
    if (!name && step->uses.name)
        name = rh_actions_slug(arena, last_part(step->uses.name));
    if (!name && step->kind == RH_STEP_RUN)
        name = name_of_script(arena, step);
    static const char *const kinds[] = {"run", "uses", "wait", "wait-all", "cancel", "parallel"};
    return name ? name : kinds[step->kind];
}

static const char *const *aliases_of(rh_arena *arena, const rh_actions_step *step)
{
    const char **aliases = RH_NEW_ARRAY(arena, const char *, 7);
    size_t count = 0;
    if (step->id)
        aliases[count++] = step->id;
    aliases[count++] = rh_actions_step_title(step);
    if (step->name && !step->name->constant)
        aliases[count++] = step->name->text;
    if (step->uses.name) {
        aliases[count++] = step->uses.name;
        aliases[count++] = last_part(step->uses.name);
        aliases[count++] = step->uses.text;
    }
    return aliases;
}

void rh_read_step_names(rh_reading *r, rh_actions_step *step)
{
    step->call_name = name_of(r->arena, step);
    step->aliases = aliases_of(r->arena, step);
}
