/* harness/ledger/apply.c, apply_revision.c, apply_recover.c, apply_books.c, manner.c, database.c */
#include "apply_fixture.h"

/* ---- each format, up and down ---- */

typedef struct {
    const char *format, *file, *text;
    const char *down_file, *down;
} Sample;

static void
write_sample(const Books *books, const Sample *sample)
{
    books_write(books, sample->file, sample->text);
    if (sample->down_file != NULL)
        books_write(books, sample->down_file, sample->down);
}

static void
climb(Books *books, const Sample *samples, guint n)
{
    g_auto(Site) site = {0};
    for (guint i = 0; i < n; i++)
        write_sample(books, &samples[i]);
    books_open(books, samples[0].format);
    site_open(&site, books);
    assert_int_equal(books->history->revisions->len, n);
    site_must(&site, books, 0, (gint)n - 1);
    site_expect(books, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b', 'b_x')", "3");
    site_expect_mark(books, "none");
    site_must(&site, books, (gint)n - 1, 0);
    site_expect(books, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b', 'b_x')", "0");
    site_expect_mark(books, "none");
    site_must(&site, books, 0, (gint)n - 1);
}

static void
test_golang_migrate(void **state)
{
    static const Sample samples[] = {
        {"golang-migrate", "1_a.up.sql", "CREATE TABLE a (x int); -- no end", "1_a.down.sql",
         "DROP TABLE a"},
        {"golang-migrate", "2_b.up.sql", "BEGIN; CREATE TABLE b (x int); COMMIT;", "2_b.down.sql",
         "DROP TABLE b;"},
        {"golang-migrate", "3_x.up.sql", "CREATE INDEX CONCURRENTLY b_x ON b (x)", "3_x.down.sql",
         "DROP INDEX CONCURRENTLY b_x"},
    };
    climb(*state, samples, G_N_ELEMENTS(samples));
    site_expect(*state, "SELECT string_agg(version || ' ' || dirty, ',') FROM schema_migrations",
                "3 false");
}

static void
test_goose(void **state)
{
    static const Sample samples[] = {
        {"goose", "1_a.sql",
         "-- +goose Up\nCREATE TABLE a (x int);\n-- +goose Down\nDROP TABLE a;\n", NULL, NULL},
        {"goose", "2_b.sql",
         "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE b (x int);\n"
         "CREATE INDEX CONCURRENTLY b_x ON b (x);\n-- +goose Down\nDROP INDEX CONCURRENTLY b_x;\n"
         "DROP TABLE b;\n",
         NULL, NULL},
    };
    climb(*state, samples, G_N_ELEMENTS(samples));
}

static void
test_dbmate(void **state)
{
    static const Sample samples[] = {
        {"dbmate", "1_a.sql",
         "-- migrate:up\nCREATE TABLE a (x int);\n-- migrate:down\nDROP TABLE a;\n", NULL, NULL},
        {"dbmate", "2_b.sql",
         "-- migrate:up\nCREATE TABLE b (x int);\n-- migrate:down\nDROP TABLE b;\n", NULL, NULL},
        {"dbmate", "3_x.sql",
         "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY b_x ON b (x);\n"
         "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY b_x;\n",
         NULL, NULL},
    };
    climb(*state, samples, G_N_ELEMENTS(samples));
    site_expect(*state, "SELECT string_agg(version, ',' ORDER BY version) FROM schema_migrations",
                "1,2,3");
}

static void
test_plain(void **state)
{
    static const Sample samples[] = {
        {"plain", "1_a.up.sql", "CREATE TABLE a (x int);", "1_a.down.sql", "DROP TABLE a"},
        {"plain", "2_b.up.sql", "CREATE TABLE b (x int); CREATE INDEX b_x ON b (x)", "2_b.down.sql",
         "DROP TABLE b"},
    };
    climb(*state, samples, G_N_ELEMENTS(samples));
}

/* ---- failures ---- */

/* What a transaction takes back leaves no mark, and books as before. */
static void
test_fails_whole(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "1_a.up.sql", "CREATE TABLE a (x int);");
    books_write(books, "2_b.up.sql", "CREATE TABLE b (x int);\nSELECT 1/0;");
    books_open(books, "golang-migrate");
    site_open(&site, books);
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 1, &done, &error);
    assert_non_null(outcome);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 1);
    assert_int_equal(outcome->line, 2);
    assert_int_equal(done, 1);
    site_expect_mark(books, "none");
    site_expect_books(books, "#.");
    assert_string_equal(site.news->str, "begun 0, done 0, begun 1, failed 1");
}

