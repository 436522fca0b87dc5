#include "sim/actions/trigger.h"

#include <assert.h>
#include <string.h>

#include "sim/actions/glob.h"
#include "sim/base/text.h"

enum {
    MOST_DIFF_FILES = 300,   /* of a diff: later ones are not looked at */
    MOST_DIFF_COMMITS = 1000 /* of a push: beyond, path filters are not evaluated */
};

typedef struct question {
    rh_arena *arena;
    const rh_actions_file *file;
    const rh_actions_event *event;
    const rh_actions_trigger *trigger;
    rh_trigger_answer *answer;
    rh_text assumed, reasons;
} question;

const char *rh_actions_where(rh_arena *arena, const rh_actions_file *file, uint32_t line)
{
    const char *slash = strrchr(file->path, '/');
    return rh_format(arena, "%s:%u", slash ? slash + 1 : file->path, line);
}

static const char *at(question *q, rh_actions_place place)
{
    return rh_actions_where(q->arena, q->file, place.line);
}

/* Ends with no. */
static bool RH_PRINTF(2, 3) refuse(question *q, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    q->answer->why = rh_vformat(q->arena, format, arguments);
    va_end(arguments);
    return false;
}

static bool RH_PRINTF(3, 4) say(question *q, rh_text *text, const char *format, ...)
{
    (void)q;
    va_list arguments;
    if (text->length)
        rh_text_puts(text, "; ");
    va_start(arguments, format);
    rh_text_vprintf(text, format, arguments);
    va_end(arguments);
    return true;
}

#define REASON(q, ...) say((q), &(q)->reasons, __VA_ARGS__)
#define ASSUME(q, ...) say((q), &(q)->assumed, __VA_ARGS__)

/* ---- lists of patterns ----------------------------------------------------------------------- */

/* A key and its -ignore twin; a file has at most one of them. */
typedef struct filter {
    const rh_actions_patterns *only, *ignored;
    const char *name, *ignore_name;
} filter;

static bool is_there(const filter *f)
{
    return f->only->count || f->ignored->count;
}

static rh_actions_place place_of(const filter *f)
{
    return f->only->count ? f->only->places[0] : f->ignored->places[0];
}

/* The reader refuses files with bad patterns. */
static rh_glob_list compile(question *q, const filter *f)
{
    const rh_actions_patterns *patterns = f->only->count ? f->only : f->ignored;
    rh_glob_list list;
    rh_glob_error error;
    int code = rh_glob_list_compile(q->arena, patterns->items, patterns->count,
                                    patterns == f->ignored, &list, &error);
    assert(code == 0);
    (void)code;
    return list;
}

static bool pass_name(question *q, const filter *f, const char *what, const char *name)
{
    rh_glob_list list = compile(q, f);
    int decides = rh_glob_list_decides(&list, name);
    if (f->only->count) {
        if (decides < 0)
            return refuse(q, "%s '%s' matches no pattern of '%s' (%s)", what, name, f->name,
                          at(q, place_of(f)));
        const char *pattern = f->only->items[decides];
        const char *where = at(q, f->only->places[decides]);
        return rh_glob_passes(&list, name)
                   ? REASON(q, "%s '%s' matches '%s' (%s)", what, name, pattern, where)
                   : refuse(q, "%s '%s' is taken out by '%s' (%s)", what, name, pattern, where);
    }
    if (rh_glob_passes_ignore(&list, name))
        return REASON(q, "%s '%s' is not in '%s' (%s)", what, name, f->ignore_name,
                      at(q, place_of(f)));
    size_t index = decides < 0 ? 0 : (size_t)decides;
    return refuse(q, "%s '%s' matches '%s' of '%s' (%s)", what, name, f->ignored->items[index],
                  f->ignore_name, at(q, f->ignored->places[index]));
}

/* ---- branches and tags ----------------------------------------------------------------------- */

static filter branches_of(const rh_actions_trigger *trigger)
{
    return (filter){&trigger->branches, &trigger->branches_ignore, "branches", "branches-ignore"};
}

