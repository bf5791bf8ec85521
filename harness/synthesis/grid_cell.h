#ifndef PGS_SYNTHESIS_GRID_CELL_H
#define PGS_SYNTHESIS_GRID_CELL_H

#include "inventory/bench.h"

/*
 * A value of a column as a query over many rows gives it: a member of a JSON object, so that the
 * column type's own input function reads it, its length limit and its domain's rules included.
 */
typedef struct {
    char *json;        /* NULL: the server could not evaluate the value */
    char *text;        /* what it was evaluated to; NULL: SQL NULL */
    gboolean is_input; /* the column's type takes it */
} PgsGridCell;

typedef struct {
    const PgsColumn *column;
    PgsValue value;
} PgsGridWant;

/*
 * The cells for wants (PgsGridWant), which the server is asked about all at once, each only once in
 * the bench's life.  The cells belong to the bench; const PgsGridCell *, g_ptr_array_unref().  NULL
 * with error as pgs_batch_run().
 */
GPtrArray *pgs_grid_cells(PgsBench *bench, const GArray *wants, GError **error);
/* The type that json_to_recordset() is to give the column's member, and the member as a value of
 * the column; appended.  member: an identifier. */
void pgs_grid_append_type(GString *sql, const PgsColumn *column);
void pgs_grid_append_value(GString *sql, const PgsColumn *column, const char *member);

#endif
