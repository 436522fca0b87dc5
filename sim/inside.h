/* Attempts that are played from inside: a job's steps, a step's commands.
 *
 * When the stage answers DESCEND, the attempt becomes a coroutine on virtual time. It makes calls
 * of its own (children), which the stage answers or descends into in turn; waits; and says how the
 * attempt ends. Children run on the host of their parent and take no slot. Without a policy they
 * have one attempt each and no timeouts: their parent is a program that waits, not a server that
 * keeps a history. With one they are tried again as activities are.
 *
 * When the attempt is one of several, its children are the same calls as those of the attempts
 * before: the k-th child of a type and key is one call, however often its parent was tried, and has
 * as many attempts as it was tried in all.
 *
 * Nothing unwinds the coroutine's stack: what it holds must belong to the world's arena. It can be
 * killed wherever it waits (its host is lost, its parent gives up), and then never runs again.
 */
#ifndef RH_INSIDE_H
#define RH_INSIDE_H

#include "sim/dialect.h"
#include "sim/stage.h"

typedef struct rh_inner rh_inner;

/* ---- where the coroutine is ------------------------------------------------------------------ */

rh_world *rh_inside_world(const rh_inside *inside);
rh_arena *rh_inside_arena(const rh_inside *inside); /* the world's */
rh_time rh_inside_now(const rh_inside *inside);
uint32_t rh_inside_call(const rh_inside *inside); /* index of its own call, from 1 */
const char *rh_inside_host(const rh_inside *inside);
/* Whether somebody has asked this attempt to stop. It may go on for a while. */
bool rh_inside_is_told(const rh_inside *inside);
/* Whether its host was told to stop: that is what it was told, or comes after it. */
bool rh_inside_host_stops(const rh_inside *inside);

/* ---- children -------------------------------------------------------------------------------- */

/* What becomes of a child that fails: the rules of activities (docs/semantics.md), as far as its
 * parent keeps them. All borrowed; must live as long as the child. */
typedef struct rh_child_policy {
    const rh_retry_policy_filled *retry;
    rh_duration start_to_close;    /* of one attempt, which is killed then; 0: no limit */
    rh_duration heartbeat_timeout; /* until it is known that an attempt was lost; 0: then its end is
                                    * start_to_close, and without that it is known at once */
    rh_duration heartbeat_every;   /* how often a living attempt beats, whatever it does; 0: only
                                    * when its script says so. Not journaled */
    /* An attempt is over and another one will follow: what it left behind does not count. Called
     * outside of all coroutines with the request's data and the child, whose failure is that of the
     * attempt; one that fails at once is so before rh_inside_start returns it. NULL: nothing to
     * do. */
    void (*put_back)(void *data, const rh_inner *child);
    /* Whether what failed is tried again, whatever its failure says of that. NULL: the failure
     * decides. */
    bool (*tries_again)(void *data);
} rh_child_policy;

typedef struct rh_child_request {
    const rh_name *type;           /* a segment of call paths: "push", "curl" */
    const char *key;               /* NULL: none */
    rh_call_about about;           /* what people are shown, where it is written */
    const rh_value *args;          /* kept, or NULL: what mocks are matched with */
    rh_inside_body *body;          /* how it is played from inside; NULL: it has no inside */
    void *data;                    /* the body's */
    const rh_script *fallback;     /* what it does when nobody says otherwise and it has no inside;
                                * NULL: it succeeds at once, with null */
    const rh_child_policy *policy; /* NULL: one attempt, without limits */
} rh_child_request;

typedef enum rh_child_status {
    RH_CHILD_OPEN,
    RH_CHILD_COMPLETED,
    RH_CHILD_FAILED,   /* with a policy: also timed out */
    RH_CHILD_CANCELED, /* it obeyed, or was killed */
    RH_CHILD_LOST      /* its process died: nothing is ever heard of it */
} rh_child_status;

struct rh_inner {
    uint32_t call;         /* index, from 1 */
    uint8_t status;        /* rh_child_status */
    int32_t number;        /* of its last attempt so far */
    int32_t exit_code;     /* of a command that failed; 0 otherwise */
    const rh_value *value; /* its result */
    bool is_assumed;       /* it is completed because nobody said otherwise */
    const rh_failure *failure;
    rh_time closed;
    /* The engine's: */
    bool is_starting;
    uint8_t level;
    rh_inside *parent;
    rh_attempt *attempt;
    struct rh_tries *tries; /* with a policy */
    rh_inner *next;
};

/* Starts a child now. What ends in no time is over when this returns. The child is the world's. */
rh_inner *rh_inside_start(rh_inside *inside, const rh_child_request *request);
/* Asks it to stop, as an interrupt does: a script obeys, ignores or takes its time; a child with an
 * inside is told. It is not tried again; one that waits for its next attempt is over. */
void rh_child_interrupt(rh_inner *child);
/* It is over now, with all that runs below it. */
void rh_child_kill(rh_inner *child);
/* A call that is never made, so that reports can show it: journals SKIPPED with the reason. Returns
 * its index. */
uint32_t rh_inside_skip(rh_inside *inside, const rh_child_request *request, const char *reason);

/* ---- waiting --------------------------------------------------------------------------------- */

/* Suspends until a child closes, `until` comes (RH_FOREVER: never), or somebody asks to stop;
 * returns at once if one of these came since the last wait returned. Callers look what it was. */
void rh_inside_wait(rh_inside *inside, rh_time until);

/* ---- how it ends: the last of these counts; then the body returns ---------------------------- */

void rh_inside_complete(rh_inside *inside, const rh_value *result); /* the default, with null */
void rh_inside_fail(rh_inside *inside, const rh_failure *failure);
void rh_inside_cancel(rh_inside *inside, const rh_value *details);

/* ---- the journal ----------------------------------------------------------------------------- */

/* Journals an entry of this attempt: run, call, attempt and time are filled in; with `call` set
 * before, that call is meant. */
void rh_inside_journal(rh_inside *inside, rh_entry *entry);
/* Something done to the outside world by this attempt. */
void rh_inside_effect(rh_inside *inside, const rh_script_effect *effect);

/* ---- for the engine -------------------------------------------------------------------------- */

/* Something happened that its body may wait for. */
void rh_inside_wake(rh_inside *inside);
rh_attempt *rh_inside_attempt(const rh_inside *inside);
/* A child of it, kept in a list of the newest first. */
void rh_inside_adopt(rh_inside *inside, rh_inner *child);
/* Its parent is over: so is the child, killed or lost. */
void rh_child_leave(rh_inner *child, bool is_lost);
/* Makes the coroutine of an attempt; rh_inside_run_later puts it among those that can run. */
rh_inside *rh_inside_make(rh_attempt *attempt, rh_inside_body *body, void *data);
void rh_inside_run_later(rh_inside *inside);
bool rh_inside_has_begun(const rh_inside *inside);
void rh_inside_tell(rh_inside *inside);
/* Its body has returned, and its time has come: the attempt ends as the body said. */
void rh_inside_answer(rh_inside *inside);
/* The attempt is over: what still runs below it is lost, or killed; its stack is given back. */
void rh_inside_end(rh_inside *inside, bool is_lost);
/* Runs all that can run, until nothing can. False if nothing could. */
bool rh_insides_run(rh_world *world);
/* Gives all stacks back. */
void rh_insides_release(rh_world *world);

#endif
