#include "service/pool_clock.h"

#include <time.h>

long
pgs_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

long
pgs_clock_after(long now, long ms)
{
    return ms < 0 || now > PGS_NEVER - ms ? PGS_NEVER : now + ms;
}

void
pgs_clock_pause(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    while (nanosleep(&pause, &pause) != 0)
        ;
}
