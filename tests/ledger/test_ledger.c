/* Covers harness/ledger/ledger.c, ledger_place.c, ledger_number.c, crc32.c. */
#include "books.h"
#include "ledger/crc32.h"

#include "ledger/ledger_number.h"
#include "ledger/ledger_place.h"
#include "ledger/ledger_rows.h"

static void
write_pairs(const Books *books)
{
    books_empty(books);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *up = g_strdup_printf("%04u_t.up.sql", i);
        g_autofree char *down = g_strdup_printf("%04u_t.down.sql", i);
        books_write(books, up, "SELECT 1;");
        books_write(books, down, "SELECT 2;");
    }
}

static void
write_marked(const Books *books, const char *mark)
{
    books_empty(books);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("%04u_t.sql", i);
        g_autofree char *text = g_strdup_printf("-- %s\nSELECT 1;\n", mark);
        books_write(books, name, text);
    }
}

static void
assert_refused(Books *books, PgsLedgerError code, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(books->ledger, books->connection, &error);
    assert_null(state);
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, (gint)code));
    if (strstr(error->message, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, error->message);
}

/* ---- what the books say ---- */

/* golang-migrate: one row tells all; a dirty one is not applied, and -1 is a way down to base. */
static void
test_dirty(void **state)
{
    Books *books = *state;
    static const struct {
        const char *row, *says;
    } cases[] = {
        {"(2, true)", "2 t! [1] (dirty 0): #.."},
        {"(-1, true)", "-1 t! [0] (dirty 0): ..."},
        {"(9, false)", "9 [-1]: ###"},
        {"(0, false)", "0 [-1]: ..."},
        {"(0, true)", "0! [-1] (dirty 0): ..."},
        {"(20260101000000, false)", "20260101000000 [-1]: ###"},
    };
    write_pairs(books);
    books_open(books, "golang-migrate");
    books_create(books);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql = g_strdup_printf(
            "TRUNCATE schema_migrations; INSERT INTO schema_migrations VALUES %s", cases[i].row);
        books_run(books, sql);
        books_assert(books, cases[i].says);
    }
}

/* begin and settle, as SetVersion() and "migrate force". */
static void
test_around(void **state)
{
    Books *books = *state;
    static const char rows[] =
        "SELECT COALESCE(string_agg(version || ' ' || dirty, ','), 'none') FROM schema_migrations";
    static const struct {
        gint revision;
        gboolean up;
        const char *begun, *settled;
    } cases[] = {
        {0, TRUE, "1 true", "1 false"},
        {2, TRUE, "3 true", "3 false"},
        {2, FALSE, "2 true", "2 false"},
        {0, FALSE, "-1 true", "none"},
    };
    write_pairs(books);
    books_open(books, "golang-migrate");
    books_create(books);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsLedgerEvent event = {.revision = cases[i].revision, .up = cases[i].up};
        g_autofree char *begin = books->ledger->kind->begin(books->ledger, &event);
        g_autofree char *settle =
            books->ledger->kind->settle(books->ledger, cases[i].revision, cases[i].up);
        books_run(books, begin);
        g_autofree char *begun = books_value(books, rows);
        assert_string_equal(begun, cases[i].begun);
        books_run(books, settle);
        g_autofree char *settled = books_value(books, rows);
        assert_string_equal(settled, cases[i].settled);
    }
}

/* goose before v2.4.4 noted a way down with a row of its own, and had a serial before v3.22. */
static void
test_old_goose(void **state)
{
    Books *books = *state;
    write_marked(books, "+goose Up");
    books_open(books, "goose");
    books_run(books, "CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT "
                     "NULL, is_applied boolean NOT NULL, tstamp timestamp NULL default now(), "
                     "PRIMARY KEY(id));"
                     "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), "
                     "(1, true), (2, true), (2, false), (3, true), (3, false), (3, true), (77, "
                     "true)");
    books_assert(books, "1 [0], 3 [2], 77 [-1]: #.#");
    books_record(books, 1, TRUE);
    books_record(books, 2, FALSE);
    books_assert(books, "1 [0], 77 [-1], 2 [1]: ##.");
}

