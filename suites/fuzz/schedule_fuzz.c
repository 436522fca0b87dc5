/* A schedule and moments to look from: whatever they are, errors have a place in the text, slots
 * lie behind the moment, on whole minutes, and a run that waits for one does not wait past it. */
#include <stdlib.h>

#include "sim/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const rh_schedule *schedule, rh_time after)
{
    rh_time slot = after;
    for (int i = 0; i < 3 && rh_schedule_next(schedule, after, &slot); i++, after = slot) {
        if (slot <= after || slot % (schedule->every ? RH_SECONDS(1) : RH_MINUTES(1)))
            abort();
        rh_duration wait = rh_schedule_backoff(schedule, after, slot);
        if (wait != 0)
            abort();
        wait = rh_schedule_backoff(schedule, after, after);
        if (wait < slot - after || wait >= slot - after + RH_SECONDS(1))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const rh_time moments[] = {
        INT64_MIN, 0, RH_WORLD_START, RH_WORLD_START + RH_DAYS(86) + 1, INT64_MAX - RH_DAYS(400),
        INT64_MAX};
    const char *text = (const char *)data;
    rh_schedule schedule;
    rh_error error = {.message = ""};
    if (rh_schedule_read(text, size, &schedule, &error) < 0) {
        if (!error.message[0] || error.column < 1 || error.column > size + 8)
            abort();
        return 0;
    }
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        check(&schedule, moments[i]);
    return 0;
}
