#ifndef PGS_SYNTHESIS_GRID_ORDER_H
#define PGS_SYNTHESIS_GRID_ORDER_H

#include "synthesis/grid.h"

/*
 * How the server orders a column's values: texts by their length first, since that is where rules
 * draw lines.  The values: those of a grid.  g_autoptr.
 */
typedef struct {
    GHashTable *places; /* kind and text → place, from 1; NULL: the type has no order */
} PgsGridOrder;

/* One for each of the grid's columns; g_ptr_array_unref().  NULL with error as pgs_batch_run(). */
GPtrArray *pgs_grid_orders(PgsBench *bench, const PgsGrid *grid, GError **error);
/* 0: it has none. */
guint pgs_grid_order_place(const PgsGridOrder *order, PgsValue value);

#endif
