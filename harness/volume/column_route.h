#ifndef PGS_VOLUME_COLUMN_ROUTE_H
#define PGS_VOLUME_COLUMN_ROUTE_H

#include "inventory/inventory.h"

/*
 * What rows of a partitioned table, or of a partition, have to be like so that there is a place for
 * them: a condition, when it names one of columns (NULL: any); or NULL.  g_free().
 */
char *pgs_route_condition(const PgsRelation *relation, const PgsColumn *column);
/* The same for each partition alone, up to limit of them: char *, g_ptr_array_unref(). */
GPtrArray *pgs_route_conditions(const PgsRelation *relation, guint limit);

#endif
