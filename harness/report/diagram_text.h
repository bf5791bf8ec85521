#ifndef PGS_REPORT_DIAGRAM_TEXT_H
#define PGS_REPORT_DIAGRAM_TEXT_H

#include <glib.h>

/* How wide a text will be in a font that is not known: html.css asks for the reader's own.  Rather
 * too much than too little. */
double pgs_diagram_text_width(const char *text, double font_size);

/* A copy that fits for a drawing: one line, characters that cannot be shown made visible, cut to so
 * many characters with "…".  Free with g_free(). */
char *pgs_diagram_text_cut(const char *text, guint max_characters);

#endif
