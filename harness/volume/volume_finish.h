#ifndef PGS_VOLUME_VOLUME_FINISH_H
#define PGS_VOLUME_VOLUME_FINISH_H

#include "volume/volume_table.h"

/*
 * Statistics that are the same for the same rows: VACUUM (ANALYZE) of the tables (PgsVolumeTable),
 * of all their rows; materialized views that read from them are refreshed.  FALSE only when the
 * connection was lost or cancelled.
 */
gboolean pgs_volume_finish(const PgsVolumeGround *ground, const GPtrArray *tables, GError **error);

#endif
