/* Sessions, as the code that makes them sees them; what hosts do for them is in sim/session.h.
 * Source: Go SDK 1.50.0, session.go. */
#include "rehearse/session.h"

#include "rehearse/recorded.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"
#include "sim/session.h"

struct rh_session {
    rh_session_info info;
    const char *task_queue; /* of its host */
    rh_scope *scope;
    rh_future *creation;
};

static const rh_failure *plain(rh_workflow *workflow, const char *message)
{
    return rh_failure_application(&workflow->world->arena,
                                  &(rh_failure_options){.message = message});
}

bool rh_session_admits(rh_workflow *workflow, rh_activity_options *options,
                       const rh_failure **failure)
{
    const rh_session *session = workflow->current->scope->session;
    if (session && session->info.state == RH_SESSION_FAILED) {
        *failure = plain(workflow, "session has failed");
        return false;
    }
    if (session && session->info.state == RH_SESSION_OPEN)
        options->task_queue = session->task_queue;
    return true;
}

/* ---- creation -------------------------------------------------------------------------------- */

static const rh_value *keep_id(rh_workflow *workflow, void *data)
{
    return rh_copy(workflow, rh_string(data));
}

static const char *make_id(rh_workflow *workflow)
{
    char *id = (char *)(uintptr_t)rh_random_uuid(workflow, "sessions");
    return rh_text_of(rh_side_effect(workflow, "session", keep_id, id));
}

/* What the SDK asks of it. */
static rh_future *ask_for_creation(rh_workflow *workflow, const char *id, rh_session_part part,
                                   const char *queue, const rh_session_options *options)
{
    static const char *const never[] = {"TemporalTimeout:StartToClose", "TemporalTimeout:Heartbeat",
                                        NULL};
    rh_world *world = workflow->world;
    rh_activity_request *request = RH_NEW(&world->arena, rh_activity_request);
    request->type = rh_names_intern(&world->names, rh_session_activity(part));
    request->args = rh_copy(workflow, RH_LIST_OF(rh_string(id)));
    request->session = (uint8_t)part;
    request->options = (rh_activity_options){
        .task_queue = queue,
        .schedule_to_start = options->creation_timeout,
        .start_to_close = options->execution_timeout,
        .heartbeat_timeout =
            options->heartbeat_timeout ? options->heartbeat_timeout : RH_SECONDS(20),
        .retry = {.initial_interval = RH_SECONDS(1),
                  .backoff_coefficient = 1.1,
                  .maximum_interval = RH_SECONDS(10),
                  .non_retryable_types = never},
    };
    return rh_activity_ask(workflow, request);
}

/* Waits for the end of the creation, which is the end of its host unless the code has asked for
 * it. */
static const rh_failure *watch(rh_workflow *workflow, void *data, const rh_value **result)
{
    rh_session *session = data;
    (void)result;
    const rh_failure *failure = rh_await(workflow, session->creation, NULL);
    if (failure && !rh_failure_as(failure, RH_FAILURE_CANCELED)) {
        session->info.state = RH_SESSION_FAILED;
        rh_scope_cancel(workflow, session->scope);
    }
    return NULL;
}

static void be_open(rh_workflow *workflow, rh_session *session, const rh_value *answer)
{
    session->task_queue = rh_text_of(rh_get(answer, "Taskqueue"));
    session->info.host = rh_text_of(rh_get(answer, "HostName"));
    session->info.state = RH_SESSION_OPEN;
    rh_spawn(workflow, rh_print(workflow, "session on %s", session->info.host), watch, session);
}

static rh_session *create(rh_workflow *workflow, rh_session_part part, const char *queue,
                          const rh_session_options *options, const rh_failure **failure)
{
    const rh_session *before = workflow->current->scope->session;
    if (before && before->info.state == RH_SESSION_OPEN) {
        *failure = plain(workflow, "found exisiting open session in the context");
        return NULL;
    }
    rh_session *session = RH_NEW(&workflow->world->arena, rh_session);
    session->info.id = make_id(workflow);
    session->info.state = RH_SESSION_CLOSED;
    session->scope = rh_scope_begin(workflow);
    session->scope->session = session;
    session->creation = ask_for_creation(workflow, session->info.id, part, queue, options);
    rh_future *both[] = {rh_next_signal(workflow, session->info.id), session->creation};
    rh_await_any(workflow, both, 2);
    const rh_value *answer;
    *failure = both[0]->is_ready ? rh_await(workflow, both[0], &answer)
                                 : rh_await(workflow, both[1], NULL);
    if (!*failure && both[0]->is_ready) {
        be_open(workflow, session, answer);
        return session;
    }
    rh_scope_cancel(workflow, session->scope);
    rh_scope_end(workflow, session->scope);
    return NULL;
}

rh_session *rh_session_create(rh_workflow *workflow, const rh_session_options *options,
                              const rh_failure **failure)
{
    const rh_failure *ignored;
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_session_create");
    const char *queue = options->task_queue ? options->task_queue : workflow->info.task_queue;
    return create(workflow, RH_SESSION_CREATION, rh_session_creation_queue(arena, queue), options,
                  failure ? failure : &ignored);
}

rh_session *rh_session_recreate(rh_workflow *workflow, const rh_value *token,
                                const rh_session_options *options, const rh_failure **failure)
{
    const rh_failure *ignored;
    const char *queue = rh_text_of(rh_get(token, "Taskqueue"));
    rh_check_writable(workflow, "rh_session_recreate");
    if (!queue[0])
        rh_routine_break(workflow, "rh_session_recreate: this is no token of a session; see "
                                   "rh_session_token");
    return create(workflow, RH_SESSION_RECREATION, rh_arena_string(&workflow->world->arena, queue),
                  options, failure ? failure : &ignored);
}

/* ---- its end --------------------------------------------------------------------------------- */

static void tell_host(rh_workflow *workflow, const rh_session *session)
{
    rh_world *world = workflow->world;
    rh_activity_request *request = RH_NEW(&world->arena, rh_activity_request);
    request->type = rh_names_intern(&world->names, rh_session_activity(RH_SESSION_COMPLETION));
    request->args = rh_copy(workflow, RH_LIST_OF(rh_string(session->info.id)));
    request->session = RH_SESSION_COMPLETION;
    request->options = (rh_activity_options){.task_queue = session->task_queue,
                                             .schedule_to_start = RH_SECONDS(3),
                                             .start_to_close = RH_SECONDS(3)};
    const rh_failure *failure = rh_await(workflow, rh_activity_ask(workflow, request), NULL);
    if (failure)
        rh_warn(workflow, "the session on %s could not be completed: %s", session->info.host,
                rh_failure_message(rh_failure_root(failure)));
}

void rh_session_complete(rh_workflow *workflow, rh_session *session)
{
    if (workflow->current->scope != session->scope)
        rh_routine_break(workflow, "rh_session_complete was called in a scope that is not the "
                                   "session's");
    rh_scope_end(workflow, session->scope);
    if (session->info.state != RH_SESSION_OPEN)
        return;
    rh_scope_cancel(workflow, session->scope);
    tell_host(workflow, session);
    session->info.state = RH_SESSION_CLOSED;
}

const rh_session_info *rh_session_look(const rh_session *session)
{
    return &session->info;
}

const rh_value *rh_session_token(rh_workflow *workflow, const rh_session *session)
{
    return rh_copy(workflow, RH_OBJECT_OF({"Taskqueue", rh_string(session->task_queue)}));
}
