#include "service/pool_answer.h"

#include "service/pool_cancel.h"
#include "service/pool_clock.h"
#include "service/problem.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a statement that was cancelled may take to end. */
#define CANCEL_MS 2000

/* poll(2) rounds up, so that it never comes back before the deadline. */
static int
milliseconds_to(long deadline)
{
    if (deadline == PGS_NEVER)
        return -1;
    long left = deadline - pgs_clock();
    if (left < 0)
        return 0;
    return left < INT_MAX ? (int)left : INT_MAX;
}

/* What happened on the descriptor; 0: the deadline did. */
static int
wait_on(int descriptor, int events, long deadline)
{
    struct pollfd waited = {.fd = descriptor, .events = (short)events};
    for (;;) {
        int n = poll(&waited, 1, milliseconds_to(deadline));
        if (n > 0)
            return waited.revents;
        if (n < 0 && errno != EINTR)
            return POLLERR;
        if (n == 0 && pgs_clock() >= deadline)
            return 0;
    }
}

int
pgs_answer_wait(const PGconn *connection, int events, long deadline)
{
    /* libpq says what is wrong with a connection without a socket. */
    if (PQsocket(connection) < 0)
        return POLLERR;
    return wait_on(PQsocket(connection), events, deadline);
}

static void
set_silent(PgsProblem **problem)
{
    pgs_problem_set(problem, PGS_PROBLEM_UNAVAILABLE, "",
                    "See whether the server runs, and what stands between it and here.",
                    "the server does not answer");
}

/* Ends a connection that something is under way on; PQfinish() alone might wait for the server to
 * read its farewell, and whoever has the connection has to see that it is lost. */
static void
give_up(PGconn *connection)
{
    shutdown(PQsocket(connection), SHUT_RDWR);
    while (PQstatus(connection) == CONNECTION_OK && PQconsumeInput(connection))
        ;
}

/* 0: the deadline passed.  An error is left for PQgetResult() to tell. */
static int
flush_until(PGconn *connection, long deadline)
{
    while (PQflush(connection) > 0) {
        int events = pgs_answer_wait(connection, POLLIN | POLLOUT, deadline);
        if (events == 0)
            return 0;
        if ((events & POLLIN) != 0 && !PQconsumeInput(connection))
            return 1;
    }
    return 1;
}

/* Likewise: behind it PQgetResult() does not wait. */
static int
read_until(PGconn *connection, long deadline)
{
    while (PQisBusy(connection)) {
        if (pgs_answer_wait(connection, POLLIN, deadline) == 0)
            return 0;
        if (!PQconsumeInput(connection))
            return 1;
    }
    return 1;
}

