#ifndef PGS_SERVER_LOG_H
#define PGS_SERVER_LOG_H

#include <glib.h>

/*
 * The last messages of a log file, safe to print, each as one line that is cut where it is too
 * long; "" when there is none.  Free with g_free().
 */
char *pgs_log_tail(const char *path, guint messages);

/*
 * Something readable when the file was written to (made, when it is not there yet); -1: the system
 * has no such thing.  Close it with close().
 */
int pgs_log_watch(const char *path);
/* Empties it: what is written from now on makes it readable again.  Whether it was. */
gboolean pgs_log_drain(int watch);

#endif
