/* harness/suite/expect_*.c, trial.c, look.c: what assertions find, and what they leave. */
#include "fixture.h"

static Place place;
static PgsSuite *suite;

static int
open_suite(void **state)
{
    (void)state;
    place_open(&place);
    suite = place_suite(&place);
    return pgs_suite_connection(suite) != NULL ? 0 : -1;
}

static int
close_suite(void **state)
{
    (void)state;
    pgs_suite_close(suite);
    place_close(&place);
    return 0;
}

static int
begin(void **state)
{
    (void)state;
    return pgs_suite_reset(suite) && pgs_case_begin(suite, "a test", NULL) && pgs_suite_begin(suite)
               ? 0
               : -1;
}

static int
end(void **state)
{
    (void)state;
    return pgs_suite_rollback(suite) ? 0 : -1;
}

/* holds / fails with these words in the error, and the place in front. */
#define HOLDS(call)                                                                                \
    do {                                                                                           \
        if (!(call))                                                                               \
            fprintf(stderr, "%s\n", pgs_suite_error(suite));                                       \
        assert_string_equal(pgs_suite_error(suite), "");                                           \
    } while (0)
#define FAILS(call, words)                                                                         \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_text(pgs_suite_error(suite), words);                                                \
        assert_text(pgs_suite_error(suite), "test_assertions.c:");                                 \
    } while (0)
#define W PGS_HERE

static void
tables_and_columns(void **state)
{
    (void)state;
    HOLDS(pgs_expect_table(suite, W, "users"));
    HOLDS(pgs_expect_table(suite, W, "public.users"));
    FAILS(pgs_expect_table(suite, W, "user"), "users");
    HOLDS(pgs_expect_column(suite, W, "users", "email", "character varying(40)", PGS_NO, ""));
    HOLDS(pgs_expect_column(suite, W, "users", "email", "varchar(40)", PGS_ANY, NULL));
    HOLDS(pgs_expect_column(suite, W, "users", "mood", "mood", PGS_YES, "'glad'"));
    FAILS(pgs_expect_column(suite, W, "users", "email", "varchar(41)", PGS_ANY, NULL),
          "character varying(40)");
    FAILS(pgs_expect_column(suite, W, "users", "email", NULL, PGS_YES, NULL), "not null");
    FAILS(pgs_expect_column(suite, W, "users", "note", NULL, PGS_NO, NULL), "note");
    FAILS(pgs_expect_column(suite, W, "users", "mood", NULL, PGS_ANY, ""), "glad");
    FAILS(pgs_expect_column(suite, W, "users", "mood", NULL, PGS_ANY, "'sad'"), "glad");
    FAILS(pgs_expect_column(suite, W, "users", "emial", NULL, PGS_ANY, NULL), "email");
    FAILS(pgs_expect_column(suite, W, "users", NULL, NULL, PGS_ANY, NULL), "the column");
}

static void
keys_and_indexes(void **state)
{
    (void)state;
    HOLDS(pgs_expect_primary_key(suite, W, "users", "id"));
    FAILS(pgs_expect_primary_key(suite, W, "users", "email"), "id");
    HOLDS(pgs_expect_unique(suite, W, "users", "email"));
    FAILS(pgs_expect_unique(suite, W, "users", "note"), "note");
    HOLDS(pgs_expect_foreign_key(suite, W, "keys", "user_id",
                                 "users (id) DEFERRABLE INITIALLY DEFERRED", "CASCADE", NULL));
    HOLDS(pgs_expect_foreign_key(suite, W, "keys", "user_id",
                                 "users (id) deferrable initially deferred", "c", "a"));
    FAILS(pgs_expect_foreign_key(suite, W, "keys", "user_id", "users (id)", "r", NULL), "CASCADE");
    FAILS(pgs_expect_foreign_key(suite, W, "keys", "user_id", NULL, NULL, "CASCADE"), "NO ACTION");
    FAILS(pgs_expect_foreign_key(suite, W, "keys", "user_id", "users (id)", "CASCADE", NULL),
          "not deferrable");
    FAILS(pgs_expect_foreign_key(suite, W, "keys", "id", "users (id)", NULL, NULL), "keys");
    HOLDS(pgs_expect_check(suite, W, "users", "ck_users_email", "length(email)>2"));
    HOLDS(pgs_expect_check(suite, W, "users", "ck_users_email", NULL));
    FAILS(pgs_expect_check(suite, W, "users", "ck_users_email", "length(email) > 3"), "> 2");
    FAILS(pgs_expect_check(suite, W, "users", "ck_users_mail", NULL), "ck_users_email");
    HOLDS(pgs_expect_index(suite, W, "keys", "ix_keys_user_id", "user_id", PGS_NO, "user_id > 0"));
    FAILS(pgs_expect_index(suite, W, "keys", "ix_keys_user_id", "user_id", PGS_ANY, ""), "> 0");
    FAILS(pgs_expect_index(suite, W, "keys", "ix_keys_user_id", "id", PGS_ANY, NULL), "user_id");
    FAILS(pgs_expect_index(suite, W, "keys", "ix_keys_user_id", NULL, PGS_YES, NULL), "unique");
    FAILS(pgs_expect_index(suite, W, "keys", "ix_keys_user", NULL, PGS_ANY, NULL),
          "ix_keys_user_id");
}

