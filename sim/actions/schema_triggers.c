/* The schema of `on`. It is as loose as the server's: filters and types are checked against the
 * event by read_triggers.c, which notes what GitHub ignores. */
#include "sim/actions/model.h"
#include "sim/actions/schema.h"

#define KEYS(...) ((const rh_schema_key[]){__VA_ARGS__, {0}})
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const rh_schema text = {.takes = RH_TAKES_TEXT};
static const rh_schema some_text = {.takes = RH_TAKES_SOME_TEXT};
static const rh_schema boolean = {.takes = RH_TAKES_BOOLEAN};
static const rh_schema anything = {.takes = RH_TAKES_ANYTHING};
static const rh_schema patterns = {.takes = RH_TAKES_NULL | RH_TAKES_SOME_TEXT,
                                   .items = &some_text};

static const rh_schema event = {
    .takes = RH_TAKES_NULL | RH_IS_PARTS,
    .keys = KEYS({"branches", &patterns}, {"branches-ignore", &patterns}, {"tags", &patterns},
                 {"tags-ignore", &patterns}, {"paths", &patterns}, {"paths-ignore", &patterns},
                 {"workflows", &patterns}, {"types", &patterns}, {"names", &patterns},
                 {"versions", &patterns}),
    .others = &anything};

static const rh_schema schedule = {.takes = RH_IS_PARTS,
                                   .keys = KEYS({"cron", &some_text, .required = 1},
                                                {"timezone", &some_text}),
                                   .others = &anything};
static const rh_schema schedules = {.takes = RH_IS_PARTS, .items = &schedule};

/* ---- workflow_dispatch ----------------------------------------------------------------------- */

static const rh_schema dispatch_default = {.takes =
                                               RH_TAKES_TEXT | RH_TAKES_BOOLEAN | RH_TAKES_NUMBER};
static const rh_schema options = {.items = &text};
static const rh_schema dispatch_input = {
    .takes = RH_TAKES_NULL | RH_IS_PARTS,
    .keys = KEYS({"description", &text}, {"type", &text}, {"required", &boolean},
                 {"default", &dispatch_default}, {"options", &options}),
    .others = &anything};
static const rh_schema dispatch_inputs = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                                          .others = &dispatch_input};
static const rh_schema dispatch = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                                   .keys = KEYS({"inputs", &dispatch_inputs}),
                                   .others = &anything};

/* ---- workflow_call --------------------------------------------------------------------------- */

#define EARLY (RH_USES_GITHUB | RH_USES_INPUTS | RH_USES_VARS)

static const rh_schema call_type = {.takes = RH_TAKES_WORDS,
                                    .words = WORDS("string", "boolean", "number")};
static const rh_schema call_default = {.takes = RH_TAKES_TEXT | RH_TAKES_BOOLEAN | RH_TAKES_NUMBER,
                                       .allowed = EARLY};
static const rh_schema call_input = {
    .takes = RH_IS_PARTS,
    .keys =
        KEYS({"description", &text}, {"type", &call_type, .required = 1}, {"required", &boolean},
             {"default", &call_default}, {"deprecationMessage", &text})};
static const rh_schema call_inputs = {.takes = RH_IS_PARTS, .others = &call_input};
static const rh_schema call_secret = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                                      .keys = KEYS({"description", &text}, {"required", &boolean})};
static const rh_schema call_secrets = {.takes = RH_IS_PARTS, .others = &call_secret};
static const rh_schema call_output_value = {.takes = RH_TAKES_TEXT,
                                            .allowed = EARLY | RH_USES_JOBS};
static const rh_schema call_output = {.takes = RH_IS_PARTS,
                                      .keys = KEYS({"description", &text},
                                                   {"value", &call_output_value, .required = 1})};
static const rh_schema call_outputs = {.takes = RH_IS_PARTS, .others = &call_output};
static const rh_schema call = {.takes = RH_TAKES_NULL | RH_IS_PARTS,
                               .keys = KEYS({"inputs", &call_inputs}, {"secrets", &call_secrets},
                                            {"outputs", &call_outputs})};

const rh_schema rh_schema_triggers = {.takes = RH_TAKES_SOME_TEXT | RH_IS_PARTS,
                                      .items = &some_text,
                                      .keys =
                                          KEYS({"schedule", &schedules}, {"workflow_call", &call},
                                               {"workflow_dispatch", &dispatch}),
                                      .others = &event};
