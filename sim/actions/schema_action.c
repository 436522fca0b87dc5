/* The schema of action.yml. Where GitHub's runner is looser than its editor support, the runner is
 * right: keys it does not know beside inputs, outputs and runs are let be. */
#include "sim/actions/model.h"
#include "sim/actions/schema.h"

#define KEYS(...) ((const rh_schema_key[]){__VA_ARGS__, {0}})

#define AROUND (RH_USES_GITHUB | RH_USES_STRATEGY | RH_USES_MATRIX | RH_USES_JOB | RH_USES_RUNNER)
#define INSIDE (AROUND | RH_USES_INPUTS | RH_USES_ENV)
#define STEP (INSIDE | RH_USES_STEPS | RH_USES_HASH_FILES)

static const rh_schema text = {.takes = RH_TAKES_TEXT};
static const rh_schema some_text = {.takes = RH_TAKES_SOME_TEXT};
static const rh_schema anything = {.takes = RH_TAKES_ANYTHING};

static const rh_schema input_default = {.takes = RH_TAKES_TEXT,
                                        .allowed = AROUND | RH_USES_HASH_FILES};
static const rh_schema input = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                                .keys = KEYS({"description", &text}, {"required", &anything},
                                             {"default", &input_default},
                                             {"deprecationMessage", &text}),
                                .others = &anything};
static const rh_schema inputs = {.takes = RH_TAKES_NULL | RH_IS_PARTS, .others = &input};

static const rh_schema output_value = {.takes = RH_TAKES_TEXT, .allowed = INSIDE | RH_USES_STEPS};
static const rh_schema output = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                                 .keys = KEYS({"description", &text}, {"value", &output_value})};
static const rh_schema outputs = {.takes = RH_TAKES_NULL | RH_IS_PARTS, .others = &output};

/* ---- steps ----------------------------------------------------------------------------------- */

enum { RUN = 1 << RH_STEP_RUN, USES = 1 << RH_STEP_USES };

static const rh_schema step_text = {.takes = RH_TAKES_TEXT, .allowed = STEP};
static const rh_schema step_boolean = {.takes = RH_TAKES_BOOLEAN, .allowed = STEP};
static const rh_schema step_number = {.takes = RH_TAKES_NUMBER, .allowed = STEP};
static const rh_schema step_texts = {.others = &text, .allowed = STEP};
static const rh_schema step_if = {.takes = RH_TAKES_TEXT | RH_IS_CONDITION,
                                  .allowed = STEP | RH_USES_STATUS};
static const rh_schema step = {
    .takes = RH_IS_PARTS,
    .variants = RUN | USES,
    .keys = KEYS({"name", &step_text}, {"id", &some_text}, {"if", &step_if},
                 {"continue-on-error", &step_boolean}, {"timeout-minutes", &step_number},
                 {"env", &step_texts}, {"run", &step_text, RUN, RUN},
                 {"shell", &step_text, RUN, RUN}, {"working-directory", &step_text, RUN},
                 {"uses", &some_text, USES, USES}, {"with", &step_texts, USES})};
static const rh_schema steps = {.takes = RH_IS_PARTS, .items = &step};

/* ---- runs ------------------------------------------------------------------------------------ */

static const rh_schema entry_if = {.takes = RH_TAKES_TEXT | RH_IS_CONDITION,
                                   .allowed = INSIDE | RH_USES_STATUS | RH_USES_HASH_FILES};
static const rh_schema docker_text = {.takes = RH_TAKES_TEXT, .allowed = RH_USES_INPUTS};
static const rh_schema docker_texts = {.items = &docker_text};
static const rh_schema docker_env = {.allowed = RH_USES_INPUTS, .others = &text};

static const rh_schema runs = {
    .takes = RH_IS_PARTS,
    .variants = RH_RUNS_DOCKER | RH_RUNS_NODE | RH_RUNS_COMPOSITE,
    .keys = KEYS(
        {"using", &some_text, .required = 7}, {"image", &some_text, RH_RUNS_DOCKER, RH_RUNS_DOCKER},
        {"entrypoint", &some_text, RH_RUNS_DOCKER}, {"args", &docker_texts, RH_RUNS_DOCKER},
        {"env", &docker_env, RH_RUNS_DOCKER}, {"pre-entrypoint", &some_text, RH_RUNS_DOCKER},
        {"post-entrypoint", &some_text, RH_RUNS_DOCKER},
        {"main", &some_text, RH_RUNS_NODE, RH_RUNS_NODE}, {"pre", &some_text, RH_RUNS_NODE},
        {"post", &some_text, RH_RUNS_NODE}, {"pre-if", &entry_if, RH_RUNS_DOCKER | RH_RUNS_NODE},
        {"post-if", &entry_if, RH_RUNS_DOCKER | RH_RUNS_NODE},
        {"steps", &steps, RH_RUNS_COMPOSITE, RH_RUNS_COMPOSITE})};

const rh_schema rh_schema_action = {.takes = RH_IS_PARTS,
                                    .keys = KEYS({"name", &text}, {"description", &text},
                                                 {"inputs", &inputs}, {"outputs", &outputs},
                                                 {"runs", &runs, .required = 1}),
                                    .others = &anything};
