/* Covers harness/ledger/ledger_{flyway,prisma,refinery,yoyo,sql_migrate,node_pg_migrate}.c,
 * flyway_{books,entry,read,sum}.c, siphash.c and ledger_rows.c; with the real tools: tests/tools.
 */
#include "books.h"

#include "ledger/flyway_sum.h"
#include "ledger/siphash.h"

#define LENGTH(text) (text), (sizeof(text) - 1)

/* CRC-32's check value, and Java's own examples. */
static void
test_flyway_sums(void **state)
{
    (void)state;
    assert_int_equal(pgs_flyway_checksum(LENGTH("123456789")), -873187034);
    assert_int_equal(pgs_flyway_checksum(LENGTH("\xef\xbb\xbf"
                                                "123\r\n456\r789\n")),
                     -873187034);
    assert_int_equal(pgs_flyway_checksum(LENGTH("CREATE TABLE é ();\n")), 1395356589);
    assert_int_equal(pgs_flyway_checksum("", 0), 0);
    assert_int_equal(pgs_flyway_hash_code("hello"), 99162322);
    assert_int_equal(pgs_flyway_hash_code("\"public\".\"flyway_schema_history\""), 2125624436);
}

/* ---- refinery ---- */

/* The checksums are those of refinery's own tests: tests/postgres.rs,
 * updates_to_last_working_if_not_grouped(). */
static void
test_refinery(void **state)
{
    Books *books = *state;
    books_write(books, "V1__initial.sql",
                "CREATE TABLE persons (\n    id int,\n    name varchar(255),\n    city "
                "varchar(255)\n);\n");
    books_write(books, "V2__add_cars_table.sql",
                "CREATE TABLE cars (\n    id int,\n    name varchar(255)\n);\n");
    books_open(books, "refinery");
    books_assert(books, "none: ..");
    books_create(books);
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_assert(books, "1 initial [0], 2 add_cars_table [1]: ##");
    g_autofree char *sums = books_value(
        books, "SELECT string_agg(format('%s %s', checksum, applied_on ~ "
               "'^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$'), ', ' ORDER BY version) "
               "FROM refinery_schema_history");
    assert_string_equal(sums, "2959965718684201605 t, 8238603820526370208 t");
    books_run(books, "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1");
    books_assert(books, "1 initial* [0], 2 add_cars_table [1]: ##");
    books_record(books, 1, FALSE);
    books_assert(books, "1 initial* [0]: #.");
}

/* With the feature int8-versions the table's type says how wide the version goes into the sum. */
static void
test_refinery_wide(void **state)
{
    Books *books = *state;
    books_write(books, "V1__a.sql", "SELECT 1;");
    books_open(books, "refinery");
    books_create(books);
    books_record(books, 0, TRUE);
    g_autofree char *narrow = books_value(books, "SELECT checksum FROM refinery_schema_history");
    books_run(books, "ALTER TABLE refinery_schema_history ALTER version TYPE int8");
    books_assert(books, "1 a* [0]: #");
    books_run(books, "DELETE FROM refinery_schema_history");
    books_record(books, 0, TRUE);
    g_autofree char *wide = books_value(books, "SELECT checksum FROM refinery_schema_history");
    assert_string_not_equal(narrow, wide);
    books_assert(books, "1 a [0]: #");
}

/* ---- Prisma ---- */

static void
begin(Books *books, gint revision)
{
    const PgsLedgerEvent event = {.revision = revision, .up = TRUE};
    g_autofree char *sql = books->ledger->kind->begin(books->ledger, &event);
    books_run(books, sql);
}

