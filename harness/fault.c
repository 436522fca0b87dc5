#include "harness/fault.h"

#include <string.h>

/* The catalog is data: one entry a line in fixtures/faults.h. */
static const rh_fault faults[] = {
#define FAULT(name, class, type, message, retryable, duration, summary, source)                    \
    {name, RH_FAULT_##class, type, message, retryable, duration, summary, source},
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

const char *rh_fault_class_name(rh_fault_class class)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_FAULT_CLASSES(X)
#undef X
    };
    return names[class];
}
