#include "harness/profile.h"

#include "harness/draw.h"
#include "sim/base/nearest.h"

/* An outage begins at most once in each slot of time. */
#define SLOT RH_HOURS(1)
#define SLOTS_PER_30_DAYS 720u

const rh_profile_text *rh_profile_find(const char *name, rh_error *error)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    for (const rh_profile_text *profile = rh_profile_texts; profile->name; profile++) {
        if (!strcmp(profile->name, name))
            return profile;
        rh_nearest_offer(&nearest, profile->name);
    }
    rh_error_set(error, NULL, 0, 0, "unknown profile '%s'%s", name,
                 rh_nearest_hint(&nearest, hint, sizeof hint));
    return NULL;
}

/* ---- classes --------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool rh_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || lower(*pattern) == lower(*text)) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

const rh_step_class_record *rh_profile_class(const rh_profile_record *profile, const char *name)
{
    for (size_t i = 0; i < profile->class_count; i++)
        if (!strcmp(profile->classes[i].name, name))
            return &profile->classes[i];
    return NULL;
}

const rh_step_class_record *rh_profile_class_of_type(const rh_profile_record *profile,
                                                     const char *type)
{
    for (size_t i = 0; i < profile->class_count; i++)
        for (size_t j = 0; j < profile->classes[i].type_count; j++)
            if (rh_glob(profile->classes[i].types[j], type))
                return &profile->classes[i];
    return NULL;
}

/* ---- draws ----------------------------------------------------------------------------------- */

bool rh_rate_strikes(const rh_rate *rate, const rh_drawn *drawn)
{
    if (!rate->per_million)
        return false;
    uint64_t identity = rh_hash_mix(drawn->call, rh_hash_string(rate->fault->name));
    uint64_t bits = rh_random_draw(drawn->seed, RH_DRAW_RATE, identity, (uint64_t)drawn->attempt);
    return rh_random_below(bits, 1000000) < rate->per_million;
}

/* Whether the outage that begins in this slot, if there is one, is there at `now`. */
static bool slot_covers(const rh_outage *outage, uint64_t seed, int64_t slot, rh_time now)
{
    uint64_t which = (uint64_t)slot;
    uint64_t bits = rh_random_draw(seed, RH_DRAW_OUTAGE, outage->identity, which);
    if (rh_random_below(bits, SLOTS_PER_30_DAYS) >= outage->per_30_days)
        return false;
    bits = rh_random_draw(seed, RH_DRAW_OUTAGE_AT, outage->identity, which);
    rh_time begins = slot * SLOT + (rh_time)rh_random_below(bits, (uint64_t)SLOT);
    bits = rh_random_draw(seed, RH_DRAW_OUTAGE_LENGTH, outage->identity, which);
    return begins <= now &&
           now - begins < rh_draw_quantile(outage->lasts, outage->lasts_count, bits);
}

bool rh_outage_covers(const rh_outage *outage, uint64_t seed, rh_time now)
{
    int64_t last = now / SLOT - (now % SLOT < 0);
    int64_t longest = outage->lasts[outage->lasts_count - 1] / SLOT + 1;
    for (int64_t slot = last; slot >= last - longest && slot > INT64_MIN / SLOT; slot--)
        if (slot_covers(outage, seed, slot, now))
            return true;
    return false;
}

bool rh_outage_strikes(const rh_outage *outage, const rh_step_class_record *class,
                       const rh_drawn *drawn)
{
    bool concerned = outage->class_count == 0;
    for (size_t i = 0; i < outage->class_count; i++)
        concerned = concerned || outage->classes[i] == class;
    if (!concerned || !rh_outage_covers(outage, drawn->seed, drawn->now))
        return false;
    uint64_t identity = rh_hash_mix(drawn->call, outage->identity);
    uint64_t bits = rh_random_draw(drawn->seed, RH_DRAW_HIT, identity, (uint64_t)drawn->attempt);
    return rh_random_below(bits, 1000) < outage->per_mille;
}

/* Thousandths of a duration, without overflow. */
static rh_duration thousandths(rh_duration duration, int64_t factor)
{
    __extension__ typedef __int128 wide;
    wide product = (wide)duration * factor / 1000;
    return product > RH_FOREVER ? RH_FOREVER : (rh_duration)product;
}

rh_duration rh_step_class_takes(const rh_step_class_record *class, rh_duration takes,
                                const rh_drawn *drawn)
{
    uint64_t bits =
        rh_random_draw(drawn->seed, RH_DRAW_SPREAD, drawn->call, (uint64_t)drawn->attempt);
    if (!takes)
        return class->takes_count ? rh_draw_quantile(class->takes, class->takes_count, bits) : 0;
    if (!class->spread_count || takes == RH_FOREVER)
        return takes;
    return thousandths(takes, rh_draw_quantile(class->spread, class->spread_count, bits));
}
