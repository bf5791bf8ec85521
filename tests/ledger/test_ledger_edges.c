/* Covers harness/ledger/ledger_{maragudk,goose,refinery,flyway,node_pg_migrate}.c and
 * flyway_read.c: books that are empty, edited by hand, or of a folder that was renamed since. */
#include "books.h"

/* ---- a table without rows ---- */

/* Whoever emptied it, or a program that made it and had nothing to run. */
static void
test_empty(void **state)
{
    static const struct {
        const char *format, *file, *text, *empty, *says, *rows, *expected;
    } cases[] = {
        {"maragudk", "1-a.up.sql", "SELECT 1;", "DELETE FROM migrations", "1-a [0]: #",
         "SELECT string_agg(version, ',') FROM migrations", "1-a"},
        {"goose", "1_a.sql", "-- +goose Up\nSELECT 1;\n", "DELETE FROM goose_db_version",
         "1 [0]: #", "SELECT string_agg(version_id::text, ',' ORDER BY id) FROM goose_db_version",
         "0,1"},
    };
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        books_empty(books);
        books_write(books, cases[i].file, cases[i].text);
        books_open(books, cases[i].format);
        books_create(books);
        books_run(books, cases[i].empty);
        books_assert(books, ": .");
        books_record(books, 0, TRUE);
        books_assert(books, cases[i].says);
        g_autofree char *rows = books_value(books, cases[i].rows);
        assert_string_equal(rows, cases[i].expected);
        books_record(books, 0, FALSE);
        books_assert(books, ": .");
    }
}

/* Which of refinery's sums it is, the table says before it has a row. */
static void
test_refinery_empty_wide(void **state)
{
    static const char *const types[] = {"int4", "int8"};
    g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(g_free);
    Books *books = *state;
    books_write(books, "V1__a.sql", "SELECT 1;");
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *alter = g_strdup_printf(
            "DELETE FROM refinery_schema_history; ALTER TABLE refinery_schema_history ALTER "
            "version TYPE %s",
            types[i]);
        books_open(books, "refinery");
        books_create(books);
        books_run(books, alter);
        books_assert(books, ": .");
        books_record(books, 0, TRUE);
        books_assert(books, "1 a [0]: #");
        g_ptr_array_add(sums, books_value(books, "SELECT checksum FROM refinery_schema_history"));
    }
    assert_string_not_equal(sums->pdata[0], sums->pdata[1]);
}

/* ---- Flyway ---- */

#define FLYWAY_LINE(rank, version, description, type, success)                                     \
    "INSERT INTO flyway_schema_history VALUES (" rank ", " version ", '" description "', '" type   \
    "', 'x', NULL, 'me', now(), 1, " success ")"

/* "1", "1.0" and "01" are one version to it. */
static void
test_flyway_spelling(void **state)
{
    static const char *const files[] = {"V3.0__c.sql", "V3__c.sql", "V03_0_0__c.sql"};
    static const char *const lines[] = {
        FLYWAY_LINE("2", "'3'", "c", "SQL", "false"),
        FLYWAY_LINE("2", "'3.0.0'", "c", "SQL", "false"),
        FLYWAY_LINE("2", "'3'", "c", "SQL", "false"),
    };
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        books_empty(books);
        books_write(books, "V30__d.sql", "SELECT 1;");
        books_write(books, files[i], "SELECT 1;");
        books_open(books, "flyway");
        books_create(books);
        books_run(books, "DELETE FROM flyway_schema_history");
        books_run(books, FLYWAY_LINE("1", "'30'", "d", "SQL", "true"));
        books_run(books, lines[i]);
        books_settle(books, 0, FALSE);
        books_assert(books, "30 d [1]: .#");
        books_run(books, lines[i]);
        books_settle(books, 0, TRUE);
        g_autofree char *failed =
            books_value(books, "SELECT count(*) FROM flyway_schema_history WHERE NOT success");
        assert_string_equal(failed, "0");
        books_record(books, 0, FALSE); /* a stamp: there is no undo script */
        books_assert(books, "30 d [1]: .#");
    }
}

/* A stamp below a repeatable one takes its lines away, and no other's. */
static void
test_flyway_repeatable_gone(void **state)
{
    Books *books = *state;
    books_write(books, "V1__views.sql", "SELECT 1;");
    books_write(books, "R__views.sql", "SELECT 1;");
    books_open(books, "flyway");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_assert(books, "1 views [0],  views [1]: ##");
    books_record(books, 1, FALSE);
    books_assert(books, "1 views [0]: #.");
    books_run(books, "UPDATE flyway_schema_history SET success = false");
    books_run(books, FLYWAY_LINE("2", "NULL", "views", "SQL", "false"));
    books_settle(books, 1, FALSE);
    books_assert(books, "1 views! [0] (dirty 0): ..");
}

