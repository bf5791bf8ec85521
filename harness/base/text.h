#ifndef PGS_BASE_TEXT_H
#define PGS_BASE_TEXT_H

#include <glib.h>

/*
 * A copy of text that is valid UTF-8 and safe for a terminal and for XML 1.0: a broken byte becomes
 * \xNN, a control character other than newline and tab becomes \u00NN.  Nothing is dropped.
 * length -1: NUL-terminated.  Free with g_free().
 */
char *pgs_text_visible(const char *text, gssize length);

/*
 * The same where text is read as it stands, on a terminal or in a comment: what turns the direction
 * of writing, or is not seen, becomes \uNNNN too, since with it a name can pass for another.
 */
char *pgs_text_plain(const char *text);

/* "3 revisions", "1 revision".  plural NULL: singular plus "s".  Free with g_free(). */
char *pgs_text_count(guint64 n, const char *singular, const char *plural);

/* A duration for people: "850 ms", "3.2 s", "2 min 5 s".  Free with g_free(). */
char *pgs_text_duration(gint64 microseconds);

/*
 * The line and column (both from 1; the column counts characters) of a byte offset.  Lines end with
 * LF; a CR before it belongs to the line.
 */
void pgs_text_position(const char *text, gsize length, gsize offset, guint *line, guint *column);

/* The byte offset of the n-th character (from 0) of valid UTF-8, or length when there are fewer. */
gsize pgs_text_char_offset(const char *text, gsize length, gsize characters);

/* A copy cut to at most width characters, with "…" when it was cut.  Free with g_free(). */
char *pgs_text_ellipsize(const char *text, guint width);

/*
 * Among the NULL-terminated words, the one nearest to word by edit distance, or NULL when none is
 * near enough to be what was meant.  The returned pointer belongs to words.
 */
const char *pgs_text_nearest(const char *word, const char *const *words);

/* text with runs of white space folded to one blank, and none at its ends.  Free with g_free(). */
char *pgs_text_fold_space(const char *text);

/* An SQL identifier, always quoted: "na""me".  The second is for g_free(). */
void pgs_text_append_identifier(GString *sql, const char *name);
char *pgs_text_identifier(const char *name);

/* An SQL string constant, the same with standard_conforming_strings on or off: 'it''s', and
 * E'a\\b' where there is a backslash.  The second is for g_free(). */
void pgs_text_append_literal(GString *sql, const char *text);
char *pgs_text_literal(const char *text);

#endif
