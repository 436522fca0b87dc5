/* github.event: what the event has, what of it is known, and what was given over both. */
#include <string.h>

#include "sim/actions/event_parts.h"
#include "sim/base/text.h"

/* ---- unknown fields -------------------------------------------------------------------------- */

static const struct {
    const char *name, *fields;
} parts[] =
    {
#define PART(name, fields) {name, fields},
#include "sim/actions/payload_fields.h"
#undef PART
},
  of_events[] =
      {
#define FIELDS(name, fields) {name, fields},
#include "sim/actions/payload_fields.h"
#undef FIELDS
},
  of_actions[] = {
#define WITH(name, fields) {name, fields},
#include "sim/actions/payload_fields.h"
#undef WITH
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct reader {
    rh_arena *arena;
    const char *at;
} reader;

static const rh_value *read_fields(reader *r, const char *path);

static const char *part_named(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(parts); i++)
        if (strlen(parts[i].name) == length && !strncmp(parts[i].name, name, length))
            return parts[i].fields;
    return "";
}

static const rh_value *read_field(reader *r, const char *path)
{
    if (*r->at == '{') {
        r->at++;
        return read_fields(r, path);
    }
    if (*r->at == '@') {
        size_t length = strcspn(++r->at, " }");
        reader inner = {r->arena, part_named(r->at, length)};
        r->at += length;
        return read_fields(&inner, path);
    }
    return rh_value_unknown(r->arena, path, 0);
}

/* Up to the end or the brace that closes. Parts do not hold themselves, so this ends. */
static const rh_value *read_fields(reader *r, const char *path)
{
    rh_field *fields = NULL;
    size_t count = 0, capacity = 0;
    while (*(r->at += strspn(r->at, " ")) && *r->at != '}') {
        size_t length = strcspn(r->at, " {}@");
        const char *key = rh_arena_text(r->arena, r->at, length);
        r->at += length;
        fields = rh_arena_reserve(r->arena, fields, sizeof *fields, count + 1, &capacity);
        fields[count++] = (rh_field){key, read_field(r, rh_format(r->arena, "%s.%s", path, key))};
    }
    r->at += *r->at == '}';
    return rh_value_object_borrowing(r->arena, fields, count);
}

const rh_value *rh_actions_event_fields(rh_arena *arena, const char *fields, const char *path)
{
    reader r = {arena, fields};
    return read_fields(&r, path);
}

const rh_value *rh_actions_event_merge(rh_arena *arena, const rh_value *base, const rh_value *over)
{
    if (rh_kind_of(base) != RH_OBJECT || rh_kind_of(over) != RH_OBJECT)
        return over ? over : base;
    size_t base_count = rh_count_of(base), over_count = rh_count_of(over), count = 0;
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, base_count + over_count);
    for (size_t i = 0; i < base_count; i++) {
        const rh_field *field = &base->as.fields[i];
        const rh_field *laid = rh_value_field(over, field->key);
        fields[count++] =
            (rh_field){field->key, laid ? rh_actions_event_merge(arena, field->value, laid->value)
                                        : field->value};
    }
    for (size_t i = 0; i < over_count; i++)
        if (!rh_value_field(base, over->as.fields[i].key))
            fields[count++] = over->as.fields[i];
    return rh_value_object(arena, fields, count);
}

/* ---- known fields ---------------------------------------------------------------------------- */

typedef struct payload {
    rh_arena *arena;
    const rh_actions_event *event;
    const rh_value *known;
} payload;

/* Sets the value at a path, making the objects above it; NULL sets nothing. */
static void set(payload *p, const char *path, const rh_value *value)
{
    if (!value)
        return;
    while (*path) {
        const char *dot = strrchr(path, '.');
        rh_field field = {dot ? dot + 1 : path, value};
        value = rh_value_object(p->arena, &field, 1);
        path = dot ? rh_arena_text(p->arena, path, (size_t)(dot - path)) : "";
    }
    p->known = rh_actions_event_merge(p->arena, p->known, value);
}

