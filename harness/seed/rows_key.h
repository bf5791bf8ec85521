#ifndef PGS_SEED_ROWS_KEY_H
#define PGS_SEED_ROWS_KEY_H

#include "seed/rows_pair.h"

/* Matches the rows of before that have one of the same primary key in after. */
void pgs_rows_match_by_key(PgsTablePair *pair);

#endif
