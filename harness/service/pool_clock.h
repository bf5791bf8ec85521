#ifndef PGS_SERVICE_POOL_CLOCK_H
#define PGS_SERVICE_POOL_CLOCK_H

#include <limits.h>

/* Times and deadlines are milliseconds of a clock that only goes forward. */

#define PGS_NEVER LONG_MAX

long pgs_clock(void);
/* At most this much later than now; ms below 0: PGS_NEVER. */
long pgs_clock_after(long now, long ms);
/* Lets so much time go by, whatever signals come. */
void pgs_clock_pause(long ms);

#endif
