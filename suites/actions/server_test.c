/* The server side of workflow files: plays the cases of server.test against a
 * stage that answers for whole jobs, each also with every workflow task
 * replayed; both must write the same journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/actions/actions.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/scripted/scripted.h"
#include "sim/world.h"

enum { MOST_CASES = 256, MOST_LINES = 64, MOST_FILES = 8 };

/* ---- cases ----------------------------------------------------------------------------------- */

typedef struct line {
    rh_word words[RH_WORDS_MAX];
    int count;
    uint32_t number;
} line;

typedef struct lines {
    line items[MOST_LINES];
    size_t count;
} lines;

typedef struct document {
    const char *path;
    rh_text text;
} document;

typedef struct server_case {
    const char *name;
    uint32_t number;
    document files[MOST_FILES]; /* the first is the workflow */
    size_t file_count;
    rh_text input; /* JSON */
    lines world, jobs;
    rh_text expect;
} server_case;

static const char *option(const line *at, const char *name)
{
    for (int i = 0; i < at->count; i++)
        if (!strcmp(at->words[i].text, name))
            return at->words[i].value ? at->words[i].value : "";
    return NULL;
}

static rh_duration duration_of(const char *text)
{
    rh_duration duration = 0;
    if (text && !rh_duration_read(text, strlen(text), &duration))
        abort(); /* a broken case must not pass */
    return duration;
}

/* JSON with single quotes. */
static const rh_value *json_of(rh_arena *arena, const char *text)
{
    rh_error error;
    if (!text)
        return NULL;
    char *copy = rh_arena_string(arena, text);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    const rh_value *value = rh_json_read(arena, copy, strlen(copy), NULL, &error);
    if (!value)
        abort();
    return value;
}

/* ---- the stage ------------------------------------------------------------------------------- */

typedef struct stage {
    const server_case *test;
} stage;

static const rh_value *answer_of(rh_arena *arena, const line *at)
{
    const rh_value *outputs = at ? json_of(arena, option(at, "outputs")) : NULL;
    bool timed_out = at && option(at, "timed-out");
    if (at && option(at, "silent"))
        return NULL;
    bool cancelled = at && option(at, "cancelled");
    return rh_value_copy(arena, RH_OBJECT_OF({"outputs",
                                              outputs ? outputs : rh_value_object(arena, NULL, 0)},
                                             {"timed_out", rh_boolean(timed_out)},
                                             {"cancelled", rh_boolean(cancelled)}));
}

static rh_stage_answer start(void *data, rh_attempt *attempt, rh_script *script)
{
    const stage *played = data;
    rh_attempt_view view = rh_attempt_look(attempt);
    rh_arena *arena = &view.world->arena;
    const line *at = NULL;
    if (view.call->about.level != RH_CALL_JOB) { /* of a job that is played from inside */
        if (view.fallback)
            *script = *view.fallback;
        return view.has_inside ? RH_STAGE_DESCEND : RH_STAGE_SCRIPT;
    }
    for (size_t i = 0; i < played->test->jobs.count && !at; i++)
        if (rh_call_matches(view.call, played->test->jobs.items[i].words[0].text))
            at = &played->test->jobs.items[i];
    script->takes = RH_MINUTES(1);
    script->on_cancel = RH_CANCEL_TAKES; /* as runners do; at once, if nothing is said */
    script->result = answer_of(arena, at);
    if (!at)
        return RH_STAGE_SCRIPT;
    if (option(at, "takes"))
        script->takes = duration_of(option(at, "takes"));
    if (option(at, "inside"))
        return RH_STAGE_DESCEND;
    if (option(at, "fails"))
        script->failure =
            rh_failure_application(arena, &(rh_failure_options){.type = "failure",
                                                                .message = option(at, "fails"),
                                                                .details = script->result});
    if (option(at, "hangs"))
        script->end = RH_END_HANGS;
    if (option(at, "loses-host"))
        script->end = RH_END_LOSES_HOST;
    if (option(at, "stops-host"))
        script->end = RH_END_STOPS_HOST;
    script->cancel_takes = duration_of(option(at, "stops-after"));
    if (option(at, "obeys-cancel"))
        script->on_cancel = RH_CANCEL_OBEYS;
    if (option(at, "ignores-cancel"))
        script->on_cancel = RH_CANCEL_IGNORES;
    return RH_STAGE_SCRIPT;
}

