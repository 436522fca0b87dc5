#include "sim/failure.h"

#include <setjmp.h>

#include "sim/base/hash.h"
#include "sim/base/value.h"

static const char *const kind_names[] = {"application", "timeout",  "canceled", "terminated",
                                         "server",      "activity", "child"};

const char *rh_failure_kind_name(rh_failure_kind kind)
{
    return (size_t)kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : "unknown";
}

const char *rh_timeout_type_name(rh_timeout_type type)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_TIMEOUT_TYPES(X)
#undef X
    };
    return (size_t)type < sizeof names / sizeof *names ? names[type] : "Unknown";
}

const char *rh_retry_state_name(rh_retry_state state)
{
    static const char *const names[] = {
#define X(name) #name,
        RH_RETRY_STATES(X)
#undef X
    };
    return (size_t)state < sizeof names / sizeof *names ? names[state] : "UNKNOWN";
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return text ? rh_hash_bytes(hash, text, strlen(text)) : rh_hash_mix(hash, 0);
}

const rh_failure *rh_failure_keep(rh_arena *arena, const rh_failure *parts)
{
    rh_failure *failure = rh_arena_alloc(arena, sizeof *failure);
    *failure = *parts;
    failure->message = parts->message ? rh_arena_string(arena, parts->message) : "";
    failure->type = parts->type ? rh_arena_string(arena, parts->type) : "";
    failure->activity_type = parts->activity_type ? parts->activity_type : "";
    failure->activity_id = parts->activity_id ? parts->activity_id : "";
    failure->identity = parts->identity ? parts->identity : "";
    failure->workflow_type = parts->workflow_type ? parts->workflow_type : "";
    failure->workflow_id = parts->workflow_id ? parts->workflow_id : "";
    failure->run_id = parts->run_id ? parts->run_id : "";
    failure->details = rh_value_copy(arena, parts->details);

    uint64_t hash = rh_hash_mix(RH_HASH_SEED, (uint64_t)parts->kind << 24 |
                                                  (uint64_t)parts->timeout_type << 16 |
                                                  (uint64_t)parts->retry_state << 8 |
                                                  (uint64_t)parts->non_retryable);
    hash = mix_text(hash, failure->message);
    hash = mix_text(hash, failure->type);
    hash = mix_text(hash, failure->activity_type);
    hash = mix_text(hash, failure->activity_id);
    hash = mix_text(hash, failure->identity);
    if (parts->kind == RH_FAILURE_CHILD) {
        hash = mix_text(hash, failure->workflow_type);
        hash = mix_text(hash, failure->workflow_id);
        hash = mix_text(hash, failure->run_id);
    }
    hash = rh_hash_mix(hash, rh_value_hash(failure->details));
    hash = rh_hash_mix(hash, (uint64_t)parts->next_retry_delay);
    hash = rh_hash_mix(hash, (uint64_t)parts->scheduled_event_id << 32 | parts->started_event_id);
    failure->hash = rh_hash_mix(hash, parts->cause ? parts->cause->hash : 0);
    return failure;
}

const rh_failure *rh_failure_application(rh_arena *arena, const rh_failure_options *options)
{
    return rh_failure_keep(arena, &(rh_failure){
                                      .kind = RH_FAILURE_APPLICATION,
                                      .message = options->message,
                                      .type = options->type,
                                      .non_retryable = options->non_retryable,
                                      .details = options->details,
                                      .next_retry_delay = options->next_retry_delay,
                                      .cause = options->cause,
                                  });
}

const rh_failure *rh_failure_timeout(rh_arena *arena, rh_timeout_type type, const char *message,
                                     const rh_value *last_heartbeat, const rh_failure *cause)
{
    static const char *const messages[] = {
#define X(name, text) "activity " text " timeout",
        RH_TIMEOUT_TYPES(X)
#undef X
    };
    return rh_failure_keep(arena, &(rh_failure){
                                      .kind = RH_FAILURE_TIMEOUT,
                                      .timeout_type = (uint8_t)type,
                                      .message = message ? message : messages[type],
                                      .details = last_heartbeat,
                                      .cause = cause,
                                  });
}

const rh_failure *rh_failure_canceled(rh_arena *arena, const char *message, const rh_value *details)
{
    return rh_failure_keep(arena, &(rh_failure){.kind = RH_FAILURE_CANCELED,
                                                .message = message ? message : "canceled",
                                                .details = details});
}

const rh_failure *rh_failure_unasked_cancel(rh_arena *arena, const rh_value *details)
{
    return rh_failure_application(arena,
                                  &(rh_failure_options){
                                      .type = "wrapError",
                                      .message = "unexpected activity cancel error: canceled",
                                      .cause = rh_failure_canceled(arena, NULL, details),
                                  });
}

const rh_failure *rh_failure_unknown_external(rh_arena *arena)
{
    return rh_failure_application(
        arena, &(rh_failure_options){.type = "UnknownExternalWorkflowExecutionError",
                                     .message = "unknown external workflow execution"});
}