static int
is_good(ExecStatusType status)
{
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

static int
is_copy(ExecStatusType status)
{
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* How long a statement may take, and what is done then. */
typedef struct {
    long start, deadline; /* of pgs_clock() */
    int cancels;          /* it is cancelled then, rather than given up at once */
    int is_cancelled;
    int cancel; /* of pgs_pool_cancel(); -1 */
} Limit;

/* 0: nothing came in time, nor after it was cancelled. */
static int
read_within(PGconn *connection, Limit *limit)
{
    if (read_until(connection, limit->deadline))
        return 1;
    if (!limit->cancels)
        return 0;
    limit->cancels = 0;
    limit->cancel = pgs_pool_cancel(connection);
    if (limit->cancel < 0)
        return 0;
    limit->is_cancelled = 1;
    limit->deadline = pgs_clock_after(pgs_clock(), CANCEL_MS);
    return read_until(connection, limit->deadline);
}

/* A statement may end by itself while it is cancelled: then the cancel must have come to its end
 * before anything else is sent, which it would hit. */
static void
await_cancel(PGconn *connection, const Limit *limit)
{
    if (limit->cancel < 0)
        return;
    if (wait_on(limit->cancel, POLLIN, limit->deadline) == 0)
        give_up(connection);
    close(limit->cancel);
}

/* All that comes for one statement: the first that is an error, or else the last. */
static PGresult *
take_results(PGconn *connection, Limit *limit, PgsProblem **problem)
{
    PGresult *kept = NULL, *result;
    for (;;) {
        if (!read_within(connection, limit)) {
            set_silent(problem);
            give_up(connection);
            PQclear(kept);
            return NULL;
        }
        if ((result = PQgetResult(connection)) == NULL)
            return kept;
        if (is_copy(PQresultStatus(result))) {
            pgs_problem_set(problem, PGS_PROBLEM_USAGE, "",
                            "COPY is for libpq's own functions, on the connection itself.",
                            "COPY to or from the client cannot be a session's statement");
            PQclear(result);
            PQclear(kept);
            return NULL;
        }
        if (kept != NULL && !is_good(PQresultStatus(kept))) {
            PQclear(result);
        } else {
            PQclear(kept);
            kept = result;
        }
    }
}

static int
send_statement(PGconn *connection, const char *sql, int n, const char *const *parameters)
{
    if (n < 0)
        return PQsendQuery(connection, sql);
    return PQsendQueryParams(connection, sql, n, NULL, parameters, NULL, NULL, 0);
}

/* Why there is none that is good; result: or NULL. */
static void
set_failure(PGconn *connection, const PGresult *result, const Limit *limit, PgsProblem **problem)
{
    const char *sqlstate = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (limit->is_cancelled && sqlstate != NULL && strcmp(sqlstate, "57014") == 0)
        pgs_problem_set(problem, PGS_PROBLEM_TIMEOUT, sqlstate, NULL,
                        "the statement was not done within %ld ms, and was cancelled",
                        limit->deadline - CANCEL_MS - limit->start);
    else if (result != NULL)
        pgs_problem_set_result(problem, result, connection);
    else
        pgs_problem_set(problem, PGS_PROBLEM_UNAVAILABLE, "", NULL, "the connection was lost");
}

static PGresult *
answer_nonblocking(PGconn *connection, const char *sql, int n, const char *const *parameters,
                   Limit *limit, PgsProblem **problem)
{
    PgsProblem *found = NULL;
    if (!send_statement(connection, sql, n, parameters)) {
        int is_lost = PQstatus(connection) == CONNECTION_BAD;
        pgs_problem_set(problem, is_lost ? PGS_PROBLEM_UNAVAILABLE : PGS_PROBLEM_USAGE, "", NULL,
                        "%s", PQerrorMessage(connection));
        return NULL;
    }
    if (!flush_until(connection, limit->deadline)) {
        set_silent(problem);
        give_up(connection);
        return NULL;
    }
    PGresult *result = take_results(connection, limit, &found);
    if (result != NULL && is_good(PQresultStatus(result)))
        return result;
    if (found == NULL)
        set_failure(connection, result, limit, &found);
    PQclear(result);
    pgs_problem_hand_over(problem, found);
    return NULL;
}

static PGresult *
answer(PGconn *connection, const char *sql, int n, const char *const *parameters, Limit limit,
       PgsProblem **problem)
{
    PQsetnonblocking(connection, 1);
    PGresult *result = answer_nonblocking(connection, sql, n, parameters, &limit, problem);
    await_cancel(connection, &limit);
    /* Setting it back would first send what is left, and wait for that. */
    if (PQtransactionStatus(connection) != PQTRANS_ACTIVE)
        PQsetnonblocking(connection, 0);
    return result;
}

PGresult *
pgs_answer_or_cancel(PGconn *connection, const char *sql, int n, const char *const *parameters,
                     long deadline, PgsProblem **problem)
{
    Limit limit = {.start = pgs_clock(), .deadline = deadline, .cancels = 1, .cancel = -1};
    return answer(connection, sql, n, parameters, limit, problem);
}

int
pgs_answer_done(PGconn *connection, const char *sql, long deadline, PgsProblem **problem)
{
    Limit limit = {.start = pgs_clock(), .deadline = deadline, .cancel = -1};
    PGresult *result = answer(connection, sql, -1, NULL, limit, problem);
    int done = result != NULL;
    PQclear(result);
    return done;
}

void
pgs_answer_close(PGconn *connection)
{
    if (connection == NULL)
        return;
    if (PQtransactionStatus(connection) == PQTRANS_ACTIVE && PQsocket(connection) >= 0) {
        pgs_pool_cancel_for_good(connection);
        give_up(connection);
    }
    PQfinish(connection);
}
