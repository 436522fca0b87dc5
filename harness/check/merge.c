#include "harness/check/merge.h"

#include <string.h>

#include "harness/shell.h"
#include "sim/base/hash.h"

enum { MOST_POINTS = 4096 }; /* beyond it they are not counted */

/* All raw findings of a key. */
struct rh_merged {
    uint64_t key;
    const rh_raw_finding *best; /* copied */
    bool is_vetoed;
    uint64_t *points; /* each once */
    size_t point_count, point_capacity;
    const char **faults; /* each once */
    size_t fault_count, fault_capacity;
};

/* ---- copies ---------------------------------------------------------------------------------- */

static const char *copy(rh_arena *arena, const char *text)
{
    return text ? rh_arena_string(arena, text) : NULL;
}

/* What the file calls and uses is known by its path in the repository, the file by what the user
 * calls it. */
static rh_finding_place copy_place(const rh_merging *merging, const rh_finding_place *place)
{
    rh_arena *arena = merging->arena;
    const char *file = place->file;
    if (file && merging->root && merging->file && strcmp(file, merging->file) != 0)
        file = rh_format(arena, "%s%s", merging->root, file);
    return (rh_finding_place){copy(arena, file), place->line, place->column,
                              copy(arena, place->call)};
}

static const rh_raw_finding *copy_raw(const rh_merging *merging, const rh_raw_finding *raw)
{
    rh_arena *arena = merging->arena;
    rh_raw_finding *made = RH_NEW(arena, rh_raw_finding);
    const rh_finding *from = &raw->finding;
    rh_finding_fault *faults = RH_NEW_ARRAY(arena, rh_finding_fault, from->fault_count + 1);
    *made = *raw;
    for (size_t i = 0; i < from->fault_count; i++)
        faults[i] = (rh_finding_fault){copy(arena, from->faults[i].point),
                                       copy(arena, from->faults[i].fault)};
    made->finding.faults = faults;
    made->finding.at = copy_place(merging, &from->at);
    made->finding.other = copy_place(merging, &from->other);
    made->finding.message = copy(arena, from->message);
    made->finding.when = copy(arena, from->when);
    made->finding.happened = copy(arena, from->happened);
    made->finding.expected = copy(arena, from->expected);
    made->finding.change = copy(arena, from->change);
    made->finding.event = copy(arena, from->event);
    return made;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static struct rh_merged *group_of(rh_merging *merging, uint64_t key)
{
    for (size_t i = 0; i < merging->count; i++)
        if (merging->groups[i].key == key)
            return &merging->groups[i];
    merging->groups = rh_arena_reserve(merging->arena, merging->groups, sizeof *merging->groups,
                                       merging->count + 1, &merging->capacity);
    struct rh_merged *group = &merging->groups[merging->count++];
    *group = (struct rh_merged){.key = key};
    return group;
}

static void add_point(rh_merging *merging, struct rh_merged *group, uint64_t point)
{
    if (!point || group->point_count >= MOST_POINTS)
        return;
    for (size_t i = 0; i < group->point_count; i++)
        if (group->points[i] == point)
            return;
    group->points = rh_arena_reserve(merging->arena, group->points, sizeof *group->points,
                                     group->point_count + 1, &group->point_capacity);
    group->points[group->point_count++] = point;
}

static void add_fault(rh_merging *merging, struct rh_merged *group, const rh_finding *finding)
{
    if (!finding->fault_count)
        return;
    const char *name = finding->faults[0].fault;
    for (size_t i = 0; i < group->fault_count; i++)
        if (!strcmp(group->faults[i], name))
            return;
    group->faults = rh_arena_reserve(merging->arena, group->faults, sizeof *group->faults,
                                     group->fault_count + 1, &group->fault_capacity);
    group->faults[group->fault_count++] = copy(merging->arena, name);
}

static bool is_better(const rh_raw_finding *raw, const rh_raw_finding *best)
{
    if (!best || raw->finding.fault_count != best->finding.fault_count)
        return !best;
    if (raw->finding.level != best->finding.level)
        return raw->finding.level > best->finding.level;
    return raw->rank < best->rank;
}

void rh_merging_add(rh_merging *merging, const rh_raw_finding *list)
{
    for (const rh_raw_finding *raw = list; raw; raw = raw->next) {
        struct rh_merged *group = group_of(merging, raw->key);
        group->is_vetoed |= raw->is_veto;
        if (raw->is_veto)
            continue;
        add_point(merging, group, raw->point);
        add_fault(merging, group, &raw->finding);
        if (is_better(raw, group->best))
            group->best = copy_raw(merging, raw);
    }
}

/* ---- finishing ------------------------------------------------------------------------------- */

static const char *replay_of(const rh_merging *merging, const rh_finding *finding)
{
    rh_text text = rh_text_in(merging->arena);
    rh_text_printf(&text, "rehearse run %s", merging->target);
    if (*finding->event)
        rh_text_printf(&text, " %s", finding->event);
    if (finding->holds)
        rh_text_puts(&text, " --unknown holds");
    for (size_t i = 0; i < finding->fault_count; i++) {
        rh_text_puts(&text, " --fault ");
        rh_shell_word(&text, rh_format(merging->arena, "%s=%s", finding->faults[i].point,
                                       finding->faults[i].fault));
    }
    if (finding->again)
        rh_text_puts(&text, " --rerun failed");
    return rh_text_string(&text);
}

/* Of what it is about, not of the line it stands in. */
static uint64_t fingerprint_of(const rh_finding *finding)
{
    uint64_t hash = rh_hash_string(rh_finding_rule_of((rh_finding_kind)finding->kind)->id);
    const char *const parts[] = {finding->at.file, finding->at.call, finding->other.call};
    for (size_t i = 0; i < 3; i++)
        hash = rh_hash_mix(hash, parts[i] ? rh_hash_string(parts[i]) : 1);
    return hash;
}

static rh_finding finish_group(const rh_merging *merging, const struct rh_merged *group)
{
    rh_finding finding = group->best->finding;
    const char **others = RH_NEW_ARRAY(merging->arena, const char *, group->fault_count + 1);
    for (size_t i = 0; i < group->fault_count; i++)
        if (strcmp(group->faults[i], finding.faults[0].fault) != 0)
            others[finding.other_count++] = group->faults[i];
    finding.others = others;
    finding.more_points = group->point_count ? group->point_count - 1 : 0;
    finding.replay = replay_of(merging, &finding);
    finding.fingerprint = fingerprint_of(&finding);
    return finding;
}

static int order_texts(const char *left, const char *right)
{
    return strcmp(left ? left : "", right ? right : "");
}

static bool is_before(const rh_finding *left, const rh_finding *right)
{
    if (left->level != right->level)
        return left->level > right->level;
    if (left->kind != right->kind)
        return left->kind < right->kind;
    int order = order_texts(left->at.file, right->at.file);
    if (order)
        return order < 0;
    if (left->at.line != right->at.line)
        return left->at.line < right->at.line;
    if (left->at.column != right->at.column)
        return left->at.column < right->at.column;
    return order_texts(left->at.call, right->at.call) < 0;
}

void rh_merging_finish(rh_merging *merging, rh_findings *findings)
{
    rh_finding *items = RH_NEW_ARRAY(merging->arena, rh_finding, merging->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < merging->count; i++) {
        if (!merging->groups[i].best || merging->groups[i].is_vetoed)
            continue;
        rh_finding finding = finish_group(merging, &merging->groups[i]);
        size_t at = count++;
        for (; at && is_before(&finding, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = finding;
    }
    findings->items = items;
    findings->count = count;
}
