#include "harness/mock.h"

#include "harness/draw.h"
#include "harness/plan.h"
#include "sim/base/hash.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"

/* ---- compiling an answer --------------------------------------------------------------------- */

static bool complain(rh_text *message, const char *what)
{
    rh_text_puts(message, what);
    return false;
}

static bool one_outcome(const rh_answer *answer, rh_text *message)
{
    const struct {
        bool is_set;
        const char *name;
    } outcomes[] = {
        {answer->result != NULL, "result"}, {answer->failure != NULL, "failure"},
        {answer->fault != NULL, "fault"},   {answer->hangs, "hangs"},
        {answer->crashes, "crashes"},       {answer->start_failure != RH_STARTS, "start_failure"},
        {answer->call != NULL, "call"},
    };
    const char *first = NULL;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (!outcomes[i].is_set)
            continue;
        if (first) {
            rh_text_printf(message, "says both .%s and .%s; it can end in one way only", first,
                           outcomes[i].name);
            return false;
        }
        first = outcomes[i].name;
    }
    return true;
}

static bool durations_valid(const rh_answer *answer, rh_text *message)
{
    if (!rh_duration_valid(answer->takes, ".takes", message) ||
        !rh_duration_valid(answer->takes_at_most, ".takes_at_most", message) ||
        !rh_duration_valid(answer->start_delay, ".start_delay", message) ||
        !rh_duration_valid(answer->heartbeat_every, ".heartbeat_every", message) ||
        !rh_duration_valid(answer->cancel_takes, ".cancel_takes", message))
        return false;
    if (answer->takes_at_most && answer->takes_at_most < answer->takes)
        return complain(message, ".takes_at_most is less than .takes");
    if (answer->takes_quantiles_count && (answer->takes || answer->takes_at_most))
        return complain(message, "says both .takes and .takes_quantiles");
    for (size_t i = 0; i < answer->takes_quantiles_count; i++) {
        if (!rh_duration_valid(answer->takes_quantiles[i], ".takes_quantiles", message))
            return false;
        if (i > 0 && answer->takes_quantiles[i] < answer->takes_quantiles[i - 1])
            return complain(message, ".takes_quantiles are not in rising order");
    }
    for (size_t i = 0; i < answer->heartbeats_count; i++) {
        if (!rh_duration_valid(answer->heartbeats[i].at, ".heartbeats", message))
            return false;
        if (i > 0 && answer->heartbeats[i].at < answer->heartbeats[i - 1].at)
            return complain(message, ".heartbeats are not in rising order");
    }
    if (answer->heartbeat_details && !answer->heartbeat_every)
        return complain(message, ".heartbeat_details needs .heartbeat_every");
    if (answer->failure && answer->failure->next_retry_delay != RH_ZERO &&
        !rh_duration_valid(answer->failure->next_retry_delay, ".failure.next_retry_delay", message))
        return false;
    if (answer->cancel_takes && answer->on_cancel != RH_TAKES)
        return complain(message, ".cancel_takes needs .on_cancel = RH_TAKES");
    return true;
}

static bool find_fault(const rh_catalog *catalog, const rh_answer *answer, rh_mock_answer *compiled,
                       rh_text *message)
{
    rh_error error;
    if (!answer->fault)
        return true;
    compiled->fault = rh_catalog_need(catalog, answer->fault, &error);
    if (!compiled->fault)
        rh_text_puts(message, error.message);
    return compiled->fault;
}

static void compile_heartbeats(rh_arena *arena, const rh_answer *answer, rh_script *script)
{
    size_t count = answer->heartbeats_count;
    rh_script_heartbeat *heartbeats = RH_NEW_ARRAY(arena, rh_script_heartbeat, count);
    for (size_t i = 0; i < count; i++) {
        heartbeats[i].at = answer->heartbeats[i].at;
        heartbeats[i].details = rh_value_clone(arena, answer->heartbeats[i].details);
    }
    script->heartbeats = heartbeats;
    script->heartbeat_count = count;
    script->heartbeat_every = answer->heartbeat_every;
}

/* "$0.TagName" is a path into the arguments. */
static const char *path_of(const char *text)
{
    return text && text[0] == '$' ? text + 1 : NULL;
}

