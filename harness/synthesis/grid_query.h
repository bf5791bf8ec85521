#ifndef PGS_SYNTHESIS_GRID_QUERY_H
#define PGS_SYNTHESIS_GRID_QUERY_H

#include "synthesis/grid.h"

/* The member that says which of the objects it is: answers come with it, in any order. */
#define PGS_GRID_PLACE "\"pgs place\""

/*
 * The query that evaluates a grid's rules over its rows.  Each row comes as a JSON object, whose
 * members are PGS_GRID_PLACE and the columns' numbers.
 */
typedef struct {
    PgsBench *bench;
    const PgsRelation *relation;
    PgsGrid *grid;
    GPtrArray *fixed;     /* const PgsColumn *: further columns in the objects */
    GPtrArray *generated; /* const PgsColumn *: those that rules read */
    gboolean is_whole;    /* a rule reads the row as a whole: all columns are there */
    GPtrArray *objects;   /* char *: of each row that can be evaluated */
    GArray *numbers;      /* guint: which of the grid's rows that is */
} PgsGridQuery;

/* Sets the answers of the grid's rows that have an object.  FALSE with error as pgs_batch_run(). */
gboolean pgs_grid_query_run(PgsGridQuery *query, GError **error);

#endif
