#ifndef PGS_CYCLE_ROWS_STATE_H
#define PGS_CYCLE_ROWS_STATE_H

#include "cycle/lane.h"
#include "seed/rows.h"

/* A lane's catalog and rows at one moment. */
typedef struct {
    PgsSnapshot *catalog;
    PgsRows *rows; /* NULL: they could not be read, or are too many; then: */
    char *reason;
} PgsRowsState;

void pgs_rows_state_clear(PgsRowsState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsRowsState, pgs_rows_state_clear)

/*
 * Reads it, by the superuser.  FALSE with error when the run cannot go on, also because of what
 * pgs_climb_check_cluster() finds.
 */
gboolean pgs_rows_state_read(PgsStage *stage, PgsLane *lane, PgsRowsState *state, GError **error);

/*
 * pgs_rows_compare() of two states, the second of which is the lane's as it is now.  *losses NULL
 * and *reason set (g_free()) when the rows of one of them are not known.
 */
gboolean pgs_rows_state_compare(PgsStage *stage, PgsLane *lane, const PgsRowsState *before,
                                const PgsRowsState *after, const PgsSnapshot *references,
                                PgsRowsDemand demand, GPtrArray **losses, char **reason,
                                GError **error);

#endif