static void compile_effects(rh_arena *arena, const rh_answer *answer, rh_mock_answer *compiled)
{
    size_t count = answer->no_effect ? 0 : answer->effects_count ? answer->effects_count : 1;
    rh_mock_effect *effects = RH_NEW_ARRAY(arena, rh_mock_effect, count);
    for (size_t i = 0; i < answer->effects_count && i < count; i++) {
        const rh_effect_spec *spec = &answer->effects[i];
        const char *key_path = path_of(spec->key);
        effects[i].kind = rh_arena_string(arena, spec->kind);
        effects[i].key_path = rh_arena_string(arena, key_path);
        effects[i].key = key_path ? NULL : rh_arena_string(arena, spec->key);
        const char *once = path_of(spec->once_by);
        effects[i].once_path = rh_arena_string(arena, once ? once : spec->once_by);
    }
    compiled->effects = effects;
    compiled->effect_count = count;
}

bool rh_mock_compile_answer(rh_arena *arena, const rh_catalog *catalog, const rh_answer *answer,
                            rh_mock_answer *compiled, rh_text *message)
{
    *compiled = (rh_mock_answer){0};
    if (!one_outcome(answer, message) || !durations_valid(answer, message) ||
        !find_fault(catalog, answer, compiled, message))
        return false;

    rh_script *script = &compiled->script;
    script->start_delay = answer->start_delay;
    script->takes = answer->takes;
    script->result = rh_value_clone(arena, answer->result);
    if (answer->failure) {
        script->failure = rh_failure_application(arena, answer->failure);
        script->exit_code = (int32_t)rh_integer_of(rh_get(script->failure->details, "exit_code"));
    }
    if (answer->hangs)
        script->end = RH_END_HANGS;
    if (answer->crashes)
        script->end = RH_END_LOSES_HOST;
    compiled->start_failure = answer->start_failure;
    script->on_cancel = (rh_script_cancel)answer->on_cancel;
    script->cancel_takes = answer->cancel_takes;
    compile_heartbeats(arena, answer, script);
    compile_effects(arena, answer, compiled);

    compiled->call = answer->call;
    compiled->details = answer->heartbeat_details;
    compiled->data = answer->data;
    compiled->takes_at_most = answer->takes_at_most;
    compiled->quantile_count = answer->takes_quantiles_count;
    if (answer->takes_quantiles_count) {
        size_t size = answer->takes_quantiles_count * sizeof(rh_duration);
        rh_duration *quantiles = rh_arena_alloc(arena, size);
        memcpy(quantiles, answer->takes_quantiles, size);
        compiled->quantiles = quantiles;
    }
    if (answer->call) {
        rh_answer *declared = rh_arena_alloc(arena, sizeof *declared);
        *declared = *answer;
        declared->call = NULL;
        declared->takes_quantiles = compiled->quantiles;
        /* What stands in blocks of the test may be gone when the function is called. */
        declared->heartbeats = NULL;
        declared->heartbeats_count = 0;
        declared->effects = NULL;
        declared->effects_count = 0;
        compiled->declared = declared;
    }
    return true;
}

static bool says_anything(const rh_answer *answer)
{
    return answer->result || answer->failure || answer->fault || answer->hangs || answer->crashes ||
           answer->start_failure || answer->call || answer->takes || answer->takes_at_most ||
           answer->takes_quantiles_count || answer->start_delay || answer->heartbeat_every ||
           answer->heartbeats_count || answer->effects_count || answer->no_effect ||
           answer->on_cancel != RH_OBEYS;
}

/* ---- compiling a mock ------------------------------------------------------------------------ */

static bool counts_valid(const rh_mock_options *options, rh_text *message)
{
    if (options->times < 0 || options->at_least < 0 || options->at_most < 0)
        return complain(message, ".times, .at_least and .at_most must not be negative");
    if (options->never && (options->times || options->at_least || options->at_most))
        return complain(message, "says .never and a number of times");
    if (options->times && (options->at_least || options->at_most))
        return complain(message, "says .times and also .at_least or .at_most");
    if (options->at_most && options->at_least > options->at_most)
        return complain(message, ".at_least is more than .at_most");
    if (options->attempt < 0 || options->nth < 0)
        return complain(message, ".attempt and .nth count from 1");
    return true;
}

