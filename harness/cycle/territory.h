#ifndef PGS_CYCLE_TERRITORY_H
#define PGS_CYCLE_TERRITORY_H

#include "cycle/stage.h"
#include "pg/connection.h"

/*
 * On a server that is somebody's (pgs_server_is_disposable()) only the databases that pgstair made
 * are the migrations'.  What else there is on the server they must leave alone.
 */

/*
 * From the texts, before anything of them runs: the migrations, what is prepared, what is loaded
 * and the samples, and who the owner is.  FALSE with PGS_STAGE_ERROR_FOREIGN, with the file and
 * line of the first statement that makes or changes what belongs to the whole server, or names a
 * database.
 */
gboolean pgs_territory_check(const PgsStageOptions *options, const PgsHistory *history,
                             PgsServer *server, GCancellable *cancellable, GError **error);
/* The same of one text. */
gboolean pgs_territory_check_text(PgsServer *server, const char *path, const char *text,
                                  gsize length, GError **error);

/*
 * What no text tells: what lies outside of pgstair's databases now, each with its state.  Needs no
 * privilege.  Free with g_hash_table_unref().
 */
GHashTable *pgs_territory_look(PgsConnection *connection, GError **error);
/* Once for a connection, before its first look.  There are two looks for each step, and to plan one
 * takes four times as long as to run it. */
gboolean pgs_territory_prepare(PgsConnection *connection, GError **error);
/* "has made role app, and changed …": what became of it between two looks; NULL: nothing.  Free
 * with g_free(). */
char *pgs_territory_compare(GHashTable *before, GHashTable *after);
/* FALSE with PGS_STAGE_ERROR_FOREIGN when something became of it while what ("002_b.up.sql") ran.
 */
gboolean pgs_territory_judge(const char *what, GHashTable *before, GHashTable *after,
                             GError **error);

/*
 * The same with connections of its own, around what has none to look with; both do nothing on a
 * server that is pgstair's own (*before is NULL then).
 */
gboolean pgs_territory_begin(PgsServer *server, GHashTable **before, GCancellable *cancellable,
                             GError **error);
gboolean pgs_territory_end(PgsServer *server, const char *what, GHashTable *before,
                           GCancellable *cancellable, GError **error);

#endif
