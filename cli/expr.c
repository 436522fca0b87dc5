#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/files.h"
#include "sim/base/json.h"
#include "sim/expression/expression.h"

typedef struct expr_settings {
    cli_common common;
    const char *contexts;
    bool batch;
} expr_settings;

static const cli_option options[] = {
    {"--contexts", "FILE", CLI_TEXT, offsetof(expr_settings, contexts),
     "an object in JSON with the values of contexts, like "
     "{\"github\":{\"ref\":\"refs/heads/main\"}}; "
     "- reads standard input"},
    {"--batch", NULL, CLI_FLAG, offsetof(expr_settings, batch),
     "evaluates what comes on standard input, one object in JSON a line: {\"expr\":\"github.ref\","
     "\"contexts\":{...}}; answers each with a line: {\"kind\":\"string\",\"value\":...} or "
     "{\"error\":{\"stage\":\"parsing\",\"message\":...}}"},
    {0},
};

/* What an expression is evaluated with. All contexts may be used, also such as GitHub does not
 * have; those that are not given are null. */
typedef struct expr_question {
    rh_arena *arena;
    const char *text;
    size_t length;
    const rh_value *contexts; /* an object; NULL: none */
    const char **names;       /* of all contexts that are given, then NULL */
    bool template;            /* the text may hold expressions in ${{ }} */
} expr_question;

static const char *const context_names[] = {
#define X(name, text) text,
    RH_EXPRESSION_CONTEXTS(X)
#undef X
};

static const rh_value *answer_context(void *data, rh_expression_context context)
{
    const expr_question *question = data;
    size_t index = (size_t)context;
    const char *name =
        index < RH_CONTEXT_COUNT ? context_names[index] : question->names[index - RH_CONTEXT_COUNT];
    return rh_value_property(question->contexts, name, strlen(name));
}

