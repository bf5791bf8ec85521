#ifndef PGS_CLI_TERMINAL_H
#define PGS_CLI_TERMINAL_H

#include <glib.h>

/* What the terminal is like, and the line of progress on standard error. */

/* Whether to colour what goes to the descriptor: a terminal, and neither NO_COLOR nor TERM=dumb is
 * set. */
gboolean pgs_terminal_has_color(int fd);
/* Columns of the terminal behind the descriptor, 80 when it is none. */
guint pgs_terminal_width(int fd);

/* A line that is written over and over on a terminal; elsewhere a plain line every ten seconds. */
typedef struct {
    gboolean is_quiet;
    gboolean is_terminal;
    gint64 last; /* monotonic microseconds of the last line */
    gboolean is_shown;
} PgsProgress;

void pgs_progress_begin(PgsProgress *progress, gboolean quiet);
/* A PgsProgressFunc (cycle/climb.h); data: a PgsProgress. */
void pgs_progress_step(guint done, guint total, const char *what, gpointer data);
/* Takes the line away. */
void pgs_progress_end(PgsProgress *progress);

/* "pgstair: text" as a line of its own on standard error (PgsServerOptions.progress), where it is
 * no command to a CI system, whatever names are in it; data: unused. */
void pgs_terminal_note(const char *text, gpointer data);

/*
 * Writes out what standard output still holds.  FALSE: some of it is lost, now or before, as on a
 * full disk.  Whoever reads a pipe may have had enough ("pgstair … | head"): that is no error.
 */
gboolean pgs_terminal_finish(GError **error);

#endif
