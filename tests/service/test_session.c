/* Covers harness/service/session.c, session_run.c, problem.c (what a server says), pool_ready.c. */
#include "own_server.h"

#include <string.h>

static PgsPool *
make_pool(void **state)
{
    return own_server_pool(*state, (PgsPoolOptions){.timeout = 5000, .retries = 1});
}

static void
run(PgsPool *pool, const char *sql)
{
    PGconn *connection = must_acquire(pool);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        fail_msg("%s", PQresultErrorMessage(result));
    PQclear(result);
    pgs_pool_release(pool, connection);
}

static char *
ask(PgsPool *pool, const char *sql)
{
    PGconn *connection = must_acquire(pool);
    char *value = value_on(connection, sql);
    pgs_pool_release(pool, connection);
    return value;
}

#define assert_value(expected, pool, sql)                                                          \
    do {                                                                                           \
        g_autofree char *value_ = ask(pool, sql);                                                  \
        assert_string_equal(value_, expected);                                                     \
    } while (0)

static void
make_table(PgsPool *pool)
{
    run(pool, "DROP TABLE IF EXISTS child, t; CREATE TABLE t (id int CONSTRAINT t_key PRIMARY KEY,"
              " note text NOT NULL); CREATE TABLE child (id int REFERENCES t"
              " DEFERRABLE INITIALLY DEFERRED)");
}

static void
test_commit_and_rollback(void **state)
{
    const char *const parameters[] = {"1", "o'ne"};
    PgsPool *pool = make_pool(state);
    make_table(pool);
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_int_equal(
        pgs_session_change(session, "INSERT INTO t VALUES ($1, $2)", 2, parameters, NULL), 1);
    pgs_session_rollback(session);
    assert_value("0", pool, "SELECT count(*) FROM t");
    session = pgs_session_begin(pool, NULL);
    pgs_session_change(session, "INSERT INTO t VALUES ($1, $2)", 2, parameters, NULL);
    PGresult *row = pgs_session_row(session, "SELECT note FROM t", 0, NULL, NULL);
    assert_string_equal(PQgetvalue(row, 0, 0), "o'ne");
    PQclear(row);
    assert_int_equal(PQtransactionStatus(pgs_session_connection(session)), PQTRANS_INTRANS);
    assert_true(pgs_session_commit(session, NULL));
    assert_value("1", pool, "SELECT count(*) FROM t");
    assert_int_equal(state_of(pool).in_use, 0);
    pgs_session_rollback(NULL);
    pgs_pool_free(pool);
}

static void
test_what_a_conflict_tells(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    make_table(pool);
    run(pool, "INSERT INTO t VALUES (1, 'one')");
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_int_equal(
        pgs_session_change(session, "INSERT INTO t VALUES (1, 'x')", 0, NULL, &problem), -1);
    assert_string_equal(pgs_problem_sqlstate(problem), "23505");
    assert_string_equal(pgs_problem_table(problem), "t");
    assert_string_equal(pgs_problem_constraint(problem), "t_key");
    assert_string_equal(pgs_problem_detail(problem), "Key (id)=(1) already exists.");
    assert_string_equal(pgs_problem_column(problem), "");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_CONFLICT);
    /* What follows is refused for another reason; the commit tells the first. */
    assert_null(pgs_session_query(session, "SELECT 1", 0, NULL, NULL));
    assert_false(pgs_session_commit(session, &problem));
    assert_string_equal(pgs_problem_constraint(problem), "t_key");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_CONFLICT);
    session = pgs_session_begin(pool, NULL);
    pgs_session_change(session, "INSERT INTO t (id) VALUES (2)", 0, NULL, &problem);
    assert_string_equal(pgs_problem_column(problem), "note");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_CONFLICT);
    pgs_session_rollback(session);
    pgs_pool_free(pool);
}

