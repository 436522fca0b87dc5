#include "harness/explore/actions_subject.h"

#include "harness/env_state.h"
#include "harness/rerun.h"

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
                          .is_elsewhere = !actions->definition->settings ||
                                          !actions->definition->settings->lift,
                      });
}

static void start(rh_env *env, rh_duration at, void *data)
{
    const rh_actions_subject *actions = data;
    start_at(env, actions, actions->input, at);
}

/* Whatever ended badly is run again, as `Re-run failed jobs` does it. */
static bool again(rh_env *env, uint32_t nth, void *data)
{
    const rh_actions_subject *actions = data;
    const rh_journal *journal = rh_env_journal(env);
    const rh_actions_file *file = actions->definition->file;
    uint32_t last = rh_last_run(journal, file->name);
    if (!actions->rerun_after || !rh_run_ended_badly(journal, last))
        return false;
    start_at(env, actions, rh_rerun_input(&env->world.arena, file, journal, last, RH_RERUN_FAILED),
             rh_human_comes(env, actions->rerun_after, nth));
    return true;
}

rh_subject rh_subject_of_actions(const char *name, rh_actions_subject *actions)
{
    return (
        rh_subject){.name = name, .given = given, .start = start, .again = again, .data = actions};
}
