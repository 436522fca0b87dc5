/* What is known of each event by its name. */
#include <string.h>

#include "sim/actions/event.h"

typedef struct kind {
    const char *name;
    const char *types; /* between blanks */
} kind;

static const kind kinds[] = {
#define EVENT(name, filters, types) {name, types},
#include "sim/actions/events.h"
};

enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

/* Whether a word stands in a list between blanks. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (; *list; list += strspn(list, " ")) {
        size_t part = strcspn(list, " ");
        if (part == length && !strncmp(list, word, length))
            return true;
        list += part;
    }
    return false;
}

static bool is_one_of(const char *name, const char *list)
{
    return *name && has_word(list, name);
}

const char *rh_actions_event_name(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (!strcmp(kinds[i].name, name))
            return kinds[i].name;
    return NULL;
}

const char *rh_actions_event_types(const char *name)
{
    if (is_one_of(name, "repository_dispatch dynamic interactive_component member"))
        return NULL;
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (!strcmp(kinds[i].name, name))
            return kinds[i].types;
    return "";
}

bool rh_actions_event_starts_by_default(const char *name, const char *action)
{
    if (is_one_of(name, "pull_request pull_request_target"))
        return is_one_of(action, "opened synchronize reopened");
    return true;
}

bool rh_actions_event_is_pull_request(const char *name)
{
    return is_one_of(name, "pull_request pull_request_target pull_request_review "
                           "pull_request_review_comment");
}

bool rh_actions_event_is_on_default_branch(const char *name)
{
    return !is_one_of(name, "push create pull_request pull_request_review "
                            "pull_request_review_comment release workflow_dispatch workflow_call "
                            "deployment deployment_status registry_package merge_group");
}
