/* Parts that jobs share with the workflow as a whole. */
#include <string.h>

#include "sim/actions/read.h"

rh_actions_condition rh_read_condition(rh_reading *r, const rh_token *token, rh_actions_place place)
{
    if (token && token->kind == RH_TOKEN_SCALAR && token->expression)
        return (rh_actions_condition){token->expression, token->text, rh_token_place(token)};
    rh_actions_loading *loading = r->loading;
    rh_expression_error error;
    if (!loading->success)
        loading->success =
            rh_expression_condition(r->arena, "", 0, (uint32_t)RH_USES_STATUS, &error);
    return (rh_actions_condition){loading->success, NULL, place};
}

const rh_expression *rh_read_always(rh_reading *r)
{
    static const char always[] = "always()";
    rh_actions_loading *loading = r->loading;
    rh_expression_error error;
    if (!loading->always)
        loading->always = rh_expression_condition(r->arena, always, strlen(always),
                                                  (uint32_t)RH_USES_STATUS, &error);
    return loading->always;
}

/* ---- permissions ----------------------------------------------------------------------------- */

static uint8_t access_of(const rh_token *token)
{
    return rh_token_is(token, "write")  ? RH_ACCESS_WRITE
           : rh_token_is(token, "read") ? RH_ACCESS_READ
                                        : RH_ACCESS_NONE;
}

rh_actions_permissions rh_read_permissions(rh_reading *r, const rh_token *token)
{
    rh_actions_permissions read = {.all = -1};
    if (!token)
        return read;
    read.is_given = true;
    read.place = rh_token_place(token);
    if (token->kind != RH_TOKEN_MAPPING) {
        read.all = rh_token_is(token, "write-all") ? RH_ACCESS_WRITE : RH_ACCESS_READ;
        return read;
    }
    if (token->count == 0)
        read.all = RH_ACCESS_NONE;
    rh_actions_permission *items = RH_NEW_ARRAY(r->arena, rh_actions_permission, token->count);
    for (uint32_t i = 0; i < token->count; i++)
        items[i] = (rh_actions_permission){token->as.pairs[i].key->text,
                                           access_of(token->as.pairs[i].value)};
    read.items = items;
    read.count = token->count;
    return read;
}

/* ---- concurrency and defaults ---------------------------------------------------------------- */

enum { LONGEST_GROUP = 400 };

rh_actions_concurrency rh_read_concurrency(rh_reading *r, const rh_token *token)
{
    rh_actions_concurrency read = {0};
    if (!token)
        return read;
    read.place = rh_token_place(token);
    read.group = token;
    if (token->kind == RH_TOKEN_MAPPING) {
        const rh_token *queue = rh_token_get(token, "queue");
        read.group = rh_token_get(token, "group");
        read.cancel_in_progress = rh_token_get(token, "cancel-in-progress");
        read.queue_max = rh_token_is(queue, "max");
        if (read.queue_max && read.cancel_in_progress &&
            rh_is_true(read.cancel_in_progress->constant))
            rh_reading_refuse_token(
                r, queue,
                "'queue: max' does not go with 'cancel-in-progress: true'; leave out "
                "one of them");
    }
    if (strlen(rh_token_text(read.group)) > LONGEST_GROUP)
        rh_reading_refuse_token(r, token,
                                "Concurrency group name must be less than 400 characters");
    return read;
}

rh_actions_defaults rh_read_defaults(const rh_token *token)
{
    const rh_token *run = rh_token_get(token, "run");
    return (rh_actions_defaults){rh_token_get(run, "shell"),
                                 rh_token_get(run, "working-directory")};
}

/* ---- containers ------------------------------------------------------------------------------ */

/* A job without a container is written as '', a service without an image is a mistake. */
void rh_check_container(rh_reading *r, const rh_token *container, bool is_service)
{
    static const char prefix[] = "docker://";
    if (rh_token_varies(container) || rh_token_is_null(container))
        return; /* not known yet, or refused */
    const rh_token *token =
        container->kind == RH_TOKEN_MAPPING ? rh_token_get(container, "image") : container;
    const char *image = rh_token_text(token);
    bool has_prefix = !strncmp(image, prefix, strlen(prefix));
    if (has_prefix)
        image += strlen(prefix);
    if (!*image && (has_prefix || is_service))
        rh_reading_refuse_token(r, container, "Container image cannot be empty");
}

/* ---- inputs and outputs ---------------------------------------------------------------------- */

static const char *const *read_options(rh_reading *r, const rh_token *token)
{
    if (!token || token->kind != RH_TOKEN_SEQUENCE)
        return NULL;
    const char **options = RH_NEW_ARRAY(r->arena, const char *, token->count + 1);
    for (uint32_t i = 0; i < token->count; i++)
        options[i] = rh_token_text(token->as.items[i]);
    return options;
}

static const char *type_of(const rh_token *token)
{
    static const char *const types[] = {"boolean", "number", "choice", "environment"};
    for (size_t i = 0; i < 4; i++)
        if (rh_token_is(token, types[i]))
            return types[i];
    return "string";
}

const rh_actions_input *rh_read_inputs(rh_reading *r, const rh_token *token, size_t *count)
{
    *count = 0;
    if (!token || token->kind != RH_TOKEN_MAPPING)
        return NULL;
    rh_actions_input *inputs = RH_NEW_ARRAY(r->arena, rh_actions_input, token->count);
    for (uint32_t i = 0; i < token->count; i++) {
        const rh_token_pair *pair = &token->as.pairs[i];
        const rh_token *required = rh_token_get(pair->value, "required");
        const rh_token *deprecation = rh_token_get(pair->value, "deprecationMessage");
        inputs[i] = (rh_actions_input){
            .name = pair->key->text,
            .type = type_of(rh_token_get(pair->value, "type")),
            .required =
                required && (rh_is_true(required->constant) || rh_token_is(required, "true")),
            .fallback = rh_token_get(pair->value, "default"),
            .deprecation = deprecation ? rh_token_text(deprecation) : NULL,
            .options = read_options(r, rh_token_get(pair->value, "options")),
            .place = rh_token_place(pair->key),
        };
    }
    *count = token->count;
    return inputs;
}

const rh_actions_output *rh_read_outputs(rh_reading *r, const rh_token *token, size_t *count)
{
    *count = 0;
    if (!token || token->kind != RH_TOKEN_MAPPING)
        return NULL;
    rh_actions_output *outputs = RH_NEW_ARRAY(r->arena, rh_actions_output, token->count);
    for (uint32_t i = 0; i < token->count; i++)
        outputs[i] = (rh_actions_output){token->as.pairs[i].key->text,
                                         rh_token_get(token->as.pairs[i].value, "value"),
                                         rh_token_place(token->as.pairs[i].key)};
    *count = token->count;
    return outputs;
}
