/* What is passed to called workflows. Source: WorkflowTemplateConverter of GitHub's parser. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

/* ---- inputs ---------------------------------------------------------------------------------- */

/* A constant must have the input's type; '1' in quotes is no number. */
static void check_type(rh_reading *r, const rh_actions_input *input, const rh_token *token)
{
    const rh_value *value = token->constant;
    rh_kind kind = rh_kind_of(value);
    if (!value || token->kind != RH_TOKEN_SCALAR || !strcmp(input->type, "string"))
        return;
    bool fits = !strcmp(input->type, "boolean") ? kind == RH_BOOLEAN
                                                : kind == RH_INTEGER || kind == RH_NUMBER;
    if (!fits)
        rh_reading_refuse_token(r, token, "Unexpected value '%s'; the input '%s' is a %s%s",
                                token->text, input->name, input->type,
                                kind == RH_STRING && token->style != RH_YAML_PLAIN && *token->text
                                    ? ", and this is text, as it stands in quotes"
                                    : "");
}

/* `what` is an input or a secret that the called workflow does not have; those that it has were
 * offered to `nearest`. */
static void refuse_name(rh_reading *r, const rh_token_pair *pair, const char *what,
                        const rh_nearest *nearest)
{
    char hint[96];
    const char *near = rh_nearest_hint(nearest, hint, sizeof hint);
    rh_reading_refuse_token(r, pair->value,
                            "Invalid %s, %s is not defined in the referenced workflow%s", what,
                            pair->key->text, *near ? near : ".");
}

static void refuse_input(rh_reading *r, const rh_actions_trigger *call, const rh_token_pair *pair)
{
    rh_nearest nearest = rh_nearest_begin(pair->key->text);
    for (size_t i = 0; i < call->input_count; i++)
        rh_nearest_offer(&nearest, call->inputs[i].name);
    refuse_name(r, pair, "input", &nearest);
}

static void check_inputs(rh_reading *r, const rh_actions_job *job, const rh_actions_trigger *call)
{
    const rh_token *with = job->with.token;
    if (with && with->kind != RH_TOKEN_MAPPING)
        return; /* an expression */
    for (size_t i = 0; i < call->input_count; i++) {
        const rh_token *given = rh_token_get(with, call->inputs[i].name);
        if (given)
            check_type(r, &call->inputs[i], given);
        else if (call->inputs[i].required)
            rh_reading_refuse(r, job->uses.place.line, job->uses.place.column,
                              "Input %s is required, but not provided while calling.",
                              call->inputs[i].name);
    }
    for (uint32_t i = 0; with && i < with->count; i++) {
        const rh_token_pair *pair = &with->as.pairs[i];
        bool is_known = pair->key->expression || pair->key->is_insert;
        for (size_t j = 0; j < call->input_count; j++)
            is_known = is_known || rh_same_ignoring_case(call->inputs[j].name, pair->key->text);
        if (!is_known)
            refuse_input(r, call, pair);
    }
}

void rh_check_input_defaults(rh_reading *r, const rh_actions_file *file)
{
    const rh_actions_trigger *call = rh_actions_trigger_of(file, "workflow_call");
    for (size_t i = 0; call && i < call->input_count; i++)
        if (call->inputs[i].fallback)
            check_type(r, &call->inputs[i], call->inputs[i].fallback);
}

/* ---- secrets --------------------------------------------------------------------------------- */

static void refuse_secret(rh_reading *r, const rh_actions_trigger *call, const rh_token_pair *pair)
{
    rh_nearest nearest = rh_nearest_begin(pair->key->text);
    for (size_t i = 0; i < call->secret_count; i++)
        rh_nearest_offer(&nearest, call->secrets[i].name);
    refuse_name(r, pair, "secret", &nearest);
}

static void check_secrets(rh_reading *r, const rh_actions_job *job, const rh_actions_trigger *call)
{
    const rh_token *given = job->secrets.token;
    if (job->inherits_secrets || (given && given->kind != RH_TOKEN_MAPPING))
        return;
    for (size_t i = 0; i < call->secret_count; i++)
        if (call->secrets[i].required && !rh_token_get(given, call->secrets[i].name))
            rh_reading_refuse(r, job->uses.place.line, job->uses.place.column,
                              "Secret %s is required, but not provided while calling.",
                              call->secrets[i].name);
    for (uint32_t i = 0; given && i < given->count; i++) {
        bool is_known = given->as.pairs[i].key->expression || given->as.pairs[i].key->is_insert;
        for (size_t j = 0; j < call->secret_count; j++)
            is_known = is_known ||
                       rh_same_ignoring_case(call->secrets[j].name, given->as.pairs[i].key->text);
        if (!is_known)
            refuse_secret(r, call, &given->as.pairs[i]);
    }
}

void rh_check_call(rh_reading *r, const rh_actions_job *job)
{
    const rh_actions_trigger *call = rh_actions_trigger_of(job->called, "workflow_call");
    if (!call) {
        rh_reading_refuse(
            r, job->uses.place.line, job->uses.place.column,
            "workflow_call key is not defined in the referenced workflow '%s'; add it to its "
            "'on'",
            job->uses.text);
        return;
    }
    check_inputs(r, job, call);
    check_secrets(r, job, call);
}