#define HALF                                                                                       \
    "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE a (x int);\nSELECT 1/0;\n"               \
    "CREATE TABLE b (x int);\n-- +goose Down\nDROP TABLE a;\n"

/* What stays keeps the mark; it stops the next run; a person settles it. */
static void
test_fails_half(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "1_a.sql", HALF);
    books_open(books, "goose");
    site_open(&site, books);
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 0, &done, &error);
    assert_non_null(outcome);
    assert_false(outcome->succeeded);
    site_expect_mark(books, "1_a up 2/3 line 4 left 0");
    site_expect_books(books, ".");
    assert_null(site_run(&site, books, 0, 0, &done, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY));
    assert_non_null(strstr(error->message, "migrate resolve 1 applied"));
    assert_non_null(strstr(error->message, "migrate resolve 1 pending"));
    assert_non_null(strstr(error->message, "statement 2 of 3"));
    g_clear_error(&error);
    assert_true(pgs_apply_settle(site.target, books->history, books->ledger, 0, TRUE, &error));
    site_expect_mark(books, "none");
    site_expect_books(books, "#");
}

/* The lock's second key is held in what follows, whatever a migration lets go of. */
static void
test_lets_go(void **state)
{
#define COUNT                                                                                      \
    "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "   \
    "AND objid = 2;\n"
    Books *books = *state;
    g_auto(Site) site = {0};
    books_write(books, "1_a.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT pg_advisory_unlock_all();\n"
                "CREATE TABLE a AS " COUNT "DISCARD ALL;\n");
    books_write(books, "2_b.sql",
                "-- +goose Up\nCREATE TABLE b AS " COUNT "SELECT pg_advisory_unlock_all();\n");
    books_write(books, "3_c.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\nBEGIN;\n"
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE c AS " COUNT
                "COMMIT;\n");
    books_open(books, "goose");
    site_open(&site, books);
    site_must(&site, books, 0, 2);
    site_expect(books, "SELECT format('%s %s %s', a.n, b.n, c.n) FROM a, b, c", "1 1 1");
#undef COUNT
}

/* ---- by psql, in one transaction, and the books without a run ---- */

#define SQITCH_CHANGE(n) "x" #n " 2026-01-01T00:00:0" #n "Z A <a@b.c> # x\n"

static void
test_sqitch(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "sqitch.conf", "[core]\n\tengine = pg\n");
    books_write(books, "sqitch.plan",
                "%syntax-version=1.0.0\n%project=p\n\n" SQITCH_CHANGE(1) SQITCH_CHANGE(2));
    books_write(books, "deploy/x1.sql",
                "BEGIN;\nCREATE TABLE a AS SELECT count(*) AS n FROM pg_locks WHERE locktype = "
                "'advisory' AND pid = pg_backend_pid();\nCOMMIT;\n");
    books_write(books, "revert/x1.sql", "BEGIN;\nDROP TABLE a;\nCOMMIT;\n");
    books_write(books, "deploy/x2.sql", "BEGIN;\nCREATE TABLE b (x int);\nSELECT 1/0;\nCOMMIT;\n");
    books_open(books, "sqitch");
    site_open(&site, books);
    site_must(&site, books, 0, 0);
    site_expect(books, "SELECT n FROM a", "1");
    site_expect_mark(books, "none");
    /* It was in a transaction of its own: nothing stays, no mark either. */
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 1, 1, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->line, 3);
    site_expect_mark(books, "none");
}

/* All in one transaction: the failure of the last takes back the first, its entry too. */
static void
test_batch(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    guint done;
    books_write(books, "1_a.sql",
                "-- Up Migration\nCREATE TABLE a (x int);\n-- Down Migration\n"
                "DROP TABLE a;\n");
    books_write(books, "2_b.sql", "-- Up Migration\nCREATE TABLE b (x int);\nSELECT 1/0;\n");
    books_open(books, "node-pg-migrate");
    site_open(&site, books);
    g_autoptr(PgsOutcome) outcome = site_run(&site, books, 0, 1, &done, &error);
    if (outcome == NULL)
        fail_msg("%s", error->message);
    assert_false(outcome->succeeded);
    assert_int_equal(outcome->revision, 1);
    assert_int_equal(done, 0);
    site_expect_books(books, "..");
    site_expect(books, "SELECT count(*) FROM pg_class WHERE relname = 'a'", "0");
    books_write(books, "2_b.sql", "-- Up Migration\nCREATE TABLE b (x int);\n");
    books_open(books, "node-pg-migrate");
    site_must(&site, books, 0, 1);
    site_expect_books(books, "##");
}

