/* Fault files and profiles: whatever the bytes, they are read or refused with a reason; what is
 * read keeps its promises, and gives the same draws twice. */
#include <stdlib.h>

#include "harness/catalog.h"
#include "harness/profile.h"
#include "sim/base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_catalog(const rh_catalog *catalog)
{
    for (size_t i = 0; i < rh_catalog_count(catalog); i++) {
        const rh_fault *fault = rh_catalog_at(catalog, i);
        check(rh_catalog_find(catalog, fault->name) == fault); /* no name twice */
        check(fault->message[0] && fault->failure_type[0] && fault->summary[0] && fault->group[0]);
        check(fault->typical_duration >= 0 && fault->exit_code >= RH_NO_EXIT);
        check((fault->class == RH_FAULT_SLOW) == (fault->times > 1));
        check(fault->class != RH_FAULT_PERMANENT || !fault->retryable);
    }
}

static uint64_t draw_all(const rh_profile_record *profile, uint64_t seed)
{
    uint64_t hash = seed;
    for (uint64_t call = 0; call < 8; call++) {
        const rh_drawn drawn = {seed, call, 1, RH_WORLD_START + (rh_time)call * RH_HOURS(5)};
        const rh_step_class_record *class = rh_profile_class_of_type(profile, "Build");
        for (size_t i = 0; i < profile->outage_count; i++)
            hash = rh_hash_mix(hash, rh_outage_strikes(&profile->outages[i], class, &drawn));
        for (size_t i = 0; class && i < class->rate_count; i++)
            hash = rh_hash_mix(hash, rh_rate_strikes(&class->rates[i], &drawn));
        rh_duration takes = class ? rh_step_class_takes(class, (rh_duration)call, &drawn) : 0;
        check(takes >= 0);
        hash = rh_hash_mix(hash, (uint64_t)takes);
    }
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_catalog catalog = {0};
    rh_profile_record profile;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    const char *text = (const char *)data;
    check(rh_catalog_read(&arena, &catalog, text, size, "fuzz", &error) == 0 || error.message[0]);
    check_catalog(&catalog);
    error.message[0] = '\0';
    if (rh_profile_read(&arena, &catalog, text, size, "fuzz", &profile, &error) == 0)
        check(draw_all(&profile, 7) == draw_all(&profile, 7));
    else
        check(error.message[0]);
    rh_arena_free(&arena);
    return 0;
}
