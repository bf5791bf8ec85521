#ifndef PGS_VOLUME_VOLUME_LEAF_H
#define PGS_VOLUME_VOLUME_LEAF_H

#include "inventory/bench.h"

/*
 * A partition as if its bounds were CHECKs of its own, so that values are found for them as for
 * these; what is left of them is fill->bound.  Any other relation is itself.  Lives as long as
 * the bench.
 */
const PgsRelation *pgs_volume_leaf(PgsBench *bench, const PgsRelation *relation);

#endif
