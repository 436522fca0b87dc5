/* The action catalog: what is known of actions and of command-line tools, as data.
 *
 * An action or command that is not in it succeeds, takes no time, does nothing to the outside world
 * and has unknown outputs; who plays it says so once. The data is JSON (fixtures/actions);
 * what comes with the library is compiled in, users add files of their own.
 */
#ifndef RH_ACTIONS_CATALOG_H
#define RH_ACTIONS_CATALOG_H

#include "sim/base/error.h"
#include "sim/base/nearest.h"
#include "sim/expression/expression.h"
#include "sim/stage.h"

typedef struct rh_actions_catalog rh_actions_catalog;

/* How a retry wrapper (nick-fields/retry and the like) reads its inputs; NULL: it has none such. */
typedef struct rh_catalog_retry {
    const char *command;  /* the input that holds the script */
    const char *attempts; /* how often at most */
    int32_t default_attempts;
    const char *wait_seconds; /* between attempts */
    int32_t default_wait_seconds;
    const char *timeout_minutes; /* of one attempt */
    const char *timeout_seconds;
    const char *continue_on_error; /* the input; the step then succeeds all the same */
    const char *shell;
    const char *retry_on; /* the input: "any" (also if it is not given), "error", "timeout" */
} rh_catalog_retry;

typedef struct rh_catalog_action {
    const char *name; /* "actions/checkout" */
    rh_duration takes;
    bool has_post; /* a post step */
    rh_duration post_takes;
    bool writes_files;             /* what it writes into the workspace is made from its inputs */
    const rh_catalog_retry *retry; /* NULL: it is no retry wrapper */
    const void *more;              /* the catalog's own */
    const char *const *faults;     /* typical ones, by name; NULL-terminated */
    bool post_needs_success;       /* its post-if is success(); otherwise always() */
} rh_catalog_action;

typedef struct rh_catalog_command {
    const char *name;  /* "git push": the leading words it is known by, without options */
    rh_duration takes; /* 0: nothing, or it hangs on the words ("sleep 30") */
    const void *more;
    const char *const *faults; /* typical ones, by name; NULL-terminated */
} rh_catalog_command;

/* A part of the catalog that comes with the library: a file of fixtures/actions, as it is. */
typedef struct rh_catalog_text {
    const char *name;
    const char *text;
    size_t length;
} rh_catalog_text;
extern const rh_catalog_text rh_catalog_texts[]; /* ends with an all-zero entry */

/* The catalog that comes with the library, then `texts` of users (JSON; files for messages), which
 * win. NULL with an error. Lives in `arena`. */
rh_actions_catalog *rh_actions_catalog_read(rh_arena *arena, const char *const *texts,
                                            const char *const *files, size_t count,
                                            rh_error *error);

/* Offers the kinds of all effects that something in it can have. */
void rh_catalog_offer_effects(const rh_actions_catalog *catalog, rh_nearest *nearest);

/* NULL if nothing is known of it. `name` is "owner/repo" or "owner/repo/path", in any case. */
const rh_catalog_action *rh_catalog_action_find(const rh_actions_catalog *catalog,
                                                const char *name);
/* What a step of the action does: `takes`, effects (keys are made from inputs and contexts of
 * `scope`; the tool's flags travel into is_tainted) and, in *outputs, an object of its outputs:
 * known, or unknown with their names as origin ("steps.ID.outputs.NAME"). `step` is the id.
 *
 * Where an action names its outputs by its inputs, *outputs as a whole is unknown.
 *
 * The `inputs` of `scope` are what the step's `with:` came to; defaults are added here. Of the
 * script only takes, effects and effect_count are set, here and below. A key that is secret is
 * "***", one that is unknown "<its origin>". An effect whose condition is unknown happens. */
void rh_catalog_action_script(rh_arena *arena, const rh_catalog_action *action, const char *step,
                              const rh_expression_scope *scope, rh_script *script,
                              const rh_value **outputs);

/* The entry with the most leading words that fit; NULL if nothing is known of it. Options between
 * words (-C dir, --repo x) are skipped as the entry's tool does. *begin: the word that is the
 * program's name, behind sudo, env, timeout and the like. */
const rh_catalog_command *rh_catalog_command_find(const rh_actions_catalog *catalog,
                                                  const rh_value *const *words, size_t count,
                                                  size_t *begin);
/* What the command does: `takes`, effects with keys made from its words and from `scope` (github
 * context), and in *output what it prints: NULL (nothing), a text, or unknown. `begin` as it was
 * found. */
void rh_catalog_command_script(rh_arena *arena, const rh_catalog_command *command,
                               const rh_value *const *words, size_t count, size_t begin,
                               const rh_expression_scope *scope, rh_script *script,
                               const rh_value **output);

#endif
