#include "suites/actions/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/expression/expression.h"

static void tell_value(rh_text *text, const rh_value *value)
{
    if (rh_kind_of(value) == RH_UNKNOWN)
        rh_text_printf(text, "<%s>", rh_value_origin(value));
    else
        rh_json_write(text, value, RH_JSON_COMPACT);
    if (value && value->flags & RH_TAINTED)
        rh_text_puts(text, " (tainted)");
    if (value && value->flags & RH_SECRET)
        rh_text_puts(text, " (secret)");
}

/* `path` is "" where the world has one job only. */
static void tell_job(rh_text *text, const rh_entry *entry, const char *path)
{
    static const char *const names[] = {"success", "failure", "cancelled"};
    bool failed = entry->kind == RH_ENTRY_ATTEMPT_FAILED;
    int how = failed ? 1 : entry->kind == RH_ENTRY_ATTEMPT_CANCELED ? 2 : 0;
    rh_text_printf(text, "job %s%s%s ", path, *path ? " " : "", names[how]);
    rh_json_write(text, failed ? entry->failure->details : entry->value, RH_JSON_COMPACT);
    if (failed)
        rh_text_printf(text, ": %s", rh_failure_message(entry->failure));
}

static void tell_end_of_call(rh_text *text, const rh_entry *entry, const char *path)
{
    if (entry->kind == RH_ENTRY_ATTEMPT_FAILED)
        rh_text_printf(text, "failed %s %llu: %s", path, (unsigned long long)entry->number,
                       rh_failure_message(entry->failure));
    else
        rh_text_printf(text, "%s %s",
                       entry->kind == RH_ENTRY_ATTEMPT_LOST       ? "lost"
                       : entry->kind == RH_ENTRY_ATTEMPT_CANCELED ? "canceled"
                                                                  : "completed",
                       path);
}

static void tell_end_of_step(rh_text *text, const rh_entry *entry, const char *path)
{
    rh_text_printf(text, "end %s %s", path, rh_conclusion_name((rh_conclusion)entry->code));
    if (entry->number != entry->code)
        rh_text_printf(text, "/%s", rh_conclusion_name((rh_conclusion)entry->number));
    if (entry->text)
        rh_text_printf(text, ": %s", entry->text);
}

/* A call with its place, if it is a command. */
static void tell_start(rh_text *text, const rh_call *call, const char *path)
{
    rh_text_printf(text, "start %s", path);
    if (call->args) {
        rh_text_putc(text, ' ');
        rh_json_write(text, call->args, RH_JSON_COMPACT);
    }
    if (call->about.level == RH_CALL_COMMAND)
        rh_text_printf(text, " at %u:%u", call->about.line, call->about.column);
}

