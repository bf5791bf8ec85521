#ifndef PGS_REPORT_LAYOUT_H
#define PGS_REPORT_LAYOUT_H

#include <glib.h>

/*
 * Lines for a terminal.  Width is in columns, as a terminal counts them: a wide character (CJK,
 * most emoji) takes two, a combining one none.  All text goes through pgs_text_plain() first.
 */

typedef enum {
    PGS_STYLE_PLAIN,
    PGS_STYLE_GOOD,
    PGS_STYLE_BAD,
    PGS_STYLE_WARN,
    PGS_STYLE_FAINT,
    PGS_STYLE_STRONG,
} PgsStyle;

typedef struct {
    GString *text;
    guint lines; /* in text so far */
    guint width;
    gboolean color;
} PgsLayout;

/* Columns that text takes once it is visible. */
guint pgs_layout_columns(const char *text);

/* A copy of text as visible text on one line, cut with "…" to at most so many columns.  Free with
 * g_free(). */
char *pgs_layout_cut(const char *text, guint columns);
/* The same, cut in the middle: of a long name both ends tell it from others. */
char *pgs_layout_cut_middle(const char *text, guint columns);

/* Appends a piece of a line as it is (it must be visible text without a newline), styled. */
void pgs_layout_append(PgsLayout *layout, PgsStyle style, const char *piece);
void pgs_layout_end_line(PgsLayout *layout);

/* Appends text as one line, newline included, cut with "…" at the width.  Newlines in it become
 * blanks. */
void pgs_layout_line(PgsLayout *layout, guint indent, PgsStyle style, const char *text);

/* Appends text as a paragraph, wrapped at blanks; its own newlines are kept, and the lines after
 * the first are indented by hang more.  A word that is too long for a line stays whole. */
void pgs_layout_paragraph(PgsLayout *layout, guint indent, guint hang, PgsStyle style,
                          const char *text);

/*
 * Appends at most max_lines (0: all) of the lines of text, each indented and cut at the width
 * (max_lines 0: not cut), then "… 3 more lines".  Lines that begin with + or - are coloured as a
 * diff's.  Empty lines at the end are left out.
 */
void pgs_layout_block(PgsLayout *layout, guint indent, guint max_lines, const char *text);

#endif