static void set_text(payload *p, const char *path, const char *text)
{
    if (text)
        set(p, path, rh_value_string(p->arena, text, strlen(text)));
}

static void set_boolean(payload *p, const char *path, bool boolean)
{
    set(p, path, rh_value_boolean(p->arena, boolean));
}

static bool is_action(const payload *p, const char *action)
{
    return !strcmp(p->event->action, action);
}

static void set_repository(payload *p, const char *path)
{
    const char *name = p->event->repository;
    if (!name)
        return;
    const char *slash = strchr(name, '/');
    set_text(p, rh_format(p->arena, "%s.full_name", path), name);
    set_text(p, rh_format(p->arena, "%s.name", path), slash + 1);
    set_text(p, rh_format(p->arena, "%s.owner.login", path),
             rh_arena_text(p->arena, name, (size_t)(slash - name)));
}

static void set_push(payload *p)
{
    static const char zeros[] = "0000000000000000000000000000000000000000";
    const rh_actions_event *event = p->event;
    const rh_actions_event_options *options = &event->options;
    set_text(p, "ref",
             rh_format(p->arena, "refs/%s/%s", event->subject_kind == RH_REF_TAG ? "tags" : "heads",
                       event->subject));
    if (options->is_open)
        return;
    if (options->is_new)
        set_text(p, "before", zeros);
    set_text(p, "after", options->is_deleted ? zeros : event->sha);
    set_boolean(p, "created", options->is_new);
    set_boolean(p, "deleted", options->is_deleted);
    set_boolean(p, "forced", false);
    set(p, "base_ref", rh_value_null());
    set_text(p, "pusher.name", event->actor);
    if (options->is_deleted)
        set(p, "head_commit", rh_value_null());
    else
        set_text(p, "head_commit.id", event->sha);
}

static void set_pull_request(payload *p)
{
    const rh_actions_event *event = p->event;
    const rh_actions_event_options *options = &event->options;
    set_text(p, "pull_request.head.ref", event->head_ref);
    set_text(p, "pull_request.base.ref", event->base_ref);
    bool is_plain =
        !strcmp(event->name, "pull_request") || !strcmp(event->name, "pull_request_target");
    if (is_action(p, "opened") || is_action(p, "synchronize") || is_action(p, "reopened")) {
        set_text(p, "pull_request.state", "open");
        set_boolean(p, "pull_request.merged", false);
    } else if (is_action(p, "closed")) {
        set_text(p, "pull_request.state", "closed");
    }
    if (options->is_merged)
        set_boolean(p, "pull_request.merged", true);
    if (is_action(p, "ready_for_review") || is_action(p, "converted_to_draft"))
        set_boolean(p, "pull_request.draft", is_action(p, "converted_to_draft"));
    if (options->is_open)
        return;
    const rh_value *number = rh_value_integer(p->arena, (int64_t)event->number);
    set(p, "pull_request.number", number);
    if (is_plain)
        set(p, "number", number);
    set_boolean(p, "pull_request.head.repo.fork", options->is_fork);
    set_repository(p, "pull_request.base.repo");
    if (!options->is_fork) {
        set_repository(p, "pull_request.head.repo");
    } else if (event->repository) {
        const char *name = strchr(event->repository, '/') + 1;
        set_text(p, "pull_request.head.repo.full_name",
                 rh_format(p->arena, "contributor/%s", name));
        set_text(p, "pull_request.head.repo.name", name);
        set_text(p, "pull_request.head.repo.owner.login", "contributor");
    }
    set_text(p, "pull_request.user.login", event->actor);
}

static void set_release(payload *p)
{
    set_text(p, "release.tag_name", p->event->tag);
    if (is_action(p, "prereleased") || is_action(p, "released"))
        set_boolean(p, "release.prerelease", is_action(p, "prereleased"));
    if (!is_action(p, "unpublished"))
        set_boolean(p, "release.draft", false); /* drafts start nothing */
}

