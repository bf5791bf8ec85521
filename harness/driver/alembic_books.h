#ifndef PGS_DRIVER_ALEMBIC_BOOKS_H
#define PGS_DRIVER_ALEMBIC_BOOKS_H

#include "driver/driver.h"

/*
 * What pgstair itself sees of a database that Alembic works on: who it is, and which revisions are
 * in effect by Alembic's own books.
 */
typedef struct {
    PgsServer *server;
    const char *database;
    GCancellable *cancellable;
    PgsConnection *connection; /* made when it is needed */
    GPtrArray *queries; /* char *: what reads the tables that were found; NULL: to be found */
    GPtrArray *tables;  /* char *[2] (schema or "", name), g_strfreev(): of the versions */
} PgsAlembicBooks;

void pgs_alembic_books_init(PgsAlembicBooks *books, const PgsDriverOptions *options);
void pgs_alembic_books_clear(PgsAlembicBooks *books);
/* Closes the connection. */
void pgs_alembic_books_release(PgsAlembicBooks *books);

/* What the database says of itself, as alembic_driver.py asks it: its name, and when the server was
 * started; g_strfreev(). */
char **pgs_alembic_books_identity(PgsAlembicBooks *books, GError **error);
/* Another table of versions, unless it is known. */
void pgs_alembic_books_add_table(PgsAlembicBooks *books, const char *schema, const char *name);
/*
 * How many of a run's revisions, from its first, are in effect now: above the heads that the books
 * have, or no longer below one.
 */
gboolean pgs_alembic_books_done(PgsAlembicBooks *books, const PgsHistory *history,
                                const PgsDriverRun *run, guint *done, GError **error);
/*
 * Which of the history's revisions are in effect (*effect, one for each; g_free()), whether there
 * is a table of versions, and which heads the folder has no file of (char *; g_ptr_array_unref()).
 */
gboolean pgs_alembic_books_effect(PgsAlembicBooks *books, const PgsHistory *history,
                                  gboolean **effect, gboolean *exists, GPtrArray **strangers,
                                  GError **error);
/* Ends sessions (pg_backend_pid()) that a process has left behind, and waits until they are gone.
 */
gboolean pgs_alembic_books_end_sessions(PgsAlembicBooks *books, const GArray *pids, GError **error);

#endif
