/* Environments: branch policies, reviewers, wait timers; their secrets and
 * vars. */
#include "sim/actions/server.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/world.h"

static const rh_duration APPROVAL_LIMIT = RH_DAYS(30);

static const char rejected[] =
    "The deployment was rejected or didn't satisfy other protection rules.";

/* ---- branch policies ------------------------------------------------------------------------- */

/* As Ruby's File.fnmatch with FNM_PATHNAME: `*` and `?` stop at a slash, `**`
 * before one does not. */
static bool matches(const char *pattern, const char *text);

static bool matches_star(const char *pattern, const char *text)
{
    if (pattern[1] == '*' && pattern[2] == '/') {
        for (const char *at = text; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
            if (matches(pattern + 3, at))
                return true;
        return false;
    }
    while (*pattern == '*')
        pattern++;
    for (;; text++) {
        if (matches(pattern, text))
            return true;
        if (!*text || *text == '/')
            return false;
    }
}

/* A set in brackets; *end is behind it. */
static bool matches_set(const char *set, char c, const char **end)
{
    bool is_negated = set[1] == '!' || set[1] == '^';
    bool found = false;
    const char *at = set + 1 + is_negated;
    for (bool first = true; *at && (first || *at != ']'); first = false) {
        char low = *at++;
        char high = low;
        if (at[0] == '-' && at[1] && at[1] != ']') {
            high = at[1];
            at += 2;
        }
        found = found || (low <= c && c <= high);
    }
    *end = *at ? at + 1 : at;
    return found != is_negated;
}

static bool matches(const char *pattern, const char *text)
{
    for (; *pattern; text++) {
        if (*pattern == '*')
            return matches_star(pattern, text);
        if (!*text)
            return false;
        if (*pattern == '[') {
            if (*text == '/' || !matches_set(pattern, *text, &pattern))
                return false;
            continue;
        }
        if (*pattern == '\\' && pattern[1])
            pattern++;
        else if (*pattern == '?' && *text != '/') {
            pattern++;
            continue;
        }
        if (*pattern++ != *text)
            return false;
    }
    return !*text;
}

static bool may_deploy(const rh_value *rules, const char *name, const char *ref)
{
    const rh_value *patterns = rh_server_get(rules, "branches");
    if (rh_kind_of(patterns) != RH_LIST)
        return true;
    for (size_t i = 0; i < rh_count_of(patterns); i++) {
        const char *pattern = rh_text_of(rh_at(patterns, i));
        if (matches(pattern, name) || !strcmp(pattern, ref))
            return true;
    }
    return false;
}

/* ---- going in -------------------------------------------------------------------------------- */

static uint32_t start_timer(rh_server *server, rh_server_leg *leg, rh_duration duration)
{
    server->timers = rh_arena_reserve(server->arena, server->timers, sizeof *server->timers,
                                      server->timer_count + 1, &server->timer_capacity);
    uint32_t number = (uint32_t)server->timer_count++;
    server->timers[number] = (rh_server_timer){leg, true};
    rh_command *command = rh_execution_command(server->execution, RH_COMMAND_START_TIMER);
    command->number = number;
    command->duration = duration;
    return number;
}

static void stop_timer(rh_server *server, uint32_t *number)
{
    if (*number != RH_NO_TICKET && server->timers[*number].is_open) {
        server->timers[*number].is_open = false;
        rh_execution_command(server->execution, RH_COMMAND_CANCEL_TIMER)->number = *number;
    }
    *number = RH_NO_TICKET;
}

static void leg_fails(rh_server *server, rh_server_leg *leg, const char *message)
{
    rh_server_leg_end(
        server, leg,
        &(rh_leg_end){.outcome = RH_CONCLUSION_FAILURE, .text = message, .is_error = true});
}

/* Finds the environment of the leg; false if the leg is over. */
static bool find_environment(rh_server *server, rh_server_leg *leg)
{
    const rh_token *token = leg->job->model->environment.name;
    const char *message = NULL;
    rh_server_scope scope = {
        .server = server, .graph = leg->job->graph, .job = leg->job, .leg = leg};
    if (!token)
        return true;
    const rh_value *value = rh_server_evaluate(&scope, token, "environment", &message);
    if (!value) {
        leg_fails(server, leg, message);
        return false;
    }
    if (rh_kind_of(value) == RH_UNKNOWN) {
        rh_server_value_unknown(&scope, token, "environment", value);
        return true;
    }
    const char *name = rh_text_of(rh_value_as_string(server->arena, value));
    leg->environment = *name ? name : NULL;
    leg->rules = rh_server_get(rh_server_get(server->input, "environments"), name);
    if (*name && !leg->rules)
        rh_server_note(server,
                       rh_format(server->arena,
                                 "nothing is known of the rules of environment '%s': nobody "
                                 "reviews, nothing is waited for (--approve '%s@5m' gives it a "
                                 "reviewer)",
                                 name, name));
    return true;
}

static bool check_branch(rh_server *server, rh_server_leg *leg)
{
    const rh_value *github = leg->job->graph->run->github;
    const char *name = rh_text_of(rh_server_get(github, "ref_name"));
    bool is_tag = !strcmp(rh_text_of(rh_server_get(github, "ref_type")), "tag");
    if (may_deploy(leg->rules, name, rh_text_of(rh_server_get(github, "ref"))))
        return true;
    const char *why = rh_format(server->arena,
                                "%s \"%s\" is not allowed to deploy to %s due to environment "
                                "protection rules.",
                                is_tag ? "Tag" : "Branch", name, leg->environment);
    rh_server_annotate(server, 0, "error", why);
    leg_fails(server, leg, rejected);
    return false;
}

bool rh_server_protect(rh_server *server, rh_server_leg *leg)
{
    leg->approval_timer = leg->wait_timer = RH_NO_TICKET;
    if (!find_environment(server, leg))
        return false;
    if (!leg->rules)
        return true;
    if (!check_branch(server, leg))
        return false;
    leg->wants_approval = rh_integer_of(rh_server_get(leg->rules, "reviewers")) > 0;
    double minutes = rh_number_of(rh_server_get(leg->rules, "wait_minutes"));
    if (leg->wants_approval)
        leg->approval_timer = start_timer(server, leg, APPROVAL_LIMIT);
    if (minutes > 0)
        leg->wait_timer = start_timer(server, leg, (rh_duration)(minutes * 60e9));
    return !leg->wants_approval && leg->wait_timer == RH_NO_TICKET;
}

/* ---- coming out ------------------------------------------------------------------------------ */

static void go_on(rh_server *server, rh_server_leg *leg)
{
    if (!leg->wants_approval && leg->wait_timer == RH_NO_TICKET)
        rh_server_leg_next(server, leg);
}

static bool is_named(const rh_server_leg *leg, const char *name)
{
    return leg->environment && rh_same_ignoring_case(leg->environment, name);
}

static uint32_t review_job(rh_server *server, rh_server_job *job, const char *name, bool approves)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < job->leg_count; i++) {
        rh_server_leg *leg = &job->legs[i];
        if (leg->phase != RH_LEG_PROTECTED || !leg->wants_approval || !is_named(leg, name))
            continue;
        count++;
        leg->wants_approval = false;
        if (approves) {
            stop_timer(server, &leg->approval_timer);
            go_on(server, leg);
        } else {
            leg_fails(server, leg, rejected);
        }
    }
    return count;
}