static const rh_stage stage_functions = {.start = start};

/* ---- what happened, as text ------------------------------------------------------------------ */

typedef struct printer {
    rh_text text;
    const rh_journal *journal;
    const server_case *test;
} printer;

static void put_place(printer *to, const rh_entry *entry)
{
    rh_duration_write(&to->text, entry->time - to->journal->start);
    if (entry->run != RH_NO_RUN && to->journal->run_count > 1)
        rh_text_printf(&to->text, " #%u", entry->run + 1);
    rh_text_putc(&to->text, ' ');
}

static const char *name_in(rh_arena *arena, const printer *from, const rh_entry *entry)
{
    if (entry->call)
        return rh_call_path_text(arena, from->journal->calls[entry->call - 1]);
    return entry->name ? entry->name->text : "";
}

static void put_concluded(printer *to, const rh_entry *entry)
{
    rh_text_printf(&to->text, "%s %s", name_in(to->text.arena, to, entry),
                   rh_conclusion_name(entry->code));
    if (entry->code != entry->number)
        rh_text_printf(&to->text, " (counts as %s)",
                       rh_conclusion_name((rh_conclusion)entry->number));
    if (entry->text)
        rh_text_printf(&to->text, ": %s", entry->text);
}

static void put_started(printer *to, const rh_entry *entry)
{
    const rh_call *call = to->journal->calls[entry->call - 1];
    rh_text_printf(&to->text, "%s starts", rh_call_path_text(to->text.arena, call));
    if (strcmp(call->about.title, call->type->text) != 0)
        rh_text_printf(&to->text, " \"%s\"", call->about.title);
    rh_text_printf(&to->text, " on %s", call->task_queue->text);
}

static void put_result(printer *to, const rh_run_record *run)
{
    const rh_value *result = run->result;
    rh_text_printf(&to->text, "run %s ", rh_run_status_name(run->status));
    if (run->failure)
        result = run->failure->details;
    if (rh_kind_of(result) == RH_OBJECT)
        rh_json_write(&to->text, result, RH_JSON_COMPACT);
    else
        rh_text_puts(&to->text, run->failure ? run->failure->message : "");
    if (run->failure && run->status == RH_RUN_FAILED)
        rh_text_printf(&to->text, " (%s: %s)", run->failure->type, run->failure->message);
}

/* Of a job that is played from inside only the job is shown. */
static bool is_inside(const printer *to, const rh_entry *entry)
{
    return entry->call && to->journal->calls[entry->call - 1]->parent;
}

static bool is_shown(const printer *to, const rh_entry *entry)
{
    static const uint8_t kinds[] = {
        RH_ENTRY_ATTEMPT_STARTED, RH_ENTRY_CONCLUDED,     RH_ENTRY_SKIPPED,
        RH_ENTRY_ANNOTATION,      RH_ENTRY_UNKNOWN,       RH_ENTRY_NOTE,
        RH_ENTRY_WARNING,         RH_ENTRY_RUN_COMPLETED, RH_ENTRY_RUN_FAILED,
        RH_ENTRY_RUN_CANCELED,    RH_ENTRY_RUN_STUCK,     RH_ENTRY_RUN_TERMINATED,
        RH_ENTRY_TASK_FAILED,     RH_ENTRY_WAITING,
    };
    bool is_told = false;
    for (size_t i = 0; i < sizeof kinds; i++)
        is_told = is_told || kinds[i] == entry->kind;
    return is_told && !is_inside(to, entry);
}

static void put_entry(printer *to, const rh_entry *entry)
{
    rh_text *text = &to->text;
    put_place(to, entry);
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        put_started(to, entry);
        break;
    case RH_ENTRY_CONCLUDED:
        put_concluded(to, entry);
        break;
    case RH_ENTRY_SKIPPED:
        rh_text_printf(text, "%s skipped: %s", entry->name->text, entry->text);
        break;
    case RH_ENTRY_ANNOTATION:
        rh_text_printf(text, "%s: %s", entry->name->text, entry->text);
        break;
    case RH_ENTRY_UNKNOWN:
        rh_text_printf(text, "unknown %s in %s: %s", entry->name->text, entry->text,
                       entry->code ? "true" : "false");
        break;
    case RH_ENTRY_RUN_COMPLETED:
    case RH_ENTRY_RUN_FAILED:
    case RH_ENTRY_RUN_CANCELED:
    case RH_ENTRY_RUN_TERMINATED:
        put_result(to, to->journal->runs[entry->run]);
        break;
    default:
        rh_text_printf(text, "%s %s%s%s", rh_entry_kind_name(entry->kind),
                       entry->name ? entry->name->text : "", entry->name ? ": " : "", entry->text);
    }
    rh_text_putc(text, '\n');
}

