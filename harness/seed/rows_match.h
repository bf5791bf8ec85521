#ifndef PGS_SEED_ROWS_MATCH_H
#define PGS_SEED_ROWS_MATCH_H

#include "seed/rows_pair.h"

/*
 * Finds each row of before again in after, as pgs_rows_compare() says, and writes it into the
 * tables' match.  By primary key first.  What is left then is told apart by colours
 * (rows_colour.h), from the finest, which know all that a row refers to and that refers to it, to
 * the coarsest, which know its values alone; so a row whose reference was rewritten wrongly is
 * still found, by its values.  Rows that nothing tells apart are paired last, so that whatever can
 * be known is known by then.  Deterministic.
 */
void pgs_rows_match(PgsPairing *pairing);

#endif