/* MigrationInfoImpl.java, validate(): DESCRIPTION_MISMATCH and TYPE_MISMATCH. */
static void
test_flyway_renamed(void **state)
{
    Books *books = *state;
    books_write(books, "V1__a.sql", "SELECT 1;");
    books_write(books, "V2__b.sql", "SELECT 1;");
    books_write(books, "V3__.sql", "SELECT 1;");
    books_open(books, "flyway");
    books_create(books);
    books_run(books, FLYWAY_LINE("1", "'1'", "<< Flyway Baseline >>", "BASELINE", "true"));
    books_run(books, FLYWAY_LINE("2", "'2'", "b", "SQL", "true"));
    books_run(books, FLYWAY_LINE("3", "'3'", "<< no description >>", "SQL", "true"));
    books_assert(books, "1 << Flyway Baseline >> [0], 2 b [1], 3 << no description >> [2]: ###");
    books_run(books, "UPDATE flyway_schema_history SET description = 'c' WHERE version = '2'");
    books_assert(books, "1 << Flyway Baseline >> [0], 2 c* [1], 3 << no description >> [2]: ###");
    books_run(books, "UPDATE flyway_schema_history SET description = 'b', type = 'JDBC' WHERE "
                     "version = '2'");
    books_assert(books, "1 << Flyway Baseline >> [0], 2 b* [1], 3 << no description >> [2]: ###");
}

/* Longer descriptions than its column holds are cut, and still the same. */
static void
test_flyway_long(void **state)
{
    Books *books = *state;
    g_autofree char *long_name = g_strnfill(220, 'x');
    g_autofree char *file = g_strdup_printf("V1__%s.sql", long_name);
    books_write(books, file, "SELECT 1;");
    books_open(books, "flyway");
    books_create(books);
    books_record(books, 0, TRUE);
    g_autofree char *says = books_describe(books);
    assert_true(g_str_has_suffix(says, "xx... [0]: #"));
}

/* "" for none. */
static char *
find_baseline(Books *books)
{
    g_autoptr(GError) error = NULL;
    char *version = books->ledger->kind->baseline(books->ledger, books->connection, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return version != NULL ? version : g_strdup("");
}

/* With baselineOnMigrate Flyway runs only what is above, where its schemas hold something. */
static void
test_flyway_baseline(void **state)
{
    static const struct {
        const char *config, *sql, *expected;
    } cases[] = {
        {"flyway.baselineVersion=2\n", "CREATE TABLE public.t ()", ""},
        {"flyway.baselineOnMigrate=true\n", "DROP TABLE public.t", ""},
        {"flyway.baselineOnMigrate=true\n", "CREATE SCHEMA o CREATE TABLE t ()", ""},
        {"flyway.baselineOnMigrate=true\nflyway.schemas=public,o\n", "SELECT 1", "1"},
        {"flyway.baselineOnMigrate=true\nflyway.baselineVersion=2\n",
         "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "2"},
    };
    Books *books = *state;
    books_write(books, "V1__a.sql", "SELECT 1;");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        books_write(books, "flyway.conf", cases[i].config);
        books_open(books, "flyway");
        books_run(books, cases[i].sql);
        g_autofree char *version = find_baseline(books);
        assert_string_equal(version, cases[i].expected);
    }
}

/* DbSchemas.java, create(): it makes all of its schemas, and notes which it made. */
static void
test_flyway_schemas(void **state)
{
    static const struct {
        const char *config, *sql, *expected;
    } cases[] = {
        {"flyway.schemas=app,a\"b\n", "SELECT 1", "0 SCHEMA \"app\",\"a\"\"b\"; 1 SQL V1__a.sql"},
        {"flyway.schemas=app,a\"b\n", "CREATE SCHEMA app", "0 SCHEMA \"a\"\"b\"; 1 SQL V1__a.sql"},
        {"flyway.schemas=a\"b\nflyway.defaultSchema=app\n", "SELECT 1",
         "0 SCHEMA \"app\",\"a\"\"b\"; 1 SQL V1__a.sql"},
        {"flyway.schemas=app,a\"b\n", "CREATE SCHEMA app; CREATE SCHEMA \"a\"\"b\"",
         "1 SQL V1__a.sql"},
    };
    Books *books = *state;
    books_write(books, "V1__a.sql", "SELECT 1;");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        books_run(books, "DROP SCHEMA IF EXISTS app, \"a\"\"b\" CASCADE");
        books_run(books, cases[i].sql);
        books_write(books, "flyway.conf", cases[i].config);
        books_open(books, "flyway");
        books_create(books);
        books_create(books);
        books_assert(books, ": .");
        books_record(books, 0, TRUE);
        books_assert(books, "1 a [0]: #");
        g_autofree char *lines = books_value(
            books, "SELECT string_agg(format('%s %s %s', installed_rank, type, script), "
                   "'; ' ORDER BY installed_rank) FROM app.flyway_schema_history");
        assert_string_equal(lines, cases[i].expected);
        g_autofree char *made = books_value(
            books, "SELECT count(*) FROM pg_namespace WHERE nspname IN ('app', 'a\"b')");
        assert_string_equal(made, "2");
    }
}

/* ---- tables of other names ---- */

/* The folder of migrations is another one now. */
static void
enter(Books *books, const char *name)
{
    char *folder = g_canonicalize_filename(name, books->folder);
    g_free(books->folder);
    books->folder = folder;
}