/* dbmate's older varchar(255); versions are text to it, and '1' is not 0001. */
static void
test_old_dbmate(void **state)
{
    Books *books = *state;
    write_marked(books, "migrate:up\n-- migrate:down");
    books_open(books, "dbmate");
    books_run(books, "CREATE TABLE schema_migrations (version varchar(255) primary key);"
                     "INSERT INTO schema_migrations VALUES ('1'), ('0001'), ('0003')");
    books_assert(books, "0001 [0], 0003 [2], 1 [-1]: #.#");
}

/* Postgrator's MD5 may be of other ends of lines ("newline" of its configuration), and before v2
 * its table had the version alone: it adds the rest when it next runs. */
static void
test_postgrator(void **state)
{
    Books *books = *state;
    books_write(books, "1.do.a.sql", "SELECT 1;\r\n");
    books_write(books, "0x2.do.b.sql", "SELECT 2;\n");
    books_open(books, "postgrator");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_run(books, "UPDATE schemaversion SET md5 = md5(E'SELECT 1;\\n') WHERE version = 1;"
                     "UPDATE schemaversion SET md5 = md5(E'SELECT 1;\\n') WHERE version = 2");
    books_assert(books, "1 a [0], 2 b* [1]: ##");
    books_run(books, "UPDATE schemaversion SET md5 = NULL");
    books_assert(books, "1 a [0], 2 b [1]: ##");
    books_run(books, "DROP TABLE schemaversion; CREATE TABLE schemaversion (version int PRIMARY "
                     "KEY); INSERT INTO schemaversion VALUES (0), (1)");
    assert_refused(books, PGS_LEDGER_ERROR_SHAPE, "it has no column name");
}

/* A file that was changed once it had been applied. */
static void
test_changed(void **state)
{
    Books *books = *state;
    static const char *const formats[] = {"sqlx", "plain"};
    static const char *const says[] = {"1 t [0], 2 t* [1]: ##.", "0001 t [0], 0002 t* [1]: ##."};
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        write_pairs(books);
        books_open(books, formats[i]);
        books_create(books);
        books_record(books, 0, TRUE);
        books_record(books, 1, TRUE);
        books_write(books, "0002_t.up.sql", "SELECT 1; ");
        books_open(books, formats[i]);
        books_assert(books, says[i]);
    }
}

static void
test_sqlx_failed(void **state)
{
    Books *books = *state;
    write_pairs(books);
    books_open(books, "sqlx");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_run(books, "UPDATE _sqlx_migrations SET success = false WHERE version = 2");
    books_assert(books, "1 t [0], 2 t! [1] (dirty 1): #..");
    g_autofree char *applied = books->ledger->kind->settle(books->ledger, 1, TRUE);
    books_run(books, applied);
    books_assert(books, "1 t [0], 2 t [1]: ##.");
    g_autofree char *pending = books->ledger->kind->settle(books->ledger, 1, FALSE);
    books_run(books, pending);
    books_assert(books, "1 t [0]: #..");
}

/* ---- where they are ---- */

/* golang-migrate and dbmate look in the current schema only, goose along the whole search_path. */
static void
test_schemas(void **state)
{
    Books *books = *state;
    g_autoptr(GError) error = NULL;
    write_pairs(books);
    books_open(books, "golang-migrate");
    books_create(books);
    books_record(books, 0, TRUE);
    books_run(books, "CREATE SCHEMA \"O'Neil \"\"x\"\"\"; SET search_path = \"O'Neil \"\"x\"\"\", "
                     "public");
    books_assert(books, "none: ...");
    assert_true(pgs_ledger_locate(books->ledger, books->connection, &error));
    assert_string_equal(books->ledger->name, "\"O'Neil \"\"x\"\"\".\"schema_migrations\"");
    /* A migration that sets search_path does not lose them. */
    books_run(books, "SET search_path = ''");
    books_create(books);
    books_record(books, 2, TRUE);
    books_assert(books, "3 t [2]: ###");
    books_run(books, "SET search_path = public");
    books_open(books, "golang-migrate");
    books_assert(books, "1 t [0]: #..");

    write_marked(books, "+goose Up");
    books_open(books, "goose");
    books_create(books);
    books_run(books, "CREATE SCHEMA app; SET search_path = app, public");
    assert_true(pgs_ledger_locate(books->ledger, books->connection, &error));
    assert_string_equal(books->ledger->schema, "public");
}

