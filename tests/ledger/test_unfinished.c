/* harness/ledger/unfinished.c, unfinished_advice.c, apply_books.c, ledger_golang_migrate.c */
#include "apply_fixture.h"

#define UNIQUE                                                                                     \
    "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE b (x int);\n"                            \
    "CREATE UNIQUE INDEX CONCURRENTLY b_x ON a (x);\n"

/* What the catalog shows as unfinished has to go before a person may say that it is over; what was
 * like that before is nobody's business. */
static void
test_left_over(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "1_a.sql", UNIQUE);
    books_open(books, "goose");
    site_open(&site, books);
    books_run(books, "CREATE TABLE a AS SELECT 1 AS x FROM generate_series(1, 2)");
    assert_false(pgs_connection_run(books->connection,
                                    "CREATE UNIQUE INDEX CONCURRENTLY old ON a (x)", NULL));
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 0, &done, &error);
    assert_false(outcome->succeeded);
    site_expect_mark(books, "1_a up 2/2 line 4 left 1");
    for (gboolean applied = FALSE; applied <= TRUE; applied++) {
        g_autoptr(GError) cause = NULL;
        assert_false(
            pgs_apply_settle(site.target, books->history, books->ledger, 0, applied, &cause));
        assert_true(g_error_matches(cause, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY));
        assert_non_null(strstr(cause->message, "index public.b_x on public.a is not valid"));
        assert_non_null(strstr(cause->message, "DROP INDEX CONCURRENTLY public.b_x;"));
        site_expect_books(books, ".");
    }
    books_run(books, "DROP INDEX b_x; DROP TABLE b");
    assert_true(pgs_apply_settle(site.target, books->history, books->ledger, 0, FALSE, &error));
    site_expect_mark(books, "none");
    site_expect_books(books, ".");
}

/* A mark that was left between the books' entry and its removal stops nobody. */
static void
test_stale_mark(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    books_write(books, "1_a.sql", "-- +goose Up\nCREATE TABLE a (x int);\n");
    books_write(books, "2_b.sql", "-- +goose Up\nCREATE TABLE b (x int);\n");
    books_open(books, "goose");
    site_open(&site, books);
    site_must(&site, books, 0, 0);
    const PgsUnfinished mark = {
        .revision = (char *)"1", .label = (char *)"1_a", .up = TRUE, .path = (char *)"1_a.sql"};
    assert_true(pgs_unfinished_begin(books->connection, &mark, NULL));
    site_must(&site, books, 1, 1);
    site_expect_mark(books, "none");
}

/* What default privileges give on a new table is no role's on the mark: that would keep the step
 * that it marks from dropping the role. */
static void
test_default_privileges(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    books_write(books, "1_a.sql",
                "-- +goose Up\nCREATE ROLE \"mark Reader\";\n"
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO \"mark Reader\", PUBLIC;\n");
    books_write(books, "2_b.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\n"
                "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM \"mark Reader\", PUBLIC;\n"
                "DROP ROLE \"mark Reader\";\n");
    books_open(books, "goose");
    site_open(&site, books);
    site_must(&site, books, 0, 1);
    site_expect_mark(books, "none");
}

/* A mark of rows would go to the subscribers of FOR ALL TABLES, which have no table for it, and
 * stop them for good. */
static void
test_is_not_replicated(void **state)
{
    Books *books = *state;
    const PgsUnfinished mark = {
        .revision = (char *)"1", .label = (char *)"1_a", .path = (char *)"1_a.sql"};
    books_run(books, "CREATE PUBLICATION mark_p FOR ALL TABLES");
    assert_true(pgs_unfinished_begin(books->connection, &mark, NULL));
    site_expect(books, "SELECT count(*)::text FROM pg_publication_tables WHERE pubname = 'mark_p'",
                "0");
    books_run(books, "DROP PUBLICATION mark_p");
}

