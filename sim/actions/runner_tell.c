/* What people read: the log with its workflow commands, annotations; without secrets. */
#include "sim/actions/runner.h"

#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"

/* ---- secrets --------------------------------------------------------------------------------- */

static void add_secrets(rh_runner *runner, const rh_value *secrets)
{
    for (size_t i = 0; i < rh_count_of(secrets); i++) {
        const rh_value *secret = rh_at(secrets, i);
        if (rh_kind_of(secret) == RH_STRING)
            rh_mask_add_secret(runner->masks, secret->as.text, secret->count);
    }
}

/* Made when the first text is looked at: many jobs say nothing. */
static rh_mask *masks_of(rh_runner *runner)
{
    if (runner->masks)
        return runner->masks;
    bool is_known = false;
    runner->masks = rh_runner_masks(runner, runner->leg->secrets, &is_known);
    if (is_known)
        return runner->masks;
    add_secrets(runner, runner->leg->secrets);
    const rh_value *token = rh_get(rh_runner_github(runner), "token");
    if (rh_kind_of(token) == RH_STRING)
        rh_mask_add_secret(runner->masks, token->as.text, token->count);
    return runner->masks;
}

const char *rh_runner_masked(rh_runner *runner, const char *text)
{
    const rh_mask *masks = masks_of(runner);
    size_t length = text ? strlen(text) : 0;
    if (!length || !rh_mask_finds(masks, text, length))
        return text;
    rh_text masked = rh_text_in(runner->arena);
    rh_mask_text(masks, &masked, text, length);
    return rh_text_string(&masked);
}

bool rh_runner_holds_secret(rh_runner *runner, const rh_value *value)
{
    if (value->flags & RH_SECRET)
        return true;
    if (runner->has_no_secrets && !rh_runner_has_masks(runner))
        return false;
    return rh_mask_holds(masks_of(runner), value);
}

/* ---- entries --------------------------------------------------------------------------------- */

void rh_runner_annotate(rh_runner *runner, uint32_t call, const char *level, const char *text)
{
    rh_inside_journal(runner->inside,
                      &(rh_entry){.kind = RH_ENTRY_ANNOTATION,
                                  .call = call,
                                  .attempt = call ? 1 : 0,
                                  .name = rh_names_intern(&runner->world->names, level),
                                  .text = rh_runner_masked(runner, text)});
}

void rh_runner_log(rh_played *played, const char *text)
{
    rh_inside_journal(played->inside ? played->inside : played->scope->inside,
                      &(rh_entry){.kind = RH_ENTRY_LOG,
                                  .call = played->call,
                                  .attempt = played->child ? played->child->number : 1,
                                  .text = rh_runner_masked(played->scope->runner, text)});
}

const rh_failure *rh_runner_failure(rh_arena *arena, const char *message, int exit_code)
{
    const rh_value *details = exit_code ? RH_OBJECT_OF({"exit_code", rh_integer(exit_code)}) : NULL;
    return rh_failure_application(
        arena, &(rh_failure_options){.type = "failure", .message = message, .details = details});
}

/* ---- workflow commands ----------------------------------------------------------------------- */

static const char *text_of(rh_arena *arena, const rh_value *value)
{
    if (rh_kind_of(value) == RH_UNKNOWN)
        return "<unknown>";
    return value->flags & RH_SECRET ? "***" : rh_text_of(rh_value_as_string(arena, value));
}

static void set_by_command(rh_played *played, const rh_workflow_command *command)
{
    rh_arena *arena = played->scope->runner->arena;
    const rh_value *name = rh_workflow_command_get(command, "name");
    if (rh_kind_of(name) != RH_STRING)
        return;
    if (command->kind == RH_COMMAND_SET_OUTPUT)
        rh_files_set_output(played, rh_text_of(name), command->data);
    else if (command->kind == RH_COMMAND_SET_ENV)
        played->env_made = rh_runner_with(arena, played->env_made, rh_text_of(name), command->data);
}

