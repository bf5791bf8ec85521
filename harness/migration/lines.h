#ifndef PGS_MIGRATION_LINES_H
#define PGS_MIGRATION_LINES_H

#include "migration/step.h"

/*
 * How tools written in Go read a migration line by line (bufio.Scanner), and the text that they
 * make of it.
 */

/* A line of a file, without its end; text is not terminated there. */
typedef struct {
    const char *text;
    gsize length;
    guint number; /* from 1 */
} PgsLine;

/* What is left to read. */
typedef struct {
    const char *text;
    gsize length;
    guint number; /* of the last line that was given */
} PgsLineReader;

/* bufio.ScanLines: up to a line feed, less one carriage return in front of it. */
gboolean pgs_line_next(PgsLineReader *reader, PgsLine *line);
/* strings.TrimSpace, by unicode.IsSpace. */
void pgs_line_trim(const char **text, gsize *length);
gboolean pgs_line_begins(const PgsLine *line, const char *prefix);
/* strings.Fields: its words, NULL-terminated; g_strfreev(). */
char **pgs_line_fields(const char *text, gsize length);
/* Whether it is a comment that has these words in it, white space in front of it or not. */
gboolean pgs_line_is_comment_with(const PgsLine *line, const char *words);
/*
 * endsWithSemicolon() of goose's and sql-migrate's parsers: whether the last word of the line ends
 * in ;, where a word that begins with -- ends the line.  A word of word_limit bytes or more ends
 * it, too: bufio.Scanner gives up there.
 */
gboolean pgs_line_ends_statement(const char *text, gsize length, gsize word_limit);

/* The text that a tool makes of some of a file's lines, and the pieces that it sends. */
typedef struct {
    GString *text;
    GArray *lines; /* guint: the file's line of each of the text's lines */
    GArray *cuts;  /* PgsCut */
    gsize start;   /* where the piece begins that is not complete yet */
} PgsLineText;

void pgs_line_text_init(PgsLineText *text);
void pgs_line_text_clear(PgsLineText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsLineText, pgs_line_text_clear)

/* Adds a line of the file, or what the tool has made of it, to the piece, with a line feed. */
void pgs_line_text_add(PgsLineText *text, guint number, const char *line, gsize length);
/* Whether the piece has no line yet; whether it has none but blank ones. */
gboolean pgs_line_text_is_empty(const PgsLineText *text);
gboolean pgs_line_text_is_blank(const PgsLineText *text);
/* The file's line of the piece's first line that is not blank. */
guint pgs_line_text_first_line(const PgsLineText *text);
/* The piece as it is now is a cut, without white space at its ends; the next one begins. */
void pgs_line_text_cut(PgsLineText *text);
/* The same where the tool leaves the ends as they are: without what the server takes for white
 * space alone. */
void pgs_line_text_cut_whole(PgsLineText *text);
/* Forgets the piece. */
void pgs_line_text_drop(PgsLineText *text);
/* A step of it, statement by statement; text is left without its lines. */
PgsStep *pgs_line_text_step(PgsLineText *text, const char *path, gboolean transaction,
                            const char *why, const PgsTool *tool);

#endif
