#ifndef PGS_VOLUME_VOLUME_INSERT_H
#define PGS_VOLUME_VOLUME_INSERT_H

#include "volume/fill.h"
#include "volume/volume.h"
#include "volume/volume_ground.h"

/*
 * Inserts fill's rows, in as many rounds as it takes until there are missing ones, and commits.
 * *inserted: how many.  FALSE: with *refusal when the server refused them (none is kept), else with
 * error.
 */
gboolean pgs_volume_insert(const PgsVolumeGround *ground, PgsFill *fill, gboolean without_triggers,
                           gint64 missing, gint64 *inserted, PgsFailure **refusal, GError **error);

#endif