static void
test_prisma(void **state)
{
    Books *books = *state;
    books_write(books, "migration_lock.toml", "provider = \"postgresql\"\n");
    books_write(books, "20240101000000_a/migration.sql", "CREATE TABLE a (id int);\n");
    books_write(books, "20240102000000_b's/migration.sql", "CREATE TABLE b (id int);\n");
    books_open(books, "prisma");
    books_create(books);
    begin(books, 0);
    books_assert(books, "20240101000000_a! [0] (dirty 0): ..");
    books_record(books, 0, TRUE);
    books_assert(books, "20240101000000_a [0]: #.");
    /* sha256sum */
    g_autofree char *line = books_value(
        books, "SELECT format('%s %s %s %s %s', checksum, applied_steps_count, logs IS NULL, "
               "finished_at >= started_at, id ~ '^[0-9a-f-]{36}$') FROM _prisma_migrations");
    assert_string_equal(line,
                        "c2de7559380e5ebf65caa7d59e166558e80243cf7e70006cc98d1593d94203c1 1 t t t");
    begin(books, 1);
    books_settle(books, 1, FALSE);
    books_assert(books, "20240101000000_a [0]: #.");
    begin(books, 1);
    books_settle(books, 1, TRUE);
    books_assert(books, "20240101000000_a [0], 20240102000000_b's [1]: ##");
    g_autofree char *all = books_value(
        books, "SELECT string_agg(format('%s %s %s', migration_name, rolled_back_at IS NULL, "
               "coalesce(logs, '-')), ', ' ORDER BY started_at) FROM _prisma_migrations");
    assert_string_equal(all, "20240101000000_a t -, 20240102000000_b's f -, "
                             "20240102000000_b's f -, 20240102000000_b's t ");
    books_write(books, "20240101000000_a/migration.sql", "CREATE TABLE a (id int);\r\n");
    books_open(books, "prisma");
    books_assert(books, "20240101000000_a [0], 20240102000000_b's [1]: ##");
    books_write(books, "20240101000000_a/migration.sql", "CREATE TABLE a (id int8);\n");
    books_open(books, "prisma");
    books_assert(books, "20240101000000_a* [0], 20240102000000_b's [1]: ##");
}

/* ---- Flyway ---- */

static const char flyway_lines[] =
    "SELECT string_agg(format('%s %s %s %s %s %s %s %s', installed_rank, version, description, "
    "type, script, checksum, execution_time, success), E'\\n' ORDER BY installed_rank) FROM "
    "flyway_schema_history";

static void
write_flyway(Books *books)
{
    books_write(books, "V1__first_of_all.sql", "CREATE TABLE a (id int);\n");
    books_write(books, "U1__first_of_all.sql", "DROP TABLE a;\n");
    books_write(books, "sub/V1_1__b.sql", "CREATE TABLE b (id int);\n");
    books_write(books, "V2__it's.sql", "CREATE TABLE c (id int);\n");
    books_write(books, "R__view_of_it.sql", "CREATE OR REPLACE VIEW v AS SELECT 1;\n");
    books_open(books, "flyway");
}

static void
test_flyway(void **state)
{
    Books *books = *state;
    write_flyway(books);
    books_assert(books, "none: ....");
    books_create(books);
    books_create(books);
    for (gint i = 0; i < 4; i++)
        books_record(books, i, TRUE);
    books_assert(books, "1 first of all [0], 1.1 b [1], 2 it's [2],  view of it [3]: ####");
    books_record(books, 0, FALSE);
    g_autofree char *lines = books_value(books, flyway_lines);
    /* zlib's crc32() of the lines */
    assert_string_equal(lines, "1 1 first of all SQL V1__first_of_all.sql -623083431 1 t\n"
                               "2 1.1 b SQL sub/V1_1__b.sql 1128195672 1 t\n"
                               "3 2 it's SQL V2__it's.sql -2102380136 1 t\n"
                               "4  view of it SQL R__view_of_it.sql 537954288 1 t\n"
                               "5 1 first of all UNDO_SQL U1__first_of_all.sql 1773948957 1 t");
    books_assert(books, "1.1 b [1], 2 it's [2],  view of it [3]: .###");
    books_record(books, 0, TRUE);
    g_autofree char *key = books->ledger->kind->lock_key(books->ledger, "x");
    assert_string_equal(key, "77433833903597");
    /* A repeatable one whose text is another is to be run again; what was applied was changed. */
    books_write(books, "R__view_of_it.sql", "CREATE OR REPLACE VIEW v AS SELECT 2;\n");
    books_write(books, "V2__it's.sql", "CREATE TABLE c (id int8);\n");
    books_open(books, "flyway");
    books_assert(books, "1.1 b [1], 2 it's* [2],  view of it [3], 1 first of all [0]: ###.");
}

