#ifndef PGS_VOLUME_VOLUME_ROWS_H
#define PGS_VOLUME_VOLUME_ROWS_H

#include "volume/volume_table.h"

/*
 * Where no statement makes many rows: one by one, as synthesis/ makes them, up to some hundred.
 * refusal: what the server said to the statement, or NULL.  FALSE only when the connection was lost
 * or cancelled.
 */
gboolean pgs_volume_rows(const PgsVolumeGround *ground, const PgsRelation *relation, gint64 missing,
                         gint64 *inserted, PgsVolumeTable *table, const PgsFailure *refusal,
                         GError **error);

#endif
