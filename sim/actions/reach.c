#include "sim/actions/reach.h"

#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/text.h"

/* ---- what starts a workflow ------------------------------------------------------------------ */

/* One way to start it: an event, the kind of its ref, an activity type. */
typedef struct way {
    const char *what; /* "push of a tag"; ways of one event and kind share it */
    const rh_actions_trigger *trigger;
    const char *action;   /* NULL: it has none */
    const char *schedule; /* NULL: none */
    const rh_reach_names *names;
    bool is_tag, is_merged;
    bool starts;   /* an example of it started the workflow */
    bool *reached; /* a job each */
} way;

typedef struct search {
    rh_arena *arena;
    const rh_actions_file *file;
    way *ways;
    size_t count, capacity;
    bool *own_true; /* a job each: its condition alone may be true */
} search;

static void add_way(search *s, way one)
{
    one.reached = RH_NEW_ARRAY(s->arena, bool, s->file->job_count + 1);
    s->ways = rh_arena_reserve(s->arena, s->ways, sizeof *s->ways, s->count + 1, &s->capacity);
    s->ways[s->count++] = one;
}

static bool is_closing(const way *one)
{
    return one->action && rh_actions_event_is_pull_request(one->trigger->event) &&
           !strcmp(one->action, "closed");
}

/* A way for each activity type. */
static void add_actions(search *s, way one)
{
    rh_reach_names *names = RH_NEW(s->arena, rh_reach_names);
    *names = rh_reach_names_of(s->arena, s->file, one.trigger, one.is_tag);
    one.names = names;
    const rh_actions_patterns *types = &one.trigger->types;
    const char *event = one.trigger->event, *all = rh_actions_event_types(event);
    for (size_t i = 0; i < types->count; i++) {
        one.action = types->items[i];
        add_way(s, one);
        if (is_closing(&one)) {
            one.is_merged = true;
            add_way(s, one);
            one.is_merged = false;
        }
    }
    if (types->count)
        return;
    one.action = NULL;
    if (!all || !*all)
        add_way(s, one);
    for (; all && *all; all += strspn(all, " ")) {
        size_t length = strcspn(all, " ");
        one.action = rh_arena_text(s->arena, all, length);
        all += length;
        if (rh_actions_event_starts_by_default(event, one.action))
            add_way(s, one);
    }
}

static void add_trigger(search *s, const rh_actions_trigger *trigger)
{
    static const struct {
        const char *event, *branch, *tag;
    } both[] = {
        {"push", "push on a branch", "push of a tag"},
        {"create", "create of a branch", "create of a tag"},
        {"workflow_dispatch", "workflow_dispatch on a branch", "workflow_dispatch on a tag"},
        {"deployment", "deployment of a branch", "deployment of a tag"},
        {"deployment_status", "deployment_status of a branch", "deployment_status of a tag"},
        {"registry_package", "registry_package of a branch", "registry_package of a tag"},
    };
    for (size_t i = 0; i < sizeof both / sizeof *both; i++)
        if (!strcmp(both[i].event, trigger->event)) {
            add_actions(s, (way){.what = both[i].branch, .trigger = trigger});
            add_actions(s, (way){.what = both[i].tag, .trigger = trigger, .is_tag = true});
            return;
        }
    way one = {.what = trigger->event, .trigger = trigger};
    one.is_tag = !strcmp(trigger->event, "release");
    if (strcmp(trigger->event, "schedule") != 0) {
        add_actions(s, one);
        return;
    }
    for (size_t i = 0; i < trigger->schedule_count; i++) {
        one.schedule = trigger->schedules[i].cron;
        add_actions(s, one);
    }
}

/* ---- trying ---------------------------------------------------------------------------------- */

/* The event that a name stands for; NULL if there is none. `home` is the default branch, where it
 * is another one than that of the name; NULL: it does not matter. */
