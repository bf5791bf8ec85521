/* Covers harness/migration/runner.c and locate.c, on a throwaway server. */
#include "migration/read.h"

#include "migration/pairs.h"
#include "migration/runner.h"
#include "server/server.h"

#define BOM "\xef\xbb\xbf"

typedef struct {
    PgsServer *server;
    char *database;
    PgsConnection *connection;
    PgsHistory *histories[5]; /* where the tools come from */
} Fixture;

typedef enum {
    DIESEL,
    SQLX,
    GOLANG,
    MARAGUDK,
    PLAIN,
} Tool;

static int
set_up(void **state)
{
    static const char *const folders[] = {"diesel/good", "sqlx/project/migrations",
                                          "golang-migrate/project/db/migrations",
                                          "maragudk/project/sql", "plain/good"};
    Fixture *fixture = g_new0(Fixture, 1);
    *state = fixture;
    g_autoptr(GError) error = NULL;
    fixture->server = pgs_server_start(&(PgsServerOptions){.spec = "local"}, NULL, &error);
    if (fixture->server != NULL)
        fixture->database = pgs_server_create_database(fixture->server, "runner", NULL, &error);
    if (fixture->database != NULL)
        fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                  fixture->database, 60 * 1000, NULL, &error);
    if (fixture->connection == NULL) {
        print_error("%s\n", error->message);
        return -1;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
        fixture->histories[i] = read_folder(folders[i], NULL);
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(fixture->histories); i++)
        pgs_history_free(fixture->histories[i]);
    pgs_connection_close(fixture->connection);
    g_free(fixture->database);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static void
run_sql(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(fixture->connection, sql, &error))
        fail_msg("%s", error->message);
}

static void
assert_value(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_connection_value(fixture->connection, sql, &value, &error))
        fail_msg("%s", error->message);
    if (g_strcmp0(value, expected) != 0)
        fail_msg("%s: %s, not %s", sql, value, expected);
}

/* A step of text, as that tool sends it; its own way of a transaction unless no_transaction. */
static PgsStep *
make_step(const Fixture *fixture, Tool tool, gboolean no_transaction, const char *text,
          gsize length)
{
    const PgsRevision *revision = g_ptr_array_index(fixture->histories[tool]->revisions, 0);
    const PgsStep *model = revision->up;
    PgsFolderFile file = {.name = (char *)"1_x.up.sql",
                          .path = (char *)"migrations/1_x.up.sql",
                          .text = g_bytes_new(text, length)};
    PgsStep *step = pgs_step_new(&file, model->send, model->transaction && !no_transaction, NULL,
                                 model->tool, NULL);
    g_bytes_unref(file.text);
    return step;
}

static PgsOutcome *
run_text(const Fixture *fixture, Tool tool, gboolean no_transaction, const char *text, gsize length)
{
    g_autoptr(PgsStep) step = make_step(fixture, tool, no_transaction, text, length);
    g_autoptr(GError) error = NULL;
    PgsOutcome *outcome = pgs_runner_run(fixture->connection, step, 0, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(outcome->path, "migrations/1_x.up.sql");
    assert_int_equal(outcome->succeeded, outcome->failure == NULL);
    assert_false(outcome->connection_lost);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    return outcome;
}

static void
clean(const Fixture *fixture)
{
    run_sql(fixture,
            "RESET ALL; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (a "
            "int PRIMARY KEY)");
}

/* The tool's bookkeeping can be made, and be there already, and its names are known. */
static void
test_prepare(void **state)
{
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(fixture->histories); i++) {
        const PgsHistory *history = fixture->histories[i];
        clean(fixture);
        if (history->prepare == NULL) {
            assert_int_equal(i, PLAIN);
            continue;
        }
        run_sql(fixture, history->prepare);
        run_sql(fixture, history->prepare);
        g_autofree char *query =
            g_strdup_printf("SELECT count(*) = 1 FROM pg_catalog.pg_class WHERE oid = "
                            "pg_catalog.to_regclass('%s')",
                            history->ledger[0]);
        assert_value(fixture, query, "t");
    }
}

