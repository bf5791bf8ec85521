#include "service/pool_connect.h"

#include "service/pool_answer.h"
#include "service/pool_backoff.h"
#include "service/pool_clock.h"
#include "service/pool_memory.h"
#include "service/pool_slot.h"
#include "service/problem.h"

#include <poll.h>

/* Of the waits between attempts, milliseconds. */
#define FIRST_WAIT 50
#define MOST_WAIT 2000

/* 1: connected; 0: refused, as libpq tells; -1: not by the deadline. */
static int
poll_connection(PGconn *connection, long deadline)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    if (PQstatus(connection) == CONNECTION_BAD)
        return 0;
    pgs_pool_slot_forget(connection);
    /* Verbose, the server's refusal has its SQLSTATE: libpq has no other way to tell it. */
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED)
            return 0;
        int events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (pgs_answer_wait(connection, events, deadline) == 0)
            return -1;
        status = PQconnectPoll(connection);
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    return 1;
}

/* *silent: it did not answer at all. */
static PGconn *
connect_once(const PgsPoolSettings *settings, long deadline, int *silent, PgsProblem **problem)
{
    long start = pgs_clock();
    PGconn *connection = PQconnectStartParams((const char *const *)settings->keywords,
                                              (const char *const *)settings->values, 0);
    int outcome = connection != NULL ? poll_connection(connection, deadline) : 0;
    *silent = outcome < 0;
    if (outcome > 0)
        return connection;
    if (connection == NULL)
        pgs_problem_set(problem, PGS_PROBLEM_INTERNAL, "", NULL, "there is no memory left");
    else if (outcome == 0)
        pgs_problem_set_connection(problem, connection);
    else
        pgs_problem_set(problem, PGS_PROBLEM_UNAVAILABLE, "",
                        "See whether the server runs, and what stands between it and here.",
                        "no connection to %s:%s was made within %ld ms: the server does not answer",
                        PQhost(connection), PQport(connection), pgs_clock() - start);
    PQfinish(connection);
    return NULL;
}

static PgsPoolSettings
own_copy(const PgsPoolSettings *settings)
{
    PgsPoolSettings copy = *settings;
    size_t n = 0;
    while (settings->keywords[n] != NULL)
        n++;
    copy.keywords = pgs_memory_new(n + 1, sizeof *copy.keywords);
    copy.values = pgs_memory_new(n + 1, sizeof *copy.values);
    for (size_t i = 0; i < n; i++) {
        copy.keywords[i] = pgs_memory_copy(settings->keywords[i]);
        copy.values[i] = pgs_memory_copy(settings->values[i]);
    }
    return copy;
}

/* What several hosts said, as one; takes both.  before: or NULL. */
static PgsProblem *
joined(PgsProblem *before, PgsProblem *found)
{
    PgsProblem *both = NULL;
    if (before == NULL)
        return found;
    pgs_problem_set(&both, pgs_problem_class(found), pgs_problem_sqlstate(found),
                    pgs_problem_hint(found), "%s; %s", pgs_problem_message(before),
                    pgs_problem_message(found));
    pgs_problem_free(before);
    pgs_problem_free(found);
    return both;
}

/* One attempt; libpq goes on to the next host when one refuses, but waits for one that is silent:
 * each gets its share of the time.  settings: the caller's own, whose hosts are turned around. */
static PGconn *
connect_any(PgsPoolSettings *settings, long deadline, PgsProblem **problem)
{
    PgsProblem *all = NULL;
    for (int left = pgs_pool_settings_hosts(settings); left > 0; left--) {
        PgsProblem *found = NULL;
        int silent = 0;
        long now = pgs_clock(), limit = pgs_clock_after(now, settings->connect_timeout);
        long share = now + (deadline - now) / left;
        PGconn *connection = connect_once(settings, limit < share ? limit : share, &silent, &found);
        if (connection != NULL) {
            pgs_problem_free(all);
            return connection;
        }
        all = joined(all, found);
        if (!silent)
            break;
        pgs_pool_settings_rotate(settings);
    }
    pgs_problem_hand_over(problem, all);
    return NULL;
}

/* settings: as above. */
static PGconn *
connect_again(PgsPoolSettings *settings, long deadline, PgsProblem **problem)
{
    uint64_t seed = pgs_backoff_seed();
    for (unsigned attempt = 1;; attempt++) {
        PgsProblem *found = NULL;
        PGconn *connection = connect_any(settings, deadline, &found);
        if (connection != NULL)
            return connection;
        unsigned pause = pgs_backoff(attempt, FIRST_WAIT, MOST_WAIT, &seed);
        if (pgs_problem_class(found) != PGS_PROBLEM_UNAVAILABLE ||
            attempt > (unsigned)settings->retries ||
            pgs_clock_after(pgs_clock(), pause) >= deadline) {
            pgs_problem_hand_over(problem, found);
            return NULL;
        }
        pgs_problem_free(found);
        pgs_clock_pause(pause);
    }
}

PGconn *
pgs_pool_connect(const PgsPoolSettings *settings, long deadline, PgsProblem **problem)
{
    PgsPoolSettings copy = own_copy(settings);
    PGconn *connection = connect_again(&copy, deadline, problem);
    pgs_pool_settings_clear(&copy);
    return connection;
}
