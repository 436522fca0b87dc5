#include "sim/base/decimal.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"
#include "sim/scripted/scripted.h"

typedef struct reader {
    rh_arena *arena;
    rh_scripted *script;
    const char *file;
    uint32_t line;
    rh_error *error;
} reader;

static const uint32_t NONE = UINT32_MAX;

static int complain(const reader *r, const rh_word *word, const char *format, const char *detail)
{
    return rh_error_set(r->error, r->file, r->line, word ? word->column : 1, format, detail);
}

/* ---- values ---------------------------------------------------------------------------------- */

static int read_duration(const reader *r, const rh_word *word, const char *text,
                         rh_duration *duration)
{
    if (rh_duration_read(text, strlen(text), duration))
        return 0;
    return complain(r, word, "expected a duration such as 90s, 5m or 1h30m, found '%s'", text);
}

static int read_count(const reader *r, const rh_word *word, const char *text, int32_t *count)
{
    int64_t number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && number < INT32_MAX; at++)
        number = number * 10 + (*at - '0');
    if (*at || at == text || number > INT32_MAX)
        return complain(r, word, "expected a whole number, found '%s'", text);
    *count = (int32_t)number;
    return 0;
}

static void add_never(reader *r, rh_retry_policy *retry, const char *type)
{
    size_t count = 0;
    while (retry->non_retryable_types && retry->non_retryable_types[count])
        count++;
    const char **types = RH_NEW_ARRAY(r->arena, const char *, count + 2);
    for (size_t i = 0; i < count; i++)
        types[i] = retry->non_retryable_types[i];
    types[count] = type;
    retry->non_retryable_types = types;
}

static int read_retry_part(reader *r, const rh_word *word, const char *part, rh_retry_policy *retry)
{
    if (part[0] == 'x') {
        if (rh_decimal_read(part + 1, strlen(part + 1), &retry->backoff_coefficient))
            return 0;
        return complain(r, word, "expected a number behind 'x', found '%s'", part + 1);
    }
    if (!strncmp(part, "max=", 4))
        return read_duration(r, word, part + 4, &retry->maximum_interval);
    if (!strncmp(part, "attempts=", 9))
        return read_count(r, word, part + 9, &retry->maximum_attempts);
    if (!strncmp(part, "never=", 6)) {
        add_never(r, retry, part + 6);
        return 0;
    }
    return read_duration(r, word, part, &retry->initial_interval);
}

/* "1s,x2,max=1m,attempts=3,never=BadToken" */
static int read_retry(reader *r, const rh_word *word, rh_retry_policy *retry)
{
    const char *part = word->value;
    for (;;) {
        size_t length = strcspn(part, ",");
        if (read_retry_part(r, word, rh_arena_text(r->arena, part, length), retry) < 0)
            return -1;
        if (!part[length])
            return 0;
        part += length + 1;
    }
}

/* ---- subjects -------------------------------------------------------------------------------- */

static uint32_t find_subject(const rh_scripted *script, const char *name)
{
    for (size_t i = 0; i < script->subject_count; i++)
        if (!strcmp(script->subjects[i].name, name))
            return (uint32_t)i;
    return NONE;
}

/* Names may be used before they are made. */
static uint32_t subject_of(reader *r, const char *name)
{
    rh_scripted *script = r->script;
    uint32_t found = find_subject(script, name);
    if (found != NONE)
        return found;
    script->subjects = rh_arena_reserve(r->arena, script->subjects, sizeof *script->subjects,
                                        script->subject_count + 1, &script->subject_capacity);
    script->subjects[script->subject_count] = (rh_scripted_subject){.name = name, .type = name};
    return (uint32_t)script->subject_count++;
}

static int make_subject(reader *r, const rh_word *word, rh_scripted_kind kind, uint32_t *index)
{
    *index = subject_of(r, word->text);
    rh_scripted_subject *subject = &r->script->subjects[*index];
    if (subject->line)
        return complain(r, word, "'%s' is made twice; give the second one another name",
                        word->text);
    subject->line = r->line;
    subject->kind = kind;
    return 0;
}