typedef struct {
    Tool tool;
    gboolean no_transaction;
    const char *text;
    guint n_statements;
    const char *check; /* a query that gives true behind it */
} Good;

static void
test_good(void **state)
{
    Fixture *fixture = *state;
    static const Good cases[] = {
        {GOLANG, FALSE, "INSERT INTO t VALUES (1);; SELECT 1; -- end\n", 2,
         "SELECT count(*) = 1 FROM t"},
        {GOLANG, FALSE, "", 0, "SELECT true"},
        {GOLANG, FALSE, "-- nothing", 0, "SELECT true"},
        {GOLANG, FALSE, "BEGIN; INSERT INTO t VALUES (1); COMMIT;", 3,
         "SELECT count(*) = 1 FROM t"},
        {GOLANG, FALSE, "CREATE INDEX CONCURRENTLY i ON t (a);", 1,
         "SELECT pg_catalog.to_regclass('i') IS NOT NULL"},
        {GOLANG, FALSE, "SELECT U&'\\0041' UESCAPE '!', '\xc3\xb6';\r\nSELECT 2;\r\n", 2,
         "SELECT true"},
        {PLAIN, FALSE,
         "CREATE TABLE u&\"x\" (b text DEFAULT U&'\\0041'\n'b')\n;INSERT INTO x VALUES (DEFAULT), "
         "(U&'c')",
         2, "SELECT count(*) = 2 FROM x WHERE b IN ('Ab', 'c')"},
        {DIESEL, FALSE, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);", 2,
         "SELECT count(*) = 2 FROM t"},
        {DIESEL, TRUE, "CREATE INDEX CONCURRENTLY i ON t (a)", 1,
         "SELECT pg_catalog.to_regclass('i') IS NOT NULL"},
        {SQLX, TRUE, "-- no-transaction\nVACUUM t;", 1, "SELECT true"},
        {SQLX, FALSE, "", 0, "SELECT true"},
        {SQLX, FALSE, "INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2);", 3,
         "SELECT count(*) = 2 FROM t"},
        {MARAGUDK, FALSE, "INSERT INTO t VALUES (1); SAVEPOINT s; ROLLBACK TO s;", 3,
         "SELECT count(*) = 1 FROM t"},
        {PLAIN, FALSE, "INSERT INTO t VALUES (1);\nCOMMIT;\nVACUUM t;\nINSERT INTO t VALUES (2)", 4,
         "SELECT count(*) = 2 FROM t"},
        {PLAIN, FALSE, BOM "COPY t FROM STDIN;\n1\n2\n\\.\nCOPY t FROM STDIN;\r\n3\r\n\\.\r\n", 2,
         "SELECT sum(a) = 6 FROM t"},
        {PLAIN, FALSE, "COPY t FROM stdin;\n\\.\nCOPY t TO STDOUT; SELECT 1;", 3, "SELECT true"},
        {PLAIN, FALSE,
         "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; "
         "END; INSERT INTO t SELECT f();",
         2, "SELECT sum(a) = 2 FROM t"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Good *good = &cases[i];
        clean(fixture);
        g_autoptr(PgsOutcome) outcome =
            run_text(fixture, good->tool, good->no_transaction, good->text, strlen(good->text));
        if (!outcome->succeeded)
            fail_msg("%s: %s", good->text, outcome->failure->message);
        if (outcome->n_statements != good->n_statements)
            fail_msg("%s: %u statements", good->text, outcome->n_statements);
        assert_value(fixture, good->check, "t");
        assert_int_equal(outcome->line, 0);
        assert_null(outcome->statement);
        assert_true(outcome->duration >= 0);
    }
}

typedef struct {
    Tool tool;
    gboolean no_transaction;
    const char *text;
    const char *sqlstate;
    guint line, column;
    const char *statement; /* its beginning; NULL: none */
    const char *message;   /* a part of it */
    const char *hint;      /* a part of it; NULL: none */
    guint n_statements;
} Bad;

