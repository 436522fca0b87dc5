/* An action.yml. */
#include <string.h>

#include "sim/actions/read.h"

static bool is_node(const char *using)
{
    return !strncmp(using, "node", 4) && using[4] &&
           strspn(using + 4, "0123456789") == strlen(using + 4);
}

/* `using` and the other keys must agree. */
static void check_using(rh_reading *r, const rh_token *runs, rh_actions_action *action)
{
    const rh_token *using = rh_token_get(runs, "using");
    const char *text = rh_token_text(using);
    action->using_text = text;
    if (rh_token_get(runs, "steps"))
        action->using = RH_USING_COMPOSITE;
    else if (rh_token_get(runs, "image"))
        action->using = RH_USING_DOCKER;
    else
        action->using = RH_USING_NODE;
    if (!*text)
        return;
    const char *lacks = NULL;
    if (rh_same_ignoring_case(text, "composite"))
        lacks = action->using == RH_USING_COMPOSITE ? NULL : "steps";
    else if (rh_same_ignoring_case(text, "docker"))
        lacks = action->using == RH_USING_DOCKER ? NULL : "image";
    else if (is_node(text))
        lacks = action->using == RH_USING_NODE ? NULL : "main";
    else
        rh_reading_refuse_token(
            r, using,
            "Unexpected value '%s'; expected composite, docker, or a version of node "
            "such as node24",
            text);
    if (lacks)
        rh_reading_refuse_token(r, using, "'using: %s' needs the key '%s'", text, lacks);
}

static const char *text_or_null(const rh_token *mapping, const char *key)
{
    const rh_token *token = rh_token_get(mapping, key);
    return token && *rh_token_text(token) ? rh_token_text(token) : NULL;
}

static rh_actions_condition read_entry_if(rh_reading *r, const rh_token *runs, const char *key)
{
    const rh_token *token = rh_token_get(runs, key);
    if (token && token->expression)
        return (rh_actions_condition){token->expression, token->text, rh_token_place(token)};
    return (rh_actions_condition){rh_read_always(r), NULL, rh_token_place(runs)};
}

static void read_runs(rh_reading *r, const rh_token *runs, rh_actions_action *action)
{
    check_using(r, runs, action);
    bool is_docker = action->using == RH_USING_DOCKER;
    action->steps = rh_read_steps(r, rh_token_get(runs, "steps"), &action->step_count);
    action->main = text_or_null(runs, is_docker ? "entrypoint" : "main");
    action->image = text_or_null(runs, "image");
    action->pre = text_or_null(runs, is_docker ? "pre-entrypoint" : "pre");
    action->post = text_or_null(runs, is_docker ? "post-entrypoint" : "post");
    action->pre_if = read_entry_if(r, runs, "pre-if");
    action->post_if = read_entry_if(r, runs, "post-if");
    action->env.token = rh_token_get(runs, "env");
}

rh_actions_action *rh_read_action(rh_reading *r)
{
    rh_actions_action *action = RH_NEW(r->arena, rh_actions_action);
    action->file = r->path;
    action->name = r->path;
    const rh_yaml *yaml = rh_read_yaml(r);
    if (!yaml)
        return action;
    const rh_token *root = rh_read_token(r, yaml, &rh_schema_action);
    const rh_token *runs = rh_token_get(root, "runs");
    if (*rh_token_text(rh_token_get(root, "name")))
        action->name = rh_token_text(rh_token_get(root, "name"));
    action->inputs = rh_read_inputs(r, rh_token_get(root, "inputs"), &action->input_count);
    action->outputs = rh_read_outputs(r, rh_token_get(root, "outputs"), &action->output_count);
    if (runs && runs->kind == RH_TOKEN_MAPPING)
        read_runs(r, runs, action);
    return action;
}
