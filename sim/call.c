#include "sim/call.h"

#include "sim/base/hash.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- validation and normalisation ------------------------------------------------------------ */

bool rh_request_valid(const rh_activity_request *request, rh_text *message)
{
    const rh_activity_options *options = &request->options;
    if (!request->type->length) {
        rh_text_puts(message, "the activity type is empty");
        return false;
    }
    if (!rh_duration_valid(options->schedule_to_close, "schedule_to_close", message) ||
        !rh_duration_valid(options->schedule_to_start, "schedule_to_start", message) ||
        !rh_duration_valid(options->start_to_close, "start_to_close", message) ||
        !rh_duration_valid(options->heartbeat_timeout, "heartbeat_timeout", message))
        return false;
    if (!options->schedule_to_close && !options->start_to_close) {
        rh_text_puts(message, "neither start_to_close nor schedule_to_close is set");
        return false;
    }
    rh_retry_policy_filled policy = rh_retry_defaults(&options->retry);
    return rh_retry_valid(&policy, message);
}

static rh_duration least(rh_duration left, rh_duration right)
{
    return left < right ? left : right;
}

static rh_duration cap(rh_duration duration, rh_duration limit)
{
    return limit > 0 && duration > limit ? limit : duration;
}

/* validator.go:151-225; the heartbeat timeout is capped by start-to-close. */
static void normalise_timeouts(rh_call *call, const rh_activity_options *options,
                               rh_duration run_timeout)
{
    rh_duration close = options->schedule_to_close;
    rh_duration start = options->schedule_to_start;
    rh_duration work = options->start_to_close;
    if (close > 0) {
        start = start > 0 ? least(start, close) : close;
        work = work > 0 ? least(work, close) : close;
    } else {
        close = run_timeout;
        if (start == 0)
            start = run_timeout;
    }
    call->schedule_to_close = cap(close, run_timeout);
    call->schedule_to_start = cap(start, run_timeout);
    call->start_to_close = cap(work, run_timeout);
    call->heartbeat_timeout = least(options->heartbeat_timeout, call->start_to_close);
    if (call->schedule_to_close == RH_FOREVER)
        call->schedule_to_close = 0;
    if (call->schedule_to_start == RH_FOREVER)
        call->schedule_to_start = 0;
    if (call->start_to_close == RH_FOREVER)
        call->start_to_close = 0;
    if (call->heartbeat_timeout == RH_FOREVER)
        call->heartbeat_timeout = 0;
}

/* ---- identity -------------------------------------------------------------------------------- */

static const char *scalar_text(rh_arena *arena, const rh_value *value)
{
    switch (rh_kind_of(value)) {
    case RH_STRING:
        return rh_text_of(value);
    case RH_INTEGER:
        return rh_format(arena, "%lld", (long long)rh_integer_of(value));
    case RH_BOOLEAN:
        return rh_is_true(value) ? "true" : "false";
    default:
        return NULL;
    }
}

static const char *key_of(rh_arena *arena, const rh_activity_request *request)
{
    if (request->options.key || request->session)
        return request->options.key;
    for (size_t i = 0; i < rh_count_of(request->args); i++) {
        const char *key = scalar_text(arena, rh_at(request->args, i));
        if (key)
            return key;
    }
    return NULL;
}

static uint64_t path_hash(const rh_name *type, const char *key, uint64_t above)
{
    uint64_t path = rh_hash_mix(type->hash, above);
    return (key ? rh_hash_bytes(path, key, strlen(key)) : path) | 1;
}

uint32_t rh_call_nth(const rh_world *world, const rh_name *type)
{
    return rh_counter_get(&world->call_numbers, type->hash & ~UINT64_C(1));
}

/* The n-th of its type in the world. */
static uint32_t count_of_type(rh_world *world, const rh_name *type)
{
    return rh_counter_add(&world->call_numbers, type->hash & ~UINT64_C(1));
}

static rh_call *new_call(rh_world *world, uint32_t *index)
{
    rh_journal *journal = &world->journal;
    journal->calls = rh_arena_reserve(&world->arena, journal->calls, sizeof *journal->calls,
                                      journal->call_count + 1, &journal->call_capacity);
    rh_call *call = rh_arena_alloc(&world->arena, sizeof *call); /* the caller fills it */
    journal->calls[journal->call_count++] = call;
    *index = (uint32_t)journal->call_count; /* entries name calls from 1 */
    return call;
}

