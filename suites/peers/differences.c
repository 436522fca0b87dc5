#include "suites/peers/differences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/json.h"

/* ---- what is known --------------------------------------------------------------------------- */

void differences_read(rh_arena *arena, differences *known)
{
    char line[500], event[100], path[200], side[20];
    FILE *file = fopen(RH_SUITES_DIR "/peers/differences.txt", "r");
    *known = (differences){.count = 0};
    assert_non_null(file);
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (sscanf(line, "%99s %199s %19s", event, path, side) != 3)
            fail_msg("differences.txt:%d: expected an event, a field, and a side", number);
        assert_true(known->count < sizeof known->items / sizeof *known->items);
        known->items[known->count++] =
            (difference){rh_arena_string(arena, event), rh_arena_string(arena, path),
                         rh_arena_string(arena, side), number, false};
    }
    fclose(file);
}

static bool is_below(const char *path, const char *known)
{
    size_t length = strlen(known);
    return strncmp(path, known, length) == 0 && (!path[length] || path[length] == '.');
}

static bool is_known(differences *known, const char *event, const char *path, const char *side)
{
    for (size_t i = 0; i < known->count; i++) {
        difference *item = &known->items[i];
        if ((strcmp(item->event, "*") != 0 && strcmp(item->event, event) != 0) ||
            !is_below(path, item->path) || strcmp(item->side, side) != 0)
            continue;
        item->is_found = true;
        return true;
    }
    return false;
}

/* ---- comparing ------------------------------------------------------------------------------- */

typedef struct comparison {
    rh_text *text;
    differences *known;
    const rh_recorded_event *event;
} comparison;

static const char *shown(rh_arena *arena, const rh_value *value)
{
    rh_text text = rh_text_in(arena);
    rh_json_write(&text, value, RH_JSON_COMPACT);
    return rh_text_string(&text);
}

static void differs(const comparison *c, const char *path, const char *side, const rh_value *server,
                    const rh_value *ours)
{
    rh_arena *arena = c->text->arena;
    if (is_known(c->known, c->event->name, path, side))
        return;
    rh_text_printf(c->text, "  event %ju %s %s %s", (uintmax_t)c->event->id, c->event->name, path,
                   side);
    rh_text_printf(c->text, ": the server %s, we %s\n", server ? shown(arena, server) : "-",
                   ours ? shown(arena, ours) : "-");
}

static bool is_made_up(const rh_value *value)
{
    const char *text = rh_text_of(value);
    return strlen(text) == 36 && strspn(text, "0123456789abcdef-") == 36;
}

/* To the next slot of a schedule, in whole seconds, from whenever the run before had ended. */
static bool is_measured(const comparison *c, const char *path)
{
    return !strcmp(path, "firstWorkflowTaskBackoff") &&
           rh_recorded_text(c->event->data, "cronSchedule")[0];
}

static bool is_same(const rh_value *server, const rh_value *ours)
{
    return rh_equal(server, ours) || (is_made_up(server) && is_made_up(ours));
}

static const char *inner(const comparison *c, const char *path, const char *key)
{
    return *path ? rh_format(c->text->arena, "%s.%s", path, key) : key;
}

static void walk(const comparison *c, const char *path, const rh_value *server,
                 const rh_value *ours);

static void walk_fields(const comparison *c, const char *path, const rh_value *server,
                        const rh_value *ours)
{
    for (size_t i = 0; i < rh_count_of(server); i++) {
        const char *key = server->as.fields[i].key;
        walk(c, inner(c, path, key), server->as.fields[i].value, rh_get(ours, key));
    }
    for (size_t i = 0; i < rh_count_of(ours); i++) {
        const char *key = ours->as.fields[i].key;
        if (!rh_get(server, key))
            walk(c, inner(c, path, key), NULL, ours->as.fields[i].value);
    }
}

/* What stands in a payload: its text may be written in more than one way. */
static const rh_value *content(const comparison *c, const rh_value *payload)
{
    rh_arena *arena = c->text->arena;
    if (!rh_get(payload, "metadata") || !rh_get(payload, "data"))
        return NULL;
    return rh_recorded_payloads(arena, rh_value_list(arena, &payload, 1), NULL);
}

static void walk(const comparison *c, const char *path, const rh_value *server,
                 const rh_value *ours)
{
    const rh_value *inside = content(c, server);
    if (inside && rh_equal(inside, content(c, ours)) &&
        rh_equal(rh_get(server, "metadata"), rh_get(ours, "metadata")))
        return;
    if (!server || !ours) {
        differs(c, path, server ? "server" : "ours", server, ours);
    } else if (rh_kind_of(server) == RH_OBJECT && rh_kind_of(ours) == RH_OBJECT) {
        walk_fields(c, path, server, ours);
    } else if (rh_kind_of(server) == RH_LIST && rh_count_of(server) == rh_count_of(ours) &&
               rh_kind_of(ours) == RH_LIST) {
        for (size_t i = 0; i < rh_count_of(server); i++)
            walk(c, path, rh_at(server, i), rh_at(ours, i));
    } else if (!is_same(server, ours) && !is_measured(c, path)) {
        differs(c, path, "value", server, ours);
    }
}

static bool same_order(rh_text *text, const rh_recording *server, const rh_recording *ours)
{
    size_t same = 0;
    while (same < server->count && same < ours->count &&
           server->events[same].kind == ours->events[same].kind)
        same++;
    if (same == server->count && same == ours->count)
        return true;
    rh_text_printf(text, "  the first %zu events are the same, then\n", same);
    for (size_t i = same; i < server->count || i < ours->count; i++)
        rh_text_printf(text, "  %zu  %-45s %s\n", i + 1,
                       i < server->count ? server->events[i].name : "-",
                       i < ours->count ? ours->events[i].name : "-");
    return false;
}

void histories_compare(rh_text *text, differences *known, const rh_recording *server,
                       const rh_recording *ours)
{
    if (!same_order(text, server, ours))
        return;
    for (size_t i = 0; i < server->count; i++) {
        const comparison c = {text, known, &server->events[i]};
        walk(&c, "", server->events[i].data, ours->events[i].data);
    }
}
