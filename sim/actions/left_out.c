/* Keys that are read and checked, and then change nothing in a rehearsal. Each is noted where it
 * stands; runs that meet it say so (server_say.c). */
#include <string.h>

#include "sim/actions/read.h"

typedef struct left_out {
    const char *path; /* from the root of the file, between dots; "*": any key */
    const char *text;
    const char *event; /* only runs that it starts meet it; NULL: all */
} left_out;

static const char no_permissions[] = "permissions are not simulated: the token may do everything "
                                     "(the fault token-scope is a refusal)";
static const char no_versions[] = "names and versions of images are not compared: every new image "
                                  "starts the workflow";

static const left_out keys[] = {
    {"permissions", no_permissions, NULL},
    {"on.image_version.names", no_versions, "image_version"},
    {"on.image_version.versions", no_versions, "image_version"},
    {"jobs.*.permissions", no_permissions, NULL},
    {"jobs.*.runs-on.group",
     "groups of runners are not simulated: a runner serves by its labels, and a group without "
     "labels is one",
     NULL},
    {"jobs.*.cancel-timeout-minutes",
     "cancel-timeout-minutes is not simulated: a cancelled job has five minutes to end", NULL},
    {"jobs.*.environment.deployment",
     "deployment is not simulated: the rules of the environment hold in any case", NULL},
    {"jobs.*.container",
     "containers and their options are not simulated: commands of the job run as without", NULL},
    {"jobs.*.services", "services are not simulated: whatever asks them is a command", NULL},
    {"jobs.*.snapshot", "snapshot is not simulated: no image is made of the machine", NULL},
};

/* `path` goes on from the token; `key` is what the token stands behind. */
static void note(rh_reading *r, const left_out *of, const char *path, const rh_token *key,
                 const rh_token *token)
{
    if (!*path) {
        rh_reading_note_left_out(r, key, of->event, of->text);
        return;
    }
    size_t length = strcspn(path, ".");
    const char *rest = path + length + (path[length] == '.');
    if (!token || token->kind != RH_TOKEN_MAPPING)
        return;
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token_pair *pair = &token->as.pairs[i];
        const char *name = rh_token_text(pair->key);
        bool is_named = strlen(name) == length && !strncmp(name, path, length);
        if (is_named || (length == 1 && *path == '*'))
            note(r, of, rest, pair->key, pair->value);
    }
}

void rh_note_left_out(rh_reading *r, const rh_token *root)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        note(r, &keys[i], keys[i].path, NULL, root);
}