/* The value, or NULL with an error. */
static const rh_value *evaluate(expr_question *question, rh_expression_error *error)
{
    const rh_expression_scope scope = {.data = question, .context = answer_context};
    size_t count = rh_count_of(question->contexts);
    const rh_expression *expression;
    question->names = RH_NEW_ARRAY(question->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        question->names[i] = question->contexts->as.fields[i].key;
    if (question->template && rh_expression_is_in(question->text, question->length))
        expression = rh_expression_template(question->arena, question->text, question->length,
                                            (uint32_t)RH_USES_ANYTHING, error);
    else
        expression = rh_expression_parse_with(question->arena, question->text, question->length,
                                              (uint32_t)RH_USES_ANYTHING, question->names, error);
    if (!expression)
        return NULL;
    return rh_expression_evaluate(question->arena, expression, &scope, error);
}

/* ---- one expression -------------------------------------------------------------------------- */

/* The line of the expression with what is wrong in it, and a caret under the place. */
static int refuse(cli_context *cli, const expr_question *question, const rh_expression_error *error)
{
    size_t offset = error->offset < question->length ? error->offset : question->length;
    const char *place = question->text + offset, *start = place;
    while (start > question->text && start[-1] != '\n')
        start--;
    size_t length = strcspn(start, "\n");
    cli_bad(cli, "%s", error->message);
    if (error->stage == RH_EXPRESSION_EVALUATION)
        return CLI_BAD;
    fprintf(cli->err, "  %.*s\n  %*s^\n", (int)length, start,
            (int)rh_text_columns(start, (size_t)(place - start)), "");
    return CLI_BAD;
}

static int evaluate_one(cli_context *cli, const expr_settings *settings, const char *text)
{
    expr_question question = {
        .arena = &cli->arena, .text = text, .length = strlen(text), .template = true};
    rh_expression_error error;
    if (settings->contexts) {
        rh_error wrong;
        size_t length;
        const char *json = cli_file_read(&cli->arena, settings->contexts, &length, &wrong);
        if (json)
            question.contexts = rh_json_read(&cli->arena, json, length, settings->contexts, &wrong);
        if (!question.contexts)
            return cli_bad_error(cli, &wrong);
        if (question.contexts->kind != RH_OBJECT)
            return cli_bad(cli, "%s: expected an object whose keys are contexts, got %s",
                           settings->contexts, rh_kind_name(question.contexts->kind));
    }
    const rh_value *value = evaluate(&question, &error);
    if (!value)
        return refuse(cli, &question, &error);
    rh_text out = rh_text_to(&cli->arena, cli->out);
    rh_json_write(&out, value, RH_JSON_PRETTY);
    rh_text_putc(&out, '\n');
    rh_text_flush(&out);
    return CLI_OK;
}

/* ---- many ------------------------------------------------------------------------------------ */

static void write_error(rh_text *out, const char *stage, const char *message)
{
    rh_text_printf(out, "{\"error\":{\"stage\":\"%s\",\"message\":", stage);
    rh_json_write_string(out, message, strlen(message));
    rh_text_puts(out, "}}\n");
}

/* As the runner calls them. */
static const char *kind_name(const rh_value *value)
{
    switch (value->kind) {
    case RH_INTEGER:
        return "number";
    case RH_LIST:
        return "array";
    default:
        return rh_kind_name(value->kind);
    }
}

static void write_answer(rh_text *out, expr_question *question)
{
    static const char *const stages[] = {"lexing", "parsing", "evaluation"};
    rh_expression_error error;
    const rh_value *value = evaluate(question, &error);
    if (!value) {
        write_error(out, stages[error.stage], error.message);
        return;
    }
    rh_text_printf(out, "{\"kind\":\"%s\",\"value\":", kind_name(value));
    rh_json_write(out, value, RH_JSON_COMPACT);
    rh_text_puts(out, "}\n");
}

static void answer_line(rh_text *out, rh_arena *arena, const char *line, size_t length)
{
    char message[1024];
    rh_error error;
    const rh_value *question = rh_json_read(arena, line, length, NULL, &error);
    const rh_value *expression = rh_get(question, "expr"), *contexts = rh_get(question, "contexts");
    if (!question)
        write_error(out, "input", rh_error_text(&error, message, sizeof message));
    else if (rh_kind_of(expression) != RH_STRING)
        write_error(out, "input", "expected an object with the string 'expr'");
    else if (contexts && contexts->kind != RH_OBJECT && contexts->kind != RH_NULL)
        write_error(out, "input", "expected 'contexts' to be an object");
    else
        write_answer(out, &(expr_question){.arena = arena,
                                           .text = expression->as.text,
                                           .length = expression->count,
                                           .contexts = contexts});
}

/* Each line has an arena of its own, so that a large one does not stay. */
static int evaluate_many(cli_context *cli)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t got;
    while ((got = getline(&line, &room, stdin)) >= 0) {
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        rh_text out = rh_text_to(&arena, cli->out);
        size_t length = (size_t)got;
        while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            length--;
        answer_line(&out, &arena, line, length);
        bool written = rh_text_flush(&out) && fflush(cli->out) == 0;
        rh_arena_free(&arena);
        if (!written)
            break;
    }
    free(line);
    return CLI_OK;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const expr_settings *settings = read;
    if (settings->batch && (count || settings->contexts))
        return cli_bad(cli,
                       "--batch reads expressions and contexts from standard input; leave out "
                       "%s",
                       count ? "EXPR" : "--contexts");
    if (!settings->batch && !count)
        return cli_bad(cli, "EXPR is missing; usage: rehearse expr EXPR [options]");
    return settings->batch ? evaluate_many(cli) : evaluate_one(cli, settings, arguments[0]);
}

const cli_verb cli_expr = {
    .name = "expr",
    .arguments = "[EXPR]",
    .least = 0,
    .most = 1,
    .summary = "Evaluates an expression of GitHub Actions",
    .about = "Evaluates an expression by the runner's rules and prints its value as JSON. Without "
             "${{ }} all of EXPR is an expression; with them it is text around expressions, as "
             "in a workflow file.\n\n"
             "Every context and function may be used. Contexts that are not given are null, "
             "success() and always() are true, failure() and cancelled() false, and hashFiles() is "
             "unknown.",
    .options = options,
    .settings_size = sizeof(expr_settings),
    .run = run,
};