/* Whoever may ask where the database is learns of a mark too, whosesoever it is. */
static void
test_reader_without_rights(void **state)
{
    Books *books = *state;
    const PgsUnfinished mark = {.revision = (char *)"1",
                                .label = (char *)"1_a",
                                .path = (char *)"1_a.sql",
                                .up = TRUE,
                                .n_statements = 3};
    g_autoptr(PgsUnfinished) read = NULL;
    assert_true(pgs_unfinished_begin(books->connection, &mark, NULL));
    g_autofree char *note = pgs_unfinished_sql_statement(2, 7);
    books_run(books, note);
    books_run(books, "CREATE ROLE mark_reader");
    books_run(books, "SET ROLE mark_reader");
    gboolean ok = pgs_unfinished_read(books->connection, &read, NULL);
    books_run(books, "RESET ROLE");
    books_run(books, "DROP ROLE mark_reader");
    assert_true(ok);
    assert_non_null(read);
    assert_string_equal(read->label, "1_a");
    assert_true(read->up);
    assert_int_equal(read->statement, 2);
    assert_int_equal(read->line, 7);
    assert_int_equal(read->n_statements, 3);
    assert_true(pgs_unfinished_remove(books->connection, NULL));
    site_expect_mark(books, "none");
}

/* Nothing in a name reaches SQL or the terminal. */
static void
test_names(void **state)
{
    Books *books = *state;
    const PgsUnfinished mark = {.revision = (char *)"1'; DROP TABLE a; --\\",
                                .label = (char *)"1 <script>\x1b[31m",
                                .path = (char *)"a'b\x1b[2J.sql"};
    g_autoptr(PgsUnfinished) read = NULL;
    assert_true(pgs_unfinished_begin(books->connection, &mark, NULL));
    assert_true(pgs_unfinished_read(books->connection, &read, NULL));
    assert_string_equal(read->revision, mark.revision);
    assert_string_equal(read->path, mark.path);
    g_autofree char *advice = pgs_unfinished_advice(read);
    assert_null(strchr(advice, '\x1b'));
    assert_non_null(strstr(advice, "resolve '1'\\''; DROP"));
}

/* ---- scripts of psql ---- */

/* What psql does beside the statements that can be seen may stay. */
static void
test_psql(void **state)
{
    static const struct {
        const char *text, *mark;
    } cases[] = {
        {"create table c1 (id int);\n\\i nosuch.sql\n", "x up 0/1 line 0 left 0"},
        {"\\ir inc.sql\n", "x up 0/0 line 0 left 0"},
        {"select 'create table g1 (id int)' union all select 'select 1/0' \\gexec\n",
         "x up 0/1 line 0 left 0"},
        {"\\set ON_ERROR_STOP 1\nselect 1/0;\n", "none"},
        {"BEGIN;\ncreate table c1 (id int);\nselect 1/0;\nCOMMIT;\n", "none"},
    };
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Site) site = {0};
        g_autoptr(GError) error = NULL;
        guint done;
        books_write(books, "sqitch.conf", "[core]\n\tengine = pg\n");
        books_write(books, "sqitch.plan",
                    "%syntax-version=1.0.0\n%project=p\n\n"
                    "x 2026-01-01T00:00:01Z A <a@b.c> # x\n");
        books_write(books, "deploy/inc.sql", "create table i1 (id int);\nselect 1/0;\n");
        books_write(books, "deploy/x.sql", cases[i].text);
        books_open(books, "sqitch");
        site_open(&site, books);
        g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 0, &done, &error);
        if (outcome == NULL)
            fail_msg("%s", error->message);
        assert_false(outcome->succeeded);
        g_autofree char *mark = site_mark(books);
        if (strcmp(mark, cases[i].mark) != 0)
            fail_msg("%zu: %s", i, mark);
        books_run(books, "DROP VIEW IF EXISTS pgstair_unfinished; DROP TABLE IF EXISTS c1, g1, i1");
    }
}

/* ---- by the tool's own books ---- */

static void
write_three(Books *books)
{
    books_write(books, "1_t.up.sql", "CREATE TABLE t (x int)");
    books_write(books, "1_t.down.sql", "DROP TABLE t");
    books_write(books, "2_u.up.sql", "CREATE TABLE u (x int)");
    books_write(books, "2_u.down.sql", "DROP TABLE u");
    books_write(books, "3_v.up.sql", "CREATE INDEX CONCURRENTLY v ON t (x)");
    books_write(books, "3_v.down.sql", "COMMIT; CREATE TABLE t (y int)");
    books_open(books, "golang-migrate");
}

static PgsUnfinished *
of_books(Books *books)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(books->ledger, books->connection, &error);
    assert_non_null(state);
    PgsUnfinished *unfinished =
        pgs_unfinished_of_books(books->connection, books->history, state, &error);
    assert_non_null(unfinished);
    return unfinished;
}

