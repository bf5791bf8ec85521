#ifndef PGS_VOLUME_FILL_PART_H
#define PGS_VOLUME_FILL_PART_H

#include "volume/fill.h"

/*
 * A part for the column alone; is_distinct: only with what is different in each of rows rows (no
 * proposal: there is nothing).  NULL with error as pgs_batch_run().
 */
PgsFillPart *pgs_fill_part_new(PgsFill *fill, const PgsColumn *column, gint64 rows,
                               gboolean is_distinct, GError **error);
/* One that has the accepted row's own values only.  columns: const PgsColumn *. */
PgsFillPart *pgs_fill_part_accepted(PgsFill *fill, const GPtrArray *columns);
void pgs_fill_part_free(PgsFillPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFillPart, pgs_fill_part_free)

#endif
