#include "sim/actions/wrap.h"

#include <string.h>

#include "sim/base/timetext.h"

enum { ATTEMPTS = 3 };
static const rh_duration WAIT = RH_SECONDS(10);
static const rh_duration LIMIT = RH_MINUTES(30);

rh_actions_wrap rh_wrap_fill(const rh_actions_wrap *wrap)
{
    return (rh_actions_wrap){.attempts = wrap->attempts ? wrap->attempts : ATTEMPTS,
                             .wait = wrap->wait ? wrap->wait : WAIT,
                             .limit = wrap->limit ? wrap->limit : LIMIT};
}

const char *rh_wrap_text(rh_arena *arena, const rh_actions_wrap *wrap)
{
    const rh_actions_wrap rules = rh_wrap_fill(wrap);
    rh_text text = rh_text_in(arena);
    rh_text_printf(&text,
                   "each step that talks to a network is played in a retry wrapper: at most %d "
                   "attempts, ",
                   (int)rules.attempts);
    rh_duration_write(&text, rules.wait);
    rh_text_puts(&text, " between them, each at most ");
    rh_duration_write(&text, rules.limit);
    rh_text_puts(&text, "; whatever fails is tried again, and its effects happen again");
    return rh_text_string(&text);
}

/* What happens to those who talk to nobody, too. */
static bool is_local(const char *fault)
{
    static const char *const local[] = {"exit-code", "hangs",   "out-of-memory", "disk-full",
                                        "half-done", "crashes", "step-timeout"};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (fault[0] == local[i][0] && !strcmp(fault, local[i]))
            return true;
    return false;
}

bool rh_wrap_talks(const char *const *faults)
{
    if (!faults)
        return true;
    for (; *faults; faults++)
        if (!is_local(*faults))
            return true;
    return false;
}
