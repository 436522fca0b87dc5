#include "sim/journal.h"

#include "sim/base/hash.h"
#include "sim/base/value.h"

enum { FIRST_ENTRIES = 128, FIRST_CALLS = 16 };

void rh_journal_init(rh_journal *journal, rh_arena *arena, rh_time start, uint64_t seed)
{
    journal->capacity = journal->call_capacity = 0;
    rh_journal_renew(journal, arena, start, seed);
}

void rh_journal_renew(rh_journal *journal, rh_arena *arena, rh_time start, uint64_t seed)
{
    size_t entries = journal->capacity > FIRST_ENTRIES ? journal->capacity : FIRST_ENTRIES;
    size_t calls = journal->call_capacity > FIRST_CALLS ? journal->call_capacity : FIRST_CALLS;
    memset(journal, 0, sizeof *journal);
    journal->arena = arena;
    journal->capacity = entries;
    journal->entries = rh_arena_alloc(arena, entries * sizeof *journal->entries);
    journal->call_capacity = calls;
    journal->calls = rh_arena_alloc(arena, calls * sizeof *journal->calls);
    journal->hash = RH_HASH_SEED;
    journal->start = start;
    journal->end = start;
    journal->seed = seed;
}

/* Two words and a lane's constant in one multiplication; lanes do not wait for each other. */
static uint64_t lane(uint64_t left, uint64_t right, uint64_t salt)
{
    return rh_hash_mix(left ^ salt, right);
}

uint64_t rh_entry_hash(uint64_t hash, const rh_entry *entry)
{
    uint64_t kind = (uint64_t)entry->kind << 56 | (uint64_t)entry->code << 48 |
                    (uint64_t)entry->written_later << 32 | entry->event_id;
    uint64_t place = (uint64_t)entry->run << 32 | entry->call;
    uint64_t number = entry->number ^ (uint64_t)(uint32_t)entry->attempt << 32;
    uint64_t name = entry->name ? entry->name->hash : 1;
    uint64_t value = entry->value ? rh_value_hash(entry->value) : 2;
    uint64_t failure = entry->failure ? entry->failure->hash : 3;
    uint64_t text = entry->text ? rh_hash_string(entry->text) : 4;
    uint64_t first = lane((uint64_t)entry->time, kind, UINT64_C(0x243f6a8885a308d3));
    uint64_t second = lane(place, (uint64_t)entry->span, UINT64_C(0x13198a2e03707344));
    uint64_t third = lane(number, name, UINT64_C(0xa4093822299f31d0));
    uint64_t fourth = lane(value ^ failure << 1, text, UINT64_C(0x082efa98ec4e6c89));
    return rh_hash_mix(hash, rh_hash_mix(first, second) ^ rh_hash_mix(third, fourth));
}

size_t rh_journal_add(rh_journal *journal, const rh_entry *entry)
{
    if (journal->count == journal->capacity)
        journal->entries =
            rh_arena_reserve(journal->arena, journal->entries, sizeof *journal->entries,
                             journal->count + 1, &journal->capacity);
    rh_entry *kept = &journal->entries[journal->count];
    *kept = *entry;
    journal->hash = rh_entry_hash(journal->hash, entry);
    kept->hash = journal->hash;
    return journal->count++;
}

const char *rh_entry_kind_name(rh_entry_kind kind)
{
    static const char *const names[] = {
#define KIND(name, text, event) text,
#include "sim/journal_kinds.h"
#undef KIND
    };
    return names[kind];
}

const char *rh_entry_kind_event(rh_entry_kind kind)
{
    static const char *const events[] = {
#define KIND(name, text, event) event,
#include "sim/journal_kinds.h"
#undef KIND
    };
    return events[kind];
}

const char *rh_marker_kind_name(rh_marker_kind kind)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_MARKER_KINDS(X)
#undef X
    };
    return names[kind];
}

