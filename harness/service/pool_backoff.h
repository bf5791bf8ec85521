#ifndef PGS_SERVICE_POOL_BACKOFF_H
#define PGS_SERVICE_POOL_BACKOFF_H

#include <stdint.h>

/*
 * Exponential backoff with full jitter: how many milliseconds to wait behind the n-th failure
 * (from 1): anything from 0 to first * 2^(n-1), that at most `most`.  state: of the random
 * numbers, a seed to begin with.
 */
unsigned pgs_backoff(unsigned n, unsigned first, unsigned most, uint64_t *state);
/* A seed that no other thread or process has. */
uint64_t pgs_backoff_seed(void);

#endif