/* Its command sets search_path to the schema of its table, whatever the role has. */
static void
test_search_path(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    books_write(books, "1_a.sql", "-- Up Migration\nCREATE TABLE a (x int);\n");
    books_open(books, "node-pg-migrate");
    books_run(books, "CREATE SCHEMA app");
    g_autofree char *sql =
        g_strdup_printf("ALTER DATABASE %s SET search_path = app", books->database);
    books_run(books, sql);
    site_open(&site, books);
    site_must(&site, books, 0, 0);
    site_expect(books, "SELECT count(*) FROM public.a", "0");
    site_expect(books, "SELECT count(*) FROM public.pgmigrations", "1");
}

static GArray *
indexes(gint from, gint to)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(gint));
    for (gint i = from; i <= to; i++)
        g_array_append_val(list, i);
    return list;
}

static void
test_stamp(void **state)
{
    Books *books = *state;
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) both = indexes(0, 1), last = indexes(1, 1);
    PgsApplyStamp stamp = {.noted = both};
    books_write(books, "1_a.up.sql", "CREATE TABLE a (x int)");
    books_write(books, "2_b.up.sql", "CREATE TABLE b (x int)");
    books_open(books, "golang-migrate");
    site_open(&site, books);
    assert_true(pgs_apply_stamp(site.target, books->history, books->ledger, &stamp, &error));
    site_expect_books(books, "##");
    stamp = (PgsApplyStamp){.unnoted = last};
    assert_true(pgs_apply_stamp(site.target, books->history, books->ledger, &stamp, &error));
    site_expect_books(books, "#.");
    site_expect(books, "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')", "0");
}

/* What is unnoted stays when what is noted cannot be written, whichever tables the books have. */
static void
try_stamp(Books *books, const char *format, const char *refuse)
{
    g_auto(Site) site = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) first = indexes(0, 0), last = indexes(1, 1);
    books_open(books, format);
    site_open(&site, books);
    PgsApplyStamp stamp = {.noted = last};
    assert_true(pgs_apply_stamp(site.target, books->history, books->ledger, &stamp, &error));
    site_expect_books(books, ".#");
    books_run(books, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                     "'BEGIN RAISE EXCEPTION ''no more''; END'");
    books_run(books, refuse);
    stamp = (PgsApplyStamp){.unnoted = last, .noted = first};
    assert_false(pgs_apply_stamp(site.target, books->history, books->ledger, &stamp, &error));
    assert_non_null(strstr(error->message, "no more"));
    site_expect_books(books, ".#");
}

static void
test_stamp_is_whole(void **state)
{
    books_write(*state, "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n");
    books_write(*state, "2_b.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n");
    try_stamp(*state, "dbmate",
              "CREATE TRIGGER t BEFORE INSERT ON schema_migrations EXECUTE FUNCTION refuse()");
}

/* Of several tables the last that is written refuses. */
static void
test_stamp_of_tables(void **state)
{
    books_write(*state, "sqitch.plan",
                "%syntax-version=1.0.0\n%project=it\n\n"
                "a 2026-01-01T00:00:00Z A <a@example> # a\n"
                "b 2026-01-01T00:00:00Z A <a@example> # b\n");
    books_write(*state, "deploy/a.sql", "SELECT 1;\n");
    books_write(*state, "deploy/b.sql", "SELECT 1;\n");
    books_write(*state, "revert/a.sql", "SELECT 1;\n");
    books_write(*state, "revert/b.sql", "SELECT 1;\n");
    try_stamp(*state, "sqitch",
              "CREATE TRIGGER t BEFORE INSERT ON sqitch.events FOR EACH ROW "
              "WHEN (NEW.event = 'deploy') EXECUTE FUNCTION refuse()");
    site_expect(*state, "SELECT string_agg(event || ' ' || change, ',') FROM sqitch.events",
                "deploy b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_golang_migrate),  BOOKS_TEST(test_goose),
        BOOKS_TEST(test_dbmate),          BOOKS_TEST(test_plain),
        BOOKS_TEST(test_fails_whole),     BOOKS_TEST(test_fails_half),
        BOOKS_TEST(test_sqitch),          BOOKS_TEST(test_batch),
        BOOKS_TEST(test_stamp),           BOOKS_TEST(test_lets_go),
        BOOKS_TEST(test_search_path),     BOOKS_TEST(test_stamp_is_whole),
        BOOKS_TEST(test_stamp_of_tables),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
