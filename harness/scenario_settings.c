/* `settings:`, of the world that a scenario is played in. */
#include "harness/profile.h"
#include "harness/scenario_parts.h"

static bool read_seed(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_settings *settings = into;
    int64_t seed;
    (void)key;
    if (!rh_read_count(reader, node, 0, INT64_MAX, &seed))
        return false;
    settings->has_seed = true;
    settings->seed = (uint64_t)seed;
    return true;
}

static bool read_server(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    static const char *const names[] = {"1.31", "1.30", NULL};
    rh_scenario_settings *settings = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "server version", names, &which))
        return false;
    settings->has_server = true;
    settings->server = which ? RH_SERVER_1_30 : RH_SERVER_NEWEST;
    return true;
}

static bool read_cache(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    ((rh_scenario_settings *)into)->has_cache = true;
    return rh_read_flag_field(reader, node, key, into);
}

static bool read_choices(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    ((rh_scenario_settings *)into)->has_random_choices = true;
    return rh_read_flag_field(reader, node, key, into);
}

static bool read_random_faults(rh_reader *reader, const rh_yaml *node, const rh_key *key,
                               void *into)
{
    int64_t per_mille;
    (void)key;
    if (!rh_read_count(reader, node, 1, 1000, &per_mille))
        return false;
    ((rh_scenario_settings *)into)->random_faults = (int32_t)per_mille;
    return true;
}

static bool read_profile(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_settings *settings = into;
    rh_error error;
    (void)key;
    if (!rh_read_text(reader, node, &settings->profile))
        return false;
    return rh_profile_find(settings->profile, &error) ||
           rh_refuse(reader, node, "%s", error.message);
}

static bool read_time_limit(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_duration limit;
    (void)key;
    if (!rh_read_duration(reader, node, &limit))
        return false;
    if (limit < RH_SECONDS(1) || limit > RH_DAYS(1) || limit % RH_SECONDS(1))
        return rh_refuse(reader, node, "expected whole seconds from 1s to 1d of real time");
    ((rh_scenario_settings *)into)->time_limit_s = (int32_t)(limit / RH_SECONDS(1));
    return true;
}

static bool read_unknown(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    static const char *const names[] = {"empty", "error", "explore", NULL};
    rh_scenario_settings *settings = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "mode", names, &which))
        return false;
    settings->has_unknown = true;
    settings->unknown = (rh_unknown_mode)which;
    return true;
}

static bool read_timed_out_job(rh_reader *reader, const rh_yaml *node, const rh_key *key,
                               void *into)
{
    static const char *const names[] = {"cancelled", "failure", NULL};
    rh_scenario_settings *settings = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "conclusion", names, &which))
        return false;
    settings->has_timed_out_job = true;
    settings->timed_out_job_fails = which == 1;
    return true;
}

static bool read_runners(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t count;
    (void)key;
    if (!rh_read_count(reader, node, 1, INT32_MAX, &count))
        return false;
    ((rh_scenario_settings *)into)->runners = (uint32_t)count;
    return true;
}

/* A number from 1, or none: no limit. */
static bool read_limit(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t *limit = (int64_t *)(void *)((char *)into + key->offset);
    if (rh_yaml_is_plain(node, "none")) {
        *limit = -1;
        return true;
    }
    return rh_read_count(reader, node, 1, INT64_MAX, limit);
}

#define LIMIT(name, field)                                                                         \
    {                                                                                              \
        (name), read_limit, offsetof(rh_scenario_limits, field)                                    \
    }

static const rh_key limit_keys[] = {
    LIMIT("task-attempts", task_attempts),
    LIMIT("pending-activities", pending_activities),
    LIMIT("pending-children", pending_children),
    LIMIT("pending-signals", pending_signals),
    LIMIT("pending-cancels", pending_cancels),
    LIMIT("buffered-events", buffered_events),
    LIMIT("history-suggestion", history_suggestion),
    LIMIT("history-warning", history_warning),
    LIMIT("history", history_limit),
    LIMIT("history-size-suggestion", history_size_suggestion),
    LIMIT("history-size-warning", history_size_warning),
    LIMIT("history-size", history_size_limit),
    LIMIT("payload-warning", payload_warning),
    LIMIT("payload", payload_limit),
    LIMIT("memo", memo_limit),
    {0},
};

static bool read_limits(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return rh_read_mapping(reader, node, "the limits", limit_keys,
                           &((rh_scenario_settings *)into)->limits);
}

#define OF_FILE(name_, read_, field)                                                               \
    {                                                                                              \
        .name = (name_), .read = (read_), .offset = offsetof(rh_scenario_settings, field),         \
        .only = RH_ABOUT_FILE                                                                      \
    }
#define SETTING(name, read, field)                                                                 \
    {                                                                                              \
        (name), (read), offsetof(rh_scenario_settings, field)                                      \
    }

static const rh_key setting_keys[] = {
    SETTING("seed", read_seed, seed),
    {"server", read_server, 0, .only = RH_ABOUT_CODE},
    SETTING("cache", read_cache, cache),
    SETTING("random-choices", read_choices, random_choices),
    SETTING("random-faults", read_random_faults, random_faults),
    SETTING("profile", read_profile, profile),
    SETTING("dispatch-latency", rh_read_duration_field, dispatch_latency),
    SETTING("task-latency", rh_read_duration_field, task_latency),
    {"task-duration", rh_read_duration_field, offsetof(rh_scenario_settings, task_duration),
     .only = RH_ABOUT_CODE},
    {"limits", read_limits, 0, .only = RH_ABOUT_CODE},
    SETTING("max-time", rh_read_duration_field, max_time),
    SETTING("time-limit", read_time_limit, time_limit_s),
    OF_FILE("unknown", read_unknown, unknown),
    OF_FILE("timed-out-job", read_timed_out_job, timed_out_job_fails),
    OF_FILE("runners", read_runners, runners),
    OF_FILE("runner-start", rh_read_duration_field, runner_start),
    OF_FILE("lost-runner-after", rh_read_duration_field, lost_runner_after),
    {0},
};

bool rh_read_settings(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return rh_read_mapping(reader, node, "the settings", setting_keys,
                           &((rh_scenario_part *)into)->settings);
}
