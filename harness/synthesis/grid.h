#ifndef PGS_SYNTHESIS_GRID_H
#define PGS_SYNTHESIS_GRID_H

#include "inventory/bench.h"
#include "synthesis/draft.h"

/*
 * Which combinations of values the CHECK rules on some columns accept, as the server says: the
 * rules' own expressions evaluated over many rows in one query.
 */
typedef enum {
    PGS_GRID_TRUE,
    PGS_GRID_FALSE, /* the only one that a CHECK refuses */
    PGS_GRID_NULL,
    PGS_GRID_ERROR, /* evaluating it raises an error */
    PGS_GRID_INPUT, /* a value is none of its column's type: nothing could be evaluated */
} PgsGridAnswer;

typedef struct {
    const PgsRelation *relation;
    GPtrArray *columns;     /* const PgsColumn *: that vary */
    GPtrArray *rules;       /* const PgsRule *: CHECKs, in order */
    GPtrArray *rows;        /* PgsGridRow */
    gboolean is_exhaustive; /* every combination of all candidates is there */
    gboolean is_complete;   /* … and the candidates are complete (candidates.h) */
} PgsGrid;

typedef struct {
    PgsValue *values;       /* one for each of grid->columns */
    PgsGridAnswer *answers; /* one for each of grid->rules */
} PgsGridRow;

#define PGS_GRID_LIMIT 2000

/*
 * base: a draft whose other columns have the values that they will have (columns left out take part
 * as their defaults would).  columns: those that vary, each over its candidates, or over
 * choices[column] (GArray of PgsValue) when choices is not NULL and has one.  When there are more
 * than PGS_GRID_LIMIT combinations, a choice of them that has each value of each column and each
 * pair of values as far as they fit, the same for the same seed.  Inside the bench's transaction.
 * NULL with error only as pgs_batch_run().  g_autoptr.
 */
PgsGrid *pgs_grid_evaluate(PgsBench *bench, const PgsDraft *base, const GPtrArray *columns,
                           const GPtrArray *rules, GHashTable *choices, GError **error);
void pgs_grid_free(PgsGrid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsGrid, pgs_grid_free)

/* Whether a row is refused by none of the rules but (except: index of a rule, -1: no exception). */
gboolean pgs_grid_row_passes(const PgsGrid *grid, const PgsGridRow *row, gint except);

/* How often each answer was given to the rule with that index. */
typedef struct {
    guint n_true, n_false, n_null, n_input, n_error;
} PgsGridCounts;
PgsGridCounts pgs_grid_count(const PgsGrid *grid, guint rule);

#endif
