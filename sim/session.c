#include "sim/session.h"

#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"

static const char creation_suffix[] = "__internal_session_creation";
static const char host_prefix[] = "session@";

enum { SUFFIX_LENGTH = sizeof creation_suffix - 1, PREFIX_LENGTH = sizeof host_prefix - 1 };

struct rh_session_record {
    rh_session_record *next;
    const char *id;
    rh_attempt *attempt; /* of its creation */
};

/* ---- names ----------------------------------------------------------------------------------- */

const char *rh_session_activity(rh_session_part part)
{
    return part == RH_SESSION_COMPLETION ? "internalSessionCompletionActivity"
                                         : "internalSessionCreationActivity";
}

const char *rh_session_creation_queue(rh_arena *arena, const char *task_queue)
{
    return rh_format(arena, "%s%s", task_queue, creation_suffix);
}

const char *rh_session_host_of(const rh_name *queue)
{
    return strncmp(queue->text, host_prefix, PREFIX_LENGTH) ? NULL : queue->text + PREFIX_LENGTH;
}

size_t rh_session_base_length(const rh_name *queue)
{
    if (queue->length <= SUFFIX_LENGTH)
        return queue->length;
    size_t base = queue->length - SUFFIX_LENGTH;
    return strcmp(queue->text + base, creation_suffix) ? queue->length : base;
}

/* ---- creation -------------------------------------------------------------------------------- */

static const char *id_of(const rh_attempt *attempt)
{
    return rh_text_of(rh_at(attempt->request.call->args, 0));
}

static void tell_queue(const rh_attempt *attempt)
{
    rh_world *world = attempt->world;
    rh_arena *arena = &world->arena;
    const char *host = attempt->host->name;
    const char *queue = rh_format(arena, "%s%s", host_prefix, host);
    const rh_field fields[] = {
        {"Taskqueue", rh_value_string(arena, queue, strlen(queue))},
        {"HostName", rh_value_string(arena, host, strlen(host))},
        {"ResourceID", rh_value_string(arena, "session", strlen("session"))},
    };
    rh_execution_signal_from(attempt->request.execution, NULL,
                             rh_names_intern(&world->names, id_of(attempt)),
                             rh_value_object(arena, fields, sizeof fields / sizeof *fields));
}

static void create(rh_attempt *attempt, rh_script *script)
{
    rh_arena *arena = &attempt->world->arena;
    rh_host_record *host = attempt->host;
    if (!rh_host_has_place(host)) {
        script->failure = rh_failure_application(
            arena, &(rh_failure_options){.message = "too many outstanding sessions"});
        return;
    }
    rh_session_record *session = RH_NEW(arena, rh_session_record);
    *session = (rh_session_record){host->sessions, id_of(attempt), attempt};
    host->sessions = session;
    host->session_count++;

    rh_duration every = attempt->request.call->heartbeat_timeout / 3;
    script->heartbeat_every = every < RH_SECONDS(10) ? every : RH_SECONDS(10);
    script->end = RH_END_HANGS;
    tell_queue(attempt);
}

void rh_session_leave(rh_attempt *attempt)
{
    rh_session_record **place = &attempt->host->sessions;
    while (*place && (*place)->attempt != attempt)
        place = &(*place)->next;
    if (!*place)
        return;
    *place = (*place)->next;
    attempt->host->session_count--;
}

/* ---- its end --------------------------------------------------------------------------------- */

static void complete(const rh_attempt *attempt)
{
    rh_session_record *session = attempt->host->sessions;
    while (session && strcmp(session->id, id_of(attempt)) != 0)
        session = session->next;
    if (session)
        rh_attempt_complete(session->attempt, NULL);
}

void rh_session_shut_down(rh_host_record *host)
{
    for (rh_session_record *session = host->sessions, *next; session; session = next) {
        rh_arena *arena = &session->attempt->world->arena;
        next = session->next;
        rh_attempt_fail(session->attempt,
                        &(rh_failure_options){
                            .type = "SessionWorkerShutdown",
                            .message = "session failed due to worker shutdown",
                            .non_retryable = true,
                            .cause = rh_failure_application(
                                arena, &(rh_failure_options){.message = "context canceled"}),
                        });
    }
}

void rh_session_start(rh_attempt *attempt, rh_script *script)
{
    if (attempt->request.call->session == RH_SESSION_COMPLETION)
        complete(attempt);
    else
        create(attempt, script);
}
