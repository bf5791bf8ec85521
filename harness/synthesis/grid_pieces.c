#include "synthesis/grid_pieces.h"

enum {
    PARTS = 8, /* that a failed piece is cut into */
};

gboolean
pgs_piece_split(const PgsPiece *piece, GArray *next)
{
    if (piece->length <= 1)
        return FALSE;
    guint step = (piece->length + PARTS - 1) / PARTS;
    for (guint at = 0; at < piece->length; at += step) {
        PgsPiece part = {piece->group, piece->start + at, MIN(step, piece->length - at)};
        g_array_append_val(next, part);
    }
    return TRUE;
}

static gboolean
run_round(PgsBench *bench, const GArray *pieces, const PgsPieceFuncs *funcs, GArray *next,
          gpointer data, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < pieces->len; i++) {
        g_autofree char *sql = funcs->make(&g_array_index(pieces, PgsPiece, i), data);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, sql);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(bench), error))
        return FALSE;
    for (guint i = 0; i < pieces->len; i++) {
        const PgsPiece *piece = &g_array_index(pieces, PgsPiece, i);
        const PgsBatchResult *result = pgs_batch_result(batch, i);
        if (result->failure != NULL)
            funcs->failed(piece, result->failure, next, data);
        else
            funcs->answered(piece, g_ptr_array_index(result->results, 0), data);
    }
    return TRUE;
}

gboolean
pgs_pieces_run(PgsBench *bench, GArray *pieces, const PgsPieceFuncs *funcs, gpointer data,
               GError **error)
{
    while (pieces->len > 0) {
        g_autoptr(GArray) next = g_array_new(FALSE, FALSE, sizeof(PgsPiece));
        if (!run_round(bench, pieces, funcs, next, data, error))
            return FALSE;
        g_array_set_size(pieces, 0);
        g_array_append_vals(pieces, next->data, next->len);
    }
    return TRUE;
}
