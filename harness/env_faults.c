/* What befalls the attempts of an env beside what their mocks say: planned faults and durations,
 * faults drawn by a profile, by rates and from the whole catalog. */
#include "harness/env_state.h"
#include "sim/base/nearest.h"

/* Every public function below: runs `act` inside the env's boundary, with one error at most. */
typedef int action(rh_env *env, const void *data, rh_error *error);

static int run_inside(rh_env *env, action *act, const void *data, rh_error *error)
{
    volatile int status = -1;
    RH_ENTER(env, frame);
    if (!stopped)
        status = act(env, data, error);
    else
        rh_error_set(error, NULL, 0, 0, "out of memory");
    rh_env_leave(env, &frame);
    return status;
}

static void run_recording(rh_env *env, action *act, const void *data)
{
    rh_error error;
    if (run_inside(env, act, data, &error) == 0)
        return;
    RH_ENTER(env, frame);
    if (!stopped)
        rh_env_complain(env, true, env->place.file, env->place.line, error.message);
    rh_env_leave(env, &frame);
}

/* A path, and what is said about it. */
typedef struct saying {
    const char *path;
    const char *name;
    int64_t number;
} saying;

static int check_path(const char *path, const char *what, rh_error *error)
{
    if (rh_plan_path_valid(path))
        return 0;
    return rh_error_set(error, NULL, 0, 0, "%s of '%s': expected TYPE, TYPE[KEY] or TYPE#N", what,
                        path);
}

/* ---- the catalog ----------------------------------------------------------------------------- */

static int define_fault(rh_env *env, const void *definition, rh_error *error)
{
    return rh_catalog_define(&env->arena, &env->catalog, definition, error);
}

int rh_env_define_fault(rh_env *env, const rh_fault_definition *definition, rh_error *error)
{
    return run_inside(env, define_fault, definition, error);
}

void rh_fault_define(rh_env *env, const rh_fault_definition *definition)
{
    run_recording(env, define_fault, definition);
}

void rh_env_set_catalog(rh_env *env, const rh_catalog *catalog)
{
    env->catalog = *catalog;
}

const rh_catalog *rh_env_catalog(const rh_env *env)
{
    return &env->catalog;
}

/* ---- planned --------------------------------------------------------------------------------- */

static int add_fault(rh_env *env, const void *data, rh_error *error)
{
    const saying *said = data;
    rh_planned_fault planned;
    if (rh_plan_read(&env->arena, &env->catalog, said->path, said->name, &planned, error) != 0)
        return -1;
    env->plan = rh_arena_reserve(&env->arena, env->plan, sizeof *env->plan, env->plan_count + 1,
                                 &env->plan_capacity);
    planned.place = env->place;
    env->plan[env->plan_count++] = planned;
    return 0;
}

int rh_env_add_fault(rh_env *env, const char *fault_point, const char *fault, rh_error *error)
{
    return run_inside(env, add_fault, &(saying){fault_point, fault, 0}, error);
}

void rh_fault_at(rh_env *env, const char *fault_point, const char *fault)
{
    run_recording(env, add_fault, &(saying){fault_point, fault, 0});
}

static int set_duration(rh_env *env, const void *data, rh_error *error)
{
    const saying *said = data;
    if (said->number < 0 || !rh_plan_path_valid(said->path))
        return rh_error_set(error, NULL, 0, 0,
                            "duration of '%s': expected TYPE, TYPE[KEY] or TYPE#N and a duration "
                            "that is not negative",
                            said->path);
    env->durations = rh_arena_reserve(&env->arena, env->durations, sizeof *env->durations,
                                      env->duration_count + 1, &env->duration_capacity);
    env->durations[env->duration_count++] =
        (rh_planned_duration){rh_arena_string(&env->arena, said->path), said->number, 0,
                              env->place};
    return 0;
}

int rh_env_set_duration(rh_env *env, const char *path, rh_duration duration, rh_error *error)
{
    return run_inside(env, set_duration, &(saying){path, NULL, duration}, error);
}

void rh_takes(rh_env *env, const char *path, rh_duration duration)
{
    run_recording(env, set_duration, &(saying){path, NULL, duration});
}

/* ---- drawn ----------------------------------------------------------------------------------- */

void rh_random_faults(rh_env *env, uint32_t per_mille)
{
    env->random_per_mille = per_mille < 1000 ? per_mille : 1000;
}

