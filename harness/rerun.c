#include "harness/rerun.h"

#include "sim/actions/event.h"
#include "sim/base/value.h"

typedef struct rerun {
    rh_arena *arena;
    const rh_actions_file *file;
    const rh_journal *journal;
    uint32_t run;
    const rh_value *jobs; /* what they came to: {LABEL: {result, outputs}} */
    rh_field *kept;
    size_t count, capacity;
} rerun;

int32_t rh_rerun_attempt(const rh_run_record *run)
{
    const rh_value *input = run->input;
    int64_t attempt = rh_integer_of(rh_get(rh_get(input, "rerun"), "attempt"));
    return attempt > 1 && attempt < INT32_MAX ? (int32_t)attempt : 1;
}

/* "deploy/build[prod]" without its key: ids of jobs have no bracket. */
static size_t path_length(const char *label)
{
    return strcspn(label, "[");
}

static const rh_actions_job *find_job(const rh_actions_file *file, const char *id, size_t length)
{
    for (size_t i = 0; file && i < file->job_count; i++)
        if (strlen(file->jobs[i].id) == length && !strncmp(file->jobs[i].id, id, length))
            return &file->jobs[i];
    return NULL;
}

static bool is_kept(const rerun *r, const char *path, size_t length);

/* Whether nothing that the job needs runs once more; its id begins at path[start]. */
static bool needs_are_kept(const rerun *r, const rh_actions_file *file, const rh_actions_job *job,
                           const char *path, size_t start)
{
    for (size_t i = 0; i < job->need_count; i++) {
        const char *need =
            rh_format(r->arena, "%.*s%s", (int)start, path, file->jobs[job->needs[i]].id);
        if (!is_kept(r, need, strlen(need)))
            return false;
    }
    return true;
}

/* The same for all jobs that a path leads through. */
static bool all_needs_are_kept(const rerun *r, const char *path, size_t length)
{
    const rh_actions_file *file = r->file;
    for (size_t start = 0; start < length;) {
        size_t end = start;
        while (end < length && path[end] != '/')
            end++;
        const rh_actions_job *job = find_job(file, path + start, end - start);
        if (!job || !needs_are_kept(r, file, job, path, start))
            return false;
        file = job->called;
        start = end + 1;
    }
    return true;
}

/* All jobs of the path succeeded, or were skipped, and what they need as well. */
static bool is_kept(const rerun *r, const char *path, size_t length)
{
    for (size_t i = 0; i < rh_count_of(r->jobs); i++) {
        const char *label = r->jobs->as.fields[i].key;
        if (path_length(label) != length || strncmp(label, path, length) != 0)
            continue;
        const char *result = rh_text_of(rh_get(rh_at(r->jobs, i), "result"));
        if (strcmp(result, "success") != 0 && strcmp(result, "skipped") != 0)
            return false;
    }
    return all_needs_are_kept(r, path, length);
}

static void keep(rerun *r, const char *label, const rh_value *outputs)
{
    const rh_field fields[] = {{"result", rh_value_string(r->arena, "success", 7)},
                               {"outputs", outputs}};
    r->kept = rh_arena_reserve(r->arena, r->kept, sizeof *r->kept, r->count + 1, &r->capacity);
    r->kept[r->count++] =
        (rh_field){rh_arena_string(r->arena, label), rh_value_object(r->arena, fields, 2)};
}

/* Jobs that were skipped are asked again, and come to the same. */
static void keep_jobs(rerun *r)
{
    for (size_t i = 0; i < rh_count_of(r->jobs); i++) {
        const char *label = r->jobs->as.fields[i].key;
        const rh_value *job = rh_at(r->jobs, i);
        if (!strcmp(rh_text_of(rh_get(job, "result")), "success") &&
            all_needs_are_kept(r, label, path_length(label)))
            keep(r, label, rh_get(job, "outputs"));
    }
}

/* Legs that succeeded, of jobs whose other legs did not. */
static void keep_legs(rerun *r)
{
    for (size_t i = 0; i < r->journal->count; i++) {
        const rh_entry *entry = &r->journal->entries[i];
        if (entry->kind != RH_ENTRY_CONCLUDED || entry->run != r->run || !entry->name ||
            entry->code != RH_CONCLUSION_SUCCESS)
            continue;
        const char *label = entry->name->text;
        if (!all_needs_are_kept(r, label, path_length(label)))
            continue;
        const rh_value *outputs = NULL;
        for (size_t j = 0; j < i; j++)
            if (entry->call && r->journal->entries[j].call == entry->call &&
                r->journal->entries[j].kind == RH_ENTRY_ACTIVITY_COMPLETED)
                outputs = rh_get(r->journal->entries[j].value, "outputs");
        keep(r, label, outputs);
    }
}

const rh_value *rh_rerun_input(rh_arena *arena, const rh_actions_file *file,
                               const rh_journal *journal, uint32_t run, rh_rerun which)
{
    const rh_run_record *record = journal->runs[run];
    rerun r = {.arena = arena, .file = file, .journal = journal, .run = run};
    r.jobs = rh_get(record->result    ? record->result
                    : record->failure ? record->failure->details
                                      : NULL,
                    "jobs");
    if (which == RH_RERUN_FAILED) {
        keep_jobs(&r);
        keep_legs(&r);
    }
    int32_t attempt = rh_rerun_attempt(record) + 1;
    const rh_field rerun_fields[] = {
        {"attempt", rh_value_integer(arena, attempt)},
        {"keep", rh_value_object(arena, r.kept, r.count)},
    };
    const char *text = rh_format(arena, "%d", (int)attempt);
    const rh_value *number = rh_value_string(arena, text, strlen(text));
    const rh_value *github = rh_value_object(arena, &(rh_field){"run_attempt", number}, 1);
    const rh_field changes[] = {
        {"github", github},
        {"rerun", rh_value_object(arena, rerun_fields, 2)},
    };
    return rh_actions_event_merge(arena, record->input, rh_value_object(arena, changes, 2));
}
