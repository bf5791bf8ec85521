#ifndef PGS_SYNTHESIS_GRID_PIECES_H
#define PGS_SYNTHESIS_GRID_PIECES_H

#include "inventory/bench.h"

/*
 * One query over many items, of which one may raise an error and hide what the others would have
 * said: it is asked again in smaller pieces, down to single items.
 */
typedef struct {
    guint group; /* the caller's: pieces of one group belong together */
    guint start, length;
} PgsPiece;

typedef struct {
    /* The query for a piece; g_free(). */
    char *(*make)(const PgsPiece *piece, gpointer data);
    /* It was answered. */
    void (*answered)(const PgsPiece *piece, const PGresult *result, gpointer data);
    /*
     * It failed.  Adds the pieces to be tried instead to next, or keeps the failure and adds none.
     */
    void (*failed)(const PgsPiece *piece, const PgsFailure *failure, GArray *next, gpointer data);
} PgsPieceFuncs;

/* pieces: PgsPiece; is used up.  FALSE with error as pgs_batch_run(). */
gboolean pgs_pieces_run(PgsBench *bench, GArray *pieces, const PgsPieceFuncs *funcs, gpointer data,
                        GError **error);
/* For failed: the piece cut into smaller ones.  FALSE: it is a single item. */
gboolean pgs_piece_split(const PgsPiece *piece, GArray *next);

#endif
