/* harness/ledger/apply_patience.c, sql/lock_circle.sql: CREATE INDEX CONCURRENTLY and its waits */
#include "apply_fixture.h"

#define INDEX "CREATE INDEX CONCURRENTLY i ON t (x)"

/* Another session, which goes on by itself. */
static PGconn *
other_begin(Books *books, const char *sql)
{
    g_autofree char *conninfo =
        pgs_conninfo_with(pgs_server_conninfo(books->server), "dbname", books->database);
    PGconn *other = PQconnectdb(conninfo);
    assert_int_equal(PQstatus(other), CONNECTION_OK);
    assert_int_equal(PQsendQuery(other, sql), 1);
    return other;
}

static void
other_end(PGconn *other)
{
    PGresult *result;
    while ((result = PQgetResult(other)) != NULL)
        PQclear(result);
    PQfinish(other);
}

static void
wait_for(Books *books, const char *sql)
{
    for (;;) {
        g_autofree char *value = books_value(books, sql);
        if (g_strcmp0(value, "t") == 0)
            return;
        g_usleep(2000);
    }
}

/* lock_timeout is 100 ms here. */
static void
outlast(Books *books, const char *format, const char *file, const char *text)
{
    g_auto(Site) site = {0};
    books_write(books, file, text);
    books_open(books, format);
    site_open(&site, books);
    books_run(books, "CREATE TABLE t (x int)");
    PGconn *other = other_begin(books, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; SELECT "
                                       "pg_sleep(0.5); COMMIT");
    wait_for(books, "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    site_must(&site, books, 0, 0);
    other_end(other);
    g_autofree char *valid =
        books_value(books, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass");
    assert_string_equal(valid, "t");
}

static void
test_outlasts_whole(void **state)
{
    outlast(*state, "golang-migrate", "1_a.up.sql", INDEX);
}

static void
test_outlasts_statement(void **state)
{
    Books *books = *state;
    outlast(books, "goose", "1_a.sql",
            "-- +goose NO TRANSACTION\n-- +goose Up\n" INDEX ";\nCREATE TABLE said AS SELECT "
            "current_setting('lock_timeout') AS v;\n");
    g_autofree char *limit = books_value(books, "SELECT v FROM said");
    assert_string_equal(limit, "100ms");
}

/* What a migration has set itself is meant. */
static void
test_own_limit(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "1_a.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = 50;\n" INDEX ";\n");
    books_open(books, "goose");
    site_open(&site, books);
    books_run(books, "CREATE TABLE t (x int)");
    books_run(books, "BEGIN; LOCK TABLE t");
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 0, &done, &error);
    books_run(books, "ROLLBACK");
    assert_string_equal(outcome->failure->sqlstate, "55P03");
}

/* A tool that waits for the lock in a statement: it is not waited for. */
static void
test_circle(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    const gint revisions[] = {0};
    guint done;
    books_write(books, "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n" INDEX ";\n");
    books_open(books, "goose");
    site_open(&site, books);
    books_run(books, "CREATE TABLE t (x int)");
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site.target, books->ledger, &error);
    assert_non_null(lock);
    PGconn *other =
        other_begin(books, "SET application_name = 'a tool'; SELECT pg_advisory_lock(4097083626)");
    wait_for(books,
             "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    PgsApplyRun run = {.up = TRUE, .revisions = revisions, .n_revisions = 1, .lock = lock};
    g_autoptr(PgsOutcome) outcome =
        pgs_apply_run(site.target, books->history, books->ledger, &run, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_false(outcome->succeeded);
    assert_string_equal(outcome->failure->sqlstate, "40P01");
    g_autofree char *pid = g_strdup_printf("(pid %d, a tool)", PQbackendPID(other));
    assert_non_null(strstr(outcome->failure->message, pid));
    g_autofree char *mark = site_mark(books);
    assert_string_equal(mark, "1_a up 1/1 line 3 left 1");
    g_clear_pointer(&lock, pgs_migration_lock_release);
    other_end(other);
}

/* A lock of the tool's that is held in an open transaction is in nobody's way, whatever isolation
 * the database gives a transaction. */
static void
test_row(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    const gint revisions[] = {0, 1};
    guint done;
    books_write(books, "1.sql", "CREATE TABLE t (x int);\n");
    books_write(books, "2.sql", "-- depends: 1\n-- transactional: false\n" INDEX ";\n");
    books_open(books, "yoyo");
    books_run(books, "DO $$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET"
                     " default_transaction_isolation = serializable', current_database()); END $$");
    site_open(&site, books);
    site.environment->statement_timeout = 5000;
    g_autoptr(PgsMigrationLock) lock = pgs_migration_lock_take(site.target, books->ledger, &error);
    PgsApplyRun run = {.up = TRUE, .revisions = revisions, .n_revisions = 2, .lock = lock};
    g_autoptr(PgsOutcome) outcome =
        pgs_apply_run(site.target, books->history, books->ledger, &run, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    if (!outcome->succeeded)
        fail_msg("%s", outcome->failure->message);
    assert_int_equal(done, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_outlasts_whole),
        BOOKS_TEST(test_outlasts_statement),
        BOOKS_TEST(test_own_limit),
        BOOKS_TEST(test_circle),
        BOOKS_TEST(test_row),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