static void say_lost_review(rh_server *server, const char *name)
{
    rh_duration since = rh_world_now(server->world) - server->world->journal.start;
    rh_execution_log(server->execution, RH_ENTRY_WARNING, NULL,
                     rh_format(server->arena,
                               "no job waits for a review of environment '%s' at %s: what is said "
                               "of it then is lost",
                               name, rh_duration_text(server->arena, since)));
}

void rh_server_review(rh_server *server, const rh_value *environment, bool approves)
{
    uint32_t count = 0;
    const char *name =
        rh_text_of(rh_kind_of(environment) == RH_OBJECT ? rh_server_get(environment, "environment")
                                                        : environment);
    for (rh_server_graph *graph = server->graphs; graph; graph = graph->next)
        for (uint32_t i = 0; i < graph->job_count; i++)
            count += review_job(server, &graph->jobs[i], name, approves);
    if (!count && !server->replaying)
        say_lost_review(server, name);
}

void rh_server_timer_fired(rh_server *server, uint32_t number)
{
    rh_server_leg *leg = server->timers[number].leg;
    if (!server->timers[number].is_open)
        return;
    server->timers[number].is_open = false;
    if (leg->phase != RH_LEG_PROTECTED)
        return;
    if (number == leg->approval_timer) {
        leg_fails(server, leg,
                  rh_format(server->arena, "nobody reviewed the deployment to %s within 30 days",
                            leg->environment));
        return;
    }
    leg->wait_timer = RH_NO_TICKET;
    go_on(server, leg);
}

void rh_server_unprotect(rh_server *server, rh_server_leg *leg)
{
    if (!leg->rules)
        return;
    stop_timer(server, &leg->approval_timer);
    stop_timer(server, &leg->wait_timer);
}

/* Of two fields of one name the first counts. */
const rh_value *rh_server_merged(rh_server *server, const rh_value *base, const rh_value *rules,
                                 const char *field)
{
    const rh_value *more = rh_server_get(rules, field);
    if (!rh_count_of(more))
        return base;
    rh_server_fields fields = {0};
    uint8_t flags = strcmp(field, "secrets") ? 0 : RH_SECRET;
    for (size_t i = 0; i < rh_count_of(more); i++)
        rh_server_field(server, &fields, more->as.fields[i].key,
                        rh_value_flagged(server->arena, rh_at(more, i), flags));
    for (size_t i = 0; i < rh_count_of(base); i++)
        rh_server_field(server, &fields, base->as.fields[i].key, rh_at(base, i));
    return rh_server_object(server, &fields);
}