static void set_workflow_run(payload *p)
{
    set_text(p, "workflow_run.name", p->event->options.workflow);
    set_text(p, "workflow.name", p->event->options.workflow);
    set_text(p, "workflow_run.head_branch", p->event->subject);
    if (is_action(p, "completed"))
        set_text(p, "workflow_run.status", "completed");
    else
        set(p, "workflow_run.conclusion", rh_value_null());
}

static void set_issue(payload *p)
{
    if (strcmp(p->event->name, "issues") != 0) /* a comment: on an issue, or on a pull request */
        set(p, "issue.pull_request",
            rh_value_unknown(p->arena, "github.event.issue.pull_request", 0));
    else if (is_action(p, "opened") || is_action(p, "reopened") || is_action(p, "closed"))
        set_text(p, "issue.state", is_action(p, "closed") ? "closed" : "open");
}

static void set_created_ref(payload *p)
{
    if (!p->event->subject)
        return;
    set_text(p, "ref", p->event->subject);
    set_text(p, "ref_type", p->event->subject_kind == RH_REF_TAG ? "tag" : "branch");
}

static void set_of_event(payload *p)
{
    const char *name = p->event->name;
    if (!strcmp(name, "push"))
        set_push(p);
    else if (rh_actions_event_is_pull_request(name))
        set_pull_request(p);
    else if (!strcmp(name, "release"))
        set_release(p);
    else if (!strcmp(name, "workflow_run"))
        set_workflow_run(p);
    else if (!strcmp(name, "issues") || !strcmp(name, "issue_comment"))
        set_issue(p);
    else if (!strcmp(name, "create") || !strcmp(name, "delete"))
        set_created_ref(p);
    else if (!strcmp(name, "schedule"))
        set_text(p, "schedule", p->event->options.schedule);
    else if (!strcmp(name, "workflow_dispatch"))
        set_text(p, "ref", p->event->ref);
    else if (!strncmp(name, "deployment", 10))
        set_text(p, "deployment.ref", p->event->ref_name);
    else if (!strcmp(name, "merge_group")) {
        set_text(p, "merge_group.head_ref", p->event->ref);
        set_text(p, "merge_group.head_sha", p->event->sha);
        set_text(p, "merge_group.base_ref",
                 rh_format(p->arena, "refs/heads/%s", p->event->subject));
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const rh_value *unknown_fields(rh_arena *arena, const rh_actions_event *event)
{
    rh_text fields = rh_text_in(arena);
    for (size_t i = 0; i < COUNT(of_events); i++)
        if (!strcmp(of_events[i].name, event->name))
            rh_text_puts(&fields, of_events[i].fields);
    /* Whether a scheduled run sees the repository is not documented. */
    bool is_whole = strcmp(event->name, "schedule") != 0;
    rh_text_puts(&fields, is_whole ? " repository@repository organization sender@user"
                                   : " repository organization enterprise workflow");
    for (size_t i = 0; i < COUNT(of_actions); i++)
        if (!strcmp(of_actions[i].name, event->action))
            rh_text_printf(&fields, " %s", of_actions[i].fields);
    return rh_actions_event_fields(arena, rh_text_string(&fields), "github.event");
}

const rh_value *rh_actions_event_payload(rh_arena *arena, const rh_actions_event *event)
{
    payload p = {arena, event, rh_value_object(arena, NULL, 0)};
    if (!strcmp(event->name, "workflow_call")) /* that of the caller */
        return event->options.payload ? event->options.payload
                                      : rh_value_unknown(arena, "github.event", 0);
    if (*event->action)
        set_text(&p, "action", event->action);
    if (strcmp(event->name, "schedule") != 0) {
        set_repository(&p, "repository");
        if (!event->options.is_open)
            set_text(&p, "repository.default_branch", event->default_branch);
        set_text(&p, "sender.login", event->actor);
    }
    set_of_event(&p);
    const rh_value *whole = rh_actions_event_merge(arena, unknown_fields(arena, event), p.known);
    return rh_actions_event_merge(arena, whole, event->options.payload);
}
