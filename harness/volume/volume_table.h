#ifndef PGS_VOLUME_VOLUME_TABLE_H
#define PGS_VOLUME_VOLUME_TABLE_H

#include "volume/volume.h"
#include "volume/volume_ground.h"
#include "volume/volume_order.h"

PgsVolumeTable *pgs_volume_table_new(const PgsVolumeStep *step, gint64 wanted);
void pgs_volume_table_free(PgsVolumeTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsVolumeTable, pgs_volume_table_free)
/* note is taken over; each is there once. */
void pgs_volume_table_note(PgsVolumeTable *table, char *note);

/* Makes the rows that it lacks, and commits them.  FALSE only when the connection was lost or
 * cancelled. */
gboolean pgs_volume_table_fill(const PgsVolumeGround *ground, const PgsVolumeStep *step,
                               PgsVolumeTable *table, GError **error);

#endif
