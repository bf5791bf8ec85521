#ifndef PGS_CLI_AVAILABILITY_H
#define PGS_CLI_AVAILABILITY_H

#include "cli/passes.h"

/* Behind all passes: a range of which no server was to be had is an error, with the reasons; what a
 * range lacks otherwise is a finding already. */
void pgs_availability_check(PgsPasses *passes);

#endif