static const rh_actions_event *example(rh_arena *arena, const way *one, const char *name,
                                       const char *home)
{
    rh_actions_event_options options = {.name = one->trigger->event,
                                        .action = one->action,
                                        .schedule = one->schedule,
                                        .default_branch = home,
                                        .is_open = true,
                                        .is_merged = one->is_merged};
    rh_error error;
    const char *event = options.name;
    const rh_value *not_merged =
        RH_OBJECT_OF({"pull_request", RH_OBJECT_OF({"merged", rh_boolean(false)})});
    if (is_closing(one) && !one->is_merged)
        options.payload = not_merged;
    if (rh_actions_event_is_pull_request(event) || !strcmp(event, "merge_group"))
        options.base_ref = name;
    else if (rh_actions_event_is_on_default_branch(event))
        options.default_branch = name;
    else if (strcmp(event, "workflow_call") != 0)
        options.ref = rh_format(arena, "refs/%s/%s", one->is_tag ? "tags" : "heads", name);
    return rh_actions_event_build(arena, &options, &error);
}

/* Whether all jobs are reached now. */
static bool try_name(search *s, rh_arena *scratch, way *one, const char *name, const char *home)
{
    const rh_actions_event *event = example(scratch, one, name, home);
    if (!event || !rh_actions_triggered(scratch, s->file, event).runs)
        return false;
    rh_error error;
    const rh_value *inputs = rh_actions_event_inputs(scratch, event, s->file, &error);
    const rh_value *github = rh_actions_event_github(scratch, event, s->file, inputs);
    rh_reach_truths truths = rh_reach_evaluate(scratch, s->file, github, inputs);
    bool all = true;
    one->starts = true;
    for (size_t i = 0; i < s->file->job_count; i++) {
        one->reached[i] |= truths.runs[i] != RH_FALSY;
        s->own_true[i] |= truths.own[i] != RH_FALSY;
        all &= one->reached[i];
    }
    return all;
}

static void assume_all(search *s, way *one)
{
    one->starts = true;
    for (size_t i = 0; i < s->file->job_count; i++)
        one->reached[i] = s->own_true[i] = true;
}

/* Whether some pattern lets names in: then there are such names, although none was found. */
static bool lets_in(const rh_actions_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (patterns->items[i][0] != '!')
            return true;
    return false;
}

/* Tries the names, and what runs on the default branch for another one with each name as that. */
static bool try_names(search *s, rh_arena *scratch, way *one)
{
    const rh_reach_names *names = one->names;
    bool is_call = !strcmp(one->trigger->event, "workflow_call");
    bool has_home = !strcmp(one->trigger->event, "pull_request_target");
    const char *first = NULL;
    bool all = false;
    for (size_t i = 0; i < (is_call ? 1 : names->count) && !all; i++) {
        bool started = one->starts;
        all = try_name(s, scratch, one, names->items[i], NULL);
        first = !started && one->starts ? names->items[i] : first;
        rh_arena_reset(scratch);
    }
    for (size_t i = 0; has_home && first && i < names->count && !all; i++) {
        all = try_name(s, scratch, one, first, names->items[i]);
        rh_arena_reset(scratch);
    }
    return all;
}

static void try_way(search *s, way *one)
{
    const rh_actions_patterns *patterns =
        one->is_tag ? &one->trigger->tags : &one->trigger->branches;
    /* One example needs much memory and leaves nothing. (Out of memory, this part is lost.) */
    rh_arena scratch;
    rh_arena_init(&scratch, s->arena->exhausted, s->arena->context);
    bool all = try_names(s, &scratch, one);
    rh_arena_free(&scratch);
    if (!all && (one->names->is_cut || (!one->starts && lets_in(patterns))))
        assume_all(s, one);
}

/* ---- telling --------------------------------------------------------------------------------- */

typedef struct words {
    const char **items;
    size_t count, capacity;
} words;

static void add_word(rh_arena *arena, words *list, const char *word)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], word))
            return;
    list->items =
        rh_arena_reserve(arena, list->items, sizeof *list->items, list->count + 2, &list->capacity);
    list->items[list->count++] = word;
    list->items[list->count] = NULL;
}

/* Whether the job is reached by all ways that share the words. */
static bool all_of(const search *s, const char *what, size_t job)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->ways[i].what, what) && s->ways[i].starts && !s->ways[i].reached[job])
            return false;
    return true;
}

