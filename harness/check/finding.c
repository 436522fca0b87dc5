#include "harness/check/finding.h"

#include <string.h>

static const rh_finding_rule rules[] = {
#define KIND(NAME, id, level, title, meaning) {id, RH_LEVEL_##level, title, meaning},
#include "harness/check/finding_kinds.h"
#undef KIND
};

static const char *const levels[] = {"note", "warning", "error"};

const rh_finding_rule *rh_finding_rule_of(rh_finding_kind kind)
{
    return &rules[kind];
}

const char *rh_finding_level_name(rh_finding_level level)
{
    return levels[level];
}

bool rh_finding_level_find(const char *name, rh_finding_level *level)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (!strcmp(levels[i], name)) {
            *level = (rh_finding_level)i;
            return true;
        }
    return false;
}
