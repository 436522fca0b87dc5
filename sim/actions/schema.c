#include "sim/actions/schema.h"

#include "sim/actions/model.h"

#define KEYS(...) ((const rh_schema_key[]){__VA_ARGS__, {0}})
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- what expressions may use ---------------------------------------------------------------- */

#define EARLY (RH_USES_GITHUB | RH_USES_INPUTS | RH_USES_VARS)
#define WITH_NEEDS (EARLY | RH_USES_NEEDS)
#define LEG (WITH_NEEDS | RH_USES_STRATEGY | RH_USES_MATRIX)
#define ON_RUNNER (LEG | RH_USES_STEPS | RH_USES_JOB | RH_USES_RUNNER | RH_USES_ENV)
#define STEP (ON_RUNNER | RH_USES_SECRETS | RH_USES_HASH_FILES)

/* ---- scalars --------------------------------------------------------------------------------- */

static const rh_schema text = {.takes = RH_TAKES_TEXT};
static const rh_schema some_text = {.takes = RH_TAKES_SOME_TEXT};
static const rh_schema boolean = {.takes = RH_TAKES_BOOLEAN};
static const rh_schema number = {.takes = RH_TAKES_NUMBER};
static const rh_schema some_texts = {.items = &some_text};
static const rh_schema text_or_list = {.takes = RH_TAKES_SOME_TEXT, .items = &some_text};
static const rh_schema name_as_written = {.takes = RH_TAKES_TEXT | RH_IS_AS_WRITTEN};

static const rh_schema leg_text = {.takes = RH_TAKES_TEXT, .allowed = LEG};
static const rh_schema leg_number = {.takes = RH_TAKES_NUMBER, .allowed = LEG};
static const rh_schema leg_boolean = {.takes = RH_TAKES_BOOLEAN, .allowed = LEG};
static const rh_schema runner_text = {.takes = RH_TAKES_TEXT,
                                      .allowed = ON_RUNNER | RH_USES_SECRETS};
static const rh_schema step_text = {.takes = RH_TAKES_TEXT, .allowed = STEP};
static const rh_schema step_number = {.takes = RH_TAKES_NUMBER, .allowed = STEP};
static const rh_schema step_boolean = {.takes = RH_TAKES_BOOLEAN, .allowed = STEP};
static const rh_schema step_texts = {.others = &text, .allowed = STEP};

/* ---- steps ----------------------------------------------------------------------------------- */

enum {
    RUN = 1 << RH_STEP_RUN,
    USES = 1 << RH_STEP_USES,
    WAIT = 1 << RH_STEP_WAIT,
    WAIT_ALL = 1 << RH_STEP_WAIT_ALL,
    CANCEL = 1 << RH_STEP_CANCEL,
    PARALLEL = 1 << RH_STEP_PARALLEL
};

static const rh_schema step_if = {.takes = RH_TAKES_TEXT | RH_IS_CONDITION,
                                  .allowed = ON_RUNNER | RH_USES_STATUS | RH_USES_HASH_FILES};
static const rh_schema nothing_or_boolean = {.takes = RH_TAKES_NULL | RH_TAKES_BOOLEAN};

#define COMMON_STEP_KEYS                                                                           \
    {"name", &step_text}, {"id", &some_text}, {"if", &step_if, RUN | USES},                        \
        {"continue-on-error", &step_boolean}, {"timeout-minutes", &step_number, RUN | USES},       \
        {"env", &step_texts, RUN | USES}, {"run", &step_text, RUN, RUN},                           \
        {"working-directory", &step_text, RUN}, {"shell", &some_text, RUN},                        \
        {"uses", &some_text, USES, USES},                                                          \
    {                                                                                              \
        "with", &step_texts, USES                                                                  \
    }

static const rh_schema parallel_step = {.takes = RH_IS_PARTS,
                                        .variants = RUN | USES,
                                        .keys = KEYS(COMMON_STEP_KEYS)};
static const rh_schema parallel_steps = {.takes = RH_IS_PARTS, .items = &parallel_step};
static const rh_schema step = {.takes = RH_IS_PARTS,
                               .variants = RUN | USES | WAIT | WAIT_ALL | CANCEL | PARALLEL,
                               .keys = KEYS(COMMON_STEP_KEYS, {"background", &boolean, RUN | USES},
                                            {"wait", &text_or_list, WAIT, WAIT},
                                            {"wait-all", &nothing_or_boolean, WAIT_ALL, WAIT_ALL},
                                            {"cancel", &some_text, CANCEL, CANCEL},
                                            {"parallel", &parallel_steps, PARALLEL, PARALLEL})};
