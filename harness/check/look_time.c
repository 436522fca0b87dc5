/* What takes too long, or is not given enough time: long-hang, waits-forever, timeout-too-short. */
#include "harness/check/look.h"
#include "harness/profile.h"
#include "sim/actions/price.h"
#include "sim/base/timetext.h"

static const rh_duration LONG = RH_HOURS(6); /* what a runner gives a job by itself */

static const char *span(const rh_glance *l, rh_duration duration)
{
    rh_text text = rh_text_in(l->played->arena);
    rh_duration_write(&text, duration);
    return rh_text_string(&text);
}

/* ---- hangs ----------------------------------------------------------------------------------- */

static const char *cost_of(const rh_glance *l, uint32_t job, rh_duration duration)
{
    const rh_price price =
        rh_price_of_queue(l->played->scratch, l->view.journal->calls[job - 1]->task_queue->text);
    int64_t cents = rh_price_cost(&price, duration) / 10000;
    if (price.kind != RH_PRICE_KNOWN)
        return rh_say(l, "%lld minutes of a runner", (long long)rh_price_minutes(duration));
    return rh_say(l, "%lld billed minutes, %lld.%02lld USD", (long long)rh_price_minutes(duration),
                  (long long)(cents / 100), (long long)(cents % 100));
}

static void hangs_long(rh_glance *l, uint32_t job)
{
    const rh_seen_call *seen = &l->view.calls[job - 1];
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_LONG_HANG, rh_place_of_call(l, job));
    rh_finding *finding = &raw->finding;
    rh_duration takes = seen->ended - seen->started;
    const char *name = rh_name_of_call(l, l->view.struck);
    finding->other = rh_place_of_call(l, l->view.struck);
    finding->message = rh_say(l, "a hang in job '%s' goes on for %s",
                              l->view.journal->calls[job - 1]->type->text, span(l, seen->limit));
    finding->happened = rh_say(l, "`%s` hangs, the job is ended after %s: %s", name,
                               span(l, seen->limit), cost_of(l, job, takes));
    finding->expected = "it is ended soon after the time it usually takes";
    finding->change = "Give the job a limit, some times what it usually takes:\n"
                      "timeout-minutes: 30";
}

static void waits_forever(rh_glance *l)
{
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_WAITS_FOREVER, rh_place_of_call(l, l->view.struck));
    const char *name = rh_name_of_call(l, l->view.struck);
    raw->finding.message = rh_say(l, "the run waits for ever when %s fails", name);
    const char *stuck = l->view.journal->runs[0]->stuck;
    raw->finding.happened = stuck ? rh_say(l, "nothing ends the wait: %s", stuck)
                                  : rh_say(l, "nothing ends the wait behind %s", name);
    raw->finding.expected = "the run ends, if need be by a timeout";
    raw->finding.change = "Wait for a limited time (rh_receive_for), or give the run "
                          "one (.run_timeout).";
}

static void look_for_hangs(rh_glance *l)
{
    const rh_view *view = &l->view;
    if (view->is_stuck && !l->all->base.is_stuck) {
        waits_forever(l);
        return;
    }
    uint32_t job = view->calls[view->struck - 1].job;
    const rh_seen_call *seen = &view->calls[job - 1];
    if (view->class == RH_FAULT_HANG && view->journal->calls[job - 1]->about.level == RH_CALL_JOB &&
        seen->limit >= LONG)
        hangs_long(l, job);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void too_short(rh_glance *l, uint32_t call)
{
    const rh_call *of = l->view.journal->calls[call - 1];
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_TIMEOUT_TOO_SHORT, rh_place_of_call(l, call));
    rh_finding *finding = &raw->finding;
    const char *name = rh_name_of_call(l, call);
    if (l->view.calls[call - 1].timeout == RH_TIMEOUT_HEARTBEAT) {
        const char *limit = span(l, of->heartbeat_timeout);
        finding->message =
            rh_say(l, "%s is silent for longer than its heartbeat timeout of %s", name, limit);
        finding->happened =
            rh_say(l, "%s works, does not beat for %s, and is given up", name, limit);
        finding->change = "Let it beat more often than that, or give it more time:\n"
                          ".heartbeat_timeout = RH_MINUTES(5)";
    } else {
        const char *limit = span(l, of->start_to_close);
        finding->message = rh_say(l, "%s takes longer than the %s it is given", name, limit);
        finding->happened = rh_say(l, "%s works, and is given up after %s", name, limit);
        finding->change = "Give an attempt more time than its work takes:\n"
                          ".start_to_close = RH_MINUTES(30)";
    }
    finding->expected = "it is left to finish";
}

/* Of the world without faults: whatever is timed out there is so for no reason. */
static void look_for_short_limits(rh_glance *l)
{
    for (uint32_t i = 1; i <= l->view.journal->call_count; i++) {
        const rh_seen_call *call = &l->view.calls[i - 1];
        bool counts =
            call->timeout == RH_TIMEOUT_HEARTBEAT || call->timeout == RH_TIMEOUT_START_TO_CLOSE;
        if (call->timed_out && counts && !call->is_struck)
            too_short(l, i);
    }
}

void rh_look_at_time(rh_glance *l)
{
    if (l->played->number == 0)
        look_for_short_limits(l);
    else if (l->view.struck)
        look_for_hangs(l);
}
