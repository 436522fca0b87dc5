/* Ids of jobs and steps. Source: IdBuilder of GitHub's workflow parser. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/ascii.h"
#include "sim/base/hash.h"

enum { LONGEST_ID = 100 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_legal(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

static size_t slot_of(const rh_ids *ids, const char *id)
{
    uint64_t hash = RH_HASH_SEED;
    for (const char *c = id; *c; c++)
        hash = rh_hash_mix(hash, (unsigned char)rh_ascii_lower(*c));
    size_t at = (size_t)hash & (ids->capacity - 1);
    while (ids->slots[at].text && !rh_ascii_same(ids->slots[at].text, id))
        at = (at + 1) & (ids->capacity - 1);
    return at;
}

static void grow(rh_ids *ids)
{
    rh_ids larger = {.arena = ids->arena, .capacity = ids->capacity ? ids->capacity * 2 : 32};
    larger.slots = RH_NEW_ARRAY(ids->arena, rh_id, larger.capacity);
    for (size_t i = 0; i < ids->capacity; i++)
        if (ids->slots[i].text)
            larger.slots[slot_of(&larger, ids->slots[i].text)] = ids->slots[i];
    larger.count = ids->count;
    *ids = larger;
}

/* The entry of an id, made if it is new. */
static rh_id *enter(rh_ids *ids, const char *id, bool *is_new)
{
    if (ids->count * 2 >= ids->capacity)
        grow(ids);
    rh_id *entry = &ids->slots[slot_of(ids, id)];
    *is_new = !entry->text;
    if (*is_new) {
        *entry = (rh_id){id, 2};
        ids->count++;
    }
    return entry;
}

bool rh_ids_have(const rh_ids *ids, const char *id)
{
    return ids->capacity && ids->slots[slot_of(ids, id)].text;
}

const char *rh_ids_add(rh_ids *ids, const char *id)
{
    bool is_valid = is_letter(id[0]) && strlen(id) < LONGEST_ID;
    for (const char *c = id; *c; c++)
        is_valid = is_valid && is_legal(*c);
    if (!is_valid)
        return rh_format(ids->arena,
                         "The identifier '%s' is invalid. IDs may only contain alphanumeric "
                         "characters, '_', and '-'. IDs must start with a letter or '_' and must "
                         "be less than %d characters.",
                         id, LONGEST_ID);
    if (id[0] == '_' && id[1] == '_')
        return rh_format(ids->arena,
                         "The identifier '%s' is invalid. IDs starting with '__' are reserved.",
                         id);
    bool is_new;
    enter(ids, id, &is_new);
    return is_new ? NULL
                  : rh_format(ids->arena,
                              "The identifier '%s' may not be used more than once within the same "
                              "scope.",
                              id);
}

const char *rh_ids_make(rh_ids *ids, const char *base)
{
    size_t length = strlen(base);
    if (length > LONGEST_ID)
        length = LONGEST_ID;
    char *legal = rh_arena_text(ids->arena, base, length);
    for (char *c = legal; *c; c++)
        if (!is_legal(*c))
            *c = '_';
    bool is_new;
    rh_id *entry = enter(ids, legal, &is_new);
    for (uint32_t suffix = entry->next; !is_new; suffix++) {
        const char *ending = rh_format(ids->arena, "_%u", suffix);
        size_t kept = length + strlen(ending) > LONGEST_ID ? LONGEST_ID - strlen(ending) : length;
        const char *id = rh_format(ids->arena, "%.*s%s", (int)kept, legal, ending);
        entry->next = suffix + 1;
        enter(ids, id, &is_new);
        if (is_new)
            return id;
        entry = &ids->slots[slot_of(ids, legal)]; /* the table may have grown */
    }
    return legal;
}
