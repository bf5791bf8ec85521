#ifndef PGS_SQL_TOKEN_H
#define PGS_SQL_TOKEN_H

#include <glib.h>

/*
 * Tokens of PostgreSQL's scanner.  What a token is, is told from its own bytes and never from the
 * scanner's numbers: those shift with every version of libpg_query (pg_query.proto, enum Token).
 */
typedef enum {
    PGS_TOKEN_WORD,    /* a key word or an identifier without quotes */
    PGS_TOKEN_NAME,    /* "an identifier", U&"likewise" */
    PGS_TOKEN_STRING,  /* '…', E'…', B'…', X'…', U&'…', $…$ */
    PGS_TOKEN_COMMENT, /* to the end of the line, or between slash and star */
    PGS_TOKEN_OTHER,   /* punctuation, operators, numbers, parameters */
} PgsTokenKind;

typedef struct {
    const char *text; /* within the scanned text; not NUL-terminated */
    gsize length;
    PgsTokenKind kind;
} PgsToken;

/* Why a scan ended before the end of its text. */
typedef struct {
    gsize offset;          /* of the token that could not be scanned */
    char *message;         /* the scanner's words without the text that it quotes; g_free() */
    gboolean unterminated; /* the text ended within a quote or comment */
} PgsTokenFault;

void pgs_token_fault_clear(PgsTokenFault *fault);

/*
 * Appends the tokens of text[0, length) to tokens (of PgsToken).  text is valid UTF-8 without NUL
 * bytes; text[length] must be writable: it is set to NUL for the while.  Returns how many bytes
 * were scanned: length, or less when *fault says why (its message is not NULL then), or when the
 * scan should go on behind what was scanned (a number of a newer server's kind; no fault).
 */
gsize pgs_token_scan(char *text, gsize length, GArray *tokens, PgsTokenFault *fault);

/*
 * Long texts are scanned in pieces, for the scanner's answer takes a hundred bytes for each token;
 * a line may be as long as the text.
 */
enum {
    PGS_TOKEN_PIECE = 1024 * 1024,
    PGS_TOKEN_PIECE_SMALL = 4 * 1024,
};
/* Where a piece of about this size may end: with a line, or else between two tokens, if it is not
 * within a quote or comment, of which a scan says that it is unterminated. */
gsize pgs_token_break(const char *text, gsize length, gsize size);
/* pgs_token_scan() of text[0, end) where length is the whole text's: a comment that goes on behind
 * end is unterminated, as a quote is. */
gsize pgs_token_scan_piece(char *text, gsize end, gsize length, GArray *tokens,
                           PgsTokenFault *fault);

/* FALSE: no more of them are wanted. */
typedef gboolean (*PgsTokenTake)(const PgsToken *token, gpointer data);
/* The tokens of text[0, length), one after the other, as far as it can be scanned. */
void pgs_token_scan_text(char *text, gsize length, PgsTokenTake take, gpointer data);

/*
 * All of a NUL-terminated text's tokens (PgsToken), as far as it can be scanned: what cannot is the
 * parser's to refuse.  They point into text.  g_array_unref().
 */
GArray *pgs_token_scan_all(char *text);

/* Whether the token is that word, case-insensitively as SQL key words are; word in upper case. */
gboolean pgs_token_is(const PgsToken *token, const char *word);
/* Whether the token is this one character. */
static inline gboolean
pgs_token_is_char(const PgsToken *token, char c)
{
    return token->length == 1 && token->text[0] == c;
}

/*
 * What lies between a string token's quotes, as it is written (doubled quotes stay doubled).
 * Belongs to the scanned text; *length gets its length.
 */
const char *pgs_token_body(const PgsToken *token, gsize *length);

/* "15.1": of the PostgreSQL whose scanner and parser it is.  Static. */
const char *pgs_token_parser_version(void);

#endif
