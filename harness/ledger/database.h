#ifndef PGS_LEDGER_DATABASE_H
#define PGS_LEDGER_DATABASE_H

#include "migration/history.h"
#include "pg/connection.h"
#include "project/environment.h"
#include "server/server.h"
#include "service/retry.h"

/* A line for a person: waits, retries. */
typedef void (*PgsDatabaseTold)(const char *text, gpointer data);

/* The database that migrations are run on: how to get there, and by which limits. */
typedef struct {
    PgsServer *server; /* of the kind "target" (server/target.h); owned */
    char *database;
    char *place;     /* "app on db.example:5432 as ci_user", for people; no password */
    gboolean is_own; /* one of pgstair's own runs: no backup is needed */
    const PgsEnvironment *environment; /* borrowed; never NULL */
    PgsRetryPolicy retry;
    GCancellable *cancellable; /* a reference, or NULL */
    PgsDatabaseTold told;      /* or NULL */
    gpointer told_data;
} PgsDatabase;

/* Connects; again as environment->retries says where nobody answers yet, or lets nobody in for now
 * (PGS_PG_ERROR_AWAY).  environment->url must be said.  told (or NULL) hears of each wait, from the
 * first connection on.  Free with pgs_database_free(). */
PgsDatabase *pgs_database_open(const PgsEnvironment *environment, PgsDatabaseTold told,
                               gpointer told_data, GCancellable *cancellable, GError **error);
void pgs_database_free(PgsDatabase *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDatabase, pgs_database_free)

/* A session to read in: read-only transactions, its own time limit.  Retried as target->retry says,
 * as the others are. */
PgsConnection *pgs_database_reader(const PgsDatabase *target, GError **error);
/* Another, for what reads every row of a table: environment->statement_timeout is its limit. */
PgsConnection *pgs_database_row_reader(const PgsDatabase *target, GError **error);
/* A session in which migrations run: lock_timeout and statement_timeout as the environment says,
 * application_name "pgstair migrate"; joined to the lock (pgs_migration_lock_join()). */
PgsConnection *pgs_database_session(const PgsDatabase *target, GError **error);
/* One to write marks and stamps in: nothing that a migration sets is in it. */
PgsConnection *pgs_database_books(const PgsDatabase *target, GError **error);
/* Tells a person, when anybody listens. */
void pgs_database_tell(const PgsDatabase *target, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
