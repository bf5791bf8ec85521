#ifndef PGS_SYNTHESIS_GRID_CHOICE_H
#define PGS_SYNTHESIS_GRID_CHOICE_H

#include "inventory/bench.h"

/*
 * Which combinations of values to try: n columns, of which the i-th has sizes[i] values, numbered
 * from 0; the first one is its usual value.
 */
typedef struct {
    guint n, n_rows;
    GArray *rows; /* guint: n for each row */
    gboolean is_exhaustive;
} PgsGridChoice;

/*
 * All combinations when they are at most limit.  Else, as far as limit goes: each value among usual
 * ones, each pair of values (as long as they are not too many), then any, by the bench's chance
 * from stream.  g_autoptr.
 */
PgsGridChoice *pgs_grid_choice_new(PgsBench *bench, const char *stream, const guint *sizes, guint n,
                                   guint limit);
void pgs_grid_choice_free(PgsGridChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsGridChoice, pgs_grid_choice_free)

#endif
