#ifndef PGS_EXERCISE_RULE_CHECK_ROWS_H
#define PGS_EXERCISE_RULE_CHECK_ROWS_H

#include "exercise/proof.h"
#include "exercise/rule_check_choice.h"
#include "synthesis/grid.h"

/*
 * The rows of a grid that show where a CHECK draws its lines: for each column the values on both
 * sides of each edge, what its lists name, NULL and blanks, each pattern of NULLs; and a few more
 * that it refuses and accepts.
 */

/*
 * target: the rule's index in the grid.  base: an accepted row, which the others differ from as
 * little as can be.  choice: or NULL.  PgsProofRow; g_ptr_array_unref().  NULL with error as
 * pgs_batch_run().
 */
GPtrArray *pgs_check_rows(PgsBench *bench, const PgsGrid *grid, guint target, const PgsDraft *base,
                          const PgsCheckChoice *choice, GError **error);
/* The draft of a row of the grid: base with the row's values. */
PgsDraft *pgs_grid_row_draft(const PgsGrid *grid, const PgsGridRow *row, const PgsDraft *base);

#endif
