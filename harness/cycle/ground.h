#ifndef PGS_CYCLE_GROUND_H
#define PGS_CYCLE_GROUND_H

#include "cycle/stage.h"
#include "pg/connection.h"
#include "snapshot/snapshot.h"

/*
 * What a database holds before the first migration: what prepare makes, the owner role, what is
 * loaded at the start.  Errors: PGS_STAGE_ERROR, with the file and line of what the server refuses.
 */

/* Whether there is anything of that: otherwise a database is just empty. */
gboolean pgs_ground_is_wanted(const PgsStageOptions *options);

/* prepare and owner, in a new database of the server: a superuser's work. */
gboolean pgs_ground_prepare(const PgsStageOptions *options, PgsServer *server, const char *database,
                            GCancellable *cancellable, GError **error);
/* Loads options->start, when there is one, behind that. */
gboolean pgs_ground_start(const PgsStageOptions *options, PgsServer *server, const char *database,
                          GCancellable *cancellable, GError **error);
/*
 * What CREATE DATABASE … TEMPLATE does not copy: the owner, the database's settings, and the
 * privileges on it.
 */
gboolean pgs_ground_complete_copy(const PgsStageOptions *options, PgsServer *server,
                                  const char *from, const char *copy, GCancellable *cancellable,
                                  GError **error);
/* The catalog as it is in that database now, with what its server's databases share.  The caller's.
 */
PgsSnapshot *pgs_ground_read(const PgsStageOptions *options, PgsServer *server,
                             const char *database, GCancellable *cancellable, GError **error);

/* A connection as the owner, or (options->owner NULL) as the superuser. */
PgsConnection *pgs_ground_connect(const PgsStageOptions *options, PgsServer *server,
                                  const char *database, GCancellable *cancellable, GError **error);

#endif