static void
enums_and_absence(void **state)
{
    (void)state;
    const char *labels[] = {"sad", "glad", NULL};
    const char *moved[] = {"glad", "sad", NULL};
    HOLDS(pgs_expect_enum(suite, W, "mood", labels));
    FAILS(pgs_expect_enum(suite, W, "mood", moved), "'sad'");
    HOLDS(pgs_expect_absent(suite, W, "table", "moods"));
    FAILS(pgs_expect_absent(suite, W, "table", "users"), "users");
    FAILS(pgs_expect_absent(suite, W, "enum type", "mood"), "mood");
    HOLDS(pgs_expect_absent(suite, W, "column", "users.password"));
    FAILS(pgs_expect_absent(suite, W, "column", "users.email"), "email");
    FAILS(pgs_expect_absent(suite, W, "index", "ix_keys_user_id"), "ix_keys_user_id");
    HOLDS(pgs_expect_absent(suite, W, "foreign key", "users (id)"));
    FAILS(pgs_expect_absent(suite, W, "foreign key", "keys (user_id)"), "fk_keys_user");
    FAILS(pgs_expect_absent(suite, W, "constraint", "users.ck_users_email"), "ck_users_email");
}

/* What the test's own transaction changes is seen, and what it takes back is not. */
static void
schema_of_the_own_transaction(void **state)
{
    (void)state;
    PQclear(PQexec(pgs_suite_connection(suite), "SAVEPOINT a"));
    HOLDS(pgs_expect_column(suite, W, "users", "mood", NULL, PGS_YES, NULL));
    HOLDS(pgs_expect_accepted(suite, W,
                              "ALTER TABLE users ALTER mood SET NOT NULL;"
                              "CREATE TYPE pair AS ENUM ('x')"));
    HOLDS(pgs_expect_column(suite, W, "users", "mood", NULL, PGS_NO, NULL));
    HOLDS(pgs_expect_accepted(suite, W, "ALTER TABLE users ADD p pair DEFAULT 'x'"));
    HOLDS(pgs_expect_column(suite, W, "users", "p", "pair", PGS_YES, "'x'"));
    FAILS(pgs_expect_drift(suite, W, 0, NULL), "not-null");
    PQclear(PQexec(pgs_suite_connection(suite), "ROLLBACK TO SAVEPOINT a"));
    HOLDS(pgs_expect_column(suite, W, "users", "mood", NULL, PGS_YES, NULL));
    HOLDS(pgs_expect_absent(suite, W, "column", "users.p"));
    HOLDS(pgs_expect_drift(suite, W, 0, NULL));
}

static void
refusals(void **state)
{
    (void)state;
    HOLDS(pgs_expect_refused(suite, W, "23514", "ck_users_email",
                             "INSERT INTO users VALUES (2, 'x')"));
    HOLDS(pgs_expect_refused(suite, W, "23505", NULL, "INSERT INTO users VALUES (1, 'cde')"));
    FAILS(pgs_expect_refused(suite, W, "23502", NULL, "INSERT INTO users VALUES (2, 'x')"),
          "SQLSTATE 23514");
    FAILS(pgs_expect_refused(suite, W, "23514", "ck_other", "INSERT INTO users VALUES (2, 'x')"),
          "ck_users_email");
    FAILS(pgs_expect_refused(suite, W, "23514", NULL, "INSERT INTO users VALUES (2, 'xyz')"),
          "accepted: INSERT 0 1");
    /* Deferred: only told when constraints are checked; and nothing of either try is there. */
    HOLDS(pgs_expect_refused(suite, W, "23503", "fk_keys_user", "INSERT INTO keys VALUES (1, 9)"));
    FAILS(pgs_expect_accepted(suite, W, "INSERT INTO keys VALUES (1, 9)"), "deferred");
    HOLDS(pgs_expect_result(suite, W, "1|0",
                            "SELECT (SELECT count(*) FROM users),"
                            " (SELECT count(*) FROM keys)"));
}