/* Where the tool's own file says so, which lies above the migrations. */
static void
test_configured(void **state)
{
    static const struct {
        const char *format, *file, *migration, *text, *config, *expected;
    } cases[] = {
        {"dbmate", ".env", "1_a.sql", "-- migrate:up\n-- migrate:down\n",
         "X=1\nexport DBMATE_MIGRATIONS_TABLE=\"My.b\" # books\n", "\"My\".\"b\""},
        {"goose", ".env", "1_a.sql", "-- +goose Up\n", "GOOSE_TABLE=Custom # books\n",
         "\"custom\""},
        {"goose", ".env", "1_a.sql", "-- +goose Up\n", "#GOOSE_TABLE=x\n", "\"goose_db_version\""},
        {"yoyo", "yoyo.ini", "1.sql", "SELECT 1;\n",
         "[DEFAULT]\nsources = m\nmigration_table = a.B\n", "\"a.B\""},
        {"postgrator", ".postgratorrc.json", "1.do.a.sql", "SELECT 1;\n",
         "{\"driver\": \"pg\", \"schemaTable\": \"s.Books\"}", "\"s\".\"Books\""},
        {"postgrator", ".postgratorrc", "1.do.a.sql", "SELECT 1;\n", "schemaTable: 'b'\n", "\"b\""},
    };
    Books *books = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        books_empty(books);
        g_autofree char *migration = g_build_filename("db/m", cases[i].migration, NULL);
        books_write(books, migration, cases[i].text);
        books_write(books, cases[i].file, cases[i].config);
        enter(books, "db/m");
        books_open(books, cases[i].format);
        assert_string_equal(books->ledger->name, cases[i].expected);
        /* And it is no part of the schema. */
        assert_true(g_strv_contains(books->history->ledger, books->ledger->table));
        books_create(books);
        books_record(books, 0, TRUE);
        g_autofree char *says = books_describe(books);
        assert_true(g_str_has_suffix(says, "[0]: #"));
        enter(books, "../..");
    }
}

/* ---- sqlx ---- */

/* sqlx.toml: sqlx-core, src/config/migrate.rs. */
static void
test_sqlx_config(void **state)
{
    Books *books = *state;
    books_write(books, "migrations/1_a.sql", "\xef\xbb\xbfSELECT ',',\r\n 1;\n");
    books_write(books, "sqlx.toml",
                "[common]\ndatabase-url-var = \"X\"\n[migrate]\ntable-name = 'app.\"My books\"'\n"
                "create-schemas = [\"app\", \"other\"]\n"
                "ignored-chars = [\"\\r\", \",\", \"\\n\", \"\\uFEFF\"] # and no more\n");
    enter(books, "migrations");
    books_open(books, "sqlx");
    assert_string_equal(books->ledger->name, "\"app\".\"My books\"");
    books_create(books);
    books_create(books);
    books_record(books, 0, TRUE);
    books_assert(books, "1 a [0]: #");
    g_autofree char *same = books_value(
        books, "SELECT checksum = sha384(E'SELECT \\'\\' 1;') AND to_regnamespace('other') IS NOT "
               "NULL FROM app.\"My books\"");
    assert_string_equal(same, "t");
    books_write(books, "1_a.sql", "SELECT '' 1;");
    books_open(books, "sqlx");
    books_assert(books, "1 a [0]: #");
    books_write(books, "1_a.sql", "SELECT ''  1;");
    books_open(books, "sqlx");
    books_assert(books, "1 a* [0]: #");
    g_autoptr(GError) error = NULL;
    books_write(books, "sqlx.toml", "[migrate\n");
    assert_null(pgs_ledger_new(books->history, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER));
    enter(books, "..");
}

/* ---- node-pg-migrate ---- */

/* runner.ts, checkOrder(): the books' order has to be the folder's. */
static void
test_order(void **state)
{
    Books *books = *state;
    books_write(books, "1_a.sql", "-- Up Migration\n");
    books_write(books, "2_b.sql", "-- Up Migration\n");
    books_write(books, "3_c.sql", "-- Up Migration\n");
    books_open(books, "node-pg-migrate");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 2, TRUE);
    books_assert(books, "1_a [0], 3_c [2]: #.#");
    books_record(books, 1, TRUE);
    books_assert(books, "1_a [0], 3_c [2], 2_b* [1]: ###");
    books_record(books, 2, FALSE);
    books_assert(books, "1_a [0], 2_b [1]: ##.");
    books_record(books, 2, TRUE);
    books_assert(books, "1_a [0], 2_b [1], 3_c [2]: ###");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_empty),           BOOKS_TEST(test_refinery_empty_wide),
        BOOKS_TEST(test_flyway_spelling), BOOKS_TEST(test_flyway_repeatable_gone),
        BOOKS_TEST(test_flyway_renamed),  BOOKS_TEST(test_flyway_long),
        BOOKS_TEST(test_flyway_baseline), BOOKS_TEST(test_flyway_schemas),
        BOOKS_TEST(test_sqlx_config),     BOOKS_TEST(test_configured),
        BOOKS_TEST(test_order),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
