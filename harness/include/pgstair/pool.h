#ifndef PGSTAIR_POOL_H
#define PGSTAIR_POOL_H

/*
 * A pool of connections to a PostgreSQL server, sessions on it that commit or roll back, and what
 * went wrong by class rather than as a driver's words.  Plain C and libpq; everything here may be
 * called by several threads at once, but a session belongs to the thread that uses it.
 *
 * Functions that can fail return 0 or NULL then and, when problem is not NULL, leave in *problem
 * what it was: the caller's, to pgs_problem_free().  *problem is NULL before, or holds a problem of
 * before, which is kept: the first is the cause of the others.  On success it is left alone.  No
 * pool and no session (NULL) is PGS_PROBLEM_USAGE, or nothing is done.
 *
 * Nothing here prints, and nothing waits without a limit, even when the server is stopped or gone
 * without a word (a host's name is looked up by the system, which has limits of its own).  A pool
 * is of one process: in a child that is forked off nothing is done with it, and what can fail does,
 * with PGS_PROBLEM_USAGE.
 */

#include <pgstair/version.h>

#include <libpq-fe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What went wrong ---- */

/* Classes by which a caller decides; each of PostgreSQL's SQLSTATEs has one (its documentation,
 * appendix A, "PostgreSQL Error Codes"). */
typedef enum {
    PGS_PROBLEM_CONFLICT = 1, /* class 23: a key, a reference, a CHECK, NOT NULL, an exclusion */
    PGS_PROBLEM_NOT_FOUND,    /* a row was asked for and there is none; class 02, P0002 */
    PGS_PROBLEM_INVALID,      /* class 22: a value that the server does not take */
    PGS_PROBLEM_TIMEOUT,      /* no connection was free in time, a statement or a lock took too
                                 long: 57014 by a limit, 55P03, 25P03 … */
    PGS_PROBLEM_RETRY, /* the same transaction may succeed when it is run again: 40001, 40P01 */
    PGS_PROBLEM_UNAVAILABLE, /* no server, a lost connection, one that shuts down or has no room:
                                class 08, 53, 57P01 to 57P03, 58 */
    PGS_PROBLEM_DENIED,      /* who connects may not: class 28, 42501 */
    PGS_PROBLEM_CANCELLED,   /* somebody cancelled it: 57014 by a person */
    PGS_PROBLEM_USAGE,       /* the program's fault: class 42, a wrong call, a wrong URL */
    PGS_PROBLEM_INTERNAL,    /* anything else */
} PgsProblemClass;

typedef struct PgsProblem PgsProblem;

/* 0 and "" of no problem (NULL), here and in the following. */
PgsProblemClass pgs_problem_class(const PgsProblem *problem);
/* "conflict", "not found", "invalid", "timeout", "retry", "unavailable", "denied", "cancelled",
 * "usage", "internal"; static. */
const char *pgs_problem_class_name(PgsProblemClass problem_class);
/* One line for a person; never a password.  Belongs to the problem, as do the following; they are
 * "" where the server did not say. */
const char *pgs_problem_message(const PgsProblem *problem);
const char *pgs_problem_sqlstate(const PgsProblem *problem);
const char *pgs_problem_detail(const PgsProblem *problem);
const char *pgs_problem_hint(const PgsProblem *problem);
const char *pgs_problem_table(const PgsProblem *problem);
const char *pgs_problem_column(const PgsProblem *problem);
const char *pgs_problem_constraint(const PgsProblem *problem);
void pgs_problem_free(PgsProblem *problem);
/* The class of an SQLSTATE; message: the server's, for 57014 (a limit or a person), or NULL. */
PgsProblemClass pgs_problem_classify(const char *sqlstate, const char *message);

/* ---- The pool ---- */

typedef struct PgsPool PgsPool;

/* Zeroed fields have the defaults that are named; -1 means 0 or none. */
typedef struct {
    const char *url;       /* libpq's connection string or URI; NULL: $DATABASE_URL */
    int size;              /* connections that are kept: 10; at most 100,000 */
    int overflow;          /* further ones, closed when they come back: 10; -1: none */
    int recycle;           /* seconds after which a connection is made anew: 1800; -1: never */
    int timeout;           /* milliseconds to wait for a free connection: 30,000; -1: do not wait */
    int connect_timeout;   /* seconds for one attempt to connect: 10 */
    int retries;           /* further attempts to connect, with exponential backoff and jitter,
                              while the timeout lasts: 5; -1: none */
    int statement_timeout; /* milliseconds for each statement: what the URL's options or $PGOPTIONS
                              set, or else 30,000.  A session's SET cannot lengthen it much: the
                              client's side cancels a little later.  -1: the server's own, and no
                              limit of the client's */
    const char *name;      /* application_name; NULL: what the URL says, or "pgstair" */
} PgsPoolOptions;

