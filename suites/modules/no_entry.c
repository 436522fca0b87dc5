/* A shared object that is no module. */
#include "rehearse/export.h"

RH_API int something_else(void);

int something_else(void)
{
    return 0;
}
