#ifndef PGS_SEED_ROWS_COLOUR_H
#define PGS_SEED_ROWS_COLOUR_H

#include "seed/rows_pair.h"

/*
 * Colours of rows (colour refinement, or the Weisfeiler-Leman algorithm of dimension 1): rows of
 * both sides have one colour when nothing tells them apart as far as the colour looks.
 */
typedef enum {
    PGS_COLOUR_VALUES,    /* a row's values, but for keys and references */
    PGS_COLOUR_UPWARDS,   /* and what it refers to, transitively */
    PGS_COLOUR_DOWNWARDS, /* its values and what refers to it, transitively */
    PGS_COLOUR_DEEP,      /* all of that */
} PgsColour;
#define PGS_N_COLOURS 4

/* Of each table pair and side, the rows' colours. */
typedef struct {
    const PgsPairing *pairing;
    guint64 **colour[PGS_N_COLOURS][PGS_N_SIDES]; /* by the table pair's index */
} PgsColours;

/* A row that is matched has a colour of its own.  Free with pgs_colours_free(). */
PgsColours *pgs_colours_new(const PgsPairing *pairing);
void pgs_colours_free(PgsColours *colours);

static inline guint64
pgs_colours_get(const PgsColours *colours, PgsColour colour, const PgsTablePair *pair, PgsSide side,
                guint row)
{
    return colours->colour[colour][side][pair->index][row];
}

/* Whether a column's values say what a row is: no key, no reference, nothing computed. */
gboolean pgs_colours_is_content(const PgsTablePair *pair, guint column);
/* What one reference of a row adds to its colour when it leads to no row. */
guint64 pgs_colours_dangling(const PgsReferencePair *reference, PgsSide side, guint row);

#endif
