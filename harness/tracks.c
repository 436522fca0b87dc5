#include "harness/tracks.h"

#include <string.h>

#include "sim/base/json.h"

static void write_text(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, ",\"%s\":", key);
    rh_json_write_string(text, value, strlen(value));
}

void rh_tracks_begin(rh_text *text)
{
    rh_text_puts(text, "{\"schema\":1,\"kind\":\"tracks\"}\n");
}

void rh_tracks_add(rh_text *text, const rh_test_result *result)
{
    rh_text_puts(text, "{\"kind\":\"track\"");
    write_text(text, "module", result->module);
    write_text(text, "name", result->name);
    write_text(text, "verdict", rh_verdict_name(result->verdict));
    if (result->evidence.track) {
        rh_text_puts(text, ",\"track\":");
        rh_track_write(text, result->evidence.track);
    }
    rh_text_puts(text, "}\n");
}

static const char *kept(rh_arena *arena, const rh_value *object, const char *key)
{
    return rh_arena_string(arena, rh_text_of(rh_get(object, key)));
}

/* A line a test; each in an arena of its own, as tracks may be long. */
static int read_line(rh_arena *arena, const char *line, size_t length, rh_told_track *told,
                     rh_error *error)
{
    rh_arena scratch;
    rh_arena_init(&scratch, arena->exhausted, arena->context);
    const rh_value *object = rh_json_read(&scratch, line, length, "tracks", error);
    if (object) {
        *told = (rh_told_track){
            .module = kept(arena, object, "module"),
            .name = kept(arena, object, "name"),
            .verdict = kept(arena, object, "verdict"),
            .has_track = rh_get(object, "track") != NULL,
            .track = rh_track_read(arena, rh_get(object, "track")),
        };
    }
    rh_arena_free(&scratch);
    return object ? 0 : -1;
}

int rh_tracks_read(rh_arena *arena, const char *text, size_t length, rh_tracks *tracks,
                   rh_error *error)
{
    rh_told_track *items = NULL;
    size_t capacity = 0;
    const char *end = text + length;
    *tracks = (rh_tracks){0};
    if (strncmp(text, "{\"schema\":1,\"kind\":\"tracks\"}\n", 29) != 0)
        return rh_error_set(error, "tracks", 1, 1, "expected the first line of tracks");
    for (const char *line = text + 29; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t part = stop ? (size_t)(stop - line) : (size_t)(end - line);
        items = rh_arena_reserve(arena, items, sizeof *items, tracks->count + 1, &capacity);
        if (read_line(arena, line, part, &items[tracks->count++], error) != 0)
            return -1;
        line += part + 1;
    }
    tracks->items = items;
    return 0;
}

const rh_told_track *rh_tracks_find(const rh_tracks *tracks, const char *module, const char *name,
                                    size_t nth)
{
    for (size_t i = 0; tracks && i < tracks->count; i++)
        if (strcmp(tracks->items[i].module, module) == 0 &&
            strcmp(tracks->items[i].name, name) == 0 && nth-- == 0)
            return &tracks->items[i];
    return NULL;
}

const char *rh_told_track_differs(rh_arena *arena, const rh_track *here,
                                  const rh_told_track *elsewhere)
{
    if (!elsewhere->has_track)
        return rh_format(arena, "not deterministic: in other surroundings the test %s",
                         elsewhere->verdict);
    return rh_tracks_differ(arena, here, &elsewhere->track,
                            "not deterministic: it goes another way in other surroundings");
}