/* ---- options --------------------------------------------------------------------------------- */

typedef enum option_kind { DURATION, TEXT, JSON, RETRY, CLOSE, REUSE, COUNT } option_kind;

typedef struct option {
    const char *name;
    option_kind kind;
    size_t offset;
} option;

#define SUBJECT(kind, name, field)                                                                 \
    {                                                                                              \
        name, kind, offsetof(rh_scripted_subject, field)                                           \
    }
#define COMMAND(kind, name, field)                                                                 \
    {                                                                                              \
        name, kind, offsetof(rh_scripted_command, field)                                           \
    }

static const option activity_options[] = {
    SUBJECT(TEXT, "type", type),
    SUBJECT(DURATION, "schedule-to-close", options.schedule_to_close),
    SUBJECT(DURATION, "schedule-to-start", options.schedule_to_start),
    SUBJECT(DURATION, "start-to-close", options.start_to_close),
    SUBJECT(DURATION, "heartbeat", options.heartbeat_timeout),
    SUBJECT(RETRY, "retry", options.retry),
    SUBJECT(TEXT, "queue", options.task_queue),
    SUBJECT(TEXT, "key", options.key),
    {0},
};

static const option local_options[] = {
    SUBJECT(TEXT, "type", type),
    SUBJECT(DURATION, "schedule-to-close", local.schedule_to_close),
    SUBJECT(DURATION, "start-to-close", local.start_to_close),
    SUBJECT(RETRY, "retry", local.retry),
    SUBJECT(TEXT, "key", local.key),
    {0},
};

static const option child_options[] = {
    SUBJECT(TEXT, "type", type),
    SUBJECT(TEXT, "id", run.workflow_id),
    SUBJECT(JSON, "input", value),
    SUBJECT(CLOSE, "close", close),
    SUBJECT(REUSE, "reuse", run.reuse),
    SUBJECT(DURATION, "run-timeout", run.run_timeout),
    SUBJECT(DURATION, "execution-timeout", run.execution_timeout),
    SUBJECT(RETRY, "retry", run.retry),
    SUBJECT(TEXT, "cron", run.cron),
    SUBJECT(TEXT, "queue", run.task_queue),
    {0},
};

static const option signal_options[] = {
    SUBJECT(TEXT, "to", workflow_id),
    SUBJECT(TEXT, "name", signal),
    SUBJECT(JSON, "value", value),
    {0},
};

static const option stop_options[] = {
    SUBJECT(TEXT, "to", workflow_id),
    {0},
};

static const option continue_options[] = {
    COMMAND(COUNT, "times", times),
    COMMAND(JSON, "input", value),
    COMMAND(TEXT, "type", continuation.workflow_type),
    COMMAND(DURATION, "run-timeout", continuation.run_timeout),
    COMMAND(TEXT, "queue", continuation.task_queue),
    COMMAND(RETRY, "retry", continuation.retry),
    {0},
};

/* One of a list of words; its position goes to *choice. */
static int read_choice(const reader *r, const rh_word *word, const char *const *known,
                       unsigned *choice)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(word->value);
    for (*choice = 0; known[*choice]; ++*choice) {
        if (!strcmp(known[*choice], word->value))
            return 0;
        rh_nearest_offer(&nearest, known[*choice]);
    }
    return rh_error_set(r->error, r->file, r->line, word->column, "unknown %s '%s'%s", word->text,
                        word->value, rh_nearest_hint(&nearest, hint, sizeof hint));
}

static int read_json(const reader *r, const rh_word *word, const rh_value **value)
{
    rh_error inner;
    *value = rh_json_read(r->arena, word->value, strlen(word->value), NULL, &inner);
    return *value ? 0 : complain(r, word, "%s", inner.message);
}

