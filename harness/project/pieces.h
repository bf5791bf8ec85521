#ifndef PGS_PROJECT_PIECES_H
#define PGS_PROJECT_PIECES_H

#include <glib.h>

/*
 * A short SQL text cut into what stands side by side at its top: words, names in double quotes,
 * literals, and whole groups in brackets, of whatever is in them.  Enough to find "not null" where
 * it is a clause, and not where it is part of a literal or an expression in parentheses.
 */
typedef enum {
    PGS_PIECE_WORD,   /* a key word or plain name */
    PGS_PIECE_QUOTED, /* a name in double quotes */
    PGS_PIECE_STRING, /* '…', E'…', $$…$$ */
    PGS_PIECE_GROUP,  /* (…) or […] */
    PGS_PIECE_OTHER,  /* a number, or one character */
} PgsPieceKind;

typedef struct {
    PgsPieceKind kind;
    gsize start, end; /* byte offsets; end is behind it */
} PgsPiece;

typedef struct {
    const char *text; /* not owned */
    GArray *pieces;   /* PgsPiece */
} PgsPieces;

/* NULL with *problem (a constant) when a quote or bracket is not closed or not opened.  text must
 * outlive the result.  Free with pgs_pieces_free(). */
PgsPieces *pgs_pieces_new(const char *text, const char **problem);
void pgs_pieces_free(PgsPieces *pieces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPieces, pgs_pieces_free)

/* NULL behind the last one. */
const PgsPiece *pgs_pieces_at(const PgsPieces *pieces, guint i);
/* Whether the i-th is this key word, in any case, and not a part of a qualified name. */
gboolean pgs_pieces_is(const PgsPieces *pieces, guint i, const char *word);
/* Whether the i-th is this one character. */
gboolean pgs_pieces_is_char(const PgsPieces *pieces, guint i, char c);
/* The text of the pieces from first to before end, without white space around.  g_free(). */
char *pgs_pieces_text(const PgsPieces *pieces, guint first, guint end);
/* What is between a group's brackets, likewise. */
char *pgs_pieces_inside(const PgsPieces *pieces, guint i);

#endif