static filter tags_of(const rh_actions_trigger *trigger)
{
    return (filter){&trigger->tags, &trigger->tags_ignore, "tags", "tags-ignore"};
}

static bool pass_push(question *q)
{
    bool is_tag = q->event->subject_kind == RH_REF_TAG;
    filter branches = branches_of(q->trigger), tags = tags_of(q->trigger);
    const filter *own = is_tag ? &tags : &branches, *other = is_tag ? &branches : &tags;
    if (is_there(own))
        return pass_name(q, own, is_tag ? "tag" : "branch", q->event->subject);
    if (is_there(other))
        return refuse(q, "only %s are filtered, so %s pushes do not start it (%s)",
                      is_tag ? "branches" : "tags", is_tag ? "tag" : "branch",
                      at(q, place_of(other)));
    return true;
}

static bool pass_refs(question *q)
{
    const char *name = q->event->name;
    filter branches = branches_of(q->trigger);
    if (!strcmp(name, "push"))
        return pass_push(q);
    if (!is_there(&branches))
        return true;
    if (!q->event->subject)
        return ASSUME(q, "which branch is not given, so '%s' is not evaluated (%s)",
                      q->trigger->branches.count ? "branches" : "branches-ignore",
                      at(q, place_of(&branches)));
    const char *what = !strcmp(name, "workflow_run") ? "branch" : "base branch";
    return pass_name(q, &branches, what, q->event->subject);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static bool pass_files(question *q, const filter *f)
{
    const rh_actions_event_options *options = &q->event->options;
    rh_glob_list list = compile(q, f);
    size_t count =
        options->changed_count < MOST_DIFF_FILES ? options->changed_count : MOST_DIFF_FILES;
    const char *limit = count < options->changed_count ? " of the first 300" : "";
    if (!count)
        return refuse(q, "no file was changed, and '%s' wants one (%s)",
                      f->only->count ? f->name : f->ignore_name, at(q, place_of(f)));
    for (size_t i = 0; i < count; i++) {
        const char *path = options->changed[i];
        bool passes = f->only->count ? rh_glob_passes_paths(&list, &path, 1)
                                     : rh_glob_passes_paths_ignore(&list, &path, 1);
        if (!passes)
            continue;
        if (!f->only->count)
            return REASON(q, "'%s' is not in '%s' (%s)", path, f->ignore_name, at(q, place_of(f)));
        int decides = rh_glob_list_decides(&list, path);
        return REASON(q, "'%s' matches '%s' (%s)", path, f->only->items[decides],
                      at(q, f->only->places[decides]));
    }
    return f->only->count ? refuse(q, "no changed file%s matches '%s' (%s)", limit, f->name,
                                   at(q, place_of(f)))
                          : refuse(q, "all changed files%s are in '%s' (%s)", limit, f->ignore_name,
                                   at(q, place_of(f)));
}

static bool pass_paths(question *q)
{
    const rh_actions_event_options *options = &q->event->options;
    filter paths = {&q->trigger->paths, &q->trigger->paths_ignore, "paths", "paths-ignore"};
    const char *name = paths.only->count ? paths.name : paths.ignore_name;
    if (!is_there(&paths))
        return true;
    const char *where = at(q, place_of(&paths));
    if (!strcmp(q->event->name, "push") && q->event->subject_kind == RH_REF_TAG) {
        filter tags = tags_of(q->trigger);
        return REASON(q, "'%s' is not evaluated for tag pushes%s (%s)", name,
                      is_there(&tags) ? "" : ", so every tag starts it", where);
    }
    if (options->commit_count > MOST_DIFF_COMMITS)
        return REASON(q, "'%s' is not evaluated for more than 1000 commits (%s)", name, where);
    if (!options->changed_is_known)
        return ASSUME(q, "no changed files were given, so '%s' is not evaluated (%s)", name, where);
    return pass_files(q, &paths);
}

/* ---- activity types -------------------------------------------------------------------------- */

static bool pass_types(question *q)
{
    const char *action = q->event->action;
    const rh_actions_patterns *types = &q->trigger->types;
    const char *how = q->event->action_is_assumed ? " (nothing else was given)" : "";
    if (!types->count) {
        if (rh_actions_event_starts_by_default(q->event->name, action))
            return true;
        return refuse(q,
                      "without 'types' only opened, synchronize and reopened start it, not '%s'%s "
                      "(%s)",
                      action, how, at(q, q->trigger->place));
    }
    if (!*action)
        return ASSUME(q, "the activity type is not given (%s)", at(q, types->places[0]));
    for (size_t i = 0; i < types->count; i++)
        if (!strcmp(types->items[i], action))
            return REASON(q, "'%s' is one of its types%s (%s)", action, how,
                          at(q, types->places[i]));
    return refuse(q, "'%s' is none of its types%s (%s)", action, how, at(q, types->places[0]));
}

/* ---- what only some events have -------------------------------------------------------------- */

static const rh_value *payload_at(const question *q, const char *path)
{
    return rh_value_at_path(q->event->payload, path);
}

static bool pass_workflow_run(question *q)
{
    const rh_actions_patterns *workflows = &q->trigger->workflows;
    const char *name = q->event->options.workflow;
    if (!workflows->count)
        return refuse(q, "it names no 'workflows' to run after (%s)", at(q, q->trigger->place));
    if (!name)
        return ASSUME(q, "the workflow before is one of 'workflows' (%s)",
                      at(q, workflows->places[0]));
    for (size_t i = 0; i < workflows->count; i++)
        if (!strcmp(workflows->items[i], name))
            return REASON(q, "it runs after '%s' (%s)", name, at(q, workflows->places[i]));
    return refuse(q, "'%s' is none of its 'workflows' (%s)", name, at(q, workflows->places[0]));
}

static bool pass_schedule(question *q)
{
    const char *cron = q->event->options.schedule;
    const rh_actions_schedule *schedules = q->trigger->schedules;
    size_t count = q->trigger->schedule_count;
    if (!count)
        return refuse(q, "it has no schedule (%s)", at(q, q->trigger->place));
    for (size_t i = 0; i < count; i++)
        if (!cron || !strcmp(schedules[i].cron, cron)) {
            q->answer->schedule = &schedules[i];
            return REASON(q, "%s '%s' (%s)", cron || count == 1 ? "schedule" : "its first schedule",
                          schedules[i].cron, at(q, schedules[i].place));
        }
    return refuse(q, "'%s' is none of its schedules (%s)", cron, at(q, schedules[0].place));
}

/* Release drafts are made and changed unseen. */
static bool pass_release(question *q)
{
    const char *action = q->event->action;
    bool is_quiet =
        !strcmp(action, "created") || !strcmp(action, "edited") || !strcmp(action, "deleted");
    return is_quiet && rh_is_true(payload_at(q, "release.draft"))
               ? refuse(q, "a draft release starts nothing when it is %s", action)
               : true;
}

static bool pass_inputs(question *q)
{
    rh_error error = {.message = ""};
    if (rh_actions_event_inputs(q->arena, q->event, q->file, &error))
        return true;
    return error.line ? refuse(q, "%s (%s)", error.message,
                               rh_actions_where(q->arena, q->file, error.line))
                      : refuse(q, "%s", error.message);
}

/* Words in the message of the pushed commit that keep workflows from starting. */
static bool pass_message(question *q)
{
    static const char *const words[] = {
        "[skip ci]",          "[ci skip]",          "[no ci]", "[skip actions]", "[actions skip]",
        "\nskip-checks:true", "\nskip-checks: true"};
    const char *message = rh_text_of(payload_at(q, "head_commit.message"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(message, words[i]))
            return refuse(q, "the message of the commit has '%s'",
                          words[i] + (words[i][0] == '\n'));
    return true;
}

static bool pass_own(question *q)
{
    const char *name = q->event->name;
    if (!strcmp(name, "push"))
        return pass_message(q);
    if (!strcmp(name, "workflow_run"))
        return pass_workflow_run(q);
    if (!strcmp(name, "schedule"))
        return pass_schedule(q);
    if (!strcmp(name, "release"))
        return pass_release(q);
    if (!strcmp(name, "workflow_dispatch") || !strcmp(name, "workflow_call"))
        return pass_inputs(q);
    const rh_value *mergeable = payload_at(q, "pull_request.mergeable");
    if (!strcmp(name, "pull_request") && rh_kind_of(mergeable) == RH_BOOLEAN &&
        !rh_is_true(mergeable) && !q->event->options.is_merged)
        return refuse(q, "the pull request has a merge conflict");
    if (!strcmp(name, "deployment_status") &&
        !strcmp(rh_text_of(payload_at(q, "deployment_status.state")), "inactive"))
        return refuse(q, "the state 'inactive' of a deployment starts nothing");
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Runs do not start runs, lest they never end. */
static bool pass_token(question *q)
{
    const char *name = q->event->name;
    if (!q->event->options.by_token || !strcmp(name, "workflow_dispatch") ||
        !strcmp(name, "repository_dispatch") || !strcmp(name, "workflow_call"))
        return true;
    if (!strcmp(name, "pull_request") && rh_actions_event_starts_by_default(name, q->event->action))
        return REASON(q, "it waits for approval, as it was caused with GITHUB_TOKEN");
    return refuse(q, "what GITHUB_TOKEN causes starts nothing but workflow_dispatch and "
                     "repository_dispatch");
}

static bool refuse_event(question *q)
{
    rh_text names = rh_text_in(q->arena);
    for (size_t i = 0; i < q->file->trigger_count; i++)
        rh_text_printf(&names, "%s%s", i ? ", " : "", q->file->triggers[i].event);
    return refuse(q, "it has no trigger '%s'; it has: %s", q->event->name,
                  names.length ? rh_text_string(&names) : "none");
}

/* Filters that are read and not asked. */
static void assume_left_out(question *q)
{
    const char *last = "";
    for (size_t i = 0; i < q->file->note_count; i++) {
        const rh_actions_note *note = &q->file->notes[i];
        bool is_of_event = note->event && !strcmp(note->event, q->event->name);
        if (is_of_event && strcmp(note->text, last) != 0)
            ASSUME(q, "%s (%s)", note->text, at(q, note->place));
        last = is_of_event ? note->text : last;
    }
}

static bool pass(question *q)
{
    if (!q->trigger)
        return refuse_event(q);
    if (q->event->strays)
        return refuse(q, "'%s' starts workflows on the default branch '%s' only, not on '%s'",
                      q->event->name, q->event->default_branch, q->event->strays);
    return pass_token(q) && pass_types(q) && pass_refs(q) && pass_paths(q) && pass_own(q);
}

static const char *why_it_runs(question *q)
{
    if (!q->assumed.length && !q->reasons.length)
        return rh_format(q->arena, "'%s' starts it, without filters (%s)", q->event->name,
                         at(q, q->trigger->place));
    if (!q->assumed.length)
        return rh_text_string(&q->reasons);
    return rh_format(q->arena, "assumed: %s%s%s", rh_text_string(&q->assumed),
                     q->reasons.length ? "; " : "", rh_text_string(&q->reasons));
}

rh_trigger_answer rh_actions_triggered(rh_arena *arena, const rh_actions_file *file,
                                       const rh_actions_event *event)
{
    rh_trigger_answer answer = {.trigger = rh_actions_trigger_of(file, event->name)};
    question q = {
        arena, file, event, answer.trigger, &answer, rh_text_in(arena), rh_text_in(arena)};
    answer.runs = pass(&q);
    if (answer.runs) {
        assume_left_out(&q);
        answer.why = why_it_runs(&q);
        answer.is_assumed = q.assumed.length > 0;
    }
    return answer;
}
