#ifndef PGS_SYNTHESIS_SYNTHESIS_H
#define PGS_SYNTHESIS_SYNTHESIS_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * Rows that the server accepts, for any relation, the rows that they refer to included.  Inside the
 * bench's transaction.
 */

/* A value that a row is to have. */
typedef struct {
    const PgsColumn *column;
    PgsValue value;
} PgsWish;

/*
 * A row for the relation that the server would accept now: it was tried.  The rows that it refers
 * to are inserted (and stay in the transaction) unless its wishes name others.  It differs from
 * each row before in all that has to be unique.  wishes: n_wishes of them, kept as they are.
 *
 * NULL without error: no such row was found; *reason (g_free()) says why, for a person: which
 * relation, what the server said last, how many rows were tried.  NULL with error as
 * pgs_batch_run().
 */
PgsDraft *pgs_synthesis_draft(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                              guint n_wishes, char **reason, GError **error);
/* Inserts it.  NULL without error and *reason: it was refused, or a trigger or rule swallowed it.
 */
PgsStored *pgs_synthesis_store(PgsBench *bench, const PgsDraft *draft, char **reason,
                               GError **error);
/* Both. */
PgsStored *pgs_synthesis_make(PgsBench *bench, const PgsRelation *relation, const PgsWish *wishes,
                              guint n_wishes, char **reason, GError **error);

/*
 * The statements that made the rows of this transaction so far, in order, so that a person can make
 * them again: one text with a line each.  g_free().
 */
char *pgs_synthesis_script(PgsBench *bench);

/*
 * Rows that are there (or a table's triggers) may leave no room for a new one; then rows are made
 * with the relation's own triggers off, or after its rows were deleted.  What was done so, for a
 * person ("with its triggers off: set_owner refuses rows"), or NULL; belongs to the bench.
 */
const char *pgs_synthesis_remark(PgsBench *bench, const PgsRelation *relation);

/* From now on nothing is switched off or deleted for a row: what cannot be made so cannot be made.
 */
void pgs_synthesis_be_gentle(PgsBench *bench);

#endif
