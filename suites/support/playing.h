/* What suites share that play workflows: an env for each test, and texts of what happened.
 *
 * A suite defines `static const rh_module module` and lists its tests with PLAYED(test); each finds
 * its env in *state. It includes this file first.
 */
#ifndef RH_SUITES_PLAYING_H
#define RH_SUITES_PLAYING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/env_state.h"
#include "sim/base/timetext.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static inline void contains_at(const char *text, const char *part, const char *file, int line)
{
    if (text && strstr(text, part))
        return;
    print_error("'%s'\n  does not contain\n'%s'\n", text ? text : "(nothing)", part);
    _fail(file, line);
}
#define assert_contains(text, part) contains_at((text), (part), __FILE__, __LINE__)

/* ---- envs ------------------------------------------------------------------------------------ */

/* Whether the worlds of a suite begin without a cache: each workflow task then replays. */
static inline bool *without_cache(void)
{
    static bool is_without;
    return &is_without;
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, create_env, destroy_env)
#define DEFINE_ENVS(module)                                                                        \
    static int create_env(void **state)                                                            \
    {                                                                                              \
        *state = rh_env_create(&(module));                                                         \
        if (*state && *without_cache())                                                            \
            rh_world((rh_env *)*state, .no_cache = true);                                          \
        return *state ? 0 : -1;                                                                    \
    }                                                                                              \
    static int destroy_env(void **state)                                                           \
    {                                                                                              \
        rh_env_destroy(*state);                                                                    \
        return 0;                                                                                  \
    }

/* For main: runs the tests, and again without a cache. Nothing that tests see may differ. */
#define RUN_WITH_AND_WITHOUT_CACHE(tests)                                                          \
    int failed = cmocka_run_group_tests_name("with a cache", (tests), NULL, NULL);                 \
    *without_cache() = true;                                                                       \
    failed += cmocka_run_group_tests_name("without a cache", (tests), NULL, NULL);                 \
    return failed != 0

/* Nothing is wrong with the test so far. */
static inline void clean_at(rh_env *env, const char *file, int line)
{
    if (rh_env_finish(env) == 0)
        return;
    print_error("%s", rh_env_report(env));
    _fail(file, line);
}
#define assert_clean(env) clean_at((env), __FILE__, __LINE__)

/* Exactly one thing is wrong: its message contains `part`. */
static inline void one_problem_at(rh_env *env, bool is_error, const char *part, const char *file,
                                  int line)
{
    if (rh_env_finish(env) != 1 || rh_env_problem(env, 0)->is_error != is_error) {
        print_error("not one problem (%s) with '%s':\n%s", is_error ? "an error" : "no error", part,
                    rh_env_report(env));
        _fail(file, line);
    }
    contains_at(rh_env_problem(env, 0)->message, part, file, line);
}
#define assert_one_error(env, part) one_problem_at((env), true, (part), __FILE__, __LINE__)
#define assert_one_failing(env, part) one_problem_at((env), false, (part), __FILE__, __LINE__)

/* ---- what happened --------------------------------------------------------------------------- */

/* Log lines and warnings, joined by ", ". */
static inline const char *told(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_LOG ||
            journal->entries[i].kind == RH_ENTRY_WARNING)
            rh_text_printf(&text, "%s%s", text.length ? ", " : "", journal->entries[i].text);
    return rh_text_string(&text);
}

/* The names of entries, joined by blanks: those of the history but workflow tasks, or all. */
static inline const char *names_of(rh_env *env, bool all)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        const char *name = rh_entry_kind_name((rh_entry_kind)entry->kind);
        if (all || (entry->event_id && strncmp(name, "task-", 5) != 0))
            rh_text_printf(&text, "%s%s", text.length ? " " : "", name);
    }
    return rh_text_string(&text);
}
#define history(env) names_of((env), false)
#define everything(env) names_of((env), true)

/* All of the history: names, event ids, times, texts, hashes of values and failures. */
static inline const char *whole_history(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (!entry->event_id)
            continue;
        rh_text_printf(&text, "%u#%u %s @", entry->run, entry->event_id,
                       rh_entry_kind_name((rh_entry_kind)entry->kind));
        rh_duration_write(&text, entry->time - journal->start);
        rh_text_printf(&text, " %u %u %d %llu %lld %s %s %llx %llx\n", entry->code, entry->call,
                       (int)entry->attempt, (unsigned long long)entry->number,
                       (long long)entry->span, entry->name ? entry->name->text : "-",
                       entry->text ? entry->text : "-",
                       entry->value ? (unsigned long long)entry->value->hash : 0,
                       entry->failure ? (unsigned long long)entry->failure->hash : 0);
    }
    return rh_text_string(&text);
}

/* The n-th entry (from 0) of that kind; NULL if there are not so many. */
static inline const rh_entry *nth_entry(rh_env *env, rh_entry_kind kind, size_t n)
{
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == kind && n-- == 0)
            return &journal->entries[i];
    return NULL;
}

static inline size_t count_entries(rh_env *env, rh_entry_kind kind)
{
    size_t count = 0;
    while (nth_entry(env, kind, count))
        count++;
    return count;
}

static inline rh_duration since_start(rh_env *env, const rh_entry *entry)
{
    assert_non_null(entry);
    return entry->time - rh_env_journal(env)->start;
}

static inline const char *failure_of(rh_env *env)
{
    static char text[1024];
    rh_failure_text(rh_failure_of(env), text, sizeof text);
    return text;
}

#endif