/* Connects to nothing yet.  options may be NULL.  What is wrong with the URL is a problem. */
PgsPool *pgs_pool_new(const PgsPoolOptions *options, PgsProblem **problem);
/* Closes all; connections that are out are closed when they come back.  Nobody may wait for one. */
void pgs_pool_free(PgsPool *pool);

/*
 * A connection that answers, not in a transaction, for this caller alone: to be given back with
 * pgs_pool_release().  Waits for a free one as long as the pool's timeout says; the problem that
 * says that there was none is PGS_PROBLEM_TIMEOUT and tells size, overflow and the wait.
 */
PGconn *pgs_pool_acquire(PgsPool *pool, PgsProblem **problem);
/*
 * Rolls back what is open, undoes what the session has set (DISCARD ALL) and what of libpq's was
 * set on the connection (notice receiver and processor, verbosity, trace; event procedures cannot
 * be taken off: register none), and keeps the connection or closes it, which it does as well when a
 * statement of it is not done.  NULL: nothing.  One that is not out (given back already, or another
 * pool's) is left alone and counted as refused.
 */
void pgs_pool_release(PgsPool *pool, PGconn *connection);

typedef struct {
    int size, overflow; /* the limits */
    int idle, in_use;   /* connections now */
    int waiting;        /* callers that wait for one */
    long checkouts;     /* so far, as are the following */
    long connects;      /* connections made */
    long recycled;      /* closed for their age */
    long stale;         /* found dead on checkout, and replaced */
    long timeouts;      /* callers that did not get one in time */
    long refused;       /* given back to pgs_pool_release() though they were not out */
} PgsPoolState;
void pgs_pool_state(PgsPool *pool, PgsPoolState *state);

/*
 * SELECT 1 through the pool.  1: it answers.  json: where to leave {"postgres": "ok"} or
 * {"postgres": "error: …"}, to be freed with free(); or NULL.
 */
int pgs_pool_ready(PgsPool *pool, char **json, PgsProblem **problem);

/* ---- Sessions: a transaction and a connection that goes back either way ---- */

typedef struct PgsSession PgsSession;

PgsSession *pgs_session_begin(PgsPool *pool, PgsProblem **problem);
/* Commits, and gives the connection back; 0: it was rolled back, or nobody knows (the connection
 * was lost during COMMIT: the message says so).  The session is gone either way. */
int pgs_session_commit(PgsSession *session, PgsProblem **problem);
/* Likewise, undoing all of it.  NULL: nothing. */
void pgs_session_rollback(PgsSession *session);

/*
 * One statement with n text parameters (NULL: SQL NULL); the result is the caller's, to PQclear().
 * After a failure the transaction can only be rolled back: no further statement is sent.  Nor is
 * one that would end the transaction (COMMIT, ROLLBACK, …; ROLLBACK TO a savepoint does not).
 * One that is not done by the pool's statement_timeout is cancelled: PGS_PROBLEM_TIMEOUT.
 */
PGresult *pgs_session_query(PgsSession *session, const char *sql, int n,
                            const char *const *parameters, PgsProblem **problem);
/* The one row that must be there: none is PGS_PROBLEM_NOT_FOUND, several PGS_PROBLEM_USAGE. */
PGresult *pgs_session_row(PgsSession *session, const char *sql, int n,
                          const char *const *parameters, PgsProblem **problem);
/* How many rows it changed; -1: it failed. */
long pgs_session_change(PgsSession *session, const char *sql, int n, const char *const *parameters,
                        PgsProblem **problem);
/* The connection itself; the session's.  NULL in a child that was forked off: it is the parent's.
 */
PGconn *pgs_session_connection(PgsSession *session);

/*
 * A scope: begin, work, and commit when work returns 1, roll back when it returns 0.  attempts: how
 * often all of it may be run when it failed with PGS_PROBLEM_RETRY, or with PGS_PROBLEM_UNAVAILABLE
 * before anything was committed; 0: once.  work gets the problem's place to fill in, as the
 * functions above do.
 */
typedef int (*PgsSessionWork)(PgsSession *session, void *data, PgsProblem **problem);
int pgs_session_run(PgsPool *pool, PgsSessionWork work, void *data, int attempts,
                    PgsProblem **problem);

#ifdef __cplusplus
}
#endif

#endif