const rh_failure *rh_failure_terminated(rh_arena *arena, const char *reason)
{
    return rh_failure_keep(arena, &(rh_failure){.kind = RH_FAILURE_TERMINATED,
                                                .message = reason ? reason : "terminated"});
}

const rh_failure *rh_failure_server(rh_arena *arena, const char *message, bool non_retryable,
                                    const rh_failure *cause)
{
    return rh_failure_keep(arena, &(rh_failure){.kind = RH_FAILURE_SERVER,
                                                .message = message,
                                                .non_retryable = non_retryable,
                                                .cause = cause});
}

const rh_failure *rh_failure_activity(rh_arena *arena, const rh_activity_failure *parts)
{
    return rh_failure_keep(arena, &(rh_failure){
                                      .kind = RH_FAILURE_ACTIVITY,
                                      .message = "activity error",
                                      .retry_state = (uint8_t)parts->retry_state,
                                      .cause = parts->cause,
                                      .activity_type = parts->activity_type,
                                      .activity_id = parts->activity_id,
                                      .identity = parts->identity,
                                      .scheduled_event_id = parts->scheduled_event_id,
                                      .started_event_id = parts->started_event_id,
                                  });
}

const rh_failure *rh_failure_child(rh_arena *arena, const rh_child_failure *parts)
{
    return rh_failure_keep(arena, &(rh_failure){
                                      .kind = RH_FAILURE_CHILD,
                                      .message = "child workflow execution error",
                                      .retry_state = (uint8_t)parts->retry_state,
                                      .cause = parts->cause,
                                      .workflow_type = parts->workflow_type,
                                      .workflow_id = parts->workflow_id,
                                      .run_id = parts->run_id,
                                      .scheduled_event_id = parts->initiated_event_id,
                                      .started_event_id = parts->started_event_id,
                                  });
}

static void write_one(rh_text *text, const rh_failure *failure)
{
    switch ((rh_failure_kind)failure->kind) {
    case RH_FAILURE_APPLICATION:
        rh_text_puts(text, failure->message);
        if (failure->type[0])
            rh_text_printf(text, " (type: %s, retryable: %s)", failure->type,
                           failure->non_retryable ? "false" : "true");
        break;
    case RH_FAILURE_TIMEOUT:
        rh_text_printf(text, "%s (type: %s)", failure->message,
                       rh_timeout_type_name((rh_timeout_type)failure->timeout_type));
        break;
    case RH_FAILURE_ACTIVITY:
        rh_text_printf(text,
                       "activity error (type: %s, scheduledEventID: %u, startedEventID: %u, "
                       "identity: %s)",
                       failure->activity_type, failure->scheduled_event_id,
                       failure->started_event_id, failure->identity);
        break;
    case RH_FAILURE_CHILD:
        rh_text_printf(text,
                       "child workflow execution error (type: %s, workflowID: %s, runID: %s, "
                       "initiatedEventID: %u, startedEventID: %u)",
                       failure->workflow_type, failure->workflow_id, failure->run_id,
                       failure->scheduled_event_id, failure->started_event_id);
        break;
    case RH_FAILURE_CANCELED:
    case RH_FAILURE_TERMINATED:
    case RH_FAILURE_SERVER:
        rh_text_puts(text, failure->message);
        break;
    }
}

void rh_failure_write(rh_text *text, const rh_failure *failure)
{
    for (; failure; failure = failure->cause) {
        write_one(text, failure);
        if (failure->cause)
            rh_text_puts(text, ": ");
    }
}

const char *rh_failure_print(rh_arena *arena, const rh_failure *failure)
{
    rh_text text = rh_text_in(arena);
    rh_failure_write(&text, failure);
    return rh_text_string(&text);
}

const char *rh_failure_message(const rh_failure *failure)
{
    return failure ? failure->message : "";
}

const char *rh_failure_type(const rh_failure *failure)
{
    return failure ? failure->type : "";
}

const rh_failure *rh_failure_as(const rh_failure *failure, rh_failure_kind kind)
{
    while (failure && failure->kind != kind)
        failure = failure->cause;
    return failure;
}

const rh_failure *rh_failure_root(const rh_failure *failure)
{
    while (failure && failure->cause)
        failure = failure->cause;
    return failure;
}

static _Noreturn void give_up(void *escape)
{
    longjmp(*(jmp_buf *)escape, 1);
}

static size_t write_text(rh_arena *arena, const rh_failure *failure, char *buffer, size_t size)
{
    jmp_buf escape;
    if (size > 0)
        buffer[0] = '\0';
    if (setjmp(escape))
        return 0;
    rh_arena_init(arena, give_up, &escape);
    rh_text text = rh_text_in(arena);
    rh_failure_write(&text, failure);
    if (size > 0) {
        size_t shown = text.length < size ? text.length : size - 1;
        if (shown > 0)
            memcpy(buffer, text.data, shown);
        buffer[shown] = '\0';
    }
    return text.length;
}

size_t rh_failure_text(const rh_failure *failure, char *buffer, size_t size)
{
    rh_arena arena;
    size_t length = write_text(&arena, failure, buffer, size);
    rh_arena_free(&arena);
    return length;
}
