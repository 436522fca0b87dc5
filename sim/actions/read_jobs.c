#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

int rh_actions_job_index(const rh_actions_file *file, const char *id)
{
    size_t length = strlen(id);
    for (size_t i = 0; i < file->job_count; i++)
        if (!rh_compare_ignoring_case(file->jobs[i].id, strlen(file->jobs[i].id), id, length))
            return (int)i;
    return -1;
}

/* ---- parts of a job -------------------------------------------------------------------------- */

static rh_actions_environment read_environment(const rh_token *token)
{
    rh_actions_environment read = {0};
    if (!token)
        return read;
    read.place = rh_token_place(token);
    read.name = token;
    if (token->kind == RH_TOKEN_MAPPING) {
        read.name = rh_token_get(token, "name");
        read.url = rh_token_get(token, "url");
        read.deployment = rh_token_get(token, "deployment");
    }
    if (read.name && !read.name->expression && !*rh_token_text(read.name))
        read.name = NULL; /* '' is no environment */
    return read;
}

static rh_actions_strategy read_strategy(rh_reading *r, const rh_token *token)
{
    rh_actions_strategy read = {0};
    if (!token)
        return read;
    read.is_given = true;
    read.place = rh_token_place(token);
    read.matrix = rh_token_get(token, "matrix");
    if (read.matrix)
        read.matrix_place = rh_token_place(rh_token_key(token, "matrix"));
    read.fail_fast = rh_token_get(token, "fail-fast");
    read.max_parallel = rh_token_get(token, "max-parallel");
    rh_check_strategy(r, token);
    return read;
}

static void read_call(rh_reading *r, const rh_token *token, rh_actions_job *job)
{
    const rh_token *secrets = rh_token_get(token, "secrets");
    job->uses = rh_read_job_uses(r, rh_token_get(token, "uses"));
    job->with.token = rh_token_get(token, "with");
    job->inherits_secrets = rh_token_is(secrets, "inherit");
    job->secrets.token = job->inherits_secrets ? NULL : secrets;
}

static void read_services(rh_reading *r, const rh_token *token)
{
    if (token && token->kind == RH_TOKEN_MAPPING && !rh_token_varies(token))
        for (uint32_t i = 0; i < token->count; i++)
            rh_check_container(r, token->as.pairs[i].value, true);
}

static void check_group(rh_reading *r, const rh_token *runs_on)
{
    const rh_token *token = rh_token_get(runs_on, "group");
    const char *group = rh_token_text(token), *slash = strchr(group, '/');
    if (!slash)
        return;
    size_t length = (size_t)(slash - group);
    static const char *const prefixes[] = {"org", "organization", "ent", "enterprise"};
    bool known = false;
    for (size_t i = 0; i < 4; i++)
        known = known || (strlen(prefixes[i]) == length && !strncmp(group, prefixes[i], length));
    if (!slash[1])
        rh_reading_refuse_token(r, token, "Invalid runs-on group name '%s'.", group);
    else if (!known || strchr(slash + 1, '/'))
        rh_reading_refuse_token(r, token,
                                "Invalid runs-on group name '%s'. Please use 'organization/' or "
                                "'enterprise/' prefix to target a single runner group.",
                                group);
}

static void check_snapshot(rh_reading *r, const rh_token *snapshot)
{
    const rh_token *token = rh_token_get(snapshot, "version");
    const char *version = rh_token_text(token);
    size_t digits = strspn(version, "0123456789");
    if (*version && (!digits || strcmp(version + digits, ".*")))
        rh_reading_refuse_token(r, token, "Expected format '{major-version}.*' Actual '%s'",
                                version);
}

static void read_runs(rh_reading *r, const rh_token *token, rh_actions_job *job)
{
    job->runs_on = rh_token_get(token, "runs-on");
    job->environment = read_environment(rh_token_get(token, "environment"));
    job->outputs.token = rh_token_get(token, "outputs");
    job->env.token = rh_token_get(token, "env");
    job->defaults = rh_read_defaults(rh_token_get(token, "defaults"));
    job->timeout_minutes = rh_token_get(token, "timeout-minutes");
    job->continue_on_error = rh_token_get(token, "continue-on-error");
    job->container = rh_token_get(token, "container");
    job->services = rh_token_get(token, "services");
    job->snapshot = rh_token_get(token, "snapshot");
    job->steps = rh_read_steps(r, rh_token_get(token, "steps"), &job->step_count);
    check_group(r, job->runs_on);
    check_snapshot(r, job->snapshot);
    if (job->container)
        rh_check_container(r, job->container, false);
    read_services(r, job->services);
}

static void read_job(rh_reading *r, const rh_token_pair *pair, rh_actions_job *job)
{
    const rh_token *token = pair->value;
    job->id = pair->key->text;
    job->place = rh_token_place(pair->key);
    job->last_line = token->last_line;
    job->name = rh_token_get(token, "name");
    if (job->name && !job->name->expression && !*rh_token_text(job->name))
        job->name = NULL;
    if (rh_token_get(token, "needs"))
        job->needs_place = rh_token_place(rh_token_key(token, "needs"));
    job->condition = rh_read_condition(r, rh_token_get(token, "if"), job->place);
    job->concurrency = rh_read_concurrency(r, rh_token_get(token, "concurrency"));
    job->permissions = rh_read_permissions(r, rh_token_get(token, "permissions"));
    job->strategy = read_strategy(r, rh_token_get(token, "strategy"));
    if (rh_token_get(token, "uses"))
        read_call(r, token, job);
    else
        read_runs(r, token, job);
}

void rh_read_jobs(rh_reading *r, const rh_token *token, rh_actions_file *file)
{
    if (!token || token->kind != RH_TOKEN_MAPPING)
        return; /* refused */
    if (token->count == 0)
        rh_reading_refuse_token(r, token,
                                "The workflow must contain at least one job with no dependencies.");
    rh_actions_job *jobs = RH_NEW_ARRAY(r->arena, rh_actions_job, token->count);
    rh_ids ids = {.arena = r->arena};
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token_pair *pair = &token->as.pairs[i];
        const char *wrong = rh_ids_add(&ids, pair->key->text);
        if (wrong)
            rh_reading_refuse_token(r, pair->key, "%s", wrong);
        jobs[i].index = i;
        read_job(r, pair, &jobs[i]);
    }
    file->jobs = jobs;
    file->job_count = token->count;
    rh_check_needs(r, token, file);
}
