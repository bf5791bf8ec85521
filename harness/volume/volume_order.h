#ifndef PGS_VOLUME_VOLUME_ORDER_H
#define PGS_VOLUME_VOLUME_ORDER_H

#include "inventory/inventory.h"

/* A table to be filled, at its turn: what it refers to comes first. */
typedef struct {
    const PgsRelation *relation; /* no partition */
    gboolean is_asked;           /* FALSE: only since others refer to it */
    GPtrArray *late; /* const PgsRule *: its foreign keys to tables that come behind it */
} PgsVolumeStep;

/* PgsVolumeStep: relations (const PgsRelation *), those that partitions of them belong to, and all
 * that they refer to, over any number of foreign keys.  g_ptr_array_unref(). */
GPtrArray *pgs_volume_order(const GPtrArray *relations);

/* The table that a partition belongs to, at the top; the relation itself when it is none. */
const PgsRelation *pgs_relation_root(const PgsRelation *relation);
/* Its partitions that hold rows (const PgsRelation *, foreign tables too), or the table itself. */
GPtrArray *pgs_relation_leaves(const PgsRelation *relation);

#endif