/* A pull request is closed in two ways, which stand side by side. */
static bool has_twin(const search *s, size_t index, size_t job)
{
    size_t twin = s->ways[index].is_merged ? index - 1 : index + 1;
    return s->ways[twin].reached[job];
}

static const char *narrowed(const search *s, size_t index, size_t job)
{
    const way *one = &s->ways[index];
    if (one->schedule)
        return rh_format(s->arena, "%s ('%s')", one->what, one->schedule);
    if (!one->action)
        return one->what;
    const char *more = !is_closing(one) || has_twin(s, index, job) ? ""
                       : one->is_merged                            ? ", merged"
                                                                   : ", not merged";
    return rh_format(s->arena, "%s (%s%s)", one->what, one->action, more);
}

static const char *joined(rh_arena *arena, const words *list)
{
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < list->count; i++)
        rh_text_printf(&text, "%s%s",
                       !i                     ? ""
                       : i + 1 == list->count ? " and "
                                              : ", ",
                       list->items[i]);
    return rh_text_string(&text);
}

static const char *why_unreached(search *s, const rh_reach_job *jobs, const rh_actions_job *job,
                                 const words *starts)
{
    rh_arena *arena = s->arena;
    const char *where = rh_actions_where(arena, s->file, job->condition.place.line);
    if (!starts->count)
        return "nothing starts the workflow";
    if (!s->own_true[job->index] && job->condition.text)
        return rh_format(arena, "its if is never true: %s (%s); the workflow starts on %s",
                         job->condition.text, where, joined(arena, starts));
    for (size_t i = 0; i < job->need_count; i++)
        if (!jobs[job->needs[i]].is_reached)
            return rh_format(arena, "it needs '%s', which nothing reaches",
                             s->file->jobs[job->needs[i]].id);
    return rh_format(arena, "whenever its if could be true, a job before it is skipped (%s)",
                     where);
}

static void collect(search *s, rh_reach_job *job, size_t index)
{
    words by = {.count = 0};
    job->job = &s->file->jobs[index];
    job->by_all = true;
    for (size_t i = 0; i < s->count; i++) {
        const way *one = &s->ways[i];
        if (!one->starts)
            continue;
        if (!one->reached[index])
            job->by_all = false;
        else
            add_word(s->arena, &by,
                     all_of(s, one->what, index) ? one->what : narrowed(s, i, index));
    }
    static const char *const none[] = {NULL};
    job->by = by.count ? (const char *const *)by.items : none;
    job->is_reached = by.count > 0;
    job->by_all &= job->is_reached;
    if (job->is_reached && !job->by_all)
        job->why = rh_format(s->arena, "only %s %s it", joined(s->arena, &by),
                             by.count > 1 ? "reach" : "reaches");
}

void rh_actions_reach(rh_arena *arena, const rh_actions_file *file, rh_reach *reach)
{
    search s = {.arena = arena, .file = file};
    words starts = {.count = 0};
    s.own_true = RH_NEW_ARRAY(arena, bool, file->job_count + 1);
    for (size_t i = 0; i < file->trigger_count; i++)
        add_trigger(&s, &file->triggers[i]);
    for (size_t i = 0; i < s.count; i++)
        try_way(&s, &s.ways[i]);
    for (size_t i = 0; i < s.count; i++)
        if (s.ways[i].starts)
            add_word(arena, &starts, s.ways[i].what);

    rh_reach_job *jobs = RH_NEW_ARRAY(arena, rh_reach_job, file->job_count + 1);
    for (size_t i = 0; i < file->job_count; i++)
        collect(&s, &jobs[i], i);
    for (size_t i = 0; i < file->job_count; i++)
        if (!jobs[i].is_reached)
            jobs[i].why = why_unreached(&s, jobs, &file->jobs[i], &starts);
    static const char *const none[] = {NULL};
    *reach =
        (rh_reach){jobs, file->job_count, starts.count ? (const char *const *)starts.items : none};
}
