#ifndef PGS_VOLUME_COLUMN_PREDICATE_H
#define PGS_VOLUME_COLUMN_PREDICATE_H

#include "inventory/bench.h"
#include "inventory/index.h"

/*
 * What the predicates of a relation's partial indexes say of a column: of what they want there have
 * to be some rows, and not all, or the index is nobody's.
 */
typedef struct {
    GPtrArray *conditions;            /* char *: on this column alone, as SQL */
    GPtrArray *constants;             /* char *: what each of conditions compares it with */
    GPtrArray *texts;                 /* char *: constants that it is to be equal to */
    gboolean wants_true, wants_false; /* of a boolean */
    gboolean is_unique_null;          /* a unique index holds only where it is NULL: a rule about
                                         rows that are in use, which most are */
} PgsColumnPredicates;

/* The database's indexes, read once; the bench's.  NULL with error as pgs_indexes_read(). */
const PgsIndexes *pgs_volume_indexes(PgsBench *bench, GError **error);
/* NULL with error as pgs_batch_run(). */
PgsColumnPredicates *pgs_column_predicates_read(PgsBench *bench, const PgsRelation *relation,
                                                const PgsColumn *column, GError **error);
void pgs_column_predicates_free(PgsColumnPredicates *predicates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsColumnPredicates, pgs_column_predicates_free)

/* In how many of its rows a column that may be NULL is: seldom, but a time of deletion (revocation,
 * failure, …) mostly is. */
double pgs_column_null_share(const PgsColumn *column, const PgsColumnPredicates *predicates);

#endif
