/* What `uses:` names. */
#include <string.h>

#include "sim/actions/read.h"

#define WORKFLOWS ".github/workflows/"

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

/* Local paths and images. False if it is neither. */
static bool read_other(rh_reading *r, rh_actions_uses *uses)
{
    if (begins(uses->text, "docker://")) {
        uses->kind = RH_USES_DOCKER;
        uses->name = uses->text + strlen("docker://");
    } else if (begins(uses->text, "./") || begins(uses->text, ".\\")) {
        uses->kind = RH_USES_LOCAL;
        char *path = rh_arena_string(r->arena, uses->text);
        for (char *c = path; *c; c++)
            if (*c == '\\')
                *c = '/';
        uses->name = path;
    } else if (begins(uses->text, "$/")) {
        uses->kind = RH_USES_SELF;
        uses->name = uses->text;
    } else {
        return false;
    }
    return true;
}

/* Whether it is owner/repo, owner/repo/path ..., then one @ and something. */
static bool split_repository(rh_reading *r, rh_actions_uses *uses)
{
    const char *at = strchr(uses->text, '@');
    if (!at || !at[1] || strchr(at + 1, '@'))
        return false;
    uses->kind = RH_USES_REPOSITORY;
    uses->name = rh_arena_text(r->arena, uses->text, (size_t)(at - uses->text));
    uses->ref = at + 1;
    size_t segments = 0;
    for (const char *c = uses->name; *c; c += strspn(c, "/\\")) {
        size_t length = strcspn(c, "/\\");
        segments += length > 0;
        c += length;
    }
    return segments >= 2;
}

rh_actions_uses rh_read_step_uses(rh_reading *r, const rh_token *token)
{
    rh_actions_uses uses = {.text = rh_token_text(token), .ref = ""};
    if (!token || !*uses.text)
        return uses;
    uses.place = rh_token_place(token);
    if (read_other(r, &uses))
        return uses;
    if (!split_repository(r, &uses)) {
        const char *hint = strchr(uses.text, '@') || !strchr(uses.text, '/') ? ""
                           : begins(uses.text, ".github/")
                               ? "; a path of this repository begins with './'"
                               : "; a version is missing, as in '@v1'";
        rh_reading_refuse_token(r, token, "Expected format {org}/{repo}[/path]@ref. Actual '%s'%s",
                                uses.text, hint);
    }
    return uses;
}

/* What is wrong with the path of a called workflow; NULL if nothing is. `path` begins behind the
 * repository. */
static const char *bad_workflow_path(const char *path)
{
    if (!begins(path, WORKFLOWS))
        return "references to workflows must be rooted in '.github/workflows'";
    path += strlen(WORKFLOWS);
    if (strchr(path, '/'))
        return "workflows must be defined at the top level of the .github/workflows/ directory";
    size_t length = strlen(path);
    if ((length <= 4 || strcmp(path + length - 4, ".yml")) &&
        (length <= 5 || strcmp(path + length - 5, ".yaml")))
        return "workflows must have the extension .yml or .yaml";
    return NULL;
}

/* Behind "owner/repo/"; "" if there is no such path. */
static const char *path_of_repository(const char *name)
{
    const char *slash = strchr(name, '/');
    slash = slash ? strchr(slash + 1, '/') : NULL;
    return slash ? slash + 1 : "";
}

rh_actions_uses rh_read_job_uses(rh_reading *r, const rh_token *token)
{
    rh_actions_uses uses = {.text = rh_token_text(token), .ref = ""};
    if (!token || !*uses.text)
        return uses;
    uses.place = rh_token_place(token);
    const char *wrong = NULL;
    if (read_other(r, &uses) && uses.kind != RH_USES_DOCKER) {
        const char *path = uses.name + 2;
        wrong = strchr(path, '@') ? "cannot specify version when calling local workflows"
                                  : bad_workflow_path(path);
    } else if (uses.kind == RH_USES_DOCKER) {
        wrong = "a job calls a workflow, not an image";
    } else if (!split_repository(r, &uses)) {
        wrong = strchr(uses.text, '@')
                    ? "references to workflows must be prefixed with format 'owner/repository/' "
                      "or './' for local workflows"
                    : "no version specified";
    } else {
        wrong = bad_workflow_path(path_of_repository(uses.name));
    }
    if (wrong)
        rh_reading_refuse_token(r, token, "invalid value workflow reference: %s", wrong);
    return uses;
}
