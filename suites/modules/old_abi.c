/* A module as an earlier version of the headers would have made it. */
#include "rehearse/harness.h"

RH_API const rh_module *rehearse_module(void);

const rh_module *rehearse_module(void)
{
    static const rh_module module = {RH_ABI_VERSION - 1, (uint32_t)sizeof(rh_module), "old", NULL,
                                     NULL};
    return &module;
}
