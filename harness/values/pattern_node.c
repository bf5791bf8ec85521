#include "values/pattern_node.h"

PgsPiece *
pgs_piece_new(PgsPieceKind kind)
{
    PgsPiece *piece = g_new0(PgsPiece, 1);
    piece->kind = kind;
    piece->children = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_piece_free);
    return piece;
}

void
pgs_piece_free(PgsPiece *piece)
{
    if (piece == NULL)
        return;
    g_ptr_array_unref(piece->children);
    pgs_characters_free(piece->set);
    g_free(piece);
}

void
pgs_piece_add(PgsPiece *piece, PgsPiece *child)
{
    child->parent = piece;
    g_ptr_array_add(piece->children, child);
}

PgsPiece *
pgs_piece_literal(gunichar character)
{
    PgsPiece *piece = pgs_piece_new(PGS_PIECE_CHARACTER);
    piece->set = pgs_characters_new();
    pgs_characters_add(piece->set, character, character);
    return piece;
}

PgsPiece *
pgs_piece_repeat(PgsPiece *child, guint min, guint max)
{
    PgsPiece *piece = pgs_piece_new(PGS_PIECE_REPEAT);
    piece->min = min;
    piece->max = max;
    pgs_piece_add(piece, child);
    return piece;
}

gboolean
pgs_piece_is_within(const PgsPiece *piece, const PgsPiece *ancestor)
{
    while (piece != NULL && piece != ancestor)
        piece = piece->parent;
    return piece != NULL;
}

gboolean
pgs_piece_is_anchored(const PgsPiece *piece, gboolean at_end)
{
    const GPtrArray *children = piece->children;
    switch (piece->kind) {
    case PGS_PIECE_BEGIN:
        return !at_end;
    case PGS_PIECE_END:
        return at_end;
    case PGS_PIECE_SEQUENCE:
        return children->len > 0 &&
               pgs_piece_is_anchored(g_ptr_array_index(children, at_end ? children->len - 1 : 0),
                                     at_end);
    case PGS_PIECE_GROUP:
    case PGS_PIECE_ALTERNATION:
        return pgs_piece_is_anchored(g_ptr_array_index(children, 0), at_end);
    default:
        return FALSE;
    }
}
