/*
 * hammer_pool CONNINFO THREADS CHECKOUTS: what test_threads.c has hammer a pool, built with the
 * thread sanitizer and therefore without GLib.  Says "half" when half of the checkouts are done;
 * reads a line when the server that was restarted then is back; says what came of it all.
 */
#include "pgstair/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE 10
#define OVERFLOW 10
#define FINAL_ROUNDS 20

static PgsPool *pool;
static long n_checkouts;
static atomic_long n_done, n_lost, n_wrong, n_out, most_out;
static pthread_barrier_t back;

static void
complain(const PgsProblem *problem)
{
    fprintf(stderr, "%s: %s\n", pgs_problem_class_name(pgs_problem_class(problem)),
            pgs_problem_message(problem));
    atomic_fetch_add(&n_wrong, 1);
}

static void
count_out(void)
{
    long now = atomic_fetch_add(&n_out, 1) + 1, most = atomic_load(&most_out);
    while (now > most && !atomic_compare_exchange_weak(&most_out, &most, now))
        ;
}

/* Now and then somebody leaves a transaction open, or asks something, or takes a while, so that all
 * connections are out and others wait. */
static void
use(PGconn *connection, long number)
{
    static const char *const statements[] = {"BEGIN", "SELECT 1", "SELECT 1/0",
                                             "SELECT pg_sleep(0.005)"};
    if (number % 8 == 0)
        PQclear(PQexec(connection, statements[number / 8 % 4]));
}

static int
check_out(long number)
{
    PgsProblem *problem = NULL;
    PGconn *connection = pgs_pool_acquire(pool, &problem);
    if (connection == NULL) {
        if (pgs_problem_class(problem) != PGS_PROBLEM_UNAVAILABLE)
            complain(problem);
        atomic_fetch_add(&n_lost, 1);
        pgs_problem_free(problem);
        return 0;
    }
    count_out();
    use(connection, number);
    atomic_fetch_sub(&n_out, 1);
    pgs_pool_release(pool, connection);
    return 1;
}

/* What is left behind in the table is the proof that nothing was committed twice or half. */
static int
insert(PgsSession *session, void *data, PgsProblem **problem)
{
    const char *const parameters[] = {data};
    return pgs_session_change(session, "INSERT INTO hammered VALUES ($1)", 1, parameters,
                              problem) == 1;
}

static void
run_session(long number)
{
    char text[24];
    PgsProblem *problem = NULL;
    snprintf(text, sizeof text, "%ld", number);
    if (!pgs_session_run(pool, insert, text, 5, &problem))
        complain(problem);
    pgs_problem_free(problem);
}

/* All at once: half of the threads wait for the other half. */
static void
hold(void)
{
    PGconn *connection = pgs_pool_acquire(pool, NULL);
    count_out();
    PQclear(PQexec(connection, "SELECT pg_sleep(0.2)"));
    atomic_fetch_sub(&n_out, 1);
    pgs_pool_release(pool, connection);
}

static void *
hammer(void *data)
{
    hold();
    for (;;) {
        long number = atomic_load(&n_done);
        if (number >= n_checkouts)
            break;
        if (check_out(number) && atomic_fetch_add(&n_done, 1) + 1 == n_checkouts / 2) {
            printf("half\n");
            fflush(stdout);
        }
    }
    pthread_barrier_wait(&back);
    for (long i = 0; i < FINAL_ROUNDS; i++)
        run_session((long)(size_t)data * FINAL_ROUNDS + i);
    return NULL;
}

static long
ask(const char *sql)
{
    PgsProblem *problem = NULL;
    PgsSession *session = pgs_session_begin(pool, &problem);
    PGresult *result = session != NULL ? pgs_session_query(session, sql, 0, NULL, &problem) : NULL;
    long value = result != NULL && PQntuples(result) == 1 ? atol(PQgetvalue(result, 0, 0)) : 0;
    PQclear(result);
    if (session != NULL && !pgs_session_commit(session, &problem))
        value = -1;
    if (problem != NULL)
        complain(problem);
    pgs_problem_free(problem);
    return value;
}

static int
judge(long n_threads)
{
    PgsPoolState state;
    long rows = ask("SELECT count(DISTINCT n) FROM hammered");
    pgs_pool_state(pool, &state);
    printf("done %ld lost %ld wrong %ld most %ld rows %ld connects %ld stale %ld checkouts %ld\n",
           n_done, n_lost, n_wrong, most_out, rows, state.connects, state.stale, state.checkouts);
    return n_wrong == 0 && n_done >= n_checkouts && most_out == SIZE + OVERFLOW &&
           rows == n_threads * FINAL_ROUNDS && state.in_use == 0 && state.waiting == 0 &&
           state.idle <= SIZE && state.timeouts == 0 && state.refused == 0;
}

int
main(int argc, char **argv)
{
    char line[16];
    if (argc != 4)
        return 2;
    long n_threads = atol(argv[2]);
    n_checkouts = atol(argv[3]);
    const PgsPoolOptions options = {
        .url = argv[1], .size = SIZE, .overflow = OVERFLOW, .name = "hammer"};
    pool = pgs_pool_new(&options, NULL);
    pthread_t *threads = calloc((size_t)n_threads, sizeof *threads);
    if (pool == NULL || threads == NULL || ask("SELECT 1") != 1)
        return 2;
    pthread_barrier_init(&back, NULL, (unsigned)n_threads + 1);
    for (long i = 0; i < n_threads; i++)
        pthread_create(&threads[i], NULL, hammer, (void *)(size_t)i);
    int is_back = fgets(line, sizeof line, stdin) != NULL;
    pthread_barrier_wait(&back);
    for (long i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
    int good = judge(n_threads);
    pgs_pool_free(pool);
    free(threads);
    pthread_barrier_destroy(&back);
    return is_back && good ? 0 : 1;
}
