#include "harness/fault.h"

#include <string.h>

/* The catalog is data: one entry each in fixtures/faults.h. */
static const rh_fault faults[] = {
#define FAULT(name_, class_, ...) {.name = (name_), .class = RH_FAULT_##class_, __VA_ARGS__},
#include "fixtures/faults.h"
#undef FAULT
};

size_t rh_fault_count(void)
{
    return sizeof faults / sizeof *faults;
}

const rh_fault *rh_fault_at_index(size_t index)
{
    return index < rh_fault_count() ? &faults[index] : NULL;
}

const rh_fault *rh_fault_find(const char *name)
{
    for (size_t i = 0; i < rh_fault_count(); i++)
        if (!strcmp(faults[i].name, name))
            return &faults[i];
    return NULL;
}

/* ---- classes --------------------------------------------------------------------------------- */

static const char *const names[] = {
#define X(name, text, meaning) text,
    RH_FAULT_CLASSES(X)
#undef X
};

const char *rh_fault_class_name(rh_fault_class class)
{
    return names[class];
}

bool rh_fault_class_find(const char *name, rh_fault_class *class)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name)) {
            *class = (rh_fault_class)i;
            return true;
        }
    return false;
}

bool rh_fault_class_fails(rh_fault_class class)
{
    return class == RH_FAULT_TRANSIENT || class == RH_FAULT_PERMANENT ||
           class == RH_FAULT_REPLY_LOST || class == RH_FAULT_PARTIAL;
}

bool rh_fault_class_strikes_host(rh_fault_class class)
{
    return class == RH_FAULT_HOST_LOST || class == RH_FAULT_HOST_STOPPED;
}

const char *rh_fault_class_meaning(rh_fault_class class)
{
    static const char *const meanings[] = {
#define X(name, text, meaning) meaning,
        RH_FAULT_CLASSES(X)
#undef X
    };
    return meanings[class];
}
