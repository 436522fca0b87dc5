/* More for tests: what workflow code keeps (rehearse/recorded.h).
 *
 * Assertions are about the run that rh_look_at chose, as those of rehearse/harness.h.
 */
#ifndef REHEARSE_TESTING_H
#define REHEARSE_TESTING_H

#include "rehearse/harness.h"
#include "rehearse/recorded.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- side effects and versions --------------------------------------------------------------- */

/* What side effects and mutable side effects of that name give in place of their functions: said
 * several times, one after the other; the last goes on. One nobody asks for fails the test. */
#define rh_side_effect_is(env, name, value)                                                        \
    rh_side_effect_is_at((env), __FILE__, __LINE__, (name), (value))
/* What rh_change_version takes for a run that comes past the change for the first time, in place of
 * the newest; RH_DEFAULT_VERSION plays code that was deployed before the change: nothing is
 * recorded. */
#define rh_change_version_is(env, change_id, version)                                              \
    rh_change_version_is_at((env), __FILE__, __LINE__, (change_id), (version))

/* A search attribute, or a memo field, of the run at its end matches; NULL: there is none. */
#define rh_assert_attribute(env, name, pattern)                                                    \
    rh_assert_attribute_at((env), __FILE__, __LINE__, (name), (pattern))
#define rh_assert_memo(env, field, pattern)                                                        \
    rh_assert_memo_at((env), __FILE__, __LINE__, (field), (pattern))
/* How many markers of that name ("SideEffect", "MutableSideEffect", "Version") and id (NULL: any)
 * the history has. */
#define rh_assert_markers(env, marker, id, count)                                                  \
    rh_assert_markers_at((env), __FILE__, __LINE__, (marker), (id), (count))

RH_API void rh_side_effect_is_at(rh_env *env, const char *file, int line, const char *name,
                                 const rh_value *value);
RH_API void rh_change_version_is_at(rh_env *env, const char *file, int line, const char *change_id,
                                    int32_t version);
RH_API void rh_assert_attribute_at(rh_env *env, const char *file, int line, const char *name,
                                   const rh_value *pattern);
RH_API void rh_assert_memo_at(rh_env *env, const char *file, int line, const char *field,
                              const rh_value *pattern);
RH_API void rh_assert_markers_at(rh_env *env, const char *file, int line, const char *marker,
                                 const char *id, size_t count);

#ifdef __cplusplus
}
#endif
#endif
