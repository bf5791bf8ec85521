#include "pgstair/version.h"

const char *
pgs_version(void)
{
    return PGS_VERSION;
}