static int unknown_class(const rh_profile_record *profile, const char *name, rh_error *error)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    if (!profile)
        return rh_error_set(error, NULL, 0, 0, "step class '%s': choose a profile first", name);
    for (size_t i = 0; i < profile->class_count; i++)
        rh_nearest_offer(&nearest, profile->classes[i].name);
    return rh_error_set(error, NULL, 0, 0, "profile '%s' has no step class '%s'%s", profile->name,
                        name, rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* The classes that calls were said to be of are now those of this profile. */
static int move_classes(rh_env *env, const rh_profile_record *profile, rh_error *error)
{
    for (size_t i = 0; i < env->step_class_count; i++) {
        rh_planned_class *said = &env->step_classes[i];
        const char *name = said->class ? said->class->name : NULL;
        if (name && !(said->class = rh_profile_class(profile, name)))
            return unknown_class(profile, name, error);
    }
    return 0;
}

typedef struct profile_text {
    const char *text;
    size_t length;
    const char *file;
} profile_text;

static int read_profile(rh_env *env, const void *data, rh_error *error)
{
    const profile_text *from = data;
    rh_profile_record *profile = RH_NEW(&env->arena, rh_profile_record);
    if (rh_profile_read(&env->arena, &env->catalog, from->text, from->length, from->file, profile,
                        error) != 0)
        return -1;
    env->profile = profile;
    return move_classes(env, profile, error);
}

int rh_env_read_profile(rh_env *env, const char *text, size_t length, const char *file,
                        rh_error *error)
{
    return run_inside(env, read_profile, &(profile_text){text, length, file}, error);
}

static int set_profile(rh_env *env, const void *name, rh_error *error)
{
    const rh_profile_text *found = rh_profile_find(name, error);
    return !found ? -1
                  : read_profile(env, &(profile_text){found->text, found->length, name}, error);
}

int rh_env_set_profile(rh_env *env, const char *name, rh_error *error)
{
    return run_inside(env, set_profile, name, error);
}

void rh_profile(rh_env *env, const char *name)
{
    run_recording(env, set_profile, name);
}

static int set_class(rh_env *env, const void *data, rh_error *error)
{
    const saying *said = data;
    const rh_step_class_record *class = NULL;
    if (check_path(said->path, "step class", error) != 0)
        return -1;
    if (said->name)
        class = env->profile ? rh_profile_class(env->profile, said->name) : NULL;
    if (said->name && !class)
        return unknown_class(env->profile, said->name, error);
    env->step_classes = rh_arena_reserve(&env->arena, env->step_classes, sizeof *env->step_classes,
                                         env->step_class_count + 1, &env->step_class_capacity);
    env->step_classes[env->step_class_count++] =
        (rh_planned_class){rh_arena_string(&env->arena, said->path), class, 0};
    return 0;
}

int rh_env_set_step_class(rh_env *env, const char *path, const char *step_class, rh_error *error)
{
    return run_inside(env, set_class, &(saying){path, step_class, 0}, error);
}

void rh_step_class(rh_env *env, const char *path, const char *step_class)
{
    run_recording(env, set_class, &(saying){path, step_class, 0});
}

static int set_rate(rh_env *env, const void *data, rh_error *error)
{
    const saying *said = data;
    if (check_path(said->path, "fault rate", error) != 0)
        return -1;
    if (said->number > 1000000)
        return rh_error_set(error, NULL, 0, 0,
                            "fault rate of '%s': more than 1,000,000 in a million", said->path);
    const rh_fault *fault = rh_catalog_need(&env->catalog, said->name, error);
    if (!fault)
        return -1;
    env->rates = rh_arena_reserve(&env->arena, env->rates, sizeof *env->rates, env->rate_count + 1,
                                  &env->rate_capacity);
    env->rates[env->rate_count++] = (rh_planned_rate){rh_arena_string(&env->arena, said->path),
                                                      {fault, (uint32_t)said->number},
                                                      0};
    return 0;
}

int rh_env_set_fault_rate(rh_env *env, const char *path, const char *fault, uint32_t per_million,
                          rh_error *error)
{
    return run_inside(env, set_rate, &(saying){path, fault, per_million}, error);
}

void rh_fault_rate(rh_env *env, const char *path, const char *fault, uint32_t per_million)
{
    run_recording(env, set_rate, &(saying){path, fault, per_million});
}
