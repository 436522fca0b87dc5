#include "harness/explore/served.h"

#include "harness/env_state.h"
#include "harness/explore/point.h"
#include "sim/base/timetext.h"
#include "sim/outage.h"

enum { DRAW_NTH = 1000 };

typedef struct mishap {
    rh_fault fault; /* typical_duration: how long it lasts; 0: until a human has come */
    rh_outage_kind kind;
    const char *option; /* of `rehearse run` */
    uint32_t times;     /* that it happens, */
    rh_duration period; /* in so long */
    bool is_met;        /* a run can begin while it lasts */
} mishap;

/* Of servers of one's own: suggested, no public figures of small ones are known. Of GitHub: 7 major
 * outages in 2022, 2 h 41 min altogether (StatusGator). */
static const mishap mishaps[] = {
    {.fault = {.name = "server-down",
               .class = RH_FAULT_TRANSIENT,
               .retryable = true,
               .message = "the server cannot be reached",
               .summary = "the durable server is down for half an hour; the run goes on when it is "
                          "back",
               .typical_duration = RH_MINUTES(30)},
     .kind = RH_OUTAGE_SERVER,
     .option = "--server-down",
     .times = 1,
     .period = RH_DAYS(30),
     .is_met = true},
    {.fault = {.name = "worker-down",
               .class = RH_FAULT_TRANSIENT,
               .retryable = true,
               .message = "no worker polls the task queue",
               .summary = "no worker runs workflow code for ten minutes; the run goes on when one "
                          "does",
               .typical_duration = RH_MINUTES(10)},
     .kind = RH_OUTAGE_WORKER,
     .option = "--worker-down",
     .times = 2,
     .period = RH_DAYS(30),
     .is_met = true},
    {.fault = {.name = "nondeterministic-deploy",
               .class = RH_FAULT_PERMANENT,
               .message = "the code of the workflow is not that of its history",
               .summary = "a deploy has changed the workflow under this run, which waits until "
                          "somebody rolls it back"},
     .kind = RH_OUTAGE_DEPLOY,
     .option = "--bad-deploy",
     .times = 1,
     .period = RH_DAYS(30)},
    {.fault = {.name = "github-down",
               .class = RH_FAULT_TRANSIENT,
               .retryable = true,
               .message = "GitHub starts no job",
               .summary = "GitHub is down for 23 minutes: no job starts and none is heard of; the "
                          "run goes on when it is back",
               .typical_duration = RH_MINUTES(23)},
     .kind = RH_OUTAGE_ELSEWHERE,
     .option = "--server-down", /* its own, when it is played alone */
     .times = 7,
     .period = RH_DAYS(365),
     .is_met = true},
};
enum { MISHAPS = sizeof mishaps / sizeof *mishaps };

const char *const rh_served_assumptions[] = {
    "What is durable pays for itself, in rates that are suggested, not measured: once in 30 days "
    "its server is down for 30 minutes (0.07 % of runs find it so), twice no worker polls for 10 "
    "(0.05 %), once a deploy breaks the runs that are under way, until a human has rolled it back. "
    "GitHub is down for 23 minutes seven times a year, as in 2022 (0.03 %). A run that finds one "
    "of them down waits half its time; while it goes on, they strike before its next workflow "
    "task, in proportion to the time since the last one. What servers and workers cost to run is "
    "not counted.",
    NULL};

/* ---- rates ----------------------------------------------------------------------------------- */

static uint32_t per_million(const mishap *m, rh_duration during)
{
    static const rh_duration unit = RH_MILLISECONDS(1);
    if (during >= m->period / (rh_duration)m->times)
        return 1000000;
    int64_t parts = (int64_t)m->times * (during / unit) * 1000000;
    int64_t whole = m->period / unit;
    return (uint32_t)((parts + whole / 2) / whole);
}

/* How many of a million tasks it strikes. */
static uint32_t rate_of(const mishap *m, const rh_execution *execution)
{
    if (execution->is_elsewhere != (m->kind == RH_OUTAGE_ELSEWHERE))
        return 0;
    if (!execution->task_count)
        return m->is_met ? per_million(m, m->fault.typical_duration) : 0;
    rh_time last = execution->tasks[execution->task_count - 1].now;
    return per_million(m, rh_world_now(execution->world) - last);
}

static size_t find_risks(const rh_served_subject *served, const rh_execution *execution,
                         rh_risk *risks)
{
    size_t count = 0;
    for (size_t i = 0; i < MISHAPS; i++) {
        uint32_t rate = rate_of(&mishaps[i], execution);
        if (rate && (mishaps[i].fault.typical_duration || served->human))
            risks[count++] = (rh_risk){&mishaps[i].fault, rate};
    }
    return count;
}

/* ---- striking -------------------------------------------------------------------------------- */

/* What is there when a run begins is half over, in the mean. */
static rh_duration lasts(rh_env *env, const rh_served_subject *served, const mishap *m,
                         const rh_execution *execution)
{
    if (m->fault.typical_duration)
        return m->fault.typical_duration / (execution->task_count ? 1 : 2);
    return rh_human_comes(env, served->human, DRAW_NTH) -
           (rh_world_now(&env->world) - env->world.journal.start);
}

static void before_task(rh_env *env, const rh_execution *execution, void *data)
{
    const rh_served_subject *served = data;
    rh_risk risks[MISHAPS];
    size_t count = find_risks(served, execution, risks);
    const char *owner = execution->is_elsewhere ? "GitHub" : served->name;
    const rh_fault *fault = rh_prompt_point(env, owner, "workflow-task", risks, count);
    for (size_t i = 0; i < MISHAPS; i++)
        if (fault == &mishaps[i].fault)
            rh_outage_begin(&env->world, mishaps[i].kind,
                            lasts(env, served, &mishaps[i], execution));
}

const char *rh_served_option(rh_arena *arena, const rh_journal *journal, const rh_entry *entry)
{
    if (entry->kind != RH_ENTRY_OUTAGE)
        return NULL;
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < MISHAPS; i++)
        if (!strcmp(entry->text, rh_outage_name(mishaps[i].kind)))
            rh_text_printf(&text, "%s '", mishaps[i].option);
    rh_duration_write(&text, entry->span);
    rh_text_puts(&text, " at ");
    rh_duration_write(&text, entry->time - journal->start);
    rh_text_putc(&text, '\'');
    return rh_text_string(&text);
}

/* ---- the subject ----------------------------------------------------------------------------- */

static int given(rh_env *env, void *data, rh_error *error)
{
    rh_served_subject *served = data;
    rh_env_before_task(env, before_task, served);
    return served->inner->given ? served->inner->given(env, served->inner->data, error) : 0;
}

static void start(rh_env *env, rh_duration at, void *data)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    inner->start(env, at, inner->data);
}

static bool again(rh_env *env, uint32_t nth, void *data)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    return inner->again && inner->again(env, nth, inner->data);
}

static const char *stands_for(const rh_call *call, void *data)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    return inner->stands_for(call, inner->data);
}

rh_subject rh_subject_of_served(const char *name, rh_served_subject *served)
{
    return (rh_subject){
        .name = name,
        .given = given,
        .start = start,
        .again = again,
        .stands_for = served->inner->stands_for ? stands_for : NULL,
        .request = served->inner->request,
        .module = served->inner->module,
        .data = served,
    };
}
