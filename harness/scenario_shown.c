#include "harness/scenario_shown.h"

#include "harness/env_state.h"
#include "harness/scenario_check_file.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

/* ---- writing YAML ---------------------------------------------------------------------------- */

/* Letters that can begin a plain scalar, and those that can go on. */
static bool can_begin(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '/' || c == '.' || c == '$' || c == '(';
}

static bool can_go_on(const char *c)
{
    return can_begin(*c) || strchr(" -+)@=;^~", *c) || (*c == ':' && c[1] && c[1] != ' ') ||
           (unsigned char)*c >= 0x80;
}

static bool is_plain(rh_arena *arena, const char *string)
{
    size_t length = strlen(string);
    if (!length || length > 200 || !can_begin(string[0]) || string[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!can_go_on(string + i))
            return false;
    rh_yaml scalar = {.count = (uint32_t)length, .text = string};
    rh_yaml_resolve(arena, &scalar);
    return scalar.type == RH_STRING && strcmp(string, "any") != 0 && strcmp(string, "none") != 0;
}

void rh_yaml_write_text(rh_text *text, const char *string)
{
    if (is_plain(text->arena, string))
        rh_text_puts(text, string);
    else
        rh_json_write_string(text, string, strlen(string));
}

void rh_yaml_write_value(rh_text *text, const rh_value *value)
{
    rh_kind kind = rh_kind_of(value);
    if (kind == RH_STRING && strlen(rh_text_of(value)) == value->count) {
        rh_yaml_write_text(text, rh_text_of(value));
    } else if (kind == RH_LIST || kind == RH_OBJECT) {
        rh_text_putc(text, kind == RH_LIST ? '[' : '{');
        for (size_t i = 0; i < rh_count_of(value); i++) {
            rh_text_puts(text, i ? ", " : "");
            if (kind == RH_OBJECT) {
                rh_yaml_write_text(text, value->as.fields[i].key);
                rh_text_puts(text, ": ");
            }
            rh_yaml_write_value(text, rh_at(value, i));
        }
        rh_text_putc(text, kind == RH_LIST ? ']' : '}');
    } else {
        rh_json_write(text, value, RH_JSON_COMPACT);
    }
}

/* ---- the run that is looked at --------------------------------------------------------------- */

size_t rh_shown_count(const rh_env *env, rh_entry_kind kind, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == kind && rh_env_is_of_run(env, &journal->entries[i]))
            count += rh_call_matches(rh_env_call(env, &journal->entries[i]), path);
    return count;
}

static rh_time start_of_run(const rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    const rh_run_record *run = rh_env_run(env);
    while (run && run->previous != RH_NO_RUN)
        run = journal->runs[run->previous];
    return run ? run->started : journal->start;
}

void rh_shown_starts(rh_text *text, const rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    bool first = true;
    rh_text_putc(text, '[');
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_ATTEMPT_STARTED || !rh_env_is_of_run(env, entry) ||
            !rh_call_matches(rh_env_call(env, entry), path))
            continue;
        rh_text_puts(text, first ? "" : ", ");
        rh_duration_write(text, entry->time - start_of_run(env));
        first = false;
    }
    rh_text_putc(text, ']');
}

const char *rh_shown_path(rh_arena *arena, const rh_call *call)
{
    const char *type = call->type->text;
    return call->key ? rh_format(arena, "%s[%s]", type, call->key) : type;
}

void rh_shown_usd(rh_text *text, int64_t micro)
{
    const char *whole = rh_format(text->arena, "%jd.%06jd", (intmax_t)(micro / 1000000),
                                  (intmax_t)(micro % 1000000));
    size_t length = strlen(whole);
    while (whole[length - 1] == '0' && whole[length - 2] != '.')
        length--;
    rh_text_add(text, whole, length);
}

static void list_masked_of_file(rh_text *list, const rh_env *env)
{
    rh_file_run run = rh_file_run_of(env, list->arena);
    for (const rh_job_node *node = run.tree.first; node; node = rh_job_node_after(node)) {
        if (!rh_job_node_is_masked(node))
            continue;
        rh_text_puts(list, list->length ? ", " : "");
        rh_yaml_write_text(list,
                           node->call ? rh_call_path_text(list->arena, node->call) : node->name);
    }
}

void rh_shown_masked(rh_text *text, rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    rh_text list = rh_text_in(text->arena);
    bool of_file = rh_env_run(env) && !strcmp(rh_env_run(env)->dialect, "actions");
    if (of_file)
        list_masked_of_file(&list, env);
    for (size_t i = 0; i < journal->count && !of_file; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool fails =
            entry->kind == RH_ENTRY_ACTIVITY_FAILED || entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT;
        if (!fails || !rh_env_is_of_run(env, entry))
            continue;
        rh_text_puts(&list, list.length ? ", " : "");
        rh_yaml_write_text(&list, rh_call_path_text(text->arena, rh_env_call(env, entry)));
    }
    if ((of_file || rh_status_of(env) == RH_SUCCEEDED) && list.length)
        rh_text_printf(text, "[%s]", rh_text_string(&list));
    else
        rh_text_puts(text, "none");
}