static void tell_entry(rh_arena *arena, rh_text *text, const rh_journal *journal,
                       const rh_entry *entry)
{
    const rh_call *call = entry->call ? journal->calls[entry->call - 1] : NULL;
    const char *path = call ? rh_call_path_text(arena, call) : entry->name ? entry->name->text : "";
    bool is_alone =
        entry->run < journal->run_count && !strcmp(journal->runs[entry->run]->dialect, "job");
    if (entry->attempt > 1)
        path = rh_format(arena, "%s@%d", path, entry->attempt);
    bool is_job = call && call->about.level == RH_CALL_JOB;
    switch (entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        tell_start(text, call, path);
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_CANCELED:
        if (is_job)
            tell_job(text, entry, is_alone ? "" : path);
        else
            tell_end_of_call(text, entry, path);
        break;
    case RH_ENTRY_ATTEMPT_LOST:
        tell_end_of_call(text, entry, path);
        break;
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        rh_text_printf(text, "timed-out %s: %s", path, rh_failure_message(entry->failure));
        break;
    case RH_ENTRY_BACK_OFF:
        rh_text_printf(text, "again %s in %s", path, rh_duration_text(arena, entry->span));
        break;
    case RH_ENTRY_OUTAGE:
    case RH_ENTRY_OUTAGE_OVER:
        rh_text_printf(text, "%s %s", rh_entry_kind_name((rh_entry_kind)entry->kind), entry->text);
        break;
    case RH_ENTRY_HOST_LOST:
    case RH_ENTRY_HOST_STOPPED:
        rh_text_printf(text, "%s %s", rh_entry_kind_name((rh_entry_kind)entry->kind), entry->text);
        break;
    case RH_ENTRY_EFFECT_SKIPPED:
        rh_text_printf(text, "effect-skipped %s %s %s", path, entry->name->text, entry->text);
        break;
    case RH_ENTRY_RUN_COMPLETED:
    case RH_ENTRY_RUN_FAILED:
    case RH_ENTRY_RUN_CANCELED:
        rh_text_puts(text, rh_entry_kind_name((rh_entry_kind)entry->kind));
        break;
    case RH_ENTRY_CONCLUDED:
        tell_end_of_step(text, entry, path);
        break;
    case RH_ENTRY_SKIPPED:
        rh_text_printf(text, "skip %s: %s", path, entry->text);
        break;
    case RH_ENTRY_OUTPUT:
        rh_text_printf(text, "output %s %s=", path, entry->name->text);
        tell_value(text, entry->value);
        break;
    case RH_ENTRY_ANNOTATION:
        rh_text_printf(text, "%s %s: %s", entry->name->text, path, entry->text);
        break;
    case RH_ENTRY_LOG:
        rh_text_printf(text, "log %s: %s", path, entry->text);
        break;
    case RH_ENTRY_NOTE:
        rh_text_printf(text, "note %s", entry->text);
        break;
    case RH_ENTRY_EFFECT:
        rh_text_printf(text, "effect %s %s %s%s", path, entry->name->text, entry->text,
                       entry->code ? " (tainted)" : "");
        break;
    case RH_ENTRY_UNKNOWN:
        rh_text_printf(text, "unknown %s: %s: %s -> %s", path, entry->name->text, entry->text,
                       entry->code ? "true" : "false");
        break;
    case RH_ENTRY_TEST_ERROR:
        rh_text_printf(text, "stopped %s", entry->text);
        break;
    default:
        return;
    }
    rh_text_putc(text, '\n');
}

const char *story_of(rh_arena *arena, const rh_journal *journal)
{
    rh_text text = rh_text_in(arena);
    rh_time time = journal->start;
    for (size_t i = 0; i < journal->count; i++) {
        rh_text line = rh_text_in(arena);
        tell_entry(arena, &line, journal, &journal->entries[i]);
        if (line.length && journal->entries[i].time != time) {
            time = journal->entries[i].time;
            rh_text_printf(&text, "at %s\n", rh_duration_text(arena, time - journal->start));
        }
        rh_text_add(&text, line.data ? line.data : "", line.length);
    }
    return rh_text_string(&text);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Whether a line of the story is the expected one. */
static bool is_line(const char *line, size_t length, const char *expected)
{
    size_t size = strlen(expected);
    if (size >= 3 && strcmp(expected + size - 3, "...") == 0)
        return length >= size - 3 && memcmp(line, expected, size - 3) == 0;
    return length == size && memcmp(line, expected, size) == 0;
}

static const char *find_line(const char *story, const char *expected)
{
    while (*story) {
        size_t length = strcspn(story, "\n");
        if (is_line(story, length, expected))
            return story + length + (story[length] == '\n');
        story += length + (story[length] == '\n');
    }
    return NULL;
}

int story_compare(rh_arena *arena, const char *file, const runner_case *test, const char *story)
{
    const runner_lines *expect = &test->parts[RUNNER_EXPECT];
    const runner_lines *never = &test->parts[RUNNER_NEVER];
    const char *at = story;
    int wrong = 0;
    for (size_t i = 0; i < expect->count; i++) {
        const char *line = expect->items[i];
        const char *behind = *line ? find_line(at, line) : at;
        if (!behind) {
            print_error("%s:%u: %s\n  not there (or not here): %s\n", file, test->line, test->name,
                        line);
            wrong = 1;
        } else {
            at = behind;
        }
    }
    for (size_t i = 0; i < never->count; i++)
        if (*never->items[i] && find_line(story, rh_format(arena, "%s...", never->items[i]))) {
            print_error("%s:%u: %s\n  must not be there: %s\n", file, test->line, test->name,
                        never->items[i]);
            wrong = 1;
        }
    if (wrong)
        (void)fprintf(stderr, "what happened:\n%s\n", story);
    return wrong;
}