static const rh_schema steps = {.takes = RH_IS_PARTS, .items = &step};

/* ---- parts of jobs --------------------------------------------------------------------------- */

static const rh_schema anything = {.takes = RH_TAKES_ANYTHING};
static const rh_schema any_list = {.items = &anything};
static const rh_schema any_mapping = {.others = &anything};
static const rh_schema mappings = {.items = &any_mapping};

static const rh_schema job_if = {.takes = RH_TAKES_TEXT | RH_IS_CONDITION,
                                 .allowed = WITH_NEEDS | RH_USES_JOB_STATUS};
static const rh_schema matrix = {.keys = KEYS({"include", &mappings}, {"exclude", &mappings}),
                                 .others = &any_list};
static const rh_schema strategy = {.allowed = WITH_NEEDS,
                                   .keys = KEYS({"fail-fast", &boolean}, {"max-parallel", &number},
                                                {"matrix", &matrix})};

static const rh_schema runs_on = {
    .takes = RH_TAKES_SOME_TEXT | RH_HAS_PLAIN_KEYS,
    .allowed = LEG,
    .items = &some_text,
    .keys = KEYS({"group", &some_text}, {"labels", &text_or_list}),
};

static const rh_schema queue = {.takes = RH_TAKES_WORDS, .words = WORDS("single", "max")};
#define CONCURRENCY_KEYS                                                                           \
    KEYS({"group", &some_text, .required = 1}, {"cancel-in-progress", &boolean}, {"queue", &queue})
static const rh_schema workflow_concurrency = {.takes = RH_TAKES_TEXT | RH_HAS_PLAIN_KEYS,
                                               .allowed = EARLY,
                                               .keys = CONCURRENCY_KEYS};
static const rh_schema job_concurrency = {.takes = RH_TAKES_SOME_TEXT | RH_HAS_PLAIN_KEYS,
                                          .allowed = LEG,
                                          .keys = CONCURRENCY_KEYS};

static const rh_schema environment_url = {.takes = RH_TAKES_TEXT, .allowed = ON_RUNNER};
static const rh_schema environment = {.takes = RH_TAKES_TEXT,
                                      .allowed = LEG,
                                      .keys = KEYS({"name", &text, .required = 1},
                                                   {"url", &environment_url},
                                                   {"deployment", &boolean})};

static const rh_schema credentials = {.allowed = EARLY | RH_USES_SECRETS | RH_USES_ENV,
                                      .keys =
                                          KEYS({"username", &some_text}, {"password", &some_text})};
static const rh_schema container_env = {.others = &runner_text};
#define CONTAINER_KEYS                                                                             \
    {"image", &some_text}, {"options", &text}, {"env", &container_env}, {"ports", &some_texts},    \
        {"volumes", &some_texts},                                                                  \
    {                                                                                              \
        "credentials", &credentials                                                                \
    }
static const rh_schema container = {.takes = RH_TAKES_TEXT,
                                    .allowed = LEG,
                                    .keys = KEYS(CONTAINER_KEYS)};
static const rh_schema service = {.takes = RH_TAKES_SOME_TEXT,
                                  .allowed = LEG,
                                  .keys = KEYS(CONTAINER_KEYS, {"entrypoint", &text},
                                               {"command", &text})};
static const rh_schema services = {.allowed = LEG, .others = &service};

static const rh_schema snapshot_if = {.takes = RH_TAKES_TEXT | RH_IS_CONDITION, .allowed = LEG};
static const rh_schema snapshot = {.takes = RH_TAKES_SOME_TEXT,
                                   .keys = KEYS({"image-name", &some_text, .required = 1},
                                                {"if", &snapshot_if}, {"version", &some_text})};

#define DEFAULTS_RUN_KEYS KEYS({"shell", &some_text}, {"working-directory", &some_text})
static const rh_schema workflow_defaults_run = {.takes = RH_IS_PARTS, .keys = DEFAULTS_RUN_KEYS};
static const rh_schema workflow_defaults = {.takes = RH_IS_PARTS,
                                            .keys = KEYS({"run", &workflow_defaults_run})};