static const char *print_journal(rh_arena *arena, const server_case *test,
                                 const rh_journal *journal)
{
    printer to = {rh_text_in(arena), journal, test};
    for (size_t i = 0; i < journal->count; i++)
        if (is_shown(&to, &journal->entries[i]))
            put_entry(&to, &journal->entries[i]);
    return rh_text_string(&to.text);
}

/* ---- the world ------------------------------------------------------------------------------- */

static const char *read_document(void *data, const char *path, size_t *length)
{
    const server_case *test = data;
    for (size_t i = 0; i < test->file_count; i++)
        if (!strcmp(test->files[i].path, path)) {
            *length = test->files[i].text.length;
            return test->files[i].text.data;
        }
    return NULL;
}

/* Reads the workflow; prints and fails if it is refused. */
static const rh_actions_file *read_workflow(rh_arena *arena, const server_case *test, size_t which,
                                            const rh_actions_files *files)
{
    rh_actions_errors errors = {.count = 0};
    const document *from = &test->files[which];
    const rh_actions_file *file =
        rh_actions_read(arena, from->text.data, from->text.length, from->path,
                        &(rh_actions_read_options){.files = files}, &errors);
    char shown[1024];
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", rh_error_text(&errors.items[i], shown, sizeof shown));
    if (!file)
        fail();
    return file;
}

typedef struct happening {
    const server_case *test;
    const line *at;
    rh_execution **runs;
    rh_actions_definition *definition;
} happening;

static rh_execution *start_run(rh_world *world, const rh_actions_definition *definition,
                               const rh_value *input)
{
    rh_text message = rh_text_in(&world->arena);
    return rh_execution_start(world,
                              &(rh_start_request){.dialect = &rh_actions_dialect,
                                                  .definition = definition,
                                                  .workflow_type = definition->file->path,
                                                  .input = input,
                                                  .options = {.workflow_id = "run"}},
                              &message);
}

/* The input of the case, with the fields of `more` put before those of its
 * github context. */
static const rh_value *input_of(rh_arena *arena, const server_case *test, const rh_value *more)
{
    static const char none[] = "{}";
    bool given = test->input.length > 0;
    rh_error error;
    const rh_value *input = rh_json_read(arena, given ? test->input.data : none,
                                         given ? test->input.length : 2, NULL, &error);
    if (!input)
        abort();
    const rh_value *github = rh_get(input, "github");
    rh_field fields[32], all[32];
    size_t count = 0, all_count = 0;
    for (size_t i = 0; i < rh_count_of(more); i++)
        fields[count++] = more->as.fields[i];
    for (size_t i = 0; i < rh_count_of(github); i++)
        fields[count++] = github->as.fields[i];
    all[all_count++] = (rh_field){"github", rh_value_object(arena, fields, count)};
    for (size_t i = 0; i < rh_count_of(input); i++)
        all[all_count++] = input->as.fields[i];
    return rh_value_object(arena, all, all_count);
}

/* at TIME cancel | approve ENV | reject ENV | signal NAME | terminate | run
 * [github={}] [file=N]; run=N names another run than the first. */
static void happen(rh_world *world, void *data)
{
    const happening *what = data;
    const char *verb = what->at->words[2].text;
    const char *subject = what->at->count > 3 ? what->at->words[3].text : "";
    const char *which = option(what->at, "run");
    rh_execution *run =
        world->executions[which && strcmp(verb, "run") ? (size_t)atoi(which) - 1 : 0];
    if (!strcmp(verb, "cancel"))
        rh_execution_request_cancel(run);
    else if (!strcmp(verb, "terminate"))
        rh_execution_terminate(run, "from outside");
    else if (!strcmp(verb, "approve") || !strcmp(verb, "reject"))
        rh_execution_signal(run, verb, rh_string(subject));
    else if (!strcmp(verb, "signal"))
        rh_execution_signal(run, subject, NULL);
    else if (!strcmp(verb, "run"))
        start_run(world, &what->definition[option(what->at, "second") ? 1 : 0],
                  input_of(&world->arena, what->test,
                           json_of(&world->arena, option(what->at, "github"))));
    else
        abort();
}