static void
test_flyway_failed_and_baseline(void **state)
{
    Books *books = *state;
    write_flyway(books);
    books_create(books);
    books_run(books,
              "INSERT INTO flyway_schema_history VALUES (0, NULL, '<< Flyway Schema Creation >>', "
              "'SCHEMA', '\"public\"', NULL, 'me', now(), 0, true), (1, '1.1', '<< Flyway Baseline "
              ">>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'me', now(), 0, true), (2, '2', "
              "'it''s', 'SQL', 'V2__it''s.sql', 7, 'me', now(), 3, false)");
    books_assert(books, "1.1 << Flyway Baseline >> [1], 2 it's! [2] (dirty 1): ##..");
    books_settle(books, 2, FALSE);
    books_assert(books, "1.1 << Flyway Baseline >> [1]: ##..");
    books_settle(books, 2, TRUE);
    books_assert(books, "1.1 << Flyway Baseline >> [1], 2 it's [2]: ###.");
}

static void
test_flyway_installed_by(void **state)
{
    Books *books = *state;
    books_write(books, "flyway.conf",
                "flyway.installedBy=it's me\nflyway.locations=filesystem:.\n");
    write_flyway(books);
    books_create(books);
    books_record(books, 0, TRUE);
    g_autofree char *who = books_value(books, "SELECT installed_by FROM flyway_schema_history");
    assert_string_equal(who, "it's me");
}

/* ---- the others ---- */

/* Names that must not get into a statement as they are. */
static void
test_odd_names(void **state)
{
    static const struct {
        const char *format, *file, *text, *says;
    } cases[] = {
        {"node-pg-migrate", "1_x'); DROP TABLE pgmigrations; --\\.sql", "-- Up Migration\n",
         "1_x'); DROP TABLE pgmigrations; --\\ [0]: #"},
        {"sql-migrate", "1_x'\\\".sql", "-- +migrate Up\n", "1_x'\\\".sql [0]: #"},
        {"yoyo", "1_x'\\'.sql", "SELECT 1;\n", "1_x'\\' [0]: #"},
    };
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (guint conforming = 0; conforming < 2; conforming++) {
            books_empty(books);
            books_run(books, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            books_run(books, conforming > 0 ? "SET standard_conforming_strings = on"
                                            : "SET standard_conforming_strings = off");
            books_write(books, cases[i].file, cases[i].text);
            books_open(books, cases[i].format);
            books_create(books);
            books_record(books, 0, TRUE);
            books_assert(books, cases[i].says);
            books_record(books, 0, FALSE);
            books_assert(books, ": .");
        }
    }
}

/* sql-migrate's own configuration says where its books are. */
static void
test_sql_migrate_config(void **state)
{
    Books *books = *state;
    g_autoptr(GError) error = NULL;
    books_write(books, "1_a.sql", "-- +migrate Up\n");
    books_write(books, "dbconfig.yml",
                "production:\n  dialect: postgres\n  table: \"my books\"\n  schema: other\n"
                "local:\n  dialect: sqlite3\n");
    books_run(books, "CREATE SCHEMA other");
    books_open(books, "sql-migrate");
    assert_string_equal(books->ledger->name, "\"other\".\"my books\"");
    books_create(books);
    books_record(books, 0, TRUE);
    books_assert(books, "1_a.sql [0]: #");
    books_write(books, "dbconfig.yml",
                "production:\n  dialect: postgres\n  table: a\nlocal:\n  dialect: postgres\n");
    assert_null(pgs_ledger_new(books->history, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flyway_sums),
        BOOKS_TEST(test_refinery),
        BOOKS_TEST(test_refinery_wide),
        BOOKS_TEST(test_prisma),
        BOOKS_TEST(test_flyway),
        BOOKS_TEST(test_flyway_failed_and_baseline),
        BOOKS_TEST(test_flyway_installed_by),
        BOOKS_TEST(test_odd_names),
        BOOKS_TEST(test_sql_migrate_config),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