static const rh_schema job_defaults_run = {.takes = RH_IS_PARTS,
                                           .allowed = LEG | RH_USES_ENV,
                                           .keys = DEFAULTS_RUN_KEYS};
static const rh_schema job_defaults = {.takes = RH_IS_PARTS,
                                       .keys = KEYS({"run", &job_defaults_run})};

static const rh_schema access_any = {.takes = RH_TAKES_WORDS,
                                     .words = WORDS("read", "write", "none")};
static const rh_schema access_read = {.takes = RH_TAKES_WORDS, .words = WORDS("read", "none")};
static const rh_schema access_write = {.takes = RH_TAKES_WORDS, .words = WORDS("write", "none")};
static const rh_schema permissions = {
    .takes = RH_TAKES_WORDS,
    .words = WORDS("read-all", "write-all"),
    .keys = KEYS({"actions", &access_any}, {"artifact-metadata", &access_any},
                 {"attestations", &access_any}, {"checks", &access_any}, {"contents", &access_any},
                 {"copilot-requests", &access_write}, {"deployments", &access_any},
                 {"discussions", &access_any}, {"id-token", &access_write}, {"issues", &access_any},
                 {"models", &access_read}, {"packages", &access_any}, {"pages", &access_any},
                 {"pull-requests", &access_any}, {"repository-projects", &access_any},
                 {"security-events", &access_any}, {"statuses", &access_any},
                 {"vulnerability-alerts", &access_read}, {"workflows", &access_write})};

static const rh_schema call_input = {.takes = RH_TAKES_TEXT | RH_TAKES_BOOLEAN | RH_TAKES_NUMBER,
                                     .allowed = LEG};
static const rh_schema call_inputs = {.others = &call_input};
static const rh_schema call_secret = {.takes = RH_TAKES_TEXT | RH_TAKES_BOOLEAN | RH_TAKES_NUMBER,
                                      .allowed = LEG | RH_USES_SECRETS};
static const rh_schema call_secrets = {.takes = RH_TAKES_WORDS,
                                       .words = WORDS("inherit"),
                                       .others = &call_secret};

/* ---- jobs and the workflow ------------------------------------------------------------------- */

static const rh_schema job_env = {.allowed = LEG | RH_USES_SECRETS, .others = &text};
static const rh_schema job_outputs = {.others = &runner_text};

static const rh_schema job = {
    .takes = RH_IS_PARTS,
    .variants = RH_JOB_RUNS | RH_JOB_CALLS,
    .keys = KEYS({"name", &leg_text}, {"needs", &text_or_list}, {"if", &job_if},
                 {"strategy", &strategy}, {"permissions", &permissions},
                 {"concurrency", &job_concurrency}, {"runs-on", &runs_on, RH_JOB_RUNS, RH_JOB_RUNS},
                 {"timeout-minutes", &leg_number, RH_JOB_RUNS},
                 {"cancel-timeout-minutes", &leg_number, RH_JOB_RUNS},
                 {"continue-on-error", &leg_boolean, RH_JOB_RUNS},
                 {"container", &container, RH_JOB_RUNS}, {"services", &services, RH_JOB_RUNS},
                 {"env", &job_env, RH_JOB_RUNS}, {"environment", &environment, RH_JOB_RUNS},
                 {"outputs", &job_outputs, RH_JOB_RUNS}, {"defaults", &job_defaults, RH_JOB_RUNS},
                 {"steps", &steps, RH_JOB_RUNS}, {"snapshot", &snapshot, RH_JOB_RUNS},
                 {"uses", &some_text, RH_JOB_CALLS, RH_JOB_CALLS},
                 {"with", &call_inputs, RH_JOB_CALLS}, {"secrets", &call_secrets, RH_JOB_CALLS})};
static const rh_schema jobs = {.takes = RH_IS_PARTS, .others = &job};

static const rh_schema run_name = {.takes = RH_TAKES_TEXT, .allowed = EARLY};
static const rh_schema workflow_env = {.allowed = EARLY | RH_USES_SECRETS, .others = &text};

const rh_schema rh_schema_workflow = {
    .takes = RH_IS_PARTS,
    .keys = KEYS({"name", &name_as_written}, {"description", &text}, {"run-name", &run_name},
                 {"on", &rh_schema_triggers, .required = 1}, {"defaults", &workflow_defaults},
                 {"env", &workflow_env}, {"permissions", &permissions},
                 {"concurrency", &workflow_concurrency}, {"jobs", &jobs, .required = 1})};
