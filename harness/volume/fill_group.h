#ifndef PGS_VOLUME_FILL_GROUP_H
#define PGS_VOLUME_FILL_GROUP_H

#include "volume/fill.h"

/*
 * Columns that CHECKs bind together, as parts of several columns, and whether foreign keys among
 * them refer to a row.  What that cannot be done for is held against the CHECKs row by row.  FALSE
 * with error only as pgs_batch_run().
 */
gboolean pgs_fill_settle_groups(PgsFill *fill, GError **error);

#endif
