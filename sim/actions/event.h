/* Events: what happened in a repository, and what a workflow that it starts sees of it.
 *
 * An event is built from a few options: its name, a ref, what was changed. Everything else is
 * filled in: with what follows from the options (fields of the payload among them), with a
 * plausible value that is always the same (run_id), or with an unknown value that knows its name
 * ("github.event.pull_request.title"). Fields that the event does not have are not there.
 *
 * The rules are those of GitHub's documentation ("Events that trigger workflows", "Contexts
 * reference"). Everything lives in the arena it was built in; texts of the options are copied.
 */
#ifndef RH_ACTIONS_EVENT_H
#define RH_ACTIONS_EVENT_H

#include "sim/actions/model.h"

typedef enum rh_actions_ref_kind {
    RH_REF_NONE, /* the event has none, or it is not known */
    RH_REF_BRANCH,
    RH_REF_TAG,
    RH_REF_PULL /* refs/pull/N/merge */
} rh_actions_ref_kind;

/* Zero is the default everywhere. */
typedef struct rh_actions_event_options {
    const char *name; /* "push" */
    /* "refs/tags/v1", "refs/heads/main", "refs/pull/7/merge", or short: the default branch and what
     * does not look like a version is a branch, "v1.2" a tag. Of a pull request: its head branch,
     * or refs/pull/7/merge. Of workflow_run: the branch of the run before. */
    const char *ref;
    const char *base_ref;       /* of a pull request or merge group; default: default_branch */
    const char *const *changed; /* paths from the root of the repository, */
    size_t changed_count;       /* in the order of the diff */
    bool changed_is_known;      /* false: `changed` says nothing */
    uint32_t commit_count;      /* pushed, or in the pull request; 0: few */
    const char *action;     /* the activity type; default: that of the payload, or a usual one */
    const char *actor;      /* default: "octocat" */
    const char *repository; /* "owner/name"; default: unknown */
    const char *default_branch; /* default: "main" */
    const char *sha;            /* default: made from the ref */
    const char *schedule;       /* which cron entry; default: the first */
    const char *workflow;       /* name of the workflow that ran before (workflow_run) */
    bool is_fork;               /* a pull request from another repository */
    bool is_new;                /* the push makes the branch or tag */
    bool is_deleted;            /* the push deletes it */
    bool is_merged;             /* the pull request was merged */
    bool by_token;              /* caused with the GITHUB_TOKEN of another run */
    bool is_open;               /* what is not given is unknown instead of plausible */
    const rh_value *inputs;     /* object: of workflow_dispatch and workflow_call */
    const rh_value *payload;    /* object: what the event has, over what is made up */
} rh_actions_event_options;

typedef struct rh_actions_event {
    const char *name;
    const char *action; /* "": it has none */
    bool action_is_assumed;
    const char *ref; /* github.ref; "": none */
    const char *ref_name;
    uint8_t ref_kind; /* rh_actions_ref_kind */
    /* The branch or tag that filters look at, without refs/heads/: pushed, the base of a pull
     * request, that of the run before; NULL: unknown */
    const char *subject;
    uint8_t subject_kind; /* rh_actions_ref_kind */
    /* A ref that was asked for although the event has only the default branch; NULL: none */
    const char *strays;
    const char *base_ref, *head_ref; /* of pull requests; NULL: unknown; "": it is none */
    uint64_t number;                 /* of the pull request */
    const char *sha;                 /* NULL: unknown, as are the next two */
    const char *actor;
    const char *repository;
    const char *default_branch;
    const char *tag;                  /* of a release */
    rh_actions_event_options options; /* copied */
    const rh_value *payload;          /* github.event, without the inputs of a dispatch */
    const char *note;                 /* how a short ref was understood; NULL: nothing to say */
} rh_actions_event;

/* NULL with an error: no such event, activity type or ref. */
const rh_actions_event *rh_actions_event_build(rh_arena *arena,
                                               const rh_actions_event_options *options,
                                               rh_error *error);

/* The inputs of a workflow that the event starts: of the declared types, defaults filled in (false,
 * 0 and '' where there are none); an empty object if the event has none. NULL with an error that
 * stands at the declaration: one is missing, is not declared, or has a value it may not have. In an
 * open event what is not given is unknown. */
const rh_value *rh_actions_event_inputs(rh_arena *arena, const rh_actions_event *event,
                                        const rh_actions_file *file, rh_error *error);
/* One input's value by its type from what was given (text or a value of the type). NULL with an
 * error that says what was expected; `file` and the place of the input go into it. */
const rh_value *rh_actions_event_input(rh_arena *arena, const rh_actions_input *input,
                                       const rh_value *given, const char *file, rh_error *error);
/* The github context that the server fills in, for a workflow; `inputs` are those of
 * rh_actions_event_inputs. */
const rh_value *rh_actions_event_github(rh_arena *arena, const rh_actions_event *event,
                                        const rh_actions_file *file, const rh_value *inputs);

/* ---- what is known of events ----------------------------------------------------------------- */

/* The name as GitHub has it; NULL if there is no such event. */
const char *rh_actions_event_name(const char *name);
/* Whether the activity type starts a workflow that lists no types. */
bool rh_actions_event_starts_by_default(const char *name, const char *action);
/* All activity types between blanks; "" if there are none, NULL if they are free. */
const char *rh_actions_event_types(const char *name);
/* Whether its workflows always run on the default branch. */
bool rh_actions_event_is_on_default_branch(const char *name);
bool rh_actions_event_is_pull_request(const char *name); /* one of the four of pull requests */

/* ---- parts ----------------------------------------------------------------------------------- */

/* github.event. The event's other fields are set. */
const rh_value *rh_actions_event_payload(rh_arena *arena, const rh_actions_event *event);
/* `over` laid over `base`: objects field by field, anything else replaces. */
const rh_value *rh_actions_event_merge(rh_arena *arena, const rh_value *base, const rh_value *over);

#endif