/* A deferred constraint speaks at COMMIT. */
static void
test_refused_commit(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    make_table(pool);
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_int_equal(pgs_session_change(session, "INSERT INTO child VALUES (7)", 0, NULL, NULL), 1);
    assert_false(pgs_session_commit(session, &problem));
    assert_string_equal(pgs_problem_sqlstate(problem), "23503");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_CONFLICT);
    /* The transaction had failed behind the session's back. */
    session = pgs_session_begin(pool, NULL);
    PQclear(PQexec(pgs_session_connection(session), "SELECT 1/0"));
    assert_false(pgs_session_commit(session, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    pgs_pool_free(pool);
}

static void
test_rows(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_null(pgs_session_row(session, "SELECT 1 WHERE false", 0, NULL, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_NOT_FOUND);
    assert_null(pgs_session_row(session, "VALUES (1), (2)", 0, NULL, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    assert_null(pgs_session_query(session, "SELECT 1", -1, NULL, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
    /* None of these has harmed the transaction. */
    assert_true(pgs_session_commit(session, &problem));
    pgs_pool_free(pool);
}

static void
test_statements_that_are_none(void **state)
{
    static const char *const wrong[] = {"COMMIT", "COPY (SELECT 1) TO STDOUT", "COPY t FROM STDIN",
                                        "SELECT 1; SELECT 2", "SELEC"};
    PgsPool *pool = make_pool(state);
    make_table(pool);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        PgsProblem *problem = NULL;
        PgsSession *session = pgs_session_begin(pool, NULL);
        assert_null(pgs_session_query(session, wrong[i], 0, NULL, &problem));
        assert_int_equal(take_class(&problem), PGS_PROBLEM_USAGE);
        assert_false(pgs_session_commit(session, NULL));
    }
    assert_int_equal(state_of(pool).in_use, 0);
    pgs_pool_free(pool);
}

/* More than fits into the socket at once, both ways. */
static void
test_large(void **state)
{
    g_autofree char *large = g_strnfill(8 * 1024 * 1024, 'x');
    const char *const parameters[] = {large};
    PgsPool *pool = make_pool(state);
    PgsSession *session = pgs_session_begin(pool, NULL);
    PGresult *row = pgs_session_row(session, "SELECT $1::text || 'y'", 1, parameters, NULL);
    assert_int_equal(PQgetlength(row, 0, 0), 8 * 1024 * 1024 + 1);
    PQclear(row);
    assert_true(pgs_session_commit(session, NULL));
    pgs_pool_free(pool);
}

static void
test_limits(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = own_server_pool(*state, (PgsPoolOptions){.statement_timeout = 50});
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_null(pgs_session_query(session, "SELECT pg_sleep(20)", 0, NULL, &problem));
    assert_string_equal(pgs_problem_sqlstate(problem), "57014");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_TIMEOUT);
    pgs_session_rollback(session);
    pgs_pool_free(pool);
}

/* Ended by somebody in the middle; and in the middle of COMMIT, nobody knows. */
static void
test_lost(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    PgsSession *session = pgs_session_begin(pool, NULL);
    assert_null(pgs_session_query(session, "SELECT pg_terminate_backend(pg_backend_pid())", 0, NULL,
                                  &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    assert_false(pgs_session_commit(session, &problem));
    assert_string_not_equal(pgs_problem_sqlstate(problem), "08007");
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    assert_value("alive", pool, "SELECT 'alive'");
    assert_int_equal(state_of(pool).idle, 1);
    pgs_pool_free(pool);
}

#define DIE_AT_COMMIT                                                                              \
    "DROP TABLE IF EXISTS last_words; CREATE TABLE last_words (id int);"                           \
    " CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$"                     \
    " BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"                  \
    " CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON last_words DEFERRABLE INITIALLY DEFERRED"     \
    " FOR EACH ROW EXECUTE FUNCTION die()"

static int
say_last_words(PgsSession *session, void *data, PgsProblem **problem)
{
    ++*(int *)data;
    return pgs_session_change(session, "INSERT INTO last_words VALUES (1)", 0, NULL, problem) == 1;
}

static void
test_lost_in_commit(void **state)
{
    int rounds = 0;
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    run(pool, DIE_AT_COMMIT);
    assert_false(pgs_session_run(pool, say_last_words, &rounds, 5, &problem));
    assert_string_equal(pgs_problem_sqlstate(problem), "08007");
    assert_non_null(strstr(pgs_problem_message(problem), "is not known"));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_UNAVAILABLE);
    /* Nobody may run that again unasked. */
    assert_int_equal(rounds, 1);
    pgs_pool_free(pool);
}

typedef struct {
    const char *sqlstate; /* raised until: */
    int failures, rounds;
} Raised;

static int
raise_at_first(PgsSession *session, void *data, PgsProblem **problem)
{
    Raised *raised = data;
    g_autofree char *sql =
        g_strdup_printf("DO $$ BEGIN RAISE SQLSTATE '%s'; END $$", raised->sqlstate);
    if (++raised->rounds > raised->failures)
        return 1;
    return pgs_session_change(session, sql, 0, NULL, problem) >= 0;
}

static void
test_what_is_run_again(void **state)
{
    static const struct {
        const char *sqlstate;
        int failures, attempts, rounds, done;
    } rows[] = {
        {"40001", 2, 5, 3, 1}, {"40P01", 2, 2, 2, 0}, {"23505", 2, 5, 1, 0},
        {"40001", 1, 0, 1, 0}, {"40003", 1, 5, 1, 0}, {"53400", 1, 5, 2, 1},
    };
    PgsPool *pool = make_pool(state);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Raised raised = {rows[i].sqlstate, rows[i].failures, 0};
        PgsProblem *problem = NULL;
        int done = pgs_session_run(pool, raise_at_first, &raised, rows[i].attempts, &problem);
        assert_int_equal(done, rows[i].done);
        assert_int_equal(raised.rounds, rows[i].rounds);
        if (!done)
            assert_string_equal(pgs_problem_sqlstate(problem), rows[i].sqlstate);
        pgs_problem_free(problem);
    }
    assert_false(pgs_session_run(pool, raise_at_first, &(Raised){"40001", 1, 0}, 1, NULL));
    pgs_pool_free(pool);
}

static int
give_up(G_GNUC_UNUSED PgsSession *session, G_GNUC_UNUSED void *data,
        G_GNUC_UNUSED PgsProblem **problem)
{
    return 0;
}

static void
test_work_that_gives_up(void **state)
{
    PgsProblem *problem = NULL;
    PgsPool *pool = make_pool(state);
    assert_false(pgs_session_run(pool, give_up, NULL, 3, &problem));
    assert_int_equal(take_class(&problem), PGS_PROBLEM_CANCELLED);
    assert_int_equal(state_of(pool).checkouts, 1);
    pgs_pool_free(pool);
}

/* Everything that the server may say is one JSON string. */
static void
test_hostile_message(void **state)
{
    const OwnServer *own = *state;
    char *json = NULL;
    g_autofree char *url =
        g_strdup_printf("%s dbname='a\"b\\\\c\n\x1b[31m\xff\xc3\xa4'", own->conninfo);
    PgsPool *pool = pgs_pool_new(&(PgsPoolOptions){.url = url, .retries = -1}, NULL);
    assert_false(pgs_pool_ready(pool, &json, NULL));
    assert_non_null(strstr(json, "a\\\"b\\\\c"));
    assert_non_null(strstr(json, "\\u001b[31m"));
    assert_true(g_utf8_validate(json, -1, NULL));
    assert_null(strpbrk(json, "\n\x1b"));
    free(json);
    pgs_pool_free(pool);
}

/* Whoever goes on without looking gets the first problem, or one that says what is missing. */
static void
test_nothing_to_work_with(G_GNUC_UNUSED void **state)
{
    PgsProblem *problem = NULL;
    assert_null(pgs_pool_acquire(NULL, &problem));
    assert_int_equal(pgs_problem_class(problem), PGS_PROBLEM_USAGE);
    g_clear_pointer(&problem, pgs_problem_free);
    PgsSession *session = pgs_session_begin(NULL, &problem);
    assert_null(session);
    g_autofree char *first = g_strdup(pgs_problem_message(problem));
    assert_null(pgs_session_query(session, "SELECT 1", 0, NULL, &problem));
    assert_null(pgs_session_row(session, "SELECT 1", 0, NULL, &problem));
    assert_int_equal(pgs_session_change(session, "SELECT 1", 0, NULL, &problem), -1);
    assert_null(pgs_session_connection(session));
    assert_false(pgs_session_commit(session, &problem));
    assert_string_equal(pgs_problem_message(problem), first);
    g_clear_pointer(&problem, pgs_problem_free);
    assert_false(pgs_session_commit(NULL, &problem));
    assert_int_equal(pgs_problem_class(problem), PGS_PROBLEM_USAGE);
    g_clear_pointer(&problem, pgs_problem_free);
    assert_false(pgs_pool_ready(NULL, NULL, &problem));
    assert_int_equal(pgs_problem_class(problem), PGS_PROBLEM_USAGE);
    g_clear_pointer(&problem, pgs_problem_free);
    pgs_pool_release(NULL, NULL);
    pgs_session_rollback(NULL);
    assert_string_equal(pgs_problem_message(NULL), "");
    assert_string_equal(pgs_problem_sqlstate(NULL), "");
    assert_string_equal(pgs_problem_constraint(NULL), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit_and_rollback),
        cmocka_unit_test(test_what_a_conflict_tells),
        cmocka_unit_test(test_refused_commit),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_statements_that_are_none),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_lost_in_commit),
        cmocka_unit_test(test_what_is_run_again),
        cmocka_unit_test(test_work_that_gives_up),
        cmocka_unit_test(test_hostile_message),
        cmocka_unit_test(test_nothing_to_work_with),
    };
    return cmocka_run_group_tests(tests, set_up_own_server, tear_down_own_server);
}