/* What is checked early stays deferred, so that a test may mend it later. */
static void
deferred_stays_deferred(void **state)
{
    (void)state;
    HOLDS(pgs_expect_accepted(suite, W, "INSERT INTO keys VALUES (1, 1)"));
    PQclear(PQexec(pgs_suite_connection(suite), "INSERT INTO keys VALUES (2, 7)"));
    assert_int_equal(PQtransactionStatus(pgs_suite_connection(suite)), PQTRANS_INTRANS);
    HOLDS(pgs_expect_accepted(suite, W, "INSERT INTO users VALUES (7, 'g@h')"));
}

static void
results_and_rows(void **state)
{
    (void)state;
    HOLDS(pgs_expect_affected(suite, W, 1, "INSERT INTO keys VALUES (1, 1)"));
    HOLDS(pgs_expect_affected(suite, W, 2, "INSERT INTO keys VALUES (2, 1), (3, 1)"));
    FAILS(pgs_expect_affected(suite, W, 4, "DELETE FROM keys"), "actual:   3");
    FAILS(pgs_expect_affected(suite, W, 1, "DELETE FROM nokeys"), "42P01");
    HOLDS(pgs_expect_result(suite, W, "1|a@b||glad", "SELECT id, email, note, mood FROM users"));
    HOLDS(pgs_expect_result(suite, W, "a\nb", "VALUES ('a'), ('b')"));
    HOLDS(pgs_expect_result(suite, W, "", "SELECT 1 WHERE false"));
    FAILS(pgs_expect_result(suite, W, "b", "SELECT 'a'"), "actual:   a");
    FAILS(pgs_expect_result(suite, W, "", "CREATE TABLE t ()"), "command");
    HOLDS(pgs_expect_true(suite, W, 1, "one is one"));
    FAILS(pgs_expect_true(suite, W, 0, "two is one"), "two is one");
}

/* A statement of the test's own that fails takes its transaction along: said, not guessed. */
static void
failed_transaction(void **state)
{
    (void)state;
    PQclear(PQexec(pgs_suite_connection(suite), "SELECT 1/0"));
    FAILS(pgs_expect_result(suite, W, "1", "SELECT 1"), "an earlier statement of the test failed");
    FAILS(pgs_expect_table(suite, W, "users"), "an earlier statement of the test failed");
}

static void
ended_transaction(void **state)
{
    (void)state;
    FAILS(pgs_expect_accepted(suite, W, "COMMIT"), "ended the transaction");
    assert_false(pgs_suite_rollback(suite));
    assert_text(pgs_suite_error(suite), "pgs_test_alone");
}

/* Every statement ends: an assertion's and one that the test sends itself. */
static void
statement_limit(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    options.statement_timeout = 100;
    PgsSuite *hasty = pgs_suite_open(&options);
    assert_int_equal(pgs_expect_accepted(hasty, PGS_HERE, "SELECT pg_sleep(60)"), 0);
    assert_text(pgs_suite_error(hasty), "57014");
    PGresult *result = PQexec(pgs_suite_connection(hasty), "SELECT pg_sleep(60)");
    assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
    PQclear(result);
    assert_int_equal(pgs_suite_close(hasty), 1);
}

static void
lost_connection(void **state)
{
    (void)state;
    PQclear(PQexec(pgs_suite_connection(suite), "SELECT pg_terminate_backend(pg_backend_pid())"));
    FAILS(pgs_expect_result(suite, W, "1", "SELECT 1"), "connection");
    assert_false(pgs_suite_rollback(suite));
    HOLDS(pgs_suite_reset(suite));
    HOLDS(pgs_expect_result(suite, W, "1", "SELECT count(*) FROM users"));
}

static void
migrations(void **state)
{
    (void)state;
    FAILS(pgs_expect_migrated(suite, W, "base"), "while a transaction");
    HOLDS(pgs_suite_rollback(suite));
    HOLDS(pgs_expect_migrated(suite, W, "001"));
    HOLDS(pgs_expect_absent(suite, W, "column", "users.age"));
    HOLDS(pgs_expect_drift(suite, W, 0, NULL));
    FAILS(pgs_expect_migrated(suite, W, "003"), "003");
    HOLDS(pgs_expect_accepted(suite, W, "ALTER TABLE users ADD age text"));
    HOLDS(pgs_expect_migration_refused(suite, W, "head", "42701", "002_age.up.sql", 1,
                                       "already exists"));
    FAILS(pgs_expect_migration_refused(suite, W, "head", "42702", NULL, 0, NULL), "42701");
    FAILS(pgs_expect_migration_refused(suite, W, "head", NULL, "001.sql", 0, NULL), "another file");
    FAILS(pgs_expect_migration_refused(suite, W, "head", NULL, NULL, 2, NULL), "another line");
    FAILS(pgs_expect_migration_refused(suite, W, "head", NULL, NULL, 0, "moon"), "something else");
    FAILS(pgs_expect_migrated(suite, W, "head"), "002_age.up.sql:1:");
    HOLDS(pgs_expect_accepted(suite, W, "ALTER TABLE users DROP age"));
    FAILS(pgs_expect_migration_refused(suite, W, "head", NULL, NULL, 0, NULL), "not refused");
}