static void
check_bad(const Fixture *fixture, const Bad *bad)
{
    clean(fixture);
    g_autoptr(PgsOutcome) outcome =
        run_text(fixture, bad->tool, bad->no_transaction, bad->text, strlen(bad->text));
    if (outcome->succeeded)
        fail_msg("%s: succeeded", bad->text);
    const PgsFailure *failure = outcome->failure;
    if (strcmp(failure->sqlstate, bad->sqlstate) != 0)
        fail_msg("%s: %s %s", bad->text, failure->sqlstate, failure->message);
    if (outcome->line != bad->line || outcome->column != bad->column)
        fail_msg("%s: %u:%u", bad->text, outcome->line, outcome->column);
    if (bad->statement == NULL
            ? outcome->statement != NULL
            : outcome->statement == NULL || !g_str_has_prefix(outcome->statement, bad->statement))
        fail_msg("%s: statement %s", bad->text, outcome->statement);
    if (strstr(failure->message, bad->message) == NULL)
        fail_msg("%s: %s", bad->text, failure->message);
    if (bad->hint == NULL ? failure->hint != NULL
                          : failure->hint == NULL || strstr(failure->hint, bad->hint) == NULL)
        fail_msg("%s: hint %s", bad->text, failure->hint);
    if (outcome->n_statements != bad->n_statements)
        fail_msg("%s: %u statements", bad->text, outcome->n_statements);
}

static void
check_all(const Fixture *fixture, const Bad *cases, gsize n)
{
    for (gsize i = 0; i < n; i++)
        check_bad(fixture, &cases[i]);
}

