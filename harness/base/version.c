#include "pgstair/pgstair.h"

const char *
pgs_version(void)
{
    return PGS_VERSION;
}
