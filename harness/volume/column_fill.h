#ifndef PGS_VOLUME_COLUMN_FILL_H
#define PGS_VOLUME_COLUMN_FILL_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * How the value of a column, or of several that one CHECK binds together, follows from a row's
 * number: SQL over i (bigint, from 1), in which pgs_fill_unit() is a number that looks random.
 */
typedef struct {
    GPtrArray *columns;     /* const PgsColumn *: one, or those that vary together */
    GPtrArray *expressions; /* char *: for each of columns, SQL over i; NULL: the column is left
                               out */
    gint64 n_distinct;      /* how many different values there are; G_MAXINT64: each row has its own
                               (then it is injective in i) */
    char *what;             /* for a note: "one of 4 labels, skewed", "one value for all rows" */
} PgsColumnFill;

PgsColumnFill *pgs_column_fill_new(void);
void pgs_column_fill_free(PgsColumnFill *fill);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsColumnFill, pgs_column_fill_free)

/*
 * "0 <= x < 1" as SQL of type double precision, the same for the same seed, stream and i on every
 * server version (pg_catalog.hashint8extended()); g_free().
 */
char *pgs_fill_unit(guint64 seed, const char *stream, const char *number);

/*
 * What could be done for column, the most realistic first, the last always the accepted row's own
 * value: PgsColumnFill, each for this column alone.  accepted: a row that the server takes.
 * is_distinct: only such as are different in each row (none: empty); where there are fewer values
 * than rows, such as are different for i up to n_distinct, and come round behind it.  A NULL share
 * is in it where the column may be NULL and is no part of a key, but of partial ones.  Columns of
 * foreign keys are not asked here. g_ptr_array_unref().  NULL with error only as pgs_batch_run().
 */
GPtrArray *pgs_column_fill_propose(PgsBench *bench, const PgsDraft *accepted,
                                   const PgsColumn *column, gint64 rows, gboolean is_distinct,
                                   GError **error);

/*
 * For columns that CHECKs bind together (or to values that were mined from them): combinations
 * that the server accepts (grid.h), as one fill; NULL without error: none is known but the
 * accepted row's.  references: a GHashTable (const PgsColumn * as a set) of columns that a foreign
 * key fills: of these a combination says only whether they are NULL ("NULL" or "not null": its
 * expression is a boolean that is true where the column has a value); or NULL.
 */
PgsColumnFill *pgs_column_fill_combine(PgsBench *bench, const PgsDraft *accepted,
                                       const GPtrArray *columns, GHashTable *references,
                                       gint64 rows, GError **error);

#endif