static rh_actions_settings settings_of(const server_case *test)
{
    rh_actions_settings settings = {0};
    for (size_t i = 0; i < test->world.count; i++) {
        const line *at = &test->world.items[i];
        const char *unknown = option(at, "unknown");
        if (strcmp(at->words[0].text, "settings") != 0)
            continue;
        if (unknown)
            settings.unknown = !strcmp(unknown, "error")     ? RH_UNKNOWN_ERROR
                               : !strcmp(unknown, "explore") ? RH_UNKNOWN_EXPLORE
                                                             : RH_UNKNOWN_EMPTY;
        settings.timed_out_job_fails = option(at, "timed-out-fails") != NULL;
        if (option(at, "hosted"))
            settings.hosted_runners = (uint32_t)atoi(option(at, "hosted"));
        settings.runner_start_delay = duration_of(option(at, "start-delay"));
        settings.lost_runner_after = duration_of(option(at, "lost-after"));
    }
    return settings;
}

static rh_world_options options_of(const server_case *test, uint32_t *choices, bool no_cache)
{
    rh_world_options options = {.no_cache = no_cache, .choices = choices};
    for (size_t i = 0; i < test->world.count; i++) {
        const line *at = &test->world.items[i];
        for (int k = 1; !strcmp(at->words[0].text, "choices") && k < at->count; k++)
            choices[options.choice_count++] = (uint32_t)atoi(at->words[k].text);
    }
    return options;
}

static void plan(rh_world *world, const server_case *test, rh_actions_definition *definition)
{
    for (size_t i = 0; i < test->world.count; i++) {
        const line *at = &test->world.items[i];
        if (!strcmp(at->words[0].text, "host")) {
            const char *queues[] = {option(at, "queue"), NULL};
            rh_host_add(world, at->words[1].text, 1, queues);
        }
        if (strcmp(at->words[0].text, "at") != 0)
            continue;
        happening *what = RH_NEW(&world->arena, happening);
        *what = (happening){.test = test, .at = at, .definition = definition};
        rh_world_at(world, world->journal.start + duration_of(at->words[1].text), happen, what);
    }
}

/* What happened, in `arena`; *hash is the journal's. */
static const char *play(rh_arena *arena, const server_case *test, bool no_cache, uint64_t *hash)
{
    rh_world world;
    jmp_buf escape;
    uint32_t choices[8];
    stage played = {test};
    rh_actions_files files = {.data = (void *)test, .read = read_document};
    rh_actions_settings settings = settings_of(test);
    rh_actions_definition definitions[2] = {{0}};
    rh_error error;
    settings.catalog = rh_actions_catalog_read(arena, NULL, NULL, 0, &error);
    size_t sources = test->file_count > 1 && strstr(test->files[1].path, "second") ? 2 : 1;
    for (size_t i = 0; i < sources; i++)
        definitions[i] =
            (rh_actions_definition){read_workflow(arena, test, i, &files), &settings, &files};
    rh_world_init(&world);
    world.escape = &escape;
    if (!setjmp(escape)) {
        rh_world_options options = options_of(test, choices, no_cache);
        rh_world_reset(&world, &options);
        rh_world_set_stage(&world, &stage_functions, &played);
        plan(&world, test, definitions);
        if (!start_run(&world, definitions, input_of(&world.arena, test, NULL)))
            abort();
        rh_world_play(&world, RH_FOREVER);
    }
    const char *text = print_journal(arena, test, &world.journal);
    if (world.stop != RH_STOP_NONE)
        text = rh_format(arena, "%sstopped: %s\n", text, world.stop_text);
    *hash = world.journal.hash;
    rh_world_free(&world);
    return text;
}

