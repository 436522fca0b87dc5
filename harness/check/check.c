#include "harness/check/check.h"

#include <string.h>

#include "harness/check/merge.h"
#include "sim/actions/reach.h"

const char rh_check_profile[] =
    "{\"profile\": \"check\", \"summary\": \"whatever a call is called, the same may strike it\","
    " \"classes\": [{\"name\": \"any\", \"types\": [\"*\"], \"faults_per_million\": {"
    "\"exit-code\": 100000, \"token-scope\": 100000, \"hangs\": 100000, \"runner-lost\": 100000,"
    " \"runner-shutdown\": 100000,"
    " \"out-of-memory\": 100000, \"reply-lost\": 100000},"
    " \"source\": \"no rates: each is tried\"}]}";

enum { MOST_LEGS = 4 };          /* of a matrix: what fails in them fails in the others, too */
enum { MOST_ENTRIES = 8000000 }; /* of the journals of all runs: some seconds */

typedef struct checker {
    rh_arena *arena;
    const rh_check_options *options;
    rh_merging merging;
    rh_findings *findings;
} checker;

/* ---- worlds ---------------------------------------------------------------------------------- */

static rh_explore_options exploring(const checker *c, const rh_subject *const *subject,
                                    rh_looking *looking, bool faults)
{
    uint32_t most = c->options->most_faults ? c->options->most_faults : 1;
    return (rh_explore_options){.subjects = subject,
                                .subject_count = 1,
                                .most_faults = faults ? most : 0,
                                .most_plans = c->options->most_plans,
                                .most_entries = c->options->most_plans
                                                    ? 0
                                                    : MOST_ENTRIES / c->options->world_count,
                                .jobs = faults ? c->options->jobs : 1,
                                .unlikely = true,
                                .most_of_place = MOST_LEGS,
                                .slot_size = sizeof(rh_raw_finding *),
                                .look = rh_check_look,
                                .data = looking};
}

/* The effects of the world without faults, which outlive its exploration. */
typedef struct outcome {
    bool is_green;
    const uint64_t *hashes;
    size_t count;
} outcome;

static void add_up(rh_findings *findings, const rh_exploration *exploration)
{
    bool is_reduced = exploration->mixes_variants ||
                      (exploration->passed_over && exploration->most_of_place < MOST_LEGS);
    size_t plans = exploration->count + exploration->left_out;
    if (is_reduced && exploration->wanted > plans)
        plans = exploration->wanted;
    findings->plans += exploration->count;
    findings->points += exploration->point_count;
    if (exploration->most_faults > findings->most_faults)
        findings->most_faults = exploration->most_faults;
    findings->left_out += exploration->left_out;
    findings->mixes_variants |= exploration->mixes_variants;
    if ((exploration->left_out || is_reduced) && plans > findings->all_plans)
        findings->all_plans = plans;
    if (!exploration->passed_over)
        return;
    findings->passed_over += exploration->passed_over;
    if (!findings->most_of_place || exploration->most_of_place < findings->most_of_place)
        findings->most_of_place = exploration->most_of_place;
}

/* Plays all plans; keeps what was found, if `keep`. */
static int play(checker *c, const rh_subject *subject, rh_looking *looking, bool faults, bool keep,
                outcome *good, rh_error *error)
{
    const rh_subject *subjects[] = {subject};
    rh_explore_options options = exploring(c, subjects, looking, faults);
    rh_exploration exploration;
    int failed = rh_explore(&options, &exploration, error);
    for (size_t i = 0; !failed && keep && i < exploration.count; i++)
        rh_merging_add(&c->merging, *(rh_raw_finding **)exploration.plans[i].slot);
    if (!failed && keep)
        add_up(c->findings, &exploration);
    if (!failed) {
        uint64_t *hashes = RH_NEW_ARRAY(c->arena, uint64_t, looking->base.count + 1);
        for (size_t i = 0; i < looking->base.count; i++)
            hashes[i] = looking->base.effects[i].hash;
        *good = (outcome){looking->base.is_green, hashes, looking->base.count};
    }
    rh_exploration_free(&exploration);
    return failed;
}

/* Whether a world has what the other has not. */
static bool has_more(const outcome *world, const outcome *other)
{
    for (size_t i = 0; i < world->count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < other->count; k++)
            is_there |= other->hashes[k] == world->hashes[i];
        if (!is_there)
            return true;
    }
    return false;
}

/* With what is not known taken to be empty; and with conditions on it taken to hold, if more
 * happens then, or if only then the run succeeds. */
static int check_world(checker *c, const rh_check_world *world, rh_error *error)
{
    const rh_looking looking = {.file = c->options->file,
                                .catalog = c->options->catalog,
                                .event = world->event};
    rh_looking plain = looking, holding = looking;
    outcome good = {.is_green = true}, held = {.is_green = false};
    if (world->holding) {
        rh_error ignored;
        holding.holds = true;
        if (play(c, &world->subject, &plain, false, false, &good, error) != 0)
            return -1;
        if (play(c, world->holding, &holding, false, false, &held, &ignored) != 0)
            held.is_green = false;
    }
    bool needs_other = held.is_green && (!good.is_green || has_more(&held, &good));
    if (good.is_green || !needs_other) {
        plain = looking;
        if (play(c, &world->subject, &plain, true, true, &good, error) != 0)
            return -1;
    }
    if (!needs_other)
        return 0;
    holding = looking;
    holding.holds = true;
    holding.others = good.is_green ? good.hashes : NULL;
    holding.other_count = good.count;
    return play(c, world->holding, &holding, true, true, &held, error);
}

/* ---- reach ----------------------------------------------------------------------------------- */

static void add_unreached(checker *c, const rh_reach_job *job)
{
    rh_arena *arena = c->arena;
    const rh_actions_file *file = c->options->file;
    rh_raw_finding raw = {
        .finding = {.kind = RH_FINDING_UNREACHED,
                    .level = RH_LEVEL_WARNING,
                    .at = {file->path, job->job->place.line, job->job->place.column, job->job->id},
                    .event = ""}};
    raw.key = rh_raw_key(RH_FINDING_UNREACHED, &raw.finding.at);
    raw.finding.message =
        rh_format(arena, "nothing that starts the workflow reaches job '%s'", job->job->id);
    raw.finding.happened = job->why;
    raw.finding.expected = "some event reaches it";
    raw.finding.change = "Mend its condition, add the event to `on`, or remove the job.";
    rh_merging_add(&c->merging, &raw);
}

static void check_reach(checker *c)
{
    rh_reach reach;
    rh_actions_reach(c->arena, c->options->file, &reach);
    for (size_t i = 0; i < reach.count; i++)
        if (!reach.jobs[i].is_reached)
            add_unreached(c, &reach.jobs[i]);
}

int rh_check_definition(rh_arena *arena, const rh_check_options *options, rh_findings *findings,
                        rh_error *error)
{
    *findings = (rh_findings){.worlds = options->world_count};
    checker c = {.arena = arena,
                 .options = options,
                 .merging = {.arena = arena,
                             .target = options->target,
                             .file = options->file ? options->file->path : NULL,
                             .root = options->root},
                 .findings = findings};
    for (size_t i = 0; i < options->world_count; i++)
        if (check_world(&c, &options->worlds[i], error) != 0)
            return -1;
    if (options->file)
        check_reach(&c);
    rh_merging_finish(&c.merging, findings);
    return 0;
}
