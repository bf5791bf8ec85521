#ifndef PGS_PG_CONNECTION_H
#define PGS_PG_CONNECTION_H

#include "pg/failure.h"

#include <gio/gio.h>
#include <libpq-fe.h>

/*
 * One connection to a server.  Every statement has a time limit, kept on the client's side too, so
 * that a server that does not answer cannot hang a run.  Not to be used by two threads at once.
 */
typedef struct _PgsConnection PgsConnection;

#define PGS_PG_ERROR (pgs_pg_error_quark())
GQuark pgs_pg_error_quark(void);
typedef enum {
    PGS_PG_ERROR_CONNECT,   /* no connection is made: the password, the database, … is wrong */
    PGS_PG_ERROR_LOST,      /* it broke */
    PGS_PG_ERROR_TIMEOUT,   /* the statement ran into its limit and was cancelled */
    PGS_PG_ERROR_STATEMENT, /* the server refused the statement */
    PGS_PG_ERROR_SHAPE,     /* the answer has not the shape that was asked for */
    PGS_PG_ERROR_CANCELLED,
    PGS_PG_ERROR_SHORTAGE, /* the server refused it for want of room, memory or connections:
                              pgs_failure_is_shortage() */
    PGS_PG_ERROR_AWAY,     /* none can be made now; later perhaps: pgs_refusal_may_pass() */
} PgsPgError;

/* The shape that a query's answer must have; another one is an error. */
typedef enum {
    PGS_SHAPE_NONE,  /* no rows at all: a command */
    PGS_SHAPE_VALUE, /* one row of one column */
    PGS_SHAPE_ROW,   /* one row */
    PGS_SHAPE_ANY,   /* any number of rows */
} PgsShape;

/* PGresult is libpq's own type; this gives it g_autoptr. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/*
 * conninfo: a libpq connection string or URI.  database: overrides its dbname, or NULL.
 * statement_timeout: milliseconds, 0 for none.  cancellable may be NULL; a reference is taken.
 * Session settings that pgstair relies on (UTF-8, ISO dates, an empty search_path is NOT set) are
 * fixed here.  Free with pgs_connection_close().
 */
PgsConnection *pgs_connection_open(const char *conninfo, const char *database,
                                   guint statement_timeout, GCancellable *cancellable,
                                   GError **error);
void pgs_connection_close(PgsConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsConnection, pgs_connection_close)

/* The server's version as libpq numbers it: 150004, 180001. */
int pgs_connection_version(const PgsConnection *connection);
/* Whether its present user is a superuser. */
gboolean pgs_connection_is_superuser(const PgsConnection *connection);
/* name as an identifier in a statement, quoted by libpq; g_free(). */
char *pgs_connection_quote(PgsConnection *connection, const char *name);
/* libpq's own connection; belongs to the PgsConnection. */
PGconn *pgs_connection_raw(PgsConnection *connection);
/* FALSE once it is lost; nothing more can be asked of it then. */
gboolean pgs_connection_is_alive(const PgsConnection *connection);

/*
 * Runs one statement with n_params text parameters (NULL: SQL NULL).  The result is the caller's;
 * free with PQclear() or g_autoptr.  On failure *failure, when failure is not NULL, gets what the
 * server said (free with pgs_failure_free()); error is set as well.
 */
PGresult *pgs_connection_query(PgsConnection *connection, PgsShape shape, const char *sql,
                               int n_params, const char *const *params, PgsFailure **failure,
                               GError **error);

/* pgs_connection_query() for one text value: free with g_free(); *value NULL for SQL NULL. */
gboolean pgs_connection_value(PgsConnection *connection, const char *sql, char **value,
                              GError **error);

/* Runs a text of one or more statements whose rows, if any, are thrown away. */
gboolean pgs_connection_run(PgsConnection *connection, const char *sql, GError **error);

/*
 * The low level for the migration runner: sends text in ONE simple-query message, as most tools do.
 * pgs_connection_next() then returns one result after another (the caller's), NULL at the end with
 * *error untouched, or NULL with error set when the connection was lost, cancelled or the statement
 * limit passed.  A result with an error status is returned, not turned into a GError.
 */
gboolean pgs_connection_send(PgsConnection *connection, const char *text, GError **error);
PGresult *pgs_connection_next(PgsConnection *connection, GError **error);

/*
 * For what speaks to pgs_connection_raw() itself (pg/copy.h, pg/pipeline.h), all within the
 * statement's limit.  Starts that limit anew, before something is sent; sends what libpq has not
 * sent yet; waits until the socket is ready for events (poll(2)) and takes in what has come; marks
 * the connection as lost, and is always FALSE.
 */
void pgs_connection_start_clock(PgsConnection *connection);
gboolean pgs_connection_flush(PgsConnection *connection, GError **error);
gboolean pgs_connection_wait(PgsConnection *connection, short events, GError **error);
gboolean pgs_connection_lose(PgsConnection *connection, GError **error);

/* Where notices go: called with severity and text while a statement runs.  NULL: thrown away. */
typedef void (*PgsNoticeFunc)(const char *severity, const char *message, gpointer data);
void pgs_connection_set_notice(PgsConnection *connection, PgsNoticeFunc func, gpointer data);

#endif