/* Where it is, however the server says it. */
static void
test_places(void **state)
{
    static const Bad cases[] = {
        /* a position, in characters, within the whole text */
        {GOLANG, FALSE, "SELECT '\xc3\xb6';\n\nSELECT '\xc3\xb6', nope;\n", "42703", 3, 13,
         "SELECT", "column \"nope\" does not exist", NULL, 1},
        {GOLANG, FALSE, "SELECT 1;\n  CREATE TABLE x (a int;\nSELECT 2;", "42601", 2, 24,
         "CREATE TABLE x (a int", "syntax error", NULL, 0},
        {GOLANG, FALSE, "SELECT 1;\nSELECT (2", "42601", 2, 10, "SELECT (2", "at end of input",
         NULL, 0},
        /* none: the count of results tells */
        {GOLANG, FALSE,
         "SELECT 1;;\n;/* ; */ INSERT INTO t VALUES (1);\n\n  INSERT INTO t VALUES "
         "(1);",
         "23505", 4, 3, "INSERT", "duplicate key", NULL, 2},
        /* within the statement that was sent alone */
        {PLAIN, FALSE, BOM "SELECT '\xc3\xb6';\r\n\r\nSELECT '\xc3\xb6', nope;\r\n", "42703", 3, 13,
         "SELECT", "\"nope\"", NULL, 1},
        {PLAIN, FALSE, "COPY t FROM STDIN;\n1\n\\.\n  COPY t FROM STDIN;\nx\n\\.\n", "22P02", 4, 3,
         "COPY", "invalid input syntax", NULL, 1},
        /* code that stands in the file */
        {DIESEL, FALSE, "SELECT 1;\nDO $$\nBEGIN\n  RAISE 'no';\nEND$$;", "P0001", 4, 0, "DO", "no",
         NULL, 1},
        {SQLX, FALSE, "DO 'BEGIN\n  INSERT INTO t VALUES (1);\n  EXECUTE ''SELECT nope'';\nEND'",
         "42703", 3, 0, "DO", "\"nope\"", NULL, 0},
        {GOLANG, FALSE,
         "CREATE FUNCTION f(a text DEFAULT 'x') RETURNS int LANGUAGE plpgsql AS $f$\nBEGIN\n"
         "  RETURN 1/0;\nEND$f$;\n\nSELECT 1;\nSELECT f();\n",
         "22012", 3, 0, "SELECT f()", "division by zero", NULL, 2},
        {GOLANG, FALSE,
         "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$\nBEGIN\n  RETURN 1 +;\nEND$f$;",
         "42601", 3, 13, "CREATE FUNCTION", "syntax error", NULL, 0},
        {GOLANG, FALSE,
         "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$\nBEGIN\n  nope := "
         "1;\nEND$f$;",
         "42601", 3, 3, "CREATE FUNCTION", "\"nope\" is not a known variable", NULL, 0},
        {GOLANG, FALSE,
         "SELECT 1;\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$\nDECLARE\n  a nope;\n"
         "BEGIN\nEND$f$;",
         "42704", 4, 5, "CREATE FUNCTION", "type \"nope\" does not exist", NULL, 1},
        /* here the server says "near line 1", whatever the line */
        {GOLANG, FALSE,
         "SET check_function_bodies = off;\nCREATE FUNCTION public.\"F\"() RETURNS int LANGUAGE "
         "plpgsql AS $f$\nBEGIN\n  nope := 1;\nEND$f$;\nSELECT \"F\"();",
         "42601", 2, 0, "SELECT \"F\"()", "\"nope\" is not a known variable", NULL, 2},
    };
    check_all(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_transactions(void **state)
{
    static const char alone_diesel[] = "run_in_transaction = false";
    static const Bad cases[] = {
        /* several statements in one message are a transaction, whatever the tool intends */
        {GOLANG, FALSE, "CREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;", "25001", 1, 1,
         "CREATE INDEX CONCURRENTLY", "cannot run inside a transaction block",
         "a migration of its own", 0},
        {DIESEL, TRUE, "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);", "25001", 2, 1,
         "CREATE INDEX", "cannot run inside a transaction block", alone_diesel, 1},
        {DIESEL, FALSE, "CREATE INDEX CONCURRENTLY i ON t (a)", "25001", 1, 1, "CREATE INDEX",
         "cannot run inside a transaction block", alone_diesel, 0},
        {SQLX, FALSE, "VACUUM t", "25001", 1, 1, "VACUUM", "transaction block", "-- no-transaction",
         0},
        {MARAGUDK, FALSE, "VACUUM t", "25001", 1, 1, "VACUUM", "transaction block",
         "runs every file in a transaction", 0},
        {PLAIN, FALSE, "SELECT 1;\nVACUUM t", "25001", 2, 1, "VACUUM", "transaction block",
         "--format", 1},
        /* SET TRANSACTION has the same SQLSTATE */
        {SQLX, FALSE, "SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "25001", 1, 11,
         "SET TRANSACTION", "must be called before any query", NULL, 1},
        /* what is left open, and what is closed too early */
        {GOLANG, FALSE, "SELECT 1;\n BEGIN; INSERT INTO t VALUES (1);", "25001", 2, 2, "BEGIN",
         "leaves a transaction open, and its work is lost: golang-migrate fails with pq: "
         "unexpected",
         "COMMIT", 3},
        {DIESEL, TRUE, "BEGIN; SELECT 1", "25001", 1, 1, "BEGIN", "leaves a transaction open",
         "COMMIT", 2},
        {DIESEL, FALSE, "SELECT 1;\nCOMMIT;\nSELECT 2", "25P01", 2, 1, "COMMIT",
         "diesel then fails: Cannot perform this operation outside of a transaction",
         "leave BEGIN, COMMIT", 3},
        /* a constraint that is checked in the end has no place */
        {SQLX, FALSE,
         "CREATE TABLE c (a int REFERENCES t DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES "
         "(7);",
         "23503", 0, 0, "COMMIT", "violates foreign key", NULL, 2},
        {GOLANG, FALSE,
         "CREATE TABLE c (a int REFERENCES t DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES "
         "(7);",
         "23503", 2, 1, "INSERT", "violates foreign key", NULL, 1},
    };
    check_all(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_texts(void **state)
{
    static const Bad cases[] = {
        {DIESEL, FALSE, "", "42601", 0, 0, NULL, "Received an empty query", "SELECT 1", 0},
        {DIESEL, FALSE, "-- nothing yet\n", "42601", 0, 0, NULL, "Received an empty query",
         "SELECT 1", 0},
        {GOLANG, FALSE, BOM "SELECT 1", "42601", 1, 1, "SELECT 1", "syntax error",
         "golang-migrate sends it with the rest", 0},
        {GOLANG, FALSE, "SELECT 1;\n SELECT 'abc", "42601", 2, 9, NULL,
         "unterminated quoted string", NULL, 0},
        {PLAIN, FALSE, "SELECT 1;\n\\d t\n", "42601", 2, 1, NULL, "\\d is a psql meta-command",
         "only psql knows", 0},
        {SQLX, FALSE, "SELECT '\xff'", "22021", 1, 9, NULL, "no valid UTF-8", "UTF-8", 0},
        /* what only our scanner refuses is for the server to judge, where that can be done */
        {GOLANG, FALSE, "SELECT 1;\nSELECT \"\"", "42601", 2, 8, NULL,
         "zero-length delimited identifier", NULL, 0},
        {PLAIN, FALSE, "SELECT 1;\nSELECT \"\"", "42601", 2, 8, NULL,
         "zero-length delimited identifier", NULL, 0},
    };
    check_all(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_copy(void **state)
{
    static const Bad cases[] = {
        {GOLANG, FALSE, "SELECT 1;\n COPY t FROM STDIN; SELECT 2", "0A000", 2, 2, "COPY",
         "golang-migrate does not handle the data of COPY: pq: unknown response", "INSERT", 1},
        {SQLX, FALSE, "COPY t TO STDOUT", "0A000", 1, 1, "COPY", "sqlx does not handle", "INSERT",
         1},
        {DIESEL, FALSE, "SELECT 1;\nCOPY t FROM STDIN;\n1\n\\.\n", "42601", 4, 1, NULL,
         "the data of COPY … FROM STDIN is no SQL", "INSERT", 0},
        {DIESEL, FALSE, "COPY t FROM STDIN;\n1\n2\n", "42601", 2, 1, "1\n2", "syntax error",
         "INSERT", 0},
    };
    check_all(*state, cases, G_N_ELEMENTS(cases));
}

static void
test_advice(void **state)
{
    static const Bad cases[] = {
        {GOLANG, FALSE, "SELECT uuid_generate_v4()", "42883", 1, 8, "SELECT",
         "function uuid_generate_v4() does not exist", "uuid-ossp", 0},
        {GOLANG, FALSE, "SELECT nope()", "42883", 1, 8, "SELECT", "function nope()",
         "No function matches", 0},
        {GOLANG, FALSE, "CREATE TABLE x (a citext)", "42704", 1, 19, "CREATE TABLE",
         "type \"citext\"", "EXTENSION IF NOT EXISTS citext", 0},
        {GOLANG, FALSE, "SET statement_timeout = 50;\nSELECT pg_sleep(60)", "57014", 2, 1, "SELECT",
         "statement timeout", "--statement-timeout", 1},
    };
    check_all(*state, cases, G_N_ELEMENTS(cases));
}

/* A failure undoes what the tool's transaction holds, and only that. */
static void
test_undone(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        Tool tool;
        const char *left;
    } cases[] = {{GOLANG, "0"}, {DIESEL, "0"}, {SQLX, "0"}, {MARAGUDK, "0"}, {PLAIN, "0"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        static const char text[] = "INSERT INTO t VALUES (1); SELECT nope";
        clean(fixture);
        g_autoptr(PgsOutcome) outcome =
            run_text(fixture, cases[i].tool, FALSE, text, sizeof text - 1);
        assert_false(outcome->succeeded);
        assert_value(fixture, "SELECT count(*) FROM t", cases[i].left);
    }
    static const char text[] = "INSERT INTO t VALUES (1); COMMIT; SELECT nope";
    clean(fixture);
    g_autoptr(PgsOutcome) outcome = run_text(fixture, PLAIN, FALSE, text, sizeof text - 1);
    assert_false(outcome->succeeded);
    assert_value(fixture, "SELECT count(*) FROM t", "1");
}

static void
test_notices(void **state)
{
    Fixture *fixture = *state;
    static const char text[] =
        "DO $$ BEGIN RAISE NOTICE 'quiet'; FOR i IN 1..200 LOOP RAISE WARNING "
        "'w%', i; END LOOP; END $$; COMMIT";
    g_autoptr(PgsOutcome) outcome = run_text(fixture, GOLANG, FALSE, text, sizeof text - 1);
    assert_true(outcome->succeeded);
    assert_int_equal(outcome->notices->len, 100);
    assert_string_equal(g_ptr_array_index(outcome->notices, 0), "WARNING:  w1");
}

/* Several megabytes of data, more than any buffer holds at once. */
static void
test_large_copy(void **state)
{
    Fixture *fixture = *state;
    clean(fixture);
    g_autoptr(GString) text = g_string_new("COPY t FROM STDIN;\n");
    for (guint i = 0; i < 500000; i++)
        g_string_append_printf(text, "%u\n", i);
    g_string_append(text, "\\.\nSELECT 1;");
    g_autoptr(PgsOutcome) outcome = run_text(fixture, PLAIN, FALSE, text->str, text->len);
    if (!outcome->succeeded)
        fail_msg("%s", outcome->failure->message);
    assert_value(fixture, "SELECT count(*) FROM t", "500000");
}

/* The step's text may begin further down in its file. */
static void
test_line_offset(void **state)
{
    Fixture *fixture = *state;
    static const char text[] = "SELECT 1;\nSELECT nope";
    g_autoptr(PgsStep) step = make_step(fixture, GOLANG, FALSE, text, sizeof text - 1);
    step->line = 11;
    g_autoptr(PgsOutcome) outcome = pgs_runner_run(fixture->connection, step, 0, NULL);
    assert_int_equal(outcome->line, 12);
    assert_int_equal(outcome->column, 8);
}

static PgsConnection *
open_connection(const Fixture *fixture, guint timeout, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection = pgs_connection_open(
        pgs_server_conninfo(fixture->server), fixture->database, timeout, cancellable, &error);
    if (connection == NULL)
        fail_msg("%s", error->message);
    return connection;
}

static void
test_lost(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsConnection) connection = open_connection(fixture, 60 * 1000, NULL);
    static const char text[] = "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());";
    g_autoptr(PgsStep) step = make_step(fixture, SQLX, FALSE, text, sizeof text - 1);
    g_autoptr(PgsOutcome) outcome = pgs_runner_run(connection, step, 0, NULL);
    assert_false(outcome->succeeded);
    assert_true(outcome->connection_lost);
    assert_string_equal(outcome->failure->sqlstate, "57P01");
    assert_int_equal(outcome->line, 2);
    /* Nothing more can be done with it, and that is said, not crashed upon. */
    g_autoptr(PgsOutcome) again = pgs_runner_run(connection, step, 0, NULL);
    assert_false(again->succeeded);
    assert_true(again->connection_lost);
}

static gpointer
cancel_soon(gpointer data)
{
    g_usleep(50 * 1000);
    g_cancellable_cancel(data);
    return NULL;
}

static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(PgsConnection) connection = open_connection(fixture, 60 * 1000, cancellable);
    static const char text[] = "SELECT pg_sleep(60)";
    g_autoptr(PgsStep) step = make_step(fixture, GOLANG, FALSE, text, sizeof text - 1);
    GThread *thread = g_thread_new("cancel", cancel_soon, cancellable);
    g_autoptr(GError) error = NULL;
    PgsOutcome *outcome = pgs_runner_run(connection, step, 0, &error);
    g_thread_join(thread);
    assert_null(outcome);
    assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepare),     cmocka_unit_test(test_good),
        cmocka_unit_test(test_places),      cmocka_unit_test(test_transactions),
        cmocka_unit_test(test_texts),       cmocka_unit_test(test_copy),
        cmocka_unit_test(test_advice),      cmocka_unit_test(test_undone),
        cmocka_unit_test(test_notices),     cmocka_unit_test(test_large_copy),
        cmocka_unit_test(test_line_offset), cmocka_unit_test(test_lost),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