/* A migration that fails half way, with half of its work done. */
static void
migration_that_leaves_something(void **state)
{
    (void)state;
    PgsSuiteOptions options = place_options(&place);
    place_write(&place, "migrations/003_half.up.sql",
                "BEGIN;\nALTER TABLE users ADD half integer;\nCOMMIT;\nSELECT 1 / 0;\n");
    place_write(&place, "migrations/003_half.down.sql", "ALTER TABLE users DROP half;\n");
    place_write(&place, "pgstair.yaml",
                "systems:\n  small: {migrations: migrations, format: plain}\n");
    options.at = "002";
    PgsSuite *other = pgs_suite_open(&options);
    assert_string_equal(pgs_suite_error(other), "");
    assert_int_equal(
        pgs_expect_migration_refused(other, W, "head", "22012", "003_half.up.sql", 4, NULL), 0);
    assert_text(pgs_suite_error(other), "leaves the schema changed");
    assert_text(pgs_suite_error(other), "half");
    assert_int_equal(pgs_suite_close(other), 1);
}

static void
drift(void **state)
{
    (void)state;
    const char *named[] = {"index public.ix_keys_user_id",
                           "column public.users.note: type: text → character varying", NULL};
    const char *wrong[] = {"column public.users.note: type: text → integer", NULL};
    const char *other[] = {"table public.users", NULL};
    HOLDS(pgs_expect_drift(suite, W, 0, NULL));
    FAILS(pgs_expect_drift(suite, W, 1, NULL), "just what the migrations make");
    HOLDS(pgs_expect_accepted(suite, W,
                              "DROP INDEX ix_keys_user_id;"
                              "ALTER TABLE users ALTER note TYPE varchar"));
    HOLDS(pgs_expect_drift(suite, W, 1, named));
    FAILS(pgs_expect_drift(suite, W, 1, wrong), "not among the differences");
    FAILS(pgs_expect_drift(suite, W, 1, other), "not among the differences");
    FAILS(pgs_expect_drift(suite, W, 0, NULL), "ix_keys_user_id");
}

static void
project_file(void **state)
{
    (void)state;
    HOLDS(pgs_expect_project(suite, W));
    HOLDS(pgs_expect_accepted(suite, W, "ALTER TABLE users ALTER email DROP NOT NULL"));
    FAILS(pgs_expect_project(suite, W), "1 of ");
    HOLDS(pgs_suite_rollback(suite));
    HOLDS(pgs_suite_migrate(suite, "001"));
    FAILS(pgs_expect_project(suite, W), "expects nothing at 001_users");
}

static void
sample_data(void **state)
{
    (void)state;
    assert_false(pgs_suite_load_sample_data(suite));
    HOLDS(pgs_suite_rollback(suite));
    HOLDS(pgs_expect_affected(suite, W, 1, "DELETE FROM users"));
    HOLDS(pgs_suite_load_sample_data(suite));
    HOLDS(pgs_suite_load_sample_data(suite));
    HOLDS(pgs_expect_result(suite, W, "a@b", "SELECT email FROM users"));
}

static void
further_databases(void **state)
{
    (void)state;
    PGconn *empty = pgs_suite_empty_database(suite);
    assert_non_null(empty);
    assert_string_not_equal(PQdb(empty), PQdb(pgs_suite_connection(suite)));
    PGresult *result = PQexec(empty, "CREATE TABLE users ()");
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(empty);
    PGconn *second = PQconnectdb(pgs_suite_conninfo(suite));
    assert_string_equal(PQdb(second), PQdb(pgs_suite_connection(suite)));
    PQfinish(second);
    assert_true(pgs_suite_server_version(suite) >= 130000);
}