/* golang-migrate writes the same line for the way up to a version and the way down to it. */
static void
test_direction(void **state)
{
    static const struct {
        const char *version, *title, *advice;
        gint settled;
        gboolean applied;
        const char *then;
    } cases[] = {
        {"2", "the books mark 2_u as dirty: its upgrade, or the downgrade of 3_v, was begun",
         "all of 3_v: pgstair migrate resolve 3 applied", 2, TRUE, "3 false"},
        {"2", "downgrade of 3_v", "nothing of 2_u is there: pgstair migrate resolve 2 pending", 1,
         FALSE, "1 false"},
        {"2", "downgrade of 3_v", "nothing of 3_v: pgstair migrate resolve 2 applied", 1, TRUE,
         "2 false"},
        {"3", "the books mark 3_v as dirty: its upgrade was begun", "resolve 3 pending", 2, FALSE,
         "2 false"},
        {"-1", "the books mark 1_t as dirty: its downgrade was begun", "resolve 1 applied", 0, TRUE,
         "1 false"},
        {"-1", "its downgrade", "resolve 1 pending", 0, FALSE, "none"},
        {"77", "the books mark 77 as dirty", "no file of that version", 1, TRUE, "2 false"},
    };
    Books *books = *state;
    g_auto(Site) site = {0};
    write_three(books);
    site_open(&site, books);
    site_must(&site, books, 0, 2);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *sql =
            g_strdup_printf("TRUNCATE schema_migrations; INSERT INTO schema_migrations "
                            "VALUES (%s, true)",
                            cases[i].version);
        books_run(books, sql);
        g_autoptr(PgsUnfinished) unfinished = of_books(books);
        g_autofree char *title = pgs_unfinished_title(unfinished);
        g_autofree char *advice = pgs_unfinished_advice(unfinished);
        if (strstr(title, cases[i].title) == NULL || strstr(advice, cases[i].advice) == NULL)
            fail_msg("%zu: %s\n%s", i, title, advice);
        assert_true(pgs_unfinished_concerns(
            unfinished, g_ptr_array_index(books->history->revisions, (guint)cases[i].settled)));
        assert_true(pgs_apply_settle(site.target, books->history, books->ledger, cases[i].settled,
                                     cases[i].applied, &error));
        site_expect(books,
                    "SELECT coalesce(string_agg(version || ' ' || dirty, ','), 'none') FROM "
                    "schema_migrations",
                    cases[i].then);
    }
}

/* pgstair's own run leaves a mark beside them, which has the direction; it counts no more once the
 * tool has settled its books. */
static void
test_mark_beside(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    write_three(books);
    site_open(&site, books);
    site_must(&site, books, 0, 2);
    const gint down[] = {2};
    PgsApplyRun run = {.revisions = down, .n_revisions = 1};
    g_autoptr(PgsOutcome) outcome =
        pgs_apply_run(site.target, books->history, books->ledger, &run, &done, &error);
    assert_non_null(outcome);
    assert_false(outcome->succeeded);
    site_expect_mark(books, "3_v down 0/2 line 0 left 0");
    site_expect(books, "SELECT version || ' ' || dirty FROM schema_migrations", "2 true");
    assert_null(pgs_apply_run(site.target, books->history, books->ledger, &run, &done, &error));
    assert_non_null(strstr(error->message, "the downgrade of 3_v was begun"));
    books_run(books, "UPDATE schema_migrations SET version = 3, dirty = false");
    books_run(books, "DROP INDEX v; DROP TABLE t");
    g_clear_pointer(&outcome, pgs_outcome_free);
    g_clear_error(&error);
    outcome = pgs_apply_run(site.target, books->history, books->ledger, &run, &done, &error);
    assert_non_null(outcome);
    assert_true(outcome->succeeded);
    site_expect_mark(books, "none");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_left_over),
        BOOKS_TEST(test_stale_mark),
        BOOKS_TEST(test_default_privileges),
        BOOKS_TEST(test_names),
        BOOKS_TEST(test_psql),
        BOOKS_TEST(test_direction),
        BOOKS_TEST(test_mark_beside),
        BOOKS_TEST(test_is_not_replicated),
        BOOKS_TEST(test_reader_without_rights),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