void rh_call_path(rh_text *text, const rh_call *call)
{
    if (call->parent) {
        rh_call_path(text, call->parent);
        rh_text_putc(text, '/');
    }
    rh_text_puts(text, call->type->text);
    if (call->key)
        rh_text_printf(text, "[%s]", call->key);
    if (call->number > 1)
        rh_text_printf(text, "#%u", call->number);
}

const char *rh_call_path_text(rh_arena *arena, const rh_call *call)
{
    rh_text text = rh_text_in(arena);
    rh_call_path(&text, call);
    return rh_text_string(&text);
}

/* Paths are read from their end, because names may hold what separates segments: what is left over
 * when the names of a call are taken away must name its parent. */

/* Whether path[0, length) ends with `name`, as a segment; *left is what stands before it. */
static bool ends_with(const char *path, size_t length, const char *name, size_t *left)
{
    size_t size = strlen(name);
    if (size > length || memcmp(path + length - size, name, size) != 0)
        return false;
    *left = length - size;
    return !*left || path[*left - 1] == '/';
}

static bool matches(const rh_call *call, const char *path, size_t length);

static bool parent_matches(const rh_call *call, const char *path, size_t left)
{
    if (!call->parent)
        return !left;
    return left > 1 && matches(call->parent, path, left - 1);
}

/* By its type, its title, another name, or '*'. */
static bool matches_name(const rh_call *call, const char *path, size_t length)
{
    size_t left;
    if (ends_with(path, length, call->type->text, &left) && parent_matches(call, path, left))
        return true;
    if (call->about.level == RH_CALL_ACTIVITY)
        return false;
    if (ends_with(path, length, "*", &left) && parent_matches(call, path, left))
        return true;
    if (call->about.title && ends_with(path, length, call->about.title, &left) &&
        parent_matches(call, path, left))
        return true;
    for (const char *const *alias = call->about.aliases; alias && *alias; alias++)
        if (ends_with(path, length, *alias, &left) && parent_matches(call, path, left))
            return true;
    return false;
}

static bool matches_key(const rh_call *call, const char *path, size_t length)
{
    size_t key = call->key ? strlen(call->key) : 0;
    if (matches_name(call, path, length))
        return true;
    if (!call->key || length < key + 2 || path[length - 1] != ']' ||
        path[length - key - 2] != '[' || memcmp(path + length - key - 1, call->key, key) != 0)
        return false;
    return matches_name(call, path, length - key - 2);
}

static bool matches(const rh_call *call, const char *path, size_t length)
{
    size_t digits = length;
    uint32_t number = 0;
    while (digits > 0 && path[digits - 1] >= '0' && path[digits - 1] <= '9')
        digits--;
    for (size_t i = digits; i < length && number < 100000000; i++)
        number = number * 10 + (uint32_t)(path[i] - '0');
    if (digits > 1 && digits < length && path[digits - 1] == '#' && number == call->number &&
        matches_key(call, path, digits - 1))
        return true;
    return matches_key(call, path, length);
}

bool rh_call_matches(const rh_call *call, const char *path)
{
    return matches(call, path, strlen(path));
}

const char *rh_run_status_name(rh_run_status status)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_RUN_STATUSES(X)
#undef X
    };
    return names[status];
}

const char *rh_start_cause_name(rh_start_cause cause)
{
    static const char *const names[] = {
#define X(name, type, message) #name,
        RH_START_CAUSES(X)
#undef X
    };
    return (size_t)cause < sizeof names / sizeof *names ? names[cause] : "";
}

const char *rh_conclusion_name(rh_conclusion conclusion)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_CONCLUSIONS(X)
#undef X
    };
    size_t count = sizeof names / sizeof *names;
    return (size_t)conclusion < count ? names[conclusion] : "";
}

const char *rh_job_verdict_name(rh_job_verdict verdict)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_JOB_VERDICTS(X)
#undef X
    };
    size_t count = sizeof names / sizeof *names;
    return (size_t)verdict < count ? names[verdict] : "";
}
