#ifndef PGS_SERVER_RUN_DATABASES_H
#define PGS_SERVER_RUN_DATABASES_H

#include "pg/connection.h"

/*
 * The databases of runs on a server that is somebody's ("url"; docs/decisions/0015).
 *
 * A run has a random token.  Its databases bear the token in their names, and a mark: a comment
 * with the token and the database's own OID, so that a copy of the comment marks nothing else.
 * Until the comment is there, the connection limit that CREATE DATABASE set says the same.  As long
 * as the run lives, a session of it, the lifeline, holds an advisory lock whose key is the token,
 * which everybody sees in pg_locks.
 *
 * What has not both, token and mark, is nobody's business here: it is never dropped, renamed, nor
 * are its sessions ended.
 */

#define PGS_RUN_TOKEN_LENGTH 16

/* PGS_RUN_TOKEN_LENGTH hexadecimal digits; g_free(). */
char *pgs_run_databases_new_token(void);
/* The connection limit of databases with that token: far beyond what a server can take. */
int pgs_run_databases_seal(const char *token);

/* Marks a database that this connection made; owner: what liveness.h says of the run's process. */
gboolean pgs_run_databases_mark(PgsConnection *connection, const char *token, const char *owner,
                                const char *database, GError **error);
/* Marks it anew, when a migration has taken its comment and its seal away; oid: what the run that
 * made it knows it by.  One that has another OID is left alone. */
gboolean pgs_run_databases_renew(PgsConnection *connection, const char *token, const char *owner,
                                 const char *database, guint oid, GError **error);
/* It stays from now on, when its run ends, until somebody removes it by name. */
gboolean pgs_run_databases_mark_kept(PgsConnection *connection, const char *token,
                                     const char *database, GError **error);

/*
 * *oid: of the database, which has the token and the mark; 0 when there is none of that name.
 * FALSE with error when there is one that is not this run's.
 */
gboolean pgs_run_databases_find(PgsConnection *connection, const char *token, const char *database,
                                guint *oid, GError **error);

/* Whether a database of that run may have the name. */
gboolean pgs_run_databases_is_name(const char *token, const char *name);
/* The names that sessions of the run have (application_name), and its lifeline; g_free(). */
char *pgs_run_databases_session_name(const char *token);
char *pgs_run_databases_lifeline_name(const char *token);

/*
 * Takes the run's lock in this session, for as long as that lasts.  FALSE with
 * PGS_SERVER_ERROR_DATABASE when another session has it.
 */
gboolean pgs_run_databases_lock(PgsConnection *connection, const char *token, GError **error);

/*
 * Ends the sessions in the database and drops it, when it has the token and the mark; TRUE as well
 * when it is not there.
 */
gboolean pgs_run_databases_drop(PgsConnection *connection, const char *token, const char *database,
                                GError **error);

/* Ends the run's sessions by their names, the lifeline too, in whatever database. */
gboolean pgs_run_databases_end_sessions(PgsConnection *connection, const char *token,
                                        GError **error);

/*
 * Ends the run's sessions (the lifeline too), then drops all databases that have its token and its
 * mark, but for those that are kept.  conninfo: whole, as it needs no environment, dbname included.
 */
gboolean pgs_run_databases_end(const char *conninfo, const char *token, GError **error);

/*
 * The same as an errand of the supervisor (pgs_custody_undo()): the janitor, as "pgstair-janitor
 * databases", hands what it reads from standard input to pgs_run_databases_run_errand().
 */
char *pgs_run_databases_errand(const char *conninfo, const char *token);
gboolean pgs_run_databases_run_errand(const char *input, GError **error);

typedef enum {
    PGS_RUN_DATABASE_LIVE, /* its run has the lock, or its process lives */
    PGS_RUN_DATABASE_LEFT, /* its run is gone */
    PGS_RUN_DATABASE_KEPT,
    PGS_RUN_DATABASE_UNMARKED, /* named like pgstair's, and that is all */
} PgsRunDatabaseState;

typedef struct {
    char *name;
    char *token;   /* NULL: unmarked */
    char *role;    /* who owns it in the server */
    char *owner;   /* the process, as liveness.h describes it; NULL: not known */
    char *host;    /* where that ran; NULL: not known */
    char *started; /* when the database was made, ISO 8601, UTC; NULL: not known */
    guint sessions;
    gboolean may_drop; /* by the role that asks */
    PgsRunDatabaseState state;
    gboolean is_certain; /* that one that is LEFT is: its process is known to be gone */
} PgsRunDatabase;

void pgs_run_database_free(PgsRunDatabase *database);

/* Elements are PgsRunDatabase, by name; g_ptr_array_unref(). */
GPtrArray *pgs_run_databases_list(PgsConnection *connection, GError **error);

/*
 * Whether one that is LEFT may go without anybody's asking for it: its process is known to be gone,
 * or it is not new, and nobody is connected.  (Of a run on another machine only its lock is seen,
 * which a network can take from it.)
 */
gboolean pgs_run_database_is_abandoned(const PgsRunDatabase *database);

/*
 * Drops one that is LEFT or KEPT.  It holds the run's lock meanwhile: a run that had lost its own
 * finds that out.  An error when the run has it.
 */
gboolean pgs_run_databases_sweep(PgsConnection *connection, const PgsRunDatabase *database,
                                 GError **error);

#endif
