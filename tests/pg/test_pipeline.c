/* Covers harness/pg/pipeline.c. */
#include "cmocka_all.h"

#include "pg/pipeline.h"
#include "pg_fixture.h"

#define INSERT "INSERT INTO t VALUES ($1, $2)"
#define INSERT_BLOCKED "INSERT INTO blocked VALUES ($1, $2)"

/* Statements whose first parameters are their numbers, from 1. */
typedef struct {
    GArray *statements; /* PgsPipelined */
    GPtrArray *owned;   /* what they hold */
} Many;

static void
add(Many *many, const char *sql, int n_params, const char *second)
{
    const char **params = g_new0(const char *, 2);
    char *number = g_strdup_printf("%u", many->statements->len + 1);
    params[0] = number;
    params[1] = second;
    g_ptr_array_add(many->owned, params);
    g_ptr_array_add(many->owned, number);
    PgsPipelined statement = {.sql = sql, .params = params, .n_params = n_params};
    g_array_append_val(many->statements, statement);
}

static Many
make(guint n, const char *sql, const char *second)
{
    Many many = {.statements = g_array_new(FALSE, FALSE, sizeof(PgsPipelined)),
                 .owned = g_ptr_array_new_with_free_func(g_free)};
    for (guint i = 0; i < n; i++)
        add(&many, sql, 2, second);
    return many;
}

/* Takes many over. */
static gboolean
run(PgsConnection *connection, Many many, guint *n_done, PgsFailure **failure, GError **error)
{
    gboolean ok =
        pgs_pipeline_run(connection, (const PgsPipelined *)(gpointer)many.statements->data,
                         many.statements->len, n_done, failure, error);
    g_array_unref(many.statements);
    g_ptr_array_unref(many.owned);
    return ok;
}

/* Each sees what those in front of it did; and the session is an ordinary one again. */
static void
test_all_are_run(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    Many many = make(1000, INSERT, NULL);
    add(&many, "UPDATE t SET b = $2 WHERE a < $1::int", 2, "it's; DROP");
    add(&many, "INSERT INTO t SELECT $1::int, count(*) FROM t", 1, NULL);
    add(&many, INSERT, 2, "");
    add(&many, "SET LOCAL work_mem = '5MB'", 0, NULL);
    guint n_done;
    run_sql(fixture->connection, "BEGIN");
    gboolean ok = run(fixture->connection, many, &n_done, NULL, &error);
    assert_null(error);
    assert_true(ok);
    assert_int_equal(n_done, 1004);
    assert_value(fixture->connection, "SELECT count(*) FROM t WHERE b = 'it''s; DROP'", "1000");
    assert_value(fixture->connection, "SELECT b FROM t WHERE a = 1002", "1000");
    assert_value(fixture->connection, "SELECT b = '' FROM t WHERE a = 1003", "t");
    assert_value(fixture->connection, "SHOW work_mem", "5MB");
    run_sql(fixture->connection, "SELECT 1; COMMIT");
    assert_true(run(fixture->connection, make(0, INSERT, NULL), &n_done, NULL, NULL));
    assert_int_equal(n_done, 0);
}

/* The refused one is known, and nothing behind it is run. */
static void
test_refused(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        guint at;
        const char *sql, *second, *sqlstate;
    } cases[] = {
        {700, "INSERT INTO t VALUES (1, $2), ($1, 'x')", NULL, "23505"}, /* when it is run */
        {0, "INSERT INTO t VALUES ($1, $2::int)", "x", "22P02"},         /* by its values */
        {3, "INSERT INTO t VALUES ($1, $2", NULL, "42601"},              /* when it is parsed */
        {1000, "INSERT INTO t (nope, b) VALUES ($1, $2)", NULL, "42703"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        run_sql(fixture->connection, "BEGIN");
        Many many = make(cases[i].at, INSERT, NULL);
        add(&many, cases[i].sql, 2, cases[i].second);
        add(&many, INSERT, 2, NULL);
        add(&many, "ROLLBACK", 0, NULL);
        add(&many, "INSERT INTO t VALUES (-1)", 0, NULL);
        guint n_done;
        g_autoptr(PgsFailure) failure = NULL;
        g_autoptr(GError) error = NULL;
        assert_false(run(fixture->connection, many, &n_done, &failure, &error));
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
        assert_non_null(strstr(error->message, cases[i].sql));
        assert_int_equal(n_done, cases[i].at);
        assert_non_null(failure);
        assert_string_equal(failure->sqlstate, cases[i].sqlstate);
        assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)),
                         PQTRANS_INERROR);
        run_sql(fixture->connection, "ROLLBACK");
        assert_value(fixture->connection, "SELECT count(*) FROM t", "0");
    }
}

/* More than sockets hold, in both directions: neither side waits for the other for ever. */
static void
test_large(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *text = g_strnfill(100 * 1000, 'x');
    run_sql(fixture->connection,
            "BEGIN; CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE NOTICE '%', new.b; RETURN NULL; END $$;"
            "CREATE TRIGGER tell AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell()");
    guint n_done;
    g_autoptr(GError) error = NULL;
    assert_true(run(fixture->connection, make(300, INSERT, text), &n_done, NULL, &error));
    assert_value(fixture->connection, "SELECT sum(length(b)) FROM t", "30000000");
    run_sql(fixture->connection, "ROLLBACK");
}

/* The server waits for a lock and takes no more of them. */
static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(100 * 1000, 'x');
    run_sql(fixture->connection, "BEGIN");
    g_cancellable_cancel(fixture->cancellable);
    guint n_done;
    assert_false(run(fixture->connection, make(100, INSERT_BLOCKED, text), &n_done, NULL, &error));
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
    assert_int_equal(n_done, 0);
    assert_false(pgs_connection_is_alive(fixture->connection));
}

/* Each statement has the server's limit to itself, and the one that passes it is known. */
static void
test_limit(void **state)
{
    Fixture *fixture = *state;
    pgs_connection_close(fixture->connection);
    fixture->connection = open_connection(fixture, 1500, NULL);
    run_sql(fixture->connection, "BEGIN");
    Many many = make(3, INSERT, NULL);
    add(&many, "INSERT INTO t SELECT $1::int FROM pg_sleep(0.8)", 1, NULL);
    add(&many, "INSERT INTO t SELECT $1::int FROM pg_sleep(0.8)", 1, NULL);
    add(&many, INSERT_BLOCKED, 2, NULL);
    guint n_done;
    g_autoptr(PgsFailure) failure = NULL;
    assert_false(run(fixture->connection, many, &n_done, &failure, NULL));
    assert_int_equal(n_done, 5);
    assert_non_null(failure);
    assert_string_equal(failure->sqlstate, "57014");
    run_sql(fixture->connection, "ROLLBACK");
}

static void
test_lost(void **state)
{
    Fixture *fixture = *state;
    Many many = make(10, INSERT, NULL);
    add(&many, "INSERT INTO t SELECT $1::int WHERE pg_terminate_backend(pg_backend_pid())", 1,
        NULL);
    add(&many, INSERT, 2, NULL);
    guint n_done;
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    run_sql(fixture->connection, "BEGIN");
    assert_false(run(fixture->connection, many, &n_done, &failure, &error));
    assert_null(failure);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST));
    assert_false(pgs_connection_is_alive(fixture->connection));
    assert_false(run(fixture->connection, make(1, INSERT, NULL), &n_done, NULL, NULL));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_all_are_run), TEST(test_refused), TEST(test_large),
        TEST(test_cancelled),   TEST(test_limit),   TEST(test_lost),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
