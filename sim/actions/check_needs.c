/* What jobs need: it must be there, and must not go round in circles. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

static size_t need_count(const rh_token *needs)
{
    return !needs ? 0 : needs->kind == RH_TOKEN_SEQUENCE ? needs->count : 1;
}

static const rh_token *need_at(const rh_token *needs, size_t i)
{
    return needs->kind == RH_TOKEN_SEQUENCE ? needs->as.items[i] : needs;
}

static void refuse_unknown(rh_reading *r, const rh_actions_file *file, const char *job,
                           const rh_token *need)
{
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(rh_token_text(need));
    for (size_t i = 0; i < file->job_count; i++)
        rh_nearest_offer(&nearest, file->jobs[i].id);
    const char *near = rh_nearest_hint(&nearest, hint, sizeof hint);
    rh_reading_refuse_token(r, need, "Job '%s' depends on unknown job '%s'%s", job,
                            rh_token_text(need), *near ? near : ".");
}

static void read_needs(rh_reading *r, const rh_token *needs, rh_actions_file *file,
                       rh_actions_job *job)
{
    size_t count = need_count(needs);
    uint32_t *indices = RH_NEW_ARRAY(r->arena, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
        const rh_token *need = need_at(needs, i);
        if (!*rh_token_text(need))
            continue; /* refused */
        int index = rh_actions_job_index(file, rh_token_text(need));
        if (index < 0 && r->is_partial)
            continue; /* it may be what was left out */
        if (index < 0) {
            refuse_unknown(r, file, job->id, need);
            continue;
        }
        bool is_new = true;
        for (size_t j = 0; j < job->need_count; j++)
            is_new = is_new && indices[j] != (uint32_t)index;
        if (is_new)
            indices[job->need_count++] = (uint32_t)index;
    }
    job->needs = indices;
}

/* Marks the jobs that can start when all that they need is over; true if something changed. */
static bool settle(const rh_actions_file *file, bool *settled)
{
    bool changed = false;
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        bool ready = !settled[i];
        for (size_t j = 0; j < job->need_count; j++)
            ready = ready && settled[job->needs[j]];
        settled[i] = settled[i] || ready;
        changed = changed || ready;
    }
    return changed;
}

/* Whether a job needs itself by way of others that are not settled. */
static bool reaches(const rh_actions_file *file, const bool *settled, bool *seen, uint32_t from,
                    uint32_t wanted)
{
    const rh_actions_job *job = &file->jobs[from];
    if (seen[from] || settled[from])
        return false;
    seen[from] = true;
    for (size_t i = 0; i < job->need_count; i++)
        if (job->needs[i] == wanted || reaches(file, settled, seen, job->needs[i], wanted))
            return true;
    return false;
}

static void refuse_cycles(rh_reading *r, const rh_token *jobs, const rh_actions_file *file,
                          const bool *settled)
{
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_token *needs = rh_token_get(jobs->as.pairs[i].value, "needs");
        for (size_t j = 0; !settled[i] && j < need_count(needs); j++) {
            const rh_token *need = need_at(needs, j);
            int index = rh_actions_job_index(file, rh_token_text(need));
            bool *seen = RH_NEW_ARRAY(r->arena, bool, file->job_count);
            if (index >= 0 &&
                ((size_t)index == i || reaches(file, settled, seen, (uint32_t)index, (uint32_t)i)))
                rh_reading_refuse_token(r, need,
                                        "Job '%s' depends on job '%s' which creates a cycle in the "
                                        "dependency graph.",
                                        file->jobs[i].id, file->jobs[index].id);
        }
    }
}

void rh_check_needs(rh_reading *r, const rh_token *jobs, rh_actions_file *file)
{
    bool has_root = false;
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_token *needs = rh_token_get(jobs->as.pairs[i].value, "needs");
        read_needs(r, needs, file, (rh_actions_job *)&file->jobs[i]);
        has_root = has_root || need_count(needs) == 0;
    }
    if (!has_root && file->job_count && r->problem_count == 0) {
        rh_reading_refuse_token(r, jobs,
                                "The workflow must contain at least one job with no dependencies.");
        return;
    }
    bool *settled = RH_NEW_ARRAY(r->arena, bool, file->job_count);
    while (settle(file, settled))
        continue;
    refuse_cycles(r, jobs, file, settled);
}
