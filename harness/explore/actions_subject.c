#include "harness/explore/actions_subject.h"

#include "harness/env_state.h"
#include "sim/base/value.h"

static int given(rh_env *env, void *data, rh_error *error)
{
    const rh_actions_subject *actions = data;
    return actions->given ? actions->given(env, actions->data, error) : 0;
}

static void start_at(rh_env *env, const rh_actions_subject *actions, const rh_value *input,
                     rh_duration at)
{
    rh_env_start(env, &(rh_start_request){
                          .dialect = &rh_actions_dialect,
                          .definition = actions->definition,
                          .workflow_type = actions->definition->file->name,
                          .input = input,
                          .options = {.at = at},
                      });
}

static uint32_t start(rh_env *env, rh_duration at, void *data)
{
    const rh_actions_subject *actions = data;
    start_at(env, actions, actions->input, at);
    return 0;
}

/* Jobs that succeeded are kept, with what they put out. */
static const rh_value *kept_jobs(rh_arena *arena, const rh_value *jobs)
{
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, rh_count_of(jobs) + 1);
    size_t count = 0;
    for (size_t i = 0; i < rh_count_of(jobs); i++) {
        const rh_field *job = &jobs->as.fields[i];
        if (!strcmp(rh_text_of(rh_get(job->value, "result")), "success"))
            fields[count++] = *job;
    }
    return rh_value_object(arena, fields, count);
}

static const rh_value *rerun_input(rh_arena *arena, const rh_value *input, const rh_value *jobs,
                                   uint32_t attempt)
{
    const rh_field rerun[] = {
        {"attempt", rh_value_integer(arena, attempt)},
        {"keep", kept_jobs(arena, jobs)},
    };
    size_t count = rh_count_of(input);
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, count + 1);
    fields[0] = (rh_field){"rerun", rh_value_object(arena, rerun, 2)};
    for (size_t i = 0; i < count; i++)
        fields[i + 1] = input->as.fields[i];
    return rh_value_object(arena, fields, count + 1);
}

/* Whatever ended badly is run again, as `Re-run failed jobs` does it. */
static bool again(rh_env *env, uint32_t nth, void *data)
{
    const rh_actions_subject *actions = data;
    const rh_journal *journal = rh_env_journal(env);
    rh_arena *arena = &env->world.arena;
    const rh_run_record *last = rh_last_run(journal, actions->definition->file->name);
    if (!actions->rerun_after || !last || !rh_run_ended_badly(last))
        return false;
    const rh_value *result = last->failure ? last->failure->details : last->result;
    start_at(env, actions, rerun_input(arena, actions->input, rh_get(result, "jobs"), nth + 1),
             rh_human_comes(env, actions->rerun_after, nth));
    return true;
}

rh_subject rh_subject_of_actions(const char *name, rh_actions_subject *actions)
{
    return (
        rh_subject){.name = name, .given = given, .start = start, .again = again, .data = actions};
}
