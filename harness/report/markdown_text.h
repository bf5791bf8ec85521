#ifndef PGS_REPORT_MARKDOWN_TEXT_H
#define PGS_REPORT_MARKDOWN_TEXT_H

#include <glib.h>

/*
 * Text from outside in Markdown, so that no forge makes anything of it: no HTML, link, mention,
 * reference, command or heading.  Escaping by backslash is not enough: forges look for @names,
 * #1, commits and addresses in the page that Markdown has become, and leave only code alone.
 *
 * All of it goes through pgs_text_plain(), and is cut with "…" at so many characters.
 */

/* A code span, on one line. */
void pgs_markdown_span(GString *out, const char *text, guint characters);
/* A code span within a table, which "|" must not end. */
void pgs_markdown_cell(GString *out, const char *text, guint characters);
/* Plain words as they are, where they are nothing else to any forge; else a code span. */
void pgs_markdown_words(GString *out, const char *text, guint characters);
/*
 * A code block of at most so many lines and bytes, with the last line saying how many more there
 * are; at the beginning of a line, and ended by an empty one.  language: "sql", "diff", "text".
 */
void pgs_markdown_block(GString *out, const char *language, const char *text, guint lines,
                        gsize bytes);

#endif