/* Calls that say nothing, or nothing that could be judged, are told, and prove nothing. */
static void
arguments_that_are_none(void **state)
{
    (void)state;
    FAILS(pgs_expect_accepted(suite, W, NULL), "not given");
    FAILS(pgs_expect_refused(suite, W, NULL, NULL, NULL), "not given");
    FAILS(pgs_expect_result(suite, W, NULL, NULL), "not given");
    FAILS(pgs_expect_affected(suite, W, 0, NULL), "not given");
    FAILS(pgs_expect_table(suite, W, ""), "not given");
    FAILS(pgs_expect_index(suite, W, "users", NULL, NULL, PGS_ANY, NULL), "not given");
    FAILS(pgs_expect_absent(suite, W, "table", ""), "not given");
    FAILS(pgs_expect_absent(suite, W, "tabel", "nothing"), "no kind of object \"tabel\"");
    FAILS(pgs_expect_absent(suite, W, "column", "legacy"), "table.name");
    HOLDS(pgs_expect_absent(suite, W, "column", "users.legacy"));
    HOLDS(pgs_expect_absent(suite, W, "constraint", "users.ck_none"));
    HOLDS(pgs_expect_absent(suite, W, "trigger", "\"public\".\"users\".\"a.b\""));
    FAILS(pgs_expect_true(suite, W, 0, "water is wet"), "it is not so: water is wet");
    FAILS(pgs_expect_accepted(suite, W, "SELECT '\xfd"), "SELECT");
}

/* The schema can be asked about whatever the test has made of its session. */
static void
session_of_the_test(void **state)
{
    (void)state;
    HOLDS(pgs_expect_accepted(suite, W,
                              "CREATE FUNCTION public.same(text, text) RETURNS boolean LANGUAGE sql"
                              " AS 'SELECT true';"
                              "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text,"
                              " FUNCTION = public.same);"
                              "SET search_path = public, pg_catalog;"
                              "CREATE ROLE pgstair_reader; SET ROLE pgstair_reader"));
    HOLDS(pgs_expect_table(suite, W, "users"));
    HOLDS(pgs_expect_column(suite, W, "users", "email", "varchar(40)", PGS_NO, ""));
    HOLDS(pgs_expect_project(suite, W));
    HOLDS(pgs_expect_refused(suite, W, "42501", NULL, "DELETE FROM users"));
    HOLDS(pgs_expect_result(suite, W, "public, pg_catalog", "SHOW search_path"));
}

/* Looking is short when nothing has changed; whatever changes is seen all the same. */
static void
changes_between_looks(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "CREATE INDEX ix_a ON users (note)",
        "SAVEPOINT one",
        "DROP INDEX ix_a; CREATE INDEX ix_b ON users (note)",
        "ROLLBACK TO SAVEPOINT one",
        "ALTER INDEX ix_a RENAME TO ix_b",
        "UPDATE users SET note = 'x'",
        "DROP INDEX ix_b",
    };
    /* Which of the two is there behind each. */
    static const char *const there[] = {"a", "a", "b", "a", "b", "b", ""};
    PGconn *connection = pgs_suite_connection(suite);
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        PGresult *result = PQexec(connection, statements[i]);
        assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
        PQclear(result);
        for (int again = 0; again < 2; again++) {
            for (const char *letter = "ab"; *letter != '\0'; letter++) {
                g_autofree char *name = g_strdup_printf("ix_%c", *letter);
                int is_there = pgs_expect_index(suite, W, "users", name, "note", PGS_NO, "");
                assert_int_equal(is_there, there[i][0] == *letter);
            }
        }
    }
}

static void
long_texts(void **state)
{
    (void)state;
    FAILS(pgs_expect_result(suite, W, "", "SELECT repeat('x', 12000000)"), "of 12000000 bytes");
    assert_true(strlen(pgs_suite_error(suite)) < 200000);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)
#define TEST_LEAVING(function) cmocka_unit_test_setup(function, begin)
    const struct CMUnitTest tests[] = {
        TEST(tables_and_columns),
        TEST(keys_and_indexes),
        TEST(enums_and_absence),
        TEST(schema_of_the_own_transaction),
        TEST(refusals),
        TEST(deferred_stays_deferred),
        TEST(results_and_rows),
        TEST(failed_transaction),
        TEST(arguments_that_are_none),
        TEST(session_of_the_test),
        TEST(changes_between_looks),
        TEST(long_texts),
        TEST_LEAVING(ended_transaction),
        TEST(statement_limit),
        TEST_LEAVING(lost_connection),
        TEST(migrations),
        TEST(migration_that_leaves_something),
        TEST(drift),
        TEST(project_file),
        TEST(sample_data),
        TEST(further_databases),
    };
    return cmocka_run_group_tests(tests, open_suite, close_suite);
}
