#ifndef PGS_VOLUME_VOLUME_LATE_H
#define PGS_VOLUME_VOLUME_LATE_H

#include "volume/volume_table.h"

/*
 * Foreign keys of a cycle, once all of its tables have rows: what was NULL (or a value in its
 * place) becomes a reference.  The table is written anew, so that nothing of the rows before stays
 * behind.  FALSE only when the connection was lost or cancelled.
 */
gboolean pgs_volume_refer_late(const PgsVolumeGround *ground, const PgsVolumeStep *step,
                               PgsVolumeTable *table, GError **error);

#endif