bool rh_mock_compile(rh_arena *arena, const rh_catalog *catalog, const rh_mock_options *options,
                     rh_mock_record *mock, rh_text *message)
{
    if (!options->type || !options->type[0])
        return complain(message, "names no activity type");
    if (!rh_plan_path_valid(options->type))
        return complain(message, "expected TYPE, TYPE[KEY] or TYPE#N");
    if (!counts_valid(options, message))
        return false;
    if (options->args && options->args->kind != RH_LIST)
        return complain(message, ".args is no list; use RH_ARGS(...)");

    size_t count = options->sequence_count ? options->sequence_count : 1;
    rh_mock_answer *answers = RH_NEW_ARRAY(arena, rh_mock_answer, count);
    if (options->sequence_count) {
        if (says_anything(&options->answer))
            return complain(message, "says .sequence and an answer of its own; put the answer "
                                     "into the sequence");
        for (size_t i = 0; i < count; i++)
            if (!rh_mock_compile_answer(arena, catalog, &options->sequence[i], &answers[i],
                                        message))
                return false;
    } else if (!rh_mock_compile_answer(arena, catalog, &options->answer, &answers[0], message)) {
        return false;
    }
    const char *type = rh_arena_text(arena, options->type, strcspn(options->type, "[#"));
    *mock = (rh_mock_record){
        .name = rh_arena_string(arena, options->type),
        .type = type,
        .path = options->type[strlen(type)] ? rh_arena_string(arena, options->type) : NULL,
        .type_hash = rh_hash_string(type),
        .args = rh_value_clone(arena, options->args),
        .attempt = options->attempt,
        .nth = options->nth,
        .task_queue = rh_arena_string(arena, options->task_queue),
        .answers = answers,
        .answer_count = count,
        .times = options->times,
        .at_least = options->at_least,
        .at_most = options->at_most,
        .never = options->never,
        .file = options->file,
        .line = options->line,
    };
    return true;
}

/* ---- matching -------------------------------------------------------------------------------- */

static bool args_match(const rh_value *pattern, const rh_value *args)
{
    size_t count = rh_count_of(pattern);
    if (count != rh_count_of(args))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!rh_match(rh_at(pattern, i), rh_at(args, i)))
            return false;
    return true;
}

rh_mismatch rh_mock_match(const rh_mock_record *mock, const rh_attempt_view *attempt)
{
    const rh_call *call = attempt->call;
    if (call->about.level != RH_CALL_ACTIVITY) {
        if (!rh_call_matches(call, mock->name))
            return RH_OTHER_TYPE;
    } else if (mock->type_hash != call->type->hash || strcmp(mock->type, call->type->text) != 0) {
        return RH_OTHER_TYPE;
    } else if (mock->path && !rh_call_matches(call, mock->path)) {
        return RH_OTHER_CALL;
    }
    if (mock->task_queue && strcmp(mock->task_queue, call->task_queue->text) != 0)
        return RH_OTHER_QUEUE;
    if (mock->args && !args_match(mock->args, call->args))
        return RH_OTHER_ARGS;
    if (mock->attempt && mock->attempt != attempt->attempt)
        return RH_OTHER_ATTEMPT;
    if (mock->nth && (uint32_t)mock->nth != call->nth)
        return RH_OTHER_NTH;
    if ((mock->times && mock->used >= mock->times) ||
        (mock->at_most && mock->used >= mock->at_most))
        return RH_USED_UP;
    return RH_MATCHES;
}

const rh_mock_answer *rh_mock_next(const rh_mock_record *mock)
{
    size_t use = (size_t)mock->used;
    return &mock->answers[use < mock->answer_count ? use : mock->answer_count - 1];
}

const rh_mock_answer *rh_mock_use(rh_mock_record *mock)
{
    const rh_mock_answer *answer = rh_mock_next(mock);
    mock->used++;
    return answer;
}

/* ---- the script of an attempt ---------------------------------------------------------------- */

static rh_duration draw_duration(const rh_mock_answer *answer, const rh_attempt_view *attempt,
                                 uint64_t seed)
{
    rh_duration least = answer->script.takes;
    if (!answer->quantile_count && answer->takes_at_most <= least)
        return least;
    uint64_t bits = rh_random_draw(seed, RH_DRAW_DURATION, rh_call_identity(attempt->call),
                                   (uint64_t)attempt->attempt);
    if (answer->quantile_count)
        return rh_draw_quantile(answer->quantiles, answer->quantile_count, bits);
    return least +
           (rh_duration)rh_random_below(bits, (uint64_t)(answer->takes_at_most - least) + 1);
}