rh_call *rh_call_make(rh_execution *execution, const rh_activity_request *request, uint32_t *index)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    const rh_run_record *run = execution->run;
    const char *queue = request->options.task_queue;
    const char *id = request->options.activity_id;
    rh_retry_policy_filled *policy = rh_arena_alloc(arena, sizeof *policy);
    *policy = rh_retry_fill(arena, &request->options.retry);

    rh_call *call = new_call(world, index);
    *call = (rh_call){
        .run = execution->index,
        .scheduled_event_id = execution->next_event_id,
        .type = request->type,
        .key = key_of(arena, request),
        .activity_id = id ? id : rh_format_number(arena, execution->next_event_id),
        .task_queue = rh_names_intern(&world->names, queue ? queue : run->task_queue),
        .args = request->args,
        .retry = policy,
        .scheduled = rh_world_now(world),
        .about = request->about,
        .session = request->session,
        .summary = request->options.summary,
    };
    normalise_timeouts(call, &request->options, run->run_timeout);
    call->number =
        rh_counter_add(&world->call_numbers, path_hash(call->type, call->key, call->run));
    call->nth = count_of_type(world, call->type);
    return call;
}

/* ---- children -------------------------------------------------------------------------------- */

static bool is_named(const rh_call *call, const rh_child_request *request, uint32_t number)
{
    if (call->type != request->type || call->number != number || !call->key != !request->key)
        return false;
    return !call->key || strcmp(call->key, request->key) == 0;
}

/* The one an attempt before made; 0: none did. They mostly come in the same order again, so the
 * search begins behind the one that was found last. */
static uint32_t find_again(const rh_journal *journal, rh_call *above,
                           const rh_child_request *request, uint32_t number)
{
    uint32_t last = above->found_child;
    uint32_t first = last ? journal->calls[last - 1]->next_child : above->first_child;
    for (uint32_t at = first; at; at = journal->calls[at - 1]->next_child)
        if (is_named(journal->calls[at - 1], request, number))
            return at;
    for (uint32_t at = above->first_child; at != first; at = journal->calls[at - 1]->next_child)
        if (is_named(journal->calls[at - 1], request, number))
            return at;
    return 0;
}

static void adopt(const rh_journal *journal, rh_call *above, uint32_t index)
{
    if (above->last_child)
        journal->calls[above->last_child - 1]->next_child = index;
    else
        above->first_child = index;
    above->last_child = index;
}

static rh_call *new_child(rh_execution *execution, uint32_t parent, const rh_child_request *request,
                          uint32_t *index)
{
    rh_world *world = execution->world;
    rh_call *above = world->journal.calls[parent - 1];
    const rh_child_policy *policy = request->policy;
    rh_call *call = new_call(world, index);
    *call = (rh_call){
        .run = execution->index,
        .nth = count_of_type(world, request->type),
        .scheduled_event_id = above->scheduled_event_id,
        .type = request->type,
        .key = request->key,
        .activity_id = "",
        .task_queue = above->task_queue,
        .args = request->args,
        .start_to_close = policy ? policy->start_to_close : 0,
        .heartbeat_timeout = policy ? policy->heartbeat_timeout : 0,
        .retry = policy ? policy->retry : above->retry,
        .scheduled = rh_world_now(world),
        .parent = above,
        .parent_index = parent,
        .about = request->about,
    };
    adopt(&world->journal, above, *index);
    return call;
}

const rh_call *rh_call_make_child(rh_execution *execution, uint32_t parent, int32_t attempt,
                                  const rh_child_request *request, uint32_t *index)
{
    rh_world *world = execution->world;
    rh_journal *journal = &world->journal;
    rh_call *above = journal->calls[parent - 1];
    uint64_t of_attempt = rh_hash_mix(rh_hash_mix(execution->index, parent), (uint64_t)attempt);
    uint32_t number =
        rh_counter_add(&world->call_numbers, path_hash(request->type, request->key, of_attempt));
    *index = attempt > 1 ? find_again(journal, above, request, number) : 0;
    if (*index) {
        above->found_child = *index;
        journal->calls[*index - 1]->args = request->args;
        return journal->calls[*index - 1];
    }
    rh_call *call = new_child(execution, parent, request, index);
    call->number = number;
    return call;
}

int32_t rh_call_try(rh_world *world, uint32_t index)
{
    return (int32_t)++world->journal.calls[index - 1]->tries;
}