static void check(void **state)
{
    const server_case *test = *state;
    rh_arena arena;
    uint64_t hashes[2];
    const char *wanted = "";
    bool failed = false;
    rh_arena_init(&arena, NULL, NULL);
    if (test->expect.length)
        wanted = rh_arena_text(&arena, test->expect.data, test->expect.length);
    for (int no_cache = 0; no_cache <= 1 && !failed; no_cache++) {
        const char *got = play(&arena, test, no_cache, &hashes[no_cache]);
        failed = strcmp(got, wanted) != 0;
        if (failed)
            fprintf(stderr, "server.test:%u: %s%s\n---- expected\n%s---- came\n%s----\n",
                    test->number, no_cache ? "(replaying) " : "", test->name, wanted, got);
    }
    if (!failed && hashes[0] != hashes[1]) {
        print_error("server.test:%u: %s: replaying writes another journal\n", test->number,
                    test->name);
        failed = true;
    }
    rh_arena_free(&arena);
    if (failed)
        fail();
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reader {
    rh_arena *arena;
    server_case *cases;
    size_t count;
    rh_text *raw; /* where lines go as they are, */
    lines *split; /* or as words */
} reader;

static void give_up(uint32_t number, const char *why)
{
    fprintf(stderr, "server.test:%u: %s\n", number, why);
    exit(1);
}

static void begin_case(reader *r, const char *name, uint32_t number)
{
    if (r->count == MOST_CASES)
        give_up(number, "too many cases");
    server_case *made = &r->cases[r->count++];
    made->name = rh_arena_string(r->arena, name);
    made->number = number;
    made->input = rh_text_in(r->arena);
    made->expect = rh_text_in(r->arena);
    r->raw = NULL;
    r->split = NULL;
}

static void begin_file(reader *r, server_case *test, const char *path, uint32_t number)
{
    if (test->file_count == MOST_FILES)
        give_up(number, "too many files");
    document *file = &test->files[test->file_count++];
    file->path = rh_arena_string(r->arena, path);
    file->text = rh_text_in(r->arena);
    r->raw = &file->text;
}

static void begin_section(reader *r, const char *text, uint32_t number)
{
    server_case *test = r->count ? &r->cases[r->count - 1] : NULL;
    r->raw = NULL;
    r->split = NULL;
    if (!strncmp(text, "test ", 5))
        begin_case(r, text + 5, number);
    else if (!test)
        give_up(number, "expected 'test NAME'");
    else if (!strcmp(text, "workflow"))
        begin_file(r, test, "ci.yml", number);
    else if (!strncmp(text, "file ", 5))
        begin_file(r, test, text + 5, number);
    else if (!strcmp(text, "input"))
        r->raw = &test->input;
    else if (!strcmp(text, "expect"))
        r->raw = &test->expect;
    else if (!strcmp(text, "world"))
        r->split = &test->world;
    else if (!strcmp(text, "jobs"))
        r->split = &test->jobs;
    else
        give_up(number, "expected test, workflow, file, input, world, jobs or expect");
}

static void read_line(reader *r, const char *text, uint32_t number)
{
    rh_error error;
    if (text[0] == '#')
        return;
    if (text[0] != ' ' && text[0]) {
        begin_section(r, text, number);
    } else if (r->raw) {
        if (strlen(text) > 2)
            rh_text_printf(r->raw, "%s\n", text + 2);
    } else if (r->split && text[0]) {
        if (r->split->count == MOST_LINES)
            give_up(number, "too many lines");
        line *made = &r->split->items[r->split->count++];
        made->number = number;
        made->count = rh_words_split(r->arena, text, strlen(text), "server.test", number,
                                     made->words, &error);
        if (made->count <= 0)
            give_up(number, "not words");
    }
}

int main(void)
{
    static struct CMUnitTest tests[MOST_CASES];
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    reader r = {.arena = &arena, .cases = RH_NEW_ARRAY(&arena, server_case, MOST_CASES)};
    FILE *file = fopen(RH_SUITES_DIR "/actions/server.test", "rb");
    static char text[4096];
    if (!file)
        give_up(0, "cannot be read");
    for (uint32_t number = 1; fgets(text, sizeof text, file); number++) {
        text[strcspn(text, "\n")] = '\0';
        read_line(&r, text, number);
    }
    fclose(file);
    for (size_t i = 0; i < r.count; i++)
        tests[i] = (struct CMUnitTest){.name = r.cases[i].name,
                                       .test_func = check,
                                       .initial_state = &r.cases[i]};
    int failed = _cmocka_run_group_tests("server", tests, r.count, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
