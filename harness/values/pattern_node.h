#ifndef PGS_VALUES_PATTERN_NODE_H
#define PGS_VALUES_PATTERN_NODE_H

#include "values/pattern.h"
#include "values/pattern_set.h"

/* A pattern as a tree. */

typedef enum {
    PGS_PIECE_CHARACTER, /* one of set */
    PGS_PIECE_BEGIN,     /* ^, \A */
    PGS_PIECE_END,       /* $, \Z */
    PGS_PIECE_PLACE,     /* \m, \M, \y, \Y: between characters */
    PGS_PIECE_SEQUENCE,
    PGS_PIECE_ALTERNATION,
    PGS_PIECE_REPEAT,    /* one child, min to max times */
    PGS_PIECE_GROUP,     /* one child, that \number stands for */
    PGS_PIECE_REFERENCE, /* \number */
    PGS_PIECE_LOOK,      /* (?=…) and its kin: one child; behind, negated */
} PgsPieceKind;

#define PGS_PIECE_UNBOUNDED G_MAXUINT

typedef struct _PgsPiece PgsPiece;
struct _PgsPiece {
    PgsPieceKind kind;
    PgsPiece *parent;    /* NULL: the whole pattern */
    GPtrArray *children; /* PgsPiece; never NULL */
    PgsCharacters *set;
    guint min, max;
    guint number;
    gboolean behind, negated;
};

PgsPiece *pgs_piece_new(PgsPieceKind kind);
void pgs_piece_free(PgsPiece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPiece, pgs_piece_free)
/* child is taken over. */
void pgs_piece_add(PgsPiece *piece, PgsPiece *child);
/* One character, itself. */
PgsPiece *pgs_piece_literal(gunichar character);
/* child, which is taken over, so many times. */
PgsPiece *pgs_piece_repeat(PgsPiece *child, guint min, guint max);
gboolean pgs_piece_is_within(const PgsPiece *piece, const PgsPiece *ancestor);
/* Whether nothing can stand before (or behind) a text of the first alternatives. */
gboolean pgs_piece_is_anchored(const PgsPiece *piece, gboolean at_end);

/* NULL: it cannot be parsed, or is too large. */
PgsPiece *pgs_pattern_parse(PgsPatternSyntax syntax, const char *pattern);

#endif
