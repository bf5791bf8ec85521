#ifndef PGS_SEED_ROWS_LEVEL_H
#define PGS_SEED_ROWS_LEVEL_H

#include "seed/rows_colour.h"

/* By what rows that no key tells are held against each other. */

/* From the finest. */
typedef enum {
    PGS_LEVEL_DEEP,
    PGS_LEVEL_PLACED,  /* its colour downwards, and what the rows that it refers to match */
    PGS_LEVEL_MATCHED, /* its values, and that */
    PGS_LEVEL_PARTLY,  /* the same, whatever the rows are that are not matched */
    PGS_LEVEL_UPWARDS,
    PGS_LEVEL_DOWNWARDS,
    PGS_LEVEL_VALUES,
    PGS_LEVEL_STABLE, /* as PGS_LEVEL_PARTLY, of those columns alone whose values are all there
                         again */
} PgsLevel;

/* Two rows that were found to be the same one. */
typedef struct {
    PgsTablePair *pair;
    guint32 row[PGS_N_SIDES];
} PgsRowMatch;

/* A matching that runs (rows_match.h). */
typedef struct {
    PgsPairing *pairing;
    PgsColours *colours;
    GPtrArray *order;  /* PgsTablePair: what is referred to first */
    GPtrArray *stable; /* of each table pair, for PGS_LEVEL_STABLE */
    GArray **children; /* of each reference and side: PgsHashedRow, rows under what they refer to */
    GArray *unsettled; /* PgsRowMatch: matched, and their neighbours are not looked at yet */
} PgsMatching;

/* Of rows that are matched by key already.  Free with pgs_matching_free(). */
PgsMatching *pgs_matching_new(PgsPairing *pairing);
void pgs_matching_free(PgsMatching *matching);

/* Rows of both sides with one signature are, as far as the level looks, the same. */
guint64 pgs_matching_signature(const PgsMatching *matching, PgsLevel level,
                               const PgsTablePair *pair, PgsSide side, guint row);

/*
 * Finds the columns of which after's open rows have every value that before's have, and as often:
 * by these, rows can be found again of which another value has changed.
 */
void pgs_matching_find_stable(PgsMatching *matching);
/* Whether PGS_LEVEL_STABLE says anything of the table. */
gboolean pgs_matching_is_stable_useful(const PgsMatching *matching, const PgsTablePair *pair);

#endif