/* Without a current schema there is nowhere to write; dbmate takes public then. */
static void
test_no_schema(void **state)
{
    Books *books = *state;
    g_autoptr(GError) error = NULL;
    books_run(books, "SET search_path = nowhere");
    write_pairs(books);
    books_open(books, "golang-migrate");
    assert_false(pgs_ledger_locate(books->ledger, books->connection, &error));
    assert_non_null(strstr(error->message, "search_path names none that exists"));
    g_clear_error(&error);
    books_assert(books, "none: ...");
    write_marked(books, "migrate:up\n-- migrate:down");
    books_open(books, "dbmate");
    assert_true(pgs_ledger_locate(books->ledger, books->connection, &error));
    assert_string_equal(books->ledger->schema, "public");
}

/* ledger: of pgstair.yaml, with whatever is in a name. */
static void
test_names(void **state)
{
    Books *books = *state;
    static const struct {
        const char *text, *schema, *table;
    } cases[] = {
        {"versions", NULL, "versions"},
        {"app.versions", "app", "versions"},
        {"\"a.b\".\"c\"\"d\"", "a.b", "c\"d"},
        {"\"x'; DROP TABLE t; --\"", NULL, "x'; DROP TABLE t; --"},
        {"<script>", NULL, "<script>"},
        {"\"open", NULL, "open"},
    };
    write_pairs(books);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *schema = NULL;
        g_autofree char *table = NULL;
        pgs_tool_settings_parse_table(cases[i].text, &schema, &table);
        assert_string_equal(table, cases[i].table);
        assert_int_equal(g_strcmp0(schema, cases[i].schema), 0);
        if (cases[i].schema != NULL)
            continue;
        books_open(books, "golang-migrate");
        pgs_ledger_rename(books->ledger, NULL, table);
        books_create(books);
        books_record(books, 1, TRUE);
        books_assert(books, "2 t [1]: ##.");
    }
}

/* Names of files end up in the books as text. */
static void
test_hostile(void **state)
{
    Books *books = *state;
    books_run(books, "SET standard_conforming_strings = off; CREATE TABLE victim (i int)");
    books_write(books, "1_a'); DROP TABLE victim; --.up.sql", "SELECT 1;");
    books_write(books, "2_b\\'); DROP TABLE victim; --.up.sql", "SELECT 1;");
    books_open(books, "plain");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_assert(books, "1 a'); DROP TABLE victim; -- [0], 2 b\\'); DROP TABLE victim; -- [1]: ##");
    books_open(books, "sqlx");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 1, TRUE);
    books_assert(books, "1 a'); DROP TABLE victim; -- [0], 2 b\\'); DROP TABLE victim; -- [1]: ##");
    g_autofree char *there = books_value(books, "SELECT to_regclass('victim') IS NOT NULL");
    assert_string_equal(there, "t");
}

/* ---- shape ---- */

static void
test_shape(void **state)
{
    Books *books = *state;
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"CREATE TABLE schema_migrations (version varchar primary key)",
         "its column version is of type varchar, not int8\nHINT: it looks like the table of "
         "dbmate"},
        {"CREATE TABLE schema_migrations (version bigint primary key)", "it has no column dirty"},
        {"CREATE TABLE schema_migrations (version bigint primary key, dirty boolean, \"\x1b[31m\" "
         "text not null)",
         "its column \\u001B[31m may not be null and has no default"},
        {"CREATE VIEW schema_migrations AS SELECT 1::bigint AS version, false AS dirty",
         "it is no table"},
    };
    write_pairs(books);
    books_open(books, "golang-migrate");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        books_run(books, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        books_run(books, cases[i].sql);
        assert_refused(books, PGS_LEDGER_ERROR_SHAPE, cases[i].says);
    }
    /* More columns than the tool has, that need not be said, are nobody's trouble. */
    books_run(books, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE "
                     "schema_migrations (version int primary key, dirty boolean not null, at "
                     "timestamptz not null default now(), note text)");
    books_record(books, 1, TRUE);
    books_assert(books, "2 t [1]: ##.");
}

