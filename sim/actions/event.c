#include "sim/actions/event.h"

#include <string.h>

#include "sim/actions/event_parts.h"
#include "sim/base/hash.h"
#include "sim/base/nearest.h"
#include "sim/base/text.h"

/* ---- the payload that was given -------------------------------------------------------------- */

/* A string of the payload that was given; NULL if it is not there. */
static const char *given(const rh_actions_event_options *options, const char *path)
{
    const rh_value *found = options->payload ? rh_value_at_path(options->payload, path) : NULL;
    return rh_kind_of(found) == RH_STRING && *rh_text_of(found) &&
                   !memchr(found->as.text, '\0', found->count)
               ? rh_text_of(found)
               : NULL;
}

static const char *either(const char *one, const char *other)
{
    return one ? one : other;
}

/* ---- what it is ------------------------------------------------------------------------------ */

static int refuse_event(const char *name, rh_error *error)
{
    static const char *const known[] = {
#define EVENT(name, filters, types) name,
#include "sim/actions/events.h"
    };
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        rh_nearest_offer(&nearest, known[i]);
    return rh_error_set(error, NULL, 0, 0, "there is no event '%s'%s", name,
                        rh_nearest_hint(&nearest, hint, sizeof hint));
}

static bool is_type(const char *types, const char *action)
{
    size_t length = strlen(action);
    for (const char *at = strstr(types, action); at && length; at = strstr(at + 1, action))
        if ((at == types || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static int refuse_action(rh_arena *arena, const rh_actions_event *event, const char *types,
                         rh_error *error)
{
    const char *action = event->options.action;
    if (!*types)
        return rh_error_set(error, NULL, 0, 0, "'%s' has no activity types, got '%s'", event->name,
                            action);
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(action);
    for (const char *at = types; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        rh_nearest_offer(&nearest, rh_arena_text(arena, at, length));
        at += length;
    }
    const char *near = rh_nearest_hint(&nearest, hint, sizeof hint);
    return rh_error_set(error, NULL, 0, 0, "'%s' is no activity type of '%s'%s", action,
                        event->name, *near ? near : rh_format(arena, "; it has: %s", types));
}

/* The type that people mean most often. */
static const char *usual_action(const char *types)
{
    static const char *const usual[] = {"opened",  "published", "submitted",       "completed",
                                        "created", "started",   "checks_requested"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (is_type(types, usual[i]))
            return usual[i];
    return "";
}

static int set_action(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const char *types = rh_actions_event_types(event->name);
    const char *action = event->options.action;
    if (action && types && !is_type(types, action))
        return refuse_action(arena, event, types, error);
    action = either(action, given(&event->options, "action"));
    event->action_is_assumed = !action && (!types || *types);
    event->action = either(action, types ? usual_action(types) : "");
    event->action = rh_arena_string(arena, event->action);
    return 0;
}

/* ---- where ----------------------------------------------------------------------------------- */

static void set_ref(rh_actions_event *event, const rh_actions_event_ref *ref)
{
    event->ref = ref->full;
    event->ref_name = ref->name;
    event->ref_kind = ref->kind;
}

static int set_default_ref(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    rh_actions_event_ref ref;
    if (rh_actions_event_ref_read(arena, event->default_branch, RH_REF_BRANCH, "", &ref, error) !=
        0)
        return -1;
    set_ref(event, &ref);
    return 0;
}

/* The ref that was given, or that of the payload, or the default branch. */
static int own_ref(rh_arena *arena, rh_actions_event *event, const char *in_payload,
                   rh_actions_ref_kind wanted, rh_actions_event_ref *ref, rh_error *error)
{
    const char *text = event->options.ref;
    if (!text) {
        text = in_payload;
        /* Payloads of create and delete have short names and say which. */
        const char *type = given(&event->options, "ref_type");
        if (text && type)
            wanted = strcmp(type, "tag") == 0 ? RH_REF_TAG : RH_REF_BRANCH;
    }
    if (rh_actions_event_ref_read(arena, either(text, event->default_branch), wanted,
                                  event->default_branch, ref, error) != 0)
        return -1;
    event->note = either(event->note, ref->note);
    if (ref->kind == RH_REF_PULL && !rh_actions_event_is_pull_request(event->name))
        return rh_error_set(error, NULL, 0, 0,
                            "'%s' has no ref '%s': expected refs/heads/BRANCH or refs/tags/TAG",
                            event->name, ref->full);
    return 0;
}

static void set_subject(rh_actions_event *event, const rh_actions_event_ref *ref)
{
    event->subject = ref->name;
    event->subject_kind = ref->kind;
}

static int place_pull_request(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    const rh_value *number = options->payload ? rh_get(options->payload, "number") : NULL;
    if (rh_kind_of(number) != RH_INTEGER && options->payload)
        number = rh_value_at_path(options->payload, "pull_request.number");
    event->number = rh_kind_of(number) == RH_INTEGER && number->as.integer > 0
                        ? (uint64_t)number->as.integer
                        : 1;
    const char *head = either(options->ref, given(options, "pull_request.head.ref"));
    rh_actions_event_ref ref = {.name = options->is_open ? NULL : "patch-1"};
    if (head && rh_actions_event_ref_read(arena, head, RH_REF_BRANCH, "", &ref, error) != 0)
        return -1;
    if (ref.kind == RH_REF_TAG)
        return rh_error_set(error, NULL, 0, 0, "a pull request comes from a branch, not from '%s'",
                            ref.full);
    if (ref.kind == RH_REF_PULL) {
        event->number = ref.number;
        ref.name =
            either(given(options, "pull_request.head.ref"), options->is_open ? NULL : "patch-1");
    }
    event->head_ref = rh_arena_string(arena, ref.name);

    rh_actions_event_ref base;
    const char *to = either(options->base_ref, given(options, "pull_request.base.ref"));
    if (rh_actions_event_ref_read(arena, either(to, event->default_branch), RH_REF_BRANCH, "",
                                  &base, error) != 0)
        return -1;
    if (base.kind != RH_REF_BRANCH)
        return rh_error_set(error, NULL, 0, 0, "the base of a pull request is a branch, not '%s'",
                            base.full);
    event->base_ref = base.name;
    set_subject(event, &base);
    if (!strcmp(event->name, "pull_request_target"))
        return set_default_ref(arena, event, error);
    if (options->is_merged) {
        set_ref(event, &base);
        return 0;
    }
    event->ref_kind = RH_REF_PULL;
    event->ref_name = rh_format(arena, "%ju/merge", (uintmax_t)event->number);
    event->ref = rh_format(arena, "refs/pull/%s", event->ref_name);
    return 0;
}

static int place_merge_group(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    rh_actions_event_ref base, ref;
    const char *to = either(options->base_ref, given(options, "merge_group.base_ref"));
    if (rh_actions_event_ref_read(arena, either(to, event->default_branch), RH_REF_BRANCH, "",
                                  &base, error) != 0)
        return -1;
    set_subject(event, &base);
    const char *text = either(options->ref, given(options, "merge_group.head_ref"));
    if (!text)
        text = rh_format(arena, "refs/heads/gh-readonly-queue/%s/pr-1-%016jx", base.name,
                         (uintmax_t)rh_hash_string(base.name));
    if (rh_actions_event_ref_read(arena, text, RH_REF_BRANCH, "", &ref, error) != 0)
        return -1;
    set_ref(event, &ref);
    return 0;
}

/* Events whose workflows run on the default branch, whatever they are about. */
static int place_on_default(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    bool is_run = !strcmp(event->name, "workflow_run");
    bool is_delete = !strcmp(event->name, "delete");
    const char *path = is_run ? "workflow_run.head_branch" : is_delete ? "ref" : NULL;
    rh_actions_event_ref ref;
    if (set_default_ref(arena, event, error) != 0)
        return -1;
    if (path) {
        if (options->is_open && !options->ref)
            return 0; /* any branch */
        if (own_ref(arena, event, given(options, path), is_run ? RH_REF_BRANCH : RH_REF_NONE, &ref,
                    error) != 0)
            return -1;
        set_subject(event, &ref);
    } else if (options->ref) {
        if (own_ref(arena, event, NULL, RH_REF_NONE, &ref, error) != 0)
            return -1;
        if (strcmp(ref.full, event->ref) != 0)
            event->strays = ref.full;
    }
    return 0;
}

static int place_release(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    const char *text = either(options->ref, given(options, "release.tag_name"));
    rh_actions_event_ref ref;
    if (rh_actions_event_ref_read(arena, either(text, "v1.0.0"), RH_REF_TAG, "", &ref, error) != 0)
        return -1;
    if (ref.kind != RH_REF_TAG)
        return rh_error_set(error, NULL, 0, 0, "a release has a tag, got '%s'", ref.full);
    set_ref(event, &ref);
    event->tag = ref.name;
    return 0;
}

static int set_place(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    rh_actions_event_ref ref;
    event->ref = event->ref_name = event->base_ref = event->head_ref = "";
    if (rh_actions_event_is_pull_request(event->name))
        return place_pull_request(arena, event, error);
    if (!strcmp(event->name, "merge_group"))
        return place_merge_group(arena, event, error);
    if (!strcmp(event->name, "release"))
        return place_release(arena, event, error);
    if (rh_actions_event_is_on_default_branch(event->name))
        return place_on_default(arena, event, error);
    const char *path = strncmp(event->name, "deployment", 10) ? "ref" : "deployment.ref";
    if (own_ref(arena, event, given(options, path), RH_REF_NONE, &ref, error) != 0)
        return -1;
    set_subject(event, &ref);
    set_ref(event, &ref);
    /* What is gone cannot be run on. */
    return options->is_deleted ? set_default_ref(arena, event, error) : 0;
}

/* ---- who ------------------------------------------------------------------------------------- */

static const char *made_up_sha(rh_arena *arena, const char *of)
{
    uint64_t hash = rh_hash_string(of);
    uint64_t more = rh_hash_mix(hash, 1), rest = rh_hash_mix(more, 2);
    return rh_format(arena, "%08x%08x%08x%08x%08x", (unsigned)(hash >> 32), (unsigned)hash,
                     (unsigned)(more >> 32), (unsigned)more, (unsigned)rest);
}

static int set_people(rh_arena *arena, rh_actions_event *event, rh_error *error)
{
    const rh_actions_event_options *options = &event->options;
    const char *repository = either(options->repository, given(options, "repository.full_name"));
    const char *actor = either(options->actor, given(options, "sender.login"));
    event->actor = rh_arena_string(arena, either(actor, options->is_open ? NULL : "octocat"));
    event->repository = rh_arena_string(arena, repository);
    if (!repository)
        return 0;
    const char *slash = strchr(repository, '/');
    if (!slash || slash == repository || !slash[1] || strchr(slash + 1, '/'))
        return rh_error_set(error, NULL, 0, 0, "the repository '%s': expected owner/name",
                            repository);
    return 0;
}

static void copy_options(rh_arena *arena, rh_actions_event *event,
                         const rh_actions_event_options *options)
{
    rh_actions_event_options *copy = &event->options;
    const char **changed = RH_NEW_ARRAY(arena, const char *, options->changed_count + 1);
    for (size_t i = 0; i < options->changed_count; i++)
        changed[i] = rh_arena_string(arena, options->changed[i]);
    *copy = *options;
    copy->name = event->name;
    copy->changed = changed;
    copy->ref = rh_arena_string(arena, options->ref);
    copy->base_ref = rh_arena_string(arena, options->base_ref);
    copy->action = rh_arena_string(arena, options->action);
    copy->actor = rh_arena_string(arena, options->actor);
    copy->repository = rh_arena_string(arena, options->repository);
    copy->default_branch = rh_arena_string(arena, options->default_branch);
    copy->sha = rh_arena_string(arena, options->sha);
    copy->schedule = rh_arena_string(arena, options->schedule);
    copy->workflow = rh_arena_string(arena, options->workflow);
    copy->inputs = rh_value_copy(arena, options->inputs);
    copy->payload = rh_value_copy(arena, options->payload);
    copy->schedule = either(copy->schedule, given(copy, "schedule"));
    copy->workflow = either(copy->workflow, given(copy, "workflow_run.name"));
    if (!copy->inputs && copy->payload)
        copy->inputs = rh_get(copy->payload, "inputs");
    copy->is_deleted =
        options->is_deleted || (copy->payload && rh_is_true(rh_get(copy->payload, "deleted")));
    copy->is_new =
        options->is_new || (copy->payload && rh_is_true(rh_get(copy->payload, "created")));
    copy->is_merged =
        options->is_merged ||
        (copy->payload && rh_is_true(rh_value_at_path(copy->payload, "pull_request.merged")));
}

const rh_actions_event *rh_actions_event_build(rh_arena *arena,
                                               const rh_actions_event_options *options,
                                               rh_error *error)
{
    rh_actions_event *event = RH_NEW(arena, rh_actions_event);
    event->name = options->name ? rh_actions_event_name(options->name) : NULL;
    if (!event->name) {
        refuse_event(options->name ? options->name : "", error);
        return NULL;
    }
    if (options->payload && rh_kind_of(options->payload) != RH_OBJECT) {
        rh_error_set(error, NULL, 0, 0, "the payload of an event is an object, got %s",
                     rh_kind_name(rh_kind_of(options->payload)));
        return NULL;
    }
    copy_options(arena, event, options);
    event->default_branch =
        rh_arena_string(arena, either(either(options->default_branch,
                                             given(&event->options, "repository.default_branch")),
                                      "main"));
    if (set_action(arena, event, error) != 0 || set_place(arena, event, error) != 0 ||
        set_people(arena, event, error) != 0)
        return NULL;
    event->sha = rh_arena_string(arena, options->sha);
    if (!event->sha && !options->is_open)
        event->sha = either(event->options.is_deleted ? NULL : given(&event->options, "after"),
                            made_up_sha(arena, event->ref));
    event->payload = rh_actions_event_payload(arena, event);
    return event;
}
