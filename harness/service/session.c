#include "pgstair/pool.h"

#include "service/pool_answer.h"
#include "service/pool_clock.h"
#include "service/pool_limits.h"
#include "service/pool_memory.h"
#include "service/pool_slot.h"
#include "service/problem.h"
#include "service/session_failure.h"
#include "service/session_words.h"

#include <stdlib.h>
#include <string.h>

struct PgsSession {
    PgsPool *pool;
    PGconn *connection;
    PgsProblem *failure; /* why it can only be rolled back; or NULL */
};

static long
limit_of(const PgsPool *pool)
{
    return pgs_clock_after(pgs_clock(), pgs_pool_statement_limit(pool));
}

/* A connection on which BEGIN was said.  A server that has ended, or fallen silent, since the
 * connection was last used may only be seen now: nothing is lost, and there is time for another. */
static PGconn *
begin(PgsPool *pool, PgsProblem **problem)
{
    long deadline = pgs_clock_after(pgs_clock(), pgs_pool_patience(pool));
    for (int attempt = 1;; attempt++) {
        PgsProblem *found = NULL;
        PGconn *connection = pgs_pool_acquire_by(pool, deadline, problem);
        long limit = attempt == 1 ? pgs_pool_slot_patience(deadline) : deadline;
        if (connection == NULL || pgs_answer_done(connection, "BEGIN", limit, &found))
            return connection;
        pgs_pool_release(pool, connection);
        if (pgs_problem_class(found) != PGS_PROBLEM_UNAVAILABLE || attempt > 1) {
            pgs_problem_hand_over(problem, found);
            return NULL;
        }
        pgs_problem_free(found);
    }
}

PgsSession *
pgs_session_begin(PgsPool *pool, PgsProblem **problem)
{
    PGconn *connection = pgs_pool_is_unusable(pool, problem) ? NULL : begin(pool, problem);
    if (connection == NULL)
        return NULL;
    PgsSession *session = pgs_memory_new(1, sizeof *session);
    session->pool = pool;
    session->connection = connection;
    return session;
}

/* Its connection goes back, which rolls back what is open. */
static void
end_session(PgsSession *session)
{
    pgs_pool_release(session->pool, session->connection);
    pgs_problem_free(session->failure);
    free(session);
}

void
pgs_session_rollback(PgsSession *session)
{
    if (session != NULL)
        end_session(session);
}

PGconn *
pgs_session_connection(PgsSession *session)
{
    return session == NULL || pgs_pool_is_unusable(session->pool, NULL) ? NULL
                                                                        : session->connection;
}

/* Says COMMIT; what becomes of the transaction when the connection is lost now, nobody knows. */
static int
say_commit(PgsSession *session, PgsProblem **problem)
{
    PgsProblem *found = NULL;
    PGresult *result = pgs_answer_or_cancel(session->connection, "COMMIT", -1, NULL,
                                            limit_of(session->pool), &found);
    /* The server's answer to COMMIT in a transaction that has failed. */
    if (result != NULL && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        pgs_problem_set(&found, PGS_PROBLEM_USAGE, "25P02", NULL,
                        "the transaction was rolled back, since a statement in it had failed");
    PQclear(result);
    if (found != NULL && PQstatus(session->connection) == CONNECTION_BAD) {
        PgsProblem *lost = found;
        found = NULL;
        pgs_problem_set(&found, PGS_PROBLEM_UNAVAILABLE, "08007",
                        "Look whether its rows are there before it is run again.",
                        "the connection was lost during COMMIT, and whether the transaction was "
                        "committed is not known: %s",
                        pgs_problem_message(lost));
        pgs_problem_free(lost);
    }
    int committed = found == NULL;
    pgs_problem_hand_over(problem, found);
    return committed;
}

/* What came behind it would not be in the session's transaction. */
static void
set_ended(PgsProblem **problem, const char *what)
{
    pgs_problem_set(problem, PGS_PROBLEM_USAGE, "25P01",
                    "End a session with pgs_session_commit() or pgs_session_rollback().", "%s",
                    what);
}

/* Remembers why it can only be rolled back, so that a commit tells it. */
static void
fail(PgsSession *session, PgsProblem **problem, PgsProblem *found)
{
    session->failure = pgs_problem_copy(found);
    pgs_problem_hand_over(problem, found);
}

PgsProblem *
pgs_session_failure_copy(const PgsSession *session)
{
    return session->failure != NULL ? pgs_problem_copy(session->failure) : NULL;
}

/* Whether anything may be sent in it still. */
static int
is_open(PgsSession *session, PgsProblem **problem)
{
    PgsProblem *found = NULL;
    if (session == NULL) {
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", NULL, "there is no session");
        return 0;
    }
    if (pgs_pool_is_unusable(session->pool, problem))
        return 0;
    if (session->failure == NULL && PQtransactionStatus(session->connection) == PQTRANS_IDLE) {
        set_ended(&found, "the session's transaction has been ended on its connection");
        fail(session, problem, found);
    } else if (session->failure != NULL) {
        pgs_problem_hand_over(problem, pgs_problem_copy(session->failure));
    }
    return session->failure == NULL;
}

int
pgs_session_commit(PgsSession *session, PgsProblem **problem)
{
    int committed = is_open(session, problem) && say_commit(session, problem);
    pgs_session_rollback(session);
    return committed;
}

PGresult *
pgs_session_query(PgsSession *session, const char *sql, int n, const char *const *parameters,
                  PgsProblem **problem)
{
    PgsProblem *found = NULL;
    if (n < 0) {
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", NULL,
                        "a statement cannot have %d parameters", n);
        return NULL;
    }
    if (!is_open(session, problem))
        return NULL;
    PGresult *result = NULL;
    if (sql != NULL && pgs_session_ends_transaction(sql))
        set_ended(&found, "the statement would end the session's transaction: it was not sent");
    else
        result = pgs_answer_or_cancel(session->connection, sql, n, parameters,
                                      limit_of(session->pool), &found);
    if (found == NULL)
        return result;
    PQclear(result);
    fail(session, problem, found);
    return NULL;
}

PGresult *
pgs_session_row(PgsSession *session, const char *sql, int n, const char *const *parameters,
                PgsProblem **problem)
{
    PGresult *result = pgs_session_query(session, sql, n, parameters, problem);
    if (result == NULL || PQntuples(result) == 1)
        return result;
    if (PQntuples(result) == 0)
        pgs_problem_set(problem, PGS_PROBLEM_NOT_FOUND, "P0002", NULL, "there is no such row");
    else
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "P0003", NULL,
                        "there are %d rows, where one was asked for", PQntuples(result));
    PQclear(result);
    return NULL;
}

long
pgs_session_change(PgsSession *session, const char *sql, int n, const char *const *parameters,
                   PgsProblem **problem)
{
    PGresult *result = pgs_session_query(session, sql, n, parameters, problem);
    if (result == NULL)
        return -1;
    long changed = strtol(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return changed;
}
