#include "rehearse/rehearse.h"

const char *rh_version(void)
{
    return REHEARSE_VERSION;
}