static void do_command(rh_played *played, const rh_workflow_command *command)
{
    rh_runner *runner = played->scope->runner;
    switch ((rh_workflow_command_kind)command->kind) {
    case RH_COMMAND_SET_OUTPUT:
    case RH_COMMAND_SET_ENV:
        set_by_command(played, command);
        break;
    case RH_COMMAND_ADD_MASK:
        if (rh_kind_of(command->data) == RH_STRING)
            rh_mask_add(masks_of(runner), command->data->as.text, command->data->count);
        break;
    case RH_COMMAND_NOTICE:
    case RH_COMMAND_WARNING:
    case RH_COMMAND_ERROR:
        rh_runner_annotate(runner, played->call,
                           rh_workflow_command_name((rh_workflow_command_kind)command->kind),
                           text_of(runner->arena, command->data));
        break;
    case RH_COMMAND_ADD_PATH:
        rh_files_add_path(played, command->data);
        break;
    default:
        break;
    }
}

static void tell_command(rh_played *played, const rh_workflow_command *command)
{
    rh_runner *runner = played->scope->runner;
    if (command->warning)
        rh_runner_annotate(runner, played->call, "warning", command->warning);
    if (command->error)
        rh_runner_annotate(runner, played->call, "error", command->error);
    if (command->failed_first)
        rh_runner_annotate(runner, played->call, "error", command->failed_first);
    if (command->failed_then && !played->failed_command)
        played->failed_command = command->failed_then;
    if (command->is_done)
        do_command(played, command);
    if (command->logged)
        rh_runner_log(played, text_of(runner->arena, command->logged));
}

/* ---- output, line by line -------------------------------------------------------------------- */

static bool may_be_command(rh_played *played)
{
    if (played->reader.is_stopped)
        return true;
    for (size_t i = 0; i < played->line_count; i++)
        if (rh_kind_of(played->line[i]) == RH_STRING &&
            (strstr(played->line[i]->as.text, "::") || strstr(played->line[i]->as.text, "##[")))
            return true;
    return false;
}

static void end_line(rh_played *played)
{
    rh_arena *arena = played->scope->runner->arena;
    rh_workflow_command command;
    size_t count = played->line_count;
    if (!count)
        return;
    if (may_be_command(played) &&
        rh_workflow_command_read(arena, &played->reader, played->line, count, &command)) {
        tell_command(played, &command);
    } else if (count == 1) {
        rh_runner_log(played, text_of(arena, played->line[0]));
    } else {
        rh_text text = rh_text_in(arena);
        for (size_t i = 0; i < count; i++)
            rh_text_puts(&text, text_of(arena, played->line[i]));
        rh_runner_log(played, rh_text_string(&text));
    }
    played->line_count = 0;
}

static void add_piece(rh_played *played, const rh_value *piece)
{
    rh_arena *arena = played->scope->runner->arena;
    played->line = rh_arena_reserve(arena, played->line, sizeof *played->line,
                                    played->line_count + 1, &played->line_capacity);
    played->line[played->line_count++] = piece;
}

void rh_script_print(void *data, const rh_value *text, bool error)
{
    rh_played *played = data;
    rh_arena *arena = played->scope->runner->arena;
    uint8_t flags = text->flags & (RH_SECRET | RH_TAINTED);
    (void)error;
    if (rh_kind_of(text) != RH_STRING) {
        if (played->line_count) /* alone it is nothing to show */
            add_piece(played, text);
        return;
    }
    for (const char *at = text->as.text, *end = at + text->count; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        if (length || (stop && !played->line_count))
            add_piece(played, rh_runner_flagged(arena, rh_value_string(arena, at, length), flags));
        if (stop)
            end_line(played);
        at += length + (stop != NULL);
    }
}

void rh_script_end_line(rh_played *played)
{
    end_line(played);
}
