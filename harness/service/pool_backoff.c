#include "service/pool_backoff.h"

#include <sys/random.h>
#include <time.h>

/* splitmix64 (Steele, Lea, Flood 2014): any seed will do, 0 too. */
static uint64_t
next_number(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

unsigned
pgs_backoff(unsigned n, unsigned first, unsigned most, uint64_t *state)
{
    uint64_t limit = first;
    for (unsigned i = 1; i < n && limit < most; i++)
        limit *= 2;
    if (limit > most)
        limit = most;
    return (unsigned)(next_number(state) % (limit + 1));
}

uint64_t
pgs_backoff_seed(void)
{
    uint64_t seed;
    struct timespec now;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)&now;
}
