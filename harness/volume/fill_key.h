#ifndef PGS_VOLUME_FILL_KEY_H
#define PGS_VOLUME_FILL_KEY_H

#include "volume/fill.h"

/*
 * Sees to it that no two rows are the same in a key: one column (or foreign key) that is different
 * in each row, or a rank.  Adds parts, ranks, and changes links' kinds.  FALSE with error only as
 * pgs_batch_run().
 */
gboolean pgs_fill_settle_keys(PgsFill *fill, GError **error);

#endif