static const char *text_of(rh_arena *arena, const rh_value *value)
{
    switch (rh_kind_of(value)) {
    case RH_STRING:
        return rh_text_of(value);
    case RH_INTEGER:
        return rh_format(arena, "%lld", (long long)rh_integer_of(value));
    default:
        return "";
    }
}

static void fill_effects(rh_arena *arena, const rh_mock_answer *answer, const rh_call *call,
                         rh_script *script)
{
    rh_script_effect *effects = rh_arena_array(arena, sizeof *effects, answer->effect_count);
    for (size_t i = 0; i < answer->effect_count; i++) {
        const rh_mock_effect *effect = &answer->effects[i];
        effects[i].kind = effect->kind ? effect->kind : call->type->text;
        effects[i].key = effect->key ? effect->key : call->key;
        if (effect->key_path)
            effects[i].key = text_of(arena, rh_value_at_path(call->args, effect->key_path));
        const rh_value *once =
            effect->once_path ? rh_value_at_path(call->args, effect->once_path) : NULL;
        effects[i].once = once && once->kind != RH_NULL ? rh_value_hash(once) : 0;
    }
    script->effects = effects;
    script->effect_count = answer->effect_count;
}

void rh_mock_fill_script(rh_arena *arena, const rh_mock_answer *answer,
                         const rh_attempt_view *attempt, uint64_t seed, rh_script *script)
{
    *script = answer->script;
    script->takes = draw_duration(answer, attempt, seed);
    if (answer->effect_count)
        fill_effects(arena, answer, attempt->call, script);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void fail(rh_arena *arena, const rh_fault *fault, rh_script *script, bool effects_happen)
{
    script->end = RH_END_ANSWERS;
    script->result = NULL;
    script->effects_happen = effects_happen;
    script->exit_code = fault->exit_code > 0 ? fault->exit_code : 1;
    script->failure = rh_failure_application(arena, &(rh_failure_options){
                                                        .type = fault->failure_type,
                                                        .message = fault->message,
                                                        .non_retryable = !fault->retryable,
                                                    });
}

/* What nobody should trust. */
static void succeed_wrongly(rh_arena *arena, const rh_value *result, rh_script *script)
{
    rh_value tainted = result ? *result : (rh_value){.kind = RH_NULL};
    tainted.flags = (uint8_t)((tainted.flags & RH_SECRET) | RH_TAINTED);
    script->end = RH_END_ANSWERS;
    script->result = rh_value_copy(arena, &tainted);
    script->failure = NULL;
}

static void never_answer(rh_script *script, rh_script_end end)
{
    script->end = end;
    script->result = NULL;
    script->failure = NULL;
    if (end == RH_END_HANGS) {
        script->heartbeat_every = 0;
        script->heartbeat_count = 0;
    }
}

static rh_duration times_as_long(rh_duration takes, uint32_t times)
{
    return takes > RH_FOREVER / times ? RH_FOREVER : takes * times;
}

void rh_fault_strike(rh_arena *arena, const rh_fault *fault, rh_script *script)
{
    script->fault = fault->name;
    script->fault_class = rh_fault_class_name(fault->class);
    if (fault->typical_duration)
        script->takes = fault->typical_duration;
    switch (fault->class) {
    case RH_FAULT_TRANSIENT:
    case RH_FAULT_PERMANENT:
        fail(arena, fault, script, false);
        break;
    case RH_FAULT_REPLY_LOST:
        fail(arena, fault, script, true);
        break;
    case RH_FAULT_PARTIAL:
        fail(arena, fault, script, true);
        script->effect_count = script->effect_count ? 1 : 0;
        break;
    case RH_FAULT_CORRUPTED:
        succeed_wrongly(arena, fault->result, script);
        break;
    case RH_FAULT_SILENT:
        succeed_wrongly(arena, NULL, script);
        script->effect_count = 0;
        break;
    case RH_FAULT_HANG:
        never_answer(script, RH_END_HANGS);
        break;
    case RH_FAULT_CRASH:
        never_answer(script, RH_END_VANISHES);
        break;
    case RH_FAULT_HOST_LOST:
        never_answer(script, RH_END_LOSES_HOST);
        break;
    case RH_FAULT_HOST_STOPPED:
        never_answer(script, RH_END_STOPS_HOST);
        break;
    case RH_FAULT_SLOW:
        script->takes = times_as_long(script->takes, fault->times ? fault->times : 1);
        break;
    }
}
