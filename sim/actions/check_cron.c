/* Schedules: what GitHub refuses, and what it does otherwise than written. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/cron.h"
#include "sim/base/zone.h"

void rh_check_cron(rh_reading *r, const rh_token *token)
{
    const char *text = rh_token_text(token);
    rh_cron cron;
    rh_error error;
    if (!*text)
        return; /* refused */
    if (rh_cron_read(text, strlen(text), RH_CRON_GITHUB, &cron, &error) < 0) {
        size_t offset = error.column > 0 ? error.column - 1 : 0;
        rh_actions_place place = rh_reading_place_in(r, token->yaml, offset);
        rh_reading_refuse(r, place.line, place.column, "Invalid cron expression: %s",
                          error.message);
    } else if (rh_cron_check_interval(&cron, &error) < 0) {
        rh_reading_note_token(r, token, "%s", error.message);
    }
}

void rh_check_timezone(rh_reading *r, const rh_token *token)
{
    const char *name = rh_token_text(token);
    rh_zone zone;
    rh_error error;
    if (rh_zone_read(name, strlen(name), &zone, &error) < 0)
        rh_reading_note_token(r, token, "%s", error.message);
}
