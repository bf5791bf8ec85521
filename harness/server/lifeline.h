#ifndef PGS_SERVER_LIFELINE_H
#define PGS_SERVER_LIFELINE_H

#include "pg/connection.h"

/*
 * The session that shows others on a server of somebody's that a run lives (run_databases.h): it
 * holds the run's lock.  A thread watches it, and takes it up again when an administrator, or a
 * network, has ended it.  The same thread, once, drops what runs that are gone have left there.
 */
typedef struct _PgsLifeline PgsLifeline;

PgsLifeline *pgs_lifeline_new(const char *conninfo, const char *database, const char *token,
                              GError **error);
void pgs_lifeline_free(PgsLifeline *lifeline);

/* FALSE with PGS_SERVER_ERROR_GONE once another pgstair has taken the run for dead: nothing more is
 * to be made. */
gboolean pgs_lifeline_check(PgsLifeline *lifeline, GError **error);

/* What has happened to it, for a person; NULL: nothing.  g_free(). */
char *pgs_lifeline_complain(PgsLifeline *lifeline);

#endif
