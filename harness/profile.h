/* Profiles: how long steps take and how often faults strike them, so that a seed draws a world.
 *
 * A profile sorts calls into classes by their activity type. Faults strike attempts one by one;
 * outages strike by time: all that starts while one lasts may be hit. Each draw is keyed by what it
 * is for: another call, class, fault or outage changes no other draw.
 *
 * Profiles are YAML or JSON; those that come with the library (fixtures/profiles) as well.
 */
#ifndef RH_HARNESS_PROFILE_H
#define RH_HARNESS_PROFILE_H

#include "harness/catalog.h"
#include "sim/stage.h"

typedef struct rh_rate {
    const rh_fault *fault;
    uint32_t per_million; /* attempts */
} rh_rate;

/* Calls that behave alike. */
typedef struct rh_step_class_record {
    const char *name;
    const char *const *types; /* globs */
    size_t type_count;
    const rh_duration *takes; /* quantiles, of calls whose mock says no time */
    size_t takes_count;
    const int64_t *spread; /* quantiles: thousandths of the time that its mock says */
    size_t spread_count;
    const rh_rate *rates;
    size_t rate_count;
    const char *source;
} rh_step_class_record;

typedef struct rh_outage {
    const char *name;
    uint64_t identity;
    const rh_fault *fault;
    const rh_step_class_record *const *classes; /* whom it hits; none: all */
    size_t class_count;
    uint32_t per_30_days;
    uint32_t per_mille;       /* of the attempts that start while it lasts */
    const rh_duration *lasts; /* quantiles */
    size_t lasts_count;
    const char *source;
} rh_outage;

typedef struct rh_profile_record {
    const char *name;
    const char *summary;
    const rh_step_class_record *classes; /* the first that has a type wins */
    size_t class_count;
    const rh_outage *outages;
    size_t outage_count;
} rh_profile_record;

/* Those that come with the library; their text is what a file has. */
typedef struct rh_profile_text {
    const char *name;
    const char *text;
    size_t length;
} rh_profile_text;
extern const rh_profile_text rh_profile_texts[]; /* ends with an all-zero entry */

/* The library's profile of that name; NULL with an error that names the nearest. */
const rh_profile_text *rh_profile_find(const char *name, rh_error *error);

/* Reads a profile, whose faults are the catalog's (NULL: the library's). `file` names it in errors.
 * 0, or -1 with an error. */
int rh_profile_read(rh_arena *arena, const rh_catalog *catalog, const char *text, size_t length,
                    const char *file, rh_profile_record *profile, rh_error *error);

/* NULL if there is none. */
const rh_step_class_record *rh_profile_class(const rh_profile_record *profile, const char *name);
const rh_step_class_record *rh_profile_class_of_type(const rh_profile_record *profile,
                                                     const char *type);

/* ---- draws ----------------------------------------------------------------------------------- */

/* Which attempt is drawn for. */
typedef struct rh_drawn {
    uint64_t seed;
    uint64_t call; /* rh_call_identity */
    int32_t attempt;
    rh_time now; /* when it starts */
} rh_drawn;

bool rh_rate_strikes(const rh_rate *rate, const rh_drawn *drawn);
/* Whether it is there at `now`. */
bool rh_outage_covers(const rh_outage *outage, uint64_t seed, rh_time now);
bool rh_outage_strikes(const rh_outage *outage, const rh_step_class_record *class,
                       const rh_drawn *drawn);
/* How long an attempt takes whose mock says `takes` (0: nothing). */
rh_duration rh_step_class_takes(const rh_step_class_record *class, rh_duration takes,
                                const rh_drawn *drawn);

/* '*' any text, '?' one character; case does not count. */
bool rh_glob(const char *pattern, const char *text);

#endif