static int read_option_value(reader *r, const rh_word *word, option_kind kind, void *field)
{
    static const char *const closes[] = {"terminate", "abandon", "request-cancel", NULL};
    static const char *const reuses[] = {"allow", "failed-only", "reject", "terminate", NULL};
    unsigned choice = 0;
    switch (kind) {
    case DURATION:
        return read_duration(r, word, word->value, field);
    case TEXT:
        *(const char **)field = word->value;
        return 0;
    case JSON:
        return read_json(r, word, field);
    case RETRY:
        return read_retry(r, word, field);
    case COUNT:
        return read_count(r, word, word->value, field);
    case CLOSE:
        if (read_choice(r, word, closes, &choice) < 0)
            return -1;
        *(rh_parent_close *)field = (rh_parent_close)choice;
        return 0;
    case REUSE:
        if (read_choice(r, word, reuses, &choice) < 0)
            return -1;
        *(rh_reuse_policy *)field = (rh_reuse_policy)choice;
        return 0;
    }
    return 0;
}

static int read_options(reader *r, const rh_word *words, int count, const option *options,
                        void *into)
{
    for (int i = 0; i < count; i++) {
        const rh_word *word = &words[i];
        const option *found = options;
        char hint[128];
        if (!word->value)
            return complain(r, word, "expected NAME=VALUE, found '%s'", word->text);
        rh_nearest nearest = rh_nearest_begin(word->text);
        for (; found->name && strcmp(found->name, word->text) != 0; found++)
            rh_nearest_offer(&nearest, found->name);
        if (!found->name)
            return rh_error_set(r->error, r->file, r->line, word->column, "unknown option '%s'%s",
                                word->text, rh_nearest_hint(&nearest, hint, sizeof hint));
        if (read_option_value(r, word, found->kind, (char *)into + found->offset) < 0)
            return -1;
    }
    return 0;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* What has a name and options. */
static int read_named(reader *r, const rh_word *words, int count, rh_scripted_kind kind,
                      const option *options, rh_scripted_command *command)
{
    if (count < 2)
        return complain(r, &words[0], "expected a name behind '%s'", words[0].text);
    if (make_subject(r, &words[1], kind, &command->subject) < 0)
        return -1;
    return read_options(r, words + 2, count - 2, options, &r->script->subjects[command->subject]);
}

static int read_local(reader *r, const rh_word *words, int count, rh_scripted_command *command)
{
    command->verb = RH_DO_LOCAL;
    if (read_named(r, words, count, RH_SCRIPTED_LOCAL, local_options, command) < 0)
        return -1;
    rh_local_activity_options *options = &r->script->subjects[command->subject].local;
    if (!options->schedule_to_close)
        options->schedule_to_close = options->start_to_close;
    if (!options->start_to_close)
        options->start_to_close = options->schedule_to_close;
    return options->start_to_close > 0
               ? 0
               : complain(r, &words[0],
                          "expected start-to-close=D or schedule-to-close=D behind '%s'",
                          words[0].text);
}

static int read_child(reader *r, const rh_word *words, int count, rh_scripted_command *command)
{
    command->verb = RH_DO_CHILD;
    if (read_named(r, words, count, RH_SCRIPTED_CHILD, child_options, command) < 0)
        return -1;
    rh_scripted_subject *subject = &r->script->subjects[command->subject];
    if (!subject->run.workflow_id)
        subject->run.workflow_id = subject->name;
    return 0;
}

static int read_request(reader *r, const rh_word *words, int count, bool is_signal,
                        rh_scripted_command *command)
{
    command->verb = RH_DO_REQUEST;
    if (read_named(r, words, count, RH_SCRIPTED_REQUEST, is_signal ? signal_options : stop_options,
                   command) < 0)
        return -1;
    const rh_scripted_subject *subject = &r->script->subjects[command->subject];
    if (!subject->workflow_id || (is_signal && !subject->signal))
        return complain(r, &words[0],
                        is_signal ? "expected to=ID and name=SIGNAL behind '%s'"
                                  : "expected to=ID behind '%s'",
                        words[0].text);
    return 0;
}

static int read_timer(reader *r, const rh_word *words, int count, rh_scripted_command *command)
{
    if (count != 3)
        return complain(r, &words[0], "expected a name and a duration behind '%s'", words[0].text);
    command->verb = RH_DO_TIMER;
    if (make_subject(r, &words[1], RH_SCRIPTED_TIMER, &command->subject) < 0)
        return -1;
    rh_duration *duration = &r->script->subjects[command->subject].duration;
    if (read_duration(r, &words[2], words[2].text, duration) < 0)
        return -1;
    if (*duration <= 0)
        return complain(r, &words[2], "expected a duration longer than 0, found '%s'",
                        words[2].text);
    return 0;
}

static int read_complete(reader *r, const rh_word *words, int count, const char *line,
                         size_t length, rh_scripted_command *command)
{
    command->verb = RH_DO_COMPLETE;
    if (count == 1)
        return 0;
    size_t at = words[1].column - 1;
    rh_error inner;
    command->value = rh_json_read(r->arena, line + at, length - at, r->file, &inner);
    if (command->value)
        return 0;
    return rh_error_set(r->error, r->file, r->line, (uint32_t)at + inner.column, "%s",
                        inner.message);
}

static int read_command(reader *r, const rh_word *words, int count, const char *line, size_t length,
                        rh_scripted_command *command)
{
    static const char *const verbs[] = {"activity",       "local", "timer",   "child",
                                        "signal",         "stop",  "cancel",  "fail",
                                        "close-canceled", "on",    "complete"};
    const char *verb = words[0].text;
    if (!strcmp(verb, "activity")) {
        command->verb = RH_DO_ACTIVITY;
        return read_named(r, words, count, RH_SCRIPTED_ACTIVITY, activity_options, command);
    }
    if (!strcmp(verb, "local"))
        return read_local(r, words, count, command);
    if (!strcmp(verb, "child"))
        return read_child(r, words, count, command);
    if (!strcmp(verb, "signal") || !strcmp(verb, "stop"))
        return read_request(r, words, count, !strcmp(verb, "signal"), command);
    if (!strcmp(verb, "continue-as-new")) {
        command->verb = RH_DO_CONTINUE_AS_NEW;
        return read_options(r, words + 1, count - 1, continue_options, command);
    }
    if (!strcmp(verb, "timer"))
        return read_timer(r, words, count, command);
    if (!strcmp(verb, "complete"))
        return read_complete(r, words, count, line, length, command);
    if (!strcmp(verb, "cancel") && count == 2) {
        command->verb = RH_DO_CANCEL;
        command->subject = subject_of(r, words[1].text);
        return 0;
    }
    if (!strcmp(verb, "fail") && (count == 2 || count == 3)) {
        command->verb = RH_DO_FAIL;
        command->type = words[1].text;
        command->message = count == 3 ? words[2].text : "";
        return 0;
    }
    if (!strcmp(verb, "close-canceled") && count == 1) {
        command->verb = RH_DO_CLOSE_CANCELED;
        return 0;
    }
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(verb);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        rh_nearest_offer(&nearest, verbs[i]);
        if (!strcmp(verbs[i], verb))
            return complain(r, &words[0], "wrong number of words behind '%s'", verb);
    }
    return rh_error_set(r->error, r->file, r->line, words[0].column, "unknown command '%s'%s", verb,
                        rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* ---- rules ----------------------------------------------------------------------------------- */

static int read_trigger(reader *r, const rh_word *words, int count, rh_scripted_rule *rule)
{
    if (count == 2 && !strcmp(words[1].text, "start")) {
        rule->trigger = RH_ON_START;
    } else if (count == 2 && !strcmp(words[1].text, "cancel")) {
        rule->trigger = RH_ON_CANCEL;
    } else if (count == 3 && !strcmp(words[1].text, "timer")) {
        rule->trigger = RH_ON_TIMER;
        rule->subject = subject_of(r, words[2].text);
    } else if (count == 3 && !strcmp(words[1].text, "started")) {
        rule->trigger = RH_ON_STARTED;
        rule->subject = subject_of(r, words[2].text);
    } else if (count == 3 && !strcmp(words[1].text, "signal")) {
        rule->trigger = RH_ON_SIGNAL;
        rule->name = words[2].text;
    } else if (count == 2) {
        rule->trigger = RH_ON_CLOSE;
        rule->subject = subject_of(r, words[1].text);
    } else {
        return complain(r, &words[0],
                        "expected '%s start', 'on NAME', 'on started NAME', 'on timer NAME', "
                        "'on signal NAME' or 'on cancel'",
                        words[0].text);
    }
    return 0;
}

static int read_line(reader *r, const char *line, size_t length)
{
    rh_scripted *script = r->script;
    rh_word words[RH_WORDS_MAX];
    int count = rh_words_split(r->arena, line, length, r->file, r->line, words, r->error);
    if (count <= 0)
        return count;
    if (!strcmp(words[0].text, "on")) {
        script->rules = rh_arena_reserve(r->arena, script->rules, sizeof *script->rules,
                                         script->rule_count + 1, &script->rule_capacity);
        rh_scripted_rule *rule = &script->rules[script->rule_count++];
        memset(rule, 0, sizeof *rule);
        return read_trigger(r, words, count, rule);
    }
    if (script->rule_count == 0)
        return complain(r, &words[0], "'%s' stands before any rule; expected 'on start'",
                        words[0].text);
    rh_scripted_rule *rule = &script->rules[script->rule_count - 1];
    rule->commands = rh_arena_reserve(r->arena, rule->commands, sizeof *rule->commands,
                                      rule->count + 1, &rule->capacity);
    rh_scripted_command *command = &rule->commands[rule->count++];
    memset(command, 0, sizeof *command);
    return read_command(r, words, count, line, length, command);
}

/* "'T' is a timer; write 'on timer T'" */
static int check_triggers(const reader *r)
{
    static const char *const names[] = {"an activity", "a local activity", "a timer", "a child",
                                        "a request"};
    const rh_scripted *script = r->script;
    for (size_t i = 0; i < script->rule_count; i++) {
        const rh_scripted_rule *rule = &script->rules[i];
        if (rule->trigger != RH_ON_CLOSE && rule->trigger != RH_ON_TIMER &&
            rule->trigger != RH_ON_STARTED)
            continue;
        const rh_scripted_subject *subject = &script->subjects[rule->subject];
        bool is_timer = subject->kind == RH_SCRIPTED_TIMER;
        if (is_timer == (rule->trigger == RH_ON_TIMER) &&
            (rule->trigger != RH_ON_STARTED || subject->kind == RH_SCRIPTED_CHILD))
            continue;
        return rh_error_set(r->error, r->file, r->line, 1, "'%s' is %s; write 'on %s%s'",
                            subject->name, names[subject->kind], is_timer ? "timer " : "",
                            subject->name);
    }
    return 0;
}

/* Every name must have been made somewhere, as what it is used for. */
static int check_names(reader *r)
{
    const rh_scripted *script = r->script;
    for (size_t i = 0; i < script->subject_count; i++) {
        if (script->subjects[i].line)
            continue;
        char hint[128];
        rh_nearest nearest = rh_nearest_begin(script->subjects[i].name);
        for (size_t k = 0; k < script->subject_count; k++)
            if (script->subjects[k].line)
                rh_nearest_offer(&nearest, script->subjects[k].name);
        return rh_error_set(r->error, r->file, r->line, 1, "nothing is called '%s'%s",
                            script->subjects[i].name, rh_nearest_hint(&nearest, hint, sizeof hint));
    }
    return check_triggers(r);
}

const rh_scripted *rh_scripted_read(rh_arena *arena, const char *text, size_t length,
                                    const char *file, uint32_t first_line, rh_error *error)
{
    reader r = {arena, RH_NEW(arena, rh_scripted), file, first_line, error};
    const char *end = text + length;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t line = newline ? (size_t)(newline - text) : (size_t)(end - text);
        if (read_line(&r, text, line) < 0)
            return NULL;
        text += newline ? line + 1 : line;
        r.line++;
    }
    return check_names(&r) < 0 ? NULL : r.script;
}