/* ---- numbers, keys ---- */

static void
test_numbers(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *text, *number;
    } cases[] = {{"0001", "1"}, {"0", "0"}, {"000", "0"}, {"-0", "0"}, {"+7", "7"}, {"-07", "-7"}};
    static const char *const sorted[] = {"-10", "-9", "0", "1", "9", "10", "18446744073709551615"};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsRevision revision = {.id = (char *)cases[i].text};
        PgsRevision *const revisions[] = {&revision};
        GPtrArray array = {.pdata = (gpointer *)revisions, .len = 1};
        const PgsHistory history = {.revisions = &array};
        const PgsLedger ledger = {.history = &history};
        g_autofree char *number = pgs_ledger_number_of(&ledger, 0);
        assert_string_equal(number, cases[i].number);
    }
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(sorted); i++) {
        assert_true(pgs_ledger_compare_numbers(sorted[i], sorted[i + 1]) < 0);
        assert_true(pgs_ledger_compare_numbers(sorted[i + 1], sorted[i]) > 0);
        assert_int_equal(pgs_ledger_compare_numbers(sorted[i], sorted[i]), 0);
    }
    /* The check value of CRC-32/ISO-HDLC. */
    assert_int_equal(pgs_crc32("123456789", 9), 0xCBF43926);
}

static void
assert_key(char *(*key)(const PgsLedger *ledger, const char *database), const Books *books,
           const char *expected)
{
    g_autofree char *text = key(books->ledger, "app");
    assert_string_equal(text, expected);
}

/* As golang-migrate's GenerateAdvisoryLockId() itself gave them, and by Python's zlib.crc32(). */
static void
test_keys(void **state)
{
    Books *books = *state;
    write_pairs(books);
    books_open(books, "golang-migrate");
    assert_key(books->ledger->kind->lock_key, books, "1726534663");
    assert_key(books->ledger->kind->lock_key_too, books, "1787120056");
    books_open(books, "sqlx");
    assert_key(books->ledger->kind->lock_key, books, "3469795979745788610");
}

static void
test_unsupported(void **state)
{
    Books *books = *state;
    g_autoptr(GError) error = NULL;
    books_write(books, "1_a.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n");
    books->history = pgs_history_read(books->folder, "liquibase", &error);
    assert_non_null(books->history);
    assert_null(pgs_ledger_new(books->history, &error));
    assert_true(g_error_matches(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED));
    assert_non_null(strstr(error->message, "liquibase update"));
}

/* pgs_ledger_state_at() stops at the first hole, top() does not. */
static void
test_holes(void **state)
{
    Books *books = *state;
    write_pairs(books);
    books_open(books, "plain");
    books_create(books);
    books_record(books, 0, TRUE);
    books_record(books, 2, TRUE);
    g_autoptr(PgsLedgerState) holes = pgs_ledger_read(books->ledger, books->connection, NULL);
    assert_int_equal(pgs_ledger_state_at(holes, books->history), 0);
    assert_int_equal(pgs_ledger_state_top(holes), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BOOKS_TEST(test_dirty),       BOOKS_TEST(test_around),     BOOKS_TEST(test_old_goose),
        BOOKS_TEST(test_old_dbmate),  BOOKS_TEST(test_postgrator), BOOKS_TEST(test_changed),
        BOOKS_TEST(test_sqlx_failed), BOOKS_TEST(test_schemas),    BOOKS_TEST(test_no_schema),
        BOOKS_TEST(test_names),       BOOKS_TEST(test_hostile),    BOOKS_TEST(test_shape),
        BOOKS_TEST(test_numbers),     BOOKS_TEST(test_keys),       BOOKS_TEST(test_unsupported),
        BOOKS_TEST(test_holes),
    };
    return cmocka_run_group_tests(tests, books_start, books_stop);
}
